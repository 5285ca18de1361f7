//! Each step of the integrator failing, before and after it was kept; and two of them in turn.

use std::path::Path;
use std::time::Duration;

use roomkey_audit::tree::checkpoint::SignedCheckpoint;
use roomkey_audit::tree::proof::verify::verify_consistency;
use roomkey_audit::tree::proof::{TreeHead, consistency, consistency_tiles};
use roomkey_desk::log::error::IntegrateError;
use roomkey_desk::log::integrate::Integrator;
use roomkey_desk::log::integrate::Step;
use roomkey_desk::log::outlet::Outlet;
use roomkey_desk::log::published;
use roomkey_tests::Kind;
use roomkey_tests::place::Folder;
use serde_json::json;

use super::app::App;

on_both! {async:
    a_checkpoint_that_could_not_be_let_out_is_kept_and_the_next_one_goes_out,
    a_file_that_cannot_be_read_stops_signing_and_freezes_nothing,
    two_in_turn_sign_one_log,
    whoever_lets_go_is_followed_at_once,
}

/// Longer than anybody holds the lease.
const LEASE: Duration = Duration::from_secs(11);

fn outlet(file: Option<&Path>) -> Outlet {
    Outlet { file: file.map(Path::to_owned), stdout: false }
}

fn lasting(name: &str, file: Option<&Path>) -> Integrator {
    Integrator::lasting(name.to_owned(), None, outlet(file))
}

/// One look, on a thread of its own as it blocks.
fn look(app: &App, integrator: &mut Integrator) -> Result<Step, IntegrateError> {
    let desk = app.desk.clone().into_inner();
    std::thread::scope(|scope| {
        scope.spawn(move || integrator.step(&desk.ground)).join().expect("the look panicked")
    })
}

/// One more entry.
async fn grow(app: &App, bearer: &str) -> anyhow::Result<()> {
    app.post("/v1/tokens", bearer, json!({"roomId": "stage-1"})).await?.is(200)?;
    Ok(())
}

/// The newest checkpoint, which must continue the one before.
async fn continued(app: &App, before: &TreeHead) -> TreeHead {
    let keys = [published::verifier_key(&app.desk.ground).await.unwrap().unwrap()];
    let note = published::checkpoint(&app.desk.ground).await.unwrap().unwrap().note;
    let head = SignedCheckpoint::open(note.as_bytes(), &keys).unwrap().head();
    let mut tiles = std::collections::BTreeMap::new();
    for tile in consistency_tiles(before.size, head.size).unwrap() {
        tiles.insert(tile, published::tile(&app.desk.ground, tile).await.unwrap().unwrap());
    }
    let proof = consistency(before.size, head.size, &tiles).unwrap();
    verify_consistency(before, &head, &proof).unwrap();
    head
}

/// A desk whose tree began and was signed once, and the session of `ada`.
async fn signed(
    kind: Kind,
    integrator: &mut Integrator,
) -> anyhow::Result<(App, String, TreeHead)> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    assert_eq!(look(&app, integrator).unwrap(), Step::Idle, "the tree begins");
    assert!(matches!(look(&app, integrator).unwrap(), Step::Moved { .. }));
    let head = continued(&app, &TreeHead::EMPTY).await;
    Ok((app, ada, head))
}

async fn a_checkpoint_that_could_not_be_let_out_is_kept_and_the_next_one_goes_out(
    kind: Kind,
) -> anyhow::Result<()> {
    let place = Folder::new()?;
    let folder = place.path().join("out");
    let file = folder.join("roomkey.checkpoint");
    std::fs::create_dir_all(&folder)?;
    let mut integrator = lasting("one", Some(&file));
    let (app, ada, head) = signed(kind, &mut integrator).await?;
    std::fs::remove_dir_all(&folder)?;
    grow(&app, &ada).await?;
    let failed = look(&app, &mut integrator);
    assert!(matches!(failed, Err(IntegrateError::Outlet(_))), "{failed:?}");
    let kept = continued(&app, &head).await;
    assert!(head.size < kept.size, "it is signed all the same");
    std::fs::create_dir_all(&folder)?;
    grow(&app, &ada).await?;
    assert!(matches!(look(&app, &mut integrator).unwrap(), Step::Moved { .. }));
    let newest = continued(&app, &kept).await;
    let out = std::fs::read_to_string(&file).unwrap();
    assert_eq!(out, published::checkpoint(&app.desk.ground).await.unwrap().unwrap().note);
    assert!(kept.size < newest.size);
    Ok(())
}

