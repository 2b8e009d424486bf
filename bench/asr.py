"""How well English short replies are heard: ``python -m bench.asr``.

Replies by several synthetic voices, four of them such as no expected phrase fits, go through G.711 A-law and the
recogniser that settings would take. For each voice it prints how many were heard right for sure, right but doubted,
wrong for sure and wrong but doubted, then how long the work at a pause and at the end takes; ``-v`` prints what was not
heard right.
"""

import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from models.protocols import Expect, Listen, Pcm
from models.registry import Engines
from models.text import normalise
from models.tts.speech import Speaker

REPLIES = (
    "yes", "no", "yes please", "no thank you", "how much does it cost", "what is the price",
    "call me tomorrow after three", "call me back on friday at half past five", "never call me again",
    "please do not call me anymore", "wrong number", "you have the wrong number", "who is this are you a robot",
    "are you a robot", "tell me more", "i am not interested", "sure why not", "speaking",
    "can i talk to a real person", "i am busy right now", "not now", "sounds good", "she does not live here anymore",
    "what did you say", "okay", "yeah", "nope", "maybe later", "i'll think about it", "take me off your list",
    "call me in two hours",
)  # fmt: skip
STRAY = ("the weather is nice and my cat likes fish", "blue potatoes dance on the moon", "my wife decides", "go away")
VOICES = (
    ("piper", "joe", 0.85), ("piper", "joe", 1.0), ("piper", "joe", 1.2), ("piper", "joe@0.9", 1.0),
    ("piper", "joe@1.15", 1.0), ("piper", "joe@1.3", 1.0), ("espeak", "max", 0.95), ("espeak", "f5", 0.95),
    ("espeak", "david", 0.95), ("espeak", "m3", 0.95),
)  # fmt: skip


def through_a_law(pcm: Pcm) -> Pcm:
    """Round samples as G.711 A-law does (ITU-T G.711: 13 segments, 16 steps each)."""
    size = np.abs(pcm.astype(np.int32)) >> 4
    segment = np.maximum(0, np.floor(np.log2(np.maximum(size, 1))).astype(int) - 4)
    step = 1 << np.maximum(segment, 1)
    rounded = (size // step * step + step // 2) << 4
    heard: Pcm = np.clip(np.sign(pcm) * rounded, -32768, 32767).astype(np.int16)
    return heard


def main() -> None:
    """Measure and print."""
    engines = Engines(Path("models-data"))
    begun = time.perf_counter()
    engines.warm(["en"])
    print(f"loaded and warmed in {time.perf_counter() - begun:.1f} s; hearing with {engines.recogniser('en').name}")
    expect = Expect(Listen.CHOICE, REPLIES)
    noise = np.random.default_rng(0)
    pauses: list[float] = []
    ends: list[float] = []
    print(f"{'voice':18} right  doubted  wrong  doubted")
    for engine, name, rate in VOICES:
        speaker = Speaker(engines.voice("en", name, engine=engine), rate=rate)
        count: Counter[tuple[bool, bool]] = Counter()
        for reply in (*REPLIES, *STRAY):
            speech = through_a_law(speaker.render(reply, personal=True).pcm)
            before, after = (noise.normal(0, 8, n).astype(np.int16) for n in (2400, 4000))
            stream = engines.recogniser("en").stream(expect)
            said = np.concatenate((before, speech, after[:2000]))
            for at in range(0, len(said), 160):
                stream.feed(said[at : at + 160])
            begun = time.perf_counter()
            stream.pause()
            pauses.append(time.perf_counter() - begun)
            stream.feed(after[2000:])
            begun = time.perf_counter()
            heard = stream.finish()
            ends.append(time.perf_counter() - begun)
            right = heard.text == normalise(reply)
            count[right, heard.confidence > 0.3] += 1
            if "-v" in sys.argv and (not right or heard.confidence <= 0.3):
                print(f"    {reply!r}: {heard.text!r} {heard.confidence:.2f} {heard.alternatives}")
        cells = "  ".join(f"{count[key]:5}" for key in ((True, True), (True, False), (False, True), (False, False)))
        print(f"{engine + ' ' + name + f' x{rate}':18} {cells}")
    for what, times in (("at a pause", pauses), ("at the end", ends)):
        p50, p95 = np.percentile(times, (50, 95)) * 1000
        print(f"{what}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    engines.close()


if __name__ == "__main__":
    main()
