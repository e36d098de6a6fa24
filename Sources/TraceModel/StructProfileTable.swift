/// The builds whose struct sizes are known, and the reader of a table of such builds.
///
/// A table has one row for each struct, offset or constant and one column for each build, with tabs
/// between: `name` and the builds' names in the first row; then, in any order, the rows `version`,
/// `source` and `features`, and sizes in bytes, `-` where a build has no such struct.
/// `Tools/struct-profile.c` prints a table of one build.
extension StructProfile {
  /// Measured in the versions and builds that their names say.
  package static let all: [StructProfile] = {
    let text = String(decoding: PackageResources.StructProfiles_tsv, as: UTF8.self)
    return (try? table(text, file: "StructProfiles.tsv")) ?? []
  }()

  /// Every build of a table.
  package static func table(_ text: String, file: String) throws(TraceError) -> [StructProfile] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    guard let header = lines.first, header.first == "name", header.count > 1 else {
      throw TraceError(
        .malformed, "no table of struct sizes: its first line is not \"name\" and builds",
        at: SourceLocation(file: file, line: 1),
        remedy: "compile and run Tools/struct-profile.c with your WAMR's headers and flags")
    }
    var profiles = header.dropFirst().map { StructProfile(name: String($0)) }
    for (number, cells) in lines.enumerated().dropFirst() where cells != [""] {
      let place = SourceLocation(file: file, line: number + 1)
      guard cells.count == header.count else {
        throw TraceError(
          .malformed, "\(cells.count) columns where the first line has \(header.count)", at: place)
      }
      for (index, cell) in cells.dropFirst().enumerated() where cell != "-" {
        try profiles[index].set(String(cells[0]), to: String(cell), at: place)
      }
    }
    for profile in profiles where profile.sizes["void*"] == nil {
      throw TraceError(
        .malformed, "\(profile.name) has no row void*", at: SourceLocation(file: file))
    }
    return profiles
  }

  private mutating func set(
    _ row: String, to cell: String, at place: SourceLocation
  ) throws(TraceError) {
    switch row {
    case "version":
      guard let version = WamrVersion(cell) else {
        throw TraceError(.malformed, "\"\(cell)\" is no version of WAMR", at: place)
      }
      self.version = version
    case "source": source = cell
    case "features":
      guard let features = BuildFeatures(cell) else {
        throw TraceError(.malformed, "\"\(cell)\" is no list of NAME=VALUE", at: place)
      }
      self.features = features
    default:
      guard let bytes = Int64(cell), (0...1 << 40).contains(bytes) else {
        throw TraceError(.malformed, "\(row): \"\(cell)\" is no size in bytes", at: place)
      }
      sizes[row] = bytes
    }
  }
}
