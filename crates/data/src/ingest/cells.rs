//! What spreadsheets and web pages leave around a value.

use std::borrow::Cow;

/// The value that a cell was to hold: `="x"` is x; an apostrophe keeps a spreadsheet from reading what follows as a number or
/// a formula, and is no part of it.
pub(super) fn unwrapped(cell: &str) -> &str {
    let trimmed = cell.trim();
    if let Some(text) =
        trimmed.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|t| !t.contains('"'))
    {
        return text;
    }
    match trimmed.strip_prefix('\'') {
        Some(rest)
            if rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '=' | '+' | '-' | '@')) =>
        {
            rest
        }
        _ => cell,
    }
}

/// Entities of HTML that editors of web pages leave in text, as what they stand for; `&amp;` last, for it may begin another.
const ENTITIES: [(&str, &str); 10] = [
    ("&nbsp;", " "),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&apos;", "'"),
    ("&lsquo;", "‘"),
    ("&rsquo;", "’"),
    ("&quot;", "\""),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// Text without entities.
pub(super) fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') || !text.contains(';') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(ENTITIES.iter().fold(text.to_owned(), |text, (entity, meant)| text.replace(entity, meant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_put_around_a_value_is_taken_off() {
        for (cell, value) in [
            ("=\"Hub 7\"", "Hub 7"),
            ("=\"0161\"", "0161"),
            ("'01632960123", "01632960123"),
            ("'+44 1632", "+44 1632"),
            ("'=1+1", "=1+1"),
            ("'Allo Club", "'Allo Club"),
            ("=A1&\"x\"", "=A1&\"x\""),
            ("O'Brien", "O'Brien"),
            ("'", "'"),
        ] {
            assert_eq!(unwrapped(cell), value, "{cell}");
        }
        assert_eq!(without_entities("Tea &amp; Talk&#39;s"), "Tea & Talk's");
        assert_eq!(without_entities("A & B; C"), "A & B; C");
    }
}
