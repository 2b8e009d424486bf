"""Who or what picked up, by what was first heard, and what a network's announcement says. Pure.

Recognisers damage words ("leave a massage after the tome"), so a cue fits where its words are heard in order, each
nearly (`difflib`, ratio .75; short words exactly), with at most three other words between. People are brief, speak of
themselves and ask who is calling; a machine goes on. In doubt it is a person, since taking a person for a
machine loses the call, and the reverse loses a sentence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from robot.call.phrases import ANNOUNCEMENTS, HUMAN_CUES, MACHINE_CUES, AnnouncementKind
from robot.words import AnsweredBy, NumberStatus

__all__ = ["Announcement", "AnnouncementKind", "judge_announcement", "judge_answer"]

_NEARLY = 0.75
_SHORT = 3
"""Words up to this length must fit exactly."""
_GAP = 3
_DECIDES = 3
_TOGETHER = 4
"""What weaker cues must add up to."""
_LONG_WORDS = 14
_LONG_MS = 6000
"""Nobody says hello for so long."""

_STATUS = {
    AnnouncementKind.NOT_IN_SERVICE: NumberStatus.INVALID,
    AnnouncementKind.DIALLED_WRONG: NumberStatus.INVALID,
    AnnouncementKind.CHANGED: NumberStatus.INVALID,
    AnnouncementKind.SWITCHED_OFF: NumberStatus.UNREACHABLE,
    AnnouncementKind.BLOCKED: NumberStatus.UNREACHABLE,
    AnnouncementKind.BUSY: NumberStatus.VALID,
    AnnouncementKind.NO_ANSWER: NumberStatus.VALID,
    AnnouncementKind.CALLS_BARRED: NumberStatus.UNKNOWN,
    AnnouncementKind.CIRCUITS_BUSY: NumberStatus.UNKNOWN,
}
_SUBJECTS = {
    "en": {"number", "subscriber", "customer", "phone", "mobile", "call", "line", "lines", "circuits", "network",
           "person", "party", "dialed", "dialled", "device", "technical"},
    "ru": {"номер", "номера", "абонент", "абонента", "абоненту", "телефон", "аппарат", "вызов", "соединение", "связь",
           "обслуживание", "сеть", "сети", "линии", "набран", "техническим"},
    "pl": {"numer", "abonent", "abonenta", "telefon", "połączenie", "sieć", "linie", "technicznych"},
}  # fmt: skip
"""What announcements speak of. A person who says "I'm switched off today" speaks of none of them."""
_PEOPLE = {
    "en": {"i", "im", "ill", "ive", "my", "me", "we", "he", "she", "his", "her"},
    "ru": {"я", "мне", "меня", "мой", "моя", "мы", "он", "она", "его", "ее", "него", "нее"},
    "pl": {"ja", "mnie", "mój", "moja", "jestem"},
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a network said.

    Attributes:
        kind: Which announcement it was.
        text: Its words as recognised; networks name numbers in them, so it is as personal as a transcript.
    """

    kind: AnnouncementKind
    text: str = ""

    @property
    def status(self) -> NumberStatus:
        """The number status that it speaks for."""
        return _STATUS[self.kind]


def judge_answer(text: str, language: str, *, ms_of_speech: int) -> AnsweredBy:
    """Say who or what picked up, by the first thing that was heard from it.

    Args:
        text: Its words as recognised; empty where none were.
        language: Of the words; English is looked for in every language, since networks speak it.
        ms_of_speech: For how long it spoke without a pause, ms.

    Returns:
        ``unknown`` where nothing was heard, else the likeliest; ``human`` in doubt.
    """
    words = _words(text)
    if not words:
        return AnsweredBy.UNKNOWN
    if not _asks_for_message(words, language) and judge_announcement(text, language) is not None:
        return AnsweredBy.ANNOUNCEMENT
    for lang in _languages(language):
        scores = {who: _score(((c.words, c.weight) for c in cues), words) for who, cues in MACHINE_CUES[lang].items()}
        human = _score(((c.words, c.weight) for c in HUMAN_CUES[lang]), words)
        length = 1 if len(words) >= _LONG_WORDS or ms_of_speech >= _LONG_MS else -1 if len(words) <= 4 else 0
        # Asked for a name before one is put through, one is told of a tone too: what screens is looked for first.
        for who in (AnsweredBy.SCREENING, AnsweredBy.ASSISTANT, AnsweredBy.IVR, AnsweredBy.VOICEMAIL):
            score = scores.get(who, 0)
            certain = _has(((c.words, c.weight) for c in MACHINE_CUES[lang].get(who, ())), words, _DECIDES)
            if certain or (score and score + length - human >= _TOGETHER):
                return who
    return AnsweredBy.HUMAN


