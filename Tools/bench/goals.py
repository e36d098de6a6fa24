"""What memtrace must reach and aims at; the order is the table's."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Kind:
    """How a value is shown, and whether a smaller one is better."""

    unit: str
    digits: int
    smaller_is_better: bool

    def shown(self, value):
        return f"{value:.{self.digits}f} {self.unit}"

    def bound(self, value):
        return f"{'≤' if self.smaller_is_better else '≥'} {value:g} {self.unit}"


FRACTION = Kind("x", 3, True)  # memtrace / peer
FACTOR = Kind("x", 2, False)  # peer / memtrace
RATE = Kind("M ev/s", 2, False)
MEMORY = Kind("MB", 0, True)
DURATION = Kind("ms", 1, True)


@dataclasses.dataclass(frozen=True)
class Goal:
    title: str
    kind: Kind
    must: float
    aim: float | None

    def verdict(self, value):
        sign = 1 if self.kind.smaller_is_better else -1
        if sign * value > sign * self.must:
            return "FAILS"
        return "aim" if self.aim is not None and sign * value <= sign * self.aim else "must"


GOALS = {
    "size-zstd-3": Goal("bytes per event, against zstd -3", FRACTION, 0.33, 0.25),
    "size-zstd-19": Goal("against zstd -19 --long=27", FRACTION, 0.50, 0.40),
    "size-parquet": Goal("against the smallest Parquet", FRACTION, 0.67, 0.50),
    "ingest-zstd": Goal("ingest time, against zstd -3 -T2", FRACTION, 1.0, 0.55),
    "ingest-duckdb": Goal("ingest, DuckDB CSV to Parquet", FACTOR, 3, 6),
    "ingest-heaptrack": Goal("ingest events/s, heaptrack_print", FACTOR, 1.5, 3),
    "ingest-one-thread": Goal("ingest, one thread", RATE, 6, 10),
    "ingest-memory": Goal("ingest memory", MEMORY, 300, 150),
    "peak-query": Goal("peak by category and thread", DURATION, 50, 15),
    "scan": Goal("slowest of sites, timeline, leaks", RATE, 25, 60),
    "answers-duckdb": Goal("four answers, DuckDB on Parquet", FACTOR, 10, 30),
    "growth": Goal("CPU time per event, long to short", FRACTION, 1.3, None),
    "version": Goal("memtrace --version, static", DURATION, 10, 5),
}
