package import TraceModel

/// The smallest pool for WAMR's global heap (`Alloc_With_Pool`) with which a run succeeds.
package struct PoolEstimate: Sendable {
  /// One step of the run.
  package struct Phase: Hashable, Sendable {
    package var phase: AllocationPhase
    /// The smallest pool with which the run gets past this step.
    package var minimumBytes: Int64
    /// The largest block that this step asks for; 0 where it asks for none.
    package var largestBlockBytes: Int64
    package var largestFor: AllocationPurpose?
    /// Blocks with their headers that are in use when the step ends.
    package var heldBytes: Int64
  }

  package var minimumBytes: Int64
  /// The largest block of all, without its header.
  package var largestBlockBytes: Int64
  package var largestFor: AllocationPurpose?
  package var phases: [Phase]
  /// What was taken for granted.
  package var assumptions: [String]
  package var sequence: AllocationSequence

  /// Nil where no pool can be large enough: the allocator manages less than 1 GiB.
  package init?(_ inputs: PoolInputs) {
    self.init(
      sequence: RunAllocations.sequence(inputs), layout: inputs.emsLayout,
      assumptions: inputs.assumptions)
  }

  package init?(sequence: AllocationSequence, layout: EmsLayout, assumptions: [String] = []) {
    guard !sequence.isImpossible else { return nil }
    self.sequence = sequence
    self.assumptions = assumptions
    if !sequence.isComplete {
      self.assumptions.append(
        "the module has so many functions that short-lived blocks were not followed one by one")
    }
    var search = PoolSearch(sequence, layout: layout)
    guard let phases = search.phases() else { return nil }
    self.phases = phases
    minimumBytes = phases.last?.minimumBytes ?? Int64(EmsLayout.smallestPool)
    let largest = phases.max { $0.largestBlockBytes < $1.largestBlockBytes }
    largestBlockBytes = largest?.largestBlockBytes ?? 0
    largestFor = largest?.largestFor
  }
}

extension PoolEstimate {
  /// For the estimate's document.
  package var pool: Estimate.Pool {
    Estimate.Pool(
      minimum: ByteCount(minimumBytes), largestBlock: ByteCount(largestBlockBytes),
      phases: phases.map { phase in
        Estimate.Pool.Phase(
          name: phase.phase.name, minimum: ByteCount(phase.minimumBytes),
          largestBlock: ByteCount(phase.largestBlockBytes), largestFor: phase.largestFor?.text ?? ""
        )
      })
  }
}

extension PoolInputs {
  /// Every event up to the entry's return, in WAMR's order; ``PoolEstimate`` leaves out what leaves
  /// the heap as it was.
  package var allEvents: AllocationSequence {
    RunAllocations.sequence(self, repeatsChecks: true)
  }

  package var emsLayout: EmsLayout {
    EmsLayout(
      heapStructBytes: Int(clamping: build.profile.heap), pointerBytes: Int(build.pointerBytes),
      marksBlocks: build.features.has("GC_HEAP_VERIFY"))
  }

  var assumptions: [String] {
    var sentences = [
      "the pool begins at a multiple of 8",
      "the program's arguments are: \(launch.arguments.joined(separator: " "))",
      launch.readsFileIntoPool
        ? "the module's file is read into the pool, as iwasm does"
        : "the module's file lies outside of the pool",
    ]
    let rules = PoolRules(build: build)
    if memories.contains(where: { rules.takesLinearMemory(isShared: $0.shape.isShared) }) {
      sentences.append(
        "linear memory is a block of the pool and does not grow: memory.grow needs a second block "
          + "beside the first one")
    }
    if build.version < (WamrVersion("1.3.0") ?? .v1_2) {
      sentences.append("the order of allocations is that of WAMR 1.3.3")
    }
    if build.features.has("GC") {
      sentences.append("the garbage collector's heap has its default size, 128 KiB")
    }
    if build.features.has("MULTI_MODULE") {
      sentences.append("modules that this one imports from are not in the pool")
    }
    return sentences
  }
}
