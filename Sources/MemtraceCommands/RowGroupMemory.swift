import CMemory

/// Lets the memory of one row group be used for the next.
///
/// Rationale: the C library gives blocks of this size back to the system at once, which then has to
/// clear them again for the next row group: a seventh of ingest's time. Each thread keeps its pool, as
/// the library has it: what another core has looked at takes long to write again.
enum RowGroupMemory {
  static func keep() {
    // As much as fits a column of a row group, many times over; the largest that the library takes.
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 25)
    _ = mallopt(M_TRIM_THRESHOLD, 1 << 28)
  }
}
