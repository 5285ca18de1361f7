//! `settings.md`: every key of the settings, out of the table of keys.

use roomkey::{PREFIX, SPECS, sections};

use super::document::NOTE;

/// The document.
pub(super) fn markdown() -> String {
    let mut text = format!(
        "# Settings\n\n{NOTE}\n\n\
         A value is taken from the first of these that gives it: a flag (`--set section.key=value`, `--listen`), the environment, the settings file, the default.\n\
         The file is the one that `--config` names, else `ROOMKEY_CONFIG`, else `./roomkey.toml`; `roomkey init` writes one with comments.\n\
         In the environment `server.listen` is `{PREFIX}SERVER__LISTEN`, and `url` of the profile `stage` is `{PREFIX}PROVIDERS__STAGE__URL`; lists are separated by commas.\n\
         Relative paths start in the folder of the settings file.\n\n\
         A secret is never a flag.\n\
         A file that holds a secret must be readable by its owner only (mode 0600); one line end at its end is left out.\n\
         A secret that is given both as a value and as a file, a key that is given twice and a key that is unknown are errors.\n\
         `roomkey config check` prints everything that is wrong, `roomkey config show` every value with its origin.\n\
         On SIGHUP the running server reads the file again and takes over `[lifetime]` and `[providers]`; the other sections require a restart.\n"
    );
    for section in sections().iter().filter(|section| !section.contains('.')) {
        text += &format!(
            "\n## `[{section}]`\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
        );
        for spec in SPECS.iter().filter(|spec| spec.section == *section) {
            let (kind, default) = (spec.kind.words(), spec.default.words());
            text += &format!("| `{}` | {kind} | {default} | {} |\n", spec.key, spec.about);
        }
    }
    text + "\n## `[providers.<name>]`\n\n\
            A profile: an account at a provider, to which rooms refer by its name.\n\
            Its fields depend on `kind`: [providers.md](providers.md) lists them.\n"
}
