//! Figures as people read them. What is not known is said, never shown as zero.

use crate::snapshot::Snapshot;
use crate::view::Scenario;
use chrono::NaiveDate;
use hereabouts_core::demand::Quarter;
use hereabouts_core::period::{Period, WHOLE_YEAR};
use hereabouts_core::report::{DemandStatus, Gap, NeedListings};
use hereabouts_core::schedule::day_in_words;
use hereabouts_core::travel::TravelBasis;
use hereabouts_data::currency::Currency;

/// What stands where there is no share, since nobody was referred.
pub const NO_REFERRALS: &str = "no referrals";

/// What stands where nothing is known.
pub const NO_DATA: &str = "no data";

/// What stands where no list tells of what there is.
pub const NO_LIST: &str = "no list";

/// A count that may be modelled: one decimal below ten, whole numbers above, thousands apart.
pub fn count(value: f64) -> String {
    if value < 9.95 {
        // Never -0.
        let tenths = (value * 10.0).round() / 10.0 + 0.0;
        if tenths == 0.0 && value > 0.0 {
            return "under 0.1".to_owned();
        }
        return if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") };
    }
    thousands_apart(&format!("{value:.0}"))
}

/// A whole number, thousands apart.
pub fn whole(value: u64) -> String {
    thousands_apart(&value.to_string())
}

fn thousands_apart(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A figure in a column: always one decimal below a hundred, so that points stand below each other; whole from there on.
pub fn figure(value: f64) -> String {
    if value.abs() >= 99.95 {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", whole(value.abs().round() as u64))
    } else {
        // Never -0.
        format!("{:.1}", (value * 10.0).round_ties_even() / 10.0 + 0.0)
    }
}

/// A figure in a sentence: whole from ten on, with one decimal below where it has one. Unlike [`count`] it says 0 of what rounds
/// to it: the sentence has said before that there is something.
pub fn about(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if tenths >= 10.0 || tenths.fract() == 0.0 { whole(value.round() as u64) } else { format!("{tenths:.1}") }
}

/// Words of a list, with an "or" before the last.
pub fn any_of(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// A share from 0 to 1 in per cent; never 0 or 100 unless it is.
pub fn percent(share: f64) -> String {
    match (share * 100.0).round() {
        p if p <= 0.0 && share > 0.0 => "under 1%".to_owned(),
        p if p >= 100.0 && share < 1.0 => "over 99%".to_owned(),
        // Never -0.
        p => format!("{:.0}%", p + 0.0),
    }
}

/// A share from 0 to 1 in per cent, in a column of shares: the nearest whole one, 0 and 100 among them, halves to the even one.
/// Figures below each other are compared, and `under 1 %` compares with nothing.
pub fn plain_percent(share: f64) -> String {
    format!("{:.0}%", (share * 100.0).round_ties_even() + 0.0)
}

/// Minutes of a way that is about to be gone: the next whole one, at least 1. Whoever trusts it is not late.
pub fn minutes_of_way(minutes: f64) -> f64 {
    minutes.ceil().max(1.0)
}

/// Minutes on foot.
pub fn minutes(value: f64) -> String {
    match value.round() {
        m if m < 1.0 => "under 1 min".to_owned(),
        m => format!("{} min", count(m)),
    }
}

/// A figure, or that there is none.
pub fn or_no_data(value: Option<f64>, words: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| NO_DATA.to_owned(), words)
}

/// An amount of money: £3.50, €3.50, 3.50 CHF.
pub fn money(amount: f64, currency: &Currency) -> String {
    priced(&format!("{amount:.2}"), currency)
}

/// A sum that nobody counts in pence: £12,400.
#[must_use]
pub fn round_money(amount: f64, currency: &Currency) -> String {
    priced(&whole(amount.max(0.0).round() as u64), currency)
}

/// An amount that is written already, with its currency.
pub fn priced(amount: &str, currency: &Currency) -> String {
    currency.sign().map_or_else(|| format!("{amount} {currency}"), |sign| format!("{sign}{amount}"))
}

/// What stands for a currency where no amount does: its sign, else its code.
pub fn currency_sign(currency: &Currency) -> String {
    currency.sign().map_or_else(|| currency.to_string(), |sign| sign.to_string())
}

/// A figure of what there is, or that no list says.
pub fn or_no_list(value: Option<f64>, words: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| NO_LIST.to_owned(), words)
}

