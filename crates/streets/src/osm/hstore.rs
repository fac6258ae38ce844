//! Tags in one text, as GDAL writes those that have no column of their own (`other_tags`): `"key"=>"value","key"=>"value"`.

/// The column that holds them.
pub const COLUMN: &str = "other_tags";

/// Keys with their values. What is not written so, a list in JSON among it, ends the list.
#[must_use]
pub fn tags(text: &str) -> Vec<(String, String)> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    while let Some((key, after)) = quoted(rest) {
        let Some((value, after)) =
            after.trim_start().strip_prefix("=>").and_then(|rest| quoted(rest.trim_start()))
        else {
            break;
        };
        tags.push((key, value));
        let Some(next) = after.trim_start().strip_prefix(',') else { break };
        rest = next.trim_start();
    }
    tags
}

/// The text in quotation marks at the front, and what comes after; a backslash keeps what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut kept = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\\' if !kept => kept = true,
            '"' if !kept => return Some((value, &inside[at + 1..])),
            c => {
                value.push(c);
                kept = false;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::tags;

    #[test]
    fn tags_in_one_text_are_told_apart() {
        let read = |text| tags(text).into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>();
        assert_eq!(read(r#""access"=>"private","surface"=>"gravel""#), ["access=private", "surface=gravel"]);
        assert_eq!(
            read(r#""name"=>"The \"Hub\", upstairs", "opening_hours"=>"Tu 10:00-12:00""#),
            ["name=The \"Hub\", upstairs", "opening_hours=Tu 10:00-12:00"]
        );
        assert_eq!(read(r#""a"=>"C:\\x""#), [r"a=C:\x"]);
        for none in ["", "NULL", r#""a"=>NULL"#, r#""open"#, r#"{"a":"b"}"#] {
            assert!(tags(none).is_empty(), "{none}");
        }
        assert_eq!(read(r#""a"=>"b","c""#), ["a=b"]);
    }
}
