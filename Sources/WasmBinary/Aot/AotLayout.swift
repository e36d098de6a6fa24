/// How an `.aot` file writes what differs between WAMR's releases.
///
/// The version in the file's header does not tell all of them apart: 1.x and 2.0 to 2.2 both write 3
/// and are told apart by the size of the target info, and 2.3 and 2.4.0 both write 4.
/// Source: core/iwasm/aot/aot_loader.c of WAMR-1.0.0 to WAMR-2.4.5 and main.
package struct AotLayout: Hashable, Sendable {
  /// How the place where a segment goes is written.
  package enum SegmentOffset: Hashable, Sendable {
    /// A type in 32 bits and a value in 64.
    case fixed
    /// An initial value like any other, as long as its type needs.
    case expression
  }

  /// The releases whose wamrc writes this, for messages.
  package var releases: String
  /// The size of the target info section: with 64-bit feature flags from 2.0 on.
  package var targetInfoBytes: Int
  package var dataOffset: SegmentOffset
  package var elementOffset: SegmentOffset
  /// From 2.0 on: tables in bytes, types with a tag, initial values of any kind (of elements, too,
  /// which were plain function indices), 64-bit auxiliary addresses, frame sizes of functions.
  package var isRelease2: Bool

  /// 1.x, and 2022's and December 2021's releases.
  package static let release1 = AotLayout(
    releases: "1.x", targetInfoBytes: 36, dataOffset: .fixed, elementOffset: .fixed,
    isRelease2: false)
  /// 2.0 to 2.3.
  package static let release2 = AotLayout(
    releases: "2.0 to 2.3", targetInfoBytes: 48, dataOffset: .expression, elementOffset: .fixed,
    isRelease2: true)
  /// 2.4 and main.
  package static let release2_4 = AotLayout(
    releases: "2.4", targetInfoBytes: 48, dataOffset: .expression, elementOffset: .expression,
    isRelease2: true)

  /// The versions of the file format that are known.
  package static let versions: ClosedRange<UInt32> = 3...6

  /// The layouts that a file of this version may have, the likeliest first.
  static func candidates(version: UInt32, targetInfoBytes: Int) -> [AotLayout] {
    switch version {
    case 3: targetInfoBytes == release1.targetInfoBytes ? [release1] : [release2]
    case 4: [release2, release2_4]
    default: [release2_4]
    }
  }
}
