//! From wherever somebody stands to assets and cells, for whoever walks.

use hereabouts_core::analyse::Analysis;
use hereabouts_core::place::Place;
use hereabouts_core::study::Study;
use hereabouts_core::travel::TravelTimes;
use hereabouts_core::units::Minutes;
use hereabouts_find::listing_index::{ListingTrip, WayToListings};
use hereabouts_streets::{Persona, PlacesAround, WalkGraph, WalkNetwork};
use std::sync::{Arc, OnceLock};

/// What lies around any place for one persona.
#[derive(Debug)]
pub struct WalkTimes {
    walk_graph: Arc<WalkGraph>,
    assets: PlacesAround,
    /// Positions of the assets that have a place.
    located: Vec<usize>,
    cells: PlacesAround,
}

impl WalkTimes {
    fn new<T: TravelTimes>(
        network: Arc<WalkNetwork>,
        persona: Persona,
        study: &Study,
        analysis: &Analysis<T>,
    ) -> Self {
        let walk_graph = Arc::new(WalkGraph::new(network, persona));
        let (located, places): (Vec<usize>, Vec<Place>) = study
            .assets()
            .iter()
            .enumerate()
            .filter_map(|(at, asset)| Some((at, asset.asset.place?)))
            .unzip();
        let detour = analysis.policy().detour;
        let assets = PlacesAround::new(Arc::clone(&walk_graph), &places, detour);
        let cells = PlacesAround::new(Arc::clone(&walk_graph), analysis.origins(), detour);
        Self { walk_graph, assets, located, cells }
    }

    /// The network and who walks in it.
    #[must_use]
    pub fn walk_graph(&self) -> &Arc<WalkGraph> {
        &self.walk_graph
    }

    /// The cells of the analysis, each at the place where its people set out.
    #[must_use]
    pub const fn cells(&self) -> &PlacesAround {
        &self.cells
    }
}

impl WayToListings for WalkTimes {
    fn within(&self, from: Place, limit: Minutes) -> Vec<ListingTrip> {
        let trips = self.assets.within(from, limit).into_iter();
        trips
            .map(|trip| ListingTrip {
                listing: self.located[trip.place],
                minutes: trip.minutes,
                basis: trip.basis,
            })
            .collect()
    }
}

/// What lies around any place for each persona, worked out when first asked for.
#[derive(Debug)]
pub(super) struct PersonaWalks {
    own: Persona,
    on_foot: [OnceLock<WalkTimes>; Persona::NAMED.len() + 1],
}

impl PersonaWalks {
    /// `own` is who walks where nobody says.
    pub(super) fn new(own: Persona) -> Self {
        Self { own, on_foot: Default::default() }
    }

    pub(super) const fn own(&self) -> Persona {
        self.own
    }

    /// Whether the ways of the own persona have been worked out.
    pub(super) fn is_own_ready(&self) -> bool {
        self.on_foot[self.find(None).0].get().is_some()
    }

    /// The persona of a name, else the own one, and its place among all; one that has a name is the same whoever asks for it.
    pub(super) fn find(&self, name: Option<&str>) -> (usize, Persona) {
        let persona = name.and_then(|name| name.parse().ok()).unwrap_or(self.own);
        let named = Persona::NAMED.iter().position(|named| (named.persona)() == persona);
        (named.unwrap_or(Persona::NAMED.len()), persona)
    }

    /// What lies around any place for the persona of a name, else for the own one.
    pub(super) fn on_foot<T: TravelTimes>(
        &self,
        name: Option<&str>,
        network: &Arc<WalkNetwork>,
        study: &Study,
        analysis: &Analysis<T>,
    ) -> &WalkTimes {
        let (at, persona) = self.find(name);
        self.on_foot[at].get_or_init(|| WalkTimes::new(Arc::clone(network), persona, study, analysis))
    }
}
