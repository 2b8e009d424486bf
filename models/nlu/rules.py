"""What a classifier of this size gets wrong, surely and with confidence: a few named rules that come before it.

Negation that means yes, yes that means no, a request never to be called again (which must not be missed, whatever it
is mixed with), a question whether this is a robot, having time (most who speak of time have none). A rule reads
normalised text (`models.nlu.text.normalise`): lower case, ``ё`` as ``е``, ``don't`` as ``dont``, no punctuation. Rules
are tried in order; the first that fits decides. Whatever more data can teach is not a rule.
"""

import re
from dataclasses import dataclass

__all__ = ["RULES", "Rule", "apply_rules"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: What tests, logs and people call it by.
        language: Which language it reads.
        intent: What a reply that fits means.
        pattern: Must be found in the reply.
        unless: Must not be found in it.
        whole: Whether the pattern must cover the whole reply, but for fillers ("well", "ну") and courtesies around it.
    """

    name: str
    language: str
    intent: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    whole: bool = False

    def fits(self, normal: str) -> bool:
        """Say whether the rule decides this reply."""
        if self.unless is not None and self.unless.search(normal):
            return False
        if self.whole:
            return any(self.pattern.fullmatch(reply) for reply in (normal, _strip(normal, self.language)))
        return self.pattern.search(normal) is not None


def apply_rules(normal: str, language: str, allowed: frozenset[str]) -> Rule | None:
    """Return the first rule that decides this reply for an intent that is allowed, if any does."""
    return next((r for r in RULES if r.language == language and r.intent in allowed and r.fits(normal)), None)


_FILLERS = {
    "en": re.compile(r"^(?:(?:well|uh|um|oh|ah|hmm|so|look|listen|actually|hey|hi|hello|yes hello)\s+)+|"
                     r"(?:\s+(?:please|thanks|thank you|sir|maam|then|really|i guess|i suppose|actually))+$"),
    "ru": re.compile(r"^(?:(?:ну|ой|э|эм|а|так|слушайте|знаете|вообще|в общем|в принципе|собственно|алло|"
                     r"здравствуйте)\s+)+|"
                     r"(?:\s+(?:спасибо|пожалуйста|конечно|вообще|наверное|пожалуй|тогда|в принципе|вообще то))+$"),
}  # fmt: skip


def _strip(normal: str, language: str) -> str:
    return _FILLERS[language].sub("", normal).strip()


def _rule(name: str, intent: str, pattern: str, unless: str | None = None, *, whole: bool = False) -> Rule:
    language = name.partition(".")[0]
    return Rule(name, language, intent, re.compile(pattern), re.compile(unless) if unless else None, whole)


_CALL_EN = r"(?:call|phone|ring|contact|bother|dial|disturb)"
_CALLING_EN = r"(?:calling|phoning|ringing|contacting|bothering|dialling|dialing|disturbing|pestering)"
_WHEN_EN = (
    r"(?! (?:me |us |him |her |back )*(?:now|right now|today|tomorrow|tonight|at|before|until|till|so|on|in|during|"
    r"while|(?:this|that) (?:late|early|week|month|morning|afternoon|evening))\b)"
)
_CALL_RU = r"(?:звон\w+|названива\w+|беспоко\w+|тревож\w+|набира\w+)"
_WHEN_RU = (
    r"(?! (?:мне |нам |сюда |пожалуйста )*(?:сегодня|сейчас|завтра|до|раньше|после|утром|вечером|ночью|днем|"
    r"так|в|во|по|с|пока|перед)\b)"
)
_MACHINE_EN = (
    r"(?:robots?|bot|chatbot|machine|computer|recording|recorded|automat\w+|artificial|ai|human|humans|"
    r"(?:real|live|actual) (?:person|human|one|man|woman))"
)
_WANT_EN = (
    r"\b(?:let me|put me|put a|connect|transfer|get me|give me|i want|i need|id like|id rather|can i (?:speak|"
    r"talk)|could i (?:speak|talk)|may i|stupid|i know)\b"
)
_MACHINE_RU = (
    r"(?:робот\w*|ботом|бот|автоответчик\w*|автоинформатор\w*|автомат\w*|нейросет\w*|"
    r"искусственн\w+ интеллект\w*|искусственн\w+ разум\w*)"
)
_WANT_RU = (
    r"\b(?:не хочу|не буду|не люблю|соедин\w+|переключ\w+|перевед\w+|позов\w+|дайте|оператор\w*|менеджер\w*|"
    r"чертов\w*|тупо\w*|знаю)\b"
)
_TIME_EN = (
    r"(?:(?:(?:i|we)(?: do)? (?:have|got|can spare|can give you)|(?:ive|weve)(?: got)?|theres|there is) "
    r"(?:(?:just|some|a|an|few|couple of|little|bit of|enough|plenty of|one|two|three|five|ten|half|free|spare) )*"
    r"(?:time|minutes?|moments?|while|seconds?|hour|bit)|"
    r"(?:im|i am|were|we are) (?:(?:quite|perfectly|all) )?(?:free|available|not (?:(?:too|very|that|so) )?busy|"
    r"not in a (?:hurry|rush)|not doing anything)|not busy|"
    r"(?:i|you|we) can (?:talk|speak|chat)|"
    r"(?:its|(?:it|this|now|right now) is) (?:(?:a|quite|perfectly|very) )*"
    r"(?:(?:good|fine|perfect|great|convenient|suitable|right) (?:time|moment)|convenient))"
)
_AROUND_TIME_EN = (
    r"(?:yes|yeah|sure|no|fine|all good|all right|alright|okay|ok|of course|go ahead|go on|carry on|im listening|"
    r"(?:right |just )?now|at the moment|today|to (?:talk|speak|listen|chat|spare)|for (?:you|this|that|it)|free|"
    r"please|(?:for )?a (?:bit|minute|moment|while)|so|and|if its quick)"
)
_TIME_RU = (
    r"(?:(?:есть|найдется|имеется) (?:\w+ )?(?:врем\w+|минут\w*)|"
    r"(?:время|времечко|минут\w*)(?: у меня| сейчас)? (?:есть|найдется|имеется)|"
    r"не (?:очень |сильно )?(?:занята?|заняты|тороплюсь|торопимся|спешу|спешим)|свобод(?:ен|на|ны)|"
    r"могу (?:сейчас |спокойно )?(?:говорить|разговаривать|поговорить|пообщаться)|"
    r"(?:говорить|разговаривать|поговорить) (?:сейчас )?могу)"
)
_AROUND_TIME_RU = (
    r"(?:да|ага|угу|ну|нет|конечно|хорошо|ладно|сейчас|как раз|я|мы|у меня|дома|пока|вполне|совершенно|никуда|и|"
    r"так что|немного|чуть чуть|одна|пара|пару|пять|десять|минут\w*|можно|удобно|говорите|слушаю|вас|для вас|"
    r"поговорить|рассказывайте|давайте|пожалуйста)"
)

RULES: tuple[Rule, ...] = (
    # never call again: beats everything
    _rule("en.stop_calling", "do_not_call",
          rf"\b(?:dont|do not|never|not to)(?: you)?(?: (?:ever|please|even|dare|dare to))* {_CALL_EN}\b{_WHEN_EN}|"
          rf"\b(?:stop|quit|enough of|no more|cease)(?: (?:with|all|these|this|your|the))* (?:{_CALL_EN}s?|"
          rf"{_CALLING_EN}|"
          rf"calls)\b|"
          r"\b(?:dont|do not) want (?:any |any more |more |these |your |further )*calls\b|"
          r"\b(?:dont|do not) want (?:you |anyone |anybody )(?:to )?(?:call|calling|ring|ringing)\b|"
          r"\b(?:dont|do not|never) want to hear from\b",
          r"\bwhy dont you\b"),
    _rule("en.off_the_list", "do_not_call",
          r"\b(?:taken?|removed?|deleted?|erased?|cross|strike|scratch|get|drop|pull|want) (?:\w+ ){0,4}(?:off|from|"
          r"out of) (?:\w+ ){0,4}"
          r"(?:lists?|database|databases|system|records|books|base)\b|"
          r"\b(?:delete|erase|forget|lose|remove|block) (?:my|this|our|the) (?:phone |telephone )?(?:number|data|"
          r"details|contact|contacts)\b|"
          r"\b(?:do not|dont|no) call list\b|\bunsubscribe\b|\bleave (?:me|us) (?:alone|in peace)\b|"
          r"\bopt(?:ing)? (?:me )?out\b"),
    _rule("ru.stop_calling", "do_not_call",
          rf"\b(?:больше|никогда)(?: \w+){{0,3}} не (?:надо |нужно |смейте |смей )?(?:\w+ )?{_CALL_RU}|"
          rf"\bне (?:надо |нужно |смейте |вздумайте )?(?:\w+ ){{0,2}}{_CALL_RU}(?: \w+){{0,2}} (?:больше|никогда)\b|"
          r"\bне (?:звоните|звони|названивайте|набирайте)\b(?: мне| нам| сюда| пожалуйста)*" + _WHEN_RU + r"|"
          rf"\bне (?:надо|нужно|стоит|смейте)(?: мне| нам| сюда| больше)* {_CALL_RU}\b" + _WHEN_RU + r"|"
          rf"\b(?:перестаньте|прекратите|прекращайте|хватит|достали|завязывайте|кончайте)(?: уже| мне| нам| сюда|"
          rf" свои| эти)* {_CALL_RU}|"
          r"\bне хочу(?: больше)?(?: чтобы)?(?: вы)?(?: мне)? (?:ваших звонков|звонили|никаких звонков|вас слышать)",
          r"\bзвонила?\b|\bне звонил"),
    _rule("ru.off_the_list", "do_not_call",
          r"\b(?:удалите|уберите|вычеркните|исключите|сотрите|снимите|выпишите|выкиньте)(?: \w+){0,4} (?:базы|базе|"
          r"списка|списков|списки|обзвона|рассылки|номер|телефон|данные|контакт)\b|"
          r"\b(?:удалите|вычеркните|исключите|отпишите) (?:меня|нас)\b|"
          r"\b(?:забудьте|потеряйте|заблокируйте)(?: \w+){0,2} (?:номер|телефон)\b|\bв черный список\b"),
    # not now: this takes back a call, not all calls
    _rule("en.call_another_time", "callback_later", rf"\b(?:dont|do not)(?: please)? {_CALL_EN}\b(?!{_WHEN_EN})"),
    _rule("ru.call_another_time", "callback_later",
          r"\bне (?:звоните|звони|названивайте|набирайте)\b(?: мне| нам| сюда| пожалуйста)*(?!" + _WHEN_RU + ")"),
    # a complaint beats the wish for a human that often comes with it
    _rule("en.complaint", "complaint", r"\bcomplain(?:t|ts|ing)?\b|\bmoney back\b|\b(?:sue|report) you\b|\bmy lawyer\b",
          r"\b(?:no complaints?|cant complain|dont complain|nothing to complain)\b"),
    _rule("ru.complaint", "complaint",
          r"\bжалоб\w*|\bпожал(?:уюсь|оваться|уемся)|\bжал(?:уюсь|оваться)|\bпретензи\w+|"
          r"\bвер\w+ (?:мне )?(?:мои )?деньги|\bроспотребнадзор\w*|\bпрокуратур\w+|\bв суд\b",
          r"\b(?:нет|без|никаких) (?:претензий|жалоб)\b|\bне жалуюсь\b|\bжаловаться не\b"),
    # are you a robot
    _rule("en.robot_question", "is_robot",
          rf"\b(?:are you|is this|is that|is it|am i|youre|you are|you sound|do i hear|is there)\b(?: \w+){{0,"
          rf"6}} {_MACHINE_EN}\b",
          _WANT_EN),
    _rule("ru.robot_question", "is_robot",
          rf"\b(?:вы|ты|это|я|со мной|мной|опять|говорит|звонит|или)\b(?: \w+){{0,5}} {_MACHINE_RU}\b|"
          rf"\b{_MACHINE_RU} (?:это|что ли|вы|ты|да|или)\b|"
          r"\b(?:вы|ты|это)(?: \w+){0,3} (?:живой|настоящий|реальный) человек\b|\b(?:вы|"
          r"ты) (?:вообще )?(?:не )?(?:человек|живая|живой|настоящая)\b",
          _WANT_RU),
    # negation that means yes
    _rule("en.negation_means_yes", "affirm",
          r"(?:(?:no|yes|yeah|sure|okay|ok|thats|that is|its|it is|this is) )*(?:(?:i )?(?:dont|do not|wouldnt|"
          r"would not) mind|(?:i )?(?:dont|cant) see why not|why not|no problems?|no (?:trouble|bother)|not a problem|"
          r"no objections?|i have no objections?|no worries|i (?:wouldnt|cant|couldnt) say no|not a bad idea|"
          r"couldnt agree more)"
          r"(?: (?:at all|to that|with that|sure|okay|lets|lets do it|lets try|go ahead|go on|that|it))*", whole=True),
    _rule("en.no_then_yes", "affirm", r"(?:no )+(?:i mean |wait |well |actually )*(?:yes|yeah|sure|of course|"
                                      r"definitely|okay|please do|go ahead|go on)(?: \w+)?",
          whole=True),
    _rule("ru.negation_means_yes", "affirm",
          r"(?:(?:да|нет|не|я|мы|совсем|совершенно|вовсе|конечно|ничего|ничуть|нисколько|абсолютно) )*(?:не против|"
          r"не возражаю|не возражаем|только за|не откажусь|не откажемся|не прочь|не помешает|не помешало бы|"
          r"почему (?:бы )?(?:и )?(?:нет|не)|без проблем|нет проблем|не проблема|не вопрос|без возражений|"
          r"возражений нет|ничего не имею против)"
          r"(?: (?:да|давайте|совсем|конечно|говорите|рассказывайте|слушаю|можно|бы|хорошо))*", whole=True),
    _rule("ru.no_then_yes", "affirm",
          r"(?:нет|не)(?: (?:нет|не))*(?: (?:почему|ну|что вы))* (?:(?:мне |нам |очень |вполне |все )*(?:интересно|"
          r"удобно|давайте|говорите|хочу|хотим|согласна?|конечно да|подходит))(?: \w+)?",
          r"\bне (?:интересно|удобно|хочу|хотим|согласна?|подходит)\b", whole=True),
    # having time, in words that mostly tell of having none; whatever else is said leaves it to the classifier
    _rule("en.has_time", "affirm", rf"(?:{_AROUND_TIME_EN} )*{_TIME_EN}(?: (?:{_AROUND_TIME_EN}|{_TIME_EN}))*",
          whole=True),
    _rule("ru.has_time", "affirm", rf"(?:{_AROUND_TIME_RU} )*{_TIME_RU}(?: (?:{_AROUND_TIME_RU}|{_TIME_RU}))*",
          whole=True),
    # noises of assent that recognisers write, and that no grammar should expect
    _rule("en.short_yes", "affirm", r"(?:yep|yup|yeah|yes|ok|okay|aye|uh huh|mhm|mm hmm)"
          r"(?: (?:yep|yup|ok|okay|uh huh|mhm))*", whole=True),
    _rule("ru.short_yes", "affirm", r"(?:ок|окей|окей окей|угу|ага|мгм)(?: (?:ок|окей|угу|ага|да))*", whole=True),
    _rule("en.short_no", "deny", r"(?:nope|nah|uh uh|nuh uh)(?: (?:nope|nah|no))*", whole=True),
    # yes that means no
    _rule("en.yes_means_no", "deny",
          r"(?:(?:yes|yeah|okay|ok|sure|right|well) )+(?:but )?(?:no|nah|no no|not really|i dont think so|"
          r"im not interested|not interested|i dont want (?:it|that|to)|no thanks|im fine|im good)"
          r"|yeah right|as if|dream on|fat chance|not a chance|sure when pigs fly", whole=True),
    _rule("ru.yes_means_no", "deny",
          r"(?:(?:да|ага|ну|ой|ладно|угу) )+(?:нет|не|не надо|не нужно|не хочу|не хочется|не интересно|не интересует|"
          r"не стоит|не буду|незачем|ни к чему|ну его|ну вас)(?: (?:мне|нам|я|думаю|наверно|скорее|всего|уже|этого|"
          r"ничего))*"
          r"|(?:ага|да) (?:щас|сейчас|счас|щаз)(?: \w+)?|да ну|разбежал(?:ся|ась|ись)|(?:ага )?размечтал(?:ся|ись)|"
          r"ага как же|больно надо|очень надо|еще чего|делать (?:мне |нам )?нечего", whole=True),
)  # fmt: skip
"""All rules, in the order in which they are tried."""
