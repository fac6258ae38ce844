//! Listings that are probably of a place which another source hides. Where that is cannot be compared, for it is kept nowhere:
//! names and telephone numbers have to do, and what they leave open is for a person.

use super::names::{NameFrequencies, NameMatch};
use super::{LinkState, ListingFacts, ListingLink};
use crate::record::{AssetRecord, LocationPrecision};
use std::collections::{BTreeSet, HashMap};

/// A number that more listings have is a switchboard, and no one thing's.
const ONE_NUMBER: usize = 4;

/// A word that more names have finds too many to be looked at one by one; a name has another.
const RARE_WORD: usize = 500;

/// The pairs of a hidden listing and one of another source that tells a place.
pub(super) fn links(
    listings: &[AssetRecord],
    names: &NameFrequencies,
    facts: &[ListingFacts],
) -> Vec<ListingLink> {
    let hides = |at: usize| listings[at].location_precision == LocationPrecision::Hidden;
    let hidden: Vec<usize> = (0..listings.len()).filter(|&at| hides(at)).collect();
    if hidden.is_empty() {
        return Vec::new();
    }
    let mut by_number: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_word: HashMap<u32, Vec<usize>> = HashMap::new();
    for at in (0..listings.len()).filter(|&at| !hides(at)) {
        if let Some(number) = &facts[at].phone {
            by_number.entry(number).or_default().push(at);
        }
        for word in names.of(at).words() {
            by_word.entry(*word).or_default().push(at);
        }
    }
    let mut links = Vec::new();
    for one in hidden {
        let number = facts[one].phone.as_deref().and_then(|number| by_number.get(number));
        let mut may_be: BTreeSet<usize> = number.into_iter().flatten().copied().collect();
        let mut of_words: Vec<&Vec<usize>> =
            names.of(one).words().iter().filter_map(|word| by_word.get(word)).collect();
        of_words.sort_by_key(|found| found.len());
        // Of words that are common none but the rarest.
        for (nth, found) in of_words.into_iter().enumerate() {
            if nth == 0 || found.len() <= RARE_WORD {
                may_be.extend(found);
            }
        }
        for other in may_be.into_iter().filter(|&other| listings[other].source != listings[one].source) {
            let same_number = facts[one].phone.is_some() && facts[one].phone == facts[other].phone;
            let of_one = same_number && number.is_some_and(|all| all.len() <= ONE_NUMBER);
            let why = why(names.compare(one, other), names.of(one).is_general(), same_number, of_one);
            let others = (&listings[one].organisation_id, &listings[other].organisation_id);
            if why.is_empty() || matches!(others, (Some(a), Some(b)) if a != b) {
                continue;
            }
            let mut reasons: Vec<String> = why.into_iter().map(str::to_owned).collect();
            reasons.push("one source hides the place".to_owned());
            let pair = (one.min(other), one.max(other));
            links.push(ListingLink { pair, weight: WEIGHT, state: LinkState::HeldBack, reasons });
        }
    }
    links
}

/// Above that of most pairs, for these are decided first.
const WEIGHT: f64 = 12.0;

/// What says that they are probably one; nothing where nothing does.
fn why(names: NameMatch, is_general: bool, same_number: bool, of_one: bool) -> Vec<&'static str> {
    let name = match names {
        NameMatch::Same => Some("the names say the same"),
        NameMatch::Similar => Some("the names differ by a slip"),
        NameMatch::Contained => Some("one name is part of the other"),
        NameMatch::Different => None,
    };
    let name = name.filter(|_| !is_general || same_number);
    let number = same_number.then_some("the same telephone number").filter(|_| of_one || name.is_some());
    name.into_iter().chain(number).collect()
}
