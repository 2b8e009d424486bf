"""What machines and networks say on the telephone: phrases by language, for `robot.call.machine`. Plain data.

A cue is the few words that carry a sentence, so that what a recogniser leaves of it still fits; lower case, no
punctuation, ``ё`` as ``е``. Weights say how sure a cue is: 3 decides alone, 2 nearly, 1 only with others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from robot.words import AnsweredBy

__all__ = ["ANNOUNCEMENTS", "HUMAN_CUES", "MACHINE_CUES", "AnnouncementKind", "Cue"]


class AnnouncementKind(StrEnum):
    """What a network announcement says about the number called."""

    NOT_IN_SERVICE = "not_in_service"
    DIALLED_WRONG = "dialled_wrong"
    CHANGED = "changed"
    """It has changed; a new one may be named."""
    SWITCHED_OFF = "switched_off"
    """Switched off, or out of coverage: networks say both in one sentence."""
    BLOCKED = "temporarily_blocked"
    """Barred by its operator for a while."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CALLS_BARRED = "calls_barred"
    """It takes no calls from us: a block list, or no calls from outside."""
    CIRCUITS_BUSY = "circuits_busy"
    """The network's own trouble."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A few words that give something away.

    Attributes:
        words: They must be heard in this order, nearly (endings and single letters may differ), with little between.
        weight: 3 decides alone; cues add up.
    """

    words: tuple[str, ...]
    weight: int


def _cues(weight: int, *phrases: str) -> tuple[Cue, ...]:
    return tuple(Cue(tuple(phrase.split()), weight) for phrase in phrases)


