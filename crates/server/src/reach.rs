//! What somebody reaches from a place: people and assets within so many minutes, as bands to be drawn.

use crate::error::ApiError;
use crate::feature::{Figure, area_geometry, cell_geometry, degrees};
use crate::near;
use crate::query::parameter::number;
use crate::query::{Domain, Parameter, Query};
use crate::snapshot::Snapshot;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_find::finder::Way;
use hereabouts_find::gazetteer::From;
use hereabouts_streets::Persona;
use serde_json::{Map, Value, json};

/// Farther is not asked on foot.
const MOST_MINUTES: f64 = 60.0;

/// Bands in one answer at most.
const MOST_BANDS: usize = 6;

/// Bands if nobody says.
const USUAL: &str = "5,10,15";

/// What may be asked.
pub(crate) fn parameters(snapshot: &Snapshot) -> Vec<Parameter> {
    let example = snapshot.extent().map_or_else(
        || "53.5,-2.2".to_owned(),
        |extent| format!("{:.4},{:.4}", extent.center().y, extent.center().x),
    );
    vec![
        Parameter::new(
            "from",
            "Where to set out: latitude,longitude, a postcode or the first part of one, or a neighbourhood.",
            Domain::Text,
        )
        .like(example),
        Parameter::new(
            "minutes",
            "Minutes on foot of each band, up to six numbers of at most 60, with commas between; 5,10,15 if not given.",
            Domain::Text,
        )
        .like(USUAL),
        near::persona(),
        Parameter::new(
            "shape",
            "Outlines around the streets that are reached, one a band, or the cells, each with its minutes.",
            Domain::Choice {
                of: ["smooth", "cells"].map(str::to_owned).to_vec(),
                default: Some("smooth".to_owned()),
            },
        ),
    ]
}

/// What is within so many minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Minutes on foot at most, inclusive.
    pub minutes: f64,
    /// People who live in cells that are reached, a cell counted whole or not at all.
    pub people: f64,
    /// Those cells.
    pub cells: usize,
    /// Assets that are reached, at places of their own.
    pub assets: usize,
    /// How many of them answer each need, in the order of the needs table.
    pub by_need: Vec<usize>,
}

/// An answer, before it takes a form.
#[derive(Debug)]
pub struct Answer<'a> {
    snapshot: &'a Snapshot,
    from: From,
    persona: Persona,
    travel: TravelBasis,
    bands: Vec<Band>,
    /// Position of each cell reached, with the minutes there.
    cells: Vec<(usize, f64, TravelBasis)>,
    smooth: Vec<geo_types::MultiPolygon<f64>>,
}

/// Answers a question put as the query of an address.
///
/// # Errors
/// [`ApiError::Parameter`] with what would do; [`ApiError::Unknown`] for a place that is not known.
pub fn answer<'a>(snapshot: &'a Snapshot, query: &str) -> Result<Answer<'a>, ApiError> {
    let query = Query::parse(query, &parameters(snapshot))?;
    let text = query.get("from").ok_or_else(|| ApiError::parameter("from", "not given"))?;
    let unknown = |e: hereabouts_find::gazetteer::Unknown| ApiError::Unknown {
        field: "from".to_owned(),
        reason: e.to_string(),
    };
    let from = snapshot.search()?.place(text).map_err(unknown)?;
    let minutes = minutes(query.get("minutes").unwrap_or(USUAL))?;
    let most = minutes.last().copied().unwrap_or_default();
    let on_foot = snapshot.on_foot(query.get("persona"));
    let (cells, assets) = (on_foot.cells().within(from.place, most), on_foot.within(from.place, most));
    let (study, people) = (snapshot.study(), snapshot.analysis().people());
    let bands = minutes
        .iter()
        .map(|limit| {
            let within = |m: f64| m <= limit.get();
            let cells: Vec<usize> =
                cells.iter().filter(|trip| within(trip.minutes)).map(|trip| trip.place).collect();
            let mut band = Band {
                minutes: limit.get(),
                people: cells.iter().map(|&cell| people[cell]).sum(),
                cells: cells.len(),
                assets: 0,
                by_need: vec![0; study.needs().len()],
            };
            for trip in assets.iter().filter(|trip| within(trip.minutes)) {
                band.assets += 1;
                for (need, _) in &study.assets()[trip.listing].serves {
                    band.by_need[need.get()] += 1;
                }
            }
            band
        })
        .collect();
    let travel = cells
        .iter()
        .map(|trip| trip.basis)
        .chain(assets.iter().map(|trip| trip.basis))
        .fold(on_foot.cells().basis(from.place), TravelBasis::with);
    let smooth = match query.get("shape") {
        Some("cells") => Vec::new(),
        _ => on_foot.ground().outlines(from.place, &minutes, snapshot.policy().detour),
    };
    Ok(Answer {
        snapshot,
        from,
        persona: on_foot.ground().persona(),
        travel,
        bands,
        cells: cells.into_iter().map(|trip| (trip.place, trip.minutes, trip.basis)).collect(),
        smooth,
    })
}

