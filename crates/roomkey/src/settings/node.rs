//! The name of this node.

use std::fs;

/// The host's name as a node name: other characters than letters, digits, `.`, `_` and `-` become `-`.
pub(crate) fn host_name() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| fs::read_to_string("/etc/hostname"))
        .unwrap_or_default();
    sanitized(name.trim())
}

fn sanitized(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = name.chars().take(64).map(|c| if allowed(c) { c } else { '-' }).collect();
    if name.is_empty() { "node".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_host_name_becomes_a_node_name() {
        assert_eq!(sanitized("desk 1.örtlich"), "desk-1.-rtlich");
        assert_eq!(sanitized(""), "node");
        assert_eq!(sanitized(&"x".repeat(100)).len(), 64);
    }
}
