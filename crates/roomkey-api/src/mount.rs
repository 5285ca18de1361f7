//! Mounts the list: a resource for each path, so that another method is 405 with `Allow`, and all of them in one scope
//! inside the edge, so that nothing escapes it.

use std::sync::LazyLock;

use actix_web::middleware::from_fn;
use actix_web::web::{Data, PathConfig, ServiceConfig, resource, scope, to};
use actix_web::{HttpResponse, Resource, Scope};

use crate::about::Texts;
use crate::about::docs;
use crate::edge::by_path::ByPath;
use crate::edge::edge;
use crate::endpoint::Endpoint;
use crate::problem::error::ApiError;
use crate::routes::{DOCUMENT, ENDPOINTS, openapi_json};
use crate::settings::HttpSettings;

static JSON: LazyLock<String> = LazyLock::new(openapi_json);
static PAGE: LazyLock<String> = LazyLock::new(|| docs::page_of(&DOCUMENT));

/// Mounts everything; the app must have a `Data<Desk>`.
pub fn configure(app: &mut ServiceConfig, settings: &HttpSettings) {
    let served: Vec<&Endpoint> =
        ENDPOINTS.iter().filter(|endpoint| endpoint.served.by(&settings.compat)).collect();
    let by_path = Data::new(by_path(&served));
    let settings = Data::new(settings.clone());
    let of_edge = settings.clone();
    let routes = resources(&served)
        .app_data(settings)
        .app_data(Data::new(Texts { json: &JSON, page: &PAGE }))
        .app_data(PathConfig::default().error_handler(|_, _| ApiError::Malformed.into()))
        .default_service(to(not_found))
        .wrap(from_fn(move |request, next| edge(of_edge.clone(), by_path.clone(), request, next)));
    // For what has no path at all, such as `OPTIONS *`.
    app.service(routes).default_service(to(not_found));
}

async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::NotFound)
}

/// One resource for each place, with the routes of all endpoints there.
fn resources(served: &[&Endpoint]) -> Scope {
    let mut places: Vec<(&[String], Resource)> = Vec::new();
    for endpoint in served {
        for place in &endpoint.places {
            let known = places.iter().position(|(patterns, _)| *patterns == place.as_slice());
            let (at, empty) = match known {
                Some(at) => {
                    let (_, resource) = places.remove(at);
                    (at, resource)
                }
                None => (places.len(), resource(place.clone())),
            };
            places.insert(at, (place, endpoint.routes().fold(empty, Resource::route)));
        }
    }
    places.into_iter().fold(scope(""), |scope, (_, resource)| scope.service(resource))
}

fn by_path(served: &[&Endpoint]) -> ByPath {
    let mut table = ByPath::default();
    for endpoint in served {
        if let Some(below) = endpoint.shape_below {
            table.add_shape(below, endpoint.shape);
        }
        if !endpoint.extra_time.is_zero() {
            table.add_extra_time(endpoint.method.clone(), &endpoint.path, endpoint.extra_time);
        }
    }
    table
}
