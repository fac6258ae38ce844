//! Lists of assets as the study takes them: where each looks, and what for.

use crate::linkage::canonical_asset::CanonicalAsset;
use crate::record::{AssetRecord, CoveredExtent, RecordKind, SourceRecord, StoredExtent};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use hereabouts_core::area::{Area, Geography};
use hereabouts_core::asset_list::{AssetList, ListExtent};
use hereabouts_core::demand::AreaCode;
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::place::Place;
use std::collections::{BTreeMap, BTreeSet};

/// What the listings of one source show of it.
#[derive(Default)]
struct Shown<'a> {
    kinds: BTreeSet<&'a str>,
    needs: BTreeSet<&'a str>,
    places: Vec<Place>,
    codes: BTreeSet<&'a str>,
    everywhere: bool,
}

/// The lists of all sources of assets, by name, with what is worth knowing of them.
pub(crate) fn lists(
    sources: &[SourceRecord],
    assets: &[CanonicalAsset],
    kinds: &[AssetKind],
    geographies: &[Geography],
    areas: &[Area],
) -> (Vec<AssetList>, Vec<String>) {
    let by_kind: BTreeMap<&str, &AssetKind> = kinds.iter().map(|kind| (kind.id.as_str(), kind)).collect();
    let mut shown: BTreeMap<&str, Shown<'_>> = BTreeMap::new();
    for listing in assets.iter().flat_map(CanonicalAsset::listings) {
        shown.entry(&listing.source).or_default().add(listing, &by_kind);
    }
    let mut by_code: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for area in areas {
        by_code.entry(&area.code).or_default().push(&area.geography);
    }
    let mut notes = Vec::new();
    let sources = sources.iter().filter(|source| source.kind == RecordKind::Assets);
    let lists = sources.map(|source| {
        let shown = shown.remove(source.name.as_str()).unwrap_or_default();
        let found = |codes: &mut dyn Iterator<Item = &str>| {
            let (mut areas, mut elsewhere) = (Vec::new(), 0);
            for code in codes {
                // Of vintages that share a code, any: the area is the same.
                match by_code.get(code).and_then(|geographies| geographies.first()) {
                    Some(geography) => {
                        areas.push(AreaCode { geography: (*geography).to_owned(), code: code.to_owned() });
                    }
                    None => elsewhere += 1,
                }
            }
            (areas, elsewhere)
        };
        let extent = match &source.header.list.covers {
            Some(CoveredExtent::Nation) => ListExtent::Everywhere,
            Some(CoveredExtent::Geography(id)) => {
                if !geographies.iter().any(|geography| geography.id == *id) {
                    notes
                        .push(format!("list {}: it covers geography {id:?}, which is not here", source.name));
                }
                let of = areas.iter().filter(|area| area.geography == *id);
                ListExtent::of_areas(
                    of.map(|a| AreaCode { geography: id.clone(), code: a.code.clone() }).collect(),
                )
            }
            Some(CoveredExtent::Areas(codes)) => {
                let (areas, elsewhere) = found(&mut codes.iter().map(String::as_str));
                if elsewhere > 0 {
                    notes.push(format!(
                        "list {}: {elsewhere} of {} areas that it covers are not here",
                        source.name,
                        codes.len()
                    ));
                }
                ListExtent::of_areas(areas)
            }
            Some(CoveredExtent::Shape(polygons)) => {
                ListExtent::Within { areas: Vec::new(), shape: shape(polygons) }
            }
            None if shown.everywhere => ListExtent::Everywhere,
            None => {
                let areas = found(&mut shown.codes.into_iter()).0;
                ListExtent::AroundListings { places: shown.places, areas }
            }
        };
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        AssetList {
            source: source.name.clone(),
            extent,
            kinds: owned(shown.kinds),
            needs: owned(shown.needs),
            complete: source.header.list.complete.clone(),
        }
    });
    (lists.collect(), notes)
}

impl<'a> Shown<'a> {
    fn add(&mut self, listing: &'a AssetRecord, kinds: &BTreeMap<&str, &AssetKind>) {
        let answers = kinds.get(listing.kind.as_str()).is_some_and(|kind| match kind.supply {
            KindSupply::Places { .. } => true,
            KindSupply::Land => false,
            KindSupply::None => listing.places.is_some(),
        });
        match listing.needs.is_empty() {
            true => drop(self.kinds.insert(&listing.kind)),
            false if answers => self.needs.extend(listing.needs.iter().map(String::as_str)),
            false => {}
        }
        self.places.extend(listing.place.and_then(|[lon, lat]| Place::new(lon, lat).ok()));
        for extent in &listing.service_area {
            match extent {
                StoredExtent::Area { code, .. } => drop(self.codes.insert(code)),
                StoredExtent::Circle { lon, lat, .. } => self.places.extend(Place::new(*lon, *lat).ok()),
                StoredExtent::CityWide => self.everywhere = true,
                StoredExtent::Postcode(_) | StoredExtent::National | StoredExtent::Online => {}
            }
        }
    }
}

/// Polygons as stored, as a shape.
pub(crate) fn shape(polygons: &[Vec<Vec<[f64; 2]>>]) -> MultiPolygon<f64> {
    let ring = |r: &Vec<[f64; 2]>| LineString::from_iter(r.iter().map(|&[x, y]| Coord { x, y }));
    let polygon = |rings: &Vec<Vec<[f64; 2]>>| {
        let (outline, holes) = rings.split_first()?;
        Some(Polygon::new(ring(outline), holes.iter().map(ring).collect()))
    };
    MultiPolygon(polygons.iter().filter_map(polygon).collect())
}
