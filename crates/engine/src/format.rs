//! Figures as people read them. What is not known is said, never shown as zero.

use crate::snapshot::Snapshot;
use chrono::NaiveDate;
use hereabouts_core::demand::Quarter;
use hereabouts_core::travel::TravelBasis;
use hereabouts_data::currency::Currency;

/// What stands where nothing is known.
pub const NO_DATA: &str = "no data";

/// A count that may be modelled: one decimal below ten, whole numbers above, thousands apart.
pub fn count(value: f64) -> String {
    if value < 9.95 {
        let tenths = (value * 10.0).round() / 10.0;
        if tenths == 0.0 && value > 0.0 {
            return "under 0.1".to_owned();
        }
        return if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") };
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share from 0 to 1 in per cent; never 0 or 100 unless it is.
pub fn percent(share: f64) -> String {
    match (share * 100.0).round() {
        p if p <= 0.0 && share > 0.0 => "under 1%".to_owned(),
        p if p >= 100.0 && share < 1.0 => "over 99%".to_owned(),
        p => format!("{p:.0}%"),
    }
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

/// An amount that is written already, with its currency.
pub fn priced(amount: &str, currency: &Currency) -> String {
    currency.sign().map_or_else(|| format!("{amount} {currency}"), |sign| format!("{sign}{amount}"))
}

/// What stands for a currency where no amount does: its sign, else its code.
pub fn currency_sign(currency: &Currency) -> String {
    currency.sign().map_or_else(|| currency.to_string(), |sign| sign.to_string())
}

/// A day as it is said: 21 November 2026.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The months of a quarter: October to December 2025.
pub fn quarter(of: Quarter) -> String {
    months(of, of)
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
    fn lists_and_days_in_words() {
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()), "1 November 2026");
        let [autumn, spring] = [(2025, 4), (2026, 2)].map(|(year, n)| Quarter::new(year, n).unwrap());
        assert_eq!(quarter(autumn), "October to December 2025");
        assert_eq!(months(autumn, spring), "October 2025 to June 2026");
        assert_eq!(some(1, "group", "groups"), "1 group");
        assert_eq!(some(1_200, "group", "groups"), "1,200 groups");
    }
}
