//! A whole as its parts, side by side, with the same in words below.

use super::percent;
use hereabouts_engine::format;
use maud::{Markup, html};

/// Parts with what each is called; nothing where there are not two to be seen.
pub(in crate::pages) fn parts_of(parts: &[(f64, &str)]) -> Markup {
    let whole: f64 = parts.iter().map(|(part, _)| part).sum();
    if parts.iter().filter(|(part, _)| *part > 0.0).count() < 2 {
        return html! {};
    }
    let begins = parts.iter().scan(0.0, |at, (part, _)| {
        *at += part / whole;
        Some(*at - part / whole)
    });
    let words = parts.iter().filter(|(part, _)| *part > 0.0);
    let words = words.map(|(part, words)| format!("{} {words}", format::count(*part)));
    html! {
        svg.parts width="100%" height="10" aria-hidden="true" focusable="false" {
            @for (nth, (begin, (part, _))) in begins.zip(parts).enumerate() {
                rect class={ "part-" (nth) } x=(percent(begin)) width=(percent(part / whole)) height="10" {}
            }
        }
        p.small.muted { (words.collect::<Vec<_>>().join(", ")) "." }
    }
}
