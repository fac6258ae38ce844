//! A small map of a few places: where somebody sets out, numbered marks, the neighbourhoods and, near by, the streets.

use super::outline;
use super::svg_map::{self, MapFrame, WIDTH};
use geo::{InteriorPoint, Intersects};
use geo_types::{Coord, MultiPolygon, Rect};
use hereabouts_core::place::Place;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_streets::FixedPoint;
use maud::{Markup, html};

/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_195.0;
/// The least that is shown across, in metres: a single mark still has its surroundings.
const LEAST_M: f64 = 600.0;
/// More streets than this make a picture of grey, and a heavy page.
const MOST_STREETS: usize = 3_000;
/// Marks closer than this, in units of the drawing, are one mark with both numbers.
const TOGETHER: i64 = 70;
/// Numbers in one mark.
const MOST_NUMBERS: usize = 3;

/// One numbered place.
pub(super) struct MapMark {
    /// Its number in the list beside the map.
    pub(super) number: usize,
    pub(super) place: Place,
    /// Where following it leads.
    pub(super) href: String,
}

/// What is drawn.
pub(super) struct SketchMap<'a> {
    /// What it shows, for those who do not see it.
    pub(super) title: &'a str,
    /// Where somebody sets out.
    pub(super) from: Option<Place>,
    pub(super) marks: &'a [MapMark],
    /// What is reached, the nearest first.
    pub(super) reach: &'a [MultiPolygon<f64>],
    /// Whether streets are drawn, where they are known and not too many.
    pub(super) streets: bool,
}

/// The drawing; nothing where there is no place to draw. Marks are out of the tab order: the list beside it has the same
/// links for the keyboard.
pub(super) fn draw(snapshot: &Snapshot, sketch: &SketchMap<'_>) -> Markup {
    let Some(extent) = extent(sketch) else { return html! {} };
    let frame = MapFrame::around(extent);
    let (areas, names) = areas(snapshot, extent);
    let streets = if sketch.streets { streets(snapshot, extent) } else { Vec::new() };
    let bar = bar(&frame, extent);
    html! {
        svg.map-svg.sketch viewBox=(format!("0 0 {WIDTH} {}", frame.height)) role="group" aria-label=(sketch.title)
            xmlns="http://www.w3.org/2000/svg" {
            title { (sketch.title) }
            @for shape in sketch.reach.iter().rev() { path.sketch-reach d=(frame.path(shape)) {} }
            g.sketch-areas { @for shape in &areas { path d=(frame.path(shape)) {} } }
            @if !streets.is_empty() { path.sketch-streets d=(frame.lines(streets)) {} }
            g.map-names aria-hidden="true" {
                @for (name, at) in &names {
                    @let (x, y) = frame.at(*at);
                    text x=(x) y=(y) { (name) }
                }
            }
            @if let Some(from) = sketch.from {
                @let (x, y) = frame.at(from.point().into());
                g.sketch-from { circle cx=(x) cy=(y) r="34" {} circle cx=(x) cy=(y) r="14" {} }
            }
            @for (label, (x, y), href) in groups(&frame, sketch.marks) {
                @let half = 30 + 24 * label.chars().count() as i64;
                a href=(href) tabindex="-1" aria-hidden="true" {
                    rect.sketch-mark x=(x - half) y=(y - 54) width=(2 * half) height="108" rx="54" {}
                    text.sketch-number x=(x) y=(y + 24) { (label) }
                }
            }
            @if let Some((length, words)) = bar {
                g.sketch-bar aria-hidden="true" {
                    path d=(format!("m60 {}v30h{length}v-30", frame.height - 80.0)) {}
                    text x="60" y=(frame.height - 100.0) { (words) }
                }
            }
        }
    }
}

