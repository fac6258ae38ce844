//! The map as a picture in the page: what is seen without JavaScript or WebGL, and on paper.
//!
//! Equirectangular about the middle latitude, which over a city or a county is true to shape within a per cent.
//! The drawing is also what the interactive map reads its classes from, so the two cannot disagree.

use super::map_scale::MapClass;
use geo::{BoundingRect, InteriorPoint};
use geo_types::{Coord, LineString, MultiPolygon, Rect};
use maud::{Markup, html};
use std::fmt::Write;

/// One area to draw.
pub(crate) struct DrawnArea<'a> {
    /// Its code.
    pub(crate) code: &'a str,
    /// Its name, written on the map where it fits.
    pub(crate) name: &'a str,
    /// What its figure is, in words.
    pub(crate) words: String,
    /// Where following it leads.
    pub(crate) href: String,
    /// How it is filled.
    pub(crate) class: MapClass,
    /// Whether its figure is to be read with doubt.
    pub(crate) hatched: bool,
    /// Its simplified boundary.
    pub(crate) shape: &'a MultiPolygon<f64>,
}

/// What is drawn, and how it is told to those who do not see it.
pub(crate) struct AreaMap<'a> {
    /// A short name.
    pub(crate) title: &'a str,
    /// The areas.
    pub(crate) areas: &'a [DrawnArea<'a>],
    /// Code of the area with a thick line.
    pub(crate) selected: Option<&'a str>,
    /// What fills the picture; all areas if `None`. What lies outside is cut off.
    pub(crate) extent: Option<Rect<f64>>,
    /// Whether a moving map takes its classes from here.
    pub(crate) live: bool,
}

/// Width of the drawing in its own units: coordinates are whole numbers, 3 to a pixel on a screen.
pub(super) const WIDTH: f64 = 2000.0;
/// Its height at most, and at least, so that a long thin place still has a map.
const HEIGHT: (f64, f64) = (900.0, 2200.0);
const MARGIN: f64 = 12.0;
const LETTER: f64 = 40.0;

/// From degrees to the drawing.
pub(super) struct MapFrame {
    middle: Coord<f64>,
    east: f64,
    scale: f64,
    /// Height of the drawing in its units.
    pub(super) height: f64,
}

impl MapFrame {
    /// With all of an extent in it.
    pub(super) fn around(extent: Rect<f64>) -> Self {
        let middle = extent.center();
        let east = middle.y.to_radians().cos().max(0.01);
        let (w, h) = ((extent.width() * east).max(1e-6), extent.height().max(1e-6));
        let room = WIDTH - 2.0 * MARGIN;
        let height = (room * h / w + 2.0 * MARGIN).clamp(HEIGHT.0, HEIGHT.1).round();
        Self { middle, east, scale: (room / w).min((height - 2.0 * MARGIN) / h), height }
    }

    /// Units from the left and from the top.
    pub(super) fn at(&self, c: Coord<f64>) -> (i64, i64) {
        let x = (c.x - self.middle.x) * self.east * self.scale + WIDTH / 2.0;
        let y = (self.middle.y - c.y) * self.scale + self.height / 2.0;
        (x.round() as i64, y.round() as i64)
    }

    /// A path of relative steps. Each end is rounded before the steps are taken, so that errors do not add up.
    pub(super) fn path(&self, shape: &MultiPolygon<f64>) -> String {
        let mut d = String::new();
        let mut pen = (0, 0);
        for ring in shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
            self.ring(ring, &mut pen, &mut d);
        }
        d
    }

    /// The same of lines that do not close.
    pub(super) fn lines(&self, lines: impl IntoIterator<Item = Vec<Coord<f64>>>) -> String {
        let (mut d, mut pen) = (String::new(), (0, 0));
        for line in lines {
            let mut points: Vec<(i64, i64)> = line.into_iter().map(|c| self.at(c)).collect();
            points.dedup();
            if points.len() > 1 {
                steps(&points, &mut pen, &mut d);
            }
        }
        d
    }

    fn ring(&self, ring: &LineString<f64>, pen: &mut (i64, i64), d: &mut String) {
        let mut points: Vec<(i64, i64)> = ring.coords().map(|&c| self.at(c)).collect();
        points.dedup();
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        let Some(&start) = points.first() else { return };
        steps(&points, pen, d);
        d.push('z');
        // Closing a ring takes the pen back to where it began.
        *pen = start;
    }
}

