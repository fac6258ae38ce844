//! What if: other offers, and what every neighbourhood would have, before and after. Who would lose is named, and a change
//! that takes from anybody is refused unless that is asked for.

use crate::error::RequestError;
use crate::fields::{QueryParameter, ValueDomain};
use crate::site::Site;
use crate::snapshot::Snapshot;
use crate::view::{QuarterView, Scenario};
use crate::wire::RoundedFigure;
use hereabouts_core::idx::GeographyIdx;
use hereabouts_core::period::Period;
use hereabouts_core::report::{Gap, GapReport};
use hereabouts_core::scenario::{OfferChange, is_open_place};
use hereabouts_core::study::LATEST_YEAR;
use serde_json::{Value, json};
use std::sync::Arc;

/// Between changes of one kind in a field.
const BETWEEN: char = ';';
/// Most changes in one question.
const MOST: usize = 200;
/// Differences below this share of referrals are rounding.
const BREATH: f64 = 1e-9;

/// What may be asked.
#[must_use]
pub fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("scenario", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let study = snapshot.study();
    let mut open = (0..study.assets().len()).filter(|&asset| is_open_place(study, asset));
    let venue = open.next().map(|asset| study.assets()[asset].asset.id.clone()).unwrap_or_default();
    let offer = snapshot.costs().offers().first().map(|offer| offer.id.clone()).unwrap_or_default();
    let (moved, placed) = (format!("{venue}={venue}"), format!("{venue}=390"));
    let added = format!("{venue}={offer}");
    let mut all = vec![
        QueryParameter::new("close", "Ids of assets that stop, with ; between them.", ValueDomain::LongText)
            .like(venue),
        QueryParameter::new(
            "places",
            "Assets with other place-sessions a quarter, each ID=PLACES, with ; between them.",
            ValueDomain::LongText,
        )
        .like(placed),
        QueryParameter::new(
            "move",
            "Assets that move to where another is, each ID=VENUE, with ; between them.",
            ValueDomain::LongText,
        )
        .like(moved),
        QueryParameter::new(
            "add",
            "What is started where an asset is, each VENUE=OFFER, an offer of the costs table, with ; between them.",
            ValueDomain::LongText,
        )
        .like(added),
        QueryParameter::new(
            "allow_losses",
            "Whether a change is worked out by which somebody loses; else it is refused, and they are named.",
            ValueDomain::Flag,
        ),
    ];
    all.extend(view_fields(snapshot));
    all
}

/// The fields that say which figures: period, geography, reading.
pub(crate) fn view_fields(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let mut all = period_and_geography(snapshot);
    all.push(QueryParameter::new(
        "reading",
        "Every listing at its word, or weighted by the chance that it still runs.",
        ValueDomain::Choice {
            of: Scenario::ALL.map(|r| r.as_str().to_owned()).to_vec(),
            default: Some(Scenario::default().as_str().to_owned()),
        },
    ));
    all
}

/// What chooses the referrals and the areas looked at, where there is anything to choose from.
#[must_use]
pub fn period_and_geography(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let study = snapshot.study();
    let fixed = snapshot.policy().period.map(|period| period.to_string());
    let mut all = vec![
        QueryParameter::new(
            "period",
            "The period of the referrals: the last four quarters that can be compared, together, or one quarter.",
            ValueDomain::Choice {
                of: study.period_words(snapshot.as_of()),
                default: Some(fixed.unwrap_or_else(|| LATEST_YEAR.to_owned())),
            },
        ),
        QueryParameter::new(
            "geography",
            "The neighbourhoods reported on.",
            ValueDomain::Choice {
                of: study.geographies().iter().map(|g| g.id.clone()).collect(),
                default: snapshot.default_geography().map(|g| study.geographies()[g.get()].id.clone()),
            },
        ),
    ];
    all.retain(|p| !matches!(&p.domain, ValueDomain::Choice { of, .. } if of.is_empty()));
    all
}

/// Which figures: a period, a geography and a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhichFigures {
    /// The period; `None` without any demand.
    pub period: Option<Period>,
    /// The neighbourhoods.
    pub geography: GeographyIdx,
    /// Listings at their word, or as likely as they are.
    pub reading: Scenario,
}

impl WhichFigures {
    /// From fields that were checked.
    ///
    /// # Errors
    /// [`RequestError`] for a period without demand, and in a study without neighbourhoods.
    pub fn read<'t>(site: &Site, get: &impl Fn(&str) -> Option<&'t str>) -> Result<Self, RequestError> {
        let unknown = |field: &str, reason: String| RequestError::Unknown { field: field.to_owned(), reason };
        let period = match get("period") {
            None => site.default_period(),
            Some(word) => Some(
                site.period(word)
                    .ok_or_else(|| unknown("period", format!("{word:?} has no referrals here")))?,
            ),
        };
        let named = get("geography").and_then(|id| site.study().geography(id));
        let none = || unknown("geography", "there are no neighbourhoods yet".to_owned());
        let geography = named.or_else(|| site.default_geography()).ok_or_else(none)?;
        let reading = Scenario::ALL.into_iter().find(|r| Some(r.as_str()) == get("reading"));
        Ok(Self { period, geography, reading: reading.unwrap_or_default() })
    }
}

