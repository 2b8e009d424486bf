"""The words of time in English, Russian and Polish: phrase → what it is. Read by `models.nlu.times`.

Every phrase is one letter with a value, and `models.nlu.times` matches patterns over the letters of a reply:

====== ============================================== ======================================================
letter is                                             value
====== ============================================== ======================================================
n      a number                                       the number
o      an ordinal                                     the number
c      a clock time in digits, 10:30                  minutes of the day
u U    a unit: of the clock, of the calendar          minutes; days
D      a whole duration, "half an hour"               minutes
H      "and a half"                                   –
i l    "in" of durations; "later", "from now"         –
d      a day counted from today                       days
w k    a weekday; one reached by another name         0 is Monday
x y    "next"; "this"                                 –
z      a whole coming period, "next week"             7 for a week, 30 for a month
M #    a month; "of the month" after an ordinal       1 to 12; –
^      "on the" before an ordinal                     –
p      a part of the day                              index into `PARTS`
@ a b  at, after, before                              –
F      from, between: the first of two counts         –
h v    half past; half towards ("полшестого")         –
P L B  past; to; less, before both ("без пяти два")   –
q      "quarter" before an ordinal                     15
m      which half of the day an hour is of            12 for its second, 0 for its first, 24 for the night
s      "the same time"                                –
f      a filler between these                         –
N      a noun that makes a number no hour             –
X      what makes it no future: "ago", "yesterday"    –
====== ============================================== ======================================================
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["PARTS", "Lexicon", "PartOfDay", "lexicon", "plain"]


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """A part of the day.

    Attributes:
        hour: When to call who names it, hours of the day.
        ends: When it is over.
        after: When it is "after" it.
        before: When it is "before" it.
    """

    hour: float
    ends: float
    after: float
    before: float


PARTS = (
    PartOfDay(10, 12, 12, 9),  # 0 morning
    PartOfDay(13, 14, 14, 11),  # 1 lunch
    PartOfDay(15, 18, 18, 12),  # 2 afternoon
    PartOfDay(19, 22, 21, 17),  # 3 evening
    PartOfDay(21, 24, 21, 20),  # 4 night
    PartOfDay(12, 13, 13, 11),  # 5 noon
    PartOfDay(18, 19, 18.5, 8),  # 6 work: "after work", "before work"
    PartOfDay(9, 10, 10, 8),  # 7 early morning
    PartOfDay(17, 18, 18, 16),  # 8 late afternoon
)
_MORNING, _LUNCH, _AFTERNOON, _EVENING, _NIGHT, _NOON, _WORK, _EARLY, _LATE = range(9)

Entry = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language.

    Attributes:
        phrases: Phrase of normalised words → letter and value.
        longest: Words in the longest phrase.
        negations: Words that take back a time they stand before ("not tomorrow").
        after_is_in: Whether "after two hours" means in two hours, and not after two o'clock.
        number_month: Whether "5 May" is a date with a plain number first.
        ordinal_hours: Whether hours are ordinals ("o trzeciej").
    """

    phrases: dict[str, Entry]
    longest: int
    negations: frozenset[str]
    after_is_in: bool = False
    number_month: bool = False
    ordinal_hours: bool = False


_PLAIN = str.maketrans("ёąćęłńóśźż", "еacelnoszz", "'’")


def plain(words: str) -> str:
    """Return words as they are looked up: lower case, without the marks that recognisers leave out now and then."""
    return words.lower().translate(_PLAIN)


def lexicon(language: str) -> Lexicon | None:
    """Return the words of ``language``, if it has any here."""
    return _LEXICONS.get(language)


def _table(*groups: tuple[str, float, str]) -> dict[str, Entry]:
    """Read groups of (letter, value, phrases between commas)."""
    return {phrase.strip(): (letter, value) for letter, value, text in groups for phrase in text.split(",")}


