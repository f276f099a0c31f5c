"""The truth guard: between composing and sending, every claim of a text is held against what is known to be so.

In: a text, the situation, the outcomes. Out: findings, each a claim without support; none means the text may go.
`compose_guarded` is the way a turn gets its text, `split` the way it becomes messages. Whoever wrote the text is not
asked: a brain may be as bad as it likes.
"""

from salonbot.assistant.guard.check import check
from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.guarded import compose_guarded
from salonbot.assistant.guard.parts import split
from salonbot.assistant.guard.tidying import tidy

__all__ = ["Finding", "Kind", "check", "compose_guarded", "split", "tidy"]
