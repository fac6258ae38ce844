//! What somebody reaches from a place: people and assets within so many minutes, as bands to be drawn.

mod outline;

use crate::error::RequestError;
use crate::fields::values::number;
use crate::fields::{QueryParameter, ValueDomain};
use crate::near::conditions;
use crate::origin::Origin;
use crate::site::Site;
use crate::snapshot::{LONGEST, Snapshot, WalkTimes};
use crate::travel_mode::{self, ModeRequest, TimetableNotes, TransitTimes, TravelMode};
use crate::wire::{RoundedFigure, area_geometry, cell_geometry, degrees};
use geo_types::MultiPolygon;
use hereabouts_core::place::Place;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_find::gazetteer::FoundPlace;
use hereabouts_find::listing_index::WayToListings;
use hereabouts_streets::Persona;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Farther is not asked on foot.
const MOST_MINUTES: f64 = 60.0;

/// Nor by public transport.
const MOST_BY_TRANSIT: f64 = LONGEST;

/// Bands in one answer at most.
const MOST_BANDS: usize = 6;

/// Bands if nobody says.
const USUAL: &str = "5,10,15";

/// The same by public transport.
pub const USUAL_BY_TRANSIT: &str = "15,30,45";

/// What may be asked.
#[must_use]
pub fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("reach", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let example = snapshot.extent().map_or_else(
        || "53.5,-2.2".to_owned(),
        |extent| format!("{:.4},{:.4}", extent.center().y, extent.center().x),
    );
    let [mode, leaving] = travel_mode::parameters();
    vec![
        QueryParameter::new(
            "from",
            "Where to set out: latitude,longitude, a postcode or the first part of one, or a neighbourhood.",
            ValueDomain::Text,
        )
        .like(example),
        QueryParameter::new(
            "minutes",
            "Minutes of each band, up to six numbers of at most 60 (120 by public transport), with commas between; 5,10,15 if not \
             given (15,30,45).",
            ValueDomain::Text,
        )
        .like(USUAL),
        conditions::persona(),
        mode,
        leaving,
        QueryParameter::new(
            "shape",
            "Outlines around the streets that are reached (by public transport, of the cells), one a band, or the cells, each with its \
             minutes.",
            ValueDomain::Choice {
                of: ["smooth", "cells"].map(str::to_owned).to_vec(),
                default: Some("smooth".to_owned()),
            },
        ),
    ]
}

/// What is within so many minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachBand {
    /// Minutes at most, inclusive.
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

/// An asset or a cell that is reached.
#[derive(Debug, Clone, Copy)]
struct ReachedPlace {
    place: usize,
    minutes: f64,
    /// 90th-percentile minutes by public transport.
    p90: Option<f64>,
    basis: TravelBasis,
}

/// In which shape an answer comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReachShape {
    /// Outlines around what is reached, one a band.
    #[default]
    Outlines,
    /// Cells, each with its minutes.
    Cells,
}

/// What is reached from a place: what is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachRequest {
    /// Where somebody sets out.
    pub from: Origin,
    /// Minutes of each band, rising; none: the usual ones of the mode.
    pub minutes: Vec<Minutes>,
    /// Name of who walks; else whoever the figures are for.
    pub persona: Option<String>,
    /// On foot, or by public transport as well.
    pub mode: ModeRequest,
    /// In which shape.
    pub shape: ReachShape,
}

impl ReachRequest {
    /// On foot from somewhere, within the usual minutes.
    #[must_use]
    pub fn from(from: Origin) -> Self {
        Self {
            from,
            minutes: Vec::new(),
            persona: None,
            mode: ModeRequest::default(),
            shape: ReachShape::default(),
        }
    }

    /// From the texts of fields that were checked against [`parameters`], by name.
    ///
    /// # Errors
    /// [`RequestError::Parameter`] where nobody says from where.
    pub fn read<'t>(get: impl Fn(&str) -> Option<&'t str>) -> Result<Self, RequestError> {
        let from = get("from").ok_or_else(|| RequestError::parameter("from", "not given"))?;
        let mode = ModeRequest::read(get("mode"), get("leaving"));
        Ok(Self {
            from: Origin::typed("from", from),
            minutes: get("minutes").map_or_else(|| Ok(Vec::new()), |text| minutes(text, mode.by_transit))?,
            persona: get("persona").map(str::to_owned),
            mode,
            shape: if get("shape") == Some("cells") { ReachShape::Cells } else { ReachShape::Outlines },
        })
    }
}

