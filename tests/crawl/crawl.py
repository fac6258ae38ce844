#!/usr/bin/env python3
"""Proves that two builds of the program say the same: every body, header, line and file, but for the renames listed.

    tests/crawl/crawl.py BEFORE AFTER [--place demo|bath|greater_manchester ...] [--renames tests/crawl/renames.toml]
    make crawl BEFORE=path AFTER=path

BEFORE and AFTER are two `hereabouts` binaries, built alike (both with the front end, or both without). For each place both
build a store, are asked the same questions on the command line and over HTTP, are told the same, and are asked again:

- Command lines: all help, every command with its settings and forms, mistakes with their exit status, and imports of whole
  and of spoiled files; stdout, stderr, exit status and every file that is written are compared. Each program also reads the
  other's store.
- Addresses: what the OpenAPI document offers (each parameter alone with each value, pairs, mistakes), what pages, forms and
  links in answers lead to (at most 25 of each kind), tiles, static files, requests that no client should send; in every
  form, with every method, packed and unpacked, asked about again with their ETag. Status, all headers and the body are
  compared, and the server's log and its counts.
- Entries: what people say of assets, needs that nothing met, keys, signing in and out.

What differs between any two runs of one program is replaced first: `--normalised` lists all of it with reasons, and nothing
else is. Answers depend on the minute; where it turns between the two, both are asked again, and the table says how often.

Renames are read from renames.toml, which says how they are written. They are applied to what BEFORE said, and only where the
two differ. The status is 1 if anything differs that they do not explain, 2 if the run itself failed.

Addresses and commands are those that BEFORE has; what AFTER has besides shows in its help and its OpenAPI document.

Run BEFORE against itself first: it must print no difference. `--self-test` does so on the made-up town, and then changes one
byte of a body, a header, a line and so on, each of which must be found, and nothing else.

Real places come from the folder that HEREABOUTS_DATA names; without it only the made-up town is visited. Python 3.11 and
nothing beside it; about five minutes for all three places on two cores.
"""

import argparse
import collections
import concurrent.futures
import datetime
import http.server
import itertools
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import addresses
import commands
import entries
from addresses import Breadth, spread
from same import (
    DIFFERENT,
    EXPECTED,
    NORMALISED,
    REASONS_IN_CODE,
    RENAMED,
    SAME,
    Part,
    Rules,
    Tally,
    Verdict,
    judge,
    media,
)
from sides import Answer, Ask, Ran, Server, Side

PROJECT = Path(__file__).resolve().parents[2]
# The day against which the age of listings is measured, so that it does not matter when the two were run.
DAYS = {"demo": "2026-10-01", "bath": "2026-11-19", "greater_manchester": "2026-11-19"}
# How much is asked on the command line: all, all but single settings, all but those and mistakes.
DEPTHS = {"demo": 2, "bath": 1, "greater_manchester": 0}
# And how much over HTTP: answers about a whole county take their time.
BREADTHS = {
    "demo": Breadth(25, 30, 99, 20),
    "bath": Breadth(25, 30, 99, 20),
    "greater_manchester": Breadth(10, 12, 6, 10),
}
# Requests under way at a time, and answers that wait to be compared.
THREADS, AHEAD = 4, 16


def test_bed():
    """The folder of real places, if one is named."""
    named = os.environ.get("HEREABOUTS_DATA")
    return Path(named).resolve() if named else None


