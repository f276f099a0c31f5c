"""Those who are measured side by side, each a program of its own that is killed or stopped from outside:

`python -m tests.bench.contestants.NAME CREDENTIALS CONFIG STATE`

All answer the salons of the configuration on the engine's files in STATE, with the same offline brain, and print a line
`QR salon code` and `URL address` where they have any.
"""
