//! What a plan is asked for.

use crate::error::RequestError;
use crate::fields::{QueryParameter, ValueDomain};
use crate::scenario::{WhichFigures, view_fields};
use crate::site::Site;
use crate::snapshot::Snapshot;
use hereabouts_core::idx::{AreaIdx, NeedIdx};
use hereabouts_siting::{Effort, Limits, Objective};
use std::sync::Arc;

/// How averse to inequality `level-up` is if nobody says.
pub const USUAL_AVERSION: f64 = 4.0;
/// The share of its referrals that each neighbourhood is to have met, if nobody says.
pub const USUAL_FLOOR: f64 = 0.5;
/// Most sites in one plan.
const MOST_SITES: u64 = 200;

/// The words for objectives, and what each means.
pub const OBJECTIVES: [(&str, &str); 4] = [
    ("level-up", "Bring up those worst off, without forgetting the rest"),
    ("least-unmet", "Meet as many referrals as possible, wherever they are"),
    ("worst-first", "The worst-off neighbourhood first, then the next"),
    ("least-cost", "Spend as little as brings every neighbourhood to a floor"),
];

/// What may be asked.
#[must_use]
pub fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("plan", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let choice = |of: Vec<String>, default: Option<&str>| ValueDomain::Choice {
        of,
        default: default.map(str::to_owned),
    };
    let words = |of: &[&str]| of.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let needs: Vec<String> = snapshot.study().needs().iter().map(|n| n.id.clone()).collect();
    let study = snapshot.study();
    let mut codes = snapshot.default_geography().into_iter().flat_map(|g| study.areas_of(g));
    let code = codes.find(|(_, area)| area.reporting).map(|(_, area)| area.code.clone()).unwrap_or_default();
    let mut all = vec![
        QueryParameter::new("need", "Id of the need.", choice(needs.clone(), None))
            .like(needs.first().cloned().unwrap_or_default()),
        QueryParameter::new(
            "budget",
            "The most that all may cost in its first year, from 0.",
            ValueDomain::Number,
        )
        .like("60000"),
        QueryParameter::new(
            "most",
            "How many may be started at most; more than 200 is taken for 200.",
            ValueDomain::Whole { min: 1, max: Some(MOST_SITES), default: None },
        ),
        QueryParameter::new(
            "objective",
            "What the plan is to be best at.",
            choice(words(&OBJECTIVES.map(|o| o.0)), Some(OBJECTIVES[0].0)),
        ),
        QueryParameter::new(
            "aversion",
            "Aversion to inequality of level-up, above 0 and up to 30; 4 if nobody says.",
            ValueDomain::Number,
        ),
        QueryParameter::new(
            "floor",
            "Share of its referrals that each neighbourhood is to have met, 0 to 1; 0.5 if nobody says.",
            ValueDomain::Number,
        ),
        QueryParameter::new(
            "areas",
            "Codes of the neighbourhoods that the plan is for, with commas between them; all if nobody says.",
            ValueDomain::LongText,
        )
        .like(code),
        QueryParameter::new(
            "effort",
            "quick: moments. thorough: longer, for a smaller gap or a proof.",
            choice(words(&["quick", "thorough"]), Some("quick")),
        ),
    ];
    all.extend(view_fields(snapshot));
    all
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRequest {
    /// The need.
    pub need: NeedIdx,
    /// What the plan is to be best at.
    pub objective: Objective,
    /// What it may cost, and how many it may be.
    pub limits: Limits,
    /// The share of its referrals that each neighbourhood is to have met: what the least cost reaches, and what others tell.
    pub floor: f64,
    /// The neighbourhoods that it is for; empty is all.
    pub areas: Vec<AreaIdx>,
    /// How much is worked.
    pub effort: Effort,
    /// Which figures.
    pub figures: WhichFigures,
}

impl PlanRequest {
    /// From the texts of fields that were checked against [`parameters`], by name.
    ///
    /// # Errors
    /// [`RequestError`] for a field that is missing or out of its range, and for a neighbourhood that is not known.
    pub fn read<'t>(site: &Site, get: impl Fn(&str) -> Option<&'t str>) -> Result<Self, RequestError> {
        let study = site.study();
        let need = get("need").and_then(|id| study.need(id));
        let need = need.ok_or_else(|| RequestError::parameter("need", "say which need the plan is for"))?;
        let figures = WhichFigures::read(site, &get)?;
        let floor = within(get("floor"), "floor", USUAL_FLOOR, "from 0 to 1", |f| (0.0..=1.0).contains(&f))?;
        let averse = |a: f64| a > 0.0 && a <= 30.0;
        let aversion = within(get("aversion"), "aversion", USUAL_AVERSION, "above 0 and up to 30", averse)?;
        let objective = match get("objective") {
            Some("least-unmet") => Objective::LeastUnmet,
            Some("worst-first") => Objective::WorstFirst,
            Some("least-cost") => Objective::LeastCost { floor },
            _ => Objective::LevelUp { aversion },
        };
        let budget = get("budget").map(|_| within(get("budget"), "budget", 0.0, "from 0", |b| b >= 0.0));
        let most = get("most").and_then(|n| n.parse::<u64>().ok()).map(|n| n.min(MOST_SITES) as usize);
        let limits = Limits { budget: budget.transpose()?, most };
        // Who says neither asks what to start first.
        let is_open = limits == Limits::default() && !matches!(objective, Objective::LeastCost { .. });
        let limits = if is_open { Limits { most: Some(1), ..limits } } else { limits };
        let effort = if get("effort") == Some("thorough") { Effort::THOROUGH } else { Effort::QUICK };
        let areas = areas(site, get("areas").unwrap_or_default(), &figures)?;
        Ok(Self { need, objective, limits, floor, areas, effort, figures })
    }

    /// The word for its objective.
    #[must_use]
    pub const fn objective_word(&self) -> &'static str {
        match self.objective {
            Objective::LevelUp { .. } => "level-up",
            Objective::LeastUnmet => "least-unmet",
            Objective::WorstFirst => "worst-first",
            Objective::LeastCost { .. } => "least-cost",
        }
    }
}

fn within(
    given: Option<&str>,
    field: &str,
    usual: f64,
    range: &str,
    good: impl Fn(f64) -> bool,
) -> Result<f64, RequestError> {
    let Some(text) = given else { return Ok(usual) };
    let value = text.trim().replace([',', '£', ' '], "").parse::<f64>().ok();
    let wrong = || RequestError::parameter(field, format!("{text:?} is not a number {range}"));
    value.filter(|v| v.is_finite() && good(*v)).ok_or_else(wrong)
}

fn areas(site: &Site, codes: &str, figures: &WhichFigures) -> Result<Vec<AreaIdx>, RequestError> {
    let study = site.study();
    let geography = &study.geographies()[figures.geography.get()].id;
    let codes = codes.split(',').map(str::trim).filter(|code| !code.is_empty());
    let find = |code: &str| {
        let unknown = || RequestError::Unknown {
            field: "areas".to_owned(),
            reason: format!("{code:?} is no neighbourhood of {geography}"),
        };
        let area = study.area(geography, code).filter(|area| study.areas()[area.get()].reporting);
        area.ok_or_else(unknown)
    };
    codes.map(find).collect()
}
