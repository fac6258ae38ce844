"""What is asked on the command line: every command with its settings, and the mistakes one can make with each."""

import csv
import io
import json
import re
import tomllib
from dataclasses import dataclass, field

STORE = ["--store", "place.store"]


@dataclass
class Known:
    """What a place has, as far as questions need it; read from the store of the program before."""

    sources: list = field(default_factory=list)
    assets: list = field(default_factory=list)
    postcode: str = "XX1 1AA"
    areas: list = field(default_factory=list)
    at: str = "0,0"
    pairs: list = field(default_factory=list)
    geographies: list = field(default_factory=list)
    quarters: list = field(default_factory=list)

    @property
    def area_code(self):
        return self.areas[0][0]

    @property
    def area_name(self):
        return self.areas[0][1]


def get_to_know(run, day):
    """Asks both programs what the place has, and believes the first."""
    known = Known()
    known.sources = [(s["kind"], s["source"]) for s in json.loads(run(["sources", "--json", *STORE]).out)["sources"]]
    queue = json.loads(run(["queue", "--json", "--limit", "40", "--as-of", day, *STORE]).out)["queue"]
    # Those that are asked about all day come first, and one of each kind.
    by_kind = {row["kind"]: row["id"] for row in reversed(queue)}
    known.assets = list(dict.fromkeys([*(row["id"] for row in queue[:8]), *by_kind.values()]))
    known.pairs = [(p["a"]["id"], p["b"]["id"]) for p in json.loads(run(["duplicates", "--json", *STORE]).out)["pairs"]]

    def records(kind):
        found = run(["export", kind, *STORE]).out.decode().split("\n")
        return [json.loads(line)["record"] for line in found if line]

    areas = [record for record in records("neighbourhoods") if "SEA" not in record["code"]]
    known.geographies = list(dict.fromkeys(record["geography"] for record in areas))
    coarsest = min(known.geographies, key=lambda g: (sum(r["geography"] == g for r in areas), g))
    known.areas = [(r["code"], r.get("name") or r["code"]) for r in areas if r["geography"] == coarsest]
    postcodes = records("postcodes") if any(kind == "postcodes" for kind, _ in known.sources) else []
    if postcodes:
        middle = postcodes[len(postcodes) // 2]
        known.postcode, known.at = middle["postcode"], f"{middle['lat']:.4f},{middle['lon']:.4f}"
    quarters = {
        match[1]
        for line in run(["export", "demand", *STORE]).out.decode().split("\n")
        if (match := re.search(r'"(?:quarter|period)":"([^"]+)"', line))
    }
    known.quarters = sorted(quarters)
    return known


def help_of(run):
    """Every page of help."""
    first = run(["help"])
    names = re.findall(r"^  ([a-z-]+)  ", first.out.decode().split("Commands:")[1].split("Options:")[0], re.MULTILINE)
    lines = [[], ["--help"], ["-h"], ["--version"], ["-V"], ["nonsense"], ["--nonsense"], ["help", "nonsense"], ["gap"]]
    for name in names:
        lines += [
            [name, "--help"],
            [name, "-h"],
            ["help", name],
            [name, "--nonsense"],
            [name, "--json", "--json"],
            [name, "--store"],
            [name, "a", "b", "c", "d"],
        ]
        # Bare, a command says what it needs; the demo would serve.
        lines += [] if name in ("demo", "help") else [[name]]
    return lines


def questions(known, day, depth):
    """Command lines that read the store."""
    at = ["--as-of", day, *STORE]
    need = ["--need", "social-connection"]

    def each(command, *settings, to=at):
        return [[*command, *setting, *to] for setting in settings]

    lines = each(["gaps"], [], ["--format", "csv"], ["--level", "cell", "--format", "geojson", *need])
    lines += each(
        ["near"],
        ["--postcode", known.postcode, *need],
        ["--q", "walking", "--format", "geojson"],
        ["--postcode", known.postcode, "--mode", "walk+transit"],
    )
    lines += each(["reach", known.postcode], [], ["--format", "geojson"]) + each(["queue"], []) + each(["streets"], [])
    lines += [
        ["trust", *STORE],
        ["trust", "show", "--json", *STORE],
        ["wants", *STORE],
        ["wants", "--json", *STORE],
        ["check", *STORE],
        ["check", "--json", *STORE],
        ["sources", *STORE],
        ["duplicates", *STORE],
        ["key", "list", *STORE],
        ["key", "list", "--json", *STORE],
    ]
    for kind in dict.fromkeys(kind for kind, _ in known.sources):
        lines.append(["export", kind, "--out", f"{kind}.jsonl", *STORE])
    lines += [
        ["export", *known.sources[0], *STORE],
        ["export", known.sources[0][0], "--source", known.sources[0][1], *STORE],
        ["export", "nonsense", *STORE],
        ["export", "assets", "--source", "nonsense", *STORE],
    ]
    lines += [
        ["backup", "whole.backup", *STORE],
        ["backup", "without.backup", "--without", "demand", "--without", "streets", "--json", *STORE],
        ["backup", "none/there.backup", *STORE],
    ]
    lines += [
        ["verify", known.assets[0], *STORE],
        ["verify", known.assets[0], "--json", *STORE],
        ["verify", "none/none", *STORE],
    ]
    if depth < 1:
        return lines

    for command in (
        ["gaps"],
        ["near"],
        ["reach", known.postcode],
        ["queue"],
        ["streets"],
        ["wants"],
        ["check"],
        ["sources"],
        ["duplicates"],
        ["export", "assets"],
        ["backup", "b"],
        ["key", "list"],
        ["verify", "a/b"],
        ["serve"],
        ["remove", "assets", "x"],
        ["trust", "calibrate"],
    ):
        lines.append([*command, "--store", "none.store"])
    lines += each(
        ["gaps"],
        ["--json"],
        ["--format", "geojson", *need],
        ["--level", "cell", "--format", "csv", *need],
        ["--top", "3"],
        ["--out", "gaps.csv", "--format", "csv"],
    )
    lines += each(["near"], ["--at", known.at], ["--area", known.area_name, "--format", "json"])
    lines += (
        each(["reach", known.postcode], ["--format", "cells", "--minutes", "10"])
        + each(["queue"], ["--json", "--limit", "3"])
        + each(["streets"], ["--json"])
    )
    # Refused before anything is read, or as soon as it is.
    lines += each(
        ["gaps"],
        ["--need", "nonsense"],
        ["--period", "1999-Q1"],
        ["--period", "x"],
        ["--geography", "x"],
        ["--json", "--format", "csv"],
        ["--format", "x"],
        ["--level", "x"],
        ["--reading", "x"],
        ["--out", "none/there.csv"],
    )
    lines += each(
        ["gaps"],
        ["--as-of", "x"],
        ["--resolution", "6"],
        ["--speed", "0"],
        ["--detour", "0.5"],
        ["--unknown-age", "x"],
        ["--calendar-weight", "2"],
        ["--cap", "0"],
        ["--persona", "x"],
        ["--travel", "x"],
        ["--needs", "none.csv"],
        ["--needs", "broken.csv"],
        ["--kinds", "broken.csv"],
        ["--crosswalk", "broken.csv"],
        ["--trust", "broken.csv"],
        to=STORE,
    )
    lines += each(
        ["serve"],
        ["--bind", "x"],
        ["--bind", "192.0.2.1:1"],
        ["--public-url", "ftp://x"],
        ["--requests", "x"],
        ["--trusted-network", "x"],
        ["--geography", "x"],
        ["--log-format", "x"],
    )
    if depth < 2:
        return lines

    lines += each(
        ["gaps"],
        need,
        ["--level", "cell", "--top", "5"],
        ["--level", "cell", "--format", "geojson", *need],
        ["--level", "cell", "--json", *need],
        ["--reading", "listed"],
        ["--reading", "listed", "--format", "csv"],
        ["--top", "0"],
        ["--out", "gaps.geojson", "--format", "geojson"],
        ["--format", "json", "--out", "gaps.json"],
    )
    lines += each(
        ["gaps", "--format", "csv"],
        *(["--geography", geography] for geography in known.geographies),
        *(["--period", quarter] for quarter in known.quarters),
    )
    lines += each(
        ["gaps", "--format", "csv"],
        ["--resolution", "8"],
        ["--resolution", "10"],
        ["--persona", "slow"],
        ["--persona", "step-free"],
        ["--speed", "3"],
        ["--travel", "straight-line"],
        ["--detour", "2", "--travel", "straight-line"],
        ["--unknown-age", "6"],
        ["--calendar-weight", "0"],
        ["--cap", "2"],
        ["--count-remote"],
        ["--silent-below", "0.9", "--silent-chance", "0.5"],
        ["--needs", "needs.csv", "--kinds", "kinds.csv", "--crosswalk", "crosswalk.csv", "--trust", "trust.csv"],
        ["--needs", "needs_other.csv"],
        ["--kinds", "kinds_other.csv"],
    )
    lines += each(["gaps", "--format", "csv"], [], to=STORE)
    here = ["near", "--postcode", known.postcode]
    conditions = [
        ["--minutes", "5"],
        ["--minutes", "60"],
        ["--minutes", "500"],
        need,
        ["--need", "food"],
        ["--kind", "library"],
        ["--q", "walking group"],
        ["--q", "wlaking"],
        ["--day", "thursday"],
        ["--after", "18:00"],
        ["--before", "12:00"],
        ["--open", "week"],
        ["--free"],
        ["--step-free"],
        ["--cost", "5"],
        ["--age", "70"],
        ["--language", "polish"],
        ["--online", "true"],
        ["--online", "false"],
        ["--course", "true"],
        ["--course", "false"],
        ["--welcome"],
        ["--verified-within", "6"],
        ["--limit", "3"],
        ["--limit", "200"],
        ["--mode", "walk"],
        ["--persona", "slow"],
        ["--persona", "step-free"],
        ["--travel", "straight-line"],
        *(
            ["--mode", "walk+transit", "--leaving", leaving, "--minutes", "45"]
            for leaving in ("tuesday", "afternoon", "evening", "saturday")
        ),
        [*need, "--free", "--step-free", "--day", "thursday", "--before", "17:00"],
        ["--free", "--age", "30", "--q", "music", "--verified-within", "24"],
    ]
    lines += each(here, *conditions)
    lines += each([*here, "--format", "json"], *conditions[::3]) + each(
        [*here, "--format", "geojson"], *conditions[1::4]
    )
    lines += each(
        ["near"],
        [],
        ["--at", "x"],
        ["--at", "91,0"],
        ["--at", "0,0"],
        ["--at", known.at, "--postcode", known.postcode],
        ["--postcode", "ZZ9 9ZZ"],
        ["--postcode", known.postcode.split()[0]],
        ["--area", "nowhere"],
        ["--area", known.area_code],
        ["--need", "x"],
        ["--kind", "x"],
        ["--day", "x"],
        ["--after", "x"],
        ["--open", "x"],
        ["--language", "x"],
        ["--mode", "x"],
        ["--leaving", "evening"],
        ["--minutes", "0"],
        ["--cost", "x"],
        ["--online", "x"],
        ["--format", "x"],
        ["--q", ""],
    )
    for place in (known.postcode, known.at, known.area_name, known.area_code, "nowhere", "91,0", ""):
        lines += each(
            ["reach", place],
            ["--minutes", "5,15,30"],
            ["--mode", "walk+transit"],
            ["--mode", "walk+transit", "--format", "geojson", "--leaving", "saturday"],
        )
    lines += each(
        ["reach", known.at],
        ["--minutes", "x"],
        ["--minutes", "61"],
        ["--minutes", "1,2,3,4,5,6,7"],
        ["--format", "x"],
        ["--persona", "slow", "--format", "geojson"],
        ["--persona", "step-free"],
    )
    lines += each(
        ["queue"],
        need,
        ["--kind", "library"],
        ["--need", "food", "--json"],
        ["--limit", "0"],
        ["--limit", "500", "--json"],
        ["--need", "x"],
        ["--kind", "x"],
        ["--limit", "x"],
    )
    lines += each(
        ["streets"],
        need,
        ["--top", "0"],
        ["--top", "2", "--json"],
        ["--period", known.quarters[0] if known.quarters else "x"],
        ["--need", "x"],
        ["--period", "1999-Q1"],
        ["--persona", "step-free"],
    )
    lines += each(
        ["trust"],
        ["calibrate"],
        ["calibrate", "--json", "--outcomes", "outcomes.csv"],
        ["calibrate", "--outcomes", "outcomes.csv", "--out", "kinds_fitted.csv"],
        ["calibrate", "--outcomes", "outcomes.csv", "--weight", "20"],
        ["calibrate", "--weight", "-1"],
        ["calibrate", "--outcomes", "broken.csv"],
        ["show", "--out", "x"],
        ["show", "--kinds", "kinds_other.csv", "--trust", "trust.csv"],
        ["x"],
        to=STORE,
    )
    lines += each(["gaps", "--format", "csv", "--kinds", "kinds_fitted.csv"], [])
    lines += each(
        ["duplicates"],
        ["list", "a", "b"],
        ["apply"],
        ["apply", "a/1"],
        ["apply", "a/1", "a/1"],
        ["apply", "a/1", "b/2"],
        ["undo", "a/1", "b/2"],
        ["pin", "a/1", "name"],
        ["unpin", "a/1", "name"],
        ["pin", known.assets[0], "x"],
        ["x"],
        to=STORE,
    )
    lines += each(["check"], ["--needs", "needs_other.csv"], ["--kinds", "broken.csv"], to=STORE)
    return lines


def entries(known, day):
    """Command lines that write to the store, and what is asked afterwards."""
    a, b, c = known.assets[:3]
    lines = []
    for said in (
        ["runs"],
        ["changed", "--what", "times,cost"],
        ["changed"],
        ["changed", "--what", "x"],
        ["full", "--until", "2027-12-31"],
        ["full"],
        ["problem", "--problem", "no-answer", "--role", "public"],
        ["problem"],
        ["problem", "--problem", "x"],
        ["moved", "--on", "2026-11-01"],
        ["closed", "--role", "organiser"],
        ["undo", "--event", "1"],
        ["undo", "--event", "1"],
        ["undo", "--event", "99"],
        ["undo"],
        ["x"],
        ["runs", "--on", "2999-01-01"],
        ["runs", "--role", "x"],
        ["runs", "--json", "--on", "2026-11-02", "--role", "link-worker"],
    ):
        lines += [["verify", a, *said, *STORE]]
    lines += [
        ["verify", b, "closed", "--on", "2026-10-01", *STORE],
        ["verify", c, "problem", "--problem", "seems-closed", *STORE],
        ["verify", a, *STORE],
        ["verify", a, "--json", *STORE],
    ]
    lines += [
        ["trust", "calibrate", *STORE],
        ["trust", "calibrate", "--json", *STORE],
        ["queue", "--limit", "5", "--as-of", day, *STORE],
    ]
    for key in (
        ["add", "--role", "link-worker"],
        ["add", "--role", "public"],
        ["add", "--role", "x"],
        ["add"],
        ["add", "--role", "steward", "--label", "No Label"],
        ["add", "--role", "organiser"],
        ["add", "--role", "link-worker", "--asset", a],
        ["add", "--role", "steward", "--days", "0"],
        ["add", "--role", "steward", "--days", "x"],
        ["revoke"],
        ["revoke", "x"],
        ["list", "x"],
        ["add", "x"],
        ["x"],
    ):
        lines.append(["key", *key, *STORE])
    pairs = known.pairs[:4]
    for (left, right), act in zip(pairs, ("apply", "reject", "apply", "reject"), strict=False):
        lines += [["duplicates", act, left, right, *STORE], ["duplicates", act, right, left, "--json", *STORE]]
    if pairs:
        left, right = pairs[0]
        lines += [
            ["duplicates", "pin", left, "name", *STORE],
            ["duplicates", "pin", left, "nonsense", *STORE],
            ["duplicates", "--json", *STORE],
            ["duplicates", "unpin", left, "name", *STORE],
            ["duplicates", "undo", left, right, *STORE],
            ["duplicates", "undo", left, right, *STORE],
        ]
    lines += [
        ["duplicates", *STORE],
        ["export", "verifications", *STORE],
        ["gaps", "--format", "csv", "--as-of", day, *STORE],
    ]
    kind, source = known.sources[-1]
    lines += [
        ["remove", "assets", "nonsense", *STORE],
        ["remove", "nonsense", "x", *STORE],
        ["remove", kind, source, "--json", *STORE],
        ["remove", kind, source, *STORE],
        ["sources", *STORE],
        ["check", *STORE],
    ]
    lines += [
        ["backup", "entered.backup", *STORE],
        ["backup", "silent.backup", "--without", "verifications", "--without", "keys", *STORE],
        ["restore", "entered.backup", "--store", "again.store"],
        ["restore", "entered.backup", "--store", "again.store"],
        ["restore", "silent.backup", "--store", "silent.store", "--json"],
        ["restore", "none.backup", "--store", "x.store"],
        ["restore", "broken.backup", "--store", "x.store"],
        ["restore", "cut.backup", "--store", "x.store"],
    ]
    lines += [
        ["check", "--store", "again.store"],
        ["sources", "--json", "--store", "again.store"],
        ["backup", "again.backup", "--store", "again.store"],
        ["verify", a, "--store", "again.store"],
        ["gaps", "--json", "--as-of", day, "--store", "silent.store"],
        ["key", "list", "--store", "again.store"],
    ]
    return lines


def imports(town, bed):
    """Files of the made-up town one by one, whole and with mistakes; `town` is where they lie, and is written to."""
    to = ["--store", "imports.store"]
    lines = []
    place = tomllib.loads((town / "place.toml").read_text())
    for number, step in enumerate(place["import"]):
        (town / f"map{number}.toml").write_text(
            "\n".join(f"{name} = {inline(value)}" for name, value in step["map"].items()) + "\n"
        )
        files = ["town/" + name for name in step["files"]]
        mapped = ["--map", f"town/map{number}.toml"]
        lines += [
            ["import", step["kind"], *files, *mapped, *more, *to]
            for more in (["--dry-run"], [], ["--json"], ["--json", "--dry-run", "--rejects", f"rejects{number}.csv"])
        ]
        # What is found out without being told.
        lines += [
            ["import", step["kind"], *files, "--source", "untold", "--dry-run", *to],
            ["import", step["kind"], "town/none.csv", *mapped, *to],
            ["import", step["kind"], *files, "--format", "csv", "--dry-run", *to],
        ]
        for name in step["files"]:
            if name.endswith((".csv", ".geojson", ".txt")):
                (town / ("bad_" + name)).write_text(spoiled(name, (town / name).read_text()))
                others = ["town/" + other for other in step["files"] if other != name]
                lines.append(
                    [
                        "import",
                        step["kind"],
                        f"town/bad_{name}",
                        *others,
                        *mapped,
                        "--source",
                        "spoiled",
                        "--rejects",
                        f"rejected_{name}.csv",
                        "--json",
                        *to,
                    ]
                )
                lines.append(["remove", step["kind"], "spoiled", *to])
    lines += [
        ["import", "assets", "town/demand.csv", "--dry-run", *to],
        ["import", "nonsense", "town/demand.csv", *to],
        ["import", "assets", "http://127.0.0.1:1/x.csv", *to],
        ["import", "assets", "https://127.0.0.1:1/x.csv", *to],
        ["import", "assets", "ftp://x/x.csv", *to],
        ["import", "assets", "town/assets.csv", "--map", "broken.csv", *to],
        ["build", "town/none.toml", *to],
        ["build", "broken.csv", *to],
    ]
    lines += [
        ["import", "events", "town/sessions.ics", "--source", "sessions", *to],
        ["import", "events", "town/sessions.ics", "--source", "sessions", "--json", *to],
    ]
    if bed is not None:
        for folder in sorted((bed / "formats").iterdir()):
            if folder.is_dir():
                lines += [
                    [
                        "import",
                        "assets",
                        str(folder),
                        "--source",
                        folder.name,
                        "--json",
                        "--rejects",
                        f"format_{folder.name}.csv",
                        "--store",
                        "formats.store",
                    ]
                ]
                for file in sorted(folder.rglob("*service*.json"))[:6]:
                    lines += [["import", "assets", str(file), "--source", file.stem, "--store", "formats.store"]]
        lines += [
            ["export", "assets", "--store", "formats.store"],
            ["duplicates", "--json", "--store", "formats.store"],
            ["check", "--json", "--store", "formats.store"],
            ["backup", "formats.backup", "--store", "formats.store"],
            ["near", "--q", "service", "--format", "json", "--as-of", "2026-10-01", "--store", "formats.store"],
        ]
    lines += [
        ["sources", "--json", *to],
        ["check", "--json", *to],
        ["backup", "imports.backup", *to],
        ["gaps", "--json", "--as-of", "2026-10-01", *to],
    ]
    return lines


def inline(value):
    """A value as TOML has it within a line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def spoiled(name, text):
    """A file in which each of some rows has a mistake in another place."""
    wrong = ("", "x", "-1", "99999999", "é\u202eé", "2026-13-45", "=1+1", "a" * 300)
    if name.endswith(".geojson"):
        whole = json.loads(text)
        for at, feature in enumerate(whole["features"][:40]):
            names = list(feature["properties"])
            if at % 5 == 4:
                feature["geometry"] = [
                    None,
                    {"type": "Point", "coordinates": [500, 91]},
                    {"type": "Polygon", "coordinates": []},
                ][at // 5 % 3]
            elif names:
                feature["properties"][names[at % len(names)]] = wrong[at % len(wrong)]
        return json.dumps(whole)
    rows = list(csv.reader(io.StringIO(text)))
    for at, row in enumerate(rows[1:61]):
        row[at % len(row)] = wrong[at // len(row) % len(wrong)]
    rows.insert(1, rows[-1][:-1])
    rows.insert(2, [*rows[-1], "one more"])
    rows.append(rows[1])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def tables(folder, project):
    """Tables and broken files that the command lines above name."""
    for name in ("needs", "kinds", "crosswalk", "trust"):
        text = (project / "data" / f"{name}.csv").read_text()
        (folder / f"{name}.csv").write_text(text)
        if name in ("needs", "kinds"):
            head, *rows = text.rstrip("\n").split("\n")
            # Two rows the other way round: another table of the same form.
            (folder / f"{name}_other.csv").write_text("\n".join([head, *reversed(rows[:2]), *rows[2:]]) + "\n")
    (folder / "broken.csv").write_text('a,b\n"1,2\n= [\n')
    checks = [
        f"{kind},2023-01-{1 + n % 28:02},2025-0{1 + n % 9}-15,{'no' if n % 3 == 0 else 'yes'}"
        for n in range(60)
        for kind in ("library", "park", "group")
    ]
    (folder / "outcomes.csv").write_text("\n".join(["kind,verified_on,checked_on,runs", *checks]) + "\n")


SESSIONS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//made up//EN
BEGIN:VEVENT
UID:1@made-up
SUMMARY:Tea and talk
LOCATION:Herring Quay
DTSTART:20261124T100000Z
DTEND:20261124T113000Z
RRULE:FREQ=WEEKLY;BYDAY=TU
END:VEVENT
BEGIN:VEVENT
UID:2@made-up
SUMMARY:Broken
DTSTART:2026
END:VEVENT
END:VCALENDAR
"""
