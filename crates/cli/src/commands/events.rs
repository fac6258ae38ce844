//! What an import of events found: which are of an asset, and which count for nothing.

use crate::shown::output::Messages;
use anyhow::Result;
use hereabouts_data::linkage::calendar_events::attach;
use hereabouts_data::linkage::canonical_asset::{self, decisions};
use hereabouts_data::load;
use hereabouts_data::record::EventRecord;
use hereabouts_engine::format::some;
use hereabouts_engine::wire::safe;
use hereabouts_store::Store;
use serde_json::{Value, json};

/// Events without an asset that are shown without being asked for.
const SHOWN: usize = 5;

/// Events that are of no asset, each with the reason, for machines; and for people the first of them.
pub(crate) fn report(events: &[EventRecord], store: Option<&Store>, words: Messages) -> Result<Vec<Value>> {
    let assets = match store {
        Some(store) => {
            canonical_asset::assets(
                load::listings(store)?,
                &decisions(store)?,
                &canonical_asset::pins(store)?,
            )
            .0
        }
        None => Vec::new(),
    };
    let attached = attach(events, &assets);
    let loose: Vec<(&EventRecord, String)> =
        events.iter().zip(attached).filter_map(|(event, of)| Some((event, of.err()?.to_string()))).collect();
    words.say(format_args!(
        "  {} of {} are of assets here",
        events.len() - loose.len(),
        some(events.len(), "event", "events")
    ));
    for (event, why) in loose.iter().take(SHOWN) {
        words.say(format_args!("    not {:?} ({}): {why}", safe(&event.name), safe(&event.uid)));
    }
    if loose.len() > SHOWN {
        words.say(format_args!("    nor {} more, which --json lists", loose.len() - SHOWN));
    }
    let listed =
        |(event, why): (&EventRecord, String)| json!({ "uid": event.uid, "name": event.name, "reason": why });
    Ok(loose.into_iter().map(listed).collect())
}
