"""Tones that are no speech: a voicemail's beep, special information tones, ringing, busy and congestion, a fax.

The sound is looked at in windows of 40 ms, 20 ms apart: is nearly all of its power in one narrow peak, where is it, how
loud is it? Windows of the same frequency and level make a steady tone, and steady tones with their lengths and pauses
make the signals below. Speech has many harmonics and never keeps its pitch, so it makes no steady tones.

Sources: ITU-T E.180 and its supplement 2 (425 Hz in Russia and Poland; special information tones), Telcordia
GR-1162 (what the pattern of a special information tone means), ITU-T T.30 (the answer tone of a fax).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from telephony.line import Pcm

__all__ = ["Tone", "ToneDetector", "ToneKind"]

_HOP_MS = 20
_WINDOW_HOPS = 2
_BATCH = 4
"""Windows are looked at by four or more, every 80 ms: one at a time costs thrice as much."""
_LOWEST_HZ, _HIGHEST_HZ = 300.0, 2500.0
_HUM_HZ = 150.0
_PURITY = 0.9
"""Share of the power that a tone's peak must have: noise may be 9.5 dB below it."""
_FLOOR_DBFS = -45.0
_DRIFT_HZ = 5.0
"""Tones keep their frequency to within 1 Hz, hummed vowels wander by more than this."""
_SWELL_DB = 7.0
"""A window that a tone fills by half is 6 dB below those that it fills."""
_SHORTEST_MS = 60
_GAP_MS = 100
"""How long after a tone another may follow that belongs to it, as those of a special information tone do."""


class ToneKind(StrEnum):
    """What a tone means."""

    BEEP = "beep"
    """Leave a message now."""
    RINGBACK = "ringback"
    BUSY = "busy"
    CONGESTION = "congestion"
    FAX = "fax"
    SIT_VACANT = "sit_vacant"
    """The number is not in use."""
    SIT_INTERCEPT = "sit_intercept"
    """The number was changed or disconnected."""
    SIT_REORDER = "sit_reorder"
    SIT_NO_CIRCUIT = "sit_no_circuit"
    SIT_OTHER = "sit_other"
    """A special information tone whose pattern says nothing more."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A signal that was heard.

    Attributes:
        kind: What it means.
        at_ms: When it began, milliseconds of sound since the detector's first sample.
        ms: How long it was, to within 20 ms; of a signal of several tones, the whole of it.
    """

    kind: ToneKind
    at_ms: int
    ms: int


@dataclass(slots=True)
class _Steady:
    """A tone of one frequency and level, while it lasts and after."""

    hz: float
    dbfs: float
    start_ms: int
    hops: int = 1

    @property
    def ms(self) -> int:
        return self.hops * _HOP_MS

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.ms

    def takes(self, hz: float, dbfs: float) -> bool:
        return abs(hz - self.hz) <= _DRIFT_HZ and abs(dbfs - self.dbfs) <= _SWELL_DB

    def add(self, hz: float, dbfs: float) -> None:
        self.hops += 1
        self.hz += (hz - self.hz) / self.hops
        self.dbfs = max(self.dbfs, dbfs)


