//! Connections of one address at a time. Those of this machine are not counted, nor those of a proxy: behind it is everybody.

use crate::access::person;
use actix_web::dev::Extensions;
use socket2::SockRef;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;

/// Who has how many.
#[derive(Debug)]
pub(crate) struct ConnectionCounts {
    each: Mutex<HashMap<IpAddr, usize>>,
    most: usize,
}

/// One of them, until it is closed.
#[derive(Debug)]
struct CountedConnection {
    counts: Arc<ConnectionCounts>,
    of: IpAddr,
}

impl Drop for CountedConnection {
    fn drop(&mut self) {
        let mut each = self.counts.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(has) = each.get_mut(&self.of) {
            *has -= 1;
            if *has == 0 {
                each.remove(&self.of);
            }
        }
    }
}

impl ConnectionCounts {
    pub(crate) fn new(most: usize) -> Self {
        Self { each: Mutex::default(), most }
    }

    fn count(self: &Arc<Self>, of: IpAddr) -> Option<CountedConnection> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let has = each.entry(of).or_default();
        *has += 1;
        (*has <= self.most || {
            *has -= 1;
            false
        })
        .then(|| CountedConnection { counts: Arc::clone(self), of })
    }

    /// Counts a connection for as long as it is open, or closes it: whoever has so many does not wait for an answer.
    pub(crate) fn admit(self: &Arc<Self>, stream: &TcpStream, kept: &mut Extensions) {
        let Ok(peer) = stream.peer_addr() else { return };
        if peer.ip().to_canonical().is_loopback() {
            return;
        }
        match self.count(person(peer.ip())) {
            Some(counted) => drop(kept.insert(counted)),
            // One that is closed already needs no closing.
            None => drop(SockRef::from(stream).shutdown(Shutdown::Both)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_so_many_and_others_have_theirs() {
        let counts = Arc::new(ConnectionCounts::new(3));
        let [a, b]: [IpAddr; 2] = ["192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap()];
        let mut open: Vec<_> = (0..3).map(|_| counts.count(a).unwrap()).collect();
        assert!(counts.count(a).is_none() && counts.count(a).is_none());
        open.push(counts.count(b).unwrap());
        open.remove(0);
        open.push(counts.count(a).unwrap());
        drop(open);
        assert!(counts.each.lock().unwrap().is_empty());
    }
}
