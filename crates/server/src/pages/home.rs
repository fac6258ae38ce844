//! `/`: where to go from here, and what there is.

use super::{PageError, PageRequest, layout};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::report::DemandStatus;
use hereabouts_engine::format;
use maud::html;

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
    let about = page.view.as_ref().map_or(&[][..], |v| &v.report().neighbourhoods);
    let with = |status: DemandStatus| about.iter().filter(|n| n.status == status).count();
    let body = html! {
        ul.doors {
            li { h2 { "Find something" } p { "What is near somebody and fits, and how sure it is; a list to take home." } a.button href="/find" { "Search" } }
            li { h2 { "Compare neighbourhoods" } p { "A table and a map: referrals, what is unmet, how far the nearest is." } a.button href="/areas" { "Compare" } }
            li { h2 { "Find gaps" } p { "The largest gaps of all needs, in words, with what each rests on." } a.button href="/gaps" { "See the gaps" } }
            li { h2 { "Take the data" } p { "The same figures in QGIS, ArcGIS, R, Python or Excel." } a.button href="/ogc?f=html" { "Data" } }
        }
        h2 { "What this rests on" }
        dl.facts {
            div { dt { "Neighbourhoods" } dd { (about.len()) small { (with(DemandStatus::NoData)) " without data, " (with(DemandStatus::Silent)) " with fewer referrals than expected" @if with(DemandStatus::Partial) > 0 { ", " (with(DemandStatus::Partial)) " with months missing" } } } }
            div { dt { "Assets listed" } dd { (study.assets().len()) small { "from " (format::some(page.snapshot.sources().iter().filter(|s| s.kind == hereabouts_data::record::RecordKind::Assets).count(), "source", "sources")) } } }
            div { dt { "Needs" } dd { (study.needs().len()) small { "each with its own adequate level" } } }
            div { dt { "Quarters of referrals" } dd { (study.quarters().len()) small {
                @match (study.quarters().first(), study.quarters().last()) {
                    (Some(first), Some(last)) => { (format::months(*first, *last)) }
                    _ => { "none loaded" }
                }
            } } }
        }
        p.muted { "“No record” is not “no activity”: what no list holds is missing from every figure." }
    };
    Ok(page.answer("Home", &before, &layout::results(&page.asked, "Home", "", &body)))
}
