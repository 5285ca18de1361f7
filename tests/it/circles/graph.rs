//! Files of a crate, what each names of the others, and the circles among them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use super::words::{without_tests, words};

/// A module, or a name in one, from the root of the crate.
type Path = Vec<String>;

/// The longest chain of re-exports that is followed.
const LONGEST_CHAIN: u32 = 16;

/// Files that all lead to each other.
#[derive(Debug)]
pub(super) struct Circle {
    files: Vec<String>,
    /// The shortest way round: each file with the names by which the one before it leads there.
    way: Vec<(String, BTreeSet<String>)>,
}

impl Circle {
    /// The same with the folder in which the files are.
    pub(super) fn below(self, folder: &str) -> Self {
        let whole = |file: String| format!("{folder}/{file}");
        Self {
            files: self.files.into_iter().map(whole).collect(),
            way: self.way.into_iter().map(|(file, names)| (whole(file), names)).collect(),
        }
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.way.last().map_or("", |(file, _)| file);
        writeln!(f, "{start}")?;
        for (file, names) in &self.way {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            writeln!(f, "  {file} by {}", names.join(", "))?;
        }
        if self.way.len() < self.files.len() {
            writeln!(f, "  (of {} files: {})", self.files.len(), self.files.join(", "))?;
        }
        Ok(())
    }
}

/// What a module says: the names that it binds and defines.
#[derive(Debug, Default)]
struct Module {
    file: String,
    bindings: BTreeMap<String, Path>,
    globs: Vec<Path>,
    defines: BTreeSet<String>,
}

/// A path as written in a module.
#[derive(Debug)]
struct Named {
    scope: Path,
    path: Path,
    is_glob: bool,
}

#[derive(Debug, Default)]
struct Crate {
    modules: BTreeMap<Path, Module>,
    macros: BTreeMap<String, Path>,
    named: Vec<Named>,
}

/// All circles of the files of a crate, which are named from its `src` folder.
pub(super) fn circles(texts: &BTreeMap<String, String>) -> Vec<Circle> {
    let arrows = arrows(texts);
    let mut circles = Vec::new();
    among(&arrows, &arrows.keys().map(String::as_str).collect(), &mut circles);
    circles
}

/// From each file to the files that it names something of, with the names.
type Arrows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Collects the circles that run through no other files than these.
fn among<'a>(arrows: &'a Arrows, files: &BTreeSet<&'a str>, circles: &mut Vec<Circle>) {
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        files.iter().map(|file| (*file, reachable(arrows, files, file))).collect();
    let leads = |from: &str, to: &str| reach.get(from).is_some_and(|reached| reached.contains(to));
    let mut seen = BTreeSet::new();
    for file in files {
        if seen.contains(file) || !leads(file, file) {
            continue;
        }
        let both_ways = |other: &&str| leads(file, other) && leads(other, file);
        let tied: BTreeSet<&str> = files.iter().copied().filter(both_ways).collect();
        seen.extend(tied.iter().copied());
        let parent = tied.iter().copied().find(|file| {
            let below = format!("{}/", file.trim_end_matches(".rs"));
            tied.iter().all(|other| other == file || other.starts_with(&below))
        });
        if let Some(parent) = parent {
            let children = tied.into_iter().filter(|file| *file != parent).collect();
            among(arrows, &children, circles);
        } else {
            let way = shortest(arrows, &tied, file);
            circles.push(Circle { files: tied.into_iter().map(str::to_owned).collect(), way });
        }
    }
}

fn next_of<'a>(
    arrows: &'a Arrows,
    files: &BTreeSet<&'a str>,
    file: &str,
) -> impl Iterator<Item = &'a str> {
    let named = arrows.get(file).into_iter().flat_map(BTreeMap::keys).map(String::as_str);
    named.filter(|other| files.contains(other))
}

fn reachable<'a>(
    arrows: &'a Arrows,
    files: &BTreeSet<&'a str>,
    from: &'a str,
) -> BTreeSet<&'a str> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        next.extend(next_of(arrows, files, file).filter(|other| reached.insert(*other)));
    }
    reached
}

/// The shortest way through these files from one of them back to it.
fn shortest<'a>(
    arrows: &'a Arrows,
    files: &BTreeSet<&'a str>,
    from: &'a str,
) -> Vec<(String, BTreeSet<String>)> {
    let (mut before, mut next) = (BTreeMap::new(), VecDeque::from([from]));
    while let Some(file) = next.pop_front() {
        for other in next_of(arrows, files, file) {
            if !before.contains_key(other) {
                before.insert(other, file);
                next.push_back(other);
            }
        }
    }
    let (mut way, mut at) = (Vec::new(), from);
    loop {
        let last = before[at];
        way.push((at.to_owned(), arrows[last][at].clone()));
        at = last;
        if at == from {
            way.reverse();
            return way;
        }
    }
}

