"""How far a share that was counted may be from the true one: for comparing variants of a script. Pure.

Wilson's score interval, and not the textbook's share ± 1.96 standard errors: that one has no width where nobody or
everybody said yes, and reaches below nothing and above everything where few were asked, as few are in a small campaign.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
Statistical Association 22 (1927) 209-212; recommended for few trials by L. D. Brown, T. T. Cai and A. DasGupta,
"Interval estimation for a binomial proportion", Statistical Science 16 (2001) 101-133.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

__all__ = ["Z_95", "Share", "wilson"]

Z_95: Final = 1.959963984540054
"""The 97.5 % point of the standard normal distribution: a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share that was counted, and between what bounds the true one is likely to be.

    Attributes:
        share: What was counted, 0 to 1.
        low: The lower bound, 0 to ``share``.
        high: The upper bound, ``share`` to 1.
    """

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        """Give it in whole per cent: ``42 % (31–54)``."""
        return f"{100 * self.share:.0f} % ({100 * self.low:.0f}–{100 * self.high:.0f})"


def wilson(part: int, whole: int, z: float = Z_95) -> Share:
    """Return a share with its score interval.

    Args:
        part: How many of them it was.
        whole: Of how many, at least 1.
        z: Half the interval's width in standard deviations of the normal distribution.

    Raises:
        ValueError: There are none to be a part of, or the part is not within the whole.
    """
    if whole < 1 or not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
    share = part / whole
    spread = z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / whole + spread / whole / 4) / (1 + spread)
    # Rounding must not put the bounds on the wrong side of what they bound.
    return Share(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))
