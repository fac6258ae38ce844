//! Which asset an event of a calendar is of, where that is safe to say. A wrong one would show a group as running that is not.

use crate::linkage::canonical_asset::CanonicalAsset;
use crate::linkage::matching::site;
use crate::record::{AssetRecord, EventRecord, LocationPrecision};
use crate::text::plain;
use hereabouts_core::place::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// So near an event is at the place of an asset: either may be known by its postcode alone.
const ONE_PLACE_M: f64 = 500.0;

/// Shortest name and shortest line of an address that are compared, in letters and digits.
const SHORTEST: usize = 4;

/// Why an event is of no asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnattachedEvent {
    /// The asset that whoever imported it named is not there, or hidden.
    NoSuchAsset,
    /// None has its page on the web, or its name at its place.
    NoneAlike,
    /// Several have.
    SeveralAlike,
}

impl fmt::Display for UnattachedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchAsset => "the asset named for it is not here",
            Self::NoneAlike => "no asset has its page on the web, or its name at its place",
            Self::SeveralAlike => "several assets have its page on the web, or its name at its place",
        })
    }
}

/// For each event the position of its asset, or why it has none.
///
/// An event is of the asset that the import names for it. Else it is of the only one with the same page on the web (a whole
/// site is no page: an organisation has one for all it does), and else of the only one with its name at its place: within
/// 500 m, or under the same first line of the address where a place is not known. A name may say where it is (`Chair yoga at
/// Elm Hall`) or not. What is far from an event is not its asset, and a hidden asset has no events: they would tell where it
/// is.
#[must_use]
pub fn attach(events: &[EventRecord], assets: &[CanonicalAsset]) -> Vec<Result<usize, UnattachedEvent>> {
    let (mut by_id, mut by_page) = (BTreeMap::new(), BTreeMap::<String, Vec<usize>>::new());
    let mut by_name = BTreeMap::<String, Vec<usize>>::new();
    let mut all: Vec<(usize, EventPlace)> = Vec::new();
    for (at, asset) in
        assets.iter().enumerate().filter(|(_, a)| a.record.location_precision != LocationPrecision::Hidden)
    {
        for listing in asset.listings() {
            by_id.insert(listing.id(), at);
            if let Some(page) = page(listing.website.as_deref()) {
                by_page.entry(page).or_default().push(all.len());
            }
            for name in names(&listing.name) {
                by_name.entry(name).or_default().push(all.len());
            }
            all.push((at, EventPlace::listing(listing)));
        }
    }
    let attach = |event: &EventRecord| {
        if let Some(named) = &event.asset {
            return by_id.get(named).copied().ok_or(UnattachedEvent::NoSuchAsset);
        }
        let here = EventPlace::event(event);
        let same_page = page(event.website.as_deref()).and_then(|page| by_page.get(&page));
        let on_page = same_page.into_iter().flatten().filter(|&&i| here.near(&all[i].1) != Some(false));
        let on_page: BTreeSet<usize> = on_page.map(|&i| all[i].0).collect();
        if !on_page.is_empty() {
            return only(&on_page);
        }
        let named = names(&event.name);
        let named = named.iter().filter_map(|name| by_name.get(name)).flatten();
        only(&named.filter(|&&i| here.is_at(&all[i].1)).map(|&i| all[i].0).collect())
    };
    events.iter().map(attach).collect()
}

fn only(found: &BTreeSet<usize>) -> Result<usize, UnattachedEvent> {
    match (found.first(), found.len()) {
        (Some(&one), 1) => Ok(one),
        (None, _) => Err(UnattachedEvent::NoneAlike),
        _ => Err(UnattachedEvent::SeveralAlike),
    }
}

/// An address on the web that has more than its host.
fn page(website: Option<&str>) -> Option<String> {
    site(website?).filter(|site| site.contains('/'))
}

/// A name as compared: all of it, and without where it is.
fn names(name: &str) -> BTreeSet<String> {
    let short = halves(name).map(|(short, _)| short);
    let all = [Some(name), short].into_iter().flatten().map(plain);
    all.filter(|name| name.chars().count() >= SHORTEST).collect()
}

/// A name that says where it is, in two.
fn halves(name: &str) -> Option<(&str, &str)> {
    [" at ", " @ "].iter().find_map(|between| name.rsplit_once(between))
}

/// What is known of where a listing or an event is.
struct EventPlace {
    place: Option<Place>,
    /// The first line of its address, and what its name says.
    lines: BTreeSet<String>,
}