fn arrows(texts: &BTreeMap<String, String>) -> Arrows {
    let mut all = Crate::default();
    let mut of_tests = Vec::new();
    for (file, text) in texts {
        let Some(module) = module_of(file, texts) else { continue };
        let words = words(text);
        let (words, tests) = without_tests(&words);
        of_tests.extend(tests.into_iter().map(|name| joined(&module, name)));
        all.read(file, module, &words);
    }
    let is_test = |module: &Path| of_tests.iter().any(|test| module.starts_with(test));
    all.modules.retain(|module, _| !is_test(module));
    let mut arrows = Arrows::new();
    for Named { scope, path, is_glob } in all.named.iter().filter(|named| !is_test(&named.scope)) {
        let Some(target) = all.resolve(scope, path, LONGEST_CHAIN) else { continue };
        let (from, to) = (&all.modules[scope].file, &all.modules[&target.module].file);
        let Some(name) = target.name.or_else(|| is_glob.then(|| "*".to_owned())) else { continue };
        if from != to {
            let at_root = target.module.is_empty() || all.macros.contains_key(&name);
            let place = if at_root { String::new() } else { target.module.join("::") + "::" };
            let names = arrows.entry(from.clone()).or_default().entry(to.clone()).or_default();
            names.insert(format!("crate::{place}{name}"));
        }
    }
    arrows
}

/// The module that a file is; `None` for the root of a program that only uses the library beside it.
fn module_of(file: &str, texts: &BTreeMap<String, String>) -> Option<Path> {
    let is_program = file == "main.rs" || file.starts_with("bin/");
    if is_program && texts.contains_key("lib.rs") {
        return None;
    }
    let name = file.strip_suffix(".rs")?;
    let is_root = matches!(name, "lib" | "main");
    Some(if is_root { Path::new() } else { name.split('/').map(str::to_owned).collect() })
}

