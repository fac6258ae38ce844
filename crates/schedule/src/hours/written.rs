//! What people write for `opening_hours` → what the specification has for it, with nothing open that is not said to be.
//!
//! The specification takes a rule without times for the whole day and a remark for one, and readers differ on a list of
//! days with spaces. Here a rule is open only where it gives times and nothing beside them takes that back.

use crate::day_names;
use hereabouts_core::schedule::DAY;

/// A rule: on which days, at which times, and how things stand then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HoursRule {
    pub(super) join: RuleJoin,
    /// A selector of days as the specification has it; empty is every day.
    pub(super) days: String,
    /// Minutes from midnight to start and end, which may be after the next one; none is the whole day.
    pub(super) spans: Vec<(u16, u16)>,
    pub(super) state: HoursState,
}

/// What a rule does to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleJoin {
    /// Takes their days.
    Instead,
    /// Adds to them.
    Further,
    /// Holds where none of them does.
    Fallback,
}

/// How things stand at the times of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HoursState {
    Open,
    Closed,
    Unknown,
}

/// A rule as written: what stands before its remarks, and its remarks.
#[derive(Debug, Default)]
struct WrittenRule {
    words: Vec<String>,
    remarks: Vec<String>,
}

/// Words that say how things stand at the times of a rule.
const STATES: [&str; 4] = ["open", "closed", "off", "unknown"];

/// The rules of a text.
///
/// # Errors
/// What makes the times of all of them unknown.
pub(super) fn rules(text: &str) -> Result<Vec<HoursRule>, String> {
    let written =
        split(text)?.into_iter().filter(|(_, rule)| !rule.words.is_empty() || !rule.remarks.is_empty());
    written.map(|(join, rule)| rule.told(join)).collect()
}

/// Splits at `;`, `||` and the commas that part rules: those after a time, a state or a remark that no time follows.
fn split(text: &str) -> Result<Vec<(RuleJoin, WrittenRule)>, String> {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let mut rules = vec![(RuleJoin::Instead, WrittenRule::default())];
    for (at, piece) in spaced.split('"').enumerate() {
        if at % 2 == 1 {
            if let Some((_, rule)) = rules.last_mut() {
                rule.remarks.push(piece.trim().to_lowercase());
            }
            continue;
        }
        for (n, part) in piece.split(';').enumerate() {
            if n > 0 {
                rules.push((RuleJoin::Instead, WrittenRule::default()));
            }
            for (n, part) in part.split("||").enumerate() {
                if n > 0 {
                    rules.push((RuleJoin::Fallback, WrittenRule::default()));
                }
                split_at_commas(part, &mut rules);
            }
        }
    }
    if spaced.matches('"').count() % 2 == 1 {
        return Err("a quotation mark that nothing closes".into());
    }
    Ok(rules)
}

fn split_at_commas(part: &str, rules: &mut Vec<(RuleJoin, WrittenRule)>) {
    for (n, between) in part.split(',').enumerate() {
        let mut words = between.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).peekable();
        let Some((_, rule)) = rules.last_mut() else { return };
        let over = rule.words.last().map_or(!rule.remarks.is_empty(), |w| is_time(w) || is_state(w));
        match words.peek() {
            // A comma at the end.
            None => {}
            Some(first)
                if n > 0 && over && (!is_time(first) || rule.words.last().is_some_and(|w| is_state(w))) =>
            {
                rules.push((RuleJoin::Further, WrittenRule { words: words.collect(), remarks: Vec::new() }));
            }
            Some(_) if n > 0 && !rule.words.is_empty() => {
                let first = words.next().unwrap_or_default();
                if let Some(last) = rule.words.last_mut() {
                    last.push(',');
                    last.push_str(&first);
                }
                rule.words.extend(words);
            }
            Some(_) => rule.words.extend(words),
        }
    }
}

/// `09:00`, `09:00-17:00`, `24/7`, `14:00+`: a word of times.
fn is_time(word: &str) -> bool {
    word == ALWAYS
        || (word.starts_with(|c: char| c.is_ascii_digit())
            && word
                .match_indices(':')
                .any(|(at, _)| word[at + 1..].starts_with(|c: char| c.is_ascii_digit())))
}

