//! Links, and features written out.

use super::CRS84;
use crate::http::query::RequestQuery;
use bytes::Bytes;
use chrono::{SecondsFormat, Utc};
use hereabouts_engine::collections::{CollectionId, FeatureList, FeatureQuery, is_asked};
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::wire::encode;
use hereabouts_engine::wire::{CsvWriter, write_feature};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};

/// The media types of this API.
pub(super) const JSON: &str = "application/json";
pub(super) const GEOJSON: &str = "application/geo+json";
pub(super) const SCHEMA_JSON: &str = "application/schema+json";
pub(crate) const OPENAPI_JSON: &str = "application/vnd.oai.openapi+json;version=3.0";
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";
pub(super) const HTML: &str = "text/html";

/// A link of RFC 8288, as OGC API has it in bodies.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ResponseLink {
    pub(super) rel: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) href: String,
    pub(super) title: String,
}

/// A link.
pub(super) fn link(
    rel: &'static str,
    kind: &'static str,
    href: String,
    title: impl Into<String>,
) -> ResponseLink {
    ResponseLink { rel, kind, href, title: title.into() }
}

/// Where things are: `root` is the address of `/ogc`.
#[derive(Debug, Clone)]
pub(super) struct CollectionAddress {
    pub(super) root: String,
    pub(super) collection: CollectionId,
}

impl CollectionAddress {
    pub(super) fn collection(&self) -> String {
        format!("{}/collections/{}", self.root, self.collection.id())
    }

    pub(super) fn items(&self) -> String {
        format!("{}/items", self.collection())
    }

    /// An id as a path: an asset's holds a slash.
    pub(super) fn feature(&self, id: &str) -> String {
        format!("{}/{}", self.items(), encode(id))
    }
}

/// Links of a page of items: itself, its other forms, the collection, and the next and previous page if there are any.
pub(super) fn page_links(
    place: &CollectionAddress,
    query: &RequestQuery,
    ask: &FeatureQuery,
    matched: usize,
    returned: usize,
) -> Vec<ResponseLink> {
    let items = place.items();
    let title = place.collection.title();
    let mut links = vec![
        link("self", GEOJSON, format!("{items}{}", query.same()), "This page"),
        link("alternate", HTML, format!("{items}{}", query.with("f", "html")), "This page for people"),
        link(
            "alternate",
            "text/csv",
            format!("{items}{}", query.with("f", "csv")),
            "All of it for spreadsheets",
        ),
        link("collection", JSON, place.collection(), title),
    ];
    let after = ask.offset.saturating_add(returned);
    if returned > 0 && after < matched {
        let next = format!("{items}{}", query.with("offset", &after.to_string()));
        links.push(link("next", GEOJSON, next, "Next page"));
    }
    if ask.offset > 0 {
        let before = ask.offset.min(matched).saturating_sub(ask.limit).to_string();
        links.push(link(
            "prev",
            GEOJSON,
            format!("{items}{}", query.with("offset", &before)),
            "Previous page",
        ));
    }
    links
}

/// A page of features as a GeoJSON FeatureCollection. `listing` is `None` where there is nothing to list.
pub(super) fn feature_collection<L: FeatureList>(
    listing: Option<&L>,
    page: &[usize],
    matched: usize,
    links: &[ResponseLink],
) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(512 + page.len() * 1_024);
    let head = json!({ "numberMatched": matched, "numberReturned": page.len(), "timeStamp": now() });
    write!(out, "{{\"type\":\"FeatureCollection\",\"links\":{},", serde_json::to_string(links)?)?;
    out.extend_from_slice(head.to_string().trim_matches(['{', '}']).as_bytes());
    out.extend_from_slice(b",\"features\":[");
    if let Some(listing) = listing {
        for (n, &at) in page.iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            write_one(&mut out, listing, at)?;
        }
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// One feature with links of its own.
pub(super) fn feature<L: FeatureList>(listing: &L, at: usize, links: &[ResponseLink]) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(2_048);
    write_one(&mut out, listing, at)?;
    out.pop();
    write!(out, ",\"links\":{}}}", serde_json::to_string(links)?)?;
    Ok(out)
}

fn write_one<L: FeatureList>(out: &mut Vec<u8>, listing: &L, at: usize) -> io::Result<()> {
    let geometry = listing.geometry(at);
    write_feature(out, &listing.id(at), geometry.as_deref(), &listing.row(at))
}

/// The next rows of a table, from a rank on: bytes, and where to go on; `None` when all are written.
pub(super) fn csv_part<L: FeatureList>(
    listing: Option<&L>,
    ask: &FeatureQuery,
    done: CsvDone,
) -> io::Result<Option<(Bytes, CsvDone)>> {
    let ranks = listing.map_or(0, FeatureList::count);
    if done.headed && (done.rank >= ranks || done.written >= ask.limit) {
        return Ok(None);
    }
    let mut done = done;
    let mut writer = if done.headed {
        CsvWriter::resume(Vec::new(), L::HAS_POINT)
    } else {
        done.headed = true;
        CsvWriter::new::<L::Row<'_>>(Vec::new(), true, L::HAS_POINT)?
    };
    let mut part = 0;
    while let Some(listing) = listing
        && done.rank < ranks
        && part < ROWS_IN_A_PART
        && done.written < ask.limit
    {
        let at = listing.nth(done.rank);
        done.rank += 1;
        if is_asked(listing, at, ask) {
            done.matched += 1;
            if done.matched > ask.offset {
                writer.write(&listing.id(at), listing.point(at), &listing.row(at))?;
                done.written += 1;
                part += 1;
            }
        }
    }
    Ok(Some((Bytes::from(writer.finish()?), done)))
}

/// A part takes about a millisecond.
const ROWS_IN_A_PART: usize = 500;

/// How far a table has been written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CsvDone {
    headed: bool,
    rank: usize,
    matched: usize,
    written: usize,
}

/// A collection, described.
pub(super) fn describe(place: &CollectionAddress, snapshot: &Snapshot) -> Value {
    let collection = place.collection;
    let here = place.collection();
    let links = [
        link("self", JSON, here.clone(), "This collection"),
        link("alternate", HTML, format!("{here}?f=html"), "This collection for people"),
        link("items", GEOJSON, place.items(), "Its features"),
        link("items", HTML, format!("{}?f=html", place.items()), "Its features for people"),
        link("items", "text/csv", format!("{}?f=csv", place.items()), "Its features for spreadsheets"),
        link("describedby", SCHEMA_JSON, format!("{here}/schema"), "Schema of a feature"),
        link(
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA_JSON,
            format!("{here}/queryables"),
            "Properties that can be asked for",
        ),
    ];
    let mut extent = json!({});
    if let Some(bounds) = snapshot.extent() {
        let corner = [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]
            .map(hereabouts_engine::wire::degrees);
        extent["spatial"] = json!({ "bbox": [corner], "crs": CRS84 });
    }
    let quarters = snapshot.study().quarters();
    if let (Some(first), Some(last), true) = (quarters.first(), quarters.last(), collection.has_view()) {
        let moment = |day: String, time: &str| format!("{day}T{time}Z");
        let from = moment(first.days().0, "00:00:00");
        extent["temporal"] = json!({ "interval": [[from, moment(last.days().1, "23:59:59")]] });
    }
    json!({
        "id": collection.id(), "title": collection.title(), "description": collection.description(),
        "itemType": "feature", "extent": extent, "crs": [CRS84], "storageCrs": CRS84, "links": links,
    })
}

/// The time of an answer.
pub(super) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}