/// An answer, before it takes a form.
#[derive(Debug)]
pub struct ReachAnswer<'a> {
    snapshot: &'a Snapshot,
    from: FoundPlace,
    persona: Persona,
    travel: TravelBasis,
    bands: Vec<ReachBand>,
    mode: &'static str,
    notes: Option<TimetableNotes>,
    /// Cells reached, by position.
    cells: Vec<ReachedPlace>,
    smooth: Vec<MultiPolygon<f64>>,
}

/// Answers a question.
///
/// # Errors
/// [`RequestError::Parameter`] with what would do; [`RequestError::Unknown`] for a place that is not known.
pub fn answer<'a>(site: &'a Site, request: &ReachRequest) -> Result<ReachAnswer<'a>, RequestError> {
    let snapshot: &Snapshot = site;
    let from = request.from.find(site.search()?)?;
    let persona = request.persona.as_deref();
    let mode = TravelMode::new(request.mode, persona, snapshot)?;
    let usual = if mode.is_transit() { USUAL_BY_TRANSIT } else { USUAL };
    let minutes = match request.minutes.as_slice() {
        [] => minutes(usual, mode.is_transit())?,
        given => given.to_vec(),
    };
    let most = minutes.last().copied().unwrap_or_default();
    let on_foot = snapshot.on_foot(persona);
    let (cells, assets, stop_near) = reached(&mode, on_foot, from.place, most);
    let (study, people) = (snapshot.study(), snapshot.analysis().people());
    let bands = minutes
        .iter()
        .map(|limit| {
            let within = |m: f64| m <= limit.get();
            let cells: Vec<usize> =
                cells.iter().filter(|cell| within(cell.minutes)).map(|cell| cell.place).collect();
            let mut band = ReachBand {
                minutes: limit.get(),
                people: cells.iter().map(|&cell| people[cell]).sum(),
                cells: cells.len(),
                assets: 0,
                by_need: vec![0; study.needs().len()],
            };
            for asset in assets.iter().filter(|asset| within(asset.minutes)) {
                band.assets += 1;
                for (need, _) in &study.assets()[asset.place].serves {
                    band.by_need[need.get()] += 1;
                }
            }
            band
        })
        .collect();
    let travel = cells
        .iter()
        .chain(&assets)
        .map(|reached| reached.basis)
        .fold(on_foot.cells().basis(from.place), TravelBasis::with);
    let smooth = match request.shape {
        ReachShape::Cells => Vec::new(),
        _ => {
            let cells: Vec<(usize, f64)> = cells.iter().map(|cell| (cell.place, cell.minutes)).collect();
            if mode.is_transit() {
                outline::around_cells(snapshot, &cells, &minutes)
            } else {
                outline::on_foot(snapshot, on_foot.walk_graph(), from.place, &cells, &minutes)
            }
        }
    };
    Ok(ReachAnswer {
        snapshot,
        from,
        persona: on_foot.walk_graph().persona(),
        travel,
        bands,
        mode: mode.as_str(),
        notes: mode.notes(snapshot, stop_near),
        cells,
        smooth,
    })
}

/// Cells and assets within so many minutes, by position, and whether a stop is near.
fn reached(
    mode: &TravelMode<'_>,
    on_foot: &WalkTimes,
    from: Place,
    most: Minutes,
) -> (Vec<ReachedPlace>, Vec<ReachedPlace>, bool) {
    let walks = on_foot.cells().within(from, most).into_iter();
    let walks: Vec<_> = walks.map(|trip| (trip.place, trip.minutes, trip.basis)).collect();
    let on_foot_alone = |&(place, minutes, basis): &(usize, f64, TravelBasis)| ReachedPlace {
        place,
        minutes,
        p90: None,
        basis,
    };
    let Some(ridden) = mode.ride(from) else {
        let assets = on_foot.within(from, most).into_iter();
        let assets = assets.map(|trip| (trip.listing, trip.minutes, trip.basis));
        return (
            walks.iter().map(on_foot_alone).collect(),
            assets.map(|asset| on_foot_alone(&asset)).collect(),
            true,
        );
    };
    let within = |rides: &TransitTimes| -> Vec<ReachedPlace> {
        let within = rides.all().iter().filter(|ride| ride.minutes <= most.get());
        within
            .map(|ride| ReachedPlace {
                place: ride.place,
                minutes: ride.minutes,
                p90: ride.p90,
                basis: ride.basis,
            })
            .collect()
    };
    let assets = TransitTimes::to_assets(&ridden, from, most, on_foot);
    (within(&TransitTimes::to_cells(&ridden, walks)), within(&assets), assets.stop_near())
}

