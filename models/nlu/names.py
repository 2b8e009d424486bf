"""Names of people: after a cue ("my name is…", «меня зовут…»), or where a short reply is nothing but a name.

Russian names are known by the dictionary of pymorphy3, which has their gender and cases too; English and Polish ones by
their cue and a list of common first names. A name that no list has is left to the dialog, which takes a short answer to
its own question as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.nlu.morphology import readings
from models.nlu.reply_words import Word, entity, listed
from models.protocols import Entity

__all__ = ["find_names"]

_LONGEST = 3
"""Words of a name: first name, patronymic, surname."""


@dataclass(frozen=True, slots=True)
class _Cues:
    """What introduces a name in one language.

    Attributes:
        strong: After it stands a name and nothing else.
        weak: After it stands a name, where the word is known as one.
        after: What a name that is known may stand before: "Anna speaking".
        fillers: Words that may stand around a name that is a whole reply.
    """

    strong: re.Pattern[str]
    weak: re.Pattern[str]
    after: frozenset[str]
    fillers: frozenset[str]


_CUES = {
    "en": _Cues(
        re.compile(r"\b(?:my (?:full |first )?names?(?: is)?|(?:the|his|her) name is|name is|names)$"),
        re.compile(r"\b(?:i am|im|this is|its|it is|call me|here is|you are speaking (?:to|with)|speaking to|name)$"),
        frozenset({"speaking", "here"}),
        listed("yes yeah hello hi um uh er well so it is its this im i am ok okay sure no speaking here "
                  "please sir madam mister mr mrs ms miss the name"),
    ),
    "ru": _Cues(
        re.compile(r"\b(?:меня|его|ее|их|нас) зовут$|\bзовут(?: меня)?$|\bмое имя$|\bимя(?: и фамилия| мое)?$|"
                   r"\bфамилия(?: моя)?$|\bмоя фамилия$"),
        re.compile(r"\b(?:это|я|говорит|на связи|у телефона|с вами|беспокоит|тут|здесь|слушает|записывайте|запишите|"
                   r"меня можно звать|зовите(?: меня)?)$"),
        frozenset({"слушаю", "слушает", "говорит", "беспокоит"}),
        listed("да нет ну алло але это я вот здравствуйте добрый день слушаю слушает так значит хорошо здрасьте "
                  "пожалуйста просто меня зовут говорит э"),
    ),
    "pl": _Cues(
        re.compile(r"\b(?:mam na imie|nazywam sie|moje imie(?: to)?|na imie(?: mi)?|imie i nazwisko(?: to)?|"
                   r"moje nazwisko(?: to)?|nazwisko)$"),
        re.compile(r"\b(?:jestem|tu|tutaj|mowi|z tej strony|przy telefonie|to ja|to|(?<!na )imie)$"),
        frozenset({"slucham", "przy", "mowi", "z"}),
        listed("tak halo no dzien dobry to ja jestem prosze slucham pan pani tu tutaj mowi nie"),
    ),
}  # fmt: skip

_ENGLISH_FIRST = listed(
    """aaron abigail adam adrian alan albert alex alexander alexandra alfie alice alison amanda amber amelia amy
    andrea andrew angela anita ann anna anne annie anthony antonio archie arthur ashley audrey barbara barry
    becky ben benjamin bernard beth betty beverly bill billy bob bobby bradley brandon brenda brian bruce carl
    carla carlos carol caroline catherine cathy charles charlie charlotte cheryl chloe chris christian
    christina christine christopher cindy claire clara colin connor craig cynthia daisy dan daniel danielle
    danny dave david dawn dean debbie deborah debra denise dennis derek diana diane dominic don donald donna
    dorothy doris doug douglas dylan ed eddie edward eileen elaine eleanor elena elizabeth ella ellen emily
    emma eric erica ethan eva evelyn fiona florence frances francis fred frederick gareth gary gavin geoff
    geoffrey george georgia gerald gillian gina gloria gordon grace graham greg gregory hannah harold harry
    heather helen henry holly howard hugh ian irene isaac isabel isabella isla ivan jack jackie jacob
    jacqueline jake james jamie jane janet janice jason jean jeff jeffrey jennifer jenny jeremy jerry jesse
    jessica jill jim jimmy joan joanna joanne joe joel john johnny jonathan jordan jose joseph josh joshua
    joyce juan judith judy julia julian julie justin karen kate katherine kathleen kathryn kathy katie keith
    kelly ken kenneth kerry kevin kim kimberly kyle larry laura lauren lawrence leah lee leo leon leonard
    leslie lewis liam lily linda lisa liz logan lori louis louise lucas lucy luis luke lynn madison maggie
    malcolm marcus margaret maria marie marilyn marion mark martha martin marvin mary mason matt matthew
    maureen max megan melanie melissa mia michael michelle miguel mike mohammed molly monica muhammad nancy
    naomi natalie nathan neil nicholas nick nicola nicole nigel nina noah norman oliver olivia oscar owen
    pamela patricia patrick paul paula pauline peggy peter phil philip phillip phyllis priya rachel ralph ravi
    ray raymond rebecca richard rick rita rob robert robin rodney roger ronald ronnie rosie ross roy russell
    ruth ryan sally sam samantha samuel sandra sara sarah scott sean shane sharon shaun sheila shirley simon
    sofia sophia sophie stacey stanley stella stephanie stephen steve steven stewart stuart sue susan suzanne
    sylvia tamara tanya ted teresa terry thelma theo theresa thomas tiffany tim timothy tina toby todd tom
    tommy tony tracey tracy travis trevor tyler valerie vanessa vera veronica vicky victor victoria vincent
    virginia walter wanda warren wayne wendy wesley william yvonne zachary zoe"""
)
_POLISH_FIRST = listed(
    """adam adrian agata agnieszka aleksander aleksandra alicja alina amelia andrzej aneta anna antoni antonina artur
    barbara bartłomiej bartosz beata błażej bogdan bogumiła bożena cezary czesław czesława dagmara damian
    daniel danuta daria dariusz dawid dominik dominika dorota edward edyta elżbieta emilia ewa ewelina fabian
    filip franciszek gabriela grażyna grzegorz halina hanna helena henryk hubert iga ignacy igor irena
    ireneusz iwona izabela jacek jadwiga jakub jan janina janusz jarosław jerzy joanna jolanta józef julia
    julian justyna kacper kamil kamila karol karolina katarzyna kinga klaudia konrad krystian krystyna
    krzysztof laura lech leon leszek lidia lucyna lena łukasz maciej magda magdalena maja małgorzata marcel
    marcelina marcin marek maria marian mariola mariusz marta martyna marzena mateusz michał mieczysław milena
    mirosław mirosława monika natalia nikola oliwia oskar patrycja patryk paulina paweł piotr przemysław
    radosław rafał renata robert roman ryszard sandra sebastian sławomir stanisław stanisława stefan sylwester
    sylwia szymon tadeusz teresa tomasz urszula wanda weronika wiesław wiesława wiktor wiktoria wioletta
    witold władysław włodzimierz wojciech zbigniew zdzisław zenon zofia zuzanna zygmunt"""
)
_FIRST = {"en": _ENGLISH_FIRST, "pl": _POLISH_FIRST}
_FIRST_LETTER = re.compile(r"(?:(?<=-)|(?<=\b[od]['’])|^)\w")
"""The first letter of each part: Anna-Maria, O'Connor."""
_ALSO_NAMES = {"света"}
"""First names that the dictionary takes for other words nearly always."""
_LIKELY = 0.04
"""The score that a Russian word has as a name where nothing introduces it."""

