"""Word tables written as text: one long string of words reads better than a list of a hundred literals."""


def words(table: str) -> tuple[str, ...]:
    """The words of a table, in order."""
    return tuple(table.split())
