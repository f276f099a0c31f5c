"""Telephone numbers as YClients and people write them, made comparable."""


def digits(phone: object) -> str | None:
    """The full international number as digits without a plus; None where there is none.

    Russians write +7 916 … also as 8 916 …: no country's code begins with 89, so that is put right. Nothing else is
    guessed: a part of a number equals no number.
    """
    found = "".join(char for char in str(phone or "") if char.isascii() and char.isdigit())
    if len(found) == 11 and found.startswith("89"):
        return f"7{found[1:]}"
    return found or None
