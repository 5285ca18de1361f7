//! What the edge must know of a request's route before the framework has matched it.
//!
//! A request may fail before it reaches its route (an unknown path, a refused origin), and its deadline starts before
//! the route is known. So the list of routes hands the edge this table.

use std::time::Duration;

use actix_web::http::Method;

use crate::problem::shape::{ErrorShape, PROBLEM};

/// The paths whose errors have a shape of their own, and the routes that may take longer than others.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByPath {
    shapes: Vec<(Pattern, &'static ErrorShape)>,
    extra_times: Vec<(Method, Pattern, Duration)>,
}

impl ByPath {
    /// Errors at this path and below it have the shape.
    pub(crate) fn add_shape(&mut self, path: &str, shape: &'static ErrorShape) {
        self.shapes.push((Pattern::of(path), shape));
    }

    /// Requests of this route may take longer than others, by so much.
    pub(crate) fn add_extra_time(&mut self, method: Method, path: &str, extra: Duration) {
        self.extra_times.push((method, Pattern::of(path), extra));
    }

    pub(crate) fn shape(&self, path: &str) -> &'static ErrorShape {
        let mut shapes = self.shapes.iter();
        shapes.find(|(above, _)| above.covers(path)).map_or(&PROBLEM, |(_, shape)| shape)
    }

    pub(crate) fn extra_time(&self, method: &Method, path: &str) -> Duration {
        let fits =
            |(of, pattern, _): &&(Method, Pattern, Duration)| of == method && pattern.is(path);
        self.extra_times.iter().find(fits).map_or(Duration::ZERO, |(_, _, extra)| *extra)
    }
}

/// The segments of a path, `None` for a parameter.
#[derive(Debug, Clone)]
struct Pattern(Vec<Option<String>>);

impl Pattern {
    fn of(path: &str) -> Self {
        let segments = path.trim_start_matches('/').split('/');
        Self(segments.map(|name| (!name.starts_with('{')).then(|| name.to_owned())).collect())
    }

    /// Whether the path is this one or lies below it.
    fn covers(&self, path: &str) -> bool {
        let mut segments = path.trim_start_matches('/').split('/');
        self.0.iter().all(|wanted| {
            let segment = segments.next();
            segment.is_some_and(|segment| wanted.as_deref().is_none_or(|wanted| wanted == segment))
        })
    }

    fn is(&self, path: &str) -> bool {
        self.covers(path) && path.trim_start_matches('/').split('/').count() == self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static OTHER: ErrorShape = ErrorShape { schema: "Other", ..PROBLEM };

    #[test]
    fn a_shape_holds_at_its_path_and_below() {
        let mut table = ByPath::default();
        table.add_shape("/compat/{room}/create", &OTHER);
        for (path, schema) in [
            ("/compat/a/create", "Other"),
            ("/compat/a/create/", "Other"),
            ("/compat/a/create/more", "Other"),
            ("/compat/a", "Problem"),
            ("/compat/a/created", "Problem"),
            ("/v1/compat/a/create", "Problem"),
            ("/", "Problem"),
        ] {
            assert_eq!(table.shape(path).schema, schema, "{path}");
        }
    }

    #[test]
    fn extra_time_is_for_one_method_of_one_path() {
        let mut table = ByPath::default();
        let extra = Duration::from_secs(30);
        table.add_extra_time(Method::GET, "/v1/audit/tail", extra);
        assert_eq!(table.extra_time(&Method::GET, "/v1/audit/tail"), extra);
        assert_eq!(table.extra_time(&Method::POST, "/v1/audit/tail"), Duration::ZERO);
        assert_eq!(table.extra_time(&Method::GET, "/v1/audit/tail/a"), Duration::ZERO);
        assert_eq!(table.extra_time(&Method::GET, "/v1/audit"), Duration::ZERO);
    }
}
