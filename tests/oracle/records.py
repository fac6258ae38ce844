"""What a store holds, as the program itself writes it out: records of each kind, sources, and which listings are one."""

import json
import subprocess
from dataclasses import dataclass, field


class Program:
    """The binary under test, asked for what it was given (`export`, `sources`, `duplicates`) and for its answers."""

    def __init__(self, binary, store):
        self.binary, self.store = binary, store

    def ask(self, *words):
        done = subprocess.run([self.binary, *words, "--store", self.store], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def records(self, kind):
        lines = (json.loads(line) for line in self.ask("export", kind).splitlines())
        return [(line["source"], line["record"]) for line in lines]

    def sources(self):
        return json.loads(self.ask("sources", "--json"))["sources"]


@dataclass
class Area:
    geography: str
    code: str
    name: str
    polygons: list
    reporting: bool
    key: tuple = field(init=False)

    def __post_init__(self):
        self.key = (self.geography, self.code)


def areas(program):
    found = [
        Area(r["geography"], r["code"], r["name"], r["polygons"], r.get("reporting", True))
        for _, r in program.records("neighbourhoods")
    ]
    return sorted(found, key=lambda a: a.key)


def figures(program, kind, member):
    return {(r["geography"], r["code"]): r[member] for _, r in program.records(kind)}


def postcodes(program):
    return [(r["lon"], r["lat"]) for _, r in program.records("postcodes")]
