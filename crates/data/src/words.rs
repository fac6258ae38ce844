//! What people call a need or a kind of asset.

use std::collections::BTreeSet;

/// A row of the needs or kinds table, by everything it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermWords {
    /// Id.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// `key=value` tags of OpenStreetMap.
    pub osm_tags: Vec<(String, String)>,
    /// Id, label and other words, each as [`canonical`] puts it.
    forms: BTreeSet<String>,
}

impl TermWords {
    /// A row with its other words.
    #[must_use]
    pub fn new(id: &str, label: &str, also_called: &[&str], osm_tags: Vec<(String, String)>) -> Self {
        let own = [canonical(id), canonical(label)];
        let forms = own.into_iter().chain(also_called.iter().map(|w| canonical(w)));
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            osm_tags,
            forms: forms.filter(|w| !w.is_empty()).collect(),
        }
    }

    /// All it is called, each as [`canonical`] puts it.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(String::as_str)
    }

    /// Whether it is called this, as [`canonical`] puts it.
    #[must_use]
    pub fn is_called(&self, canonical: &str) -> bool {
        self.forms.contains(canonical)
    }
}

/// The id that a text stands for: `GP Surgeries` is `gp-surgery`.
#[must_use]
pub fn id_of<'a>(table: &'a [TermWords], text: &str) -> Option<&'a str> {
    let sought = canonical(text);
    table.iter().find(|w| w.is_called(&sought)).map(|w| w.id.as_str())
}

/// The id that a text stands for, or else the first that one of its parts between `|` or `;` does.
#[must_use]
pub fn id_in_list<'a>(table: &'a [TermWords], text: &str) -> Option<&'a str> {
    id_of(table, text).or_else(|| text.split(['|', ';']).find_map(|part| id_of(table, part)))
}

/// The id whose name stands in a file's name: the last one (`park_seats_and_benches` are benches), and of those that end
/// there the longest (`community_gardens` are not gardens).
#[must_use]
pub fn id_in_name<'a>(table: &'a [TermWords], name: &str) -> Option<&'a str> {
    let tokens = tokens(name);
    (1..=tokens.len()).rev().flat_map(|end| (0..end).map(move |start| start..end)).find_map(|window| {
        let form = tokens[window].concat();
        table.iter().find(|w| w.is_called(&form)).map(|w| w.id.as_str())
    })
}

/// One form for all ways of writing a name: lower case, singular, without punctuation.
#[must_use]
pub fn canonical(text: &str) -> String {
    tokens(text).concat()
}

/// Words in lower case and singular, cut at punctuation and between a small letter and a capital or digit.
fn tokens(text: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut small = false;
    for c in text.chars().filter(|c| !matches!(c, '\'' | '’')) {
        if !c.is_alphanumeric() || (small && (c.is_uppercase() || c.is_numeric())) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    words.into_iter().filter(|w| !w.is_empty()).map(singular).collect()
}

fn singular(word: String) -> String {
    let cut = |n: usize, end: &str| format!("{}{end}", &word[..word.len() - n]);
    if word.len() > 4 && word.ends_with("ies") {
        cut(3, "y")
    } else if ["ches", "shes", "sses", "xes"].iter().any(|end| word.ends_with(end)) {
        cut(2, "")
    } else if word.len() > 2 && word.ends_with('s') && !word.ends_with("ss") {
        cut(1, "")
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Tables;

    #[test]
    fn one_form_for_all_ways_of_writing() {
        for (a, b) in [
            ("GP Surgeries", "gp-surgery"),
            ("Places of Worship", "place_of_worship"),
            ("FoodBanks", "food bank"),
            ("Men’s Sheds", "mens shed"),
            ("Benches", "bench"),
            ("Classes", "class"),
        ] {
            assert_eq!(canonical(a), canonical(b));
        }
    }

    #[test]
    fn a_files_name_names_its_kind() {
        let kinds = Tables::built_in().unwrap().kind_words;
        for (name, kind) in [
            ("gm_pharmacies", Some("pharmacy")),
            ("gm_places_of_worship_RAW", Some("place-of-worship")),
            ("derived_gp_practices_epraccur_2023", Some("gp-surgery")),
            ("banes_park_seats_and_benches", Some("bench")),
            ("banes_community_gardens", Some("community-garden")),
            ("gm_jobcentreplus", Some("jobcentre")),
            ("LeedsFoodBanks2024", Some("food-bank")),
            ("trafford_greenspace_sites", Some("green-space")),
            ("republic_assets", None),
            ("shopmobility", None),
        ] {
            assert_eq!(id_in_name(&kinds, name), kind, "{name}");
        }
    }

    #[test]
    fn a_list_is_its_first_known_part() {
        let kinds = Tables::built_in().unwrap().kind_words;
        assert_eq!(id_in_list(&kinds, "Community services - Healthcare|Dentist"), Some("dentist"));
        assert_eq!(id_in_list(&kinds, "Ice rink"), None);
    }
}
