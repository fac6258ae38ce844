"""When two answers say the same: what is taken out of both first, which renames explain a difference, how one is shown."""

import difflib
import gzip
import json
import re
import tomllib
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from added import Added, documents


class Part(NamedTuple):
    """A piece of an answer: `status`, `headers`, `body`, `stdout`, `stderr`, `file` or `log`."""

    name: str
    media: str  # json, csv, html, text, headers, bytes
    data: bytes


# --- what differs between any two runs of one program -----------------------------------------------------------------


class Normal(NamedTuple):
    """Something that is replaced on both sides before they are compared, and why it may differ."""

    part: str
    # Where, as a pattern on the address or command line.
    label: str
    pattern: bytes
    to: bytes
    why: str
    # What must be there for the pattern to be looked for, since bodies are long.
    mark: bytes = b""


# Nothing else is. Secrets and ids that a program draws at random are replaced where they are known (see `Side.hide`).
NORMALISED = (
    Normal(
        "headers",
        "",
        rb"(?m)^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$",
        b"date: <now>",
        "the moment of the answer",
    ),
    Normal(
        "headers",
        "",
        rb"(?m)^x-request-id: [0-9a-f]+-[0-9a-f]+$",
        b"x-request-id: <id>",
        "number of the process and of the request in it; an id that was sent comes back and is compared",
    ),
    Normal(
        "body",
        "/ogc/",
        rb'"timeStamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"',
        b'"timeStamp":"<now>"',
        "the moment a page of features was written, which OGC API asks for",
        b"timeStamp",
    ),
    Normal(
        "body",
        "/metrics",
        rb"(?m)^(hereabouts_request_seconds_(?:bucket|sum)\{.*\}) \S+$",
        rb"\1 <seconds>",
        "how long requests took",
        b"hereabouts_",
    ),
    Normal(
        "body",
        r"/metrics(?!.*\[at the end\])",
        rb"(?m)^(hereabouts_(?:requests_total|request_seconds_count)\{.*\}) \d+$",
        rb"\1 <count>",
        "requests answered so far, while several are under way; at the end the counts are compared",
        b"hereabouts_",
    ),
    Normal(
        "body",
        r"/metrics(?!.*\[at the end\])",
        rb"(?m)^hereabouts_(?:requests_total|request_seconds_\w+)\{.*\n",
        b"",
        "which routes were asked already, likewise",
        b"hereabouts_",
    ),
    Normal(
        "body",
        "",
        rb"too often; try again in \d+ seconds",
        b"too often; try again in <n> seconds",
        "seconds until the next entry, less those that went by",
        b"too often",
    ),
    Normal(
        "headers",
        "",
        rb"(?m)^retry-after: \d\d+$",
        b"retry-after: <n>",
        "the same as a header; `retry-after: 1` of a busy server stays",
    ),
    Normal(
        "headers",
        "",
        rb"(?m)^(set-cookie: (?:__Host-)?hereabouts=)[0-9a-f]{64};",
        rb"\1<session>;",
        "secret of a session, drawn at random",
    ),
    Normal("log", "", rb"(?m)^\d{4}-\d\d-\d\dT[\d:.]+Z ", b"<now> ", "the moment of a log line"),
    Normal("log", "", rb'"timestamp":"[^"]*"', b'"timestamp":"<now>"', "the same in JSON"),
    Normal("log", "", rb"\bid=[0-9a-f]+-[0-9a-f]+\b", b"id=<id>", "number of the process and of the request in it"),
    Normal("log", "", rb'"id":"[0-9a-f]+-[0-9a-f]+"', b'"id":"<id>"', "the same in JSON"),
    Normal("log", "", rb"\bms=[\d.e-]+", b"ms=<ms>", "how long a request took"),
    Normal("log", "", rb'"ms":[\d.e-]+', b'"ms":<ms>', "the same in JSON"),
    Normal(
        "log",
        "of demo",
        rb"(?m)^<now> ERROR what others have said cannot be read error=/tmp/\S+ No such file or directory \(os error 2\)\n",
        b"",
        "the demo's store is gone at its end, and the thread that looks for entries may look once more",
    ),
    Normal("log", "", rb"127\.0\.0\.1:\d+", b"127.0.0.1:<port>", "the free port that was found"),
)
# Compared as a bag of lines, since lines of requests that were under way together come in any order.
UNORDERED = ("log",)
REASONS_IN_CODE = (
    ("content-length of what was replaced above", "it follows from the body, which is compared"),
    (
        "keys in a backup: hash of each, order, hash of their source and of the file",
        "keys are drawn at random and kept by id",
    ),
    ("keys in a list: their order", "likewise"),
    (
        "counts of searches in `wants --json`: added up and put in order",
        "they are written once a minute, as many as there are by then",
    ),
)

