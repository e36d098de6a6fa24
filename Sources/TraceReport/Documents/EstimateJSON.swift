import FootprintEstimate
import TraceModel

/// The machine-readable form of an estimate (`memtrace.estimate/1`).
enum EstimateJSON {
  static func value(
    _ estimate: Estimate, sections: [SectionSize]?, functions: [FunctionSize]?
  ) -> JSONValue {
    var members = [JSONMember("schema", .string("\(Estimate.schema)/\(Estimate.version)"))]
    if let module = estimate.module {
      members.append(JSONMember("module", self.module(module)))
    }
    members += [
      JSONMember("configuration", .object(estimate.configuration.map(setting))),
      JSONMember("covers", .categories(estimate.covers)),
      JSONMember("rows", .array(estimate.rows.map(row))),
      JSONMember("fields", .object(fields(estimate))),
      JSONMember("fieldBounds", .object(fieldBounds(estimate))),
      JSONMember("assumptions", .array(estimate.assumptions.map { .string($0) })),
    ]
    if let pool = estimate.pool { members.append(JSONMember("pool", self.pool(pool))) }
    if let sections { members.append(JSONMember("sections", .array(sections.map(section)))) }
    if let functions { members.append(JSONMember("functions", .array(functions.map(function)))) }
    return .object(members)
  }

  private static func section(_ section: SectionSize) -> JSONValue {
    [
      "section": .string(section.name),
      "container": .optional(section.container),
      "offset": .count(section.offset),
      "bytes": .count(section.bytes),
      "count": .optional(section.count.map { Int64($0) }),
    ]
  }

  private static func function(_ function: FunctionSize) -> JSONValue {
    [
      "index": .count(function.index),
      "name": .string(function.name),
      "fileBytes": .count(function.fileBytes),
      "compiledBytes": .optional(function.compiledBytes),
      "shadowFrameBytes": .optional(function.shadowFrameBytes),
      "shadowDepthBytes": .optional(function.shadowDepthBytes),
      "stackCells": .optional(function.stackCells),
      "nativeFrameBytes": .optional(function.nativeFrameBytes),
    ]
  }

  private static func module(_ module: Estimate.Module) -> JSONValue {
    [
      "path": .string(module.path),
      "kind": .string(module.kind),
      "bytes": .bytes(module.bytes),
      "sha256": .string(module.sha256),
    ]
  }

  private static func setting(_ setting: Estimate.Setting) -> JSONMember {
    switch setting.value {
    case .text(let text): JSONMember(setting.name, .string(text))
    case .number(let number): JSONMember(setting.name, .integer(number))
    case .flag(let flag): JSONMember(setting.name, .bool(flag))
    }
  }

  private static func row(_ row: Estimate.Row) -> JSONValue {
    [
      "category": .string(row.category.id),
      "container": .optional(row.container?.id),
      "minBytes": .bytes(row.minimum),
      "expectedBytes": .bytes(row.expected),
      "maxBytes": .bytes(row.maximum),
      "reservedBytes": .bytes(row.reserved),
      "usedBytes": .bytes(row.used),
      "basis": .optional(row.basis?.rawValue),
      "why": .optional(row.why),
      "changes": .array(row.changes.map(change)),
    ]
  }

  private static func change(_ change: Estimate.Change) -> JSONValue {
    ["action": .string(change.action), "savedBytes": .bytes(change.saved)]
  }

  private static func fields(_ estimate: Estimate) -> [JSONMember] {
    estimate.fields.sorted { $0.key < $1.key }.map { JSONMember($0.key.name, .bytes($0.value)) }
  }

  private static func fieldBounds(_ estimate: Estimate) -> [JSONMember] {
    estimate.fieldBounds.sorted { $0.key < $1.key }.map { field, bounds in
      JSONMember(
        field.name, ["minBytes": .bytes(bounds.minimum), "maxBytes": .bytes(bounds.maximum)])
    }
  }

  private static func pool(_ pool: Estimate.Pool) -> JSONValue {
    [
      "minimumBytes": .bytes(pool.minimum),
      "largestBlockBytes": .bytes(pool.largestBlock),
      "phases": .array(
        pool.phases.map { phase in
          [
            "phase": .string(phase.name),
            "minimumBytes": .bytes(phase.minimum),
            "largestBlockBytes": .bytes(phase.largestBlock),
            "largestBlockFor": .string(phase.largestFor),
          ]
        }),
    ]
  }
}
