//! Rows about assets.

use super::listed::{LISTED, ListedFields};
use crate::snapshot::Snapshot;
use crate::wire::{RoundedFigure, WrittenDay, rows};
use hereabouts_core::kind::KindSupply;
use hereabouts_core::schedule::Timetable;
use hereabouts_core::supply;
use hereabouts_data::feedback::verification::ListingState;
use hereabouts_data::linkage::canonical_asset::CanonicalAsset;
use hereabouts_data::record::{AssetRecord, LocationPrecision};

rows! {
    /// Something the community offers, at a place.
    AssetRow<'a> {
        /// Name.
        name: &'a str,
        /// Id of its kind.
        kind: &'a str,
        /// Ids of the needs it answers.
        needs: Vec<&'a str>,
        /// Place-sessions a quarter; null for land and for what answers no need by itself.
        places: Option<RoundedFigure>,
        /// Whether places is the default of its kind, because the listing does not say.
        places_assumed: bool,
        /// When somebody last confirmed it; null is unknown.
        verified_on: Option<WrittenDay>,
        /// Chance that it still runs, from the age of its listing and what people said since, 0 to 1.
        chance_it_runs: RoundedFigure,
        /// What it costs, in the listing's words.
        cost: Option<&'a str>,
        /// Whether it can be entered without a step; null is unknown.
        step_free: Option<bool>,
        /// When it is on, in the listing's words.
        schedule: Option<&'a str>,
        /// Day of its first session on or after as_of, by its schedule or a calendar; null where neither tells.
        next_session: Option<WrittenDay>,
        /// Who may come, in the listing's words.
        eligibility: Option<&'a str>,
        /// Languages spoken there.
        languages: &'a [String],
        /// Address on the web.
        website: Option<&'a str>,
        /// Telephone number.
        phone: Option<&'a str>,
        /// Source of the listing.
        source: &'a str,
        /// Its id there.
        source_id: &'a str,
        /// Licence of the listing.
        licence: Option<&'a str>,
        /// How exact its place is: exact, area (somewhere about), hidden (not told) or none (it has no place).
        location_precision: &'a str,
        /// Deprecated: see location_precision.
        r#where: &'a str,
        /// Listings that it was made of, each as source/source_id; its own fields are those confirmed last.
        listed_as: Vec<String>,
        /// Where each field of several listings is from, as field: source/id (day confirmed, pinned if a person chose it).
        fields_from: Vec<String>,
        /// Whom it serves, by where they live; empty is whoever comes to its place.
        service_area: Vec<String>,
        /// Organisation that runs it.
        organisation: Option<&'a str>,
        /// Identifier of the organisation with its register.
        organisation_id: Option<&'a str>,
        /// Whether it is open, in the listing's words.
        status: Option<&'a str>,
        /// Kind, in words.
        kind_label: &'a str,
        /// Land, in hectares; null without a footprint.
        hectares: Option<RoundedFigure>,
        /// Postal address of the place.
        address: Option<&'a str>,
        /// What it is, in the listing's words.
        description: Option<&'a str>,
        /// Time at which that session starts on the clock there, HH:MM.
        next_session_time: Option<String>,
        /// When it is on, as far as the schedule was understood, in words; null where it was not.
        timetable: Option<String>,
        /// Last day up to as_of on which a calendar has it running; null where none does.
        seen_running_on: Option<WrittenDay>,
        /// Whether it is what its listing says: listed, closed or moved.
        standing: &'a str,
        /// Who confirmed it last: public, organiser, link-worker or steward; null where its listing says so itself.
        verified_by: Option<&'a str>,
        /// Last day on which it takes nobody new; null where it does.
        full_until: Option<WrittenDay>,
        /// Parts of the listing that are no longer right, as somebody who confirmed it said.
        changed: Vec<&'a str>,
        /// What was reported since somebody last confirmed it.
        problems: Vec<&'a str>,
        ..listed: ListedFields<'a> as LISTED,
        /// The least it costs, as far as its words say; 0 is free, null is unknown.
        cost_from: Option<RoundedFigure>,
        /// ISO 4217 code of the currency of cost_from; null where that is.
        currency: Option<&'a str>,
        /// The day against which the age of the listing is measured.
        as_of: WrittenDay,
    }
}

