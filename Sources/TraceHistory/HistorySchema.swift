import TraceModel

/// The tables of a history, as numbered steps from an empty file.
///
/// A file's `user_version` is the number of steps it has been through. A step that was released
/// never changes; a new one is added behind it. History.md says what each table means.
struct HistorySchema: Sendable {
  /// `mtrh`, in the file's head: tells a history from other programs' files.
  static let applicationID: Int64 = 0x6D74_7268

  var steps: [String]

  var version: Int { steps.count }

  static let current = HistorySchema(steps: [first])

  private static let first = """
    CREATE TABLE keys (
      id INTEGER PRIMARY KEY,
      module TEXT NOT NULL,
      target TEXT NOT NULL,
      wamr TEXT NOT NULL,
      mode TEXT NOT NULL,
      features TEXT NOT NULL,
      device TEXT NOT NULL,
      UNIQUE (module, target, wamr, mode, features, device)
    ) STRICT;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      key INTEGER NOT NULL REFERENCES keys ON DELETE CASCADE,
      category INTEGER NOT NULL,
      container INTEGER NOT NULL,
      measure TEXT NOT NULL,
      source TEXT NOT NULL,
      UNIQUE (key, category, container, measure, source)
    ) STRICT;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      key INTEGER NOT NULL REFERENCES keys ON DELETE CASCADE,
      time INTEGER NOT NULL,
      commit_id TEXT,
      digest BLOB NOT NULL UNIQUE
    ) STRICT;
    CREATE INDEX runs_by_key ON runs (key, time, id);
    CREATE INDEX runs_by_time ON runs (time, id);

    CREATE TABLE labels (
      run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (run, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE points (
      series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
      time INTEGER NOT NULL,
      run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      bytes INTEGER NOT NULL,
      noisy INTEGER NOT NULL CHECK (noisy IN (0, 1)),
      minimum INTEGER,
      maximum INTEGER,
      PRIMARY KEY (series, time, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX points_by_run ON points (run);

    CREATE TABLE frames (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE stacks (
      id INTEGER PRIMARY KEY,
      parent INTEGER REFERENCES stacks,
      frame INTEGER REFERENCES frames,
      UNIQUE (parent, frame)
    ) STRICT;
    INSERT INTO stacks (id) VALUES (0);

    CREATE TABLE details (
      run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      place INTEGER NOT NULL,
      category INTEGER NOT NULL,
      thread TEXT,
      stack INTEGER NOT NULL REFERENCES stacks,
      bytes INTEGER NOT NULL,
      PRIMARY KEY (run, place)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE verdicts (
      run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      place INTEGER NOT NULL,
      subject TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      limit_bytes INTEGER NOT NULL,
      PRIMARY KEY (run, place)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE decisions (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      series TEXT NOT NULL,
      bytes INTEGER,
      reason TEXT NOT NULL,
      until_time INTEGER,
      from_time INTEGER
    ) STRICT;
    """
}
