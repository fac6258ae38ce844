//! Demand, candidates, limits, objectives: one checked input.

use thiserror::Error;

/// Demand at one place, of one group (a neighbourhood).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandPoint {
    /// Position of its group.
    pub group: usize,
    /// How much is asked for; finite, not negative.
    pub demand: f64,
    /// Share of the adequate level that it has now, by what exists; finite, not negative, above 1 where there is more than enough.
    pub met: f64,
}

/// Something that could be added.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it costs; finite, not negative.
    pub cost: f64,
    /// Points and the share of the adequate level that it adds to each; finite, not negative.
    pub gains: Vec<(usize, f64)>,
}

/// How much may be spent, and on how many.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// The most that all may cost together; `None` is no limit.
    pub budget: Option<f64>,
    /// How many at most; `None` is no limit.
    pub most: Option<usize>,
}

/// What a plan is to be best at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Objective {
    /// The least total unmet demand.
    LeastUnmet,
    /// The least equally distributed equivalent of the groups' unmet shares (Kolm–Pollak), by demand: a group of which
    /// everything is unmet weighs e^aversion times one of which nothing is. With an aversion of 0 it is [`Self::LeastUnmet`].
    LevelUp {
        /// Above 0, up to 30.
        aversion: f64,
    },
    /// The worst group as well off as can be, then the second worst, and so on. On short lists alone.
    WorstFirst,
    /// The least cost at which every group that can be brought to this share met has it.
    LeastCost {
        /// Share of demand that is to be met in each group, 0 to 1.
        floor: f64,
    },
}

/// A problem that makes no sense.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InvalidProblem {
    /// A figure that is none, or is negative.
    #[error("{what} {at} has {value}, which is no finite number from 0")]
    Figure {
        /// Of what.
        what: &'static str,
        /// Which one.
        at: usize,
        /// The figure.
        value: f64,
    },
    /// A position that leads nowhere.
    #[error("{what} {at} names {named}, of which there are {all}")]
    Reference {
        /// Of what.
        what: &'static str,
        /// Which one.
        at: usize,
        /// The position.
        named: usize,
        /// How many there are.
        all: usize,
    },
    /// An aversion or a floor that cannot be.
    #[error("{what} of {value}: give a number {range}")]
    Objective {
        /// Which knob.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// A list that is too long for a lexicographic plan.
    #[error(
        "worst first looks at every set, and {candidates} candidates have more than {most} within the limits: give it a shorter list"
    )]
    TooLong {
        /// How many candidates.
        candidates: usize,
        /// Sets looked at, at most.
        most: usize,
    },
}

/// One entry of a candidate's row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Added {
    pub(crate) point: u32,
    pub(crate) share: f64,
}

/// Lists of candidates by something, in one allocation.
#[derive(Debug, Clone)]
pub(crate) struct CandidatesBy {
    starts: Vec<u32>,
    candidates: Vec<u32>,
}

impl CandidatesBy {
    /// From pairs of a key and a candidate; a candidate stands once under a key.
    fn new(keys: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0_u32; keys + 1];
        for &(key, _) in &pairs {
            starts[key as usize + 1] += 1;
        }
        for key in 0..keys {
            starts[key + 1] += starts[key];
        }
        Self { starts, candidates: pairs.into_iter().map(|p| p.1).collect() }
    }

    pub(crate) fn of(&self, key: usize) -> &[u32] {
        &self.candidates[self.starts[key] as usize..self.starts[key + 1] as usize]
    }
}

/// Demand and candidates, checked. Points of a group need not stand together.
#[derive(Debug, Clone)]
pub struct SitingProblem {
    pub(crate) points: Vec<DemandPoint>,
    /// Demand by group.
    pub(crate) asked: Vec<f64>,
    costs: Vec<f64>,
    starts: Vec<u32>,
    rows: Vec<Added>,
    pub(crate) by_point: CandidatesBy,
    pub(crate) by_group: CandidatesBy,
    /// Whether what any set meets is a whole number.
    pub(crate) whole: bool,
}

fn figure(what: &'static str, at: usize, value: f64) -> Result<f64, InvalidProblem> {
    let good = value.is_finite() && value >= 0.0;
    if good { Ok(value) } else { Err(InvalidProblem::Figure { what, at, value }) }
}

impl SitingProblem {
    /// Checks demand of `groups` groups and candidates. Entries of a candidate for one point add up.
    ///
    /// # Errors
    /// [`InvalidProblem`] for the first figure or position that cannot be.
    pub fn new(
        groups: usize,
        points: Vec<DemandPoint>,
        candidates: Vec<Candidate>,
    ) -> Result<Self, InvalidProblem> {
        let mut asked = vec![0.0; groups];
        for (at, point) in points.iter().enumerate() {
            figure("demand of point", at, point.demand)?;
            figure("level of point", at, point.met)?;
            let group = asked.get_mut(point.group).ok_or(InvalidProblem::Reference {
                what: "point",
                at,
                named: point.group,
                all: groups,
            })?;
            *group += point.demand;
        }
        let (mut costs, mut starts, mut rows) = (Vec::new(), vec![0], Vec::new());
        for (at, candidate) in candidates.into_iter().enumerate() {
            costs.push(figure("cost of candidate", at, candidate.cost)?);
            rows.extend(row(at, candidate.gains, &points)?);
            starts.push(rows.len() as u32);
        }
        let pairs = |key: &dyn Fn(&Added) -> u32| -> Vec<(u32, u32)> {
            let of = |c: usize| rows[starts[c] as usize..starts[c + 1] as usize].iter().map(move |a| (c, a));
            (0..costs.len()).flat_map(of).map(|(c, a)| (key(a), c as u32)).collect()
        };
        let by_point = CandidatesBy::new(points.len(), pairs(&|a| a.point));
        let by_group = CandidatesBy::new(groups, pairs(&|a| points[a.point as usize].group as u32));
        let whole = points.iter().all(|p| p.demand.fract() == 0.0 && (p.met == 0.0 || p.met >= 1.0))
            && rows.iter().all(|a| a.share >= 1.0);
        Ok(Self { points, asked, costs, starts, rows, by_point, by_group, whole })
    }

