//! `cli.md` and `auditor.md`: the commands of both programs, out of their definitions.

use clap::{Arg, Command};

use super::document::NOTE;

/// The command line of the desk.
pub(super) fn desk() -> String {
    let head = "Passwords, secrets and tokens are never arguments: they come from a prompt, standard input or a file.\n\
         Every command works while a server runs.\n\
         With `--json` a command prints JSON with the names of the HTTP API: what the API would answer, or, where that has no body, what was changed and by which entry; errors go to standard error as `{\"error\": …}`.\n";
    markdown("Command line", head, roomkey::definition())
}

/// The command line of the auditor.
pub(super) fn auditor() -> String {
    let head = "A program of its own, which needs neither the desk nor its database: the folder of an export or the URL of a desk is enough.\n\
         Exit status: 0 if the log is clean, 1 if something is wrong with it, 2 for wrong usage.\n";
    markdown("Command line of the auditor", head, roomkey_auditor::definition())
}

fn markdown(title: &str, head: &str, mut program: Command) -> String {
    program.build();
    let name = program.get_name().to_owned();
    let mut text = format!(
        "# {title}\n\n{NOTE}\n\n{head}\
         The options of `{name}` itself are those of every command and are listed once; each command also has `--help`.\n"
    );
    add(&mut text, &mut program, &name, true);
    text
}

fn add(text: &mut String, command: &mut Command, name: &str, is_root: bool) {
    let said = |words: Option<&clap::builder::StyledStr>| words.map(ToString::to_string);
    let about = said(command.get_long_about()).or_else(|| said(command.get_about()));
    let about = about.unwrap_or_default().trim().trim_end_matches('.').to_owned();
    *text += &format!("\n## `{name}`\n\n{about}.\n");
    let children: Vec<_> =
        command.get_subcommands().filter(|child| child.get_name() != "help").collect();
    assert!(children.iter().all(|child| !child.is_hide_set()), "no command is hidden");
    if children.is_empty() {
        let usage = command.render_usage().to_string();
        let usage = usage.trim_start_matches("Usage:").split_whitespace().collect::<Vec<_>>();
        *text += &format!("\n`{}`\n", usage.join(" "));
    }
    let shown = |arg: &&Arg| {
        let is_own = is_root || !arg.is_global_set();
        !arg.is_hide_set() && is_own && !matches!(arg.get_id().as_str(), "help" | "version")
    };
    let rows: String = command.get_arguments().filter(shown).map(row).collect();
    if !rows.is_empty() {
        *text += &format!("\n| argument | meaning |\n| --- | --- |\n{rows}");
    }
    if let Some(after) = said(command.get_after_help()) {
        *text += &format!("\n```text\n{}\n```\n", after.trim());
    }
    for child in command.get_subcommands_mut().filter(|child| child.get_name() != "help") {
        let name = format!("{name} {}", child.get_name());
        add(text, child, &name, false);
    }
}

fn row(arg: &Arg) -> String {
    let values: Vec<String> = arg
        .get_value_names()
        .into_iter()
        .flatten()
        .filter(|_| arg.get_action().takes_values())
        .map(|name| format!("<{name}>"))
        .collect();
    let long = arg.get_long().map(|long| format!("--{long}"));
    let name: Vec<String> = long.into_iter().chain(values).collect();
    let help = arg.get_long_help().or_else(|| arg.get_help()).map(ToString::to_string);
    let mut about = help.unwrap_or_default().trim().trim_end_matches('.').to_owned();
    if arg.get_action().takes_values() {
        let words: Vec<String> = arg
            .get_possible_values()
            .iter()
            .map(|value| match value.get_help() {
                Some(help) => format!("`{}` ({help})", value.get_name()),
                None => format!("`{}`", value.get_name()),
            })
            .collect();
        if !words.is_empty() {
            about += &format!("; one of {}", words.join(", "));
        }
        let defaults = arg.get_default_values().iter().map(|value| value.to_string_lossy());
        let defaults: Vec<String> = defaults.map(|value| format!("`{value}`")).collect();
        if !defaults.is_empty() {
            about += &format!("; default {}", defaults.join(", "));
        }
    }
    format!("| `{}` | {} |\n", name.join(" "), about.replace('|', "\\|"))
}

#[test]
fn the_values_of_an_argument_are_those_that_it_accepts() {
    let text = desk();
    let row = text.lines().find(|line| line.starts_with("| `--role <ROLE>` |"));
    let roles = roomkey_claims::DeskRole::ALL.map(|role| format!("`{}`", role.as_str()));
    assert!(text.contains(&roles.join(", ")), "{row:?}");
    assert!(!text.contains("roomkey reference"));
}
