"""Who picked up, by the first words; and what a network's announcement says of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.call.machine import AnnouncementKind, judge_announcement, judge_answer
from robot.words import AnsweredBy, NumberStatus

PEOPLE = {
    "en": [
        "hello",
        "hello who is this",
        "yes speaking",
        "good morning how can i help you",
        "i'm not available right now call me later",
        "i can't come to the phone right now i'm cooking",
        "hi this is tom",
        "i got your message",
        "sorry i'm in a meeting",
        "what is it",
        "yes i can hear you the line is bad",
        "my phone was switched off yesterday",
        "his phone is switched off",
        "he is busy",
        "leave me alone",
        "can you call back after five",
        "hold on i'll get my wife",
        "press what",
        "no message no",
        "i don't want any message",
        "i'm on another call can you call me later",
    ],
    "ru": [
        "алло",
        "да слушаю",
        "алло кто это",
        "я сейчас не могу говорить перезвоните",
        "я недоступна была телефон сел",
        "да да говорите",
        "он занят",
        "здравствуйте чем могу помочь",
        "оставьте меня в покое",
        "я за рулем",
        "её телефон выключен",
        "не туда попали",
        "какое сообщение",
        "это его жена он на работе",
    ],
    "pl": ["halo", "słucham", "kto mówi", "nie mogę teraz rozmawiać jestem w pracy"],
}

MACHINES = {
    AnsweredBy.VOICEMAIL: {
        "en": [
            "hi you've reached john please leave a message after the tone",
            "you have reached the voicemail of five five five please leave your message after the beep",
            "hi it's kate i can't come to the phone right now leave your name and i will get back to you",
            "the person you are calling is not available please leave your message",
            "leave a massage after the tome",  # as recognised
            "your call has been forwarded to voice mail",
            "the mailbox is full",
            "you have reached the smiths we are not able to answer now we will return your call as soon as possible",
        ],
        "ru": [
            "здравствуйте вы позвонили ивану оставьте сообщение после сигнала",
            "абонент не может ответить на ваш звонок оставьте голосовое сообщение",
            "говорите после звукового сигнала",
            "оставь те сообщения после сигнал",  # as recognised
            "это автоответчик меня нет дома",
        ],
        "pl": ["proszę zostawić wiadomość po sygnale", "poczta głosowa"],
    },
    AnsweredBy.ASSISTANT: {
        "en": [
            "hi i'm the virtual assistant of anna what would you like to tell her",
            "this is a digital assistant who is calling",
        ],
        "ru": [
            "здравствуйте я голосовой помощник абонента что передать",
            "я виртуальный секретарь андрея по какому вопросу вы звоните",
        ],
        "pl": ["dzień dobry tu wirtualny asystent"],
    },
    AnsweredBy.SCREENING: {
        "en": [
            "hi the person you are calling is using a screening service please say your name and why you are calling",
            "please state your name and after the tone we will try to connect you",
        ],
        "ru": [
            "представьтесь и назовите цель звонка",
            "абонент использует защиту от спама назовите себя и причину звонка",
        ],
    },
    AnsweredBy.IVR: {
        "en": [
            "thank you for calling acme press one for sales press two for support",
            "for english press nine",
            "all of our representatives are busy please hold your call is important to us",
        ],
        "ru": [
            "здравствуйте вас приветствует компания ромашка нажмите один",
            "ваш звонок очень важен для нас оставайтесь на линии",
            "введите добавочный номер или дождитесь ответа оператора",
        ],
    },
}

ANNOUNCEMENTS = {
    AnnouncementKind.NOT_IN_SERVICE: {
        "en": [
            "the number you have dialed is not in service",
            "we're sorry you have reached a number that has been disconnected or is no longer in service",
            "the number you dialled does not exist",
            "the umber you have dialed is not in servise please check",
        ],
        "ru": [
            "набранный вами номер не существует",
            "номер не обслуживается",
            "набраный номер не обслуживаеться проверте правильность",
        ],
        "pl": ["nie ma takiego numeru"],
    },
    AnnouncementKind.DIALLED_WRONG: {
        "en": ["your call cannot be completed as dialed please check the number and dial again"],
        "ru": ["неправильно набран номер", "номер набран неправильно"],
    },
    AnnouncementKind.CHANGED: {
        "en": ["the number you have called has been changed the new number is five five five one two"],
        "ru": ["номер абонента изменен"],
    },
    AnnouncementKind.SWITCHED_OFF: {
        "en": [
            "the subscriber you are calling is switched off or out of coverage area",
            "the mobile phone is switched off",
            "the customer you are calling is not reachable please try again later",
        ],
        "ru": [
            "аппарат абонента выключен или находится вне зоны действия сети",
            "абонент временно недоступен",
            "телефон абонента выключен",
        ],
        "pl": ["abonent jest niedostępny", "telefon jest wyłączony lub poza zasięgiem"],
    },
    AnnouncementKind.BLOCKED: {
        "en": ["the number is temporarily blocked", "incoming calls to this number are restricted"],
        "ru": ["номер абонента временно заблокирован", "обслуживание абонента приостановлено"],
    },
    AnnouncementKind.BUSY: {
        "en": ["the subscriber is busy please call later"],
        "ru": ["абонент разговаривает перезвоните позднее", "абонент занят"],
    },
    AnnouncementKind.NO_ANSWER: {
        "en": ["the subscriber does not answer"],
        "ru": ["абонент не отвечает попробуйте перезвонить позднее"],
    },
    AnnouncementKind.CALLS_BARRED: {
        "en": ["the subscriber is not accepting calls"],
        "ru": ["абонент ограничил входящие вызовы"],
    },
    AnnouncementKind.CIRCUITS_BUSY: {
        "en": ["all circuits are busy now please try your call again later"],
        "ru": ["по техническим причинам соединение не может быть установлено"],
    },
}

STATUS = {
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


def spoken_ms(text: str) -> int:
    """Give a person's speaking time: some 70 ms a letter."""
    return 70 * len(text)


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in PEOPLE.items() for text in texts])
def test_people_are_people(language: str, text: str) -> None:
    assert judge_answer(text, language, ms_of_speech=spoken_ms(text)) is AnsweredBy.HUMAN
    assert judge_announcement(text, language) is None


