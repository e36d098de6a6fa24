import TraceModel

/// The dump's block of the execution environment (`wasm_exec_env_create_internal`).
enum ExecEnvFields {
  static func block(_ build: RuntimeBuild) -> [SnapshotField: Int64] {
    var fields: [SnapshotField: Int64] = [
      .execEnvStruct: build.profile.execEnv,
      .execEnvStack: build.stackBytes,
      .execEnvTotal: build.profile.execEnv + build.stackBytes,
    ]
    // A part of the struct, printed where the build's interpreter is the classic one.
    if build.profile.isClassic {
      fields[.execEnvBlockAddrCache] =
        ["BLOCK_ADDR_CACHE_SIZE", "BLOCK_ADDR_CONFLICT_SIZE", "BlockAddr"]
        .reduce(1) { LargestSize.product($0, build.size($1)) }
    }
    return fields
  }
}
