import TraceModel

/// The subsections of the `name` custom section, as far as they can be read.
///
/// Source: WebAssembly core specification 3.0, appendix "Custom Sections and Annotations"; global
/// names (subsection 7) as in the extended name section proposal, which wasm-ld writes.
struct NameSection {
  enum Subsection: UInt8 {
    case functions = 1
    case globals = 7
  }

  private let module: WasmModule
  /// What follows the section's name; nil where the module has no such section.
  private let content: Range<Int>?

  init(_ module: WasmModule) {
    self.module = module
    content = module.customSections.first { $0.name == "name" }?.content
  }

  /// Calls `body` with each index and the range of its name in the file, up to the first entry that
  /// cannot be read.
  func forEachName(in subsection: Subsection, _ body: (UInt32, Range<Int>) -> Void) {
    guard let content else { return }
    var cursor = ByteCursor(bytes: module.bytes, file: module.file, range: content)
    do {
      while !cursor.isAtEnd {
        let id = try cursor.u8()
        let payload = try cursor.slice(try cursor.u32())
        guard id == subsection.rawValue else { continue }
        var entries = cursor.cursor(over: payload)
        let count = try entries.count(of: "names", entryBytes: 2)
        for _ in 0..<count {
          let index = try entries.u32()
          body(index, try entries.nameRange())
        }
      }
    } catch {
      // Names only help to read a report: what is behind a broken entry goes without.
    }
  }
}
