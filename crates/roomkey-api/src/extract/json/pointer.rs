//! Where in a JSON text something is wrong.
//!
//! Serde tells line and column, not the field; its messages name values, which an answer never repeats.

/// Longest name of a field that an answer repeats, in bytes.
const LONGEST_NAME: usize = 64;

/// An array or object that is open.
enum Open<'a> {
    Array(usize),
    Object { name: Option<&'a [u8]>, wants_name: bool },
}

/// The JSON pointer (RFC 6901) of what was read last before a line and column, both counted as `serde_json` does.
pub(crate) fn at(json: &[u8], line: usize, column: usize) -> String {
    let lines_before: usize = json
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let end = (lines_before + column).min(json.len());
    let mut open = Vec::new();
    let mut rest = json;
    while json.len() - rest.len() < end {
        let Some((byte, after)) = rest.split_first() else { break };
        rest = after;
        match (byte, open.last_mut()) {
            (b'{', _) => open.push(Open::Object { name: None, wants_name: true }),
            (b'[', _) => open.push(Open::Array(0)),
            (b'}' | b']', _) => drop(open.pop()),
            (b',', Some(Open::Object { wants_name, .. })) => *wants_name = true,
            (b',', Some(Open::Array(index))) => *index += 1,
            (b':', Some(Open::Object { wants_name, .. })) => *wants_name = false,
            (b'"', top) => {
                let (text, after) = string(rest);
                rest = after;
                if let Some(Open::Object { name, wants_name: true }) = top {
                    *name = Some(text);
                }
            }
            _ => {}
        }
    }
    open.iter().filter_map(step).collect()
}

/// Splits a text behind its opening quote into what stands before and after the closing one.
fn string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    let end = end.unwrap_or(text.len());
    let (inside, after) = text.split_at(end);
    (inside, after.get(1..).unwrap_or_default())
}

fn step(open: &Open<'_>) -> Option<String> {
    match open {
        Open::Array(index) => Some(format!("/{index}")),
        Open::Object { name, wants_name: _ } => {
            let name = name.as_ref()?;
            let name = String::from_utf8_lossy(name.get(..LONGEST_NAME).unwrap_or(name));
            Some(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_last_thing_that_was_read() {
        let json = br#"{"a":[1,{"b~/":"x\"{"}],"c":2}"#;
        let place = |before: &str| {
            let text = std::str::from_utf8(json).unwrap();
            at(json, 1, text.find(before).unwrap() + before.len())
        };
        assert_eq!(place("[1"), "/a/0");
        assert_eq!(place("x\\\"{\""), "/a/1/b~0~1");
        assert_eq!(place("\"c\""), "/c");
        assert_eq!(at(b"", 1, 9), "");
        assert_eq!(at(b"{\"a\":1,\n\"bb\":2}", 2, 6), "/bb");
    }
}
