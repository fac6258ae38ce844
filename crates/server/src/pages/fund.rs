//! `/fund`: what would close a gap, within a budget; what it rests on, who gains, what stays below, what is not sure.

use super::address_terms::AddressTerms;
use super::{PageError, PageRequest, RenderedPage, layout};
use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use hereabouts_engine::format;
use hereabouts_engine::plan::{
    self, OBJECTIVES, Objective, PlanAnswer, PlanRequest, PlannedSite, USUAL_AVERSION, USUAL_FLOOR,
};
use hereabouts_engine::site::Site;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};

/// Rows of a table before the rest is said in a number.
const SHOWN: usize = 20;

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::plain(&request, &state);
    let terms = AddressTerms::read(request.query_string())?;
    let work = if terms.is_empty() { None } else { Some(state.room.long_work()?) };
    // Seconds for a conurbation: no request worker waits for it.
    let made = web::block(move || {
        let _work = work;
        make(&page, &terms)
    });
    let made = made.await.map_err(|_| ApiError::Internal)?;
    Ok(made?.answer())
}

fn make(page: &PageRequest, terms: &AddressTerms) -> Result<RenderedPage, ApiError> {
    let site = &page.snapshot;
    let before = html! {
        h1 { "What would close it" }
        p { "Bring neighbourhoods up to an adequate level by starting something more. Nothing here takes from one place to give to another: what is added lowers nobody's access." }
        (form(site, terms))
    };
    let made = |title: &str, status_words: &str, body: &Markup, status: StatusCode| {
        let results = layout::results(&page.asked, title, status_words, body);
        Ok(RenderedPage { body: page.body(title, &before, &results), status, kept: true })
    };
    if terms.is_empty() {
        return made("Fund", "", &start(), StatusCode::OK);
    }
    let checked = terms.checked(&plan::parameters(site)).and_then(|query| {
        let asked = PlanRequest::read(site, |name| query.get(name))?;
        Ok::<_, ApiError>(plan::answer(site, asked)?)
    });
    match checked {
        Ok(answer) => made("Fund: a plan", &answer.headline(), &results(&answer, terms), StatusCode::OK),
        // What was typed is not understood: the form stays, with what would do.
        Err(error @ (ApiError::Unknown { .. } | ApiError::Parameter { .. })) => {
            let said = error.to_string();
            made("Fund", &said, &html! { div.notice role="alert" { p { (said) } } }, error.status_code())
        }
        Err(other) => Err(other),
    }
}

fn form(site: &Site, terms: &AddressTerms) -> Markup {
    let study = site.study();
    let sign = format::currency_sign(site.currency());
    let set = ["most", "floor", "aversion", "areas", "reading", "effort"];
    let folded = set.iter().filter(|name| terms.get(name).is_some()).count();
    html! {
        form.pick.look action="/fund" method="get" data-fragment {
            div.field {
                label for="need" { "Need" }
                select #need name="need" {
                    @for need in study.needs() {
                        option value=(need.id) selected[terms.get("need") == Some(&need.id)] { (need.label) }
                    }
                }
            }
            div.field.short {
                label for="budget" { "Budget, " (sign) }
                input #budget name="budget" type="number" min="0" step="any" inputmode="decimal" value=[terms.get("budget")] placeholder="60000";
            }
            div.field {
                label for="objective" { "What matters most" }
                select #objective name="objective" {
                    @for (id, words) in OBJECTIVES {
                        option value=(id) selected[terms.get("objective") == Some(id)] { (words) }
                    }
                }
            }
            button.button type="submit" { "Plan" }
            details.more {
                summary { "How many, floor, which neighbourhoods" @if folded > 0 { " (" (folded) " set)" } }
                div.fields {
                    (number("most", "How many at most", terms.get("most"), ""))
                    (number("floor", "Floor: share of referrals met", terms.get("floor"), &USUAL_FLOOR.to_string()))
                    (number("aversion", "Aversion to inequality, to 30", terms.get("aversion"), &USUAL_AVERSION.to_string()))
                    div.field {
                        label for="areas" { "Only these codes" }
                        input #areas name="areas" type="text" value=[terms.get("areas")] placeholder="all";
                    }
                    div.field {
                        label for="reading" { "Listings" }
                        select #reading name="reading" {
                            option value="" { "likely still running" }
                            option value="listed" selected[terms.get("reading") == Some("listed")] { "as listed" }
                        }
                    }
                    div.field {
                        label for="effort" { "Work" }
                        select #effort name="effort" {
                            option value="" { "quick" }
                            option value="thorough" selected[terms.get("effort") == Some("thorough")] { "longer, for a proof" }
                        }
                    }
                }
            }
        }
    }
}

