package import TraceModel

/// The file's buffer, and the AOT code made of it.
struct FileRows {
  let fileBytes: Int64
  let loaded: LoadedModule
  let build: RuntimeBuild

  var rows: [Estimate.Row] {
    var rows = [moduleFile]
    if let code = loaded.aotCode { rows.append(aotCode(code)) }
    return rows
  }

  /// Whether the embedder may free the buffer once the module is loaded
  /// (`LoadArgs.wasm_binary_freeable`, 2.1.0 and later).
  private var isFreeable: Bool {
    guard let since = WamrVersion("2.1.0"), build.version >= since else { return false }
    switch build.mode {
    case .classic: return false
    case .fast: return true
    case .aot: return loaded.aotCode?.isInFile != true
    }
  }

  private var whyItStays: String {
    if build.mode == .classic { return "the classic interpreter executes from it, so it stays" }
    if loaded.aotCode?.isInFile == true {
      return "the code is executed in place from it (XIP), so it stays"
    }
    return "names and data are read from it, "
      + (isFreeable ? "unless it is freeable" : "so it stays")
  }

  private var moduleFile: Estimate.Row {
    var row = Estimate.Row(.moduleFile, ByteCount(fileBytes))
    row.minimum = isFreeable ? .zero : ByteCount(fileBytes)
    row.maximum = ByteCount(fileBytes)
    row.basis = isFreeable ? .bound : .exact
    row.why = "the embedder's buffer for wasm_runtime_load; \(whyItStays)"
    if isFreeable {
      row.changes.append(
        Estimate.Change(
          "load with LoadArgs.wasm_binary_freeable and free the buffer; names and data are then "
            + "copied to the heap",
          saved: ByteCount(max(0, fileBytes - loaded.copiedBytes))))
    }
    if loaded.strippableBytes > 0 {
      row.changes.append(
        Estimate.Change(
          "strip custom sections (wasm-strip, wasm-opt --strip-debug)",
          saved: ByteCount(loaded.strippableBytes)))
    }
    return row
  }

  private func aotCode(_ code: AotCode) -> Estimate.Row {
    var row = Estimate.Row(.aotCode, ByteCount(code.bytes))
    row.minimum = ByteCount(code.bytes)
    row.maximum = ByteCount(code.bytes)
    row.basis = code.isExact ? .exact : .bound
    if !code.isExact {
      let margin = ByteCount(code.bytes / 100 + 1)
      row.minimum = row.expected - margin
      row.maximum = row.expected + margin
    }
    row.container = code.isInFile ? .moduleFile : nil
    row.reserved = ByteCount(code.mappedBytes)
    row.why = code.why
    row.changes = code.changes
    return row
  }
}

/// The machine code of an AOT module, as the runtime holds it.
package struct AotCode: Hashable, Sendable {
  /// What the dump prints: text, literals, stubs for calls into the runtime, data sections.
  package var bytes: Int64
  /// With every mapping rounded to its pages.
  package var mappedBytes: Int64
  /// The number of stubs is that of this very build.
  package var isExact: Bool
  /// Executed in place: the code stays in the file's own mapping.
  package var isInFile: Bool
  package var why: String
  package var changes: [Estimate.Change]

  package init(
    bytes: Int64, mappedBytes: Int64, isExact: Bool, isInFile: Bool, why: String,
    changes: [Estimate.Change]
  ) {
    self.bytes = bytes
    self.mappedBytes = mappedBytes
    self.isExact = isExact
    self.isInFile = isInFile
    self.why = why
    self.changes = changes
  }
}
