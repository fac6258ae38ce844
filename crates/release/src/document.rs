//! A release as a document: everything that is published of a quarter, and nothing that is not. Written with its places and needs
//! in one order, it is the same bytes for the same counts, key and budget on any machine.

use crate::budget::{InvalidMu, Mu};
use crate::coins::CoinKey;
use crate::counted::CountedTable;
use crate::margins::whole_figures;
use crate::measure::{InvalidBudget, METHOD, NoiseBudget, measure};
use hereabouts_core::demand::{AreaCode, InvalidQuarter, Quarter};
use hereabouts_core::noise::{DemandNoise, TreeEstimator};
use hereabouts_core::noise::{InvalidTree, ReleaseNode, ReleaseTree};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// What the first field of every release says.
pub const FORMAT: &str = "hereabouts-release-1";

/// A release that can be read, checked and written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseDocument {
    /// [`FORMAT`].
    pub format: String,
    /// The quarter, `2026-Q3`.
    pub quarter: String,
    /// Whether the counts behind it are made up.
    pub synthetic: bool,
    /// How noise was drawn.
    pub method: String,
    /// Budget of one referral, in hundredths of μ.
    pub mu_hundredths: u16,
    /// Parts of the budget of each level from the top, in hundredths.
    pub shares: Vec<u8>,
    /// Id of the geography of small areas.
    pub small: String,
    /// Id of the geography over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
    /// The places: what they are called (`geography/code`; the first is the whole), and the index of the place they are in.
    pub places: Vec<(String, Option<usize>)>,
    /// Noisy counts by need, in the order of the places.
    pub measured: BTreeMap<String, Vec<i64>>,
    /// Where sources withheld the count: by need and index of the place, the least and the most that it may be beside the figure;
    /// no most where nobody knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<String, BTreeMap<usize, (f64, Option<f64>)>>,
}

