//! A table in which a colour says at a glance what each cell says in figures.

use crate::pages::map_scale::{MapClass, MapMeasure};
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::format;
use hereabouts_engine::view::Scenario;
use maud::{Markup, html};

/// One cell: its class on the map and its words.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::pages) struct HeatCell {
    class: MapClass,
    words: String,
}

impl HeatCell {
    /// The share of referrals that is unmet.
    pub(in crate::pages) fn of(gap: &Gap, reading: Scenario) -> Self {
        let unmet = reading.of(gap.unmet_listed, gap.unmet_likely);
        let class = MapMeasure::Share.class(gap.status, gap.referrals, unmet);
        let words = match (class, gap.status) {
            (MapClass::Step(_), DemandStatus::Silent) => "few".to_owned(),
            (MapClass::Step(_), _) => share(gap, unmet),
            (MapClass::TooFew, _) => "few".to_owned(),
            (MapClass::NoReferrals, _) => "none".to_owned(),
            (MapClass::NoList, _) => format::NO_LIST.to_owned(),
            (MapClass::NoData, _) => format::NO_DATA.to_owned(),
        };
        Self { class, words }
    }
}

/// Figures below each other are compared: whole per cents, 0 and 100 among them.
fn share(gap: &Gap, unmet: Option<f64>) -> String {
    let of = unmet.zip(gap.referrals).filter(|(_, referrals)| *referrals > 0.0);
    of.map_or_else(
        || format::NO_REFERRALS.to_owned(),
        |(unmet, referrals)| format::plain_percent((unmet / referrals).min(1.0)),
    )
}

/// The cell in its table.
pub(in crate::pages) fn heat_cell(cell: &HeatCell) -> Markup {
    html! { td class={ "heat heat-" (cell.class.id()) } { (cell.words) } }
}

/// What the colours mean.
pub(in crate::pages) fn heat_key() -> Markup {
    html! {
        ul.heat-keys aria-label="Share of referrals unmet" {
            @for class in MapClass::ALL {
                li { span class={ "key key-" (class.id()) } aria-hidden="true" {} (MapMeasure::Share.range(class)) }
            }
        }
    }
}
