from tests.journal_fixtures import clock

__all__ = ["clock"]
