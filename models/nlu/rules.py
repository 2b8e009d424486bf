"""What a classifier of this size gets wrong, surely and with confidence: a few named rules that come before it.

Negation that means yes, yes that means no, a request never to be called again (which must not be missed, whatever it
is mixed with), a question whether this is a robot, having time (most who speak of time have none). A rule reads
normalised text (`models.nlu.text.normalise`): lower case, ``ё`` as ``е``, ``dzwonić`` as ``dzwonic``, ``don't`` as
``dont``, no punctuation. Rules are tried in order; the first that fits decides. Whatever more data can teach is not a
rule.
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
    "pl": re.compile(r"^(?:(?:no|to|oj|ach|e|ee|yyy|hm|a|sluchaj|wiesz|wie pan|wie pani|prosze pana|prosze pani|"
                     r"w sumie|w zasadzie|wlasciwie|generalnie|halo|dzien dobry|przepraszam)\s+)+|"
                     r"(?:\s+(?:prosze|dziekuje|dzieki|prosze pana|prosze pani|w sumie|w zasadzie|raczej|chyba|"
                     r"oczywiscie|w ogole))+$"),
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
_THOSE_PL = (
    r"(?:do mnie|do nas|do niej|do niego|mi|mnie|nam|nas|tu|tutaj|juz|wiecej|nigdy|nawet|tez|sie|prosze|pan|pani|"
    r"panstwo|(?:pod|na) ten numer)"
)
_CALL_PL = (
    r"(?:(?:za|od)?dzwon|(?:za|od)?dzwoncie|dzwonic|wydzwaniaj(?:cie)?|wydzwaniac|telefonuj(?:cie)?|telefonowac|"
    r"nekaj(?:cie)?|nekac|niepokoj(?:cie)?|niepokoic|nagabuj(?:cie)?|nagabywac|kontaktuj(?:cie)?|kontaktowac)"
)
_DONT_PL = (
    rf"(?:\bnie (?:{_THOSE_PL} |wolno |wazcie sie |waz sie )*{_CALL_PL}\b|"
    rf"\bniech (?:\w+ ){{0,5}}nie (?:{_THOSE_PL} )*(?:dzwonia?|wydzwania(?:ja)?|neka(?:ja)?|niepoko(?:i|ja)|"
    r"kontaktuj[ae])\b)"
)
_HOUR_PL = (
    r"(?:teraz|dzis\w*|jutro|pojutrze|rano|wieczor\w*|noca|nocy|poludni\w+|popoludni\w+|godzin\w*|pracy|weekend\w*|"
    r"poniedzial\w+|wtor(?:ek|ki)|srod[yea]|czwart(?:ek|ki|ku)|piat(?:ek|ki|ku)|sobot\w*|niedziel\w*|swieta|"
    r"pierwszej|drugiej|trzeciej|czwartej|piatej|szostej|siodmej|osmej|dziewiatej|\w*dziesiatej|\w+nastej|dwudziestej)"
)
_WHEN_PL = (
    rf"(?: {_THOSE_PL})* (?:{_HOUR_PL}|na razie|poki co|tak|o|po|za|przed|przez|podczas|zanim|dopoki|kiedy|gdy|jak|"
    r"pozno|wczesnie|z rana|z samego|od (?!was|nich|dzis)|do (?!mnie|nas|mojego|mojej)|"
    r"we? (?!tej spraw|takiej spraw|spraw|ogole))"
)
_ROBOT_PL = r"(?:robot|robotem|robotami|bot|botem|automat|automatem|automatyczn\w+ \w+|sztuczn\w+ inteligencj\w+)"
_MACHINE_PL = rf"(?:{_ROBOT_PL}|nagranie|maszyna|komputer)"
_HUMAN_PL = r"(?:czlowiek(?:iem)?|osob[aeay]|(?:zyw|prawdziw|realn)\w+)"
_WANT_PL = (
    r"\bnie (?:chce|bede|lubie|rozmawia\w*|gada\w*|zamierzam|mam zamiaru)\b|\b(?:po|prze)lacz\w*|\bdaj(?:cie)?\b|"
    r"\bpoprosze\b|\bkonsultant\w*|\bwole\b|(?<!nie )\bwiem\b|\b(?:glup|durn|cholern|kuchenn|sprzataj)\w+"
)
_TIME_PL = (
    r"(?:(?:mam|mamy|znajde|znajdziemy|znajdzie sie|jest)(?: (?:teraz|akurat|wlasnie|troche|jeszcze|wolny|wolna|jedna|"
    r"dwie|trzy|piec|dziesiec|kilka|pare|duzo|dla pana|dla pani))* (?:czas|czasu|chwil\w*|minut\w*|momen\w+|wolne|"
    r"przerwe)|"
    r"(?:czas|chwile|chwilke|minute|minutke)(?: (?:teraz|akurat|dla pana|dla pani))? (?:mam|mamy|znajde)|"
    r"jestem (?:teraz |akurat |dzis )?(?:woln[ya]|dostepn[ya])|"
    r"(?:nie |wcale |w ogole )+nie jestem (?:teraz )?zajet[ya]|"
    r"nie jestem (?:teraz )?(?:wcale|jakos|zbyt|bardzo|specjalnie) zajet[ya]|"
    r"nigdzie (?:mi |nam )?(?:sie )?nie spiesz[ye](?: mi| nam)?(?: sie)?|nie spieszy (?:mi|nam) sie(?: nigdzie)?|"
    r"nie spiesze sie nigdzie|"
    r"(?:moge|mozemy)(?: (?:teraz|chwile|swobodnie|spokojnie|akurat|z panem|z pania))* (?:rozmawiac|mowic|pogadac|"
    r"porozmawiac|gadac)|(?:rozmawiac|mowic) (?:teraz )?moge)"
)
_AROUND_TIME_PL = (
    r"(?:tak|no|aha|mhm|jasne|pewnie|oczywiscie|dobrze|dobra|okej|ok|teraz|akurat|wlasnie|ja|dzis|w domu|na rozmowe|"
    r"porozmawiac|rozmawiac|pogadac|dla pana|dla pani|to|i|wiec|prosze|mowic|slucham|pana|pani|niech (?:pan|pani) "
    r"(?:mowi|opowiada)|mow|mowcie|smialo|nie przeszkadza pani?)"
)
_YES_PL = (
    r"(?:tak|chetnie|jasne|pewnie|oczywiscie|dobra|dobrze|spoko|okej|ok|luz|jak najbardziej|prosze (?:bardzo|mowic)|"
    r"niech pani? mowi|mow(?:cie)?|dawaj(?:cie)?)"
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
    _rule("pl.stop_calling", "do_not_call",
          rf"{_DONT_PL}(?: \w+){{0,4}} (?:juz )?(?:wiecej|nigdy)\b|\b(?:wiecej|nigdy)(?: \w+){{0,3}} {_DONT_PL}|"
          rf"^(?:(?!{_HOUR_PL}\b)\S+ )*?{_DONT_PL}(?!{_WHEN_PL}\b)|"
          r"\b(?:przestan(?:cie)?|przestac|przestana|skoncz(?:cie)?|skonczyc)(?: \w+){0,4} (?:dzwoni\w*|wydzwani\w*|"
          r"telefono\w+|nek\w+|niepoko\w+|nagab\w+)\b|"
          r"\b(?:dosc|dosyc|koniec)(?: (?:juz|z|mam|tego|tych|tym|tymi|waszych|waszego|ciaglego))* (?:dzwonieni\w+|"
          r"wydzwaniani\w+|telefonow|telefonami|nekania)\b|"
          r"\bnie zycz\w+ sobie(?: \w+){0,4} (?:telefon\w*|dzwoni\w*|wydzwania\w*|kontakt\w*|polaczen)\b"
          rf"(?!{_WHEN_PL}\b)|"
          rf"\b(?:ze|a)?by(?:scie|s)?(?: \w+){{0,3}} nie (?:{_THOSE_PL} )*(?:dzwoni|wydzwania|nek|niepokoi)\w*\b"
          rf"(?!{_WHEN_PL}\b)|"
          rf"\bnie chc\w+(?: \w+){{0,2}} (?:ze|a)by\w*(?: \w+){{0,3}} (?:dzwonil|wydzwanial|nekal)\w*\b"
          rf"(?!{_WHEN_PL}\b)|"
          r"\bnie chc\w+(?: \w+){0,2} telefonow\b|\bzadnych (?:(?:wiecej|juz|waszych) )+telefonow\b|"
          r"\bzadnych telefonow (?:wiecej|juz|od was)\b|"
          r"\b(?:zabraniam|zakazuje)(?: \w+){0,3} (?:dzwoni\w*|wydzwania\w*|telefono\w+|kontakt\w*)\b"),
    _rule("pl.off_the_list", "do_not_call",
          r"\b(?:usun|wykresl|skresl|skasuj|wymaz|wypisz|wyrzuc|zapomnij)(?:cie)?(?: \w+){0,3} (?:mnie|nas|"
          r"numer\w*|telefon|dane|kontakt)\b|"
          r"\b(?:usunac|wykreslic|skreslic|skasowac|wymazac|wyrzucic|zapomniec)(?: \w+){0,3} (?:mnie|nas|numer\w*|"
          r"telefon|dane|kontakt)\b|\bwypisac (?:mnie|nas)\b|"
          r"\b(?:mnie|nas|numer|telefon|dane)(?: \w+){0,3} (?:usunac|wykreslic|skreslic|skasowac|wymazac|wypisac)\b|"
          r"\b(?:usun|usunac|wykresl|wykreslic|skresl|skreslic|skasuj|skasowac|wypisz|wypisac|wyrzuc|wyrzucic)(?:cie)?"
          r"(?: \w+){0,4} z(?:e)? (?:\w+ ){0,2}(?:list\w*|baz\w*|system\w*|rejestru|kartoteki)\b|"
          r"\bzablok(?:uj|ujcie|owac) (?:moj|ten|nasz) (?:numer|telefon)\b|\bczarn\w+ list\w+|"
          r"\b(?:wy)?cof(?:uje|am|nac|ac|ujemy|amy)(?: \w+){0,3} zgod\w+|"
          r"\b(?:daj|dajcie|dac)(?: \w+)? (?:mi|nam|mnie)(?: \w+){0,2} spokoj\b|"
          r"\bda(?:c|jcie) (?:\w+ )?spokoj (?:mi|nam)\b|\bzostaw(?:cie|ic)? (?:mnie|nas)(?: \w+){0,2} w spokoju\b",
          r"\bzakupow\b"),
    # not now: this takes back a call, not all calls
    _rule("en.call_another_time", "callback_later", rf"\b(?:dont|do not)(?: please)? {_CALL_EN}\b(?!{_WHEN_EN})"),
    _rule("ru.call_another_time", "callback_later",
          r"\bне (?:звоните|звони|названивайте|набирайте)\b(?: мне| нам| сюда| пожалуйста)*(?!" + _WHEN_RU + ")"),
    _rule("pl.call_another_time", "callback_later",
          rf"{_DONT_PL}(?={_WHEN_PL}\b)|\b{_HOUR_PL}(?: \w+){{0,3}} {_DONT_PL}"),
    # a complaint beats the wish for a human that often comes with it
    _rule("en.complaint", "complaint", r"\bcomplain(?:t|ts|ing)?\b|\bmoney back\b|\b(?:sue|report) you\b|\bmy lawyer\b",
          r"\b(?:no complaints?|cant complain|dont complain|nothing to complain)\b"),
    _rule("ru.complaint", "complaint",
          r"\bжалоб\w*|\bпожал(?:уюсь|оваться|уемся)|\bжал(?:уюсь|оваться)|\bпретензи\w+|"
          r"\bвер\w+ (?:мне )?(?:мои )?деньги|\bроспотребнадзор\w*|\bпрокуратур\w+|\bв суд\b",
          r"\b(?:нет|без|никаких) (?:претензий|жалоб)\b|\bне жалуюсь\b|\bжаловаться не\b"),
    _rule("pl.complaint", "complaint",
          r"\bskarg[aeiy]?\b|\breklamacj\w+|\bzazaleni\w+|\bzareklamowac\b|\b(?:po)?skarzyc\b|\bpretensj\w+|"
          r"\b(?:zwroc|zwroccie|zwrocic|oddaj|oddajcie|oddac|zwrot|zwrotu)(?: \w+){0,3} (?:pieniadze|pieniedzy|"
          r"kase|kasy)\b|\buokik\w*|\brzeczni\w+ (?:praw )?konsument\w+|\bprokuratur\w+|"
          r"\b(?:podam|podamy|podac|oddam)(?: \w+){0,2} do sadu\b|\b(?:spotkamy sie|widzimy sie) w sadzie\b|"
          r"\bmoj (?:prawnik|adwokat)\b",
          r"\b(?:bez|zadnych|brak|nie mam|nie mamy|nie ma|nie mialem|nie mialam)(?: \w+)? (?:skarg|reklamacji|"
          r"pretensji)\b|\bnie (?:bede|moge|chce|zamierzam|ma co|ma na co)(?: \w+)? (?:po)?skarzyc\b"),
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
    _rule("pl.robot_question", "is_robot",
          rf"\b(?:pani?|ty|wy|to|czy|jestes|jest|ja|rozmawiam|gadam|mowi|dzwoni|znowu|znow|mna)\b(?: \w+){{0,4}} "
          rf"{_ROBOT_PL}\b|"
          rf"\b{_MACHINE_PL} czy (?:\w+ )?{_HUMAN_PL}\b|\b{_HUMAN_PL} czy (?:\w+ )?{_MACHINE_PL}\b|"
          r"\b(?:pani?|ty|to|rozmawiam|jestes)\b(?: \w+){0,3} (?:zyw|prawdziw|realn)\w+ (?:czlowiek\w*|osob\w+)\b|"
          r"\b(?:czy (?:pani?|ty) (?:jest |jestes )?|(?:pani?|ty) (?:jest|jestes) |jestes )(?:w ogole |naprawde )?"
          r"(?:czlowiekiem|prawdziw[ay]|zyw[ay])\b",
          _WANT_PL),
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
    _rule("pl.negation_means_yes", "affirm",
          r"(?:(?:nie|no|tak|ja|my|dobrze|dobra|jasne|pewnie|okej|ok|a|to|absolutnie|w ogole|wcale) )*"
          r"(?:nie (?:mam|mamy) (?:absolutnie |w sumie )?(?:nic przeciwko|(?:zadnych )?(?:zastrzezen|obiekcji|"
          r"przeciwwskazan))|nic przeciwko (?:temu )?nie (?:mam|mamy)|"
          r"nie widz(?:e|imy) (?:zadnych |zadnego )?(?:przeszkod|przeciwwskazan|problemu)|"
          r"nie ma (?:zadnego |zadnych )?(?:problemu|sprawy|przeszkod|przeciwwskazan|klopotu)|"
          r"(?:zaden|bez zadnego|bez) (?:problem|klopot|problemu|klopotu)|(?:czemu|dlaczego) (?:by )?nie|"
          r"nie (?:odmowie|odmowimy|pogardze|pogardzimy|zaszkodzi|zaszkodziloby|zawadzi|powiem nie)|"
          r"nie jestem (?:temu )?przeciw(?:ko|ny|na)?|nic nie stoi na przeszkodzie|"
          r"nie przeszkadza(?:sz|cie)?(?: (?:mi|nam|pani?))*|nie(?: jest to)?(?: taki)? (?:zly|najgorszy|glupi) pomysl)"
          r"(?: (?:temu|prosze|mowic|mow|niech|mowi|pani?|slucham|dawaj|dawajcie|chetnie|oczywiscie|jasne|tak|wcale|"
          r"mozemy|moge|rozmawiac|porozmawiac|sprobowac|sprobujmy|umowmy sie))*", whole=True),
    _rule("pl.no_then_yes", "affirm",
          rf"(?:nie )+(?:(?:no|alez|skad|skadze|cos ty|co pani?|gdzie tam|wrecz przeciwnie) )+{_YES_PL}"
          rf"(?: (?:ze )?\w+)?|(?:nie ){{2,}}{_YES_PL}(?: \w+)?|"
          rf"(?:nie )+(?:to znaczy|znaczy|czekaj|chwila|wroc|przepraszam) {_YES_PL}|"
          r"nie (?:prosze mowic|niech pani? mowi|mow smialo|wrecz przeciwnie)(?: \w+)?", whole=True),
    # having time, in words that mostly tell of having none; whatever else is said leaves it to the classifier
    _rule("en.has_time", "affirm", rf"(?:{_AROUND_TIME_EN} )*{_TIME_EN}(?: (?:{_AROUND_TIME_EN}|{_TIME_EN}))*",
          whole=True),
    _rule("ru.has_time", "affirm", rf"(?:{_AROUND_TIME_RU} )*{_TIME_RU}(?: (?:{_AROUND_TIME_RU}|{_TIME_RU}))*",
          whole=True),
    # a bare "nie jestem zajęty" is more often "no, I am busy", so it is not here
    _rule("pl.has_time", "affirm", rf"(?:{_AROUND_TIME_PL} )*{_TIME_PL}(?: (?:{_AROUND_TIME_PL}|{_TIME_PL}))*",
          whole=True),
    # noises of assent that recognisers write, and that no grammar should expect
    _rule("en.short_yes", "affirm", r"(?:yep|yup|yeah|yes|ok|okay|aye|uh huh|mhm|mm hmm|"
          r"sure|sure thing|certainly|absolutely|definitely|of course)"
          r"(?: (?:yep|yup|ok|okay|uh huh|mhm|sure))*", whole=True),
    _rule("ru.short_yes", "affirm", r"(?:ок|окей|окей окей|угу|ага|мгм)(?: (?:ок|окей|угу|ага|да))*", whole=True),
    _rule("en.short_no", "deny", r"(?:nope|nah|uh uh|nuh uh)(?: (?:nope|nah|no))*", whole=True),
    _rule("pl.short_yes", "affirm", r"(?:no|aha|mhm|yhm|ehe|ok|oki|okej|spoko)"
          r"(?: (?:no|aha|mhm|yhm|ok|okej|spoko|tak|jasne|dobra|dobrze|pewnie))*", whole=True),
    _rule("pl.short_no", "deny", r"(?:nope|nie+ nie+|nie{2,}|e tam|eee? nie|no nie|ano nie)(?: (?:nie+|no))*",
          whole=True),
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
    _rule("pl.yes_means_no", "deny",
          r"(?:(?:tak|no|dobra|dobrze|okej|ok|aha|jasne|fajnie|super|swietnie) )+(?:ale )?(?:nie|nie nie|raczej nie|"
          r"chyba nie|niestety nie|nie chc(?:e|emy)|nie trzeba|nie potrzebuj(?:e|emy)|nie skorzystam|podziekuje|"
          r"nie interesuje mnie|nie jestem zainteresowan[ya]|bez sensu|nie dla mnie|nie tym razem)"
          r"(?: (?:nie|dziekuje|dzieki|juz|raczej|jednak|mi|mnie|nam|tego|to))*|"
          r"(?:(?:tak|no|aha|jasne|pewnie|oczywiscie|ta+|tia+) )+(?:akurat|juz (?:lece|biegne|pedze|ide)|i co jeszcze|"
          r"jeszcze czego|chyba snisz|w snach|bo uwierze)|ti?a+ (?:jasne|pewnie|akurat)|akurat|jeszcze czego|"
          r"(?:chyba )?(?:snisz|pani? (?:sni|zartuje)|zartujesz)|dobre sobie|tez (?:mi )?cos|po moim trupie|chcialbys|"
          r"predzej mi kaktus na dloni wyrosnie", whole=True),
)  # fmt: skip
"""All rules, in the order in which they are tried."""
