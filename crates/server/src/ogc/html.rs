//! The same resources as pages, for whoever follows a link with a browser.

use super::answer::{CollectionAddress, ResponseLink};
use crate::endpoint::Endpoint;
use crate::pages::layout;
use hereabouts_engine::collections::FeatureList;
use hereabouts_engine::site::Site;
use hereabouts_engine::wire::{FeatureRow, RowValue};
use maud::{Markup, html};
use serde_json::Value as Json;

/// A resource as what its JSON says.
pub(super) fn resource(root: &str, title: &str, about: &str, body: &Json) -> Markup {
    page(
        root,
        title,
        &html! {
            p { (about) }
            (tree(body))
        },
    )
}

/// A page of features as a table.
pub(super) fn items<L: FeatureList>(
    place: &CollectionAddress,
    listing: Option<&L>,
    page_of: &[usize],
    matched: usize,
    links: &[ResponseLink],
) -> Markup {
    let properties = <L::Row<'_> as FeatureRow>::PROPERTIES;
    page(
        &place.root,
        place.collection.title(),
        &html! {
            p { (place.collection.description()) }
            p { (page_of.len()) " of " (matched) " features." }
            (ways(links))
            @if let Some(listing) = listing {
                div class="scroll" role="region" tabindex="0" aria-label=(place.collection.title()) {
                    table {
                        thead { tr { th scope="col" { "id" } @for p in properties { th scope="col" title=(p.about) { (p.name) } } } }
                        tbody {
                            @for &at in page_of {
                                @let (id, row) = (listing.id(at), listing.row(at));
                                tr {
                                    th scope="row" { a href={ (place.feature(&id)) "?f=html" } { (id) } }
                                    @for value in row.values() { td { (shown(&value)) } }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// One feature as a list of its properties.
pub(super) fn feature<L: FeatureList>(
    place: &CollectionAddress,
    listing: &L,
    at: usize,
    links: &[ResponseLink],
) -> Markup {
    let row = listing.row(at);
    page(
        &place.root,
        &listing.id(at),
        &html! {
            (ways(links))
            dl.properties {
                @for (property, value) in <L::Row<'_> as FeatureRow>::PROPERTIES.iter().zip(row.values()) {
                    dt title=(property.about) { (property.name) }
                    dd { (shown(&value)) }
                }
            }
        },
    )
}

fn page(root: &str, title: &str, body: &Markup) -> Markup {
    let ways = [
        ("", "Start"),
        ("/collections", "Collections"),
        ("/api", "Definition"),
        ("/conformance", "Conformance"),
    ];
    layout::plain(
        title,
        "/ogc",
        &html! {
            nav.pages aria-label="Data" { @for (path, label) in ways { a href={ (root) (path) "?f=html" } { (label) } } }
            h1 { (title) }
            (body)
        },
    )
}

fn ways(links: &[ResponseLink]) -> Markup {
    html! {
        ul.pages {
            @for link in links.iter().filter(|link| link.rel != "self") {
                @let href = if link.kind.ends_with("json") || link.kind.starts_with("text/html") {
                    as_page(&link.href)
                } else {
                    link.href.clone()
                };
                li { a rel=(link.rel) href=(href) { (link.title) } }
            }
        }
    }
}

/// Whoever reads pages goes on reading pages.
fn as_page(href: &str) -> String {
    if href.contains("?f=") || href.contains("&f=") {
        return href.to_owned();
    }
    format!("{href}{}f=html", if href.contains('?') { '&' } else { '?' })
}

fn shown(value: &RowValue<'_>) -> String {
    match value {
        RowValue::Null => "–".to_owned(),
        RowValue::Text(text) => (*text).to_owned(),
        RowValue::Number(number) => number.to_string(),
        RowValue::Integer(number) => number.to_string(),
        RowValue::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        RowValue::Day(day) => day.to_string(),
        RowValue::List(list) => list.join(", "),
    }
}

/// JSON as nested lists; what looks like an address of this API is a link.
fn tree(value: &Json) -> Markup {
    html! {
        @match value {
            Json::Object(map) => dl.properties {
                @for (name, value) in map { dt { (name) } dd { (tree(value)) } }
            },
            Json::Array(values) => ul { @for value in values { li { (tree(value)) } } },
            Json::String(text) if text.starts_with("http://") || text.starts_with("https://") => a href=(text) { (text) },
            Json::String(text) => (text),
            Json::Null => "–",
            other => (other.to_string()),
        }
    }
}

/// The definition of the API, for people: every resource and what it takes.
pub(crate) fn definition(root: &str, endpoints: &[Endpoint], snapshot: &Site) -> Markup {
    page(
        root,
        "Definition",
        &html! {
            p { "Programs read this as " a href={ (root) "/api?f=json" } { "OpenAPI 3.0" } "." }
            @for endpoint in endpoints {
                @for collection in endpoint.collections() {
                    @let parameters = (endpoint.parameters)(snapshot, collection);
                    h2 { code { (endpoint.address(collection)) } }
                    p { (endpoint.summary) }
                    @if !parameters.is_empty() {
                        details {
                            summary { (parameters.len()) " parameters" }
                            dl.properties { @for p in parameters.iter() { dt { code { (p.name) } } dd { (p.about) } } }
                        }
                    }
                }
            }
        },
    )
}