MACHINE_CUES: Mapping[str, Mapping[AnsweredBy, tuple[Cue, ...]]] = {
    "en": {
        AnsweredBy.VOICEMAIL: (
            *_cues(3, "leave a message", "leave your message", "leave me a message", "leave your name",
                   "leave a voicemail",
                   "leave us a message", "after the tone", "after the beep", "at the tone", "at the beep",
                   "following the tone",
                   "record your message", "forwarded to voicemail", "voice mailbox", "mailbox is full", "mailbox of",
                   "voicemail box",
                   "reached the voicemail", "voice mail", "voice messaging system",
                   "you have reached the answering machine",
                   "when you have finished recording", "hang up or press"),
            *_cues(2, "you have reached", "youve reached", "cant come to the phone", "unable to come to the phone",
                   "unable to take your call",
                   "get back to you as soon as", "will return your call", "not able to answer", "voicemail",
                   "is not available",
                   "cannot take your call", "cant take your call", "cant get to the phone", "reached the phone of",
                   "your name and number", "tone please"),
            *_cues(1, "not available", "message", "get back to you", "call you back", "as soon as possible", "beep",
                   "right now", "after"),
        ),
        AnsweredBy.ASSISTANT: (
            *_cues(3, "virtual assistant", "voice assistant", "digital assistant", "personal assistant of",
                   "i will pass on your message",
                   "ill pass on your message", "assistant of the subscriber", "speaking to the assistant",
                   "pass it on to the subscriber"),
            *_cues(2, "assistant", "pass on", "what would you like to tell", "what should i tell"),
        ),
        AnsweredBy.SCREENING: (
            *_cues(3, "say your name and why", "state your name and", "screening service", "call screening",
                   "using a screening",
                   "name and reason for calling", "record your name", "say why you are calling",
                   "see if this person is available",
                   "the person you are calling is using", "get a copy of this conversation",
                   "find out if they are available",
                   "stay on the line while i check", "after the tone say your name"),
        ),
        AnsweredBy.IVR: (
            *_cues(3, "press one", "press two", "press zero", "press 1", "press 2", "press 0", "press star",
                   "press the pound", "for english",
                   "listen carefully as our", "menu options", "our options have changed", "dial the extension",
                   "enter the extension", "main menu"),
            *_cues(2, "thank you for calling", "thanks for calling", "your call is important", "call may be recorded",
                   "all our operators",
                   "all of our representatives", "next available", "please hold", "opening hours are",
                   "office is closed", "currently closed", "stay on the line"),
        ),
    },
    "ru": {
        AnsweredBy.VOICEMAIL: (
            *_cues(3, "оставьте сообщение", "оставьте ваше сообщение", "оставьте свое сообщение", "оставить сообщение",
                   "после сигнала", "после гудка", "после звукового сигнала",
                   "после тонального сигнала", "голосовая почта", "голосовой почты", "голосовое сообщение",
                   "автоответчик", "почтовый ящик", "запишите сообщение", "говорите после"),
            *_cues(2, "вы позвонили", "не могу подойти", "не может ответить на ваш звонок", "не могу ответить",
                   "я вам перезвоню", "обязательно перезвоню", "не может сейчас ответить"),
            *_cues(1, "сигнала", "сообщение", "перезвоню", "сейчас", "ваш звонок"),
        ),
        AnsweredBy.ASSISTANT: (
            *_cues(3, "виртуальный помощник", "голосовой помощник", "виртуальный секретарь", "умный помощник",
                   "голосовой ассистент", "виртуальный ассистент",
                   "помощник абонента", "секретарь абонента", "я помощник", "ассистент абонента", "передам абоненту",
                   "передам ваше сообщение",
                   "личный помощник", "это помощник", "что передать абоненту", "это секретарь"),
            *_cues(2, "передам", "что ему передать", "что передать", "по какому вопросу вы звоните",
                   "по какому вопросу", "помощник", "секретарь", "ассистент"),
        ),
        AnsweredBy.SCREENING: (
            *_cues(3, "назовите себя и", "представьтесь и назовите", "представьтесь и скажите", "цель вашего звонка",
                   "защита от спама", "определитель спама", "проверяет звонки",
                   "фильтр звонков", "назовите цель звонка", "цель звонка"),
        ),
        AnsweredBy.IVR: (
            *_cues(3, "нажмите один", "нажмите два", "нажмите ноль", "нажмите 1", "нажмите 2", "нажмите 0",
                   "нажмите звездочку", "нажмите решетку", "нажмите цифру", "в тоновом режиме",
                   "тональном режиме", "внутренний номер", "добавочный номер", "дождитесь ответа оператора",
                   "главное меню", "голосовое меню", "дождитесь ответа"),
            *_cues(2, "ваш звонок очень важен", "ваш звонок важен", "разговор может быть записан",
                   "разговоры записываются", "все операторы заняты", "оставайтесь на линии",
                   "вас приветствует", "спасибо за звонок", "мы работаем с", "в целях улучшения качества", "компания",
                   "рабочее время"),
        ),
    },
    "pl": {
        AnsweredBy.VOICEMAIL: (
            *_cues(3, "zostaw wiadomość", "proszę zostawić wiadomość", "po sygnale", "po usłyszeniu sygnału",
                   "poczta głosowa", "nagraj wiadomość", "skrzynka głosowa"),
            *_cues(2, "dodzwoniłeś się do", "nie mogę odebrać", "oddzwonię"),
        ),
        AnsweredBy.ASSISTANT: _cues(3, "wirtualny asystent", "asystent głosowy", "asystentka głosowa"),
        AnsweredBy.SCREENING: _cues(3, "podaj swoje imię i", "cel rozmowy"),
        AnsweredBy.IVR: (*_cues(3, "naciśnij jeden", "wybierz jeden", "wciśnij jeden", "naciśnij 1", "wybierz 1",
                                "numer wewnętrzny"),
                         *_cues(2, "proszę czekać na połączenie", "rozmowa jest nagrywana", "dziękujemy za telefon")),
    },
}  # fmt: skip
"""What machines that answer say, by language."""

