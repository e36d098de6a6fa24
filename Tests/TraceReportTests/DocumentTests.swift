import Testing
import TraceModel
import TraceReport

@Suite struct DocumentTests {
  static let footprint: Footprint = {
    var rows = [
      FootprintRow(.linearMemory, ByteCount(65536), thread: "1", count: 1),
      FootprintRow(.module, ByteCount(1000), thread: "1", count: 3),
      FootprintRow(.module, ByteCount(24), thread: "2", count: 1),
    ]
    rows.append(
      FootprintRow(
        .appHeap,
        ByteCount(16384),
        container: .linearMemory,
        thread: "1",
        used: ByteCount(99)
      )
    )
    return Footprint(
      measure: .committed,
      source: .events,
      rows: rows,
      covers: [.linearMemory, .module, .appHeap],
      unknown: [.gcHeap: "wrapped"],
      timeNanoseconds: 1_500_000_000,
      event: 7
    )
  }()

  @Test func `a peak by category shows containers and unattributed`() {
    let document = Document.peak(Self.footprint, by: [.category])
    #expect(
      document.render(.text) == """
        peak: 65.00 KiB committed (66560 bytes)
        from events, after event 7 at 1.500000000 s

        category                 bytes   share  count  used
        linear-memory        64.00 KiB  98.5 %      1     -
          of which app-heap  16.00 KiB  24.6 %      0  99 B
        module                1.00 KiB   1.5 %      4     -
        unattributed                 0   0.0 %      0     -

        gc-heap is unknown and not in the total: wrapped

        """
    )
  }

  @Test(arguments: [
    [FootprintKey.category], [.thread], [.category, .thread], [.instance, .site], [.site],
  ])
  func `rows without a container sum to the peak and have the keys asked for`(
    _ keys: [FootprintKey]
  ) throws {
    let json = Document.peak(Self.footprint, by: keys).json
    guard case .array(let rows) = json["rows"] else {
      Issue.record("no rows")
      return
    }
    var sum: Int64 = 0
    for row in rows {
      if case .integer(let bytes) = row["bytes"], row["container"] ?? .null == .null {
        sum += bytes
      }
      for key in FootprintKey.allCases {
        #expect((row[key.rawValue] != nil) == keys.contains(key))
      }
      #expect(row["count"] != nil)
    }
    #expect(json["peakBytes"] == .integer(sum))
  }

  @Test func `a diff prints parts below their sum and hides empty rows`() {
    let left = DiffSamples.estimate(GlobalHeapTests.parts, basis: .exact, covers: [.gcHeap])
    let right = DiffSamples.trace([.runtimeOther: 8192], source: .events, covers: [.gcHeap])
    let text = Document.diff(FootprintDiff(left, right)).render(.text, bytes: .exact)
    #expect(
      text == """
        estimate.json (estimate) against trace.zst (events), committed
        verdict: regressed

        category                    left  right  delta  ratio  allowed  verdict
        global-heap                 8000   8192   +192  1.024        0  over
          of which wasm-stack       4000      -      -      -        -  only-left
          of which module-instance  2000      -      -      -        -  only-left
          of which module           1000      -      -      -        -  only-left
          of which runtime-other     700      -      -      -        -  only-left
          of which exec-env          300      -      -      -        -  only-left
        unattributed                   0      0      0    n/a        0  within
        total of compared rows      8000   8192   +192  1.024

        global-heap is 192 bytes over: 8192 measured against 8000 expected, 0 allowed (exact)

        """
    )
  }

  @Test func `snapshots have the printed fields only, in the dump's order`() {
    let document = Document.snapshots(
      [
        Snapshot(
          source: 0,
          line: 12,
          thread: "7F",
          timeMilliseconds: 5,
          isComplete: true,
          fields: [.total: .bytes(9), .moduleStruct: .bytes(4), .auxStackUsed: .notEnoughInfo]
        )
      ],
      captureLines: [
        .process(
          ProcessSample(
            source: 0,
            line: 3,
            label: nil,
            values: [NamedBytes("VmPeak", 1024), NamedBytes("VmRSS", 2048)]
          )
        ),
        .fileRead(FileRead(source: 0, line: 4, bytes: 77)),
      ],
      sources: [TraceSource(name: "dump.txt", format: "dump")]
    )
    #expect(
      document.json["snapshots"] == [
        [
          "index": 0, "source": "dump.txt", "line": 12, "thread": "7F", "timeMilliseconds": 5,
          "complete": true,
          "fields": ["module.struct": 4, "total": 9, "auxStackUsed": nil],
        ]
      ]
    )
    #expect(
      document.json["processSamples"] == [
        [
          "source": "dump.txt", "line": 3, "label": nil, "vmPeakBytes": 1024, "vmRSSBytes": 2048,
        ]
      ]
    )
    #expect(document.json["fileReadBytes"] == [77])
    #expect(
      document.render(.csv).hasPrefix(
        "table,index,source,line,thread,timeMilliseconds,complete,field,bytes,label,name\r\n"
          + "snapshots,0,dump.txt,12,7F,5,true,module.struct,4,,\r\n"
      )
    )
  }

  @Test func `every category is listed`() {
    let csv = Document.categories().render(.csv)
    #expect(csv.hasPrefix("code,id,container,what\r\n0,unattributed,,"))
    #expect(csv.contains("11,libc-heap,linear-memory,"))
    #expect(csv.split(separator: "\r\n").count == 21)
  }
}
