//! One record of several listings of one thing. The listings stay as they are: the record follows from them.

use crate::linkage::matching::{self, LinkDecisions, LinkState, ListingLink};
use crate::record::{ASSET_FIELDS, AssetRecord, FieldMerge, LocationPrecision};
use hereabouts_store::{Store, StoreChange, StoreError};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// An asset and what it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct CanonicalAsset {
    /// The record. Its source and id are those of the first of its listings by source and id, so that it keeps its address
    /// while later listings of it come and go.
    pub record: AssetRecord,
    /// Its listings, by id, where there are several: one alone is the record.
    several: Vec<AssetRecord>,
    /// Field → position of the listing that it was taken from: the one that a person pinned, else the one confirmed last
    /// among those that have it. Only of assets with several listings.
    pub chosen: BTreeMap<&'static str, usize>,
    /// Fields that a person pinned.
    pub pinned: BTreeSet<&'static str>,
}

impl CanonicalAsset {
    /// An asset with one listing.
    #[must_use]
    pub const fn of_one(record: AssetRecord) -> Self {
        Self { record, several: Vec::new(), chosen: BTreeMap::new(), pinned: BTreeSet::new() }
    }

    /// Its listings, by id; one for most assets.
    #[must_use]
    pub fn listings(&self) -> &[AssetRecord] {
        if self.several.is_empty() { std::slice::from_ref(&self.record) } else { &self.several }
    }
}

/// Fields that are chosen each for itself, and can be pinned.
pub fn pinnable_fields() -> impl Iterator<Item = &'static str> {
    ASSET_FIELDS.iter().filter(|field| field.can_be_pinned()).map(|field| field.name)
}

/// Listings whose say in a field goes before all others', as (listing, field).
pub type PinnedFields = BTreeSet<(String, String)>;

/// Assets of listings, by id. Links join what is surely one, decisions what a person says is; pins say whose word goes in a
/// field. What is probably a place that another source hides is none until a person has decided.
#[must_use]
pub fn assets(
    mut listings: Vec<AssetRecord>,
    decisions: &LinkDecisions,
    pins: &PinnedFields,
) -> (Vec<CanonicalAsset>, Vec<ListingLink>) {
    listings.sort_by_cached_key(AssetRecord::id);
    let links = matching::links(&listings);
    let held_back = held_back(&listings, &links, decisions);
    let mut groups = matching::groups(&listings, &links, decisions);
    let hides = |at: &usize| listings[*at].location_precision == LocationPrecision::Hidden;
    groups.retain(|group| group.iter().any(hides) || !group.iter().any(|at| held_back.contains(at)));
    let mut left: Vec<Option<AssetRecord>> = listings.into_iter().map(Some).collect();
    let assets =
        groups.into_iter().map(|group| of(group.into_iter().filter_map(|i| left[i].take()).collect(), pins));
    (assets.collect(), links)
}

/// Positions of listings that are told to nobody yet.
#[must_use]
pub fn held_back(
    listings: &[AssetRecord],
    links: &[ListingLink],
    decisions: &LinkDecisions,
) -> BTreeSet<usize> {
    let undecided = |link: &&ListingLink| {
        let (a, b) = (listings[link.pair.0].id(), listings[link.pair.1].id());
        link.state == LinkState::HeldBack && !decisions.contains_key(&if a <= b { (a, b) } else { (b, a) })
    };
    let tells = |at: &usize| listings[*at].location_precision != LocationPrecision::Hidden;
    links.iter().filter(undecided).flat_map(|link| [link.pair.0, link.pair.1]).filter(tells).collect()
}

