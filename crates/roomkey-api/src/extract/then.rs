//! Credentials first, then the rest of a request.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use crate::extract::credentials::{Authority, By};
use crate::problem::error::ApiError;

/// The authority `A` of the request, then `B`.
///
/// The framework runs the extractors of a handler side by side, so that a body would be judged before the credentials:
/// a client that is not authenticated learns nothing about a request but that.
#[derive(Debug)]
pub(crate) struct Then<A, B>(pub(crate) A, pub(crate) B);

impl<A, B> FromRequest for Then<A, B>
where
    A: Authority,
    B: FromRequest<Error = ApiError> + 'static,
{
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let By(first) = By::<A>::from_request(&request, &mut Payload::None).await?;
            let second = B::from_request(&request, &mut payload).await?;
            Ok(Self(first, second))
        })
    }
}