fn number(name: &str, label: &str, value: Option<&str>, usual: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type="number" min="0" step="any" inputmode="decimal" value=[value] placeholder=(usual);
        }
    }
}

fn start() -> Markup {
    html! {
        p { "Say which need and what may be spent. The page then says what to start where, who gains, what stays below the floor, how much better any other plan could be, and what is not sure." }
    }
}

fn results(answer: &PlanAnswer<'_>, terms: &AddressTerms) -> Markup {
    html! {
        p.headline { strong { (answer.headline()) } }
        p { (answer.bound_in_words()) " " (trade_off(answer)) }
        (sites(answer))
        (gains(answer))
        (below(answer))
        h2 { "What is not sure" }
        ul { @for sentence in answer.not_sure() { li { (sentence) } } }
        (others(answer))
        (left_out(answer))
        p.muted.small {
            @let (venues, candidates) = answer.looked_at();
            "Looked at " (format::some(venues, "venue", "venues")) " and " (format::some(candidates, "thing", "things")) " that could be started there. "
            a href=(terms.at("/v1/plan")) { "The same for programs" }
            " · " a href="/method" { "How figures are made" }
        }
    }
}

/// What the plan weighs against what.
fn trade_off(answer: &PlanAnswer<'_>) -> String {
    match answer.request().objective {
        Objective::LevelUp { aversion } => format!(
            "A neighbourhood where everything is unmet weighs {} times one where nothing is.",
            format::count(aversion.exp())
        ),
        Objective::LeastUnmet => "Every referral weighs alike, wherever it is from.".to_owned(),
        Objective::WorstFirst => {
            "The worst off comes first, however few they are; it is a choice among a short list.".to_owned()
        }
        Objective::LeastCost { floor } => format!(
            "It costs as little as brings every neighbourhood that can be brought there to {} of its referrals met.",
            format::percent(floor)
        ),
    }
}

fn sites(answer: &PlanAnswer<'_>) -> Markup {
    let sum = |amount: f64| format::round_money(amount, answer.site().currency());
    let one = |planned: &PlannedSite<'_>| {
        let (offer, cost) = (planned.of.offer, planned.of.offer.first_year());
        let id = &answer.site().study().assets()[planned.of.venue].asset.id;
        html! {
            li {
                h3 { (offer.label) " at " a href={ "/assets/" (encode(id)) } { (answer.venue_name(planned.of)) } }
                p { (sum(cost.usual)) " in the first year (" (sum(offer.start.usual)) " to start, " (sum(offer.year.usual)) " a year); it may cost from " (sum(cost.low)) " to " (sum(cost.high)) ". "
                    (format::count(offer.places)) " places at a session, " (format::count(offer.sessions)) " sessions a quarter." }
                p.muted { (answer.rests_on(planned)) }
            }
        }
    };
    html! {
        @if !answer.plan.chosen.is_empty() {
            h2 { "Fund this" }
            ol.gaps { @for planned in answer.sites() { (one(&planned)) } }
            @for (label, source) in sources(answer) { p.muted.small { "Costs of " (format::in_sentence(label)) ": " (source) "." } }
        }
    }
}

/// Where the costs of what is started come from, each once.
fn sources<'a>(answer: &PlanAnswer<'a>) -> std::collections::BTreeMap<&'a str, &'a str> {
    answer.sites().iter().map(|s| (s.of.offer.label.as_str(), s.of.offer.source.as_str())).collect()
}

