//! Values as people write them.

mod days;

pub use days::day;

use crate::currency::SIGNS;

/// What stands for no value, what a spreadsheet writes where a formula failed among it.
const BLANK: [&str; 18] = [
    "",
    "na",
    "n/a",
    "null",
    "none",
    "nan",
    "-",
    "--",
    "unknown",
    "not known",
    "#n/a",
    "#name?",
    "#ref!",
    "#value!",
    "#div/0!",
    "#null!",
    "#num!",
    "#spill!",
];

/// What statistics offices write in place of a small number.
const SUPPRESSED: [&str; 7] = ["*", "c", "[c]", "x", "[x]", "..", ":"];

/// The text without surrounding space; `None` for what stands for no value.
#[must_use]
pub fn present(text: &str) -> Option<&str> {
    let text = text.trim();
    // A column that is too narrow for its numbers shows hashes.
    if text.starts_with("##") && text.bytes().all(|b| b == b'#') {
        return None;
    }
    (!BLANK.contains(&text.to_lowercase().as_str())).then_some(text)
}

/// Whether a character commands a terminal or turns the direction of what follows, and is no part of any text.
pub fn is_control(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// A name of a column or a word, for comparing: lower case, letters and digits only.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A finite number: `9`, `9.0`, `1,234`, `1 234`, `£2.50`, `53,4808`. A comma followed by three digits each time separates
/// thousands; a single one followed by any other number of digits is a decimal comma.
///
/// # Errors
/// The reason, for the person whose file it is.
pub fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if SUPPRESSED.contains(&text.to_lowercase().as_str()) || text.starts_with('<') {
        return Err("suppressed at its source, not a number".into());
    }
    let digits: String = text
        .trim_start_matches(SIGNS.map(|(sign, _)| sign))
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
        .collect();
    let mut groups = digits.split(',');
    let whole = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let three = |group: &&str| group.split('.').next().is_some_and(|g| g.len() == 3);
    let plain = match rest.as_slice() {
        [] => digits.clone(),
        rest if whole.len() <= 4 && rest.iter().all(three) => format!("{whole}{}", rest.concat()),
        [decimals] if !decimals.contains('.') => format!("{whole}.{decimals}"),
        _ => return Err("not a number".into()),
    };
    match plain.parse::<f64>() {
        Ok(n) if n.is_finite() => Ok(n),
        _ => Err("not a number".into()),
    }
}

/// A number that is not negative.
///
/// # Errors
/// The reason.
pub fn amount(text: &str) -> Result<f64, String> {
    let n = number(text)?;
    if n < 0.0 { Err("below zero".into()) } else { Ok(n) }
}

/// Text in one line without e-mail addresses: they are mostly people's.
#[must_use]
pub fn without_mail(text: &str) -> String {
    let is_address =
        |word: &&str| word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_address(word)).collect();
    words.join(" ")
}

/// The same without telephone numbers: nine or more digits with nothing but spaces and punctuation between them.
#[must_use]
pub fn without_contacts(text: &str) -> String {
    let text = without_mail(text);
    let is_number = |word: &str| {
        word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().all(|b| b.is_ascii_digit() || b"+()-./,;".contains(&b))
    };
    let digits = |words: &[&str]| words.concat().bytes().filter(u8::is_ascii_digit).count();
    let words: Vec<&str> = text.split(' ').collect();
    let runs = words.chunk_by(|a, b| is_number(a) && is_number(b));
    let kept: Vec<&str> =
        runs.filter(|run| !(is_number(run[0]) && digits(run) >= 9)).flatten().copied().collect();
    kept.join(" ")
}

/// Yes or no; "limited" is no: who asks for step-free access cannot use it.
///
/// # Errors
/// The reason.
pub fn yes(text: &str) -> Result<bool, String> {
    match plain(text).as_str() {
        "yes" | "y" | "true" | "1" | "full" | "designated" => Ok(true),
        "no" | "n" | "false" | "0" | "limited" | "partial" => Ok(false),
        _ => Err("neither yes nor no".into()),
    }
}

