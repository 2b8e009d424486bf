"""The written form of what recognisers hear: lower case, no punctuation, small numbers in words.

Grammar engines can only give words ("three"), Whisper writes either ("3" or "three"); `normalise` brings both to words,
so that they can be compared and so that a classifier sees one form. Clock times that hold a colon ("3:30") and numbers
of three and more digits stay digits: in words they would lose what they are.
"""

import re
import unicodedata

__all__ = ["CONTENT_FREE", "NEGATIONS", "content_words", "distance", "normalise", "once", "turning_words"]

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = frozenset({*_ONES, *_TENS[2:], "hundred", "thousand", "half", "quarter"})
_DAYS = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "morning",
    "afternoon", "evening", "tonight",
})  # fmt: skip

NEGATIONS = frozenset({"no", "not", "nope", "never", "none", "nothing", "cannot", "without"})
"""English words that turn a reply over; so do those that end in ``n't``."""

CONTENT_FREE = frozenset({
    "a", "an", "the", "and", "or", "but", "so", "well", "oh", "uh", "um", "ah", "er", "hm", "hmm", "i", "i'm",
    "is", "are", "am", "was", "be", "it", "it's", "that", "this", "to", "of", "in", "on", "at", "for", "do",
    "does", "did", "you", "your", "me", "my", "we", "he", "she", "they", "them", "there", "then", "now", "just",
    "really", "very", "please", "thank", "thanks", "hello", "hi", "hey", "ok", "okay",
})  # fmt: skip
"""English words whose presence or absence does not change what a short reply means."""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "ʼ": "'"})
_TOKEN = re.compile(r"\d+(?:[:.,]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*")
_MERIDIEM = re.compile(r"\b([ap])\.\s?m\b\.?")
_PERCENT = re.compile(r"(?<=\d)\s*%")


def _spell(token: str) -> str:
    if not token.isdecimal() or not token.isascii() or len(token) > 2 or (len(token) == 2 and token[0] == "0"):
        return token
    number = int(token)
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] if not ones else f"{_TENS[tens]} {_ONES[ones]}"


def normalise(text: str, language: str = "en") -> str:
    """Return ``text`` in lower case, without punctuation, with single spaces.

    Args:
        text: What an engine wrote.
        language: English numbers below 100 are spelled out; other languages' engines write words already.
    """
    text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES).lower()
    if language == "en":
        text = _PERCENT.sub(" percent", _MERIDIEM.sub(r"\1m", text))
    tokens = [part for token in _TOKEN.findall(text) for part in token.split("-")]
    return " ".join(_spell(token) for token in tokens) if language == "en" else " ".join(tokens)


def content_words(text: str) -> list[str]:
    """Return the words of a normalised English text that carry its meaning; all of them if none does."""
    words = text.split()
    return [word for word in words if word not in CONTENT_FREE] or words


def turning_words(text: str) -> frozenset[str]:
    """Return what must not be misheard in a normalised English text: numbers, days, and "not" where it denies."""
    words = text.split()
    exact = {word for word in words if word in _NUMBERS or word in _DAYS or word[0].isdecimal()}
    denies = any(word in NEGATIONS or word.endswith("n't") for word in words)
    return frozenset(exact | ({"not"} if denies else set()))


_SHORT_THING = 4
"""Words; a machine that says its whole greeting twice did say it twice."""


def once(text: str) -> str:
    """Return a text that is one short thing said over and over as that thing: ``nope nope`` → ``nope``."""
    words = text.split()
    for size in range(1, min(_SHORT_THING, len(words) // 2) + 1):
        if all(words[i] == words[i % size] for i in range(len(words))):
            return " ".join(words[:size])
    return text


def distance(left: list[str], right: list[str]) -> float:
    """Return the word edits between two texts by the length of the longer: 0 alike, 1 nothing in common."""
    if not left and not right:
        return 0.0
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1] / max(len(left), len(right))