/// Why nothing is said of a need where lists do not reach: no list that tells of food reaches here.
pub fn no_list_reaches(need: &str) -> String {
    format!("no list that tells of {} reaches here", in_sentence(need))
}

/// The same of other places.
pub fn no_list_reaches_there(need: &str) -> String {
    format!("no list that tells of {} reaches", in_sentence(need))
}

/// What stands above gaps of a need that hardly any listing answers.
pub fn few_listings(listings: NeedListings) -> Option<String> {
    listings.few.then(|| match listings.count {
        0 => "No listing at all answers this need: read this as a gap in lists first.".to_owned(),
        1 => "1 listing in all answers this need: read this as a gap in lists first.".to_owned(),
        n => format!(
            "{} listings in all answer this need: read this as a gap in lists first.",
            whole(n as u64)
        ),
    })
}

/// A label as it stands inside a sentence.
pub fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// A figure by its ends: `7`, `4 to 7`, `at least 4` where nobody knows the most, or that there is none.
pub fn between(low: Option<f64>, high: Option<f64>, words: impl Fn(f64) -> String) -> String {
    match (low, high) {
        (Some(low), Some(high)) if words(low) == words(high) => words(high),
        (Some(low), Some(high)) => format!("{} to {}", words(low), words(high)),
        (Some(low), None) if low > 0.0 => format!("at least {}", words(low)),
        _ => NO_DATA.to_owned(),
    }
}

/// Referrals of a gap: counted, between two numbers, or what is known of them, with the months that they cover.
pub fn referrals(gap: &Gap) -> String {
    let months = match gap.complete_months {
        Some(months) if months < gap.whole_months => format!(" ({months} of {} months)", gap.whole_months),
        _ => String::new(),
    };
    format!("{}{months}", between(gap.referrals_low, gap.referrals_high, count))
}

/// The same with the word: `1 referral`, `4 to 7 referrals`.
pub fn referrals_in_words(gap: &Gap) -> String {
    let figure = referrals(gap);
    let one = figure == "1";
    format!("{figure} {}", if one { "referral" } else { "referrals" })
}

/// Unmet referrals of a gap, as a range where its own referrals are one.
pub fn unmet(gap: &Gap, reading: Scenario) -> String {
    if gap.status == DemandStatus::NoList {
        return NO_LIST.to_owned();
    }
    if gap.referrals.is_some() && gap.referrals_low == gap.referrals_high {
        return or_no_data(reading.of(gap.unmet_listed, gap.unmet_likely), count);
    }
    let end = |ends: Option<[f64; 2]>| ends.map(|[listed, likely]| reading.of(listed, likely));
    between(end(gap.unmet_low), end(gap.unmet_high), count)
}

/// A day as it is said: 21 November 2026.
pub fn day(day: NaiveDate) -> String {
    day_in_words(day)
}

/// The months of a period: October to December 2025.
pub fn period(of: Period) -> String {
    months(of.first(), of.last())
}

/// What a period is called in a sentence.
pub fn span(of: Option<Period>) -> &'static str {
    match of.map_or(1, Period::len) {
        1 => "quarter",
        WHOLE_YEAR => "year",
        _ => "period",
    }
}

/// The share of referrals that is unmet: in per cent, that there were none to be unmet, or that nobody knows.
pub fn share_unmet(gap: &Gap, unmet: Option<f64>) -> String {
    match (gap.status, gap.referrals, unmet) {
        (DemandStatus::NoList, ..) => NO_LIST.to_owned(),
        (_, Some(referrals), Some(_)) if referrals <= 0.0 => NO_REFERRALS.to_owned(),
        (_, Some(referrals), Some(unmet)) => percent(unmet / referrals),
        _ => NO_DATA.to_owned(),
    }
}

/// The 95 % interval of the share of likely unmet referrals: 34 to 100%.
pub fn interval(gap: &Gap) -> Option<String> {
    let (low, high) = gap.unmet_rate_interval?;
    Some(format!("{:.0} to {:.0}%", low * 100.0 + 0.0, high * 100.0))
}

