"""The Russian numbering plan: which region a number was given out in, and that region's time zone.

The regulator publishes it as CSV files (ABC-3xx, ABC-4xx, ABC-8xx, DEF-9xx), by semicolons, with a byte order mark or
in Windows-1251: ``АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН``. An operator of Perezvon downloads and imports them;
without them a Russian mobile tells nothing of its zone.
"""

import csv
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NumberingPlan", "NumberingPlanError", "zone_of_region"]


class NumberingPlanError(ValueError):
    """Raised when a file is not a numbering plan; its text names the file and the line."""


@dataclass(frozen=True, slots=True)
class NumberingPlan:
    """Ranges of numbers with the region of each. Ranges are in order and do not overlap.

    Attributes:
        starts: First national number (ten digits) of each range.
        ends: Last national number of each range.
        regions: Region of each range, as the regulator writes it.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    regions: Sequence[str]

    @classmethod
    def load(cls, path: Path) -> "NumberingPlan":
        """Read a CSV file of the regulator, or every one in a folder.

        Raises:
            NumberingPlanError: Some file is no such table, or there is none.
        """
        files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        ranges = sorted(row for file in files for row in _read(file))
        if not ranges:
            raise NumberingPlanError(f"{path}: no number ranges; a CSV of the numbering plan was expected")
        return cls([row[0] for row in ranges], [row[1] for row in ranges], [row[2] for row in ranges])

    def region(self, phone: str) -> str | None:
        """Return the region of a Russian phone (E.164), `None` where the plan does not tell."""
        if not re.fullmatch(r"\+7\d{10}", phone):
            return None
        number = int(phone[2:])
        at = bisect_right(self.starts, number) - 1
        return self.regions[at] if at >= 0 and number <= self.ends[at] else None

    def zone(self, phone: str) -> str | None:
        """Return the IANA zone of a Russian phone (E.164), `None` where the plan does not tell one."""
        region = self.region(phone)
        return zone_of_region(region) if region else None


def zone_of_region(region: str) -> str | None:
    """Return the IANA zone of a region of Russia as the numbering plan writes it.

    It may name several (``г. Москва * Московская область``, ``г. Норильск|Красноярский край``): then they must agree.
    `None` where they do not, or no known region is named.
    """
    name = region.lower().replace("ё", "е")
    name = re.sub(r"\s*-\s*", "-", name)
    zones = {_ZONE_OF_STEM[found] for found in _STEMS.findall(name)}
    return zones.pop() if len(zones) == 1 else None


def _read(file: Path) -> Iterable[tuple[int, int, str]]:
    try:
        raw = file.read_bytes()
    except OSError as failure:
        raise NumberingPlanError(f"{file}: cannot be read: {failure.strerror}") from failure
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251", errors="replace")
    rows = csv.reader(text.splitlines(), delimiter=";")
    header = [_plain(name) for name in next(rows, [])]
    try:
        code, start, end, region = (header.index(name) for name in ("авсdef", "от", "до", "регион"))
    except ValueError:
        raise NumberingPlanError(
            f"{file}:1: no numbering plan: the columns АВС/ DEF, От, До, Регион were expected, with semicolons between"
        ) from None
    for line, row in enumerate(rows, start=2):
        if not any(row):
            continue
        try:
            base = int(row[code]) * 10_000_000
            yield base + int(row[start]), base + int(row[end]), sys.intern(row[region].strip())
        except (ValueError, IndexError):
            raise NumberingPlanError(f"{file}:{line}: a range of numbers was expected: code;from;to;…;region") from None


def _plain(name: str) -> str:
    # The header mixes Latin and Cyrillic letters that look alike, differently from year to year.
    return re.sub(r"[^а-яa-z]", "", name.lower()).translate(str.maketrans("abcеo", "авсео"))


_ZONES = {
    "Europe/Kaliningrad": "калининград",
    "Europe/Simferopol": "крым севастопол",
    "Europe/Kirov": "кировск",
    "Europe/Volgograd": "волгоградск",
    "Europe/Astrakhan": "астрахан",
    "Europe/Saratov": "саратов",
    "Europe/Ulyanovsk": "ульянов",
    "Europe/Samara": "самарск удмурт",
    "Asia/Yekaterinburg": "башкортостан абзелилов белорецк курганск оренбург пермск свердловск тюмен сургут "
    "ханты-мансийск югра челябинск ямало-ненецк",
    "Asia/Omsk": "омск",
    "Asia/Barnaul": "алтай",
    "Asia/Novokuznetsk": "кемеров кузбасс",
    "Asia/Novosibirsk": "новосибирск",
    "Asia/Tomsk": "томск",
    "Asia/Krasnoyarsk": "красноярск норильск таймыр эвенкийск тыва хакас",
    "Asia/Irkutsk": "иркутск бурят",
    "Asia/Chita": "забайкальск читинск",
    "Asia/Yakutsk": "амурск саха якут",  # Yakutia has three zones; nine tenths of its people live in this one
    "Asia/Vladivostok": "приморск хабаровск еврейск",
    "Asia/Magadan": "магадан",
    "Asia/Sakhalin": "сахалин",
    "Asia/Kamchatka": "камчат коряк",
    "Asia/Anadyr": "чукот",
    "Europe/Moscow": "москв московск санкт-петербург ленинградск адыге архангельск белгород брянск владимирск вологод "
    "воронеж дагестан иванов ингуш кабардино-балкарск калмык калужск карачаево-черкесск карели коми костром краснодар "
    "сочи курск липецк марий мордов мурманск ненецк нижегород новгород орловск осети пензенск псков ростов рязан "
    "смоленск ставропол тамбов татарстан тверск тульск чечен чуваш ярославск",
}
_ZONE_OF_STEM = {stem: zone for zone, stems in _ZONES.items() for stem in stems.split()}
_STEMS = re.compile(rf"(?<![а-я])(?:{'|'.join(sorted(_ZONE_OF_STEM, key=len, reverse=True))})")
