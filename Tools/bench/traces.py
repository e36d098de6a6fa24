"""Traces as the programs under test read them: plain text, and CSV for DuckDB."""

import dataclasses
import gzip
import json
import pathlib
import re
import shutil
import subprocess

from processes import Unusable

SUFFIXES = re.compile(r"(\.log|\.txt)?(\.zst|\.gz)?$")


@dataclasses.dataclass
class Trace:
    """`text` is all of it; `heap` its allocations, reallocations and frees alone, which `csv` has, too:
    the same file where it has nothing else. `changes` counts the allocations and releases in its events:
    a realloc of a block is one of each. `truth` is what a generator knows of it."""

    name: str
    text: pathlib.Path
    heap: pathlib.Path
    csv: pathlib.Path
    events: int
    changes: int = 0
    is_synthetic: bool = False
    truth: dict = dataclasses.field(default_factory=dict)
    heaptrack: pathlib.Path | None = None


def told(command):
    """What the generator tells on standard error."""
    done = subprocess.run([str(argument) for argument in command], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Unusable(done.stderr.strip().splitlines()[0])
    return json.loads(done.stderr)


def unpacked(source, target):
    """The log as text: the file itself, or what is in it."""
    if source.suffix == ".zst":
        if shutil.which("zstd") is None:
            raise Unusable(f"{source} cannot be unpacked: apt-get install zstd")
        done = subprocess.run(["zstd", "-dqf", source, "-o", target],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Unusable(done.stderr.strip())
        return target
    if source.suffix == ".gz":
        try:
            with gzip.open(source) as packed, open(target, "wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
        except (OSError, EOFError) as failure:
            raise Unusable(f"{source} cannot be unpacked: {failure}")
        return target
    return source


def given(source, generator, scratch):
    """A recorded trace. The recording that heaptrack made of the same program lies beside it:
    NAME.heaptrack.zst for NAME.log.zst."""
    if not source.is_file():
        raise Unusable(f"there is no trace {source}")
    name = SUFFIXES.sub("", source.name)
    text = unpacked(source, scratch / f"{name}.log")
    csv, heap = scratch / f"{name}.csv", scratch / f"{name}.heap.log"
    counts = told([generator, "--from", text, "--csv", csv, "--heap", heap])
    if counts["events"] == 0:
        raise Unusable(f"{source} has no event of a heap in the allocator log's text spelling")
    if counts["others"] == 0:
        heap.unlink()
        heap = text
    recording = source.with_name(f"{name}.heaptrack.zst")
    return Trace(name, text, heap, csv, counts["events"],
                 changes=counts["events"] + counts["replacements"],
                 heaptrack=recording if recording.is_file() else None)


def synthetic(events, live, generator, scratch, with_csv):
    name = f"synthetic-{events:.3g}-live-{live:.3g}".replace("+0", "")
    text, csv = scratch / f"{name}.log", scratch / f"{name}.csv"
    truth = told([generator, "--events", events, "--live", live, "-o", text,
                  *(["--csv", csv] if with_csv else [])])
    return Trace(name, text, text, csv, events, is_synthetic=True, truth=truth)


def heaptrack_changes(recording):
    """The allocations and releases in a recording by heaptrack, a line each; a realloc has two."""
    unpacked = subprocess.Popen(["zstd", "-dcq", recording], stdout=subprocess.PIPE)
    count = subprocess.run(["grep", "-ac", "^[+-] "], stdin=unpacked.stdout, capture_output=True,
                           text=True)
    unpacked.stdout.close()
    if unpacked.wait() != 0:
        raise Unusable(f"{recording} is damaged")
    return int(count.stdout)


def remove(trace, scratch):
    """Traces are large: each goes when its figures are there."""
    for path in {trace.text, trace.heap, trace.csv}:
        if scratch in path.parents:
            path.unlink(missing_ok=True)
