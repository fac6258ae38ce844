//! A page of a list, in the envelope of the standard.

use crate::http::query::RequestQuery;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use serde_json::{Value, json};

/// Most on a page.
const MOST: usize = 500;
/// On a page if nobody says.
const USUAL: usize = 50;

pub(super) fn parameters() -> Vec<QueryParameter> {
    let whole = |default| ValueDomain::Whole { min: 1, max: None, default: Some(default) };
    vec![
        QueryParameter::new("page", "Which page, from 1.", whole(1)),
        QueryParameter::new(
            "per_page",
            "How many on a page; more than 500 is taken for 500.",
            whole(USUAL as u64),
        ),
    ]
}

/// A page of `all`, each written by `write`.
pub(super) fn of<T>(query: &RequestQuery, all: &[T], write: impl Fn(&T) -> Value) -> Value {
    let size = query.whole("per_page", USUAL).clamp(1, MOST);
    let number = query.whole("page", 1).max(1);
    let total = all.len().div_ceil(size);
    let contents: Vec<Value> =
        all.iter().skip((number - 1).saturating_mul(size)).take(size).map(write).collect();
    json!({
        "total_items": all.len(), "total_pages": total, "page_number": number, "size": contents.len(),
        "first_page": number == 1, "last_page": number >= total, "empty": contents.is_empty(), "contents": contents,
    })
}

pub(super) fn schema() -> Value {
    let whole = json!({ "type": "integer", "minimum": 0 });
    let flag = json!({ "type": "boolean" });
    json!({
        "type": "object",
        "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
        "properties": {
            "total_items": whole, "total_pages": whole, "page_number": whole, "size": whole,
            "first_page": flag, "last_page": flag, "empty": flag,
            "contents": { "type": "array", "items": { "type": "object", "required": ["id"] } },
        },
    })
}
