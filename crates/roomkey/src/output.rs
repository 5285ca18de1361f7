//! What commands print: tables for people, JSON for programs.

use std::fmt::Display;
use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use roomkey_claims::Timestamp;
use serde::Serialize;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// Whether programs read it.
    pub(crate) json: bool,
}

impl Output {
    /// Prints a result: as JSON, or as the text that `human` makes.
    pub(crate) fn print<T: Serialize>(
        self,
        value: &T,
        human: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string_pretty(value)? } else { human() };
        line(&text)
    }

    /// Prints one of many results on a line of its own.
    pub(crate) fn print_line<T: Serialize>(
        self,
        value: &T,
        human: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string(value)? } else { human() };
        line(&text)
    }
}

/// Prints a line to standard output at once.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let text = text.strip_suffix('\n').unwrap_or(text);
    writeln!(out, "{text}").and_then(|()| out.flush())?;
    Ok(())
}

/// Prints a line to standard error; where nobody reads it, nothing can be done.
pub(crate) fn note(text: impl Display) {
    writeln!(io::stderr().lock(), "{text}").ok();
}

/// How many columns a line may have: the terminal's, 80 where there is none.
pub(crate) fn width() -> u16 {
    Table::new().width().unwrap_or(80)
}

/// A table with these headings, without frames, that fits the terminal.
pub(crate) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    table
}

/// A table as text; where it has no rows, what that means.
pub(crate) fn rows(table: &Table, nothing: &str) -> String {
    if table.is_empty() { nothing.to_owned() } else { table.trim_fmt() }
}

/// Names with their values, one a line; what has no value is left out.
pub(crate) fn pairs(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    let lines = given.map(|(name, value)| format!("{name:width$}  {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The text of a value that may be absent.
pub(crate) fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// An instant for people: RFC 3339 in UTC, to the second.
pub(crate) fn time(at: Timestamp) -> String {
    Timestamp::from_seconds(at.as_seconds()).to_string()
}

/// Yes or no.
pub(crate) const fn yes_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_align_and_leave_out_what_is_empty() {
        let text =
            pairs(&[("a", "1".to_owned()), ("long", "2".to_owned()), ("none", String::new())]);
        assert_eq!(text, "a     1\nlong  2");
    }

    #[test]
    fn a_table_without_rows_says_what_that_means() {
        assert_eq!(rows(&table(&["name"]), "no users yet"), "no users yet");
        let mut one = table(&["name", "role"]);
        one.add_row(["ada", "user"]);
        assert_eq!(rows(&one, ""), " NAME  ROLE\n ada   user");
    }
}
