use crate::args::place::{PlaceArgs, now};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::Messages;
use anyhow::Result;
use clap::Args;
use clap::builder::BoolishValueParser;
use hereabouts_engine::site::Site;
use hereabouts_server::entry_writer::EntryConfig;
use hereabouts_server::serve::{self, ServeConfig, ServeError};
use hereabouts_server::state::ServerLimits;
use std::net::SocketAddr;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// How to serve, whatever is served.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// Address to listen at; port 0 is any that is free
    #[arg(long, value_name = "ADDR", env = "HEREABOUTS_BIND", default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
    /// Address under which the outside reaches the server, behind a proxy [default: what each request says]
    #[arg(long, value_name = "URL", env = "HEREABOUTS_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Everybody who can reach the address may see unprotected referral counts; without this they are served to this
    /// machine only
    #[arg(long, env = "HEREABOUTS_TRUSTED_NETWORK", value_parser = BoolishValueParser::new())]
    trusted_network: bool,
    /// Threads that answer requests [default: one for each processor]
    #[arg(long, value_name = "N", env = "HEREABOUTS_WORKERS")]
    workers: Option<usize>,
    /// Requests answered at once; more are told to come back
    #[arg(long, value_name = "N", env = "HEREABOUTS_REQUESTS", default_value_t = ServerLimits::default().requests)]
    requests: usize,
    /// Largest request body, in bytes
    #[arg(long, value_name = "BYTES", env = "HEREABOUTS_BODY_BYTES", default_value_t = ServerLimits::default().body_bytes)]
    body_bytes: usize,
    /// Time for a request body to arrive, in seconds
    #[arg(long, value_name = "SECONDS", env = "HEREABOUTS_BODY_TIME", default_value_t = ServerLimits::default().body_time.as_secs())]
    body_time: u64,
}

fn public_url(text: &str) -> Result<String, String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.to_owned())
    } else {
        Err("give an address that starts with https:// or http://".to_owned())
    }
}

pub(crate) fn run(args: &ServeArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(None, words)?;
    let place = args.place.clone();
    let reload = move || place.read(None, words).map_err(|error| format!("{error:#}"));
    let entries = EntryConfig { dir: args.place.store().to_owned(), now };
    args.server.run(site, reload, Some(entries), words)
}

impl ServerArgs {
    /// Serves until told to stop; `reload` is asked for what to serve instead on SIGHUP.
    pub(crate) fn run(
        &self,
        site: impl Into<Site>,
        reload: impl Fn() -> Result<Site, String> + Send + 'static,
        entries: Option<EntryConfig>,
        words: Messages,
    ) -> Result<CommandOutcome> {
        let config = ServeConfig {
            bind: self.bind,
            public_url: self.public_url.clone(),
            trusted_network: self.trusted_network,
            workers: self.workers,
            entries,
            limits: ServerLimits {
                requests: self.requests,
                body_bytes: self.body_bytes,
                body_time: Duration::from_secs(self.body_time),
            },
        };
        let started = |address| words.say(format_args!("serving http://{address}/ until interrupted"));
        match serve::run(config, site.into(), Box::new(reload), started) {
            Ok(()) => Ok(CommandOutcome::Done),
            Err(ServeError::Refused(reason)) => Err(UsageError(format!("--bind {reason}")).into()),
            Err(error) => Err(error.into()),
        }
    }
}
