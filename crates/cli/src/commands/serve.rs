use crate::args::place::{PlaceArgs, now};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::Messages;
use anyhow::Result;
use clap::Args;
use clap::builder::BoolishValueParser;
use hereabouts_engine::site::Site;
use hereabouts_server::address::{HeaderName, ServerAddress};
use hereabouts_server::entry_writer::EntryConfig;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::serve::{self, ServeConfig, ServeError};
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
    /// What the place is called on its pages [default: what the names of its areas have in common]
    #[arg(long, value_name = "NAME", env = "HEREABOUTS_TITLE")]
    title: Option<String>,
    /// Address under which a proxy shows the server to the outside; links begin with it [default: the address of --bind]
    #[arg(long, value_name = "URL", env = "HEREABOUTS_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Header in which that proxy writes the address it speaks for, such as X-Forwarded-For or X-Real-IP; limits count by it
    /// [default: none, and all that the proxy passes on is one client]
    #[arg(long, value_name = "NAME", env = "HEREABOUTS_CLIENT_ADDRESS_HEADER", value_parser = client_header, requires = "public_url")]
    client_address_header: Option<HeaderName>,
    /// Everybody who can reach the address may see unprotected referral counts; without this they are served to this
    /// machine only
    #[arg(long, env = "HEREABOUTS_TRUSTED_NETWORK", value_parser = BoolishValueParser::new())]
    trusted_network: bool,
    /// Threads that answer requests [default: one for each processor]
    #[arg(long, value_name = "N", env = "HEREABOUTS_WORKERS")]
    workers: Option<usize>,
    /// Requests answered at once, until the last byte of the answer is taken; more are told to come back
    #[arg(long, value_name = "N", env = "HEREABOUTS_REQUESTS", default_value_t = ServerLimits::default().requests)]
    requests: usize,
    /// Of these, those of one client
    #[arg(long, value_name = "N", env = "HEREABOUTS_CLIENT_REQUESTS", default_value_t = ServerLimits::default().requests_of_a_client)]
    client_requests: usize,
    /// Bytes of requests and answers that are held at once; more are told to come back
    #[arg(long, value_name = "BYTES", env = "HEREABOUTS_BYTES_IN_FLIGHT", default_value_t = ServerLimits::default().bytes_in_flight)]
    bytes_in_flight: usize,
    /// Time for which a client may take nothing of its answer, in seconds
    #[arg(long, value_name = "SECONDS", env = "HEREABOUTS_SEND_TIME", default_value_t = ServerLimits::default().send_time.as_secs())]
    send_time: u64,
    /// Open connections; more wait to be accepted
    #[arg(long, value_name = "N", env = "HEREABOUTS_CONNECTIONS", default_value_t = ServerLimits::default().connections)]
    connections: usize,
    /// Of these, those of one address, unless it is this machine's or a proxy's (--public-url); more are closed
    #[arg(long, value_name = "N", env = "HEREABOUTS_ADDRESS_CONNECTIONS", default_value_t = ServerLimits::default().connections_of_an_address)]
    address_connections: usize,
    /// Bytes free on the disk of the store below which /health/ready says no
    #[arg(long, value_name = "BYTES", env = "HEREABOUTS_FREE_BYTES", default_value_t = ServerLimits::default().free_bytes)]
    free_bytes: u64,
    /// Largest request body, in bytes
    #[arg(long, value_name = "BYTES", env = "HEREABOUTS_BODY_BYTES", default_value_t = ServerLimits::default().body_bytes)]
    body_bytes: usize,
    /// Time for a request body to arrive, in seconds
    #[arg(long, value_name = "SECONDS", env = "HEREABOUTS_BODY_TIME", default_value_t = ServerLimits::default().body_time.as_secs())]
    body_time: u64,
}

fn client_header(text: &str) -> Result<HeaderName, String> {
    match HeaderName::from_bytes(text.as_bytes()) {
        Ok(name) if name.as_str() != "forwarded" => Ok(name),
        _ => Err("give the name of a header that holds addresses alone, such as X-Forwarded-For".to_owned()),
    }
}

fn public_url(text: &str) -> Result<String, String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.to_owned())
    } else {
        Err("give an address that starts with https:// or http://".to_owned())
    }
}

/// How many files the system lets this process open, where it says.
fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok())
}

pub(crate) fn run(args: &ServeArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(None, words)?;
    let place = args.place.clone();
    let reload = move || place.read(None, words).map_err(|error| format!("{error:#}"));
    let entries = EntryConfig { dir: args.place.store().to_owned(), now };
    args.server.run(site, reload, Some(entries), words)
}

impl ServerArgs {
    /// With a name for the place where none was given.
    pub(crate) fn titled(mut self, usual: &str) -> Self {
        self.title.get_or_insert_with(|| usual.to_owned());
        self
    }

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
            address: ServerAddress {
                bound: None,
                public_url: self.public_url.clone(),
                client_header: self.client_address_header.clone(),
                trusted_network: self.trusted_network,
            },
            workers: self.workers,
            entries,
            title: self.title.clone(),
            open_files: open_files(),
            limits: ServerLimits {
                requests: self.requests,
                requests_of_a_client: self.client_requests,
                bytes_in_flight: self.bytes_in_flight,
                send_time: Duration::from_secs(self.send_time.max(1)),
                connections: self.connections,
                connections_of_an_address: self.address_connections,
                free_bytes: self.free_bytes,
                body_bytes: self.body_bytes,
                body_time: Duration::from_secs(self.body_time),
            },
        };
        let started = |address| words.say(format_args!("serving http://{address}/ until interrupted"));
        match serve::run(config, site.into(), Box::new(reload), started) {
            Ok(()) => Ok(CommandOutcome::Done),
            Err(ServeError::Refused(reason)) => Err(UsageError(reason).into()),
            Err(error) => Err(error.into()),
        }
    }
}
