"""`python -m tests.bench`: the benches there are; `python -m tests.bench all` runs them one after the other."""

import argparse
import importlib
import subprocess
import sys

BENCHES = ("turn", "latency", "reconnect", "paint", "load", "loss", "day", "crash")


def main() -> None:
    """List, or run all; the exit code is that of the worst."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all"], help="without it they are listed")
    parser.add_argument("--json", action="store_true", help="each prints JSON instead of a table")
    arguments = parser.parse_args()
    worst = 0
    for name in BENCHES:
        told = (importlib.import_module(f"tests.bench.{name}").__doc__ or "").partition("\n")[0]
        print(f"== {told}", flush=True)
        if arguments.what == "all":
            command = [sys.executable, "-m", f"tests.bench.{name}", *(["--json"] if arguments.json else [])]
            worst = max(worst, subprocess.run(command, check=False).returncode)
    sys.exit(worst)


if __name__ == "__main__":
    main()
