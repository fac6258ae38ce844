//! Pages of an Open Referral feed, and each service in full, as one file.
//!
//! A list has the first-level fields of services alone (HSDS 3), so each service is asked for as well, unless the list
//! has its parts already or its `last_modified` is that of what is kept. `modified_after` is not used: it tells what
//! changed, not what is gone.

use super::ask::{FeedPage, ask};
use super::spool::{FeedSpool, SpooledFeed};
use super::{FeedFetcher, FileRead, Messages, Progress, UnexpectedStatus, collection, shown};
use anyhow::{Context, Result, bail};
use hereabouts_engine::wire::encode;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::HashSet;

/// Most pages of a feed.
const MAX_PAGES: u64 = 100_000;
/// One service in so many may be unreadable before the feed as a whole is.
const SPARE: usize = 10;
/// What only a service in full has.
const PARTS: [&str; 10] = [
    "service_at_locations",
    "locations",
    "schedules",
    "regular_schedules",
    "service_areas",
    "cost_options",
    "languages",
    "contacts",
    "phones",
    "service_taxonomys",
];

pub(crate) fn read(
    fetcher: &mut FeedFetcher,
    url: &str,
    mut spool: Option<FeedSpool<'_>>,
    working: &Progress,
    words: Messages,
) -> Result<FileRead> {
    let first = match ask(fetcher, url, &mut spool)? {
        FeedPage::File(bytes) => {
            spool.map_or(Ok(()), FeedSpool::finish)?;
            return Ok((file_name(url), bytes));
        }
        FeedPage::Json(first) => first,
    };
    let first = match collection::is_one(&first) {
        true => collection::whole(fetcher, url, first, &mut spool, working)?,
        false => first,
    };
    let (list, first) = if is_api(&first) {
        whole_list(fetcher, &under(url, "services"), &mut spool)?
    } else {
        (url.to_owned(), first)
    };
    let services = match page(&first) {
        None => vec![first],
        Some(_) => {
            let services = pages(fetcher, &list, first, &mut spool, working)?;
            in_full(fetcher, &list, services, &mut spool, working, words)?
        }
    };
    spool.map_or(Ok(()), FeedSpool::finish)?;
    // One alone is what it is: a file of another kind, perhaps.
    let whole = match <[Value; 1]>::try_from(services) {
        Ok([one]) => one,
        Err(all) => json!({ "contents": all }),
    };
    Ok((file_name(&list), serde_json::to_vec(&whole)?))
}

/// The first page of a list, each service with its parts and as many as there may be on a page, where the server knows how
/// to give that; servers that do not know these parameters leave them, or refuse them.
fn whole_list(
    fetcher: &mut FeedFetcher,
    list: &str,
    spool: &mut Option<FeedSpool<'_>>,
) -> Result<(String, Value)> {
    let full = with(&with(list, "full", "true"), "per_page", "100");
    for list in [full, list.to_owned()] {
        match ask(fetcher, &list, spool) {
            Ok(FeedPage::Json(first)) => return Ok((list, first)),
            Ok(FeedPage::File(_)) => bail!("{}: not JSON", shown(&list)),
            Err(error) if error.is::<UnexpectedStatus>() && list.contains('?') => {}
            Err(error) => return Err(error),
        }
    }
    bail!("{}: no answer", shown(list))
}

/// Whether it is what an API of Open Referral says of itself.
fn is_api(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some_and(Value::is_string);
    has("openapi_url") || (has("version") && has("profile"))
}

/// A page: which it is, of how many, and what is on it.
fn page(value: &Value) -> Option<(u64, u64, &Vec<Value>)> {
    let number = |names: [&str; 3]| names.iter().find_map(|name| value.get(*name)?.as_u64());
    let contents = ["contents", "content", "items"].iter().find_map(|name| value.get(*name)?.as_array())?;
    let total = number(["total_pages", "totalPages", "pages"])?;
    Some((number(["page_number", "number", "page"]).unwrap_or(1), total, contents))
}

fn pages(
    fetcher: &mut FeedFetcher,
    list: &str,
    first: Value,
    spool: &mut Option<FeedSpool<'_>>,
    working: &Progress,
) -> Result<Vec<Value>> {
    let mut services = Vec::new();
    let mut seen = HashSet::new();
    let (start, mut total, contents) = page(&first).context("no page")?;
    take(contents, &mut services, &mut seen);
    // Some count from 0.
    let mut at = start.min(1);
    let last = |total: u64| if start == 0 { total.saturating_sub(1) } else { total };
    while at < last(total) {
        at += 1;
        if at > MAX_PAGES {
            bail!("{}: more than {MAX_PAGES} pages", shown(list));
        }
        working.now(format!("fetching {}: page {at} of {total}", shown(list)));
        let url = with(list, "page", &at.to_string());
        let FeedPage::Json(next) = ask(fetcher, &url, spool)? else {
            bail!("{}: page {at} is not JSON", shown(list))
        };
        let (_, now, contents) =
            page(&next).with_context(|| format!("{}: page {at} is no page", shown(list)))?;
        total = now;
        if contents.is_empty() {
            break;
        }
        if !take(contents, &mut services, &mut seen) {
            bail!("{}: page {at} is nothing but what came before", shown(list));
        }
    }
    Ok(services)
}

