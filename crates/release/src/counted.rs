//! What was counted in a quarter, on the tree that figures are released of.

use geo::InteriorPoint;
use hereabouts_core::demand::{Basis, Quarter, WHOLE_QUARTER};
use hereabouts_core::idx::{AreaIdx, GeographyIdx, NeedIdx};
use hereabouts_core::index::AreaIndex;
use hereabouts_core::known::KnownCount;
use hereabouts_core::noise::{InvalidTree, ReleaseNode, ReleaseTree};
use hereabouts_core::place::Place;
use hereabouts_core::study::Study;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why the counts of a quarter cannot be released.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreleasableCounts {
    /// Nothing was counted.
    #[error("there are no referrals by area for {0}")]
    NoCounts(Quarter),
    /// Counts of small and of large areas, of which one may hold the other's people.
    #[error("referrals of {quarter} are given for areas of {}: a release is of one geography", geographies.join(" and "))]
    SeveralGeographies {
        /// The quarter.
        quarter: Quarter,
        /// Ids of the geographies.
        geographies: Vec<String>,
    },
    /// Cells are too small to be released, whatever the noise.
    #[error(
        "referrals of {0} are given by cell; give them by area, as cells hold too few people to be released"
    )]
    ByCell(Quarter),
    /// A quarter that is not over or not all there.
    #[error(
        "{count} figures of {quarter} lack months, the first of {first}: a quarter is released once, when it is whole"
    )]
    Partial {
        /// The quarter.
        quarter: Quarter,
        /// How many figures.
        count: usize,
        /// Code of the first area.
        first: String,
    },
    /// Parts of a year's figure are no counts.
    #[error(
        "{count} figures of {quarter} are parts of a longer period, the first of {first}: only counts are released"
    )]
    Divided {
        /// The quarter.
        quarter: Quarter,
        /// How many figures.
        count: usize,
        /// Code of the first area.
        first: String,
    },
    /// Part of a person.
    #[error(
        "{count} figures of {quarter} are no whole numbers, the first of {first}: only counts are released"
    )]
    NotWhole {
        /// The quarter.
        quarter: Quarter,
        /// How many figures.
        count: usize,
        /// Code of the first area.
        first: String,
    },
    /// Where only those are listed that have somebody, the list itself tells where nobody is.
    #[error(
        "the source does not say of {count} figures of {quarter} whether anybody was referred, the first of {need} in {first}. \
         A release that left them out would tell where nobody was: if what is not listed is 0, say so with complete = true in \
         the map of the import"
    )]
    Unlisted {
        /// The quarter.
        quarter: Quarter,
        /// How many pairs of area and need.
        count: usize,
        /// Code of the first area.
        first: String,
        /// Id of its need.
        need: String,
    },
    /// Areas of which nobody says anything.
    #[error(
        "no source says anything of {count} areas in {quarter}: {}. If they are not covered, name them with --without, or all with \
         --without-unlisted, and the release has no figures of them; if nobody there was referred, import rows of 0",
        shown.join(", ")
    )]
    Uncovered {
        /// The quarter.
        quarter: Quarter,
        /// How many areas.
        count: usize,
        /// Codes of the first of them.
        shown: Vec<String>,
    },
    /// An area that is left out and is none, or has figures.
    #[error("{0:?} is no area of these counts")]
    NoArea(String),
    /// An area that lies in none of the larger ones.
    #[error("{area} lies in no area of {over}")]
    Nowhere {
        /// The area.
        area: String,
        /// The geography of larger areas.
        over: String,
    },
    /// A name of a geography.
    #[error("there is no geography {0:?}")]
    NoGeography(String),
    /// Places that are no tree.
    #[error(transparent)]
    Tree(#[from] InvalidTree),
}

/// Counts of one small area for one need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountedLeaf {
    /// What noise is added to: the count, or the middle of what it lies between, rounded down.
    pub count: u64,
    /// Where the source withheld the count: the least and the most that it can be, less `count`; the most may be infinite. That the
    /// source withheld it is known to everybody who has the source.
    pub withheld: Option<[f64; 2]>,
}

/// What was counted in a quarter. It never leaves the machine, and has no way to be written.
#[derive(Debug, Clone)]
pub struct CountedTable {
    /// The quarter.
    pub quarter: Quarter,
    /// The places, as `geography/code`; the first is the whole place, and has no name.
    pub tree: ReleaseTree,
    /// Id of the geography of small areas.
    pub small: String,
    /// Id of the geography of larger areas, if there is a level between small areas and the whole.
    pub over: Option<String>,
    /// Counts by need and small area (index of its place in the tree).
    pub counts: BTreeMap<String, BTreeMap<usize, CountedLeaf>>,
    /// Whether the counts are made up.
    pub is_synthetic: bool,
}

