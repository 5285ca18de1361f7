//! Profiles of providers whose public id is the account's.

use super::key::PRIVATE_KEY;
use super::*;

/// An OpenTok secret, and with other digits an Agora certificate.
const OPENTOK: &str = "0123456789abcdef0123456789abcdef01234567";
const CERTIFICATE: &str = "ABCDEF0123456789abcdef0123456789";
const APP_ID: &str = "0123456789abcdef0123456789abcdef";
const APPLICATION: &str = "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f";

/// The settings with the files that profiles name.
fn load(text: &str) -> Result<Settings, SettingsError> {
    let folder = Folder::new();
    folder.write("opentok.secret", &format!("{OPENTOK}\n"), 0o600);
    folder.write("agora.secret", &format!("{CERTIFICATE}\n"), 0o600);
    folder.write("vonage.pem", PRIVATE_KEY, 0o600);
    folder.write("crlf.pem", &PRIVATE_KEY.replace('\n', "\r\n"), 0o600);
    folder.write("open.pem", PRIVATE_KEY, 0o644);
    let cut: String = PRIVATE_KEY.lines().take(9).collect::<Vec<_>>().join("\n");
    folder.write("cut.pem", &cut, 0o600);
    folder.write("canary.secret", "canary", 0o600);
    folder.sources(text).load()
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let problems = load(text).expect_err("these settings are wrong").problems();
    let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
    assert!(problem.contains(expected), "{problem}\n  lacks {expected}");
    assert!(!problem.contains("canary") && !problem.contains("ABCDEF"), "{problem}");
}

/// Its keys and one option of the profile `a`.
#[track_caller]
fn loaded(text: &str, option: &str) -> (Vec<String>, String) {
    let settings = load(text).unwrap();
    let configured = &settings.profiles[&"a".parse().unwrap()];
    let ids = configured.profile.keys.iter().map(|key| key.id.to_string()).collect();
    let option = configured.profile.options[option].clone();
    for shown in show::all(&settings) {
        let text = shown.json().to_string();
        assert!(!text.contains(OPENTOK) && !text.contains("ABCDEF") && !text.contains("BEGIN"));
    }
    (ids, option)
}

fn section(kind: &str, fields: &str) -> String {
    format!("[providers.a]\nkind = \"{kind}\"\n{fields}\n")
}

fn keys(secret: &str) -> String {
    format!(
        "[[providers.a.keys]]\nid = \"2026-05\"\n{secret}\nstate = \"retired\"\n\
         [[providers.a.keys]]\nid = \"2026-11\"\n{secret}\n"
    )
}

#[test]
fn in_the_short_form_the_key_is_named_like_the_account() {
    let opentok = "key = \"123456\"\nsecret_file = \"opentok.secret\"";
    let found = loaded(&section("opentok", opentok), "api_key");
    assert_eq!(found, (vec!["123456".to_owned()], "123456".to_owned()));
    for file in ["vonage.pem", "crlf.pem"] {
        let vonage = format!("application_id = \"{APPLICATION}\"\nprivate_key_file = \"{file}\"");
        let found = loaded(&section("vonage", &vonage), "application_id");
        assert_eq!(found, (vec![APPLICATION.to_owned()], APPLICATION.to_owned()), "{file}");
    }
    let agora = format!("app_id = \"{APP_ID}\"\ncertificate_file = \"agora.secret\"\nrtm = true");
    let found = loaded(&section("agora", &agora), "app_id");
    assert_eq!(found, (vec![APP_ID.to_owned()], APP_ID.to_owned()));
    let inline = format!("key = \"123456\"\nsecret = \"{OPENTOK}\"\nformat = \"t1\"");
    assert_eq!(loaded(&section("opentok", &inline), "format").1, "t1");
    let stub = format!("{opentok}\napi_url = \"http://127.0.0.1:9\"");
    let warnings = load(&section("opentok", &stub)).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains("good for tests")), "{warnings:?}");
    let inline =
        format!("application_id = \"{APPLICATION}\"\nprivate_key = \"\"\"\n{PRIVATE_KEY}\"\"\"");
    assert_eq!(loaded(&section("vonage", &inline), "application_id").1, APPLICATION);
}

#[test]
fn in_the_long_form_the_account_stands_beside_keys_of_their_own_ids() {
    for (kind, account, option, secret) in [
        ("opentok", "key = \"123456\"".to_owned(), "api_key", "secret_file = \"opentok.secret\""),
        (
            "vonage",
            format!("application_id = \"{APPLICATION}\""),
            "application_id",
            "private_key_file = \"vonage.pem\"",
        ),
        (
            "agora",
            format!("app_id = \"{APP_ID}\""),
            "app_id",
            "certificate_file = \"agora.secret\"",
        ),
    ] {
        let text = section(kind, &account) + &keys(secret);
        let (ids, option) = loaded(&text, option);
        assert_eq!(ids, ["2026-05", "2026-11"], "{kind}");
        assert!(account.contains(&option), "{kind}: {option}");
    }
}

