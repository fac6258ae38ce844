//! Records → a checked study.

mod demand;

pub use demand::releases;

use crate::asset_lists::{self, shape};
use crate::ingest::KnownReferences;
use crate::linkage::calendar_events::{UnattachedEvent, attach};
use crate::linkage::canonical_asset::{self, CanonicalAsset};
use crate::linkage::matching::LinkState;
use crate::record::{
    AreaRecord, AssetRecord, DeprivationRecord, EventRecord, GrantRecord, KeptFeed, PopulationRecord,
    PostcodeRecord, RecordKind, SourceHeader, SourceRecord, StreetMap, release,
};
use crate::service_area::ServiceAreas;
use crate::tables::Tables;
use crate::text::plain;
use chrono::NaiveDate;
use geo::{BoundingRect, MultiPolygon};
use hereabouts_core::area::{Area, Deprivation, Geography, Population, Postcode};
use hereabouts_core::asset::{Asset, AssetCalendar};
use hereabouts_core::place::Place;
use hereabouts_core::schedule::Timetable;
use hereabouts_core::study::InvalidStudy;
use hereabouts_core::{Study, StudyInput};
use hereabouts_store::{Store, StoreError};
use hereabouts_streets::{StreetLines, join};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;
use thiserror::Error;

/// A store as the analysis and the server need it.
#[derive(Debug, Clone)]
pub struct LoadedStudy {
    /// The study.
    pub study: Study,
    /// Assets, each with its listings, parallel to [`Study::assets`].
    pub assets: Vec<CanonicalAsset>,
    /// Grants, by id.
    pub grants: Vec<GrantRecord>,
    /// Streets of all sources, joined; none where streets are not known.
    pub streets: StreetLines,
    /// Timetables, by source, as they are kept.
    pub transit: Vec<KeptFeed>,
    /// Where everything comes from.
    pub sources: Vec<SourceRecord>,
    /// Revision of the store.
    pub revision: u64,
    /// What is worth knowing about how sources fit together.
    pub notes: Vec<String>,
    /// Pairs of listings that are or may be one.
    pub pairs: ListingPairs,
}

/// Pairs of listings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListingPairs {
    /// That are of one thing.
    pub applied: usize,
    /// That may be, for a person to decide.
    pub proposed: usize,
    /// Listings that are told to nobody until somebody has decided whether they are of a place that another source hides.
    pub held_back: usize,
}

/// Why a store does not make a study.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be read: it was written by another version, or its bytes are not ours.
    #[error("{kind} of source {source_name:?}, record {key:?}: {reason}; import the source again")]
    Record {
        /// Kind of the record.
        kind: RecordKind,
        /// Source of the record.
        source_name: String,
        /// Its key.
        key: String,
        /// Why.
        reason: String,
    },
    /// Records refer to what is not there.
    #[error("the sources do not fit together: {0}")]
    Study(#[from] InvalidStudy),
}

impl LoadError {
    /// What is wrong with one record.
    fn record(kind: RecordKind, source: &str, key: impl Into<String>, reason: impl Display) -> Self {
        Self::Record { kind, source_name: source.to_owned(), key: key.into(), reason: reason.to_string() }
    }
}

/// Records of one kind with their sources, by source and key.
fn records<R: DeserializeOwned>(store: &Store, kind: RecordKind) -> Result<Vec<(String, R)>, LoadError> {
    let count: u64 = store.sources_of(kind.as_str())?.iter().map(|source| source.records).sum();
    // Room for all at once: doubling would take half as much again.
    let mut all = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
    for record in store.iter(kind.as_str())? {
        let record = record?;
        let value = serde_json::from_slice(&record.value)
            .map_err(|e| LoadError::record(kind, &record.source, &*record.key, e))?;
        all.push((record.source.to_string(), value));
    }
    Ok(all)
}

/// Every source with its header.
///
/// # Errors
/// [`LoadError`] when the store cannot be read.
pub fn sources(store: &Store) -> Result<Vec<SourceRecord>, LoadError> {
    let mut all = Vec::new();
    for source in store.sources()? {
        let Ok(kind) = source.kind.parse::<RecordKind>() else { continue };
        let header: SourceHeader = serde_json::from_slice(&source.header)
            .map_err(|e| LoadError::record(kind, &source.name, "header", e))?;
        all.push(SourceRecord { kind, name: source.name, header });
    }
    Ok(all)
}

