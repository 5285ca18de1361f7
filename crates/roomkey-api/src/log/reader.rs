//! Who may read the signed log: auditors and admins, or anybody where the settings open it.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use roomkey_desk::authority::Reads;
use roomkey_desk::error::DeskError;

use crate::extract::credentials::By;
use crate::problem::error::ApiError;
use crate::settings::HttpSettings;

/// Somebody who may read the signed log.
#[derive(Debug)]
pub(crate) enum LogReader {
    /// Anybody: the log is open.
    Anybody,
    /// Somebody known.
    Known(Reads),
}

impl LogReader {
    /// What may keep an answer that never changes.
    pub(crate) const fn immutable(&self) -> &'static str {
        match self {
            Self::Anybody => "public, max-age=31536000, immutable",
            Self::Known(_) => "private, max-age=31536000, immutable",
        }
    }

    /// What may keep an answer that changes in a moment.
    pub(crate) const fn fresh(&self) -> &'static str {
        match self {
            Self::Anybody => "public, max-age=1",
            Self::Known(_) => "private, max-age=1",
        }
    }
}

impl FromRequest for LogReader {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = req.clone();
        Box::pin(async move {
            let settings = request
                .app_data::<web::Data<HttpSettings>>()
                .ok_or(DeskError::Internal("the app has no settings"))?;
            if settings.open_log {
                return Ok(Self::Anybody);
            }
            Ok(Self::Known(By::from_request(&request, &mut Payload::None).await?.0))
        })
    }
}
