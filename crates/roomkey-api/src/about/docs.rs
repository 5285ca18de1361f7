//! `GET /docs`: the description of the HTTP surface for people, as one page without anything from elsewhere.

mod schema;
mod text;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::web::Data;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::about::Texts;
use crate::problem::contract::PROBLEMS;

/// The one style of the page, which its policy allows by hash.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\
h2{margin-top:2.5rem;border-bottom:1px solid}\
code,pre{font:14px/1.4 ui-monospace,monospace}\
details{margin:.5rem 0;border:1px solid #8886;border-radius:.4rem;padding:.4rem .7rem}\
summary{cursor:pointer}\
summary b{display:inline-block;min-width:4.2em}\
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.2rem .8rem;margin:.4rem 0}\
dd{margin:0}\
small{opacity:.75}\
@media(max-width:40rem){dl{display:block}dd{margin:0 0 .5rem 1rem}}";

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// Shows the API description as a page for people.
#[utoipa::path(get, path = "/docs", tag = "About",
    responses((status = 200, content_type = "text/html", body = String, description = "The page")))]
pub(crate) async fn docs_page(texts: Data<Texts>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(texts.page.as_str())
}

/// The page of an API description.
pub(crate) fn page_of(document: &Value) -> String {
    markup_of(document).into_string()
}

fn markup_of(document: &Value) -> Markup {
    let info = &document["info"];
    let title = info["title"].as_str().unwrap_or_default();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) " " small { (info["version"].as_str().unwrap_or_default()) } }
                (text::paragraphs(info["description"].as_str().unwrap_or_default()))
                p { "The same as a document for machines: " a href="/openapi.json" { "/openapi.json" } "." }
                @for tag in document["tags"].as_array().into_iter().flatten() {
                    (tag_of(document, tag))
                }
                h2 id="problems" { "Problems" }
                dl {
                    @for kind in PROBLEMS {
                        dt id=(format!("problem-{}", kind.code)) { code { (kind.code) } " " small { (kind.status) } }
                        dd { (kind.meaning) " " (text::inline(kind.next)) }
                    }
                }
            }
        }
    }
}

/// The operations of a tag.
fn tag_of(document: &Value, tag: &Value) -> Markup {
    html! {
        h2 { (tag["name"].as_str().unwrap_or_default()) }
        p { (tag["description"].as_str().unwrap_or_default()) }
        @for (path, item) in document["paths"].as_object().into_iter().flatten() {
            @for (method, operation) in item.as_object().into_iter().flatten() {
                @if operation.pointer("/tags/0") == tag.get("name") {
                    (operation_of(document, path, method, operation))
                }
            }
        }
    }
}

fn operation_of(document: &Value, path: &str, method: &str, operation: &Value) -> Markup {
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    html! {
        details {
            summary {
                b { (method.to_uppercase()) } code { (path) } " "
                small { (operation["summary"].as_str().unwrap_or_default()) }
            }
            (text::paragraphs(operation["description"].as_str().unwrap_or_default()))
            @if let Some(parameters) = operation["parameters"].as_array() {
                h4 { "Parameters" }
                dl { @for parameter in parameters { (schema::parameter(document, parameter)) } }
            }
            @if let Some(body) = body {
                h4 { "Body" }
                (schema::fields(document, body))
            }
            h4 { "Answers" }
            dl {
                @for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                    dt { (status) }
                    dd {
                        (text::paragraphs(answer["description"].as_str().unwrap_or_default()))
                        @let schema = answer.pointer("/content/application~1json/schema");
                        @if let Some(schema) = schema { (schema::fields(document, schema)) }
                    }
                }
            }
        }
    }
}
