//! Bath: roads that are not noded at every junction, rights of way drawn by somebody else, and the libraries' catchments as
//! OpenRouteService has them.

use super::plain::Plain;
use geo::{Contains, Point};
use geo_types::{LineString, Polygon};
use hereabouts_core::place::Place;
use hereabouts_core::travel::{ReachedOrigins, StraightLine, TravelBasis, TravelTimes};
use hereabouts_core::units::{KilometresPerHour, Minutes};
use hereabouts_streets::{
    AccessBarrier, EdgeAccess, Persona, SnappedPoint, StreetLines, WalkNetwork, WalkTravel, WalkableParts,
    geojson, join,
};
use hereabouts_tests::test_bed;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

fn lines(bed: &Path, file: &str) -> StreetLines {
    let read = geojson::read(&std::fs::read_to_string(bed.join("bath/streets").join(file)).unwrap()).unwrap();
    println!(
        "{file}: {} features, {} lines, {} rejected",
        read.streets,
        read.lines.len(),
        read.rejected.len()
    );
    assert_eq!(read.rejected, []);
    read.lines
}

fn roads(bed: &Path) -> StreetLines {
    lines(bed, "os_roads.geojson")
}

fn network(bed: &Path) -> WalkNetwork {
    WalkNetwork::new(&join(vec![roads(bed), lines(bed, "banes_prow_bath.geojson")]))
}

/// The same lines with nothing between their ends.
fn ends_only(lines: &StreetLines) -> StreetLines {
    let mut ends = StreetLines::new(lines.points().to_vec(), vec![AccessBarrier::Open; lines.points().len()]);
    for line in lines.iter() {
        ends.line([line.points[0], line.points[line.points.len() - 1]], line.layer, EdgeAccess::FREE);
    }
    ends
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn roads_meet_at_every_vertex_that_they_share() {
    let bed = test_bed();
    let roads = roads(&bed);
    let parts = |lines: &StreetLines| {
        let parts = Plain::new(lines, false).parts();
        let share = parts[0] as f64 / parts.iter().sum::<usize>() as f64;
        println!("{} parts, the largest with {:.2} % of vertices", parts.len(), 100.0 * share);
        (parts.len(), (1000.0 * share).round())
    };
    assert_eq!(parts(&ends_only(&roads)).0, 95);
    assert_eq!(parts(&roads), (49, 991.0));
    let ours = WalkableParts::new(&WalkNetwork::new(&roads), Persona::usual());
    assert_eq!(ours.parts().len(), 49);
    assert!(ours.parts()[1].metres < 1_100.0, "the largest stub is short: {:?}", ours.parts()[1]);
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn rights_of_way_are_joined_to_the_roads() {
    let bed = test_bed();
    let (roads, paths) = (roads(&bed), lines(&bed, "banes_prow_bath.geojson"));
    let share = |lines: &StreetLines| {
        let parts = WalkableParts::new(&WalkNetwork::new(lines), Persona::usual()).parts().to_vec();
        let total: f64 = parts.iter().map(|p| p.metres).sum();
        println!(
            "{} parts, the largest with {:.2} % of {:.0} km",
            parts.len(),
            100.0 * parts[0].metres / total,
            total / 1000.0
        );
        (parts.len(), parts[0].metres / total)
    };
    share(&roads);
    let joined = share(&join(vec![roads, paths]));
    assert!(joined.1 > 0.99 && joined.0 < 90, "{joined:?}");
}

struct Library {
    name: String,
    place: Place,
    /// By seconds: what OpenRouteService says can be reached.
    catchments: BTreeMap<u32, Polygon>,
}

fn libraries(folder: &Path) -> Vec<Library> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let polygon = |feature: &Value| -> (u32, Polygon) {
        let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
        let corner = |c: &Value| (c[0].as_f64().unwrap(), c[1].as_f64().unwrap());
        let seconds = feature["properties"]["value"].as_f64().unwrap() as u32;
        (seconds, Polygon::new(LineString::from_iter(ring.iter().map(corner)), vec![]))
    };
    let library = |path: &std::path::PathBuf| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let words: Vec<&str> = stem.split('_').collect();
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        Library {
            name: words[0].to_owned(),
            place: Place::new(words[1].parse().unwrap(), words[2].parse().unwrap()).unwrap(),
            catchments: file["features"].as_array().unwrap().iter().map(polygon).collect(),
        }
    };
    files.iter().map(library).collect()
}

fn postcodes(file: &Path) -> Vec<Place> {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let place = |feature: &Value| {
        let at = &feature["geometry"]["coordinates"];
        Place::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()).unwrap()
    };
    file["features"].as_array().unwrap().iter().map(place).collect()
}

fn reached<T: TravelTimes>(travel: &T, asset: usize, minutes: f64) -> BTreeSet<u32> {
    let mut out = ReachedOrigins::default();
    travel.reach(asset, Minutes::new(minutes).unwrap(), &mut out);
    out.origins.into_iter().collect()
}

fn jaccard(a: &BTreeSet<u32>, b: &BTreeSet<u32>) -> f64 {
    a.intersection(b).count() as f64 / a.union(b).count().max(1) as f64
}

/// Nearer than this to a home that is reached, in metres, a catchment drawn as one smooth outline takes a home in.
const OUTLINE_M: f64 = 60.0;

