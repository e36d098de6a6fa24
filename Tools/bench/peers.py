"""Where the peers are; of one that is missing, the command that gets it."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import venv

DUCKDB = "duckdb==2.0.1"


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(home)


@dataclasses.dataclass(frozen=True)
class Peer:
    """A program's path, or why there is none."""

    name: str
    path: str = ""
    version: str = ""
    missing: str = ""


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout.strip().splitlines() or [""])[0]


def program(name, package):
    path = shutil.which(name)
    if path is None:
        return Peer(name, missing=f"{name} is missing: apt-get install {package}")
    return Peer(name, path, first_line(path, "--version"))


def duckdb():
    """The Python that has DuckDB: this one, or one with DuckDB from PyPI in a folder of its own."""
    asked = [sys.executable, "-c", "import duckdb; print(duckdb.__version__)"]
    if version := first_line(*asked):
        return Peer("DuckDB", sys.executable, version)
    home = cache() / "memtrace" / DUCKDB.replace("==", "-")
    python = str(home / "bin" / "python")
    try:
        if not (home / "ready").exists():
            venv.create(home, with_pip=True, clear=True)
            command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*command, DUCKDB], check=True, capture_output=True, text=True)
            (home / "ready").touch()
    except subprocess.CalledProcessError as failure:
        said = str(failure.stderr or failure.output or failure).strip().splitlines()[-1]
        return Peer("DuckDB", missing=f"DuckDB is missing: pip install {DUCKDB} failed ({said}); it "
                                      "needs PyPI and apt-get install python3-venv")
    return Peer("DuckDB", python, first_line(python, *asked[1:]))


def find():
    return {"zstd": program("zstd", "zstd"), "duckdb": duckdb(),
            "heaptrack": program("heaptrack_print", "heaptrack")}
