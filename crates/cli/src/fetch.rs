//! What a URL on the command line gives. No route comes here: nothing is fetched because somebody asked the server.
//!
//! - https alone, unless told otherwise; up to five redirects, each under the same rules.
//! - Public addresses alone, each host looked up once ([`guard`]); no proxy, which would look hosts up for itself.
//! - At most [`MAX_FILE_BYTES`] in all, counted after unpacking, and half an hour; a server that says nothing for half a
//!   minute is given up.
//! - One request at a time, and a pause where the server asks for one.

mod ask;
mod collection;
mod feed;
mod guard;
mod people;
mod spool;

use crate::args::files::ReadFile as FileRead;
use crate::outcome::UsageError;
use crate::shown::output::{Messages, Progress};
use anyhow::{Context, Result, bail};
use clap::Args;
use guard::PinnedResolver;
use hereabouts_data::ingest::MAX_FILE_BYTES;
use spool::FeedSpool;
pub(crate) use spool::KeptAnswers;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};
use ureq::http::{HeaderMap, StatusCode, Uri};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Error};

/// For one URL, with all its pages.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Without a byte from the server.
const SILENCE: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(10);
const REDIRECTS: u32 = 5;
/// Times that one request is made, where the server is busy.
const TRIES: u32 = 3;
/// Longest pause that a server is granted between two of them.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Fetching from a URL")]
pub(crate) struct FetchArgs {
    /// Take http too, which anyone on the way can read and change [default: https alone]
    #[arg(long)]
    http: bool,
    /// Let the host of the URL be this machine or on a network of your own [default: public addresses alone]
    #[arg(long)]
    private_network: bool,
}

/// Fetches a URL: a file, or all pages of an Open Referral feed as one file.
///
pub(crate) fn fetch(
    url: &str,
    args: &FetchArgs,
    keep: Option<KeptAnswers<'_>>,
    working: &Progress,
    words: Messages,
) -> Result<FileRead> {
    let mut fetcher = FeedFetcher::new(url, args)?;
    let spool = keep.map(|keep| FeedSpool::open(keep, url)).transpose()?;
    working.now(format!("fetching {}", shown(url)));
    feed::read(&mut fetcher, url, spool, working, words)
}

