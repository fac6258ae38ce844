//! Who asks, as limits count it: an address, and for IPv6 the networks that one person or one house has.

use super::limit::CountedParty;
use crate::address::ServerAddress;
use actix_web::HttpRequest;
use std::net::{IpAddr, Ipv6Addr};

/// Widths of IPv6 networks whose tries are counted, and times what one address of IPv4 has: a provider gives a household a /64
/// or a /56, an office a /48, and every address in it is its holder's for the asking.
const WIDTHS: [(u32, f64); 3] = [(64, 1.0), (56, 2.0), (48, 4.0)];

/// The address that a request comes from: that of the connection, or where a proxy stands in front the one that it names.
pub(crate) fn client(request: &HttpRequest, address: &ServerAddress) -> Option<IpAddr> {
    let forwarded = || {
        // The last is what our own proxy saw; those before it anybody can write.
        let all = request.headers().get_all(address.client_header()?).last()?.to_str().ok()?;
        all.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let ip = forwarded().or_else(|| request.peer_addr().map(|peer| peer.ip()))?;
    Some(ip.to_canonical())
}

/// The part of an address that is one person's: all of it for IPv4, the first half for IPv6.
pub(crate) fn person(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => network(ip, WIDTHS[0].0).into(),
    }
}

fn network(ip: Ipv6Addr, width: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(ip.to_bits() & u128::MAX.checked_shl(128 - width).unwrap_or(0))
}

/// All for whom a try from an address counts.
pub(super) fn counted(ip: Option<IpAddr>) -> Vec<CountedParty> {
    match ip {
        None => vec![CountedParty::one("unknown")],
        Some(IpAddr::V4(ip)) => vec![CountedParty::one(ip.to_string())],
        Some(IpAddr::V6(ip)) => WIDTHS
            .iter()
            .map(|&(width, times)| CountedParty { name: format!("{}/{width}", network(ip, width)), times })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderName;
    use actix_web::test::TestRequest;

    fn names(peer: &str, forwarded: &[(&str, &str)], address: &ServerAddress) -> Vec<String> {
        let request = TestRequest::default().peer_addr(peer.parse().unwrap());
        let request = forwarded.iter().fold(request, |request, header| request.append_header(*header));
        counted(client(&request.to_http_request(), address)).into_iter().map(|who| who.name).collect()
    }

    #[test]
    fn addresses_count_by_what_one_person_has() {
        let of = |peer: &str| names(peer, &[], &ServerAddress::default());
        assert_eq!(of("[2001:db8:1:2:3::9]:80"), ["2001:db8:1:2::/64", "2001:db8:1::/56", "2001:db8:1::/48"]);
        assert_eq!(of("[::ffff:192.0.2.7]:80"), ["192.0.2.7"]);
        assert_eq!(person("2001:db8:1:2:3::9".parse().unwrap()).to_string(), "2001:db8:1:2::");
    }

    #[test]
    fn nobodys_own_word_counts() {
        let behind = |name: Option<&str>, url: bool| ServerAddress {
            public_url: url.then(|| "https://here.example".to_owned()),
            client_header: name.map(|name| HeaderName::from_bytes(name.as_bytes()).unwrap()),
            ..ServerAddress::default()
        };
        let said = [("x-forwarded-for", "192.0.2.1, 192.0.2.7"), ("x-real-ip", "192.0.2.9")];
        let of = |address: ServerAddress| names("10.0.0.1:80", &said, &address);
        assert_eq!(of(behind(Some("x-forwarded-for"), true)), ["192.0.2.7"], "what our own proxy wrote");
        assert_eq!(of(behind(Some("x-real-ip"), true)), ["192.0.2.9"]);
        assert_eq!(of(behind(Some("x-client"), true)), ["10.0.0.1"], "the proxy did not say");
        for address in [behind(None, true), behind(Some("x-forwarded-for"), false), behind(None, false)] {
            assert_eq!(of(address), ["10.0.0.1"]);
        }
    }
}