impl EventPlace {
    fn new(place: Option<[f64; 2]>, address: Option<&str>, name: &str) -> Self {
        let first = address.and_then(|address| address.split([',', ';']).next());
        let lines = [first, halves(name).map(|(_, hall)| hall)].into_iter().flatten().map(plain);
        Self {
            place: place.and_then(|[lon, lat]| Place::new(lon, lat).ok()),
            lines: lines.filter(|line| line.chars().count() >= SHORTEST).collect(),
        }
    }

    fn listing(of: &AssetRecord) -> Self {
        Self::new(of.place, of.address.as_deref(), &of.name)
    }

    fn event(of: &EventRecord) -> Self {
        Self::new(of.place, of.location.as_deref(), &of.name)
    }

    /// `None` where one of the places is not known.
    fn near(&self, other: &Self) -> Option<bool> {
        Some(self.place?.distance(other.place?).get() <= ONE_PLACE_M)
    }

    fn is_at(&self, other: &Self) -> bool {
        self.near(other).unwrap_or_else(|| self.lines.intersection(&other.lines).next().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(id: &str, name: &str, place: Option<[f64; 2]>) -> AssetRecord {
        AssetRecord {
            source: "s".into(),
            source_id: id.into(),
            name: name.into(),
            place,
            address: Some("Elm Hall, 3 Elm Street".into()),
            ..AssetRecord::default()
        }
    }

    fn one(event: EventRecord, assets: &[AssetRecord]) -> Result<usize, UnattachedEvent> {
        let canonical = |record: &AssetRecord| CanonicalAsset::of_one(record.clone());
        attach(&[event], &assets.iter().map(canonical).collect::<Vec<_>>()).remove(0)
    }

    fn event(name: &str) -> EventRecord {
        EventRecord { name: name.into(), ..EventRecord::default() }
    }

    const HERE: Option<[f64; 2]> = Some([-2.2, 53.5]);
    const FAR: Option<[f64; 2]> = Some([-2.2, 53.6]);

    #[test]
    fn a_name_at_a_place_is_one_asset() {
        let yoga = [asset("1", "Chair yoga at Elm Hall", HERE), asset("2", "Choir", HERE)];
        let at = |place| EventRecord { place, ..event("Chair Yoga!") };
        assert_eq!(one(at(HERE), &yoga), Ok(0));
        assert_eq!(one(at(FAR), &yoga), Err(UnattachedEvent::NoneAlike));
        assert_eq!(one(at(None), &yoga), Err(UnattachedEvent::NoneAlike), "a name alone may be anybody's");
        let line = EventRecord { location: Some("elm hall".into()), ..at(None) };
        assert_eq!(one(line.clone(), &yoga), Ok(0));
        assert_eq!(
            one(EventRecord { place: FAR, ..line }, &yoga),
            Err(UnattachedEvent::NoneAlike),
            "another Elm Hall"
        );
        assert_eq!(one(event("Chair yoga @ Elm Hall"), &yoga), Ok(0));
        let twice = [asset("1", "Chair yoga", HERE), asset("2", "Chair yoga at Elm Hall", HERE)];
        assert_eq!(one(at(HERE), &twice), Err(UnattachedEvent::SeveralAlike));
    }

    #[test]
    fn a_page_tells_one_asset_and_a_site_does_not() {
        let with =
            |id, website: &str| AssetRecord { website: Some(website.into()), ..asset(id, "Band", HERE) };
        let assets = [with("1", "https://www.hall.example/band"), with("2", "https://hall.example")];
        let at = |website: &str| EventRecord { website: Some(website.into()), ..event("Practice") };
        assert_eq!(one(at("http://hall.example/band/?month=2"), &assets), Ok(0));
        assert_eq!(one(at("https://hall.example"), &assets), Err(UnattachedEvent::NoneAlike));
        let elsewhere = EventRecord { place: FAR, ..at("https://hall.example/band") };
        assert_eq!(one(elsewhere, &assets), Err(UnattachedEvent::NoneAlike));
    }

    #[test]
    fn what_the_import_names_counts_unless_it_is_hidden() {
        let named = EventRecord { asset: Some("s/1".into()), ..event("Anything") };
        assert_eq!(one(named.clone(), &[asset("1", "Band", None)]), Ok(0));
        assert_eq!(one(named.clone(), &[asset("2", "Band", None)]), Err(UnattachedEvent::NoSuchAsset));
        let hidden =
            AssetRecord { location_precision: LocationPrecision::Hidden, ..asset("1", "Band", None) };
        assert_eq!(one(named, &[hidden]), Err(UnattachedEvent::NoSuchAsset));
    }
}