/// Areas that no source covers, and that have no figures. That they have none is public, and is decided by whoever knows where the
/// sources look, not by the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UncoveredAreas {
    /// These, by code.
    Named(BTreeSet<String>),
    /// Those of which no source says anything.
    Unlisted,
}

/// Known referrals by area and need.
type KnownFigures = BTreeMap<(AreaIdx, NeedIdx), KnownCount>;

impl CountedTable {
    /// The counts of a quarter. `over` is the geography between small areas and the whole place; `None` takes the one whose areas
    /// are fewest and more than one, if it is larger than that of the counts.
    ///
    /// # Errors
    /// [`UnreleasableCounts`].
    pub fn of(
        study: &Study,
        quarter: Quarter,
        over: Option<&str>,
        uncovered: &UncoveredAreas,
    ) -> Result<Self, UnreleasableCounts> {
        let small = geography_of_counts(study, quarter)?;
        let id = |geography: GeographyIdx| study.geographies()[geography.get()].id.clone();
        let covered = covered(study, quarter, small, uncovered)?;
        let over = match over {
            Some(id) => {
                Some(study.geography(id).ok_or_else(|| UnreleasableCounts::NoGeography(id.to_owned()))?)
            }
            None => study.default_geography(),
        };
        let over = over.filter(|over| *over != small);
        // All there are in the table: which of them anybody was referred for would tell of those whom nobody was.
        let needs: BTreeSet<NeedIdx> = study.need_indices().collect();
        let known = known_figures(study, quarter, &covered, &needs)?;
        let (tree, places) = tree(study, &covered, over)?;
        let leaf = |known: KnownCount| {
            let count = known.known_part().floor().max(0.0);
            let withheld = [known.low() - count, known.high_or_infinite() - count];
            CountedLeaf { count: count as u64, withheld: (!known.is_counted()).then_some(withheld) }
        };
        let counts = needs.iter().map(|need| {
            let of_need = places.iter().map(|(area, node)| (*node, leaf(known[&(*area, *need)])));
            (study.needs()[need.get()].id.clone(), of_need.collect())
        });
        let is_synthetic = study.demand().iter().any(|d| d.quarter == quarter && d.basis == Basis::Synthetic);
        Ok(Self {
            quarter,
            tree,
            small: id(small),
            over: over.map(id),
            counts: counts.collect(),
            is_synthetic,
        })
    }
}

/// The one geography that referrals of a quarter are given for.
fn geography_of_counts(study: &Study, quarter: Quarter) -> Result<GeographyIdx, UnreleasableCounts> {
    if study.cell_demand().iter().any(|d| d.quarter == quarter) {
        return Err(UnreleasableCounts::ByCell(quarter));
    }
    let figures = study.demand().iter().filter(|d| d.quarter == quarter);
    let geographies: BTreeSet<GeographyIdx> = figures.map(|d| study.geography_of(d.place)).collect();
    match geographies.iter().copied().collect::<Vec<_>>()[..] {
        [one] => Ok(one),
        [] => Err(UnreleasableCounts::NoCounts(quarter)),
        _ => {
            let geographies = geographies.iter().map(|g| study.geographies()[g.get()].id.clone()).collect();
            Err(UnreleasableCounts::SeveralGeographies { quarter, geographies })
        }
    }
}

/// The areas of a geography that have figures. What is only there for its surroundings has nobody's referrals, unless somebody
/// counted them.
fn covered(
    study: &Study,
    quarter: Quarter,
    small: GeographyIdx,
    uncovered: &UncoveredAreas,
) -> Result<Vec<AreaIdx>, UnreleasableCounts> {
    let of_quarter = |of: Quarter| of == quarter;
    let counted = study.demand().iter().filter(|d| of_quarter(d.quarter)).map(|d| d.place);
    let complete = study.complete().iter().filter(|c| of_quarter(c.quarter)).map(|c| c.place);
    let listed: BTreeSet<AreaIdx> = counted.chain(complete).collect();
    let all = study.areas_of(small);
    let expected = all.filter(|(at, area)| area.reporting || listed.contains(at));
    match uncovered {
        UncoveredAreas::Unlisted => Ok(expected.map(|(at, _)| at).filter(|at| listed.contains(at)).collect()),
        UncoveredAreas::Named(codes) => {
            let geography = &study.geographies()[small.get()].id;
            if let Some(code) = codes.iter().find(|code| study.area(geography, code).is_none()) {
                return Err(UnreleasableCounts::NoArea(code.clone()));
            }
            let named = expected.filter(|(_, area)| !codes.contains(&area.code));
            let named: Vec<(AreaIdx, &str)> = named.map(|(at, area)| (at, area.code.as_str())).collect();
            let silent: Vec<&str> =
                named.iter().filter(|(at, _)| !listed.contains(at)).map(|(_, code)| *code).collect();
            if !silent.is_empty() {
                let shown = silent.iter().take(20).map(|code| (*code).to_owned()).collect();
                return Err(UnreleasableCounts::Uncovered { quarter, count: silent.len(), shown });
            }
            Ok(named.into_iter().map(|(at, _)| at).collect())
        }
    }
}

