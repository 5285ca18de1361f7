//! What counts as a project JWT, and that each fault has a name of its own.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roomkey_claims::{Clock, SystemClock};
use roomkey_tests::judges::Judge;
use roomkey_tests::scene::{on, on_with};
use roomkey_tests::{Answer, Client, Desk, Kind, Log, Server, place, token};
use serde_json::{Value, json};

use crate::vendors::{Backend, Node, ask};

on_both! {
    what_the_vendors_sdks_send_is_accepted,
    each_fault_has_a_code_of_its_own_and_leaves_no_entry,
    the_deprecated_header_is_refused_by_name,
    a_header_of_64_kib_is_the_clients_fault,
    a_jti_is_good_once_on_all_nodes,
    settings_say_whether_a_jti_is_demanded_and_how_far_clocks_may_be_apart,
    no_sdks_client_token_is_a_credential,
}

/// Asks for ada's key with a JWT in the vendor's header.
fn with(client: &Client, jwt: &str) -> anyhow::Result<Answer> {
    let body = json!({ "roomId": "stage-1", "user": "ada" });
    client.request("POST", "/v1/tokens").header("X-OPENTOK-AUTH", jwt).json(&body).send()
}

fn now() -> i64 {
    SystemClock.now().as_seconds()
}

/// A JWT with this header.
fn signed(header: &Value, claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", part(header), part(claims));
    let signature = token::hmac(secret.as_bytes(), content.as_bytes());
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn what_the_vendors_sdks_send_is_accepted(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let anonymous = server.anonymous();
        let mut ruby = backend.claims();
        ruby.as_object_mut().into_iter().for_each(|claims| drop(claims.remove("ist")));
        let in_header = json!({ "ist": "project", "alg": "HS256" });
        let number: u64 = backend.key.parse()?;
        for good in [
            backend.jwt(),
            backend.jwt_with(|claims| claims["exp"] = (now() + 300).into()),
            backend.jwt_with(|claims| claims["iss"] = number.into()),
            backend.jwt_with(|claims| claims["jti"] = "0.7364".into()),
            backend.jwt_with(|claims| claims["jti"] = 18_446_744_073_709_551_615_u64.into()),
            backend.jwt_with(|claims| claims["jti"] = 0.5.into()),
            signed(&in_header, &ruby, &backend.secret),
            signed(&json!({ "alg": "HS256" }), &backend.claims(), &backend.secret),
            backend.jwt_with(|claims| claims["iat"] = (now() + 7).into()),
            backend.jwt_with(|claims| {
                (claims["iat"], claims["exp"]) = ((now() - 200).into(), (now() - 6).into());
            }),
        ] {
            with(&anonymous, &good)?.is(200)?;
        }
        Ok(())
    })
}

