//! What a listing says of reaching it: its telephone, its address on the web, the register its organisation is in.

use super::unread::RefusedValue;
use crate::record::AssetRecord;
use crate::{phone, registers};

/// Leaves what can be rung, opened or looked up, and tells the rest.
pub(super) fn tidy(record: &mut AssetRecord, unread: &mut Vec<RefusedValue>) {
    if let Some(given) = record.phone.take() {
        match phone::kept(&given) {
            Ok(number) => record.phone = Some(number),
            Err(why) => unread.push(("phone", given, why)),
        }
    }
    if let Some(given) = record.website.take() {
        match website(&given) {
            Ok(address) => record.website = Some(address),
            Err(why) => unread.push(("website", given, why)),
        }
    }
    record.organisation_id = record.organisation_id.take().map(|id| registers::identifier(&id));
}

/// A valid address on the web, with its scheme; of several the first.
///
/// # Errors
/// It is none.
fn website(given: &str) -> Result<String, String> {
    let wrong = || "no address on the web (http or https)".to_owned();
    let first = given.split([' ', ';', ',']).find(|part| !part.is_empty()).ok_or_else(wrong)?;
    let whole = match first.split_once(':') {
        Some((scheme, _)) if ["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) => {
            first.to_owned()
        }
        // A port is digits; another scheme is another program's.
        Some((_, port)) if !port.starts_with(|c: char| c.is_ascii_digit()) => return Err(wrong()),
        _ => format!("http://{first}"),
    };
    let address = url::Url::parse(&whole).map_err(|_| wrong())?;
    let is_host = |host: &str| {
        host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..")
    };
    let open = address.username().is_empty() && address.password().is_none();
    if open && address.host_str().is_some_and(is_host) { Ok(whole) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_the_web_is_one_or_is_not_told() {
        for (given, address) in [
            ("https://example.org/a", "https://example.org/a"),
            ("HTTP://example.org", "HTTP://example.org"),
            ("www.example.org", "http://www.example.org"),
            ("example.org:8080/a", "http://example.org:8080/a"),
            ("example.org; other.example", "http://example.org"),
        ] {
            assert_eq!(website(given).as_deref(), Ok(address), "{given}");
        }
        for given in [
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:jo@example.org",
            "see our page",
            "http://",
            "http:///a",
            "https://user:secret@example.org",
            "localhost",
            "ftp://example.org",
            "http://exa mple",
        ] {
            assert!(website(given).is_err(), "{given}: {:?}", website(given));
        }
    }
}
