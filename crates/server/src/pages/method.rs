//! `/method`: how figures are made, with the settings and the needs table in force.

use super::{PageError, PageRequest, layout};
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::confidence::Ground;
use hereabouts_core::need_listings::PEOPLE_TO_A_LISTING;
use hereabouts_core::travel::TravelBasis;
use hereabouts_engine::{confidence_words, format};
use maud::html;

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::read(&request, &state, &[]).await?;
    let (study, policy) = (page.snapshot.study(), page.snapshot.policy());
    let before = html! { h1 { "How figures are made" } };
    let body = html! {
        p { "People are disaggregated to H3 cells (50% by postcodes, 50% by land). From each cell people walk "
            (policy.speed.get()) " km/h. " (format::travel(&page.snapshot)) " Within the catchment of a need they share the places of every asset they reach (E2SFCA, Luo & Qi 2009)." }
        p.formula { "R(j) = min( S(j) / Σ g(t)·D, " (policy.cap) "·α )     A(i) = Σ g(t)·R(j)     unmet = D · max(0, 1 − A/α − c·F)" }
        dl.properties {
            dt { "D, referrals" } dd { "in the period, an area's total laid over its cells like its people" }
            dt { "S, places" } dd { "place-sessions in the period: places at a session times sessions" }
            dt { "Listed" } dd { "counts every listing as it stands" }
            dt { "Likely" } dd { "weights each by the chance that it still runs: halved with every half-life of its kind since it was last confirmed; a listing without a date counts as " (policy.unknown_age_months) " months old, and a day on which a calendar has it running as " (format::percent(policy.calendar_weight)) " of a confirmation. As of " (format::day(policy.as_of)) "." }
            dt { "α, adequate level" } dd { "place-sessions that one referral needs: a policy choice, listed below" }
            dt { "F, open land" } dd { "share of a floor standard in hectares for 1,000 people; it answers at most the part c of the need" }
            dt { "No data" } dd { "nothing is known of referrals for most people of an area: never shown as zero" }
            dt { "No list" } dd { "no list of assets that tells of the need reaches half of an area's people: what there is is not known, so it is not ranked and not coloured. A list tells of the needs that its kinds mainly answer, as far as it covers" }
            dt { "Hardly any listings" } dd { "fewer than one for every " (format::count(PEOPLE_TO_A_LISTING)) " people answer the need: said above its gaps, which stand last among those of all needs" }
            dt { "Fewer referrals than expected" } dd { "fewer than " (format::percent(policy.silent_below)) " of the referrals that people and deprivation suggest, by a margin that chance explains less than once in " (format::count(1.0 / policy.silent_chance)) " times; not ranked" }
            dt { "Too few to compare" } dd { "fewer than " (policy.few_below) " referrals in the period: not ranked, and a share of them only as its 95% interval (Wilson)" }
            dt { "Confidence" } dd { "high, fair or low: as low as the weightiest of these says that speaks against a figure. " @for (n, ground) in Ground::ALL.into_iter().enumerate() { @if n > 0 { "; " } (format::in_sentence(confidence_words::short(ground))) } "." }
        }
        h2 { "Needs and their adequate levels" }
        div.scroll role="region" aria-label="Needs" tabindex="0" {
            table {
                caption { "The needs table in force." }
                thead { tr { th scope="col" { "Need" } th.number scope="col" { "Catchment, minutes on foot" } th scope="col" { "Counts less with distance" } th.number scope="col" { "Adequate: places for each referral" } th scope="col" { "Open land" } } }
                tbody { @for need in study.needs() { tr {
                    th scope="row" { (need.label) }
                    td.number { (need.catchment.get()) }
                    td { (need.decay.label()) }
                    td.number { (need.adequate.places_per_referral) }
                    td { @match need.adequate.floor {
                        Some(f) => { (f.hectares_per_1000) " ha for 1,000 people within " (f.within.get()) " m, for at most " (format::percent(f.counts_for)) " of the need" }
                        None => "–",
                    } }
                } } }
            }
        }
        h2 { "What it does not see" }
        ul {
            @match page.snapshot.travel() {
                TravelBasis::Network => li { "Ways that the map of streets leaves out, and ferries." },
                TravelBasis::Mixed => li { "Ways that the map of streets leaves out, and ferries; where streets are not known, a railway or river without a bridge does not count as being in the way." },
                TravelBasis::StraightLine => li { "Streets: a railway or river without a bridge does not count as being in the way." },
            }
            li { "Buses and trains: gaps are on foot. Searches go by timetable where that is asked and the store has one." }
            li { "Groups that no list holds." }
            li { "Need that nobody recorded." }
            li { "Small differences: two ranks apart is not a difference." }
        }
    };
    Ok(page.answer("Method", &before, &layout::results(&page.asked, "Method", "", &body)))
}
