//! Pages of a feed that are kept as files: all of them, or none.

use serde_json::Value;
use std::collections::BTreeMap;

/// # Errors
/// A file that is a page of more than there are, or holds less than it says, and why.
pub(super) fn check_whole(roots: &[(&str, Option<Value>)]) -> Result<(), (String, String)> {
    let pages: Vec<(&str, FeedPage)> =
        roots.iter().filter_map(|(file, root)| Some((*file, FeedPage::of(root.as_ref()?)?))).collect();
    for (file, page) in &pages {
        let mut came: BTreeMap<u64, u64> = BTreeMap::new();
        for (_, other) in pages.iter().filter(|(_, other)| other.list == page.list) {
            let most = came.entry(other.number).or_default();
            *most = other.came.max(*most);
        }
        let (here, entries) = (came.len() as u64, came.values().sum::<u64>());
        let wrong = |why: String| {
            let way_out = "import the feed's address, which brings all pages, or give all of them together";
            Err(((*file).to_owned(), format!("{why}: {way_out}")))
        };
        // Who says one page of ten, and sends all ten entries, has sent them all.
        let all_came = page.items.is_some_and(|items| items > 0 && entries >= items);
        if page.of > here && !all_came {
            return wrong(format!("page {} of {}, and {here} are here", page.number, page.of));
        }
        if let Some(items) = page.items.filter(|&items| items > entries) {
            return wrong(format!("{items} entries, it says, and {entries} came"));
        }
    }
    Ok(())
}

/// Lists that bring services. Pages of organisations and of taxonomies bring none, and need not be whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FeedList {
    Services,
    AtLocations,
}

/// What a page says of itself.
struct FeedPage {
    list: FeedList,
    number: u64,
    of: u64,
    /// How many entries all pages have, as it says.
    items: Option<u64>,
    came: u64,
}

impl FeedPage {
    fn of(root: &Value) -> Option<Self> {
        let number = |names: &[&str]| names.iter().find_map(|name| root.get(*name)?.as_u64());
        let contents =
            ["contents", "content", "items", "data"].iter().find_map(|name| root.get(*name)?.as_array())?;
        let list = if contents.iter().any(super::at_location) {
            FeedList::AtLocations
        } else if contents.is_empty() || contents.iter().any(brings_services) {
            FeedList::Services
        } else {
            return None;
        };
        Some(Self {
            list,
            number: number(&["page_number", "number", "page"]).unwrap_or(1),
            of: number(&["total_pages", "totalPages", "pages"])?,
            items: number(&["total_items", "totalElements"]),
            came: contents.len() as u64,
        })
    }
}

fn brings_services(entry: &Value) -> bool {
    entry.get("services").is_some_and(Value::is_array)
        || super::OF_A_SERVICE.iter().any(|key| entry.get(*key).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(number: u64, of: u64, items: u64, came: usize) -> Option<Value> {
        Some(
            json!({ "page_number": number, "total_pages": of, "total_items": items, "contents": vec![json!({ "id": "a", "organization_id": "b" }); came] }),
        )
    }

    #[test]
    fn a_page_of_several_is_not_the_feed() {
        let check = |roots: &[(&str, Option<Value>)]| {
            check_whole(roots).map_err(|(file, why)| format!("{file}: {why}"))
        };
        assert!(
            check(&[("a", page(1, 21, 2_002, 100))])
                .unwrap_err()
                .starts_with("a: page 1 of 21, and 1 are here")
        );
        assert!(check(&[("a", page(1, 2, 3, 2)), ("b", page(1, 2, 3, 2))]).is_err(), "the same page twice");
        assert!(
            check(&[("a", page(1, 1, 50, 47))]).unwrap_err().contains("50 entries, it says, and 47 came")
        );
        assert_eq!(check(&[("a", page(1, 2, 3, 2)), ("b", page(2, 2, 3, 1))]), Ok(()));
        assert_eq!(check(&[("a", page(0, 1, 2, 2)), ("b", None)]), Ok(()));
        assert_eq!(check(&[("a", Some(json!({ "contents": [] })))]), Ok(()));
        assert!(check(&[("a", page(1, 21, 2_002, 0))]).is_err(), "an empty page of many");
        assert_eq!(check(&[("a", page(1, 10, 10, 10))]), Ok(()), "all that it says came, whatever the pages");
    }

    #[test]
    fn a_list_is_whole_by_its_own_pages() {
        let of = |entry: Value| {
            Some(json!({ "page_number": 1, "total_pages": 3, "total_items": 3, "contents": [entry] }))
        };
        let whole = page(1, 1, 1, 1);
        let check = |root: Option<Value>| check_whole(&[("services", whole.clone()), ("other", root)]);
        assert_eq!(check(of(json!({ "id": "o", "name": "An organisation", "description": "" }))), Ok(()));
        assert_eq!(check(of(json!({ "id": "t", "name": "A term", "taxonomy": "x" }))), Ok(()));
        let at_location = json!({ "id": "l", "service": { "name": "A" }, "location": {} });
        assert_eq!(check(of(at_location)).unwrap_err().0, "other");
        let with_services = json!({ "id": "o", "name": "An organisation", "services": [{ "id": "s" }] });
        assert_eq!(check(of(with_services)).unwrap_err().0, "other");
    }
}
