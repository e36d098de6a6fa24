/// How much stack a run that begins at certain functions can need.
package struct StackBound: Hashable, Sendable {
  /// What no run exceeds; nil where recursion, or a frame whose size only a run knows, sets no limit.
  package var bytes: Int64?
  /// The worst path, on the assumption that no function is active twice and that frames of unknown
  /// size are as large as the part that is known: equal to `bytes` where there is such a bound.
  package var bytesWithoutRecursion: Int64
  /// The functions of that path, from the entry on.
  package var path: [Int]
  /// One cycle of calls of each group of functions that call each other and can be reached.
  package var recursions: [[Int]]
  /// Functions that can be reached and take an amount that only a run knows (`alloca`, arrays of
  /// variable length), or leave the stack pointer elsewhere.
  package var unknownFrames: [Int]
  /// Imported functions, but for WASI's, that can be reached: whatever they call back is not in the
  /// figures.
  package var throughImports: [Int]
  /// Where the run begins.
  package var entries: [Int]
}
