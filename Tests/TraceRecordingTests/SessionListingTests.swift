import Glibc
import MemtraceTestSupport
import Testing
import TraceRecording

/// Ring files that appear while a session folder is watched.
@Suite struct SessionListingTests {
  private static let second: UInt64 = 1_000_000_000

  private let folder: TemporaryFolder
  private let changed: timespec
  private let clock = Clock()

  private final class Clock {
    var time: UInt64 = 0
  }

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write([0], to: "1-1-0.ring")
    var status = stat()
    try unsafe #require(stat(folder.path, &status) == 0)
    changed = status.st_mtim
  }

  private func listing() -> SessionListing {
    SessionListing(folder.path) { [clock] in clock.time }
  }

  /// Adds a file in the tick of the kernel in which the folder was changed before.
  private func addInTheSameTick(_ name: String) throws {
    _ = try folder.write([0], to: name)
    let times = [changed, changed]
    try unsafe #require(utimensat(AT_FDCWD, folder.path, times, 0) == 0)
  }

  /// As when the recording process got no processor for a second.
  @Test func `a ring made in the tick of the last look is seen by the next, however late`() throws {
    var listing = listing()
    #expect(listing.newNames(again: false) == ["1-1-0.ring"])
    try addInTheSameTick("1-1-1.ring")
    clock.time += SessionListingTests.second
    #expect(listing.newNames(again: false).sorted() == ["1-1-0.ring", "1-1-1.ring"])
  }

  @Test func `a folder that is as it was a tick ago is read again only where it must be`() throws {
    var listing = listing()
    _ = listing.newNames(again: false)
    clock.time += SessionListingTests.second
    #expect(listing.newNames(again: false) == ["1-1-0.ring"])
    clock.time += SessionListingTests.second
    #expect(listing.newNames(again: false) == [])
    #expect(listing.newNames(again: true) == ["1-1-0.ring"])
    listing.ignore("1-1-0.ring")
    _ = try folder.write([0], to: "1-1-2.ring")
    #expect(listing.newNames(again: false) == ["1-1-2.ring"])
  }
}
