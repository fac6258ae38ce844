"""Two-step floating catchments by others and by us, side by side: one workload, one run, each in a process of its own.

    peers.py FOLDER OURS [--decay step|dai] [--runs N]

FOLDER holds `demand.csv.gz` and `assets.csv.gz`; OURS is our program for the same task. Every implementation goes from
coordinates to 12 x 35,000 scores; reading files, imports and compilation are left out of its time. Their sums must agree,
and agree with `golden/workload_e2sfca/meta.json` where that lies beside the folder: if any does not, the run fails.
An implementation that does not run is left out of the table with its reason, and the run fails then too.
"""

import argparse
import ctypes
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

NEEDS, RADIUS = 12, 1600.0
RUNS = {"PySAL access": 1, "DuckDB": 3}
TOLERANCE = {"step": 1e-9, "dai": 5e-9}


def weigh(numpy, squared, decay):
    """Weights of squared distances within the radius."""
    if decay == "step":
        return numpy.where(squared <= 400.0**2, 1.0, numpy.where(squared <= 800.0**2, 0.68, 0.22))
    floor = numpy.exp(-0.5)
    return floor * numpy.expm1((1 - squared / RADIUS**2) / 2) / (1 - floor)


def read(folder):
    import pandas

    return (pandas.read_csv(folder / f"{name}.csv.gz") for name in ("demand", "assets"))


def pysal(demand, assets, decay):
    """`access.Access` with a cost matrix that it is given: finding the pairs is part of the task, and is SciPy's. Providers
    that no demand reaches are left out beforehand, for it divides by nothing."""
    import math

    import numpy
    import pandas
    from access import Access
    from access.weights import step_fn
    from scipy.spatial import cKDTree

    floor = math.exp(-0.5)
    weights = {
        "step": step_fn({400: 1.0, 800: 0.68, RADIUS: 0.22}),
        "dai": lambda c: floor * math.expm1((1 - (c / RADIUS) ** 2) / 2) / (1 - floor),
    }

    def run():
        sums = []
        tree = cKDTree(demand[["x", "y"]].to_numpy())
        for need in range(1, NEEDS + 1):
            own = assets[assets.category == need].reset_index(drop=True)
            pairs = tree.query_ball_point(own[["x", "y"]].to_numpy(), RADIUS)
            provider = numpy.repeat(numpy.arange(len(own)), [len(p) for p in pairs])
            origin = numpy.concatenate([numpy.asarray(p, dtype=int) for p in pairs])
            away = numpy.hypot(
                demand.x.to_numpy()[origin] - own.x.to_numpy()[provider],
                demand.y.to_numpy()[origin] - own.y.to_numpy()[provider],
            )
            reached = numpy.bincount(provider, demand[f"need_{need:02}"].to_numpy()[origin], len(own)) > 0
            kept = reached[provider]
            origin, provider, away = origin[kept], provider[kept], away[kept]
            people = pandas.DataFrame({"id": demand.index, "need": demand[f"need_{need:02}"]})
            places = pandas.DataFrame({"id": own.index, "capacity": own.capacity})
            costs = pandas.DataFrame({"origin": origin, "dest": provider, "cost": away})
            task = Access(
                demand_df=people, demand_index="id", demand_value="need",
                supply_df=places, supply_index="id", supply_value="capacity",
                cost_df=costs, cost_origin="origin", cost_dest="dest", cost_name="cost",
            )  # fmt: skip
            task.enhanced_two_stage_fca(name="a", max_cost=RADIUS, weight_fn=weights[decay])
            sums.append(float(task.access_df["a_capacity"].fillna(0).sum()))
        return sums

    return run


def duckdb(demand, assets, decay):
    import duckdb as duck

    sql_weight = (
        "CASE WHEN s <= 160000 THEN 1.0 WHEN s <= 640000 THEN 0.68 ELSE 0.22 END"
        if decay == "step"
        else "exp(-0.5) * (exp((1 - s / 2560000.0) / 2) - 1) / (1 - exp(-0.5))"
    )

    def run():
        con = duck.connect()
        con.register("d", demand)
        con.register("a", assets)
        con.execute("CREATE TABLE t AS UNPIVOT d ON COLUMNS('need_.*') INTO NAME n VALUE need")
        rows = con.execute(f"""
            WITH o AS (SELECT id, x, y, floor(x / {RADIUS}) gx, floor(y / {RADIUS}) gy FROM d),
            p AS (SELECT id, x, y, category, capacity, floor(x / {RADIUS}) + i.v gx, floor(y / {RADIUS}) + j.v gy
                  FROM a, (VALUES (-1), (0), (1)) i(v), (VALUES (-1), (0), (1)) j(v)),
            pair AS (SELECT o.id o, p.id p, category, capacity, (o.x - p.x) ** 2 + (o.y - p.y) ** 2 s
                     FROM o JOIN p USING (gx, gy) WHERE s <= {RADIUS**2}),
            need AS (SELECT id, CAST(n[6:] AS INT) category, need FROM t),
            w AS (SELECT o, p, pair.category, capacity, {sql_weight} w, need.need
                  FROM pair JOIN need ON need.id = pair.o AND need.category = pair.category),
            r AS (SELECT p, any_value(capacity) / nullif(sum(w * need), 0) r FROM w GROUP BY p)
            SELECT category, sum(w * coalesce(r, 0)) FROM w JOIN r USING (p) GROUP BY category ORDER BY category
        """).fetchall()
        return [float(total) for _, total in rows]

    return run


