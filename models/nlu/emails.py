"""E-mail addresses as they are dictated and written: «анна точка смит собака мэйл ру», "anna at wp kropka pl".

What is said in Cyrillic is written in Latin letters as people do it themselves; letters may be spelt. Where the local
part begins is not marked in speech: it is taken back to a word that introduces it ("my email is") or to a pause.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from models.nlu.number_groups import Group
from models.nlu.reply_words import Word, entity, listed, overlaps
from models.protocols import Entity

__all__ = ["find_emails"]

_WRITTEN = re.compile(r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_ADDRESS = re.compile(r"[a-z0-9]+(?:[._+-]+[a-z0-9]+)*_?@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,}")
_MOST_WORDS = 24
"""Words that a local part or a domain has at most: letters are spelt one by one."""

_AT = {"@", "собака", "собачка", "собаки", "собаку", "эт", "at", "malpa", "malpka"}
_SIGNS = {
    "точка": ".", "dot": ".", "period": ".", "kropka": ".", ".": ".", "-": "-", "дефис": "-", "тире": "-", "минус": "-",
    "черточка": "-", "minus": "-", "dash": "-", "hyphen": "-", "myslnik": "-", "lacznik": "-", "_": "_",
    "подчеркивание": "_", "андерскор": "_", "underscore": "_", "podkreslnik": "_", "podkreslenie": "_",
    "podloga": "_", "плюс": "+", "plus": "+", "+": "+",
}  # fmt: skip
_PHRASES = {
    ("нижнее", "подчеркивание"): "_", ("нижний", "дефис"): "_", ("нижнее", "тире"): "_", ("нижний", "прочерк"): "_",
    ("dolna", "kreska"): "_", ("dolne", "podkreslenie"): "_", ("at", "sign"): "@", ("дабл", "ю"): "w",
    ("дубль", "вэ"): "w", ("double", "u"): "w", ("double", "you"): "w", ("и", "краткое"): "y",
    ("эс", "как", "доллар"): "s",
    ("с", "как", "доллар"): "s", ("и", "с", "точкой"): "i", ("мягкий", "знак"): "", ("g", "mail"): "gmail",
}  # fmt: skip
_DOMAINS = {
    "мейл": "mail", "мэйл": "mail", "маил": "mail", "майл": "mail", "яндекс": "yandex", "джимейл": "gmail",
    "джимэйл": "gmail", "гмейл": "gmail", "гмэйл": "gmail", "гмаил": "gmail", "жмейл": "gmail", "рамблер": "rambler",
    "бк": "bk", "инбокс": "inbox", "лист": "list", "хотмейл": "hotmail", "хотмэйл": "hotmail", "аутлук": "outlook",
    "айклауд": "icloud", "яху": "yahoo", "джи": "g",
}  # fmt: skip
_ENDINGS = {"ру": "ru", "ком": "com", "нет": "net", "орг": "org", "пл": "pl", "бай": "by", "юа": "ua", "кз": "kz",
            "инфо": "info"}  # fmt: skip
_TOP = listed("com net org info biz edu gov io me co ru su by kz ua pl uk us eu de fr it es cz lt lv ee ca au ie nl se")
_HOSTS = listed("mail gmail yandex rambler ya bk inbox list hotmail outlook icloud yahoo wp onet interia o2")
"""Hosts after which a dot may be left out: «собака мэйл ру»."""

_LETTERS = {
    "ru": "a а эй|b бэ бе би|c цэ це си|d дэ ди|e е и-э|f эф|g гэ ге|h аш ха хэ эйч|i и ай|j йот джей жи жэ|k ка кей|"
          "l эль эл|m эм|n эн|o о оу|p пэ пе пи|q ку кью|r эр ар|s эс|t тэ те ти|u у ю|v вэ ве ви|x икс экс|"
          "y игрек уай|z зет зэт зэ|ch че чэ|sh ша|sch ща|ya я",
    "en": "",
    "pl": "b be|c ce|d de|f ef|g gie|h ha|j jot|k ka|l el|m em|n en|p pe|q ku|r er|s es|t te|v fau|w wu|x iks|y igrek|"
          "z zet",
}  # fmt: skip
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_AS_LATIN = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sch  y  e yu ya"
_LATIN = dict(zip(_CYRILLIC, _AS_LATIN.split(" "), strict=True))
_INTRODUCES = listed(
    """почта почты почту почте почтовый электронная электронную электронной адрес адреса имейл имэйл емейл емайл мыло
    мой моя мое меня мне мою наш наша это будет вот да нет ну так на пишите запишите записывайте отправьте
    пришлите отправляйте значит сейчас диктую такой такая зовут есть можно тогда хорошо давайте пожалуйста
    email mail my our is its thats this that the to on it address me send write and yes yeah no sure ok okay
    well so please use would be im will use reach contact adres adresu moj moja poczta mejl mail maila mailowy
    jest tak to prosze na nie dobrze pisac wyslac wyslij zapisac"""
)

_AND = {"и", "and", "i", "а"}
"""What joins an address to what was said before it, where no letters are spelt."""


def find_emails(text: str, words: Sequence[Word], groups: Sequence[Group], language: str) -> list[Entity]:
    """Find addresses, in lower case.

    Args:
        text: The reply.
        words: Its words.
        groups: Its numbers: digits of an address may be said as any of them.
        language: ``en``, ``ru`` or ``pl``; in others only written addresses are found.
    """
    found = [
        entity("email", match.group().lower(), text, match.start(), match.end())
        for match in (_WRITTEN.finditer(text) if "@" in text else ())
        if _ADDRESS.fullmatch(match.group().lower())
    ]
    if language not in _LETTERS:
        return found
    speller = _Speller(words, groups, language)
    for at, word in enumerate(words):
        if word.text in _AT and not any(e.start <= word.start < e.end for e in found):
            before = max((e.end for e in found if e.end <= word.start), default=0)
            dictated = _dictated(text, words, speller, at, before)
            if dictated is not None and not overlaps(dictated, found):
                found.append(dictated)
    return sorted(found, key=lambda one: one.start)


class _Speller:
    """Turns words into what is typed for them."""

    def __init__(self, words: Sequence[Word], groups: Sequence[Group], language: str) -> None:
        self._words = words
        self._groups = {group.first: group for group in groups if group.digits}
        self._letters = _letters(language)

    def pieces(self, first: int, end: int) -> Iterator[tuple[str, int]]:
        """Give what is typed for the words from ``first`` to before ``end``, each with the index after its last."""
        at = first
        while at < end:
            piece, after = self._piece(at, end)
            yield piece, after
            at = after

    def _piece(self, at: int, end: int) -> tuple[str, int]:
        for length in (3, 2):
            phrase = tuple(word.text for word in self._words[at : min(at + length, end)])
            if len(phrase) == length and phrase in _PHRASES:
                return _PHRASES[phrase], at + length
        group, word = self._groups.get(at), self._words[at].text
        if group is not None and group.last < end:
            return group.digits, group.last + 1
        if word in _SIGNS:
            return _SIGNS[word], at + 1
        latin = self._letters.get(word) or _DOMAINS.get(word) or _ENDINGS.get(word)
        return latin or "".join(_LATIN.get(letter, letter) for letter in word), at + 1


def _letters(language: str) -> Mapping[str, str]:
    lines = (line.split() for line in _LETTERS[language].split("|") if line)
    return {name: letter for letter, *names in lines for name in names}


def _dictated(text: str, words: Sequence[Word], speller: _Speller, at: int, before: int) -> Entity | None:
    """Read the address around the "at" of a reply, whose characters up to ``before`` are of another."""
    after = at + 2 if words[at].text == "at" and at + 1 < len(words) and words[at + 1].text == "sign" else at + 1
    domain = _domain(words, speller, after)
    if domain is None:
        return None
    host, end = domain
    first = _beginning(words, at, before)
    local = "".join(piece for piece, _ in speller.pieces(first, at))
    address = f"{local}@{host}"
    if not _ADDRESS.fullmatch(address) or len(local) > 64:
        return None
    return entity("email", address, text, words[first].start, words[end - 1].end)


def _beginning(words: Sequence[Word], at: int, before: int) -> int:
    """Return the index of the first word of the local part that ends before ``at``."""
    first = at
    while first > 0 and at - first < _MOST_WORDS:
        word = words[first - 1]
        if word.text in _INTRODUCES or word.text in _AT or word.start < before:
            break
        if not word.text[0].isalnum() and (word.text not in _SIGNS or _pauses(words, first - 1)):
            break
        first -= 1
    if at - first > 1 and words[first].text in _AND and len(words[first + 1].text) > 2:
        first += 1
    while first < at and words[first].text in _SIGNS:
        first += 1
    return first


def _pauses(words: Sequence[Word], sign: int) -> bool:
    """Say whether a sign is the end of a sentence, or a dash, and no part of an address."""
    apart = sign + 1 < len(words) and words[sign].end != words[sign + 1].start
    return apart or (sign > 0 and words[sign - 1].end != words[sign].start)


def _domain(words: Sequence[Word], speller: _Speller, first: int) -> tuple[str, int] | None:
    """Return the domain that begins there and the index after its last word."""
    labels: list[str] = []
    label = ""
    spelt = False
    end = first
    for piece, after in speller.pieces(first, min(len(words), first + _MOST_WORDS)):
        if piece == ".":
            if not label:
                break
            if _pauses(words, after - 1) and words[after - 1].text == ".":
                break
            labels, label = [*labels, label], ""
            continue
        if piece not in ("-",) and not piece.isalnum():
            break
        if labels and label and not (spelt and len(piece) == 1 and (len(label) == 1 or label + piece in _TOP)):
            break  # one word ends it, or a row of letters
        if not labels and label in _HOSTS and piece in _TOP:
            labels, label = [label], ""
        spelt = len(piece) == 1 and (spelt or not label)
        label += piece
        end = after
    if not labels or not re.fullmatch(r"[a-z]{2,}", label):
        return None
    return ".".join([*labels, label]), end
