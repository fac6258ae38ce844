//! One page, asked of its server or taken from what is kept.

use super::spool::FeedSpool;
use super::{FeedFetcher, people, shown};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What an address gives.
pub(super) enum FeedPage {
    Json(Value),
    File(Vec<u8>),
}

/// One answer, from what is kept where that is of now.
pub(super) fn ask(
    fetcher: &mut FeedFetcher,
    url: &str,
    spool: &mut Option<FeedSpool<'_>>,
) -> Result<FeedPage> {
    let kept = spool.as_mut().and_then(|spool| spool.get(url));
    if let (Some(kept), Some(spool)) = (&kept, &spool)
        && spool.is_of_now(kept)
    {
        return Ok(FeedPage::Json(kept.body.clone()));
    }
    let answer = fetcher.get(url, kept.as_ref())?;
    let Some(body) = answer.body else {
        let kept = kept.with_context(|| format!("{}: not sent, and not kept either", shown(url)))?;
        return Ok(FeedPage::Json(kept.body));
    };
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body).trim_ascii_start();
    if !text.starts_with(b"{") && !text.starts_with(b"[") {
        return Ok(FeedPage::File(body));
    }
    let mut value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        // What is wrong with it is for its reader to say.
        Err(_) if spool.is_none() => return Ok(FeedPage::File(body)),
        Err(error) => bail!("{}: not whole: {error}", shown(url)),
    };
    people::leave_out(&mut value);
    if let Some(spool) = spool {
        spool.keep(url, answer.etag, answer.last_modified, &value)?;
    }
    Ok(FeedPage::Json(value))
}
