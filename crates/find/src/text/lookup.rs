//! What is typed → the lists of listings that it finds.

use super::synonyms::SynonymMeaning;
use super::tokens::{is_stop, words};
use super::walk::PostingWalk;
use super::{TextField, TextIndex};
use fst::automaton::{Automaton, Str};
use fst::{IntoStreamer, Streamer};
use levenshtein_automata::{DFA, LevenshteinAutomatonBuilder, SINK_STATE};

/// How much a way of finding counts.
const EXACT: f32 = 1.0;
const SAME_STEM: f32 = 0.92;
const BEGINNING: f32 = 0.8;
const STANDS_FOR: f32 = 0.75;
const ONE_EDIT: f32 = 0.55;
const TWO_EDITS: f32 = 0.4;

/// Words looked at when one is typed in part: those that start with two letters may be thousands.
const MAX_WORDS: usize = 400;

/// What a text finds, in the order of the listings.
#[derive(Debug, Clone)]
pub struct WordMatches<'a>(PostingWalk<'a>);

impl WordMatches<'_> {
    /// How well the text finds a listing, by position; 0 where it does not. Listings are asked about in rising order.
    pub fn score(&mut self, listing: usize) -> f32 {
        self.0.worth(listing as u32).unwrap_or(0.0)
    }

    /// Every listing that it finds and how well, from here on.
    pub fn listings(self) -> impl Iterator<Item = (usize, f32)> {
        self.0.listings().map(|(listing, score)| (listing as usize, score))
    }
}

impl TextIndex {
    /// What a text finds. `None`: it has no word to look for, and so asks for nothing.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<WordMatches<'_>> {
        let typed: Vec<String> = words(text);
        let ends_open = text.chars().last().is_some_and(char::is_alphanumeric);
        let stems: Vec<String> = typed.iter().map(|w| self.stems.of(w).into_owned()).collect();
        let mut parts = Vec::new();
        let mut at = 0;
        while at < typed.len() {
            let phrase = self.synonyms.at_front(&stems[at..]);
            if phrase.is_none() && is_stop(&typed[at]) {
                at += 1;
                continue;
            }
            let (taken, meanings) = phrase.unwrap_or((1, &[]));
            // The words of a phrase find what has all of them; what the phrase stands for finds its own.
            let own =
                (at..at + taken).map(|i| self.of_word(&typed[i], ends_open && i + 1 == typed.len(), 1.0));
            let own = PostingWalk::all(own.collect());
            parts.push(
                meanings
                    .iter()
                    .fold(own, |part, of| PostingWalk::Either(Box::new([part, self.of_meaning(of)]))),
            );
            at += taken;
        }
        (!parts.is_empty()).then(|| WordMatches(PostingWalk::all_or_most(parts)))
    }

    /// Words that a text may be the beginning of, most used first.
    #[must_use]
    pub fn completions(&self, beginning: &str, most: usize) -> Vec<&str> {
        let Some(last) = words(beginning).pop() else { return Vec::new() };
        let mut numbers = self.beginning(&last);
        numbers.sort_by_key(|&n| (std::cmp::Reverse(self.postings[n as usize].len()), n));
        numbers.into_iter().take(most).map(|n| self.words[n as usize].as_str()).collect()
    }

    /// What a word finds, each counted so many times.
    fn of_word(&self, word: &str, may_go_on: bool, times: f32) -> PostingWalk<'_> {
        let exact = self.vocabulary.get(word).map(|n| n as u32);
        let stem = self.stems.of(word);
        let same_stem = self.by_stem.get(stem.as_ref()).map_or(&[][..], Vec::as_slice);
        let known = !same_stem.is_empty();
        let longer = if (may_go_on || !known) && word.chars().count() >= 2 {
            self.beginning(word)
        } else {
            Vec::new()
        };
        let (edits, edit) =
            if known || !longer.is_empty() { (Vec::new(), ONE_EDIT) } else { self.edits(word) };
        let same_stem = same_stem.iter().copied().filter(|n| Some(*n) != exact);
        let ways = exact.into_iter().map(|n| (n, EXACT)).chain(same_stem.map(|n| (n, SAME_STEM)));
        let longer = longer.into_iter().filter(|n| Some(*n) != exact);
        let ways = ways.chain(longer.map(|n| (n, BEGINNING)));
        let ways = ways.chain(edits.into_iter().map(|n| (n, edit)));
        PostingWalk::any(ways.map(|(number, way)| self.with(number, way, times)).collect())
    }

    /// What has a word, by its number.
    fn with(&self, number: u32, way: f32, times: f32) -> PostingWalk<'_> {
        let rest = self.postings[number as usize].as_slice();
        let says = self.says(rest.len());
        PostingWalk::Word { rest, worth: TextField::ALL.map(|field| way * field.weight() * says * times) }
    }

    /// The rarer, the more it says: inverse document frequency, 1 for what every listing has.
    fn says(&self, listings: usize) -> f32 {
        1.0 + (self.listings as f32 / listings as f32).ln()
    }

    fn of_meaning(&self, meaning: &SynonymMeaning) -> PostingWalk<'_> {
        let listings = match meaning {
            SynonymMeaning::Need(id) => self.by_need.get(id),
            SynonymMeaning::Kind(id) => self.by_kind.get(id),
            SynonymMeaning::Word(word) => return self.of_word(word, false, STANDS_FOR),
        };
        let rest = listings.map_or(&[][..], Vec::as_slice);
        PostingWalk::Listed { rest, worth: STANDS_FOR * TextField::Kind.weight() * self.says(rest.len()) }
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

    /// Words at edit distance 1, else 2, and what they count; short words are typed right, or mean too many others.
    fn edits(&self, word: &str) -> (Vec<u32>, f32) {
        let letters = word.chars().count();
        if letters < 4 || word.chars().all(|c| c.is_ascii_digit()) {
            return (Vec::new(), ONE_EDIT);
        }
        let one = self.within(&self.one_edit, word);
        if !one.is_empty() || letters < 5 {
            return (one, ONE_EDIT);
        }
        let stems = self.stems_within(word);
        if !stems.is_empty() || letters < 7 {
            return (stems, ONE_EDIT);
        }
        (self.within(&self.two_edits, word), TWO_EDITS)
    }

    /// Words whose stem is at edit distance 1 from the stem of this one, with the same first letter: an ending hides the edit.
    fn stems_within(&self, word: &str) -> Vec<u32> {
        let stem = self.stems.of(word);
        let Some(first) = stem.chars().next() else { return Vec::new() };
        let near = self.one_edit.build_dfa(&stem);
        let begins =
            self.by_stem.range(first.to_string()..).take_while(|(other, _)| other.starts_with(first));
        let edits = |other: &str| matches!(near.eval(other), levenshtein_automata::Distance::Exact(_));
        begins.filter(|(other, _)| edits(other)).flat_map(|(_, numbers)| numbers.iter().copied()).collect()
    }

    fn within(&self, builder: &LevenshteinAutomatonBuilder, word: &str) -> Vec<u32> {
        let mut near = self.vocabulary.search(TypoAutomaton(builder.build_dfa(word))).into_stream();
        let mut numbers = Vec::new();
        while let Some((_, number)) = near.next() {
            numbers.push(number as u32);
        }
        numbers
    }
}

/// A Levenshtein automaton as fst walks it.
struct TypoAutomaton(DFA);

impl Automaton for TypoAutomaton {
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
