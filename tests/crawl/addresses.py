"""What is asked over HTTP: what the API's own definition offers, what pages link to, and what no client should send."""

import html
import itertools
import json
import math
import random
import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from sides import BASE, HOST, Ask


class Breadth(NamedTuple):
    """How much is asked at a place."""

    # Of each kind of address, path and names of parameters, so many; and so many kinds of each path.
    of_a_kind: int
    kinds: int
    # Values of a parameter, and pairs of parameters, of a route.
    values: int
    pairs: int


ACCEPTED = (
    "text/html",
    "application/json",
    "application/geo+json",
    "text/csv",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/geo+json;q=0.1, text/html;q=0.2",
    "image/png",
)

# Texts that no example is given for, by the name of the parameter.
WORDS = {
    "q": ["walking", "wlaking", "choir singing", "library", "nonsense-nowhere"],
    "language": ["polish", "polski", "pl", "Urdu", "klingon"],
    "minutes": ["5,10,15", "10", "15,5", "3,6,9,12,15,18", "61", "0", "1,2,3,4,5,6,7", "x"],
    "datetime": ["2025-01-01", "2025-01-01/2025-06-30", "../2025-12-31", "2026-01-01T00:00:00Z/..", "2030-01-01/.."],
}


def encoded(value):
    return quote(str(value), safe=",:-._~")


def address(path, query):
    """An address with parameters, in order."""
    return path + ("?" + "&".join(f"{name}={encoded(value)}" for name, value in query) if query else "")


def figures(target):
    """Which figures an address is about: those parameters that choose a quarter and a geography."""
    return sorted(re.findall(r"[?&]((?:geography|period|datetime)=[^&]*)", target))


