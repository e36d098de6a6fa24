/// A thread as an allocator log numbers it (`tid=`).
package struct ThreadID: RawRepresentable, Hashable, Comparable, Sendable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  package static func < (left: ThreadID, right: ThreadID) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// A call stack as an allocator log numbers it (`stack=`).
package struct StackID: RawRepresentable, Hashable, Comparable, Sendable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  package static func < (left: StackID, right: StackID) -> Bool {
    left.rawValue < right.rawValue
  }
}
