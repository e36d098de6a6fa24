import CElfutils
import TraceModel

/// The header, segments and sections of an ELF file of any class and byte order.
///
/// Layouts: System V ABI, chapters 4 and 5 (ELF header, program header, dynamic section).
struct ElfTables {
  struct Segment {
    var type: UInt32
    var offset: UInt64
    var address: UInt64
    var fileSize: UInt64
  }

  struct Section {
    var name: String
    var type: UInt32
    var size: UInt64
  }

  let is64: Bool
  let type: UInt16
  let machine: UInt16
  private(set) var segments: [Segment] = []
  private(set) var sections: [Section] = []
  private let file: ElfBytes
  private let isLittleEndian: Bool

  /// More than real files have, so that a damaged length costs little.
  private static let mostTableBytes = 1 << 22
  private static let mostNeeded = 4096

  init(_ file: ElfBytes) throws(TraceError) {
    self.file = file
    let head = try file.read(at: 0, upTo: 64)
    guard head.count >= 52, head[4] == 1 || head[4] == 2, head[5] == 1 || head[5] == 2 else {
      throw TraceError(
        .malformed, "has a damaged ELF header", at: SourceLocation(file: file.path, byteOffset: 0))
    }
    is64 = head[4] == 2
    isLittleEndian = head[5] == 1
    let header = ElfFields(bytes: head, isLittleEndian: isLittleEndian)
    type = UInt16(truncatingIfNeeded: header.number(at: 16, bytes: 2))
    machine = UInt16(truncatingIfNeeded: header.number(at: 18, bytes: 2))
    try readSegments(header)
    try readSections(header)
  }

  /// The path of the dynamic loader.
  func interpreter() throws(TraceError) -> String? {
    guard let segment = segments.first(where: { $0.type == UInt32(PT_INTERP) }) else { return nil }
    return text(try file.read(at: segment.offset, upTo: Int(min(segment.fileSize, 4096))))
  }

  /// The build id, from the notes.
  func buildID() throws(TraceError) -> [UInt8] {
    for segment in segments where segment.type == UInt32(PT_NOTE) {
      let size = Int(min(segment.fileSize, UInt64(ElfTables.mostTableBytes)))
      let notes = fields(try file.read(at: segment.offset, upTo: size))
      var position = 0
      while position + 12 <= notes.bytes.count {
        let nameSize = Int(notes.number(at: position, bytes: 4))
        let size = Int(notes.number(at: position + 4, bytes: 4))
        let type = notes.number(at: position + 8, bytes: 4)
        let name = position + 12
        let content = name + (nameSize + 3) & ~3
        guard content + size <= notes.bytes.count else { break }
        if type == 3, notes.bytes[name..<(name + nameSize)].elementsEqual("GNU\0".utf8) {
          return Array(notes.bytes[content..<(content + size)])
        }
        position = content + (size + 3) & ~3
      }
    }
    return []
  }

  /// The names of the libraries that the dynamic section asks for.
  func neededLibraries() throws(TraceError) -> [String] {
    guard let segment = segments.first(where: { $0.type == UInt32(PT_DYNAMIC) }) else { return [] }
    let size = Int(min(segment.fileSize, UInt64(ElfTables.mostTableBytes)))
    let dynamic = fields(try file.read(at: segment.offset, upTo: size))
    let width = is64 ? 8 : 4
    var names: [UInt64] = []
    var strings: UInt64?
    var position = 0
    while position + 2 * width <= dynamic.bytes.count {
      let value = dynamic.number(at: position + width, bytes: width)
      switch dynamic.number(at: position, bytes: width) {
      case UInt64(DT_NULL): position = dynamic.bytes.count
      case UInt64(DT_NEEDED): names.append(value)
      case UInt64(DT_STRTAB): strings = offset(ofAddress: value)
      default: break
      }
      position += 2 * width
    }
    guard let strings else { return [] }
    var needed: [String] = []
    for name in names.prefix(ElfTables.mostNeeded) {
      let (offset, overflow) = strings.addingReportingOverflow(name)
      if !overflow { needed.append(text(try file.read(at: offset, upTo: 4096))) }
    }
    return needed
  }

