//! Everything that a snapshot's listings are searched with.

use crate::error::RequestError;
use crate::language;
use crate::snapshot::Snapshot;
use hereabouts_core::asset::ServiceArea;
use hereabouts_core::supply;
use hereabouts_data::ages::StatedAges;
use hereabouts_data::feedback::verification::ListingState;
use hereabouts_data::linkage::canonical_asset::CanonicalAsset;
use hereabouts_data::record::AssetRecord;
use hereabouts_find::gazetteer::{FoundPlace, Gazetteer, UnknownPlace};
use hereabouts_find::text::{ListingWords, SynonymMeaning, SynonymTable, TextField, TextIndex};
use hereabouts_find::{ListingAges, ListingAudience, ListingIndex, SearchFacts, SearchListing};
use std::collections::HashMap;
use std::sync::Arc;

/// Other words for needs, kinds and what listings say.
const SYNONYMS: &str = include_str!("../../../data/synonyms.csv");

/// Everything that a snapshot's listings are searched with.
#[derive(Debug)]
pub struct ListingSearch {
    pub(crate) finder: ListingIndex,
    gazetteer: Arc<Gazetteer>,
}

impl ListingSearch {
    /// The words of all listings.
    #[must_use]
    pub fn text(&self) -> &TextIndex {
        self.finder.text()
    }

    /// The index itself.
    #[must_use]
    pub const fn finder(&self) -> &ListingIndex {
        &self.finder
    }

    /// The place that a text means.
    ///
    /// # Errors
    /// [`UnknownPlace`], with what may have been meant.
    pub fn place(&self, text: &str) -> Result<FoundPlace, UnknownPlace> {
        self.gazetteer.find(text)
    }

    /// Of a snapshot's assets and places.
    ///
    /// # Errors
    /// [`RequestError::Internal`] where no dictionary can be made of the words, which does not happen.
    pub(crate) fn new(of: &Snapshot) -> Result<Self, RequestError> {
        let study = of.study();
        let mut sets: HashMap<usize, Arc<[u32]>> = HashMap::new();
        let mut listings = Vec::with_capacity(study.assets().len());
        for (at, (asset, CanonicalAsset { record, .. })) in study.assets().iter().zip(of.assets()).enumerate()
        {
            let needs: Vec<&str> =
                asset.serves.iter().map(|(n, _)| study.needs()[n.get()].id.as_str()).collect();
            let kind = &study.kinds()[asset.kind];
            let mut texts =
                vec![(TextField::Name, record.name.as_str()), (TextField::Kind, kind.label.as_str())];
            texts.extend(
                asset.serves.iter().map(|(n, _)| (TextField::Kind, study.needs()[n.get()].label.as_str())),
            );
            let more = [
                (TextField::About, &record.organisation),
                (TextField::About, &record.address),
                (TextField::Description, &record.description),
                (TextField::Description, &record.eligibility),
            ];
            texts.extend(more.into_iter().filter_map(|(field, text)| Some((field, text.as_deref()?))));
            let audience = match of.analysis().travel().served(at) {
                None => ListingAudience::Anyone,
                Some(_) if asset.asset.serves == ServiceArea::Remote => ListingAudience::Remote,
                Some((set, cells)) => {
                    ListingAudience::Cells(Arc::clone(sets.entry(set).or_insert_with(|| cells.into())))
                }
            };
            let own = record.timetable.iter().filter_map(|t| t.try_into().ok());
            let calendars = asset.asset.calendars.iter().map(|calendar| calendar.timetable.clone());
            let facts = SearchFacts {
                place: asset.asset.place,
                audience,
                needs: asset.serves.iter().map(|(n, _)| n.get()).collect(),
                kind: asset.kind,
                cost_from: record.cost_from,
                step_free: record.step_free,
                ages: ages(record),
                languages: language::all(&record.languages),
                verified_on: None,
                chance: 0.0,
                closed: false,
                bare_venue: kind.venue && asset.asset.needs.is_empty() && asset.asset.calendars.is_empty(),
                timetables: own.chain(calendars).collect(),
                more_times: record.schedule.is_some() && record.timetable.is_none(),
                course: record.course,
                welcome: record.welcome,
                booking_required: record.booking_required,
            };
            listings.push(SearchListing {
                id: &asset.asset.id,
                words: ListingWords { texts, needs, kind: &kind.id },
                facts,
            });
        }
        let finder = ListingIndex::new(listings, synonyms()).map_err(|_| RequestError::Internal)?;
        let postcodes = study.postcodes().iter().map(|p| (p.code.clone(), p.place));
        let grid = of.analysis().grid();
        // The geography that is reported on first: of areas of one name it has the most useful.
        let mut areas: Vec<_> = study.area_indices().collect();
        areas.sort_by_key(|a| Some(study.geography_of(*a)) != of.default_geography());
        let areas = areas.into_iter().map(|a| {
            let area = &study.areas()[a.get()];
            (area.code.clone(), area.name.clone(), grid.inside(a))
        });
        let finder = finder.with_facts(|facts| count_verifications(of, facts));
        Ok(Self { finder, gazetteer: Arc::new(Gazetteer::new(postcodes, areas)) })
    }

    /// The same with verifications: what is looked for and where it is stays as it is.
    pub(crate) fn with_verifications(&self, of: &Snapshot) -> Self {
        Self {
            finder: self.finder.with_facts(|facts| count_verifications(of, facts)),
            gazetteer: Arc::clone(&self.gazetteer),
        }
    }
}

/// Whom a listing takes by age.
fn ages(record: &AssetRecord) -> ListingAges {
    let StatedAges { from, to, all_said } = StatedAges::of(record);
    ListingAges { from, to, all_said }
}

/// What people's words change of listings.
fn count_verifications(of: &Snapshot, facts: &mut [SearchFacts]) {
    let study = of.study();
    for (at, (facts, asset)) in facts.iter_mut().zip(study.assets()).enumerate() {
        facts.verified_on = asset.asset.verified_on;
        facts.chance = supply::chance_it_runs(study, of.policy(), at);
        facts.closed = of.standing(at).is_some_and(|standing| standing.state == ListingState::Closed);
    }
}

/// The table of synonyms; a row that means nothing is left out.
fn synonyms() -> SynonymTable {
    let lines = SYNONYMS.lines().filter(|l| !l.starts_with('#')).skip(1);
    SynonymTable::new(lines.flat_map(|line| {
        let mut cells = line.split(',').map(str::trim);
        let phrase = cells.next().unwrap_or_default();
        let meant = [
            SynonymMeaning::Need as fn(String) -> SynonymMeaning,
            SynonymMeaning::Kind,
            SynonymMeaning::Word,
        ];
        meant
            .into_iter()
            .zip(cells)
            .filter(|(_, text)| !text.is_empty())
            .map(move |(of, text)| (phrase, of(text.to_owned())))
    }))
}

#[cfg(test)]
mod tests {
    use super::SYNONYMS;

    #[test]
    fn every_synonym_means_something_that_there_is() {
        let tables = hereabouts_data::tables::Tables::built_in().unwrap();
        for line in SYNONYMS.lines().filter(|l| !l.starts_with('#')).skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(cells[1].is_empty() || tables.needs.iter().any(|n| n.id == cells[1]), "{line}");
            assert!(cells[2].is_empty() || tables.kinds.iter().any(|k| k.id == cells[2]), "{line}");
            assert!(cells[1..].iter().any(|c| !c.is_empty()), "{line}");
        }
    }
}
