//! `GET /v1/audit/events`.

use actix_web::http::header::LINK;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::query::EventsQuery;
use super::view::EntryView;
use crate::http::ApiError;
use crate::http::listing::ListOf;
use crate::http::query::StrictQuery;
use crate::http::then::Then;
use crate::ops::{Desk, Reads};

/// The target of the next page: this request's, with the cursor.
fn next_link(request: &HttpRequest, cursor: &str) -> String {
    let kept: Vec<&str> = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .collect();
    let mut query = kept.join("&");
    if !query.is_empty() {
        query.push('&');
    }
    format!("<{}?{query}cursor={cursor}>; rel=\"next\"", request.path())
}

/// Reads a page of the log.
///
/// **Requires:** the role `auditor` or `admin`. The first page of a run is itself recorded, with its conditions.
///
/// **Problems:** `bad-cursor`, `no-such-user`.
#[utoipa::path(get, path = "/v1/audit/events", tag = "Audit", security(("session" = [])), params(EventsQuery),
    responses((status = 200, body = ListOf<EntryView>, description = "A page of entries",
        headers(("Link" = String, description = "The next page, as `rel=\"next\"`, where there is one")))))]
pub(crate) async fn events(
    desk: Data<Desk>,
    request: HttpRequest,
    Then(reads, StrictQuery(query)): Then<Reads, StrictQuery<EventsQuery>>,
) -> Result<HttpResponse, ApiError> {
    let page = desk.page(&reads, query.parse()?).await?;
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &page.next {
        answer.insert_header((LINK, next_link(&request, next)));
    }
    let entries = page.entries.into_iter().map(EntryView::of).collect();
    Ok(answer.json(ListOf::with_next(entries, page.next)))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_next_page_has_the_same_conditions() {
        let link = |uri: &str| next_link(&TestRequest::with_uri(uri).to_http_request(), "abc");
        assert_eq!(link("/v1/audit/events"), "</v1/audit/events?cursor=abc>; rel=\"next\"");
        let before = "/v1/audit/events?room=a&cursor=old&limit=2";
        assert_eq!(link(before), "</v1/audit/events?room=a&limit=2&cursor=abc>; rel=\"next\"");
    }
}
