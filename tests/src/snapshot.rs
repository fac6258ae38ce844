//! What is said, held beside what was said before: a text for each answer in `tests/snapshots`, so that a name that changes is
//! seen as a line that differs. How to accept a change stands in CONTRIBUTING.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Holds each text to the one kept under its name in a folder of `tests/snapshots`.
///
/// # Panics
/// When any differs or is not kept yet; with `INSTA_UPDATE=always` it is kept instead.
pub fn hold(folder: &str, texts: impl IntoIterator<Item = (String, String)>) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("{}/snapshots/{folder}", env!("CARGO_MANIFEST_DIR")));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut differ = Vec::new();
    settings.bind(|| {
        for (name, text) in texts {
            let held = || insta::assert_snapshot!(name.as_str(), text.as_str());
            if catch_unwind(AssertUnwindSafe(held)).is_err() {
                differ.push(name);
            }
        }
    });
    assert!(
        differ.is_empty(),
        "{} of {folder} differ from tests/snapshots/{folder}: {differ:?}\n\
         If that is meant: INSTA_UPDATE=always cargo test -p hereabouts-tests snapshots::, and look at the diff",
        differ.len()
    );
}

/// The text with what stands between `before` and `after` made `…`, each time.
#[must_use]
pub fn without(text: &str, before: &str, after: char) -> String {
    let mut parts = text.split(before);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        all.extend([before, "…", part.find(after).map_or("", |at| &part[at..])]);
    }
    all
}

/// The text with the version of the program made `VERSION`.
#[must_use]
pub fn of_any_version(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}
