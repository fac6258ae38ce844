//! Connections become requests, and go to workers: HTTP/1.1, the requests of a connection one after the other.

use crate::http::connections::ConnectionCounts;
use crate::http::turns::InTurn;
use crate::room::ServerLimits;
use crate::routes::app;
use crate::state::ServerState;
use actix_http::{HttpService, KeepAlive, Response};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::AppConfig;
use actix_web::web::{self, ServiceConfig};
use socket2::SockRef;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// How connections are taken.
#[derive(Debug, Clone)]
pub struct ListenConfig {
    /// Request workers.
    pub workers: usize,
    /// Open connections at most, of all workers.
    pub connections: usize,
    /// Whether those of one address are counted: behind a proxy all are of one.
    pub counts_each: bool,
    /// Time for a request's head to arrive.
    pub head_time: Duration,
    /// Time for requests under way to finish.
    pub stop_time: Duration,
}

/// Time between requests on one connection.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// Bytes of what a client sends that wait in the system.
const RECEIVED_BYTES: usize = 16 * 1_024;

/// A server of these routes at a listener, which runs when it is waited for.
///
/// # Errors
/// The system refuses the limits of the listener, or to have it watched.
pub fn listen(
    listener: TcpListener,
    config: &ListenConfig,
    state: web::Data<ServerState>,
    configure: fn(&mut ServiceConfig),
) -> io::Result<Server> {
    let limits = state.limits;
    bound_buffers(&listener, &limits)?;
    let address = listener.local_addr()?;
    let counts = Arc::new(ConnectionCounts::new(limits.connections_of_an_address));
    let (counts_each, head_time) = (config.counts_each, config.head_time);
    let builder = Server::build()
        .workers(config.workers)
        .max_concurrent_connections(config.connections / config.workers)
        .shutdown_timeout(config.stop_time.as_secs())
        .disable_signals();
    let stops = builder.graceful_shutdown_signal();
    let server = builder.listen("http", listener, move || {
        let (counts, stops) = (Arc::clone(&counts), stops.clone());
        let routes = app(state.clone(), configure)
            .into_factory()
            .map_err(|error: actix_web::Error| Response::<BoxBody>::from(error.error_response()));
        let requests = HttpService::<InTurn, _, _>::build()
            .graceful_shutdown_signal(move || {
                let stops = stops.clone();
                async move { stops.notified().await }
            })
            .keep_alive(KeepAlive::Timeout(IDLE_TIME))
            .client_request_timeout(head_time)
            .local_addr(address)
            .on_connect_ext(move |connection: &InTurn, kept| {
                kept.insert(connection.turns());
                if counts_each {
                    counts.admit(connection.stream(), kept);
                }
            })
            .h1(map_config(routes, move |()| AppConfig::default()));
        fn_service(|stream: TcpStream| async move {
            // The last piece of an answer would wait for the client to acknowledge the one before: 40 ms a page.
            let _ = stream.set_nodelay(true);
            let connection = InTurn::new(stream);
            let peer = connection.peer();
            Ok::<_, actix_http::error::DispatchError>((connection, peer))
        })
        .and_then(requests)
    })?;
    Ok(server.run())
}

/// What every connection that is accepted there takes over: how much may wait, and for how long.
fn bound_buffers(listener: &TcpListener, limits: &ServerLimits) -> io::Result<()> {
    let socket = SockRef::from(listener);
    socket.set_recv_buffer_size(RECEIVED_BYTES)?;
    // What is sent and not taken for so long ends the connection, also where the client says that it has no room.
    socket.set_tcp_user_timeout(Some(limits.send_time))
}
