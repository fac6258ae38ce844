//! Every colour by its meaning, on light ground and on dark.
//!
//! Contrast is held by the tests of the style sheet: text at least 4.5 to 1, edges of controls at least 3 to 1, neighbouring
//! classes of a map apart, on both grounds.

use super::theme::Theme;
use std::fmt::Write;

/// A colour: its name, on light ground, on dark ground.
type Token = (&'static str, &'static str, &'static str);

const TOKENS: &[Token] = &[
    ("ink", "#14232b", "#e7eef0"),
    ("muted", "#4d5d66", "#a3b3ba"),
    ("line", "#dbe3e5", "#2b3a41"),
    ("edge", "#66757d", "#7b8c94"),
    ("ground", "#ffffff", "#111b20"),
    ("wash", "#f3f6f5", "#17242a"),
    ("accent", "#0b5d55", "#5fc4b6"),
    ("accent-dark", "#083f3b", "#8fdccf"),
    ("accent-soft", "#e6f0ee", "#17302e"),
    ("on-accent", "#ffffff", "#0c1a1c"),
    ("amber", "#7a4100", "#f0b36b"),
    ("amber-wash", "#fff5e3", "#2a2014"),
    ("amber-line", "#e6c995", "#5c4521"),
    ("focus", "#ffdd00", "#ffdd00"),
    ("focus-ink", "#0b0c0c", "#0b0c0c"),
    // Five classes of a map, from least to most: lighter to darker on light ground, the other way round on dark.
    ("class-0", "#eef3d9", "#243a35"),
    ("class-1", "#bfe0c3", "#2c5a52"),
    ("class-2", "#6fbfb4", "#37857b"),
    ("class-3", "#2f86a6", "#5fb3c4"),
    ("class-4", "#25418b", "#b8dcff"),
    ("class-few", "#ece6d8", "#3a362d"),
    ("class-none", "#f4f4f2", "#1b272c"),
    ("class-no-data", "#dcdcdc", "#3a3f42"),
    ("class-no-list", "#ffffff", "#111b20"),
    ("few-rule", "#8a8170", "#8d8570"),
    ("no-data-dot", "#595959", "#a9b4b9"),
    ("no-list-bar", "#6b6b6b", "#8b979d"),
    // Letters on those of a table.
    ("on-class-0", "#14232b", "#e7eef0"),
    ("on-class-1", "#14232b", "#e7eef0"),
    ("on-class-2", "#000000", "#000000"),
    ("on-class-3", "#000000", "#000000"),
    ("on-class-4", "#ffffff", "#000000"),
    ("map-line", "#1b2226", "#0a1114"),
    ("map-chosen", "#0b0c0c", "#ffffff"),
    ("street", "#b9b3a5", "#4a5459"),
    ("band", "#d3e8e4", "#1f423e"),
];

/// The sheet that holds where the system's wish decides, and on paper, which is white.
pub(super) fn sheet() -> String {
    let (light, dark) = (rules(Theme::Light), rules(Theme::Dark));
    format!(
        ":root {{ color-scheme: light dark; {light}}}\n\
         @media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
    )
}

/// The sheet that holds one theme on the screen, whatever the system wishes.
pub(in crate::pages) fn fixed(theme: Theme) -> String {
    let scheme = theme.id();
    format!("@media screen {{ :root {{ color-scheme: {scheme}; {}}} }}\n", rules(theme))
}

fn rules(theme: Theme) -> String {
    TOKENS.iter().fold(String::new(), |mut rules, (name, light, dark)| {
        let value = if theme == Theme::Dark { dark } else { light };
        // Writing to a String does not fail.
        let _ = write!(rules, "--{name}: {value}; ");
        rules
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(theme: Theme, name: &str) -> f64 {
        let token = TOKENS.iter().find(|token| token.0 == name).unwrap();
        let hex = if theme == Theme::Dark { token.2 } else { token.1 };
        let channel = |at: usize| {
            let c = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(theme: Theme, a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(theme, a), luminance(theme, b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2.2, 1.4.3 and 1.4.11.
    #[test]
    fn colours_stand_apart_on_both_grounds() {
        for theme in [Theme::Light, Theme::Dark] {
            for ground in ["ground", "wash", "accent-soft"] {
                for text in ["ink", "muted", "accent", "accent-dark"] {
                    let found = contrast(theme, text, ground);
                    assert!(found >= 4.5, "{theme:?}: {text} on {ground} is {found:.2}");
                }
                assert!(contrast(theme, "edge", ground) >= 3.0, "{theme:?}: edge on {ground}");
            }
            assert!(contrast(theme, "amber", "amber-wash") >= 4.5, "{theme:?}");
            for on in ["accent", "accent-dark"] {
                assert!(contrast(theme, "on-accent", on) >= 4.5, "{theme:?}: {on}");
            }
            assert!(contrast(theme, "focus-ink", "focus") >= 4.5, "{theme:?}");
            for class in ["class-none", "class-few", "class-no-data", "class-no-list"] {
                assert!(contrast(theme, "muted", class) >= 4.5, "{theme:?}: {class}");
            }
            assert!(contrast(theme, "no-data-dot", "class-no-data") >= 3.0, "{theme:?}");
            assert!(contrast(theme, "no-list-bar", "class-no-list") >= 3.0, "{theme:?}");
        }
    }

    #[test]
    fn classes_of_a_map_rise_step_by_step() {
        for theme in [Theme::Light, Theme::Dark] {
            let steps: Vec<f64> = (0..5).map(|step| luminance(theme, &format!("class-{step}"))).collect();
            let rises = theme == Theme::Dark;
            assert!(steps.is_sorted_by(|a, b| if rises { a < b } else { a > b }), "{theme:?}: {steps:?}");
            for step in 0..5 {
                let letters = contrast(theme, &format!("on-class-{step}"), &format!("class-{step}"));
                assert!(letters >= 4.5, "{theme:?}: letters on {step} are {letters:.2}");
            }
            for step in 0..4 {
                let apart = contrast(theme, &format!("class-{step}"), &format!("class-{}", step + 1));
                assert!(apart >= 1.2, "{theme:?}: {step} is {apart:.2} from the next");
            }
        }
    }
}