impl<'a> AssetRow<'a> {
    /// The asset at this position of the study. One line for each field, in their order: in parts it would say no more.
    #[must_use]
    pub fn new(of: &'a Snapshot, at: usize) -> Self {
        let study = of.study();
        let canonical = &of.assets()[at];
        let (record, listings) = (&canonical.record, canonical.listings());
        let asset = &study.assets()[at];
        let kind = &study.kinds()[asset.kind];
        let timetable = record.timetable.as_ref().and_then(|t| Timetable::try_from(t).ok());
        let calendars = asset.asset.calendars.iter().map(|calendar| &calendar.timetable);
        let next = timetable.iter().chain(calendars).filter_map(|t| t.next(of.as_of().into())).min();
        let given = asset.asset.places_per_quarter;
        let standing = of.standing(at);
        let (places, assumed) = match kind.supply {
            supply @ KindSupply::Places { .. } => {
                (given.or_else(|| supply.assumed(asset.asset.sessions_per_quarter)), given.is_none())
            }
            KindSupply::Land | KindSupply::None => (given, false),
        };
        let location_precision = match (record.location_precision, record.place) {
            (LocationPrecision::Exact, None) => "none",
            (location_precision, _) => location_precision.as_str(),
        };
        let figure = |value: Option<f64>| value.map(RoundedFigure::new);
        Self {
            name: &record.name,
            kind: &kind.id,
            needs: asset.serves.iter().map(|(need, _)| study.needs()[need.get()].id.as_str()).collect(),
            places: figure(places),
            places_assumed: assumed,
            verified_on: asset.asset.verified_on.map(WrittenDay),
            chance_it_runs: RoundedFigure::new(supply::chance_it_runs(study, of.policy(), at)),
            cost: record.cost.as_deref(),
            step_free: record.step_free,
            schedule: record.schedule.as_deref(),
            next_session: next.map(|next| WrittenDay(next.start.date())),
            next_session_time: next.map(|next| next.start.format("%H:%M").to_string()),
            timetable: timetable.map(|t| t.in_words()),
            seen_running_on: asset.asset.seen_running_on(of.as_of()).map(WrittenDay),
            standing: standing.map_or(ListingState::Listed, |s| s.state).as_str(),
            verified_by: standing.and_then(|s| s.verified_by).map(|role| role.as_str()),
            full_until: standing
                .and_then(|s| s.full_until)
                .filter(|until| *until >= of.as_of())
                .map(WrittenDay),
            changed: standing.map_or_else(Vec::new, |s| s.changed.iter().map(|part| part.as_str()).collect()),
            problems: standing.map_or_else(Vec::new, |s| s.problems.iter().map(|p| p.as_str()).collect()),
            eligibility: record.eligibility.as_deref(),
            languages: &record.languages,
            website: record.website.as_deref(),
            phone: record.phone.as_deref(),
            source: &record.source,
            source_id: &record.source_id,
            licence: record.licence.as_deref(),
            location_precision,
            r#where: location_precision,
            listed_as: listings.iter().map(AssetRecord::id).collect(),
            fields_from: fields_from(&of.assets()[at]),
            service_area: record.service_area.iter().map(ToString::to_string).collect(),
            organisation: record.organisation.as_deref(),
            organisation_id: record.organisation_id.as_deref(),
            status: record.status.as_deref(),
            kind_label: &kind.label,
            hectares: figure(asset.asset.hectares),
            address: record.address.as_deref(),
            description: record.description.as_deref(),
            listed: ListedFields::new(record),
            cost_from: figure(record.cost_from),
            currency: record.cost_from.map(|_| of.currency().code()),
            as_of: WrittenDay(of.as_of()),
        }
    }
}

/// Field by field, which listing it is from.
fn fields_from(of: &CanonicalAsset) -> Vec<String> {
    let (CanonicalAsset { chosen, pinned, .. }, listings) = (of, of.listings());
    chosen
        .iter()
        .map(|(field, &from)| {
            let listing = &listings[from];
            let day = listing.verified_on.map_or_else(|| "no date".to_owned(), |day| day.to_string());
            let pinned = if pinned.contains(field) { ", pinned" } else { "" };
            format!("{field}: {} ({day}{pinned})", listing.id())
        })
        .collect()
}
