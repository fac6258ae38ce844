//! Languages by one name each: a list says `pl`, another `Polish` and a third `polski`, and somebody asks for any of them.

use isolang::Language;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What ISO 639-3 calls otherwise than people do, and languages that people give by its codes though ISO 639-1 has none.
const USUAL: [(&str, &str); 9] = [
    ("bfi", "British Sign Language"),
    ("pan", "Punjabi"),
    ("pus", "Pashto"),
    ("ell", "Greek"),
    ("nor", "Norwegian"),
    ("cmn", "Mandarin"),
    ("yue", "Cantonese"),
    ("fas", "Persian"),
    ("pes", "Farsi"),
];

/// What people write that is no code of ISO 639, or the code of a language that they do not mean.
const SHORT: [(&str, &str); 1] = [("bsl", "bfi")];

/// The name of a language in English, by its code (ISO 639-1 or 639-3, with or without a country), its English name or its own;
/// what is none of these stays as it is. Codes of three letters are taken for the larger languages alone: among the seven
/// thousand others are `any`, `all` and `yes`.
#[must_use]
pub fn name(text: &str) -> String {
    let text = text.trim();
    let code = text.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let code = SHORT.iter().find(|short| short.0 == code).map_or(code.as_str(), |short| short.1);
    let is_large = |language: &Language| {
        language.to_639_1().is_some() || USUAL.iter().any(|usual| usual.0 == language.to_639_3())
    };
    let known = Language::from_639_1(code)
        .or_else(|| Language::from_639_3(code).filter(is_large))
        .or_else(|| by_name().get(text.to_lowercase().as_str()).copied());
    known.map_or_else(|| text.to_owned(), |language| usual(language).to_owned())
}

/// The names of several, each once, in the order given.
#[must_use]
pub fn all(texts: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(texts.len());
    for name in texts.iter().map(|text| name(text)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn usual(language: Language) -> &'static str {
    let code = language.to_639_3();
    USUAL.iter().find(|usual| usual.0 == code).map_or_else(|| plain(language.to_name()), |usual| usual.1)
}

/// `Swahili (macrolanguage)` is Swahili to whoever looks for it.
fn plain(name: &'static str) -> &'static str {
    name.split(" (").next().unwrap_or(name)
}

/// Languages by their names in lower case; of several, the one that has a code of two letters.
fn by_name() -> &'static HashMap<String, Language> {
    static NAMES: OnceLock<HashMap<String, Language>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = HashMap::new();
        let mut all: Vec<Language> = isolang::languages().collect();
        all.sort_by_key(|language| (language.to_639_1().is_none(), language.to_639_3()));
        for language in all {
            let own = language.to_autonym().filter(|_| language.to_639_1().is_some());
            for name in [Some(usual(language)), Some(plain(language.to_name())), own].into_iter().flatten() {
                names.entry(name.to_lowercase()).or_insert(language);
            }
        }
        names
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_one_name() {
        let polish = ["pl", "PL", "pol", "pl-PL", "Polish", " polish", "polski", "Polski"];
        assert!(polish.iter().all(|text| name(text) == "Polish"));
        let others = [("en_GB", "English"), ("panjabi", "Punjabi"), ("Punjabi", "Punjabi"), ("el", "Greek")];
        assert!(others.iter().all(|(text, expected)| name(text) == *expected));
        assert_eq!(["sw", "swahili"].map(name), ["Swahili"; 2]);
        assert_eq!(["bfi", "BSL", "British Sign Language"].map(name), ["British Sign Language"; 3]);
        assert_eq!(["cmn", "mandarin"].map(name), ["Mandarin"; 2]);
        assert_eq!(["zh", "chinese"].map(name), ["Chinese"; 2]);
    }

    #[test]
    fn what_is_no_language_stays_what_it_is() {
        for text in ["", "Any on request", "x", "Doggerish", "any", "All", "yes"] {
            assert_eq!(name(text), text);
        }
    }
}
