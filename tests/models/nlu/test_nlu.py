"""Understanding, trained on the common packs: plain and mixed replies, masks, the cache, and how often it is right."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.nlu import NluDataError, load_nlu, read_nlu
from models.nlu.mixed import opening, pieces, rank_of
from models.nlu.text import clauses, normalise, spelt_out
from models.nlu.train import model_file
from models.protocols import Nlu

PACKS = Path(__file__).parents[3] / "dialogs" / "nlu"
HERE = Path(__file__).parent
WORDS = ["yes", "no", "who", "call", "don't", "never", "robot", "да", "нет", "не"]
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Europe/London"))

Understander = Callable[[str], Nlu]


@pytest.fixture(scope="module")
def nlu(tmp_path_factory: pytest.TempPathFactory) -> Understander:
    cache = tmp_path_factory.mktemp("nlu")
    loaded: dict[str, Nlu] = {}

    def load(language: str) -> Nlu:
        if language not in loaded:
            loaded[language] = load_nlu([PACKS / f"common.{language}.yml"], language, cache)
        return loaded[language]

    return load


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "yes", "affirm"), ("en", "no", "deny"), ("en", "Hello?", "greet"), ("en", "I'm not interested.", "deny"),
        ("en", "how much is it", "ask_price"), ("en", "wrong number", "wrong_number"),
        ("en", "this is his wife", "not_the_person"),
        ("ru", "да", "affirm"), ("ru", "нет", "deny"), ("ru", "Алло!", "greet"), ("ru", "сколько стоит", "ask_price"),
        ("ru", "вы ошиблись номером", "wrong_number"), ("ru", "это его жена", "not_the_person"),
        ("pl", "tak", "affirm"), ("pl", "no", "affirm"), ("pl", "nie", "deny"), ("pl", "Halo?", "greet"),
        ("pl", "ile to kosztuje", "ask_price"), ("pl", "to pomyłka", "wrong_number"),
        ("pl", "mówi jego żona", "not_the_person"), ("pl", "on już tu nie mieszka", "moved_away"),
        ("pl", "nie moge teraz rozmawiac", "cannot_talk"), ("pl", "skąd pan dzwoni", "who_is_this"),
        ("pl", "skąd pan ma mój numer", "ask_where_number_from"), ("pl", "nie wiem", "think_about_it"),
    ],
)  # fmt: skip
def test_plain_replies(nlu: Understander, language: str, text: str, intent: str) -> None:
    understood = nlu(language).parse(text)
    assert understood.intent == intent
    assert understood.confidence > 0.6
    assert understood.ranking[0][0] == intent


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        # never again beats everything it is mixed with
        ("en", "who are you, I'm busy, and don't call me again", "do_not_call"),
        ("ru", "да нет, не интересно, и больше не звоните", "do_not_call"),
        # a complaint beats the human that is asked for with it
        ("en", "I have a complaint, put me through to your manager", "complaint"),
        ("ru", "соедините с администратором, у меня жалоба", "complaint"),
        # a question beats the yes or the greeting before it, also where no punctuation was recognised
        ("en", "yes but who is this", "who_is_this"), ("en", "hello who is calling", "who_is_this"),
        ("en", "okay and how much does it cost", "ask_price"), ("en", "who is this are you a robot", "is_robot"),
        ("ru", "да а кто это", "who_is_this"), ("ru", "алло, вы ошиблись номером", "wrong_number"),
        ("ru", "ну давайте, а сколько это стоит?", "ask_price"), ("ru", "кто это, вы робот?", "is_robot"),
        # who names a time wants to be called
        ("en", "I can't talk now, call me tomorrow morning", "callback_later"),
        ("ru", "не могу говорить, перезвоните вечером", "callback_later"),
        ("en", "don't call me now, call me tomorrow", "callback_later"),
        ("ru", "не звоните мне сейчас, позвоните завтра", "callback_later"),
        # negation that means yes, yes that means no
        ("en", "why not", "affirm"), ("en", "yeah no", "deny"),
        ("ru", "не против", "affirm"), ("ru", "да нет наверное", "deny"),
        # the same in Polish, with and without its marks
        ("pl", "kto mówi, jestem zajęty, i proszę więcej nie dzwonić", "do_not_call"),
        ("pl", "nie dziekuje i prosze nie dzwonic", "do_not_call"),
        ("pl", "poproszę kierownika, mam reklamację", "complaint"), ("pl", "tak a kto mówi", "who_is_this"),
        ("pl", "halo, to pomyłka", "wrong_number"), ("pl", "no dobra, a ile to kosztuje?", "ask_price"),
        ("pl", "kto to, pan jest robotem?", "is_robot"), ("pl", "tak ale nie teraz", "callback_later"),
        ("pl", "nie mogę rozmawiać, proszę zadzwonić wieczorem", "callback_later"),
        ("pl", "nie dzwońcie teraz, zadzwońcie jutro", "callback_later"), ("pl", "czemu nie", "affirm"),
        ("pl", "no tak", "affirm"), ("pl", "no nie", "deny"), ("pl", "tak tak jasne akurat", "deny"),
    ],
)  # fmt: skip
def test_mixed_replies(nlu: Understander, language: str, text: str, intent: str) -> None:
    assert nlu(language).parse(text).intent == intent


def test_pieces_are_what_may_mean_something_of_its_own() -> None:
    assert pieces("Yes, but who is this?", "en") == ("who is this",)
    assert pieces("yes who is this", "en") == ("who is this",)
    assert pieces("who is this", "en") == ()
    assert rank_of("do_not_call") == 0
    assert rank_of("affirm") > rank_of("of_a_script") > rank_of("wrong_number")


@pytest.mark.parametrize(
    ("language", "normal", "intent"),
    [
        ("en", "yes i have a moment", "affirm"), ("en", "no not this year", "deny"), ("en", "oh yes do that", "affirm"),
        ("en", "yes but who is this", None), ("en", "yes who is this", None), ("en", "no problem", None),
        ("en", "yes", None), ("en", "yesterday we were there", None), ("en", "i said yes", None),
        ("ru", "да есть минута", "affirm"), ("ru", "нет в другой раз", "deny"), ("ru", "да нет спасибо", "deny"),
        ("ru", "да но кто это", None), ("ru", "да сколько можно", None), ("ru", "дайте подумать", None),
        ("en", "yes well im not so sure", None), ("en", "yes i want it", "affirm"), ("ru", "да я не уверен", None),
        ("pl", "tak oczywiscie", "affirm"), ("pl", "tak jak najbardziej", "affirm"), ("pl", "tak ale kto mowi", None),
        ("pl", "tak ile to kosztuje", None), ("pl", "tak nie bardzo", None), ("pl", "tak", None),
        ("pl", "nie dziekuje nie trzeba", "deny"), ("pl", "nie mam nic przeciwko", None), ("pl", "nie ma go", None),
        ("pl", "nie wiem", None), ("pl", "no nie bede tam chodzic", "deny"), ("de", "ja gerne", None),
    ],
)  # fmt: skip
def test_a_clear_yes_or_no_opens_a_reply(language: str, normal: str, intent: str | None) -> None:
    assert opening(normal, language) == intent


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        # what follows a yes or a no adds to it
        ("en", "yes, all right, I have a moment", "affirm"), ("en", "yes that is no problem for me", "affirm"),
        ("en", "yes, I am coming", "affirm"), ("en", "no, not this year", "deny"),
        ("ru", "да, сейчас как раз свободен", "affirm"), ("ru", "нет, мне это уже не нужно", "deny"),
        # or is what was meant
        ("en", "okay put me through", "operator_please"), ("en", "yes, put me through to somebody", "operator_please"),
        ("en", "no, you have the wrong number", "wrong_number"), ("en", "no Anna here", "wrong_number"),
        ("en", "no, and never call again", "do_not_call"), ("en", "yes, I'm busy right now", "cannot_talk"),
        ("en", "yes, thank you, bye", "thanks_bye"), ("en", "yes hello", "greet"),
        ("en", "yes I am busy", "cannot_talk"), ("en", "yes, well, I am not so sure", "think_about_it"),
        ("ru", "хорошо, соединяйте", "operator_please"), ("ru", "да, я занят сейчас", "cannot_talk"),
        ("ru", "да, занят", "cannot_talk"), ("ru", "да, ну, я не очень уверен", "think_about_it"),
        ("ru", "нет, вы ошиблись номером", "wrong_number"), ("ru", "нет, и больше не звоните", "do_not_call"),
        ("ru", "хорошо, до свидания", "thanks_bye"),
        # or is said to somebody else in the room
        ("en", "yes mum I'm coming down", "out_of_scope"), ("ru", "да, мам, иду", "out_of_scope"),
        # lists one is put on, and taken off
        ("en", "put me on the list", "affirm"), ("en", "take me off your list", "do_not_call"),
        ("en", "put me on the do not call list", "do_not_call"), ("en", "don't put me on any list", "deny"),
        ("ru", "внесите меня в список", "affirm"), ("ru", "вычеркните меня из списка", "do_not_call"),
        ("ru", "да, пожалуйста, внесите меня в список", "affirm"), ("ru", "не вносите меня в список", "deny"),
        ("ru", "внесите меня в чёрный список", "do_not_call"),
        ("pl", "tak, mam teraz chwilę", "affirm"), ("pl", "tak, chętnie do was wrócę", "affirm"),
        ("pl", "nie, w tym roku już nie", "deny"), ("pl", "tak, jestem teraz zajęta", "cannot_talk"),
        ("pl", "dobrze, proszę mnie połączyć", "operator_please"), ("pl", "tak, sama nie wiem", "think_about_it"),
        ("pl", "nie, pomylił pan numer", "wrong_number"), ("pl", "dobrze, do widzenia", "thanks_bye"),
        ("pl", "tak, mamo, już schodzę", "out_of_scope"), ("pl", "proszę wpisać mnie na listę", "affirm"),
        ("pl", "proszę wykreślić mnie z listy", "do_not_call"), ("pl", "proszę mnie nigdzie nie wpisywać", "deny"),
    ],
)  # fmt: skip
def test_a_yes_or_no_that_goes_on(nlu: Understander, language: str, text: str, intent: str) -> None:
    assert nlu(language).parse(text).intent == intent


@pytest.mark.parametrize(
    ("normal", "full"),
    [
        ("im sure i dont and cant", "i am sure i do not and can not"), ("its his he wont", "it is his he will not"),
        ("were well ill want shed", "were well ill want shed"), ("i cannot", "i can not"), ("weve", "we have"),
    ],
)  # fmt: skip
def test_short_forms_are_spelt_out(normal: str, full: str) -> None:
    assert spelt_out(normal, "en") == full
    assert spelt_out(normal, "ru") == normal


def test_polish_is_read_with_its_marks_and_without() -> None:
    assert normalise("Proszę już więcej NIE dzwonić!") == "prosze juz wiecej nie dzwonic"
    assert normalise("źdźbło, łąka, cóż – ćma; ńŚŻ") == "zdzblo laka coz cma nsz"


def test_each_language_is_cut_at_its_own_words() -> None:
    assert clauses("tak ale kto mówi i po co", "pl") == ("tak", "kto mowi", "po co")
    assert clauses("i have a pint of ale", "en") == ("i have a pint of ale",)
    assert clauses("da, но ja", "xx") == ("da", "но ja")


def test_short_forms_and_full_ones_mean_the_same(nlu: Understander) -> None:
    for short, full in (("yes I'm busy", "yes I am busy"), ("it's not convenient", "it is not convenient")):
        assert nlu("en").parse(short).intent == nlu("en").parse(full).intent == "cannot_talk"


def test_an_opening_that_the_step_does_not_expect_decides_nothing(nlu: Understander) -> None:
    allowed = frozenset({"who_is_this", "cannot_talk"})
    assert nlu("en").parse("yes the garden is full of flowers", allowed=allowed).intent == "out_of_scope"


def test_a_yes_to_what_has_no_answer_here_is_no_yes(nlu: Understander) -> None:
    allowed = frozenset({"affirm", "deny"})
    assert nlu("en").parse("yes, tell me how much it costs", allowed=allowed).intent == "out_of_scope"
    assert nlu("ru").parse("да, скажите сколько это стоит", allowed=allowed).intent == "out_of_scope"


def test_only_allowed_intents_are_chosen(nlu: Understander) -> None:
    allowed = frozenset({"affirm", "deny", "ask_price"})
    understood = nlu("en").parse("how much is it", allowed=allowed)
    assert understood.intent == "ask_price"
    assert {intent for intent, _ in understood.ranking} == allowed | {"out_of_scope"}


def test_what_is_not_allowed_is_not_pressed_into_what_is(nlu: Understander) -> None:
    understood = nlu("en").parse("how much does it cost", allowed=frozenset({"affirm", "deny"}))
    assert understood.intent == "out_of_scope"


@pytest.mark.parametrize("text", ["", "   ", "…", "?!"])
def test_nothing_said_is_out_of_scope(nlu: Understander, text: str) -> None:
    assert nlu("en").parse(text).intent == "out_of_scope"


def test_times_are_found_where_now_is_given(nlu: Understander) -> None:
    understood = nlu("en").parse("ring me tomorrow after three", now=NOW)
    assert understood.intent == "callback_later"
    times = [entity.value for entity in understood.entities if entity.type == "time"]
    assert times == ["2026-11-24T15:00:00+00:00"]
    assert "time" not in {entity.type for entity in nlu("en").parse("ring me tomorrow after three").entities}


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_understood_as_something(nlu: Understander, text: str) -> None:
    understood = nlu("en").parse(text, now=NOW)
    assert understood.intent in nlu("en").intents
    assert 0.0 <= understood.confidence <= 1.0
    assert sum(chance for _, chance in understood.ranking) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("language", "least", "rejected"),
    [
        ("en", 0.90, 0.85),
        ("ru", 0.92, 0.8),
        ("pl", 0.89, 0.75),
    ],  # measured: .93, .95, .93 right; .95, .90, .80 of what is out of scope rejected
)
def test_replies_that_were_held_out(nlu: Understander, language: str, least: float, rejected: float) -> None:
    held_out = read_nlu([HERE / f"heldout.{language}.yml"]).examples
    taught = {text for texts in nlu(language).examples.values() for text in texts}
    assert not taught & {text for texts in held_out.values() for text in texts}
    right = {
        intent: [nlu(language).parse(text).intent == intent for text in texts] for intent, texts in held_out.items()
    }
    assert sum(map(sum, right.values())) / sum(map(len, right.values())) >= least
    assert sum(right["out_of_scope"]) / len(right["out_of_scope"]) >= rejected
    assert all(right["do_not_call"]), "a request never to be called again is never missed"


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("first", 0.95),  # before anything was made for such replies .78 (en) and .84 (ru) were right
        ("second", 0.9),  # .66 in both; .79 in both when this list was new to data and rules
        ("third", 0.83),  # .65 in both; .77 (en) and .86 (ru) when it was new: what to expect of replies yet unheard
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_replies_that_open_with_a_yes_or_a_no(nlu: Understander, language: str, kind: str, least: float) -> None:
    held_out = read_nlu([HERE / f"heldout_opened_{kind}.{language}.yml"]).examples
    taught = {text.casefold() for texts in nlu(language).examples.values() for text in texts}
    assert not taught & {text.casefold() for texts in held_out.values() for text in texts}
    right = {
        intent: [nlu(language).parse(text).intent == intent for text in texts] for intent, texts in held_out.items()
    }
    assert sum(map(sum, right.values())) / sum(map(len, right.values())) >= least
    assert all(right["do_not_call"]), "a request never to be called again is never missed"


def test_polish_replies_that_open_with_a_yes_or_a_no(nlu: Understander) -> None:
    held_out = read_nlu([HERE / "heldout_opened_first.pl.yml"]).examples
    right = {intent: [nlu("pl").parse(text).intent == intent for text in texts] for intent, texts in held_out.items()}
    assert sum(map(sum, right.values())) / sum(map(len, right.values())) >= 0.88  # .91 when new to data and rules
    assert all(right["do_not_call"]), "a request never to be called again is never missed"


@pytest.mark.parametrize("kind", ["", "_opened_first", "_opened_second", "_opened_third"])
def test_only_who_asks_for_it_is_never_called_again(nlu: Understander, kind: str) -> None:
    for language in ("en", "ru", "pl") if not kind else ("en", "ru"):
        held_out = read_nlu([HERE / f"heldout{kind}.{language}.yml"]).examples
        others = [text for intent, texts in held_out.items() if intent != "do_not_call" for text in texts]
        assert "do_not_call" not in {nlu(language).parse(text).intent for text in others}


def test_a_yes_is_never_taken_for_a_no(nlu: Understander) -> None:
    for language in ("en", "ru", "pl"):
        held_out = read_nlu([HERE / f"heldout.{language}.yml"]).examples
        assert "deny" not in {nlu(language).parse(text).intent for text in held_out["affirm"]}
        assert "affirm" not in {nlu(language).parse(text).intent for text in held_out["deny"]}


NEVER_AGAIN = [
    "proszę już tu nie dzwonić", "nie dzwońcie do mnie z żadnymi ofertami", "niech pan skończy do mnie wydzwaniać",
    "prosze zapomniec moj numer", "usuńcie nas ze swojego systemu", "proszę o usunięcie mojego numeru z państwa bazy",
    "nie chcę być więcej niepokojona", "mam po dziurki w nosie waszych telefonów nie dzwońcie",
    "nie wyrażam zgody na żadne telefony marketingowe proszę nie dzwonić", "cofam zgode na przetwarzanie danych",
    "wypiszcie mnie z tej waszej listy", "a dajcie wy mi święty spokój", "zostawcie mnie wreszcie w spokoju",
    "żebyście mi tu więcej nie dzwonili", "proszę żeby nikt od państwa do mnie nie dzwonił",
    "nie zycze sobie zadnego kontaktu z wasza firma", "dosyć tego wydzwaniania", "koniec z telefonami do mojej matki",
    "nie dzwon tu nigdy", "proszę nigdy więcej nie dzwonić na ten numer", "tak słyszę proszę mnie skreślić z bazy",
    "nie i nie dzwońcie", "dobrze dobrze tylko więcej nie dzwońcie", "zabraniam wykorzystywać mój numer nie dzwonić",
    "wpiszcie ten numer na czarną listę", "już prosiłam skasujcie mój telefon", "proszę mnie więcej nie nękać",
    "proszę nie dzwonić tylko napisać maila",
    "nie pozwalam żebyście dzwonili", "nie macie prawa do mnie dzwonić", "odczepcie się ode mnie raz na zawsze",
]  # fmt: skip
"""Polish requests never to be called again, in other words than the data's."""