fn is_state(word: &str) -> bool {
    STATES.contains(&word.to_lowercase().as_str())
}

impl WrittenRule {
    /// # Errors
    /// What cannot be known here, or is no time.
    fn told(mut self, join: RuleJoin) -> Result<HoursRule, String> {
        let said = self.words.last().map(|w| w.to_lowercase()).filter(|w| is_state(w));
        if said.is_some() {
            self.words.pop();
        }
        join_ranges(&mut self.words);
        let (times, days): (Vec<String>, Vec<String>) = self.words.iter().cloned().partition(|w| is_time(w));
        let days: Vec<String> = days.iter().map(|word| day_codes(word)).collect();
        days.iter().try_for_each(|word| refuse_unknowable(word))?;
        let mut spans = Vec::new();
        for word in times.iter().flat_map(|words| words.split(',')).filter(|word| !word.is_empty()) {
            spans.extend(span(word)?);
        }
        // A remark may take back what the times say; `open` before it says that it does not.
        let taken_back = match said {
            Some(_) => self.remarks.iter().any(|remark| remark.contains("closed")),
            None => !self.remarks.is_empty(),
        };
        let state = match said.as_deref() {
            Some("closed" | "off") => HoursState::Closed,
            Some("unknown") => HoursState::Unknown,
            _ if spans.is_empty() || taken_back => HoursState::Unknown,
            _ => HoursState::Open,
        };
        // Times alone stand beside the days before them: nobody means that they end those.
        let beside = days.is_empty() && !times.is_empty() && join == RuleJoin::Instead && times[0] != ALWAYS;
        let join = if beside { RuleJoin::Further } else { join };
        Ok(HoursRule { join, days: days.join(" "), spans, state })
    }
}

const ALWAYS: &str = "24/7";

/// Minutes of `09:00-17:00`; `None` where it has no end: what cannot be known is left out.
///
/// # Errors
/// It is no span of a day.
fn span(word: &str) -> Result<Option<(u16, u16)>, String> {
    if word == ALWAYS {
        return Ok(Some((0, DAY)));
    }
    let wrong = || format!("{word:?} is no span of time");
    let Some((from, to)) = word.trim_end_matches('+').split_once('-') else {
        return if word.ends_with('+') { Ok(None) } else { Err(wrong()) };
    };
    let from = minute(from).filter(|from| *from < DAY).ok_or_else(wrong)?;
    let to = minute(to).ok_or_else(wrong)?;
    let to = if to <= from { to + DAY } else { to };
    if to - from <= DAY { Ok(Some((from, to))) } else { Err(wrong()) }
}

/// Minutes from midnight, of which a night may have more than a day has.
fn minute(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.split_once(':')?;
    let number = |digits: &str| {
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) =
        (number(hour).filter(|_| hour.len() <= 2)?, number(minute).filter(|_| minute.len() == 2)?);
    (hour <= 48 && minute < 60).then_some(hour * 60 + minute)
}

/// `Mo - Fr`, `09:00 - 17:00`, `Mo- Fr`: one word.
fn join_ranges(words: &mut Vec<String>) {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words.drain(..) {
        let word = word.replace(['–', '—'], "-");
        match joined.last_mut() {
            Some(last) if last.ends_with('-') || word.starts_with('-') => last.push_str(&word),
            _ => joined.push(word),
        }
    }
    *words = joined;
}

/// A word of days by their codes: `Mon-Fri:` is `Mo-Fr`, `sat,SUN` is `Sa,Su`.
fn day_codes(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = String::new();
    let flush = |letters: &mut String, out: &mut String| {
        match day_names::weekday(letters) {
            Some(day) => out.push_str(day_names::code(day)),
            None => out.push_str(letters),
        }
        letters.clear();
    };
    for c in word.chars() {
        if c.is_ascii_alphabetic() {
            letters.push(c);
        } else {
            flush(&mut letters, &mut out);
            out.push(c);
        }
    }
    flush(&mut letters, &mut out);
    match out.strip_suffix(':') {
        Some(days) => days.to_owned(),
        None => out,
    }
}

