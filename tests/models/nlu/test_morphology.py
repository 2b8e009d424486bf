"""Names and places by the Russian dictionary."""

from models.nlu.morphology import readings


def test_a_place_has_its_nominative() -> None:
    (reading, *_) = readings("казани")
    assert reading.nominative == "казань"
    assert "Geox" in reading.grammemes


def test_a_surname_keeps_its_gender() -> None:
    assert any(r.nominative == "петрова" and {"Surn", "ablt"} <= r.grammemes for r in readings("петровой"))


def test_other_words_signs_and_scripts_have_no_readings() -> None:
    assert [readings(word) for word in ("хорошо", "anna", "\U00017000", "")] == [(), (), (), ()]