/// The months of quarters from the first to the last: October to December 2025, October 2024 to March 2025.
pub fn months(first: Quarter, last: Quarter) -> String {
    let at = |of: Quarter| usize::from(of.quarter() - 1);
    let from = ["January", "April", "July", "October"][at(first)];
    let until = ["March", "June", "September", "December"][at(last)];
    let year = if first.year() == last.year() { String::new() } else { format!(" {}", first.year()) };
    format!("{from}{year} to {until} {}", last.year())
}

/// `1 group`, `2 groups`.
pub fn some(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n as f64), if n == 1 { one } else { many })
}

/// `one`, `one and two`, `one, two and three`.
pub fn listed<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let parts: Vec<T> = parts.into_iter().collect();
    let mut out = String::new();
    for (n, part) in parts.iter().enumerate() {
        out.push_str(match n {
            0 => "",
            _ if n + 1 == parts.len() => " and ",
            _ => ", ",
        });
        out.push_str(part.as_ref());
    }
    out
}

/// How people reach what is counted, as a sentence.
pub fn travel(snapshot: &Snapshot) -> String {
    let line = format!("in a straight line made {} longer", percent(snapshot.policy().detour - 1.0));
    let steps = if snapshot.policy().step_free { " without steps" } else { "" };
    match snapshot.travel() {
        TravelBasis::Network => format!("Gaps count what is reached on foot along streets{steps}."),
        TravelBasis::StraightLine => format!("Gaps count what is reached on foot, {line}."),
        TravelBasis::Mixed => {
            format!(
                "Gaps count what is reached on foot along streets{steps} and, where streets are not known, {line}."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_keep_what_matters() {
        let shown: Vec<String> = [0.0, 0.04, 0.26, 3.0, 9.96, 12.4, 1_234.5, 1_234_567.0].map(count).into();
        assert_eq!(shown, ["0", "under 0.1", "0.3", "3", "10", "12", "1,234", "1,234,567"]);
    }

    #[test]
    fn columns_read_well() {
        let shown = [0.0, 0.04, 7.25, 99.94, 99.96, 1_234_567.4].map(figure);
        assert_eq!(shown, ["0.0", "0.0", "7.2", "99.9", "100", "1,234,567"]);
        assert_eq!((whole(0), whole(999), whole(1000)), ("0".into(), "999".into(), "1,000".into()));
        assert_eq!(plain_percent(0.825), "82%");
        assert_eq!([0.04, 7.25, 9.96, 1_234.4].map(about), ["0", "7.3", "10", "1,234"]);
    }

    #[test]
    fn nothing_is_minus_zero() {
        for value in [-0.0, -0.004, 0.0] {
            let shown = [count(value), figure(value), about(value), percent(value), plain_percent(value)];
            assert!(shown.iter().all(|text| !text.contains('-')), "{shown:?}");
        }
    }

    #[test]
    fn a_share_is_whole_only_if_it_is() {
        assert_eq!(
            [0.0, 0.001, 0.456, 0.999, 1.0].map(percent),
            ["0%", "under 1%", "46%", "over 99%", "100%"]
        );
    }

    #[test]
    fn money_has_the_sign_or_the_code_of_its_currency() {
        let shown = ["GBP", "EUR", "CHF"].map(|code| money(3.5, &code.parse().unwrap()));
        assert_eq!(shown, ["£3.50", "€3.50", "3.50 CHF"]);
    }

    #[test]
    fn a_range_is_said_by_its_ends() {
        let said = |low, high| between(low, high, count);
        assert_eq!(said(Some(7.0), Some(7.0)), "7");
        assert_eq!(said(Some(4.0), Some(7.0)), "4 to 7");
        assert_eq!(said(Some(3.0), None), "at least 3");
        assert_eq!([said(Some(0.0), None), said(None, None)], [NO_DATA, NO_DATA]);
    }

    #[test]
    fn lists_and_days_in_words() {
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()), "1 November 2026");
        let [autumn, spring] = [(2025, 4), (2026, 2)].map(|(year, n)| Quarter::new(year, n).unwrap());
        assert_eq!(period(autumn.into()), "October to December 2025");
        assert_eq!(months(autumn, spring), "October 2025 to June 2026");
        assert_eq!(some(1, "group", "groups"), "1 group");
        assert_eq!(some(1_200, "group", "groups"), "1,200 groups");
    }
}
