"""Whether the crawler finds what it should: one program against itself, with one thing changed in some of its answers."""

import re

from same import DIFFERENT, EXPECTED, RENAMED, SAME, Part, Rules, judge


def byte(data, at=None):
    """One byte of it another."""
    at = len(data) // 2 if at is None else at
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def body(answer):
    return answer._replace(body=byte(answer.body))


def header(name, value):
    """A header with another value; with none, without it; one more where there was none."""

    def change(answer):
        kept = [(n, v) for n, v in answer.headers if n != name]
        return answer._replace(headers=kept + ([(name, value)] if value is not None else []))

    return change


def text(old, new):
    def change(answer):
        assert old in answer.body, old
        return answer._replace(body=answer.body.replace(old, new, 1))

    return change


def line(name):
    """The last letter of the first line of a stream."""

    def change(ran):
        data = getattr(ran, name)
        return ran._replace(**{name: byte(data, data.index(b"\n") - 1)})

    return change


def part(name, do):
    return lambda parts: [p._replace(data=do(p.data)) if p.name == name else p for p in parts]


# What is changed in the answer of the second, by what is asked, or the first that a pattern finds: each must be found.
PLANTED = {
    "GET /v1/needs": body,
    "GET /areas": body,
    "GET /ogc/conformance (accept-encoding: br)": body,
    "GET /v1/kinds (accept-encoding: gzip)": header("content-encoding", None),
    "GET /v1/kinds": header("cache-control", "no-store"),
    "GET /site.css": header("etag", None),
    "GET /method": header("x-one-more", "1"),
    "GET /list": header("date", "today"),
    "GET /nonsense": lambda answer: answer._replace(status=410),
    "HEAD /v1/needs": header("content-length", "1"),
    "OPTIONS /v1/needs": header("allow", "GET, HEAD"),
    "GET /ogc/collections/gaps/items?limit=3": text(b'"timeStamp":"', b'"timeStamp":" '),
    "GET /ogc/collections/assets/items?f=csv": body,
    "GET /find?place=nowhere%20at%20all": body,
    "^POST /v1/wants ": body,
    "^POST /v1/assets/.*said.*runs": header("content-type", "text/json"),
    r"^GET /assets/.*\(cookie: ": body,
    "GET /metrics ([at the end])": text(b"hereabouts_assets ", b"hereabouts_asset5 "),
    "hereabouts --help": line("out"),
    "hereabouts near --mode x --as-of 2026-10-01 --store place.store": line("err"),
    "hereabouts gaps --need nonsense --as-of 2026-10-01 --store place.store": lambda ran: ran._replace(status=1),
    "hereabouts gaps --json --as-of 2026-10-01 --store place.store": line("out"),
    "hereabouts key list --store served.store": lambda ran: ran._replace(
        out=ran.out.replace(b"link-worker", b"link-w0rker", 1)
    ),
    "file gaps.csv": part("file", byte),
    "file whole.backup": part("status", lambda _: b"mode 644"),
    "file town/assets.csv": part("file", byte),
    "log of serve": part("log", lambda data: data.replace(b"route=/v1/needs", b"route=/v1/need5", 1)),
    "end of serve": part("status", lambda _: b"1"),
}


