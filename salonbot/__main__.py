"""`python -m salonbot` is the `salonbot` command."""

from salonbot.cli import main

if __name__ == "__main__":
    main()
