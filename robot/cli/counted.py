"""Numbers with their nouns."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """Return a number with a noun whose plural ends in s.

    >>> counted(1, "warning"), counted(0, "warning")
    ('1 warning', '0 warnings')
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")
