//! What is known of neighbourhoods: people, referrals, and whether these can be believed.

use crate::analyse::{Analysis, QuarterAnalysis};
use crate::idx::{AreaIdx, GeographyIdx};
use crate::known::KnownCount;
use crate::report::{DemandStatus, Neighbourhood, SmallAreas};
use crate::silence::{self, NO_DATA_ABOVE, Referred, Verdict, share_of};
use crate::study::Study;
use crate::travel::TravelTimes;

/// What is known of every reporting area of a geography, by code.
#[must_use]
pub fn neighbourhoods<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    quarter: &QuarterAnalysis,
    geography: GeographyIdx,
) -> Vec<Neighbourhood> {
    let spread = analysis.spread();
    let areas: Vec<AreaIdx> = study.areas_of(geography).map(|(area, _)| area).collect();
    let people = |area: AreaIdx| {
        let bases = spread.bases_of(area);
        let parts: Option<f64> = bases.iter().map(|&b| spread.people(b)).sum();
        study.people(area).or(parts.filter(|_| !bases.is_empty()))
    };
    let decile = |area: AreaIdx| study.decile(area).or_else(|| silence::mean_decile(study, spread, area));
    let referred: Vec<Referred<'_>> = areas
        .iter()
        .map(|&area| {
            let about = (people(area), decile(area));
            Referred::new(&quarter.history, spread, spread.bases_of(area), about)
        })
        .collect();
    let verdicts = silence::judge(analysis.policy(), &referred);
    let all = areas.into_iter().zip(referred.iter().zip(verdicts));
    let reporting = all.filter(|(area, _)| study.areas()[area.get()].reporting);
    reporting.map(|(area, (of, verdict))| one(analysis, study, quarter, area, of, verdict)).collect()
}

fn one<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    quarter: &QuarterAnalysis,
    area: AreaIdx,
    referred: &Referred<'_>,
    verdict: Verdict,
) -> Neighbourhood {
    let (spread, placed) = (analysis.spread(), &quarter.placed);
    let bases = spread.bases_of(area);
    let is_partial = |b: usize| placed.known[b] && placed.least_months(b) < placed.whole;
    let without_data = share_of(spread, bases, |b| !placed.known[b]);
    let has_data = without_data <= NO_DATA_ABOVE;
    let least = bases.iter().map(|&b| placed.least_months(b)).min().filter(|_| has_data);
    let partial = least.is_some_and(|months| months < placed.whole);
    let totals = || bases.iter().filter_map(|&b| placed.total(b));
    let known: KnownCount = totals().sum();
    let bounds = if without_data > 0.0 { known + KnownCount::UNKNOWN } else { known };
    let point = totals().map(KnownCount::known_part).sum::<f64>() + 0.0;
    let is_said = has_data && !partial && (bounds.is_bounded() || point > 0.0);
    let status = match (has_data, partial) {
        (false, _) => DemandStatus::NoData,
        (true, true) => DemandStatus::Partial,
        (true, false) if verdict.silent => DemandStatus::Silent,
        (true, false) => DemandStatus::Ok,
    };
    let count = |holds: &dyn Fn(usize) -> bool| bases.iter().filter(|&&b| holds(b)).count();
    Neighbourhood {
        area,
        population: referred.people,
        population_is_own: study.people(area).is_some(),
        decile: referred.decile,
        cells: analysis.grid().cells_of(area).len(),
        tiny: analysis.grid().cells_of(area).is_empty(),
        referrals: is_said.then_some(point),
        bounds,
        complete_months: least,
        whole_months: placed.whole,
        expected: verdict.expected,
        observed: (referred.quarters > 0).then_some(referred.point),
        silent_over: referred.quarters,
        no_data_share: without_data,
        silent_share: match status {
            DemandStatus::Silent => 1.0,
            _ => share_of(spread, bases, |b| quarter.is_silent(b)),
        },
        partial_share: share_of(spread, bases, is_partial),
        no_list_share: no_list_share(analysis, study, area),
        small_areas: SmallAreas {
            all: bases.len(),
            no_data: count(&|b| !placed.known[b]),
            silent: count(&|b| quarter.is_silent(b)),
            partial: count(&is_partial),
        },
        status,
    }
}

/// Share of an area's people whom no list reaches that tells of a need, mean of all needs.
fn no_list_share<T: TravelTimes>(analysis: &Analysis<T>, study: &Study, area: AreaIdx) -> f64 {
    let needs = study.needs().len().max(1) as f64;
    let reached =
        study.need_indices().filter_map(|need| analysis.lists(need).told.share_of(analysis.spread(), area));
    (1.0 - reached.sum::<f64>() / needs).clamp(0.0, 1.0)
}
