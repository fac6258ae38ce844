//! Words → listings, forgiving of endings, typing errors and other names for the same thing.
//!
//! A listing is found when every word that is typed finds it (or, when no listing has them all, as many as any has).
//! A word finds a listing by the word itself, by its stem, as the beginning of a word, by what it stands for, or, where
//! none of these is anywhere, by a word at edit distance 1 or 2 (Damerau–Levenshtein).

mod lookup;
mod synonyms;
mod tokens;
mod walk;

pub use lookup::WordMatches;
pub use synonyms::{SynonymMeaning, SynonymTable};

use levenshtein_automata::LevenshteinAutomatonBuilder;
use std::collections::BTreeMap;
pub(crate) use tokens::words;
use tokens::{WordStemmer, is_stop};

/// How much a word counts by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextField {
    /// What it is about, at length.
    Description,
    /// Who runs it, where it is.
    About,
    /// What kind it is and what it answers.
    Kind,
    /// What it is called.
    Name,
}

impl TextField {
    const COUNT: usize = 4;

    /// All of them, in the order of their numbers.
    const ALL: [Self; Self::COUNT] = [Self::Description, Self::About, Self::Kind, Self::Name];

    const fn weight(self) -> f32 {
        match self {
            Self::Description => 0.3,
            Self::About => 0.45,
            Self::Kind => 0.7,
            Self::Name => 1.0,
        }
    }
}

/// The words of all listings.
pub struct TextIndex {
    /// Word → its number.
    vocabulary: fst::Map<Vec<u8>>,
    /// By number of the word: listings with it, and the best field it stands in.
    postings: Vec<Vec<(u32, TextField)>>,
    /// Numbers of the words of a stem.
    by_stem: BTreeMap<String, Vec<u32>>,
    /// Words in order, by number.
    words: Vec<String>,
    by_need: BTreeMap<String, Vec<u32>>,
    by_kind: BTreeMap<String, Vec<u32>>,
    synonyms: SynonymTable,
    stems: WordStemmer,
    one_edit: LevenshteinAutomatonBuilder,
    two_edits: LevenshteinAutomatonBuilder,
    listings: usize,
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextIndex {{ listings: {}, words: {} }}", self.listings, self.words.len())
    }
}

/// What a listing says of itself.
#[derive(Debug, Clone, Default)]
pub struct ListingWords<'a> {
    /// Texts and the fields they stand in.
    pub texts: Vec<(TextField, &'a str)>,
    /// Ids of the needs that it answers.
    pub needs: Vec<&'a str>,
    /// Id of its kind.
    pub kind: &'a str,
}

impl TextIndex {
    /// Of listings in their order.
    ///
    /// # Errors
    /// None that can happen: the words are sorted before the dictionary is built of them.
    pub fn new<'a>(
        listings: impl IntoIterator<Item = ListingWords<'a>>,
        synonyms: SynonymTable,
    ) -> Result<Self, crate::TextIndexError> {
        let stems = WordStemmer::new();
        let mut found: BTreeMap<String, BTreeMap<u32, TextField>> = BTreeMap::new();
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
            one_edit: LevenshteinAutomatonBuilder::new(1, true),
            two_edits: LevenshteinAutomatonBuilder::new(2, true),
            listings: count,
        };
        for (number, (word, at)) in found.into_iter().enumerate() {
            index.by_stem.entry(index.stems.of(&word).into_owned()).or_default().push(number as u32);
            index.postings.push(at.into_iter().collect());
            index.words.push(word);
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> TextIndex {
        let listing =
            |name, kind, need| ListingWords { texts: vec![(TextField::Name, name)], needs: vec![need], kind };
        let listings = vec![
            listing("Wednesday Walking Group", "group", "physical-activity"),
            listing("Citizens Advice Moss Side", "advice-centre", "money-debt"),
            listing("Knit and Natter", "group", "arts-culture"),
            listing("Café Conversa em Português", "group", "social-connection"),
            listing("Debt clinic", "advice-centre", "money-debt"),
        ];
        let meaning = [
            ("citizens advice", SynonymMeaning::Need("money-debt".into())),
            ("craft", SynonymMeaning::Word("knit".into())),
        ];
        TextIndex::new(listings, SynonymTable::new(meaning)).unwrap()
    }

    fn found(text: &str) -> Vec<u32> {
        let index = index();
        let mut found: Vec<(usize, f32)> = index.find(text).into_iter().flat_map(|m| m.listings()).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.into_iter().map(|(listing, _)| listing as u32).collect()
    }

    #[test]
    fn finds_by_stem_edit_beginning_and_other_name() {
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
