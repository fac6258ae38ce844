//! Which assets the organisation runs that receives a grant, where that is safe to say: by an identifier of a register, or by
//! a name that only one organisation about there has. A wrong link would show money where there is none.

use crate::record::{AssetRecord, GrantRecord};
use crate::text::plain;
use std::collections::{BTreeMap, BTreeSet};

/// Registers that give an organisation one identifier for everybody: those of charities, companies and public bodies.
const REGISTERS: [&str; 10] = [
    "GB-CHC-",
    "GB-COH-",
    "GB-SC-",
    "GB-NIC-",
    "GB-EDU-",
    "GB-LAE-",
    "GB-LAS-",
    "GB-MPR-",
    "GB-NHS-",
    "GB-UKPRN-",
];

/// Words of a name that do not tell organisations apart.
const FORMS: [&str; 10] =
    ["the", "ltd", "limited", "cic", "cio", "plc", "llp", "charity", "registered", "incorporated"];

/// Shortest name that links, in letters and digits: `Be Active` may be anybody.
const SHORTEST: usize = 12;

/// For each grant the positions, rising, of the assets that its recipient runs.
///
/// `lies_in` says whether a place lies in the area of a code; `None` where nothing is known of the area.
///
/// An identifier links wherever both give one of the same register. A name links if it is of some length, no asset of
/// that name belongs to another organisation as far as identifiers tell, and the asset lies in an area that the grant is
/// for.
#[must_use]
pub fn funded(
    grants: &[GrantRecord],
    assets: &[AssetRecord],
    lies_in: impl Fn(&str, [f64; 2]) -> Option<bool>,
) -> Vec<Vec<usize>> {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, asset) in assets.iter().enumerate() {
        if let Some(id) = asset.organisation_id.as_deref().and_then(registered) {
            by_id.entry(id).or_default().push(at);
        }
        if let Some(name) = distinct_name(asset.organisation.as_deref().unwrap_or(&asset.name)) {
            by_name.entry(name).or_default().push(at);
        }
    }
    let of_one = |same: &[usize]| {
        let ids: BTreeSet<String> =
            same.iter().filter_map(|&at| registered(assets[at].organisation_id.as_deref()?)).collect();
        ids.len() < 2
    };
    let for_its_area = |grant: &GrantRecord, asset: &AssetRecord| {
        let codes = grant.beneficiaries.iter().filter_map(|b| b.area.as_deref());
        asset.place.is_some_and(|place| codes.into_iter().any(|code| lies_in(code, place) == Some(true)))
    };
    grants
        .iter()
        .map(|grant| {
            let own: BTreeSet<String> = grant.recipient_ids.iter().filter_map(|id| registered(id)).collect();
            let mut found: BTreeSet<usize> =
                own.iter().filter_map(|id| by_id.get(id)).flatten().copied().collect();
            let name = grant.recipient.as_deref().and_then(distinct_name);
            let same = name.and_then(|name| by_name.get(&name)).filter(|same| of_one(same));
            found.extend(same.into_iter().flatten().copied().filter(|&at| {
                let other = assets[at].organisation_id.as_deref().and_then(registered);
                !other.is_some_and(|id| contradicts(&own, &id)) && for_its_area(grant, &assets[at])
            }));
            found.into_iter().collect()
        })
        .collect()
}

/// An identifier as registers write it; `None` for one that only its publisher knows.
fn registered(id: &str) -> Option<String> {
    let id = id.trim().to_uppercase();
    REGISTERS.iter().any(|register| id.starts_with(register)).then_some(id)
}

/// Whether the same register knows the organisation by another identifier.
fn contradicts(own: &BTreeSet<String>, other: &str) -> bool {
    let register = REGISTERS.iter().find(|register| other.starts_with(*register));
    !own.contains(other) && register.is_some_and(|register| own.iter().any(|id| id.starts_with(register)))
}