class Pair:
    """Both programs at one place, and what came of every comparison."""

    def __init__(self, before, after, rules, tally, spoil=None):
        self.before, self.after, self.rules, self.tally = before, after, rules, tally
        self.spoil = spoil or (lambda label, answer: answer)
        self.verdicts, self.tags = {}, {}
        self.pool = concurrent.futures.ThreadPoolExecutor(THREADS)
        self.started = time.monotonic()

    def both(self, do):
        """The same done by both at once."""
        return [job.result() for job in [self.pool.submit(do, side) for side in (self.before, self.after)]]

    def judge(self, label, before, after, plain=None):
        verdict = judge(self.rules, label, before, after, plain)
        self.verdicts[label] = verdict
        self.tally.verdicts[verdict.kind] += 1
        if verdict.kind == DIFFERENT:
            self.tally.differences.append((label, verdict.diff))
        return verdict

    def begins(self, what):
        """Tells who waits how far it is."""
        print(f"  {time.monotonic() - self.started:4.0f} s  {what}", file=sys.stderr, flush=True)

    # Command lines.

    def run(self, words, note=""):
        label = " ".join(["hereabouts", *words]) + (f" [{note}]" if note else "")

        def ran(side):
            return side.run(words if side is self.before else self.rules.words(words))

        answers = self.both(ran)
        if words[:2] == ["key", "add"]:
            answers = [
                self._remember_key(side, ran, note)
                for side, ran in zip((self.before, self.after), answers, strict=True)
            ]
        before, after = answers[0], self.spoil(label, answers[1])
        self.tally.commands += 1
        self.judge(label, before.parts(), after.parts())
        return before

    def _remember_key(self, side, ran, name):
        """Keys are drawn at random: from here on they are known by their name."""
        if key := re.search(rb"hereabouts_([0-9a-f]{8})_[0-9a-f]{64}", ran.out):
            name = name or str(len(side.secrets))
            side.secrets[f"secret-of-{name}"], side.secrets[f"id-of-{name}"] = key[0].decode(), key[1].decode()
        return Ran(ran.status, side.hide(ran.out), side.hide(ran.err))

    # Requests.

    def ask_all(self, asks):
        """Asks both each question that was not asked yet, and gives the answers of the first, in order."""
        under_way = collections.deque()
        asks = iter([ask for ask in dict.fromkeys(asks) if ask.label not in self.verdicts])
        while True:
            for ask in itertools.islice(asks, AHEAD - len(under_way)):
                under_way.append((ask, self.pool.submit(self._ask, ask)))
            if not under_way:
                return
            ask, job = under_way.popleft()
            answers = job.result()
            self._take(ask, *answers)
            yield ask, answers[0]

    def ask(self, ask, note=""):
        """Asks both, whether that was asked before or not."""
        ask = Ask(**{**ask.__dict__, "note": note or ask.note})
        before, after = self._ask(ask)
        self._take(ask, before, after)
        return before

    def _take(self, ask, before, after):
        self.tally.requests += 1
        if tag := before.header("etag"):
            self.tags[_quoted(tag)] = _quoted(after.header("etag") or tag)
        unpacked = Ask(
            ask.target, ask.method, tuple(h for h in ask.headers if h[0] != "accept-encoding"), ask.body, ask.source
        )
        self.judge(ask.label, before.parts(), after.parts(), self.verdicts.get(unpacked.label))

    def _ask(self, ask):
        # Whoever has an answer of one program asks that program again by its own tag.
        headers = tuple(
            (name, self._own_tags(value) if name == "if-none-match" else value) for name, value in ask.headers
        )
        renamed = Ask(
            **{
                **ask.__dict__,
                "target": self.rules.target(ask.label, ask.target),
                "body": self.rules.body(ask.label, ask.body),
                "headers": headers,
            }
        )
        for _ in range(3):
            minute = int(time.time() // 60)
            before, after = self.before.ask(ask), self.spoil(ask.label, self.after.ask(renamed))
            # What is on now depends on the minute. Nothing is entered twice.
            if int(time.time() // 60) == minute or ask.method == "POST":
                break
            if judge(self.rules, ask.label, before.parts(), after.parts()).kind != DIFFERENT:
                break
            self.tally.again += 1
        return before, after

    def _own_tags(self, value):
        return re.sub(r'"[^"]*"', lambda tag: self.tags.get(tag[0], tag[0]), value)

    # Files and logs.

    def file(self, label, name_before, name_after):
        def read(side, name):
            path = side.folder / name
            if not path.is_file():
                return [Part("status", "text", b"not written")]
            data = side.hide(path.read_bytes())
            kind = {".csv": "csv", ".json": "json", ".jsonl": "json", ".backup": "json", ".geojson": "json"}.get(
                path.suffix, media(None, data)
            )
            return [Part("status", "text", b"mode %o" % (path.stat().st_mode & 0o777)), Part("file", kind, data)]

        self.tally.files += 1
        after = read(self.after, name_after)
        self.judge(label, read(self.before, name_before), self.spoil(label, after))

    def files(self):
        """Every file that was written outside stores."""

        def names(side):
            found = (path.relative_to(side.folder) for path in side.folder.rglob("*") if path.is_file())
            return {
                str(path)
                for path in found
                if not any(part.endswith(".store") for part in path.parts) and path.suffix != ".log"
            }

        before, after = names(self.before), names(self.after)
        renamed = {name: self.rules.file(name) for name in before}
        for name in sorted(before | (after - set(renamed.values()))):
            self.file(f"file {name}", name, renamed.get(name, name))

    def log(self, label):
        self.tally.logs += 1
        sides = [[Part("log", "text", side.hide(side.server.log.read_bytes()))] for side in (self.before, self.after)]
        self.judge(label, sides[0], self.spoil(label, sides[1]))

    # Servers.

    def serve(self, words, name):
        def start(side):
            side.server = Server(side, words if side is self.before else self.rules.words(words), f"{name}.log")

        self.both(start)

    def stop(self, name):
        before, after = self.both(lambda side: [Part("status", "text", str(side.server.stop()).encode())])
        self.judge(f"end of {name}", before, self.spoil(f"end of {name}", after))
        self.log(f"log of {name}")

    def kill(self):
        for side in (self.before, self.after):
            if side.server and side.server.process.poll() is None:
                side.server.process.kill()
                side.server.process.wait()


# --- one place --------------------------------------------------------------------------------------------------------


def _quoted(tag):
    """A tag without its mark for weak ones."""
    return tag.removeprefix("W/")


def visit(name, pair, bed):
    """Everything that is asked at one place."""
    day = DAYS[name]
    project_place = PROJECT / "tests" / "real" / f"{name}.toml"

    def prepare(side):
        side.folder.mkdir(parents=True)
        commands.tables(side.folder, PROJECT)

    pair.both(prepare)
    if name == "demo":
        pair.run(["demo", "--once", "--keep", "town"])
        pair.run(["build", "town/place.toml", *commands.STORE, "--rejects", "rejects.csv", "--json"])
    else:
        pair.run(
            ["build", str(project_place), "--data", str(bed), *commands.STORE, "--rejects", "rejects.csv", "--json"]
        )
    known = commands.get_to_know(pair.run, day)
    pair.both(lambda side: shutil.copytree(side.folder / "place.store", side.folder / "served.store"))

    pair.begins("questions on the command line")
    for words in [
        *(commands.help_of(pair.run) if name == "demo" else []),
        *commands.questions(known, day, DEPTHS[name]),
    ]:
        pair.run(words)
    pair.begins("the store of the other, entries on the command line")
    read_each_other(pair, "place.store", "whole")
    write(pair, known, day)
    if name == "demo":
        pair.both(
            lambda side: (side.folder / "town" / "sessions.ics").write_text(commands.SESSIONS.replace("\n", "\r\n"))
        )
        pair.begins("imports")
        # The files of maps and the spoiled files are written once on each side.
        lines = pair.both(lambda side: commands.imports(side.folder / "town", bed))[0]
        for words in lines:
            pair.run(words)

    for key, settings in entries.keys(known.assets[3]):
        pair.run(["key", "add", *settings, "--store", "served.store"], note=key)
    pair.run(["key", "revoke", "{{id-of-gone}}", "--store", "served.store"])
    pair.serve(["serve", "--store", "served.store", "--as-of", day], "serve")
    pair.begins("addresses")
    crawl(pair, known, BREADTHS[name])
    pair.begins("entries")
    enter(pair, known, bed)
    pair.ask(Ask("/metrics"), note="at the end")
    pair.stop("serve")
    served = ["--store", "served.store"]
    # Searches are written once a minute, in as many records as there are by then: they are left out.
    for words in (
        ["wants", *served],
        ["wants", "--json", *served],
        ["key", "list", *served],
        ["key", "list", "--json", *served],
        *(["verify", asset, *served] for asset in known.assets[:6]),
        ["backup", "served.backup", "--without", "searches", *served],
        ["restore", "served.backup", "--store", "other.store"],
        ["check", "--json", "--store", "other.store"],
        ["trust", "calibrate", "--json", *served],
        ["queue", "--json", "--as-of", day, *served],
    ):
        pair.run(words)
    read_each_other(pair, "served.store", "served")
    if name == "demo":
        pair.begins("other servers")
        other_servers(pair, known, day)
    pair.files()
    return known


def write(pair, known, day):
    """Entries on the command line; broken backups are cut from a whole one."""
    for words in commands.entries(known, day):
        if words[:2] == ["restore", "broken.backup"]:

            def damage(side):
                data = (side.folder / "entered.backup").read_bytes()
                (side.folder / "cut.backup").write_bytes(data[: len(data) // 2])
                (side.folder / "broken.backup").write_bytes(data.replace(b'"licence":"', b'"licence":"x', 1))

            pair.both(damage)
        pair.run(words)


def read_each_other(pair, store, name):
    """Each program reads what the other wrote, and finds in it what the other does."""
    copied = {}
    for side, other in ((pair.before, pair.after), (pair.after, pair.before)):
        shutil.copytree(other.folder / store, side.folder / "others.store")
        copied[side] = other
    for asker, writer in ((pair.after, pair.before), (pair.before, pair.after)):
        for what, words in (("check", ["check", "--json"]), ("backup", ["backup", "others.backup", "--json"])):
            secrets, asker.secrets = asker.secrets, writer.secrets
            theirs = asker.run(
                [*(pair.rules.words(words) if asker is pair.after else words), "--store", "others.store"]
            )
            asker.secrets = secrets
            own = writer.run([*(pair.rules.words(words) if writer is pair.after else words), "--store", store])
            sides = (own, theirs) if writer is pair.before else (theirs, own)
            pair.tally.commands += 1
            pair.judge(
                f"hereabouts {what} [of {name}, written by {writer.name}, read by {asker.name}]",
                *(ran.parts() for ran in sides),
            )
        own, theirs = ((side.folder / "others.backup").read_bytes() for side in (writer, asker))
        sides = (own, theirs) if writer is pair.before else (theirs, own)
        pair.tally.files += 1
        pair.judge(
            f"file others.backup [of {name}, written by {writer.name}, read by {asker.name}]",
            *([Part("file", "json", writer.hide(data))] for data in sides),
        )
        for side in (asker, writer):
            (side.folder / "others.backup").unlink()
    for side in copied:
        shutil.rmtree(side.folder / "others.store")


def read(pair, target, note):
    """What later questions need to know."""
    answer = pair.ask(Ask(target), note=note)
    if answer.status != 200:
        raise RuntimeError(f"{target} is answered with {answer.status} {answer.body[:200]!r}")
    return json.loads(answer.body)


def crawl(pair, known, breadth):
    """Every address, breadth first."""

    def begin(target):
        return read(pair, target, "to begin with")

    document, samples = begin("/ogc/api"), {}
    extent = None
    for collection in begin("/ogc/collections")["collections"]:
        id = collection["id"]
        extent = extent or collection["extent"]["spatial"]["bbox"][0]
        features = begin(f"/ogc/collections/{id}/items?limit=40").get("features", [])
        for feature in features:
            for name, value in feature["properties"].items():
                values = value if isinstance(value, list) else [value]
                values = [
                    json.dumps(v) if isinstance(v, bool) else v
                    for v in values
                    if v is not None and not isinstance(v, dict | list)
                ]
                samples.setdefault((id, name), []).extend(v for v in values if v not in samples[(id, name)])
        samples[(f"/ogc/collections/{id}/items/{{featureId}}", "featureId")] = [
            feature["id"] for feature in spread(features, 3)
        ]
    for kind in ("services", "service_at_locations", "taxonomies", "taxonomy_terms"):
        contents = begin(f"/oruk/{kind}?per_page=40").get("contents", [])
        samples[(f"/oruk/{kind}/{{id}}", "id")] = [thing["id"] for thing in spread(contents, 3)]
    samples[("/v1/assets/{id}/events", "id")] = known.assets[:2]
    definition = addresses.Definition(document, samples, extent, breadth)

    first = [*addresses.pages(known), *definition.asks(), *addresses.tiles(extent), *addresses.odd()]
    found, kinds, of_path, with_variants = [], {}, {}, set()

    def look(asks):
        """Asks, and remembers where the answers lead."""
        more = []
        # A server keeps the figures of four quarters and geographies at hand: what is about one stands together.
        for ask, answer in pair.ask_all(sorted(asks, key=lambda ask: addresses.figures(ask.target))):
            if (
                ask.method != "GET"
                or ask.raw is not None
                or any(name not in ("accept", "x-fragment") for name, _ in ask.headers)
            ):
                continue
            path, _ = definition.kind(ask.target)
            found.extend(addresses.links(answer, ask.target))
            if answer.status != 200 or ask.headers:
                continue
            if b"<form" in answer.body and of_path.setdefault(("forms", path), 0) < 2:
                of_path[("forms", path)] += 1
                found.extend(addresses.forms(answer.body, ask.target))
            tag = answer.header("etag")
            if tag and of_path.setdefault(("tags", path), 0) < 2:
                of_path[("tags", path)] += 1
                more += addresses.revalidations(ask.target, tag)
            if path not in with_variants:
                with_variants.add(path)
                more += addresses.variants(ask.target)
        if more:
            look(more)

    manifest = pair.ask(Ask("/static/manifest.json"), note="for its files")
    if manifest.status == 200:
        first += addresses.static(manifest.body)
    look(first)
    seen = set()
    while found:
        wave = {}
        for target in dict.fromkeys(found):
            if target not in seen:
                seen.add(target)
                wave.setdefault(definition.kind(target), []).append(target)
        found.clear()
        chosen = []
        for kind, targets in wave.items():
            if kind not in kinds:
                if of_path.setdefault(("kinds", kind[0]), 0) >= breadth.kinds:
                    continue
                of_path[("kinds", kind[0])] += 1
            targets = spread(targets, breadth.of_a_kind - kinds.setdefault(kind, 0))
            kinds[kind] += len(targets)
            chosen += targets
        look([Ask(target) for target in chosen])
        look([Ask(target, headers=(("accept", "text/html"),)) for target in spread(chosen, 20)])


def enter(pair, known, bed):
    """What is entered, and what the answers are like afterwards."""
    near = read(pair, addresses.address("/v1/near", [("at", known.at)]), "for its cell")
    cell, need = near["from"]["cell"], "social-connection"
    number = 0

    def ask(ask):
        nonlocal number
        number += 1
        return pair.ask(ask, note=f"entry {number}")

    for one in entries.sequence(known, cell, need):
        ask(one)
    before, enter_with, inside = entries.in_a_browser(known, cell, need)
    for one in before:
        ask(one)
    for one in enter_with:
        renamed = Ask(**{**one.__dict__, "note": f"entry {number}"})
        answers = pair._ask(renamed)
        pair._take(renamed, *answers)
        for side, answer in zip((pair.before, pair.after), answers, strict=True):
            if secret := re.search(r"hereabouts=([0-9a-f]{64})", answer.header("set-cookie") or ""):
                side.secrets["session"] = secret[1]
        number += 1
    for one in inside:
        answer = ask(one)
        if (tag := answer.header("etag")) and one.method == "GET" and number % 3 == 0:
            ask(Ask(one.target, headers=(*one.headers, ("if-none-match", tag))))

    # What the command line says counts in a server that runs, and so does a store that changed, once it is told.
    served = ["--store", "served.store"]
    asset = known.assets[5]
    pair.run(["verify", asset, "problem", "--problem", "wrong-cost", *served])
    time.sleep(1.5)
    again = [
        Ask(f"/assets/{asset}"),
        Ask(f"/v1/assets/{asset}/events"),
        Ask("/v1/queue?limit=50"),
        Ask("/health/ready"),
        Ask("/ogc/collections/gaps/items?limit=50"),
        Ask("/ogc/collections/assets/items?f=csv&limit=50"),
        Ask("/areas"),
        Ask("/gaps"),
        Ask(f"/find?place={addresses.encoded(known.postcode)}"),
        Ask("/v1/near?q=walking"),
        Ask("/oruk/services"),
        Ask("/"),
    ]
    for one in again:
        ask(one)
    with files_over_http() as address:
        for words in (
            [
                "import",
                "assets",
                f"{address}/assets.csv",
                "--http",
                "--private-network",
                "--source",
                "from-url",
                "--rejects",
                "from_url.csv",
            ],
            ["import", "assets", f"{address}/none.csv", "--http", "--private-network"],
            ["import", "assets", f"{address}/elsewhere", "--http", "--private-network"],
            ["import", "assets", f"{address}/assets.csv", "--http"],
        ):
            pair.run([*words, "--store", "fetched.store"])
    if len(known.areas) < 100:
        # Another directory reads it: each of them what either gives.
        for side in (pair.before, pair.after):
            url = f"http://127.0.0.1:{side.server.port}/oruk"
            pair.run(
                [
                    "import",
                    "assets",
                    url,
                    "--http",
                    "--private-network",
                    "--source",
                    f"feed-{side.name}",
                    "--store",
                    "fetched.store",
                    "--json",
                ],
                note=f"of {side.name}",
            )
        pair.run(["export", "assets", "--store", "fetched.store"])
    kind, source = next(((kind, source) for kind, source in known.sources if kind == "grants"), known.sources[-1])
    pair.run(["remove", kind, source, *served])

    def reload(side):
        side.server.hang_up()
        side.server.wait_for(rb"new data in use")

    pair.both(reload)
    for one in again:
        ask(one)


class files_over_http:
    """A server of this script's, from which both import."""

    FILES = {
        "/assets.csv": b"id,name,lat,lon,kind\n1,Tea and talk,54.72,2.3,group\n2,,54.72,2.3,group\n3,Nowhere,95,2.3,library\n",
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = files_over_http.FILES.get(self.path)
            self.send_response(302 if self.path == "/elsewhere" else 200 if body else 404)
            if self.path == "/elsewhere":
                self.send_header("location", "/assets.csv")
            self.send_header("content-type", "text/csv")
            self.send_header("content-length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def other_servers(pair, known, day):
    """The made-up town served in other ways: behind a proxy, with unprotected counts, too busy, and as a demo."""
    few = [
        Ask(target)
        for target in (
            "/",
            "/find",
            "/areas",
            "/ogc?f=json",
            "/ogc?f=html",
            "/ogc/api",
            "/ogc/collections",
            "/oruk",
            "/oruk/services?per_page=2",
            "/v1/near?q=tea",
            "/login",
            f"/assets/{known.assets[0]}",
            "/list.ics?ids=" + known.assets[0],
            "/health/live",
            "/health/ready",
            "/v1/wants",
            "/nonsense",
        )
    ]
    few += [Ask("/", headers=(("host", host),)) for host in ("example.org", "127.0.0.1", "[::1]", "localhost:1")]
    few += [
        Ask("/v1/needs", headers=(("x-forwarded-for", "192.0.2.1, 192.0.2.7"), ("origin", "https://there.example"))),
        Ask("/v1/needs", method="OPTIONS"),
    ]
    few += [
        entries.say(known.assets[0], {"said": "problem", "problem": "no-answer"}, ("x-forwarded-for", f"192.0.2.{n}"))
        for n in (1, 2)
    ]
    few += [entries.say(known.assets[0], b'{"said": "problem", "problem": "no-answer"' + b" " * 200 + b"}")]
    few += [
        entries.form("/login", {"key": "{{secret-of-team}}"}, origin)
        for origin in (entries.OWN, ("origin", "https://hereabouts.example"), ("origin", "http://localhost:8080"))
    ]
    to = ["--store", "other.store", "--as-of", day]
    (pair.before.folder / "counts.toml").write_text('source = "made-up-referrals"\ngeography = "doggerby"\n')
    shutil.copy(pair.before.folder / "counts.toml", pair.after.folder)
    for name, words in (
        (
            "serve behind a proxy",
            [
                "serve",
                *to,
                "--public-url",
                "https://hereabouts.example/",
                "--log-format",
                "json",
                "--workers",
                "1",
                "--body-bytes",
                "150",
                "--log",
                "debug,sled=error,actix_http=error,mio=error",
            ],
        ),
        ("serve too busy", ["serve", *to, "--requests", "0", "--workers", "1"]),
        (
            "serve with choices",
            [
                "serve",
                *to,
                "--resolution",
                "8",
                "--persona",
                "step-free",
                "--travel",
                "straight-line",
                "--count-remote",
                "--needs",
                "needs_other.csv",
            ],
        ),
        ("serve unprotected counts", ["serve", *to]),
        ("serve unprotected counts to a trusted network", ["serve", *to, "--trusted-network"]),
        ("demo", ["demo"]),
    ):
        if name == "serve unprotected counts":
            pair.run(["import", "demand", "town/demand.csv", "--map", "counts.toml", *to[:2]])
            pair.run(["serve", *to, "--bind", "0.0.0.0:0"])
        pair.serve(words, name.replace(" ", "_"))
        for ask in few:
            pair.ask(ask, note=name)
        pair.stop(name)
    # Each of these ran for less than a minute, so that searches were counted once, at its end.
    pair.run(["wants", "--json", *to[:2]], note="of other servers")
    pair.run(["backup", "other.backup", *to[:2]])


# --- the run ----------------------------------------------------------------------------------------------------------


def compare(name, before, after, rules, work, bed, spoil=None):
    """One place, from nothing to a tally."""
    started, day = time.monotonic(), datetime.datetime.now(datetime.UTC).date()
    tally = Tally()
    pair = Pair(
        Side("before", before, work / name / "before"), Side("after", after, work / name / "after"), rules, tally, spoil
    )
    try:
        visit(name, pair, bed)
    except Exception as error:  # What was found until then is told all the same.
        traceback.print_exception(error)
        tally.differences.append(("the visit broke off", [repr(error)[:200]]))
        tally.verdicts[DIFFERENT] += 1
    finally:
        pair.pool.shutdown(cancel_futures=True)
        pair.kill()
    tally.seconds = time.monotonic() - started
    if datetime.datetime.now(datetime.UTC).date() != day:
        print(f"{name}: the day turned while it was visited, and entries are dated: run it again", file=sys.stderr)
    return tally


def report(tallies, rules, most):
    """Every difference, and the table."""
    for name, tally in tallies.items():
        # What differs in the same way is told once.
        alike = {}
        for label, diff in tally.differences:
            alike.setdefault(tuple(diff), []).append(label)
        for at, (diff, labels) in enumerate(alike.items()):
            print(f"\n{name}: {labels[0][:300]}")
            if at < most:
                print("\n".join(f"    {line}" for line in diff))
            for label in labels[1:4]:
                print(f"  and {label[:160]}")
            if len(labels) > 4:
                print(f"  and {len(labels) - 4} more in the same way")
        if len(alike) > most:
            print(f"\n{name}: the first {most} of {len(alike)} are shown in full; --show N shows more")
    for added in rules.added:
        print(f"\nadded {', '.join(sorted(added.names))}: taken out {added.explained} times. {added.why}")
    for rename in rules.renames:
        print(f"\nrename {rename.kind} {rename.what!r} to {rename.to!r}: used {rename.explained} times. {rename.why}")
    for expected in rules.expected:
        print(f"\nexpected {expected.where.pattern!r}: {expected.seen} answers. {expected.why}")
    columns = (
        "place",
        "requests",
        "command lines",
        "files",
        "logs",
        "equal",
        RENAMED,
        "expected",
        DIFFERENT,
        "asked again",
        "seconds",
    )
    rows = [
        (
            name,
            t.requests,
            t.commands,
            t.files,
            t.logs,
            t.verdicts[SAME],
            t.verdicts[RENAMED],
            t.verdicts[EXPECTED],
            t.verdicts[DIFFERENT],
            t.again,
            round(t.seconds),
        )
        for name, t in tallies.items()
    ]
    print()
    widths = [
        max(len(column), *(len(f"{row[at]:,}" if at else row[at]) for row in rows)) for at, column in enumerate(columns)
    ]
    print(
        "  ".join(
            column.ljust(width) if at == 0 else column.rjust(width)
            for at, (column, width) in enumerate(zip(columns, widths, strict=True))
        )
    )
    for row in rows:
        print(
            "  ".join(
                f"{value:,}".rjust(width) if at else value.ljust(width)
                for at, (value, width) in enumerate(zip(row, widths, strict=True))
            )
        )


def normalised():
    for normal in NORMALISED:
        where = f" of {normal.label}" if normal.label else ""
        print(f"{normal.part}{where}: {normal.pattern.decode()}\n    {normal.why}")
    for what, why in REASONS_IN_CODE:
        print(f"{what}\n    {why}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", nargs="?", type=Path, metavar="BEFORE")
    parser.add_argument("after", nargs="?", type=Path, metavar="AFTER")
    parser.add_argument(
        "--place", action="append", choices=list(DAYS), help="may be given several times [default: all]"
    )
    parser.add_argument("--renames", type=Path, default=Path(__file__).with_name("renames.toml"))
    parser.add_argument(
        "--show",
        type=int,
        default=20,
        metavar="N",
        help="kinds of difference of a place that are shown in full [default: 20]",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave stores, files and logs here")
    parser.add_argument(
        "--self-test", action="store_true", help="BEFORE alone: no difference with itself, and every planted one found"
    )
    parser.add_argument("--normalised", action="store_true", help="list what is replaced before comparing, and why")
    args = parser.parse_args()
    if args.normalised:
        return normalised()
    if args.before is None or (args.after is None and not args.self_test):
        parser.error("give two binaries")
    before, after = args.before.resolve(), (args.after or args.before).resolve()
    # Whoever ends this script ends the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    rules, bed = Rules.read(args.renames), test_bed()
    places = args.place or list(DAYS)
    if bed is None and set(places) != {"demo"}:
        print(
            "SKIPPED: HEREABOUTS_DATA names no folder of real data; only the made-up town is visited", file=sys.stderr
        )
        places = ["demo"]
    with tempfile.TemporaryDirectory(prefix="hereabouts-crawl-") as temporary:
        work = (args.keep or Path(temporary)).resolve()
        if args.self_test:
            import self_test

            return self_test.run(before, work, bed, compare)
        tallies = {}
        for name in places:
            print(f"{name} …", file=sys.stderr, flush=True)
            tallies[name] = compare(name, before, after, rules, work, bed)
        report(tallies, rules, args.show)
        return 1 if any(t.differences for t in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