fn of(mut listings: Vec<AssetRecord>, pins: &PinnedFields) -> CanonicalAsset {
    // What one source hides no other may tell, not even by the id under which it is found elsewhere.
    if listings.iter().any(|one| one.location_precision == LocationPrecision::Hidden) {
        listings.retain(|one| one.location_precision == LocationPrecision::Hidden);
    }
    if listings.len() == 1 {
        return CanonicalAsset::of_one(listings.remove(0));
    }
    let mut order: Vec<usize> = (0..listings.len()).collect();
    // Confirmed last first; without a date last; the lower id on a tie.
    order.sort_by_key(|&i| (Reverse(listings[i].verified_on), i));
    // The same with those first that are pinned in a field.
    let by = |field: &str| -> Vec<usize> {
        let is_pinned = |i: usize| pins.contains(&(listings[i].id(), field.to_owned()));
        let mut order = order.clone();
        order.sort_by_key(|&i| !is_pinned(i));
        order
    };
    let mut chosen = BTreeMap::new();
    let mut record = listings[order[0]].clone();
    for field in ASSET_FIELDS.iter().filter(|field| field.of.merge == FieldMerge::Each) {
        if let Some(&from) = by(field.name).iter().find(|&&i| !field.is_unknown(&listings[i])) {
            field.take(&mut record, &listings[from]);
            chosen.insert(field.name, from);
        }
    }
    // What belongs together is taken together.
    if let Some(&from) =
        by("cost").iter().find(|&&i| listings[i].cost.is_some() || listings[i].cost_from.is_some())
    {
        (record.cost, record.cost_from) = (listings[from].cost.clone(), listings[from].cost_from);
        chosen.insert("cost", from);
    }
    let times = by("schedule");
    let is_pinned = |i: usize| pins.contains(&(listings[i].id(), "schedule".to_owned()));
    let with_times = times.iter().find(|&&i| listings[i].timetable.is_some() || is_pinned(i));
    if let Some(&from) = with_times.or(times.iter().find(|&&i| listings[i].schedule.is_some())) {
        (record.schedule, record.timetable) =
            (listings[from].schedule.clone(), listings[from].timetable.clone());
        chosen.insert("schedule", from);
    }
    // An exact place before the middle of a postcode.
    let placed = order
        .iter()
        .filter(|&&i| listings[i].place.is_some())
        .min_by_key(|&&i| listings[i].location_precision);
    if let Some(&from) = placed {
        record.place = listings[from].place;
        record.location_precision = listings[from].location_precision;
        record.address.clone_from(&listings[from].address);
        chosen.insert("place", from);
    }
    (record.source, record.source_id) = (listings[0].source.clone(), listings[0].source_id.clone());
    let pinned = chosen
        .iter()
        .filter(|(field, from)| pins.contains(&(listings[**from].id(), (**field).to_owned())))
        .map(|(field, _)| *field)
        .collect();
    CanonicalAsset { record, several: listings, chosen, pinned }
}

/// Kind and source under which decisions are stored.
const STORED: (&str, &str) = ("decisions", "people");

#[derive(Debug, Serialize, Deserialize)]
struct StoredDecision {
    a: String,
    b: String,
    same: bool,
}

/// What people decided about pairs of listings. One that cannot be read is none: the pair is as the matcher has it.
///
/// # Errors
/// The store cannot be read.
pub fn decisions(store: &Store) -> Result<LinkDecisions, StoreError> {
    let mut all = LinkDecisions::new();
    for record in store.iter(STORED.0)? {
        if let Ok(d) = serde_json::from_slice::<StoredDecision>(&record?.value) {
            all.insert((d.a, d.b), d.same);
        }
    }
    Ok(all)
}

/// Puts decisions in the place of those that there are; none at all leaves the store as if there had never been any.
///
/// # Errors
/// The store cannot be written; it is then as it was.
pub fn decide(store: &mut Store, decisions: &LinkDecisions) -> Result<StoreChange, StoreError> {
    if decisions.is_empty() {
        return store.remove_source(STORED.0, STORED.1);
    }
    let stored = decisions.iter().map(|((a, b), same)| {
        let value = StoredDecision { a: a.clone(), b: b.clone(), same: *same };
        // Three plain fields: encoding them does not fail.
        (format!("{a}|{b}"), serde_json::to_vec(&value).unwrap_or_default())
    });
    store.replace_source(STORED.0, STORED.1, b"{}", stored.collect())
}

/// Kind and source under which pins are stored.
const PINS: (&str, &str) = ("pins", "people");

#[derive(Debug, Serialize, Deserialize)]
struct StoredPin {
    listing: String,
    field: String,
}

/// What people pinned.
///
/// # Errors
/// The store cannot be read.
pub fn pins(store: &Store) -> Result<PinnedFields, StoreError> {
    let mut all = PinnedFields::new();
    for record in store.iter(PINS.0)? {
        if let Ok(pin) = serde_json::from_slice::<StoredPin>(&record?.value) {
            all.insert((pin.listing, pin.field));
        }
    }
    Ok(all)
}

