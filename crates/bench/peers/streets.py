"""Ways on a street network by pandana and by us, side by side: one task, one run, each in a process of its own.

    streets.py FOLDER OURS [--runs N]

FOLDER holds `nodes.csv`, `edges.csv` and `hexgrid.csv`; OURS is our program for the same task. Both go from files to the
minutes (at 4.8 km/h) of all pairs of cells within 1,600 m along the network, and to the jobs within that distance of each.
Files, imports and the network are part of the time. Pairs and jobs must be equal, and the minutes of each pair to 1e-6:
pandana cuts lengths down to whole millimetres, so that it is given a tenth of one more.
"""

import argparse
import io
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


def pandana(folder, by_pair=False):
    """Sums of pairs, minutes and jobs; or every pair of rows with its minutes."""
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
    if by_pair:
        rows = pandas.DataFrame({"row": range(len(at)), "node": at.to_numpy()})
        each = near.rename(columns={near.columns[-1]: "metres"})
        each = each.merge(rows.rename(columns={"row": "from", "node": "source"}), on="source")
        each = each.merge(rows.rename(columns={"row": "to", "node": "destination"}), on="destination")
        each["minutes"] = each.metres / METRES_A_MINUTE
        return each.set_index(["from", "to"]).minutes
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


def largest(folder, ours):
    """The most by which the minutes of any pair differ, with how many pairs there are; infinite where the pairs do."""
    import pandas

    printed = subprocess.run([ours, "pairs", str(folder)], capture_output=True, text=True, check=True).stdout
    own = pandas.read_csv(io.StringIO(printed)).set_index(["from", "to"]).minutes
    both = pandas.concat([own, pandana(folder, by_pair=True)], axis=1, keys=["ours", "theirs"])
    return len(both), float((both.ours - both.theirs).abs().fillna(float("inf")).max())


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
    print(
        f"{'':12}{'seconds':>9}{'MiB':>7}{'pairs':>9}{'minutes':>16}{'jobs':>13}   (medians of {given.runs}, process to process)"
    )
    for name, runs in seen.items():
        if isinstance(runs, str):
            print(f"{name:12}  left out: {runs}")
            continue
        last, seconds = runs[-1], statistics.median(r["whole"] for r in runs)
        print(
            f"{name:12}{seconds:9.3f}{max(r['mib'] for r in runs):7.0f}{last['pairs']:9}{last['minutes']:16.6f}{last['jobs']:13.0f}"
        )
    missing = [name for name, runs in seen.items() if isinstance(runs, str)]
    if missing:
        sys.exit(f"left out: {', '.join(missing)}")
    theirs, ours = (seen[name][-1] for name in commands)
    count, most = largest(given.folder, given.ours)
    times = statistics.median(r["whole"] for r in seen["pandana"]) / statistics.median(
        r["whole"] for r in seen["Hereabouts"]
    )
    print(f"ours is {times:.0f} x as fast; of {count} pairs none differs by more than {most:.1e} minutes")
    if (theirs["pairs"], theirs["jobs"]) != (ours["pairs"], ours["jobs"]) or most > 1e-6:
        sys.exit("they disagree")


if __name__ == "__main__":
    main()
