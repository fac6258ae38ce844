//! What is known of neighbourhoods: people, referrals, and whether these can be believed.

use crate::analyse::{Analysis, QuarterAnalysis};
use crate::demand::WHOLE_QUARTER;
use crate::idx::{AreaIdx, GeographyIdx};
use crate::known::KnownCount;
use crate::placed_demand::PlacedDemand;
use crate::report::{DemandStatus, Neighbourhood};
use crate::study::Study;
use crate::travel::TravelTimes;
use crate::under_recording::{self, ReferralHistory};

/// Quarters over which an area's referring is judged, the quarter itself included.
const SILENT_OVER: u16 = 4;

/// More than this share of its people without data, and an area has none.
pub(crate) const NO_DATA_ABOVE: f64 = 0.5;

/// What is known of every reporting area of a geography, by code.
#[must_use]
pub fn neighbourhoods<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    quarter: &QuarterAnalysis,
    geography: GeographyIdx,
) -> Vec<Neighbourhood> {
    let spread = analysis.spread();
    let history: Vec<PlacedDemand> = quarter.quarter.map_or_else(Vec::new, |q| {
        (1..SILENT_OVER).map(|n| PlacedDemand::new(study, spread, analysis.grid(), q.back(n))).collect()
    });
    let mut referred: Vec<Referred> = Vec::new();
    let mut all: Vec<Neighbourhood> = study
        .areas_of(geography)
        .map(|(area, _)| {
            let bases = spread.bases_of(area);
            let own = study.people(area);
            let parts: Option<f64> = bases.iter().map(|&b| spread.people(b)).sum();
            let unknown = |placed: &PlacedDemand| share_of(analysis, area, |b| !placed.known[b]);
            let months = |placed: &PlacedDemand| bases.iter().map(|&b| placed.least_months(b)).min();
            let without_data = unknown(&quarter.placed);
            // A quarter that lacks months says nothing of how much is referred in one.
            let quarters: Vec<&PlacedDemand> = std::iter::once(&quarter.placed)
                .chain(&history)
                .filter(|placed| unknown(placed) <= NO_DATA_ABOVE && months(placed) >= Some(WHOLE_QUARTER))
                .collect();
            let known_in =
                |placed: &PlacedDemand| bases.iter().filter_map(|&b| placed.total(b)).sum::<KnownCount>();
            let point_in = |placed: &PlacedDemand| {
                bases.iter().filter_map(|&b| placed.total(b)).map(KnownCount::known_part).sum::<f64>()
            };
            let known_shares: f64 = quarters.iter().map(|p| 1.0 - unknown(p)).sum();
            referred.push(Referred {
                count: quarters.iter().map(|p| known_in(p)).sum(),
                known_share: known_shares / quarters.len().max(1) as f64,
            });
            let has_data = without_data <= NO_DATA_ABOVE;
            let least = months(&quarter.placed).filter(|_| has_data);
            let partial = least.is_some_and(|m| m < WHOLE_QUARTER);
            let bounds = if without_data > 0.0 {
                known_in(&quarter.placed) + KnownCount::UNKNOWN
            } else {
                known_in(&quarter.placed)
            };
            let point = point_in(&quarter.placed);
            let is_said = has_data && !partial && (bounds.is_bounded() || point > 0.0);
            Neighbourhood {
                area,
                population: own.or(parts.filter(|_| !bases.is_empty())),
                population_is_own: own.is_some(),
                decile: study.decile(area).or_else(|| mean_decile(analysis, study, area)),
                cells: analysis.grid().cells_of(area).len(),
                tiny: analysis.grid().cells_of(area).is_empty(),
                referrals: is_said.then_some(point),
                bounds,
                complete_months: least,
                expected: None,
                observed: (!quarters.is_empty()).then(|| quarters.iter().map(|p| point_in(p)).sum()),
                silent_over: quarters.len() as u16,
                no_data_share: without_data,
                status: match (has_data, partial) {
                    (false, _) => DemandStatus::NoData,
                    (true, true) => DemandStatus::Partial,
                    (true, false) => DemandStatus::Ok,
                },
            }
        })
        .collect();
    mark_silent(analysis, &mut all, &referred);
    all.retain(|n| study.areas()[n.area.get()].reporting);
    all
}

/// What an area referred in the quarters over which it is judged.
struct Referred {
    count: KnownCount,
    /// Share of its people who live where demand is known, mean of the quarters.
    known_share: f64,
}

/// Expects of each area what areas like it refer, and marks those that fall implausibly short even if they referred as much
/// as is possible; what is expected rests on the least that others can have referred.
fn mark_silent<T: TravelTimes>(analysis: &Analysis<T>, all: &mut [Neighbourhood], referred: &[Referred]) {
    let policy = analysis.policy();
    let comparable: Vec<usize> = (0..all.len())
        .filter(|&i| all[i].population.is_some_and(|p| p > 0.0) && all[i].observed.is_some())
        .collect();
    let referring: Vec<ReferralHistory> = comparable
        .iter()
        .map(|&i| ReferralHistory {
            people: all[i].population.unwrap_or(0.0),
            decile: all[i].decile,
            observed: referred[i].count.low(),
            quarters: all[i].silent_over,
        })
        .collect();
    for (&i, expected) in comparable.iter().zip(under_recording::expected(&referring)) {
        let Some(expected) = expected else { continue };
        all[i].expected = Some(expected);
        let Some(at_most) = referred[i].count.high() else { continue };
        // What nobody knows is not held against those of whom it is known.
        let expected = expected * referred[i].known_share;
        if all[i].status == DemandStatus::Ok
            && at_most < policy.silent_below * expected
            && under_recording::chance_of_so_few(at_most, expected) < policy.silent_chance
        {
            all[i].status = DemandStatus::Silent;
        }
    }
}

/// Share of an area's people who live in base areas of which something holds; by base areas where people are unknown.
pub(crate) fn share_of<T: TravelTimes>(
    analysis: &Analysis<T>,
    area: AreaIdx,
    holds: impl Fn(usize) -> bool,
) -> f64 {
    let spread = analysis.spread();
    let bases = spread.bases_of(area);
    if bases.is_empty() {
        return 1.0;
    }
    let shares = spread.divide(bases).into_iter().zip(bases);
    shares.filter(|(_, b)| holds(**b)).map(|(share, _)| share).sum()
}

/// Mean decile of an area's base areas, weighted by their people, to the nearest whole.
fn mean_decile<T: TravelTimes>(analysis: &Analysis<T>, study: &Study, area: AreaIdx) -> Option<u8> {
    let spread = analysis.spread();
    let bases = spread.bases_of(area);
    let (mut sum, mut total) = (0.0, 0.0);
    for (share, &b) in spread.divide(bases).into_iter().zip(bases) {
        let base = spread.base()[b];
        // A base area of a geography without deprivation takes that of the area around it that has one.
        let decile = study.decile(base).or_else(|| {
            study
                .geography_indices()
                .filter_map(|g| spread.parent(g, b))
                .find_map(|parent| study.decile(parent))
        });
        if let Some(decile) = decile {
            sum += share * f64::from(decile);
            total += share;
        }
    }
    (total > 0.5).then(|| (sum / total).round() as u8)
}
