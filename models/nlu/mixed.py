"""Replies that say several things: which of them counts.

"Yes, but who is this?" is a question, "hello, wrong number" a wrong number, and a request never to be called again
beats all it is mixed with. A reply is judged whole and in pieces; a piece counts where it means something stronger
than the whole does, by the order in `PRECEDENCE`. What opens with a clear yes or no means that, unless what follows
surely means something else: "yes, I have a moment right now" shares most of its words with "I am busy right now".
"""

import re

from models.nlu.text import clauses, normalise

__all__ = ["PRECEDENCE", "opening", "pieces", "rank_of"]

PRECEDENCE: tuple[str, ...] = (
    "do_not_call", "complaint", "abuse", "wrong_number", "moved_away", "not_the_person", "operator_please",
    "is_robot", "who_is_this", "ask_where_number_from", "callback_later", "cannot_talk", "ask_price", "send_info",
    "ask_details", "competitor", "think_about_it", "repeat", "deny", "affirm", "thanks_bye", "greet", "out_of_scope",
)  # fmt: skip
"""Intents of the language packs, strongest first."""

_OWN = PRECEDENCE.index("ask_details")
"""Where a script's own intents stand: what they ask for is said on purpose."""

_MOST_PIECES = 6

_OPENER = {
    "en": re.compile(r"^(?:(?:yes|yeah|yep|okay|ok|sure|right|hello|hi|hey|well|so|sorry|um|uh|oh|alright|"
                     r"good (?:morning|afternoon|evening))\s+)+"),
    "ru": re.compile(r"^(?:(?:да|ага|угу|алло|але|здравствуйте|здрасьте|добрый день|добрый вечер|доброе утро|ну|"
                     r"хорошо|ладно|так|простите|извините|ой)\s+)+"),
    "pl": re.compile(r"^(?:(?:tak|no|aha|mhm|okej|ok|dobra|dobrze|jasne|halo|dzien dobry|dobry wieczor|witam|czesc|oj|"
                     r"ach|przepraszam|prosze pana|prosze pani|wie pan|wie pani|sluchaj|slucham|to)\s+)+"),
}  # fmt: skip

_CLEAR = {
    "en": {
        "affirm": re.compile(
            r"^(?:oh |well |hello |hi )*(?:yes|yeah|yep|yup|sure|certainly|absolutely|definitely|of course|ok|okay|"
            r"all right|alright)\b(?! (?:no|not|but|who|what|where|when|why|how|which)\b)"),
        "deny": re.compile(
            r"^(?:oh |well |sorry |hello |hi )*(?:no|nope|nah)\b"
            r"(?! (?:problem|trouble|worries|idea|doubt|time|one)\b)"),
    },
    "ru": {
        "affirm": re.compile(
            r"^(?:ну |ой |алло |здравствуйте )*(?:да|ага|угу|конечно|разумеется|ок|окей|хорошо|ладно|договорились)\b"
            r"(?! (?:нет|не|ну|но|только|а|кто|что|чего|где|куда|когда|зачем|почему|как|какой|какая|какие|сколько|"
            r"откуда|чтоб|уж|вы что|вы кто)\b)"),
        "deny": re.compile(r"^(?:ну |ой |алло |здравствуйте |да |извините )*нет\b"),
    },
    "pl": {
        "affirm": re.compile(
            r"^(?:no |oj |ach |halo |dzien dobry )*(?:tak|aha|mhm|oczywiscie|jasne|pewnie|dobrze|dobra|okej|ok|zgoda|"
            r"owszem|spoko)\b"
            r"(?! (?:ale|tylko|a|kto|co|czego|gdzie|kiedy|po co|po ile|czemu|dlaczego|jak(?! najbardziej)|jaki|jaka|"
            r"jakie|jakby|ile|skad|akurat|jasne|juz|chyba|sobie|czy|samo|naprawde|w ogole|szczerze|jestes|by|ze)\b)"),
        # "nie" is both "no" and "not": only before what cannot be taken for a question or a statement is it clear
        "deny": re.compile(
            r"^(?:no |oj |halo |dzien dobry |tak |niestety |przepraszam )*nie (?:nie )?"
            r"(?:dziekuje|dzieki|bo|tym razem|w tym|trzeba|potrzeba|potrzebuje|potrzebujemy|chce|chcemy|skorzystam|"
            r"skorzystamy|interesuje|planuje|planujemy|bede|bedziemy|stac)\b"),
    },
}  # fmt: skip

_NEGATION = {
    "en": re.compile(
        r"\b(?:not|no|never|cannot|(?:do|does|did|is|are|was|were|wo|ca|could|would|should|have|has|had)nt)\b"
    ),
    "ru": re.compile(r"\b(?:не|ни|нет|нету|никогда|нельзя)\b"),
    "pl": re.compile(r"\b(?:nie|niestety|niezbyt|ani|nic|nigdy|zaden|zadn\w+)\b"),
}


def opening(normal: str, language: str) -> str | None:
    """Return ``affirm`` or ``deny`` where a normalised reply opens with a clear yes or no, before it goes on.

    "Yes but", "да не" and a yes before a question word are not clear: there the rest is what was meant. Neither is a
    yes with a negation somewhere after it: "yes, well, I am not so sure".
    """
    for intent, pattern in _CLEAR.get(language, {}).items():
        found = pattern.match(normal)
        if found is not None and found.end() < len(normal):
            return None if intent == "affirm" and _NEGATION[language].search(normal, found.end()) else intent
    return None


def rank_of(intent: str) -> int:
    """Return how strong an intent is in a mixed reply; 0 is the strongest."""
    return PRECEDENCE.index(intent) if intent in PRECEDENCE else _OWN


def pieces(text: str, language: str) -> tuple[str, ...]:
    """Return the pieces of a reply that may mean something of their own, normalised; empty where it has but one.

    Pieces are cut at punctuation and at *and* and *but*; recognisers write no punctuation, so what follows an opening
    *yes* or *hello* is a piece too. Pieces of one word are left out, they mean too little without the rest.
    """
    whole = normalise(text)
    found: list[str] = []
    for clause in clauses(text, language):
        opener = _OPENER.get(language)
        rest = opener.sub("", clause) if opener else clause
        for piece in (clause, rest):
            if piece != whole and " " in piece and piece not in found:
                found.append(piece)
    return tuple(found[:_MOST_PIECES])
