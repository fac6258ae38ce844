//! Losses that are coming: what would be lost if one asset shut, and if the grants that pay for it ended. Each is its what-if.

use crate::error::RequestError;
use crate::fields::{QueryParameter, ValueDomain};
use crate::scenario::{ChangedGap, WhichFigures, changed_json, report_with, view_fields};
use crate::site::Site;
use crate::snapshot::Snapshot;
use crate::view::{QuarterView, Scenario};
use crate::wire::RoundedFigure;
use chrono::{Months, NaiveDate};
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::GapReport;
use hereabouts_core::scenario::OfferChange;
use hereabouts_data::record::GrantRecord;
use hereabouts_siting::offer::Sharing;
use serde_json::{Value, json};
use std::sync::Arc;

/// Losses told if nobody says how many.
const USUAL: u64 = 10;
/// Most losses told: each is worked out whole.
const MOST: usize = 50;
/// Ends of grants that are looked for, in months from the day of the analysis, if nobody says.
const USUAL_MONTHS: u64 = 12;

/// What may be asked.
#[must_use]
pub fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("losses", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let needs: Vec<String> = snapshot.study().needs().iter().map(|n| n.id.clone()).collect();
    let mut all = vec![
        QueryParameter::new(
            "need",
            "Id of the need.",
            ValueDomain::Choice { of: needs.clone(), default: None },
        )
        .like(needs.first().cloned().unwrap_or_default()),
        QueryParameter::new(
            "months",
            "Grants that end within so many months.",
            ValueDomain::Whole { min: 1, max: Some(120), default: Some(USUAL_MONTHS) },
        ),
        QueryParameter::new(
            "limit",
            "How many single assets to give at most; more than 50 is taken for 50.",
            ValueDomain::Whole { min: 1, max: Some(MOST as u64), default: Some(USUAL) },
        ),
    ];
    all.extend(view_fields(snapshot));
    all
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossesRequest {
    /// The need.
    pub need: NeedIdx,
    /// Grants that end within so many months.
    pub months: u32,
    /// How many single assets at most.
    pub limit: usize,
    /// Which figures.
    pub figures: WhichFigures,
}

impl LossesRequest {
    /// From the texts of fields that were checked against [`parameters`], by name.
    ///
    /// # Errors
    /// [`RequestError`] where no need is given, and for figures that are not known.
    pub fn read<'t>(site: &Site, get: impl Fn(&str) -> Option<&'t str>) -> Result<Self, RequestError> {
        let need = get("need").and_then(|id| site.study().need(id));
        let need = need.ok_or_else(|| RequestError::parameter("need", "say which need"))?;
        let whole = |name: &str, usual: u64| get(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
        Ok(Self {
            need,
            months: whole("months", USUAL_MONTHS).min(120) as u32,
            limit: whole("limit", USUAL).min(MOST as u64) as usize,
            figures: WhichFigures::read(site, &get)?,
        })
    }
}

/// Why something would be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossCause {
    /// One asset shuts.
    Shuts,
    /// The grant at this position ends on this day.
    GrantEnds {
        /// Position in [`Snapshot::grants`].
        grant: usize,
        /// The last day that it pays for.
        on: NaiveDate,
    },
}

/// Something that may be lost, and the report once it is.
#[derive(Debug)]
pub struct Loss {
    /// Why.
    pub cause: LossCause,
    /// Positions of the assets, rising.
    pub assets: Vec<usize>,
    after: GapReport,
}

/// Losses, single assets by what is lost, the most first, and ends of grants by their day.
#[derive(Debug)]
pub struct LossesAnswer<'a> {
    site: &'a Site,
    view: Arc<QuarterView>,
    request: LossesRequest,
    /// Single assets whose end costs most.
    pub single: Vec<Loss>,
    /// Grants that end.
    pub grants: Vec<Loss>,
}

/// The day on which a grant ends, if it says: its own, else so many months from its start or award.
#[must_use]
pub fn ends_on(grant: &GrantRecord) -> Option<NaiveDate> {
    let from = grant.starts_on.unwrap_or(grant.awarded_on);
    let months = grant.months.filter(|m| m.is_finite() && (0.0..=1200.0).contains(m)).map(f64::round);
    grant.ends_on.or_else(|| from.checked_add_months(Months::new(months? as u32)))
}

/// Answers a question: each loss told takes as long as a what-if.
#[must_use]
pub fn answer(site: &Site, request: LossesRequest) -> LossesAnswer<'_> {
    let view = site.view(request.figures.period, request.figures.geography);
    let closed = |cause: LossCause, assets: Vec<usize>| {
        let changes: Vec<OfferChange> = assets.iter().map(|&asset| OfferChange::Close { asset }).collect();
        Loss { cause, after: report_with(site, &view, &changes), assets }
    };
    let single = weightiest(site, &view, &request);
    let single = single.into_iter().map(|asset| closed(LossCause::Shuts, vec![asset])).collect();
    let until = site.as_of().checked_add_months(Months::new(request.months)).unwrap_or(NaiveDate::MAX);
    let mut ending: Vec<(NaiveDate, usize)> = site
        .grants()
        .iter()
        .enumerate()
        .filter(|(_, grant)| !grant.assets.is_empty())
        .filter_map(|(at, grant)| Some((ends_on(&grant.record)?, at)))
        .filter(|(on, _)| (site.as_of()..=until).contains(on))
        .collect();
    ending.sort_unstable();
    let offers = |asset: &usize| site.analysis().providers(request.need).iter().any(|p| p.asset == *asset);
    let grants = ending
        .into_iter()
        .filter(|(_, grant)| site.grants()[*grant].assets.iter().any(offers))
        .take(MOST)
        .map(|(on, grant)| closed(LossCause::GrantEnds { grant, on }, site.grants()[grant].assets.clone()))
        .collect();
    let mut answer = LossesAnswer { site, view: Arc::clone(&view), request, single, grants };
    // The order is by what is lost, and not by what was reckoned.
    let reading = answer.reading();
    let mut single: Vec<(f64, Loss)> = std::mem::take(&mut answer.single)
        .into_iter()
        .map(|loss| (answer.lost(&loss, reading), loss))
        .collect();
    single.sort_by(|a, b| b.0.total_cmp(&a.0));
    answer.single = single.into_iter().take(answer.request.limit).map(|s| s.1).collect();
    answer
}