fn joined(module: &[String], name: &str) -> Path {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// Where a path leads: a module, or a name in it.
#[derive(Debug)]
struct Target {
    module: Path,
    name: Option<String>,
}

impl Crate {
    fn read(&mut self, file: &str, module: Path, words: &[&str]) {
        let new = |file: &str| Module { file: file.to_owned(), ..Module::default() };
        self.modules.entry(module.clone()).or_insert_with(|| new(file));
        let mut scopes = vec![(0_u32, module)];
        let (mut depth, mut at) = (0_u32, 0);
        while let Some(word) = words.get(at) {
            let scope = scopes.last().map_or_else(Path::new, |(_, module)| module.clone());
            let next = |ahead: usize| words.get(at + ahead).copied().unwrap_or("");
            match *word {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    scopes.pop_if(|(opened, _)| 0 < *opened && depth < *opened);
                }
                "use" if next(1) != "<" => {
                    let mut leaves = Vec::new();
                    at = tree(words, at + 1, &[], &mut leaves);
                    for (name, path) in leaves {
                        self.import(&scope, name, path);
                    }
                    continue;
                }
                "mod" if next(2) == "{" => {
                    depth += 1;
                    let inner = joined(&scope, next(1));
                    self.modules.entry(inner.clone()).or_insert_with(|| new(file));
                    scopes.push((depth, inner));
                    at += 3;
                    continue;
                }
                "macro_rules" => {
                    self.macros.insert(next(2).to_owned(), scope.clone());
                    self.define(&scope, next(2));
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                    self.define(&scope, next(1));
                }
                first if next(1) == "::" && is_start(words, at) => {
                    let mut path = vec![first.to_owned()];
                    while words.get(at + 1) == Some(&"::") && words.get(at + 2).is_some_and(is_name)
                    {
                        path.extend(words.get(at + 2).map(|word| (*word).to_owned()));
                        at += 2;
                    }
                    self.named.push(Named { scope, path, is_glob: false });
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn define(&mut self, scope: &Path, name: &str) {
        if let Some(module) = self.modules.get_mut(scope) {
            module.defines.insert(name.to_owned());
        }
    }

    fn import(&mut self, scope: &Path, name: String, path: Path) {
        let is_glob = name == "*";
        if let Some(module) = self.modules.get_mut(scope) {
            if is_glob {
                module.globs.push(path.clone());
            } else {
                module.bindings.insert(name, path.clone());
            }
        }
        self.named.push(Named { scope: scope.clone(), path, is_glob });
    }

    /// Where a path that is written in `scope` leads; `None` out of the crate.
    fn resolve(&self, scope: &[String], path: &[String], most: u32) -> Option<Target> {
        let most = most.checked_sub(1)?;
        let (first, mut rest) = path.split_first()?;
        let mut module = match first.as_str() {
            "crate" => Path::new(),
            "self" => scope.to_vec(),
            "super" => scope.split_last()?.1.to_vec(),
            name => {
                let child = joined(scope, name);
                if self.modules.contains_key(&child) {
                    child
                } else {
                    return self.bound(scope, name, rest, most);
                }
            }
        };
        while let Some((name, after)) = rest.split_first() {
            let inner = match name.as_str() {
                "super" => module.split_last()?.1.to_vec(),
                name => joined(&module, name),
            };
            if !self.modules.contains_key(&inner) {
                let found = self.bound(&module, name, after, most);
                let is_macro = module.is_empty() && self.macros.contains_key(name);
                return found.or_else(|| {
                    let of_macro = self.macros.get(name).filter(|_| is_macro).cloned();
                    let module = of_macro.unwrap_or(module);
                    self.modules
                        .contains_key(&module)
                        .then(|| Target { module, name: Some(name.clone()) })
                });
            }
            (module, rest) = (inner, after);
        }
        self.modules.contains_key(&module).then_some(Target { module, name: None })
    }

    /// Where a name that a module imports leads, by its name or with everything of another module.
    fn bound(&self, scope: &[String], name: &str, rest: &[String], most: u32) -> Option<Target> {
        let module = self.modules.get(scope)?;
        if let Some(path) = module.bindings.get(name) {
            // `use name::…` of a crate by that name would otherwise lead to itself.
            let is_itself = path.first().is_some_and(|first| first == name);
            let path: Path = path.iter().chain(rest).cloned().collect();
            return (!is_itself).then(|| self.resolve(scope, &path, most))?;
        }
        module.globs.iter().find_map(|glob| {
            let Target { module, name: None } = self.resolve(scope, glob, most)? else {
                return None;
            };
            if module == scope {
                return None;
            }
            let of = self.modules.get(&module)?;
            if of.defines.contains(name) {
                return Some(Target { module, name: Some(name.to_owned()) });
            }
            self.bound(&module, name, rest, most)
        })
    }
}

fn is_name(word: &&str) -> bool {
    word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// Whether a path can start here: not in the middle of one, and not at a crate by `::name`.
fn is_start(words: &[&str], at: usize) -> bool {
    is_name(&words[at]) && (at == 0 || !matches!(words[at - 1], "::" | "."))
}

/// Reads what is imported, from the word after `use`; returns where it ends.
fn tree(
    words: &[&str],
    mut at: usize,
    before: &[String],
    leaves: &mut Vec<(String, Path)>,
) -> usize {
    let mut path = before.to_vec();
    loop {
        match words.get(at).copied().unwrap_or(";") {
            "{" => {
                at += 1;
                while words.get(at).is_some_and(|word| *word != "}") {
                    at = tree(words, at, &path, leaves);
                }
                at += 1;
                path.clear();
            }
            "*" => {
                leaves.push(("*".to_owned(), std::mem::take(&mut path)));
                at += 1;
            }
            "as" => {
                let name = words.get(at + 1).copied().unwrap_or("_").to_owned();
                leaves.push((name, std::mem::take(&mut path)));
                at += 2;
            }
            "::" => at += 1,
            end @ ("," | ";" | "}") => {
                if let Some(name) = path.last().filter(|_| path.len() > before.len()) {
                    leaves.push((name.clone(), path));
                }
                return if end == "}" { at } else { at + 1 };
            }
            "self" if !before.is_empty() && path.len() == before.len() => {
                let name = match (words.get(at + 1), words.get(at + 2)) {
                    (Some(&"as"), Some(name)) => (*name).to_owned(),
                    _ => path.last().cloned().unwrap_or_default(),
                };
                leaves.push((name, std::mem::take(&mut path)));
                while !matches!(words.get(at).copied(), Some("," | "}" | ";") | None) {
                    at += 1;
                }
            }
            name => {
                path.push(name.to_owned());
                at += 1;
            }
        }
    }
}