def renames_explain():
    """That renames explain what they say and nothing else, without any program."""
    rules = Rules.of(
        {
            "rename": [
                {"key": "where", "to": "location_precision", "in": "json", "where": "^GET /v1/", "why": "x"},
                {"key": "where", "to": "location_precision", "in": "csv", "why": "x"},
                {"word": "wants", "to": "unmet-needs", "in": "text", "why": "x"},
                {"header": "x-old", "to": "x-new", "why": "x"},
                {"header": "etag", "pattern": r'-[0-9a-f]{4}"', "to": '-<hash>"', "both": True, "why": "x"},
                {"command": "wants", "to": "unmet-needs", "why": "x"},
                {"parameter": "where", "to": "location_precision", "why": "x"},
                {"path": "^/v1/wants", "to": "/v1/unmet-needs", "why": "x"},
                {"file": "wants.csv", "to": "unmet.csv", "why": "x"},
            ],
            "expected": [{"where": "^GET /new", "why": "x"}],
        }
    )

    def kind(label, media, before, after, name="body"):
        return judge(rules, label, [Part(name, media, before)], [Part(name, media, after)]).kind

    got = [
        (kind("GET /v1/a", "json", b'{"where":1,"b":2}', b'{"location_precision":1,"b":2}'), RENAMED),
        (kind("GET /v1/a", "json", b'{"a":1,"where":1.50}', b'{"location_precision":1.50,"a":1}'), RENAMED),
        (kind("GET /v1/a", "json", b'{"a":1,"where":1.50}', b'{"location_precision":1.5,"a":1}'), DIFFERENT),
        (kind("GET /v1/a", "json", b'{"a":"where"}', b'{"a":"location_precision"}'), DIFFERENT),
        (kind("GET /v2/a", "json", b'{"where":1}', b'{"location_precision":1}'), DIFFERENT),
        (kind("GET /v1/a", "json", b'{"where":1}', b'{"where":1}'), SAME),
        (kind("GET /v1/a", "json", b'{"a":1,"b":2}', b'{"b":2,"a":1}'), DIFFERENT),
        (kind("x", "csv", b"id,where\n1,where\n", b"id,location_precision\n1,where\n"), RENAMED),
        (kind("x", "text", b"hereabouts wants\n", b"hereabouts unmet-needs\n"), RENAMED),
        (kind("x", "text", b"nobody wants-x\n", b"nobody unmet-needs-x\n"), DIFFERENT),
        (kind("x", "headers", b"x-old: 1", b"x-new: 1", "headers"), RENAMED),
        (kind("x", "headers", b'etag: W/"1-abcd"', b'etag: W/"1-0123"', "headers"), RENAMED),
        (kind("x", "headers", b'etag: W/"1-abcd"', b'etag: W/"2-0123"', "headers"), DIFFERENT),
        (kind("GET /new", "text", b"a", b"b"), EXPECTED),
        (rules.words(["wants", "--json"]), ["unmet-needs", "--json"]),
        (
            rules.target("GET x", "/v1/wants?a=1&where=x&nowhere=1"),
            "/v1/unmet-needs?a=1&location_precision=x&nowhere=1",
        ),
        (rules.body("POST x", b'{"where":1}'), b'{"location_precision":1}'),
        (rules.body("POST x", b"a=1&where=2"), b"a=1&location_precision=2"),
        (rules.file("wants.csv"), "unmet.csv"),
    ]
    return [f"renames: check {at}: {is_} is not {should}" for at, (is_, should) in enumerate(got) if is_ != should]


def run(before, work, bed, compare):
    """One visit to the made-up town with everything planted."""
    wrong = renames_explain()
    hit = set()
    patterns = {re.compile(key): change for key, change in PLANTED.items() if key.startswith("^")}
    planted = {key: change for key, change in PLANTED.items() if not key.startswith("^")}

    def spoil(label, answer):
        for pattern in [pattern for pattern in patterns if pattern.search(label)]:
            planted.setdefault(label, patterns.pop(pattern))
        if label not in planted:
            return answer
        hit.add(label)
        return planted[label](answer)

    tally = compare("demo", before, before, Rules(), work, bed, spoil)
    found = dict(tally.differences)
    for label, diff in tally.differences:
        print(f"\n{'planted' if label in planted else 'NOT PLANTED'}: {label}")
        print("\n".join(f"    {line}" for line in diff[:8]))
    wrong += [f"never asked: {label}" for label in [*planted, *(p.pattern for p in patterns)] if label not in hit]
    wrong += [f"not found: {label}" for label in hit if label not in found]
    wrong += [f"found without being planted: {label}" for label in found if label not in planted]
    asked = tally.requests + tally.commands + tally.files + tally.logs
    print(
        f"\n{len(PLANTED)} changes planted in {asked:,} answers; {len(found)} differences found; {tally.seconds:.0f} s"
    )
    print("\n".join(wrong) or "every one was found, and nothing else")
    return 1 if wrong else 0
