//! Who may walk where, by tags.
//!
//! Rules: <https://wiki.openstreetmap.org/wiki/Key:access>, `/wiki/OSM_tags_for_routing/Access_restrictions` (United
//! Kingdom), `/wiki/Key:foot`, `/wiki/Key:sidewalk`, `/wiki/Key:barrier`, `/wiki/Key:kerb`, `/wiki/Key:conveying`,
//! `/wiki/Key:incline`.
//! The special word wins over the general one: `foot` over `access`. Ferries are never walked.

use crate::edge_access::{AccessBarrier, EdgeAccess};

/// Tags of an element.
#[derive(Debug, Clone, Copy)]
pub struct WayTags<'a>(pub &'a [(&'a str, &'a str)]);

impl<'a> WayTags<'a> {
    /// The value of a key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|tag| tag.0 == key).map(|tag| tag.1)
    }

    fn is(self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }
}

/// How a way may be walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkAccess {
    /// Above or below the ground.
    pub layer: i8,
    /// What of it may not be walked.
    pub passage: EdgeAccess,
}

/// Kinds of highway that are for walking unless something is said against it.
const FOR_FEET: [&str; 26] = [
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "road",
    "service",
    "pedestrian",
    "track",
    "path",
    "footway",
    "steps",
    "bridleway",
    "cycleway",
    "corridor",
    "platform",
    "crossing",
    "elevator",
    "ladder",
    "escalator",
];

/// Kinds that are for walking only where that is said.
const IF_SAID: [&str; 4] = ["motorway", "motorway_link", "busway", "bus_guideway"];

/// What else one walks on.
const OTHERS: [(&str, &str); 3] =
    [("man_made", "pier"), ("railway", "platform"), ("public_transport", "platform")];

/// Values of `foot` that say yes; any other that is not in [`DENIED`] leaves things as they are.
const GRANTED: [&str; 5] = ["yes", "designated", "permissive", "official", "public"];

/// Values of `foot` and `access` that keep people on foot out.
const DENIED: [&str; 13] = [
    "no",
    "private",
    "use_sidepath",
    "agricultural",
    "forestry",
    "delivery",
    "military",
    "restricted",
    "permit",
    "emergency",
    "employees",
    "residents",
    "none",
];

/// Metres up in a hundred that are too steep for a wheelchair: 1 in 12 (Department for Transport, *Inclusive Mobility*, 2021,
/// section 4.3), and a little for rounding.
const STEEP: f64 = 8.4;

/// Roads so fast that one walks on them only beside the carriageway.
const FAST: [&str; 2] = ["trunk", "trunk_link"];

/// How a way may be walked; `None` is not at all.
#[must_use]
pub fn way(tags: WayTags<'_>) -> Option<WalkAccess> {
    let kind = tags.get("highway");
    let granted = tags.is("foot", &GRANTED);
    let usable = match kind {
        Some(kind) if FOR_FEET.contains(&kind) => true,
        Some(kind) if IF_SAID.contains(&kind) => granted,
        Some(_) => false,
        None => OTHERS.iter().any(|(key, value)| tags.is(key, &[value])),
    };
    let denied =
        if tags.get("foot").is_some() { tags.is("foot", &DENIED) } else { tags.is("access", &DENIED) };
    let no_pavement = kind.is_some_and(|kind| FAST.contains(&kind)) && tags.is("sidewalk", &["no", "none"]);
    let too_fast = !granted && (no_pavement || tags.is("motorroad", &["yes"]));
    if !usable || denied || too_fast {
        return None;
    }
    Some(WalkAccess { layer: layer(tags), passage: passage(tags) })
}

fn passage(tags: WayTags<'_>) -> EdgeAccess {
    let stairs = tags.is("highway", &["steps", "ladder", "escalator", "elevator"]);
    // How steep stairs are says nothing of a slope.
    let slope = if stairs { None } else { tags.get("incline").and_then(incline) };
    let mut passage = slope.map_or(EdgeAccess::FREE, EdgeAccess::rising);
    let mut forbid = |what: EdgeAccess, holds: bool| {
        if holds {
            passage = passage.and(what);
        }
    };
    let moving_stairs = tags.is("conveying", &["yes", "forward", "backward", "reversible"]);
    let with_ramp = tags.is("ramp:wheelchair", &["yes", "separate"]);
    let climbed = tags.is("highway", &["steps", "ladder", "escalator"]);
    let on_wheels = tags.is("wheelchair", &["yes", "designated", "limited", "permissive"]);
    let steep = slope.is_some_and(|per_cent| per_cent.abs() > STEEP);
    forbid(
        EdgeAccess::NOT_STEP_FREE,
        tags.is("wheelchair", &["no"]) || (climbed && !with_ramp && !on_wheels) || (steep && !on_wheels),
    );
    forbid(
        EdgeAccess::NOT_BACKWARD,
        tags.is("oneway:foot", &["yes", "1", "true"])
            || tags.is("foot:backward", &["no"])
            || (moving_stairs && tags.is("conveying", &["forward"])),
    );
    forbid(
        EdgeAccess::NOT_FORWARD,
        tags.is("oneway:foot", &["-1", "reverse"])
            || tags.is("foot:forward", &["no"])
            || (moving_stairs && tags.is("conveying", &["backward"])),
    );
    passage
}

