"""Usage: compare_answers.py FOLDER

Compares memtrace's answers in FOLDER (peak.json, sites.json, timeline.json, leaks.json) with those of
DuckDB (duckdb.json) or of the generator (truth.json), whichever are there. Prints a JSON list of
checks: what, whether it holds, a detail. A process of its own, because tables of sites are large.
"""

import collections
import json
import pathlib
import sys


def by_thread(peak):
    """Bytes of each thread, its categories added: the CSV tells nothing of categories."""
    threads = collections.Counter()
    for row in peak["rows"]:
        threads[row["thread"]] += row["bytes"]
    return {thread: total for thread, total in threads.items() if total}


def our_sites(document):
    sites = collections.Counter()
    for site in document["sites"]:
        key = (site["stack"] or "", site["thread"])
        sites[key, "bytes"] += site["bytes"]
        sites[key, "blocks"] += site["blockCount"]
    return +sites


def their_sites(rows):
    sites = collections.Counter()
    for stack, thread, total, blocks in rows:
        key = ("" if stack is None else str(stack), str(thread))
        sites[key, "bytes"] += total
        sites[key, "blocks"] += blocks
    return +sites


def check(what, ours, theirs, shown=None):
    detail = str(shown) if shown is not None else str(ours)
    if ours != theirs:
        detail = f"memtrace {str(ours)[:80]}, expected {str(theirs)[:80]}"
    if ours != theirs and isinstance(ours, dict):
        keys = [key for key in {**theirs, **ours} if ours.get(key) != theirs.get(key)]
        detail = (f"{len(keys)} differ; of {keys[0]} memtrace says {ours.get(keys[0])}, "
                  f"expected {theirs.get(keys[0])}")
    return {"what": what, "holds": ours == theirs, "detail": detail}


def main():
    folder = pathlib.Path(sys.argv[1])

    def read(name):
        path = folder / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else None

    peak, sites, leaks, timeline = (read(n) for n in ["peak", "sites", "leaks", "timeline"])
    checks = []
    if truth := read("truth"):
        checks += [
            check("peak as generated", peak["peakBytes"], truth["peakBytes"]),
            check("event of the peak as generated", peak["event"], truth["peakEvent"]),
            check("bytes at the end as generated", leaks["totalBytes"], truth["endBytes"]),
            check("blocks at the end as generated", leaks["blockCount"], truth["endBlocks"])]
    if duckdb := read("duckdb"):
        ours, theirs = our_sites(sites), their_sites(duckdb["sites"])
        left, left_there = our_sites(leaks), their_sites(duckdb["leaks"])
        buckets = [bucket["peakBytes"] for bucket in timeline["buckets"]]
        threads = by_thread(peak)
        checks += [
            check("peak as DuckDB finds it", peak["peakBytes"], duckdb["peakBytes"]),
            check("event of the peak as DuckDB finds it", peak["event"], duckdb["peakEvent"]),
            check("bytes of each thread at the peak as DuckDB adds them", threads,
                  duckdb["threads"], f"{len(threads)} threads"),
            check("bytes and blocks of each site at the peak as DuckDB adds them", ours, theirs,
                  f"{len(ours) // 2} sites"),
            check("bytes and blocks of each site at the end as DuckDB adds them", left, left_there,
                  f"{len(left) // 2} sites"),
            check("peak of each bucket as DuckDB finds it", dict(enumerate(buckets)),
                  dict(enumerate(duckdb["timeline"])), f"{len(buckets)} buckets")]
    print(json.dumps(checks))


main()