_NORMAL = {}
for _n in NORMALISED:
    _NORMAL.setdefault(_n.part, []).append((_n.mark, re.compile(_n.label), re.compile(_n.pattern), _n.to))


def normalise(label, part):
    """The part without what differs between any two runs."""
    data = part.data
    for mark, where, pattern, to in _NORMAL.get(part.name, ()):
        if mark in data and where.search(label):
            data = pattern.sub(to, data)
    if part.name in UNORDERED:
        data = b"\n".join(sorted(data.split(b"\n")))
    elif b'"kind":"keys"' in data:
        data = _keys_in_backup(data)
    elif label.startswith("hereabouts key list"):
        data = _keys_in_list(data)
    elif label.startswith("hereabouts wants --json") and data.startswith(b"{"):
        data = _searches_added_up(data)
    return part._replace(data=data)


def _keys_in_backup(data):
    lines, keys = [], []
    for line in data.split(b"\n"):
        if b'"kind":"keys"' in line:
            line = re.sub(rb'"content":"[0-9a-f]{64}"', b'"content":"<hash>"', line)
        elif re.match(rb'\{"record":\{"key":"[^"]*","value":\{"id":"[^"]*","hash":', line):
            keys.append(re.sub(rb'"hash":"[0-9a-f]{64}"', b'"hash":"<hash>"', line))
            continue
        elif line.startswith(b'{"end":'):
            line = re.sub(rb'"blake3":"[0-9a-f]{64}"', b'"blake3":"<hash>"', line)
        lines.extend(sorted(keys))
        keys = []
        lines.append(line)
    return b"\n".join(lines)


def _keys_in_list(data):
    if not data.startswith(b"{"):
        return b"\n".join(sorted(data.split(b"\n")))
    told = json.loads(data)
    told["keys"].sort(key=lambda key: json.dumps(key, sort_keys=True))
    return json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"


def _searches_added_up(data):
    told, counts = json.loads(data), Counter()
    for counted in told["searches"]:
        counts[json.dumps(counted["of"], sort_keys=True)] += counted["searches"]
    told["searches"] = [{"of": json.loads(of), "searches": count} for of, count in sorted(counts.items())]
    return json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"


# --- what was renamed on purpose --------------------------------------------------------------------------------------

KINDS = ("key", "word", "text", "pattern", "header", "command", "parameter", "path", "file")
MEDIA = ("json", "csv", "html", "text", "headers", "bytes", "any")


@dataclass
class Rename:
    """One entry of the list of renames; see renames.toml for what each field means."""

    kind: str
    what: str
    to: str
    media: str
    where: re.Pattern
    why: str
    both: bool = False
    explained: int = 0
    header_pattern: str | None = None

    def applies(self, label, part):
        # What a word would be in a packed answer says nothing.
        return self.media in (
            ("any", part.media) if part.media not in ("bytes", "br") else (part.media,)
        ) and self.where.search(label)

    def apply(self, part):
        old, new = self.what.encode(), self.to.encode()
        if self.kind == "key" and part.media == "json":
            return re.sub(rb'"%s"(\s*:)' % re.escape(old), lambda m: b'"' + new + b'"' + m[1], part.data)
        if self.kind == "key" and part.media == "csv":
            head, line, rest = part.data.partition(b"\n")
            return _word(old, new, head) + line + rest
        if self.kind == "word":
            return _word(old, new, part.data)
        if self.kind == "text":
            return part.data.replace(old, new)
        if self.kind == "pattern":
            return re.sub(old, new, part.data)
        if self.kind == "header" and part.name == "headers":
            head = rb"(?mi)^(%s): (.*)$" % re.escape(old)
            if self.header_pattern is None:
                return re.sub(head, lambda m: new + b": " + m[2], part.data)
            inside = self.header_pattern.encode()
            return re.sub(head, lambda m: m[1] + b": " + re.sub(inside, new, m[2]), part.data)
        return part.data


def _word(old, new, data):
    return re.sub(rb"(?<![\w-])%s(?![\w-])" % re.escape(old), lambda _: new, data)


@dataclass
class Expected:
    """An address or command line whose whole answer is expected to differ."""

    where: re.Pattern
    why: str
    seen: int = 0