/// What an import is checked against; before a first import there is no store.
///
/// # Errors
/// [`LoadError`] when the store cannot be read.
pub fn known(store: Option<&Store>, tables: &Tables) -> Result<KnownReferences, LoadError> {
    let mut known = KnownReferences {
        needs: tables.need_words.clone(),
        kinds: tables.kind_words.clone(),
        least_precision: tables.least_precision.clone(),
        crosswalk: tables.crosswalk.clone(),
        ..KnownReferences::default()
    };
    let Some(store) = store else { return Ok(known) };
    let mut reporting: BTreeMap<String, Vec<(String, MultiPolygon<f64>)>> = BTreeMap::new();
    for (_, area) in records::<AreaRecord>(store, RecordKind::Neighbourhoods)? {
        let boundary = shape(&area.polygons);
        if let Some(bounds) = boundary.bounding_rect() {
            let [w, s, e, n] = known.bounds.unwrap_or([180.0, 90.0, -180.0, -90.0]);
            let (low, high) = (bounds.min(), bounds.max());
            known.bounds = Some([w.min(low.x), s.min(low.y), e.max(high.x), n.max(high.y)]);
        }
        if area.reporting {
            reporting.entry(area.geography.clone()).or_default().push((area.code.clone(), boundary));
        }
        let names = known.names.entry(area.geography.clone()).or_default();
        names.entry(plain(&area.name)).or_default().insert(area.code.clone());
        known.areas.entry(area.geography).or_default().insert(area.code);
    }
    let several = reporting.into_values().filter(|areas| areas.len() > 1);
    known.largest = several.min_by_key(Vec::len).unwrap_or_default();
    for (_, p) in records::<PostcodeRecord>(store, RecordKind::Postcodes)? {
        known.postcodes.entry(p.postcode).or_insert((p.lon, p.lat));
    }
    for piece in store.iter(RecordKind::Releases.as_str())? {
        let piece = piece?;
        known.released.insert(release::quarter_of(&piece.key).to_owned(), piece.source.to_string());
    }
    Ok(known)
}

/// Every listing as it was imported, by source and id.
///
/// # Errors
/// [`LoadError`] when the store cannot be read.
pub fn listings(store: &Store) -> Result<Vec<AssetRecord>, LoadError> {
    let mut all: Vec<AssetRecord> =
        records::<AssetRecord>(store, RecordKind::Assets)?.into_iter().map(|(_, a)| a).collect();
    all.sort_by_cached_key(AssetRecord::id);
    Ok(all)
}

/// An event, and the position of the asset that it is of or why it is of none.
pub type AttachedEvent = (EventRecord, Result<usize, UnattachedEvent>);

/// Events of calendars, by source and id, attached to `assets`.
///
/// # Errors
/// [`LoadError`] when the store cannot be read.
pub fn events(store: &Store, assets: &[CanonicalAsset]) -> Result<Vec<AttachedEvent>, LoadError> {
    let all: Vec<EventRecord> =
        records::<EventRecord>(store, RecordKind::Events)?.into_iter().map(|(_, event)| event).collect();
    let of = attach(&all, assets);
    Ok(all.into_iter().zip(of).collect())
}

/// What calendars say of each of so many assets.
fn calendars(
    events: Vec<AttachedEvent>,
    sources: &[SourceRecord],
    assets: usize,
) -> Result<Vec<Vec<AssetCalendar>>, LoadError> {
    let mut calendars = vec![Vec::new(); assets];
    for (event, of) in events {
        let Ok(asset) = of else { continue };
        let source = sources.iter().find(|s| s.kind == RecordKind::Events && s.name == event.source);
        let calendar = event.calendar(source.and_then(|s| s.header.retrieved));
        let wrong = |e| LoadError::record(RecordKind::Events, &event.source, &*event.uid, e);
        calendars[asset].push(calendar.map_err(wrong)?);
    }
    Ok(calendars)
}

