//! The little Markdown that doc comments use: paragraphs, list items, bold and code.

use maud::{Markup, html};

/// Paragraphs, and items of a list.
pub(crate) fn paragraphs(text: &str) -> Markup {
    html! {
        @for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            @if paragraph.starts_with("- ") {
                @for item in paragraph.lines() {
                    div { (inline(item.trim_start_matches("- "))) }
                }
            } @else {
                p { (inline(paragraph)) }
            }
        }
    }
}

/// Code between back quotes, bold between double asterisks; everything is escaped.
pub(crate) fn inline(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split('`').enumerate() {
            @if number % 2 == 1 { code { (part) } } @else { (bold(part)) }
        }
    }
}

fn bold(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split("**").enumerate() {
            @if number % 2 == 1 { strong { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_marked() {
        let html = inline("**Requires:** `a<b` & c").into_string();
        assert_eq!(html, "<strong>Requires:</strong> <code>a&lt;b</code> &amp; c");
    }
}
