"""A campaign by the command line: a list in, started, paused, looked at, reported; and who is to be left alone."""

from pathlib import Path

import pytest

from robot.campaign.errors import CampaignError, ListRefused, NotPossible, PlanError
from robot.cli.errors import Mistaken, exit_code
from robot.store.store import DatabaseUnusable
from tests.robot.cli.conftest import Perezvon

PLAN = """
name: Spring return
script: return.en
trunk: main
windows: [{days: [1, 2, 3, 4, 5], opens: "10:00", closes: "20:00"}]
"""
LIST = """id;phone;first_name;consent basis;consent date;consent source
1;8 (926) 123-45-67;Anna;written;2026-01-02;site
2;12;Boris;written;2026-01-02;site
3;+79261234569;Dmitry;written;2026-01-02;site
"""
NAME = "Spring return"


@pytest.fixture
def office(perezvon: Perezvon) -> Perezvon:
    """A company with a trunk, a database, a plan and a list."""
    Path("perezvon.toml").write_text('[trunks.main]\nhost = "127.0.0.1"\n', encoding="utf-8")
    Path("plan.yaml").write_text(PLAN, encoding="utf-8")
    Path("list.csv").write_text(LIST, encoding="utf-8")
    perezvon("db", "upgrade")
    return perezvon


def test_a_list_is_imported_and_what_was_not_taken_is_named(office: Perezvon) -> None:
    told = office("campaign", "import", "list.csv", "--plan", "plan.yaml", "--rejects", "bad.csv").output
    assert "Spring return: 2 of 3 rows taken." in told
    assert "row 3: phone '12'" in told
    assert "12" in Path("bad.csv").read_text(encoding="utf-8")


def test_a_campaign_is_started_paused_resumed_and_stopped(office: Perezvon) -> None:
    office("campaign", "import", "list.csv", "--plan", "plan.yaml")
    assert "2 contacts" in office("campaign", "start", NAME).output
    assert "paused" in office("campaign", "pause", NAME).output
    assert "paused" in office("campaign", "status").output
    office("campaign", "resume", NAME)
    told = office("campaign", "status", NAME, "--contacts").output
    assert "running" in told
    assert "2 open" in told
    assert "+79261234567" in told
    assert "closed with it: 2 contacts" in office("campaign", "stop", NAME, "--yes").output


def test_a_report_is_a_file(office: Perezvon) -> None:
    office("campaign", "import", "list.csv", "--plan", "plan.yaml")
    told = office("campaign", "report", NAME, "--to", "reports/spring.html").output
    assert told.strip() == "reports/spring.html"
    assert "Spring return" in Path("reports/spring.html").read_text(encoding="utf-8")


def test_who_is_on_the_do_not_call_list_is_not_dialled(office: Perezvon) -> None:
    assert "now" in office("dnc", "add", "8 926 1234569", "--reason", "by mail").output
    assert "already" in office("dnc", "add", "+79261234569").output
    office("campaign", "import", "list.csv", "--plan", "plan.yaml")
    assert "1 closed" in office("campaign", "status", NAME).output
    office("dnc", "add", "--contact", "1")
    told = office("dnc", "list").output
    assert "+79261234569" in told
    assert "by mail" in told
    assert "contact 1" in told


def test_a_person_is_forgotten_only_after_a_yes(office: Perezvon) -> None:
    office("campaign", "import", "list.csv", "--plan", "plan.yaml")
    assert office("contact", "erase", "1", text="n\n").exit_code == 1
    assert "Forgotten" in office("contact", "erase", "1", text="y\n").output
    assert "Anna" not in office("campaign", "status", NAME, "--contacts").output


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("campaign", "status", "Sping return"), NotPossible, "Spring return"),
        (("campaign", "import", "absent.csv", "--plan", "plan.yaml"), ListRefused, "absent.csv"),
        (("campaign", "import", "plan.yaml", "--plan", "plan.yaml"), ListRefused, "phone"),
        (("campaign", "import", "list.csv", "--plan", "absent.yaml"), PlanError, "absent.yaml"),
        (("campaign", "import", "list.csv", "--plan", "plan.yaml", "--column", "x"), Mistaken, "HEADING=MEANING"),
        (("dnc", "add", "12"), NotPossible, "12"),
        (("dnc", "add"), Mistaken, "name a phone"),
        (("contact", "erase", "77", "--yes"), NotPossible, "77"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_a_usage_error(
    office: Perezvon, arguments: tuple[str, ...], error: type[Exception], says: str
) -> None:
    office("campaign", "import", "list.csv", "--plan", "plan.yaml")
    with pytest.raises(error, match=says) as raised:
        office(*arguments)
    assert exit_code(raised.value) == 2
    assert issubclass(error, CampaignError | Mistaken)


def test_without_a_database_the_command_to_make_it_is_named(perezvon: Perezvon) -> None:
    with pytest.raises(DatabaseUnusable, match="perezvon db upgrade"):
        perezvon("campaign", "status")
