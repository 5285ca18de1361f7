//! `roomkey user`.

mod erase;
mod visits;

use clap::Subcommand;
use roomkey_claims::{DeskRole, Did, DisplayName, Username};
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::users;
use roomkey_desk::users::NewUserRequest;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::user::UserView;
use roomkey_storage::User;
use serde_json::json;

use crate::input::PasswordArgs;
use crate::invocation::{End, Invocation, block_on, said};
use crate::output::{self, or_dash};
use crate::words::one_of;

/// What to do with users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Adds a user; the password is asked for, or read from standard input or a file
    #[command(after_help = "Examples:\n  roomkey user add root --role admin\n  \
        printf %s \"$PASSWORD\" | roomkey user add ada --role user --password-stdin")]
    Add {
        /// The name to log in with
        username: Username,
        /// The role at the desk
        #[arg(long, default_value = "user", value_parser = one_of(&DeskRole::ALL, DeskRole::as_str))]
        role: DeskRole,
        /// A decentralized identifier, which rooms can put in the metadata of keys
        #[arg(long)]
        did: Option<Did>,
        /// How the user wants to be shown
        #[arg(long)]
        display_name: Option<DisplayName>,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Lists the users
    List {
        /// Lists the erased users instead, of whom only the subject ids are left
        #[arg(long)]
        erased: bool,
    },
    /// Disables a user: ends all sessions, and no key is issued any more
    Disable {
        /// The user
        username: Username,
    },
    /// Enables a user again
    Enable {
        /// The user
        username: Username,
    },
    /// Sets the role of a user at the desk
    #[command(after_help = "Example:\n  roomkey user set-role ada auditor")]
    SetRole {
        /// The user
        username: Username,
        /// The role at the desk
        #[arg(value_parser = one_of(&DeskRole::ALL, DeskRole::as_str))]
        role: DeskRole,
    },
    /// Sets the password of a user, which ends all sessions of the user
    #[command(after_help = "Examples:\n  roomkey user set-password ada\n  \
        roomkey user set-password ada --password-file new.secret")]
    SetPassword {
        /// The user
        username: Username,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Lists from where a user logged in, where the settings keep it; the reading is recorded
    Visits {
        /// The user
        username: Username,
    },
    /// Erases everything personal about a user, for good; the log keeps an id that stands for nobody
    #[command(
        after_help = "Examples:\n  roomkey user erase ada\n  roomkey user erase ada --yes --json"
    )]
    Erase {
        /// The user
        username: Username,
        /// Does not ask for the name to be typed
        #[arg(long)]
        yes: bool,
    },
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: UserCommand) -> anyhow::Result<End> {
    match command {
        UserCommand::Add { username, role, did, display_name, password } => {
            let password = password.read(username.as_str())?;
            let request = NewUserRequest { username, password, role, did, display_name };
            let open = invocation.open()?;
            let user = block_on(async {
                Ok(users::add(&open.desk.ground, &open.desk.sessions, &open.admin()?, request)
                    .await?)
            })?;
            show(invocation, &user)?;
        }
        UserCommand::List { erased: false } => list(invocation)?,
        UserCommand::List { erased: true } => erase::list(invocation)?,
        UserCommand::Visits { username } => visits::run(invocation, &username)?,
        UserCommand::Erase { username, yes } => return erase::run(invocation, &username, yes),
        UserCommand::Disable { username } => {
            let open = invocation.open()?;
            let name = username.clone();
            let index = block_on(async {
                Ok(users::disable(&open.desk.ground, &open.admin()?, name).await?)
            })?;
            changed(invocation, index, "is disabled", &username)?;
        }
        UserCommand::Enable { username } => {
            let open = invocation.open()?;
            let name = username.clone();
            let index = block_on(async {
                Ok(users::enable(&open.desk.ground, &open.admin()?, name).await?)
            })?;
            changed(invocation, index, "is enabled", &username)?;
        }
        UserCommand::SetRole { username, role } => {
            let open = invocation.open()?;
            let name = username.clone();
            let index = block_on(async {
                Ok(users::set_role(&open.desk.ground, &open.admin()?, name, role).await?)
            })?;
            changed(invocation, index, &format!("has the role {}", role.as_str()), &username)?;
        }
        UserCommand::SetPassword { username, password } => {
            let password = password.read(username.as_str())?;
            let open = invocation.open()?;
            let name = username.clone();
            let set = async {
                Ok(users::set_password(
                    &open.desk.ground,
                    &open.desk.sessions,
                    &open.admin()?,
                    name,
                    password,
                )
                .await?)
            };
            let index = block_on(set)?;
            changed(invocation, Some(index), "has a new password and no session", &username)?;
        }
    }
    Ok(End::Done)
}

fn show(invocation: &Invocation, user: &User) -> anyhow::Result<()> {
    invocation.output.print(&UserView::of(user), || {
        output::pairs(&[
            ("user", user.username.to_string()),
            ("role", user.role.as_str().to_owned()),
            ("subject id", user.subject.to_string()),
        ])
    })
}

fn changed(
    invocation: &Invocation,
    index: Option<u64>,
    what: &str,
    username: &Username,
) -> anyhow::Result<()> {
    let value =
        json!({ "username": username.as_str(), "changed": index.is_some(), "index": index });
    invocation.output.print(&value, || match index {
        Some(index) => format!("{username} {what} (entry {index})"),
        None => format!("{username} {what} already: nothing changed"),
    })
}

fn list(invocation: &Invocation) -> anyhow::Result<()> {
    let open = invocation.open()?;
    let users = block_on(async {
        let (admin, mut users, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page = users::list(&open.desk.ground, &admin, after, MAX_PAGE).await?;
            after = page.data.last().map(|user: &User| user.username.clone());
            users.extend(page.data);
            if !page.more {
                return Ok(users);
            }
        }
    })?;
    let mut table =
        output::table(&["user", "role", "enabled", "display name", "added", "subject id"]);
    for user in &users {
        table.add_row([
            user.username.to_string(),
            user.role.as_str().to_owned(),
            output::yes_no(user.enabled).to_owned(),
            or_dash(user.display_name.as_ref()),
            output::time(user.added_at),
            user.subject.to_string(),
        ]);
    }
    let views: Vec<_> = users.iter().map(UserView::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no users yet"))?;
    if users.is_empty() {
        said(invocation.output, "Add one: roomkey user add root --role admin");
    }
    Ok(())
}
