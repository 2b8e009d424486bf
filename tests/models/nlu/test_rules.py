"""The rules before the classifier, each by its name: what it decides, and what it must leave alone."""

import pytest

from models.nlu.mixed import PRECEDENCE
from models.nlu.rules import RULES, apply_rules
from models.nlu.text import normalise

EVERY = frozenset(PRECEDENCE)

DECIDED = {
    "en.stop_calling": [
        "don't call me again", "do not ever call here", "never ring this number again", "stop calling",
        "please stop phoning us",
        "no more calls", "put me on the do not call list", "I don't want any more calls",
        "I don't want you to call me", "yes and don't call me any more",
        "I never want to hear from you", "do not want to hear from you",
        "don't call me now or ever again, stop calling",
    ],
    "en.off_the_list": [
        "take me off your list", "remove my number from the database", "I want to be removed from this list",
        "delete my number",
        "unsubscribe",  "get me out of your system", "leave me alone",
        "I'd like to opt out",
        "forget this number",
    ],
    "en.call_another_time": ["don't call me now", "do not call before ten", "please don't ring us at work"],
    "ru.stop_calling": [
        "больше мне не звоните", "не звоните сюда больше", "не звоните мне", "не надо мне звонить",
        "перестаньте звонить",
        "хватит мне названивать", "никогда больше сюда не звоните", "прекратите уже звонить", "больше не беспокойте",
        "не хочу чтобы вы мне звонили", "да не звоните вы мне больше", "не смейте мне звонить",
    ],
    "ru.off_the_list": [
        "удалите мой номер", "уберите меня из базы", "вычеркните меня", "забудьте этот номер",
        "внесите нас в чёрный список",
        "удалите нас пожалуйста из базы", "сотрите мой телефон",
    ],
    "ru.call_another_time": ["не звоните мне сейчас", "не звоните до десяти", "не звоните так рано"],
    "en.complaint": ["I want to complain", "let me speak to a manager, I have a complaint", "give me my money back"],
    "ru.complaint": ["у меня жалоба", "дайте начальника, я жаловаться буду", "верните мне деньги", "у нас претензия"],
    "en.robot_question": ["are you a robot", "is this some kind of machine", "am I talking to a computer",
                          "who is this, are you a bot",
                          "you sound like a recording", "is that a real person"],
    "ru.robot_question": ["вы робот", "это что, робот?", "я с роботом говорю", "вы живой человек", "это автоответчик",
                          "со мной бот разговаривает"],
    "en.negation_means_yes": ["why not", "no problem", "I don't mind", "no, I don't mind at all",
                              "well I wouldn't say no", "yeah no problem"],
    "en.no_then_yes": ["no no yes", "no wait yes", "no I mean yes"],
    "ru.negation_means_yes": ["не против", "я не против", "да нет, я не против", "почему бы и нет", "не возражаю",
                              "не откажусь",
                              "без проблем", "ну не против в принципе"],
    "ru.no_then_yes": ["нет-нет, мне интересно", "нет нет удобно", "нет, говорите"],
    "en.has_time": ["I have time right now", "yes, I've got a couple of minutes", "I'm not busy", "no, I'm not busy at "
                    "the moment, go ahead", "this is a good time", "I'm free to talk", "it's convenient"],
    "ru.has_time": ["есть минутка", "да, у меня есть время", "нет, я не занят, говорите", "могу говорить",
                    "сейчас как раз свободна", "пять минут найдётся", "никуда не спешу"],
    "ru.short_yes": ["ок", "окей", "угу, ага"],
    "en.short_yes": ["ok", "yep", "uh huh", "well yes"],
    "en.short_no": ["nope", "nah"],
    "en.yes_means_no": ["yeah no", "okay but no thanks", "yeah I don't think so", "yes but no", "yeah right",
                        "sure, not interested"],
    "ru.yes_means_no": ["да нет", "да нет наверное", "да не надо", "ага щас", "ну не хочу", "да ну",
                        "ладно не надо"],
    "pl.stop_calling": [
        "proszę do mnie nie dzwonić", "nie dzwonic wiecej", "Nie dzwońcie tu!", "nie dzwońcie teraz ani nigdy więcej",
        "niech pani już do mnie nie dzwoni", "przestańcie wreszcie wydzwaniać", "dosyć już tych telefonów",
        "nie życzę sobie żadnych telefonów", "chcę, żeby pan więcej nie dzwonił", "nie chcę, żebyście tu dzwonili",
        "żadnych więcej telefonów", "zabraniam wam dzwonić", "mówiłam, żeby mnie nie nękać", "nigdy do mnie nie dzwoń",
        "nie dzwońcie w sprawie żadnych promocji", "nie wolno do mnie dzwonić", "proszę nie dzwonić, tylko pisać",
        "czy ja niewyraźnie mówię proszę nie dzwonić", "czemu dzwonicie mówiłem nie dzwonić",
    ],
    "pl.off_the_list": [
        "proszę usunąć moje dane", "usuncie mnie z bazy", "wykreślcie nas", "proszę mnie stamtąd wypisać",
        "zapomnijcie mój numer", "na czarną listę z tym numerem", "wycofuję wszystkie zgody", "cofam zgode",
        "dajcie mi wreszcie spokój", "zostawcie nas w spokoju", "skasuj ten numer", "zablokujcie mój numer",
    ],
    "pl.call_another_time": [
        "nie dzwońcie teraz", "proszę nie dzwonić do mnie przed dziesiątą", "nie dzwon tak pozno",
        "wieczorem proszę nie dzwonić", "po dwudziestej do mnie nie dzwońcie", "proszę nie dzwonić w niedzielę",
        "na razie nie, nie dzwońcie do poniedziałku",
    ],
    "pl.complaint": ["mam reklamację", "chcę złożyć skargę", "poproszę kierownika, będę się skarżyć",
                     "zwroccie mi moje pieniadze", "podam was do sądu", "mam do was pretensje", "zgłoszę to do UOKiK"],
    "pl.robot_question": ["pan jest robotem?", "czy ja rozmawiam z botem", "to jakiś automat", "bot czy człowiek?",
                          "jest pani żywym człowiekiem", "czy pani jest prawdziwa", "znowu dzwoni robot",
                          "nie wiem czy pan jest robotem", "to sztuczna inteligencja"],
    "pl.negation_means_yes": ["nie mam nic przeciwko", "czemu nie", "a dlaczego by nie", "no czemu nie",
                              "nie ma problemu", "nie ma sprawy, proszę mówić", "nie widzę przeszkód",
                              "nie widze zadnych przeszkod", "bez problemu", "nie odmówię",
                              "nie, nie przeszkadza mi pan", "nie mam zastrzeżeń", "nie taki zły pomysł"],
    "pl.no_then_yes": ["nie no spoko", "nie, nie, proszę mówić", "nie skąd, chętnie", "nie no jasne", "nie nie chętnie",
                       "nie, to znaczy tak", "nie, wręcz przeciwnie"],
    "pl.has_time": ["mam chwilę", "tak, mam teraz czas", "chwilkę mam, proszę mówić", "jestem akurat wolna",
                    "nie, nie jestem zajęty", "moge rozmawiac", "nigdzie mi się nie spieszy", "znajdę pięć minut",
                    "nie jestem specjalnie zajęta"],
    "pl.short_yes": ["no", "no no", "aha", "mhm", "okej", "no tak", "no dobra", "spoko"],
    "pl.short_no": ["nie nie", "no nie", "nieee", "e tam"],
    "pl.yes_means_no": ["tak tak, jasne, akurat", "akurat", "ta jasne", "no nie dziękuję", "dobra, ale nie",
                        "jasne już lecę", "chyba pan żartuje", "tak ale nie jestem zainteresowana", "jeszcze czego",
                        "no raczej nie"],
}  # fmt: skip