  private mutating func readSegments(_ header: ElfFields) throws(TraceError) {
    let table = header.number(at: is64 ? 32 : 28, bytes: is64 ? 8 : 4)
    let entrySize = Int(header.number(at: is64 ? 54 : 42, bytes: 2))
    let count = Int(header.number(at: is64 ? 56 : 44, bytes: 2))
    guard entrySize >= (is64 ? 56 : 32), count > 0 else { return }
    let size = min(entrySize * count, ElfTables.mostTableBytes)
    let bytes = fields(try file.read(at: table, upTo: size))
    for start in stride(from: 0, to: bytes.bytes.count - entrySize + 1, by: entrySize) {
      segments.append(
        Segment(
          type: UInt32(truncatingIfNeeded: bytes.number(at: start, bytes: 4)),
          offset: bytes.number(at: start + (is64 ? 8 : 4), bytes: is64 ? 8 : 4),
          address: bytes.number(at: start + (is64 ? 16 : 8), bytes: is64 ? 8 : 4),
          fileSize: bytes.number(at: start + (is64 ? 32 : 16), bytes: is64 ? 8 : 4)))
    }
  }

  private mutating func readSections(_ header: ElfFields) throws(TraceError) {
    let table = header.number(at: is64 ? 40 : 32, bytes: is64 ? 8 : 4)
    let entrySize = Int(header.number(at: is64 ? 58 : 46, bytes: 2))
    let count = Int(header.number(at: is64 ? 60 : 48, bytes: 2))
    let namesIndex = Int(header.number(at: is64 ? 62 : 50, bytes: 2))
    guard entrySize >= (is64 ? 64 : 40), count > 0 else { return }
    let size = min(entrySize * count, ElfTables.mostTableBytes)
    let bytes = fields(try file.read(at: table, upTo: size))
    let starts = Array(stride(from: 0, to: bytes.bytes.count - entrySize + 1, by: entrySize))
    guard starts.indices.contains(namesIndex) else { return }
    let width = is64 ? 8 : 4
    let names = try file.read(
      at: bytes.number(at: starts[namesIndex] + (is64 ? 24 : 16), bytes: width),
      upTo: Int(
        min(
          bytes.number(at: starts[namesIndex] + (is64 ? 32 : 20), bytes: width),
          UInt64(ElfTables.mostTableBytes))))
    for start in starts {
      let name = Int(bytes.number(at: start, bytes: 4))
      sections.append(
        Section(
          name: name < names.count ? text(names[name...].prefix(64)) : "",
          type: UInt32(truncatingIfNeeded: bytes.number(at: start + 4, bytes: 4)),
          size: bytes.number(at: start + (is64 ? 32 : 20), bytes: width)))
    }
  }

  /// Where the file has the byte that is loaded at an address.
  private func offset(ofAddress address: UInt64) -> UInt64? {
    for segment in segments where segment.type == UInt32(PT_LOAD) {
      guard address >= segment.address, address - segment.address < segment.fileSize else {
        continue
      }
      let (offset, overflow) = segment.offset.addingReportingOverflow(address - segment.address)
      return overflow ? nil : offset
    }
    return nil
  }

  private func fields(_ bytes: [UInt8]) -> ElfFields {
    ElfFields(bytes: bytes, isLittleEndian: isLittleEndian)
  }

  /// The text before the first zero byte.
  private func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// Numbers in a part of an ELF file.
struct ElfFields {
  var bytes: [UInt8]
  var isLittleEndian: Bool

  /// An unsigned number of 2, 4 or 8 bytes; 0 where they are not all there.
  func number(at position: Int, bytes count: Int) -> UInt64 {
    guard position >= 0, position + count <= bytes.count else { return 0 }
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = bytes[position + (isLittleEndian ? count - 1 - index : index)]
      value = value << 8 | UInt64(byte)
    }
    return value
  }
}
