//! What each asset offers to each need, in both readings.

use crate::asset::{Asset, ServiceArea};
use crate::idx::NeedIdx;
use crate::kind::KindSupply;
use crate::metric::land::LandSite;
use crate::need::Need;
use crate::policy::AnalysisPolicy;
use crate::study::Study;
use crate::survival;
use crate::units::Minutes;

/// An asset as a provider for one need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Provider {
    /// Position of the asset in [`Study::assets`].
    pub asset: usize,
    /// Place-sessions a quarter for this need, taking the listing at its word; 0 for land.
    pub listed: f64,
    /// The same, times the chance that it still runs.
    pub likely: f64,
    /// That chance, 0 to 1.
    pub chance: f64,
    /// As land for the floor standard; `None` for what is no land.
    pub land: Option<LandSite>,
    /// Whether the places rest on the kind's default.
    pub assumed: bool,
    /// Whether it was verified within twelve months.
    pub verified: bool,
}

impl Provider {
    /// Minutes within which it is in reach: land at its edge, within the distance of its standard, everything else within the
    /// catchment.
    #[must_use]
    pub fn limit(&self, need: &Need, policy: &AnalysisPolicy) -> Minutes {
        let land = self.land.zip(need.adequate.floor.as_ref());
        land.map_or(need.catchment, |(site, floor)| policy.land_reach(floor).limit(&site))
    }
}

/// Chance, 0 to 1, that the asset at this position still runs where its listing says: 0 once somebody found it gone.
#[must_use]
pub fn chance_it_runs(study: &Study, policy: &AnalysisPolicy, asset: usize) -> f64 {
    let a = &study.assets()[asset];
    if a.verified_state.gone {
        return 0.0;
    }
    let half_life = study.kinds()[a.kind].half_life_months;
    let seen = (a.asset.seen_running_on(policy.as_of), policy.calendar_weight);
    let by_age = survival::chance_it_runs(
        a.asset.verified_on,
        seen,
        policy.as_of,
        half_life,
        unknown_age_months(&a.asset, policy),
    );
    by_age * a.verified_state.left
}

/// Age of an asset that nobody dated: what is assumed of it on the day on which a list had it, and what has passed since.
#[must_use]
pub fn unknown_age_months(asset: &Asset, policy: &AnalysisPolicy) -> f64 {
    policy.unknown_age_months + survival::months_since(asset.listed_on, policy.as_of)
}

/// Whether there is anybody whom the asset can serve, as far as is known.
fn serves_somebody(asset: &Asset, policy: &AnalysisPolicy) -> bool {
    match &asset.serves {
        ServiceArea::Anyone => asset.place.is_some(),
        ServiceArea::Within(extents) => !extents.is_empty(),
        ServiceArea::Remote => policy.count_remote,
    }
}

/// Providers of one need, by asset.
#[must_use]
pub fn providers(study: &Study, policy: &AnalysisPolicy, need: NeedIdx) -> Vec<Provider> {
    (0..study.assets().len()).filter_map(|asset| provider(study, policy, need, asset, None)).collect()
}

/// The asset at this position as a provider of a need, with `places` place-sessions a quarter in place of what its listing
/// says; `None` where it answers the need in no way.
#[must_use]
pub fn provider(
    study: &Study,
    policy: &AnalysisPolicy,
    need: NeedIdx,
    asset: usize,
    places: Option<f64>,
) -> Option<Provider> {
    let a = &study.assets()[asset];
    let &(_, share) = a.serves.iter().find(|(n, _)| *n == need)?;
    if a.verified_state.gone || !serves_somebody(&a.asset, policy) {
        return None;
    }
    let chance = chance_it_runs(study, policy, asset);
    let said = places.or(a.asset.places_per_quarter);
    let (listed, is_land, assumed) = match study.kinds()[a.kind].supply {
        supply @ KindSupply::Places { .. } => {
            let places = said.or_else(|| supply.assumed(a.asset.sessions_per_quarter));
            (places.unwrap_or(0.0) * share, false, said.is_none())
        }
        KindSupply::Land if study.needs()[need.get()].adequate.floor.is_some() => (0.0, true, false),
        // A listing that says itself what it offers counts, whatever its kind.
        KindSupply::None if !a.asset.needs.is_empty() && said.is_some() => {
            (said.unwrap_or(0.0) * share, false, false)
        }
        // Land where the need has no floor for it, and kinds that answer no need by themselves.
        KindSupply::Land | KindSupply::None => return None,
    };
    Some(Provider {
        asset,
        listed,
        likely: listed * chance,
        chance,
        land: is_land.then_some(LandSite {
            asset,
            hectares: a.asset.hectares.filter(|ha| *ha > 0.0),
            chance,
        }),
        assumed,
        verified: survival::verified_within_year(a.asset.verified_on, policy.as_of),
    })
}
