//! Text → words that can be compared: lower case, no accents, no punctuation, plural and tense aside.

use frostem::{Algorithm, Stemmer};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that say nothing of what is looked for, in English and in what is asked of a search box.
const STOP: [&str; 36] = [
    "a",
    "an",
    "and",
    "any",
    "are",
    "at",
    "by",
    "can",
    "do",
    "find",
    "for",
    "from",
    "help",
    "i",
    "in",
    "is",
    "it",
    "me",
    "my",
    "near",
    "of",
    "on",
    "or",
    "our",
    "some",
    "somebody",
    "someone",
    "somewhere",
    "that",
    "the",
    "there",
    "to",
    "want",
    "where",
    "who",
    "with",
];

/// Longer words are cut: nobody types them, and a file may hold anything.
const MAX_CHARS: usize = 40;

/// The words of a text, folded. Apostrophes join (`men's` is `mens`), everything else that is no letter or digit parts.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’' | '‘' | '`')) {
        if c.is_alphanumeric() {
            if word.chars().count() < MAX_CHARS {
                word.extend(c.to_lowercase());
            }
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a word says nothing of what is looked for.
pub(super) fn is_stop(word: &str) -> bool {
    STOP.contains(&word)
}

/// Brings words of one stem together: `walking`, `walks` and `walk` (Porter 2, for English; other languages' words stay
/// whole unless they end like English ones, and are then cut alike in the listing and in what is typed).
pub(super) struct WordStemmer(Stemmer);

impl WordStemmer {
    pub(super) fn new() -> Self {
        Self(Stemmer::new(Algorithm::English))
    }

    pub(super) fn of<'a>(&self, word: &'a str) -> Cow<'a, str> {
        self.0.stem(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_apostrophes() {
        assert_eq!(words("Men’s  Shed—Café (São João) 12b"), ["mens", "shed", "cafe", "sao", "joao", "12b"]);
        assert_eq!(words(" ,.!"), Vec::<String>::new());
    }

    #[test]
    fn one_stem() {
        let stems = WordStemmer::new();
        assert_eq!(stems.of("walking"), stems.of("walks"));
        assert_eq!(stems.of("knitting"), stems.of("knit"));
        assert_ne!(stems.of("walking"), stems.of("talking"));
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"x".repeat(10_000))[0].len(), MAX_CHARS);
    }
}
