"""What is run on which trace, and the figures that come of it."""

import hashlib
import pathlib
import re
import struct
import subprocess
import tempfile

import checks
import traces
from goals import GOALS
from processes import Command, alternate, median, run, warm
from results import Check, Measurement

HERE = pathlib.Path(__file__).resolve().parent
# DuckDB keeps the matched events in memory, about 100 bytes each.
DUCKDB_EVENTS = 20_000_000
# zstd -19 takes half a minute for 1e6 events.
ZSTD_19_EVENTS = 20_000_000
# The fastest Parquet that DuckDB writes comes first; the others are tried for their size.
PARQUETS = [("v2", 122_880), ("v2", 524_288), ("v2", 2_097_152),
            ("v1", 122_880), ("v1", 524_288), ("v1", 2_097_152)]
LONG = 100_000_000
LIVE = 1_000_000
STARTS = 21


def million(rate):
    return f"{rate / 1e6:.2f} M ev/s"


def seconds(runs):
    return f"{median(each.seconds for each in runs):.2f} s"


def is_static(program):
    """Whether an ELF file of 64 bits names no loader (a program header of type 3)."""
    with open(program, "rb") as file:
        head = file.read(64)
        begin, = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(begin)
        table = file.read(size * count)
    return all(struct.unpack_from("<I", table, size * place)[0] != 3 for place in range(count))


