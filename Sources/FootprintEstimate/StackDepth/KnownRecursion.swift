import WasmBinary

/// Functions that call themselves, but only once: the second activation cannot come to the call.
///
/// Nearly every C program has two of them, `frexp` and `fflush` of musl, so that without this no
/// program that prints would have a bound. They are told by their instructions, as names are often
/// stripped.
enum KnownRecursion {
  /// The two have 100 to 400 bytes.
  private static let codeLimit = 2048

  static func callsItselfOnce(_ own: Int, in module: WasmModule) -> Bool {
    guard module.bodies[own].code.count <= codeLimit,
      let type = module.functionType(module.functions[own])
    else { return false }
    let isScaling = type == FunctionType(parameters: [.f64, .i32], results: [.f64])
    guard isScaling || type.parameters.first == .i32 else { return false }
    let index = UInt64(module.importedFunctionTypes.count + own)
    var zeroGuard = ZeroGuard()
    var constants: Set<UInt64> = []
    var recent: [Instruction] = []
    var cursor = module.instructions(of: module.bodies[own])
    while let instruction = try? cursor.next() {
      switch instruction.opcode {
      case .call, .returnCall:
        guard instruction.first == index else { break }
        guard isScaling ? endsInScaling(recent) : zeroGuard.allowsCall(recent) else { return false }
      case .i32Const, .i64Const: constants.insert(Int64(bitPattern: instruction.first).magnitude)
      default: break
      }
      zeroGuard.pass(instruction)
      recent = Array((recent + [instruction]).suffix(6))
    }
    return !isScaling || constants.isSuperset(of: exponentConstants)
  }

  /// `frexp`: the exponent's place and mask, its bias, and what the scaling takes away.
  private static let exponentConstants: Set<UInt64> = [52, 2047, 1022, 64]

  /// A subnormal number is scaled by 2^64, and the product is not subnormal:
  /// … constant, product, second argument, call.
  private static func endsInScaling(_ recent: [Instruction]) -> Bool {
    let last = Array(recent.suffix(3))
    return last.map(\.opcode) == [.f64Const, Opcode(rawValue: 0xA2), .localGet]
      && last[0].first == 0x43F0_0000_0000_0000
  }
}

/// `fflush(0)`, which calls itself for open files: only in a block that is entered with the first
/// parameter 0, and with an argument that was just seen not to be 0.
private struct ZeroGuard {
  private var first: [Opcode] = []
  private var depth = 0
  private var isInside = false

  mutating func pass(_ instruction: Instruction) {
    if first.count < 3 {
      let isParameter = instruction.opcode != .localGet || instruction.first == 0
      let leavesBlock = instruction.opcode != .branchIf || instruction.first == 0
      first.append(isParameter && leavesBlock ? instruction.opcode : .unreachable)
      isInside = ZeroGuard.openings.contains(first)
    }
    switch instruction.opcode {
    case .block, .loop, .if, .tryLegacy, .tryTable: depth += 1
    case .else: if depth == 1 { isInside = false }
    case .end, .delegate:
      depth -= 1
      if depth == 0 { isInside = false }
    default: break
    }
  }

  private static let equalsZero = Opcode(rawValue: 0x45)
  private static let load = Opcode(rawValue: 0x28)
  /// With wasm-opt and without.
  private static let openings: Set<[Opcode]> = [
    [.localGet, equalsZero, .if], [.block, .localGet, .branchIf],
  ]

  /// Load, test, the same load, call.
  func allowsCall(_ recent: [Instruction]) -> Bool {
    guard isInside, recent.count == 6 else { return false }
    let load = ZeroGuard.load
    let tested: ArraySlice<Instruction>
    switch recent.map(\.opcode) {
    case [.i32Const, load, ZeroGuard.equalsZero, .branchIf, .i32Const, load]:
      tested = recent[0...1]
    case let codes where codes.suffix(5) == [.i32Const, load, .if, .i32Const, load]:
      tested = recent[1...2]
    default: return false
    }
    return zip(tested, recent.suffix(2)).allSatisfy {
      $0.first == $1.first && $0.third == $1.third
    }
  }
}