@pytest.mark.parametrize(
    ("who", "language", "text"),
    [
        (who, lang, text)
        for who, by_language in MACHINES.items()
        for lang, texts in by_language.items()
        for text in texts
    ],
)
def test_machines_are_told_apart(who: AnsweredBy, language: str, text: str) -> None:
    assert judge_answer(text, language, ms_of_speech=spoken_ms(text)) is who


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        (kind, lang, text)
        for kind, by_language in ANNOUNCEMENTS.items()
        for lang, texts in by_language.items()
        for text in texts
    ],
)
def test_announcements_are_read(kind: AnnouncementKind, language: str, text: str) -> None:
    said = judge_announcement(text, language)
    assert said is not None
    assert said.kind is kind
    assert said.status is STATUS[kind]
    assert judge_answer(text, language, ms_of_speech=spoken_ms(text)) is AnsweredBy.ANNOUNCEMENT


def test_networks_abroad_speak_english() -> None:
    said = judge_announcement("the number you have dialed is not in service", "ru")
    assert said is not None
    assert said.kind is AnnouncementKind.NOT_IN_SERVICE


def test_nothing_heard_is_unknown() -> None:
    assert judge_answer("", "en", ms_of_speech=0) is AnsweredBy.UNKNOWN
    assert judge_announcement("", "en") is None


def test_a_language_without_phrases_is_judged_by_the_english_ones() -> None:
    assert judge_answer("leave a message after the tone", "de", ms_of_speech=2000) is AnsweredBy.VOICEMAIL
    assert judge_answer("guten tag", "de", ms_of_speech=900) is AnsweredBy.HUMAN


@given(text=st.text(max_size=80), language=st.sampled_from(["en", "ru", "pl", "xx"]), ms=st.integers(0, 60_000))
def test_any_words_are_somebody(text: str, language: str, ms: int) -> None:
    assert judge_answer(text, language, ms_of_speech=ms) in AnsweredBy
    judge_announcement(text, language)
