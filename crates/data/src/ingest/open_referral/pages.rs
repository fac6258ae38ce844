//! Pages of a feed that are kept as files: all of them, or none.

use serde_json::Value;
use std::collections::BTreeSet;

/// # Errors
/// A file that is a page of more than there are, or holds less than it says, and why.
pub(super) fn check_whole(roots: &[(&str, Option<Value>)]) -> Result<(), (String, String)> {
    let pages: Vec<(&str, FeedPage)> =
        roots.iter().filter_map(|(file, root)| Some((*file, FeedPage::of(root.as_ref()?)?))).collect();
    let numbers: BTreeSet<u64> = pages.iter().map(|(_, page)| page.number).collect();
    for (file, page) in &pages {
        let wrong = |why: String| {
            let way_out = "import the feed's address, which brings all pages, or give all of them together";
            Err(((*file).to_owned(), format!("{why}: {way_out}")))
        };
        if page.of > numbers.len() as u64 {
            return wrong(format!("page {} of {}, and {} are here", page.number, page.of, numbers.len()));
        }
        let came: usize = pages.iter().map(|(_, page)| page.came).sum();
        if page.items > came as u64 {
            return wrong(format!("{} entries, it says, and {came} came", page.items));
        }
    }
    Ok(())
}

/// What a page says of itself.
struct FeedPage {
    number: u64,
    of: u64,
    /// How many entries all pages have, as it says.
    items: u64,
    came: usize,
}

impl FeedPage {
    fn of(root: &Value) -> Option<Self> {
        let number = |names: &[&str]| names.iter().find_map(|name| root.get(*name)?.as_u64());
        let contents =
            ["contents", "content", "items", "data"].iter().find_map(|name| root.get(*name)?.as_array())?;
        Some(Self {
            number: number(&["page_number", "number", "page"]).unwrap_or(1),
            of: number(&["total_pages", "totalPages", "pages"])?,
            items: number(&["total_items", "totalElements"]).unwrap_or(0),
            came: contents.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(number: u64, of: u64, items: u64, came: usize) -> Option<Value> {
        Some(
            json!({ "page_number": number, "total_pages": of, "total_items": items, "contents": vec![json!({}); came] }),
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
    }
}
