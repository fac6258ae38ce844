"""Ways on a street network by pandana and by us, side by side: one task, one run, each in a process of its own.

    streets.py FOLDER OURS [--runs N]

FOLDER holds `nodes.csv`, `edges.csv` and `hexgrid.csv`; OURS is our program for the same task. Both go from files to the
minutes (at 4.8 km/h) of all pairs of cells within 1,600 m along the network, and to the jobs within that distance of each.
Files, imports and the network are part of the time. Pairs and jobs must be equal, minutes to 1e-6 a pair: pandana cuts
lengths down to whole millimetres, so that it is given a tenth of one more.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

CATCHMENT_M, METRES_A_MINUTE = 1600, 80


def pandana(folder):
    import pandana
    import pandas

    nodes = pandas.read_csv(folder / "nodes.csv", index_col="id")
    edges = pandas.read_csv(folder / "edges.csv")
    edges["length"] = edges.length + 0.0001
    cells = pandas.read_csv(folder / "hexgrid.csv").fillna({"jobs": 0})
    network = pandana.Network(nodes.lon, nodes.lat, edges.u, edges.v, edges[["length"]], twoway=True)
    at = network.get_node_ids(cells.lon, cells.lat)
    network.precompute(CATCHMENT_M)
    network.set(at, variable=cells.jobs, name="jobs")
    jobs = network.aggregate(CATCHMENT_M, type="sum", decay="flat", name="jobs").loc[at].sum()
    near = network.nodes_in_range(at.unique(), CATCHMENT_M)
    # Several cells may stand at one node.
    count = at.value_counts()
    near = near[near.destination.isin(count.index)]
    times = count.loc[near.source].to_numpy() * count.loc[near.destination].to_numpy()
    minutes = near[near.columns[-1]].to_numpy() / METRES_A_MINUTE
    return int(times.sum()), float((times * minutes).sum()), float(jobs)


def one(folder):
    started = time.perf_counter()
    pairs, minutes, jobs = pandana(folder)
    print(json.dumps({"seconds": time.perf_counter() - started, "pairs": pairs, "minutes": minutes, "jobs": jobs}))


def spawn(command):
    """The last line that a command prints, as JSON, and its peak of memory in MiB; a string says why there is none."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        whole = time.perf_counter() - started
        out.seek(0), err.seek(0)
        if status != 0:
            said = err.read().strip().splitlines() or ["it failed"]
            return said[-1]
        answer = json.loads(out.read().strip().splitlines()[-1])
    answer["mib"], answer["whole"] = used.ru_maxrss / 1024, whole
    return answer


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("ours", nargs="?")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--one", action="store_true")
    given = arguments.parse_args()
    if given.one:
        return one(given.folder)
    commands = {
        "pandana": [sys.executable, __file__, str(given.folder), "--one"],
        "Hereabouts": [given.ours, "pandana", str(given.folder)],
    }
    seen = {name: [] for name in commands}
    for _ in range(given.runs):
        for name, command in commands.items():
            if not isinstance(seen[name], str):
                answer = spawn(command)
                seen[name] = answer if isinstance(answer, str) else [*seen[name], answer]
    print(f"{'':12}{'seconds':>9}{'MiB':>7}{'pairs':>9}{'minutes':>16}{'jobs':>13}   (medians of {given.runs}, process to process)")
    for name, runs in seen.items():
        if isinstance(runs, str):
            print(f"{name:12}  left out: {runs}")
            continue
        last, seconds = runs[-1], statistics.median(r["whole"] for r in runs)
        print(
            f"{name:12}{seconds:9.3f}{max(r['mib'] for r in runs):7.0f}{last['pairs']:9}{last['minutes']:16.6f}{last['jobs']:13.0f}"
        )
    if any(isinstance(runs, str) for runs in seen.values()):
        return
    theirs, ours = (seen[name][-1] for name in commands)
    each = abs(theirs["minutes"] - ours["minutes"]) / ours["pairs"]
    times = statistics.median(r["whole"] for r in seen["pandana"]) / statistics.median(r["whole"] for r in seen["Hereabouts"])
    print(f"ours is {times:.0f} x as fast; minutes differ by {each:.1e} a pair")
    if (theirs["pairs"], theirs["jobs"]) != (ours["pairs"], ours["jobs"]) or each > 1e-6:
        sys.exit("they disagree")


if __name__ == "__main__":
    main()
