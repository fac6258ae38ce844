//! Values out of JSON in any of the shapes that feeds give them.

use crate::ingest::cells;
use crate::text;
use serde_json::Value;

/// Text under the first of these names that has any; numbers as they are written.
pub(super) fn string(of: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match of.get(*name)? {
        Value::String(text) => text::present(text.trim_matches('"')).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    })
}

/// The same, and the texts of a list in one, parted by commas.
pub(super) fn strings(of: &Value, names: &[&str]) -> Option<String> {
    string(of, names).or_else(|| {
        let all = names.iter().find_map(|name| of.get(*name)?.as_array())?;
        let all: Vec<String> =
            all.iter().map(|one| Some(one.as_str()?.trim().to_owned())).collect::<Option<_>>()?;
        (!all.is_empty()).then(|| all.join(","))
    })
}

pub(super) fn number(of: &Value, names: &[&str]) -> Option<String> {
    string(of, names).filter(|n| text::number(n).is_ok_and(|n| (0.0..=150.0).contains(&n)))
}

/// The objects under the first of these names that has any; one alone is a list of one.
pub(super) fn list<'v>(of: &'v Value, names: &[&str]) -> Vec<&'v Value> {
    names
        .iter()
        .find_map(|name| match of.get(*name)? {
            Value::Array(all) if !all.is_empty() => Some(all.iter().filter(|v| !v.is_null()).collect()),
            one @ Value::Object(_) => Some(vec![one]),
            _ => None,
        })
        .unwrap_or_default()
}

pub(super) fn first_of<'v>(of: &'v Value, names: &[&str]) -> &'v Value {
    list(of, names).first().copied().unwrap_or(&Value::Null)
}

/// Text without the tags and entities that editors of web pages leave in it.
pub(super) fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    // An open bracket that nothing closes was no tag.
    let text = if inside { html.to_owned() } else { out };
    let text = cells::without_entities(&text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
