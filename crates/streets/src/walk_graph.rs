//! The network as somebody can use it, and where places stand in it.

use crate::network::WalkNetwork;
use crate::one_to_many::{OneToMany, SearchDirection};
use crate::persona::Persona;
use crate::snap::SnappedPoint;
use crate::walkable::WalkableParts;
use hereabouts_core::place::Place;
use rayon::prelude::*;
use std::sync::Arc;

/// Places looked at by one thread before it takes more.
const AT_ONCE: usize = 64;

/// Nobody who takes no steps is led further than this to a street without any, in millimetres.
const TO_STEP_FREE_MM: u32 = 1_000_000;

/// Where a place stands for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapResult {
    /// At a street.
    At(SnappedPoint),
    /// Streets are known there, but none that is near enough leads anywhere for them.
    Cut,
    /// Streets are not known there.
    Unknown,
}

impl SnapResult {
    /// The spot, where there is one.
    #[must_use]
    pub const fn spot(self) -> Option<SnappedPoint> {
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
pub struct WalkGraph {
    network: Arc<WalkNetwork>,
    persona: Persona,
    own: WalkableParts,
    /// What those walk who take steps, where this persona does not.
    anyone: Option<WalkableParts>,
}

impl WalkGraph {
    /// Of a network, for a persona.
    #[must_use]
    pub fn new(network: Arc<WalkNetwork>, persona: Persona) -> Self {
        let own = WalkableParts::new(&network, persona);
        let anyone = persona.step_free.then(|| WalkableParts::new(&network, anyone(persona)));
        Self { network, persona, own, anyone }
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> &Arc<WalkNetwork> {
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
    pub fn stands(&self, places: &[Place], way: SearchDirection) -> Vec<SnapResult> {
        places
            .par_iter()
            .with_min_len(AT_ONCE)
            .map_init(|| None, |search, &place| self.stand(place, way, search))
            .collect()
    }

    /// Where a place stands; `search` is room for a search, made when first needed.
    pub(crate) fn stand(
        &self,
        place: Place,
        way: SearchDirection,
        search: &mut Option<OneToMany>,
    ) -> SnapResult {
        let all = self.anyone.as_ref().unwrap_or(&self.own);
        let Some(usual) = SnappedPoint::of(&self.network, all, place) else { return SnapResult::Unknown };
        if self.own.has(usual.edge) {
            return SnapResult::At(usual);
        }
        let search = search.get_or_insert_with(|| OneToMany::new(&self.network));
        let spot = SnappedPoint::nearest(&self.network, &self.own, place);
        spot.and_then(|spot| self.led(usual, spot, way, search)).map_or(SnapResult::Cut, SnapResult::At)
    }

    /// The spot without steps, as far off as it is for those who take steps: however near it is in a straight line, nobody
    /// is sooner anywhere for taking none.
    fn led(
        &self,
        usual: SnappedPoint,
        spot: SnappedPoint,
        way: SearchDirection,
        search: &mut OneToMany,
    ) -> Option<SnappedPoint> {
        let (persona, back) = (anyone(self.persona), way.reversed());
        search.run(&self.network, persona, way, usual.ends(&self.network, persona, way), TO_STEP_FREE_MM);
        let street = SnappedPoint { off: 0, ..spot };
        let off = street
            .ends(&self.network, persona, back)
            .filter_map(|(junction, rest)| search.millimetres(junction)?.checked_add(rest))
            .min()?;
        Some(SnappedPoint { off: off.max(spot.off), ..spot })
    }
}

const fn anyone(persona: Persona) -> Persona {
    Persona { step_free: false, ..persona }
}