/// A postcode in the form it is written in: British ones upper case with their space (`BA100AA` → `BA10 0AA`), others as
/// they are in upper case.
///
/// # Errors
/// The reason.
pub fn postcode(text: &str) -> Result<String, String> {
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    if !joined.is_ascii() || !(3..=10).contains(&joined.len()) {
        return Err("not a postcode".into());
    }
    if is_british(&joined) {
        let (outward, inward) = joined.split_at(joined.len() - 3);
        return Ok(format!("{outward} {inward}"));
    }
    let valid = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if joined.chars().all(valid) && joined.chars().any(|c| c.is_ascii_digit()) {
        Ok(text.trim().to_uppercase())
    } else {
        Err("not a postcode".into())
    }
}

/// A British postcode, or the first part of one: its outward code (`M9`) or its sector (`M9 4`), in upper case.
#[must_use]
pub fn postcode_part(text: &str) -> Option<String> {
    let upper = text.trim().to_uppercase();
    let joined: String = upper.split_whitespace().collect();
    if is_british(&joined) {
        return postcode(&joined).ok();
    }
    let (outward, sector) = match upper.split_once(char::is_whitespace) {
        Some((outward, rest)) => (outward, Some(rest.trim())),
        None => (upper.as_str(), None),
    };
    // Whatever makes a whole postcode of an outward code shows that it is one.
    let is_outward = is_british(&format!("{outward}1AA"));
    match sector {
        None if is_outward => Some(outward.to_owned()),
        Some(digit) if is_outward && digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => {
            Some(format!("{outward} {digit}"))
        }
        _ => None,
    }
}

/// The first British postcode in a text, with its space.
#[must_use]
pub fn postcode_in(text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    let words: Vec<&str> =
        upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let one = words.iter().map(|word| (*word).to_owned());
    let mut all = words.windows(2).map(<[&str]>::concat).chain(one);
    all.find(|joined| is_british(joined)).and_then(|joined| postcode(&joined).ok())
}

/// The least that something costs, in the currency it is written in: 0 where it is free without any condition. `None`
/// where the words do not say ("free for members, £5 otherwise" may be free or not).
#[must_use]
pub fn least_cost(text: &str) -> Option<f64> {
    const FREE: [&str; 8] =
        ["free", "freeofcharge", "nocharge", "nocost", "nofee", "freetoattend", "freeentry", "no"];
    if FREE.contains(&plain(text).as_str()) {
        return Some(0.0);
    }
    if text.to_lowercase().contains("free") {
        return None;
    }
    if let Ok(amount) = amount(text) {
        return Some(amount);
    }
    priced(text).into_iter().reduce(f64::min)
}

/// Codes of currencies that mark an amount in words, as the signs do.
const CODES: [&str; 12] =
    ["GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD"];

/// Amounts beside the sign or the code of a currency: after it, else before it (`3,50 €`).
fn priced(text: &str) -> Vec<f64> {
    let figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let read = |digits: &str| amount(digits.trim_matches(['.', ','])).ok();
    let after = |rest: &str| {
        let rest = rest.trim_start();
        read(&rest[..rest.find(|c| !figure(c)).unwrap_or(rest.len())])
    };
    let before = |rest: &str| {
        let rest = rest.trim_end();
        read(&rest[rest.trim_end_matches(figure).len()..])
    };
    let signs = text.match_indices(SIGNS.map(|(sign, _)| sign));
    let codes = CODES.iter().flat_map(|code| text.match_indices(code));
    let marks = signs.chain(codes);
    marks.filter_map(|(at, mark)| after(&text[at + mark.len()..]).or_else(|| before(&text[..at]))).collect()
}

