"""What channels have in common in telling why they failed."""

LONGEST_WHY = 200


def told_off(error: BaseException, *secrets: str) -> str:
    """An error of a library in one short line, without these secrets, which addresses may carry."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    for secret in filter(None, secrets):
        said = said.replace(secret, "…")
    return said[:LONGEST_WHY]
