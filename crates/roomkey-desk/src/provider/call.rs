//! Calls to providers: each with a token of its own, which is recorded before it is signed.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use roomkey_audit::Operation;
use roomkey_claims::{ProfileName, RoomId, Timestamp};
use roomkey_providers::{Call, Calling, Method, Request, Rest, Token};
use roomkey_storage::{Context, ProviderCall, WriteError, Writer};

use crate::error::DeskError;
use crate::ground::Ground;
use crate::ground::committed;
use crate::provider::Provider;
use crate::provider::fault::ProviderFault;
use crate::tokens::Tokens;

/// How long the second attempt waits.
const PAUSE: Duration = Duration::from_millis(250);

/// How often a call is tried.
const ATTEMPTS: u32 = 2;

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// The longest part of a provider's words that is repeated, in characters.
const LONGEST_WORDS: usize = 200;

/// On whose behalf a provider is called, and where.
#[derive(Debug, Clone)]
pub(crate) struct CallFor<A> {
    /// Who acts.
    pub(crate) context: Context,
    /// The account.
    pub(crate) profile: ProfileName,
    /// The room that it is for.
    pub(crate) room: Option<RoomId>,
    /// Checked in the transaction that records the call.
    pub(crate) allowed: A,
}

impl Provider {
    /// Calls a provider, and retries once after a transient failure; returns its answer.
    pub(crate) async fn call<A>(
        &self,
        ground: &Ground,
        tokens: &Tokens,
        on_behalf: CallFor<A>,
        call: &Call<'_>,
    ) -> Result<(&'static Rest, Vec<u8>), DeskError>
    where
        A: Fn(&mut Writer<'_>) -> Result<(), WriteError> + Clone + Send + 'static,
    {
        let mut tried = 1;
        loop {
            match self.attempt(ground, tokens, on_behalf.clone(), call).await {
                Err(DeskError::Provider(fault)) if tried < ATTEMPTS && fault.is_transient() => {
                    tracing::warn!(%fault, operation = operation(call).as_str(), "a call to a provider failed");
                    tried += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                answer => return answer,
            }
        }
    }

    async fn attempt<A>(
        &self,
        ground: &Ground,
        tokens: &Tokens,
        CallFor { context, profile: name, room, allowed }: CallFor<A>,
        call: &Call<'_>,
    ) -> Result<(&'static Rest, Vec<u8>), DeskError>
    where
        A: FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send + 'static,
    {
        let in_force = tokens.in_force();
        let unknown = || DeskError::UnknownProfile { profile: name.clone() };
        let profile = &in_force.rules.profiles.get(&name).ok_or_else(unknown)?.profile;
        let rest = roomkey_providers::find(profile.kind.as_str())
            .and_then(|descriptor| descriptor.rest)
            .ok_or_else(|| DeskError::NotOfProvider { profile: name.clone() })?;
        let now = ground.clock().now();
        let end = now.plus(Duration::from_secs(Call::CREDENTIAL_SECONDS.into()));
        let end = Timestamp::from_seconds(end.as_seconds());
        let key = &profile.signing_key(end).ok_or(DeskError::NoUsableKey)?.id;
        let calling = Calling { name: &name, profile, key, now, id: ground.ids().uuid_v4() };
        let request = (rest.request)(&calling, call)?;
        let record = ProviderCall {
            profile: name.clone(),
            key: key.clone(),
            operation: operation(call),
            room,
            fingerprint: request.draft.fingerprint(),
            expires_at: request.expires_at,
        };
        let (of_node, named) = (profile.clone(), name.clone());
        let allowed = move |writer: &mut Writer<'_>| {
            writer.require_profile(&named, &of_node)?;
            allowed(writer)
        };
        let receipt = committed(ground.store().record_call(context, record, allowed)?).await?;
        let Request { method, url, header, scheme, body, done, draft, .. } = request;
        let credential = in_force.keyring.seal(draft, receipt)?;
        let client = self.client()?;
        let mut sending = match method {
            Method::Get => client.get(url),
            Method::Post => client.post(url),
            Method::Delete => client.delete(url),
        };
        sending = sending
            .header(ACCEPT, "application/json")
            .header(header, bearing(scheme, &credential)?);
        if let Some(body) = body {
            sending = sending.header(CONTENT_TYPE, body.content_type).body(body.text);
        }
        let answered = sending.send().await.map_err(|_| ProviderFault::Unreachable);
        Ok((
            rest,
            read(answered.map_err(DeskError::Provider)?, done)
                .await
                .map_err(DeskError::Provider)?,
        ))
    }
}

/// How entries name a call.
const fn operation(call: &Call<'_>) -> Operation {
    match call {
        Call::CreateSession(_) => Operation::CreateSession,
        Call::Disconnect { .. } => Operation::Disconnect,
        Call::ListArchives { .. } => Operation::ListArchives,
        Call::DeleteArchive { .. } => Operation::DeleteArchive,
    }
}

/// The value of the header that carries a credential, which no log shows.
fn bearing(scheme: &str, credential: &Token) -> Result<reqwest::header::HeaderValue, DeskError> {
    let value = format!("{scheme}{}", credential.expose());
    let mut value = reqwest::header::HeaderValue::try_from(value)
        .map_err(|_| DeskError::Internal("a credential is no header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The body of an answer, as far as its status says that it was done.
async fn read(mut response: Response, done: &[u16]) -> Result<Vec<u8>, ProviderFault> {
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| ProviderFault::Unreachable)? {
        if LONGEST_ANSWER < body.len() + chunk.len() {
            return Err(ProviderFault::Answer);
        }
        body.extend_from_slice(&chunk);
    }
    if done.contains(&status.as_u16()) {
        return Ok(body);
    }
    match status.as_u16() {
        status @ (429 | 500..=599) => Err(ProviderFault::Failed { status }),
        status @ 400..=499 => Err(ProviderFault::Refused { status, words: words(&body) }),
        _ => Err(ProviderFault::Answer),
    }
}

/// What a provider says of its refusal, as one short line of plain characters.
fn words(body: &[u8]) -> String {
    let said: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let said = said.as_ref().and_then(|said| said.get("message")?.as_str());
    let plain = |c: &char| c.is_ascii_graphic() || *c == ' ';
    let words: String =
        said.unwrap_or_default().chars().filter(plain).take(LONGEST_WORDS).collect();
    if words.is_empty() { "without a word".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_words_are_cut_and_cleaned() {
        assert_eq!(
            words(br#"{"code":-1,"message":"Invalid\nsignature\u0007"}"#),
            "Invalidsignature"
        );
        assert_eq!(words(b"<html>"), "without a word");
        let long = format!(r#"{{"message":"{}"}}"#, "x".repeat(9_999));
        assert_eq!(words(long.as_bytes()).len(), LONGEST_WORDS);
    }
}
