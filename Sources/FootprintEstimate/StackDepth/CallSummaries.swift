import WasmBinary

/// What a call of each function does that its caller must know to follow its own stack pointer.
struct CallSummaries {
  /// A caller that passes an address of its own frame, or a parameter, to a function with a result.
  struct Passing: Hashable {
    var caller: Int32
    var function: Int32
  }

  /// By how much the stack pointer is higher or lower afterwards, where it is.
  var netEffects: [Int32: Int32] = [:]
  /// The parameter that the only result is equal to; -1 for none.
  ///
  /// LLVM goes on with the result of `memset(frame, …)` in place of the frame's address.
  private(set) var returnedParameters: [Int8]

  /// Knows what the C standard says of imported functions.
  init(_ module: WasmModule, functionCount: Int) {
    returnedParameters = [Int8](repeating: -1, count: functionCount)
    let returning: Set<String> = [
      "memcpy", "memmove", "memset", "strcat", "strcpy", "strncat", "strncpy",
    ]
    var index = 0
    for entry in module.imports {
      guard case .function(let type) = entry.kind else { continue }
      if returning.contains(entry.name), module.functionType(type)?.parameters.count ?? 0 > 1 {
        returnedParameters[index] = 0
      }
      index += 1
    }
  }

  /// Takes over what the scan of a function's body found, and gives whether that is new.
  mutating func take(_ facts: BodyFacts, of function: Int) -> Bool {
    let effect = facts.hasUnknownEffect || facts.netEffect == 0 ? nil : facts.netEffect
    let isNew =
      netEffects[Int32(clamping: function)] != effect
      || returnedParameters[function] != facts.returnedParameter
    netEffects[Int32(clamping: function)] = effect
    returnedParameters[function] = facts.returnedParameter
    return isNew
  }
}