def judge_announcement(text: str, language: str) -> Announcement | None:
    """Say what a network's announcement means, if these words are one.

    The languages of networks vary (first their own, then English), so English is looked for in every language.
    """
    words = _words(text)
    if len(words) < 2:
        return None
    best: tuple[float, AnnouncementKind] | None = None
    for lang in _languages(language):
        if not any(_near(word, subject) for word in words for subject in _SUBJECTS[lang]):
            continue
        if _PEOPLE[lang] & set(words):
            continue  # networks never speak of themselves, or of her phone
        for kind, phrases in ANNOUNCEMENTS[lang].items():
            for phrase in phrases:
                cue = tuple(phrase.split())
                fit = _fit(cue, words)
                # The longest cue that fits tells the most: "not available" less than "no longer in service".
                weight = fit * len(cue)
                if fit and (best is None or weight > best[0]):
                    best = (weight, kind)
        if best is not None:
            return Announcement(best[1], text)
    return None


def _asks_for_message(words: Sequence[str], language: str) -> bool:
    """Say whether a message is asked for: then it is voicemail, even where the network says why nobody answered."""
    cues = (c for lang in _languages(language) for c in MACHINE_CUES[lang][AnsweredBy.VOICEMAIL])
    return _has(((c.words, c.weight) for c in cues), words, _DECIDES)


def _languages(language: str) -> tuple[str, ...]:
    known = (language,) if language in MACHINE_CUES else ()
    return known if language == "en" else (*known, "en")


def _words(text: str) -> tuple[str, ...]:
    plain = text.lower().replace("ё", "е").replace("'", "").replace("’", "")
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())


def _score(cues: Iterable[tuple[tuple[str, ...], int]], words: Sequence[str]) -> int:
    return sum(weight for cue, weight in cues if _fit(cue, words))


def _has(cues: Iterable[tuple[tuple[str, ...], int]], words: Sequence[str], least: int) -> bool:
    return any(weight >= least and _fit(cue, words) for cue, weight in cues)


def _fit(cue: tuple[str, ...], words: Sequence[str]) -> float:
    """Return how well a cue's words are heard in order, 0 where they are not, 1 where each is exact."""
    best = 0.0
    for start, word in enumerate(words):
        first = _near(word, cue[0])
        if not first:
            continue
        total, at = first, start
        for wanted in cue[1:]:
            ahead = ((_near(heard, wanted), i) for i, heard in enumerate(words[at + 1 : at + 2 + _GAP], at + 1))
            ratio, at = max(ahead, key=lambda pair: (pair[0], -pair[1]), default=(0.0, at))
            if not ratio:
                break
            total += ratio
        else:
            best = max(best, total / len(cue))
    return best


@lru_cache(maxsize=50_000)
def _near(heard: str, wanted: str) -> float:
    """Return the likeness of two words, 0 where they are not nearly the same."""
    if heard == wanted:
        return 1.0
    if min(len(heard), len(wanted)) <= _SHORT or abs(len(heard) - len(wanted)) > 3:
        return 0.0
    ratio = SequenceMatcher(None, heard, wanted).ratio()
    return ratio if ratio >= _NEARLY else 0.0
