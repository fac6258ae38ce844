//! Recurrence rules (RFC 5545) as Open Referral, spreadsheets and calendars hold them.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use hereabouts_core::schedule::{DAY, Occurrence, Recurrence, Session, Timetable, weekday};
use std::collections::BTreeSet;

/// A schedule as separate fields, as Open Referral has it; each as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`.
    pub freq: Option<String>,
    /// Every so many of those.
    pub interval: Option<String>,
    /// `MO,TH`, `1TU`, `-1FR`.
    pub byday: Option<String>,
    /// `1,15`.
    pub bymonthday: Option<String>,
    /// Day, or day and time, of the first.
    pub dtstart: Option<String>,
    /// Day of the last.
    pub until: Option<String>,
    /// How many there are.
    pub count: Option<String>,
    /// Parts that are rare (`BYSETPOS=1;BYMONTH=5`).
    pub other: Option<String>,
    /// When a session starts, `HH:MM`.
    pub opens: Option<String>,
    /// When it ends.
    pub closes: Option<String>,
    /// First day on which the rule holds.
    pub valid_from: Option<String>,
    /// Last day on which it holds.
    pub valid_to: Option<String>,
}

/// How a rule that leaves something out is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As the standard has it: monthly on Friday is every Friday of the month. Programs write so.
    ByTheStandard,
    /// As people fill in a form: monthly on Friday is one Friday a month, and which is not said.
    ByHand,
}

/// Dates that a rule outside the usual ones is written out to.
const MAX_DATES: u16 = 500;

impl Rule {
    /// The parts of an `RRULE` text, with or without its name.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut rule = Self::default();
        let mut other = Vec::new();
        let text = text.trim();
        let parts =
            text.strip_prefix("RRULE:").unwrap_or(text).split(';').filter_map(|part| part.split_once('='));
        for (name, value) in parts {
            let value = value.trim().to_owned();
            let field = match name.trim().to_uppercase().as_str() {
                "FREQ" => &mut rule.freq,
                "INTERVAL" => &mut rule.interval,
                "BYDAY" => &mut rule.byday,
                "BYMONTHDAY" => &mut rule.bymonthday,
                "DTSTART" => &mut rule.dtstart,
                "UNTIL" => &mut rule.until,
                "COUNT" => &mut rule.count,
                "WKST" => continue,
                name => {
                    other.push(format!("{name}={value}"));
                    continue;
                }
            };
            *field = Some(value);
        }
        rule.other = (!other.is_empty()).then(|| other.join(";"));
        rule
    }
}

/// The timetable of several rules together.
///
/// # Errors
/// What is not understood of any of them.
pub fn timetable(rules: &[Rule], reading: Reading) -> Result<Timetable, String> {
    let mut sessions = Vec::new();
    for rule in rules {
        sessions.extend(sessions_of(rule, reading)?);
    }
    if sessions.is_empty() { Err("no rule".into()) } else { Ok(Timetable::new(sessions, Vec::new())) }
}

fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

