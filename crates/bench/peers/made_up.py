"""A made-up nation and a made-up city's streets, for who has nothing else to measure on.

    made_up.py nation FOLDER     demand.csv.gz (35,000 places) and assets.csv.gz (200,000), clustered like settlements
    made_up.py streets FOLDER    nodes.csv, edges.csv and hexgrid.csv of a jittered city of about 38,000 crossings

The same bytes at every run. Awkward on purpose: places without anything near, assets without places, several at one spot.
"""

import pathlib
import sys

import numpy
import pandas

SEED = 20_260_101
NEEDS = 12


def nation(folder, places=35_000, assets=200_000, settlements=1_600, side=420_000.0):
    draw = numpy.random.default_rng(SEED)
    middle = draw.uniform(0, side, (settlements, 2))
    people = (numpy.arange(settlements) + 3.0) ** -0.9  # Zipf-like sizes of settlements
    spread = 900.0 * (people / people[-1]) ** 0.33

    def around(count, wider):
        at = draw.choice(settlements, count, p=people / people.sum())
        far, turn = draw.gamma(2.0, wider * spread[at]), draw.uniform(0, 2 * numpy.pi, count)
        return middle[at] + numpy.c_[far * numpy.cos(turn), far * numpy.sin(turn)]

    rural = places // 10
    where = numpy.r_[around(places - rural, 1.0), draw.uniform(0, side, (rural, 2))]
    stands = around(assets, 0.85)
    shared = numpy.flatnonzero(draw.random(assets) < 0.15)[1:]  # at one address with another
    stands[shared] = stands[draw.integers(0, shared)]
    where[:50] = stands[:50]  # at the door
    referred = draw.poisson(draw.lognormal(numpy.log(1_600), 0.22, (places, 1)) * numpy.geomspace(0.06, 0.004, NEEDS))
    holds = numpy.clip(draw.lognormal(numpy.log(25), 1.0, assets).round(), 1, 2_000).astype(int)
    holds[draw.random(assets) < 0.01] = 0
    often = numpy.geomspace(0.2, 0.015, NEEDS)
    demand = pandas.DataFrame(where.round(1), columns=["x", "y"])
    for need in range(NEEDS):
        demand[f"need_{need + 1:02d}"] = referred[:, need]
    supply = pandas.DataFrame(stands.round(1), columns=["x", "y"])
    supply["category"] = draw.choice(NEEDS, assets, p=often / often.sum()) + 1
    supply["capacity"] = holds
    for table, name in ((demand, "demand"), (supply, "assets")):
        table.insert(0, "id", range(len(table)))
        write(table, folder / f"{name}.csv.gz")


def streets(folder, side=195, metres=75.0):
    draw = numpy.random.default_rng(SEED)
    at = numpy.stack(numpy.meshgrid(numpy.arange(side), numpy.arange(side), indexing="ij"), -1).reshape(-1, 2)
    at = at * metres + draw.normal(0, 0.18 * metres, (side * side, 2))
    north = 111_195.0
    lat = 54.0 + at[:, 1] / north
    lon = 2.0 + at[:, 0] / (north * numpy.cos(numpy.radians(54.0)))
    number = numpy.arange(side * side).reshape(side, side)
    ends = numpy.r_[
        numpy.c_[number[:-1].ravel(), number[1:].ravel()], numpy.c_[number[:, :-1].ravel(), number[:, 1:].ravel()]
    ]
    ends = ends[draw.random(len(ends)) < 0.62]  # closes and rivers: not every block has four ways out
    length = numpy.hypot(*(at[ends[:, 0]] - at[ends[:, 1]]).T) * draw.uniform(1.0, 1.15, len(ends))
    ids = numpy.arange(side * side) + 1
    # What hangs together with nothing is not walked by anybody.
    used = numpy.unique(ends)
    write(pandas.DataFrame({"id": ids, "lon": lon.round(7), "lat": lat.round(7)}).iloc[used], folder / "nodes.csv")
    write(pandas.DataFrame({"u": ids[ends[:, 0]], "v": ids[ends[:, 1]], "length": length.round(3)}), folder / "edges.csv")
    cells = draw.choice(used, 1_200, replace=False)
    jobs = numpy.where(draw.random(len(cells)) < 0.4, 0, draw.gamma(1.0, 400.0, len(cells))).round()
    write(
        pandas.DataFrame({"id": [f"h{n:04d}" for n in range(len(cells))], "lon": lon[cells].round(7)}).assign(
            lat=lat[cells].round(7), population=draw.integers(0, 900, len(cells)), schools=0, jobs=jobs, healthcare=0
        ),
        folder / "hexgrid.csv",
    )


def write(table, path):
    packed = {"method": "gzip", "mtime": 0} if path.suffix == ".gz" else None
    table.to_csv(path, index=False, compression=packed)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"nation": nation, "streets": streets}[sys.argv[1]](target)
