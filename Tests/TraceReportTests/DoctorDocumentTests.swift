import Testing
import TraceAnalysis
import TraceModel
import TraceReport

/// A diagnosis as a document, and resident memory in a peak's.
@Suite struct DoctorDocumentTests {
  private static let diagnosis = Diagnosis(
    command: ["iwasm", "a.wasm"], program: "/bin/iwasm",
    findings: [
      Finding("linkage", .ok, "linked dynamically"),
      Finding("log-level", .note, "no -v option", why: "The default is 2.", remedy: "give -v=4"),
      Finding("privileges", .problem, "setuid\u{1B}[31m", why: "Ignored.", remedy: "copy it"),
    ])

  private static func problems(_ document: Document, _ name: String) throws -> [String] {
    let text = try #require(SchemaCatalog.text(name))
    let schema = try JSONParser.parse(Array(text.utf8), file: name)
    return SchemaCheck.problems(document.json, schema, at: "")
  }

  @Test func `a diagnosis is what its schema says, the worst first`() throws {
    for diagnosis in [DoctorDocumentTests.diagnosis, Diagnosis()] {
      #expect(try DoctorDocumentTests.problems(.doctor(diagnosis), "doctor") == [])
    }
    let lines = Document.doctor(DoctorDocumentTests.diagnosis).render(.csv).split(separator: "\r\n")
    #expect(lines.map { String($0.prefix { $0 != "," }) } == ["severity", "problem", "note", "ok"])
  }

  @Test func `people read what was found, why it matters and what mends it`() {
    let text = Document.doctor(DoctorDocumentTests.diagnosis).render(.text)
    #expect(text.hasPrefix("iwasm a.wasm: 1 problem, 1 note\nprogram: /bin/iwasm\n"))
    #expect(text.contains("problem: privileges\n  Ignored.\n  help: copy it\n"))
    #expect(text.contains("note: log-level\n  The default is 2.\n  help: give -v=4\n"))
    #expect(!text.contains("\u{1B}"))
    let clean = Diagnosis(findings: [Finding("linkage", .ok, "linked dynamically")])
    let shown = Document.doctor(clean).render(.text)
    #expect(shown.hasPrefix("this machine: 0 problems, 0 notes\n"))
    #expect(!shown.contains("help:"))
  }

  @Test func `of the samples around a peak, the one with its committed bytes shows it`() {
    func moment(_ event: UInt64, _ committed: Int64, at time: UInt64 = 0) -> ResidentMoment {
      ResidentMoment(
        reading: ResidentReading(event: event, time: time, resident: ByteCount(50)),
        committed: ByteCount(committed), reserved: .zero, peakTime: 100)
    }
    let chosen = { (before: ResidentMoment?, after: ResidentMoment?) in
      ResidentMoment.nearest(before, after, to: ByteCount(100))?.reading.event
    }
    #expect(chosen(moment(1, 90), moment(2, 100)) == 2)
    #expect(chosen(moment(1, 90), moment(2, 80)) == 1)
    #expect(chosen(moment(1, 90), moment(2, 90)) == 2)
    #expect(chosen(moment(1, 10), nil) == 1)
    #expect(chosen(nil, moment(2, 10)) == 2)
    #expect(chosen(nil, nil) == nil)
    #expect(moment(1, 90, at: 60).delay == -40)
    #expect(moment(1, 90, at: 130).delay == 30)
    #expect(moment(1, 90, at: .max).delay == .max)
    #expect(moment(1, 90).untouched == ByteCount(40))
    #expect(moment(1, 10).untouched == .zero)
  }

  @Test func `a peak with resident memory is what its schema says`() throws {
    var reading = ResidentReading(event: 3, time: 5, resident: ByteCount(50))
    reading.proportional = ByteCount(40)
    let moment = ResidentMoment(
      reading: reading, committed: ByteCount(90), reserved: ByteCount(7), peakTime: 4)
    let document = Document.peak(DocumentTests.footprint, by: [.category], resident: moment)
    #expect(try DoctorDocumentTests.problems(document, "peak") == [])
    #expect(document.json["resident"]?["untouchedBytes"] == 40)
    #expect(document.json["resident"]?["fileBytes"] == .null)
    let text = document.render(.text)
    #expect(text.contains("resident 0.000000001 s after the peak: 50 B, where 90 B were committed"))
    #expect(text.contains("7 B are address space without access"))
  }
}
