import TraceModel
import WasmBinary

extension ValueType {
  /// The bytes of a global's value (`wasm_value_type_size` in core/iwasm/interpreter/wasm.h).
  func globalBytes(_ build: RuntimeBuild) -> Int64 {
    switch self {
    case .i32, .f32: 4
    case .i64, .f64: 8
    case .v128: 16
    default: build.features.has("GC") ? build.pointerBytes : 4
    }
  }
}
