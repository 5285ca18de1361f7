//! A part of the log that is read in one direction.

use std::cmp::Ordering;

/// In which direction a page goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// From old to new.
    Ascending,
    /// From new to old.
    #[default]
    Descending,
}

impl Order {
    /// Which of two indexes is read first: `Less` where it is `one`.
    pub(crate) fn compare(self, one: i64, other: i64) -> Ordering {
        match self {
            Self::Ascending => one.cmp(&other),
            Self::Descending => other.cmp(&one),
        }
    }

    /// The one of two indexes that is read first.
    pub(crate) fn nearer(self, one: i64, other: i64) -> i64 {
        match self {
            Self::Ascending => one.min(other),
            Self::Descending => one.max(other),
        }
    }

    /// The one of two indexes that is read last.
    pub(crate) fn farther(self, one: i64, other: i64) -> i64 {
        match self {
            Self::Ascending => one.max(other),
            Self::Descending => one.min(other),
        }
    }
}

/// The indexes from `from` to before `to`, read in a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) order: Order,
}

impl Span {
    /// The whole log, with the entries that are still to come.
    pub(crate) const fn whole(order: Order) -> Self {
        Self { from: 0, to: i64::MAX, order }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.to <= self.from
    }

    /// Whether entries that are still to come can be in it.
    pub(crate) const fn is_open(self) -> bool {
        self.to == i64::MAX
    }

    pub(crate) const fn contains(self, index: i64) -> bool {
        self.from <= index && index < self.to
    }

    /// How many indexes there are.
    pub(crate) const fn length(self) -> u64 {
        if self.is_empty() { 0 } else { self.to.abs_diff(self.from) }
    }

    /// What is left when `index` has been read.
    pub(crate) fn after(self, index: i64) -> Self {
        match self.order {
            Order::Ascending => Self { from: self.from.max(index.saturating_add(1)), ..self },
            Order::Descending => Self { to: self.to.min(index), ..self },
        }
    }

    /// What is left when everything before `index` has been read.
    pub(crate) fn starting_at(self, index: i64) -> Self {
        match self.order {
            Order::Ascending => Self { from: self.from.max(index), ..self },
            Order::Descending => Self { to: self.to.min(index.saturating_add(1)), ..self },
        }
    }

    /// The last index that was read when this is what is left.
    pub(crate) const fn last_read(self) -> i64 {
        match self.order {
            Order::Ascending => self.from.saturating_sub(1),
            Order::Descending => self.to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_depends_on_the_direction() {
        let up = Span { from: 10, to: 20, order: Order::Ascending };
        let down = Span { order: Order::Descending, ..up };
        assert_eq!(up.after(12), Span { from: 13, ..up });
        assert_eq!(down.after(12), Span { to: 12, ..down });
        assert_eq!(up.starting_at(12), Span { from: 12, ..up });
        assert_eq!(down.starting_at(12), Span { to: 13, ..down });
        // What lies outside takes nothing away and adds nothing.
        assert_eq!((up.after(5), up.starting_at(10)), (up, up));
        assert_eq!((down.after(25), down.starting_at(19)), (down, down));
        assert!(up.after(19).is_empty() && down.after(10).is_empty());
    }

    #[test]
    fn going_on_after_the_last_read_index_leaves_the_same() {
        for order in [Order::Ascending, Order::Descending] {
            let left = Span { from: 10, to: 20, order }.after(14);
            assert_eq!(Span { from: 10, to: 20, order }.after(left.last_read()), left);
        }
    }
}