/// Metres up in a hundred, as the line is drawn; `None` where only `up` or `down` is said, or nothing that can be read.
fn incline(value: &str) -> Option<f64> {
    let value = value.trim();
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    match value.strip_suffix('\u{b0}') {
        Some(degrees) => number(degrees).filter(|d| d.abs() < 90.0).map(|d| 100.0 * d.to_radians().tan()),
        None => number(value.strip_suffix('%').unwrap_or(value)),
    }
}

fn layer(tags: WayTags<'_>) -> i8 {
    let tagged = tags.get("layer").and_then(|layer| layer.trim().parse().ok());
    let implied = || {
        let not_no = |key: &str| tags.get(key).is_some_and(|value| value != "no");
        i8::from(not_no("bridge")) - i8::from(not_no("tunnel"))
    };
    tagged.unwrap_or_else(implied)
}

/// Barriers made for people on foot, whose `access` speaks of them too; at others it speaks of vehicles.
const GATES: [&str; 6] =
    ["gate", "wicket_gate", "entrance", "kissing_gate", "full-height_turnstile", "turnstile"];

/// Barriers that one climbs, turns or squeezes through.
const CLIMBED: [&str; 8] = [
    "stile",
    "kissing_gate",
    "turnstile",
    "full-height_turnstile",
    "cycle_barrier",
    "motorcycle_barrier",
    "log",
    "step",
];

