//! Ages in words: `50+`, `Over 60s`, `16–25`, `18 and over`, `all ages`. What cannot be read is not known, and whoever looks
//! for something to go to is told to ask.

mod phrase;

use crate::record::AssetRecord;
use phrase::{AgePhrase, AgeToken};

/// Whom a listing takes by age, as far as it says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StatedAges {
    /// Youngest age in years.
    pub from: Option<f64>,
    /// Oldest age in years.
    pub to: Option<f64>,
    /// Whether all that it says of ages is understood: without bounds it then takes all ages, and otherwise nobody says.
    pub all_said: bool,
}

impl StatedAges {
    const ALL: Self = Self { from: None, to: None, all_said: true };

    fn within((from, to): (Option<f64>, Option<f64>)) -> Self {
        Self { from, to, all_said: true }
    }

    /// Of a listing: its own bounds and words for ages, else what its name and who it is for say of them in passing.
    #[must_use]
    pub fn of(record: &AssetRecord) -> Self {
        let bounds = Self { from: record.age_from, to: record.age_to, all_said: false };
        if let Some(words) = &record.ages {
            return read(words).map_or(bounds, |read| Self {
                from: bounds.from.or(read.from),
                to: bounds.to.or(read.to),
                all_said: true,
            });
        }
        if bounds.from.is_some() || bounds.to.is_some() {
            return Self { all_said: true, ..bounds };
        }
        let who = record.eligibility.as_deref().unwrap_or_default();
        match read(who) {
            None => in_passing(&record.name, who).unwrap_or_default(),
            // A name that says otherwise leaves it open.
            Some(said) if in_passing(&record.name, "").is_none_or(|named| named == said) => said,
            Some(_) => Self::default(),
        }
    }
}

/// Words for everybody, whatever their age.
const EVERYBODY: [&str; 14] = [
    "all",
    "all ages",
    "any",
    "any age",
    "every age",
    "all ages welcome",
    "everyone",
    "everybody",
    "anyone",
    "no age limit",
    "no age limits",
    "no age restriction",
    "no age restrictions",
    "open to all ages",
];

/// Words around ages that do not change them.
const BESIDE: [&str; 32] = [
    "for",
    "people",
    "persons",
    "anyone",
    "everyone",
    "those",
    "who",
    "are",
    "adult",
    "adults",
    "older",
    "young",
    "children",
    "kids",
    "teens",
    "teenagers",
    "men",
    "women",
    "boys",
    "girls",
    "ladies",
    "seniors",
    "residents",
    "youth",
    "only",
    "inclusive",
    "welcome",
    "suitable",
    "group",
    "club",
    "range",
    "s",
];

/// Words by which ages in passing are not those of who comes: of people who are cared for or brought, or no more than a rule
/// of thumb.
const ABOUT_OTHERS: [&str; 16] = [
    "parent",
    "carer",
    "caring",
    "famil",
    "guardian",
    "mum",
    "dad",
    "accompan",
    "supervis",
    "free",
    "must",
    "mainly",
    "mostly",
    "primarily",
    "usually",
    "especially",
];

/// Up to this age somebody is brought, and who brings them is older.
const BROUGHT: f64 = 8.0;

/// Ages that are all that a text says.
#[must_use]
pub fn read(text: &str) -> Option<StatedAges> {
    let text = text.to_lowercase();
    let tokens = AgeToken::of(&text);
    let words: Vec<&str> = tokens.iter().map(|token| token.word().unwrap_or("-")).collect();
    if EVERYBODY.contains(&words.join(" ").as_str()) {
        return Some(StatedAges::ALL);
    }
    let is_beside = |token: &&AgeToken<'_>| token.word().is_some_and(|word| BESIDE.contains(&word));
    let before = tokens.iter().take_while(is_beside).count();
    if let ["adults"] | ["adult"] | ["adults", "only"] = words[..] {
        return Some(StatedAges::within((Some(18.0), None)));
    }
    let found = AgePhrase::at(&tokens[before..])?;
    let after = &tokens[before + found.length..];
    after.iter().all(|token| is_beside(&token)).then(|| found.bounds()).flatten().map(StatedAges::within)
}