fn sessions_of(rule: &Rule, reading: Reading) -> Result<Vec<Session>, String> {
    let start = given(&rule.dtstart).map(moment).transpose()?;
    let first = given(&rule.valid_from).map(|d| moment(d).map(|m| m.0)).transpose()?;
    let anchor = start.map(|s| s.0).or(first);
    let last =
        [&rule.until, &rule.valid_to].into_iter().filter_map(|d| given(d)).map(|d| moment(d).map(|m| m.0));
    let last = last.collect::<Result<Vec<_>, _>>()?.into_iter().min();
    let opens = given(&rule.opens).map(time).transpose()?.or(start.and_then(|s| s.1));
    let from = opens.ok_or("no time of day")?;
    let to = given(&rule.closes).map(time).transpose()?;
    let to = to.map(|to| if to <= from { to + DAY } else { to });
    let every = match given(&rule.interval) {
        None => 1,
        Some(n) => n.parse::<u8>().ok().filter(|n| *n > 0).ok_or_else(|| format!("interval {n:?}"))?,
    };
    let byday = given(&rule.byday).map(weekdays).transpose()?.unwrap_or_default();
    let freq = given(&rule.freq).map(str::to_uppercase);
    let rare = given(&rule.other).is_some();
    let recurrences: Option<Vec<Recurrence>> = match freq.as_deref() {
        _ if rare => None,
        // A rule of days alone is a weekly one: forms are filled in so.
        Some("WEEKLY") | None if !byday.is_empty() && byday.iter().all(|d| d.0.is_none()) => Some(
            byday
                .iter()
                .map(|&(_, day)| Recurrence::Weekly { day, every, anchor: anchor.filter(|_| every > 1) })
                .collect(),
        ),
        Some("WEEKLY") if byday.is_empty() => {
            let day = weekday(anchor.ok_or("weekly, and on which day is not said")?);
            Some(vec![Recurrence::Weekly { day, every, anchor: anchor.filter(|_| every > 1) }])
        }
        Some("DAILY") if every == 1 => {
            let days = if byday.is_empty() {
                (0..7).collect()
            } else {
                byday.iter().map(|d| d.1).collect::<Vec<_>>()
            };
            Some(days.into_iter().map(|day| Recurrence::Weekly { day, every: 1, anchor: None }).collect())
        }
        Some("MONTHLY") if given(&rule.bymonthday).is_none() && !byday.is_empty() => {
            if byday.iter().all(|d| d.0.is_some()) {
                let monthly = |&(nth, day): &(Option<i8>, u8)| Recurrence::Monthly {
                    day,
                    nth: nth.unwrap_or(1),
                    every,
                    anchor: anchor.filter(|_| every > 1),
                };
                Some(byday.iter().map(monthly).collect())
            } else if reading == Reading::ByTheStandard && every == 1 && byday.iter().all(|d| d.0.is_none()) {
                Some(
                    byday
                        .iter()
                        .map(|&(_, day)| Recurrence::Weekly { day, every: 1, anchor: None })
                        .collect(),
                )
            } else {
                return Err("monthly on a weekday, and which one of the month is not said".into());
            }
        }
        Some("MONTHLY") if every == 1 && byday.is_empty() => {
            let days: Vec<u8> = match given(&rule.bymonthday) {
                Some(days) => days
                    .split(',')
                    .map(|d| {
                        d.trim()
                            .parse::<u8>()
                            .ok()
                            .filter(|d| (1..=31).contains(d))
                            .ok_or_else(|| format!("day {d:?} of the month"))
                    })
                    .collect::<Result<_, _>>()?,
                None => {
                    vec![chrono::Datelike::day(&anchor.ok_or("monthly, and on which day is not said")?) as u8]
                }
            };
            Some(days.into_iter().map(|day| Recurrence::DayOfMonth { day }).collect())
        }
        None if byday.is_empty() => Some(vec![Recurrence::Once(anchor.ok_or("no rule and no day")?)]),
        _ => None,
    };
    let count =
        given(&rule.count).map(|n| n.parse::<usize>().map_err(|_| format!("count {n:?}"))).transpose()?;
    let Some(recurrences) = recurrences else { return written_out(rule, start, (from, to), last) };
    let session = |on| {
        Session::new(on, from, to)
            .map(|s| s.within(start.map(|s| s.0).or(first), last))
            .map_err(|e| e.to_string())
    };
    let mut sessions = recurrences.into_iter().map(session).collect::<Result<Vec<_>, _>>()?;
    if let Some(count) = count.filter(|c| *c > 0) {
        let begin = start.ok_or("so many times, and from when is not said")?.0.and_time(NaiveTime::MIN);
        let all = Timetable::new(sessions.clone(), Vec::new());
        let end = begin.checked_add_days(chrono::Days::new(40 * 366)).ok_or("too far ahead")?;
        let last: Option<Occurrence> = all.between(begin, end).nth(count - 1);
        let last = last.ok_or("it does not come back so many times")?.start.date();
        sessions = sessions.into_iter().map(|s| s.within(s.first, Some(last))).collect();
    }
    Ok(sessions)
}

