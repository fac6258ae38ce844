//! What people type → what listings say.

use super::tokens::{WordStemmer, words};
use std::collections::BTreeMap;

/// What a phrase stands for beside its own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SynonymMeaning {
    /// Listings that answer this need.
    Need(String),
    /// Listings of this kind.
    Kind(String),
    /// Listings with this word.
    Word(String),
}

/// Phrases and their meanings; a phrase is known by the stems of its words.
#[derive(Debug, Default)]
pub struct SynonymTable {
    by_phrase: BTreeMap<Vec<String>, Vec<SynonymMeaning>>,
    longest: usize,
}

impl SynonymTable {
    /// From phrases and what they mean, in any order.
    pub fn new<'a>(rows: impl IntoIterator<Item = (&'a str, SynonymMeaning)>) -> Self {
        let stems = WordStemmer::new();
        let mut known = Self::default();
        for (phrase, meaning) in rows {
            let phrase: Vec<String> = words(phrase).iter().map(|w| stems.of(w).into_owned()).collect();
            if phrase.is_empty() {
                continue;
            }
            known.longest = known.longest.max(phrase.len());
            let meanings = known.by_phrase.entry(phrase).or_default();
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
        known.by_phrase.values_mut().for_each(|m| m.sort());
        known
    }

    /// The longest phrase that starts at the front of these stems: how many of them it takes, and what it means.
    pub fn at_front(&self, stems: &[String]) -> Option<(usize, &[SynonymMeaning])> {
        (1..=self.longest.min(stems.len()))
            .rev()
            .find_map(|n| self.by_phrase.get(&stems[..n]).map(|meanings| (n, meanings.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_wins_whatever_its_endings() {
        let need = |id: &str| SynonymMeaning::Need(id.to_owned());
        let known = SynonymTable::new([
            ("citizens advice", need("money-debt")),
            ("citizen", need("learning-skills")),
        ]);
        let stems: Vec<String> = ["citizen", "advic", "today"].map(str::to_owned).to_vec();
        assert_eq!(known.at_front(&stems), Some((2, &[need("money-debt")][..])));
        assert_eq!(known.at_front(&stems[..1]), Some((1, &[need("learning-skills")][..])));
        assert_eq!(known.at_front(&stems[2..]), None);
    }
}
