#!/usr/bin/env python3
"""Attacks on a running server and on imports, one line each: attack, tries, result. Exit status 1 if one of them works.

attack.py HEREABOUTS [--store DIR]    Without a store it makes the made-up town. nginx and caddy are asked where they are installed.
"""
import argparse, http.client, json, math, os, pathlib, random, re, shutil, socket, ssl, subprocess, sys, tempfile, threading, time

ROWS, HERE = [], pathlib.Path(__file__).resolve().parent
CEILING_MB = 400


def row(attack, tries, result, good):
    ROWS.append(good)
    print(f"{attack:<58} {tries:>9}  {'held' if good else 'FELL'}: {result}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """`hereabouts serve`, until the block ends."""

    def __init__(self, program, store, *more):
        self.port = free_port()
        command = [program, "serve", "--store", store, "--bind", f"127.0.0.1:{self.port}", "--log", "error", *more]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("serving"):
                break
        else:
            sys.exit("the server does not start: " + "".join(self.said))
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory(self, what="VmRSS"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+)", status)[1]) / 1024

    def get(self, path, headers=None, method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, {}, str(error).encode()
        finally:
            connection.close()

    def sends(self, data, count):
        sockets = []
        for _ in range(count):
            one = socket.socket()
            # The least that the system lets a client take.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(0.3)
            try:
                one.connect(("127.0.0.1", self.port))
                one.sendall(data)
            except OSError:
                pass
            sockets.append(one)
        return sockets

    def slowest_health(self, seconds):
        slowest, until = 0.0, time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            status, _, _ = self.get("/health/ready")
            slowest = max(slowest, time.monotonic() - began if status == 200 else 99.0)
            time.sleep(0.1)
        return slowest


def crowds(program, store):
    with Server(program, store) as server:
        page = server.get("/areas")[2].decode(errors="replace")
        maps = re.findall(r"/map/[^\"'?]+\.json", page) or ["/map/doggerby.json"]
        large = [maps[0], "/gaps", "/ogc/collections/cells/items?limit=1000", "/ogc/collections/assets/items?f=csv"]
        base = server.memory()
        for path in large:
            said = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept-Encoding: gzip, br\r\n\r\n".encode()
            silent = server.sends(said, 1000)
            slowest, memory = server.slowest_health(3), server.memory()
            for one in silent:
                one.close()
            row(f"clients that do not read {path[:32]}", 1000, f"{memory:.0f} MB (was {base:.0f}), health within {slowest:.2f} s",
                memory <= CEILING_MB and slowest < 1)
            time.sleep(1)
        said = f"GET {maps[0]} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode() * 2000
        silent = server.sends(said, 40)
        slowest, memory = server.slowest_health(3), server.memory()
        row("pipelined requests, 40 connections", 40 * 2000, f"{memory:.0f} MB, health within {slowest:.2f} s", memory <= CEILING_MB and slowest < 1)
        for one in silent:
            one.close()
        time.sleep(2)
        row("memory after the crowds", 1, f"{server.memory():.0f} MB now, {server.memory('VmHWM'):.0f} MB at most", server.memory() <= CEILING_MB)
        said = f"POST /v1/unmet-needs HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 10\r\n\r\n".encode()
        waiting = server.sends(said, 270)
        good = sum(server.get("/v1/needs")[0] == 200 for _ in range(20))
        row("bodies that do not come", 270, f"{good} of 20 others answered", good == 20)
        for one in waiting:
            one.close()
        began = time.monotonic()
        status = server.get("/v1/needs", {"Content-Length": "10"})[0]
        row("GET that announces a body", 1, f"{status} after {time.monotonic() - began:.2f} s", status == 200 and time.monotonic() - began < 2)


def addresses(program, store):
    made = subprocess.run([program, "key", "add", "--store", store, "--role", "link-worker"], check=True, capture_output=True, text=True)
    key = next(word for word in (made.stdout + made.stderr).split() if word.startswith("hereabouts_"))
    with Server(program, store) as server:
        worked = []
        form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        for to in ("/%09/evil.example", "/%0a/evil.example", "//evil.example", "/%5cevil.example", "/%00", "/%0d%0aX:y", "https://evil.example"):
            status, headers, _ = server.get("/login", form, "POST", f"key={key}&to={to}")
            # Browsers drop tabs and line ends from an address.
            leads = re.sub(r"[\t\r\n]", "", headers.get("location", "/"))
            if status >= 500 or status == 0 or not re.match(r"/(?![/\\])", leads):
                worked.append(f"{to} ({status})")
        row("addresses that lead elsewhere or are none", 7, f"worked: {worked or 'none'}", not worked)
        forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "Host": "evil.example"}
        told = b"evil.example" in server.get("/ogc", forged)[2]
        row("links to where a request says", 3, "believed" if told else "not believed", not told)
        long = "a" * 7000
        statuses = [server.get(path)[0] for path in (f"/v1/near?place={long}", f"/v1/suggest?q={long}", f"/find?place={long}", f"/find?q={long}")]
        row("place= and q= of 7,000 characters", 4, str(statuses), all(400 <= s < 500 for s in statuses))


def ring(corners, how):
    rng = random.Random(7)
    if how == "random":
        points = [[2.3 + rng.random() / 20, 54.7 + rng.random() / 20] for _ in range(corners)]
    else:
        wide = lambda i: (1 if how == "circle" or i % 2 else 0.1)
        points = [[2.33 + wide(i) * math.cos(2 * math.pi * i / corners) / 40, 54.72 + wide(i) * math.sin(2 * math.pi * i / corners) / 60] for i in range(corners)]
    points.append(points[0])
    feature = {"type": "Feature", "properties": {"code": "X1", "name": "X"}, "geometry": {"type": "Polygon", "coordinates": [points]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def imports(program, scratch):
    def run(kind, name, text, *more):
        path = scratch / name
        path.write_text(text) if isinstance(text, str) else path.write_bytes(text)
        store = scratch / f"{name}.store"
        began = time.monotonic()
        command = ["/usr/bin/env", "python3", str(HERE / "measured.py"), program, "import", kind, str(path), "--store", str(store), *more]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
        peak = int(re.search(r"PEAK (\d+)", ran.stderr)[1]) // 1024
        path.unlink()
        return ran.returncode, time.monotonic() - began, peak, ran.stderr

    for corners, how in ((1_000, "random"), (20_000, "random"), (99_000, "random"), (99_000, "circle"), (99_000, "star")):
        status, took, peak, said = run("neighbourhoods", "ring.geojson", ring(corners, how))
        good = took < 20 and (status == 0) == (how != "random") and "panicked" not in said
        row(f"a ring of {corners:,} corners, {how}", 1, f"status {status}, {took:.1f} s, {peak} MB", good)
        shutil.rmtree(scratch / "ring.geojson.store", ignore_errors=True)
    line = "name,kind,lon,lat\nA," + "x" * (400 << 20) + ",2.3,54.7\n"
    status, took, peak, said = run("assets", "line.csv", line)
    row("a CSV line of 400 MB", 1, f"status {status}, {took:.1f} s, {peak} MB", status == 1 and "longer than" in said and peak < 200)
    many = "[2.3,54.7]," * 10_000_000
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"X"},"geometry":{"type":"Polygon","coordinates":[[' + many[:-1] + "]]}}]}"
    status, took, peak, said = run("neighbourhoods", "corners.geojson", text)
    row("10 million corners", 1, f"status {status}, {took:.1f} s, {peak} MB", status == 1 and peak < 1000)
    rows = "name,kind,lon,lat\n" + "".join(f"N{i},library,2.3,54.7\n" for i in range(2_000_000))
    status, took, peak, said = run("assets", "rows.csv", rows, "--max-memory", "300M")
    row("2 million rows with --max-memory 300M", 1, f"status {status}, {took:.1f} s, {peak} MB", status == 1 and "memory" in said and peak < 450)


def hidden(program, town, scratch):
    """Two towns, of which one has a hidden place more, asked from a grid: only its own row may differ, and everywhere alike."""
    rows = "id,name,kind,need,lon,lat,where\nk,Knitting circle,group,social-connection,2.31,54.72,exact\n"
    own = "r,Haven for women,refuge,social-connection,2.301234,54.724567,hidden\n"
    servers = []
    for name, text in (("with", rows + own), ("without", rows)):
        store = scratch / f"{name}.store"
        shutil.copytree(town, store)
        (scratch / "circle.csv").write_text(text)
        subprocess.run([program, "import", "assets", scratch / "circle.csv", "--store", store], capture_output=True, check=True)
        servers.append(Server(program, str(store), "--as-of", "2026-11-01", "--public-url", "http://here.example"))
    connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=30) for server in servers]
    times, told, counted, tries = ([], []), [], set(), 0

    def ask(at, path):
        began = time.perf_counter()
        connections[at].request("GET", path)
        answer = connections[at].getresponse()
        body = answer.read()
        times[at].append(time.perf_counter() - began)
        return answer.getheader("etag"), body

    def near(body):
        answer = json.loads(body)
        lists = [answer[name] for name in ("fits", "may_fit", "results")]
        mine = [row for rows in lists for row in rows if row["name"] == "Haven for women"]
        others = [row for rows in lists for row in rows if row["name"] != "Haven for women"]
        return others, len(mine) + sum(row["minutes"] is not None for row in mine), answer["total"]

    for n in range(2000):
        lat, lon = 54.69 + 0.0012 * (n % 50), 2.25 + 0.0035 * (n // 50)
        one, other = (ask(at, f"/v1/near?at={lat:.5f},{lon:.5f}&minutes=10&limit=500") for at in (0, 1))
        (a, mine, total), (b, _, before) = near(one[1]), near(other[1])
        counted.add((mine, total - before))
        same = a == b and one[0] == other[0]
        path = f"/v1/reach?from={lat:.5f},{lon:.5f}&minutes=5"
        if not same or ask(0, path) != ask(1, path):
            told.append((lat, lon))
        tries += 2
    for server in servers:
        server.__exit__()
    median = [1000 * sorted(of)[len(of) // 2] for of in times]
    good = not told and len(counted) == 1 and max(median) < 1.3 * min(median) + 0.2
    row("a hidden place, by near and reach from 2,000 origins", tries, f"{len(told)} tell it, counted {sorted(counted)}, medians {median[0]:.2f} and {median[1]:.2f} ms", good)


def proxies(program, store, scratch):
    found = {name: shutil.which(name) or os.environ.get(f"HEREABOUTS_{name.upper()}") for name in ("nginx", "caddy")}
    for name, path in found.items():
        if not path:
            print(f"{name} is not installed (apt-get install {name}): not asked")
            continue
        outside = free_port()
        url = f"https://localhost:{outside}"
        with Server(program, store, "--public-url", url, "--client-address-header", "X-Real-IP") as server:
            key, pem = scratch / "key.pem", scratch / "cert.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
            if name == "nginx":
                config = (HERE / "../../docs/operations/nginx.conf").read_text()
                config = config.replace("127.0.0.1:8080", f"127.0.0.1:{server.port}").replace("443 ssl", f"127.0.0.1:{outside} ssl")
                config = re.sub(r"ssl_certificate [^;]*", f"ssl_certificate {pem}", config)
                config = re.sub(r"ssl_certificate_key [^;]*", f"ssl_certificate_key {key}", config).replace("hereabouts.example.org", "localhost")
                temp = "".join(f"{t}_temp_path {scratch}/{t};" for t in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
                (scratch / "nginx.conf").write_text(f"daemon off; pid {scratch}/nginx.pid; error_log stderr; events {{}} http {{ access_log off; {temp} {config} }}")
                command = [path, "-p", str(scratch), "-c", str(scratch / "nginx.conf")]
            else:
                config = (HERE / "../../docs/operations/Caddyfile").read_text()
                config = config.replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
                config = config.replace("hereabouts.example.org {", f"localhost:{outside} {{\n\ttls {pem} {key}")
                config = "{\n\tadmin off\n\tauto_https off\n}\n" + config[config.index("\n\n"):]
                (scratch / "Caddyfile").write_text(config)
                command = [path, "run", "--config", str(scratch / "Caddyfile"), "--adapter", "caddyfile"]
            proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                context = ssl._create_unverified_context()
                for _ in range(50):
                    time.sleep(0.1)
                    try:
                        connection = http.client.HTTPSConnection("localhost", outside, context=context, timeout=10)
                        connection.request("GET", "/ogc", headers={"X-Real-IP": "192.0.2.1", "X-Forwarded-Host": "evil.example"})
                        answer = connection.getresponse()
                        body = answer.read()
                        break
                    except OSError:
                        continue
                else:
                    row(f"{name} with docs/operations", 1, "does not start: " + proxy.stderr.read()[-200:], False)
                    continue
                good = answer.status == 200 and url.encode() in body and b"evil" not in body and answer.getheader("strict-transport-security")
                # The client's own X-Real-IP does not give it tries of its own.
                statuses = []
                for n in range(14):
                    connection = http.client.HTTPSConnection("localhost", outside, context=context, timeout=10)
                    connection.request("GET", "/login", headers={"Authorization": "Bearer x", "X-Real-IP": f"192.0.2.{n}"})
                    statuses.append(connection.getresponse().status)
                row(f"{name} with docs/operations: links, HSTS, forged addresses", 15, f"{answer.status}, then {statuses[0]} … {statuses[-1]}", bool(good) and statuses[-1] == 429)
            finally:
                proxy.terminate()
                proxy.wait()


def unprotected(program, town, scratch):
    """The same town with referrals that do not say that they are made up, behind proxies as people write them."""
    store = scratch / "private.store"
    shutil.copytree(town, store)
    (scratch / "counts.toml").write_text('source = "made-up-referrals"\ngeography = "doggerby"\n')
    demand = scratch / "town/demand.csv"
    subprocess.run([program, "import", "demand", demand, "--map", scratch / "counts.toml", "--store", store], capture_output=True, check=True)
    with Server(program, str(store)) as server:
        let_in = []
        for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Via": "1.1 a"}, {"Forwarded": "for=192.0.2.1"}, {"X-Real-IP": "192.0.2.1"}, {"X-Forwarded-Proto": "https"}):
            let_in += [str(headers)] * (server.get("/gaps", {"Host": f"127.0.0.1:{server.port}", **headers})[0] == 200)
        with socket.create_connection(("127.0.0.1", server.port)) as plain:
            plain.sendall(f"GET /gaps HTTP/1.0\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode())
            let_in += ["HTTP/1.0"] * (b" 200 " in plain.recv(64))
        row("unprotected counts through a proxy", 6, f"let in: {let_in or 'nobody'}", not let_in)
        nginx = shutil.which("nginx") or os.environ.get("HEREABOUTS_NGINX")
        if nginx:
            outside = free_port()
            temp = "".join(f"{t}_temp_path {scratch}/{t};" for t in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            (scratch / "plain.conf").write_text(
                f"daemon off; pid {scratch}/plain.pid; error_log stderr; events {{}} http {{ access_log off; {temp} server {{ listen 127.0.0.1:{outside}; location / {{ proxy_pass http://127.0.0.1:{server.port}; }} }} }}")
            proxy = subprocess.Popen([nginx, "-p", str(scratch), "-c", str(scratch / "plain.conf")], stderr=subprocess.DEVNULL)
            time.sleep(1)
            connection = http.client.HTTPConnection("127.0.0.1", outside, timeout=10)
            connection.request("GET", "/gaps", headers={"Host": "there.example"})
            status = connection.getresponse().status
            proxy.terminate()
            proxy.wait()
            row("unprotected counts through nginx's plain proxy_pass", 1, str(status), status == 403)
    refused = subprocess.run([program, "serve", "--store", store, "--public-url", "https://a.example"], capture_output=True, text=True, timeout=60)
    row("unprotected counts with --public-url", 1, f"status {refused.returncode}", refused.returncode == 2)


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("program")
    asked.add_argument("--store")
    asked = asked.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        made = subprocess.run([program, "demo", "--once", "--keep", str(scratch / "town")], capture_output=True, text=True)
        if made.returncode:
            sys.exit(made.stderr)
        town = scratch / "town.store"
        made = subprocess.run([program, "build", scratch / "town/place.toml", "--store", town], capture_output=True, text=True)
        if made.returncode not in (0, 3):
            sys.exit(made.stderr)
        store = asked.store or str(town)
        print(f"{'attack':<58} {'tries':>9}  result")
        crowds(program, store)
        addresses(program, str(town))
        imports(program, scratch)
        hidden(program, str(town), scratch)
        proxies(program, store, scratch)
        unprotected(program, str(town), scratch)
    print(f"{sum(ROWS)} of {len(ROWS)} held")
    sys.exit(0 if all(ROWS) else 1)


if __name__ == "__main__":
    main()
