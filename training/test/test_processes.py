"""Programs that the recipe runs."""

import sys
import tempfile
import unittest
from pathlib import Path

from few_shot.processes import Processes

# Tells when it can be asked to end, and takes its time then, as training does.
SAVES = """
import signal, sys, threading
asked = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: asked.set())
open(sys.argv[1] + '/ready', 'w').close()
asked.wait()
open(sys.argv[1] + '/saved', 'w').close()
"""
READY = "while not __import__('os').path.exists({!r}): pass"


class ProcessesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def test_a_program_that_is_ended_has_the_time_to_save(self) -> None:
        with self.assertRaises(KeyboardInterrupt), Processes() as processes:
            processes.start([sys.executable, "-c", SAVES, str(self.path)], self.path)
            processes.start([sys.executable, "-c", READY.format(str(self.path / "ready"))], self.path).wait()
            raise KeyboardInterrupt
        self.assertTrue((self.path / "saved").exists())

    def test_a_program_that_fails_is_told_of_with_its_last_words(self) -> None:
        log = self.path / "logs" / "one.log"
        with self.assertRaisesRegex(SystemExit, "out of assets[^$]*status 3"), Processes() as processes:
            processes.start([sys.executable, "-c", "print('out of assets'); raise SystemExit(3)"], self.path, log).wait()


if __name__ == "__main__":
    unittest.main()
