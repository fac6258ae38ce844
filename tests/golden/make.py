#!/usr/bin/env python3
"""Makes the made-up golden cases in this folder, and works out their answers from the papers' formulas, pair by pair.

Nothing but the standard library, and nothing of the program: what is checked with these must not be what made them.
Run `python3 tests/golden/make.py`; it writes the same bytes every time.

city/     cells with people and places, and minutes between all of them: 2SFCA and E2SFCA, the nearest
network/  streets, cells at their nodes: metres along streets, what is within 800 and 1,600 m, E2SFCA along streets
"""

import csv
import heapq
import math
import random
from pathlib import Path

HERE = Path(__file__).parent


def write(name, head, rows):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        out.writerows(rows)


def two_step(cost, supply, demand, weight):
    """Luo & Wang 2003, Luo & Qi 2009: each place shared by all who reach it, then summed by each who reaches it."""
    ratio = {}
    for j, places in supply.items():
        asked = math.fsum(demand[i] * weight(cost[i, j]) for i in demand if (i, j) in cost)
        ratio[j] = places / asked if asked > 0 else 0.0
    return {
        i: math.fsum(r * weight(cost[i, j]) for j, r in ratio.items() if (i, j) in cost) for i in demand
    }


def binary(limit):
    return lambda c: 1.0 if c <= limit else 0.0


def linear(limit):
    return lambda c: max(0.0, 1 - c / limit)


def steps_open_on_the_right(c):
    return 1.0 if c < 10 else 0.68 if c < 20 else 0.22 if c < 30 else 0.0


def steps_in_metres(c):
    return 1.0 if c <= 400 else 0.68 if c <= 800 else 0.22 if c <= 1600 else 0.0


def gaussian(limit):
    """Dai 2010: 1 at the door and 0 at the limit."""
    end = math.exp(-0.5)
    return lambda c: (math.exp(-0.5 * (c / limit) ** 2) - end) / (1 - end) if c <= limit else 0.0


def city():
    dice = random.Random(20260)
    ids = [f"c{n:02}" for n in range(48)]
    at = {i: (dice.uniform(0, 12), dice.uniform(0, 12)) for i in ids}
    land = {
        # Some cells without people, some without work, schools in a few.
        i: (dice.choice([0, *range(50, 900)]), dice.choice([0, 0, *range(1, 700)]), int(dice.random() < 0.2))
        for i in ids
    }
    cost = {}
    for i in ids:
        for j in ids:
            # Minutes are whole, as a router rounds them, differ by direction, and miss where there is no way.
            minutes = math.ceil(math.dist(at[i], at[j]) * dice.uniform(5, 9)) if i != j else 3
            if minutes <= 75:
                cost[i, j] = minutes
    people = {i: land[i][0] for i in ids}
    jobs = {i: land[i][1] for i in ids if land[i][1]}
    schools = {i: land[i][2] for i in ids if land[i][2]}
    answers = {
        "fca2_binary45_jobs": two_step(cost, jobs, people, binary(45)),
        "fca2_binary30_jobs": two_step(cost, jobs, people, binary(30)),
        "fca2_binary30_schools": two_step(cost, schools, people, binary(30)),
        "e2sfca_linear40_jobs": two_step(cost, jobs, people, linear(40)),
        "e2sfca_stepped_10_20_30_w_0.68_0.22_0_jobs": two_step(cost, jobs, people, steps_open_on_the_right),
        "closest_school_min": {
            i: min((cost[i, j] for j in schools if (i, j) in cost), default="inf") for i in ids
        },
    }
    write("city/land_use.csv", ["id", "population", "jobs", "schools"], [[i, *land[i]] for i in ids])
    write("city/travel_matrix.csv", ["from_id", "to_id", "travel_time"], [[*p, c] for p, c in cost.items()])
    write("city/expected_by_cell.csv", ["id", *answers], [[i, *(a[i] for a in answers.values())] for i in ids])


def shortest(streets, start):
    """Dijkstra in whole millimetres, so that sums are exact."""
    metres, queue = {}, [(0, start)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node in metres:
            continue
        metres[node] = so_far
        for other, length in streets.get(node, ()):
            heapq.heappush(queue, (so_far + length, other))
    return {node: so_far / 1000 for node, so_far in metres.items()}


def network():
    dice = random.Random(20261)
    side = 26
    nodes = {
        f"n{x:02}{y:02}": (2.0 + 0.0015 * x + dice.uniform(-4e-4, 4e-4), 54.0 + 0.0009 * y + dice.uniform(-2e-4, 2e-4))
        for x in range(side)
        for y in range(side)
    }
    edges, streets = [], {}
    for x in range(side):
        for y in range(side):
            for u, v in [(x + 1, y), (x, y + 1)]:
                # One street in five is missing, so that ways wind, and some ends hang alone.
                if u < side and v < side and dice.random() < 0.8:
                    millimetres = dice.randrange(70_000, 190_000)
                    a, b = f"n{x:02}{y:02}", f"n{u:02}{v:02}"
                    edges.append([a, b, f"{millimetres / 1000:.3f}"])
                    streets.setdefault(a, []).append((b, millimetres))
                    streets.setdefault(b, []).append((a, millimetres))
    reached = max((shortest(streets, node) for node in list(nodes)[:40]), key=len)
    nodes = {node: place for node, place in nodes.items() if node in streets}
    at = dict(zip([f"h{n:02}" for n in range(60)], dice.sample(sorted(reached), 60)))
    figures = {
        i: (dice.randrange(0, 900), int(dice.random() < 0.3), dice.randrange(0, 600), int(dice.random() < 0.25)) for i in at
    }
    cost = {}
    for i, node in at.items():
        metres = shortest(streets, node)
        for j, other in at.items():
            if other in metres:
                cost[i, j] = metres[other]
    people = {i: figures[i][0] for i in at}
    care = {i: figures[i][3] for i in at if figures[i][3]}
    scores = [two_step(cost, care, people, w) for w in (gaussian(1600), steps_in_metres, binary(1600))]
    names = ["population", "schools", "jobs", "healthcare"]
    sums = {
        i: [
            sum(figures[j][what] for j in at if cost.get((i, j), math.inf) <= limit)
            for limit in (800, 1600)
            for what in range(4)
        ]
        for i in at
    }
    degrees = lambda node: [f"{v:.7f}" for v in nodes[node]]
    write("network/nodes.csv", ["id", "lon", "lat"], [[node, *degrees(node)] for node in nodes])
    write("network/edges.csv", ["u", "v", "length"], edges)
    write("network/hexgrid.csv", ["id", "lon", "lat", *names], [[i, *degrees(at[i]), *figures[i]] for i in at])
    head = [f"{name}_within_{limit}m" for limit in (800, 1600) for name in names]
    head += [f"e2sfca_healthcare_{w}" for w in ("dai1600", "step_400_800_1600", "binary1600")]
    write(
        "network/expected_by_hex.csv",
        ["id", "node", *head],
        [[i, at[i], *sums[i], *(s[i] for s in scores)] for i in at],
    )
    few = list(at)[:25]
    write("network/od_25x25_m.csv", ["id", *few], [[i, *(f"{cost[i, j]:.6f}" for j in few)] for i in few])


city()
network()
