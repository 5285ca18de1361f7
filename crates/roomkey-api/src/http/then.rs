//! One extractor after the other.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use crate::http::ApiError;

/// First `A`, then `B`.
///
/// The framework runs the extractors of a handler side by side, so that a body would be judged before the credentials:
/// whoever is not authenticated learns nothing about a request but that.
#[derive(Debug)]
pub(super) struct Then<A, B>(pub(super) A, pub(super) B);

impl<A, B> FromRequest for Then<A, B>
where
    A: FromRequest<Error = ApiError> + 'static,
    B: FromRequest<Error = ApiError> + 'static,
{
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let first = A::from_request(&request, &mut Payload::None).await?;
            let second = B::from_request(&request, &mut payload).await?;
            Ok(Self(first, second))
        })
    }
}