/// From where the pen is to each point in turn.
fn steps(points: &[(i64, i64)], pen: &mut (i64, i64), d: &mut String) {
    for (i, &(x, y)) in points.iter().enumerate() {
        let (dx, dy) = (x - pen.0, y - pen.1);
        let letter = ["m", "l", ""][i.min(2)];
        let space = if i > 1 && dx >= 0 { " " } else { "" };
        let comma = if dy >= 0 { " " } else { "" };
        // Writing to a String does not fail.
        let _ = write!(d, "{letter}{space}{dx}{comma}{dy}");
        *pen = (x, y);
    }
}

/// Smallest box around everything drawn.
pub(crate) fn extent<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Option<Rect<f64>> {
    shapes.filter_map(BoundingRect::bounding_rect).reduce(|a, b| {
        Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    })
}

/// Degrees of latitude that a unit of the drawing covers: what is smaller cannot be seen.
pub(crate) fn unit(extent: Rect<f64>) -> f64 {
    1.0 / MapFrame::around(extent).scale
}

/// The drawing. Areas are links, out of the tab order: the table beside the map is the same list for the keyboard.
///
/// Every element is closed by name: a browser takes an open `<rect>` in a drawing for the parent of what follows, and then
/// draws none of it.
pub(crate) fn svg(map: &AreaMap<'_>) -> Markup {
    let Some(extent) = map.extent.or_else(|| extent(map.areas.iter().map(|a| a.shape))) else {
        return html! { p.empty { "There are no boundaries to draw." } };
    };
    let frame = MapFrame::around(extent);
    let selected = map.areas.iter().find(|a| Some(a.code) == map.selected).map(|a| frame.path(a.shape));
    html! {
        svg #map-svg .map-svg viewBox=(format!("0 0 {WIDTH} {}", frame.height)) role="group" aria-labelledby="map-svg-title"
            xmlns="http://www.w3.org/2000/svg" {
            title #map-svg-title { (map.title) }
            defs { (patterns()) }
            @for (class, hatched) in MapClass::ALL.into_iter().flat_map(|c| [(c, false), (c, true)]) {
                @let mut these = map.areas.iter().filter(|a| a.class == class && a.hatched == hatched).peekable();
                @if these.peek().is_some() {
                    g.map-areas fill=(fill(class, hatched)) {
                        @for area in these {
                            a href=(area.href) data-area=[map.live.then_some(area.code)] data-class=[map.live.then_some(class.id())] data-hatched[hatched && map.live]
                                tabindex="-1" {
                                path d=(frame.path(area.shape)) { title { (area.words) } }
                            }
                        }
                    }
                }
            }
            path #map-selected .map-selected fill="none" d=[selected] {}
            g.map-names aria-hidden="true" {
                @for (name, (x, y)) in names(map.areas, &frame, extent) {
                    text x=(x) y=(y) { (name) }
                }
            }
        }
    }
}

/// Names of areas that have room for theirs.
fn names<'a>(areas: &'a [DrawnArea<'a>], frame: &MapFrame, extent: Rect<f64>) -> Vec<(&'a str, (i64, i64))> {
    let fits = |area: &&DrawnArea<'_>| {
        let width = area.shape.bounding_rect().map_or(0.0, |r| r.width() * frame.east * frame.scale);
        area.name.chars().count() as f64 * LETTER * 0.5 <= width
    };
    let inside = |c: Coord<f64>| {
        c.x > extent.min().x && c.x < extent.max().x && c.y > extent.min().y && c.y < extent.max().y
    };
    areas
        .iter()
        .filter(fits)
        .filter_map(|a| a.shape.interior_point().map(|p| (a.name, p.0)))
        .filter(|(_, at)| inside(*at))
        .map(|(name, at)| (name, frame.at(at)))
        .collect()
}

fn fill(class: MapClass, hatched: bool) -> String {
    match (class, hatched) {
        (MapClass::NoData, _) => "url(#dots)".to_owned(),
        (MapClass::TooFew, _) => "url(#rules)".to_owned(),
        (MapClass::NoList, _) => "url(#bars)".to_owned(),
        (class, true) => format!("url(#hatch-{})", class.id()),
        (class, false) => class.colour(),
    }
}

