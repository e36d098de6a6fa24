"""Usage: PYTHON duckdb_peer.py parquet CSV PARQUET VERSION ROWS LEVEL
          PYTHON duckdb_peer.py answers PARQUET FOLDER [ANSWERS]

What DuckDB does for the benchmark, on two threads, by a Python that has it. Prints JSON with the
seconds that the work itself took. FOLDER takes what does not fit into memory. With a file ANSWERS,
everything that memtrace's answers are compared with is written there, not timed.
"""

import json
import sys
import time

import duckdb

COLUMNS = {"ts": "BIGINT", "tid": "INTEGER", "op": "VARCHAR", "addr": "UBIGINT", "old": "UBIGINT",
           "size": "BIGINT", "stack": "UINTEGER"}
BUCKETS = 1000

# A realloc frees its old block and allocates a new one, in this order; a failed call does nothing.
# Whatever was live at the address before (an allocation without its free, too) ends.
MATCH = """
create temp table changes as
with events as (
  select file_row_number as event, ts, tid, op, addr, old, size, stack
  from read_parquet($parquet, file_row_number = true)
  where addr <> 0
), halves as (
  select event, 0 as kind, ts, if(op = 'free', addr, old) as addr,
    null::bigint as size, null::integer as tid, null::uinteger as stack
  from events where op = 'free' or (op = 'realloc' and old <> 0)
  union all
  select event, 1, ts, addr, size, tid, stack from events where op <> 'free'
)
select event, kind, ts, size, tid, stack,
  lag(size) over address as ended_size, lag(tid) over address as ended_tid,
  lag(stack) over address as ended_stack
from halves
window address as (partition by addr order by event, kind)
"""
TOTALS = """
create temp table totals as
select event, kind, ts, sum(coalesce(size, 0) - coalesce(ended_size, 0))
  over (order by event, kind rows unbounded preceding)::bigint as total
from changes
"""
PEAK = """
select total, event from totals where total = (select max(total) from totals) order by event limit 1
"""
BY_SITE = """
select stack, tid, sum(bytes)::bigint as bytes, sum(blocks)::bigint as blocks from (
  select stack, tid, size as bytes, 1 as blocks from changes
  where event <= $event and size is not null
  union all
  select ended_stack, ended_tid, -ended_size, -1 from changes
  where event <= $event and ended_size is not null
) group by stack, tid having sum(blocks) <> 0 order by bytes desc
"""
BY_THREAD = f"select tid, sum(bytes)::bigint from ({BY_SITE}) group by tid"
# What was live before a bucket, its owner carries into it. The last change of an event counts.
TIMELINE = """
with clock as (
  select min(ts) as start, (max(ts) - min(ts)) // $buckets + 1 as width
  from read_parquet($parquet)
), moments as (
  select (ts - start) // width as bucket, event, total
  from totals, clock qualify row_number() over (partition by event order by kind desc) = 1
)
select bucket, max(total), arg_max(total, event) from moments group by bucket order by bucket
"""


def parquet(connection, source, target, version, rows, level):
    begin = time.perf_counter()
    connection.execute(
        f"copy (select * from read_csv($source, header = true, auto_detect = false, "
        f"columns = {COLUMNS})) to '{target}' (format parquet, compression zstd, "
        f"parquet_version {version}, row_group_size {rows}, compression_level {level})",
        {"source": source})
    return time.perf_counter() - begin


def timeline(connection, source):
    """The peak of each bucket, those without events holding what was live before."""
    found = {bucket: (peak, end) for bucket, peak, end in connection.execute(
        TIMELINE, {"parquet": source, "buckets": BUCKETS}).fetchall()}
    peaks, held = [], 0
    for bucket in range(max(found, default=-1) + 1):
        peak, end = found.get(bucket, (held, held))
        peaks.append(max(peak, held))
        held = end
    return peaks


def answers(connection, source, folder, target=None):
    connection.execute(f"set temp_directory = '{folder}'")
    begin = time.perf_counter()
    connection.execute(MATCH, {"parquet": source})
    connection.execute(TOTALS)
    peak_bytes, peak_event = connection.execute(PEAK).fetchone()
    threads = connection.execute(BY_THREAD, {"event": peak_event}).fetchall()
    connection.execute(f"{BY_SITE} limit 20", {"event": peak_event}).fetchall()
    peaks = timeline(connection, source)
    seconds = time.perf_counter() - begin
    if target:
        end = connection.execute("select max(event) from changes").fetchone()[0]
        document = {
            "peakBytes": peak_bytes, "peakEvent": peak_event,
            "threads": {str(tid): total for tid, total in threads if total}, "timeline": peaks,
            "sites": connection.execute(BY_SITE, {"event": peak_event}).fetchall(),
            "leaks": connection.execute(BY_SITE, {"event": end}).fetchall()}
        with open(target, "w") as file:
            json.dump(document, file)
    return seconds


def main():
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    work = {"parquet": parquet, "answers": answers}[sys.argv[1]]
    print(json.dumps({"seconds": work(connection, *sys.argv[2:])}))


main()
