import TraceModel

/// The block that holds an execution environment and, behind its struct, the WASM stack.
///
/// WAMR asks for both at once (`wasm_exec_env_create_internal` in wasm_exec_env.c, all versions). The
/// struct's size is that of a known build; stacks are asked for in whole kibibytes nearly always.
enum ExecEnvBlock {
  private static let stackGrain: UInt64 = 1024

  /// Sizes of the struct in the known builds, ascending.
  private static let structSizes: [UInt64] = Array(
    Set(
      StructProfile.measured("WASMExecEnv.wasm_stack").compactMap(UInt64.init(exactly:))
        .filter { $0 > 0 })
  ).sorted()

  /// Bytes of the stack in a block; nil where no known struct leaves whole kibibytes.
  static func stackBytes(inBlockOf size: UInt64) -> UInt64? {
    var best: UInt64?
    for structBytes in structSizes where structBytes < size {
      let stack = size - structBytes
      guard stack % stackGrain == 0 else { continue }
      if stack.trailingZeroBitCount > best?.trailingZeroBitCount ?? -1 { best = stack }
    }
    return best
  }
}
