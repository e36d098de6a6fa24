import CMemory

/// Lets the memory of one row group be used for the next.
///
/// Rationale: the C library gives blocks of this size back to the system at once, which then has to
/// clear them again for the next row group: a seventh of ingest's time.
enum RowGroupMemory {
  static func keep() {
    // As much as fits a column of a row group, many times over; the largest that the library takes.
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 25)
    _ = mallopt(M_TRIM_THRESHOLD, 1 << 28)
    // A pool for each of two threads: what another core has looked at takes long to write again. More
    // threads share them: what each pool keeps adds up.
    _ = mallopt(M_ARENA_MAX, 2)
  }
}
