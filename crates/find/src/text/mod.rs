//! Words → listings, forgiving of endings, typing errors and other names for the same thing.
//!
//! A listing is found when every word that is typed finds it (or, when no listing has them all, as many as any has).
//! A word finds a listing by the word itself, by its stem, as the beginning of a word, by what it stands for, or, where
//! none of these is anywhere, by a word one or two slips away (Damerau–Levenshtein).

mod synonyms;
mod tokens;

pub use synonyms::{Meaning, Synonyms};

use fst::automaton::{Automaton, Str};
use fst::{IntoStreamer, Streamer};
use levenshtein_automata::{DFA, LevenshteinAutomatonBuilder, SINK_STATE};
use std::collections::BTreeMap;
pub(crate) use tokens::words;
use tokens::{Stems, is_stop};

/// How much a word counts by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What it is about, at length.
    Description,
    /// Who runs it, where it is.
    About,
    /// What kind it is and what it answers.
    Kind,
    /// What it is called.
    Name,
}

impl Field {
    const fn weight(self) -> f32 {
        match self {
            Self::Description => 0.3,
            Self::About => 0.45,
            Self::Kind => 0.7,
            Self::Name => 1.0,
        }
    }
}

/// How much a way of finding counts.
const EXACT: f32 = 1.0;
const SAME_STEM: f32 = 0.92;
const BEGINNING: f32 = 0.8;
const STANDS_FOR: f32 = 0.75;
const ONE_SLIP: f32 = 0.55;
const TWO_SLIPS: f32 = 0.4;
/// What finds a listing by its own words too is nearer than what only answers the same need: this much of the lesser counts.
const TOO: f32 = 0.25;

/// Words looked at when one is typed in part: those that start with two letters may be thousands.
const MAX_WORDS: usize = 400;

/// The words of all listings.
pub struct TextIndex {
    /// Word → its number.
    vocabulary: fst::Map<Vec<u8>>,
    /// By number of the word: listings with it, and the best field it stands in.
    postings: Vec<Vec<(u32, Field)>>,
    /// Numbers of the words of a stem.
    by_stem: BTreeMap<String, Vec<u32>>,
    /// Words in order, by number.
    words: Vec<String>,
    by_need: BTreeMap<String, Vec<u32>>,
    by_kind: BTreeMap<String, Vec<u32>>,
    synonyms: Synonyms,
    stems: Stems,
    one_slip: LevenshteinAutomatonBuilder,
    two_slips: LevenshteinAutomatonBuilder,
    listings: usize,
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextIndex {{ listings: {}, words: {} }}", self.listings, self.words.len())
    }
}

/// What a listing says of itself.
#[derive(Debug, Clone, Default)]
pub struct Words<'a> {
    /// Texts and the fields they stand in.
    pub texts: Vec<(Field, &'a str)>,
    /// Ids of the needs that it answers.
    pub needs: Vec<&'a str>,
    /// Id of its kind.
    pub kind: &'a str,
}

/// How well a text finds each listing, by position; 0 where it does not.
pub type Scores = Vec<f32>;

