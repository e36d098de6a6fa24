/// WAMR's build options, spelt as in its CMake files without `WAMR_BUILD_`.
package struct BuildFeatures: Hashable, Sendable {
  package private(set) var values: [String: String] = [:]

  package init() {}

  /// Reads `NAME=VALUE` separated by blanks or commas.
  ///
  /// `-DWAMR_BUILD_` before a name is left out; nil where a part is no assignment.
  package init?(_ text: String) {
    for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty else { return nil }
      self[String(sides[0])] = String(sides[1])
    }
  }

  package subscript(name: String) -> String? {
    get { values[BuildFeatures.short(name)] }
    set { values[BuildFeatures.short(name)] = newValue }
  }

  /// On where it is given and not 0; else as WAMR's CMake files have it.
  package func has(_ name: String) -> Bool {
    guard let value = self[name] else { return BuildFeatures.onByDefault.contains(name) }
    return value != "0"
  }

  /// Every option in the order of its name.
  package var text: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// The options in which two builds differ.
  package func differences(from other: BuildFeatures) -> [String] {
    let names = Set(values.keys).union(other.values.keys)
    return names.filter { name in
      if let left = self[name], let right = other[name] { return left != right }
      return has(name) != other.has(name)
    }.sorted()
  }

  /// Those that iwasm's CMake file for Linux turns on (WAMR 1.2 to 2.4).
  private static let onByDefault: Set<String> = [
    "INTERP", "AOT", "FAST_INTERP", "LIBC_BUILTIN", "LIBC_WASI", "SIMD", "REF_TYPES",
    "BULK_MEMORY", "MODULE_INST_CONTEXT", "QUICK_AOT_ENTRY", "SHRUNK_MEMORY", "HW_BOUND_CHECK",
    "WRITE_GS_BASE",
  ]

  private static func short(_ name: String) -> String {
    var rest = name[...]
    for prefix in ["-D", "WAMR_BUILD_"] where rest.hasPrefix(prefix) {
      rest = rest.dropFirst(prefix.count)
    }
    return rest.uppercased()
  }
}
