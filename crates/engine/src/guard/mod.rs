//! The guard: on a real engine, what a session did not make is neither removed, stopped, changed
//! nor overwritten by what goes through the tap, unless the learner allows it, once.
//!
//! A call is read ([`call`]), falls under a rule ([`rule`]), what it would do is found out from the
//! engine itself ([`survey`], [`judge`]), and decided without I/O ([`decide`], [`ownership`],
//! [`danger`]). What a call made is then learnt from its answer ([`learn`]) and written down
//! ([`record`]). Whatever cannot be read, resolved or recognised does not go through when it
//! writes. Calls that read are not looked into at all.

mod archive;
mod call;
mod consent;
mod create;
mod danger;
mod decide;
mod document;
mod images;
mod judge;
mod judge_images;
mod learn;
mod life;
mod ownership;
mod preview;
mod prune;
mod record;
mod rule;
mod spare;
mod survey;
mod tidy;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::sync::{RwLock, mpsc};

use self::consent::Consents;
use self::danger::Host;
use self::ownership::{Entry, Ownership};
use self::record::Record;
use super::client::{CallError, Client};
use super::{Origin, Target};
use crate::text::guard as words;
use domain::Danger;
use wire::Dialer;

pub use decide::{Limits, Refusal, Verdict};
pub use preview::{Preview, Prune};
pub use record::{Header, Past, past};
pub use tidy::{Item, Plan, Tidied};

pub(super) use judge::{Held, Read, needs};
pub(super) use learn::After;
pub(super) use rule::BodyNeed;

/// How a session is guarded.
#[derive(Debug, Clone)]
pub struct GuardOptions {
    /// The program's state folder, where what the session makes is written down; `None` keeps it in
    /// memory.
    pub state: Option<PathBuf>,
    /// No write goes through at all.
    pub read_only: bool,
    /// What the learner types to see what was held back, and to allow it: `Ctrl-G k`.
    pub consent: String,
}

impl Default for GuardOptions {
    fn default() -> Self {
        Self {
            state: None,
            read_only: false,
            consent: "Ctrl-G k".to_owned(),
        }
    }
}

/// What the guard tells the interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A call did not go through.
    Refused(Refusal),
    /// What a prune will do, before it does it.
    Preview(Preview),
    /// A sentence for the learner.
    Note(String),
}

/// An answer that the client gets instead of the engine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Its `message`; the whole document when it is no error.
    pub(crate) message: String,
}

impl Answer {
    /// What is written of it.
    pub(crate) fn text(&self) -> String {
        if self.status < 300 {
            return self.message.clone();
        }
        json!({ "message": self.message }).to_string()
    }

    fn refused(reason: String) -> Self {
        Self {
            status: 403,
            message: words::message(&[reason], None),
        }
    }

    /// Another engine has come to the address since the call was judged, or since the guard asked.
    pub(crate) fn replaced() -> Self {
        Self {
            status: 503,
            message: words::replaced_meanwhile(),
        }
    }

    fn not_understood() -> Self {
        Self::refused(words::unreadable(
            "le moteur a répondu autre chose que prévu",
        ))
    }
}

/// The guard of one session. Cheap to share.
pub struct Guard {
    session: String,
    target: Target,
    client: Mutex<Client>,
    host: Host,
    state: Option<PathBuf>,
    /// What the learner types to allow what was held back.
    consent: String,
    folder: Mutex<Option<PathBuf>>,
    limits: Mutex<Limits>,
    ours: Mutex<Ownership>,
    record: Mutex<Option<Record>>,
    consents: Mutex<Consents>,
    /// Commands prepared in containers through the tap, and so judged already.
    execs: Mutex<BTreeSet<String>>,
    told: mpsc::UnboundedSender<Told>,
    /// Which engine all this is about, once it was asked. Held while a call is judged or learnt
    /// from, so that it stays the same meanwhile.
    engine: RwLock<Option<String>>,
    /// What the session made in the engines that were at this address before.
    away: Mutex<BTreeMap<String, (Ownership, Option<Record>)>>,
}

impl Guard {
    /// The guard of a session with this engine, and what it tells.
    pub fn new(
        target: &Target,
        session: &str,
        options: GuardOptions,
    ) -> Result<(Arc<Self>, mpsc::UnboundedReceiver<Told>), CallError> {
        let (told, hearing) = mpsc::unbounded_channel();
        let socket = match &target.dialer {
            Dialer::Unix(path) => Some(path.clone()),
            _ => None,
        };
        let host = Host {
            home: std::env::home_dir(),
            here: socket.is_some(),
            socket,
        };
        let ours = Ownership::of_session(session);
        let guard = Self {
            session: session.to_owned(),
            target: target.clone(),
            client: Mutex::new(Client::new(&target.dialer)?),
            host,
            state: options.state,
            consent: options.consent,
            folder: Mutex::default(),
            limits: Mutex::new(Limits {
                read_only: options.read_only,
                ..Limits::default()
            }),
            ours: Mutex::new(ours),
            record: Mutex::default(),
            consents: Mutex::default(),
            execs: Mutex::default(),
            told,
            engine: RwLock::default(),
            away: Mutex::default(),
        };
        Ok((Arc::new(guard), hearing))
    }

    /// Whether an engine is guarded without being asked: the simulated one holds nothing that could
    /// be lost.
    pub fn is_due(target: &Target) -> bool {
        target.origin != Origin::Simulator
    }

    /// Allows once what was refused under this key; `false` when nothing was.
    pub fn allow(&self, key: &str) -> bool {
        lock(&self.consents).allow(key)
    }

    /// Sets what the open lesson declares.
    pub fn declare(&self, dangers: BTreeSet<Danger>) {
        lock(&self.limits).declared = dangers;
    }

    /// What this session made, and what it took over from sessions that ended.
    pub async fn plan(&self) -> Result<Plan, CallError> {
        // An engine that does not answer says so to the plan.
        let _turned = self.turn().await;
        let ours = lock(&self.ours).clone();
        Plan::of(&self.client(), &ours).await
    }

    /// Removes what a plan says.
    pub async fn tidy(&self, plan: &Plan) -> Tidied {
        let tidied = plan.carry_out(&self.client()).await;
        if let Ok(_turned) = self.turn().await {
            let _ = self.images().await;
        }
        tidied
    }

    /// Says where the tap's socket is, for who tidies after a crash.
    pub(super) fn socket_in(&self, folder: Option<PathBuf>) {
        *lock(&self.folder) = folder;
    }

    fn tell(&self, told: Told) {
        // Nobody may be listening: the client is told all the same.
        let _ = self.told.send(told);
    }

    /// Writes down what happened to what is ours, unless it is known.
    fn note(&self, entry: &Entry) {
        let mut ours = lock(&self.ours);
        if ours.knows(entry) {
            return;
        }
        ours.apply(entry);
        drop(ours);
        if let Some(record) = lock(&self.record).as_mut()
            && let Err(error) = record.write(entry)
        {
            self.tell(Told::Note(words::not_kept(&error.to_string())));
        }
    }
}

/// A panic elsewhere leaves these plain values whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