/// Any other rule, as single dates.
fn written_out(
    rule: &Rule,
    start: Option<(NaiveDate, Option<u16>)>,
    (from, to): (u16, Option<u16>),
    last: Option<NaiveDate>,
) -> Result<Vec<Session>, String> {
    let start = start.ok_or("a rule of this kind needs its first day")?.0;
    let parts = [
        ("FREQ", &rule.freq),
        ("INTERVAL", &rule.interval),
        ("BYDAY", &rule.byday),
        ("BYMONTHDAY", &rule.bymonthday),
        ("COUNT", &rule.count),
    ];
    let mut text: Vec<String> =
        parts.iter().filter_map(|(name, value)| Some(format!("{name}={}", given(value)?))).collect();
    text.extend(given(&rule.other).map(str::to_owned));
    let text = format!("DTSTART:{}T000000Z\nRRULE:{}", start.format("%Y%m%d"), text.join(";"));
    let set: rrule::RRuleSet = text.parse().map_err(|e: rrule::RRuleError| e.to_string())?;
    let dates: BTreeSet<NaiveDate> = set.all(MAX_DATES).dates.iter().map(|d| d.date_naive()).collect();
    dates
        .into_iter()
        .filter(|date| last.is_none_or(|last| *date <= last))
        .map(|date| Session::new(Recurrence::Once(date), from, to).map_err(|e| e.to_string()))
        .collect()
}

/// `MO`, `1TU`, `-1FR`, in a list; Open Referral's older forms write `Monday`.
fn weekdays(text: &str) -> Result<Vec<(Option<i8>, u8)>, String> {
    text.split([',', ' ', ';'])
        .filter(|d| !d.is_empty())
        .map(|one| {
            let letters =
                one.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(|| format!("day {one:?}"))?;
            let (nth, day) = one.split_at(letters);
            let day = match day.get(..2).map(str::to_uppercase).as_deref() {
                Some("MO") => 0,
                Some("TU") => 1,
                Some("WE") => 2,
                Some("TH") => 3,
                Some("FR") => 4,
                Some("SA") => 5,
                Some("SU") => 6,
                _ => return Err(format!("day {one:?}")),
            };
            let nth = match nth.trim_start_matches('+') {
                "" => None,
                n => Some(
                    n.parse::<i8>()
                        .ok()
                        .filter(|n| (1..=5).contains(&n.unsigned_abs()))
                        .ok_or_else(|| format!("day {one:?}"))?,
                ),
            };
            Ok((nth, day))
        })
        .collect()
}

/// Minutes from midnight of `10:00`, `10:00:00`, `10:00Z`, `1000`.
fn time(text: &str) -> Result<u16, String> {
    let wrong = || format!("time {text:?}");
    let local = text.trim_end_matches(['Z', 'z']);
    // An offset in a local time of day says nothing that the place's own clock does not.
    let local = local.split(['+']).next().unwrap_or(local);
    let formats = ["%H:%M:%S%.f", "%H:%M", "%H%M"];
    let parsed = formats.iter().find_map(|f| NaiveTime::parse_from_str(local, f).ok()).ok_or_else(wrong)?;
    Ok((parsed.hour() * 60 + parsed.minute()) as u16)
}

/// A day, and its minute if there is one: `2026-01-31`, `20260131T100000Z`, `2026-01-31T10:00:00`.
fn moment(text: &str) -> Result<(NaiveDate, Option<u16>), String> {
    let local = text.trim_end_matches(['Z', 'z']);
    for format in ["%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(local, format) {
            return Ok((at.date(), Some((at.hour() * 60 + at.minute()) as u16)));
        }
    }
    let day =
        ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y"].iter().find_map(|f| NaiveDate::parse_from_str(local, f).ok());
    day.map(|d| (d, None)).ok_or_else(|| format!("day {text:?}"))
}

