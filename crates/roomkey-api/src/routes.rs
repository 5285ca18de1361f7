//! The list of routes, by who calls them.
//!
//! A row names a handler once; its method and path stand at the handler. From this list are made: what is mounted, the
//! API description, and what the edge must know of a request before its route is matched.

use std::sync::LazyLock;

use roomkey_claims::ProviderKind;
use roomkey_desk::audit::tail::MAX_WAIT;
use serde_json::Value;

use crate::about::{docs, health, openapi};
use crate::compat::{agora, opentok};
use crate::endpoint::caller::{
    ADMIN, ANYONE, AUDITOR, DISCONNECTING_BACKEND, HOLDER, LOG_READER, MEETING_BACKEND,
    PARTICIPANT, PARTICIPANT_AT_OPENTOK, PARTICIPANT_IN_ROLE, PARTICIPANT_OR_BACKEND, USER,
    USER_WITH_PASSWORD, WHO_KNOWS_THE_PASSWORD,
};
use crate::endpoint::{Endpoint, Served, endpoint};
use crate::log;
use crate::v1::{audit, backends, events, meetings, members, rooms, session, tokens, users};

/// Every operation of the API.
pub(crate) static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
    let by_caller = [
        users_of_the_desk(),
        users_and_backends(),
        backends_and_admins(),
        admins(),
        auditors(),
        clients_of_opentok(),
        clients_of_agora(),
        anyone(),
    ];
    by_caller.into_iter().flatten().collect()
});

/// The API description, made once.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| openapi::document(&ENDPOINTS));

/// The API description as JSON, the same bytes for the same software: the committed snapshot and `/openapi.json`.
pub fn openapi_json() -> String {
    format!("{:#}\n", *DOCUMENT)
}

fn users_of_the_desk() -> Vec<Endpoint> {
    vec![
        endpoint!(session::login::login).by(WHO_KNOWS_THE_PASSWORD),
        endpoint!(session::logout).by(USER),
        endpoint!(session::me).by(USER),
        endpoint!(session::password::change_own_password).by(USER_WITH_PASSWORD),
        endpoint!(session::my_rooms).by(USER),
        endpoint!(tokens::token_source::token_source).by(PARTICIPANT),
    ]
}

/// The neutral paths, and one path for each provider of the list.
fn users_and_backends() -> Vec<Endpoint> {
    let of_provider = |descriptor: &&roomkey_providers::Descriptor| {
        #[expect(
            clippy::expect_used,
            reason = "the names in the list match the pattern, as its tests show"
        )]
        let kind: ProviderKind = descriptor.kind.parse().expect("a kind");
        let (path, title) = (format!("/{kind}/token"), descriptor.title);
        let id = format!("{kind}_token");
        let endpoint = endpoint!(tokens::provider_token => {
            let kind = kind.clone();
            actix_web::web::to(move |desk, asked| {
                tokens::provider_token(kind.clone(), desk, asked)
            })
        });
        endpoint.by(PARTICIPANT_OR_BACKEND).renamed(path, move |operation| {
            operation.parameters = None;
            operation.operation_id = Some(id.clone());
            operation.summary = Some(format!("Issues a key for a room at {title}."));
        })
    };
    let mut all: Vec<Endpoint> = roomkey_providers::ALL.iter().map(of_provider).collect();
    all.extend([
        endpoint!(tokens::token).by(PARTICIPANT_OR_BACKEND),
        endpoint!(tokens::renew::renew).by(HOLDER),
    ]);
    all
}

fn backends_and_admins() -> Vec<Endpoint> {
    vec![
        endpoint!(meetings::start_meeting).by(MEETING_BACKEND),
        endpoint!(meetings::end_meeting).by(MEETING_BACKEND),
    ]
}