/// A document that is no release.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidRelease {
    /// Not JSON of the right shape.
    #[error("not a release: {0}")]
    Shape(String),
    /// Of another kind or version.
    #[error("its format is {0:?}; this version reads {FORMAT:?} made by {METHOD:?}")]
    Format(String),
    /// Its quarter.
    #[error(transparent)]
    Quarter(#[from] InvalidQuarter),
    /// Its budget.
    #[error(transparent)]
    Mu(#[from] InvalidMu),
    /// The parts of its budget.
    #[error(transparent)]
    Budget(#[from] InvalidBudget),
    /// Its places.
    #[error(transparent)]
    Tree(#[from] InvalidTree),
    /// A table that does not fit its places.
    #[error("{need:?} has {found} figures for {places} places")]
    Figures {
        /// The need.
        need: String,
        /// How many figures.
        found: usize,
        /// How many places.
        places: usize,
    },
    /// Withheld counts of what is no small area.
    #[error("{need:?} has a withheld count of place {place}, which is no small area of it")]
    Withheld {
        /// The need.
        need: String,
        /// Index of the place.
        place: usize,
    },
}

impl ReleaseDocument {
    /// Draws the noise: the release of what was counted.
    ///
    /// # Errors
    /// [`InvalidBudget`] where `shares` are not parts of a whole, one for each level.
    pub fn of(counted: &CountedTable, mu: Mu, shares: &[u8], key: &CoinKey) -> Result<Self, InvalidBudget> {
        let tree = &counted.tree;
        let budget = NoiseBudget::new(mu, shares, tree.levels())?;
        let quarter = counted.quarter.to_string();
        let mut measured = BTreeMap::new();
        let mut withheld = BTreeMap::new();
        for (need, counts) in &counted.counts {
            let sums = tree.sums(|leaf| counts.get(&leaf).map_or(0, |of| of.count));
            measured.insert(need.clone(), measure(tree, &budget, key, &[need, &quarter], &sums));
            let of_need: BTreeMap<usize, (f64, Option<f64>)> = counts
                .iter()
                .filter_map(|(node, of)| {
                    of.withheld.map(|[least, most]| (*node, (least, most.is_finite().then_some(most))))
                })
                .collect();
            if !of_need.is_empty() {
                withheld.insert(need.clone(), of_need);
            }
        }
        Ok(Self {
            format: FORMAT.to_owned(),
            quarter,
            synthetic: counted.is_synthetic,
            method: METHOD.to_owned(),
            mu_hundredths: mu.hundredths(),
            shares: shares.to_vec(),
            small: counted.small.clone(),
            over: counted.over.clone(),
            places: tree.nodes().iter().map(|node| (node.id.clone(), node.parent)).collect(),
            measured,
            withheld,
        })
    }

    /// As it is written: JSON, one line.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// BLAKE3 of [`ReleaseDocument::to_bytes`], in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`InvalidRelease`].
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidRelease> {
        serde_json::from_slice(bytes).map_err(|e| InvalidRelease::Shape(e.to_string()))
    }

    /// Whether bytes are meant as a release.
    #[must_use]
    pub fn is_meant(bytes: &[u8]) -> bool {
        let start = &bytes[..bytes.len().min(200)];
        start.windows(FORMAT.len() - 1).any(|window| window == &FORMAT.as_bytes()[..FORMAT.len() - 1])
    }
}

/// A release with all that is worked out from it.
#[derive(Debug, Clone)]
pub struct ReleasedTable {
    /// The quarter.
    pub quarter: Quarter,
    /// What it spent.
    pub budget: NoiseBudget,
    /// The places.
    pub tree: Arc<ReleaseTree>,
    document: ReleaseDocument,
}

impl ReleasedTable {
    /// Checks a document.
    ///
    /// # Errors
    /// [`InvalidRelease`], where it does not fit together.
    pub fn new(document: ReleaseDocument) -> Result<Self, InvalidRelease> {
        if document.format != FORMAT || document.method != METHOD {
            return Err(InvalidRelease::Format(format!("{} by {}", document.format, document.method)));
        }
        let nodes =
            document.places.iter().map(|(id, parent)| ReleaseNode { id: id.clone(), parent: *parent });
        let tree = Arc::new(ReleaseTree::new(nodes.collect())?);
        let mu = Mu::from_hundredths(document.mu_hundredths)?;
        let budget = NoiseBudget::new(mu, &document.shares, tree.levels())?;
        let places = tree.nodes().len();
        for (need, measured) in &document.measured {
            if measured.len() != places {
                return Err(InvalidRelease::Figures { need: need.clone(), found: measured.len(), places });
            }
        }
        for (need, of_need) in &document.withheld {
            let is_small = |place: usize| place < places && tree.children(place).is_empty();
            if let Some(&place) = of_need.keys().find(|place| !is_small(**place)) {
                return Err(InvalidRelease::Withheld { need: need.clone(), place });
            }
        }
        Ok(Self { quarter: document.quarter.parse()?, budget, tree, document })
    }

    /// The document.
    #[must_use]
    pub const fn document(&self) -> &ReleaseDocument {
        &self.document
    }

    /// Least squares with its noise.
    #[must_use]
    pub fn estimator(&self) -> TreeEstimator {
        self.budget.estimator(&self.tree)
    }

    /// Ids of its needs.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        self.document.measured.keys().map(String::as_str)
    }

    /// Whole numbers of all places for a need, in the order of the places: none below nothing, and with exact margins.
    #[must_use]
    pub fn figures(&self, need: &str) -> Option<Vec<u64>> {
        let measured = self.document.measured.get(need)?;
        Some(whole_figures(&self.tree, &self.estimator().fit(measured)))
    }

    /// Standard error of each place's figure, in the order of the places: the same for all needs.
    #[must_use]
    pub fn standard_errors(&self) -> Vec<f64> {
        let estimator = self.estimator();
        let mut within: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); self.tree.nodes().len()];
        for leaf in self.tree.leaves() {
            let mut at = Some(leaf);
            while let Some(place) = at {
                within[place].insert(leaf, 1.0);
                at = self.tree.nodes()[place].parent;
            }
        }
        within.iter().map(|leaves| estimator.variance(leaves).sqrt()).collect()
    }

    /// The same of small areas, for an analysis.
    #[must_use]
    pub fn noise(&self) -> DemandNoise<AreaCode> {
        let place = |leaf: usize| {
            let (geography, code) = self.tree.nodes()[leaf].id.split_once('/')?;
            Some((leaf, AreaCode { geography: geography.to_owned(), code: code.to_owned() }))
        };
        DemandNoise {
            quarter: self.quarter,
            estimator: self.estimator(),
            leaves: self.tree.leaves().filter_map(place).collect(),
        }
    }

    /// What its source withheld beside the figure of a small area: the least and the most, which may be unknown.
    #[must_use]
    pub fn withheld(&self, need: &str, place: usize) -> Option<(f64, Option<f64>)> {
        self.document.withheld.get(need)?.get(&place).copied()
    }
}
