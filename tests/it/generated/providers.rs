//! `providers.md`: what a profile may hold for each provider, out of the table of providers.

use roomkey_claims::Role;
use roomkey_providers::{ALL, Descriptor};

use super::document::NOTE;

/// The document.
pub(super) fn markdown() -> String {
    let mut text = format!(
        "# Providers\n\n{NOTE}\n\n\
         A profile is a section `[providers.<name>]` of the settings: an account at a provider, to which rooms refer by its name.\n\
         Its fields depend on `kind`.\n\
         The short form is one active key: its public id and its secret.\n\
         The long form, for a rotation, is a list of keys, oldest first: `[[providers.<name>.keys]]`.\n\
         The newest active key that outlives the token signs; what a retired key signed can still be inspected.\n"
    );
    for one in ALL {
        text += &section(one);
    }
    text
}

fn section(one: &Descriptor) -> String {
    let Descriptor { kind, title, format, docs_url, cap_seconds, .. } = one;
    let mut text = format!(
        "\n## {title}\n\n`kind = \"{kind}\"`; its tokens are {format}: <{docs_url}>.\n\
         Keys are asked for at `POST /{kind}/token` and live at most {cap_seconds} s.\n"
    );
    let cannot: Vec<&str> = one.inexpressible.iter().map(|role: &Role| role.as_str()).collect();
    match cannot.as_slice() {
        [] => text += "It can express every role.\n",
        roles => {
            text += &format!("It cannot express {}: such a key is refused.\n", roles.join(", "));
        }
    }
    if !one.moderation {
        text += "Its tokens do not say who moderates: a moderator is a publisher there.\n";
    }
    if one.longest_room_id < 128 {
        let longest = one.longest_room_id;
        text += &format!("The name of a room may have at most {longest} characters.\n");
    }
    text + "\n| field | required | meaning | example |\n| --- | --- | --- | --- |\n" + &fields(one)
}

/// The fields, a row each; the key and its secret first.
fn fields(one: &Descriptor) -> String {
    let (key, secret) = (one.key_field, one.secret_field);
    let mut rows = String::new();
    let mut row = |name: &str, required: &str, about: &str, example: &str| {
        let example = if example.is_empty() { String::new() } else { format!("`{example}`") };
        rows += &format!("| {name} | {required} | {about} | {example} |\n");
    };
    let account = one.fields.iter().find(|field| field.name == key);
    let (required, about, example) = match account {
        Some(field) => ("yes", field.about, field.example),
        None => ("in the short form", "The public id of the key.", ""),
    };
    let about = format!("{about} In the short form the log names the key by it.");
    row(&format!("`{key}`"), required, &about, example);
    row(
        &format!("`{secret}_file` or `{secret}`"),
        "in the short form",
        "The file that holds the secret of the key, mode 0600; or the secret itself.",
        "",
    );
    row(
        "`keys`",
        "in the long form",
        &format!(
            "A table for each key: `id`, `{secret}_file` or `{secret}`, `state` (`active`, the default, or `retired`), \
             `not_after` (a date and time after which it signs nothing)."
        ),
        "",
    );
    for field in one.fields.iter().filter(|field| field.name != key) {
        let required = if field.required { "yes" } else { "no" };
        row(&format!("`{}`", field.name), required, field.about, field.example);
    }
    rows
}