def _listed(letter: str, first: int, text: str) -> Iterable[tuple[str, float, str]]:
    """Read phrases between bars as values from ``first`` on; forms of one value stand between commas."""
    return ((letter, float(first + i), forms) for i, forms in enumerate(text.split("|")))


_EN = _table(
    *_listed("n", 0, "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
                     "sixteen|seventeen|eighteen|nineteen|twenty"),
    ("n", 30, "thirty"), ("n", 40, "forty"), ("n", 45, "forty five"), ("n", 50, "fifty"),
    ("n", 2, "a couple of,couple of,a couple,couple"), ("n", 3, "a few,few,several"), ("n", 15, "quarter,a quarter"),
    *_listed("o", 1, "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|"
                     "fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty first|"
                     "twenty second|twenty third|twenty fourth|twenty fifth|twenty sixth|twenty seventh|twenty eighth|"
                     "twenty ninth|thirtieth|thirty first"),
    ("u", 1, "minute,minutes,min,mins"), ("u", 60, "hour,hours"), ("U", 1, "day,days"), ("U", 7, "week,weeks"),
    ("U", 30, "month,months"), ("D", 30, "half an hour,half hour,half a hour,a half hour"),
    ("D", 90, "hour and a half,an hour and a half,one and a half hours"), ("D",
        15, "quarter of an hour,a quarter of an hour"),
    ("D", 45, "three quarters of an hour"), ("H", 0, "and a half"),
    ("i", 0, "in,within"), ("l", 0, "later,from now"),
    ("d", 0, "today,later today,this day"), ("d", 1, "tomorrow,the next day,next day"),
    ("d", 2, "day after tomorrow,the day after tomorrow"),
    *_listed("w", 0, "monday,mondays|tuesday,tuesdays|wednesday,wednesdays|thursday,thursdays|friday,fridays|"
                     "saturday,saturdays|sunday,sundays"),
    ("k", 5, "weekend,the weekend,at the weekend,on the weekend,this weekend,weekends"),
    ("k", 4, "end of the week,the end of the week,at the end of the week"),
    ("k", 0, "after the weekend,after weekend,beginning of the week,start of the week"),
    ("x", 0, "next,the following"), ("y", 0, "this,this coming"),
    ("z", 7, "next week,sometime next week,the following week"), ("z", 30, "next month"),
    *_listed("M", 1, "january|february|march|april|may|june|july|august|september|october|november|december"),
    ("^", 0, "on the"),
    ("p", _MORNING, "morning,in the morning,this morning,the morning,in the mornings,mornings"),
    ("p", _EARLY, "early morning,early in the morning,first thing in the morning,first thing"),
    ("p", _LUNCH, "lunch,lunchtime,lunch time,at lunch,at lunchtime,at lunch time"),
    ("p", _NOON, "noon,midday,at noon,at midday,around noon"),
    ("p", _AFTERNOON, "afternoon,in the afternoon,this afternoon,the afternoon,afternoons"),
    ("p", _LATE, "late afternoon,in the late afternoon,late in the afternoon"),
    ("p", _EVENING, "evening,in the evening,this evening,the evening,tonight,evenings,in the evenings,dinner,"
                    "dinner time"),
    ("p", _NIGHT, "at night,late at night"), ("p", _WORK, "work,i finish work,im off work"),
    ("@", 0, "at,around,about,around about,at around,at about,by about,roughly,approximately"),
    ("a", 0, "after,any time after,anytime after,some time after,past about,from about,since,once its"),
    ("b", 0, "before,by,until,till,any time before,earlier than"), ("a",
        0, "busy until,busy till,not free until,at work until,working until,working till,later than,not before,"
           "not earlier than,no earlier than,not until,not till"), ("b", 0, "not later than,no later than"),
    ("F", 0, "from,between"), ("h", 0, "half past,half"), ("P", 0, "past"), ("L", 0, "to"),
    ("m", 12, "pm,p m"), ("m", 0, "am,a m"), ("s", 0, "same time,the same time,at the same time,this time,"
                                                      "at this time,the same hour,same hour"),
    ("f", 0, "the,a,an,of,on,or,oclock,o clock,sharp,again,why not,sometime,some time,maybe,let us say,say,like,back"),
    ("N", 0, "percent,dollars,dollar,pounds,euros,times,years,year,people,persons,cars,kids,children,more,of us,"
             "of them,things,things"),
    ("X", 0, "ago,yesterday,last week,last year,last month,last night,last"),
)  # fmt: skip

