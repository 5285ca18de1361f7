//! `roomkey user visits`.

use roomkey_claims::Username;
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::sessions::visits;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::visit::VisitView;
use roomkey_storage::Visit;

use crate::invocation::{Invocation, block_on};
use crate::output::{self, or_dash};

/// Lists the visits of a user, newest first.
pub(super) fn run(invocation: &Invocation, username: &Username) -> anyhow::Result<()> {
    let open = invocation.open()?;
    let visits = block_on(async {
        let (admin, mut visits, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page =
                visits::list(&open.desk.ground, &admin, username.clone(), after, MAX_PAGE).await?;
            after = page.data.last().map(Visit::place);
            visits.extend(page.data);
            if !page.more {
                return Ok(visits);
            }
        }
    })?;
    let mut table = output::table(&["time", "address", "user agent", "session"]);
    for visit in &visits {
        table.add_row([
            output::time(visit.at),
            visit.visitor.address.to_string(),
            or_dash(visit.visitor.user_agent.as_ref()),
            visit.session.to_string(),
        ]);
    }
    let views: Vec<_> = visits.iter().map(VisitView::of).collect();
    invocation.output.print(&ListOf::with_next(views, None), || {
        output::rows(&table, "no visits are kept: `[privacy] keep_visits` says whether they are")
    })
}
