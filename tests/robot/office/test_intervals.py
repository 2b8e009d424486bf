"""The interval of a share: as it is printed in books, and sane for whatever is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.office.intervals import Share, wilson

counts = st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_is_what_newcombe_printed(part: int, whole: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    share = wilson(part, whole)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_it_is_shown_in_whole_per_cent() -> None:
    assert str(wilson(31, 74)) == "42 % (31–53)"
    assert str(Share(0.0, 0.0, 1.0)) == "0 % (0–100)"


@given(counted=counts)
def test_the_share_lies_within_its_interval_and_that_within_nothing_and_everything(counted: tuple[int, int]) -> None:
    share = wilson(*counted)
    assert 0 <= share.low <= share.share <= share.high <= 1
    assert share.low < share.high


@given(counted=counts)
def test_the_interval_of_the_rest_is_its_mirror_image(counted: tuple[int, int]) -> None:
    part, whole = counted
    share, rest = wilson(part, whole), wilson(whole - part, whole)
    assert rest.low == pytest.approx(1 - share.high, abs=1e-9)
    assert rest.high == pytest.approx(1 - share.low, abs=1e-9)


@given(counted=counts, times=st.integers(2, 50))
def test_more_of_the_same_makes_it_narrower(counted: tuple[int, int], times: int) -> None:
    part, whole = counted
    few, many = wilson(part, whole), wilson(part * times, whole * times)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match=f"{part} of {whole}"):
        wilson(part, whole)
