"""Can two kinds of request be told apart by their time? By statistics: no stopwatch, no threshold in milliseconds.

Samples of the two take turns in random order, each the shortest of a few repeats, so that what the machine does
meanwhile falls on both alike. What is asked is how often one of the first kind is slower than one of the second
(Vargha and Delaney's A; 0.5 when nothing tells them apart), and whether that could be chance (Mann-Whitney).
"""

import math
import random
import time
from collections.abc import Callable

import numpy

LARGE = 0.21  # beyond 0.5 ± this, the effect is large (Vargha and Delaney 2000: 0.71)
CHANCE = 1e-4


def compare(first: Callable[[], object], second: Callable[[], object], *, samples: int = 60, repeats: int = 5):
    """A, and the probability that chance gives one so far from 0.5."""
    taken: dict[int, list[float]] = {0: [], 1: []}
    order = [0, 1] * samples
    random.Random(20261122).shuffle(order)
    for which in order:
        work = second if which else first
        shortest = math.inf
        for _ in range(repeats):
            begun = time.perf_counter()
            work()
            shortest = min(shortest, time.perf_counter() - begun)
        taken[which].append(shortest)
    return effect(taken[0], taken[1])


def effect(a: list[float], b: list[float]) -> tuple[float, float]:
    """Vargha-Delaney's A of two samples, and Mann-Whitney's two-sided p (normal approximation)."""
    one, two = numpy.array(a)[:, None], numpy.array(b)[None, :]
    wins = (one > two).sum() + 0.5 * (one == two).sum()
    n, m = len(a), len(b)
    z = (wins - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return float(wins / (n * m)), math.erfc(abs(z) / math.sqrt(2))


def told_apart(first: Callable[[], object], second: Callable[[], object], *, tries: int = 3, **more: int) -> bool:
    """Whether every one of a few comparisons finds a large effect, in one direction, beyond chance."""
    directions = set()
    for _ in range(tries):
        a, chance = compare(first, second, **more)
        if abs(a - 0.5) <= LARGE or chance > CHANCE:
            return False
        directions.add(a > 0.5)
    return len(directions) == 1
