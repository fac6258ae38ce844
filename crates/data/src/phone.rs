//! Telephone numbers as people write them, by the numbering plans of the countries.

use phonenumber::{Mode, PhoneNumber, country};

/// Numbers too short for a plan that can be rung from any line here.
const SHORT: [&str; 10] = ["101", "105", "111", "112", "119", "999", "116000", "116006", "116117", "116123"];

/// Numbers that Ofcom keeps for drama and examples: well formed, and in no plan.
const MADE_UP: [&str; 2] = ["441632960", "447700900"];

/// Most digits of a number in full (ITU-T E.164).
const MOST_DIGITS: usize = 15;

/// What a link dials: the first valid number of a text, as `+441614960000`; `None` where there is none. What else the text
/// says (a second number, hours, an extension) is for the person who reads it.
#[must_use]
pub fn dialled(text: &str) -> Option<String> {
    runs(text).into_iter().find_map(|run| first_valid(&run))
}

/// A number as it is kept. One that a spreadsheet took the first zero of is given it back where the plan leaves no doubt.
///
/// # Errors
/// It is a number of a spreadsheet that has lost its digits.
pub(crate) fn kept(text: &str) -> Result<String, String> {
    let whole = text.trim().strip_suffix(".0").unwrap_or(text.trim());
    let is_power = |(digits, power): (&str, &str)| {
        digits.parse::<f64>().is_ok() && power.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit())
    };
    if whole.split_once(['E', 'e']).is_some_and(is_power) {
        return Err("a number as a power of ten: a spreadsheet has lost its digits".into());
    }
    Ok(if lost_its_zero(whole) { format!("0{whole}") } else { whole.to_owned() })
}

/// Whether a text is a number of this country without the zero that it begins with.
pub(crate) fn lost_its_zero(text: &str) -> bool {
    let digits = text.trim().strip_suffix(".0").unwrap_or(text.trim());
    let bare = (9..=10).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    bare && !digits.starts_with('0') && valid(&format!("0{digits}")).is_some()
}

/// Stretches of digits and what may stand between them. A letter against a digit makes it no number (`96O111`).
fn runs(text: &str) -> Vec<String> {
    let trunk = text.replace("(0)", " ").replace("tel:", " ").replace("Tel:", " ");
    let trunk = trunk.strip_suffix(".0").unwrap_or(&trunk);
    let mut runs = vec![String::new()];
    for word in trunk
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | '|' | '&'))
        .map(Some)
        .chain([None])
    {
        let piece = word.map(|word| word.trim_matches(['(', ')', '.', ':', '[', ']', '-', '\u{2013}']));
        let is_part = |piece: &str| {
            !piece.is_empty()
                && piece
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '\u{2013}'))
        };
        match piece {
            Some(piece) if is_part(piece) => {
                if let Some(run) = runs.last_mut() {
                    run.push(' ');
                    run.extend(piece.chars().filter(|c| c.is_ascii_digit() || *c == '+'));
                }
            }
            Some("") => {}
            _ => runs.push(String::new()),
        }
    }
    runs.retain(|run| !run.trim().is_empty());
    runs
}

/// The first number of a run: two may stand side by side with nothing but a space between them.
fn first_valid(run: &str) -> Option<String> {
    let pieces: Vec<&str> = run.split_whitespace().collect();
    let begins = |at: usize| pieces.get(at).is_none_or(|next| next.starts_with(['0', '+']));
    (1..=pieces.len()).filter(|&end| begins(end)).find_map(|end| valid(&pieces[..end].concat()))
}

/// A number in full, if a plan has it. One that begins with the code of this country is taken for one in full.
fn valid(digits: &str) -> Option<String> {
    if SHORT.contains(&digits) {
        return Some(digits.to_owned());
    }
    if !(7..=MOST_DIGITS).contains(&digits.bytes().filter(u8::is_ascii_digit).count()) {
        return None;
    }
    let read = |digits: &str| phonenumber::parse(Some(country::GB), digits).ok().filter(is_valid);
    let in_full =
        || digits.strip_prefix("44").filter(|_| digits.len() > 11).and_then(|_| read(&format!("+{digits}")));
    read(digits).or_else(in_full).map(|number| in_full_form(&number))
}

fn is_valid(number: &PhoneNumber) -> bool {
    let full = in_full_form(number);
    let made_up =
        |start: &&str| full.strip_prefix('+').is_some_and(|f| f.starts_with(*start) && f.len() == 12);
    number.is_valid() || MADE_UP.iter().any(made_up)
}

fn in_full_form(number: &PhoneNumber) -> String {
    number.format().mode(Mode::E164).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_dials_the_first_valid_number() {
        for (text, number) in [
            ("0161 496 0000", "+441614960000"),
            ("(0161) 496 0000", "+441614960000"),
            ("0161-496-0000", "+441614960000"),
            ("+44 (0)161 496 0000", "+441614960000"),
            ("+44 161 496 0000", "+441614960000"),
            ("0044 161 496 0000", "+441614960000"),
            ("441614960000", "+441614960000"),
            ("tel:01614960000", "+441614960000"),
            ("Tel: 0161 496 0000", "+441614960000"),
            ("01614960000.0", "+441614960000"),
            ("01632 960111 / 07700 900111", "+441632960111"),
            ("01632 960111 07700 900111", "+441632960111"),
            ("01632 960111, 01632 960112", "+441632960111"),
            ("01632960111 or 01632960112", "+441632960111"),
            ("01632 960111 ext 23", "+441632960111"),
            ("01632 960111 (Mon-Fri 9-5)", "+441632960111"),
            ("Text 07700 900111 or call 01632 960111", "+447700900111"),
            ("0800 1111", "+448001111"),
            ("0300 123 1234", "+443001231234"),
            ("116 123", "116123"),
            ("111 option 2", "111"),
            ("+1 202 555 0123", "+12025550123"),
        ] {
            assert_eq!(dialled(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_makes_no_link() {
        for text in [
            "",
            "4.41632E+11",
            "01632 96O111",
            "Textphone 18001 01632 960111",
            "+44 (0)1632",
            "01632 9601112345678",
            "see website",
            "room 101b",
            "9-5",
            "0000 000 0000",
        ] {
            assert_eq!(dialled(text), None, "{text}");
        }
    }

    #[test]
    fn a_lost_zero_is_put_back_where_the_plan_is_certain() {
        for (text, kept_as) in [
            ("1614960000", "01614960000"),
            ("1614960000.0", "01614960000"),
            ("7700900111", "07700900111"),
            ("01614960000", "01614960000"),
            ("999999999", "999999999"),
            ("0161 496 0000 (ask for tea)", "0161 496 0000 (ask for tea)"),
        ] {
            assert_eq!(kept(text).as_deref(), Ok(kept_as), "{text}");
        }
        assert!(kept("4.41632E+11").is_err() && kept("4,41632E+11").is_ok() && kept("1e9").is_err());
    }
}