def numpy_tree(demand, assets, decay):
    """NumPy with SciPy's k-d tree: pairs once for each need, sums by bincount."""
    import numpy
    from scipy.spatial import cKDTree

    xy, needs = demand[["x", "y"]].to_numpy(), demand.filter(like="need_").to_numpy().T.copy()

    def run():
        tree, sums = cKDTree(xy), []
        for k in range(NEEDS):
            own = assets[assets.category == k + 1]
            capacity, at = own.capacity.to_numpy(), own[["x", "y"]].to_numpy()
            pairs = tree.sparse_distance_matrix(cKDTree(at), RADIUS, output_type="ndarray")
            origin, provider = pairs["i"], pairs["j"]
            # The tree's distances are rounded roots: squares of the differences decide, as they do for everybody else.
            squared = ((xy[origin] - at[provider]) ** 2).sum(axis=1)
            weight = weigh(numpy, squared, decay)
            weighted = numpy.bincount(provider, weight * needs[k][origin], len(own))
            ratio = numpy.divide(capacity, weighted, out=numpy.zeros(len(own)), where=weighted > 0)
            sums.append(float(numpy.bincount(origin, weight * ratio[provider], len(xy)).sum()))
        return sums

    return run


def numba(demand, assets, decay):
    """Numba: demand sorted by grid cell, both steps in one pass over assets, needs in parallel."""
    import numba as nb
    import numpy

    x, y = demand.x.to_numpy(float), demand.y.to_numpy(float)
    needs = demand.filter(like="need_").to_numpy().T.astype(float).copy()
    ax, ay = assets.x.to_numpy(float), assets.y.to_numpy(float)
    category, capacity = assets.category.to_numpy(), assets.capacity.to_numpy(float)
    step, floor = decay == "step", float(numpy.exp(-0.5))

    @nb.njit(parallel=True, fastmath=False)
    def kernel(x, y, needs, ax, ay, category, capacity):
        west, south = x.min(), y.min()
        columns, rows = int((x.max() - west) / RADIUS) + 1, int((y.max() - south) / RADIUS) + 1
        start = numpy.zeros(columns * rows + 1, numpy.int64)
        cell = numpy.empty(len(x), numpy.int64)
        for i in range(len(x)):
            cell[i] = int((y[i] - south) / RADIUS) * columns + int((x[i] - west) / RADIUS)
            start[cell[i] + 1] += 1
        start = numpy.cumsum(start)
        order = numpy.argsort(cell, kind="mergesort")
        sx, sy = x[order], y[order]
        access = numpy.zeros((needs.shape[0], len(x)))
        for k in nb.prange(needs.shape[0]):
            need = needs[k][order]
            hit, weight = numpy.empty(len(x), numpy.int64), numpy.empty(len(x))
            own = numpy.zeros(len(x))
            for j in range(len(ax)):
                if category[j] != k + 1:
                    continue
                column = int(numpy.floor((ax[j] - west) / RADIUS))
                row = int(numpy.floor((ay[j] - south) / RADIUS))
                first, last = max(column - 1, 0), min(column + 1, columns - 1)
                if first > last:
                    continue
                hits, total = 0, 0.0
                for r in range(max(row - 1, 0), min(row + 1, rows - 1) + 1):
                    for i in range(start[r * columns + first], start[r * columns + last + 1]):
                        s = (sx[i] - ax[j]) ** 2 + (sy[i] - ay[j]) ** 2
                        if s <= RADIUS * RADIUS:
                            if step:
                                w = 1.0 if s <= 160000.0 else (0.68 if s <= 640000.0 else 0.22)
                            else:
                                w = floor * numpy.expm1((1 - s / (RADIUS * RADIUS)) / 2) / (1 - floor)
                            hit[hits], weight[hits] = i, w
                            hits += 1
                            total += w * need[i]
                if total > 0:
                    for h in range(hits):
                        own[hit[h]] += capacity[j] / total * weight[h]
            for i in range(len(x)):
                access[k, order[i]] = own[i]
        return access

    kernel(x[:10], y[:10], needs[:, :10].copy(), ax[:10], ay[:10], category[:10], capacity[:10])
    return lambda: kernel(x, y, needs, ax, ay, category, capacity).sum(axis=1).tolist()