/// What is known of every area and need, where each has to be known to somebody: counted, withheld by its source, or 0 because
/// the source says everything.
fn known_figures(
    study: &Study,
    quarter: Quarter,
    covered: &[AreaIdx],
    needs: &BTreeSet<NeedIdx>,
) -> Result<KnownFigures, UnreleasableCounts> {
    let figures = || study.demand().iter().filter(|d| d.quarter == quarter);
    let code = |area: AreaIdx| study.areas()[area.get()].code.clone();
    let partial: Vec<AreaIdx> = figures().filter(|d| d.months < WHOLE_QUARTER).map(|d| d.place).collect();
    if let [first, ..] = partial[..] {
        return Err(UnreleasableCounts::Partial { quarter, count: partial.len(), first: code(first) });
    }
    let divided: Vec<AreaIdx> = figures().filter(|d| d.divided).map(|d| d.place).collect();
    if let [first, ..] = divided[..] {
        return Err(UnreleasableCounts::Divided { quarter, count: divided.len(), first: code(first) });
    }
    let is_whole =
        |count: KnownCount| count.low().fract() == 0.0 && count.high().is_none_or(|most| most.fract() == 0.0);
    let broken: Vec<AreaIdx> = figures().filter(|d| !is_whole(d.referrals)).map(|d| d.place).collect();
    if let [first, ..] = broken[..] {
        return Err(UnreleasableCounts::NotWhole { quarter, count: broken.len(), first: code(first) });
    }
    let mut known = KnownFigures::new();
    for figure in figures() {
        let sum = known.entry((figure.place, figure.need)).or_insert(KnownCount::ZERO);
        *sum = *sum + figure.referrals;
    }
    let complete: BTreeSet<AreaIdx> =
        study.complete().iter().filter(|c| c.quarter == quarter).map(|c| c.place).collect();
    let mut unlisted = Vec::new();
    for &area in covered {
        for &need in needs {
            if known.contains_key(&(area, need)) {
                continue;
            }
            if complete.contains(&area) {
                known.insert((area, need), KnownCount::ZERO);
            } else {
                unlisted.push((area, need));
            }
        }
    }
    match unlisted[..] {
        [] => Ok(known),
        [(area, need), ..] => Err(UnreleasableCounts::Unlisted {
            quarter,
            count: unlisted.len(),
            first: code(area),
            need: study.needs()[need.get()].id.clone(),
        }),
    }
}

/// The tree of a study's areas, and where each small area is in it. A small area is in the larger one that a point within it is
/// in, the first by code where several lie over each other.
fn tree(
    study: &Study,
    covered: &[AreaIdx],
    over: Option<GeographyIdx>,
) -> Result<(ReleaseTree, Vec<(AreaIdx, usize)>), UnreleasableCounts> {
    let name = |area: AreaIdx| {
        let geography = &study.geographies()[study.geography_of(area).get()].id;
        format!("{geography}/{}", study.areas()[area.get()].code)
    };
    let mut within: BTreeMap<Option<String>, BTreeMap<String, AreaIdx>> = BTreeMap::new();
    let index = over.map(|over| AreaIndex::new(study.areas_of(over)));
    for &area in covered {
        let shape = &study.areas()[area.get()];
        let parent = match &index {
            None => None,
            Some(index) => {
                let point = shape.boundary.interior_point().and_then(|p| Place::new(p.x(), p.y()).ok());
                let around = point.map(|point| index.containing(point)).unwrap_or_default();
                let over = over.map(|over| study.geographies()[over.get()].id.clone()).unwrap_or_default();
                let nowhere = || UnreleasableCounts::Nowhere { area: name(area), over };
                Some(around.into_iter().map(name).min().ok_or_else(nowhere)?)
            }
        };
        within.entry(parent).or_default().insert(name(area), area);
    }
    let mut nodes = vec![ReleaseNode { id: String::new(), parent: None }];
    let mut places = Vec::new();
    for (parent, areas) in within {
        let parent = match parent {
            None => 0,
            Some(id) => {
                nodes.push(ReleaseNode { id, parent: Some(0) });
                nodes.len() - 1
            }
        };
        for (id, area) in areas {
            places.push((area, nodes.len()));
            nodes.push(ReleaseNode { id, parent: Some(parent) });
        }
    }
    Ok((ReleaseTree::new(nodes)?, places))
}
