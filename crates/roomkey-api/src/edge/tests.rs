use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::App;
use actix_web::body::to_bytes;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::web::{Data, get, resource, scope};
use serde_json::Value;

use super::*;
use crate::edge::origin::AllowedOrigins;

/// Sends a request through the edge to handlers that behave badly; returns the answer and how many of them ran.
async fn answer(request: TestRequest) -> (HttpResponse, usize) {
    let mut settings = HttpSettings::new(
        AllowedOrigins::List(["https://ok.example".parse().unwrap()].into()),
        Vec::new(),
    );
    settings.request_timeout = Duration::from_millis(20);
    let settings = Data::new(settings);
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Data::from(Arc::clone(&runs));
    let app = scope("")
        .app_data(counted)
        .service(resource("/fine").route(get().to(|runs: Data<AtomicUsize>| async move {
            runs.fetch_add(1, Ordering::SeqCst);
            HttpResponse::Ok().finish()
        })))
        .service(
            resource("/slow")
                .route(get().to(|| async { std::future::pending::<HttpResponse>().await })),
        )
        .service(resource("/panic").route(get().to(|runs: Data<AtomicUsize>| async move {
            assert_eq!(runs.fetch_add(1, Ordering::SeqCst), 7, "canary");
            HttpResponse::Ok().finish()
        })))
        .wrap(from_fn(move |request, next| {
            edge(settings.clone(), Data::new(ByPath::default()), request, next)
        }));
    let service = init_service(App::new().service(app)).await;
    let answer = match try_call_service(&service, request.to_request()).await {
        Ok(answer) => answer.into_parts().1,
        Err(error) => error.error_response(),
    };
    (answer, runs.load(Ordering::SeqCst))
}

async fn check(request: TestRequest, status: u16, code: &str, ran: usize) {
    let (answer, runs) = answer(request).await;
    assert_eq!((answer.status().as_u16(), runs), (status, ran));
    assert_eq!(answer.headers().get("content-type").unwrap(), "application/problem+json");
    assert_eq!(answer.headers().get("x-content-type-options").unwrap(), "nosniff");
    assert_eq!(answer.headers().get("vary").unwrap(), "Origin");
    let id = answer.headers().get("x-request-id").unwrap().to_str().unwrap().to_owned();
    let body = to_bytes(answer.into_body()).await.unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(problem["type"], format!("urn:roomkey:problem:{code}"));
    assert_eq!(problem["requestId"], id);
    assert!(!problem.to_string().contains("canary"));
}

#[actix_web::test]
async fn a_panic_is_a_problem() {
    check(TestRequest::get().uri("/panic"), 500, "internal", 1).await;
}

#[actix_web::test]
async fn a_deadline_holds_for_whatever_takes_too_long() {
    check(TestRequest::get().uri("/slow"), 408, "request-timeout", 0).await;
}

#[actix_web::test]
async fn a_foreign_origin_does_not_reach_the_handler() {
    for origin in ["https://evil.example", "null"] {
        let request = TestRequest::get().uri("/fine").insert_header(("origin", origin));
        check(request, 403, "origin-not-allowed", 0).await;
    }
}

#[actix_web::test]
async fn the_framework_has_no_answers_of_its_own() {
    check(TestRequest::get().uri("/nothing"), 404, "not-found", 0).await;
    check(TestRequest::post().uri("/fine"), 405, "method-not-allowed", 0).await;
    let (answer, _) = answer(TestRequest::post().uri("/fine")).await;
    assert_eq!(answer.headers().get("allow").unwrap(), "GET");
}

#[actix_web::test]
async fn an_error_to_an_allowed_origin_can_be_read_by_its_page() {
    let request = TestRequest::get().uri("/slow").insert_header(("origin", "https://ok.example"));
    let (answer, _) = answer(request).await;
    assert_eq!(answer.headers().get("access-control-allow-origin").unwrap(), "https://ok.example");
}
