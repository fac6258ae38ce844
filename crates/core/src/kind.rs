//! Kinds of asset: what each serves, and what to assume of one that does not say.

/// A kind of asset, one row of `kinds.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetKind {
    /// Stable id, e.g. `library`.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// Needs served, each with its share of the asset's places; shares are above 0 and sum to at most 1.
    pub serves: Vec<(String, f64)>,
    /// How an asset of this kind counts.
    pub supply: KindSupply,
    /// Months after which half of such assets have stopped, if nobody has checked. Above 0.
    pub half_life_months: f64,
    /// Whether it is a building where things are on: one of which no list says what, has nothing known to be on in it.
    pub venue: bool,
}

/// How assets of a kind count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KindSupply {
    /// By place-sessions a quarter; the number is assumed where an asset does not give its own.
    Places {
        /// Place-sessions a quarter of a typical one.
        default_per_quarter: f64,
    },
    /// By hectares of open land against a need's floor standard; one without an area counts nothing.
    Land,
    /// On the map, but no answer to a need by itself (a GP surgery, a bench).
    None,
}