fn is_british(joined: &str) -> bool {
    let b = joined.as_bytes();
    let n = b.len();
    if !(5..=7).contains(&n) {
        return false;
    }
    let inward = b[n - 3].is_ascii_digit() && b[n - 2].is_ascii_uppercase() && b[n - 1].is_ascii_uppercase();
    let outward = &b[..n - 3];
    let letters = outward.iter().take_while(|c| c.is_ascii_uppercase()).count();
    inward
        && (1..=2).contains(&letters)
        && outward.get(letters).is_some_and(u8::is_ascii_digit)
        && outward[letters..].iter().all(u8::is_ascii_alphanumeric)
}

/// Sessions a quarter of a recurrence rule (RFC 5545): weekly 13, monthly 3, daily 91, yearly a quarter, times the days
/// of the rule, over its interval. `None` for a rule without one of these.
#[must_use]
pub fn sessions_a_quarter(rrule: &str) -> Option<f64> {
    let rule = rrule.trim().trim_start_matches("RRULE:").to_uppercase();
    let part =
        |name: &str| rule.split(';').find_map(|p| p.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    let interval = part("INTERVAL").and_then(|i| i.parse::<f64>().ok()).filter(|i| *i >= 1.0).unwrap_or(1.0);
    let list =
        |name: &str| part(name).map_or(1, |days| days.split(',').filter(|d| !d.is_empty()).count().max(1));
    let base = match part("FREQ")?.as_str() {
        "DAILY" => 91.0,
        "WEEKLY" => 13.0 * list("BYDAY") as f64,
        "MONTHLY" => 3.0 * list("BYMONTHDAY").max(list("BYDAY")) as f64,
        "YEARLY" => 0.25,
        _ => return None,
    };
    Some(base / interval)
}

/// A recurrence rule in words: `Tuesdays`, `Every 2nd week, Tuesdays`, `Monthly, first Tuesday`; the rule itself if it says
/// more than these.
#[must_use]
pub fn rule_in_words(rrule: &str) -> String {
    let rule = rrule.trim().trim_start_matches("RRULE:").to_uppercase();
    let part = |name: &str| rule.split(';').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
    let day = |code: &str| {
        let (nth, code) = code.split_at_checked(code.len().saturating_sub(2))?;
        let day = match code {
            "MO" => "Monday",
            "TU" => "Tuesday",
            "WE" => "Wednesday",
            "TH" => "Thursday",
            "FR" => "Friday",
            "SA" => "Saturday",
            "SU" => "Sunday",
            _ => return None,
        };
        Some(match nth {
            "" => day.to_owned(),
            "1" | "+1" => format!("first {day}"),
            "2" | "+2" => format!("second {day}"),
            "3" | "+3" => format!("third {day}"),
            "4" | "+4" => format!("fourth {day}"),
            "-1" => format!("last {day}"),
            _ => return None,
        })
    };
    let days: Option<Vec<String>> =
        part("BYDAY").map_or(Some(Vec::new()), |d| d.split(',').map(day).collect());
    let every = match part("INTERVAL") {
        None | Some("1") => "",
        Some("2") => "Every other week, ",
        Some(_) => return rrule.to_owned(),
    };
    match (part("FREQ"), days) {
        (Some("WEEKLY"), Some(days)) if !days.is_empty() => format!("{every}{}s", days.join("s and ")),
        (Some("MONTHLY"), Some(days)) if !days.is_empty() && every.is_empty() => {
            format!("Monthly, {}", days.join(" and "))
        }
        (Some("DAILY"), _) if every.is_empty() => "Daily".to_owned(),
        _ => rrule.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_a_person_is_left_out() {
        assert_eq!(without_mail("Ask  jo@example.org, or call"), "Ask or call");
        assert_eq!(without_contacts("Choir (0161 496 0000) for 12 people"), "Choir for 12 people");
        assert_eq!(without_contacts("call +44 161 496 0000, jo@example.org"), "call");
        assert_eq!(without_contacts("Winter 2020 2021, £1,000"), "Winter 2020 2021, £1,000");
    }

    #[test]
    fn the_first_part_of_a_postcode() {
        let part = |t: &str| postcode_part(t);
        assert_eq!(part(" m9 ").as_deref(), Some("M9"));
        assert_eq!(part("SW1A 2").as_deref(), Some("SW1A 2"));
        assert_eq!(part("ba100aa").as_deref(), Some("BA10 0AA"));
        assert!(["M", "Manchester", "9", "M9 44", "E01000001"].iter().all(|t| part(t).is_none()));
    }

    #[test]
    fn a_postcode_within_an_address() {
        let found = postcode_in;
        assert_eq!(found("Elm Hall, 3 Elm St, Manchester M9 4AB, UK").as_deref(), Some("M9 4AB"));
        assert_eq!(found("elm hall (ba100aa)").as_deref(), Some("BA10 0AA"));
        assert_eq!((found("Elm Hall"), found("Room 9 4AB"), found("")), (None, None, None));
    }

    #[test]
    fn the_least_cost_is_free_only_without_conditions() {
        assert_eq!(["Free", "free of charge", "0", "£0"].map(least_cost), [Some(0.0); 4]);
        assert_eq!(least_cost("£3.50 (£2 concessions)"), Some(2.0));
        assert_eq!(least_cost("4"), Some(4.0));
        assert_eq!(["€3.50", "3,50 €", "EUR 3.50 a session", "3.50 EUR"].map(least_cost), [Some(3.5); 4]);
        assert_eq!(least_cost("CHF 12 or CHF 8 for members"), Some(8.0));
        assert_eq!(["free for members, £5 otherwise", "donation", "varies"].map(least_cost), [None; 3]);
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, n) in [
            ("9.0", 9.0),
            (" 1,234 ", 1234.0),
            ("1,234,567.5", 1_234_567.5),
            ("53,4808", 53.4808),
            ("12345,678", 12345.678),
            ("£2.50", 2.5),
            ("-3", -3.0),
            ("1e3", 1000.0),
        ] {
            assert_eq!(number(text), Ok(n), "{text}");
        }
        for bad in ["", "x", "*", "<5", "1,2,3", "12,34.5", "NaN", "inf", "1e999", "3 people"] {
            assert!(number(bad).is_err(), "{bad}");
        }
        assert!(amount("-1").is_err());
        assert_eq!((present(" NA "), present(" 0 "), present("n/a")), (None, Some("0"), None));
    }

    #[test]
    fn postcodes_get_their_space() {
        for (text, code) in
            [("BA100AA", "BA10 0AA"), ("ba1 1su", "BA1 1SU"), ("M11AA", "M1 1AA"), ("w1a1aa", "W1A 1AA")]
        {
            assert_eq!(postcode(text).as_deref(), Ok(code));
        }
        assert_eq!(postcode("90010-150").as_deref(), Ok("90010-150"));
        for bad in ["", "NO POSTCODE", "unknown", "é1 1AA"] {
            assert!(postcode(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sessions_follow_the_rule() {
        for (rule, sessions) in [
            ("FREQ=WEEKLY;BYDAY=TU", 13.0),
            ("FREQ=WEEKLY;BYDAY=TU,TH", 26.0),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", 6.5),
            ("RRULE:FREQ=MONTHLY;BYDAY=1TU", 3.0),
        ] {
            assert_eq!(sessions_a_quarter(rule), Some(sessions), "{rule}");
        }
        assert_eq!(sessions_a_quarter("every now and then"), None);
    }

    #[test]
    fn rules_in_words() {
        assert_eq!(rule_in_words("FREQ=WEEKLY;BYDAY=TU"), "Tuesdays");
        assert_eq!(
            rule_in_words("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
            "Every other week, Tuesdays and Thursdays"
        );
        assert_eq!(rule_in_words("FREQ=MONTHLY;BYDAY=1TU"), "Monthly, first Tuesday");
        assert_eq!(rule_in_words("FREQ=YEARLY"), "FREQ=YEARLY");
    }
}