/// Everything that is to be seen, with some room around.
fn extent(sketch: &SketchMap<'_>) -> Option<Rect<f64>> {
    let places = sketch.marks.iter().map(|mark| mark.place).chain(sketch.from);
    let points = places.map(|p| Rect::new((p.lon(), p.lat()), (p.lon(), p.lat())));
    let around = svg_map::extent(sketch.reach.iter());
    let all = points.chain(around).reduce(|a, b| {
        Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    })?;
    let middle = all.center();
    let east = middle.y.to_radians().cos().max(0.01);
    let half = |size: f64, degree: f64| (size * 1.25).max(LEAST_M / DEGREE_M / degree) / 2.0;
    let (w, h) = (half(all.width(), east), half(all.height(), 1.0));
    // Not much taller or wider than it is wide or tall.
    let (w, h) = (w.max(h / east * 0.9), h.max(w * east * 0.6));
    Some(Rect::new((middle.x - w, middle.y - h), (middle.x + w, middle.y + h)))
}

/// A name and where it stands.
type StreetName<'a> = (&'a str, Coord<f64>);

/// Neighbourhoods in sight, light enough to draw, and the names of those whose middle is in sight.
fn areas(snapshot: &Snapshot, extent: Rect<f64>) -> (Vec<MultiPolygon<f64>>, Vec<StreetName<'_>>) {
    let study = snapshot.study();
    let Some(geography) = snapshot.default_geography() else { return (Vec::new(), Vec::new()) };
    let seen: Vec<_> = study
        .areas_of(geography)
        .filter(|(at, area)| area.reporting && snapshot.bounds(*at).is_some_and(|b| b.intersects(&extent)))
        .map(|(_, area)| area)
        .collect();
    let shapes: Vec<_> = seen.iter().map(|area| &area.boundary).collect();
    let simple = outline::simplify(&shapes, 2.0 * svg_map::unit(extent));
    let names = seen.iter().zip(&simple).filter_map(|(area, shape)| {
        let at: Coord<f64> = shape.interior_point()?.into();
        extent.intersects(&at).then_some((area.name.as_str(), at))
    });
    let names = names.collect();
    (simple, names)
}

fn streets(snapshot: &Snapshot, extent: Rect<f64>) -> Vec<Vec<Coord<f64>>> {
    let corner = |c: Coord<f64>| Place::new(c.x, c.y).ok().map(FixedPoint::from);
    let (Some(low), Some(high)) = (corner(extent.min()), corner(extent.max())) else { return Vec::new() };
    let network = snapshot.network();
    let edges = network.within(low, high);
    if edges.len() > MOST_STREETS {
        return Vec::new();
    }
    let course =
        |edge: &u32| network.course(*edge).iter().map(|bend| bend.at.place().point().into()).collect();
    edges.iter().map(course).collect()
}

/// Marks that would lie on each other as one: its numbers, where, and what following it leads to.
fn groups(frame: &MapFrame, marks: &[MapMark]) -> Vec<(String, (i64, i64), String)> {
    let mut groups: Vec<(Vec<usize>, (i64, i64), String)> = Vec::new();
    for mark in marks {
        let (x, y) = frame.at(mark.place.point().into());
        let near = |at: &(i64, i64)| (at.0 - x).abs() < TOGETHER && (at.1 - y).abs() < TOGETHER;
        match groups.iter_mut().find(|(_, at, _)| near(at)) {
            Some((numbers, ..)) => numbers.push(mark.number),
            None => groups.push((vec![mark.number], (x, y), mark.href.clone())),
        }
    }
    let label = |numbers: &[usize]| {
        let shown: Vec<String> = numbers.iter().take(MOST_NUMBERS).map(usize::to_string).collect();
        format!("{}{}", shown.join(","), if numbers.len() > MOST_NUMBERS { "…" } else { "" })
    };
    // The first of the list is drawn last, over the others.
    groups.into_iter().rev().map(|(numbers, at, href)| (label(&numbers), at, href)).collect()
}

/// A length in round metres that is about a quarter of the width, in units, and what it is.
fn bar(frame: &MapFrame, extent: Rect<f64>) -> Option<(i64, String)> {
    let units_per_m = 1.0 / (svg_map::unit(extent) * DEGREE_M);
    let round = [100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0];
    let metres = round.into_iter().rev().find(|m| m * units_per_m <= WIDTH / 4.0)?;
    let words = if metres < 1_000.0 { format!("{metres} m") } else { format!("{} km", metres / 1_000.0) };
    (frame.height > 0.0).then(|| ((metres * units_per_m).round() as i64, words))
}
