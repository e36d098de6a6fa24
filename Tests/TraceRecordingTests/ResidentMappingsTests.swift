import Foundation
import Testing
import TraceRecording

@Suite struct ResidentMappingsTests {
  @Test func `mappings with pages in memory are read from the text of smaps`() {
    let text = """
      55d0c0a00000-55d0c0a21000 r--p 00000000 08:01 131 /usr/bin/a-b
      Size:                132 kB
      Rss:                  96 kB
      Pss:                   8 kB
      VmFlags: rd mr mw me sd
      7f0000000000-7f0200000000 ---p 00000000 00:00 0
      Rss:                   0 kB
      7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]
      Rss:                  12 kB
      ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
      Rss: x kB
      torn line without
      12-11 rw-p
      Rss: 4 kB
      """
    let found = ResidentMappings(smaps: Array(text.utf8)).all
    #expect(
      found.map { [$0.start, $0.bytes, $0.rss] } == [
        [0x55d0_c0a0_0000, 0x21000, 96 << 10], [0x7ffd_0000_0000, 0x21000, 12 << 10],
      ])
  }

  @Test func `of this process they sum to about what the kernel says of the whole`() throws {
    let all = ResidentMappings(pid: UInt64(getpid())).all
    let rollup = try String(contentsOfFile: "/proc/self/smaps_rollup", encoding: .utf8)
    let line = try #require(rollup.split(separator: "\n").first { $0.hasPrefix("Rss:") })
    let kibibytes = try #require(UInt64(line.filter(\.isNumber)))
    let sum = all.reduce(0) { $0 + $1.rss }
    // The process goes on between the two readings.
    #expect(sum > kibibytes << 9 && sum < kibibytes << 11)
  }
}
