import MemtraceTestSupport
import Testing

@testable import TraceAnalysis

@Suite struct LiveBlockTableTests {
  /// All that a block says, to be compared.
  private struct Values: Hashable {
    var address, allocation, size, stack: UInt64
    var cell: Int32
    var marks: [Bool]

    init(_ block: LiveBlock) {
      address = block.address
      allocation = block.allocation
      size = block.size
      stack = block.stack
      cell = block.cell
      marks = [block.hasStack, block.isGuest, block.isAmended]
    }
  }

  @Test func `a block ends as what it began as, at the ends of each number's range`() {
    let addresses: [UInt64] = [0, 1, .max, 1 << 32, 1 << 63, 0xFFFF_FFFF, 0x7FFF_F7A0_1230]
    for address in addresses {
      for size in [0, 1, AddressSpace.limit] {
        for cell in [0, Int32.max] {
          for marks in 0..<8 {
            let block = LiveBlock(
              address: address, allocation: .max - 1, size: size, stack: .max - size, cell: cell,
              hasStack: marks & 1 != 0, isGuest: marks & 2 != 0, isAmended: marks & 4 != 0)
            var table = LiveBlockTable()
            let replaced = table.insert(block)
            #expect(replaced == nil)
            #expect(table.remove(at: address).map(Values.init) == Values(block))
            #expect(table.count == 0)
          }
        }
      }
    }
  }

  @Test func `addresses of which slots keep the same half are two blocks`() {
    // What the table multiplies an address by gives these the hashes 5 << 32 | 0 to 99.
    let addresses = (0..<100).map { (5 << 32 | UInt64($0)) &* 0xF1DE_83E1_9937_733D }
    var table = LiveBlockTable()
    for (number, address) in addresses.enumerated() {
      let block = LiveBlock(
        address: address, allocation: UInt64(number), size: 1, stack: 0, cell: 0, hasStack: false)
      let replaced = table.insert(block)
      #expect(replaced == nil)
    }
    for (number, address) in addresses.enumerated().reversed() {
      let ended = table.remove(at: address)
      #expect(ended?.address == address && ended?.allocation == UInt64(number))
    }
    #expect(table.count == 0)
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `any blocks are those of a dictionary`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var table = LiveBlockTable()
    var truth: [UInt64: Values] = [:]
    for allocation in 0..<20_000 {
      // Few enough that many are live already, or not any more.
      let address = (random.next() % 8000) << (random.next() % 2 * 40)
      if random.next() % 3 == 0 {
        #expect(table.remove(at: address).map(Values.init) == truth.removeValue(forKey: address))
      } else {
        let block = LiveBlock(
          address: address, allocation: UInt64(allocation), size: random.next() >> 3,
          stack: random.next(), cell: Int32(random.next() % 1000),
          hasStack: random.next() % 2 == 0, isGuest: random.next() % 2 == 0,
          isAmended: random.next() % 2 == 0)
        let replaced = table.insert(block).map(Values.init)
        #expect(replaced == truth.updateValue(Values(block), forKey: address))
      }
      #expect(table.count == truth.count)
    }
    let inOrder = truth.values.sorted { $0.allocation < $1.allocation }
    #expect(table.takeAll().map(Values.init) == inOrder)
    #expect(table.count == 0)
  }
}
