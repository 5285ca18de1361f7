//! Which passwords are taken, and that they are taken as they are.

use anyhow::anyhow;
use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Desk, Kind, Log};
use serde_json::json;

use crate::databases::text_of;

on_both! {
    a_password_is_used_exactly_as_it_was_given,
    passwords_that_are_short_common_or_huge_are_refused,
    a_huge_password_is_refused_before_it_costs_anything,
    there_is_no_password_on_any_command_line,
    a_fresh_desk_has_no_user,
    a_login_hashes_again_when_the_settings_rose,
    logins_at_the_same_time_do_not_disturb_each_other_when_the_settings_rose,
}

fn a_password_is_used_exactly_as_it_was_given(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let password = format!("  wälder\u{200b}und flüsse {} ", "x".repeat(80));
        server
            .run_with(&["user", "add", "carol", "--role", "user", "--password-stdin"], &password)?;
        let anonymous = server.anonymous();
        anonymous.try_login("carol", &password)?.is(200)?;
        let prefix: String = password.chars().take(72).collect();
        for near in [password.trim(), &prefix, &password.to_uppercase(), &format!("{password}\0")] {
            anonymous.try_login("carol", near)?.is(401)?;
        }
        Ok(())
    })
}

fn passwords_that_are_short_common_or_huge_are_refused(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let huge = "winding river stones ".repeat(60);
        for (bad, word) in [
            ("short river", "15 characters"),
            ("passwordpassword", "repeats"),
            ("correcthorsebatterystaple", "many people"),
            ("carol-carol-carol", ""),
            (huge.as_str(), "1024 bytes"),
            ("", ""),
        ] {
            let arguments = ["user", "add", "carol", "--role", "user", "--password-stdin"];
            let said = server.try_run(&arguments, bad)?;
            assert_eq!(said.status, 1, "{bad:.20}: {said:?}");
            assert!(said.stderr.contains(word), "{bad:.20}: {said:?}");
        }
        let ada = server.login("ada")?;
        let change =
            json!({ "currentPassword": server.password("ada"), "newPassword": "short river" });
        ada.put("/v1/me/password", &change)?.is_problem(422, "password-refused")?;
        server.login("ada")?;
        Ok(())
    })
}

fn a_huge_password_is_refused_before_it_costs_anything(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let start = std::time::Instant::now();
        let answer = server.anonymous().try_login("ada", &"x".repeat(10 * 1024 * 1024))?;
        assert_eq!(answer.status, 413);
        let answer = server.anonymous().try_login("ada", &"x".repeat(2000))?;
        assert!(answer.status == 401 || answer.status == 422, "{}", answer.status);
        assert!(start.elapsed().as_secs() < 5);
        Ok(())
    })
}

fn there_is_no_password_on_any_command_line(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let said =
            server.try_run(&["user", "add", "carol", "--password", "winding river stones"], "")?;
        assert_eq!(said.status, 2, "{said:?}");
        Ok(())
    })
}

fn a_fresh_desk_has_no_user(kind: Kind) -> anyhow::Result<()> {
    let server = Desk::new(kind)?.serve()?;
    for username in ["root", "admin", "roomkey", "user"] {
        for password in ["root", "admin", "roomkey", "password", "", "changeme"] {
            let answer = server.anonymous().try_login(username, password)?;
            assert!(answer.status == 401 || answer.status == 429, "{}", answer.text());
        }
    }
    Log::export(&server)?.check()?;
    Ok(())
}

fn a_login_hashes_again_when_the_settings_rose(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let hash = |desk: &Desk| {
        text_of(desk, "SELECT password_hash AS name FROM users WHERE username = 'ada'")
    };
    assert!(hash(&desk)?.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash(&desk)?);
    desk.set("password", "memory_kib", "20480")?;
    let server = desk.serve()?;
    server.login("ada")?;
    server.login("ada")?;
    assert!(hash(&server)?.contains("$m=20480,t=2,p=1$"), "{}", hash(&server)?);
    let entries = Log::export(&server)?.of_kind("user.password_set").len();
    assert_eq!(entries, 0, "the password is the same");
    Ok(())
}

fn logins_at_the_same_time_do_not_disturb_each_other_when_the_settings_rose(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    desk.set("password", "memory_kib", "20480")?;
    let server = desk.serve()?;
    let (anonymous, password) = (server.anonymous(), server.password("ada"));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let login = || anonymous.try_login("ada", &password);
        let clients: Vec<_> = (0..8).map(|_| scope.spawn(login)).collect();
        clients.into_iter().map(|client| client.join().map_err(|_| anyhow!("a panic"))?).collect()
    });
    for answer in answers {
        answer?.is(200)?;
    }
    let desk = server.stop()?;
    assert!(Log::export(&desk)?.of_kind("login.failed").is_empty());
    Ok(())
}
