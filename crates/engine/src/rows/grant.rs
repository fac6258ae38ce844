//! Rows about grants.

use crate::snapshot::Snapshot;
use crate::wire::{RoundedFigure, WrittenDay, rows};

rows! {
    /// Money given to an organisation for something it does.
    GrantRow<'a> {
        /// What it is called.
        title: &'a str,
        /// Organisation that receives it; null for a person, of whom nothing is told.
        recipient: Option<&'a str>,
        /// Identifiers of that organisation, each with its register.
        recipient_ids: &'a [String],
        /// Organisation that gives it.
        funder: Option<&'a str>,
        /// Identifier of that organisation.
        funder_id: Option<&'a str>,
        /// Programme that it belongs to.
        programme: Option<&'a str>,
        /// Money awarded, in the currency beside it.
        amount: RoundedFigure,
        /// ISO 4217 code of the currency.
        currency: &'a str,
        /// When it was awarded.
        awarded_on: WrittenDay,
        /// When what it pays for begins.
        starts_on: Option<WrittenDay>,
        /// When what it pays for ends.
        ends_on: Option<WrittenDay>,
        /// How long that takes, in months.
        months: Option<RoundedFigure>,
        /// How exactly it is known where it goes: place, district (the point stands for an area) or unknown.
        precision: &'a str,
        /// Codes of the areas that it is for.
        area_codes: Vec<&'a str>,
        /// Names of the places and areas that it is for.
        beneficiaries: Vec<&'a str>,
        /// Ids of the assets that its recipient runs, where that is safe to say.
        assets: Vec<&'a str>,
        /// Source of the record.
        source: &'a str,
        /// Licence of the record.
        licence: Option<&'a str>,
    }
}

impl<'a> GrantRow<'a> {
    /// The grant at this position of the snapshot.
    #[must_use]
    pub fn new(of: &'a Snapshot, at: usize) -> Self {
        let grant = &of.grants()[at];
        let record = &grant.record;
        Self {
            title: &record.title,
            recipient: record.recipient.as_deref(),
            recipient_ids: &record.recipient_ids,
            funder: record.funder.as_deref(),
            funder_id: record.funder_id.as_deref(),
            programme: record.programme.as_deref(),
            amount: RoundedFigure::new(record.amount),
            currency: &record.currency,
            awarded_on: WrittenDay(record.awarded_on),
            starts_on: record.starts_on.map(WrittenDay),
            ends_on: record.ends_on.map(WrittenDay),
            months: record.months.map(RoundedFigure::new),
            precision: grant.precision.as_str(),
            area_codes: record.beneficiaries.iter().filter_map(|b| b.area.as_deref()).collect(),
            beneficiaries: record.beneficiaries.iter().filter_map(|b| b.name.as_deref()).collect(),
            assets: grant.assets.iter().map(|&at| of.study().assets()[at].asset.id.as_str()).collect(),
            source: &record.source,
            licence: record.licence.as_deref(),
        }
    }
}
