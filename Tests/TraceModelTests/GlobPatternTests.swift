import MemtraceTestSupport
import Testing
import TraceModel

@Suite struct GlobPatternTests {
  /// What the pattern means, in as many ways as there are.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == UInt8(ascii: "*") {
      return (name.startIndex...name.endIndex).contains { rest in
        matches(pattern.dropFirst(), name[rest...])
      }
    }
    guard let byte = name.first, first == UInt8(ascii: "?") || first == byte else { return false }
    return matches(pattern.dropFirst(), name.dropFirst())
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `any pattern matches what it means, and nothing else`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var matching = 0
    for _ in 0..<4000 {
      let pattern = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Array("**?aab".utf8).randomElement(using: &random) ?? 0
      }
      let name = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        Array("aab".utf8).randomElement(using: &random) ?? 0
      }
      let expected = GlobPatternTests.matches(pattern[...], name[...])
      let glob = GlobPattern(String(decoding: pattern, as: UTF8.self))
      #expect(glob.matches(name) == expected, "\(glob) \(String(decoding: name, as: UTF8.self))")
      matching += expected ? 1 : 0
    }
    #expect(matching > 400 && matching < 3600)
  }
}
