//! What the sources have to look like.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use roomkey_tests::place::workspace;
use serde_json::Value;

/// Longest file, in lines.
const LONGEST: usize = 500;

/// All files below a folder of the workspace whose names end so.
pub(crate) fn files(folder: &str, end: &str) -> anyhow::Result<Vec<PathBuf>> {
    fn walk(folder: &Path, end: &str, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                walk(&path, end, found)?;
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(&workspace().join(folder), end, &mut found)?;
    found.sort();
    Ok(found)
}

fn sources() -> anyhow::Result<Vec<PathBuf>> {
    let folders = ["crates", "tests", "xtask"].map(|folder| files(folder, ".rs"));
    Ok(folders.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat())
}

/// The path as the documents write it.
fn shown(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string()
}

/// The names of the packages' folders.
pub(crate) fn crates() -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace().join("crates"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[test]
fn only_the_keyring_signs() -> anyhow::Result<()> {
    let mut signing = Vec::new();
    for file in files("crates", ".rs")? {
        let name = shown(&file);
        if !name.starts_with("crates/roomkey-providers/")
            && fs::read_to_string(&file)?.contains(".sign(")
        {
            signing.push(name);
        }
    }
    assert_eq!(signing, ["crates/roomkey-desk/src/tokens/keyring.rs"]);
    Ok(())
}

#[test]
fn no_file_is_too_long_and_none_is_unfinished() -> anyhow::Result<()> {
    for file in sources()? {
        let (name, text) = (shown(&file), fs::read_to_string(&file)?);
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{name} has {lines} lines: split it");
        assert!(!name.ends_with("/mod.rs"), "{name}: foo.rs beside foo/ instead");
        if name == "tests/it/tidy.rs" {
            continue;
        }
        for word in ["todo!", "unimplemented!", "dbg!(", "TODO", "FIXME"] {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
    Ok(())
}

#[test]
fn every_crate_is_in_the_code_map() -> anyhow::Result<()> {
    let map = fs::read_to_string(workspace().join("docs/architecture.md"))?;
    for name in crates()?.iter().map(|name| format!("crates/{name}")).chain([
        "tests".into(),
        "xtask".into(),
        "migrations".into(),
    ]) {
        assert!(
            map.contains(&format!("`{name}`")) || map.contains(&format!("{name}/")),
            "{name} is missing"
        );
    }
    assert!(map.lines().count() <= 200, "at most 200 lines");
    assert!(map.contains("**Invariant"), "invariants are marked");
    let readme = fs::read_to_string(workspace().join("README.md"))?;
    assert!(readme.lines().count() <= 120, "at most 120 lines");
    Ok(())
}

#[test]
fn what_the_documents_name_is_there() -> anyhow::Result<()> {
    let mut documents = files("docs", ".md")?;
    documents.extend(["README.md", "CONTRIBUTING.md"].map(|name| workspace().join(name)));
    for document in documents {
        for path in fs::read_to_string(&document)?.split('`').skip(1).step_by(2) {
            let is_path = ["crates/", "docs/", "tests/", "xtask/", "migrations/"]
                .iter()
                .any(|start| path.starts_with(start));
            let is_plain =
                path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
            // A pattern such as NNNN names no file.
            if is_path && is_plain && !path.contains("NNNN") {
                assert!(workspace().join(path).exists(), "{} names {path}", shown(&document));
            }
        }
    }
    Ok(())
}

#[test]
fn migrations_are_the_same_for_both_databases() -> anyhow::Result<()> {
    let folders = crate::migrations::folders("sqlite")?;
    assert_eq!(folders, crate::migrations::folders("postgres")?);
    for (number, folder) in (1..).zip(&folders) {
        assert!(folder.starts_with(&format!("{number:04}_")), "{folder}");
        for dialect in ["sqlite", "postgres"] {
            for file in ["up.sql", "down.sql"] {
                let path = workspace().join("migrations").join(dialect).join(folder).join(file);
                assert!(!fs::read_to_string(&path)?.trim().is_empty(), "{} is empty", shown(&path));
            }
        }
    }
    Ok(())
}

/// Each of our packages with its dependencies that are not only for tests, as cargo describes them.
fn dependencies() -> anyhow::Result<BTreeMap<String, Vec<Value>>> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]);
    let output = command.current_dir(workspace()).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let mut dependencies = BTreeMap::new();
    for package in metadata["packages"].as_array().context("packages")? {
        let links = package["dependencies"].as_array().context("dependencies")?.iter();
        let links = links.filter(|link| link["kind"].is_null() || link["kind"] == "build");
        dependencies.insert(text(&package["name"]), links.cloned().collect());
    }
    Ok(dependencies)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What each of our crates links of the others, but for tests.
fn arrows() -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let ours = |links: Vec<Value>| {
        let names = links.iter().map(|link| text(&link["name"]));
        names.filter(|name| name.starts_with("roomkey")).collect()
    };
    Ok(dependencies()?.into_iter().map(|(name, links)| (name, ours(links))).collect())
}

#[test]
fn only_tests_enable_the_fixtures_of_claims() -> anyhow::Result<()> {
    let fixtures = |link: &Value| {
        let features = link["features"].as_array().into_iter().flatten();
        link["name"] == "roomkey-claims" && features.into_iter().any(|name| name == "fixtures")
    };
    let enabling: Vec<String> = dependencies()?
        .into_iter()
        .filter(|(_, links)| links.iter().any(fixtures))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(enabling, ["roomkey-tests"], "which is never shipped");
    Ok(())
}

#[test]
fn the_arrows_between_the_crates_are_those_of_the_design() -> anyhow::Result<()> {
    let arrows = arrows()?;
    let of = |name: &str| arrows.get(name).cloned().with_context(|| format!("no package {name}"));
    let exactly = |names: &[&str]| {
        names.iter().map(|name| format!("roomkey-{name}")).collect::<BTreeSet<_>>()
    };
    let five = ["audit", "auth", "claims", "providers", "storage"];
    assert_eq!(of("roomkey-claims")?, exactly(&[]));
    assert_eq!(of("roomkey-providers")?, exactly(&["claims"]));
    assert_eq!(of("roomkey-auth")?, exactly(&["claims"]));
    assert_eq!(of("roomkey-audit")?, exactly(&["claims"]));
    assert_eq!(of("roomkey-storage")?, exactly(&["audit", "claims"]));
    assert_eq!(of("roomkey-desk")?, exactly(&five));
    // Without storage: a handler cannot open a database of its own.
    let below = ["audit", "auth", "claims", "desk", "providers"];
    assert_eq!(of("roomkey-api")?, exactly(&below));
    let binary = of("roomkey")?;
    let allowed = exactly(&[&five[..], &["desk", "api"]].concat());
    assert!(binary.contains("roomkey-api") && binary.is_subset(&allowed), "{binary:?}");
    assert_eq!(of("xtask")?, exactly(&[]));
    if let Some(auditor) = arrows.get("roomkey-auditor") {
        let allowed = exactly(&["audit", "claims", "providers"]);
        assert!(auditor.contains("roomkey-audit") && auditor.is_subset(&allowed), "{auditor:?}");
    }
    let known = exactly(&[&five[..], &["desk", "api", "auditor", "tests"]].concat());
    for name in arrows.keys() {
        assert!(
            known.contains(name) || name == "roomkey" || name == "xtask",
            "{name} is not in the design"
        );
    }
    Ok(())
}

#[test]
fn only_storage_names_sql() -> anyhow::Result<()> {
    for file in files("crates", ".rs")? {
        let (name, text) = (shown(&file), fs::read_to_string(&file)?);
        if !name.starts_with("crates/roomkey-storage/") {
            assert!(!text.contains("diesel::"), "{name} names diesel");
        }
    }
    for file in files("crates/roomkey-storage", ".rs")? {
        assert!(!fs::read_to_string(&file)?.contains("sql_query(format!"), "{}", shown(&file));
    }
    Ok(())
}