/// Builds the study of everything in a store.
///
/// # Errors
/// [`LoadError`]: the store cannot be read, or its sources contradict each other.
pub fn load(store: &Store, tables: &Tables) -> Result<LoadedStudy, LoadError> {
    let mut notes = Vec::new();
    let (geographies, areas) = areas(store)?;
    let population = records::<PopulationRecord>(store, RecordKind::Population)?
        .into_iter()
        .map(|(_, p)| Population { geography: p.geography, code: p.code, people: p.people })
        .collect();
    let deprivation = records::<DeprivationRecord>(store, RecordKind::Deprivation)?
        .into_iter()
        .map(|(_, d)| Deprivation { geography: d.geography, code: d.code, decile: d.decile })
        .collect();
    let postcodes = postcodes(store, &mut notes)?;
    let (canonical, pairs) = canonical_assets(store, &mut notes)?;
    let sources = sources(store)?;
    let events = events(store, &canonical)?;
    if !events.is_empty() {
        let attached = events.iter().filter(|(_, of)| of.is_ok()).count();
        notes.push(format!("{attached} of {} events of calendars are of assets here", events.len()));
    }
    let calendars = calendars(events, &sources, canonical.len())?;
    let assets = study_assets(&canonical, calendars, &sources, &areas, &mut notes)?;
    let (lists, of_lists) = asset_lists::lists(&sources, &canonical, &tables.kinds, &geographies, &areas);
    notes.extend(of_lists);
    let demand::LoadedDemand { of_areas, of_cells, complete, cell_complete, systems, cell_systems, noise } =
        demand::demand(store)?;
    let study = Study::new(StudyInput {
        needs: tables.needs.clone(),
        kinds: tables.kinds.clone(),
        geographies,
        areas,
        population,
        deprivation,
        postcodes,
        assets,
        lists,
        demand: of_areas,
        cell_demand: of_cells,
        complete,
        cell_complete,
        systems,
        cell_systems,
        noise,
    })?;
    Ok(LoadedStudy {
        study,
        assets: canonical,
        grants: grants(store)?,
        streets: streets(store)?,
        transit: transit(store)?,
        sources,
        revision: store.revision(),
        notes,
        pairs,
    })
}

/// Geographies, by id, and the areas of all of them.
pub(crate) fn areas(store: &Store) -> Result<(Vec<Geography>, Vec<Area>), LoadError> {
    let mut geographies: BTreeMap<String, String> = BTreeMap::new();
    let mut areas = Vec::new();
    for (_, a) in records::<AreaRecord>(store, RecordKind::Neighbourhoods)? {
        geographies.entry(a.geography.clone()).or_insert_with(|| a.geography_label.clone());
        let boundary = shape(&a.polygons);
        let AreaRecord { geography, code, name, reporting, .. } = a;
        areas.push(Area { boundary, geography, code, name, reporting });
    }
    Ok((geographies.into_iter().map(|(id, label)| Geography { id, label }).collect(), areas))
}

/// Sources of postcodes overlap at their borders; the first source by name places each.
fn postcodes(store: &Store, notes: &mut Vec<String>) -> Result<Vec<Postcode>, LoadError> {
    let mut by_code: BTreeMap<String, Place> = BTreeMap::new();
    let mut repeated = 0_usize;
    for (source, p) in records::<PostcodeRecord>(store, RecordKind::Postcodes)? {
        let place = Place::new(p.lon, p.lat)
            .map_err(|e| LoadError::record(RecordKind::Postcodes, &source, &*p.postcode, e))?;
        match by_code.entry(p.postcode) {
            Entry::Occupied(_) => repeated += 1,
            Entry::Vacant(free) => {
                free.insert(place);
            }
        }
    }
    if repeated > 0 {
        notes.push(format!(
            "{repeated} postcodes stand in more than one source; the first source by name places them"
        ));
    }
    Ok(by_code.into_iter().map(|(code, place)| Postcode { code, place }).collect())
}

