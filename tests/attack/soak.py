#!/usr/bin/env python3
"""Mixed load on a server of the made-up town: reading, searching, entering, reloading. One line a figure: what, how many, result.

soak.py HEREABOUTS [--minutes 20]    Exit status 1 where memory grows, an acknowledged entry is lost or an answer is a fault.
"""
import argparse, http.client, json, pathlib, random, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from attack import Server, row, ROWS

READ = ["/", "/gaps", "/areas", "/find?q=lunch", "/ogc", "/ogc/collections/gaps/items?limit=50", "/ogc/collections/assets/items?limit=100",
        "/ogc/collections/cells/items?limit=200", "/v1/needs", "/v1/worklist", "/v1/near?q=walking", "/metrics", "/site.css", "/map/doggerby.json"]
READERS, WRITERS = 6, 2


class Load:
    def __init__(self, server, assets, key):
        self.server, self.assets, self.key = server, assets, key
        self.times, self.faults, self.busy, self.kept = [], [], 0, {}
        self.lock, self.stop = threading.Lock(), threading.Event()

    def ask(self, connection, method, path, body=None, headers=None):
        began = time.monotonic()
        connection.request(method, path, body, headers or {"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        said = answer.read()
        with self.lock:
            self.times.append(time.monotonic() - began)
            self.busy += answer.status in (429, 503)
            if answer.status >= 500 and answer.status != 503:
                self.faults.append((answer.status, path))
        return answer.status, said

    def work(self, writes, seed):
        rng = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        while not self.stop.is_set():
            try:
                if not writes:
                    self.ask(connection, "GET", rng.choice(READ))
                    continue
                asset = rng.choice(self.assets)
                headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
                status, said = self.ask(connection, "POST", f"/v1/assets/{asset}/events", '{"said":"runs"}', headers)
                if status == 201:
                    with self.lock:
                        self.kept.setdefault(asset, set()).add(json.loads(said)["number"])
                # A key has two entries a second.
                time.sleep(WRITERS / 1.8)
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.faults.append((type(error).__name__, "connection"))
                connection.close()


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("program")
    asked.add_argument("--minutes", type=float, default=20)
    asked = asked.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        town, store = f"{folder}/town", f"{folder}/store"
        subprocess.run([program, "demo", "--once", "--keep", town], check=True, capture_output=True)
        if subprocess.run([program, "build", f"{town}/place.toml", "--store", store], capture_output=True).returncode not in (0, 3):
            sys.exit("the made-up town cannot be built")
        made = subprocess.run([program, "key", "add", "--store", store, "--role", "link-worker"], check=True, capture_output=True, text=True)
        key = next(word for word in (made.stdout + made.stderr).split() if word.startswith("hereabouts_"))
        with Server(program, store) as server:
            features = json.loads(server.get("/ogc/collections/assets/items?limit=200")[2])["features"]
            load = Load(server, [feature["id"] for feature in features], key)
            threads = [threading.Thread(target=load.work, args=(n < WRITERS, n)) for n in range(READERS + WRITERS)]
            for thread in threads:
                thread.start()
            began, memory = time.monotonic(), []
            while time.monotonic() - began < asked.minutes * 60:
                time.sleep(asked.minutes * 60 / 20)
                memory.append(server.memory())
                server.process.send_signal(signal.SIGHUP)
            load.stop.set()
            for thread in threads:
                thread.join()
            told = {asset: {event["number"] for event in json.loads(server.get(f"/v1/assets/{asset}/events")[2])["events"]} for asset in load.kept}
        lost = sum(len(numbers - told[asset]) for asset, numbers in load.kept.items())
        with Server(program, store) as server:
            again = {asset: {event["number"] for event in json.loads(server.get(f"/v1/assets/{asset}/events")[2])["events"]} for asset in load.kept}
        lost += sum(len(numbers - again[asset]) for asset, numbers in load.kept.items())
        times = sorted(load.times)
        at = lambda share: 1000 * times[min(len(times) - 1, int(len(times) * share))]
        print(f"{'what':<58} {'how many':>9}  result")
        row("answers without a fault", len(times), f"{len(load.faults)} faults {load.faults[:3]}, {load.busy} told to come back", not load.faults)
        row("time of an answer", len(times), f"median {at(.5):.1f} ms, 99th percentile {at(.99):.1f} ms, longest {at(1):.0f} ms", True)
        row("acknowledged entries, also after a new start", sum(map(len, load.kept.values())), f"{lost} lost", lost == 0 and any(load.kept.values()))
        half = len(memory) // 2
        early, late = max(memory[2:half] or memory), max(memory[half:])
        row("memory, second half against first", len(memory), f"{early:.0f} MB, then {late:.0f} MB", late < early * 1.15 + 10)
    sys.exit(0 if all(ROWS) else 1)


if __name__ == "__main__":
    main()
