//! A bounded queue with several takers.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Busy;

/// Jobs in the order in which they came.
pub(super) struct Queue<T> {
    capacity: NonZeroUsize,
    state: Mutex<State<T>>,
    changed: Condvar,
}

/// What the lock guards.
enum State<T> {
    Open(VecDeque<T>),
    Closed,
}

impl<T> Queue<T> {
    /// An empty queue for at most `capacity` jobs.
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        Self { capacity, state: Mutex::new(State::Open(VecDeque::new())), changed: Condvar::new() }
    }

    /// Puts a job at the end, or refuses it at once.
    pub(super) fn push(&self, job: T) -> Result<(), Busy> {
        match &mut *self.lock() {
            State::Open(jobs) if jobs.len() < self.capacity.get() => jobs.push_back(job),
            State::Open(_) | State::Closed => return Err(Busy),
        }
        self.changed.notify_one();
        Ok(())
    }

    /// Takes the first job if there is one now.
    pub(super) fn take_now(&self) -> Option<T> {
        match &mut *self.lock() {
            State::Open(jobs) => jobs.pop_front(),
            State::Closed => None,
        }
    }

    /// Waits for a job; `None` says that there will be no more.
    pub(super) fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            let State::Open(jobs) = &mut *state else { return None };
            if let Some(job) = jobs.pop_front() {
                return Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Drops what waits and sends the takers home.
    pub(super) fn close(&self) {
        *self.lock() = State::Closed;
        self.changed.notify_all();
    }

    /// How many jobs wait.
    pub(super) fn depth(&self) -> usize {
        match &*self.lock() {
            State::Open(jobs) => jobs.len(),
            State::Closed => 0,
        }
    }

    /// The state; no code that can panic runs under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_refuses_and_a_closed_one_ends() {
        let queue = Queue::new(NonZeroUsize::new(2).unwrap());
        assert_eq!((queue.push(1), queue.push(2), queue.push(3)), (Ok(()), Ok(()), Err(Busy)));
        assert_eq!((queue.depth(), queue.take_now(), queue.take()), (2, Some(1), Some(2)));
        assert_eq!(queue.take_now(), None);
        assert_eq!(queue.push(4), Ok(()));
        queue.close();
        assert_eq!((queue.depth(), queue.take(), queue.push(5)), (0, None, Err(Busy)));
    }
}