/// One asset for all listings of one thing.
fn canonical_assets(
    store: &Store,
    notes: &mut Vec<String>,
) -> Result<(Vec<CanonicalAsset>, ListingPairs), LoadError> {
    let (decisions, pins) = (canonical_asset::decisions(store)?, canonical_asset::pins(store)?);
    let (canonical, links) = canonical_asset::assets(listings(store)?, &decisions, &pins);
    let applied = links.iter().filter(|l| l.state == LinkState::Applied).count();
    if applied > 0 {
        notes.push(format!(
            "{applied} pairs of listings are of one asset each; `hereabouts duplicates` lists them"
        ));
    }
    let held_back = match links.iter().any(|l| l.state == LinkState::HeldBack) {
        true => canonical_asset::held_back(&listings(store)?, &links, &decisions).len(),
        false => 0,
    };
    if held_back > 0 {
        notes.push(format!(
            "{held_back} listings are told to nobody: another source hides what is probably the same place; `hereabouts duplicates` \
             lists them for you to decide"
        ));
    }
    let proposed = links.iter().filter(|l| l.state == LinkState::Proposed).count();
    Ok((canonical, ListingPairs { applied, proposed, held_back }))
}

/// Assets as the study takes them; `calendars` are parallel to `canonical`.
fn study_assets(
    canonical: &[CanonicalAsset],
    calendars: Vec<Vec<AssetCalendar>>,
    sources: &[SourceRecord],
    areas: &[Area],
    notes: &mut Vec<String>,
) -> Result<Vec<Asset>, LoadError> {
    let mut assets = Vec::with_capacity(canonical.len());
    let mut service_areas = ServiceAreas::new(areas);
    let lists = sources.iter().filter(|source| source.kind == RecordKind::Assets);
    let listed: BTreeMap<&str, NaiveDate> = lists
        .filter_map(|list| Some((&*list.name, list.header.retrieved.or(list.header.imported_on)?)))
        .collect();
    for (asset, calendars) in canonical.iter().zip(calendars) {
        let a = &asset.record;
        let timetable = a.timetable.as_ref().and_then(|stored| Timetable::try_from(stored).ok());
        let wrong =
            |reason: &dyn Display| LoadError::record(RecordKind::Assets, &a.source, &*a.source_id, reason);
        assets.push(Asset {
            id: a.id(),
            kind: a.kind.clone(),
            needs: a.needs.clone(),
            place: a.place.map(|[lon, lat]| Place::new(lon, lat)).transpose().map_err(|e| wrong(&e))?,
            serves: service_areas.of(a).map_err(|e| wrong(&e))?,
            hectares: a.hectares,
            places_per_quarter: a.places,
            sessions_per_quarter: timetable.as_ref().and_then(Timetable::sessions_a_quarter),
            verified_on: a.verified_on,
            listed_on: asset.listings().iter().filter_map(|l| listed.get(&*l.source).copied()).max(),
            calendars,
        });
    }
    notes.extend(service_areas.note());
    Ok(assets)
}

/// Publishers' ids are unique, and one grant may stand in several files of theirs.
fn grants(store: &Store) -> Result<Vec<GrantRecord>, LoadError> {
    let mut grants: BTreeMap<String, GrantRecord> = BTreeMap::new();
    for (_, grant) in records::<GrantRecord>(store, RecordKind::Grants)? {
        grants.entry(grant.id.clone()).or_insert(grant);
    }
    Ok(grants.into_values().collect())
}

/// The streets of all sources as one map.
fn streets(store: &Store) -> Result<StreetLines, LoadError> {
    let mut maps = Vec::new();
    for source in store.sources_of(RecordKind::Streets.as_str())? {
        let pieces: Vec<Vec<u8>> =
            store.records(&source).map(|piece| Ok(piece?.value)).collect::<Result<_, StoreError>>()?;
        let map = StreetMap::lines(pieces);
        maps.push(map.map_err(|e| LoadError::record(RecordKind::Streets, &source.name, "all", e))?);
    }
    Ok(join(maps))
}

/// The timetables of all sources, by name.
///
/// # Errors
/// [`LoadError`] when the store cannot be read, or one of them is not what was written.
pub fn transit(store: &Store) -> Result<Vec<KeptFeed>, LoadError> {
    let mut feeds = Vec::new();
    for source in store.sources_of(RecordKind::Transit.as_str())? {
        let pieces: Vec<Vec<u8>> =
            store.records(&source).map(|piece| Ok(piece?.value)).collect::<Result<_, StoreError>>()?;
        let feed = KeptFeed::new(source.name.clone(), pieces);
        feeds.push(feed.map_err(|e| LoadError::record(RecordKind::Transit, &source.name, "all", e))?);
    }
    feeds.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(feeds)
}
