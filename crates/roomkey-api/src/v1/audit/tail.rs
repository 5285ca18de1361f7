//! `GET /v1/audit/tail`.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header::LINK;
use actix_web::web::Data;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_desk::wire::entry::EntryView;
use roomkey_desk::wire::list::ListOf;

use crate::extract::query::StrictQuery;
use crate::extract::then::Then;
use crate::problem::error::ApiError;
use crate::v1::audit::events::{next_link, put_extent};
use crate::v1::audit::query::TailQuery;

/// Reads the entries behind a place in the log, and waits for some where there are none yet.
///
/// Never skips an entry: the indexes are in the order of the commits.
/// `next` is always there; whoever goes on with it misses none.
///
/// The first request of a run is itself recorded, with its conditions, and once more for each hour that it goes on.
///
/// **Problems:** `bad-cursor`, `no-such-user`.
#[utoipa::path(get, path = "/v1/audit/tail", tag = "Audit", params(TailQuery),
    responses((status = 200, body = ListOf<EntryView>, description = "The entries, oldest first",
        headers(("Link" = String, description = "Where to go on, as `rel=\"next\"`"),
            ("Audit-Size" = u64, description = "How many entries the log had"),
            ("Audit-Checkpoint-Size" = u64, description = "How many of them the newest signed checkpoint covers"),
            ("Audit-Min-Index" = u64, description = "The smallest index that was not pruned")))))]
pub(crate) async fn tail(
    desk: Data<Desk>,
    request: HttpRequest,
    Then(reads, StrictQuery(query)): Then<Reads, StrictQuery<TailQuery>>,
) -> Result<HttpResponse, ApiError> {
    let page = desk.log.tail(&desk.ground, &reads, query.parse()?).await?;
    let mut answer = HttpResponse::Ok();
    put_extent(&mut answer, page.extent);
    answer.insert_header((LINK, next_link(&request, &page.next)));
    let entries = page.entries.into_iter().map(EntryView::of).collect();
    Ok(answer.json(ListOf::with_next(entries, Some(page.next))))
}
