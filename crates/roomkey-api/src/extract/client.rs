//! What is known of the client before it is authenticated.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderValue, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};

use crate::edge::peer::client_address;
use crate::problem::error::ApiError;
use crate::settings::HttpSettings;

/// The client's address as an extractor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

impl FromRequest for Client {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let settings = req.app_data::<web::Data<HttpSettings>>();
        let trusted = settings.map_or(&[][..], |settings| settings.trusted_proxies.as_slice());
        let headers = req.headers().get_all("x-forwarded-for");
        let forwarded: Vec<&[u8]> = headers.map(HeaderValue::as_bytes).collect();
        ready(Ok(Self(client_address(peer, &forwarded, trusted))))
    }
}

/// What the client says that it is, as an extractor.
#[derive(Debug, Clone)]
pub(crate) struct UserAgent(pub(crate) Option<String>);

impl FromRequest for UserAgent {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let agent = req.headers().get(USER_AGENT).map(HeaderValue::as_bytes);
        ready(Ok(Self(agent.map(|agent| String::from_utf8_lossy(agent).into_owned()))))
    }
}
