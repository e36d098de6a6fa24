package import TraceModel

extension HistoryFile {
  /// Removes all runs but the newest `count` of each key, with what belongs to them; how many.
  ///
  /// Decisions stay. The file does not shrink: later runs take the room.
  package func prune(keep count: Int) throws(TraceError) -> Int {
    let removed = try transaction { () throws(TraceError) in
      try connection.run(
        """
        DELETE FROM runs WHERE id IN (
          SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY key ORDER BY time DESC, id DESC) AS place
            FROM runs)
          WHERE place > ?)
        """, .integer(Int64(count)))
      return connection.changes
    }
    try removeUnused()
    return removed
  }

  /// Removes names that no run uses.
  ///
  /// Each statement finds by itself what is in use, so that foreign keys, which would look for users
  /// of each row once more, are not asked.
  private func removeUnused() throws(TraceError) {
    try connection.run("PRAGMA foreign_keys = OFF")
    defer { try? connection.run("PRAGMA foreign_keys = ON") }
    try transaction { () throws(TraceError) in
      try connection.run(
        """
        DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM points WHERE series = series.id)
        """)
      try connection.run(
        """
        DELETE FROM keys WHERE NOT EXISTS (SELECT 1 FROM runs WHERE key = keys.id)
          AND NOT EXISTS (SELECT 1 FROM series WHERE key = keys.id)
        """)
      try connection.run(
        """
        WITH RECURSIVE used (id) AS (
          SELECT DISTINCT stack FROM details
          UNION
          SELECT s.parent FROM used JOIN stacks AS s ON s.id = used.id WHERE s.parent IS NOT NULL)
        DELETE FROM stacks WHERE id <> 0 AND id NOT IN (SELECT id FROM used)
        """)
      try connection.run(
        """
        DELETE FROM frames WHERE id NOT IN (SELECT frame FROM stacks WHERE frame IS NOT NULL)
        """)
    }
  }
}
