/// What the scan of one body found.
struct BodyFacts {
  /// The deepest that the stack pointer is lowered, in bytes, as far as it is known.
  var shadowBytes: Int32 = 0
  /// How far a function that calls nothing writes below the stack pointer without lowering it.
  var redZoneBytes: Int32 = 0
  /// The most cells of operands at a time; -1 where they were not followed to the end.
  var operandCells: Int32 = 0
  /// The most blocks at a time, the body itself counted.
  var blocks: Int32 = 0
  /// Cells of declared locals, parameters not counted.
  var localCells: Int32 = 0
  /// By how much the stack pointer is higher or lower after the function.
  var netEffect: Int32 = 0
  /// The parameter that the only result is equal to, as in `memset`; -1 for none.
  var returnedParameter: Int8 = -1
  /// Its result is that of a call which may turn out to give back a parameter.
  var returnsPassed = false
  /// The stack pointer is set to something that only a run knows.
  var hasUnknownFrame = false
  /// The stack pointer after the function is not known.
  var hasUnknownEffect = false
  /// Functions are called while it is not known where the stack pointer is.
  var hasUnknownCalls = false
  /// How often the function can be active at a time by its own calls of itself; those are no edges of
  /// the graph then.
  var activations: Int32 = 1
  var setsStackPointer = false
  /// The stack pointer was rounded to more than its alignment, or set to no multiple of it.
  var reliesOnAlignment = false
  var breaksAlignment = false

  var isUnknown: Bool { hasUnknownFrame || hasUnknownEffect || hasUnknownCalls }
}
