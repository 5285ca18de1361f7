//! `GET /v1/audit/events`.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, Header, IfNoneMatch, LINK};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use roomkey_desk::audit::page;
use roomkey_desk::audit::page::Extent;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::entry::EntryView;
use roomkey_desk::wire::list::ListOf;

use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::audit::query::EventsQuery;

/// The target of the next page: this request's, with the cursor.
pub(crate) fn next_link(request: &HttpRequest, cursor: &str) -> String {
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

/// Says how far the log went when it was read.
pub(crate) fn put_extent(answer: &mut HttpResponseBuilder, extent: Extent) {
    answer.insert_header(("audit-size", extent.size.to_string()));
    answer.insert_header(("audit-checkpoint-size", extent.signed.to_string()));
    answer.insert_header(("audit-min-index", extent.minimum.to_string()));
}

/// Whether the client has the answer with this tag already.
fn client_has(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => request.headers().contains_key("if-none-match"),
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// Reads a page of the log.
///
/// A page that lies wholly below the newest signed checkpoint has a strong `ETag`, and may be kept where `at` pins it.
/// A page may end early, even empty, with a `next`, where several conditions fit very many entries each and few together.
///
/// The first page of a run is itself recorded, with its conditions.
///
/// **Problems:** `bad-cursor`, `no-such-user`.
#[utoipa::path(get, path = "/v1/audit/events", tag = "Audit", params(EventsQuery),
    responses((status = 200, body = ListOf<EntryView>, description = "A page of entries",
        headers(("Link" = String, description = "The next page, as `rel=\"next\"`, where there is one"),
            ("ETag" = String, description = "The name of a page that no later entry can change"),
            ("Audit-Size" = u64, description = "How many entries the log had"),
            ("Audit-Checkpoint-Size" = u64, description = "How many of them the newest signed checkpoint covers"),
            ("Audit-Min-Index" = u64, description = "The smallest index that was not pruned"))),
        (status = 304, description = "The page is the one that `If-None-Match` names")))]
pub(crate) async fn events(
    desk: Data<Desk>,
    request: HttpRequest,
    Then(reads, StrictQuery(query)): Then<Reads, StrictQuery<EventsQuery>>,
) -> Result<HttpResponse, ApiError> {
    let page = page::page(&desk.ground, &reads, query.parse()?).await?;
    let tag = page.tag.clone().map(EntityTag::new_strong);
    let is_known = tag.as_ref().is_some_and(|tag| client_has(&request, tag));
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    put_extent(&mut answer, page.extent);
    if let Some(tag) = tag {
        let kept = page.keep.map_or_else(
            || "private, no-cache".to_owned(),
            |keep| format!("private, max-age={}, immutable", keep.as_secs()),
        );
        answer.insert_header((ETAG, tag.to_string())).insert_header((CACHE_CONTROL, kept));
    }
    if is_known {
        return Ok(answer.finish());
    }
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