impl TextIndex {
    /// Of listings in their order.
    ///
    /// # Errors
    /// None that can happen: the words are sorted before the dictionary is built of them.
    pub fn new<'a>(
        listings: impl IntoIterator<Item = Words<'a>>,
        synonyms: Synonyms,
    ) -> Result<Self, crate::Error> {
        let stems = Stems::new();
        let mut found: BTreeMap<String, BTreeMap<u32, Field>> = BTreeMap::new();
        let (mut by_need, mut by_kind) =
            (BTreeMap::<String, Vec<u32>>::new(), BTreeMap::<String, Vec<u32>>::new());
        let mut count = 0;
        for (at, listing) in listings.into_iter().enumerate() {
            let at = at as u32;
            count += 1;
            for (field, text) in listing.texts {
                for word in words(text).into_iter().filter(|w| !is_stop(w)) {
                    let best = found.entry(word).or_default().entry(at).or_insert(field);
                    *best = (*best).max(field);
                }
            }
            for need in listing.needs {
                by_need.entry(need.to_owned()).or_default().push(at);
            }
            by_kind.entry(listing.kind.to_owned()).or_default().push(at);
        }
        let mut index = Self {
            vocabulary: fst::Map::from_iter(found.keys().enumerate().map(|(n, word)| (word, n as u64)))?,
            postings: Vec::with_capacity(found.len()),
            by_stem: BTreeMap::new(),
            words: Vec::with_capacity(found.len()),
            by_need,
            by_kind,
            synonyms,
            stems,
            one_slip: LevenshteinAutomatonBuilder::new(1, true),
            two_slips: LevenshteinAutomatonBuilder::new(2, true),
            listings: count,
        };
        for (number, (word, at)) in found.into_iter().enumerate() {
            index.by_stem.entry(index.stems.of(&word).into_owned()).or_default().push(number as u32);
            index.postings.push(at.into_iter().collect());
            index.words.push(word);
        }
        Ok(index)
    }

    /// How well a text finds each listing. `None`: the text has no word to look for, and so asks for nothing.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Scores> {
        let typed: Vec<String> = words(text);
        let ends_open = text.chars().last().is_some_and(char::is_alphanumeric);
        let stems: Vec<String> = typed.iter().map(|w| self.stems.of(w).into_owned()).collect();
        let mut parts: Vec<Scores> = Vec::new();
        let mut at = 0;
        while at < typed.len() {
            let phrase = self.synonyms.at_front(&stems[at..]);
            if phrase.is_none() && is_stop(&typed[at]) {
                at += 1;
                continue;
            }
            let taken = phrase.map_or(1, |(n, _)| n);
            // The words of a phrase find what has all of them; what the phrase stands for finds its own.
            let own = (at..at + taken).map(|i| self.of_word(&typed[i], ends_open && i + 1 == typed.len()));
            let mut part = own.reduce(both).unwrap_or_default();
            for meaning in phrase.map_or(&[][..], |(_, meanings)| meanings) {
                self.add_meaning(meaning, &mut part);
            }
            parts.push(part);
            at += taken;
        }
        (!parts.is_empty()).then(|| all_or_most(parts))
    }

    /// Words that a text may be the beginning of, most used first.
    #[must_use]
    pub fn completions(&self, beginning: &str, most: usize) -> Vec<&str> {
        let Some(last) = words(beginning).pop() else { return Vec::new() };
        let mut numbers = self.beginning(&last);
        numbers.sort_by_key(|&n| (std::cmp::Reverse(self.postings[n as usize].len()), n));
        numbers.into_iter().take(most).map(|n| self.words[n as usize].as_str()).collect()
    }

    fn of_word(&self, word: &str, may_go_on: bool) -> Scores {
        let mut found = vec![0.0; self.listings];
        let exact = self.vocabulary.get(word).map(|n| n as u32);
        let stem = self.stems.of(word);
        let same_stem = self.by_stem.get(stem.as_ref()).map_or(&[][..], Vec::as_slice);
        self.add(exact, EXACT, &mut found);
        self.add(same_stem.iter().copied().filter(|n| Some(*n) != exact), SAME_STEM, &mut found);
        let known = !same_stem.is_empty();
        let longer = if (may_go_on || !known) && word.chars().count() >= 2 {
            self.beginning(word)
        } else {
            Vec::new()
        };
        let begins = !longer.is_empty();
        self.add(longer, BEGINNING, &mut found);
        if !known && !begins {
            let (slips, way) = self.slips(word);
            self.add(slips, way, &mut found);
        }
        found
    }

    fn add(&self, numbers: impl IntoIterator<Item = u32>, way: f32, found: &mut Scores) {
        for number in numbers {
            let postings = &self.postings[number as usize];
            let says = self.says(postings.len());
            for &(listing, field) in postings {
                let best = &mut found[listing as usize];
                *best = best.max(way * field.weight() * says);
            }
        }
    }

    /// The rarer, the more it says: inverse document frequency, 1 for what every listing has.
    fn says(&self, listings: usize) -> f32 {
        1.0 + (self.listings as f32 / listings as f32).ln()
    }

    fn add_meaning(&self, meaning: &Meaning, found: &mut Scores) {
        let listings = match meaning {
            Meaning::Need(id) => self.by_need.get(id),
            Meaning::Kind(id) => self.by_kind.get(id),
            Meaning::Word(word) => {
                for (best, score) in found.iter_mut().zip(self.of_word(word, false)) {
                    *best = with(*best, score * STANDS_FOR);
                }
                return;
            }
        };
        let Some(listings) = listings else { return };
        let score = STANDS_FOR * Field::Kind.weight() * self.says(listings.len());
        for &listing in listings {
            let best = &mut found[listing as usize];
            *best = with(*best, score);
        }
    }

    fn beginning(&self, word: &str) -> Vec<u32> {
        let mut longer = self.vocabulary.search(Str::new(word).starts_with()).into_stream();
        let mut numbers = Vec::new();
        while let Some((_, number)) = longer.next() {
            numbers.push(number as u32);
            if numbers.len() == MAX_WORDS {
                break;
            }
        }
        numbers
    }

    /// Words one slip away, else two, and what they count; short words are typed right, or mean too many others.
    fn slips(&self, word: &str) -> (Vec<u32>, f32) {
        let letters = word.chars().count();
        if letters < 4 || word.chars().all(|c| c.is_ascii_digit()) {
            return (Vec::new(), ONE_SLIP);
        }
        let one = self.within(&self.one_slip, word);
        if !one.is_empty() || letters < 5 {
            return (one, ONE_SLIP);
        }
        let stems = self.stems_within(word);
        if !stems.is_empty() || letters < 7 {
            return (stems, ONE_SLIP);
        }
        (self.within(&self.two_slips, word), TWO_SLIPS)
    }

    /// Words whose stem is one slip away from the stem of this one, with the same first letter: an ending hides the slip.
    fn stems_within(&self, word: &str) -> Vec<u32> {
        let stem = self.stems.of(word);
        let Some(first) = stem.chars().next() else { return Vec::new() };
        let near = self.one_slip.build_dfa(&stem);
        let begins =
            self.by_stem.range(first.to_string()..).take_while(|(other, _)| other.starts_with(first));
        let slips = |other: &str| matches!(near.eval(other), levenshtein_automata::Distance::Exact(_));
        begins.filter(|(other, _)| slips(other)).flat_map(|(_, numbers)| numbers.iter().copied()).collect()
    }

    fn within(&self, builder: &LevenshteinAutomatonBuilder, word: &str) -> Vec<u32> {
        let mut near = self.vocabulary.search(Slips(builder.build_dfa(word))).into_stream();
        let mut numbers = Vec::new();
        while let Some((_, number)) = near.next() {
            numbers.push(number as u32);
        }
        numbers
    }
}

