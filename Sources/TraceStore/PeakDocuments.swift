import TraceModel

/// Who held memory at the committed peak as bytes, and back: by cell, and by call stack.
enum PeakDocuments {
  static func encode(_ cells: [CellBytes]) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(UInt64(cells.count))
    for cell in cells {
      writer.varint(UInt64(cell.cell.category.code))
      writer.varint(cell.cell.thread)
      writer.signed(cell.committed)
      writer.signed(cell.reserved)
      writer.signed(cell.count)
    }
    return writer.bytes
  }

  static func cells(_ bytes: [UInt8]) throws(TraceError) -> [CellBytes] {
    var reader = ByteReader(bytes)
    var cells: [CellBytes] = []
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let category = try category(&reader)
      cells.append(
        CellBytes(
          cell: Cell(category: category, thread: try reader.varint()),
          committed: try reader.signed(), reserved: try reader.signed(),
          count: try reader.signed()))
    }
    guard reader.isAtEnd else { throw ByteReader.damaged }
    return cells
  }

  static func encode(_ sites: LargestSites) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(UInt64(sites.largest.count))
    for site in sites.largest {
      writer.varint(UInt64(site.category.code))
      writer.varint(site.thread)
      writer.optional(site.stack)
      writer.signed(site.bytes)
      writer.signed(site.reserved)
      writer.signed(site.blocks)
      writer.signed(site.allocations)
      writer.signed(site.allocatedBytes)
    }
    writer.varint(UInt64(sites.restCount))
    writer.signed(sites.restBytes)
    writer.signed(sites.restBlocks)
    return writer.bytes
  }

  static func sites(_ bytes: [UInt8]) throws(TraceError) -> LargestSites {
    var reader = ByteReader(bytes)
    var largest: [LiveSite] = []
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let category = try category(&reader)
      largest.append(
        LiveSite(
          category: category, thread: try reader.varint(), stack: try reader.optional(),
          bytes: try reader.signed(), reserved: try reader.signed(),
          blocks: try reader.signed(), allocations: try reader.signed(),
          allocatedBytes: try reader.signed()))
    }
    let restCount = try reader.count(limit: Int(UInt32.max))
    let sites = LargestSites(
      largest: largest, restCount: restCount, restBytes: try reader.signed(),
      restBlocks: try reader.signed())
    guard reader.isAtEnd else { throw ByteReader.damaged }
    return sites
  }

  private static func category(_ reader: inout ByteReader) throws(TraceError) -> MemoryCategory {
    let code = try reader.count(limit: Int(UInt8.max))
    guard let category = MemoryCategory(rawValue: UInt8(code)) else { throw ByteReader.damaged }
    return category
  }
}
