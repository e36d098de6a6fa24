/// What an `.aot` file may hold, beside the limits of every module.
extension ModuleLimits {
  /// Operators that may wait for their operands in one initial value.
  package static let aotExpressionNesting = 10_000
}