_NO_NAMES = listed(
    """off isnt wasnt lives living a an the and or but not no yes yeah of to in on at for from with by as is am are
    was be been will would can could do does did have has had i you he she it we they me my your his her its
    our their this that these those here there speaking calling please thanks thank hello hi bye ok okay sure
    well so what who why when where how again now then busy fine good sorry interested driving tired late home
    work really just very still already also too sir madam important irrelevant private wrong right none
    nobody address phone number email today tomorrow want need know think call calling calls words them him us
    if because about up out down over i w z na do od po o to jest nie tak ja ty on ona my wy oni pan pani
    prosze dziekuje slucham mowi tutaj tu teraz zajety zajeta chetnie zainteresowany zainteresowana ale albo
    lub jak co kto kiedy gdzie dlaczego mam mozna moze bardzo juz dzien dobry halo przy telefonie strony wazne
    niewazne adres telefon dzwonie dzwoni z"""
)
_NOT = (["не"], ["not"], ["nie"], ["isnt"], ["no"])
_BEFORE_SURNAMES = frozenset({"van", "von", "de", "da", "di", "la", "le", "mac", "mc", "al", "o"})


def find_names(text: str, words: Sequence[Word], language: str) -> list[Entity]:
    """Find names, each word with a capital; Russian ones in the nominative, as they are written in a list.

    Args:
        text: The reply.
        words: Its words.
        language: ``en``, ``ru`` or ``pl``; in others nothing is found.
    """
    cues = _CUES.get(language)
    if cues is None:
        return []
    joined = _hyphens_joined(words)
    found = next(_candidates(text, joined, cues, language), None)
    if found is None:
        return []
    first, end, value = found
    return [entity("name", value, text, joined[first].start, joined[end - 1].end)]


