//! The integrator: hashes what was committed, extends the tree, signs, lets out.
//!
//! It runs on a thread of its own and never under the head row's lock but for the last step, a compare-and-set.

use std::time::Duration;

use roomkey_audit::leaf_hash;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::key::KeyName;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_storage::{
    Advance, Context, INTEGRATOR, Reader, Refused, StoreError, TileRow, TreeState, WriteError,
};

use crate::error::DeskError;
use crate::ground::Ground;
use crate::log::check;
use crate::log::error::{IntegrateError, Mismatch};
use crate::log::key;
use crate::log::key::LogKey;
use crate::log::outlet::Outlet;

/// Most entries of one read.
const READ: u16 = 2048;

/// Most entries of one step: what a checkpoint waits for is bounded.
const STEP: u64 = 65_536;

/// For how long nobody else integrates after a step.
const LEASE: Duration = Duration::from_secs(10);

/// Who integrates, with the right edge of the tree as it left it.
#[derive(Debug)]
pub struct Integrator {
    holder: String,
    origin: Option<KeyName>,
    outlet: Outlet,
    lease: Duration,
    known: Option<(Edge, LogKey)>,
    /// The tree that was looked at last.
    judged: Option<TreeHead>,
    /// The newest checkpoint that this process signed or saw: the log goes on from it, or not at all.
    seen: Option<(String, TreeHead)>,
}

/// What came of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Everything that is committed is signed.
    Idle,
    /// The tree moved on to this size; more may wait.
    Moved {
        /// The size.
        size: u64,
    },
    /// Another node integrates.
    Elsewhere,
    /// The log is frozen, for this reason.
    Frozen(String),
}

/// How the log stood at one look.
struct Seen {
    tree: Option<TreeState>,
    entries: u64,
    frozen: Option<String>,
    integrator: Option<String>,
}

impl Integrator {
    /// An integrator that goes on, with this name, which must be another one for each process; a new tree gets `origin`.
    ///
    /// After each step nobody else integrates for ten seconds.
    pub const fn lasting(holder: String, origin: Option<KeyName>, outlet: Outlet) -> Self {
        Self { holder, origin, outlet, lease: LEASE, known: None, judged: None, seen: None }
    }

    /// An integrator for one command: it keeps nobody from going on at once.
    pub const fn passing(holder: String, origin: Option<KeyName>, outlet: Outlet) -> Self {
        Self {
            holder,
            origin,
            outlet,
            lease: Duration::ZERO,
            known: None,
            judged: None,
            seen: None,
        }
    }
}

