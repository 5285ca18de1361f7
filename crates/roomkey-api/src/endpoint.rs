//! One operation of the API: how it is mounted, described and treated by the edge, in one value.
//!
//! Method and path stand at the handler, in `#[utoipa::path]`; everything here reads them from there.

pub(crate) mod caller;

use std::fmt;
use std::time::Duration;

use actix_web::Route;
use actix_web::http::Method;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem};

use crate::problem::shape::{ErrorShape, PROBLEM};
use crate::settings::Compat;
use caller::{ANYONE, Caller};

/// The endpoint of a handler that has a `#[utoipa::path]`: `endpoint!(rooms::add::add_room)`.
macro_rules! endpoint {
    ($($handler:ident)::+) => {
        endpoint!($($handler)::+ => actix_web::web::to($($handler)::+))
    };
    // With the route, for a handler that is told more than the request.
    ($($handler:ident)::+ => $route:expr) => {{
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler)::+))]
        struct Described;
        $crate::endpoint::Endpoint::new(<Described as utoipa::OpenApi>::openapi, move || $route)
    }};
}
pub(crate) use endpoint;

/// Which settings switch an endpoint on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    Always,
    /// Where `[compat] opentok` is true.
    ForOpenTok,
    /// Where `[compat] agora` is true.
    ForAgora,
}

impl Served {
    pub(crate) const fn by(self, compat: &Compat) -> bool {
        match self {
            Self::Always => true,
            Self::ForOpenTok => compat.opentok,
            Self::ForAgora => compat.agora,
        }
    }

    /// What the description says of it, if anything.
    const fn note(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::ForOpenTok => "Served where `[compat] opentok` is true; it is off by default.",
            Self::ForAgora => "Served where `[compat] agora` is true; it is off by default.",
        }
    }
}

/// Edits the description of an operation.
type Edit = Box<dyn Fn(&mut Operation) + Send + Sync>;

/// One operation of the API.
pub(crate) struct Endpoint {
    /// Makes the description of this operation alone, with the schemas that it uses: some 50 KiB, which a server that is
    /// never asked for its description does not keep.
    describe: fn() -> OpenApi,
    /// What else the description says of an operation that has another path than its handler.
    edit: Option<Edit>,
    pub(crate) method: Method,
    /// The path as the description has it.
    pub(crate) path: String,
    /// Where it is mounted; the patterns of one place are one resource.
    pub(crate) places: Vec<Vec<String>>,
    answers_head: bool,
    pub(crate) caller: Caller,
    pub(crate) served: Served,
    pub(crate) shape: &'static ErrorShape,
    /// The path below which every error has the shape.
    pub(crate) shape_below: Option<&'static str>,
    pub(crate) extra_time: Duration,
    route: Box<dyn Fn() -> Route + Send + Sync>,
}

impl Endpoint {
    /// An endpoint for anyone, mounted at the path of its description.
    pub(crate) fn new(
        describe: fn() -> OpenApi,
        route: impl Fn() -> Route + Send + Sync + 'static,
    ) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the description is made of one handler, which has a method and a path"
        )]
        let (method, path) = operation_of(describe()).expect("one operation");
        Self {
            describe,
            edit: None,
            places: vec![vec![path.clone()]],
            method,
            path,
            answers_head: false,
            caller: ANYONE,
            served: Served::Always,
            shape: &PROBLEM,
            shape_below: None,
            extra_time: Duration::ZERO,
            route: Box::new(route),
        }
    }

    pub(crate) fn by(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    /// Answers `HEAD` too.
    pub(crate) fn with_head(self) -> Self {
        Self { answers_head: true, ..self }
    }

    pub(crate) fn served(self, served: Served) -> Self {
        Self { served, ..self }
    }

    /// Answers its errors in this shape, and so does every path below `below`.
    pub(crate) fn failing_as(self, shape: &'static ErrorShape, below: &'static str) -> Self {
        Self { shape, shape_below: Some(below), ..self }
    }

    /// May take longer than others, by so much.
    pub(crate) fn with_extra_time(self, extra_time: Duration) -> Self {
        Self { extra_time, ..self }
    }

    /// A parameter of the path takes what the pattern (a regular expression) says, instead of one segment.
    pub(crate) fn matching(mut self, parameter: &str, pattern: &str) -> Self {
        let (plain, matching) = (format!("{{{parameter}}}"), format!("{{{parameter}:{pattern}}}"));
        for place in self.places.iter_mut().flatten() {
            *place = place.replace(&plain, &matching);
        }
        self
    }

    /// Mounts it at another place too, which the description does not list.
    pub(crate) fn also_at(mut self, path: &str) -> Self {
        self.places.push(vec![path.to_owned()]);
        self
    }

    /// Accepts a slash behind its paths too: some clients send it, and a redirect would have no CORS headers.
    pub(crate) fn with_slash(mut self) -> Self {
        for place in &mut self.places {
            let with_slash: Vec<String> = place.iter().map(|path| format!("{path}/")).collect();
            place.extend(with_slash);
        }
        self
    }

    /// The same operation at another path, under other words.
    pub(crate) fn renamed(
        self,
        path: String,
        edit: impl Fn(&mut Operation) + Send + Sync + 'static,
    ) -> Self {
        Self { places: vec![vec![path.clone()]], path, edit: Some(Box::new(edit)), ..self }
    }

    /// The methods that it answers.
    pub(crate) fn methods(&self) -> impl Iterator<Item = Method> {
        let head = self.answers_head.then_some(Method::HEAD);
        std::iter::once(self.method.clone()).chain(head)
    }

    /// A route for each method that it answers.
    pub(crate) fn routes(&self) -> impl Iterator<Item = Route> {
        self.methods().map(|method| (self.route)().method(method))
    }

    /// The description with what follows from the row: who may call, and where it is served.
    pub(crate) fn description(&self) -> OpenApi {
        let mut described = (self.describe)();
        let items = std::mem::take(&mut described.paths.paths).into_values();
        described.paths.paths = items.map(|item| (self.path.clone(), item)).collect();
        let items = described.paths.paths.values_mut();
        let operations = items.flat_map(slots).filter_map(|(_, slot)| slot.as_mut());
        for operation in operations {
            if let Some(edit) = &self.edit {
                edit(operation);
            }
            operation.security = self.caller.credentials.security();
            let text = operation.description.take().unwrap_or_default();
            operation.description = Some(self.text(&text));
        }
        described
    }

    /// Puts `**Requires:**` before `**Problems:**`.
    fn text(&self, text: &str) -> String {
        let (about, problems) = match text.split_once(PROBLEMS_MARK) {
            Some((about, codes)) => (about.trim_end(), format!("{PROBLEMS_MARK}{codes}")),
            None => (text, String::new()),
        };
        let requires = format!("**Requires:** {}", self.caller.requires);
        let parts = [about, self.served.note(), &requires, &problems];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n\n")
    }
}

/// What begins the paragraph of a handler's documentation that lists its own problems.
pub(crate) const PROBLEMS_MARK: &str = "**Problems:**";

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// The operations that a path may have, by method.
fn slots(item: &mut PathItem) -> [(Method, &mut Option<Operation>); 5] {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
}

/// Method and path of a description that has one operation.
fn operation_of(described: OpenApi) -> Option<(Method, String)> {
    let (path, mut item) = described.paths.paths.into_iter().next()?;
    let (method, _) = slots(&mut item).into_iter().find(|(_, slot)| slot.is_some())?;
    Some((method, path))
}