/// Who may pass a node.
#[must_use]
pub fn node(tags: WayTags<'_>) -> AccessBarrier {
    let barrier = tags.get("barrier");
    let is = |kinds: &[&str]| barrier.is_some_and(|barrier| kinds.contains(&barrier));
    let tagged = tags.get("foot").is_some();
    let closed = if tagged {
        tags.is("foot", &DENIED)
    } else {
        is(&GATES) && (tags.is("access", &DENIED) || tags.is("locked", &["yes"]))
    };
    let on_wheels = tags.is("wheelchair", &["yes", "designated", "limited"]);
    let flat = tags.is("kerb", &["lowered", "flush", "no", "rolled"]);
    let raised = tags.is("kerb", &["raised", "regular", "yes"]) || (is(&["kerb"]) && !flat);
    if closed {
        AccessBarrier::Closed
    } else if tags.is("wheelchair", &["no"]) || ((is(&CLIMBED) || raised) && !on_wheels) {
        AccessBarrier::NotStepFree
    } else {
        AccessBarrier::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(tags: &[(&str, &str)]) -> bool {
        way(WayTags(tags)).is_some()
    }

    #[test]
    fn streets_are_for_feet_and_motorways_only_where_tagged() {
        for kind in FOR_FEET {
            assert!(walked(&[("highway", kind)]), "{kind}");
            assert!(!walked(&[("highway", kind), ("foot", "no")]), "{kind}");
        }
        for kind in IF_SAID {
            assert!(!walked(&[("highway", kind)]), "{kind}");
            assert!(walked(&[("highway", kind), ("foot", "designated")]), "{kind}");
        }
        for kind in ["proposed", "construction", "raceway", "abandoned"] {
            assert!(!walked(&[("highway", kind), ("foot", "yes")]), "{kind}");
        }
        assert!(!walked(&[("route", "ferry"), ("foot", "yes")]), "ferries are not walked");
        assert!(!walked(&[("waterway", "river")]));
        assert!(walked(&[("railway", "platform")]));
    }

    #[test]
    fn foot_wins_over_access() {
        assert!(!walked(&[("highway", "service"), ("access", "private")]));
        assert!(walked(&[("highway", "service"), ("access", "private"), ("foot", "yes")]));
        assert!(walked(&[("highway", "service"), ("access", "destination")]));
        assert!(!walked(&[("highway", "residential"), ("access", "yes"), ("foot", "use_sidepath")]));
        assert!(walked(&[("highway", "residential"), ("foot", "discouraged")]));
    }

    #[test]
    fn fast_roads_need_a_pavement() {
        assert!(walked(&[("highway", "trunk")]));
        assert!(!walked(&[("highway", "trunk"), ("sidewalk", "no")]));
        assert!(walked(&[("highway", "trunk"), ("sidewalk", "no"), ("foot", "yes")]));
        assert!(walked(&[("highway", "residential"), ("sidewalk", "no")]));
        assert!(!walked(&[("highway", "primary"), ("motorroad", "yes")]));
    }

    #[test]
    fn one_way_is_for_vehicles_unless_feet_are_meant() {
        let passage = |tags: &[(&str, &str)]| way(WayTags(tags)).unwrap().passage;
        assert_eq!(passage(&[("highway", "residential"), ("oneway", "yes")]), EdgeAccess::FREE);
        assert_eq!(passage(&[("highway", "path"), ("oneway:foot", "yes")]), EdgeAccess::NOT_BACKWARD);
        assert_eq!(passage(&[("highway", "path"), ("oneway:foot", "-1")]), EdgeAccess::NOT_FORWARD);
        assert_eq!(
            passage(&[("highway", "steps"), ("conveying", "backward")]),
            EdgeAccess::NOT_FORWARD.and(EdgeAccess::NOT_STEP_FREE)
        );
    }

    #[test]
    fn steps_are_not_step_free_unless_there_is_a_ramp() {
        let free =
            |tags: &[(&str, &str)]| !way(WayTags(tags)).unwrap().passage.forbids(EdgeAccess::NOT_STEP_FREE);
        assert!(!free(&[("highway", "steps")]));
        assert!(free(&[("highway", "steps"), ("ramp:wheelchair", "yes")]));
        assert!(!free(&[("highway", "footway"), ("wheelchair", "no")]));
        assert!(free(&[("highway", "footway")]));
    }

    #[test]
    fn slopes_are_those_of_the_tag_and_steep_ones_stop_wheels() {
        let passage = |tags: &[(&str, &str)]| way(WayTags(tags)).unwrap().passage;
        let slope = |incline| passage(&[("highway", "residential"), ("incline", incline)]);
        assert_eq!(slope("6%"), EdgeAccess::rising(6.0));
        assert_eq!(slope(" -6.2 % "), EdgeAccess::rising(-6.0));
        assert_eq!(slope("8"), EdgeAccess::rising(8.0));
        assert_eq!(slope("10\u{b0}"), EdgeAccess::rising(18.0).and(EdgeAccess::NOT_STEP_FREE));
        for nothing in ["up", "down", "yes", "", "%", "0%", "nan", "1:10", "90\u{b0}"] {
            assert_eq!(slope(nothing), EdgeAccess::FREE, "{nothing}");
        }
        assert_eq!(slope("9%"), EdgeAccess::rising(9.0).and(EdgeAccess::NOT_STEP_FREE));
        let ramp = [("highway", "footway"), ("incline", "9%"), ("wheelchair", "yes")];
        assert_eq!(passage(&ramp), EdgeAccess::rising(9.0));
        assert_eq!(passage(&[("highway", "steps"), ("incline", "40%")]), EdgeAccess::NOT_STEP_FREE);
    }

    #[test]
    fn bridges_are_above_and_tunnels_below() {
        let layer = |tags: &[(&str, &str)]| way(WayTags(tags)).unwrap().layer;
        assert_eq!(layer(&[("highway", "path"), ("bridge", "yes")]), 1);
        assert_eq!(layer(&[("highway", "path"), ("tunnel", "yes")]), -1);
        assert_eq!(layer(&[("highway", "path"), ("bridge", "yes"), ("layer", "2")]), 2);
        assert_eq!(layer(&[("highway", "path"), ("tunnel", "no"), ("layer", "high")]), 0);
    }

    #[test]
    fn gates_stop_whom_they_say() {
        let gate = |tags: &[(&str, &str)]| node(WayTags(tags));
        assert_eq!(gate(&[("barrier", "gate")]), AccessBarrier::Open);
        assert_eq!(gate(&[("barrier", "gate"), ("access", "private")]), AccessBarrier::Closed);
        assert_eq!(gate(&[("barrier", "gate"), ("access", "private"), ("foot", "yes")]), AccessBarrier::Open);
        assert_eq!(gate(&[("barrier", "lift_gate"), ("access", "private")]), AccessBarrier::Open);
        assert_eq!(gate(&[("barrier", "bollard"), ("foot", "no")]), AccessBarrier::Closed);
        assert_eq!(gate(&[("barrier", "stile")]), AccessBarrier::NotStepFree);
        assert_eq!(gate(&[("barrier", "kerb"), ("kerb", "lowered")]), AccessBarrier::Open);
        assert_eq!(gate(&[("highway", "crossing"), ("kerb", "raised")]), AccessBarrier::NotStepFree);
        assert_eq!(gate(&[("highway", "crossing")]), AccessBarrier::Open);
    }
}