impl Integrator {
    /// Moves the tree on until everything that is committed now is signed, by whomever; at most for `patience`.
    ///
    /// It blocks. Returns the size that is signed.
    pub fn sign_all(&mut self, ground: &Ground, patience: Duration) -> Result<u64, IntegrateError> {
        const PAUSE: Duration = Duration::from_millis(100);
        let wanted = ground.store().read::<_, StoreError>(|reader| reader.head())?.next_index;
        let until = ground.clock().now().plus(patience);
        loop {
            if let Step::Frozen(reason) = self.step(ground)? {
                return Err(StoreError::Frozen(reason.into()).into());
            }
            let tree = ground.store().read::<_, StoreError>(|reader| reader.tree())?;
            let signed = tree.filter(|tree| tree.checkpoint.is_some()).map_or(0, |tree| tree.size);
            if wanted <= signed || until <= ground.clock().now() {
                return Ok(signed);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Looks once, and moves the tree on where there is something to sign. It blocks.
    ///
    /// A log that does not match its last checkpoint is frozen: no node issues anything until a person recovers it.
    pub fn step(&mut self, ground: &Ground) -> Result<Step, IntegrateError> {
        match self.try_step(ground) {
            Err(IntegrateError::Mismatch(mismatch)) => {
                self.known = None;
                let judged = self.judged.take();
                freeze(ground, judged, &mismatch)
            }
            Err(error) => {
                // What is known may be wrong by now: it is read again.
                self.known = None;
                Err(error)
            }
            step => step,
        }
    }

    fn try_step(&mut self, ground: &Ground) -> Result<Step, IntegrateError> {
        let now = ground.clock().now();
        let seen = ground.store().read::<_, StoreError>(|reader| {
            Ok(Seen {
                tree: reader.tree()?,
                entries: reader.head()?.next_index,
                frozen: reader.frozen()?,
                integrator: reader.lease_holder(INTEGRATOR, now)?,
            })
        })?;
        if let Some(reason) = seen.frozen {
            self.known = None;
            return Ok(Step::Frozen(reason));
        }
        let Some(tree) = seen.tree else {
            self.begin(ground)?;
            return Ok(Step::Idle);
        };
        if seen.integrator.is_some_and(|holder| holder != self.holder) {
            self.known = None;
            return Ok(Step::Elsewhere);
        }
        let head = check::head_of(&tree);
        self.judged = Some(head);
        let (mut edge, key) = match self.known.take() {
            Some((edge, key))
                if edge.head() == head && key.verifier().name().as_str() == tree.origin =>
            {
                (edge, key)
            }
            _ => self.resume(ground, &tree)?,
        };
        if seen.entries < head.size {
            return Err(Mismatch::Cut { entries: seen.entries, signed: head.size }.into());
        }
        if seen.entries == head.size {
            self.known = Some((edge, key));
            return Ok(Step::Idle);
        }
        let end = seen.entries.min(head.size + STEP);
        ground
            .store()
            .read::<_, IntegrateError>(|reader| append(reader, &mut edge, end, &|_| ()))?;
        let moved = self.advance(ground, (&mut edge, &key), head)?;
        if moved {
            self.seen = Some((tree.origin.clone(), edge.head()));
            self.known = Some((edge, key));
            Ok(Step::Moved { size: end })
        } else {
            Ok(Step::Elsewhere)
        }
    }

    /// Looks whether the log matches its last checkpoint, whoever integrates: for before anything is issued.
    ///
    /// Where nothing is wrong the next look goes on from there. It blocks.
    pub fn check(&mut self, ground: &Ground) -> Result<Step, IntegrateError> {
        let read = |reader: &mut Reader<'_>| Ok((reader.tree()?, reader.frozen()?));
        let (tree, frozen) = ground.store().read::<_, StoreError>(read)?;
        if let Some(reason) = frozen {
            return Ok(Step::Frozen(reason));
        }
        let Some(tree) = tree else { return Ok(Step::Idle) };
        match self.resume(ground, &tree) {
            Ok(known) => self.known = Some(known),
            Err(IntegrateError::Mismatch(mismatch)) => {
                return freeze(ground, Some(check::head_of(&tree)), &mismatch);
            }
            Err(error) => return Err(error),
        }
        Ok(Step::Idle)
    }

    /// Lets somebody else integrate at once, where this integrator did. It blocks.
    pub fn release(&self, ground: &Ground) -> Result<(), IntegrateError> {
        let holder = self.holder.clone();
        Ok(ground
            .store()
            .write(Context::SYSTEM, move |writer| writer.release_lease(INTEGRATOR, &holder))?
            .wait()?)
    }

    fn begin(&self, ground: &Ground) -> Result<(), IntegrateError> {
        if ground.store().read::<_, StoreError>(|reader| reader.had_tree())? {
            return Err(Mismatch::TreeGone.into());
        }
        let origin = match &self.origin {
            Some(origin) => origin.clone(),
            None => key::new_origin(ground.ids())?,
        };
        let (new, _) = key::new_tree(ground.store().seal(), ground.ids(), &origin)?;
        let begun =
            ground.store().write(Context::SYSTEM, move |writer| writer.begin_tree(&new))?.wait()?;
        if begun {
            tracing::info!(origin = origin.as_str(), "the log's tree begins");
        }
        Ok(())
    }

    /// Compares the log with what was signed, let out and seen, and reads the right edge of its tree.
    fn resume(
        &mut self,
        ground: &Ground,
        tree: &TreeState,
    ) -> Result<(Edge, LogKey), IntegrateError> {
        let key = LogKey::of(tree, ground.store().seal())?;
        let Self { outlet, seen, .. } = self;
        let seen_here = seen.as_ref().filter(|(origin, _)| *origin == tree.origin);
        let seen_here = seen_here.map(|(_, head)| *head);
        let edge = ground.store().read::<_, IntegrateError>(|reader| {
            check::resume(reader, tree, (&key, outlet), seen_here)
        })?;
        *seen = Some((tree.origin.clone(), edge.head()));
        // A process that was killed between the commit and the file left an older one there.
        if let Some(note) = &tree.checkpoint
            && outlet.newest().is_ok_and(|newest| newest.as_ref() != Some(note))
        {
            outlet.put(note).map_err(|error| IntegrateError::Outlet(error.to_string()))?;
        }
        Ok((edge, key))
    }

    /// Signs, keeps and lets out; whether it was still our turn.
    fn advance(
        &self,
        ground: &Ground,
        (edge, key): (&mut Edge, &LogKey),
        before: TreeHead,
    ) -> Result<bool, IntegrateError> {
        let after = edge.head();
        let note = key.attest(after)?;
        let step = Advance {
            before,
            after,
            checkpoint: note.clone(),
            tiles: tile_rows(edge),
            holder: self.holder.clone(),
            lease: self.lease,
        };
        match keep(ground, &step) {
            Ok(()) => {}
            Err(WriteError::Refused(Refused::TreeRaced)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let out = self.outlet.put(&note);
        out.map_err(|error| IntegrateError::Outlet(error.to_string()))?;
        Ok(true)
    }
}

/// Freezes the log, unless the tree moved on since it was judged: then it was judged by halves of two states.
fn freeze(
    ground: &Ground,
    judged: Option<TreeHead>,
    mismatch: &Mismatch,
) -> Result<Step, IntegrateError> {
    let now = ground.store().read::<_, StoreError>(|reader| reader.tree())?;
    if now.as_ref().map(check::head_of) != judged {
        return Ok(Step::Elsewhere);
    }
    let reason = mismatch.to_string();
    tracing::error!(reason, "the log does not match its last checkpoint: it is frozen");
    let text = reason.clone();
    ground.store().write(Context::SYSTEM, move |writer| writer.freeze(&text))?.wait()?;
    Ok(Step::Frozen(reason))
}

/// Hands a step to the committer; while its queue is full, again and again for a moment.
fn keep(ground: &Ground, step: &Advance) -> Result<(), WriteError> {
    const PAUSE: Duration = Duration::from_millis(25);
    const TRIES: u32 = 40;
    let mut tried = 0;
    loop {
        let step = step.clone();
        match ground.store().write(Context::SYSTEM, move |writer| writer.advance_tree(&step)) {
            Ok(pending) => return pending.wait(),
            Err(StoreError::Busy) if tried < TRIES => {
                tried += 1;
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Hashes the stored bytes of the entries up to `end`, and appends them; a gap or another hash is a mismatch.
///
/// `progress` hears the size after each read.
pub(super) fn append(
    reader: &mut Reader<'_>,
    edge: &mut Edge,
    end: u64,
    progress: &dyn Fn(u64),
) -> Result<(), IntegrateError> {
    while edge.size() < end {
        let wanted = u16::try_from(end - edge.size()).unwrap_or(READ).min(READ);
        let entries = reader.entries_from(edge.size(), wanted)?;
        if entries.is_empty() {
            return Err(Mismatch::Gap { index: edge.size() }.into());
        }
        for entry in entries {
            let index = edge.size();
            if entry.index != index {
                return Err(Mismatch::Gap { index }.into());
            }
            let leaf = leaf_hash(&entry.body);
            if leaf != entry.leaf {
                return Err(Mismatch::Entry { index }.into());
            }
            edge.append(leaf).map_err(|_| DeskError::Internal("the tree is full"))?;
        }
        progress(edge.size());
    }
    Ok(())
}

/// The tiles that changed since they were last taken, as rows of the store.
pub(super) fn tile_rows(edge: &mut Edge) -> Vec<TileRow> {
    let tiles = edge.take_tiles().into_iter();
    tiles
        .map(|(tile, hashes)| TileRow { level: tile.level(), index: tile.index(), hashes })
        .collect()
}