def plain_c(demand, assets, decay):
    """kernel.c, one thread."""
    import numpy

    library = ctypes.CDLL(os.environ["PEERS_KERNEL"])
    double = numpy.ctypeslib.ndpointer(numpy.float64, flags="C")
    integer = numpy.ctypeslib.ndpointer(numpy.int32, flags="C")
    n, m = ctypes.c_int32(len(demand)), ctypes.c_int32(len(assets))
    library.e2sfca.argtypes = [
        ctypes.c_int32, double, double, double, ctypes.c_int32, double, double, integer, double,
        ctypes.c_int32, ctypes.c_double, ctypes.c_int32, double,
    ]  # fmt: skip
    library.e2sfca.restype = None
    given = (demand.x.to_numpy(float).copy(), demand.y.to_numpy(float).copy())
    needs = demand.filter(like="need_").to_numpy(float).T.copy()
    theirs = (assets.x.to_numpy(float).copy(), assets.y.to_numpy(float).copy())
    category, capacity = assets.category.to_numpy(numpy.int32).copy(), assets.capacity.to_numpy(float).copy()

    def run():
        access = numpy.zeros_like(needs)
        library.e2sfca(n, *given, needs, m, *theirs, category, capacity, NEEDS, RADIUS, int(decay == "dai"), access)
        return access.sum(axis=1).tolist()

    return run


PEERS = {
    "PySAL access": pysal,
    "DuckDB": duckdb,
    "NumPy + k-d tree": numpy_tree,
    "Numba": numba,
    "plain C, 1 thread": plain_c,
}


def one(folder, name, decay):
    """One run in this process, for the caller to read."""
    run = PEERS[name](*read(folder), decay)
    started = time.perf_counter()
    sums = run()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "sums": sums, "mib": peak}))


def spawn(command):
    """The last line that a command prints, as JSON, and its peak of memory in MiB; a string says why there is none."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        out.seek(0), err.seek(0)
        if status != 0:
            said = err.read().strip().splitlines() or ["it failed"]
            # The last line may only point at a place in the one that matters.
            return next((line for line in reversed(said) if "Error" in line or "Exception" in line), said[-1])
        answer = json.loads(out.read().strip().splitlines()[-1])
    answer["mib"] = used.ru_maxrss / 1024
    return answer


def compile_kernel():
    source = pathlib.Path(__file__).with_name("kernel.c")
    library = pathlib.Path(tempfile.mkdtemp()) / "kernel.so"
    command = ["cc", "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source, "-lm"]
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError) as why:
        print(f"kernel.c was not compiled: {why}")
        return
    os.environ["PEERS_KERNEL"] = str(library)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("ours", nargs="?")
    arguments.add_argument("--decay", choices=["step", "dai"], default="step")
    arguments.add_argument("--runs", type=int, default=7)
    arguments.add_argument("--one", choices=PEERS)
    given = arguments.parse_args()
    if given.one:
        return one(given.folder, given.one, given.decay)
    compile_kernel()
    threads = os.cpu_count() or 1
    commands = {name: [sys.executable, __file__, given.folder, "--one", name, "--decay", given.decay] for name in PEERS}
    for count in sorted({1, threads}):
        commands[f"Hereabouts, {count} thread{'s' * (count > 1)}"] = [given.ours, given.folder, given.decay, str(count)]
    # Rounds rather than runs on end: what else the machine does then falls on all of them.
    seen = {name: [] for name in commands}
    for number in range(given.runs):
        for name, command in commands.items():
            if number < RUNS.get(name, given.runs) and not isinstance(seen[name], str):
                answer = spawn([str(part) for part in command])
                seen[name] = answer if isinstance(answer, str) else [*seen[name], answer]
    meta = given.folder.resolve().parent.parent / "golden/workload_e2sfca/meta.json"
    known = None
    if isinstance(seen[list(commands)[-1]], str):
        sys.exit(f"ours did not run: {seen[list(commands)[-1]]}")
    if meta.exists():
        known = json.loads(meta.read_text())[given.folder.resolve().name][given.decay]["sum_by_category"]
    else:
        print("there are no known sums for these data: the implementations are held against ours")
        known = seen[list(commands)[-1]][0]["sums"]
    ours = statistics.median(r["seconds"] for r in seen[list(commands)[-1]])
    wrong = 0
    print(f"{given.decay}, {threads} cores, medians of {given.runs} rounds (fewer for the slow)")
    print(f"{'':24}{'seconds':>10}{'MiB':>8}{'ours is':>12}  largest difference from the known sums")
    for name, runs in seen.items():
        if isinstance(runs, str):
            print(f"{name:24}  left out: {runs}")
            continue
        seconds = statistics.median(r["seconds"] for r in runs)
        off = max(abs(a - b) / b for r in runs for a, b in zip(r["sums"], known, strict=True))
        wrong += off > TOLERANCE[given.decay]
        times = f"{seconds / ours:.1f} x as fast" if not name.startswith("Hereabouts") else ""
        print(f"{name:24}{seconds:10.4f}{max(r['mib'] for r in runs):8.0f} {times:>15}  {off:.1e}")
    missing = [name for name, runs in seen.items() if isinstance(runs, str)]
    if wrong or missing:
        sys.exit(f"{wrong} disagree; left out: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    main()
