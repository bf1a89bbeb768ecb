//! For the tests: a reader at work on an engine, and what it told.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{Fact, Known, Need, Pace, Place, follow};
use crate::engine::Target;
use crate::engine::real::{engine, succeed};
use crate::sim::machine::{Machine, MachineOptions};

/// An engine, and its docker command.
pub(super) struct Bench {
    pub(super) place: Place,
}

/// A reader at work; it stops when this is dropped.
pub(super) struct Reader {
    facts: Arc<Mutex<Vec<Fact>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Bench {
    /// The engine of a new simulated machine.
    pub(super) fn simulated() -> Self {
        let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
        let target = Target::simulator(machine.dialer());
        Self {
            place: Place {
                target,
                machine: Some(machine),
                pace: Pace::default(),
            },
        }
    }

    /// The engine of `MOUSSAILLON_TEST_ENGINE`; `None`, said aloud, without one.
    pub(super) fn real() -> Option<Self> {
        let target = engine()?;
        Some(Self {
            place: Place {
                target,
                machine: None,
                pace: Pace::default(),
            },
        })
    }

    /// Runs `docker` with these arguments; what it wrote.
    pub(super) async fn docker(&self, arguments: &[&str]) -> String {
        let Some(machine) = &self.place.machine else {
            return succeed(&self.place.target.url, arguments).await;
        };
        let quoted = arguments
            .iter()
            .map(|it| format!("'{}'", it.replace('\'', r"'\''")));
        let line = format!("docker {}", quoted.collect::<Vec<_>>().join(" "));
        let mut started = machine.run(&line).unwrap();
        drop(started.stdio.stdin.take());
        let mut errors = started.stdio.stderr;
        let drain = tokio::spawn(async move { while errors.recv().await.is_some() {} });
        let mut output = Vec::new();
        while let Some(bytes) = started.stdio.stdout.recv().await {
            output.extend_from_slice(&bytes);
        }
        drain.await.unwrap();
        String::from_utf8(output).unwrap().trim().to_owned()
    }

    /// Sets a reader to work.
    pub(super) fn follow(&self, need: Need) -> Reader {
        let facts: Arc<Mutex<Vec<Fact>>> = Arc::default();
        let told = Arc::clone(&facts);
        let tell = Arc::new(move |fact| told.lock().unwrap().push(fact));
        let task = tokio::spawn(follow(need, self.place.clone(), tell));
        Reader { facts, task }
    }
}

impl Reader {
    /// What is known once this holds of it.
    pub(super) async fn until(&self, holds: impl Fn(&Known) -> bool) -> Known {
        let limit = Instant::now() + Duration::from_secs(20);
        loop {
            let mut known = Known::default();
            for fact in self.facts.lock().unwrap().iter() {
                known.learn(fact.clone());
            }
            if holds(&known) {
                return known;
            }
            assert!(Instant::now() < limit, "never: {known:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Reader {
    /// Waits for a first fact.
    pub(super) async fn told(&self) {
        let limit = Instant::now() + Duration::from_secs(20);
        while self.count() == 0 {
            assert!(Instant::now() < limit, "nothing told");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many facts were told.
    pub(super) fn count(&self) -> usize {
        self.facts.lock().unwrap().len()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}
