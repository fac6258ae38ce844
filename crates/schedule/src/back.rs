//! A timetable → rules.

use super::left_out::leaving_out;
use super::rule::ScheduleRule;
use chrono::NaiveDate;
use hereabouts_core::schedule::{DAY, Recurrence, Session, Timetable};

/// A timetable as rules: [`timetable`] of them (by the standard) is on the same days again. A rule says nothing of days
/// that it leaves out, so that a session with such days becomes one before and one after each.
#[must_use]
pub fn rules(of: &Timetable) -> Vec<ScheduleRule> {
    of.sessions()
        .iter()
        .flat_map(|session| match session.on {
            Recurrence::Once(_) => vec![*session],
            _ => leaving_out(*session, of.except()),
        })
        .filter_map(|session| rule_of(&session))
        .collect()
}

/// Days within which a session of every so many weeks or months comes: 255 months at most.
const LONGEST_WAIT: usize = 255 * 31;

/// `None` for a session that never comes.
fn rule_of(s: &Session) -> Option<ScheduleRule> {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let date = |d: NaiveDate| d.format("%Y-%m-%d").to_string();
    let mut rule = ScheduleRule {
        opens: Some(clock(s.from)),
        closes: s.to.map(|to| clock(to % DAY)),
        valid_from: s.first.map(date),
        valid_to: s.last.map(date),
        ..ScheduleRule::default()
    };
    // Reading takes the first day for the beginning too, so it must be the first there is.
    let begin = |every: u8, anchor: Option<NaiveDate>| match (every, anchor, s.first) {
        (1, ..) | (_, None, _) => Some(None),
        (_, Some(anchor), None) => Some(Some(anchor)),
        (.., Some(first)) => first.iter_days().take(LONGEST_WAIT).find(|day| s.is_on(*day)).map(Some),
    };
    let often = |every: u8| (every > 1).then(|| every.to_string());
    match s.on {
        Recurrence::Weekly { day, every, anchor } => {
            rule.freq = Some("WEEKLY".into());
            rule.byday = Some(DAYS[usize::from(day)].into());
            (rule.interval, rule.dtstart) = (often(every), begin(every, anchor)?.map(date));
        }
        Recurrence::Monthly { day, nth, every, anchor } => {
            rule.freq = Some("MONTHLY".into());
            rule.byday = Some(format!("{nth}{}", DAYS[usize::from(day)]));
            (rule.interval, rule.dtstart) = (often(every), begin(every, anchor)?.map(date));
        }
        Recurrence::DayOfMonth { day } => {
            rule.freq = Some("MONTHLY".into());
            rule.bymonthday = Some(day.to_string());
        }
        // A day that it does not hold on.
        Recurrence::Once(on) if !s.is_on(on) => return None,
        Recurrence::Once(on) => rule.dtstart = Some(date(on)),
    }
    Some(rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{RuleReading, timetable};

    #[test]
    fn a_session_that_never_comes_is_no_rule() {
        let day = |n| NaiveDate::from_ymd_opt(2025, 1, n).unwrap();
        let once = Session { on: Recurrence::Once(day(1)), from: 0, to: None, first: None, last: None };
        assert_eq!(rules(&Timetable::new(vec![once], vec![])).len(), 1);
        let never = [
            once.within(Some(day(2)), None),
            Session { on: Recurrence::Once(day(9)), ..once }.within(None, Some(day(1))),
        ];
        assert_eq!(rules(&Timetable::new(never.to_vec(), vec![])), []);
    }

    #[test]
    fn rules_of_a_timetable_give_it_back() {
        for text in ["FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYMONTHDAY=3,17"] {
            let rule = ScheduleRule {
                opens: Some("22:30".into()),
                closes: Some("00:30".into()),
                valid_to: Some("2027-01-31".into()),
                ..ScheduleRule::parse(text)
            };
            let once = timetable(&[rule], RuleReading::ByTheStandard).unwrap();
            assert_eq!(timetable(&rules(&once), RuleReading::ByTheStandard).unwrap(), once, "{text}");
        }
    }

    #[test]
    fn days_left_out_follow_from_the_days_between() {
        let rule = |except: &str| ScheduleRule {
            opens: Some("10:00".into()),
            exdate: Some(except.into()),
            ..ScheduleRule::parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;DTSTART=20260105;UNTIL=20260302")
        };
        let once = timetable(&[rule("20260119,20260202")], RuleReading::ByTheStandard).unwrap();
        let read_rules = rules(&once);
        let first_days: Vec<_> = read_rules.iter().map(|r| r.dtstart.as_deref().unwrap()).collect();
        assert_eq!(first_days, ["2026-01-05", "2026-02-16"], "nothing is left between the two days");
        let again = timetable(&read_rules, RuleReading::ByTheStandard).unwrap();
        let begin = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        for day in begin.iter_days().take(100) {
            assert_eq!(once.on(day), again.on(day), "{day}");
        }
    }
}