_RU = _table(
    *_listed("n", 0, "ноль|один,одного,одной,одну,одна|два,двух,две,двум|три,трех,трем|четыре,четырех,четырем|пять,"
                     "пяти|"
                     "шесть,шести|семь,семи|восемь,восьми|девять,девяти|десять,десяти|одиннадцать,одиннадцати|"
                     "двенадцать,двенадцати|тринадцать,тринадцати|четырнадцать,четырнадцати|пятнадцать,пятнадцати|"
                     "шестнадцать,шестнадцати|семнадцать,семнадцати|восемнадцать,восемнадцати|девятнадцать,"
                     "девятнадцати|"
                     "двадцать,двадцати"),
    ("n", 30, "тридцать,тридцати"), ("n", 40, "сорок,сорока"), ("n", 50, "пятьдесят,пятидесяти"),
    ("n", 1.5, "полтора,полторы,полутора"), ("n", 2, "пару,пара,парочку,пары"), ("n", 3, "несколько,нескольких"),
    ("n", 10, "десяток"), ("q", 15, "четверть,четверти"),
    *_listed("o", 1, "первого,первое|второго,второе|третьего,третье|четвертого,четвертое|пятого,пятое|шестого,шестое|"
                     "седьмого,седьмое|восьмого,восьмое|девятого,девятое|десятого,десятое|одиннадцатого,одиннадцатое|"
                     "двенадцатого,двенадцатое|тринадцатого,тринадцатое|четырнадцатого,четырнадцатое|пятнадцатого,"
                     "пятнадцатое|"
                     "шестнадцатого,шестнадцатое|семнадцатого,семнадцатое|восемнадцатого,восемнадцатое|"
                     "девятнадцатого,девятнадцатое|двадцатого,двадцатое|двадцать первого,двадцать первое|"
                     "двадцать второго,двадцать второе|двадцать третьего,двадцать третье|двадцать четвертого,"
                     "двадцать четвертое|"
                     "двадцать пятого,двадцать пятое|двадцать шестого,двадцать шестое|двадцать седьмого,"
                     "двадцать седьмое|"
                     "двадцать восьмого,двадцать восьмое|двадцать девятого,двадцать девятое|тридцатого,тридцатое|"
                     "тридцать первого,тридцать первое"),
    ("u", 1, "минуту,минута,минуты,минут,минутку,минуток,минуточек,мин"), ("u",
        60, "час,часа,часов,часу,часам,часик,часика,часиков,часок"),
    ("U", 1, "день,дня,дней,денек,деньков,денька"), ("U", 7, "неделю,недели,недель,неделька,недельку,недельки,неделя"),
    ("U", 30, "месяц,месяца,месяцев,месяцок"), ("D", 30, "полчаса,пол часа,полчасика,пол часика"), ("D",
        90, "час полтора,полтора часа,полтора часика"),
    ("i", 0, "через,спустя"),
    ("d", 0, "сегодня"), ("d", 1, "завтра,на завтра,на следующий день"), ("d", 2, "послезавтра,после завтра"),
    *_listed("w", 0, "понедельник,понедельника,понедельнику,понедельникам|вторник,вторника,вторнику|среду,среда,среды,"
                     "среде|"
                     "четверг,четверга,четвергу|пятницу,пятница,пятницы,пятнице|субботу,суббота,субботы,субботе|"
                     "воскресенье,воскресенья,воскресенью"),
    ("k", 5, "на выходных,в выходные,выходные,выходных,в выходной"), ("k",
        4, "в конце недели,к концу недели,конец недели"),
    ("k", 0, "после выходных,в начале недели,начале недели,после праздников"),
    ("x", 0, "следующий,следующую,следующее,следующего,следующей,ближайший следующий"),
    ("y", 0, "этот,эту,это,ближайший,ближайшую,ближайшее"),
    ("z", 7, "следующей неделе,на следующей неделе,следующую неделю,на той неделе,той неделе,на следующую неделю"),
    ("z", 30, "в следующем месяце,следующем месяце"),
    *_listed("M", 1, "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"), ("#",
        0, "числа"),
    ("p", _MORNING, "утром,с утра,утречком,по утру,в первой половине дня,первой половине дня,до полудня,утро,"
                    "с самого утра"),
    ("p", _EARLY, "рано утром,утром пораньше,с утра пораньше,пораньше утром"),
    ("p", _LUNCH, "в обед,обед,обеда,обеду,к обеду,в обеденный перерыв,обеденное время,ближе к обеду"), ("p",
        _NOON, "полдень,в полдень,полудня,полудню"),
    ("p", _AFTERNOON, "днем,во второй половине дня,второй половине дня,во вторую половину дня,после полудня"),
    ("p", _EVENING, "вечером,вечерком,к вечеру,ближе к вечеру,под вечер,вечер,поближе к вечеру,ужина,по вечерам,"
                    "на вечер"),
    ("p", _NIGHT, "ночью,поздно вечером"), ("p", _WORK, "работы"),
    ("@", 0, "в,во,к,ко,около,где то в,примерно в,где то около,на,примерно,ближе к,часов в,часа в,часам к,"
             "где то часов в,часов так в,часиков в,со"),
    ("a", 0, "после,попозже,позже,не раньше,начиная с,где то после,часов после,часиков после,любое время после,с,"
             "занят до,занята до,работаю до,не свободен до"),
    ("b", 0, "до,раньше,не позже,не позднее,пораньше"), ("F", 0, "от,между"),
    ("v", 0, "пол,половина,половине,половину"), ("B", 0, "без"),
    ("m", 0, "утра"), ("m", 12, "вечера"), ("m", 24, "ночи"),
    ("s", 0, "это же время,то же время,такое же время,в это же время,в то же время,в то же самое время,в это время,"
             "в такое же время,это же самое время"),
    ("f", 0, "или,может,может быть,так,где то,уже,ровно,опять,снова,давайте,скажем,лучше,потом"),
    ("N", 0, "раз,раза,лет,год,года,процентов,процента,рублей,рубля,человек,человека,штук,штуки,машин,этаж,месте,доме,"
             "магазине,городе"),
    ("X", 0, "назад,вчера,прошлой,прошлом,прошлый,прошлую"),
)  # fmt: skip