/// Ages that a name, and who something is for, say among other things: only where they are plainly ages, all the same, and of
/// who comes.
fn in_passing(name: &str, who: &str) -> Option<StatedAges> {
    let text = format!("{name}; {who}").to_lowercase();
    if !text.contains("all ages") && !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if ABOUT_OTHERS.iter().any(|word| text.contains(word)) {
        return None;
    }
    let tokens = AgeToken::of(&text);
    let mut said: Option<StatedAges> = None;
    let mut at = 0;
    while at < tokens.len() {
        let here = match &tokens[at..] {
            [AgeToken::Word("all"), AgeToken::Word("ages"), ..] => Some((StatedAges::ALL, 2)),
            rest => match AgePhrase::at(rest).filter(|found| found.is_plain) {
                Some(found) => Some((StatedAges::within(found.bounds()?), found.length)),
                None => None,
            },
        };
        let Some((ages, length)) = here else {
            at += 1;
            continue;
        };
        if said.is_some_and(|said| said != ages) {
            return None;
        }
        said = Some(ages);
        at += length;
    }
    said.filter(|ages| ages.to.is_none_or(|to| to >= BROUGHT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn bounds(from: Option<f64>, to: Option<f64>) -> Option<StatedAges> {
        Some(StatedAges { from, to, all_said: true })
    }

    #[test]
    fn ages_in_words_are_read() {
        for (from, words) in [
            (
                50.0,
                "50+;50 +;50 plus;50-plus;50 and over;50 or over;50 & above;50 years and above;aged 50+;Age 50 or older",
            ),
            (
                60.0,
                "Over 60s;over-60s;Over 60's;OVER 60;Older people (60+);for over 60s;60 years +;at least 60;from 60;60 upwards",
            ),
            (
                18.0,
                "18+;Adults 18+;adults;Adults only;adults over 18;minimum age 18;min 18;people aged 18 years and over;18 yrs+",
            ),
            (0.5, "6 months +;over 6 months;0.5+"),
        ] {
            for words in words.split(';') {
                assert_eq!(read(words), bounds(Some(from), None), "{words}");
            }
        }
        for (from, to, words) in [
            (
                16.0,
                25.0,
                "16-25;16–25;16 — 25;16 to 25;ages 16-25;aged 16 to 25 years;between 16 and 25;16-25 year olds;16-25yrs;young people 16-25;from 16 to 25",
            ),
            (11.0, 17.0, "11-17;Ages: 11 to 17;11 - 17 years old"),
            (0.0, 1.0, "0-12 months;0 to 1"),
            (1.5, 4.0, "18 months - 4 years;18 months to 4 years old"),
        ] {
            for words in words.split(';') {
                assert_eq!(read(words), bounds(Some(from), Some(to)), "{words}");
            }
        }
        for (to, words) in [
            (25.0, "25 and under;up to 25;max 25"),
            (17.0, "under 18;Under 18s;under-18s;below 18;aged under 18"),
        ] {
            for words in words.split(';') {
                assert_eq!(read(words), bounds(None, Some(to)), "{words}");
            }
        }
        for words in ["all ages", "All Ages Welcome", "any age", "Everyone", "no age limit", "ALL"] {
            assert_eq!(read(words), bounds(None, None), "{words}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_guessed() {
        for words in [
            "",
            "older people",
            "young people",
            "18",
            "school years 7-11",
            "years 7 to 11",
            "KS2",
            "25-16",
            "50+ or 18+ with a carer",
            "5-11, 16-18",
            "retired",
            "300+",
            "16-",
            "women",
            "10:00-12:00",
            "Mon 10-12",
            "50+ (younger by agreement)",
            "50-ish",
            "over 60 minutes",
            "grade 2+ readers",
        ] {
            assert_eq!(read(words), None, "{words}");
        }
    }

    fn of(name: &str, eligibility: &str, ages: Option<&str>, numbers: [Option<f64>; 2]) -> StatedAges {
        let eligibility = Some(eligibility.to_owned()).filter(|text| !text.is_empty());
        StatedAges::of(&AssetRecord {
            name: name.to_owned(),
            eligibility,
            ages: ages.map(str::to_owned),
            age_from: numbers[0],
            age_to: numbers[1],
            ..AssetRecord::default()
        })
    }

    #[test]
    fn a_listing_says_them_in_its_own_words_its_name_or_for_whom_it_is() {
        let nobody_says = StatedAges::default();
        for (name, who, expected) in [
            ("Over 60s lunch club", "", bounds(Some(60.0), None)),
            ("Walking football 50+", "", bounds(Some(50.0), None)),
            ("Choir", "50+", bounds(Some(50.0), None)),
            ("Choir", "16–25", bounds(Some(16.0), Some(25.0))),
            ("Youth forum", "Young people aged 16-25 in care", bounds(Some(16.0), Some(25.0))),
            ("Youth club", "For 11 to 16 year olds who live nearby", bounds(Some(11.0), Some(16.0))),
            ("Choir", "Everyone aged 18 and over, no need to read music", bounds(Some(18.0), None)),
            ("Fun day", "All ages, no booking", bounds(None, None)),
            ("Under 18s choir", "", bounds(None, Some(17.0))),
            // Said twice and the same, or twice and not.
            ("Over 60s club", "Anyone aged 60 and over", bounds(Some(60.0), None)),
            ("Over 60s club", "Anyone aged 55 and over", None),
            // Not ages of who comes, or not ages.
            ("Under 5s stay and play", "", None),
            ("Carers' café", "Carers of people aged 65 and over", None),
            ("Swim", "Under 16s must be accompanied by an adult", None),
            ("Choir", "Mainly 50+ but others come", None),
            ("Group", "over 60 sessions a year", None),
            ("Room 16-25", "", None),
            ("Choir", "", None),
            ("Choir", "women", None),
        ] {
            assert_eq!(of(name, who, None, [None; 2]), expected.unwrap_or(nobody_says), "{name}; {who}");
        }
    }

    #[test]
    fn words_and_numbers_go_together_and_words_that_are_not_read_leave_it_open() {
        let stated = |ages, numbers| of("Choir", "18+", ages, numbers);
        assert_eq!(stated(None, [Some(30.0), None]), bounds(Some(30.0), None).unwrap());
        assert_eq!(stated(Some("50+"), [None; 2]), bounds(Some(50.0), None).unwrap());
        assert_eq!(stated(Some("50+"), [None, Some(70.0)]), bounds(Some(50.0), Some(70.0)).unwrap());
        assert_eq!(stated(Some("all ages"), [None; 2]), StatedAges::ALL);
        assert_eq!(stated(Some("older people"), [None; 2]), StatedAges::default());
        // What is known keeps out; what is not may let in.
        let open = StatedAges { from: Some(50.0), to: None, all_said: false };
        assert_eq!(stated(Some("retired"), [Some(50.0), None]), open);
    }
}