def _candidates(text: str, words: Sequence[Word], cues: _Cues, language: str) -> Iterator[tuple[int, int, str]]:
    """Give first word, index after the last, and the name; the surest first."""
    plain = [" ".join(word.text for word in words[max(0, at - 6) : at]) for at in range(len(words))]
    for cue, strong in ((cues.strong, True), (cues.weak, False)):
        for at, before in enumerate(plain):
            introduction = cue.search(before)
            if introduction is None or before[: introduction.start()].split()[-1:] in _NOT:
                continue
            named = _name_at(text, _taken_back(words, at), words, language, introduced=True, strong=strong)
            if named is not None:
                yield named
    for at, word in enumerate(words):
        if word.text in cues.after and at:
            for first in range(max(0, at - _LONGEST), at):
                named = _name_at(text, first, words[:at], language, introduced=False, strong=False)
                apart = first == 0 or (words[first - 1].text in cues.fillers and words[first - 1].text != "no")
                if named is not None and named[1] == at and apart:
                    yield named
    spoken = [at for at, word in enumerate(words) if word.text[0].isalnum() and word.text not in cues.fillers]
    if spoken and spoken[-1] - spoken[0] < _LONGEST and not _denied(words, spoken[0], spoken[-1]):
        named = _name_at(text, spoken[0], words[: spoken[-1] + 1], language, introduced=False, strong=False)
        if named is not None and named[1] == spoken[-1] + 1:
            yield named


def _denied(words: Sequence[Word], first: int, last: int) -> bool:
    """Say whether a name is said to be another's: "nie jestem marek", "no john here"."""
    nobody = first > 0 and words[first - 1].text == "no" and last + 1 < len(words) and words[last + 1].text == "here"
    return nobody or any([word.text] in _NOT for word in words[:first] if word.text != "no")


def _taken_back(words: Sequence[Word], at: int) -> int:
    """Return where the name stands: after «не анна а» it is the next."""
    if at < len(words) and words[at].text in ("не", "not", "nie"):
        for then in range(at + 1, min(at + 6, len(words))):
            if words[then].text in ("а", "but", "tylko", "ale", "lecz"):
                return then + 1
        return len(words)
    return at


def _name_at(
    text: str, first: int, words: Sequence[Word], language: str, *, introduced: bool, strong: bool
) -> tuple[int, int, str] | None:
    if first >= len(words):
        return None
    if language == "ru":
        return _russian(text, first, words, introduced=introduced)
    end = first
    while end < len(words) and end - first < _LONGEST and _may_be_named(words[end]):
        end += 1
    if end == first or not (strong or words[first].text in _FIRST[language]):
        return None
    if not strong and words[end - 1].text in _BEFORE_SURNAMES:
        end -= 1
    named = " ".join(_capital(text[word.start : word.end]) for word in words[first:end])
    return (first, end, named) if end > first else None


def _may_be_named(word: Word) -> bool:
    return word.text.replace("-", "").isalpha() and word.text not in _NO_NAMES


def _russian(text: str, first: int, words: Sequence[Word], *, introduced: bool) -> tuple[int, int, str] | None:
    """Read the longest row of first name, patronymic and surname that agree in case and gender."""
    best: tuple[int, int, str] | None = None
    for case in ("nomn", "ablt") if introduced else ("nomn",):
        for gender in ("masc", "femn"):
            named, kinds = list[str](), set[str]()
            for word in words[first : first + _LONGEST]:
                read = _person(text[word.start : word.end], case, gender, kinds)
                if read is None:
                    break
                kinds.add(read[0])
                named.append(read[1])
            sure = introduced or len(named) > 1 or (len(named) == 1 and _alone(words[first].text))
            if named and sure and (best is None or len(named) > best[1] - best[0]):
                best = first, first + len(named), " ".join(named)
    return best


def _person(word: str, case: str, gender: str, taken: set[str]) -> tuple[str, str] | None:
    """Return which part of a name a word is, of those not taken, and its nominative."""
    if "-" in word.strip("-"):
        parts = [_person(part, case, gender, taken) for part in word.split("-")]
        known = [part for part in parts if part is not None]
        same = len(known) == len(parts) and len({kind for kind, _ in known}) == 1
        return (known[0][0], "-".join(named for _, named in known)) if same else None
    for reading in readings(word.lower()):
        marks = reading.grammemes
        if not {case, "sing"} <= marks or not marks & {gender, "ms-f", "Ms-f"}:
            continue
        for kind in ("Name", "Patr", "Surn"):
            if kind in marks and kind not in taken:
                return kind, _capital(word if case == "nomn" else reading.nominative)
    return None


def _alone(word: str) -> bool:
    """Say whether a word that is a whole reply is a name rather than something else."""
    if "-" in word:
        return all(_alone(part) for part in word.split("-"))
    return word in _ALSO_NAMES or any(
        reading.score >= _LIKELY and {"nomn", "sing"} <= reading.grammemes and "Geox" not in reading.grammemes
        for reading in readings(word)
    )


def _capital(word: str) -> str:
    return _FIRST_LETTER.sub(lambda letter: letter[0].upper(), word.lower())


def _hyphens_joined(words: Sequence[Word]) -> list[Word]:
    """Join what a hyphen joins: «анна-мария»."""
    joined: list[Word] = []
    for word in words:
        glued = bool(joined) and joined[-1].end == word.start and joined[-1].text[-1] != "."
        if glued and (word.text == "-" or joined[-1].text.endswith("-")) and len(joined[-1].text) > 0:
            last = joined[-1]
            joined[-1] = Word(last.text + word.text, last.start, word.end)
        else:
            joined.append(word)
    return joined
