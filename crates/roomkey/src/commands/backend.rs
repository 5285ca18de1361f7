//! `roomkey backend`.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use roomkey_claims::{BackendName, BackendRef, RoomPattern, Scope};
use roomkey_desk::backends;
use roomkey_desk::backends::NewBackendRequest;
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::wire::backend::AddedBackendView;
use roomkey_desk::wire::backend::BackendView;
use roomkey_desk::wire::list::ListOf;
use roomkey_storage::Backend;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::invocation::{End, Invocation, block_on, said};
use crate::output::{self, yes_no};
use crate::words::one_of;

/// What to do with backends.
#[derive(Debug, Subcommand)]
pub(crate) enum BackendCommand {
    /// Adds a backend with a new API key and secret, which are printed this once
    #[command(after_help = "Examples:\n  roomkey backend add classroom --rooms 'stage-*'\n  \
        roomkey backend add studio --rooms 'stage-*' --rooms lobby --scopes issue,meetings --json > studio.json")]
    Add(AddArgs),
    /// Lists the backends, never their secrets
    List,
    /// Revokes a backend, for good: none of its project JWTs is accepted any more
    Revoke {
        /// Its API key
        api_key: BackendRef,
    },
}

/// A backend to be added.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// What people call it
    name: BackendName,
    /// The rooms that it may act in, separated by commas; a * in a name stands for any characters
    #[arg(long, required = true, value_delimiter = ',', value_name = "PATTERN")]
    rooms: Vec<RoomPattern>,
    /// What it may do, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "issue", value_parser = one_of(&Scope::ALL, Scope::as_str))]
    scopes: Vec<Scope>,
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: BackendCommand) -> anyhow::Result<End> {
    match command {
        BackendCommand::Add(args) => add(invocation, args)?,
        BackendCommand::List => list(invocation)?,
        BackendCommand::Revoke { api_key } => revoke(invocation, &api_key)?,
    }
    Ok(End::Done)
}

fn add(invocation: &Invocation, AddArgs { name, rooms, scopes }: AddArgs) -> anyhow::Result<()> {
    let asked = NewBackendRequest { name, scopes: scopes.into_iter().collect(), rooms };
    let open = invocation.open()?;
    let added = block_on(async {
        Ok(backends::add(&open.desk.ground, &open.admin()?, asked.clone()).await?)
    })?;
    invocation.output.print(&AddedBackendView::of(&asked, &added), || {
        output::pairs(&[
            ("backend", asked.name.to_string()),
            ("API key", added.backend.to_string()),
            ("secret", added.secret.expose_secret().to_owned()),
            ("may", names(&asked.scopes)),
            ("in", patterns(&asked.rooms)),
        ])
    })?;
    said(invocation.output, "The secret is shown this once: give it to the backend now.");
    Ok(())
}

fn list(invocation: &Invocation) -> anyhow::Result<()> {
    let open = invocation.open()?;
    let backends = block_on(async {
        let (admin, mut backends, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page = backends::list(&open.desk.ground, &admin, after, MAX_PAGE).await?;
            after = page.data.last().map(|backend: &Backend| backend.backend.clone());
            backends.extend(page.data);
            if !page.more {
                return Ok(backends);
            }
        }
    })?;
    let mut table = output::table(&["API key", "name", "may", "in", "revoked", "added"]);
    for backend in &backends {
        table.add_row([
            backend.backend.to_string(),
            backend.name.to_string(),
            names(&backend.facts.scopes),
            patterns(&backend.facts.rooms),
            yes_no(backend.facts.revoked).to_owned(),
            output::time(backend.added_at),
        ]);
    }
    let views: Vec<_> = backends.iter().map(BackendView::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no backends yet"))
}

fn revoke(invocation: &Invocation, key: &BackendRef) -> anyhow::Result<()> {
    let open = invocation.open()?;
    let index = block_on(async {
        Ok(backends::revoke(&open.desk.ground, &open.admin()?, key.clone()).await?)
    })?;
    let value = json!({ "apiKey": key.as_str(), "changed": index.is_some(), "index": index });
    invocation.output.print(&value, || match index {
        Some(index) => format!("{key} is revoked (entry {index})"),
        None => format!("{key} is revoked already: nothing changed"),
    })
}

fn names(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ")
}

fn patterns(rooms: &[RoomPattern]) -> String {
    rooms.iter().map(RoomPattern::as_str).collect::<Vec<_>>().join(", ")
}