    /// How many candidates there are.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.costs.len()
    }

    /// How many groups there are.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.asked.len()
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[DemandPoint] {
        &self.points
    }

    /// Demand of a group.
    #[must_use]
    pub fn asked(&self, group: usize) -> f64 {
        self.asked[group]
    }

    /// What a candidate costs.
    #[must_use]
    pub fn cost(&self, candidate: usize) -> f64 {
        self.costs[candidate]
    }

    /// What a set costs.
    #[must_use]
    pub fn cost_of(&self, chosen: &[u32]) -> f64 {
        chosen.iter().map(|&c| self.costs[c as usize]).sum::<f64>() + 0.0
    }

    /// What a candidate adds to whom, by group and point.
    pub(crate) fn row(&self, candidate: usize) -> &[Added] {
        &self.rows[self.starts[candidate] as usize..self.starts[candidate + 1] as usize]
    }

    /// The same problem once these candidates exist: what they add is there, and they can be chosen no more for any effect
    /// but their cost.
    #[must_use]
    pub fn with_fixed(&self, fixed: &[u32]) -> Self {
        let mut points = self.points.clone();
        for added in fixed.iter().flat_map(|&c| self.row(c as usize)) {
            points[added.point as usize].met += added.share;
        }
        Self { points, whole: self.whole, ..self.clone() }
    }

    /// The same problem with these candidates alone, in this order.
    #[must_use]
    pub fn among(&self, list: &[u32]) -> Self {
        let candidate = |&c: &u32| Candidate {
            cost: self.cost(c as usize),
            gains: self.row(c as usize).iter().map(|a| (a.point as usize, a.share)).collect(),
        };
        let candidates = list.iter().map(candidate).collect();
        // What was checked once is as it was.
        Self::new(self.groups(), self.points.clone(), candidates).unwrap_or_else(|_| self.clone())
    }

    /// The same problem with what one candidate adds, and what it costs, multiplied.
    #[must_use]
    pub fn with_scaled(&self, candidate: usize, added: f64, cost: f64) -> Self {
        let mut scaled = self.clone();
        for entry in &mut scaled.rows[self.starts[candidate] as usize..self.starts[candidate + 1] as usize] {
            entry.share *= added;
        }
        scaled.costs[candidate] *= cost;
        scaled.whole = self.whole && added >= 1.0;
        scaled
    }
}

/// A candidate's row: checked, by group and point, each point once.
fn row(
    at: usize,
    mut gains: Vec<(usize, f64)>,
    points: &[DemandPoint],
) -> Result<Vec<Added>, InvalidProblem> {
    for &(point, share) in &gains {
        figure("gain of candidate", at, share)?;
        if point >= points.len() {
            let all = points.len();
            return Err(InvalidProblem::Reference { what: "candidate", at, named: point, all });
        }
    }
    gains.retain(|gain| gain.1 > 0.0);
    gains.sort_by_key(|&(point, _)| (points[point].group, point));
    let mut row: Vec<Added> = Vec::with_capacity(gains.len());
    for (point, share) in gains {
        match row.last_mut() {
            Some(last) if last.point as usize == point => last.share += share,
            _ => row.push(Added { point: point as u32, share }),
        }
    }
    Ok(row)
}

impl Limits {
    /// Whether a set within these limits has room for one more at this cost, `spent` and `count` of it being used.
    #[must_use]
    pub fn has_room(&self, spent: f64, count: usize, cost: f64) -> bool {
        self.budget.is_none_or(|budget| within(spent + cost, budget))
            && self.most.is_none_or(|most| count < most)
    }
}

/// Whether costs keep a budget: a sum of floats may be a breath above what its terms come to.
pub(crate) fn within(cost: f64, budget: f64) -> bool {
    cost <= budget * (1.0 + 1e-12)
}

impl Objective {
    /// Whether its knobs are within their range.
    ///
    /// # Errors
    /// [`InvalidProblem::Objective`] otherwise.
    pub fn check(self) -> Result<Self, InvalidProblem> {
        let wrong = |what, value, range| Err(InvalidProblem::Objective { what, value, range });
        match self {
            Self::LevelUp { aversion } if !(aversion > 0.0 && aversion <= 30.0) => {
                wrong("an aversion", aversion, "above 0 and up to 30")
            }
            Self::LeastCost { floor } if !(0.0..=1.0).contains(&floor) => {
                wrong("a floor", floor, "from 0 to 1")
            }
            good => Ok(good),
        }
    }
}