@dataclass
class Rules:
    """Everything that explains a difference."""

    renames: list = field(default_factory=list)
    expected: list = field(default_factory=list)
    added: list = field(default_factory=list)

    @classmethod
    def read(cls, path):
        with open(path, "rb") as file:
            return cls.of(tomllib.load(file))

    @classmethod
    def of(cls, given):
        rules = cls()
        for entry in given.pop("rename", []):
            entry = dict(entry)
            kinds = [kind for kind in KINDS if kind in entry]
            header_pattern = entry.pop("pattern", None) if kinds[:2] == ["pattern", "header"] else None
            kinds = ["header"] if header_pattern is not None else kinds
            if len(kinds) != 1 or "to" not in entry or not entry.get("why"):
                raise SystemExit(f"renames: one of {', '.join(KINDS)}, with to and why, in {entry}")
            media = entry.pop("in", "headers" if kinds[0] == "header" else "any")
            if media not in MEDIA:
                raise SystemExit(f"renames: in is one of {', '.join(MEDIA)}, not {media!r}")
            rename = Rename(
                kinds[0],
                entry.pop(kinds[0]),
                entry.pop("to"),
                media,
                re.compile(entry.pop("where", "")),
                entry.pop("why"),
                entry.pop("both", False),
                header_pattern=header_pattern,
            )
            if entry:
                raise SystemExit(f"renames: {', '.join(entry)} is not known")
            rules.renames.append(rename)
        for entry in given.pop("expected", []):
            if set(entry) != {"where", "why"} or not entry["why"]:
                raise SystemExit(f"renames: an expected difference has where and why: {entry}")
            rules.expected.append(Expected(re.compile(entry["where"]), entry["why"]))
        for entry in given.pop("added", []):
            if not {"names", "why"} <= set(entry) <= {"names", "where", "why"} or not entry["why"]:
                raise SystemExit(f"renames: what was added has names, why and perhaps where: {entry}")
            rules.added.append(Added(frozenset(entry["names"]), re.compile(entry.get("where", "")), entry["why"]))
        if given:
            raise SystemExit(f"renames: [[{next(iter(given))}]] is not known")
        return rules

    def renamed(self, label, part, before):
        """The part with all renames, and those that changed it."""
        used = []
        for rename in self.renames:
            if (before or rename.both) and rename.applies(label, part):
                data = rename.apply(part)
                if data != part.data:
                    used.append(rename)
                    part = part._replace(data=data)
        return part, used

    def without_added(self, label, before, after):
        """Both sides without what only the one after has, and what took it out."""
        used = []
        for at, added in (
            (at, added)
            for added in self.added
            if added.where.search(label)
            for at in range(min(len(before), len(after)))
        ):
            if before[at] != after[at] and (taken := added.taken_out(before[at], after[at])):
                before[at], after[at] = taken
                used.append(added)
        return used

    def words(self, words):
        """A command line as the program after understands it."""
        line = " ".join(words)
        for rename in self.renames:
            if rename.kind == "command" and rename.what in words and rename.where.search(line):
                words = [rename.to if word == rename.what else word for word in words]
                rename.explained += 1
        return words

    def target(self, label, target):
        """An address as the program after understands it."""
        path, mark, query = target.partition("?")
        for rename in self.renames:
            if not rename.where.search(label):
                continue
            was = (path, query)
            if rename.kind == "path":
                path = re.sub(rename.what, rename.to, path)
            elif rename.kind == "parameter":
                query = re.sub(rf"(^|&){re.escape(rename.what)}(=|&|$)", rf"\g<1>{rename.to}\g<2>", query)
            rename.explained += was != (path, query)
        return path + mark + query

    def body(self, label, body):
        """What is sent, as the program after understands it."""
        for rename in self.renames:
            if body and rename.kind == "parameter" and rename.where.search(label):
                old, new = re.escape(rename.what.encode()), rename.to.encode()
                body = re.sub(rb'"%s"(\s*:)' % old, lambda m: b'"' + new + b'"' + m[1], body)
                body = re.sub(rb"(^|&)%s=" % old, lambda m: m[1] + new + b"=", body)
        return body

    def file(self, name):
        """What a file that is written is called by the program after."""
        for rename in self.renames:
            if rename.kind == "file" and name == rename.what:
                return rename.to
        return name


# --- the judgement ----------------------------------------------------------------------------------------------------

SAME, RENAMED, EXPECTED, DIFFERENT = "same", "equal after renames", "expected", "different"


class Verdict(NamedTuple):
    kind: str
    diff: list = []
    # Whether something was taken out of the body first, so that its length and its compressed bytes may differ.
    touched: bool = False