/// Adds services that are new; whether any was.
fn take(contents: &[Value], services: &mut Vec<Value>, seen: &mut HashSet<String>) -> bool {
    let before = services.len();
    for one in contents {
        let id = one.get("id").map_or_else(|| one.to_string(), Value::to_string);
        if seen.insert(id) {
            services.push(one.clone());
        }
    }
    services.len() > before || contents.is_empty()
}

/// Each service with its parts. Where the server cannot give one of a few, what the list says of it is taken.
fn in_full(
    fetcher: &mut FeedFetcher,
    list: &str,
    services: Vec<Value>,
    spool: &mut Option<FeedSpool<'_>>,
    working: &Progress,
    words: Messages,
) -> Result<Vec<Value>> {
    let has_parts = services.iter().any(|s| PARTS.iter().any(|part| s.get(*part).is_some()));
    if has_parts
        || !list.split('?').next().is_some_and(|path| path.trim_end_matches('/').ends_with("/services"))
    {
        return Ok(services);
    }
    let all = services.len();
    let mut whole = Vec::with_capacity(all);
    let mut lacking: Vec<String> = Vec::new();
    for (done, one) in services.into_iter().enumerate() {
        let Some(id) = one.get("id").and_then(Value::as_str) else {
            whole.push(one);
            continue;
        };
        working.now(format!("fetching {}: service {} of {all}", shown(list), done + 1));
        let url = under(list, &escaped(id));
        let kept = spool.as_mut().and_then(|spool| spool.get(&url));
        if let Some(kept) = kept.filter(|kept| is_of(kept, &one)) {
            whole.push(kept.body);
            continue;
        }
        match ask(fetcher, &url, spool) {
            Ok(FeedPage::Json(service)) => whole.push(service),
            Ok(FeedPage::File(_)) => {
                lacking.push(format!("{id}: not JSON"));
                whole.push(one);
            }
            Err(error) if error.is::<UnexpectedStatus>() => {
                lacking.push(format!("{id}: {}", error.root_cause()));
                whole.push(one);
            }
            Err(error) => return Err(error),
        }
        if lacking.len() * SPARE > all && lacking.len() > 1 {
            bail!("{}: {} services cannot be read, e.g. {}", shown(list), lacking.len(), lacking[0]);
        }
    }
    for one in &lacking {
        words.say(format_args!("Only what the list says of service {one}"));
    }
    Ok(whole)
}

/// Whether what is kept of a service is what the list has, by when it was last modified.
fn is_of(kept: &SpooledFeed, listed: &Value) -> bool {
    let when = |of: &Value| of.get("last_modified").and_then(Value::as_str).map(str::to_owned);
    when(listed).is_some_and(|listed| when(&kept.body) == Some(listed))
}

/// The URL of something below one, without its query: `page` is of the list alone.
fn under(url: &str, part: &str) -> String {
    format!("{}/{part}", shown(url).trim_end_matches('/'))
}

fn with(url: &str, name: &str, value: &str) -> String {
    let join = if url.contains('?') { '&' } else { '?' };
    format!("{url}{join}{name}={value}")
}

/// As a part of a path: an id cannot lead elsewhere, nor can one that is nothing but dots.
fn escaped(id: &str) -> Cow<'_, str> {
    if matches!(id, "." | "..") { Cow::Owned(id.replace('.', "%2E")) } else { encode(id) }
}

/// What a message calls the file, and its source unless named: the last part of the path that has a name, else the host.
fn file_name(url: &str) -> String {
    let path = shown(url).split_once("://").map_or("", |(_, rest)| rest);
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let host = parts.next().unwrap_or("url");
    let last = parts.next_back().filter(|part| part.contains('.'));
    last.map_or_else(|| format!("{}.json", host.split(':').next().unwrap_or(host)), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_made_of_parts() {
        assert_eq!(under("https://a.example/oruk/?key=1", "services"), "https://a.example/oruk/services");
        assert_eq!(
            with("https://a.example/services?key=1", "page", "2"),
            "https://a.example/services?key=1&page=2"
        );
        assert_eq!(escaped("../a b?c#d.é"), "..%2Fa%20b%3Fc%23d.%C3%A9");
        assert_eq!((escaped("."), escaped("..")), ("%2E".into(), "%2E%2E".into()));
        assert_eq!(file_name("https://a.example:8443/x/list.csv?key=1"), "list.csv");
        assert_eq!(file_name("https://a.example:8443/oruk/services"), "a.example.json");
    }

    #[test]
    fn pages_are_known_by_what_each_version_calls_them() {
        let new = json!({ "total_pages": 3, "page_number": 1, "contents": [{ "id": "a" }] });
        let old = json!({ "totalPages": 3, "number": 0, "content": [{ "id": "a" }] });
        assert_eq!(page(&new).map(|(at, of, _)| (at, of)), Some((1, 3)));
        assert_eq!(page(&old).map(|(at, of, _)| (at, of)), Some((0, 3)));
        assert!(page(&json!({ "features": [] })).is_none());
    }
}