/// The words of a name that tell it apart, in one; `None` where that is too short to be anybody's alone.
fn distinct_name(name: &str) -> Option<String> {
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '&' | '(' | ')'));
    let words =
        words.map(plain).filter(|word| !word.is_empty() && word != "and" && !FORMS.contains(&word.as_str()));
    let joined: String = words.collect();
    (joined.chars().count() >= SHORTEST).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Beneficiary;

    fn grant(recipient: &str, ids: &[&str], area: &str) -> GrantRecord {
        GrantRecord {
            recipient: Some(recipient.into()),
            recipient_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            beneficiaries: vec![Beneficiary { area: Some(area.into()), ..Beneficiary::default() }],
            ..GrantRecord::default()
        }
    }

    fn asset(name: &str, organisation: Option<&str>, id: Option<&str>, lon: f64) -> AssetRecord {
        AssetRecord {
            name: name.into(),
            organisation: organisation.map(str::to_owned),
            organisation_id: id.map(str::to_owned),
            place: Some([lon, 53.4]),
            ..AssetRecord::default()
        }
    }

    /// WEST lies west of 0; nothing is known of any other area.
    fn links(grant: GrantRecord, assets: &[AssetRecord]) -> Vec<usize> {
        let lies_in = |code: &str, place: [f64; 2]| (code == "WEST").then_some(place[0] < 0.0);
        funded(&[grant], assets, lies_in).remove(0)
    }

    #[test]
    fn identifiers_link_wherever_they_are_and_publishers_own_do_not() {
        let assets = [
            asset("Choir at the Hall", None, Some("gb-chc-1146179"), 3.0),
            asset("Band", None, Some("360G-x-band"), -1.0),
        ];
        assert_eq!(links(grant("Another Name Altogether", &["GB-CHC-1146179"], "E08000009"), &assets), [0]);
        assert_eq!(links(grant("Band", &["360G-x-band"], "WEST"), &assets), Vec::<usize>::new());
    }

    #[test]
    fn names_link_within_the_area_and_only_if_they_tell_apart() {
        let here = asset("Tea dance", Some("The Altrincham Children's Choir Ltd"), None, -1.0);
        let there = asset("Altrincham Childrens Choir", None, None, 1.0);
        let choir = |area: &str| grant("Altrincham Children's Choir", &[], area);
        assert_eq!(links(choir("WEST"), &[here.clone(), there.clone()]), [0]);
        assert_eq!(
            links(choir("E08000009"), &[here.clone(), there]),
            Vec::<usize>::new(),
            "nothing is known of it"
        );
        assert_eq!(
            links(grant("Be Active", &[], "WEST"), &[asset("Be Active", None, None, -1.0)]),
            Vec::<usize>::new()
        );
        // Two organisations of one name; one that the register knows by another number.
        let (one, other) = (Some("GB-CHC-1"), Some("GB-CHC-2"));
        let named = |id| asset("Altrincham Children's Choir", None, id, -1.0);
        assert_eq!(links(choir("WEST"), &[named(one), named(other)]), Vec::<usize>::new());
        let known = grant("Altrincham Children's Choir", &["GB-CHC-2"], "WEST");
        assert_eq!(links(known.clone(), &[named(one)]), Vec::<usize>::new());
        assert_eq!(links(known, &[named(None), named(other)]), [0, 1]);
    }

    #[test]
    fn assets_without_a_place_and_grants_to_persons_link_to_nothing_by_name() {
        let mut nowhere = asset("Altrincham Children's Choir", None, None, -1.0);
        nowhere.place = None;
        assert_eq!(links(grant("Altrincham Children's Choir", &[], "WEST"), &[nowhere]), Vec::<usize>::new());
        let person = GrantRecord { recipient: None, ..grant("", &[], "WEST") };
        assert_eq!(links(person, &[asset("", None, None, -1.0)]), Vec::<usize>::new());
    }
}
