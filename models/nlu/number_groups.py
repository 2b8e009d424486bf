"""Numbers as they are said and written: the groups of words of a reply that are one number each.

A dictated phone is a row of such groups («девятьсот двадцать шесть» «сто двадцать два» «сорок пять» «ноль» «семь»), so
a group keeps its value, its digits as a code, and the parts that it may be split into again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.nlu.number_words import Atom, NumberWords, number_words
from models.nlu.reply_words import Word

__all__ = ["Group", "read_groups"]

_LONGEST = 18
"""Digits in a row that may be a number; more are a code."""
_ZEROS = {"oh", "o"}
_ONES = {"one", "один", "одного", "одной", "одну", "jeden", "jedna"}


@dataclass(frozen=True, slots=True)
class Group:
    """Words that are one number.

    Attributes:
        value: The number; `None` where it is digits alone ("double five").
        digits: The same as a code, leading zeros kept; empty where it is none, as a fraction.
        parts: What it was put together from, each as digits: ``("900", "20", "6")``.
        first: Index of its first word.
        last: Index of its last word.
        start: Index of its first character in the reply.
        end: Index after its last character.
        scaled: Whether it was said with a thousand or more, which no phone is.
    """

    value: Decimal | None
    digits: str
    parts: tuple[str, ...]
    first: int
    last: int
    start: int
    end: int
    scaled: bool = False


def read_groups(words: Sequence[Word], language: str) -> tuple[Group, ...]:
    """Read all numbers of a reply, in its order; in languages without number words those in digits alone.

    Args:
        words: The reply.
        language: ``en``, ``ru``, ``pl`` or another.
    """
    reader = _Reader(words, number_words(language), language)
    groups = []
    at = 0
    while at < len(words):
        group = reader.group(at)
        if group is None:
            at += 1
        else:
            groups.append(group)
            at = group.last + 1
    return tuple(groups)


@dataclass(slots=True)
class _Small:
    """A number below a thousand in words, or one in digits, and the index after it."""

    value: Decimal
    parts: list[str]
    after: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Reader:
    words: Sequence[Word]
    known: NumberWords | None
    language: str

    def group(self, at: int) -> Group | None:
        repeated = self._repeated(at)
        if repeated is not None:
            digits, after = repeated
            return self._made(None, digits, (digits,), at, after)
        if self.words[at].digits and len(self._text(at)) > _LONGEST:
            return self._made(None, self._text(at), (self._text(at),), at, at + 1)
        small = self._small(at)
        if small is None:
            return self._lone_scale(at)
        value, after = small.value, self._half(small.after)
        fraction = after != small.after
        if fraction:
            value += Decimal("0.5")
        else:
            decimals = self._decimals(small)
            if decimals is not None:
                value, after = decimals
                fraction = True
        scale = self._scale(after)
        if scale is None:
            whole = not fraction and value == int(value)
            digits = small.digits if whole or self.words[at].digits else ""
            return self._made(value, digits if whole else "", tuple(small.parts), at, after)
        return self._scaled(value * scale, scale, at, after + 1)

    def _made(
        self, value: Decimal | None, digits: str, parts: tuple[str, ...], at: int, after: int, *, scaled: bool = False
    ) -> Group:
        first, last = self.words[at], self.words[after - 1]
        return Group(value, digits, parts, at, after - 1, first.start, last.end, scaled)

    def _scaled(self, total: Decimal, limit: Decimal, at: int, after: int) -> Group:
        """Read on after a thousand: each part that follows is smaller than the scale before it."""
        while True:
            then = after + 1 if self._text(after) in self._joins() else after
            small = self._small(then)
            scale = self._scale(small.after) if small is not None else None
            if small is None or self._text(then) in _ZEROS or small.value == 0:
                break
            part = small.value * (scale or 1)
            if part >= limit or (scale is not None and scale >= limit):
                break
            total, after, limit = total + part, small.after + (scale is not None), scale or Decimal(1)
            if scale is None:
                break
        whole = total == int(total)
        digits = str(int(total)) if whole else ""
        return self._made(total, digits, (digits,), at, after, scaled=True)

    def _lone_scale(self, at: int) -> Group | None:
        """Read "a thousand", «тысяча», «тысяч пять», «пару тысяч»."""
        if self.known is None:
            return None
        word = self._text(at)
        if word in self.known.ones:
            scale = self._scale(at + 1)
            return None if scale is None else self._scaled(scale, scale, at, at + 2)
        if word in self.known.couples:
            then = at + 2 if self._text(at + 1) == "of" else at + 1
            if self._text(then) == "hundred":
                return self._made(Decimal(200), "200", ("200",), at, then + 1)
            scale = self._scale(then)
            return None if scale is None else self._scaled(2 * scale, scale, at, then + 1)
        scale = self._scale(at)
        if scale is None or self.language == "en" or len(word) < 4:
            return None
        if word not in self.known.inverted:
            return self._scaled(scale, scale, at, at + 1)
        small = self._small(at + 1)
        if small is None or not 0 < small.value < 1000:
            return None
        value = small.value * scale
        return self._made(value, str(int(value)) if value == int(value) else "", (), at, small.after, scaled=True)

    def _text(self, at: int) -> str:
        return self.words[at].text if 0 <= at < len(self.words) else ""

    def _atom(self, at: int) -> Atom | None:
        return self.known.atoms.get(self._text(at)) if self.known is not None else None

    def _counts(self, at: int) -> bool:
        return self._atom(at) is not None or self._text(at) in _ZEROS

    def _joins(self) -> frozenset[str]:
        return self.known.joins if self.known is not None else frozenset()

    def _scale(self, at: int) -> Decimal | None:
        atom = self._atom(at)
        if atom is None or atom[0] != "S":
            return None
        if len(self._text(at)) < 2 and not (at and self.words[at - 1].digits and self._glued(at)):
            return None  # «к», "k" and «т» are thousands only where they are written at digits
        return atom[1]

    def _glued(self, at: int) -> bool:
        return 0 < at < len(self.words) and self.words[at - 1].end == self.words[at].start

    def _half(self, at: int) -> int:
        if self.known is not None:
            for half in self.known.halves:
                if tuple(self._text(at + i) for i in range(len(half))) == half:
                    return at + len(half)
        return at

    def _decimals(self, small: _Small) -> tuple[Decimal, int] | None:
        """Read what follows a decimal point that was said: "one point five", «одна целая пять десятых»."""
        if self.known is None or self._text(small.after) not in self.known.points:
            return None
        after = self._small(small.after + 1)
        if after is None or not after.digits:
            return None
        end = after.after
        while (more := self._small(end)) is not None and len(more.digits) == 1 and after.digits.isdecimal():
            after.digits, end = after.digits + more.digits, more.after
        digits = after.digits
        if self._text(end).startswith(("сот", "десят")):
            digits = digits.zfill(2 if self._text(end).startswith("сот") else 1)
            end += 1
        return Decimal(f"{int(small.value)}.{digits}"), end

    def _repeated(self, at: int) -> tuple[str, int] | None:
        if self.known is None:
            return None
        count = self.known.times.get(self._text(at))
        if count is not None:
            digit = self._digit(at + 1)
            return None if digit is None else (digit * count, at + 2)
        atom, noun = self._atom(at), self.known.repeats.get(self._text(at + 1))
        if noun is not None:
            number = int(self._text(at)) if self._text(at) in ("2", "3", "4") else int(atom[1]) if atom else 0
            if 2 <= number <= 4:
                return noun * number, at + 2
        return None

    def _digit(self, at: int) -> str | None:
        atom, text = self._atom(at), self._text(at)
        if text in _ZEROS and self.language == "en":
            return "0"
        if atom is not None and atom[0] in "0U":
            return str(atom[1])
        return text if len(text) == 1 and text.isdecimal() else None

    def _small(self, at: int) -> _Small | None:
        if at < len(self.words) and self.words[at].digits:
            return self._written(at)
        if self._text(at) in _ZEROS and self.language == "en":
            among = self._counts(at - 1) or (self._counts(at + 1) and self._counts(at + 2))
            return _Small(Decimal(0), ["0"], at + 1, "0") if among else None
        atom = self._atom(at)
        if atom is not None and atom[0] == "F":
            whole = atom[1] == int(atom[1])
            return _Small(atom[1], [], at + 1, str(int(atom[1])) if whole else "")
        return self._spoken(at)

    def _spoken(self, at: int) -> _Small | None:
        if self.known is not None and self._text(at) in self.known.ones and self._text(at + 1) == "hundred":
            return self._after_hundred(100, ["100"], at + 2)
        atom = self._atom(at)
        if atom is None or atom[0] == "S":
            return None
        if self._text(at) in _ONES and self._is_pronoun(at):
            return None
        value, parts, end = int(atom[1]), [str(int(atom[1]))], at + 1
        kind = atom[0]
        if kind == "X":
            value, end = self._with_unit(value, parts, end)
        elif kind in ("C", "H"):
            return self._after_hundred(value, parts, end)
        if kind in "UTX" and (following := self._atom(end)) is not None and following[0] == "H":
            return self._after_hundred(value * 100, [str(value * 100)], end + 1)
        return _Small(Decimal(value), parts, end, str(value))

    def _is_pronoun(self, at: int) -> bool:
        """Say whether a "one" is no number: "this one", "one of us"."""
        not_ones = self.known.not_ones if self.known is not None else frozenset[str]()
        return self._text(at - 1) in not_ones or (self._text(at) == "one" and self._text(at + 1) == "of")

    def _after_hundred(self, value: int, parts: list[str], end: int) -> _Small:
        then = end + 1 if self._text(end) in self._joins() else end
        atom = self._atom(then)
        hundreds = self._atom(then + 1) == ("H", Decimal(100))
        if atom is not None and atom[0] in "UTX" and not hundreds and self._repeated(then) is None:
            part = int(atom[1])
            parts.append(str(part))
            value, end = value + part, then + 1
            if atom[0] == "X":
                value, end = self._with_unit(value, parts, end)
        return _Small(Decimal(value), parts, end, str(value))

    def _with_unit(self, value: int, parts: list[str], end: int) -> tuple[int, int]:
        hyphen = self._text(end) == "-" and self._glued(end) and self._glued(end + 1)
        then = end + 1 if hyphen else end
        atom = self._atom(then)
        if atom is None or atom[0] != "U" or self._repeated(then) is not None:
            return value, end
        parts.append(str(int(atom[1])))
        return value + int(atom[1]), then + 1

    def _written(self, at: int) -> _Small:
        """Read digits with their thousands apart (``1 500``; ``1,500`` in English) and their decimals (``2,5``)."""
        digits, end = self._text(at), at + 1
        if len(digits) <= 3 and digits[0] != "0":
            thousands = "," if self.language == "en" else "."
            while end < at + 8 and self._three_digits(end) and self.words[end].start == self.words[end - 1].end + 1:
                digits, end = digits + self._text(end), end + 1
            while (
                end < at + 8
                and self._text(end) == thousands
                and self._glued_digits(end)
                and self._three_digits(end + 1)
            ):
                digits, end = digits + self._text(end + 1), end + 2
        if self._text(end) in (".", ",") and self._glued_digits(end):
            listed = any(self._text(sign) in (".", ",") and self._glued_digits(sign) for sign in (at - 1, end + 2))
            if not listed and len(self._text(end + 1)) <= _LONGEST:
                return _Small(Decimal(f"{digits}.{self._text(end + 1)}"), [], end + 2, "")
        return _Small(Decimal(digits), [digits], end, digits)

    def _glued_digits(self, sign: int) -> bool:
        """Say whether a sign stands close between digits."""
        return self._glued(sign) and self._glued(sign + 1) and self.words[sign + 1].digits

    def _three_digits(self, at: int) -> bool:
        return at < len(self.words) and self.words[at].digits and len(self.words[at].text) == 3
