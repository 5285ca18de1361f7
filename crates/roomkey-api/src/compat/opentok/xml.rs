//! The little XML that OpenTok's older clients read.

use std::fmt::Write;

/// The media type.
pub(crate) const XML: &str = "application/xml";

/// How such a document begins.
const PROLOGUE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

/// A document of elements that hold text, inside elements that hold them.
pub(crate) fn document(around: &[&str], elements: &[(&str, &str)]) -> String {
    let mut text = PROLOGUE.to_owned();
    for name in around {
        text.push('<');
        text.push_str(name);
        text.push('>');
    }
    for (name, value) in elements {
        // Writing to a text cannot fail.
        let _written = write!(text, "<{name}>{}</{name}>", escaped(value));
    }
    for name in around.iter().rev() {
        text.push_str("</");
        text.push_str(name);
        text.push('>');
    }
    text
}

/// A text without what XML would take for its own, or refuse (XML 1.0 sections 2.2 and 2.4).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            control if control.is_control() => text.push(' '),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_becomes_an_element() {
        let text = document(&["a", "b"], &[("c", "<d>&\u{0}é"), ("e", "")]);
        let body = text.strip_prefix(PROLOGUE).unwrap();
        assert_eq!(body, "<a><b><c>&lt;d&gt;&amp; é</c><e></e></b></a>");
    }
}
