"""Runs commands and measures them: wall time, CPU time and the largest resident memory."""

import dataclasses
import json
import os
import pathlib
import shlex
import statistics
import time


class Unusable(Exception):
    """What ends the benchmark without a verdict, as a sentence."""


@dataclasses.dataclass(frozen=True)
class Command:
    """Arguments, where standard output goes, and whether that output is JSON with the command's own
    `seconds`, which then count instead of the wall time: a peer's start is not its work."""

    arguments: tuple
    output: str = os.devnull
    has_own_clock: bool = False

    @staticmethod
    def of(*arguments, output=os.devnull, has_own_clock=False):
        return Command(tuple(str(argument) for argument in arguments), str(output), has_own_clock)


@dataclasses.dataclass(frozen=True)
class Run:
    seconds: float
    cpu: float
    memory: int


def run(command, scratch):
    """Raises Unusable where the command fails. A child's largest memory is never less than this
    process's own, so nothing large is ever read in here."""
    complaints = pathlib.Path(scratch) / "stderr"
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, command.output, write, 0o666),
               (os.POSIX_SPAWN_OPEN, 2, str(complaints), write, 0o666)]
    begin = time.perf_counter()
    child = os.posix_spawnp(command.arguments[0], command.arguments, os.environ,
                            file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        said = complaints.read_text(errors="replace").strip().splitlines()[-3:]
        raise Unusable(f"{shlex.join(command.arguments)} ended with {code}: {' / '.join(said)}")
    if command.has_own_clock:
        seconds = json.loads(pathlib.Path(command.output).read_text())["seconds"]
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def alternate(rounds, commands, scratch):
    """Each command once a round, the rounds in turn forwards and backwards, after a run that is not
    counted. A list of runs by name; of a peer that fails the sentence instead."""
    results, order = {}, []
    for name, command in commands.items():
        try:
            run(command, scratch)
            results[name] = []
            order.append(name)
        except Unusable as failure:
            if name.startswith("memtrace"):
                raise
            results[name] = str(failure)
    for number in range(rounds):
        for name in order if number % 2 == 0 else reversed(order):
            results[name].append(run(commands[name], scratch))
    return results


def median(values):
    return statistics.median(values)


def warm(path):
    """Brings a file into the page cache."""
    with open(path, "rb", buffering=0) as file:
        block = bytearray(1 << 20)
        while file.readinto(block):
            pass