/// Rising, each once.
fn minutes(text: &str) -> Result<Vec<Minutes>, ApiError> {
    let wrong = || {
        let reason = format!(
            "not up to {MOST_BANDS} numbers above 0 and at most {MOST_MINUTES} with commas between, such as {USUAL}"
        );
        ApiError::parameter("minutes", reason)
    };
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| number(part.trim())).collect();
    let mut numbers = numbers.ok_or_else(wrong)?;
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    if numbers.len() > MOST_BANDS || numbers.iter().any(|m| !(*m > 0.0 && *m <= MOST_MINUTES)) {
        return Err(wrong());
    }
    numbers.into_iter().map(|m| Minutes::new(m).map_err(|_| wrong())).collect()
}

impl Answer<'_> {
    /// What is reached within each number of minutes, the fewest first.
    #[must_use]
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// An outline of each band, the smallest first; none where cells were asked for.
    pub(crate) fn outlines(&self) -> &[geo_types::MultiPolygon<f64>] {
        &self.smooth
    }

    /// Where it starts from, in words.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from.label
    }

    /// How minutes were found.
    #[must_use]
    pub const fn travel(&self) -> TravelBasis {
        self.travel
    }

    /// As a GeoJSON FeatureCollection: a feature for each band or, where cells were asked for, for each cell.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where a geometry cannot be written, which does not happen.
    pub fn geojson(&self) -> Result<Value, ApiError> {
        let bands: Vec<Value> = self.bands.iter().map(|band| self.properties(band)).collect();
        let features: Vec<Value> =
            if self.smooth.is_empty() { self.by_cell()? } else { self.by_band(&bands)? };
        Ok(json!({
            "type": "FeatureCollection",
            "from": {
                "label": self.from.label,
                "lon": degrees(self.from.place.lon()), "lat": degrees(self.from.place.lat()),
                "exactness": format!("{:?}", self.from.exactness).to_lowercase(),
            },
            "travel": self.travel.as_str(),
            "persona": {
                "speed_kmh": Figure::new(self.persona.speed.get()), "step_free": self.persona.step_free,
            },
            "bands": bands,
            "sources": self.snapshot.attribution(),
            "features": features,
        }))
    }

    fn properties(&self, band: &Band) -> Value {
        let needs = self.snapshot.study().needs();
        let by_need: Map<String, Value> =
            needs.iter().zip(&band.by_need).map(|(need, count)| (need.id.clone(), json!(count))).collect();
        json!({
            "minutes": Figure::new(band.minutes), "people": band.people.round(), "cells": band.cells,
            "assets": band.assets, "assets_by_need": by_need, "travel": self.travel.as_str(),
        })
    }

    fn by_band(&self, bands: &[Value]) -> Result<Vec<Value>, ApiError> {
        let feature = |(shape, properties): (&geo_types::MultiPolygon<f64>, &Value)| {
            let geometry = area_geometry(shape).map_err(|_| ApiError::Internal)?;
            let id = properties["minutes"].as_f64().unwrap_or_default().to_string();
            Ok(json!({ "type": "Feature", "id": id, "geometry": geometry, "properties": properties }))
        };
        self.smooth.iter().zip(bands).map(feature).collect()
    }

    fn by_cell(&self) -> Result<Vec<Value>, ApiError> {
        let analysis = self.snapshot.analysis();
        let feature = |&(at, minutes, basis): &(usize, f64, TravelBasis)| {
            let cell = analysis.grid().cells()[at];
            let geometry = cell_geometry(cell).map_err(|_| ApiError::Internal)?;
            let band = self.bands.iter().find(|band| minutes <= band.minutes);
            Ok(json!({
                "type": "Feature", "id": cell.to_string(), "geometry": geometry,
                "properties": {
                    "cell": cell.to_string(), "minutes": Figure::new(minutes),
                    "band": band.map(|band| Figure::new(band.minutes)),
                    "people": Figure::new(analysis.people()[at]), "travel": basis.as_str(),
                },
            }))
        };
        self.cells.iter().map(feature).collect()
    }
}
