//! Identifiers of the assets as services of Open Referral, and which asset one means.

use crate::snapshot::Snapshot;
use hereabouts_data::export::open_referral::{id_of, service_id};
use hereabouts_data::linkage::canonical_asset::CanonicalAsset;
use std::collections::HashMap;
use uuid::Uuid;

/// Identifiers of all assets, each once.
#[derive(Debug)]
pub struct ServiceIds {
    ids: Vec<Uuid>,
    services: HashMap<Uuid, u32>,
    /// Of those that have a place.
    places: HashMap<Uuid, u32>,
    first_place: Option<Uuid>,
}

impl ServiceIds {
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let mut services = HashMap::with_capacity(snapshot.assets().len());
        let mut places = HashMap::new();
        let mut ids = Vec::with_capacity(snapshot.assets().len());
        let mut first_place = None;
        for (at, CanonicalAsset { record, .. }) in snapshot.assets().iter().enumerate() {
            let at = at as u32;
            let mut id = service_id(record);
            // Two lists may have one service and a person may keep them apart.
            if services.contains_key(&id) {
                id = id_of("service", &record.id());
            }
            services.insert(id, at);
            if record.place.is_some() {
                let place = id_of("service_at_location", &id.to_string());
                first_place = first_place.or(Some(place));
                places.insert(place, at);
            }
            ids.push(id);
        }
        Self { ids, services, places, first_place }
    }

    /// Parallel to the snapshot's assets.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    /// Position of the asset that is this service.
    #[must_use]
    pub fn service(&self, id: &str) -> Option<usize> {
        self.services.get(&Uuid::try_parse(id).ok()?).map(|at| *at as usize)
    }

    /// Position of the asset that is this service at its place.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.places.get(&Uuid::try_parse(id).ok()?).map(|at| *at as usize)
    }

    /// Some service at its place.
    #[must_use]
    pub fn first_place(&self) -> Option<Uuid> {
        self.first_place
    }
}
