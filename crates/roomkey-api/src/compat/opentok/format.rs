//! Whether a client reads JSON or XML.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// What a client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// JSON for clients that ask for it, else XML.
    pub(crate) fn asked(headers: &HeaderMap) -> Self {
        let asks = |value: &str| value.to_ascii_lowercase().contains("application/json");
        let mut values = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
        if values.any(asks) { Self::Json } else { Self::Xml }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn only_a_client_that_names_json_reads_it() {
        let mut headers = HeaderMap::new();
        assert_eq!(Format::asked(&headers), Format::Xml);
        headers.insert(ACCEPT, HeaderValue::from_static("text/html, Application/JSON;q=0.9"));
        assert_eq!(Format::asked(&headers), Format::Json);
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        assert_eq!(Format::asked(&headers), Format::Xml);
    }
}
