package import TraceModel

/// Where a report finds what it says of single runs beside their values.
package struct RunLookup {
  package var reference: (Int64) throws(TraceError) -> RunReference
  package var rows: (Int64) throws(TraceError) -> [HistoryRow]
  package var details: (Int64) throws(TraceError) -> [HistoryDetail]

  package init(
    reference: @escaping (Int64) throws(TraceError) -> RunReference,
    rows: @escaping (Int64) throws(TraceError) -> [HistoryRow],
    details: @escaping (Int64) throws(TraceError) -> [HistoryDetail]
  ) {
    self.reference = reference
    self.rows = rows
    self.details = details
  }
}
