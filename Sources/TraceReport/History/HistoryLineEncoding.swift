import TraceModel

extension HistoryLine {
  /// The line, without its end; what is as usual is left out.
  package var json: String {
    JSONWriter.text(value, isCompact: true)
  }

  private var value: JSONValue {
    var members = [
      JSONMember("labels", labels), JSONMember("time", .string(run.time.description)),
    ]
    if let commit = run.commit { members.append(JSONMember("commit", .string(commit))) }
    members.append(JSONMember("rows", .array(run.rows.map(HistoryLine.value))))
    if !run.details.isEmpty {
      members.append(JSONMember("details", .array(run.details.map(HistoryLine.value))))
    }
    if !run.verdicts.isEmpty {
      members.append(JSONMember("verdicts", .array(run.verdicts.map(HistoryLine.value))))
    }
    if let digest { members.append(JSONMember("digest", .string(digest))) }
    return .object(members)
  }

  /// The key's parts, then the rest; features that are spelt out stand for their digest.
  private var labels: JSONValue {
    let spelt = Set(run.labels.map(\.name))
    let parts = RunKey.Part.allCases.filter { part in
      !run.key[part].isEmpty && !spelt.contains(part.rawValue)
    }
    return .object(
      parts.map { JSONMember($0.rawValue, .string(run.key[$0])) }
        + run.labels.map { JSONMember($0.name, .string($0.value)) })
  }

  static func value(_ row: HistoryRow) -> JSONValue {
    var members = [JSONMember("category", .string(row.category.id))]
    if let container = row.container {
      members.append(JSONMember("container", .string(container.id)))
    }
    if row.measure != .committed {
      members.append(JSONMember("measure", .string(row.measure.rawValue)))
    }
    if row.source != .events {
      members.append(JSONMember("source", .string(row.source.rawValue)))
    }
    members += [
      JSONMember("bytes", .bytes(row.bytes)), JSONMember("kind", .string(row.kind.rawValue)),
    ]
    if let minimum = row.minimum { members.append(JSONMember("minBytes", .bytes(minimum))) }
    if let maximum = row.maximum { members.append(JSONMember("maxBytes", .bytes(maximum))) }
    return .object(members)
  }

  static func value(_ detail: HistoryDetail) -> JSONValue {
    [
      "category": .string(detail.category.id), "thread": .optional(detail.thread),
      "frames": .array(detail.frames.map { .string($0) }), "bytes": .bytes(detail.bytes),
    ]
  }

  static func value(_ verdict: BudgetVerdict) -> JSONValue {
    [
      "subject": .string(verdict.subject), "bytes": .bytes(verdict.bytes),
      "limitBytes": .bytes(verdict.limit),
    ]
  }
}
