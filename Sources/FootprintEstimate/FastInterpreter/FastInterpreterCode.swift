package import TraceModel
package import WasmBinary

/// What the fast interpreter's loader makes of a module's functions, without loading it.
package enum FastInterpreterCode {
  /// One entry for each own function.
  ///
  /// A body that the loader would refuse is an error that names its file and offset. Time is
  /// proportional to the code, memory to the deepest stack of a function.
  package static func sizes(
    of module: WasmModule, rules: FastCodeRules, build: FastCodeBuild
  ) throws(TraceError) -> [FastFunctionCode] {
    var pass = FastCodePass(FastCodeModule(module), rules: rules, build: build)
    var sizes: [FastFunctionCode] = []
    sizes.reserveCapacity(module.bodies.count)
    for (body, type) in zip(module.bodies, module.functions) {
      sizes.append(try pass.compile(body, type: type))
    }
    return sizes
  }
}
