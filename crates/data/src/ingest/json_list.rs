//! Lists of JSON: features or objects one after another, each on its line or after a record separator (RFC 8142), and arrays
//! of plain objects, as open-data portals and registers give them.

use serde_json::{Map, Value};

/// What RFC 8142 puts before each text.
pub(super) const SEPARATOR: char = '\u{1e}';

/// Members under which services give their list, and nothing else but how many there are.
const LISTS: [&str; 6] = ["results", "records", "items", "data", "rows", "value"];

/// The texts of a sequence; `None` for what is one text of JSON.
pub(super) fn sequence(text: &str) -> Option<Vec<&str>> {
    if text.contains(SEPARATOR) {
        return Some(filled(text.split(SEPARATOR)));
    }
    let lines = filled(text.lines());
    let is_object = |line: &&str| line.starts_with('{') && line.ends_with('}');
    let first = lines.first().filter(|line| is_object(line))?;
    (lines.len() > 1 && serde_json::from_str::<Map<String, Value>>(first).is_ok()).then_some(lines)
}

fn filled<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    texts.map(str::trim).filter(|text| !text.is_empty()).collect()
}

/// The objects of a list.
///
/// # Errors
/// It is a page of a longer list.
pub(super) fn objects(root: &Value) -> Result<Option<&[Value]>, String> {
    let of_objects = |list: &Value| -> bool {
        list.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_object))
    };
    match root {
        Value::Array(all) if of_objects(root) => Ok(Some(all)),
        Value::Object(members) => {
            let found = LISTS.iter().find_map(|name| members.get(*name).filter(|list| of_objects(list)));
            let Some(list) = found.and_then(Value::as_array) else { return Ok(None) };
            check_whole(members, list.len())?;
            Ok(Some(list))
        }
        _ => Ok(None),
    }
}

/// A page of a longer list is not the list.
fn check_whole(members: &Map<String, Value>, came: usize) -> Result<(), String> {
    const WAY_OUT: &str = "import one file of them all";
    let next =
        ["next", "nextLink", "@odata.nextLink", "next_page"].iter().find_map(|name| members.get(*name));
    if next.is_some_and(|next| !next.is_null() && next != &Value::Bool(false)) {
        return Err(format!("one page of several, which names the next: {WAY_OUT}"));
    }
    for name in ["count", "total", "total_count", "totalCount", "nhits"] {
        if let Some(said) = members.get(name).and_then(Value::as_u64).filter(|said| *said > came as u64) {
            return Err(format!("{came} records, and it says {said} ({name}): {WAY_OUT}"));
        }
    }
    Ok(())
}

/// An object as a feature: its members are the properties, those of an object in it under both names (`address.postcode`).
pub(super) fn feature(object: &Map<String, Value>) -> Map<String, Value> {
    let mut properties = Map::new();
    for (name, value) in object {
        match value {
            Value::Object(inner) if inner.len() > 1 => {
                for (part, value) in inner {
                    properties.insert(format!("{name}.{part}"), value.clone());
                }
            }
            _ => {
                properties.insert(name.clone(), value.clone());
            }
        }
    }
    Map::from_iter([("properties".to_owned(), Value::Object(properties))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sequence_is_told_from_one_text() {
        for (text, texts) in [
            ("{\"a\":1}\n{\"a\":2}\n", Some(2)),
            ("{\"a\":1}\r\n\r\n{\"a\":2}\r\n{broken", Some(3)),
            ("\u{1e}{\"a\":1}\n\u{1e}{\n\"a\":2}\n", Some(2)),
            ("{\"a\":1}", None),
            ("{\n\"a\":1}\n", None),
            ("[{\"a\":1},\n{\"a\":2}]", None),
        ] {
            assert_eq!(sequence(text).map(|all| all.len()), texts, "{text:?}");
        }
    }

    #[test]
    fn a_list_of_objects_is_whole_or_refused() {
        for (root, count) in [
            (json!([{"a": 1}, {"a": 2}]), Ok(Some(2))),
            (json!({"results": [{"a": 1}], "count": 1, "next": null}), Ok(Some(1))),
            (json!({"data": [1, 2]}), Ok(None)),
            (json!([1, 2]), Ok(None)),
            (json!([]), Ok(None)),
            (json!({"results": [{"a": 1}], "count": 9}), Err(())),
            (json!({"records": [{"a": 1}], "total_count": 2}), Err(())),
            (json!({"items": [{"a": 1}], "next": "https://example.org/?page=2"}), Err(())),
        ] {
            assert_eq!(objects(&root).map(|all| all.map(<[Value]>::len)).map_err(|_| ()), count, "{root}");
        }
    }

    #[test]
    fn what_stands_in_an_object_keeps_both_names() {
        let object = json!({"name": "A", "address": {"town": "B", "postcode": "M1 1AA"}, "geo": {"lat": 1}});
        let made = feature(object.as_object().unwrap());
        assert_eq!(made["properties"]["address.postcode"], "M1 1AA");
        assert_eq!(made["properties"]["geo"], json!({"lat": 1}));
    }
}
