//! Start and stop: which address, how many workers, which signal does what.

use crate::address::ServerAddress;
use crate::entry_writer::EntryConfig;
use crate::listen::{ListenConfig, listen};
use crate::room::ServerLimits;
use crate::routes::configure;
use crate::state::ServerState;
use actix_web::dev::ServerHandle;
use actix_web::web;
use hereabouts_engine::site::Site;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// Address to listen at; port 0 is any that is free.
    pub bind: SocketAddr,
    /// How the outside reaches it; where it listens is filled in.
    pub address: ServerAddress,
    /// Request workers; `None` is one for each processor.
    pub workers: Option<usize>,
    /// What is done at a time.
    pub limits: ServerLimits,
    /// Files that the system lets this process have open; `None`: nobody says.
    pub open_files: Option<usize>,
    /// Where entries are taken; `None`: nowhere.
    pub entries: Option<EntryConfig>,
    /// What the place is called on its pages; `None`: what the names of its areas have in common.
    pub title: Option<String>,
}

impl ServeConfig {
    /// The defaults, at an address.
    #[must_use]
    pub fn at(bind: SocketAddr) -> Self {
        Self {
            bind,
            address: ServerAddress::default(),
            workers: None,
            limits: ServerLimits::default(),
            open_files: None,
            entries: None,
            title: None,
        }
    }
}

/// What keeps a server from running.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address may not be served with what the store holds.
    #[error("{0}")]
    Refused(String),
    /// The address cannot be listened at.
    #[error("cannot listen at {bind}")]
    Bind {
        /// The address.
        bind: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The server failed.
    #[error("the server failed")]
    Failed(#[from] io::Error),
}

/// Time for a request's head to arrive.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// Time for requests under way to finish after SIGTERM.
const STOP_TIME: Duration = Duration::from_secs(20);

/// Time for which `/health/ready` says at least that the server stops.
const TOLD_TIME: Duration = Duration::from_secs(1);

/// Reads the store again, on SIGHUP.
pub type ReloadSite = Box<dyn Fn() -> Result<Site, String> + Send>;

/// [`serve`], on a runtime of its own: returns when the server has ended.
///
/// # Errors
/// Those of [`serve`].
pub fn run(
    config: ServeConfig,
    site: Site,
    reload: ReloadSite,
    started: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    actix_web::rt::System::new().block_on(serve(config, site, reload, started))
}

/// Serves until SIGTERM or SIGINT: then `/health/ready` says no, requests under way are answered, and it returns. On
/// SIGHUP it takes up what `reload` gives; without success, or where the new data may not be served at this address, the
/// old data stay.
///
/// `started` is told the address that is listened at.
///
/// # Errors
/// [`ServeError`]; nothing is served before the address is found permissible.
pub async fn serve(
    config: ServeConfig,
    site: Site,
    reload: ReloadSite,
    started: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let unprotected = site.study().is_unprotected();
    let mut address = ServerAddress { bound: Some(config.bind), ..config.address.clone() };
    address.may_serve(unprotected).map_err(ServeError::Refused)?;
    if address.hides_clients() {
        tracing::warn!(
            "without --client-address-header limits count all that the proxy passes on as one client"
        );
    }
    if unprotected && address.trusted_network {
        tracing::warn!(bind = %config.bind, "unprotected referral counts are served to a network declared trusted");
    }
    let failed = |source| ServeError::Bind { bind: config.bind, source };
    let listener = TcpListener::bind(config.bind).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    address.bound = Some(bound);
    // What is asked for first is worked out before anybody can ask.
    let site = web::block(move || {
        let _ = site.default_view();
        site
    })
    .await
    .map_err(|e| ServeError::Failed(io::Error::other(e)))?;

    let state = web::Data::new(ServerState::new(site, config.limits, address).titled(config.title.clone()));
    if let Some(entries) = &config.entries {
        state.take_entries(entries)?;
    }
    let (counted, entries) = (state.clone(), config.entries.clone());
    let workers = config.workers.map_or_else(available_workers, |workers| workers.max(1));
    let connections = config.open_files.map_or(config.limits.connections, |files| {
        config.limits.connections.min(files.saturating_sub(OWN_FILES + FILES_OF_A_WORKER * workers))
    });
    if connections < workers {
        return Err(ServeError::Refused(format!(
            "the system lets this process open too few files for {workers} workers: raise LimitNOFILE (ulimit -n)"
        )));
    }
    let listening = ListenConfig {
        workers,
        connections,
        counts_each: config.address.public_url.is_none(),
        head_time: HEAD_TIME,
        stop_time: STOP_TIME,
    };
    let server = listen(listener, &listening, state.clone(), configure).map_err(failed)?;
    let signals = ProcessSignals::new()?;
    let watch = actix_web::rt::spawn(signals.watch(server.handle(), state, reload));
    tracing::info!(address = %bound, "listening");
    started(bound);
    let end = server.await;
    watch.abort();
    counted.stop_entries();
    if let Some(entries) = entries {
        entries.write_searches(&counted.searches);
    }
    tracing::info!("stopped");
    Ok(end?)
}

/// Files that the process has open beside connections: the store, logs, what the runtime needs.
const OWN_FILES: usize = 64;
/// And for each worker.
const FILES_OF_A_WORKER: usize = 8;

fn available_workers() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get)
}

struct ProcessSignals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl ProcessSignals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn watch(mut self, server: ServerHandle, state: web::Data<ServerState>, reload: ReloadSite) {
        let mut reload = Some(reload);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hang_up.recv() => reload = take_up(reload, &state).await,
            }
        }
        tracing::info!("stopping: requests under way are finished");
        state.drain();
        // The port stays open meanwhile: whoever balances servers reads that this one stops, and does not find it gone.
        let until = Instant::now() + STOP_TIME;
        tokio::time::sleep(TOLD_TIME).await;
        while !state.room.is_empty() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.stop(true).await;
    }
}

/// Reads the store again and puts it in use, if it may be served here.
async fn take_up(reload: Option<ReloadSite>, state: &ServerState) -> Option<ReloadSite> {
    let reload = reload?;
    let read = web::block(move || {
        let snapshot = reload();
        if let Ok(snapshot) = &snapshot {
            let _ = snapshot.default_view();
        }
        (snapshot, reload)
    });
    let (snapshot, reload) = match read.await {
        Ok((snapshot, reload)) => (snapshot, reload),
        Err(_) => {
            tracing::error!(
                "reading the store again broke off; the old data stay, and SIGHUP does nothing more"
            );
            return None;
        }
    };
    let permitted = snapshot
        .and_then(|snapshot| state.address.may_serve(snapshot.study().is_unprotected()).map(|()| snapshot));
    match permitted {
        Ok(snapshot) => {
            tracing::info!(revision = snapshot.revision(), "new data in use");
            state.swap(snapshot);
        }
        Err(reason) => tracing::error!(%reason, "the old data stay"),
    }
    Some(reload)
}