/// A URL for messages: what follows `?` may be a key.
fn shown(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// One host's manners, and what is left of time and bytes.
#[derive(Debug)]
struct FeedFetcher {
    agent: Agent,
    until: Instant,
    left: u64,
}

/// An answer that is no error.
#[derive(Debug)]
struct FetchedPage {
    /// `None`: as it was when last fetched.
    body: Option<Vec<u8>>,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl FeedFetcher {
    fn new(url: &str, args: &FetchArgs) -> Result<Self> {
        let wrong = |why: &str| UsageError(format!("{}: {why}", shown(url)));
        let uri: Uri = url.parse().map_err(|_| wrong("is no URL"))?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| wrong("names no host"))?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if args.http => {}
            Some("http") => {
                return Err(
                    wrong("http can be read and changed on the way; --http takes it all the same").into()
                );
            }
            _ => return Err(wrong("only https is fetched, and http with --http").into()),
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong("a name or password in a URL ends up in logs; none is taken").into());
        }
        let private = args.private_network.then(|| host.to_ascii_lowercase());
        let config = Agent::config_builder()
            .https_only(!args.http)
            .proxy(None)
            .max_redirects(REDIRECTS)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_resolve(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .user_agent(concat!("hereabouts/", env!("CARGO_PKG_VERSION")))
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), PinnedResolver::new(private));
        Ok(Self { agent, until: Instant::now() + LONGEST, left: MAX_FILE_BYTES })
    }

    /// One answer. With `kept` the server is asked for it only if it is another by now.
    fn get(&mut self, url: &str, kept: Option<&spool::SpooledFeed>) -> Result<FetchedPage> {
        let named = || shown(url).to_owned();
        for again in 1.. {
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("{}: not done within {} minutes", shown(url), LONGEST.as_secs() / 60);
            }
            let mut request = self
                .agent
                .get(url)
                .header("accept", "application/json, */*;q=0.8")
                .config()
                .timeout_global(Some(left))
                .build();
            if let Some(kept) = kept {
                request = match (&kept.etag, &kept.last_modified) {
                    (Some(etag), _) => request.header("if-none-match", etag),
                    (None, Some(when)) => request.header("if-modified-since", when),
                    (None, None) => request,
                };
            }
            let mut response = request.call().map_err(|error| refused(url, error))?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && kept.is_some() {
                return Ok(FetchedPage { body: None, etag: None, last_modified: None });
            }
            let busy = status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE;
            if busy && again < TRIES {
                sleep(pause(response.headers()).min(left));
                continue;
            }
            if !status.is_success() {
                return Err(anyhow::Error::new(UnexpectedStatus(status)).context(named()));
            }
            let (etag, last_modified) =
                (text(response.headers(), "etag"), text(response.headers(), "last-modified"));
            // The reader's own limit counts bytes as they come, before they are unpacked.
            let packed = text(response.headers(), "content-length").and_then(|n| n.parse::<u64>().ok());
            let is_packed = response.headers().contains_key("content-encoding");
            let most = match packed.filter(|_| is_packed) {
                Some(packed) => SMALL_BYTES.max(packed.saturating_mul(MOST_TIMES)).min(self.left),
                // A server that does not say how much it packed may have packed nothing but zeros.
                None if is_packed => UNTOLD_BYTES.min(self.left),
                None => self.left,
            };
            let mut body = Vec::new();
            let read = response.body_mut().as_reader().take(most + 1).read_to_end(&mut body);
            read.with_context(|| format!("{}: it broke off", shown(url)))?;
            if body.len() as u64 > most && most < self.left {
                bail!(
                    "{}: {} MiB unpacked are more than was to be expected of what was sent",
                    shown(url),
                    most >> 20
                );
            }
            self.left = self
                .left
                .checked_sub(body.len() as u64)
                .with_context(|| format!("{}: more than {} MiB", shown(url), MAX_FILE_BYTES >> 20))?;
            return Ok(FetchedPage { body: Some(body), etag, last_modified });
        }
        bail!("{}: no answer", shown(url))
    }
}

/// Keeps nothing of what was fetched: it tells places that the store does not. The next import asks for all of it again.
pub(crate) fn forget(store: &Path, given: &[PathBuf], words: Messages) {
    for feed in given.iter().filter_map(|path| path.to_str()).filter(|path| path.contains("://")) {
        if let Err(error) = spool::forget(store, feed) {
            words.say(format_args!("what was fetched holds hidden places and could not be deleted: {error}"));
        }
    }
}

/// Times its packed size that an answer may have.
const MOST_TIMES: u64 = 100;
/// Up to so many bytes any times will do.
const SMALL_BYTES: u64 = 16 << 20;
/// Bytes of an answer that is packed and does not say how large it is so.
const UNTOLD_BYTES: u64 = 256 << 20;

/// A status that is no success.
#[derive(Debug, thiserror::Error)]
#[error("the server answers {0}")]
struct UnexpectedStatus(StatusCode);

fn refused(url: &str, error: Error) -> anyhow::Error {
    let why = match error {
        Error::RequireHttpsOnly(_) => "it leads to http; --http takes that all the same".to_owned(),
        Error::HostNotFound => "there is no such host".to_owned(),
        Error::Other(why) => {
            let own =
                if why.is::<guard::NotPublic>() { "; --private-network takes it all the same" } else { "" };
            format!("{why}{own}")
        }
        other => other.to_string(),
    };
    anyhow::anyhow!("{}: {why}", shown(url))
}

fn pause(headers: &HeaderMap) -> Duration {
    let asked = text(headers, "retry-after").and_then(|t| t.trim().parse().ok()).map(Duration::from_secs);
    asked.unwrap_or(Duration::from_secs(1)).min(LONGEST_PAUSE)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
