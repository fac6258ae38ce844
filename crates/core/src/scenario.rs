//! What would be if something else were offered: the same analysis with other providers.
//!
//! Grid, travel, demand and what lists know stay as they are, and sums run in the order in which a study with the changed
//! assets would have them: the figures are those of the full run, bit for bit.

use crate::analyse::{Analysis, QuarterAnalysis};
use crate::asset::ServiceArea;
use crate::gap_parts::GapParts;
use crate::idx::{AreaIdx, NeedIdx};
use crate::metric::land::LandSite;
use crate::study::Study;
use crate::supply::{self, Provider};
use crate::travel::TravelTimes;
use std::collections::BTreeMap;

/// One change to what is offered. Assets are positions in [`Study::assets`].
#[derive(Debug, Clone, PartialEq)]
pub enum OfferChange {
    /// It stops.
    Close {
        /// Which.
        asset: usize,
    },
    /// It offers so many place-sessions a quarter, over all its needs.
    Places {
        /// Which.
        asset: usize,
        /// How many; finite, not negative.
        places: f64,
    },
    /// It is where another asset is.
    Move {
        /// Which; it stands at a place.
        asset: usize,
        /// An asset that is open to whoever comes ([`is_open_place`]).
        to: usize,
    },
    /// Something new for one need, sure to run, confirmed on the day of the analysis.
    Add {
        /// Its id: sums run by it.
        id: String,
        /// The asset at whose place it is, open to whoever comes ([`is_open_place`]).
        at: usize,
        /// The need.
        need: NeedIdx,
        /// Place-sessions a quarter; finite, not negative.
        places: f64,
    },
}

impl OfferChange {
    /// Whether nobody can lose by it.
    #[must_use]
    pub const fn is_addition(&self) -> bool {
        matches!(self, Self::Add { .. })
    }
}

/// Whether an asset stands at a place to which anybody may come.
#[must_use]
pub fn is_open_place(study: &Study, asset: usize) -> bool {
    let asset = &study.assets()[asset].asset;
    asset.place.is_some() && asset.serves == ServiceArea::Anyone
}

impl<T: TravelTimes> Analysis<T> {
    /// The same with other offers. Of changes to one asset all hold, in the order given.
    #[must_use]
    pub fn with_offers(&self, study: &Study, changes: &[OfferChange]) -> Self {
        let providers = study.need_indices().map(|need| self.changed(study, need, changes)).collect();
        self.with_providers(providers)
    }

    /// The providers of a need once all changes hold, in the order of their ids.
    fn changed(&self, study: &Study, need: NeedIdx, changes: &[OfferChange]) -> Vec<Provider> {
        let id = |asset: usize| study.assets()[asset].asset.id.as_str();
        let mut by_id: BTreeMap<&str, Provider> =
            self.providers(need).iter().map(|p| (id(p.asset), *p)).collect();
        for change in changes {
            match change {
                OfferChange::Close { asset } => {
                    by_id.remove(id(*asset));
                }
                OfferChange::Places { asset, places } => {
                    let stands = by_id.get(id(*asset)).map_or(*asset, |p| p.asset);
                    match supply::provider(study, self.policy(), need, *asset, Some(*places)) {
                        Some(changed) => by_id.insert(id(*asset), standing_at(changed, stands)),
                        None => by_id.remove(id(*asset)),
                    };
                }
                OfferChange::Move { asset, to } => {
                    if let Some(provider) = by_id.get_mut(id(*asset)) {
                        *provider = standing_at(*provider, *to);
                    }
                }
                OfferChange::Add { id, at, need: of, places } if *of == need => {
                    by_id.insert(id, new_provider(*at, *places));
                }
                OfferChange::Add { .. } => {}
            }
        }
        by_id.into_values().collect()
    }

    /// The parts of an area that ask for a need: cells and the referrals that are known of there, by base area.
    #[must_use]
    pub fn asked_in(&self, quarter: &QuarterAnalysis, area: AreaIdx, need: NeedIdx) -> Vec<(usize, f64)> {
        let spread = self.spread();
        // What is told of supply bears on no demand.
        GapParts::new(spread, &quarter.placed, need.get(), spread.bases_of(area), |_, _| true).asking()
    }
}

/// The same offer where another asset is.
fn standing_at(provider: Provider, asset: usize) -> Provider {
    Provider { asset, land: provider.land.map(|land| LandSite { asset, ..land }), ..provider }
}

/// Something that is sure to run and was confirmed today.
const fn new_provider(asset: usize, places: f64) -> Provider {
    Provider {
        asset,
        listed: places,
        likely: places,
        chance: 1.0,
        land: None,
        assumed: false,
        verified: true,
    }
}
