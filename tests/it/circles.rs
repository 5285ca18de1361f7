//! No circle of imports: the files of a crate that import each other are a tree with shared branches.
//!
//! An arrow runs from a file to each file of the same crate whose definitions it names, in `use` or in the middle of
//! the code.
//! Where the name comes through a re-export, the arrow goes to the file that defines it and not to the one that passes
//! it on: otherwise every `use crate::Name` would be an arrow to `lib.rs`, which has arrows to all, and a real circle
//! would drown among those.
//! The re-export is an arrow of the file that it stands in.
//! A file and the files in its folder may name each other, since a child is a part of its parent that was split off for
//! its length; but if a file outside of that folder is in the round, or the children lead to each other, it is a circle.
//! `mod x;` is no arrow, nor is an import of a module by itself: what is named through it counts.
//! Code for tests only (`#[cfg(test)]`) may import what it likes.
//!
//! Not seen: a call of a method, whose `impl` may be in any file, and names that macros put together.

mod graph;
mod words;

use std::collections::BTreeMap;
use std::fs;

use roomkey_tests::place::workspace;

#[test]
fn the_files_of_each_crate_import_each_other_without_a_circle() -> anyhow::Result<()> {
    let mut found = Vec::new();
    let packages = crate::tidy::crates()?.into_iter().map(|name| format!("crates/{name}"));
    for package in packages.chain(["tests".to_owned(), "xtask".to_owned()]) {
        let source = format!("{package}/src");
        let mut texts = BTreeMap::new();
        for file in crate::tidy::files(&source, ".rs")? {
            let name = file.strip_prefix(workspace().join(&source))?.display().to_string();
            texts.insert(name, fs::read_to_string(&file)?);
        }
        let circles = graph::circles(&texts).into_iter();
        found.extend(circles.map(|circle| circle.below(&source)));
    }
    let all: String = found.iter().map(|circle| format!("\n{circle}")).collect();
    assert!(
        found.is_empty(),
        "circles of imports (move what ties them into a file that both import):\n{all}"
    );
    Ok(())
}

/// The circles of an invented tree, each as its files and the names that tie the shortest way round.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let texts = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    graph::circles(&texts.collect()).iter().map(ToString::to_string).collect()
}

#[test]
fn a_tree_has_no_circle() {
    let tree = [
        ("lib.rs", "mod a; mod b; pub use a::A;"),
        ("a.rs", "mod deep; use crate::b::B; pub struct A(B);"),
        ("a/deep.rs", "use crate::b; fn f() -> b::B { b::B }"),
        ("b.rs", "pub struct B;"),
    ];
    assert_eq!(circles(&tree), [""; 0]);
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let two = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::{self, B}; pub struct A(B); fn f() { b::g() }"),
        ("b.rs", "use super::a::A; pub struct B; pub fn g() {}"),
    ];
    assert_eq!(
        circles(&two),
        ["a.rs\n  b.rs by crate::b::B, crate::b::g\n  a.rs by crate::a::A\n"]
    );
}

#[test]
fn three_files_are_a_circle_whichever_way_the_paths_are_written() {
    let three = [
        ("main.rs", "mod a; mod b; mod c;"),
        ("a.rs", "fn f() { crate::b::g() }"),
        ("b.rs", "pub fn g() { super::c::h() }"),
        ("c.rs", "use crate::{a as first}; pub fn h() { first::f() }"),
    ];
    let whole =
        "a.rs\n  b.rs by crate::b::g\n  c.rs by crate::c::h\n  a.rs by crate::a::f\n".to_owned();
    assert_eq!(circles(&three), [whole]);
}

#[test]
fn a_re_export_neither_hides_a_circle_nor_makes_one() {
    let tied = [
        ("lib.rs", "mod p;"),
        ("p.rs", "mod a; mod b; pub use a::A; pub use b::*;"),
        ("p/a.rs", "use super::B; pub struct A(B);"),
        ("p/b.rs", "use crate::p::A; pub struct B(Box<A>);"),
    ];
    let whole = "p/a.rs\n  p/b.rs by crate::p::b::B\n  p/a.rs by crate::p::a::A\n";
    assert_eq!(circles(&tied), [whole]);
    let mut free = tied;
    free[3].1 = "pub struct B;";
    assert_eq!(circles(&free), [""; 0], "`a` needs `b` alone, by whatever way");
}

#[test]
fn a_parent_and_its_children_may_name_each_other() {
    let mut family = [
        ("lib.rs", "mod p; mod q; mod r;"),
        ("p.rs", "mod child; mod other; pub struct P; fn f() { child::g(P); other::h(P) }"),
        ("p/child.rs", "pub(super) fn g(_: super::P) {}"),
        ("p/other.rs", "pub(super) fn h(_: super::P) {}"),
        ("q.rs", "pub struct Q; fn f() { crate::p::child::g(0) }"),
    ];
    assert_eq!(circles(&family), [""; 0]);
    family[2].1 = "use super::other::h; pub(super) fn g(_: super::P) {}";
    family[3].1 = "pub(super) fn h(_: super::P) { super::child::g() }";
    let children =
        "p/child.rs\n  p/other.rs by crate::p::other::h\n  p/child.rs by crate::p::child::g\n";
    assert_eq!(circles(&family), [children], "the children lead to each other");
    family[2].1 = "pub(super) fn g(_: super::P) { crate::q::Q }";
    family[3].1 = "";
    family[1].1 = "mod child; mod other; pub struct P; fn f() { child::g(P); }";
    let outside = "p.rs\n  p/child.rs by crate::p::child::g\n  p.rs by crate::p::P\n  \
                   (of 3 files: p.rs, p/child.rs, q.rs)\n";
    assert_eq!(circles(&family), [outside], "the round goes through `q`");
}

#[test]
fn tests_comments_texts_and_other_crates_are_not_looked_at() {
    let files = [
        ("lib.rs", "mod a; mod b; use std::fmt; pub use other::a::A;"),
        (
            "a.rs",
            "//! See [`crate::b::B`].\n pub struct A; const T: &str = \"crate::b::B\"; /* crate::b::B */\n\
             const C: char = '\"'; fn f<'a>(x: &'a str) {} \n\
             #[cfg(test)] mod tests; #[cfg(test)] use crate::b::{B};",
        ),
        ("a/tests.rs", "use super::*; use crate::b::B;"),
        (
            "b.rs",
            "use crate::a::A; pub struct B; #[cfg(test)] mod tests { use super::*; fn f() { x(); } }",
        ),
    ];
    assert_eq!(circles(&files), [""; 0]);
}

#[test]
fn a_macro_is_defined_in_its_file_though_it_is_named_at_the_root() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "#[macro_export] macro_rules! make { () => { $crate::b::B } }"),
        ("b.rs", "pub struct B; crate::make!();"),
    ];
    let whole = "a.rs\n  b.rs by crate::b::B\n  a.rs by crate::make\n";
    assert_eq!(circles(&files), [whole]);
}