_PL = _table(
    *_listed("n", 0, "zero|jeden,jedną,jedna|dwa,dwie,dwóch|trzy,trzech|cztery,czterech|pięć,pięciu|sześć,sześciu|"
                     "siedem,siedmiu|"
                     "osiem,ośmiu|dziewięć,dziewięciu|dziesięć,dziesięciu|jedenaście|dwanaście|trzynaście|czternaście|"
                     "piętnaście,piętnastu|szesnaście|siedemnaście|osiemnaście|dziewiętnaście|dwadzieścia,dwudziestu"),
    ("n", 30, "trzydzieści,trzydziestu"), ("n", 40, "czterdzieści"), ("n", 50, "pięćdziesiąt"), ("n",
        1.5, "półtora,półtorej"),
    ("n", 2, "parę,kilka"),
    *_listed("o", 1, "pierwszej,pierwszego|drugiej,drugą,drugiego|trzeciej,trzecią,trzeciego|czwartej,czwartą,"
                     "czwartego|piątej,piątą,piątego|"
                     "szóstej,szóstą,szóstego|siódmej,siódmą,siódmego|ósmej,ósmą,ósmego|dziewiątej,dziewiątą,"
                     "dziewiątego|"
                     "dziesiątej,dziesiątą,dziesiątego|jedenastej,jedenastą,jedenastego|dwunastej,dwunastą,dwunastego|"
                     "trzynastej,trzynastego|"
                     "czternastej,czternastego|piętnastej,piętnastego|szesnastej,szesnastego|siedemnastej,"
                     "siedemnastego|"
                     "osiemnastej,osiemnastego|dziewiętnastej,dziewiętnastego|dwudziestej,dwudziestego"),
    ("u", 1, "minutę,minuty,minut,minutek"), ("u", 60, "godzinę,godziny,godzin,godzinkę"), ("U", 1, "dzień,dni"), ("U",
        7, "tydzień,tygodnie,tygodni"),
    ("U", 30, "miesiąc,miesiące,miesięcy"), ("D", 30, "pół godziny,pół godzinki"), ("D", 15, "kwadrans"), ("i",
        0, "za"),
    ("d", 0, "dziś,dzisiaj"), ("d", 1, "jutro"), ("d", 2, "pojutrze"),
    *_listed("w", 0, "poniedziałek,poniedziałku|wtorek,wtorku|środę,środa,środy|czwartek,czwartku|piątek,piątku|"
                     "sobotę,sobota,soboty|"
                     "niedzielę,niedziela,niedzieli"),
    ("k", 5, "w weekend,weekend"), ("k", 0, "po weekendzie"), ("x", 0, "następny,następną,przyszły,przyszłą"),
    ("z", 7, "przyszłym tygodniu,w przyszłym tygodniu,następnym tygodniu,w następnym tygodniu"), ("z",
        30, "w przyszłym miesiącu"),
    *_listed("M", 1, "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|"
                     "grudnia"),
    ("p", _MORNING, "rano,z rana,przed południem"), ("p", _NOON, "w południe"), ("p", _AFTERNOON, "po południu"),
    ("p", _EVENING, "wieczorem,pod wieczór,wieczór"), ("p", _WORK, "po pracy"), ("p",
        _LUNCH, "po obiedzie,w porze obiadu"), ("p", _NIGHT, "w nocy"),
    ("@", 0, "o,około,w,we,na,koło,o godzinie"), ("a", 0, "po,po godzinie"), ("b", 0, "przed,do"), ("F",
        0, "od,między"),
    ("v", 0, "wpół do"), ("s", 0, "o tej samej porze,tej samej porze,o tej porze"), ("f", 0, "albo,lub,może"),
    ("N", 0, "razy,lat,procent,złotych,osób"), ("X", 0, "temu,wczoraj"),
)  # fmt: skip


_RU |= {  # «полшестого»: half past five
    f"пол{form}": ("c", (value - 1 or 12) * 60 + 30)
    for form, (kind, value) in tuple(_RU.items())
    if kind == "o" and value <= 12 and " " not in form
}


def _lexicon(
    phrases: dict[str, Entry],
    negations: set[str],
    *,
    after_is_in: bool = False,
    number_month: bool = False,
    ordinal_hours: bool = False,
) -> Lexicon:
    phrases = {plain(phrase): entry for phrase, entry in phrases.items()}
    longest = max(phrase.count(" ") + 1 for phrase in phrases)
    return Lexicon(phrases, longest, frozenset(negations), after_is_in, number_month, ordinal_hours)


_LEXICONS = {
    "en": _lexicon(_EN, {"not", "never"}, after_is_in=True),
    "ru": _lexicon(_RU, {"не", "ни"}, number_month=True),
    "pl": _lexicon(_PL, {"nie"}, number_month=True, ordinal_hours=True),
}
