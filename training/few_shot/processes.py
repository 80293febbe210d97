"""Programs that the recipe runs: each in a group of its own, so that Ctrl-C reaches the recipe alone, which asks them to end."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

TRAINING = Path(__file__).resolve().parent.parent
PROJECT = TRAINING.parent


def node() -> str:
    """The Node that the project's packages bring along, else the machine's own."""
    own = sorted(PROJECT.glob("node_modules/node-*/bin/node"))
    found = str(own[0]) if own else shutil.which("node")
    if not found:
        raise SystemExit("there is no Node: run npm ci in the project's folder")
    return found


def build() -> None:
    """Brings what the product compiles up to date: the conditioning runs on it. Raises SystemExit where that fails."""
    with Processes() as processes:
        processes.start([node(), "scripts/build.ts"], PROJECT).wait()


class Program:
    """One of them. What it says goes into a file, or to where the recipe speaks."""

    def __init__(self, words: list[str], folder: Path, log: Path | None) -> None:
        self._words, self._log = words, log
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
        self._earlier = log.stat().st_size if log and log.exists() else 0  # what others said there before
        file = log.open("a") if log else None
        try:
            self._process = subprocess.Popen(words, cwd=folder, process_group=0, stdin=subprocess.DEVNULL, stdout=file, stderr=file and subprocess.STDOUT)
        finally:
            if file:
                file.close()

    def running(self) -> bool:
        return self._process.poll() is None

    def failed(self) -> bool:
        return bool(self._process.poll())

    def wait(self) -> None:
        """Raises SystemExit where it fails."""
        if self._process.wait():
            raise SystemExit(self.last_words())

    def said(self) -> list[str]:
        """The lines that it wrote into its log."""
        return self._log.read_bytes()[self._earlier :].decode(errors="replace").splitlines() if self._log else []

    def last_words(self) -> str:
        said = "\n".join([*self.said()[-12:], ""])
        return f"{said}{' '.join(self._words[:4])} … ended with status {self._process.poll()}{f'; all it said is in {self._log}' if self._log else ''}"

    def end(self) -> None:
        """Asks it to end and waits: training saves what it has."""
        if self.running():
            self._process.terminate()
        self._process.wait()


class Processes:
    """Owns programs: all have ended when it is left."""

    def __init__(self) -> None:
        self._programs: list[Program] = []

    def start(self, words: list[str], folder: Path, log: Path | None = None) -> Program:
        program = Program(words, folder, log)
        self._programs.append(program)
        return program

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for program in self._programs:
            program.end()


def run(module: str, *words: str) -> None:
    """A module of this folder, to its end. Raises SystemExit where it fails."""
    with Processes() as processes:
        processes.start([sys.executable, "-m", module, *words], TRAINING).wait()


def end_on_signals() -> None:
    """Ctrl-C, a closed terminal and SIGTERM end the recipe as SystemExit does, once: while it ends, it is not disturbed."""

    def asked(*_: object) -> None:
        for kind in kinds:
            signal.signal(kind, signal.SIG_IGN)
        print("ending: what is under way is saved; the same command goes on from here", flush=True)
        raise SystemExit(130)

    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for kind in kinds:
        signal.signal(kind, asked)
