"""Cities that people say they live in, go to, or come from: «в Казани», "from Chicago", "Kraków".

Russian places are known by the dictionary of pymorphy3, with their cases; what it lacks (names of two words, short
names) stands here. English and Polish cities are those of a list of large ones. A name alone counts where it is the
whole reply; within a sentence a preposition or the word "city" must stand before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.nlu.morphology import readings
from models.nlu.reply_words import Word, entity, fold, listed
from models.protocols import Entity

__all__ = ["find_cities"]

_CASES = {
    "в": ("loct", "loc2", "accs"), "во": ("loct", "loc2", "accs"), "из": ("gent",), "под": ("ablt",),
    "около": ("gent",), "возле": ("gent",), "до": ("gent",), "город": ("nomn", "accs"), "города": ("gent", "nomn"),
    "городе": ("nomn", "loct"), "г": ("nomn",), "это": ("nomn",), "с": ("gent",),
}  # fmt: skip
"""Russian word before a city → the cases that it stands in."""
_BEFORE = {
    "ru": frozenset(_CASES) | {"не", "а", "или"},
    "en": listed("in from near to at city town of around outside live deliver not but or"),
    "pl": listed("w we z ze do kolo pod miasto miescie miasta okolice okolic to nie tylko ale lub"),
}
_FILLERS = {
    "ru": listed("да нет ну это сам сама я мы живу живем город г мой наш пожалуйста вот сейчас так из в"),
    "en": listed("yes yeah no um uh it is its i am im the my our city please well in from so"),
    "pl": listed("tak nie no to miasto jestem ja z w we prosze mieszkam"),
}
_LONGEST = 4
_LEAST_SCORE = 0.03
_NO_CITIES = listed(
    """россия украина беларусь белоруссия казахстан польша грузия армения азербайджан узбекистан киргизия таджикистан
    туркмения молдавия молдова литва латвия эстония финляндия германия франция италия испания англия
    великобритания америка сша канада китай япония индия турция египет израиль греция кипр болгария сербия
    черногория чехия словакия венгрия австрия швейцария швеция норвегия дания голландия нидерланды бельгия
    португалия ирландия европа азия африка австралия антарктида сибирь урал крым кавказ кубань алтай поволжье
    приморье забайкалье подмосковье татарстан башкирия башкортостан чечня дагестан якутия бурятия карелия коми
    чувашия мордовия удмуртия хакасия тува калмыкия кабарда осетия ингушетия адыгея волга дон ока кама обь
    енисей лена амур нева днепр байкал таиланд вьетнам корея мексика бразилия аргентина куба иран ирак сирия
    ливан афганистан пакистан монголия сахалин камчатка чукотка"""
)

_SPECIAL = """Санкт-Петербург: санкт петербург, питер, петербург, спб, ленинград
Нижний Новгород: нижн новгород
Великий Новгород: велик новгород
Ростов-на-Дону: ростов на дону, ростов дон
Набережные Челны: набережн челн, челны, челнах, челнов
Нижний Тагил: нижн тагил
Йошкар-Ола: йошкар ол
Улан-Удэ: улан удэ
Комсомольск-на-Амуре: комсомольск на амуре
Южно-Сахалинск: южно сахалинск
Каменск-Уральский: каменск уральск
Горно-Алтайск: горно алтайск
Ханты-Мансийск: ханты мансийск
Петропавловск-Камчатский: петропавловск камчатск
Орехово-Зуево: орехово зуев
Сергиев Посад: сергиев посад
Старый Оскол: стар оскол
Новый Уренгой: нов уренго
Великие Луки: велик лук
Минеральные Воды: минеральн вод
Павловский Посад: павловск посад
Екатеринбург: екатеринбург, екб, ебург
Новосибирск: новосибирск, новосиб
Владивосток: владивосток, владик
Москва: москв, мск
Магнитогорск: магнитогорск
Тольятти: тольятти
Нефтеюганск: нефтеюганск
Нижневартовск: нижневартовск
Усть-Илимск: усть илимск
Ленинск-Кузнецкий: ленинск кузнецк
Наро-Фоминск: наро фоминск
Переславль-Залесский: переславль залесск
Алма-Ата: алма ат
Нью-Йорк: нью йорк
Тель-Авив: тель авив
Краснодар: краснодар
Сыктывкар: сыктывкар
Владимир: владимир"""
"""City: beginnings of its words in any case, a comma between other names of it."""

_ENGLISH = """New York: new york city, new york, nyc
Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|San Jose|Austin|Jacksonville|Fort Worth
Columbus|Charlotte|San Francisco|Indianapolis|Seattle|Denver|Boston|El Paso|Nashville|Detroit|Oklahoma City|Portland
Las Vegas: las vegas, vegas
Memphis|Louisville|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|Sacramento|Kansas City|Mesa|Atlanta|Omaha
Colorado Springs|Raleigh|Miami|Long Beach|Virginia Beach|Oakland|Minneapolis|Tulsa|Tampa|Arlington|New Orleans
Wichita|Cleveland|Bakersfield|Aurora|Anaheim|Honolulu|Riverside|Santa Ana|Lexington|Stockton|Henderson|Saint Paul
Cincinnati|Saint Louis: saint louis, st louis
Pittsburgh|Greensboro|Lincoln|Anchorage|Plano|Orlando|Irvine|Newark|Durham|Toledo|Jersey City|Buffalo|Madison|Reno
Washington|Brooklyn|Salt Lake City|Scottsdale|Boise|Richmond|Spokane|Rochester|Des Moines|Tacoma|Baton Rouge
London|Birmingham|Manchester|Glasgow|Liverpool|Leeds|Sheffield|Edinburgh|Bristol|Cardiff|Leicester|Coventry|Belfast
Nottingham|Newcastle|Sunderland|Brighton|Hull|Plymouth|Wolverhampton|Derby|Swansea|Southampton|Aberdeen|Portsmouth
York|Oxford|Cambridge|Dundee|Norwich|Luton|Exeter|Bath|Reading|Milton Keynes|Dublin|Cork|Galway|Toronto|Montreal
Vancouver|Calgary|Ottawa|Edmonton|Sydney|Melbourne|Brisbane|Perth|Adelaide|Auckland|Wellington|Paris|Berlin|Moscow
Warsaw|Madrid|Rome|Vienna|Prague|Amsterdam|Brussels|Lisbon|Dubai|Singapore|Hong Kong|Tokyo|Delhi|Mumbai|Kyiv"""

_POLISH = """Warszawa: warszawa, warszawie, warszawy, warszawę
Kraków: kraków, krakowie, krakowa
Łódź: łódź, łodzi
Wrocław: wrocław, wrocławiu, wrocławia
Poznań: poznań, poznaniu, poznania
Gdańsk: gdańsk, gdańsku, gdańska
Szczecin: szczecin, szczecinie, szczecina
Bydgoszcz: bydgoszcz, bydgoszczy
Lublin: lublin, lublinie, lublina
Białystok: białystok, białymstoku, białegostoku
Katowice: katowice, katowicach, katowic
Gdynia: gdynia, gdyni, gdynię
Częstochowa: częstochowa, częstochowie, częstochowy, częstochowę
Radom: radom, radomiu, radomia
Rzeszów: rzeszów, rzeszowie, rzeszowa
Toruń: toruń, toruniu, torunia
Sosnowiec: sosnowiec, sosnowcu, sosnowca
Kielce: kielce, kielcach, kielc
Gliwice: gliwice, gliwicach, gliwic
Olsztyn: olsztyn, olsztynie, olsztyna
Zabrze: zabrze, zabrzu, zabrza
Bielsko-Biała: bielsko biała, bielsku białej, bielska białej, bielsko, bielsku, bielska
Bytom: bytom, bytomiu, bytomia
Zielona Góra: zielona góra, zielonej górze, zielonej góry, zieloną górę
Rybnik: rybnik, rybniku, rybnika
Ruda Śląska: ruda śląska, rudzie śląskiej, rudy śląskiej
Opole: opole, opolu, opola
Tychy: tychy, tychach, tychów
Gorzów Wielkopolski: gorzów wielkopolski, gorzowie wielkopolskim, gorzowa wielkopolskiego, gorzów, gorzowie, gorzowa
Elbląg: elbląg, elblągu, elbląga
Dąbrowa Górnicza: dąbrowa górnicza, dąbrowie górniczej, dąbrowy górniczej
Płock: płock, płocku, płocka
Wałbrzych: wałbrzych, wałbrzychu, wałbrzycha
Włocławek: włocławek, włocławku, włocławka
Tarnów: tarnów, tarnowie, tarnowa
Chorzów: chorzów, chorzowie, chorzowa
Koszalin: koszalin, koszalinie, koszalina
Kalisz: kalisz, kaliszu, kalisza
Legnica: legnica, legnicy, legnicę
Grudziądz: grudziądz, grudziądzu, grudziądza
Sopot: sopot, sopocie, sopotu
Zakopane: zakopane, zakopanem, zakopanego
Nowy Sącz: nowy sącz, nowym sączu, nowego sącza
Jelenia Góra: jelenia góra, jeleniej górze, jeleniej góry
Słupsk: słupsk, słupsku, słupska
Londyn: londyn, londynie, londynu
Berlin: berlin, berlinie, berlina
Kijów: kijów, kijowie, kijowa
Praga: praga, pradze, pragi"""
_LISTS = {"ru": _SPECIAL, "en": _ENGLISH, "pl": _POLISH}


@dataclass(frozen=True, slots=True)
class _Called:
    """One name of a city: its words, folded, or their beginnings."""

    words: tuple[str, ...]
    city: str


def find_cities(text: str, words: Sequence[Word], language: str) -> list[Entity]:
    """Find cities, called as on the map: nominative, with capitals.

    Args:
        text: The reply.
        words: Its words.
        language: ``en``, ``ru`` or ``pl``; in others nothing is found.
    """
    if language not in _LISTS:
        return []
    spoken = [word for word in words if word.text[0].isalnum()]
    meant = [at for at, word in enumerate(spoken) if word.text not in _FILLERS[language]]
    whole = range(meant[0], meant[-1] + 1) if meant and meant[-1] - meant[0] < _LONGEST else range(0)
    found: list[Entity] = []
    at, last_end = 0, -1
    while at < len(spoken):
        introduced = at > 0 and (spoken[at - 1].text in _BEFORE[language] or spoken[at - 1].end == last_end)
        begins = whole.start == at and len(whole) > 0
        named = _city_at(text, at, spoken, language) if introduced or begins else None
        if named is None or not (introduced or at + named[0] >= whole.stop or _second_city(spoken, at + named[0])):
            at += 1
            continue
        length, city = named
        last_end = spoken[at + length - 1].end
        found.append(entity("city", city, text, spoken[at].start, last_end))
        at += length
    return found


def _second_city(words: Sequence[Word], at: int) -> bool:
    """Say whether what follows a city only says more of it: «казань татарстан», "austin texas"."""
    return at == len(words) - 1 and words[at].text in _REGIONS


_REGIONS = _NO_CITIES | listed(
    "texas california florida illinois ohio arizona georgia michigan massachusetts oregon nevada colorado tennessee "
    "maryland wisconsin missouri england scotland wales ireland usa uk canada polska"
)


def _city_at(text: str, at: int, words: Sequence[Word], language: str) -> tuple[int, str] | None:
    """Return how many words from ``at`` on are a city, and its name."""
    for called in _called(language).get(words[at].text[:2], ()):
        if at + len(called.words) <= len(words) and all(
            _is_form(words[at + i].text, form, language) for i, form in enumerate(called.words)
        ):
            return len(called.words), called.city
    return _russian(text, at, words) if language == "ru" else None


def _is_form(word: str, form: str, language: str) -> bool:
    """Say whether a word is the one listed; in Russian with an ending, which is three letters at most."""
    if language != "ru" or len(form) < 3:
        return word == form
    return word.startswith(form) and len(word) - len(form) <= (0 if len(form) == 3 and form[-1] not in "олт" else 3)


def _russian(text: str, at: int, words: Sequence[Word]) -> tuple[int, str] | None:
    end = at
    while end + 1 < len(words) and text[words[end].end : words[end + 1].start] == "-":
        end += 1  # a hyphen: the dictionary has the whole
    word = text[words[at].start : words[end].end]
    cases = _CASES.get(words[at - 1].text, ("nomn", "accs")) if at else ("nomn",)
    known = readings(word)
    for reading in known:
        marks = reading.grammemes
        if "Geox" not in marks or reading.score < _LEAST_SCORE or fold(reading.nominative) in _NO_CITIES:
            continue
        if not marks.isdisjoint(cases):
            return end - at + 1, "-".join(part[:1].upper() + part[1:] for part in reading.nominative.split("-"))
    return None


@lru_cache(maxsize=3)
def _called(language: str) -> dict[str, tuple[_Called, ...]]:
    """Return what a list names, by first letters, longest names first."""
    names: dict[str, list[_Called]] = {}
    for line in _LISTS[language].split("\n"):
        for cell in line.split("|"):
            city, _, forms = cell.partition(":")
            for form in (forms or city).split(","):
                words = tuple(fold(form).split())
                names.setdefault(words[0][:2], []).append(_Called(words, city))
    return {key: tuple(sorted(named, key=lambda one: -len(one.words))) for key, named in names.items()}
