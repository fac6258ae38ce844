//! Where the server is reached: the operator says it, and nothing that a request carries is believed instead.

pub use actix_web::http::header::HeaderName;
use actix_web::http::header::{self, HeaderMap};
use std::net::SocketAddr;

/// How the outside reaches the server, and who that is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerAddress {
    /// Where it listens; `None` where nothing does, as in tests of single answers.
    pub bound: Option<SocketAddr>,
    /// Address under which a proxy shows it to the outside.
    pub public_url: Option<String>,
    /// The header in which that proxy writes whom it speaks for; counts only with `public_url`.
    pub client_header: Option<HeaderName>,
    /// Whether the operator vouches that everybody who reaches the server may see unprotected demand.
    pub trusted_network: bool,
}

impl ServerAddress {
    /// Listening there, with nothing in front.
    #[must_use]
    pub fn at(bound: SocketAddr) -> Self {
        Self { bound: Some(bound), ..Self::default() }
    }

    /// What links begin with, without a closing slash: the public address, else the one that is listened at; empty where that
    /// is every address of the machine, so that links are relative to the root.
    #[must_use]
    pub fn base(&self) -> String {
        match (&self.public_url, self.bound) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(bound)) if !bound.ip().is_unspecified() => format!("http://{bound}"),
            (None, _) => String::new(),
        }
    }

    /// Whether browsers reach it over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The header that says who asks, where a proxy stands in front.
    pub(crate) fn client_header(&self) -> Option<&HeaderName> {
        self.client_header.as_ref().filter(|_| self.public_url.is_some())
    }

    /// Whether everybody comes from one address, that of a proxy which does not say whom it speaks for.
    pub(crate) fn hides_clients(&self) -> bool {
        self.public_url.is_some() && self.client_header.is_none()
    }

    /// What a browser writes as `Origin` on a page of this server: the public address, else the name that it came by.
    pub(crate) fn own_origin(&self, headers: &HeaderMap) -> Option<String> {
        match &self.public_url {
            Some(url) => {
                let (scheme, rest) = url.split_once("://")?;
                Some(format!("{scheme}://{}", rest.split('/').next()?))
            }
            // Another site's page can send a request here, but not under another name than its browser found.
            None => Some(format!("http://{}", headers.get(header::HOST)?.to_str().ok()?)),
        }
    }

    /// Whether it may serve what the store holds: demand that may identify people stays on this machine.
    ///
    /// # Errors
    /// The setting at fault and the reason, in words for the operator.
    pub fn may_serve(&self, unprotected: bool) -> Result<(), String> {
        if !unprotected || self.trusted_network {
            return Ok(());
        }
        const WHY: &str = "the store holds unprotected referral counts, which may identify people";
        if let Some(url) = &self.public_url {
            return Err(format!(
                "--public-url {url} says that others reach this server, and {WHY}; leave it out, or say --trusted-network if \
                 everybody who can reach that address may see them"
            ));
        }
        match self.bound {
            Some(bound) if !bound.ip().is_loopback() => Err(format!(
                "--bind {bound} can be reached from other machines, and {WHY}; bind to 127.0.0.1 or [::1], or say \
                 --trusted-network if everybody who can reach this address may see them"
            )),
            _ => Ok(()),
        }
    }
}

/// The header by which a proxy gives itself away; `None` where a request seems to come straight from whoever asks.
pub(crate) fn proxy_header(headers: &HeaderMap) -> Option<&HeaderName> {
    headers.keys().find(|name| {
        let name = name.as_str();
        name.starts_with("x-forwarded") || matches!(name, "forwarded" | "via" | "x-real-ip")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn behind(url: &str) -> ServerAddress {
        ServerAddress {
            public_url: Some(url.to_owned()),
            ..ServerAddress::at("127.0.0.1:80".parse().unwrap())
        }
    }

    #[test]
    fn unprotected_demand_stays_on_this_machine() {
        let at = |bound: &str| ServerAddress::at(bound.parse().unwrap());
        assert!(at("127.0.0.1:80").may_serve(true).is_ok() && at("[::1]:80").may_serve(true).is_ok());
        assert!(
            at("0.0.0.0:80").may_serve(false).is_ok() && behind("https://a.example").may_serve(false).is_ok()
        );
        for (address, setting) in [
            (at("0.0.0.0:80"), "--bind"),
            (at("10.1.2.3:80"), "--bind"),
            (at("[::]:80"), "--bind"),
            (behind("https://a.example"), "--public-url"),
            (behind("http://localhost:8080"), "--public-url"),
        ] {
            let why = address.may_serve(true).unwrap_err();
            assert!(why.starts_with(setting) && why.contains("--trusted-network"), "{why}");
            assert!(ServerAddress { trusted_network: true, ..address }.may_serve(true).is_ok());
        }
    }

    #[test]
    fn links_begin_where_the_operator_says() {
        assert_eq!(behind("https://a.example/here/").base(), "https://a.example/here");
        assert_eq!(ServerAddress::at("[::1]:81".parse().unwrap()).base(), "http://[::1]:81");
        assert_eq!(ServerAddress::at("0.0.0.0:80".parse().unwrap()).base(), "");
        assert_eq!(ServerAddress::default().base(), "");
    }

    #[test]
    fn the_origin_of_pages_has_no_path() {
        let request = TestRequest::default().insert_header(("host", "here.example:8080")).to_http_request();
        let origin = |address: ServerAddress| address.own_origin(request.headers());
        assert_eq!(origin(behind("https://a.example/here")).as_deref(), Some("https://a.example"));
        assert_eq!(origin(ServerAddress::default()).as_deref(), Some("http://here.example:8080"));
    }

    #[test]
    fn proxies_give_themselves_away() {
        for name in [
            "Forwarded",
            "X-Forwarded-For",
            "x-forwarded-host",
            "X-Forwarded-Proto",
            "X-Forwarded",
            "Via",
            "X-Real-IP",
        ] {
            let request = TestRequest::default().insert_header((name, "x")).to_http_request();
            assert!(proxy_header(request.headers()).is_some(), "{name}");
        }
        let plain = TestRequest::default().insert_header(("x-request-id", "a")).insert_header(("host", "a"));
        assert_eq!(proxy_header(plain.to_http_request().headers()), None);
    }
}
