//! What could be started where, and what it would add to whom.

use super::request::PlanRequest;
use crate::site::Site;
use crate::view::QuarterView;
use hereabouts_core::idx::AreaIdx;
use hereabouts_core::scenario::is_open_place;
use hereabouts_core::travel::TravelTimes;
use hereabouts_data::costs::Offer;
use hereabouts_data::record::LocationPrecision;
use hereabouts_siting::offer::Sharing;
use hereabouts_siting::{Candidate, DemandPoint, InvalidProblem, SitingProblem};
use std::collections::{BTreeMap, BTreeSet};

/// An offer at a venue.
#[derive(Debug, Clone, Copy)]
pub struct VenueOffer<'a> {
    /// Position of the asset at whose place it would be.
    pub venue: usize,
    /// What would be started.
    pub offer: &'a Offer,
}

/// Demand and candidates of a question, as a siting problem.
pub(super) struct PlanProblem<'a> {
    pub(super) problem: SitingProblem,
    /// Parallel to the problem's candidates.
    pub(super) candidates: Vec<VenueOffer<'a>>,
    /// Parallel to the problem's groups.
    pub(super) areas: Vec<AreaIdx>,
    /// Neighbourhoods without a figure of demand or supply, which no plan can be for.
    pub(super) left_out: usize,
    /// How many venues there are.
    pub(super) venues: usize,
}

/// Assets at whose places something could be started: venues that are not known to be gone, whose place may be told exactly, open
/// to whoever comes; of several at one place the first by id.
fn venues(site: &Site) -> Vec<usize> {
    let study = site.study();
    let mut taken: BTreeSet<[u64; 2]> = BTreeSet::new();
    let is_venue = |at: usize| {
        let asset = &study.assets()[at];
        study.kinds()[asset.kind].venue
            && !asset.verified_state.gone
            && is_open_place(study, at)
            && site.assets()[at].record.location_precision == LocationPrecision::Exact
    };
    let all = (0..study.assets().len()).filter(|&at| is_venue(at));
    all.filter(|&at| {
        study.assets()[at].asset.place.is_some_and(|p| taken.insert([p.lon().to_bits(), p.lat().to_bits()]))
    })
    .collect()
}

impl<'a> PlanProblem<'a> {
    pub(super) fn new(
        site: &'a Site,
        view: &QuarterView,
        request: &PlanRequest,
    ) -> Result<Self, InvalidProblem> {
        let (study, analysis, quarter) = (site.study(), site.analysis(), view.cells_of_quarter());
        let need = &study.needs()[request.need.get()];
        let cells = &quarter.cells[request.need.get()];
        let adequate = need.adequate.places_per_referral;
        let unmet = request.figures.reading.of(&cells.unmet_listed, &cells.unmet_likely);

        let (mut areas, mut points, mut left_out) = (Vec::new(), Vec::new(), 0);
        let mut points_of: Vec<Vec<usize>> = vec![Vec::new(); unmet.len()];
        let wanted = |area: &AreaIdx| request.areas.is_empty() || request.areas.contains(area);
        for gap in view.report().gaps.iter().filter(|g| g.need == request.need && wanted(&g.area)) {
            // What is not known of a neighbourhood cannot be planned for.
            if request.figures.reading.of(gap.unmet_listed, gap.unmet_likely).is_none() {
                left_out += 1;
                continue;
            }
            let mut by_cell: BTreeMap<usize, f64> = BTreeMap::new();
            for (cell, referrals) in analysis.asked_in(&quarter, gap.area, request.need) {
                *by_cell.entry(cell).or_default() += referrals;
            }
            for (cell, demand) in by_cell {
                points_of[cell].push(points.len());
                // What is met on average: whatever meets it, and however sure it is.
                let met = (1.0 - unmet[cell] / cells.referrals[cell]).max(0.0);
                points.push(DemandPoint { group: areas.len(), demand, met });
            }
            areas.push(gap.area);
        }
        let venues = venues(site);
        let all: Vec<VenueOffer<'a>> = venues
            .iter()
            .flat_map(|&venue| {
                let kind = &study.kinds()[study.assets()[venue].kind].id;
                let fits = move |o: &&Offer| o.venues.is_empty() || o.venues.contains(kind);
                site.costs().of(&need.id).filter(fits).map(move |offer| VenueOffer { venue, offer })
            })
            .collect();
        let sharing = Sharing {
            travel: analysis.travel(),
            demand: &cells.referrals,
            decay: &need.decay,
            limit: need.catchment,
            cap: analysis.policy().cap * adequate,
        };
        let (mut candidates, mut kept) = (Vec::new(), Vec::new());
        for (of, access) in all.iter().zip(access_of(&sharing, &all, f64::from(quarter.quarters()))) {
            let add = |&(cell, access): &(u32, f64)| {
                points_of[cell as usize].iter().map(move |&point| (point, access / adequate))
            };
            let gains: Vec<(usize, f64)> = access.iter().flat_map(add).collect();
            if gains.iter().any(|&(point, _)| points[point].met < 1.0) {
                candidates.push(Candidate { cost: of.offer.first_year().usual, gains });
                kept.push(*of);
            }
        }
        let problem = SitingProblem::new(areas.len(), points, candidates)?;
        Ok(Self { problem, candidates: kept, areas, left_out, venues: venues.len() })
    }
}

fn access_of<T: TravelTimes>(
    sharing: &Sharing<'_, T>,
    all: &[VenueOffer],
    quarters: f64,
) -> Vec<Vec<(u32, f64)>> {
    let at: Vec<(usize, f64)> =
        all.iter().map(|of| (of.venue, of.offer.places_per_quarter() * quarters)).collect();
    sharing.access_of(&at)
}