/// Puts pins in the place of those that there are, as [`decide`] does decisions.
///
/// # Errors
/// The store cannot be written; it is then as it was.
pub fn pin(store: &mut Store, pins: &PinnedFields) -> Result<StoreChange, StoreError> {
    if pins.is_empty() {
        return store.remove_source(PINS.0, PINS.1);
    }
    let stored = pins.iter().map(|(listing, field)| {
        let value = StoredPin { listing: listing.clone(), field: field.clone() };
        (format!("{listing}|{field}"), serde_json::to_vec(&value).unwrap_or_default())
    });
    store.replace_source(PINS.0, PINS.1, b"{}", stored.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::StoredExtent;
    use chrono::NaiveDate;

    fn listing(source: &str, verified: Option<&str>) -> AssetRecord {
        AssetRecord {
            source: source.into(),
            source_id: "1".into(),
            name: "Chair yoga".into(),
            kind: "group".into(),
            place: Some([-2.2, 53.5]),
            verified_on: verified.map(|d| d.parse::<NaiveDate>().unwrap()),
            ..AssetRecord::default()
        }
    }

    #[test]
    fn each_field_is_from_the_listing_confirmed_last_that_has_it() {
        let old = AssetRecord {
            phone: Some("1".into()),
            cost: Some("£3".into()),
            cost_from: Some(3.0),
            ..listing("a", Some("2024-01-01"))
        };
        let new = AssetRecord {
            phone: Some("2".into()),
            location_precision: LocationPrecision::Area,
            ..listing("b", Some("2026-01-01"))
        };
        let undated =
            AssetRecord { phone: Some("3".into()), website: Some("x.org".into()), ..listing("c", None) };
        let (assets, links) = assets(vec![undated, new, old], &LinkDecisions::new(), &PinnedFields::new());
        assert_eq!((assets.len(), links.len()), (1, 3));
        let one = &assets[0];
        assert_eq!(one.record.id(), "a/1");
        assert_eq!(
            (one.record.phone.as_deref(), one.record.cost_from, one.record.website.as_deref()),
            (Some("2"), Some(3.0), Some("x.org"))
        );
        assert_eq!(one.record.verified_on.unwrap().to_string(), "2026-01-01");
        assert_eq!(
            (one.chosen["phone"], one.chosen["cost"], one.chosen["website"], one.chosen["place"]),
            (1, 0, 2, 0)
        );
        assert_eq!(one.listings().len(), 3);
    }

    #[test]
    fn what_is_pinned_goes_before_what_is_newer() {
        let old = AssetRecord {
            phone: Some("1".into()),
            cost: Some("£3".into()),
            ..listing("a", Some("2024-01-01"))
        };
        let new = AssetRecord { phone: Some("2".into()), ..listing("b", Some("2026-01-01")) };
        let pins = PinnedFields::from([
            ("a/1".to_owned(), "phone".to_owned()),
            ("b/1".to_owned(), "cost".to_owned()),
        ]);
        let (assets, _) = assets(vec![old, new], &LinkDecisions::new(), &pins);
        let one = &assets[0];
        assert_eq!(one.record.phone.as_deref(), Some("1"));
        // One that says nothing of a field has no say in it.
        assert_eq!(one.record.cost.as_deref(), Some("£3"));
        assert_eq!(one.pinned, BTreeSet::from(["phone"]));
        assert!(
            one.chosen.keys().all(|field| pinnable_fields().any(|one| one == *field) || *field == "place")
        );
    }

    #[test]
    fn what_one_source_hides_no_other_tells() {
        let open = AssetRecord {
            address: Some("9 Quiet Row".into()),
            description: Some("Quiet Row".into()),
            service_area: vec![
                StoredExtent::Circle { lon: -2.2, lat: 53.5, metres: 800.0 },
                StoredExtent::CityWide,
            ],
            ..listing("a", Some("2026-01-01"))
        };
        let hidden =
            AssetRecord { place: None, location_precision: LocationPrecision::Hidden, ..listing("b", None) };
        let decisions = LinkDecisions::from([(("a/1".to_owned(), "b/1".to_owned()), true)]);
        let (assets, _) = assets(vec![open, hidden], &decisions, &PinnedFields::new());
        assert_eq!(assets.len(), 1);
        let text = format!("{:?}", assets[0].record);
        assert!(
            assets[0].record.place.is_none() && !text.contains("Quiet Row") && !text.contains("53.5"),
            "{text}"
        );
    }
}
