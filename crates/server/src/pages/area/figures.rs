//! Every figure of the neighbourhood in one table, behind a fold.

use super::AreaPage;
use crate::pages::parts;
use hereabouts_core::report::Gap;
use hereabouts_engine::format;
use hereabouts_engine::view::Scenario;
use maud::{Markup, html};

/// All needs with all figures.
pub(super) fn all(of: &AreaPage<'_>) -> Markup {
    let (study, page) = (of.page.snapshot.study(), of.page);
    html! {
        details.no-print { summary { "All figures" }
        div.scroll role="region" aria-label="All figures" tabindex="0" {
            table {
                caption { "Referrals and places are for " (page.asked.period.map_or("one quarter".to_owned(), format::period)) "; places for each referral after all who reach them have had a share; minutes on foot." }
                thead { tr {
                    th scope="col" { "Need" }
                    th.number scope="col" { "Referrals" }
                    th.number scope="col" { "Unmet, as listed" }
                    th.number scope="col" { "Unmet, likely" }
                    th.number scope="col" { "Of these nothing in reach" }
                    th.number scope="col" { "Too little in reach" }
                    th.number scope="col" { "No match recorded" }
                    th.number scope="col" { "Assets in reach" }
                    th.number scope="col" { "Places likely" }
                    th.number scope="col" { "Places for each referral (enough)" }
                    th.number scope="col" { "People in reach of one" }
                    th.number scope="col" { "Minutes to the nearest" }
                } }
                tbody { @for gap in of.gaps { tr {
                    th scope="row" { (study.needs()[gap.need.get()].label) }
                    td.number { (format::referrals(gap)) }
                    td.number { (format::unmet(gap, Scenario::Listed)) }
                    td.number { (format::unmet(gap, Scenario::Likely)) }
                    @let [nothing, little] = lacks(of, gap);
                    td.number { (nothing) }
                    td.number { (little) }
                    td.number { (format::or_no_data(gap.no_match, format::count)) }
                    td.number { (format::or_no_list(gap.assets_in_reach.map(f64::from), format::count)) }
                    td.number { (format::or_no_list(gap.places_likely, format::count)) }
                    td.number { (places_each(of, gap)) }
                    td.number { (parts::coverage(gap)) }
                    td.number { (format::or_no_data(gap.nearest_minutes, format::minutes)) }
                } } }
            }
        }
        }
    }
}

/// Of what is unmet, that with nothing in reach and that with too little of it, with what no list reaches beside the first.
fn lacks(of: &AreaPage<'_>, gap: &Gap) -> [String; 2] {
    let Some([listed, likely]) = gap.unmet_parts else { return ["–", "–"].map(str::to_owned) };
    let parts = of.page.asked.reading.of(listed, likely);
    let not_known = match parts.not_known {
        unmet if unmet > 0.0 => format!(", not known of {}", format::count(unmet)),
        _ => String::new(),
    };
    [format!("{}{not_known}", format::count(parts.nothing_in_reach)), format::count(parts.not_enough)]
}

/// Places that each referral can get, beside how many are enough.
fn places_each(of: &AreaPage<'_>, gap: &Gap) -> String {
    let enough = of.page.snapshot.study().needs()[gap.need.get()].adequate.places_per_referral;
    gap.access_likely.map_or_else(
        || "–".to_owned(),
        |access| format!("{} ({})", format::count(access), format::count(enough)),
    )
}
