//! The network as somebody can use it, and where places stand in it.

use crate::network::Network;
use crate::persona::Persona;
use crate::search::{Search, Way};
use crate::snap::Spot;
use crate::walkable::Walkable;
use hereabouts_core::place::Place;
use rayon::prelude::*;
use std::sync::Arc;

/// Places looked at by one thread before it takes more.
const AT_ONCE: usize = 64;

/// Nobody who takes no steps is led further than this to a street without any, in millimetres.
const TO_STEP_FREE_MM: u32 = 1_000_000;

/// Where a place stands for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// At a street.
    At(Spot),
    /// Streets are known there, but none that is near enough leads anywhere for them.
    Cut,
    /// Streets are not known there.
    Unknown,
}

impl Stand {
    /// The spot, where there is one.
    #[must_use]
    pub const fn spot(self) -> Option<Spot> {
        match self {
            Self::At(spot) => Some(spot),
            Self::Cut | Self::Unknown => None,
        }
    }

    /// Whether streets are known there.
    #[must_use]
    pub fn is_known(self) -> bool {
        self != Self::Unknown
    }
}

/// A network and who walks in it.
#[derive(Debug, Clone)]
pub struct Ground {
    network: Arc<Network>,
    persona: Persona,
    own: Walkable,
    /// What those walk who take steps, where this persona does not.
    anyone: Option<Walkable>,
}

impl Ground {
    /// Of a network, for a persona.
    #[must_use]
    pub fn new(network: Arc<Network>, persona: Persona) -> Self {
        let own = Walkable::new(&network, persona);
        let anyone = persona.step_free.then(|| Walkable::new(&network, anyone(persona)));
        Self { network, persona, own, anyone }
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Who walks.
    #[must_use]
    pub const fn persona(&self) -> Persona {
        self.persona
    }

    /// Whether a street may be walked and leads somewhere.
    #[must_use]
    pub fn has(&self, edge: u32) -> bool {
        self.own.has(edge)
    }

    /// Where each of many places stands, found on all threads; people walk `way` from there.
    #[must_use]
    pub fn stands(&self, places: &[Place], way: Way) -> Vec<Stand> {
        places
            .par_iter()
            .with_min_len(AT_ONCE)
            .map_init(|| None, |search, &place| self.stand(place, way, search))
            .collect()
    }

    /// Where a place stands; `search` is room for a search, made when first needed.
    pub(crate) fn stand(&self, place: Place, way: Way, search: &mut Option<Search>) -> Stand {
        let all = self.anyone.as_ref().unwrap_or(&self.own);
        let Some(usual) = Spot::of(&self.network, all, place) else { return Stand::Unknown };
        if self.own.has(usual.edge) {
            return Stand::At(usual);
        }
        let search = search.get_or_insert_with(|| Search::new(&self.network));
        let spot = Spot::nearest(&self.network, &self.own, place);
        spot.and_then(|spot| self.led(usual, spot, way, search)).map_or(Stand::Cut, Stand::At)
    }

    /// The spot without steps, as far off as it is for those who take steps: however near it is in a straight line, nobody
    /// is sooner anywhere for taking none.
    fn led(&self, usual: Spot, spot: Spot, way: Way, search: &mut Search) -> Option<Spot> {
        let (persona, back) = (anyone(self.persona), way.reversed());
        search.run(&self.network, persona, way, usual.ends(&self.network, persona, way), TO_STEP_FREE_MM);
        let street = Spot { off: 0, ..spot };
        let off = street
            .ends(&self.network, persona, back)
            .filter_map(|(junction, rest)| search.millimetres(junction)?.checked_add(rest))
            .min()?;
        Some(Spot { off: off.max(spot.off), ..spot })
    }
}

const fn anyone(persona: Persona) -> Persona {
    Persona { step_free: false, ..persona }
}