/// Faulty JWTs with the code of each.
fn faulty(backend: &Backend, other: &Backend) -> Vec<(String, &'static str)> {
    let claim = |name: &'static str, value: Value| backend.jwt_with(|claims| claims[name] = value);
    let without = |name: &str| {
        backend.jwt_with(|claims| {
            claims.as_object_mut().into_iter().for_each(|claims| drop(claims.remove(name)));
        })
    };
    let times = |iat: i64, exp: i64| {
        backend.jwt_with(|claims| (claims["iat"], claims["exp"]) = (iat.into(), exp.into()))
    };
    let header = |header: Value| signed(&header, &backend.claims(), &backend.secret);
    let unsigned =
        format!("{}.", backend.jwt().rsplit_once('.').map_or("", |(content, _)| content));
    let now = now();
    vec![
        (token::sign(&backend.claims(), &other.secret), "bad-signature"),
        (token::sign(&backend.claims(), &place::random_hex(40)), "bad-signature"),
        (claim("iss", other.key.as_str().into()), "bad-signature"),
        (unsigned, "bad-signature"),
        (claim("iss", "10000000".into()), "unknown-api-key"),
        (times(now + 14, now + 100), "clock-skew"),
        (times(now - 200, now - 11), "clock-skew"),
        (times(now, now + 301), "invalid-project-jwt"),
        (times(now * 1000, now * 1000 + 180), "clock-skew"),
        (times(now, now), "invalid-project-jwt"),
        (times(now, now + 2_592_000), "invalid-project-jwt"),
        (without("exp"), "invalid-project-jwt"),
        (without("iat"), "invalid-project-jwt"),
        (without("ist"), "invalid-project-jwt"),
        (without("iss"), "invalid-project-jwt"),
        (claim("ist", "account".into()), "invalid-project-jwt"),
        (claim("iss", "shop".into()), "invalid-project-jwt"),
        (claim("exp", (now + 180).to_string().into()), "invalid-project-jwt"),
        (claim("jti", "".into()), "invalid-project-jwt"),
        (claim("jti", json!([1])), "invalid-project-jwt"),
        (header(json!({ "alg": "none", "typ": "JWT" })), "invalid-project-jwt"),
        (header(json!({ "alg": "HS512", "typ": "JWT" })), "invalid-project-jwt"),
        (header(json!({ "alg": "RS256", "typ": "JWT" })), "invalid-project-jwt"),
        (header(json!({ "alg": "HS256", "ist": "account" })), "invalid-project-jwt"),
        (claim("scope", "session.connect".into()), "client-token"),
        (claim("session_id", "1_MX4".into()), "client-token"),
        (claim("role", "moderator".into()), "client-token"),
        (claim("connection_data", Value::Null), "client-token"),
        ("a.b.c".to_owned(), "invalid-project-jwt"),
        ("rks_x".to_owned(), "invalid-project-jwt"),
        (backend.secret.clone(), "invalid-project-jwt"),
        (String::new(), "invalid-project-jwt"),
        ("x".repeat(9 * 1024), "invalid-project-jwt"),
    ]
}

fn each_fault_has_a_code_of_its_own_and_leaves_no_entry(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let other = Backend::add(server, &["*"], &["issue"])?;
        let before = Log::export(server)?.lines().len();
        for (jwt, code) in faulty(&backend, &other) {
            let answer = with(&server.anonymous(), &jwt)?;
            let answer =
                answer.is_problem(401, code).map_err(|error| error.context(jwt.clone()))?;
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{code}");
            assert!(!answer.text().contains(&backend.secret));
            if jwt.matches('.').count() == 2 {
                let bearer = server.anonymous().with_bearer(&jwt);
                bearer
                    .post("/v1/tokens", &json!({ "roomId": "stage-1", "user": "ada" }))?
                    .is_problem(401, code)?;
            }
        }
        let late = backend.jwt_with(|claims| {
            (claims["iat"], claims["exp"]) = ((now() - 100).into(), (now() - 60).into());
        });
        let detail = with(&server.anonymous(), &late)?.text_at("/detail")?;
        assert_eq!(detail.matches('Z').count(), 2, "both times: {detail}");
        // The second export is the first's successor; nothing else was written.
        assert_eq!(Log::export(server)?.lines().len(), before + 1);
        Ok(())
    })
}

fn the_deprecated_header_is_refused_by_name(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let both = format!("{}:{}", backend.key, backend.secret);
        let body = json!({ "roomId": "stage-1", "user": "ada" });
        let anonymous = server.anonymous();
        let ask = |more: &[(&str, &str)]| {
            let mut request = anonymous.request("POST", "/v1/tokens").json(&body);
            for (name, value) in more {
                request = request.header(name, value);
            }
            request.send()
        };
        let jwt = backend.jwt();
        let bearer = format!("Bearer {jwt}");
        for more in [
            &[("X-TB-PARTNER-AUTH", both.as_str())][..],
            &[("X-TB-PARTNER-AUTH", &both), ("X-OPENTOK-AUTH", &jwt)],
        ] {
            let answer = ask(more)?.is_problem(401, "partner-auth")?;
            assert!(!answer.text().contains(&backend.secret));
        }
        // Two credentials are none.
        ask(&[("X-OPENTOK-AUTH", &jwt), ("Authorization", &bearer)])?.is(401)?;
        ask(&[("X-OPENTOK-AUTH", &jwt), ("X-OPENTOK-AUTH", &jwt)])?.is(401)?;
        ask(&[("X-TB-TOKEN-AUTH", &jwt)])?.is_problem(401, "unauthenticated")?;
        ask(&[("X-OPENTOK-AUTH", &jwt)])?.is(200)?;
        Ok(())
    })
}

