//! Pages of features, as OGC API, WFS and the map services of Esri give them, as one collection.

use super::ask::{FeedPage, ask};
use super::spool::FeedSpool;
use super::{FeedFetcher, Progress, shown};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::HashSet;
use url::Url;

/// Most pages of a collection.
const MAX_PAGES: usize = 10_000;

/// Whether an answer is a collection of features.
pub(super) fn is_one(value: &Value) -> bool {
    value.get("type").and_then(Value::as_str) == Some("FeatureCollection")
        && value.get("features").is_some_and(Value::is_array)
}

/// All features, page after page, each once. What one page says of itself alone is left out of the whole.
pub(super) fn whole(
    fetcher: &mut FeedFetcher,
    url: &str,
    mut first: Value,
    spool: &mut Option<FeedSpool<'_>>,
    working: &Progress,
) -> Result<Value> {
    let (mut features, mut seen) = (Vec::new(), HashSet::new());
    let mut page = first.clone();
    let mut at = url.to_owned();
    for number in 1..=MAX_PAGES {
        let before = features.len();
        for feature in
            page.get_mut("features").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
        {
            if seen.insert(feature.to_string()) {
                features.push(feature);
            }
        }
        let Some(next) = next(&page, url, &at, features.len())? else {
            matched(&page, &first, features.len(), url)?;
            let whole = first.as_object_mut().context("no collection")?;
            for of_a_page in
                ["links", "numberReturned", "numberMatched", "exceededTransferLimit", "timeStamp"]
            {
                whole.remove(of_a_page);
            }
            if let Some(properties) = whole.get_mut("properties").and_then(Value::as_object_mut) {
                properties.remove("exceededTransferLimit");
            }
            whole.insert("features".to_owned(), Value::Array(features));
            return Ok(first);
        };
        if features.len() == before {
            bail!("{}: page {number} brings nothing new, and says that there is more", shown(url));
        }
        working.now(format!("fetching {}: {} features so far", shown(url), features.len()));
        at = next;
        page = match ask(fetcher, &at, spool)? {
            FeedPage::Json(page) if is_one(&page) => page,
            _ => bail!("{}: page {} is no collection of features", shown(&at), number + 1),
        };
    }
    bail!("{}: more than {MAX_PAGES} pages", shown(url))
}

/// Where the next page is; `None` after the last.
fn next(page: &Value, url: &str, at: &str, so_far: usize) -> Result<Option<String>> {
    let links = page.get("links").and_then(Value::as_array);
    let is_next = |link: &&Value| link.get("rel").and_then(Value::as_str) == Some("next");
    let href = links.and_then(|links| links.iter().find(is_next)?.get("href")?.as_str());
    let base = Url::parse(at).with_context(|| format!("{}: no address", shown(at)))?;
    if let Some(href) = href {
        let next = base.join(href).with_context(|| format!("{}: its next page has no address", shown(at)))?;
        let home = Url::parse(url).with_context(|| format!("{}: no address", shown(url)))?;
        let same =
            |of: &Url| (of.scheme().to_owned(), of.host_str().map(str::to_owned), of.port_or_known_default());
        if same(&next) != same(&home) {
            bail!(
                "{}: its next page is on another server ({})",
                shown(at),
                next.host_str().unwrap_or_default()
            );
        }
        return Ok(Some(next.into()));
    }
    let more = |of: &Value| of.get("exceededTransferLimit").and_then(Value::as_bool) == Some(true);
    if !more(page) && !page.get("properties").is_some_and(more) {
        return Ok(None);
    }
    let mut next = base.clone();
    let others: Vec<(String, String)> = base
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("resultOffset"))
        .collect();
    next.query_pairs_mut().clear().extend_pairs(others).append_pair("resultOffset", &so_far.to_string());
    Ok(Some(next.into()))
}

/// Holds the count that came against the one that was said.
fn matched(last: &Value, first: &Value, came: usize, url: &str) -> Result<()> {
    let said = |of: &Value| ["numberMatched", "totalFeatures"].iter().find_map(|key| of.get(*key)?.as_u64());
    match said(last).or_else(|| said(first)) {
        Some(said) if said > came as u64 => {
            bail!("{}: {said} features match, it says, and {came} came", shown(url))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_next_page_is_where_the_page_or_the_service_says() {
        let url = "https://a.example/items?limit=2";
        let next = |page: Value| next(&page, url, url, 7);
        let link = |href: &str| json!({ "links": [{ "rel": "self", "href": "x" }, { "rel": "next", "href": href }] });
        assert_eq!(next(link("/items?offset=2")).unwrap().unwrap(), "https://a.example/items?offset=2");
        assert_eq!(next(link("https://a.example/b")).unwrap().unwrap(), "https://a.example/b");
        assert!(next(link("https://b.example/b")).is_err() && next(link("http://a.example/b")).is_err());
        let exceeded = json!({ "properties": { "exceededTransferLimit": true } });
        assert_eq!(next(exceeded).unwrap().unwrap(), "https://a.example/items?limit=2&resultOffset=7");
        assert_eq!(next(json!({ "exceededTransferLimit": false })).unwrap(), None);
        assert!(matched(&json!({ "numberMatched": 3 }), &json!({}), 2, url).is_err());
        assert!(matched(&json!({ "numberMatched": "unknown" }), &json!({}), 2, url).is_ok());
    }
}
