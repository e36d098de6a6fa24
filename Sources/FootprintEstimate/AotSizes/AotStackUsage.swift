package import TraceModel
package import WasmBinary

/// The native stack that each own function of an `.aot` file needs.
///
/// From the file that `wamrc --stack-usage=FILE` writes (LLVM's own format: a line for each function,
/// `WASM Module:aot_func#9`, bytes and `static` or `dynamic` with tabs between), or from the `.aot`
/// file itself where its code checks the stack. Bytes exclude the return address that a call pushes
/// on x86.
package struct AotStackUsage: Hashable, Sendable {
  package struct Frame: Hashable, Sendable {
    /// The function's own frame; in an `.aot` file with what it needs to call others.
    package var bytes: Int64
    /// The frame of the function that checks the stack before; 0 without checks, and where it is in
    /// `bytes`.
    package var checkBytes: Int64
    /// The function allocates more at run time.
    package var isDynamic: Bool

    package init(bytes: Int64, checkBytes: Int64 = 0, isDynamic: Bool = false) {
      self.bytes = bytes
      self.checkBytes = checkBytes
      self.isDynamic = isDynamic
    }
  }

  /// By the index among the own functions.
  package private(set) var frames: [UInt32: Frame] = [:]
  /// The bytes include what is pushed for calls (only from an `.aot` file).
  package private(set) var includesCalls = false

  package subscript(function: UInt32) -> Frame? { frames[function] }

  /// The largest frame with its check.
  package var largest: Int64 { frames.values.map { $0.bytes + $0.checkBytes }.max() ?? 0 }
}

extension AotStackUsage {
  /// Reads wamrc's file.
  package init(text: [UInt8], file: String) throws(TraceError) {
    var checks: [UInt32: (bytes: Int64, isDynamic: Bool)] = [:]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      var cells = String(decoding: line, as: UTF8.self).split(separator: "\t")
      if let last = cells.last, last.last == "\r" { cells[cells.count - 1] = last.dropLast() }
      guard !cells.isEmpty, cells != [""] else { continue }
      guard cells.count >= 2, let bytes = UInt32(cells[1]) else {
        throw TraceError(
          .malformed, "no line of a stack usage file: a function, a tab and its bytes",
          at: SourceLocation(file: file, line: number + 1),
          remedy: "wamrc --stack-usage=FILE writes such a file")
      }
      let isDynamic = cells.count > 2 && cells[2].hasPrefix("dynamic")
      // A module's name may have colons, a function's has none.
      let name = cells[0].split(separator: ":").last ?? ""
      if let index = AotStackUsage.index(name, after: "aot_func_internal#") {
        frames[index] = Frame(bytes: Int64(bytes), isDynamic: isDynamic)
      } else if let index = AotStackUsage.index(name, after: "aot_func#") {
        checks[index] = (Int64(bytes), isDynamic)
      }
    }
    for (index, check) in checks {
      // Without checks of the stack, or where LLVM left nothing of what is called, there is one.
      if frames[index] == nil {
        frames[index] = Frame(bytes: check.bytes, isDynamic: check.isDynamic)
      } else {
        frames[index]?.checkBytes = check.bytes
      }
    }
    guard !frames.isEmpty else {
      throw TraceError(
        .nothingFound, "no function of an AOT file in it", at: SourceLocation(file: file, line: 1),
        remedy: "wamrc --stack-usage=FILE writes such a file")
    }
  }

  private static func index(_ name: Substring, after prefix: String) -> UInt32? {
    guard name.hasPrefix(prefix) else { return nil }
    return UInt32(name.dropFirst(prefix.count))
  }

  /// What code with checks of the stack compares with (section `.aot_stack_sizes`, WAMR-1.2.3 and
  /// later); nil for code without.
  package init?(_ module: AotModule) {
    guard let section = module.objectSection(AotObjectSection.stackSizes) else { return nil }
    let count = min(module.functions.count, section.range.count / 4)
    for index in 0..<count {
      let start = section.range.lowerBound + 4 * index
      var bytes: Int64 = 0
      for place in 0..<4 { bytes |= Int64(module.bytes[start + place]) << Int64(8 * place) }
      frames[UInt32(index)] = Frame(bytes: bytes)
    }
    includesCalls = true
  }
}
