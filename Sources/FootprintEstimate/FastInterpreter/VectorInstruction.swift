/// A 128-bit SIMD instruction: what it takes, from the top, and what it gives.
///
/// Source: `case WASM_OP_SIMD_PREFIX` in core/iwasm/interpreter/wasm_loader.c, WAMR 2.3.0 to main.
struct VectorInstruction {
  var isKnown = false
  /// A number on top of the vectors.
  var scalar = OperandType.none
  var vectors: UInt8 = 0
  /// A memory address below them.
  var takesAddress = false
  var result = OperandType.v128
  /// The constant of `v128.const` and `i8x16.shuffle`, the offset of a memory access.
  var immediateBytes: UInt8 = 0
  var hasLane = false

  /// By the second opcode.
  static let byCode: InlineArray<256, VectorInstruction> = {
    var table = InlineArray<256, VectorInstruction>(repeating: VectorInstruction())
    func set(_ codes: [ClosedRange<Int>], _ shape: VectorInstruction) {
      for code in codes.flatMap(\.self) {
        table[code] = shape
        table[code].isKnown = true
      }
    }
    set([0...10, 92...93], VectorInstruction(takesAddress: true, immediateBytes: 4))
    set(
      [11...11], VectorInstruction(vectors: 1, takesAddress: true, result: .none, immediateBytes: 4)
    )
    set([12...12], VectorInstruction(immediateBytes: 16))
    set([13...13], VectorInstruction(vectors: 2, immediateBytes: 16))
    // Splats.
    set([15...17], VectorInstruction(scalar: .i32))
    set([18...18], VectorInstruction(scalar: .i64))
    set([19...19], VectorInstruction(scalar: .f32))
    set([20...20], VectorInstruction(scalar: .f64))
    // Lanes: extract, replace.
    set([21...22, 24...25, 27...27], VectorInstruction(vectors: 1, result: .i32, hasLane: true))
    set([29...29], VectorInstruction(vectors: 1, result: .i64, hasLane: true))
    set([31...31], VectorInstruction(vectors: 1, result: .f32, hasLane: true))
    set([33...33], VectorInstruction(vectors: 1, result: .f64, hasLane: true))
    set([23...23, 26...26, 28...28], VectorInstruction(scalar: .i32, vectors: 1, hasLane: true))
    set([30...30], VectorInstruction(scalar: .i64, vectors: 1, hasLane: true))
    set([32...32], VectorInstruction(scalar: .f32, vectors: 1, hasLane: true))
    set([34...34], VectorInstruction(scalar: .f64, vectors: 1, hasLane: true))
    // Loads and stores of one lane.
    set(
      [84...87],
      VectorInstruction(vectors: 1, takesAddress: true, immediateBytes: 4, hasLane: true))
    set(
      [88...91],
      VectorInstruction(
        vectors: 1, takesAddress: true, result: .none, immediateBytes: 4, hasLane: true))
    // One vector to one.
    set(
      [
        77...77, 94...98, 103...106, 116...117, 122...122, 124...129, 135...138, 148...148,
        160...161, 167...170, 192...193, 199...202, 224...225, 227...227, 236...237, 239...239,
        248...255,
      ], VectorInstruction(vectors: 1))
    // Two vectors to one.
    set(
      [
        14...14, 35...76, 78...81, 101...102, 110...115, 118...121, 123...123, 130...130,
        133...134, 142...147, 149...153, 155...159, 174...174, 177...177, 181...186, 188...191,
        206...206, 209...209, 213...223, 228...235, 240...247,
      ], VectorInstruction(vectors: 2))
    set([82...82], VectorInstruction(vectors: 3))
    // Tests of all lanes, masks.
    set(
      [83...83, 99...100, 131...132, 163...164, 195...196],
      VectorInstruction(vectors: 1, result: .i32))
    // Shifts.
    set(
      [107...109, 139...141, 171...173, 203...205], VectorInstruction(scalar: .i32, vectors: 1))
    return table
  }()
}
