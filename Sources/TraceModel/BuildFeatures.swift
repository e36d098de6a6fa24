/// WAMR's build options, spelt as in its CMake files without `WAMR_BUILD_`.
package struct BuildFeatures: Hashable, Sendable {
  package private(set) var values: [String: String] = [:]
  /// The release whose defaults stand for what is not given.
  package var version = WamrVersion.main

  package init() {}

  /// Reads `NAME=VALUE` separated by blanks or commas.
  ///
  /// `-DWAMR_BUILD_` before a name is left out; nil where a part is no assignment.
  package init?(_ text: String) {
    let parts = text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
    for part in parts {
      guard let sign = part.firstIndex(of: UInt8(ascii: "=")), sign > part.startIndex else {
        return nil
      }
      self[String(Substring(part[..<sign]))] = String(Substring(part[sign...].dropFirst()))
    }
  }

  package subscript(name: String) -> String? {
    get { values[BuildFeatures.short(name)] }
    set { values[BuildFeatures.short(name)] = newValue }
  }

  /// On where it is given and not 0; else as iwasm's CMake files for Linux have it.
  package func has(_ name: String) -> Bool {
    if let value = values[name] { return value != "0" }
    return BuildFeatures.onSince[name].map { $0 <= version } ?? false
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

  /// The release from which on an option is on where nobody says otherwise.
  private static let onSince: [String: WamrVersion] = {
    let always = [
      "INTERP", "AOT", "FAST_INTERP", "LIBC_BUILTIN", "LIBC_WASI", "SIMD", "HW_BOUND_CHECK",
      "WRITE_GS_BASE",
    ]
    let later = [
      ("BULK_MEMORY", "1.1.2"), ("MODULE_INST_CONTEXT", "1.3.0"), ("QUICK_AOT_ENTRY", "1.3.0"),
      ("AOT_INTRINSICS", "2.0.0"), ("REF_TYPES", "2.3.0"), ("SHRUNK_MEMORY", "2.4.0"),
    ]
    return Dictionary(
      uniqueKeysWithValues: (always.map { ($0, "12-30-2021") } + later).compactMap { name, since in
        WamrVersion(since).map { (name, $0) }
      })
  }()

  private static func short(_ name: String) -> String {
    guard name.hasPrefix("-") || name.hasPrefix("W") else { return name.uppercased() }
    var rest = name[...]
    for prefix in ["-D", "WAMR_BUILD_"] where rest.hasPrefix(prefix) {
      rest = rest.dropFirst(prefix.count)
    }
    return rest.uppercased()
  }
}