HUMAN_CUES: Mapping[str, tuple[Cue, ...]] = {
    "en": _cues(2, "who is this", "whos this", "whos calling", "who is calling", "call me later", "call me back later",
                "call back later", "cant talk", "im busy",
                "im driving", "can you call", "hello hello", "what do you want", "speaking", "yes hello", "im at work",
                "im in a meeting", "call me tomorrow",
                "call me in", "how can i help", "can i help you", "cant hear you", "are you there", "say that again",
                "what was that", "hold on"),
    "ru": _cues(2, "кто это", "кто говорит", "перезвоните", "позвоните", "не могу говорить", "я занят", "я занята",
                "за рулем", "слушаю", "слушаю вас", "алло алло", "что хотели", "да да",
                "вы кто", "говорите", "на работе", "на совещании", "чем могу помочь", "вас не слышно",
                "ничего не слышу", "это кто"),
    "pl": _cues(2, "kto mówi", "proszę zadzwonić", "nie mogę rozmawiać", "jestem zajęty", "jestem zajęta", "słucham",
                "halo halo", "prowadzę"),
}  # fmt: skip
"""What only people say: speaks against a machine, as its weight."""

_A = AnnouncementKind
ANNOUNCEMENTS: Mapping[str, Mapping[AnnouncementKind, tuple[str, ...]]] = {
    "en": {
        _A.NOT_IN_SERVICE: ("number not in service", "number is no longer in service", "not in service",
                            "number has been disconnected", "has been disconnected",
                            "number does not exist", "no longer in service", "number is not assigned",
                            "number you have dialed is unallocated", "number is not in use",
                            "number is out of service", "not a working number", "number is not allocated",
                            "number does not exist please check", "number is invalid",
                            "number has not been recognised", "number has not been recognized",
                            "number you have called is not recognised", "temporarily disconnected or no longer"),
        _A.DIALLED_WRONG: ("call cannot be completed as dialed", "cannot be completed as dialed",
                           "number you have dialled is incorrect", "dialled incorrectly",
                           "incorrect number please check", "wrong number of digits", "check the number and dial again",
                           "check the number and try your call again", "dial is incorrect"),
        _A.CHANGED: ("number has been changed", "number has changed", "the new number is",
                     "number you called has been changed to", "subscriber has changed"),
        _A.SWITCHED_OFF: ("phone is switched off", "mobile is switched off", "switched off or out of",
                          "out of coverage area", "outside the coverage area", "is not reachable",
                          "currently unreachable",
                          "cannot be reached at the moment", "switched off", "powered off", "out of the service area",
                          "subscriber is not reachable", "not in the coverage", "phone may be off",
                          "customer is not available at this time please try", "wireless customer is not available",
                          "subscriber you have dialed is not available",
                          "mobile customer you are calling is not available"),
        _A.BLOCKED: ("temporarily blocked", "temporarily suspended", "incoming calls are restricted",
                     "has been suspended", "temporarily out of service", "temporarily barred",
                     "incoming calls are barred"),
        _A.BUSY: ("line is busy", "number is busy", "subscriber is busy", "is engaged", "person is on another call",
                  "is speaking to someone else", "speaking on another call", "is on the phone please"),
        _A.NO_ANSWER: ("subscriber does not answer", "is not answering", "there is no answer",
                       "does not answer your call"),
        _A.CALLS_BARRED: ("not accepting calls", "does not accept calls", "call has been rejected",
                          "not accept incoming calls", "number you are calling from is blocked",
                          "does not accept anonymous", "declined your call"),
        _A.CIRCUITS_BUSY: ("all circuits are busy", "all lines are busy", "network is busy", "network congestion",
                           "due to technical", "cannot be completed at this time", "unable to connect your call",
                           "difficulties in the network", "due to network difficulties", "channels are busy"),
    },
    "ru": {
        _A.NOT_IN_SERVICE: ("номер не обслуживается", "номер не существует", "не обслуживается", "номер отключен",
                            "набранный номер не существует", "несуществующий номер", "номер не используется",
                            "номера не существует", "такого номера нет", "номер не зарегистрирован",
                            "номер снят с обслуживания", "обслуживание прекращено", "не зарегистрирован в сети",
                            "номер исключен"),
        _A.DIALLED_WRONG: ("неправильно набран номер", "номер набран неправильно", "набран неправильно",
                           "неправильно набрали номер", "набран неверно", "неверно набран номер", "неверный номер",
                           "проверьте правильность набора", "проверьте правильность набранного номера",
                           "проверьте номер"),
        _A.CHANGED: ("номер изменен", "номер абонента изменен", "номер изменился", "номер абонента изменился",
                     "новый номер абонента", "абонент сменил номер"),
        _A.SWITCHED_OFF: ("аппарат абонента выключен", "абонент выключен", "выключен или находится вне зоны",
                          "вне зоны действия сети", "вне зоны доступа", "находится вне зоны", "телефон выключен",
                          "абонент недоступен", "временно недоступен", "абонент не доступен", "абонент не в сети",
                          "абонент вне сети", "телефон абонента выключен", "в данный момент недоступен"),
        _A.BLOCKED: ("номер заблокирован", "временно заблокирован", "абонент временно заблокирован",
                     "обслуживание приостановлено", "номер абонента временно заблокирован",
                     "входящая связь ограничена", "обслуживание абонента приостановлено", "абонент заблокирован",
                     "не может принять ваш звонок"),
        _A.BUSY: ("абонент занят", "абонент разговаривает", "номер занят", "линия занята",
                  "абонент говорит по другой линии", "сейчас разговаривает"),
        _A.NO_ANSWER: ("абонент не отвечает", "абонент не берет трубку", "не отвечает попробуйте позвонить"),
        _A.CALLS_BARRED: ("ограничил входящие вызовы", "абонент ограничил прием", "не принимает звонки",
                          "установил запрет", "запретил входящие", "вы в черном списке", "запрет на входящие",
                          "звонки с вашего номера", "не принимает вызовы", "вызов отклонен"),
        _A.CIRCUITS_BUSY: ("по техническим причинам", "сеть перегружена", "линия перегружена", "перегрузка на линии",
                           "перегрузка сети", "все линии заняты", "соединение не может быть установлено",
                           "соединение невозможно", "нет свободных линий"),
    },
    "pl": {
        _A.NOT_IN_SERVICE: ("nie ma takiego numeru", "numer nie istnieje", "numer jest nieprawidłowy",
                            "numer jest nieaktywny", "wybrany numer nie istnieje", "numer nieużywany"),
        _A.DIALLED_WRONG: ("numer został wybrany nieprawidłowo", "wybrano niewłaściwy numer",
                           "nieprawidłowo wybrany numer"),
        _A.CHANGED: ("numer został zmieniony", "nowy numer abonenta"),
        _A.SWITCHED_OFF: ("abonent jest niedostępny", "abonent czasowo niedostępny", "telefon jest wyłączony",
                          "poza zasięgiem", "abonent ma wyłączony telefon", "czasowo niedostępny"),
        _A.BLOCKED: ("numer został zablokowany", "numer zawieszony", "połączenia przychodzące zablokowane"),
        _A.BUSY: ("abonent jest zajęty", "numer jest zajęty", "prowadzi rozmowę"),
        _A.NO_ANSWER: ("abonent nie odpowiada", "abonent nie odbiera"),
        _A.CALLS_BARRED: ("nie przyjmuje połączeń", "połączenie odrzucone"),
        _A.CIRCUITS_BUSY: ("z przyczyn technicznych", "sieć przeciążona", "połączenie nie może być zrealizowane",
                           "linie są zajęte"),
    },
}  # fmt: skip
"""What networks say, by language: cues of one announcement; any of them is enough."""