fn a_header_of_64_kib_is_the_clients_fault(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for (name, code) in
            [("X-OPENTOK-AUTH", "invalid-project-jwt"), ("Authorization", "invalid-token")]
        {
            let value = format!("Bearer {}", "x".repeat(64 * 1024));
            let anonymous = server.anonymous();
            let answer = anonymous.request("GET", "/v1/me").header(name, &value).send()?;
            answer.is_problem(401, code)?;
        }
        server.user("ada")?.key("stage-1")?.is(200)?;
        Ok(())
    })
}

fn a_jti_is_good_once_on_all_nodes(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let other = Backend::add(server, &["*"], &["issue"])?;
        let node = Node::beside(server)?;
        let (first, second) = (server.anonymous(), node.anonymous());
        let jwt =
            |backend: &Backend, jti: &str| backend.jwt_with(|claims| claims["jti"] = jti.into());
        let one = jwt(&backend, "one");
        with(&first, &one)?.is(200)?;
        with(&first, &one)?.is_problem(401, "replayed-jwt")?;
        with(&second, &one)?.is_problem(401, "replayed-jwt")?;
        let two = jwt(&backend, "two");
        with(&second, &two)?.is(200)?;
        with(&first, &two)?.is_problem(401, "replayed-jwt")?;
        // Others may use the same word, and who has not the secret uses up nothing.
        with(&first, &jwt(&other, "one"))?.is(200)?;
        let forged = backend.jwt_with(|claims| claims["jti"] = "three".into());
        let forged = token::alter(&forged, |claims| claims["exp"] = (now() + 181).into())?;
        with(&first, &forged)?.is_problem(401, "bad-signature")?;
        with(&first, &jwt(&backend, "three"))?.is(200)?;
        // Without one it may be sent again while it lives.
        let plain = backend.jwt();
        with(&first, &plain)?.is(200)?;
        with(&second, &plain)?.is(200)?;
        Ok(())
    })
}

fn settings_say_whether_a_jti_is_demanded_and_how_far_clocks_may_be_apart(
    kind: Kind,
) -> anyhow::Result<()> {
    let settings = |desk: &Desk| {
        desk.set("backends", "require_jti", "true")?;
        desk.set("backends", "skew_seconds", "60")
    };
    on_with(kind, settings, |server: &Server| {
        let backend = Backend::add(server, &["*"], &["issue"])?;
        let anonymous = server.anonymous();
        with(&anonymous, &backend.jwt())?.is_problem(401, "invalid-project-jwt")?;
        let at = |offset: i64| {
            backend.jwt_with(|claims| {
                let iat = now() + offset;
                (claims["iat"], claims["exp"]) = (iat.into(), (iat + 100).into());
                claims["jti"] = place::random_hex(8).into();
            })
        };
        for (offset, is_good) in [(55, true), (64, false), (-155, true), (-161, false)] {
            let answer = with(&anonymous, &at(offset))?;
            if is_good {
                answer.is(200)?;
            } else {
                answer.is_problem(401, "clock-skew")?;
            }
        }
        Ok(())
    })
}

fn no_sdks_client_token_is_a_credential(kind: Kind) -> anyhow::Result<()> {
    let (Some(node), Some(python)) = (Judge::node()?, Judge::python()?) else { return Ok(()) };
    on(kind, |server| {
        let backend = Backend::add(server, &["*"], &["issue", "meetings", "disconnect"])?;
        let session = format!("1~{}~~1700000000000~abcDEF0123456789abcDEF01~~", backend.key);
        let session = format!("1_{}", URL_SAFE_NO_PAD.encode(session));
        for (judge, script) in [(&node, "opentok.mjs"), (&python, "opentok_judge.py")] {
            for (t1, code) in [(false, "client-token"), (true, "invalid-project-jwt")] {
                let made = ask(
                    judge,
                    script,
                    &json!({
                        "do": "generateToken", "key": backend.key, "secret": backend.secret, "t1": t1,
                        "sessionId": session, "options": { "role": "moderator" },
                    }),
                )?;
                let token = made["token"].as_str().unwrap_or_default();
                assert!(100 < token.len(), "{made}");
                with(&server.anonymous(), token)?.is_problem(401, code)?;
            }
        }
        Ok(())
    })
}