/// Rising, each once.
fn minutes(text: &str, by_transit: bool) -> Result<Vec<Minutes>, RequestError> {
    let farthest = if by_transit { MOST_BY_TRANSIT } else { MOST_MINUTES };
    let wrong = || {
        let reason = format!(
            "not up to {MOST_BANDS} numbers above 0 and at most {farthest} with commas between, such as {USUAL}"
        );
        RequestError::parameter("minutes", reason)
    };
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| number(part.trim())).collect();
    let mut numbers = numbers.ok_or_else(wrong)?;
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    if numbers.len() > MOST_BANDS || numbers.iter().any(|m| !(*m > 0.0 && *m <= farthest)) {
        return Err(wrong());
    }
    numbers.into_iter().map(|m| Minutes::new(m).map_err(|_| wrong())).collect()
}

impl ReachAnswer<'_> {
    /// What is reached within each number of minutes, the fewest first.
    #[must_use]
    pub fn bands(&self) -> &[ReachBand] {
        &self.bands
    }

    /// An outline of each band, the smallest first; none where cells were asked for.
    pub fn outlines(&self) -> &[MultiPolygon<f64>] {
        &self.smooth
    }

    /// Where it starts from, in words.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from.label
    }

    /// What is said of the timetables, where one goes by public transport.
    #[must_use]
    pub const fn timetable_notes(&self) -> Option<&TimetableNotes> {
        self.notes.as_ref()
    }

    /// How minutes were found.
    #[must_use]
    pub const fn travel(&self) -> TravelBasis {
        self.travel
    }

    /// As a GeoJSON FeatureCollection: a feature for each band or, where cells were asked for, for each cell.
    ///
    /// # Errors
    /// [`RequestError::Internal`] where a geometry cannot be written, which does not happen.
    pub fn geojson(&self) -> Result<Value, RequestError> {
        let bands: Vec<Value> = self.bands.iter().map(|band| self.properties(band)).collect();
        let features: Vec<Value> =
            if self.smooth.is_empty() { self.by_cell()? } else { self.by_band(&bands)? };
        Ok(json!({
            "type": "FeatureCollection",
            "from": {
                "label": self.from.label,
                "lon": degrees(self.from.place.lon()), "lat": degrees(self.from.place.lat()),
                "exactness": self.from.exactness.as_str(),
            },
            "travel": self.travel.as_str(),
            "mode": self.mode,
            "transit": self.notes,
            "persona": {
                "speed_kmh": RoundedFigure::new(self.persona.speed.get()), "step_free": self.persona.step_free,
            },
            "bands": bands,
            "sources": self.snapshot.attribution(),
            "features": features,
        }))
    }

    fn properties(&self, band: &ReachBand) -> Value {
        let needs = self.snapshot.study().needs();
        let by_need: Map<String, Value> =
            needs.iter().zip(&band.by_need).map(|(need, count)| (need.id.clone(), json!(count))).collect();
        json!({
            "minutes": RoundedFigure::new(band.minutes), "people": band.people.round(), "cells": band.cells,
            "assets": band.assets, "assets_by_need": by_need, "travel": self.travel.as_str(),
        })
    }

    fn by_band(&self, bands: &[Value]) -> Result<Vec<Value>, RequestError> {
        let feature = |(shape, properties): (&MultiPolygon<f64>, &Value)| {
            let geometry = area_geometry(shape).map_err(|_| RequestError::Internal)?;
            let id = properties["minutes"].as_f64().unwrap_or_default().to_string();
            Ok(json!({ "type": "Feature", "id": id, "geometry": geometry, "properties": properties }))
        };
        self.smooth.iter().zip(bands).map(feature).collect()
    }

    fn by_cell(&self) -> Result<Vec<Value>, RequestError> {
        let analysis = self.snapshot.analysis();
        let feature = |&ReachedPlace { place: at, minutes, p90, basis }: &ReachedPlace| {
            let cell = analysis.grid().cells()[at];
            let geometry = cell_geometry(cell).map_err(|_| RequestError::Internal)?;
            let band = self.bands.iter().find(|band| minutes <= band.minutes);
            let mut properties = json!({
                "cell": cell.to_string(), "minutes": RoundedFigure::new(minutes),
                "band": band.map(|band| RoundedFigure::new(band.minutes)),
                "people": RoundedFigure::new(analysis.people()[at]), "travel": basis.as_str(),
            });
            if self.notes.is_some() {
                properties["minutes_p90"] = json!(p90.map(RoundedFigure::new));
            }
            Ok(json!({
                "type": "Feature", "id": cell.to_string(), "geometry": geometry, "properties": properties,
            }))
        };
        self.cells.iter().map(feature).collect()
    }
}