fn admins() -> Vec<Endpoint> {
    let all = [
        endpoint!(users::add::add_user),
        endpoint!(users::list_users),
        endpoint!(users::user),
        endpoint!(users::disable_user),
        endpoint!(users::enable_user),
        endpoint!(users::set_role::set_role),
        endpoint!(users::set_password::set_password),
        endpoint!(users::erase_user),
        endpoint!(users::list_visits),
        endpoint!(backends::add::add_backend),
        endpoint!(backends::list_backends),
        endpoint!(backends::revoke_backend),
        endpoint!(rooms::add::add_room),
        endpoint!(rooms::list_rooms),
        endpoint!(rooms::room),
        endpoint!(rooms::change::change_room),
        endpoint!(rooms::close_room),
        endpoint!(rooms::open_room),
        endpoint!(members::add::add_member),
        endpoint!(members::list_members),
        endpoint!(members::remove_member),
        endpoint!(events::list_events),
        endpoint!(events::set_window),
        endpoint!(meetings::list_meetings),
    ];
    all.into_iter().map(|endpoint| endpoint.by(ADMIN)).collect()
}

fn auditors() -> Vec<Endpoint> {
    vec![
        endpoint!(audit::events::events).by(AUDITOR),
        endpoint!(audit::entry).by(AUDITOR),
        endpoint!(audit::tail::tail).by(AUDITOR).with_extra_time(MAX_WAIT),
        endpoint!(audit::stats).by(AUDITOR),
        endpoint!(audit::trace).by(AUDITOR),
        endpoint!(log::proof).by(AUDITOR),
        endpoint!(log::checkpoint).by(LOG_READER).with_head(),
        endpoint!(log::tile).by(LOG_READER).with_head().matching("tile", ".*"),
    ]
}

/// OpenTok's server SDKs and its sample apps.
fn clients_of_opentok() -> Vec<Endpoint> {
    let all = [
        endpoint!(opentok::create_session::create_session)
            .by(MEETING_BACKEND)
            .failing_as(&opentok::failure::XML_OR_JSON, "/compat/opentok/{roomId}/session/create"),
        // The newer half of the interface speaks JSON to every client. PHP's SDK puts a slash behind some paths.
        endpoint!(opentok::disconnect::disconnect)
            .by(DISCONNECTING_BACKEND)
            .with_slash()
            .failing_as(&opentok::failure::JSON, "/compat/opentok/{roomId}/v2"),
        // Before the next one, which would take a room that is called `session` for one that is called `room`.
        endpoint!(opentok::sample::key_for_named_room).by(PARTICIPANT_AT_OPENTOK),
        endpoint!(opentok::sample::key_for_session).by(PARTICIPANT_AT_OPENTOK),
    ];
    all.into_iter().map(|endpoint| endpoint.served(Served::ForOpenTok)).collect()
}

/// Clients of Agora's token service; some send an empty number.
fn clients_of_agora() -> Vec<Endpoint> {
    const NUMBER: &str = "[^/]*";
    let all = [
        endpoint!(agora::rtc::rtc).by(PARTICIPANT_IN_ROLE).matching("uid", NUMBER),
        endpoint!(agora::rtm::rtm).by(PARTICIPANT).matching("uid", NUMBER),
        endpoint!(agora::rte::rte).by(PARTICIPANT_IN_ROLE).matching("uid", NUMBER),
        endpoint!(agora::rte::rte_with_account).by(PARTICIPANT_IN_ROLE).matching("uid", NUMBER),
        endpoint!(agora::get_token::get_token).by(PARTICIPANT_IN_ROLE),
        endpoint!(agora::chat).by(USER).also_at("/compat/agora/chat/{of}/{id}"),
        endpoint!(agora::ping).by(ANYONE),
    ];
    let of_agora = |endpoint: Endpoint| {
        endpoint
            .served(Served::ForAgora)
            .with_slash()
            .failing_as(&agora::answer::FAILURE, "/compat/agora")
    };
    all.into_iter().map(of_agora).collect()
}

fn anyone() -> Vec<Endpoint> {
    let all = [
        endpoint!(health::livez),
        endpoint!(health::readyz),
        endpoint!(health::healthz),
        endpoint!(openapi::openapi_document),
        endpoint!(docs::docs_page),
    ];
    all.into_iter().map(|endpoint| endpoint.by(ANYONE).with_head()).collect()
}

#[cfg(test)]
mod tests;
