import TraceModel

/// The buffers of `WASMLoaderContext` while one function is checked.
///
/// Source: `wasm_loader_ctx_init` and `wasm_loader_ctx_destroy` in
/// core/iwasm/interpreter/wasm_loader.c.
struct LoaderState {
  /// A buffer and its size.
  private struct Buffer {
    var block: AllocationSequence.Block
    var bytes: Int64
  }

  /// A place in the code that waits for an address.
  private struct Wait {
    var block: AllocationSequence.Block
    var isForElse: Bool
  }

  private struct OpenBlock {
    /// The last one is the first that is looked at.
    var waits: [Wait] = []
    var savedSlots: AllocationSequence.Block?
  }

  private let rules: PoolRules
  private let structs: PoolStructs
  private let context: AllocationSequence.Block
  private var operands: Buffer
  private var blocks: Buffer
  private var slots: Buffer?
  /// One list, or 32-bit, 64-bit and 128-bit constants.
  private var constants: [Buffer] = []
  private var open: [OpenBlock] = []

  init(
    rules: PoolRules, structs: PoolStructs, isFast: Bool, _ sequence: inout AllocationSequence
  ) {
    self.rules = rules
    self.structs = structs
    func make(_ bytes: Int64) -> Buffer {
      Buffer(block: sequence.allocate(bytes, .loaderState), bytes: bytes)
    }
    context = make(structs.loaderContext).block
    operands = make(32)
    blocks = make(8 * structs.branchBlock)
    guard isFast else { return }
    slots = make(2 * 32)
    let room = Int64(LoaderConstants.firstRoom)
    if rules.sortsConstants {
      // 64-bit ones come first.
      let double = make(8 * room)
      constants = [make(4 * room), double]
      constants.append(make(16 * room))
    } else {
      constants = [make(structs.typedConstant * room)]
    }
  }

  mutating func take(
    _ step: LoaderStep, isSecondPass: Bool, _ sequence: inout AllocationSequence
  ) {
    switch step.kind {
    case .growOperands: grow(&operands, by: 16, &sequence)
    case .growBlocks: grow(&blocks, by: 8 * structs.branchBlock, &sequence)
    case .growSlots:
      guard var buffer = slots else { return }
      grow(&buffer, by: 16, &sequence)
      slots = buffer
    case .growConstants:
      guard constants.indices.contains(step.number) else { return }
      let by =
        rules.sortsConstants ? constants[step.number].bytes : 4 * structs.typedConstant
      grow(&constants[step.number], by: by, &sequence)
    case .open:
      var block = OpenBlock()
      if step.number > 0 {
        block.savedSlots = sequence.allocate(Int64(step.number), .loaderState)
      }
      open.append(block)
    case .waitForEnd: wait(at: step.number, isForElse: false, &sequence)
    case .waitForElse: wait(at: step.number, isForElse: true, &sequence)
    case .meetElse: if isSecondPass { meetElse(&sequence) }
    case .meetEnd: meetEnd(isSecondPass: isSecondPass, &sequence)
    case .borrow:
      let block = sequence.allocate(Int64(step.number), .loaderState)
      sequence.free(block, .loaderState)
    case .keepLabels:
      sequence.allocate(structs.branchTableHeader + 4 * Int64(step.number), .functions)
    }
  }

  /// After the first pass: arrays with values that occur twice are copied to smaller ones.
  mutating func shrinkConstants(
    _ gathered: LoaderConstants, _ sequence: inout AllocationSequence
  ) {
    guard rules.sortsConstants else { return }
    for width in [LoaderConstants.Width.double, .vector, .single] {
      let distinct = gathered.distinct(width)
      guard distinct < gathered.counts[width.rawValue] else { continue }
      let bytes = width.bytes * Int64(distinct)
      let new = sequence.allocate(bytes, .loaderState, optional: true)
      sequence.free(constants[width.rawValue].block, .loaderState)
      constants[width.rawValue] = Buffer(block: new, bytes: bytes)
    }
  }

  mutating func end(_ sequence: inout AllocationSequence) {
    sequence.free(operands.block, .loaderState)
    // A function that was not followed to its end leaves open blocks.
    for block in open { free(block, &sequence) }
    sequence.free(blocks.block, .loaderState)
    if let slots { sequence.free(slots.block, .loaderState) }
    let order = constants.count == 3 ? [1, 0, 2] : Array(constants.indices)
    for index in order { sequence.free(constants[index].block, .loaderState) }
    sequence.free(context, .loaderState)
  }

  private func grow(
    _ buffer: inout Buffer, by bytes: Int64, _ sequence: inout AllocationSequence
  ) {
    buffer.bytes += bytes
    if rules.reallocatesInPlace {
      sequence.reallocate(buffer.block, to: buffer.bytes, .loaderState)
      return
    }
    let new = sequence.allocate(buffer.bytes, .loaderState)
    sequence.free(buffer.block, .loaderState)
    buffer.block = new
  }

  private mutating func wait(
    at depth: Int, isForElse: Bool, _ sequence: inout AllocationSequence
  ) {
    guard open.indices.contains(depth) else { return }
    let block = sequence.allocate(structs.branchPatch, .loaderState)
    open[depth].waits.append(Wait(block: block, isForElse: isForElse))
  }

  private mutating func meetElse(_ sequence: inout AllocationSequence) {
    guard let last = open.indices.last else { return }
    for wait in open[last].waits.reversed() where wait.isForElse {
      sequence.free(wait.block, .loaderState)
    }
    open[last].waits.removeAll(where: \.isForElse)
  }

  private mutating func meetEnd(isSecondPass: Bool, _ sequence: inout AllocationSequence) {
    guard var block = open.popLast() else { return }
    if let slots = block.savedSlots { sequence.free(slots, .loaderState) }
    block.savedSlots = nil
    if isSecondPass {
      for wait in block.waits.reversed() where !wait.isForElse {
        sequence.free(wait.block, .loaderState)
      }
      block.waits.removeAll { !$0.isForElse }
    }
    free(block, &sequence)
  }

  private func free(_ block: OpenBlock, _ sequence: inout AllocationSequence) {
    for wait in block.waits.reversed() { sequence.free(wait.block, .loaderState) }
    if let slots = block.savedSlots { sequence.free(slots, .loaderState) }
  }
}