NOT_NEVER_AGAIN = [
    "nie dzwońcie teraz bo śpię", "proszę nie dzwonić przed południem", "po dwudziestej pierwszej proszę nie dzwonić",
    "dzisiaj już nie dzwoń zadzwoń jutro", "czemu wczoraj nie dzwoniliście", "nikt do mnie jeszcze nie dzwonił",
    "proszę zadzwonić w innym terminie", "nie nie trzeba", "nie chcę",
    "usunąłem sobie aplikację", "proszę mnie wpisać na listę", "proszę mnie nie wpisywać", "nie wiem kto dzwoni",
    "przestało padać", "skończyłem pracę proszę dzwonić", "dosyć długo czekałem", "mam dość zimy",
    "nie zgadzam się z tą ceną", "zapomniałam o spotkaniu", "on tu więcej nie mieszka", "nie nigdy nie byłem u was",
    "spokojnie mogę rozmawiać", "na liście zakupów nie ma chleba", "nie jestem zainteresowany",
    "kto wam pozwolił dzwonić do mnie", "skąd macie mój numer", "nie, dajcie mi chwilę spokojnie pomyśleć",
    "nie dzwoni do mnie nikt inny", "czy mam do pana zadzwonić",
]  # fmt: skip
"""Polish replies with the words of the former that ask for something else."""