/// Why homes of their catchment are not in ours: the ways off the street, which they do not count; their outline, which is
/// drawn round streets and takes in what lies between; and the rest, paths that neither of our maps has.
fn reasons(
    missing: &BTreeSet<u32>,
    on_street: &BTreeSet<u32>,
    ours: &BTreeSet<u32>,
    homes: &[Place],
) -> [usize; 3] {
    let (off, rest): (Vec<u32>, Vec<u32>) = missing.iter().partition(|home| on_street.contains(home));
    let beside = |home: &u32| {
        ours.iter().any(|other| homes[*home as usize].distance(homes[*other as usize]).get() <= OUTLINE_M)
    };
    let outline = rest.iter().filter(|home| beside(home)).count();
    [off.len(), outline, rest.len() - outline]
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn libraries_reach_whom_openrouteservice_says() {
    let bed = test_bed();
    let libraries = libraries(&bed.join("bath/libraries/ors_isochrones"));
    assert_eq!(libraries.len(), 11);
    let homes = postcodes(&bed.join("bath/postcodes/os_postcodes.geojson"));
    let at: Vec<Place> = libraries.iter().map(|l| l.place).collect();
    // OpenRouteService walks at 5 km/h.
    let persona = Persona { speed: KilometresPerHour::new(5.0).unwrap(), step_free: false };
    let (network, limit) = (Arc::new(network(&bed)), Minutes::new(15.0).unwrap());
    let walks = WalkTravel::new(Arc::clone(&network), persona, &at, &homes, limit, 1.3);
    let on_street = |spot: Option<SnappedPoint>| spot.map(|spot| SnappedPoint { off: 0, ..spot });
    let off_nothing = WalkTravel::between(
        network,
        persona,
        (&at, (0..at.len()).map(|a| on_street(walks.asset(a))).collect()),
        (&homes, (0..homes.len()).map(|o| on_street(walks.origin(o))).collect()),
        limit,
        1.3,
    );
    let line = StraightLine::new(&at, &homes, persona.speed, 1.3);
    let mut means: BTreeMap<u32, [f64; 2]> = BTreeMap::new();
    println!(
        "Postcodes in reach: theirs, ours, straight line; Jaccard with theirs: ours, straight line; missing from ours:"
    );
    println!("reached but for the way off the street, beside one that is reached, no path on our maps");
    for (asset, library) in libraries.iter().enumerate() {
        for seconds in [600, 900] {
            let catchment = &library.catchments[&seconds];
            let theirs: BTreeSet<u32> = (0..)
                .zip(&homes)
                .filter(|(_, p)| catchment.contains(&Point::new(p.lon(), p.lat())))
                .map(|(origin, _)| origin)
                .collect();
            let minutes = f64::from(seconds) / 60.0;
            let (ours, straight) = (reached(&walks, asset, minutes), reached(&line, asset, minutes));
            let scores = [jaccard(&ours, &theirs), jaccard(&straight, &theirs)];
            let missing: BTreeSet<u32> = theirs.difference(&ours).copied().collect();
            let why = reasons(&missing, &reached(&off_nothing, asset, minutes), &ours, &homes);
            println!(
                "{:<42} {minutes:>2} min {:>4} {:>4} {:>4}   {:.2} {:.2}   {:>3} {:>3} {:>3}",
                library.name,
                theirs.len(),
                ours.len(),
                straight.len(),
                scores[0],
                scores[1],
                why[0],
                why[1],
                why[2],
            );
            if scores[0] < scores[1] {
                println!(
                    "    worse than the straight line: of {} postcodes missing, {} are behind paths that neither map has, {} are \
                     reached but for the way off the street, {} lie beside one that is reached",
                    missing.len(),
                    why[2],
                    why[0],
                    why[1]
                );
                assert!(!missing.is_empty(), "{}: worse for no reason", library.name);
            }
            // Where the straight line does better it is because ways are missing, never because ours lead too far.
            let beyond = ours.difference(&theirs).count();
            assert!(beyond <= 3 + theirs.len() / 10, "{}: {beyond} beyond theirs", library.name);
            let mean = means.entry(seconds).or_default();
            mean.iter_mut().zip(scores).for_each(|(m, s)| *m += s / libraries.len() as f64);
            if library.name.starts_with("love-weston") && seconds == 900 {
                assert_eq!(theirs.len(), 204);
                assert!(ours.len() > 170, "put on a stub it would reach 2: {}", ours.len());
            }
        }
    }
    println!("mean Jaccard by seconds, ours and the straight line: {means:?}");
    assert!(means[&600][0] > 0.7 && means[&900][0] > 0.8);
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn where_no_streets_are_known_it_is_the_straight_line() {
    let bed = test_bed();
    let libraries = libraries(&bed.join("greater_manchester/libraries/ors_isochrones"));
    let here = postcodes(&bed.join("bath/postcodes/os_postcodes.geojson"));
    let at: Vec<Place> = libraries.iter().map(|l| l.place).collect();
    // People of Bath and, as if at home there, at the libraries of Greater Manchester.
    let origins: Vec<Place> = at.iter().chain(&here).copied().collect();
    let limit = Minutes::new(15.0).unwrap();
    let walks = WalkTravel::new(Arc::new(network(&bed)), Persona::usual(), &at, &origins, limit, 1.3);
    assert_eq!(at.len(), 28);
    assert!((0..at.len()).all(|o| walks.basis(o) == TravelBasis::StraightLine));
    let known = (at.len()..origins.len()).filter(|&o| walks.basis(o) == TravelBasis::Network).count();
    println!("{known} of {} postcodes of Bath stand at known streets", here.len());
    assert!(known as f64 > 0.98 * here.len() as f64);
    let line = StraightLine::new(&at, &origins, Persona::usual().speed, 1.3);
    for asset in 0..at.len() {
        assert_eq!(reached(&walks, asset, 15.0), reached(&line, asset, 15.0));
    }
}
