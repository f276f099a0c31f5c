from tests.journal_fixtures import clock, database, door

__all__ = ["clock", "database", "door"]