class Bench:
    """The programs under test, a folder for large files, and what was found so far."""

    def __init__(self, options, peers, scratch, results):
        self.memtrace, self.generator = options.memtrace, options.generator
        self.static, self.rounds, self.quick = options.static, options.rounds, options.quick
        self.peers, self.scratch, self.results = peers, scratch, results
        self.sizes_folder = options.cache / "sizes"
        usage = subprocess.run([self.memtrace, "ingest", "--help"], capture_output=True, text=True)
        self.has_threads = "--threads" in usage.stdout

    # Reporting

    def add(self, goal, trace, value=None, **facts):
        name = trace if isinstance(trace, str) else trace.name
        self.results.measurements.append(Measurement(goal, name, value, **facts))

    def check(self, check):
        self.results.checks.append(check)

    def ratios(self, goal, trace, above, below, **facts):
        """The median over the rounds of one command's time over another's."""
        values = [a.seconds / b.seconds for a, b in zip(above, below)]
        self.add(goal, trace, median(values), values=values, **facts)

    def finish(self):
        """No goal goes unnamed because there was no trace for it."""
        for goal in GOALS.keys() - {entry.goal for entry in self.results.measurements}:
            self.add(goal, "-", reason="no trace for it: recorded ones come of "
                                       "Tools/bench/record-traces, synthetic ones of --events")

    # Commands

    def ingest(self, source, store, threads=2):
        more = ["--threads", threads] if self.has_threads else []
        return Command.of(self.memtrace, "ingest", source, "-o", store, "--force", *more)

    def duckdb(self, *arguments, output=None):
        return Command.of(self.peers["duckdb"].path, HERE / "duckdb_peer.py", *arguments,
                          output=output or self.scratch / "duckdb.out", has_own_clock=True)

    def parquet(self, trace, version, rows, level=3):
        target = self.scratch / "events.parquet"
        return target, self.duckdb("parquet", trace.csv, target, version, rows, level)

    def why_no_duckdb(self, trace):
        if missing := self.peers["duckdb"].missing:
            return missing
        return (f"DuckDB is run up to {DUCKDB_EVENTS:g} events: it matches in memory"
                if trace.events > DUCKDB_EVENTS else "")

    # A trace

    def trace(self, trace):
        """All that one trace of moderate length tells."""
        store, heap_store = self.scratch / "trace.zst", self.scratch / "heap.zst"
        warm(trace.text)
        run(self.ingest(trace.text, store), self.scratch)
        if trace.heap == trace.text:
            heap_store = store
        else:
            run(self.ingest(trace.heap, heap_store), self.scratch)
        self.check(checks.lossless(self.memtrace, trace, store))
        self.sizes(trace, store)
        self.ingesting(trace, store)
        self.parquet_size(trace, heap_store)
        self.answers(trace, heap_store)

    def sizes(self, trace, store):
        why = "sizes are judged on recorded traces" if trace.is_synthetic else ""
        ours = store.stat().st_size / trace.events
        for goal, level in [("size-zstd-3", ["-3"]), ("size-zstd-19", ["-19", "--long=27"])]:
            if missing := self.peers["zstd"].missing:
                self.add(goal, trace, reason=missing)
                continue
            kept = self.kept_size(trace, level)
            if goal == "size-zstd-19" and (why_not := self.why_no_zstd_19(trace, kept)):
                self.add(goal, trace, reason=why_not)
                continue
            theirs = self.packed_size(trace, level, kept) / trace.events
            self.add(goal, trace, ours / theirs, unjudged=why, memtrace=f"{ours:.3f} B/ev",
                     peer=f"{theirs:.3f} B/ev")

    def why_no_zstd_19(self, trace, kept):
        if trace.is_synthetic or trace.events > ZSTD_19_EVENTS:
            return f"zstd -19 is run on recorded traces up to {ZSTD_19_EVENTS:g} events"
        if self.quick and not kept.exists():
            return "--quick leaves out what takes minutes"
        return ""

    def kept_size(self, trace, level):
        """The file that says what an earlier run found, because level 19 takes minutes."""
        with open(trace.text, "rb") as text:
            digest = hashlib.file_digest(text, "sha256").hexdigest()
        version = re.search(r"\d+(\.\d+)+", self.peers["zstd"].version).group()
        return self.sizes_folder / f"{digest}{''.join(level)}-{version}"

    def packed_size(self, trace, level, kept):
        """What zstd makes of the text."""
        if not kept.exists():
            target = self.scratch / "text.zst"
            run(Command.of("zstd", *level, "-qf", trace.text, "-o", target), self.scratch)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(str(target.stat().st_size))
            target.unlink()
        return int(kept.read_text())

    def parquet_size(self, trace, store):
        if why := self.why_no_duckdb(trace):
            self.add("size-parquet", trace, reason=why)
            return
        found = {}
        for version, rows in PARQUETS:
            target, command = self.parquet(trace, version, rows)
            run(command, self.scratch)
            found[target.stat().st_size / trace.events] = (version, rows)
        theirs = min(found)
        version, rows = found[theirs]
        note = f"{trace.name}: Parquet {version}, row groups of {rows}, zstd level 3"
        ours = store.stat().st_size / trace.events
        if not self.quick:
            target, command = self.parquet(trace, version, rows, level=19)
            run(command, self.scratch)
            slowest = target.stat().st_size / trace.events
            note += f"; at level 19 it has {slowest:.3f} B/ev ({ours / slowest:.3f} x)"
        target.unlink()
        why = "sizes are judged on recorded traces" if trace.is_synthetic else ""
        self.add("size-parquet", trace, ours / theirs, unjudged=why, memtrace=f"{ours:.3f} B/ev",
                 peer=f"{theirs:.3f} B/ev",
                 note=note)

    def ingesting(self, trace, store):
        """The rounds in which programs take the trace in, one after the other."""
        packed = self.scratch / "text.zst"
        commands = {"memtrace": self.ingest(trace.text, store)}
        if self.has_threads:
            commands["memtrace-1"] = self.ingest(trace.text, store, threads=1)
        if not self.peers["zstd"].missing:
            commands["zstd"] = Command.of("zstd", "-3", "-T2", "-qf", trace.text, "-o", packed)
        if not self.why_no_duckdb(trace):
            warm(trace.csv)
            commands["duckdb"] = self.parquet(trace, *PARQUETS[0])[1]
        if trace.heaptrack and not self.peers["heaptrack"].missing:
            warm(trace.heaptrack)
            commands["heaptrack"] = Command.of("heaptrack_print", trace.heaptrack)
        runs = alternate(self.rounds, commands, self.scratch)
        packed.unlink(missing_ok=True)
        ours = runs["memtrace"]
        self.against("ingest-zstd", trace, ours, runs.get("zstd", self.peers["zstd"].missing))
        self.against("ingest-duckdb", trace, ours, runs.get("duckdb", self.why_no_duckdb(trace)))
        self.one_thread(trace, runs)
        self.memory(trace, ours)
        if not trace.is_synthetic:
            self.heaptrack(trace, ours, runs)

    def against(self, goal, trace, ours, theirs):
        if isinstance(theirs, str):
            self.add(goal, trace, reason=theirs)
            return
        pair = (ours, theirs) if goal == "ingest-zstd" else (theirs, ours)
        self.ratios(goal, trace, *pair, memtrace=seconds(ours), peer=seconds(theirs))

    def heaptrack(self, trace, ours, runs):
        if "heaptrack" not in runs or isinstance(runs["heaptrack"], str):
            self.add("ingest-heaptrack", trace,
                     reason=runs.get("heaptrack") or self.peers["heaptrack"].missing
                     or "no recording by heaptrack lies beside it: Tools/bench/record-traces makes both")
            return
        theirs, changes = runs["heaptrack"], traces.heaptrack_changes(trace.heaptrack)
        # Of the same program, yet not the same events to the last: so rates, not times. What heaptrack
        # writes of a realloc is two lines, so allocations and releases are counted on both sides.
        scale = trace.changes / changes
        values = [scale * b.seconds / a.seconds for a, b in zip(ours, theirs)]
        by_event = trace.events / trace.changes * median(values)
        self.add("ingest-heaptrack", trace, median(values), values=values,
                 memtrace=million(trace.changes / median(each.seconds for each in ours)),
                 peer=million(changes / median(each.seconds for each in theirs)),
                 note=f"{trace.name}: {trace.changes} allocations and releases in {trace.events} events "
                      f"of the log, {changes} in heaptrack's; by events of each {by_event:.2f} x")

    def one_thread(self, trace, runs):
        if "memtrace-1" not in runs:
            self.add("ingest-one-thread", trace,
                     reason="this memtrace refuses ingest --threads 1")
            return
        values = [trace.events / each.seconds / 1e6 for each in runs["memtrace-1"]]
        self.add("ingest-one-thread", trace, median(values), values=values,
                 memtrace=seconds(runs["memtrace-1"]))

    def memory(self, trace, runs):
        """The largest of all rounds. More live blocks than the goal speaks of are not judged."""
        live = trace.truth.get("endBlocks", 0)
        self.add("ingest-memory", trace, max(each.memory for each in runs) / 1e6,
                 values=[each.memory / 1e6 for each in runs],
                 memtrace=f"{live} blocks live" if trace.truth else "",
                 unjudged=f"the goal is for {LIVE:g} live blocks" if live > 1.1 * LIVE else "")

    # Answers

    def question(self, name, store):
        arguments = {"peak": ["--by", "category,thread"], "timeline": ["--buckets", "1000"]}
        return Command.of(self.memtrace, name, store, *arguments.get(name, []))

    def answers(self, trace, store):
        why = self.why_no_duckdb(trace)
        commands = {f"memtrace {name}": self.question(name, store)
                    for name in ["peak", "sites", "timeline", "leaks"]}
        truth = None
        with tempfile.TemporaryDirectory(dir=self.scratch) as name:
            folder = pathlib.Path(name)
            if not why:
                target, command = self.parquet(trace, *PARQUETS[0])
                run(command, self.scratch)
                commands["duckdb"] = self.duckdb("answers", target, folder)
                truth = self.duckdb("answers", target, folder, folder / "duckdb.json",
                                    output=folder / "duckdb.out")
            for check in checks.answers(self.memtrace, trace, store, folder, truth):
                self.check(check)
            runs = alternate(self.rounds, commands, self.scratch)
        self.scan(trace, runs)
        if why or isinstance(runs["duckdb"], str):
            self.add("answers-duckdb", trace, reason=why or runs["duckdb"])
            return
        ours = [sum(each.seconds for each in one) for one in zip(
            *(runs[f"memtrace {name}"] for name in ["peak", "sites", "timeline"]))]
        values = [b.seconds / a for a, b in zip(ours, runs["duckdb"])]
        self.add("answers-duckdb", trace, median(values), values=values,
                 memtrace=f"{median(ours):.3f} s", peer=seconds(runs["duckdb"]))

    def scan(self, trace, runs):
        """Events per second of CPU time: each command is one scan of the store."""
        cpu = {name: [each.cpu for each in runs[f"memtrace {name}"]]
               for name in ["sites", "timeline", "leaks"]}
        slowest = max(cpu, key=lambda name: median(cpu[name]))
        values = [trace.events / each / 1e6 for each in cpu[slowest]]
        together = trace.events / sum(median(times) for times in cpu.values())
        self.add("scan", trace, median(values), values=values, memtrace=slowest,
                 note=f"{trace.name}: sites, timeline and leaks one after the other, three scans: "
                      f"{million(together)}")

    # Length

    def lengths(self, events):
        """A short and a long trace of the same live set, and the long one's peak."""
        short_events = min(events, max(events // 100, 1_000_000))
        live = short_events // 10
        short, long = (
            traces.synthetic(count, live, self.generator, self.scratch, with_csv=False)
            for count in [short_events, events])
        stores = [self.scratch / "short.zst", self.scratch / "long.zst"]
        warm(long.text)
        runs = alternate(self.rounds, {
            "memtrace short": self.ingest(short.text, stores[0]),
            "memtrace long": self.ingest(long.text, stores[1])}, self.scratch)
        pairs = list(zip(runs["memtrace long"], runs["memtrace short"]))
        values = [a.cpu / long.events / (b.cpu / short.events) for a, b in pairs]
        per_event = [1e9 * median(run[place].cpu for run in pairs) / trace.events
                     for place, trace in enumerate([long, short])]
        few = (f"the goal is for {LONG:g} events: --events {LONG}" if events < LONG else "")
        self.add("growth", long, median(values), values=values, unjudged=few,
                 memtrace=f"{per_event[0]:.0f} ns/ev", peer=f"{per_event[1]:.0f} ns/ev",
                 note=f"{long.name} against {short.name}, memtrace itself")
        self.memory(long, runs["memtrace long"])
        self.check(checks.lossless(self.memtrace, long, stores[1]))
        traces.remove(short, self.scratch)
        traces.remove(long, self.scratch)
        self.peak_query(long, stores[1], few)
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            for check in checks.answers(self.memtrace, long, stores[1], pathlib.Path(folder)):
                self.check(check)

    def peak_query(self, trace, store, few):
        runs = alternate(STARTS, {"memtrace": self.question("peak", store)}, self.scratch)
        values = [1000 * each.seconds for each in runs["memtrace"]]
        self.add("peak-query", trace, median(values), values=values, unjudged=few)

    # Start

    def version(self):
        """How long the program needs to start."""
        if self.static is None:
            reason = ("there is no static binary: make install PREFIX=FOLDER builds one, "
                      "--static PATH names it")
            self.add("version", "-", reason=reason)
            return
        runs = alternate(STARTS, {"memtrace": Command.of(self.static, "--version")}, self.scratch)
        values = [1000 * each.seconds for each in runs["memtrace"]]
        self.add("version", "-", median(values), values=values,
                 unjudged="" if is_static(self.static) else f"{self.static} is no static binary")
