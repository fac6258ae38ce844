#!/usr/bin/env python3
"""Fails every single call that changes a file, once with EIO and once with ENOSPC, and looks what is left. One line a deed.

faults.py HEREABOUTS [--every N]    N: only each N-th call. Exit status 1 where a deed that was acknowledged is lost, one that was
not is there by halves, the next one is blocked, or a program panics. The same of SQLite shows that the method asks for nothing
that cannot be had.
"""
import argparse, errno, hashlib, http.client, json, os, pathlib, shutil, signal, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from attack import ROWS, free_port, row

HERE = pathlib.Path(__file__).resolve().parent
SQLITE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
with db:
    db.execute("delete from t")
    db.executemany("insert into t values (?, ?)", [(i, "new" * 50) for i in range(300)])
print("acknowledged")
"""


class Plan:
    """A folder with what a deed starts from, copied anew for each fault."""

    def __init__(self, program, scratch, shim, every):
        self.program, self.scratch, self.shim, self.every = program, scratch, shim, every
        self.base, self.at = scratch / "base", scratch / "at"
        self.base.mkdir()

    def run(self, *args, fault=None, count=None):
        env = {key: value for key, value in os.environ.items() if not key.startswith("HEREABOUTS_")}
        if fault or count:
            env |= {"LD_PRELOAD": str(self.shim), "FAULT_UNDER": str(self.at)}
            env |= {"FAULT_AT": str(fault[0]), "FAULT_ERRNO": str(fault[1])} if fault else {"FAULT_COUNT": str(count)}
        ran = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, env=env, timeout=120)
        return ran.returncode, ran.stdout, ran.stderr

    def ours(self, *args, **more):
        return self.run(self.program, *args, **more)

    def renew(self):
        shutil.rmtree(self.at, ignore_errors=True)
        subprocess.run(["cp", "-r", "--sparse=always", str(self.base), str(self.at)], check=True)

    def deed(self, name, does, holds, after=lambda: True):
        """`does` gives (acknowledged, what it said); `holds` what is there, or None where that cannot be read."""
        self.renew()
        old, counted = holds(), self.scratch / "count"
        counted.unlink(missing_ok=True)
        acknowledged, said = does(count=counted)
        new, calls = holds(), max(int(line) for line in counted.read_text().split())
        bad = [] if acknowledged and new != old and None not in (old, new) else [f"without a fault: {said[-200:]}"]
        tries = landed = 0
        for at in range(1, calls + 1, self.every):
            for fault in (errno.EIO, errno.ENOSPC):
                self.renew()
                acknowledged, said = does(fault=(at, fault))
                now = holds()
                tries, landed = tries + 1, landed + acknowledged
                whole = now == new or (now == old and not acknowledged)
                if not whole or "panicked" in said or not after():
                    bad.append(f"call {at} {errno.errorcode[fault]}: {said[-160:]!r}")
        row(f"{name}: {calls} calls", tries, f"{landed} acknowledged, {len(bad)} bad {bad[:2]}", not bad)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def ours(plan):
    store, backup = plan.at / "store", plan.at / "backup"
    head = "id,name,kind,lon,lat,schedule\n"
    for name in ("old", "new"):
        (plan.scratch / f"{name}.csv").write_text(head + "".join(f"{i},Hall {i} {name},village-hall,2.3,54.7,{'x' * 400}\n" for i in range(400)))
    imports = lambda name, to, **more: plan.ours("import", "assets", plan.scratch / f"{name}.csv", "--source", "halls", "--store", to, **more)
    kept = plan.base / "store"
    key = None
    around = [[2.2, 54.6], [2.4, 54.6], [2.4, 54.8], [2.2, 54.8], [2.2, 54.6]]
    area = {"type": "Feature", "properties": {"code": "X1", "name": "X"}, "geometry": {"type": "Polygon", "coordinates": [around]}}
    (plan.scratch / "area.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}))
    for args in (("import", "neighbourhoods", plan.scratch / "area.geojson"), ("import", "assets", plan.scratch / "old.csv", "--source", "halls"), ("verify", "halls/1", "runs", "--role", "link-worker"),
                 ("key", "add", "--role", "link-worker"), ("backup", plan.base / "backup")):
        status, out, err = plan.ours(*args, "--store", kept)
        if status:
            sys.exit(err)
        key = next((word for word in out.split() if word.startswith("hereabouts_")), key)

    def all_of(*args):
        # Sound, and every reference resolves.
        status, _, _ = plan.ours("check", "--store", store)
        read, out, _ = plan.ours(*args, "--store", store)
        return digest(out) if (status, read) == (0, 0) else None

    def ended(*args):
        return lambda **more: (lambda ran: (ran[0] == 0, ran[2]))(plan.ours(*args, **more))

    plan.deed("import", lambda **more: (lambda ran: (ran[0] == 0, ran[2]))(imports("new", store, **more)), lambda: all_of("export", "assets"),
              lambda: imports("new", store)[0] == 0)
    events = lambda: all_of("verify", "halls/2")
    says = ("verify", "halls/2", "runs", "--role", "link-worker", "--store", store)
    plan.deed("event", ended(*says), events, lambda: plan.ours(*says)[0] == 0)
    revoke = ("key", "revoke", key.split("_")[1], "--store", store)
    plan.deed("revoking a key", ended(*revoke), lambda: all_of("key", "list"), lambda: plan.ours(*revoke)[0] == 0)

    def unmet_need(**more):
        env = dict(os.environ) | {"LD_PRELOAD": str(plan.shim), "FAULT_UNDER": str(store / "wants")}
        env |= {"FAULT_AT": str(more["fault"][0]), "FAULT_ERRNO": str(more["fault"][1])} if "fault" in more else {"FAULT_COUNT": str(more["count"])}
        port = free_port()
        server = subprocess.Popen([plan.program, "serve", "--store", store, "--bind", f"127.0.0.1:{port}", "--log", "error"], stderr=subprocess.PIPE, text=True, env=env)
        for line in server.stderr:
            if line.startswith("serving"):
                break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            record = {"need": "food", "cell": "89196318617ffff", "why": ["too-far"]}
            connection.request("POST", "/v1/unmet-needs", json.dumps(record), {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
            status, said = connection.getresponse().status, ""
        except (OSError, http.client.HTTPException) as error:
            status, said = 0, f"panicked? {error}"
        server.send_signal(signal.SIGTERM)
        said += server.stderr.read()
        server.wait()
        return status == 201, said or str(status)

    plan.deed("unmet-need record over HTTP", unmet_need, lambda: all_of("unmet-needs", "--json"))

    read = lambda: digest(backup.read_text()) if backup.exists() else None
    back_up = ("backup", backup, "--store", store)
    # What is backed up is not what the file of that name has.
    shutil.copytree(kept, plan.scratch / "kept")
    imports("new", kept)
    plan.deed("backup over an older one", ended(*back_up), read, lambda: plan.ours(*back_up)[0] == 0)
    shutil.rmtree(kept)
    kept.mkdir()
    restore = ("restore", backup, "--store", store)

    def restored():
        if not store.exists() or not any(store.iterdir()):
            return "none"
        return all_of("export", "assets")

    plan.deed("restore", ended(*restore), restored, lambda: any(store.glob("*")) or plan.ours(*restore)[0] == 0)


def sqlite(plan):
    shutil.rmtree(plan.base)
    plan.base.mkdir()
    make = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('create table t (a, b)'); db.executemany('insert into t values (?, ?)', [(i, 'old' * 50) for i in range(300)]); db.commit()"
    subprocess.run([sys.executable, "-c", make, str(plan.base / "db")], check=True)

    def holds():
        read = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); assert db.execute('pragma integrity_check').fetchone() == ('ok',); print(db.execute('select * from t order by a').fetchall())"
        status, out, _ = plan.run(sys.executable, "-c", read, plan.at / "db")
        return digest(out) if status == 0 else None

    def does(**more):
        status, out, err = plan.run(sys.executable, "-c", SQLITE, plan.at / "db", **more)
        return "acknowledged" in out, err

    plan.deed("the same of SQLite: a transaction", does, holds)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("program")
    asked.add_argument("--every", type=int, default=1)
    asked = asked.parse_args()
    # In memory: nothing here needs a disk.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None) as folder:
        scratch = pathlib.Path(folder)
        shim = scratch / "faults.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, HERE / "faults.c", "-ldl"], check=True)
        plan = Plan(str(pathlib.Path(asked.program).resolve()), scratch, shim, asked.every)
        print(f"{'deed, and calls that change files':<58} {'faults':>9}  result")
        ours(plan)
        sqlite(plan)
    print(f"{sum(ROWS)} of {len(ROWS)} held")
    sys.exit(0 if all(ROWS) else 1)


if __name__ == "__main__":
    main()
