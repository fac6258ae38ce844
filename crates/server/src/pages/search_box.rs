//! The box at the top of every page, and on the first of them again.

use maud::{Markup, html};

/// Where the box asks.
pub(super) const PATH: &str = "/search";
/// The box at the top of every page.
pub(super) const TOP: &str = "everywhere";

/// The box: a plain form, with suggestions where scripts run.
pub(super) fn box_of(id: &str, typed: &str) -> Markup {
    // Two boxes of one page are told apart.
    let label = if id == TOP { "Everything" } else { "Everything here" };
    html! {
        form.everywhere action=(PATH) method="get" role="search" aria-label=(label) {
            label.hidden for=(id) { "Search a place, a postcode or a thing" }
            input id=(id) name="q" type="search" value=[(!typed.is_empty()).then_some(typed)] maxlength="200"
                placeholder="Search a place, a postcode or a thing" autocomplete="off"
                list={ (id) "-words" } data-suggest="/search/suggest";
            datalist id={ (id) "-words" } {}
            button type="submit" aria-label="Search" {
                svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" {
                    circle cx="8.5" cy="8.5" r="5.5" fill="none" stroke="currentColor" stroke-width="2.2" {}
                    path d="M12.8 12.8L18 18" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" {}
                }
            }
        }
    }
}