#[test]
fn the_account_is_missed_in_both_forms() {
    let secret = "secret_file = \"opentok.secret\"";
    refused(&section("opentok", secret), "`key` is missing beside `secret`");
    let list = section("opentok", "") + &keys(secret);
    refused(&list, "the field `key` is missing: The project's API key");
    refused(&section("opentok", "key = \"123456\""), "`secret_file` (or `secret`) is missing");
    refused(&section("opentok", ""), "the field `key` is missing");
    let both = section("opentok", &format!("key = \"123456\"\n{secret}")) + &keys(secret);
    refused(&both, "given beside `secret`: use one of both forms");
}

#[test]
fn what_the_vendors_would_refuse_is_refused_here() {
    let opentok = |key: &str, secret: &str| section("opentok", &format!("key = {key}\n{secret}"));
    let file = "secret_file = \"opentok.secret\"";
    refused(&opentok("123456", file), "must be a text: put it in quotes");
    refused(&opentok("\"12ab\"", file), "the field `key` must be a number from 1 to 2147483647");
    refused(&opentok("\"2147483648\"", file), "the field `key` must be a number");
    let upper = format!("secret = \"{}\"", OPENTOK.to_uppercase());
    refused(&opentok("\"123456\"", &upper), "40 hexadecimal digits in lower case");
    refused(&opentok("\"123456\"", "secret_file = \"canary.secret\""), "40 hexadecimal digits");
    refused(&opentok("\"123456\"", &format!("{file}\nformat = \"t2\"")), "`jwt` or `t1`");
    refused(
        &opentok("\"123456\"", &format!("{file}\napi_url = \"http://example.org\"")),
        "api_url",
    );

    let agora = |id: &str, file: &str| {
        section("agora", &format!("app_id = \"{id}\"\ncertificate_file = \"{file}\""))
    };
    refused(&agora(APP_ID, "opentok.secret"), "must be 32 hexadecimal digits");
    refused(&agora(APP_ID, "canary.secret"), "must be 32 hexadecimal digits");
    refused(&agora("0123", "agora.secret"), "the field `app_id` must be 32 hexadecimal digits");

    let vonage = |id: &str, file: &str| {
        section("vonage", &format!("application_id = \"{id}\"\nprivate_key_file = \"{file}\""))
    };
    refused(&vonage(APPLICATION, "canary.secret"), "an RSA private key of at least 2048 bits");
    refused(&vonage(APPLICATION, "cut.pem"), "an RSA private key of at least 2048 bits");
    refused(&vonage(APPLICATION, "open.pem"), "can be read by others: chmod 600");
    refused(&vonage("29F760F8-7CE1-46C9-ADE3-F2DEDEE4ED5F", "vonage.pem"), "a UUID in lower case");
}

#[test]
fn a_secret_of_any_provider_keeps_the_file_closed_and_is_no_flag() {
    let text = section("agora", &format!("app_id = \"{APP_ID}\"\ncertificate = \"{CERTIFICATE}\""));
    let folder = Folder::new();
    let mut sources = folder.sources(&text);
    folder.write("roomkey.toml", &text, 0o644);
    let problems = sources.load().unwrap_err().problems().join("\n");
    assert!(problems.contains("holds a secret and can be read by others"), "{problems}");
    folder.write("roomkey.toml", &text, 0o600);
    sources.flags =
        vec!["providers.a.certificate=x".to_owned(), "providers.a.private_key=x".to_owned()];
    let problems = sources.load().unwrap_err().to_string();
    assert_eq!(problems.matches("never an argument").count(), 2, "{problems}");
}

#[test]
fn lifetimes_are_held_to_the_least_limit_of_the_providers() {
    let long = "[lifetime]\nmax_seconds = 2592000\n";
    let opentok = section("opentok", "key = \"123456\"\nsecret_file = \"opentok.secret\"");
    assert!(load(&format!("{long}{opentok}")).is_ok());
    let agora = format!("app_id = \"{APP_ID}\"\ncertificate_file = \"agora.secret\"");
    let agora = section("agora", &agora).replace("providers.a", "providers.b");
    let over = "2592000 s is over the 86400 s that agora knows (profile b)";
    refused(&format!("{long}{opentok}{agora}"), over);
}
