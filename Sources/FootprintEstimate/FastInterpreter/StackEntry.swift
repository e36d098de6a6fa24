/// What is known of one 4-byte cell: the type of the operand in it and the frame offset where the
/// operand will be; both are entries of stacks of their own, which usually are equally high.
struct StackEntry {
  var offset: Int16 = 0
  var type = OperandType.none
}
