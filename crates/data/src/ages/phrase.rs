//! One range of ages among the words of a text.

/// Nobody is older.
const OLDEST: f64 = 120.0;

/// A piece of a text in small letters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum AgeToken<'a> {
    Number(f64),
    Word(&'a str),
    Plus,
    Dash,
    /// What parts one thing from the next.
    Stop,
}

impl<'a> AgeToken<'a> {
    /// The pieces of a text, without spaces, brackets and the marks at its end.
    pub(super) fn of(text: &'a str) -> Vec<Self> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
            let (token, taken) = match first {
                c if c.is_ascii_digit() => {
                    let taken =
                        rest[..length(|c| c.is_ascii_digit() || c == '.')].trim_end_matches('.').len();
                    (
                        rest[..taken].parse().map_or(Some(Self::Stop), |number| Some(Self::Number(number))),
                        taken,
                    )
                }
                c if c.is_alphabetic() => {
                    let taken = length(char::is_alphabetic);
                    (Some(Self::Word(&rest[..taken])), taken)
                }
                '+' => (Some(Self::Plus), 1),
                '&' => (Some(Self::Word("and")), 1),
                '-' | '–' | '—' | '−' => (Some(Self::Dash), first.len_utf8()),
                // In "11:30" it parts a time.
                ':' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (None, 1),
                '(' | ')' | '\'' | '’' => (None, first.len_utf8()),
                c if c.is_whitespace() => (None, first.len_utf8()),
                c => (Some(Self::Stop), c.len_utf8()),
            };
            tokens.extend(token);
            rest = &rest[taken..];
        }
        while tokens.last() == Some(&Self::Stop) {
            tokens.pop();
        }
        tokens
    }

    pub(super) const fn word(self) -> Option<&'a str> {
        if let Self::Word(word) = self { Some(word) } else { None }
    }
}

/// A range of ages at the beginning of some pieces.
#[derive(Debug, Clone, Copy)]
pub(super) struct AgePhrase {
    from: Option<f64>,
    to: Option<f64>,
    /// How many pieces it takes.
    pub(super) length: usize,
    /// Whether it can be nothing else than ages.
    pub(super) is_plain: bool,
}

/// An age with its unit.
#[derive(Debug, Clone, Copy, Default)]
struct GivenAge {
    number: f64,
    in_months: bool,
    /// Whether it says years or months.
    has_unit: bool,
    /// Whether it says "old", or is of a decade: "60s".
    is_plain: bool,
}

impl GivenAge {
    fn years(self, of: Self) -> f64 {
        // "0–12 months" says the unit once.
        let in_months = if self.has_unit { self.in_months } else { of.in_months };
        if in_months { self.number / 12.0 } else { self.number }
    }

    fn own_years(self) -> f64 {
        self.years(self)
    }
}

impl AgePhrase {
    pub(super) fn at(tokens: &[AgeToken<'_>]) -> Option<Self> {
        let mut words = AgeWords { tokens, at: 0 };
        let aged = words.any_of(&["aged", "age", "ages"]);
        words.any_of(&["range", "group"]);
        let (from, to, is_plain) = words.range()?;
        Some(Self { from, to, length: words.at, is_plain: is_plain || aged })
    }

    /// The youngest and the oldest age, if there can be such.
    pub(super) fn bounds(self) -> Option<(Option<f64>, Option<f64>)> {
        let (from, to) = (self.from.unwrap_or(0.0), self.to.unwrap_or(OLDEST));
        let possible = 0.0 <= from && from <= to && to <= OLDEST;
        possible.then_some((self.from, self.to))
    }
}

/// Pieces that are gone through from the first.
struct AgeWords<'a> {
    tokens: &'a [AgeToken<'a>],
    at: usize,
}

type AgeBounds = (Option<f64>, Option<f64>, bool);