async fn a_file_that_cannot_be_read_stops_signing_and_freezes_nothing(
    kind: Kind,
) -> anyhow::Result<()> {
    let mut first = lasting("one", None);
    let (app, ada, head) = signed(kind, &mut first).await?;
    // A folder where the file should be.
    let place = Folder::new()?;
    let folder = place.path().join("roomkey.checkpoint");
    std::fs::create_dir_all(&folder)?;
    grow(&app, &ada).await?;
    let mut integrator = lasting("one", Some(&folder));
    for _ in 0..2 {
        let failed = look(&app, &mut integrator);
        assert!(matches!(failed, Err(IntegrateError::Outlet(_))), "{failed:?}");
    }
    assert_eq!(continued(&app, &head).await, head, "nothing was signed");
    grow(&app, &ada).await?;
    std::fs::remove_dir(&folder)?;
    assert!(matches!(look(&app, &mut integrator).unwrap(), Step::Moved { .. }));
    assert!(head.size < continued(&app, &head).await.size);
    Ok(())
}

async fn two_in_turn_sign_one_log(kind: Kind) -> anyhow::Result<()> {
    let mut one = lasting("one", None);
    let (app, ada, mut head) = signed(kind, &mut one).await?;
    let mut two = lasting("two", None);
    for _ in 0..3 {
        grow(&app, &ada).await?;
        assert!(matches!(look(&app, &mut one).unwrap(), Step::Moved { .. }));
        head = continued(&app, &head).await;
        assert_eq!(look(&app, &mut one).unwrap(), Step::Idle);
        grow(&app, &ada).await?;
        assert_eq!(look(&app, &mut two).unwrap(), Step::Elsewhere);
        app.clock.advance(LEASE);
        assert!(matches!(look(&app, &mut two).unwrap(), Step::Moved { .. }));
        head = continued(&app, &head).await;
        // What the first one knows is old by now; it changes nothing.
        grow(&app, &ada).await?;
        assert_eq!(look(&app, &mut one).unwrap(), Step::Elsewhere);
        app.clock.advance(LEASE);
    }
    // Two commands that keep nobody from going on, on two nodes, with a file that both write.
    let place = Folder::new()?;
    let file = place.path().join("roomkey.checkpoint");
    let beside = app.beside()?;
    let passing = |name: &str| Integrator::passing(name.to_owned(), None, outlet(Some(&file)));
    let (mut three, mut four) = (passing("three"), passing("four"));
    for _ in 0..3 {
        grow(&app, &ada).await?;
        assert!(matches!(look(&app, &mut three).unwrap(), Step::Moved { .. }));
        head = continued(&app, &head).await;
        grow(&app, &ada).await?;
        assert!(matches!(look(&beside, &mut four).unwrap(), Step::Moved { .. }));
        head = continued(&beside, &head).await;
        assert_eq!(look(&app, &mut three).unwrap(), Step::Idle);
    }
    Ok(())
}

async fn whoever_lets_go_is_followed_at_once(kind: Kind) -> anyhow::Result<()> {
    let mut one = lasting("one", None);
    let (app, ada, head) = signed(kind, &mut one).await?;
    let mut two = lasting("two", None);
    grow(&app, &ada).await?;
    assert_eq!(look(&app, &mut two).unwrap(), Step::Elsewhere);
    let desk = app.desk.clone().into_inner();
    std::thread::spawn(move || one.release(&desk.ground)).join().unwrap().unwrap();
    assert!(matches!(look(&app, &mut two).unwrap(), Step::Moved { .. }));
    assert!(head.size < continued(&app, &head).await.size);
    Ok(())
}
