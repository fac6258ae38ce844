//! Doggerby: a town that does not exist, for trying things out.
//!
//! Everything about it is drawn from a seed, and no clock or file is read: the same seed gives the same bytes. It lies in the
//! middle of the North Sea, its postcodes begin with a pair of letters that no real one has, its telephone numbers are
//! those kept for fiction, and every area code, source and figure says that it is made up.
//!
//! The files are those that a real place would bring, and go in by the same door.

mod assets;
mod buses;
mod demand;
mod grants;
mod people;
mod random;
mod shape;
mod streets;
mod words;

use people::MadeUpArea;
use serde_json::{Value, json};
use shape::{Point, degrees};

/// The town that `hereabouts demo` shows.
pub const SEED: u64 = 7;

/// The day the town's listings are as old as they should be: the first after its last quarter.
pub const AS_OF: &str = "2026-10-01";

/// What to call it wherever it is shown.
pub const NAME: &str = "Doggerby (made up)";

const AREAS: usize = 30;
/// Code of the water around and through the town.
const SEA: &str = "MADEUP-SEA";
const POSTCODES: usize = 1500;
/// Longitude and latitude of the town's middle: on the Dogger Bank, 200 km from any shore.
const MIDDLE: (f64, f64) = (2.3, 54.72);
/// Metres in a degree of latitude on the mean sphere.
const METRES_A_DEGREE: f64 = 111_195.08;

/// One file of the town, as a user would bring it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoFile {
    /// File name, e.g. `assets.csv`.
    pub name: &'static str,
    /// Its content.
    pub text: String,
}

/// The town's place file: how to import [`files`], in order.
pub const PLACE: &str = include_str!("../../../data/demo/place.toml");

/// All files of the town, its place file (`place.toml`) among them.
#[must_use]
pub fn files(seed: u64) -> Vec<DemoFile> {
    let town = people::neighbourhoods(seed, shape::lands(seed));
    let roads = streets::streets(seed, &town, &assets::greens(seed, &town));
    let file = |name, text| DemoFile { name, text };
    let mut files = vec![
        file("place.toml", PLACE.to_owned()),
        file("neighbourhoods.geojson", boundaries(&town)),
        file("sea.geojson", sea(&town)),
        file("population.csv", population(&town)),
        file("deprivation.csv", deprivation(&town)),
        file("postcodes.csv", postcodes(&town)),
        file("streets.geojson", streets(&roads)),
        file("assets.csv", listings(seed, &town)),
        file("green_spaces.geojson", green_spaces(seed, &town)),
        file("grants.csv", awards(seed, &town)),
        file("demand.csv", referrals(seed, &town)),
    ];
    let tables = buses::tables(&town, &roads).into_iter();
    files.extend(tables.map(|(name, titles, rows)| file(name, csv(titles, rows.into_iter()))));
    files
}

fn boundaries(town: &[MadeUpArea]) -> String {
    collection(town.iter().map(|n| {
        let properties = json!({ "area_code": n.code, "area_name": n.name, "made_up": true });
        feature(&[in_degrees(&n.land.ring)], properties)
    }))
}

fn sea(town: &[MadeUpArea]) -> String {
    let lands: Vec<shape::LandMask> = town.iter().map(|n| n.land.clone()).collect();
    let properties = json!({ "area_code": SEA, "area_name": "Sea and river", "made_up": true });
    collection(std::iter::once(feature(&shape::sea(&lands), properties)))
}

fn green_spaces(seed: u64, town: &[MadeUpArea]) -> String {
    collection(assets::greens(seed, town).into_iter().map(|g| {
        let properties =
            json!({ "id": g.id, "name": g.name, "kind": g.kind, "verified_on": "2026-04-01", "made_up": true });
        feature(&[in_degrees(&g.ring)], properties)
    }))
}

fn streets(roads: &[streets::MadeUpStreet]) -> String {
    collection(roads.iter().map(|street| {
        let mut properties = json!({ "highway": street.highway });
        if street.bridge {
            properties["bridge"] = "yes".into();
            properties["layer"] = "1".into();
        }
        let geometry = json!({ "type": "LineString", "coordinates": street.ends.map(degrees) });
        json!({ "type": "Feature", "geometry": geometry, "properties": properties })
    }))
}

fn population(town: &[MadeUpArea]) -> String {
    let on_land = town.iter().map(|n| vec![n.code.clone(), n.people.to_string()]);
    csv("area_code,people", on_land.chain([vec![SEA.to_owned(), "0".to_owned()]]))
}

fn deprivation(town: &[MadeUpArea]) -> String {
    csv("area_code,decile", town.iter().map(|n| vec![n.code.clone(), n.decile.to_string()]))
}

fn postcodes(town: &[MadeUpArea]) -> String {
    csv(
        "postcode,lon,lat",
        town.iter().flat_map(|n| &n.postcodes).map(|p| {
            let [lon, lat] = degrees(p.at);
            vec![p.code.clone(), lon.to_string(), lat.to_string()]
        }),
    )
}

fn listings(seed: u64, town: &[MadeUpArea]) -> String {
    csv(
        "id,name,kind,needs,lon,lat,places,verified_on,cost,step_free,schedule,eligibility,languages,phone",
        assets::assets(seed, town).into_iter().map(|a| {
            let [lon, lat] = degrees(a.at);
            let places = a.places.map(|p| p.to_string()).unwrap_or_default();
            let mut row =
                vec![a.id, a.name, a.kind.into(), a.needs.into(), lon.to_string(), lat.to_string(), places];
            row.extend([a.verified_on, a.cost.into(), a.step_free.into(), a.schedule]);
            row.extend([a.eligibility.into(), a.languages.into(), a.phone]);
            row
        }),
    )
}

fn awards(seed: u64, town: &[MadeUpArea]) -> String {
    csv(grants::HEADER, grants::grants(seed, &assets::assets(seed, town), town).into_iter())
}

fn referrals(seed: u64, town: &[MadeUpArea]) -> String {
    csv(
        "area_code,need,quarter,referrals,no_match",
        demand::demand(seed, town).into_iter().map(|f| {
            vec![f.code, f.need.into(), f.quarter.into(), f.referrals.to_string(), f.no_match.to_string()]
        }),
    )
}

fn feature(rings: &[Vec<Point>], properties: Value) -> Value {
    json!({ "type": "Feature", "geometry": { "type": "Polygon", "coordinates": rings }, "properties": properties })
}

fn in_degrees(ring: &[Point]) -> Vec<Point> {
    ring.iter().copied().map(degrees).collect()
}

fn collection(features: impl Iterator<Item = Value>) -> String {
    let lines: Vec<String> = features.map(|f| f.to_string()).collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"name\":\"{NAME}\",\"features\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

fn csv(header: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        let cells: Vec<String> =
            row.into_iter()
                .map(|cell| {
                    if cell.contains([',', '"']) {
                        format!("\"{}\"", cell.replace('"', "\"\""))
                    } else {
                        cell
                    }
                })
                .collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
