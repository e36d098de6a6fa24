/// The real recordings in the repository's SampleTraces folder.
package enum Samples {
  /// The path of the file with this name in SampleTraces, such as `dumps/main__fast__fake.txt`.
  package static func path(_ name: String) -> String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/SampleTraces/" + name
  }
}
