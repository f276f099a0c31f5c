"""Floor 0: the words of the trade. Plain frozen dataclasses and enums; no I/O, no clock, no third party."""
