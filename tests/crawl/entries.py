"""What is entered over HTTP: a fixed sequence, and what the answers are like in between and afterwards."""

import datetime
import json
from urllib.parse import quote, urlencode

from sides import BASE, Ask

PROBLEMS = (
    "failed-visit",
    "seems-closed",
    "no-answer",
    "dead-link",
    "wrong-place",
    "wrong-times",
    "wrong-contact",
    "wrong-cost",
    "no-step-free-access",
)
PARTS = ("name", "times", "place", "cost", "eligibility", "access", "contact", "languages", "description")
# What a browser says of a form of this server's page.
OWN = ("sec-fetch-site", "same-origin")
FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("content-type", "application/json")


def bearer(name):
    return ("authorization", "Bearer {{secret-of-%s}}" % name)


def say(asset, body, *headers, source="127.0.0.1"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = headers if any(name == "content-type" for name, _ in headers) else (JSON, *headers)
    return Ask(f"/v1/assets/{quote(asset, safe='/')}/events", "POST", headers, body, source)


def want(body, *headers, source="127.0.0.1"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = headers if any(name == "content-type" for name, _ in headers) else (JSON, *headers)
    return Ask("/v1/wants", "POST", headers, body, source)


def form(path, fields, *headers, source="127.0.0.1"):
    return Ask(path, "POST", (FORM, *headers), urlencode(fields, safe="{}").encode(), source)


def keys(asset):
    """Keys that both stores are given before they are served: name, what `key add` is told."""
    return (
        ("team", ["--role", "link-worker", "--label", "north-team"]),
        ("steward", ["--role", "steward", "--days", "3"]),
        ("organiser", ["--role", "organiser", "--label", "club", "--asset", asset]),
        ("gone", ["--role", "link-worker"]),
    )


def month_before(today, count):
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return f"{year:04}-{month + 1:02}"


def after_each(assets):
    """What an entry may change."""
    first = quote(assets[0], safe="/")
    return [Ask(f"/v1/assets/{first}/events"), Ask(f"/assets/{first}"), Ask("/v1/queue?limit=5"), Ask("/health/ready")]


def sequence(known, cell, need):
    """The requests, one after the other."""
    a, b, c, d = known.assets[:4]
    today = datetime.datetime.now(datetime.UTC).date()

    def day(n):
        return str(today + datetime.timedelta(days=n))

    asks = []
    # The public reports problems, and says nothing else.
    for number, problem in enumerate(PROBLEMS):
        asks += [say(a, {"said": "problem", "problem": problem}, source="127.0.0.2")]
        asks += after_each([a]) if number in (0, 4, 8) else []
    asks += [
        say(b, {"said": "problem", "problem": "no-answer", "on": on}, source="127.0.0.3")
        for on in (day(-40), day(0), day(1), "yesterday", 5)
    ]
    odd = [
        {},
        [],
        {"said": "x"},
        {"said": "problem"},
        {"said": "problem", "problem": "x"},
        {"said": "problem", "problem": "no-answer", "note": "somebody"},
        {"said": "runs"},
        {"said": "problem", "problem": "no-answer", "event": 1},
    ]
    asks += [say(b, body, source=f"127.0.1.{number + 1}") for number, body in enumerate(odd)]
    asks += [
        say(b, body, source="127.0.2.1")
        for body in (b"", b"{", b"said=runs", b"\xff", b'{"said":"runs","said":"closed"}')
    ]
    asks += [
        say(b, b"said=problem", (FORM[0], kind), source="127.0.2.2")
        for kind in ("text/plain", FORM[1], "application/json; charset=utf-8", "x")
    ]
    asks += [say("none/none", {"said": "problem", "problem": "no-answer"}, source="127.0.2.3")]
    asks += [
        Ask(
            "raw",
            raw=b"POST /say HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\nConnection: close\r\n\r\n",
        )
    ]
    asks += [
        say(b, {"said": "problem", "problem": "no-answer"}, ("origin", origin), source="127.0.2.5")
        for origin in ("https://there.example", "null", BASE)
    ]
    asks += [
        say(b, {"said": "problem", "problem": "no-answer"}, ("sec-fetch-site", site), source="127.0.2.6")
        for site in ("cross-site", "same-site", "none")
    ]
    # Too often.
    asks += [say(c, {"said": "problem", "problem": "dead-link"}, source="127.0.0.9") for _ in range(12)]
    asks += [
        say(c, {"said": "runs"}, ("authorization", f"Bearer wrong-{number}"), source="127.0.0.10")
        for number in range(12)
    ]
    asks += [
        say(c, {"said": "runs"}, ("authorization", other), source="127.0.0.11")
        for other in ("Basic eDp5", "Bearer", "bearer {{secret-of-gone}}")
    ]

    # Whoever has a key says the rest.
    team = bearer("team")
    asks += [say(a, {"said": "runs"}, team), *after_each([a])]
    asks += [say(a, {"said": "changed", "what": list(PARTS)}, team), *after_each([a])]
    asks += [
        say(b, {"said": "changed", "what": what}, team) for what in (["times"], [], ["x"], "times", ["times", "times"])
    ]
    asks += [say(b, {"said": "full", "until": until}, team) for until in (day(30), day(-1), day(800), "x")] + [
        say(b, {"said": "full"}, team)
    ]
    asks += [
        Ask(f"/assets/{b}"),
        say(c, {"said": "closed"}, team),
        *after_each([c]),
        say(d, {"said": "moved"}, team),
        *after_each([d]),
    ]
    asks += [say(c, {"said": "runs", "on": on}, team) for on in (day(-1), day(2))]
    asks += [say(a, {"said": "undo", "event": event}, team) for event in (1, 1, 2, 99_999, 0, "2")] + [
        say(a, {"said": "undo"}, team),
        *after_each([a]),
    ]
    organiser = bearer("organiser")
    asks += [
        say(d, {"said": "runs"}, organiser),
        say(b, {"said": "runs"}, organiser),
        say(d, {"said": "problem", "problem": "wrong-times"}, organiser),
    ]
    asks += [
        say(b, {"said": "runs"}, bearer("steward")),
        say(b, {"said": "runs"}, bearer("gone")),
        say(b, {"said": "runs"}, ("authorization", "Bearer {{secret-of-team}}x")),
    ]
    asks += [Ask(target, headers=(team,)) for target in ("/v1/wants", "/login", f"/assets/{a}", "/v1/queue")]

    # Needs that nothing met.
    months = [month_before(today, n) for n in (1, 11, 12, -1)]
    least = {"need": need, "cell": cell, "why": ["wrong-time"]}
    asks += [want(least, key) for key in (team, bearer("steward"), organiser)] + [want(least, source="127.0.2.7")]
    asks += [
        want(
            {
                **least,
                "days": ["thursday", "monday"],
                "constraints": ["step-free"],
                "why": ["wrong-time", "full", "too-far"],
            },
            team,
        )
    ]
    asks += [want({**least, "month": month}, team) for month in (*months, "x")]
    asks += [
        want({**least, name: value}, team)
        for name, value in (
            ("cell", "x"),
            ("cell", "8a195da4d2fffff"),
            ("cell", "89283082803ffff"),
            ("need", "x"),
            ("why", []),
            ("why", ["x"]),
            ("why", "full"),
            ("days", ["x"]),
            ("constraints", ["x"]),
            ("name", "somebody"),
        )
    ]
    asks += [want({name: value for name, value in least.items() if name != left_out}, team) for left_out in least]
    asks += [Ask("/v1/wants"), want(b"[]", team), want(b"x", team, FORM)]
    return asks


def in_a_browser(known, cell, need):
    """Signing in, forms of pages, signing out; requests after `POST /login` have the session of the answer."""
    a, b = known.assets[4:6]
    session = ("cookie", "hereabouts={{session}}")
    page = f"/assets/{quote(a, safe='/')}"
    pages = [
        "/",
        "/find",
        f"/find?place={quote(known.postcode)}&need={need}",
        f"/find?place={quote(known.postcode)}&need={need}&minutes=1&q=zzzz",
        page,
        "/areas",
        "/gaps",
        "/login",
        "/method",
        f"/list?ids={a},{b}",
        "/v1/queue?limit=3",
        "/ogc?f=html",
        "/site.css",
    ]
    before = [
        form("/login", {"key": "wrong", "to": page}, OWN, source="127.0.3.1"),
        form("/login", {"key": ""}, OWN, source="127.0.3.1"),
        form("/login", {}, OWN, source="127.0.3.1"),
        form("/login", {"key": "x", "y": "z"}, OWN, source="127.0.3.1"),
        form("/login", {"key": "{{secret-of-team}}"}, source="127.0.3.1"),
        form("/login", {"key": "{{secret-of-team}}"}, ("sec-fetch-site", "cross-site"), source="127.0.3.1"),
        form("/login", {"key": "{{secret-of-gone}}"}, OWN, source="127.0.3.1"),
    ]
    enter = [form("/login", {"key": "{{secret-of-team}}", "to": to}, OWN) for to in ("//there.example", page)]
    inside = [Ask(target, headers=(session,)) for target in pages]
    inside += [Ask(target, headers=(session, ("x-fragment", "1"))) for target in pages[:4]]
    inside += [
        Ask("/", method="HEAD", headers=(session,)),
        Ask("/login", headers=(("cookie", "a=b; hereabouts={{session}}; c=d"),)),
    ]

    def said(fields, *headers, path="/say", cookie=True):
        return form(path, fields, *([session] if cookie else []), *(headers or [OWN]))

    inside += [
        said({"asset": a, "to": page + "?said=1", "said": "runs"}),
        Ask(page + "?said=1", headers=(session,)),
        said([("asset", a), ("to", page), ("said", "changed"), ("what", "times"), ("what", "cost")]),
        said({"asset": a, "said": "full", "until": "2020-01-01"}),
        said({"asset": a, "said": "undo", "event": "1"}),
        said({"asset": a, "said": "undo", "event": "x"}),
        said({"asset": a, "said": "x"}),
        said({"asset": "none/none", "said": "runs"}),
        said({"said": "runs"}),
        said([("asset", a), ("asset", b), ("said", "runs")]),
        said({"asset": a, "said": "runs", "note": "x"}),
        said({"asset": b, "to": "//there.example", "said": "problem", "problem": "no-answer"}),
        said({"asset": b, "said": "runs"}, ("sec-fetch-site", "cross-site")),
        said({"asset": b, "said": "runs"}, ("origin", BASE)),
        said({"asset": b, "said": "runs"}, ("origin", "https://there.example")),
        said({"asset": b, "said": "problem", "problem": "wrong-cost"}, cookie=False),
        said({"asset": b, "said": "runs"}, cookie=False),
        said({"asset": b, "said": "closed"}),
        said(
            [
                ("need", need),
                ("cell", cell),
                ("why", "wrong-time"),
                ("why", "full"),
                ("days", "monday"),
                ("to", "/find"),
            ],
            path="/want",
        ),
        said({"need": need, "cell": cell}, path="/want"),
        said({"need": need, "cell": cell, "why": "full"}, path="/want", cookie=False),
        said({"need": need, "cell": cell, "why": "full"}, ("sec-fetch-site", "cross-site"), path="/want"),
    ]
    inside += [
        Ask(target, headers=(session,)) for target in (page, f"/assets/{quote(b, safe='/')}", "/v1/queue?limit=3")
    ]
    inside += [
        Ask(target)
        for target in (
            page,
            f"/assets/{quote(b, safe='/')}",
            f"/v1/assets/{quote(a, safe='/')}/events",
            "/v1/queue?limit=3",
            f"/find?place={quote(known.postcode)}",
            "/ogc/collections/assets/items?limit=20",
        )
    ]
    inside += [
        form("/logout", {}, session),
        form("/logout", {}, session, OWN),
        Ask("/login", headers=(session,)),
        said({"asset": a, "said": "runs"}),
    ]
    return before, enter, inside
