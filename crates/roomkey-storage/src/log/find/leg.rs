//! One index, with what it is asked for.

use diesel::dsl::IntoBoxed;
use diesel::prelude::*;
use roomkey_audit::{AddressPrefix, Class, Filter};
use roomkey_claims::{EventId, RoomId, SceneId};

use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::db::schema::entries;
use crate::log::find::span::{Order, Span};

type Query<'a> = IntoBoxed<'a, entries::table, <Db as Connection>::Backend>;

/// The columns that begin an index, with their values; a leg without any is the index on classes alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    subject: Option<Vec<u8>>,
    room: Option<String>,
    scene: Option<String>,
    event: Option<String>,
    address: Option<String>,
}

/// An index with values of its columns, and the classes that are looked for behind them.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    columns: Columns,
    classes: Vec<Class>,
}

impl Leg {
    /// The legs whose entries are all in common what a filter looks for, but for time; none where it looks for all.
    pub(crate) fn of_filter(db: &mut Db, filter: &Filter) -> Result<Option<Vec<Self>>, StoreError> {
        let Filter { provider, outcome, reason, kind, .. } = filter;
        let by_class =
            provider.is_some() || outcome.is_some() || reason.is_some() || kind.is_some();
        if Self::is_of_classes(filter) && !by_class {
            return Ok(None);
        }
        Self::for_counting(db, filter).map(Some)
    }

    /// Whether a filter says nothing but which classes, and when.
    pub(crate) fn is_of_classes(filter: &Filter) -> bool {
        Columns::of_filter(filter) == [Columns::default()]
    }

    /// The same, with all classes where a filter looks for all.
    pub(crate) fn for_counting(db: &mut Db, filter: &Filter) -> Result<Vec<Self>, StoreError> {
        let columns = Columns::of_filter(filter).into_iter();
        columns.map(|columns| Self::new(db, columns, filter)).collect()
    }

    /// The classes behind these columns that the filter admits, each found by one step through the index.
    fn new(db: &mut Db, columns: Columns, filter: &Filter) -> Result<Self, StoreError> {
        let kind = filter.kind.map(|kind| format!("{}/", kind.as_str()));
        let mut classes = Vec::new();
        let mut last = kind.clone().unwrap_or_default();
        loop {
            let next: Option<String> = columns
                .narrow()
                .filter(entries::class.gt(last))
                .order(entries::class.asc())
                .select(entries::class)
                .first(db)
                .optional()?;
            let Some(next) =
                next.filter(|next| kind.as_ref().is_none_or(|kind| next.starts_with(kind)))
            else {
                return Ok(Self { columns, classes });
            };
            let class = Class::from_column(next.clone());
            last = next;
            if filter.admits(&class) {
                classes.push(class);
            }
        }
    }

    /// The classes that there are.
    pub(crate) fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The same leg for one class alone.
    pub(crate) fn only(&self, class: &Class) -> Self {
        let classes = self.classes.iter().filter(|known| *known == class).cloned().collect();
        Self { columns: self.columns.clone(), classes }
    }

    /// The first indexes of a span, at most `limit`; classes that have none any more are left out from then on.
    pub(crate) fn pull(
        &mut self,
        db: &mut Db,
        span: Span,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let rows = i64::try_from(limit).unwrap_or(i64::MAX);
        let (mut all, mut left) = (Vec::new(), Vec::new());
        for class in std::mem::take(&mut self.classes) {
            let query = self.within(&class, span).select(entries::idx).limit(rows);
            let found: Vec<i64> = match span.order {
                Order::Ascending => query.order(entries::idx.asc()).load(db)?,
                Order::Descending => query.order(entries::idx.desc()).load(db)?,
            };
            if !found.is_empty() {
                all.extend(found);
                left.push(class);
            }
        }
        self.classes = left;
        all.sort_unstable();
        if span.order == Order::Descending {
            all.reverse();
        }
        all.truncate(limit);
        Ok(all)
    }

    /// How many entries of a class there are.
    pub(crate) fn count(&self, db: &mut Db, class: &Class, span: Span) -> Result<i64, StoreError> {
        Ok(self.within(class, span).count().get_result(db)?)
    }

    /// The first index of a class.
    pub(crate) fn first(
        &self,
        db: &mut Db,
        class: &Class,
        span: Span,
    ) -> Result<Option<i64>, StoreError> {
        let query = self.within(class, span).order(entries::idx.asc()).select(entries::idx);
        Ok(query.first(db).optional()?)
    }

    fn within<'a>(&self, class: &Class, span: Span) -> Query<'a> {
        self.columns
            .narrow()
            .filter(entries::class.eq(class.as_str().to_owned()))
            .filter(entries::idx.ge(span.from))
            .filter(entries::idx.lt(span.to))
    }
}

impl Columns {
    /// The columns of the fewest indexes that have all of a filter's.
    fn of_filter(filter: &Filter) -> Vec<Self> {
        let subject = filter.subject.map(|subject| subject.as_uuid().into_bytes().to_vec());
        let room = filter.room.as_ref().map(RoomId::as_str).map(str::to_owned);
        let scene = filter.scene.as_ref().map(SceneId::as_str).map(str::to_owned);
        let event = filter.event.as_ref().map(EventId::as_str).map(str::to_owned);
        let address = filter.address.as_ref().map(AddressPrefix::as_str).map(str::to_owned);
        let mut all = Vec::new();
        // Behind the user the rarest of what else is asked for: the room, else the event, else the scene.
        let with_event = subject.is_some() && room.is_none();
        let of_user = Self {
            event: event.clone().filter(|_| with_event),
            scene: scene.clone().filter(|_| with_event && event.is_none()),
            room: room.clone(),
            subject,
            ..Self::default()
        };
        let covered = (of_user.event.is_some() && scene.is_none()) || of_user.scene.is_some();
        if of_user.subject.is_some() {
            all.push(of_user);
        }
        if (scene.is_some() || event.is_some()) && !covered {
            all.push(Self { scene, event, room: room.clone(), ..Self::default() });
        }
        if address.is_some() {
            all.push(Self { address, ..Self::default() });
        }
        if room.is_some() && all.iter().all(|columns| columns.room.is_none()) {
            all.push(Self { room, ..Self::default() });
        }
        if all.is_empty() {
            all.push(Self::default());
        }
        all
    }

    fn narrow<'a>(&self) -> Query<'a> {
        let Self { subject, room, scene, event, address } = self.clone();
        let mut query = entries::table.into_boxed();
        if let Some(subject) = subject {
            query = query.filter(entries::subject.eq(subject));
        }
        if let Some(room) = room {
            query = query.filter(entries::room.eq(room));
        }
        if let Some(scene) = scene {
            query = query.filter(entries::scene.eq(scene));
        }
        if let Some(event) = event {
            query = query.filter(entries::event.eq(event));
        }
        if let Some(address) = address {
            query = query.filter(entries::address.eq(address));
        }
        query
    }
}