/// Times that hang on what is not known here: the sun, school holidays, a certain year.
fn refuse_unknowable(word: &str) -> Result<(), String> {
    let lower = word.to_lowercase();
    let parts = || lower.split(|c: char| !c.is_ascii_alphanumeric());
    if ["sunrise", "sunset", "dawn", "dusk"].iter().any(|sun| lower.contains(sun)) {
        return Err("times by the sun".into());
    }
    if parts().any(|part| part == "sh") {
        return Err("school holidays, whose days are not known here".into());
    }
    let is_year = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
    if parts().any(is_year) { Err("in certain years".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules in one line: `+` is a further one, `|` a fallback.
    fn told(text: &str) -> Result<String, String> {
        let one = |rule: &HoursRule| {
            let join = match rule.join {
                RuleJoin::Instead => "",
                RuleJoin::Further => "+ ",
                RuleJoin::Fallback => "| ",
            };
            let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
            let spans: Vec<String> =
                rule.spans.iter().map(|(from, to)| format!("{}-{}", clock(*from), clock(*to))).collect();
            let state = format!("{:?}", rule.state).to_lowercase();
            let words = [rule.days.clone(), spans.join(","), state].into_iter().filter(|w| !w.is_empty());
            format!("{join}{}", words.collect::<Vec<_>>().join(" "))
        };
        Ok(rules(text)?.iter().map(one).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn a_rule_is_open_only_where_times_say_so() {
        for (text, meant) in [
            ("Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00 open"),
            ("Tu, Th 09:00-11:00, 14:00-16:00", "Tu,Th 09:00-11:00,14:00-16:00 open"),
            (
                "Mo-Th, Su 10:00-22:00; Fr , Sa 10:00-23:00",
                "Mo-Th,Su 10:00-22:00 open; Fr,Sa 10:00-23:00 open",
            ),
            ("Mo-Fr 09:00-17:00, Sa 10:00-12:00", "Mo-Fr 09:00-17:00 open; + Sa 10:00-12:00 open"),
            ("Mo-Fr 10:00-16:00 open, 12:00-12:30 off", "Mo-Fr 10:00-16:00 open; + 12:00-12:30 closed"),
            ("Mo-Fr 08:00-12:00; 13:00-15:00", "Mo-Fr 08:00-12:00 open; + 13:00-15:00 open"),
            ("Saturdays: 10:00 - 12:00", "Sa 10:00-12:00 open"),
            ("Mo - Fr 09:00–17:00", "Mo-Fr 09:00-17:00 open"),
            ("Fr 22:00-02:00", "Fr 22:00-26:00 open"),
            ("Mo", "Mo unknown"),
            ("open", "unknown"),
            ("We off", "We closed"),
            ("24/7", "00:00-24:00 open"),
            ("24/7 \"key from the office\"", "00:00-24:00 unknown"),
            ("\"by appointment\"", "unknown"),
            ("Tu 10:00-12:00 || \"ring us\"", "Tu 10:00-12:00 open; | unknown"),
            ("Tu 10:00-12:00 open \"members\"", "Tu 10:00-12:00 open"),
            ("Tu 10:00-12:00 open \"closed for repairs\"", "Tu 10:00-12:00 unknown"),
            ("Mo 09:00+", "Mo unknown"),
            ("Mo 09:00-17:00+; Tu 09:00-12:00,14:00+", "Mo 09:00-17:00 open; Tu 09:00-12:00 open"),
            ("Dec 24, Dec 25 off; Mo 10:00-12:00,", "Dec 24,Dec 25 closed; Mo 10:00-12:00 open"),
        ] {
            assert_eq!(told(text).as_deref(), Ok(meant), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_known_refuses_the_whole() {
        for text in [
            "SH Tu 10:00-12:00",
            "Tu 10:00-12:00; SH,PH off",
            "Mo sunrise-sunset",
            "2026 Mo 10:00-12:00",
            "Mo 10:00-12:00/90",
            "Mo 26:00-28:00",
            "Mo 10:00-60:00",
            "Mo 10:00-12:00 \"x",
        ] {
            assert!(rules(text).is_err(), "{text}");
        }
        assert!(rules("Mo 10:00-12:00 open \"until sunset in 2030, SH too\"").is_ok());
    }
}