impl AgeWords<'_> {
    fn any_of(&mut self, words: &[&str]) -> bool {
        let is =
            self.tokens.get(self.at).and_then(|token| token.word()).is_some_and(|word| words.contains(&word));
        self.at += usize::from(is);
        is
    }

    /// Takes some words one after the other, or none.
    fn all_of(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        let all = words.iter().all(|word| self.any_of(&[word]));
        if !all {
            self.at = start;
        }
        all
    }

    fn token(&mut self, token: AgeToken<'_>) -> bool {
        let is = self.tokens.get(self.at) == Some(&token);
        self.at += usize::from(is);
        is
    }

    fn range(&mut self) -> Option<AgeBounds> {
        if self.any_of(&["under", "below"]) || self.all_of(&["younger", "than"]) {
            self.token(AgeToken::Dash);
            let age = self.age()?;
            // Under 18 is up to 17, and under 12 months up to 11.
            let below = GivenAge { number: age.number - 1.0, ..age };
            return Some((None, Some(below.own_years()), age.is_plain));
        }
        if self.all_of(&["up", "to"]) || self.any_of(&["to", "maximum", "max"]) {
            self.any_of(&["age"]);
            let age = self.age()?;
            return Some((None, Some(age.own_years()), age.is_plain));
        }
        if self.any_of(&["over", "above", "minimum", "min"])
            || self.all_of(&["at", "least"])
            || self.all_of(&["older", "than"])
        {
            self.any_of(&["age"]);
            self.token(AgeToken::Dash);
            let age = self.age()?;
            let is_plain = self.and_over() || age.is_plain;
            return Some((Some(age.own_years()), None, is_plain));
        }
        let is_from = self.any_of(&["from"]);
        let is_between = !is_from && self.any_of(&["between"]);
        let age = self.age()?;
        self.beyond(age, is_from, is_between)
    }

    /// What comes after the first number.
    fn beyond(&mut self, age: GivenAge, is_from: bool, is_between: bool) -> Option<AgeBounds> {
        let start = self.at;
        if self.token(AgeToken::Dash) || self.any_of(&["to"]) || is_between && self.any_of(&["and"]) {
            if let Some(last) = self.age() {
                let is_plain = age.is_plain || last.is_plain;
                return Some((Some(age.years(last)), Some(last.own_years()), is_plain));
            }
            self.at = start;
        }
        if is_between {
            return None;
        }
        if self.and_over() {
            return Some((Some(age.own_years()), None, age.number >= 10.0 || age.has_unit));
        }
        let joined = self.any_of(&["and", "or"]);
        if joined && self.any_of(&["under", "below", "younger"]) {
            return Some((None, Some(age.own_years()), true));
        }
        self.at = start;
        is_from.then(|| (Some(age.own_years()), None, age.is_plain))
    }

    /// `+`, `plus`, `and over`, `upwards`.
    fn and_over(&mut self) -> bool {
        let start = self.at;
        self.token(AgeToken::Dash);
        if self.token(AgeToken::Plus) || self.any_of(&["plus", "upwards", "up"]) {
            self.unit();
            return true;
        }
        self.at = start;
        let over = ["over", "above", "older", "up", "upwards", "more"];
        if self.any_of(&["and", "or"]) && self.any_of(&over) {
            return true;
        }
        self.at = start;
        false
    }

    /// A number with what says that it is of years or months.
    fn age(&mut self) -> Option<GivenAge> {
        let Some(AgeToken::Number(number)) = self.tokens.get(self.at).copied() else { return None };
        self.at += 1;
        let is_decade = self.any_of(&["s"]);
        let (in_months, has_unit, is_old) = self.unit();
        Some(GivenAge { number, in_months, has_unit, is_plain: is_decade || is_old })
    }

    /// Whether it is of months, whether it says so, and whether it says "old".
    fn unit(&mut self) -> (bool, bool, bool) {
        let start = self.at;
        self.token(AgeToken::Dash);
        let in_months = self.any_of(&["month", "months", "mths"]);
        let has_unit = in_months || self.any_of(&["year", "years", "yr", "yrs", "yo"]);
        if !has_unit {
            self.at = start;
            return (false, false, false);
        }
        let after = self.at;
        self.token(AgeToken::Dash);
        let is_old = self.any_of(&["old", "olds"]) || self.all_of(&["of", "age"]);
        if !is_old {
            self.at = after;
        }
        (in_months, has_unit, is_old)
    }
}
