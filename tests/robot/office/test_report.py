"""The report is one file that needs nothing else, tells of every contact, and shows other people's words as words."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from robot.call.messages import Turn
from robot.clock import HeldClock
from robot.office.record import read_contacts, read_figures
from robot.office.report import write_report
from robot.store.store import Store, upgrade
from robot.store.tables import contacts, imports, phones
from robot.words import (
    AnsweredBy,
    CampaignId,
    Closed,
    Disposition,
    Evidence,
    EvidenceKind,
    Interest,
    NumberStatus,
    Person,
    Result,
    Verdict,
)
from tests.robot.crm.book import NOON, Book

BUSY = Verdict(NumberStatus.VALID, 0.8)
HOT = Verdict(
    NumberStatus.VALID,
    0.99,
    AnsweredBy.HUMAN,
    Person.CONFIRMED,
    Interest.HOT,
    Disposition.TRANSFERRED,
    (Evidence(EvidenceKind.SPEECH, "answered_by=human", NumberStatus.VALID),),
)
NOT_THERE = Verdict(NumberStatus.INVALID, 0.9, evidence=(Evidence(EvidenceKind.Q850, "1", NumberStatus.INVALID),))
NASTY = '<script>alert("1")</script>'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'perezvon.sqlite'}"
    upgrade(url)
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def campaign(store: Store, tmp_path: Path) -> CampaignId:
    """Return a campaign with a hot contact, an invalid number, one never dialled, and a rejected row."""
    recording = tmp_path / "data" / "recordings" / "call #1.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"RIFF")
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("row,reason,name\n7,duplicate of row 3," + NASTY.replace('"', "") + "\n")
    with store.writing() as conn:
        book = Book(conn)
        hot = book.target("C-1", "+442079460001", {"name": "Anna Reed"}, closed=Closed.SUCCESS, verdict=HOT)
        book.attempt(hot, Result.BUSY, BUSY, sip_code=486)
        said = (
            Turn(step="offer", said="Shall I book you?", said_cut=True, heard=f"yes {NASTY}", intent="affirm"),
            Turn(step="sure", said="Sure?", keys="1", intent="affirm", confidence=1.0),
        )
        book.attempt(
            hot, Result.ANSWERED, HOT, said=said, recording=str(recording), variants={"offer": "gift"}, rang_ms=5400,
            notes=["Likes red"], updates={"email": "anna@example.org"}, tags=["vip", NASTY.replace("alert", "tag")],
            follow_ups=[{"channel": "email", "text": "They are…", "to": "a@b.org", "subject": "Prices"}],
        )  # fmt: skip
        gone = book.target("C-2", "+442079460002", {"name": NASTY}, closed=Closed.INVALID, verdict=NOT_THERE)
        book.attempt(gone, Result.INVALID_NUMBER, NOT_THERE, sip_code=404, q850=1)
        book.target("C-3", "+442079460003", {}, closed=Closed.NOT_ALLOWED, rule="do_not_call")
        book.target("C-4", "+442079460004", {})
        conn.execute(
            insert(imports).values(
                id="i1",
                campaign_id=book.campaign,
                file_name="contacts.csv",
                imported_at=NOON,
                rows=5,
                accepted=4,
                rejected=1,
                rejects_file=str(rejects),
            )
        )
    return book.campaign


class Page(HTMLParser):
    """What a browser would find in the file: its text, its links, and whether its tags are balanced."""

    void = frozenset({"meta", "br", "rect", "link", "img", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.void:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture
def page(store: Store, campaign: CampaignId, tmp_path: Path) -> Page:
    path = write_report(store, campaign, tmp_path / "reports" / "winter.html", clock=HeldClock(NOON))
    return Page(path.read_text(encoding="utf-8"))


def test_it_tells_of_every_contact_and_of_what_was_said(page: Page) -> None:
    for expected in (
        "Winter guests",
        "Made 23 Nov 2026, 12:00",
        "Anna Reed",
        "C-1",
        "+442079460001",
        "Shall I book you?",
        "(interrupted)",
    ):
        assert expected in page.text
    assert "busy → answered 42 s" in page.text
    assert "by speech answered_by=human" in page.text
    assert "by q850 1" in page.text
    assert "never dialled" in page.text
    assert "not allowed do not call" in page.text
    assert page.tags.count("details") == 2, "one a contact that was dialled"


def test_it_shows_what_the_script_told_the_crm(page: Page) -> None:
    assert "Note: Likes red" in page.text
    assert "Proposed changes: email = anna@example.org ." in page.text
    assert "Tags: vip, <script>tag" in page.text
    assert "To be sent by e-mail to a@b.org : Prices They are…" in page.text


def test_variants_are_compared_with_intervals(page: Page) -> None:
    assert "hot or warm offer gift 1 1 0 0 0 0 100 % (21–100)" in page.text


def test_it_needs_nothing_from_elsewhere(page: Page) -> None:
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert "svg" in page.tags
    assert not [link for link in page.links if "://" in link]


def test_a_recording_is_linked_from_where_the_report_lies(page: Page) -> None:
    assert set(page.links) == {"../data/recordings/call%20%231.wav"}


def test_words_of_other_people_are_shown_and_never_run(page: Page) -> None:
    assert page.text.count("alert") == 3, "a name, an answer and a rejected row"
    assert "script" not in page.tags


def test_rejected_rows_and_variants_are_listed(page: Page) -> None:
    assert "contacts.csv , 23 Nov 2026, 12:00: 1 of 5 rows." in page.text
    assert "duplicate of row 3" in page.text
    assert "Heard by" in page.text
    assert "gift" in page.text


def test_figures_count_contacts_and_dials_apart(store: Store, campaign: CampaignId) -> None:
    with store.reading() as conn:
        figures = read_figures(conn, campaign)
    assert (figures.contacts, figures.dialled, figures.answered, figures.reached) == (4, 2, 1, 1)
    assert figures.dials == 3
    assert figures.results == {"busy": 1, "answered": 1, "invalid_number": 1}
    assert figures.interest == {"hot": 1, "unknown": 1}
    assert figures.number_status == {"valid": 1, "invalid": 1}
    assert figures.closed == {"success": 1, "invalid": 1, "not_allowed": 1, "open": 1}


def test_contacts_come_page_by_page_all_of_them_once(
    store: Store, campaign: CampaignId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.office.record._CONTACTS_AT_ONCE", 3)
    with store.reading() as conn:
        assert [contact.external_id for contact in read_contacts(conn, campaign)] == ["C-1", "C-2", "C-3", "C-4"]


def test_what_was_erased_is_named_so(store: Store, campaign: CampaignId, tmp_path: Path) -> None:
    (tmp_path / "data" / "recordings" / "call #1.wav").unlink()
    (tmp_path / "rejects.csv").unlink()
    with store.writing() as conn:
        erased = {"fields": {}, "erased_at": NOON}
        conn.execute(update(contacts).where(contacts.c.external_id == "C-1").values(erased))
        conn.execute(update(phones).where(phones.c.number == "+442079460001").values(number=None))
    text = Page(
        write_report(store, campaign, tmp_path / "r.html", clock=HeldClock(NOON)).read_text(encoding="utf-8")
    ).text
    assert "Anna Reed" not in text
    assert "The recording is not there any more." in text
    assert "The file of those rows is not there any more." in text


def test_a_campaign_with_nothing_in_it_has_a_report(store: Store, tmp_path: Path) -> None:
    with store.writing() as conn:
        empty = Book(conn).campaign
    text = Page(write_report(store, empty, tmp_path / "r.html", clock=HeldClock(NOON)).read_text(encoding="utf-8")).text
    assert "No contacts were imported." in text


def test_an_unknown_campaign_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="there is no campaign nope"):
        write_report(store, CampaignId("nope"), tmp_path / "r.html", clock=HeldClock(NOON))
    assert list(tmp_path.glob("*.html*")) == []


def test_an_old_report_stays_whole_until_the_new_one_is(
    store: Store, campaign: CampaignId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_report(store, campaign, tmp_path / "r.html", clock=HeldClock(NOON))
    before = path.read_bytes()

    def broken(*_: object) -> Iterator[object]:
        raise RuntimeError
        yield

    monkeypatch.setattr("robot.office.report.read_contacts", broken)
    with pytest.raises(RuntimeError):
        write_report(store, campaign, path, clock=HeldClock(NOON))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if "unfinished" in file.name] == []
