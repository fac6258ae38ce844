//! Start and stop: which address, how many workers, which signal does what.

use crate::entry_writer::EntryConfig;
use crate::routes::{app, configure};
use crate::state::{ServerLimits, ServerState, may_bind};
use actix_web::dev::ServerHandle;
use actix_web::{HttpServer, web};
use hereabouts_engine::site::Site;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// Address to listen at; port 0 is any that is free.
    pub bind: SocketAddr,
    /// Address under which the outside reaches the server (behind a proxy); `None`: what each request says.
    pub public_url: Option<String>,
    /// Whether everybody who can reach the address may see unprotected demand.
    pub trusted_network: bool,
    /// Request workers; `None` is one for each processor.
    pub workers: Option<usize>,
    /// What is done at a time.
    pub limits: ServerLimits,
    /// Where entries are taken; `None`: nowhere.
    pub entries: Option<EntryConfig>,
}

impl ServeConfig {
    /// The defaults, at an address.
    #[must_use]
    pub fn at(bind: SocketAddr) -> Self {
        Self {
            bind,
            public_url: None,
            trusted_network: false,
            workers: None,
            limits: ServerLimits::default(),
            entries: None,
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
/// Time between requests on one connection.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// Time for requests under way to finish after SIGTERM.
const STOP_TIME_S: u64 = 20;

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
    may_bind(config.bind, unprotected, config.trusted_network).map_err(ServeError::Refused)?;
    if unprotected && config.trusted_network {
        tracing::warn!(bind = %config.bind, "unprotected referral counts are served to a network declared trusted");
    }
    let failed = |source| ServeError::Bind { bind: config.bind, source };
    let listener = TcpListener::bind(config.bind).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    // What is asked for first is worked out before anybody can ask.
    let site = web::block(move || {
        let _ = site.default_view();
        site
    })
    .await
    .map_err(|e| ServeError::Failed(io::Error::other(e)))?;

    let state = web::Data::new(ServerState::new(
        site,
        config.limits,
        config.public_url.clone(),
        config.trusted_network,
    ));
    if let Some(entries) = &config.entries {
        state.take_entries(entries)?;
    }
    let (mounted, counted, entries) = (state.clone(), state.clone(), config.entries.clone());
    let mut server = HttpServer::new(move || app(mounted.clone(), configure))
        // The last piece of an answer would wait for the client to acknowledge the one before: 40 ms a page.
        .tcp_nodelay(true)
        .client_request_timeout(HEAD_TIME)
        .keep_alive(IDLE_TIME)
        .shutdown_timeout(STOP_TIME_S)
        .disable_signals();
    if let Some(workers) = config.workers {
        server = server.workers(workers.max(1));
    }
    let server = server.listen(listener).map_err(failed)?.run();
    let signals = ProcessSignals::new()?;
    let watch = actix_web::rt::spawn(signals.watch(server.handle(), state, config, reload));
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

    async fn watch(
        mut self,
        server: ServerHandle,
        state: web::Data<ServerState>,
        config: ServeConfig,
        reload: ReloadSite,
    ) {
        let mut reload = Some(reload);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hang_up.recv() => reload = take_up(reload, &state, &config).await,
            }
        }
        tracing::info!("stopping: requests under way are finished");
        state.drain();
        server.stop(true).await;
    }
}

/// Reads the store again and puts it in use, if it may be served here.
async fn take_up(
    reload: Option<ReloadSite>,
    state: &ServerState,
    config: &ServeConfig,
) -> Option<ReloadSite> {
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
    let permitted = snapshot.and_then(|snapshot| {
        may_bind(config.bind, snapshot.study().is_unprotected(), config.trusted_network).map(|()| snapshot)
    });
    match permitted {
        Ok(snapshot) => {
            tracing::info!(revision = snapshot.revision(), "new data in use");
            state.swap(snapshot);
        }
        Err(reason) => tracing::error!(%reason, "the old data stay"),
    }
    Some(reload)
}
