/// How much may be done about operands one by one: some for each byte of code, and some anyway.
///
/// Compilers' code takes about one step a byte; only code made to be slow comes to the end of it.
struct WorkAllowance {
  private var left: Int

  init(codeBytes: Int) {
    left = 4_000_000 + 16 * codeBytes
  }

  @inline(__always)
  mutating func take(_ steps: Int) -> Bool {
    left -= steps
    return left >= 0
  }
}