@pytest.mark.parametrize("text", NEVER_AGAIN)
def test_never_again_is_never_missed_in_polish(nlu: Understander, text: str) -> None:
    assert nlu("pl").parse(text).intent == "do_not_call"


@pytest.mark.parametrize("text", NOT_NEVER_AGAIN)
def test_what_only_sounds_like_never_again_is_left_alone_in_polish(nlu: Understander, text: str) -> None:
    assert nlu("pl").parse(text).intent != "do_not_call"


# --- training and the cache

SMALL = """\
version: "3.1"
nlu:
- intent: start
  examples: |
    - start the engines
    - go go go
    - begin the race now
- intent: stop
  examples: |
    - stop the race
    - halt at once
    - brake hard please
"""


def test_a_model_is_trained_once(tmp_path: Path) -> None:
    file, cache = tmp_path / "own.yml", tmp_path / "cache"
    file.write_text(SMALL)
    first = load_nlu([file], "en", cache)
    (stored,) = cache.iterdir()
    age = stored.stat().st_mtime_ns
    again = load_nlu([file], "en", cache)
    assert stored.stat().st_mtime_ns == age
    assert first.parse("begin the race").ranking == again.parse("begin the race").ranking
    assert first.intents == {"start", "stop", "out_of_scope"}
    assert first.examples["stop"][0] == "stop the race"


