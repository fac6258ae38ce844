#!/usr/bin/env bash
# Two-step floating catchments and ways on streets by others and by us, in one run: see peers.py and streets.py.
# PEERS_FOLDER is the workload (by default the test bed's largest); what cannot be installed is said so and left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
folder=${PEERS_FOLDER:-../shared/data/workload/england}
if [ ! -d "$folder" ]; then
    echo "NOTHING MEASURED: there is no workload at $folder; say PEERS_FOLDER=..." >&2
    exit 0
fi
target=${CARGO_TARGET_DIR:-target}
cargo build --release --locked -p hereabouts-bench --bin workload --bin streets
python=${target}/peers/bin/python
[ -x "$python" ] || python3 -m venv "${target}/peers"
while read -r package; do
    case $package in '' | '#'*) continue ;; esac
    "$python" -m pip install --quiet --disable-pip-version-check "$package" || echo "$package could not be installed" >&2
done < "$here/requirements.txt"
for decay in step dai; do
    "$python" "$here/peers.py" "$folder" "${target}/release/workload" --decay "$decay" --runs "${PEERS_RUNS:-7}"
done
streets=${PEERS_STREETS:-../shared/data/golden/network_poa}
if [ -d "$streets" ]; then
    "$python" "$here/streets.py" "$streets" "${target}/release/streets" --runs 3
else
    echo "NOTHING MEASURED ON STREETS: there is no network at $streets; say PEERS_STREETS=..." >&2
fi
