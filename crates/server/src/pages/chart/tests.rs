//! Each picture as it is, held by a snapshot, and what must be so whatever it shows.

use super::*;
use hereabouts_engine::format;

fn quarter(name: &str, listed: f64, likely: f64) -> TrendPoint {
    let ticks = [name.to_owned(), "2025".to_owned()];
    TrendPoint {
        name: name.to_owned(),
        ticks,
        figures: Some([listed, likely]),
        band: Some((likely - 2.0, likely + 3.0)),
    }
}

fn with_a_hole() -> Vec<TrendPoint> {
    let hole = TrendPoint { figures: None, band: None, ..quarter("Jul–Sep", 0.0, 0.0) };
    vec![quarter("Jan–Mar", 4.0, 6.0), quarter("Apr–Jun", 5.0, 9.5), hole, quarter("Oct–Dec", 6.0, 11.0)]
}

#[test]
fn lines_end_at_round_numbers() {
    let marks = |most: f64| Scale::to(most).marks().collect::<Vec<_>>();
    assert_eq!(marks(23.0), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]);
    assert_eq!(marks(100.0), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
    assert_eq!(marks(0.0), marks(1.0), "a line of nothing has a length");
    assert_eq!(marks(f64::NAN), marks(1.0));
    for most in [0.3, 1.0, 7.0, 12.3, 999.0, 12_345.0] {
        let scale = Scale::to(most);
        assert!(
            scale.end() >= most * 0.999 && scale.end() <= most * 2.5,
            "{most} on a line to {}",
            scale.end()
        );
        assert!((2..=6).contains(&scale.marks().count()), "{most}");
    }
}

#[test]
fn a_row_of_dots() {
    let row = DotRow { value: 21.0, range: (18.0, 23.0), sure: true };
    insta::assert_snapshot!(dots(Scale::to(23.0), row).into_string());
    let unsure = dots(Scale::to(23.0), DotRow { sure: false, ..row }).into_string();
    assert!(unsure.contains("dot open"), "{unsure}");
    insta::assert_snapshot!(dots_axis(Scale::to(23.0), format::about).into_string());
}

#[test]
fn a_line_breaks_where_nothing_is_known() {
    let drawn = trend("Company, unmet", &with_a_hole()).into_string();
    insta::assert_snapshot!(drawn);
    assert_eq!(drawn.matches("no data").count(), 2, "the table says so of both figures");
    assert!(!drawn.contains("NaN"));
}

#[test]
fn a_sparkline_is_said_in_words() {
    let drawn = sparkline(&with_a_hole()).into_string();
    insta::assert_snapshot!(drawn);
    assert!(drawn.contains("Quarter by quarter: 6, 9.5, not known, 11"));
    assert!(!sparkline(&[]).into_string().contains("NaN"));
}

#[test]
fn a_swarm_has_a_dot_for_each_until_they_are_too_many() {
    let drawn =
        |all: &[f64]| swarm(Scale::of_shares(), all, Some(0.5), "Three areas", "This one").into_string();
    insta::assert_snapshot!(drawn(&[0.1, 0.5, 0.5]));
    let many = vec![0.25; 400];
    assert!(drawn(&many).matches("h0").count() <= HIGHEST_DRAWN && drawn(&many).contains("up to"));
}

const HIGHEST_DRAWN: usize = 16;

#[test]
fn a_strip_marks_one_among_all() {
    let all = [0.0, 0.2, 0.2, 0.95];
    insta::assert_snapshot!(strip(Scale::of_shares(), &all, Some((0.2, (0.1, 0.4)))).into_string());
    assert!(!strip(Scale::of_shares(), &all, None).into_string().contains("circle"));
}

#[test]
fn a_whole_is_its_parts_side_by_side() {
    let drawn = parts_of(&[(30.0, "with nothing in reach"), (10.0, "with too little"), (0.0, "not known")])
        .into_string();
    insta::assert_snapshot!(drawn);
    assert!(drawn.contains("30 with nothing in reach, 10 with too little."), "what is none is not said");
    for one in [[0.0, 0.0], [7.0, 0.0], [0.0, f64::NAN]] {
        assert!(parts_of(&[(one[0], "a"), (one[1], "b")]).into_string().is_empty(), "{one:?}");
    }
}