def test_other_data_is_another_model(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text(SMALL)
    before = model_file(read_nlu([file]), "en", tmp_path)
    assert model_file(read_nlu([file]), "ru", tmp_path) != before
    file.write_text(SMALL + "    - wait\n")
    assert model_file(read_nlu([file]), "en", tmp_path) != before


def test_a_damaged_cache_is_trained_again(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text(SMALL)
    path = model_file(read_nlu([file]), "en", tmp_path)
    path.write_bytes(b"half a pickle")
    assert load_nlu([file], "en", tmp_path).parse("halt").ranking[0][0] == "stop"
    assert path.stat().st_size > 100
    assert not list(tmp_path.glob("*.part"))


def test_a_script_adds_intents_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "karting.yml"
    file.write_text(
        'version: "3.1"\nnlu:\n- intent: ask_track\n  examples: |\n'
        "    - how long is the track\n    - which track is it\n"
    )
    both = load_nlu([PACKS / "common.en.yml", file], "en", tmp_path)
    assert both.parse("how long is that track").intent == "ask_track"
    assert both.parse("how much is it").intent == "ask_price"


def test_one_intent_is_too_few(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text('version: "3.1"\nnlu:\n- intent: only\n  examples: |\n    - one\n')
    with pytest.raises(NluDataError, match="second `- intent:`"):
        load_nlu([file], "en", tmp_path)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "own.yml"
    file.write_text(SMALL)
    nlu = load_nlu([file], "en", file / "no folder")
    assert "cannot be written" in caplog.text
    assert nlu.parse("halt at once").ranking[0][0] == "stop"