def judge(rules, label, before, after, plain=None):
    """Holds two answers against each other. `plain` is the verdict on the same answer uncompressed, if there is one."""
    if before == after:
        return Verdict(SAME, touched=any(normalise(label, part) != part for part in before if part.name == "body"))
    left, right = [normalise(label, part) for part in before], [normalise(label, part) for part in after]
    touched = any(new != old for new, old in zip(left + right, before + after, strict=True) if old.name == "body")
    if touched or "/metrics" in label:
        left, right = _without_length(left), _without_length(right)
    if left == right:
        return Verdict(SAME, touched=touched)
    if plain and any(part.media == "br" for part in left) and (plain.touched or plain.kind != SAME):
        # Nothing here unpacks brotli; the same bytes unpacked were compared.
        left, right = ([part for part in _without_length(side) if part.media != "br"] for side in (left, right))
        if left == right:
            return Verdict(plain.kind, ["packed; the same unpacked is told apart above"] * (plain.kind == DIFFERENT))
    used, renamed, moved = [], [], []
    for part in left:
        part, by = rules.renamed(label, part, before=True)
        renamed.append(part)
        used += by
        moved.append(bool(by))
    right = [rules.renamed(label, part, before=False)[0] for part in right]
    used += rules.without_added(label, renamed, right)
    if any(part.name == "body" and part != old for part, old in zip(renamed, left, strict=True)):
        renamed, right = _without_length(renamed), _without_length(right)
    if len(renamed) == len(right) and all(
        a == b or (may and _alike(a, b)) for a, b, may in zip(renamed, right, moved, strict=True)
    ):
        for rename in {id(rename): rename for rename in used}.values():
            rename.explained += 1
        return Verdict(RENAMED)
    for expected in rules.expected:
        if expected.where.search(label):
            expected.seen += 1
            return Verdict(EXPECTED)
    return Verdict(DIFFERENT, shown(renamed, right, moved))


def _without_length(parts):
    length = re.compile(rb"(?m)^content-length: \d+$")
    return [
        part._replace(data=length.sub(b"content-length: <n>", part.data)) if part.name == "headers" else part
        for part in parts
    ]


def _alike(a, b):
    """Equal but for the order of members, which a new name moves."""
    if (a.name, a.media) != (b.name, b.media) or a.media != "json":
        return False

    try:
        return documents(a.data) == documents(b.data)
    except ValueError:
        return False


def unpacked(data, encoding):
    """A body as it was before it was compressed, and whether that could be found out."""
    if encoding == "gzip":
        return gzip.decompress(data), True
    if encoding == "deflate":
        return zlib.decompress(data), True
    return data, encoding in (None, "identity")


def media(content_type, data=b""):
    """What kind of text a media type or the beginning of a text names."""
    kind = (content_type or "").split(";")[0].strip()
    if kind.endswith("json") or (not kind and data[:1] in (b"{", b"[")):
        return "json"
    if kind in ("text/html", "text/csv"):
        return kind.removeprefix("text/")
    return "text" if not kind or kind.startswith("text/") else "bytes"


# --- showing a difference ---------------------------------------------------------------------------------------------

LINES, WIDTH = 14, 200
# Only so many lines from the first that differs are looked at: what differs beyond is the same or as much.
NEAR = 400


def shown(before, after, moved):
    """A short unified diff of the parts that differ; members of JSON in order of their names where a new name moved some."""
    lines = []
    for a, b, sort in zip(before, after, moved, strict=False):
        if a == b:
            continue
        left, right = _lines(a, sort), _lines(b, sort)
        at = max(_first(left, right) - 2, 0)
        of = f"{a.name} from line {at + 1}"
        diff = list(
            difflib.unified_diff(
                left[at : at + NEAR], right[at : at + NEAR], f"before, {of}", f"after, {of}", lineterm="", n=1
            )
        )
        if not diff:
            diff = [
                f"--- {a.name}: {len(a.data)} and {len(b.data)} bytes, the same when laid out; first at {_first(a.data, b.data)}"
            ]
        lines += [line[:WIDTH] for line in diff[:LINES]]
        if len(diff) > LINES:
            lines.append(f"… {len(diff) - LINES} more lines, or more")
    return lines


def _first(a, b):
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _lines(part, sort=False):
    data = part.data
    if part.media == "json" and len(data) < 4_000_000:
        try:
            return json.dumps(json.loads(data), indent=1, ensure_ascii=False, sort_keys=sort).split("\n")
        except ValueError:
            pass
    if part.media == "html":
        data = data.replace(b"><", b">\n<")
    if part.media in ("bytes", "br"):
        return [data[at : at + 24].hex(" ") for at in range(0, len(data), 24)]
    # Long lines are cut into pieces, or what differs in them would be cut off.
    text = data.decode("utf-8", "backslashreplace").split("\n")
    return [line[at : at + 160] for line in text for at in range(0, max(len(line), 1), 160)]


@dataclass
class Tally:
    """What was compared at one place."""

    requests: int = 0
    commands: int = 0
    files: int = 0
    logs: int = 0
    verdicts: Counter = field(default_factory=Counter)
    differences: list = field(default_factory=list)
    again: int = 0
    seconds: float = 0.0
