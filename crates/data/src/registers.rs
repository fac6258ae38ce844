//! Numbers in the registers of charities and companies, each by the rules of its register. A number that is read wrongly is
//! another organisation's.

/// Identifier (org-id.guide) of a charity by its number in England and Wales, Scotland or Northern Ireland: `123456`,
/// `0123456`, `123456-1` (a linked charity is told by its main one), `SC012345`, `NIC101234`, `Registered charity no. 123456`.
///
/// # Errors
/// The reason.
pub(crate) fn charity_id(given: &str) -> Result<String, String> {
    const OF_SCOTLAND: usize = 6;
    let (letters, number) = one_number(given)?;
    let number = number.split_once('-').map_or(number.as_str(), |(main, _)| main);
    match letters.as_str() {
        "sc" if number.len() <= OF_SCOTLAND => Ok(format!("GB-SC-SC{number:0>6}")),
        "nic" | "ni" if number.len() == 6 => Ok(format!("GB-NIC-{number}")),
        _ if !is_wording(&letters) => Err("not a charity number".into()),
        // Six digits are often written with a zero before them, to be as long as the new ones.
        _ if number.len() == 7 && number.starts_with('0') && !number.starts_with("00") => {
            Ok(format!("GB-CHC-{}", &number[1..]))
        }
        _ if (6..=7).contains(&number.len()) && !number.starts_with('0') => Ok(format!("GB-CHC-{number}")),
        _ => Err("not a charity number: these have 6 or 7 digits".into()),
    }
}

/// Identifier of a company by its number: eight digits, or two letters and six.
///
/// # Errors
/// The reason.
pub(crate) fn company_id(given: &str) -> Result<String, String> {
    let (letters, number) = one_number(given)?;
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    let two = letters.len() == 2 && letters != "no";
    match (digits, two) {
        (true, true) if number.len() <= 6 => Ok(format!("GB-COH-{}{number:0>6}", letters.to_uppercase())),
        (true, false) if is_wording(&letters) && (1..=8).contains(&number.len()) => {
            Ok(format!("GB-COH-{number:0>8}"))
        }
        _ => Err("not a company number: these have 8 digits, or 2 letters and 6 digits".into()),
    }
}

/// An identifier that carries its register, as registers write it: upper case, without what a spreadsheet added to a number.
pub(crate) fn identifier(given: &str) -> String {
    let upper = given.trim().to_uppercase();
    let of =
        |register: &str, read: fn(&str) -> Result<String, String>| read(upper.strip_prefix(register)?).ok();
    let known =
        of("GB-CHC-", charity_id).or_else(|| of("GB-SC-", charity_id)).or_else(|| of("GB-COH-", company_id));
    let national = |code: &str| code.len() > 3 && code.as_bytes()[2] == b'-';
    known.unwrap_or_else(|| if national(&upper) { upper.clone() } else { given.trim().to_owned() })
}

/// Words that stand before a number and say nothing of it.
fn is_wording(letters: &str) -> bool {
    const WORDS: [&str; 12] = [
        "registered",
        "registration",
        "charity",
        "charitable",
        "company",
        "number",
        "reg",
        "no",
        "in",
        "england",
        "gb",
        "chc",
    ];
    let mut rest = letters;
    while let Some(word) = WORDS.iter().find(|word| rest.starts_with(**word)) {
        rest = &rest[word.len()..];
    }
    rest.is_empty()
}

/// The letters before a number, in small ones, and its digits, with a part after a dash.
///
/// # Errors
/// There is no number, or more than one.
fn one_number(given: &str) -> Result<(String, String), String> {
    let given = given.trim();
    let given = given.strip_suffix(".0").unwrap_or(given);
    if let Some(digits) = whole_of_power(given) {
        return Ok((String::new(), digits?));
    }
    let at = given.find(|c: char| c.is_ascii_digit()).ok_or("no number")?;
    let letters: String =
        given[..at].chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    // A space or a comma may part the digits of one number: `1 146 179`; anything else parts two.
    let number: String = given[at..].chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let number = number.trim_end_matches([')', '.', ';']);
    let parts: Vec<&str> = number.split('-').collect();
    let all_digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let linked = parts.len() == 1 || parts.len() == 2 && parts[1].len() <= 3;
    if !linked || !parts.iter().all(all_digits) {
        return Err("more than one number, or none".into());
    }
    Ok((letters, number.to_owned()))
}

/// The digits of a number that a spreadsheet shows as a power of ten, where it shows them all (`1.23456E+05`).
fn whole_of_power(given: &str) -> Option<Result<String, String>> {
    let (digits, power) = given.split_once(['E', 'e'])?;
    let (first, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let power: usize = power.trim_start_matches('+').parse().ok()?;
    if first.len() != 1 || !is_digits(first) || !is_digits(rest) {
        return None;
    }
    Some(if rest.len() == power {
        Ok(format!("{first}{rest}"))
    } else {
        Err("a power of ten: a spreadsheet has lost its digits".into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charity_is_told_by_its_number_alone() {
        for (given, id) in [
            ("123456", "GB-CHC-123456"),
            (" 1146179 ", "GB-CHC-1146179"),
            ("123456.0", "GB-CHC-123456"),
            ("0123456", "GB-CHC-123456"),
            ("123456-1", "GB-CHC-123456"),
            ("1,146,179", "GB-CHC-1146179"),
            ("1.23456E+05", "GB-CHC-123456"),
            ("Registered charity no. 123456", "GB-CHC-123456"),
            ("Charity Number: 1146179", "GB-CHC-1146179"),
            ("sc 012345", "GB-SC-SC012345"),
            ("SC12345", "GB-SC-SC012345"),
            ("NIC101234", "GB-NIC-101234"),
        ] {
            assert_eq!(charity_id(given).as_deref(), Ok(id), "{given}");
        }
        for none in [
            "",
            "pending",
            "123456 / 765432",
            "12345",
            "12345678",
            "1.14618E+06",
            "123456 and 234567",
            "exempt 123456",
            "0012345",
            "01234567",
        ] {
            assert!(charity_id(none).is_err(), "{none}: {:?}", charity_id(none));
        }
    }

    #[test]
    fn a_company_has_eight_places() {
        for (given, id) in [
            ("07962245", "GB-COH-07962245"),
            ("7962245", "GB-COH-07962245"),
            ("7962245.0", "GB-COH-07962245"),
            ("SC123456", "GB-COH-SC123456"),
            ("ni 12345", "GB-COH-NI012345"),
            ("Company no. 7962245", "GB-COH-07962245"),
        ] {
            assert_eq!(company_id(given).as_deref(), Ok(id), "{given}");
        }
        assert!(
            ["none yet", "123456789", "7962245 / 7962246", ""].iter().all(|none| company_id(none).is_err())
        );
    }

    #[test]
    fn identifiers_are_written_as_their_registers_do() {
        for (given, id) in [
            ("gb-chc-123456", "GB-CHC-123456"),
            ("GB-CHC-123456.0", "GB-CHC-123456"),
            ("GB-COH-7962245", "GB-COH-07962245"),
            ("gb-edu-100000", "GB-EDU-100000"),
            ("360G-x-org1", "360G-x-org1"),
            ("our own 7", "our own 7"),
        ] {
            assert_eq!(identifier(given), id, "{given}");
        }
    }
}
