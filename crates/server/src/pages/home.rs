//! `/`: where to go from here, and what there is.

use super::{PageError, PageRequest, layout, parts};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::report::{DemandStatus, Neighbourhood, SmallAreas};
use hereabouts_engine::format;
use maud::{Markup, html};

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, &[]).await?;
    let study = page.snapshot.study();
    let before = html! {
        h1 { "What is there hereabouts, and what is missing" }
        p.headline { "What people near here are referred for, against what they can reach on foot: neighbourhood by neighbourhood, need by need, and how sure that is." }
    };
    let body = html! {
        ul.doors {
            li { h2 { "Find something" } p { "What is near somebody and fits, and how sure it is; a list to take home." } a.button href="/find" { "Search" } }
            li { h2 { "Compare neighbourhoods" } p { "A table and a map: referrals, what is unmet, how far the nearest is." } a.button href="/areas" { "Compare" } }
            li { h2 { "Find gaps" } p { "The largest gaps of all needs, in words, with what each rests on." } a.button href="/gaps" { "See the gaps" } }
            li { h2 { "Take the data" } p { "The same figures in QGIS, ArcGIS, R, Python or Excel." } a.button href="/ogc?f=html" { "Data" } }
        }
        h2 { "What this rests on" }
        dl.facts {
            @if let Some(view) = &page.view { (known(&view.report().neighbourhoods)) }
            div { dt { "Assets listed" } dd { (study.assets().len()) small { "from " (format::some(page.snapshot.sources().iter().filter(|s| s.kind == hereabouts_data::record::RecordKind::Assets).count(), "source", "sources")) } } }
            div { dt { "Needs" } dd { (study.needs().len()) small { "each with its own adequate level" } } }
            div { dt { "Quarters of referrals" } dd { (study.quarters().len()) small {
                @match (study.quarters().first(), study.quarters().last()) {
                    (Some(first), Some(last)) => { (format::months(*first, *last)) }
                    _ => { "none loaded" }
                }
            } } }
        }
        @if let Some(view) = &page.view { (parts::mostly_low(&page, &view.report().gaps)) }
        p.muted { "“No record” is not “no activity”: what no list holds is missing from every figure." }
    };
    Ok(page.answer("Home", &before, &layout::results(&page.asked, "Home", "", &body)))
}

/// How many neighbourhoods, small areas and people there are, and of how many of each something is not known.
fn known(about: &[Neighbourhood]) -> Markup {
    let with = |status: DemandStatus| about.iter().filter(|n| n.status == status).count();
    let small = |of: fn(&SmallAreas) -> usize| about.iter().map(|n| of(&n.small_areas)).sum::<usize>();
    let people: f64 = about.iter().filter_map(|n| n.population).sum::<f64>() + 0.0;
    let share = |of: fn(&Neighbourhood) -> f64| {
        let weighed: f64 = about.iter().map(|n| n.population.unwrap_or(0.0) * of(n)).sum();
        if people > 0.0 { format::percent(weighed / people) } else { format::NO_DATA.to_owned() }
    };
    let counted = |no_data: String, silent: String, partial: String| {
        format!(
            "{no_data} without data on referrals, {silent} with fewer than expected, {partial} with months missing"
        )
    };
    let areas =
        [DemandStatus::NoData, DemandStatus::Silent, DemandStatus::Partial].map(|s| with(s).to_string());
    let [no_data, silent, partial] = areas;
    let all = small(|s| s.all);
    html! {
        div { dt { "Neighbourhoods" } dd { (about.len()) small { (counted(no_data, silent, partial)) } } }
        @if all > about.len() {
            div { dt { "Small areas" } dd { (format::whole(all as u64)) small {
                (counted(small(|s| s.no_data).to_string(), small(|s| s.silent).to_string(), small(|s| s.partial).to_string()))
            } } }
        }
        div { dt { "People" } dd { @if people > 0.0 { (format::count(people)) } @else { (format::NO_DATA) } small {
            (counted(share(|n| n.no_data_share), share(|n| n.silent_share), share(|n| n.partial_share)))
            "; " (share(|n| n.no_list_share)) " that no list reaches, mean of all needs"
        } } }
    }
}