LEFT_ALONE = {
    "en": [
        "call me tomorrow", "why don't you call me tomorrow", "I don't mind if you call", "I never got your call",
        "no complaints here",
        "let me talk to a real person", "I know you're a robot", "why not, how much is it", "yes", "no",
        "yes but who is this",
        "what list is that",
        "I have time tomorrow", "I'm free after six", "I have no time", "I can't talk", "it's not a good time",
        "this is a bad time", "I'm available on Friday", "put me on the list",
        "no problem with the robot I need the price",
    ],
    "ru": [
        "время есть завтра", "буду свободен вечером", "нет времени", "не могу говорить", "времени нет", "не свободен",
        "сейчас неудобно", "могу поговорить через час", "внесите меня в список",
        "позвоните завтра", "звоните после шести", "я не против, а сколько стоит", "нет", "да",
        "претензий нет, без претензий",
        "с роботом говорить не буду", "нет мне не интересно", "мне никто не звонил", "да нет, просто сейчас неудобно",
    ],
    "pl": [
        "proszę zadzwonić jutro", "niech pan dzwoni po szóstej", "nikt do mnie nie dzwonił", "czemu nie dzwoniliście",
        "dlaczego pan nie dzwoni do syna", "mój telefon nie dzwoni",
        "nie dziwię się, że państwo dzwonią", "dość długo dzwoniło", "proszę mnie wpisać na listę", "co to za lista",
        "wykreśl mleko z listy zakupów", "zapomniałem numeru", "nie mam żadnych pretensji", "bez reklamacji",
        "nie będę się skarżyć", "widziałem tę reklamę", "oddałem już pieniądze", "idziemy do sadu po jabłka",
        "z robotem gadać nie będę", "wiem, że jesteś robotem", "jestem w robocie", "mam tu dużo roboty",
        "kupiłem robot kuchenny", "czemu nie, a ile to kosztuje", "nie ma go", "nie ma sprawy do załatwienia u mnie",
        "nie mam czasu", "nie mam chwili", "nie mogę rozmawiać", "będę wolny wieczorem", "mam chwilę o szóstej",
        "nie jestem zajęty", "nie tak", "nie tak szybko", "nie pasuje mi",
        "tak", "nie", "tak ale nie teraz", "no nie wiem", "no nie teraz", "tak ale kto mówi", "jasne a ile to kosztuje",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in DECIDED.items() for text in texts])
def test_a_rule_decides(name: str, text: str) -> None:
    rule = apply_rules(normalise(text), name.partition(".")[0], EVERY)
    assert rule is not None
    assert rule.name == name


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in LEFT_ALONE.items() for text in texts])
def test_what_is_left_to_the_classifier(language: str, text: str) -> None:
    rule = apply_rules(normalise(text), language, EVERY)
    assert rule is None or rule.intent not in ("do_not_call", "complaint", "is_robot")
    assert rule is None or text in ("yes", "no")


def test_every_rule_has_its_examples() -> None:
    assert {rule.name for rule in RULES} == set(DECIDED)


def test_a_rule_for_an_intent_that_is_not_allowed_is_passed_over() -> None:
    assert apply_rules("are you a robot", "en", EVERY - {"is_robot"}) is None


def test_never_call_again_comes_first() -> None:
    rule = apply_rules(normalise("Are you a robot? I'll complain! Don't call me again."), "en", EVERY)
    assert rule is not None
    assert rule.intent == "do_not_call"
