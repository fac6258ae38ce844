"""What is unmet on average over which assets run, each by its own chance (method: Unmet, likely)."""

import numpy as np

ENUMERATED = 8
STEPS = 128


def unmet(rest, parts, chances, steps=STEPS):
    """E[max(0, rest − Σ B x)] for every cell: `rest` by cell, `parts` x by cell and asset, `chances` q by asset."""
    sure = chances >= 1
    rest = np.maximum(0, rest - parts[:, sure].sum(1))
    parts, chances = parts[:, ~sure], chances[~sure]
    doubtful = (parts > 0) & (chances > 0)
    enough = doubtful & (parts >= rest[:, None])
    nothing_ends_it = np.prod(np.where(enough, 1 - chances, 1.0), axis=1)
    parts = np.where(doubtful & ~enough, parts, 0.0)
    many = (parts > 0).sum(1)
    left = rest - parts @ chances
    short = parts.sum(1) > rest
    for n in range(1, ENUMERATED + 1):
        here = np.flatnonzero(short & (many == n))
        left[here] = enumerated(rest[here], parts[here], chances, n)
    here = np.flatnonzero(short & (many > ENUMERATED))
    left[here] = convolved(rest[here], parts[here], chances, steps)
    return np.where(rest > 0, nothing_ends_it * left, 0.0)


def enumerated(rest, parts, chances, n):
    """Every set of n assets that may run, and its chance."""
    which = np.argsort(-parts, axis=1, kind="stable")[:, :n]
    left, chance = rest[:, None], np.ones((len(rest), 1))
    for k in range(n):
        x = np.take_along_axis(parts, which[:, k : k + 1], axis=1)
        q = chances[which[:, k : k + 1]]
        left = np.hstack([left, left - x])
        chance = np.hstack([chance * (1 - q), chance * q])
    return (np.maximum(0, left) * chance).sum(1)


def convolved(rest, parts, chances, count):
    """Mass on a grid over what is left to meet; an asset moves it by its part, between two points where that falls."""
    mass = np.zeros((len(rest), count))
    mass[:, 0] = 1
    for j in np.flatnonzero((parts > 0).any(0)):
        here = np.flatnonzero(parts[:, j] > 0)
        steps = parts[here, j] / (rest[here] / count)
        whole = np.floor(steps).astype(int)
        f = (steps - whole)[:, None]
        at = np.arange(count)[None, :] - whole[:, None]
        held = np.hstack([np.zeros((len(here), 1)), mass[here]])
        near = np.take_along_axis(held, np.maximum(at + 1, 0), axis=1)
        far = np.take_along_axis(held, np.maximum(at, 0), axis=1)
        q = chances[j]
        mass[here] = mass[here] * (1 - q) + q * ((1 - f) * near + f * far)
    point = np.arange(count)[None, :] * (rest / count)[:, None]
    return (mass * (rest[:, None] - point)).sum(1)


def within_bound(rest, parts, chances, finer=2048):
    """Whether the grid is nowhere below one that is much finer, and nowhere above it by more than the method says."""
    above = unmet(rest, parts, chances) - unmet(rest, parts, chances, finer)
    bound = np.maximum(0, rest) / (4 * STEPS) * np.sqrt((chances * (parts > 0)).sum(1))
    return bool(((above > -1e-12) & (above <= bound + 1e-12)).all())