/// The assets without which most referrals more would be unmet by mean access, twice as many as are told.
fn weightiest(site: &Site, view: &QuarterView, request: &LossesRequest) -> Vec<usize> {
    let (study, analysis, quarter) = (site.study(), site.analysis(), view.cells_of_quarter());
    let need = &study.needs()[request.need.get()];
    let cells = &quarter.cells[request.need.get()];
    let reading = request.figures.reading;
    let access = reading.of(&cells.access_listed, &cells.access_likely);
    let adequate = need.adequate.places_per_referral;
    let counts_for = need.adequate.floor.map_or(0.0, |floor| floor.counts_for);
    let sharing = Sharing {
        travel: analysis.travel(),
        demand: &cells.referrals,
        decay: &need.decay,
        limit: need.catchment,
        cap: analysis.policy().cap * adequate,
    };
    let offers: Vec<(usize, f64)> = analysis
        .providers(request.need)
        .iter()
        .map(|p| (p.asset, reading.of(p.listed, p.likely) * f64::from(quarter.quarters())))
        .filter(|offer| offer.1 > 0.0)
        .collect();
    let short = |cell: usize, access: f64| {
        let land = cells.land_share.get(cell).map_or(0.0, |share| share * counts_for);
        (1.0 - access / adequate - land).max(0.0)
    };
    let lost = |shared: &[(u32, f64)]| {
        let of = |&(cell, part): &(u32, f64)| {
            let cell = cell as usize;
            cells.referrals[cell] * (short(cell, access[cell] - part) - short(cell, access[cell]))
        };
        shared.iter().map(of).sum::<f64>()
    };
    let shared = sharing.access_of(&offers);
    let mut losses: Vec<(f64, usize)> =
        shared.iter().zip(&offers).map(|(shared, offer)| (lost(shared), offer.0)).collect();
    losses.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    losses.into_iter().filter(|l| l.0 > 1e-9).take(2 * request.limit).map(|l| l.1).collect()
}

impl LossesAnswer<'_> {
    /// Gaps of the need that a loss makes larger, those that lose most first.
    #[must_use]
    pub fn losers<'a>(&'a self, loss: &'a Loss) -> Vec<ChangedGap<'a>> {
        let reading = self.request.figures.reading;
        let pairs = self.view.report().gaps.iter().zip(&loss.after.gaps);
        let mut losers: Vec<ChangedGap> = pairs
            .map(|(before, after)| ChangedGap { before, after })
            .filter(|of| of.before.need == self.request.need && of.loses())
            .collect();
        let more = |of: &ChangedGap| of.unmet(reading).map_or(0.0, |[before, after]| after - before);
        losers.sort_by(|a, b| more(b).total_cmp(&more(a)));
        losers
    }

    /// Referrals that a loss leaves unmet which are met now, in a reading.
    #[must_use]
    pub fn lost(&self, loss: &Loss, reading: Scenario) -> f64 {
        let losers = self.losers(loss);
        losers.iter().filter_map(|of| of.unmet(reading)).map(|[before, after]| after - before).sum::<f64>()
            + 0.0
    }

    /// The reading asked for.
    #[must_use]
    pub const fn reading(&self) -> Scenario {
        self.request.figures.reading
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let all = |losses: &[Loss]| losses.iter().map(|loss| self.loss_json(loss)).collect::<Vec<_>>();
        json!({
            "need": self.site.study().needs()[self.request.need.get()].id,
            "period": self.view.written_period(),
            "reading": self.reading().as_str(),
            "as_of": self.site.as_of().to_string(),
            "single": all(&self.single),
            "grants": all(&self.grants),
            "sources": self.site.attribution(),
        })
    }

    fn loss_json(&self, loss: &Loss) -> Value {
        let asset = |&at: &usize| json!({ "id": self.site.study().assets()[at].asset.id, "name": self.site.assets()[at].record.name });
        let grant = match loss.cause {
            LossCause::Shuts => None,
            LossCause::GrantEnds { grant, on } => {
                let record = &self.site.grants()[grant].record;
                Some(json!({ "id": record.id, "title": record.title, "ends_on": on.to_string() }))
            }
        };
        json!({
            "assets": loss.assets.iter().map(asset).collect::<Vec<_>>(),
            "grant": grant,
            "lost_listed": RoundedFigure::new(self.lost(loss, Scenario::Listed)),
            "lost_likely": RoundedFigure::new(self.lost(loss, Scenario::Likely)),
            "losers": self.losers(loss).iter().map(|of| changed_json(self.site, of)).collect::<Vec<_>>(),
        })
    }
}
