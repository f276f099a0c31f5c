"""The program as its own process, trusting a sandbox of its parent's: `python -m tests.stories.child DIR ...`."""

import sys
from pathlib import Path

from salonbot.cli import main
from salonbot.cli.demo.stage import trust

if __name__ == "__main__":
    trust(Path(sys.argv[1]))
    main(sys.argv[2:])
