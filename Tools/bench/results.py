"""What was measured and checked, the table of it, and the file that keeps it."""

import dataclasses
import json

from goals import GOALS

COLUMNS = ["measure", "trace", "memtrace", "peer", "value", "must", "aim", "verdict"]


@dataclasses.dataclass
class Measurement:
    """One figure of one goal on one trace. Without a value, `reason` says why; `unjudged` says why a
    value has no verdict; `values` are those of the rounds."""

    goal: str
    trace: str
    value: float | None = None
    memtrace: str = ""
    peer: str = ""
    values: list = dataclasses.field(default_factory=list)
    reason: str = ""
    unjudged: str = ""
    note: str = ""

    @property
    def verdict(self):
        if self.value is None:
            return "not measured"
        return "not judged" if self.unjudged else GOALS[self.goal].verdict(self.value)


@dataclasses.dataclass
class Check:
    """Whether something is right, and what it was compared with."""

    trace: str
    what: str
    holds: bool
    detail: str = ""


@dataclasses.dataclass
class Results:
    circumstances: dict
    measurements: list = dataclasses.field(default_factory=list)
    checks: list = dataclasses.field(default_factory=list)

    def save(self, path):
        document = {"schema": "memtrace.bench/1", **dataclasses.asdict(self)}
        for entry, measurement in zip(document["measurements"], self.measurements):
            entry["verdict"] = measurement.verdict
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1) + "\n")

    @staticmethod
    def load(path):
        document = json.loads(path.read_text())
        measurements = []
        for entry in document["measurements"]:
            del entry["verdict"]
            measurements.append(Measurement(**entry))
        return Results(document["circumstances"], measurements,
                       [Check(**entry) for entry in document["checks"]])

    @property
    def hold(self):
        """Whether nothing is wrong and no figure below what it must be."""
        return (all(check.holds for check in self.checks)
                and all(entry.verdict != "FAILS" for entry in self.measurements))

    def rows(self):
        """The table's rows, and the notes that its figures in brackets refer to."""
        notes, rows = [], []
        for key, goal in GOALS.items():
            for entry in self.measurements:
                if entry.goal != key:
                    continue
                mark = ""
                for text in filter(None, [entry.reason, entry.unjudged, entry.note]):
                    if text not in notes:
                        notes.append(text)
                    mark += f" [{notes.index(text) + 1}]"
                rows.append([
                    goal.title, entry.trace, entry.memtrace, entry.peer,
                    "-" if entry.value is None else goal.kind.shown(entry.value),
                    goal.kind.bound(goal.must),
                    "" if goal.aim is None else goal.kind.bound(goal.aim),
                    entry.verdict + mark])
        return rows, notes

    def summary(self):
        verdicts = [entry.verdict for entry in self.measurements]
        wrong = sum(not check.holds for check in self.checks)
        return (f"{verdicts.count('aim') + verdicts.count('must')} figures are what they must be, "
                f"{verdicts.count('aim')} of them what is aimed at; {verdicts.count('FAILS')} fail; "
                f"{verdicts.count('not measured')} are not measured, "
                f"{verdicts.count('not judged')} not judged; "
                f"{len(self.checks) - wrong} answers are right, {wrong} wrong")

    def text(self):
        rows, notes = self.rows()
        widths = [max(len(row[place]) for row in [COLUMNS, *rows])
                  for place in range(len(COLUMNS))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                 for row in [COLUMNS, *rows]]
        lines += ["", *(f"[{number}] {note}" for number, note in enumerate(notes, 1)), ""]
        lines += [f"{'right' if check.holds else 'WRONG'}  {check.trace}: {check.what}"
                  + (f": {check.detail}" if check.detail else "") for check in self.checks]
        return "\n".join([*lines, "", self.summary()])

    def markdown(self):
        rows, notes = self.rows()
        lines = [f"{name}: {value}  " for name, value in self.circumstances.items()]
        lines += ["", *("| " + " | ".join(row) + " |"
                        for row in [COLUMNS, ["---"] * len(COLUMNS), *rows])]
        lines += ["", *(f"- [{number}] {note}" for number, note in enumerate(notes, 1)), ""]
        return "\n".join([*lines, self.summary() + "."])