class ToneDetector:
    """Listens to one line. Costs some 20 µs per 20 ms of sound."""

    def __init__(self, rate: int = 8000) -> None:
        """Listen at ``rate`` Hz, 8000 or more.

        Raises:
            ValueError: A rate below 8000 Hz.
        """
        if rate < 8000:
            raise ValueError(f"tones are heard at 8000 Hz or more, not at {rate}")
        self._hop = rate * _HOP_MS // 1000
        self._size = self._hop * _WINDOW_HOPS
        self._taper = np.hanning(self._size + 1)[:-1]
        self._full = float((32768 * self._taper.sum() / 2) ** 2)  # power of a peak at full scale
        self._bin_hz = rate / self._size
        self._hum = int(_HUM_HZ / self._bin_hz)
        self._high = int(np.ceil(_HIGHEST_HZ / self._bin_hz)) + 1
        self._rest = np.zeros(0, np.int16)
        self._now_ms = _HOP_MS // 2  # the middle of a window, less half a hop: where a tone that begins there began
        self._tone: _Steady | None = None
        self._group: list[_Steady] = []
        self._beats: list[_Steady] = []
        self._beats_told = False

    def feed(self, pcm: Pcm) -> Sequence[Tone]:
        """Take the next samples (``int16[n]``); return the signals that they complete."""
        sound = np.concatenate((self._rest, pcm))
        count = (len(sound) - self._size) // self._hop + 1
        if count < _BATCH:
            self._rest = sound
            return ()
        self._rest = sound[count * self._hop :]
        windows = np.lib.stride_tricks.sliding_window_view(sound, self._size)[: count * self._hop : self._hop]
        heard: list[Tone] = []
        for purity, hz, dbfs in self._look(windows):
            pure = purity >= _PURITY and dbfs >= _FLOOR_DBFS and _LOWEST_HZ <= hz <= _HIGHEST_HZ
            self._step(pure, hz, dbfs, heard)
            self._now_ms += _HOP_MS
        return heard

    def _look(self, windows: NDArray[np.int16]) -> list[tuple[float, float, float]]:
        power = np.abs(np.fft.rfft(windows * self._taper, axis=1)) ** 2
        total = power[:, self._hum :].sum(axis=1) + 1e-9
        peaks = power[:, self._hum : self._high].argmax(axis=1) + self._hum
        rows = np.arange(len(peaks))
        around = power[rows[:, None], peaks[:, None] + np.arange(-2, 3)]
        purity = around.sum(axis=1) / total
        logs = np.log(around[:, 1:4] + 1e-9)
        bend = logs[:, 0] - 2 * logs[:, 1] + logs[:, 2]
        shift = np.where(bend < 0, 0.5 * (logs[:, 0] - logs[:, 2]) / np.minimum(bend, -1e-9), 0.0)
        hz = (peaks + np.clip(shift, -0.5, 0.5)) * self._bin_hz
        dbfs = 10 * np.log10(around[:, 2] / self._full + 1e-12)
        return list(zip(purity.tolist(), hz.tolist(), dbfs.tolist(), strict=True))

    def _step(self, pure: bool, hz: float, dbfs: float, heard: list[Tone]) -> None:
        tone = self._tone
        if tone is not None:
            if pure and tone.takes(hz, dbfs):
                tone.add(hz, dbfs)
                return
            self._tone = None
            self._end(tone, heard)
        if pure:
            self._tone = _Steady(hz, dbfs, self._now_ms)
        if self._group and self._now_ms - self._group[-1].end_ms > _GAP_MS and not self._long_enough():
            self._judge(heard)
        if self._beats and self._now_ms - self._beats[-1].end_ms > 1000:
            self._pause(heard)

    def _long_enough(self) -> bool:
        # A tone under way may yet belong to the group, if it began in time.
        return self._tone is not None and self._tone.start_ms - self._group[-1].end_ms <= _GAP_MS

    def _end(self, tone: _Steady, heard: list[Tone]) -> None:
        if tone.ms < _SHORTEST_MS:
            return
        if 410 <= tone.hz <= 440:
            self._beat(tone, heard)
        else:
            if self._group and tone.start_ms - self._group[-1].end_ms > _GAP_MS:
                self._judge(heard)
            self._group.append(tone)

    # --- tones of their own: beeps, special information, fax

    def _judge(self, heard: list[Tone]) -> None:
        group, self._group = self._group, []
        first, last = group[0], group[-1]
        if len(group) == 3 and (kind := _special(*group)):
            heard.append(Tone(kind, first.start_ms, last.end_ms - first.start_ms))
        elif len(group) == 1 and 2080 <= first.hz <= 2120 and first.ms >= 1500:
            heard.append(Tone(ToneKind.FAX, first.start_ms, first.ms))
        elif len(group) == 1 and 140 <= first.ms <= 2000:
            heard.append(Tone(ToneKind.BEEP, first.start_ms, first.ms))

    # --- 425 Hz: the length of the tones and of the pauses between

    def _beat(self, tone: _Steady, heard: list[Tone]) -> None:
        if self._beats and not _same_beat(self._beats[-1], tone):
            self._beats, self._beats_told = [], False
        self._beats.append(tone)
        first = self._beats[0]
        whole = tone.end_ms - first.start_ms
        if not self._beats_told and len(self._beats) >= 3 and 120 <= tone.ms <= 280:
            self._beats_told = True
            heard.append(Tone(ToneKind.CONGESTION, first.start_ms, whole))
        elif not self._beats_told and len(self._beats) >= 2 and 290 <= tone.ms <= 600:
            self._beats_told = True
            heard.append(Tone(ToneKind.BUSY, first.start_ms, whole))

    def _pause(self, heard: list[Tone]) -> None:
        tone = self._beats[-1]
        if len(self._beats) == 1 and 650 <= tone.ms <= 1700:
            heard.append(Tone(ToneKind.RINGBACK, tone.start_ms, tone.ms))
        self._beats, self._beats_told = [], False


def _same_beat(one: _Steady, next_one: _Steady) -> bool:
    """Whether two tones are beats of one cadence, its pauses about as long as its tones."""
    pause = next_one.start_ms - one.end_ms
    return abs(next_one.ms - one.ms) <= 80 and 0.5 * one.ms <= pause <= 1.6 * one.ms


_PATTERNS = {
    # first tone high, second tone high, first tone long, second tone long; the third is always 1777 Hz and long
    (False, False, False, False): ToneKind.SIT_INTERCEPT,
    (True, False, True, False): ToneKind.SIT_VACANT,
    (False, True, False, True): ToneKind.SIT_REORDER,
    (True, False, False, True): ToneKind.SIT_REORDER,
    (True, True, True, True): ToneKind.SIT_NO_CIRCUIT,
    (False, False, True, True): ToneKind.SIT_NO_CIRCUIT,
}
_SHORT_OR_LONG_MS = 328
"""Between 276 ms, a short tone, and 380 ms, a long one."""


def _special(first: _Steady, second: _Steady, third: _Steady) -> ToneKind | None:
    """Read a special information tone: 914 or 985 Hz, 1371 or 1429 Hz, 1777 Hz."""
    if not (890 <= first.hz <= 1010 and 1340 <= second.hz <= 1460 and 1740 <= third.hz <= 1860):
        return None
    pattern = (first.hz > 950, second.hz > 1400, first.ms > _SHORT_OR_LONG_MS, second.ms > _SHORT_OR_LONG_MS)
    return _PATTERNS.get(pattern, ToneKind.SIT_OTHER)