fn patterns() -> Markup {
    html! {
        pattern #dots width="30" height="30" patternUnits="userSpaceOnUse" {
            rect width="30" height="30" fill=(MapClass::NoData.colour()) {}
            circle cx="8" cy="8" r="4" fill="var(--no-data-dot)" {}
            circle cx="23" cy="23" r="4" fill="var(--no-data-dot)" {}
        }
        pattern #rules width="24" height="24" patternUnits="userSpaceOnUse" {
            rect width="24" height="24" fill=(MapClass::TooFew.colour()) {}
            rect x="10" width="4" height="24" fill="var(--few-rule)" {}
        }
        pattern #bars width="24" height="24" patternUnits="userSpaceOnUse" {
            rect width="24" height="24" fill=(MapClass::NoList.colour()) {}
            rect y="9" width="24" height="6" fill="var(--no-list-bar)" {}
        }
        @for class in MapClass::ALL.into_iter().filter(|c| !matches!(c, MapClass::NoData | MapClass::NoList | MapClass::TooFew)) {
            pattern id=(format!("hatch-{}", class.id())) width="26" height="26" patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)" {
                rect width="26" height="26" fill=(class.colour()) {}
                // White shows on the dark steps, black on the light ones: both, side by side, show on all.
                rect width="4" height="26" fill="#fff" fill-opacity="0.75" {}
                rect x="4" width="3" height="26" fill="#0b0c0c" fill-opacity="0.6" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Polygon;

    fn square(x: f64, y: f64) -> MultiPolygon<f64> {
        let ring = vec![(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0), (x, y)];
        MultiPolygon::new(vec![Polygon::new(LineString::from(ring), vec![])])
    }

    fn drawn<'a>(
        code: &'a str,
        name: &'a str,
        class: MapClass,
        shape: &'a MultiPolygon<f64>,
    ) -> DrawnArea<'a> {
        let href = format!("/areas?sel={code}");
        DrawnArea { code, name, words: format!("{name}: words"), href, class, hatched: false, shape }
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let frame = MapFrame::around(Rect::new((0.0, 50.0), (1.0, 51.0)));
        let (south_west, north_east) =
            (frame.at(Coord { x: 0.0, y: 50.0 }), frame.at(Coord { x: 1.0, y: 51.0 }));
        assert!(south_west.0 < north_east.0 && south_west.1 > north_east.1);
        let ratio = (north_east.0 - south_west.0) as f64 / (south_west.1 - north_east.1) as f64;
        assert!((ratio - 50.5_f64.to_radians().cos()).abs() < 0.01, "a degree east is shorter: {ratio}");
    }

    #[test]
    fn a_path_returns_to_where_it_began() {
        let frame = MapFrame::around(Rect::new((0.0, 0.0), (1.0, 1.0)));
        let both = MultiPolygon::new([square(0.0, 0.0).0, square(0.0, 0.0).0].concat());
        let d = frame.path(&both);
        assert_eq!(d.matches('z').count(), 2);
        assert!(d.contains("zm0 0l"), "the second ring starts where the first did: {d}");
    }

    #[test]
    fn hostile_names_stay_text() {
        let shape = square(0.0, 0.0);
        let areas = [drawn("\"><script>", "<script>alert(1)</script>", MapClass::Step(2), &shape)];
        let map = AreaMap { title: "<b>", areas: &areas, selected: None, extent: None, live: true };
        let text = svg(&map).into_string();
        assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
        assert!(text.contains("var(--class-2)"));
    }

    #[test]
    fn every_element_is_closed() {
        let shape = square(0.0, 0.0);
        let areas = [drawn("A", "A", MapClass::NoData, &shape)];
        let text = svg(&AreaMap { title: "t", areas: &areas, selected: Some("A"), extent: None, live: true })
            .into_string();
        for name in ["svg", "defs", "pattern", "rect", "circle", "g", "a", "path", "text", "title"] {
            let opened =
                text.matches(&format!("<{name} ")).count() + text.matches(&format!("<{name}>")).count();
            assert_eq!(opened, text.matches(&format!("</{name}>")).count(), "{name} in {text}");
            assert!(opened > 0, "{name}");
        }
    }

    #[test]
    fn draws_each_area_once_and_the_selected_line() {
        let (a, b) = (square(0.0, 0.0), square(1.0, 0.0));
        let mut areas = [drawn("A", "A", MapClass::Step(0), &a), drawn("B", "B", MapClass::NoData, &b)];
        areas[0].hatched = true;
        let map = AreaMap { title: "t", areas: &areas, selected: Some("B"), extent: None, live: true };
        let text = svg(&map).into_string();
        assert_eq!(text.matches("data-area=").count(), 2);
        assert!(text.contains("url(#hatch-0)") && text.contains("url(#dots)"));
        assert!(
            text.contains("id=\"map-selected\" class=\"map-selected\" fill=\"none\" d=\"m")
                || text.contains("class=\"map-selected\" id=\"map-selected\" fill=\"none\" d=\"m"),
            "{text}"
        );
    }
}
