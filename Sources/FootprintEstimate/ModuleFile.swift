package import TraceModel
package import WasmBinary

/// A file that WAMR runs: bytecode or AOT code, told by its first bytes.
package enum ModuleFile: Sendable {
  case wasm(WasmModule)
  case aot(AotModule)

  package init(bytes: [UInt8], file: String) throws(TraceError) {
    if bytes.starts(with: AotModule.magic) {
      self = .aot(try AotModule(bytes: bytes, file: file))
    } else if bytes.starts(with: WasmModule.magic) {
      self = .wasm(try WasmModule(bytes: bytes, file: file))
    } else {
      throw TraceError(
        .unknownFormat,
        "neither a .wasm nor an .aot file: it begins with neither \\0asm nor \\0aot",
        at: SourceLocation(file: file, byteOffset: 0),
        remedy: "name the module that WAMR loads")
    }
  }

  package var byteCount: Int {
    switch self {
    case .wasm(let module): module.bytes.count
    case .aot(let module): module.bytes.count
    }
  }

  package var kind: String {
    switch self {
    case .wasm: "wasm"
    case .aot: "aot"
    }
  }

  /// The build of WAMR that a configuration means for this file.
  package func build(
    _ run: RunConfiguration, profiles: [StructProfile]
  ) throws(TraceError) -> RuntimeBuild {
    switch self {
    case .wasm(let module):
      guard run.mode != .aot else {
        throw TraceError(
          .malformed, "mode aot runs .aot files, and this is bytecode",
          at: SourceLocation(file: module.file), remedy: "compile it: wamrc -o app.aot app.wasm")
      }
      return try RuntimeBuild(
        run, mode: run.mode ?? .fast, target: run.namedTarget ?? .x86_64, profiles: profiles)
    case .aot(let module):
      return try RuntimeBuild(
        run, mode: .aot, target: try module.target(for: run), profiles: profiles)
    }
  }
}

extension AotModule {
  /// The file's own target; a configuration that says another one of the same kind only names it.
  fileprivate func target(for run: RunConfiguration) throws(TraceError) -> Target {
    let place = SourceLocation(file: file)
    if let mode = run.mode, mode != .aot {
      throw TraceError(
        .malformed, "an .aot file runs in mode aot, not \(mode.rawValue)", at: place)
    }
    guard let own = Target(target.architecture) else {
      throw TraceError(
        .malformed, "compiled for \"\(target.architecture)\", which is no target of WAMR",
        at: place)
    }
    guard let asked = run.namedTarget else { return own }
    guard asked.architecture == own.architecture else {
      throw TraceError(
        .malformed, "compiled for \(own), not for \(asked)", at: place,
        remedy: "leave --target out, or name the file for \(asked)")
    }
    return asked
  }
}

extension RunConfiguration {
  /// The target that the user named, by itself or as a build option.
  fileprivate var namedTarget: Target? {
    target ?? features["TARGET"].flatMap { Target($0) }
  }
}
