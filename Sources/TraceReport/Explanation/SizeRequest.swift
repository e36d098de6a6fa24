/// Sizes to ask WAMR and the linker for, from what a run used of them.
enum SizeRequest {
  /// A WASM stack for a run that used so much of one: WAMR starts a function only where twice its
  /// frame is free (`wasm_exec_env_alloc_wasm_frame`, all versions), so twice the use is enough.
  static func stack(forUse bytes: Int64) -> Int64 {
    max(kibibyte, roundedUp(min(bytes, limit) * 2))
  }

  /// An aux stack or a heap: a quarter more than was used.
  static func withReserve(_ bytes: Int64) -> Int64 {
    roundedUp(min(bytes, limit) + min(bytes, limit) / 4)
  }

  /// What linear memory loses when less is asked for an app heap of `bytes`; an appended heap has
  /// whole pages, less 1 KiB.
  static func savedByAppHeap(of bytes: Int64, asking request: Int64) -> Int64 {
    let page = 64 * kibibyte
    guard bytes % page == page - kibibyte else { return bytes - request }
    let rest = request == 0 ? 0 : (request + kibibyte + page - 1) / page * page
    return bytes &+ kibibyte &- rest
  }

  /// What wasm-ld gives the aux stack where `-z stack-size` says nothing.
  static let linkersAuxStack: Int64 = 65_536

  private static let kibibyte: Int64 = 1024
  /// More than any size that WAMR takes; numbers of a trace beyond it are cut to it.
  private static let limit = Int64(1) << 48

  private static func roundedUp(_ bytes: Int64) -> Int64 {
    (max(0, bytes) + kibibyte - 1) / kibibyte * kibibyte
  }
}
