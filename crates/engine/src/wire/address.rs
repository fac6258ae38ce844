//! Text in addresses.

use std::borrow::Cow;
use std::fmt::Write;

/// Text as one value or one segment of an address: `%XX` for every byte but the unreserved of RFC 3986, and commas and colons,
/// which separate nothing in a query and keep boxes and times readable.
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~,:".contains(&b);
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if plain(byte) {
            out.push(byte as char);
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_stays_one_value() {
        assert_eq!(encode("E01 & co/é?#"), "E01%20%26%20co%2F%C3%A9%3F%23");
        assert_eq!(encode("-2.5,53,T10:00~_"), "-2.5,53,T10:00~_");
        assert_eq!(encode("100%"), "100%25");
    }
}
