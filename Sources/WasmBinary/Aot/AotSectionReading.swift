import TraceModel

/// The header, the list of sections, and each section's own reader.
extension AotModule {
  static func readHeader(_ bytes: ByteCursor) throws(TraceError) -> UInt32 {
    guard bytes.remaining >= 8, bytes.bytes.starts(with: magic) else {
      throw bytes.failure("no AOT file: it does not begin with \\0aot", at: 0)
    }
    var cursor = AotCursor(bytes, part: "header")
    _ = try cursor.u32()
    let version = try cursor.u32()
    guard AotLayout.versions.contains(version) else {
      throw TraceError(
        .unsupportedVersion,
        "AOT file version \(version); \(AotLayout.versions.lowerBound) to "
          + "\(AotLayout.versions.upperBound) are known",
        at: SourceLocation(file: bytes.file, byteOffset: 4),
        remedy: "compile the .wasm file with the wamrc of a known release")
    }
    return version
  }

  /// The sections in the order that the loader asks for: each but the custom ones once, and custom
  /// ones last.
  func readSectionList() throws(TraceError) -> [AotSection] {
    var cursor = AotCursor(
      ByteCursor(bytes: bytes, file: file, range: 8..<max(8, bytes.count)), part: "section list")
    var sections: [AotSection] = []
    var next: UInt32 = 0
    while !cursor.isAtEnd {
      try cursor.align(4)
      let offset = cursor.position
      let number = try cursor.u32()
      let size = try cursor.u32()
      guard let kind = AotSection.Kind(rawValue: number) else {
        throw cursor.failure("unknown section \(number)", at: offset)
      }
      guard kind == .custom ? next > 0 : number == next else {
        throw cursor.failure(
          "the \(kind.name) section stands twice or in the wrong place", at: offset)
      }
      guard size <= cursor.remaining else {
        throw cursor.failure(
          "the \(kind.name) section of \(size) bytes where \(cursor.remaining) follow", at: offset,
          code: .truncated)
      }
      if kind == .custom {
        next = AotSection.Kind.custom.rawValue
      } else {
        next += 1
      }
      sections.append(AotSection(kind: kind, offset: offset, payload: try cursor.slice(size)))
    }
    guard sections.contains(where: { $0.kind == .relocations }) else {
      throw cursor.failure("ends before the relocation section", code: .truncated)
    }
    return sections
  }

  mutating func readSections() throws(TraceError) {
    for section in sections {
      var cursor = cursor(over: section)
      switch section.kind {
      case .targetInfo:
        let hasFeatures = section.payload.count != AotLayout.release1.targetInfoBytes
        target = try AotTarget.read(&cursor, hasFeatures: hasFeatures)
      case .initData: try readInitData(section)
      case .text: try readText(&cursor)
      case .functions: try readFunctions(&cursor)
      case .exports: try readExports(&cursor)
      case .relocations: try readRelocations(&cursor)
      case .custom: try readCustomSection(&cursor)
      }
    }
  }

  func cursor(over section: AotSection) -> AotCursor {
    AotCursor(
      ByteCursor(bytes: bytes, file: file, range: section.payload),
      part: "\(section.kind.name) section")
  }

  /// Tries the layouts that files of this version may have; where none fits, the likeliest one's
  /// error counts.
  private mutating func readInitData(_ section: AotSection) throws(TraceError) {
    let candidates = AotLayout.candidates(
      version: version, targetInfoBytes: sections.first?.payload.count ?? 0)
    var failure: TraceError?
    for layout in candidates {
      var attempt = self
      attempt.layout = layout
      do {
        var cursor = cursor(over: section)
        try attempt.readInitData(&cursor)
        self = attempt
        return
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }
}
