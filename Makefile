# make demo   build everything, make a made-up town, print its worst gaps, serve its map
# make test   install what tests need, run every test
# make oracle every column of the gaps report recomputed in Python from docs/method.md, and held against the program's
# make bench  speed and memory; make bench-peers: beside others' programs for the same task
# make check  what a change must pass before it is committed
# make attack attacks on a server and on imports, one line each: attack, tries, result
# make faults every call that changes a file fails once, with EIO and ENOSPC; the same of SQLite
# make pictures  every page of the made-up town, wide and narrow, light and dark, on one sheet: docs/pages.jpg
# make soak  mixed load for 20 minutes: memory, lost entries, times; ARGS="--minutes 2" for less
# make crawl  whether two builds say the same, but for renames: BEFORE=path AFTER=path ARGS="--place demo"

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
PEERS := gcc libc6-dev python3-venv postgresql postgresql-postgis wrk curl
BIND ?= 127.0.0.1:8080

# A snapshot that differs fails, and leaves no file behind.
export INSTA_UPDATE ?= no

.PHONY: demo test test-rust test-web test-clients oracle web chromium bench bench-peers peers-packages check crawl attack faults soak pictures

demo: web
	cargo run --release --locked -- demo --bind $(BIND)

test: test-rust test-web

test-rust:
	cargo test --workspace --locked --no-fail-fast

test-web: web chromium
	cargo build --locked --workspace --bin hereabouts
	cd web && npm test

web: web/node_modules/.package-lock.json
	cd web && npm run build

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund

chromium:
	@command -v chromium >/dev/null || { $(SUDO) apt-get update && $(SUDO) apt-get install -y --no-install-recommends chromium; }

oracle:
	tests/oracle/run.sh

test-clients:
	tests/clients/run.sh

pictures: web chromium
	cargo build --locked --workspace --bin hereabouts
	node web/pictures.mjs

bench:
	cargo bench --locked -p hereabouts-bench
	cargo run --release --locked -p hereabouts-bench --bin imports
	cargo run --release --locked -p hereabouts-bench --bin near

bench-peers: peers-packages
	crates/bench/peers/run.sh
	crates/bench/peers/near.sh

peers-packages:
	@python3 -c 'import ensurepip, venv' 2>/dev/null && crates/bench/peers/near.sh --check 2>/dev/null \
	|| { $(SUDO) apt-get update && $(SUDO) apt-get install -y --no-install-recommends $(PEERS); }

check: web/node_modules/.package-lock.json
	cargo fmt --all --check
	cd web && npm run --silent format:check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --locked -p hereabouts-tests --test house
	@if command -v cargo-deny >/dev/null; then cargo deny --locked check licenses bans sources; \
	else echo "cargo-deny is not installed: licences were not checked (cargo install cargo-deny)"; fi

crawl:
	tests/crawl/crawl.py $(BEFORE) $(AFTER) $(ARGS)

attack:
	cargo build --release --locked -p hereabouts
	tests/attack/attack.py target/release/hereabouts $(ARGS)

faults:
	cargo build --release --locked -p hereabouts
	tests/attack/faults.py target/release/hereabouts $(ARGS)

soak:
	cargo build --release --locked -p hereabouts
	tests/attack/soak.py target/release/hereabouts $(ARGS)
