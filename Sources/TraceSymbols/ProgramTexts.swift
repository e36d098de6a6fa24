import CElfutils
import Glibc
package import TraceModel

/// The constant data of a program, in which its texts stand whether or not it has symbols.
package struct ProgramTexts: Sendable {
  private var sections: [[UInt8]] = []

  /// More than real programs have, so that a damaged size costs little.
  private static let mostBytes = 256 << 20

  package init(path: String) throws(TraceError) {
    let descriptor = unsafe celfutils_open(path)
    guard descriptor >= 0 else {
      throw TraceError(.inputOutput, "cannot be read", at: SourceLocation(file: path))
    }
    defer { close(descriptor) }
    _ = elf_version(UInt32(EV_CURRENT))
    guard let file = unsafe elf_begin(descriptor, ELF_C_READ, nil) else {
      throw TraceError(
        .malformed, "is no ELF file that can be read", at: SourceLocation(file: path))
    }
    defer { unsafe elf_end(file) }
    var section = unsafe elf_nextscn(file, nil)
    while let current = unsafe section {
      if let bytes = unsafe ProgramTexts.constants(of: current) { sections.append(bytes) }
      unsafe section = elf_nextscn(file, current)
    }
  }

  /// The byte before and behind a text, 0 at a section's ends; nil where the text is nowhere.
  package func neighbours(of text: String) -> (before: UInt8, behind: UInt8)? {
    let wanted = Array(text.utf8)
    guard let first = wanted.first else { return nil }
    for bytes in sections {
      var start = 0
      while let place = bytes[start...].firstIndex(of: first) {
        let end = place + wanted.count
        guard end <= bytes.count else { break }
        if bytes[place..<end].elementsEqual(wanted) {
          return (place > 0 ? bytes[place - 1] : 0, end < bytes.count ? bytes[end] : 0)
        }
        start = place + 1
      }
    }
    return nil
  }

  package func contains(_ text: String) -> Bool { neighbours(of: text) != nil }

  /// Bytes of a section that is loaded, never written and no code.
  private static func constants(of section: OpaquePointer) -> [UInt8]? {
    var header = GElf_Shdr()
    guard unsafe gelf_getshdr(section, &header) != nil, header.sh_type == UInt32(SHT_PROGBITS),
      header.sh_flags & GElf_Xword(SHF_ALLOC) != 0,
      header.sh_flags & GElf_Xword(SHF_EXECINSTR | SHF_WRITE) == 0,
      header.sh_size <= GElf_Xword(mostBytes),
      let data = unsafe elf_rawdata(section, nil), let start = unsafe data.pointee.d_buf
    else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: data.pointee.d_size))
  }
}