/// A timetable as rules: [`timetable`] of them (by the standard) is the same again, but for the days on which there is none.
#[must_use]
pub fn rules(of: &Timetable) -> Vec<Rule> {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let date = |d: NaiveDate| d.format("%Y-%m-%d").to_string();
    of.sessions()
        .iter()
        .map(|s| {
            let mut rule = Rule {
                opens: Some(clock(s.from)),
                closes: s.to.map(|to| clock(to % DAY)),
                valid_from: s.first.map(date),
                valid_to: s.last.map(date),
                ..Rule::default()
            };
            let often = |every: u8| (every > 1).then(|| every.to_string());
            match s.on {
                Recurrence::Weekly { day, every, anchor } => {
                    rule.freq = Some("WEEKLY".into());
                    rule.byday = Some(DAYS[usize::from(day)].into());
                    (rule.interval, rule.dtstart) = (often(every), anchor.map(date));
                }
                Recurrence::Monthly { day, nth, every, anchor } => {
                    rule.freq = Some("MONTHLY".into());
                    rule.byday = Some(format!("{nth}{}", DAYS[usize::from(day)]));
                    (rule.interval, rule.dtstart) = (often(every), anchor.map(date));
                }
                Recurrence::DayOfMonth { day } => {
                    rule.freq = Some("MONTHLY".into());
                    rule.bymonthday = Some(day.to_string());
                }
                Recurrence::Once(on) => rule.dtstart = Some(date(on)),
            }
            rule
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, opens: &str) -> Result<String, String> {
        let rule = Rule { opens: Some(opens.into()), ..Rule::parse(text) };
        timetable(&[rule], Reading::ByHand).map(|t| t.in_words())
    }

    #[test]
    fn usual_rules() {
        assert_eq!(words("FREQ=WEEKLY;BYDAY=TH", "10:00").unwrap(), "Thursdays 10:00");
        assert_eq!(words("RRULE:FREQ=MONTHLY;BYDAY=-1FR", "1900").unwrap(), "last Friday of the month 19:00");
        assert_eq!(words("FREQ=DAILY", "09:00:00").unwrap(), "every day 09:00");
        assert_eq!(
            words("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;DTSTART=20260105", "09:00").unwrap(),
            "every other Monday 09:00"
        );
        assert_eq!(words("FREQ=MONTHLY;BYMONTHDAY=15", "09:00").unwrap(), "day 15 of the month 09:00");
    }

    #[test]
    fn what_is_left_out_is_not_guessed() {
        assert!(words("FREQ=MONTHLY;BYDAY=FR", "19:00").unwrap_err().contains("which one"));
        assert!(words("FREQ=WEEKLY", "19:00").unwrap_err().contains("which day"));
        assert!(
            timetable(&[Rule::parse("FREQ=WEEKLY;BYDAY=TH")], Reading::ByHand).unwrap_err().contains("time")
        );
        assert!(words("FREQ=WEEKLY;BYDAY=XX", "10:00").is_err());
        let every_friday = Rule { opens: Some("19:00".into()), ..Rule::parse("FREQ=MONTHLY;BYDAY=FR") };
        assert_eq!(timetable(&[every_friday], Reading::ByTheStandard).unwrap().in_words(), "Fridays 19:00");
    }

    #[test]
    fn counted_and_rare_rules_end_when_they_end() {
        let rule = |text: &str| Rule { opens: Some("10:00".into()), ..Rule::parse(text) };
        let counted =
            timetable(&[rule("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3;DTSTART=20260105")], Reading::ByHand).unwrap();
        assert_eq!(counted.sessions()[0].last, NaiveDate::from_ymd_opt(2026, 1, 12));
        let rare = rule("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3;DTSTART=20260101");
        let dates = timetable(&[rare], Reading::ByHand).unwrap();
        let on: Vec<String> = dates.sessions().iter().map(|s| format!("{:?}", s.on)).collect();
        assert_eq!(on, ["Once(2026-01-30)", "Once(2026-02-27)", "Once(2026-03-31)"]);
    }

    #[test]
    fn rules_of_a_timetable_give_it_back() {
        for text in ["FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYMONTHDAY=3,17"] {
            let rule = Rule {
                opens: Some("22:30".into()),
                closes: Some("00:30".into()),
                valid_to: Some("2027-01-31".into()),
                ..Rule::parse(text)
            };
            let once = timetable(&[rule], Reading::ByTheStandard).unwrap();
            assert_eq!(timetable(&rules(&once), Reading::ByTheStandard).unwrap(), once, "{text}");
        }
    }
}