fn gains(answer: &PlanAnswer<'_>) -> Markup {
    let (study, reading) = (answer.site().study(), answer.request().figures.reading);
    let gains = answer.gains();
    html! {
        @if !gains.is_empty() {
            h2 { "Who gains" }
            div.scroll role="region" aria-label="Who gains" tabindex="0" {
                table {
                    caption { "Unmet referrals as they are and with the plan, " (if reading.as_str() == "listed" { "as listed" } else { "likely still running" }) "." }
                    thead { tr { th scope="col" { "Neighbourhood" } th.number scope="col" { "Referrals" } th.number scope="col" { "Unmet" } th.number scope="col" { "With the plan" } th scope="col" { "Confidence" } } }
                    tbody { @for of in gains.iter().take(SHOWN) {
                        @if let Some([before, after]) = of.unmet(reading) {
                            @let area = &study.areas()[of.before.area.get()];
                            tr {
                                th scope="row" { a href={ "/areas/" (encode(&area.code)) } { (area.name) } }
                                td.number { (format::referrals(of.before)) }
                                td.number { (format::count(before)) }
                                td.number { (format::count(after)) }
                                td { (of.after.grounds.confidence().as_str()) }
                            }
                        }
                    } }
                }
            }
            @if gains.len() > SHOWN { p.muted { "And " (format::whole((gains.len() - SHOWN) as u64)) " more, each by less." } }
        }
    }
}

fn below(answer: &PlanAnswer<'_>) -> Markup {
    let study = answer.site().study();
    let (below, floor) = (answer.below_floor(), format::percent(answer.request().floor));
    html! {
        h2 { "What stays below the floor" }
        @if below.is_empty() {
            p { "Nothing: every neighbourhood has " (floor) " of its referrals met or more." }
        } @else {
            p { (format::some(below.len(), "neighbourhood has", "neighbourhoods have")) " less than " (floor) " of its referrals met with the plan too, the worst first: "
                @for (n, gap) in below.iter().take(SHOWN).enumerate() {
                    @let area = &study.areas()[gap.area.get()];
                    @if n > 0 { ", " } a href={ "/areas/" (encode(&area.code)) } { (area.name) }
                }
                @if below.len() > SHOWN { " and " (format::whole((below.len() - SHOWN) as u64)) " more" } "."
            }
        }
    }
}

fn others(answer: &PlanAnswer<'_>) -> Markup {
    html! {
        @if answer.choices.plans.len() > 1 {
            h2 { "Other plans as good" }
            p { "Each loses less than 1% of what this one gains." }
            ul { @for other in &answer.choices.plans[1..] {
                li { (format::round_money(other.cost, answer.site().currency())) ": "
                    @for (n, &c) in other.chosen.iter().enumerate() {
                        @if n > 0 { ", " } (answer.venue_name(answer.candidate(c)))
                    }
                }
            } }
        }
    }
}

fn left_out(answer: &PlanAnswer<'_>) -> Markup {
    html! {
        @if !answer.choices.prices.is_empty() {
            details.more {
                summary { "Left out, and what having it would cost the plan" }
                ul { @for &(candidate, worse) in &answer.choices.prices {
                    @let of = answer.candidate(candidate);
                    li { (of.offer.label) " at " (answer.venue_name(of)) ": " (price(answer, worse)) }
                } }
            }
        }
    }
}

/// How much worse a plan is, as its objective measures it.
fn price(answer: &PlanAnswer<'_>, worse: f64) -> String {
    match answer.request().objective {
        _ if worse <= 0.0 => "as good".to_owned(),
        Objective::LeastUnmet => format!("{} referrals fewer are met", format::count(worse)),
        Objective::LeastCost { .. } => {
            format!("{} dearer", format::round_money(worse, answer.site().currency()))
        }
        Objective::LevelUp { .. } | Objective::WorstFirst => {
            let gained = (answer.plan.before - answer.plan.value).max(f64::MIN_POSITIVE);
            format!("{} of what the plan gains is lost", format::plain_percent((worse / gained).min(1.0)))
        }
    }
}