/// What would be changed, and which figures are looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioRequest {
    /// What changes.
    pub changes: Vec<OfferChange>,
    /// Whether losses are allowed.
    pub allow_losses: bool,
    /// Which figures.
    pub figures: WhichFigures,
}

impl ScenarioRequest {
    /// From the texts of fields that were checked against [`parameters`], by name.
    ///
    /// # Errors
    /// [`RequestError`] for a change that cannot be understood, and for an asset or an offer that is not known.
    pub fn read<'t>(site: &Site, get: impl Fn(&str) -> Option<&'t str>) -> Result<Self, RequestError> {
        let mut changes = Vec::new();
        for field in ["close", "places", "move", "add"] {
            let of_field = get(field).unwrap_or_default().split(BETWEEN).map(str::trim);
            for text in of_field.filter(|text| !text.is_empty()) {
                changes.push(change(site, field, text, changes.len())?);
            }
        }
        if changes.is_empty() {
            return Err(RequestError::parameter("close", "say what changes: close, places, move or add"));
        }
        if changes.len() > MOST {
            return Err(RequestError::parameter(
                "close",
                format!("up to {MOST} changes are worked out at a time"),
            ));
        }
        let allow_losses = matches!(get("allow_losses"), Some("true" | "1"));
        Ok(Self { changes, allow_losses, figures: WhichFigures::read(site, &get)? })
    }
}

/// One change of a field.
fn change(site: &Site, field: &str, text: &str, nth: usize) -> Result<OfferChange, RequestError> {
    let asset = |id: &str| {
        let unknown = || RequestError::Unknown {
            field: field.to_owned(),
            reason: format!(
                "there is no asset {id:?}; ids are source/id, as /ogc/collections/assets has them"
            ),
        };
        site.asset_position(id).ok_or_else(unknown)
    };
    let open = |id: &str| {
        let at = asset(id)?;
        let closed =
            || RequestError::parameter(field, format!("{id} is at no place that is open to whoever comes"));
        if is_open_place(site.study(), at) { Ok(at) } else { Err(closed()) }
    };
    if field == "close" {
        return Ok(OfferChange::Close { asset: asset(text)? });
    }
    let (id, value) = text
        .rsplit_once('=')
        .ok_or_else(|| RequestError::parameter(field, format!("{text:?} has no = in it")))?;
    match field {
        "places" => {
            let places = value.parse().ok().filter(|places: &f64| places.is_finite() && *places >= 0.0);
            let wrong =
                || RequestError::parameter(field, format!("{value:?} is not a number of places from 0"));
            Ok(OfferChange::Places { asset: asset(id)?, places: places.ok_or_else(wrong)? })
        }
        "move" => Ok(OfferChange::Move { asset: open(id)?, to: open(value)? }),
        _ => {
            let of = site.costs().offer(value);
            let need = of.and_then(|of| Some((of.places_per_quarter(), site.study().need(&of.need)?)));
            let (places, need) = need.ok_or_else(|| {
                let known: Vec<&str> = site.costs().offers().iter().map(|o| o.id.as_str()).collect();
                let reason = format!("there is no offer {value:?}; the costs table has {}", known.join(", "));
                RequestError::Unknown { field: field.to_owned(), reason }
            })?;
            Ok(OfferChange::Add { id: added_id(nth), at: open(id)?, need, places })
        }
    }
}

/// The id of something that does not exist yet: after those of all sources.
#[must_use]
pub fn added_id(nth: usize) -> String {
    format!("~added/{nth:04}")
}

/// The report once changes hold: that of the full run, bit for bit.
#[must_use]
pub fn report_with(site: &Site, view: &QuarterView, changes: &[OfferChange]) -> GapReport {
    let study = site.study();
    let analysis = site.analysis().with_offers(study, changes);
    let same = analysis.offers_as(site.analysis());
    let quarter = analysis.quarter_after(study, &view.cells_of_quarter(), &same);
    analysis.report_after(study, &quarter, view.report(), &same)
}

/// A gap that changes.
#[derive(Debug, Clone, Copy)]
pub struct ChangedGap<'a> {
    /// As it is.
    pub before: &'a Gap,
    /// As it would be.
    pub after: &'a Gap,
}

