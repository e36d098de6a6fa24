import Glibc

/// The ring files that appear in a session folder.
///
/// The folder is read again only where its time says that it may have changed; that time is as
/// coarse as the kernel's tick, so a change may hide behind one just seen. Only a reading that began
/// a tick after its time was seen has seen all changes of that time.
package struct SessionListing {
  private static let coarseNanoseconds: UInt64 = 30_000_000

  private let folder: String
  private let clock: () -> UInt64
  private var known: Set<String> = []
  private var changed = timespec()
  /// When the time of the last change was first seen.
  private var changedSeen: UInt64 = 0
  private var hasSeenAll = false

  /// `clock` gives nanoseconds that never go back.
  package init(_ folder: String, clock: @escaping () -> UInt64 = Collector.now) {
    self.folder = folder
    self.clock = clock
  }

  /// A file that is not asked for again.
  package mutating func ignore(_ name: String) {
    known.insert(name)
  }

  /// Names of rings that are not ignored; each is opened and removed, or ignored.
  package mutating func newNames(again: Bool) -> [String] {
    var status = stat()
    guard unsafe stat(folder, &status) == 0 else { return [] }
    let time = status.st_mtim
    if time.tv_sec != changed.tv_sec || time.tv_nsec != changed.tv_nsec {
      changed = time
      changedSeen = clock()
      hasSeenAll = false
    }
    guard !hasSeenAll || again else { return [] }
    hasSeenAll = clock() &- changedSeen > SessionListing.coarseNanoseconds
    guard let listing = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(listing) }
    var names: [String] = []
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name.hasSuffix(".ring"), !known.contains(name) { names.append(name) }
    }
    return names
  }
}