def spread(things, count):
    """So many of them, evenly spread and always the same."""
    things = list(things)
    return things if len(things) <= count else [things[at * len(things) // count] for at in range(count)]


# --- from the definition of the API -----------------------------------------------------------------------------------


class Definition:
    """The OpenAPI document, and values that its parameters may have at this place."""

    def __init__(self, document, samples, extent, breadth):
        self.document, self.samples, self.extent, self.breadth = document, samples, extent, breadth
        self.templates = []
        for path, item in document["paths"].items():
            full = path if "servers" in item else "/ogc" + path.rstrip("/")
            self.templates.append((full, item))
        # Long ones first, so that /items/{id} is not taken for /{id}.
        self.patterns = sorted(
            (
                (re.compile("^" + re.sub(r"\\\{\w+\\\}", ".+", re.escape(path)) + "$"), path)
                for path, _ in self.templates
            ),
            key=lambda p: -len(p[1]),
        )

    def values(self, path, parameter):
        """Values that it should understand, the plainest first."""
        schema, name = parameter["schema"], parameter["name"]
        if "enum" in schema:
            return schema["enum"]
        found = [parameter["example"]] if "example" in parameter else []
        collection = re.match(r"/ogc/collections/(\w+)/items", path)
        found += self.samples.get((collection[1] if collection else "", name), [])[:2]
        west, south, east, north = self.extent
        if schema.get("type") == "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 1000)
            found += [least + 2, least, 7, most, most + 1]
        elif schema.get("type") == "number":
            found += [1.5, 0, -3, "1e2"]
        elif schema.get("type") == "boolean":
            found += ["true", "false", "1", "0"]
        elif schema.get("format") == "date":
            found += ["2026-01-31", "2031-12-31"]
        elif schema.get("type") == "array":
            across, up = (east - west) / 4, (north - south) / 4
            middle = [west + across, south + up, east - across, north - up]
            found += [
                ",".join(f"{n:.4f}" for n in box)
                for box in (middle, [*middle[:2], 0, *middle[2:], 100], [-180, -90, 180, 90], [170, -10, -170, 10])
            ]
        elif name in ("after", "before"):
            found += ["09:00", "18:30"]
        else:
            found += WORDS.get(name, ["nothing-is-called-this"])
        return list(dict.fromkeys(found))

    def wrong(self, parameter):
        """Values that it should refuse, or find nothing by."""
        schema = parameter["schema"]
        if "enum" in schema:
            return ["nonsense", ""]
        by_type = {
            "integer": ["-1", "x", "1.5"],
            "number": ["x", "nan"],
            "boolean": ["maybe"],
            "array": ["1,2,3", "1,5,3,4", "a,b,c,d"],
        }
        if schema.get("type") in by_type:
            return by_type[schema["type"]]
        if schema.get("format") == "date" or "pattern" in schema:
            return ["2025-13-01", "25:00", "yesterday"]
        return ["", "é & ? # / %", "x" * 300]

    def asks(self):
        """Requests that cover every route for programs."""
        asks = []
        for template, item in self.templates:
            parameters = item["get"]["parameters"]
            paths = self._paths(template, parameters)
            offered = [p for p in parameters if p["in"] == "query"]
            asks += self._of_route(template, paths, offered)
        return asks

    def _paths(self, template, parameters):
        """Addresses of a template: those of its examples, and of things that are not there."""
        places = [p for p in parameters if p["in"] == "path"]
        if not places:
            return [template]
        if len(places) > 1:
            path = template
            for place in places:
                path = path.replace("{%s}" % place["name"], str(place["example"]))
            return [
                path,
                *(
                    re.sub(r"/\d+/\d+/\d+", wrong, path)
                    for wrong in ("/16/0/0", "/0/0/0", "/x/0/0", "/12/-1/0", "/11/2048/5")
                ),
            ]
        name = places[0]["name"]
        known = [places[0].get("example", "none"), *self.samples.get((template, name), [])]
        wrong = ["nothing", "%E2%82%AC", "a%2Fb", "a%00b", "%FF"]
        return [template.replace("{%s}" % name, quote(str(k), safe="/:,")) for k in dict.fromkeys(known)] + [
            template.replace("{%s}" % name, w) for w in wrong
        ]

    def _of_route(self, template, paths, offered):
        path, asks = paths[0], []
        needed = [(p["name"], self.values(path, p)[0]) for p in offered if p["required"]]

        def ask(query, **more):
            given = dict(query)
            asks.append(Ask(address(path, [pair for pair in needed if pair[0] not in given] + query), **more))

        asks += [Ask(address(other, needed)) for other in paths]
        if needed:
            asks.append(Ask(path))
        asks += variants(address(path, needed))
        asks.append(Ask(path + "/"))
        ask([("nonsense", "1")])
        for parameter in offered:
            name, values = parameter["name"], self.values(path, parameter)
            for value in [*spread(values, self.breadth.values), *self.wrong(parameter)]:
                ask([(name, value)])
            ask([(name, values[0]), (name, values[-1])])
            ask([(name.upper(), values[0])])
        first = [(p["name"], self.values(path, p)[0]) for p in offered if not p["required"]]
        last = [(p["name"], self.values(path, p)[-1]) for p in offered if not p["required"]]
        deep = template in ("/v1/near", "/v1/reach", "/oruk/services")
        for pair in spread(itertools.combinations(first, 2), 5 * self.breadth.pairs if deep else self.breadth.pairs):
            ask(list(pair))
        # Larger ones, drawn from a fixed seed.
        draw = random.Random(template)
        for _ in range(2 * self.breadth.pairs if deep else 6):
            if len(first) > 3:
                chosen = sorted(draw.sample(range(len(first)), draw.randint(3, min(5, len(first)))))
                ask([draw.choice((first, last))[at] for at in chosen])
        return asks

    def kind(self, target):
        """Path and names of parameters: addresses of one kind are answered by the same code."""
        parts = urlsplit(target)
        path = next((template for pattern, template in self.patterns if pattern.match(parts.path)), None)
        if path is None:
            folders = parts.path.split("/")
            end = re.search(r"\.\w+$", folders[-1])
            path = parts.path if len(folders) < 3 else f"/{folders[1]}/*{end[0] if end else ''}"
        return path, ",".join(sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair))


def variants(target):
    """One address in every form, with every method, packed and unpacked, and asked about again."""
    asks = [Ask(target, headers=(("accept", accept),)) for accept in ACCEPTED]
    asks += [
        Ask(target, headers=(("accept-encoding", encoding),))
        for encoding in ("gzip", "br", "zstd", "deflate", "gzip;q=0.1, br;q=0")
    ]
    asks += [Ask(target, headers=(("accept-encoding", "br"), ("accept", "text/html")))]
    asks += [Ask(target, method=method) for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH")]
    asks.append(
        Ask(
            target,
            method="OPTIONS",
            headers=(("origin", "https://there.example"), ("access-control-request-method", "GET")),
        )
    )
    asks.append(Ask(target, headers=(("x-fragment", "1"),)))
    asks.append(Ask(target, headers=(("x-fragment", "1"), ("accept", "text/html"))))
    asks.append(Ask(target, headers=(("if-none-match", "*"),)))
    asks.append(Ask(target, headers=(("if-none-match", 'W/"of-another-day", "x"'),)))
    return asks


def revalidations(target, tag):
    """An address asked about by whoever has its answer already."""
    return [
        Ask(target, headers=(("if-none-match", tag),)),
        Ask(target, headers=(("if-none-match", f'"x", {tag.removeprefix("W/")}'),)),
        Ask(target, method="HEAD", headers=(("if-none-match", tag),)),
    ]


# --- from pages -------------------------------------------------------------------------------------------------------

_IN_PAGE = re.compile(rb"""\s(?:href|src|action)=(?:"([^"]*)"|'([^']*)')""")
_IN_JSON = re.compile(rb'"(%s/[^"\\]*)"' % re.escape(BASE.encode()))
_IN_STYLE = re.compile(rb"url\(([^)]*)\)")


def links(answer, at):
    """Addresses of this server that an answer names, in order."""
    kind = (answer.header("content-type") or "").split(";")[0]
    if kind == "text/html":
        found = [html.unescape((a or b).decode("utf-8", "replace")) for a, b in _IN_PAGE.findall(answer.body)]
    elif kind.endswith("json"):
        found = [text.decode("utf-8", "replace") for text in _IN_JSON.findall(answer.body[:300_000])]
    elif kind == "text/css":
        found = [text.decode("utf-8", "replace").strip("'\"") for text in _IN_STYLE.findall(answer.body)]
    else:
        found = []
    if location := answer.header("location"):
        found.append(location)
    return list(dict.fromkeys(target for link in found if (target := own(link, at))))


def own(link, at):
    """The path and query of a link, if it leads to this server."""
    link = link.split("#")[0].removeprefix(BASE)
    if link.startswith("?"):
        link = urlsplit(at).path + link
    if not link.startswith("/") or link.startswith("//"):
        return None
    return quote(link, safe="/?&=%:,;@!$'()*+~.-_[]")


class _Forms(HTMLParser):
    """Forms of a page: where they lead, and what each field may be."""

    def __init__(self):
        super().__init__()
        self.forms, self._form, self._select = [], None, None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self._form = {"action": given.get("action", ""), "method": given.get("method", "get").lower(), "fields": {}}
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and given.get("name"):
            field = self._form["fields"].setdefault(
                given["name"], {"type": given.get("type", "text"), "values": [], "usual": ""}
            )
            if given.get("type") in ("checkbox", "radio"):
                field["values"].append(given.get("value", "on"))
                if "checked" in given:
                    field["usual"] = given.get("value", "on")
            else:
                field["usual"] = given.get("value") or ""
        elif tag == "select" and given.get("name"):
            self._select = self._form["fields"].setdefault(given["name"], {"type": "select", "values": [], "usual": ""})
        elif tag == "option" and self._select is not None:
            self._select["values"].append(given.get("value", ""))
            if "selected" in given:
                self._select["usual"] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


def forms(body, at):
    """Addresses that the forms of a page lead to: as they stand, each field changed alone, and some pairs."""
    parser = _Forms()
    parser.feed(body.decode("utf-8", "replace"))
    asks = []
    for form in parser.forms:
        if form["method"] != "get":
            continue
        path, fields = form["action"] or urlsplit(at).path, form["fields"]
        usual = {
            name: field["usual"]
            for name, field in fields.items()
            if field["usual"] or field["type"] not in ("checkbox", "radio")
        }
        asks.append(address(path, list(usual.items())))
        choices = []
        for name, field in fields.items():
            by_type = {
                "number": ["0", "5", "70"],
                "time": ["09:00", "18:30"],
                "date": ["2026-06-01"],
                "text": WORDS.get(name, ["walking"]),
                "search": WORDS["q"],
            }
            values = field["values"] or by_type.get(field["type"], [])
            choices += [(name, value) for value in values if value != usual.get(name)]
        asks += [address(path, list({**usual, name: value}.items())) for name, value in choices]
        pairs = (pair for pair in itertools.combinations(choices, 2) if pair[0][0] != pair[1][0])
        asks += [address(path, list({**usual, **dict(pair)}.items())) for pair in spread(pairs, 25)]
    return list(dict.fromkeys(asks))


def pages(known):
    """Pages that no link leads to: with what people type, and with mistakes."""
    asset, other = known.assets[0], known.assets[-1]
    places = [
        known.postcode,
        known.postcode.split()[0],
        known.postcode.replace(" ", "").lower(),
        known.area_name,
        known.area_code,
        known.at,
        known.area_name[:4],
        "ZZ9 9ZZ",
        "nowhere at all",
        "91,0",
        "",
    ]
    targets = [f"/find?place={encoded(place)}" for place in places]
    targets += [
        f"/find?place={encoded(known.postcode)}&{more}"
        for more in (
            "need=social-connection",
            "need=food&minutes=60",
            "q=walking",
            "mode=walk%2Btransit",
            "mode=walk+transit&leaving=evening&minutes=45",
            "free=true&step_free=true",
            "day=thursday&before=17:00",
            "open=week",
            "open=now",
            "cost=5",
            "age=70",
            "language=polish",
            "persona=slow",
            "persona=step-free",
            "offset=20",
            "limit=5",
            "verified_within=6",
            "nonsense=1",
            "minutes=x",
            "need=x",
            "online=true",
            "need=social-connection&day=monday&free=true&after=18:00",
        )
    ]
    targets += [
        f"/v1/near?{name}={encoded(value)}{more}"
        for name, value in (
            ("postcode", known.postcode),
            ("at", known.at),
            ("area", known.area_code),
            ("place", known.area_name),
        )
        for more in ("", "&limit=200", "&mode=walk%2Btransit", "&need=social-connection&minutes=30")
    ]
    targets += [
        f"/v1/reach?from={encoded(place)}{more}"
        for place in places[:6]
        for more in ("", "&shape=cells", "&mode=walk%2Btransit&leaving=saturday", "&persona=slow&minutes=20,40")
    ]
    targets += [f"/v1/suggest?q={encoded(q)}" for q in ("w", "wal", "walking gro", "é", "", "zzzz")]
    targets += [
        f"/v1/compare?a={encoded(known.area_code)}&b={encoded(known.areas[-1][0])}",
        "/v1/compare?a=none&b=none",
        "/v1/compare?a=none",
    ]
    for path in ("/assets/{}", "/assets/{}.ics", "/list?ids={}", "/list.ics?ids={}", "/v1/assets/{}/events"):
        targets += [path.format(quote(id, safe="/")) for id in (*known.assets[:3], "none/none", "")]
    targets += [
        f"/assets/{asset}?{more}"
        for more in (
            f"place={encoded(known.postcode)}",
            f"from={encoded(known.postcode)}",
            "mode=walk%2Btransit",
            "said=1",
            "nonsense=1",
        )
    ]
    ids = ",".join(known.assets[:5])
    targets += [
        f"/list?ids={ids}",
        f"/list?ids={ids}&place={encoded(known.postcode)}",
        f"/list?ids={ids}&place=nowhere",
        f"/list?ids={asset},none/none,{other}",
        "/list",
        "/list?ids=" + ",".join(f"a/{n}" for n in range(51)),
        f"/list.ics?ids={ids}",
    ]
    targets += [
        f"/areas?{more}"
        for more in (
            "need=food",
            "sort=name",
            "sort=-people",
            "sort=x",
            "level=cell",
            "view=map",
            "page=2",
            "page=0",
            "bb=0,0,1,1",
            "bb=x",
            "sel=none",
            f"sel={encoded(known.area_code)}",
            "measure=count",
            "reading=listed",
            "period=1999-Q1",
            "geography=x",
            "need=food&need=food",
            "nonsense=1",
        )
    ]
    targets += [
        f"/gaps?{more}"
        for more in ("page=2", "page=1000000", "reading=listed", "need=x", "level=cell", "bb=-3,51,3,56")
    ]
    targets += [
        f"/areas/{encoded(code)}{more}"
        for code, _ in spread(known.areas, 4)
        for more in ("", "?need=food", "?reading=listed", "?period=x")
    ]
    targets += [
        "/areas/none",
        "/map/none.json",
        "/login",
        "/login?to=/find",
        "/login?to=//there.example",
        "/login?x=1",
        "/logout",
        "/say",
        "/want",
        "/static/",
        "/static/none.js",
        "/static/manifest.json",
        "/robots.txt",
        "/favicon.ico",
        "/ogc/",
        "/oruk/",
        "/nonsense",
        "//",
        "/%2e%2e/",
        "/areas/%2e%2e",
        "/assets/%FF",
        "/health/live",
        "/health/ready",
        "/metrics",
    ]
    return [Ask(target) for target in dict.fromkeys(targets)]


def tiles(extent):
    """All tiles of the coarse zooms over a place, and some of the finer ones."""
    west, south, east, north = extent
    asks = []
    for zoom, most in ((10, 20), (11, 60), (12, 60), (13, 100), (14, 25), (15, 25)):

        def column(lon):
            return int((lon / 360 + 0.5) * 2**zoom)

        def row(lat):
            return int((0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**zoom)

        all_of = [(x, y) for y in range(row(north), row(south) + 1) for x in range(column(west), column(east) + 1)]
        asks += [Ask(f"/tiles/streets/{zoom}/{x}/{y}.mvt") for x, y in spread(all_of, most)]
    return asks


def static(manifest):
    """Files of the front end that its manifest names."""
    names = set()
    for entry in json.loads(manifest).values():
        names |= {entry.get("file"), *entry.get("css", []), *entry.get("assets", [])}
    names = sorted(name for name in names if name)
    return [
        Ask(f"/static/{name}", headers=headers)
        for name in names
        for headers in ((), (("accept-encoding", "br"),), (("accept-encoding", "gzip"),))
    ]


# --- what no client should send ---------------------------------------------------------------------------------------


def odd():
    """Requests that are refused before any route sees them, or that say who asks."""
    get = b"GET /v1/needs HTTP/1.1\r\n"
    host = b"Host: %s\r\n" % HOST.encode()
    close = b"Connection: close\r\n\r\n"
    raw = {
        "HTTP 1.0": b"GET /v1/needs HTTP/1.0\r\n\r\n",
        "without a host": get + close,
        "no request": b"nonsense\r\n\r\n",
        "two lengths": b"POST /v1/wants HTTP/1.1\r\n"
        + host
        + b"Content-Length: 2\r\nContent-Length: 3\r\n"
        + close
        + b"{}",
        "a length that is none": b"POST /v1/wants HTTP/1.1\r\n" + host + b"Content-Length: x\r\n" + close,
        "a body in pieces": b"POST /v1/wants HTTP/1.1\r\n"
        + host
        + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        + close
        + b"2\r\n{}\r\n0\r\n\r\n",
        "a piece without length": b"POST /v1/wants HTTP/1.1\r\n"
        + host
        + b"Transfer-Encoding: chunked\r\n"
        + close
        + b"zz\r\n",
        "a header with a bare return": get + host + b"X-Odd: a\rb\r\n" + close,
        "a header that is no text": get + host + b"Accept: \xff\xfe\r\n" + close,
        "an address that is no text": b"GET /find?q=\xff HTTP/1.1\r\n" + host + close,
        "a whole address": b"GET http://localhost:8080/v1/needs HTTP/1.1\r\n" + host + close,
        "an unknown method": b"BREW /v1/needs HTTP/1.1\r\n" + host + close,
        "many headers": get + host + b"".join(b"X-%d: 1\r\n" % n for n in range(120)) + close,
        "a long address": b"GET /find?q=" + b"a" * 20_000 + b" HTTP/1.1\r\n" + host + close,
        "a declared body that is too large": b"POST /v1/wants HTTP/1.1\r\n"
        + host
        + b"Content-Length: 2000000\r\n"
        + close,
    }
    asks = [Ask("raw", raw=data, note=note) for note, data in raw.items()]
    for name in (
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:80",
        "[::1]:8080",
        "example.org",
        "example.org:8080",
        "a<b",
        "",
    ):
        asks += [Ask(target, headers=(("host", name),)) for target in ("/", "/ogc?f=json", "/oruk", "/login")]
    for headers in (
        (("forwarded", "host=there.example;proto=https"),),
        (("x-forwarded-host", "there.example"),),
        (("x-forwarded-proto", "https"),),
        (("x-forwarded-for", "192.0.2.1"),),
        (("x-request-id", "my-own-1"),),
        (("x-request-id", "not plain!"),),
        (("x-request-id", "a" * 65),),
        (("cookie", "hereabouts=none"),),
        (("cookie", "__Host-hereabouts=none; other=1"),),
        (("authorization", "Basic eDp5"),),
        (("origin", "https://there.example"),),
        (("accept", "x"),),
        (("accept", ""),),
        (("accept-language", "de"),),
        (("range", "bytes=0-9"),),
        (("if-modified-since", "Sat, 01 Jan 2028 00:00:00 GMT"),),
        (("expect", "nonsense"),),
    ):
        asks += [Ask(target, headers=headers) for target in ("/", "/ogc?f=json", "/login")]
    asks.append(Ask("/v1/needs", method="GET", headers=(("content-type", "application/json"),), body=b"{}"))
    return asks