impl ChangedGap<'_> {
    /// What is unmet before and after, in a reading; `None` where it is not known.
    #[must_use]
    pub fn unmet(&self, reading: Scenario) -> Option<[f64; 2]> {
        let of = |gap: &Gap| reading.of(gap.unmet_listed, gap.unmet_likely);
        Some([of(self.before)?, of(self.after)?])
    }

    /// Whether anybody would have less: more is unmet in a reading, or, where that is not known, less is in reach.
    #[must_use]
    pub fn loses(&self) -> bool {
        Scenario::ALL.into_iter().any(|reading| {
            let breath = BREATH * self.before.referrals.unwrap_or(1.0).max(1.0);
            match self.unmet(reading) {
                Some([before, after]) => after > before + breath,
                None => {
                    let access = |gap: &Gap| reading.of(gap.access_listed, gap.access_likely).unwrap_or(0.0);
                    access(self.after) < access(self.before) * (1.0 - BREATH)
                }
            }
        })
    }
}

/// Before and after.
#[derive(Debug)]
pub struct ScenarioAnswer<'a> {
    site: &'a Site,
    view: Arc<QuarterView>,
    after: GapReport,
    figures: WhichFigures,
    /// Whether it was refused: somebody would lose, and that was not allowed.
    pub refused: bool,
}

/// Answers a question: some tens of milliseconds for a conurbation, once its view is there.
#[must_use]
pub fn answer<'a>(site: &'a Site, request: &ScenarioRequest) -> ScenarioAnswer<'a> {
    let view = site.view(request.figures.period, request.figures.geography);
    let after = report_with(site, &view, &request.changes);
    let mut answer = ScenarioAnswer { site, view, after, figures: request.figures, refused: false };
    answer.refused = !request.allow_losses && answer.changed().iter().any(ChangedGap::loses);
    answer
}

impl ScenarioAnswer<'_> {
    /// Gaps that change, those that lose most first.
    #[must_use]
    pub fn changed(&self) -> Vec<ChangedGap<'_>> {
        let pairs = self.view.report().gaps.iter().zip(&self.after.gaps);
        let mut changed: Vec<ChangedGap> = pairs
            .map(|(before, after)| ChangedGap { before, after })
            .filter(|pair| pair.before != pair.after)
            .collect();
        let more =
            |of: &ChangedGap| of.unmet(self.figures.reading).map_or(0.0, |[before, after]| after - before);
        changed.sort_by(|a, b| b.loses().cmp(&a.loses()).then(more(b).total_cmp(&more(a))));
        changed
    }

    /// Name of a gap's neighbourhood, code, and label of its need.
    #[must_use]
    pub fn named(&self, gap: &Gap) -> [&str; 3] {
        let study = self.site.study();
        let area = &study.areas()[gap.area.get()];
        [&area.name, &area.code, &study.needs()[gap.need.get()].label]
    }

    /// What is unmet in all neighbourhoods whose figures are known, before and after, for the needs that change.
    #[must_use]
    pub fn total(&self) -> [f64; 2] {
        let unmet = self.changed().into_iter().filter_map(|of| of.unmet(self.figures.reading));
        unmet.fold([0.0, 0.0], |sum, of| [sum[0] + of[0], sum[1] + of[1]])
    }

    /// As JSON; of what is refused, who would lose and nothing else.
    #[must_use]
    pub fn json(&self) -> Value {
        let changed = self.changed();
        let line = |of: &ChangedGap| changed_json(self.site, of);
        let losers: Vec<Value> = changed.iter().filter(|of| of.loses()).map(line).collect();
        let [before, after] = self.total();
        let rows: Vec<Value> = if self.refused { Vec::new() } else { changed.iter().map(line).collect() };
        json!({
            "period": self.view.written_period(),
            "geography": self.site.study().geographies()[self.figures.geography.get()].id,
            "reading": self.figures.reading.as_str(),
            "as_of": self.site.as_of().to_string(),
            "refused": self.refused,
            "losers": losers,
            "unmet_before": RoundedFigure::new(before),
            "unmet_after": (!self.refused).then(|| RoundedFigure::new(after)),
            "changed": rows,
            "sources": self.site.attribution(),
        })
    }
}

/// A gap before and after, as JSON.
pub(crate) fn changed_json(site: &Site, of: &ChangedGap) -> Value {
    let study = site.study();
    let area = &study.areas()[of.before.area.get()];
    let figure = |value: Option<f64>| value.map(RoundedFigure::new);
    json!({
        "area_code": area.code,
        "area_name": area.name,
        "need": study.needs()[of.before.need.get()].id,
        "referrals": figure(of.before.referrals),
        "unmet_listed_before": figure(of.before.unmet_listed),
        "unmet_listed_after": figure(of.after.unmet_listed),
        "unmet_likely_before": figure(of.before.unmet_likely),
        "unmet_likely_after": figure(of.after.unmet_likely),
        "access_likely_before": figure(of.before.access_likely),
        "access_likely_after": figure(of.after.access_likely),
        "loses": of.loses(),
        "confidence": of.after.grounds.confidence().as_str(),
        "status": of.after.status.as_str(),
    })
}
