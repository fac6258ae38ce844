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

impl KindSupply {
    /// Place-sessions a quarter to assume of an asset with so many sessions in it, if anybody knows; `None` for what has no places.
    #[must_use]
    pub fn assumed(self, sessions_per_quarter: Option<f64>) -> Option<f64> {
        match self {
            Self::Places { default_per_quarter, default_per_session } => {
                let by_sessions = default_per_session.zip(sessions_per_quarter);
                Some(by_sessions.map_or(default_per_quarter, |(places, sessions)| places * sessions))
            }
            Self::Land | Self::None => None,
        }
    }
}

/// How assets of a kind count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KindSupply {
    /// By place-sessions a quarter; the number is assumed where an asset does not give its own.
    Places {
        /// Place-sessions a quarter of a typical one.
        default_per_quarter: f64,
        /// Places at a session of a typical one, where its sessions are what its timetable says; `None` where that says
        /// something else, as opening hours do.
        default_per_session: Option<f64>,
    },
    /// By hectares of open land against a need's floor standard; one without an area counts nothing.
    Land,
    /// On the map, but no answer to a need by itself (a GP surgery, a bench).
    None,
}
