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

/// Places that each referral can get, beside how many are enough.
fn places_each(of: &AreaPage<'_>, gap: &Gap) -> String {
    let enough = of.page.snapshot.study().needs()[gap.need.get()].adequate.places_per_referral;
    gap.access_likely.map_or_else(
        || "–".to_owned(),
        |access| format!("{} ({})", format::count(access), format::count(enough)),
    )
}
