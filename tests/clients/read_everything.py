"""GDAL (through pyogrio) and OWSLib read every collection of a running server whole, with the right types and filters."""

import json
import sys
import urllib.request

import pyogrio
from owslib.ogcapi.features import Features

BASE = sys.argv[1].rstrip("/")
ROOT = f"{BASE}/ogc"
OAPIF = f"OAPIF:{ROOT}"
DTYPES = {"number": "float64", "integer": "int32", "boolean": "bool", "array": "list(str)"}


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def matched(collection, query=""):
    return fetch(f"{ROOT}/collections/{collection}/items?limit=1{query}")["numberMatched"]


def finest():
    """The geography with the most areas: the most features to page through."""
    api = fetch(f"{ROOT}/api")
    parameters = api["paths"]["/collections/gaps/items"]["get"]["parameters"]
    offered = next(p for p in parameters if p["name"] == "geography")["schema"]["enum"]
    return max(offered, key=lambda g: matched("neighbourhoods", f"&geography={g}"))


def read_whole(collection):
    if matched(collection) == 0:
        print(f"{collection}: none")
        return None
    info = pyogrio.read_info(OAPIF, layer=collection)
    frame = pyogrio.read_dataframe(OAPIF, layer=collection)
    assert len(frame) == matched(collection), f"{collection}: {len(frame)} of {matched(collection)}"
    assert frame["id"].is_unique, collection
    expected = "Point" if collection in ("assets", "grants") else "LineString" if collection == "streets" else "MultiPolygon"
    # GDAL takes types from the features it sees: where all are null it cannot know.
    if frame.geometry.notna().any():
        assert info["geometry_type"] == expected, info["geometry_type"]
    assert set(frame.geometry.geom_type.dropna()) <= {expected}, collection
    assert "CRS84" in str(info["crs"]), info["crs"]

    schema = fetch(f"{ROOT}/collections/{collection}/schema")["properties"]["properties"]["properties"]
    read = dict(zip(info["fields"], info["dtypes"]))
    for name, said in schema.items():
        expected = "datetime64[D]" if said.get("format") == "date" else DTYPES.get(said["type"], "object")
        assert read[name] == expected or frame[name].isna().all(), f"{collection}.{name}: {read[name]}, not {expected}"
    print(f"{collection}: {len(frame)} features, {len(schema)} typed properties")
    return frame


def main():
    layers = {name for name, _ in pyogrio.list_layers(OAPIF)}
    assert layers == {"assets", "neighbourhoods", "gaps", "cells", "grants", "streets"}, layers
    frames = {name: read_whole(name) for name in sorted(layers)}
    assert max(len(frame) for frame in frames.values() if frame is not None) > 4_000, "too little to page through"

    # What is summed here is what was sent: no cut decimals, no lost rows.
    url = f"{ROOT}/collections/cells/items?f=csv"
    with urllib.request.urlopen(url) as answer:
        lines = answer.read().decode("utf-8-sig").splitlines()
    column = lines[0].split(",").index("population")
    assert abs(sum(float(line.split(",")[column]) for line in lines[1:]) - frames["cells"]["population"].sum()) < 1e-3

    # Filters: a box, a text, a number, a boolean (which GDAL writes as 1).
    west, south, east, north = frames["assets"].total_bounds
    box = (west, south, (west + east) / 2, (south + north) / 2)
    some = pyogrio.read_dataframe(OAPIF, layer="assets", bbox=box)
    assert len(some) == matched("assets", "&bbox=" + ",".join(map(str, box))) and 0 < len(some) < len(frames["assets"])
    for collection, where, query in [
        ("gaps", "status = 'ok'", "&status=ok"),
        ("assets", "places_assumed = 1", "&places_assumed=1"),
        ("assets", "places_assumed = 0", "&places_assumed=false"),
    ]:
        filtered = pyogrio.read_dataframe(OAPIF, layer=collection, where=where)
        assert len(filtered) == matched(collection, query), where

    # One page of a thousand as plain GeoJSON, of the finest geography.
    url = f"{ROOT}/collections/gaps/items?limit=1000&geography={finest()}"
    with urllib.request.urlopen(url) as answer:
        page = pyogrio.read_dataframe(answer.read())
    assert len(page) == min(1_000, matched("gaps", f"&geography={finest()}"))

    # OWSLib asks for every resource by its link.
    client = Features(ROOT + "/")
    assert client.conformance()["conformsTo"] and client.api()["openapi"].startswith("3.0")
    assert len(client.feature_collections()) == 5
    assert client.collection_items("gaps", limit=3)["numberReturned"] == 3
    assert client.collection("gaps")["id"] == "gaps" and client.collection_queryables("gaps")["properties"]
    print("every collection was read whole, filters and types are right")


main()
