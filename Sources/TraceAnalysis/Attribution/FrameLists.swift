import TraceModel

/// The lists of patterns that frames match, by the frame's text: each frame of a program stands in
/// many stacks.
struct FrameLists {
  private var known = FrameTable()
  private var lists: [AttributionRules.Lists] = []

  /// The lists of each frame of a table; found out by `find` where a frame is new.
  mutating func lists(
    of frames: FrameTable, orFind find: (UnsafeRawBufferPointer) -> AttributionRules.Lists
  ) -> [AttributionRules.Lists] {
    (0..<frames.count).map { frame in
      let place = known.place(of: frame, in: frames)
      if place == lists.count { lists.append(unsafe frames.withFrame(frame, find)) }
      return lists[place]
    }
  }
}
