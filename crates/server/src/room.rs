//! Room: how many requests are answered at once, how many of one client's, and how many bytes wait to be taken.

use crate::error::ApiError;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes are counted by so many.
const UNIT: usize = 1_024;

/// Limits on what one server does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Requests answered at once; more get 503 with Retry-After.
    pub requests: usize,
    /// Of these, those of one client.
    pub requests_of_a_client: usize,
    /// Bytes of bodies, of requests and of answers, that are held at once.
    pub bytes_in_flight: usize,
    /// Time for which a client may take nothing of its answer.
    pub send_time: Duration,
    /// Open connections.
    pub connections: usize,
    /// Of these, those of one address.
    pub connections_of_an_address: usize,
    /// Bytes free on the disk of the store below which no requests are welcome: entries could not be kept.
    pub free_bytes: u64,
    /// Bytes of a request body that are read.
    pub body_bytes: usize,
    /// Time in which the whole of a request body must arrive.
    pub body_time: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            requests: 256,
            requests_of_a_client: 64,
            bytes_in_flight: 128 << 20,
            send_time: Duration::from_secs(60),
            connections: 4_096,
            connections_of_an_address: 128,
            free_bytes: 64 << 20,
            body_bytes: 1 << 20,
            body_time: Duration::from_secs(10),
        }
    }
}

/// Answers that take seconds to work out, such as plans, at a time: one for each processor, but two at least.
fn long_works() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2)
}

/// The room there is, and who has some.
#[derive(Debug)]
pub struct Room {
    all: usize,
    requests: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    long_works: Arc<Semaphore>,
    clients: Mutex<HashMap<IpAddr, usize>>,
    of_a_client: usize,
}

/// That something which takes seconds is worked out. It goes where the work is done: who goes away does not end it.
pub(crate) type LongWork = OwnedSemaphorePermit;

/// Bytes that are held for a request.
pub type HeldBytes = OwnedSemaphorePermit;

impl Room {
    /// As large as the limits have it.
    #[must_use]
    pub fn new(limits: &ServerLimits) -> Self {
        let units = (limits.bytes_in_flight / UNIT).clamp(1, Semaphore::MAX_PERMITS);
        Self {
            all: limits.requests,
            requests: Arc::new(Semaphore::new(limits.requests)),
            bytes: Arc::new(Semaphore::new(units)),
            long_works: Arc::new(Semaphore::new(long_works())),
            clients: Mutex::default(),
            of_a_client: limits.requests_of_a_client.max(1),
        }
    }

    /// Whether nobody has a place.
    pub(crate) fn is_empty(&self) -> bool {
        self.requests.available_permits() == self.all
    }

    /// A place for a request.
    ///
    /// # Errors
    /// [`ApiError::Busy`].
    pub(crate) fn enter(self: &Arc<Self>, client: Option<IpAddr>) -> Result<RequestPlace, ApiError> {
        let slot = self.requests.clone().try_acquire_owned().map_err(|_| ApiError::Busy)?;
        if let Some(client) = client {
            let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            let has = clients.entry(client).or_default();
            if *has >= self.of_a_client {
                return Err(ApiError::Busy);
            }
            *has += 1;
        }
        Ok(RequestPlace { _slot: slot, room: Arc::clone(self), client })
    }

    /// Leave to work out something that takes seconds.
    ///
    /// # Errors
    /// [`ApiError::Busy`].
    pub(crate) fn long_work(&self) -> Result<LongWork, ApiError> {
        self.long_works.clone().try_acquire_owned().map_err(|_| ApiError::Busy)
    }

    /// Room for so many bytes.
    ///
    /// # Errors
    /// [`ApiError::Busy`].
    pub fn hold(&self, bytes: usize) -> Result<HeldBytes, ApiError> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).map_err(|_| ApiError::Busy)?;
        self.bytes.clone().try_acquire_many_owned(units).map_err(|_| ApiError::Busy)
    }
}

/// The place of one request, until the last byte of its answer is handed on.
#[derive(Debug)]
pub(crate) struct RequestPlace {
    _slot: OwnedSemaphorePermit,
    room: Arc<Room>,
    client: Option<IpAddr>,
}

impl Drop for RequestPlace {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut clients = self.room.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(has) = clients.get_mut(&client) {
            *has -= 1;
            if *has == 0 {
                clients.remove(&client);
            }
        }
    }
}

/// That the bytes of an answer are one buffer for all who ask, and cost nothing more for one more of them.
#[derive(Debug, Clone, Copy)]
pub struct SharedBytes;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_does_not_take_all_the_room() {
        let limits = ServerLimits { requests: 8, requests_of_a_client: 2, ..ServerLimits::default() };
        let room = Arc::new(Room::new(&limits));
        let [a, b]: [IpAddr; 2] = ["192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap()];
        let mut places: Vec<_> = (0..2).map(|_| room.enter(Some(a)).unwrap()).collect();
        assert_eq!(room.enter(Some(a)).unwrap_err(), ApiError::Busy);
        places.push(room.enter(Some(b)).unwrap());
        places.extend((0..5).map(|_| room.enter(None).unwrap()));
        assert!(room.enter(None).is_err() && room.enter(Some(b)).is_err(), "eight are eight");
        places.clear();
        assert!(room.enter(Some(a)).is_ok() && room.clients.lock().unwrap().is_empty());
    }

    #[test]
    fn long_works_are_few_at_a_time() {
        let room = Room::new(&ServerLimits::default());
        let mut works: Vec<_> = (0..long_works()).map(|_| room.long_work().unwrap()).collect();
        assert_eq!(room.long_work().unwrap_err(), ApiError::Busy);
        works.pop();
        assert!(room.long_work().is_ok());
    }

    #[test]
    fn bytes_are_counted_until_they_are_let_go() {
        let room = Room::new(&ServerLimits { bytes_in_flight: 10 * UNIT, ..ServerLimits::default() });
        let held = room.hold(9 * UNIT + 1).unwrap();
        assert!(room.hold(1).is_err() && room.hold(0).is_ok());
        drop(held);
        assert!(room.hold(10 * UNIT).is_ok());
    }
}