/// A Levenshtein automaton as fst walks it.
struct Slips(DFA);

impl Automaton for Slips {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), levenshtein_automata::Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

/// A score with another for the same words: the better, and a part of the other where both find it.
fn with(a: f32, b: f32) -> f32 {
    a.max(b) + TOO * a.min(b)
}

fn both(mut a: Scores, b: Scores) -> Scores {
    for (a, b) in a.iter_mut().zip(b) {
        *a = if *a > 0.0 && b > 0.0 { *a + b } else { 0.0 };
    }
    a
}

/// Listings that every part finds; without any, those that most parts find.
fn all_or_most(parts: Vec<Scores>) -> Scores {
    let Some(first) = parts.first() else { return Scores::new() };
    let mut found = vec![0_u8; first.len()];
    let mut sums = vec![0.0; first.len()];
    for part in &parts {
        for ((found, sum), &score) in found.iter_mut().zip(&mut sums).zip(part) {
            *found = found.saturating_add(u8::from(score > 0.0));
            *sum += score;
        }
    }
    let most = found.iter().copied().max().unwrap_or(0);
    for (sum, found) in sums.iter_mut().zip(found) {
        if found < most {
            *sum = 0.0;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> TextIndex {
        let listing = |name, kind, need| Words { texts: vec![(Field::Name, name)], needs: vec![need], kind };
        let listings = vec![
            listing("Wednesday Walking Group", "group", "physical-activity"),
            listing("Citizens Advice Moss Side", "advice-centre", "money-debt"),
            listing("Knit and Natter", "group", "arts-culture"),
            listing("Café Conversa em Português", "group", "social-connection"),
            listing("Debt clinic", "advice-centre", "money-debt"),
        ];
        let meaning = [
            ("citizens advice", Meaning::Need("money-debt".into())),
            ("craft", Meaning::Word("knit".into())),
        ];
        TextIndex::new(listings, Synonyms::new(meaning)).unwrap()
    }

    fn found(text: &str) -> Vec<u32> {
        let scores = index().find(text).unwrap_or_default();
        let mut found: Vec<u32> = (0..scores.len() as u32).filter(|&i| scores[i as usize] > 0.0).collect();
        found.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
        found
    }

    #[test]
    fn finds_by_stem_slip_beginning_and_other_name() {
        assert_eq!(found("walks"), [0]);
        assert_eq!(found("wakling"), [0]);
        assert_eq!(found("walk gruop"), [0]);
        assert_eq!(found("nat"), [2]);
        assert_eq!(found("crafts"), [2]);
        assert_eq!(found("citizens advice"), [1, 4]);
        assert_eq!(found("cafe portugues"), [3]);
    }

    #[test]
    fn every_word_must_fit_unless_no_listing_has_them_all() {
        assert_eq!(found("walking knit"), [0, 2]);
        assert_eq!(found("wednesday walking"), [0]);
    }

    #[test]
    fn words_that_say_nothing_ask_for_nothing() {
        assert!(index().find("").is_none() && index().find("somewhere for the").is_none());
        assert_eq!(found("xyzzyx"), Vec::<u32>::new());
    }

    #[test]
    fn completes_what_is_being_typed() {
        assert_eq!(index().completions("some wa", 5), ["walking"]);
    }
}
