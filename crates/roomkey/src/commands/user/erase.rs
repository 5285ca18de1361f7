//! `roomkey user erase`, and `roomkey user list --erased`.

use roomkey_claims::Username;
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::users;
use roomkey_desk::wire::list::ListOf;
use roomkey_storage::{ErasedUser, Residue};
use serde_json::json;

use crate::invocation::{End, Invocation, block_on, said};
use crate::{input, output};

/// Erases a user, after the name was typed.
pub(super) fn run(invocation: &Invocation, username: &Username, yes: bool) -> anyhow::Result<End> {
    const QUESTION: &str = "This cannot be undone: name, DID, password, visits, sessions and memberships of the user are removed.";
    if !yes && !input::confirmed(username.as_str(), QUESTION)? {
        output::note("Nothing was erased.");
        return Ok(End::Wrong);
    }
    let open = invocation.open()?;
    let name = username.clone();
    let (erased, residue) = block_on(async {
        Ok(users::erase::erase(&open.desk.ground, &open.admin()?, name).await?)
    })?;
    let value = json!({
        "username": username.as_str(),
        "subject": erased.subject.to_string(),
        "index": erased.index,
        "residue": match residue {
            Residue::Nothing => "none",
            Residue::Journal => "journal",
            Residue::DeadRows => "dead_rows",
        },
    });
    invocation.output.print(&value, || {
        format!("{username} is erased (entry {}); the log knows {}", erased.index, erased.subject)
    })?;
    said(
        invocation.output,
        match residue {
            Residue::Nothing => "No file of the database holds the old data any more; backups do.",
            Residue::Journal => {
                "The write-ahead log is in use and still holds pages of the time before: it goes when the desk stops. Backups hold the old data too."
            }
            Residue::DeadRows => {
                "PostgreSQL keeps dead rows until VACUUM (FULL) of users, visits and subject_keys; its archived logs and your backups hold the old data too."
            }
        },
    );
    Ok(End::Done)
}

/// Lists the erased users.
pub(super) fn list(invocation: &Invocation) -> anyhow::Result<()> {
    let open = invocation.open()?;
    let users = block_on(async {
        let (admin, mut users, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page =
                users::erase::list_erased(&open.desk.ground, &admin, after, MAX_PAGE).await?;
            after = page.data.last().map(|user: &ErasedUser| user.subject);
            users.extend(page.data);
            if !page.more {
                return Ok(users);
            }
        }
    })?;
    let mut table = output::table(&["subject id", "erased"]);
    for user in &users {
        table.add_row([user.subject.to_string(), output::time(user.erased_at)]);
    }
    let view = |user: &ErasedUser| json!({ "subject": user.subject.to_string(), "erasedAt": user.erased_at.to_string() });
    let views: Vec<_> = users.iter().map(view).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "nobody was erased"))
}
