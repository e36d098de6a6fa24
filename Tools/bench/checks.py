"""Whether a store has lost nothing and answers what independent programs answer."""

import json
import os
import pathlib
import subprocess
import sys

import processes
from processes import Command
from results import Check

HERE = pathlib.Path(__file__).resolve().parent
ALL = 1_000_000_000


def lossless(memtrace, trace, store):
    """`export --to log` against the text, comments left out on both sides."""
    def uncommented(name, **source):
        return subprocess.Popen(["grep", "-av", "^#", *([name] if name else [])], **source,
                                stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})

    export = subprocess.Popen([memtrace, "export", store, "--to", "log"], stdout=subprocess.PIPE)
    ours, theirs = uncommented(None, stdin=export.stdout), uncommented(trace.text)
    export.stdout.close()
    streams = [ours.stdout.fileno(), theirs.stdout.fileno()]
    compared = subprocess.run(["cmp", *(f"/dev/fd/{stream}" for stream in streams)],
                              pass_fds=streams, capture_output=True, text=True)
    ours.stdout.close()
    theirs.stdout.close()
    for process in [ours, theirs, export]:
        process.wait()
    if compared.returncode == 0 and export.returncode != 0:
        return Check(trace.name, "export", False, f"it ended with {export.returncode}")
    detail = compared.stdout.strip() or compared.stderr.strip()
    return Check(trace.name, "export gives back every line", compared.returncode == 0, detail)


def answers(memtrace, trace, store, folder, duckdb_command=None):
    """What memtrace answers from the store, against DuckDB (a command that writes duckdb.json into the
    folder) and the generator."""
    questions = {
        "peak": ["peak", store, "--by", "category,thread"],
        "sites": ["sites", store, "--top", ALL],
        "leaks": ["leaks", store, "--top", ALL],
        "timeline": ["timeline", store, "--buckets", 1000]}
    for name, arguments in questions.items():
        output = folder / f"{name}.json"
        processes.run(Command.of(memtrace, *arguments, "--format", "json", output=output), folder)
    if trace.truth:
        (folder / "truth.json").write_text(json.dumps(trace.truth))
    if duckdb_command:
        processes.run(duckdb_command, folder)
    output = folder / "checks.json"
    compare = Command.of(sys.executable, HERE / "compare_answers.py", folder, output=output)
    processes.run(compare, folder)
    return [Check(trace.name, **entry) for entry in json.loads(output.read_text())]
