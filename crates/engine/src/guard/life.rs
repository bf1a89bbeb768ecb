//! The beginning and the end of a session's record.

use super::record::{Header, Record, past};
use super::{Guard, Told, lock};
use crate::text::guard as words;

impl Guard {
    /// Takes over what ended sessions left in this engine, and begins the record: the first of the
    /// session, or a later one.
    pub(super) fn begin(&self, engine: &str, rank: usize) {
        let Some(state) = &self.state else { return };
        // Those that cannot be read are left to « ranger », which says so.
        for past in past(state).unwrap_or_default() {
            if !past.runs && past.header.engine == engine {
                lock(&self.ours).take_over(&past.made);
            }
        }
        let header = Header {
            session: self.session.clone(),
            engine: engine.to_owned(),
            url: self.target.url.clone(),
            folder: lock(&self.folder).clone(),
        };
        match Record::begin(state, &header, rank) {
            Ok(record) => *lock(&self.record) = Some(record),
            Err(error) => self.tell(Told::Note(words::not_kept(&error.to_string()))),
        }
    }

    /// Ends with the session, once its tap is closed: the records of this engine's ended sessions,
    /// this one's first of all, go when nothing of what they made is left. The others stay for
    /// « ranger ».
    pub async fn close(&self) {
        // Their locks go with them: the session has ended.
        *lock(&self.record) = None;
        lock(&self.away).clear();
        let (Some(state), Some(engine)) = (&self.state, self.engine.read().await.clone()) else {
            return;
        };
        let client = self.client();
        for past in past(state).unwrap_or_default() {
            if past.runs || past.header.engine != engine {
                continue;
            }
            // What cannot be asked, or removed, stays for « ranger », which says why.
            let Ok(plan) = past.plan(&client).await else {
                return;
            };
            // Another engine cannot tell what is left in this one.
            if plan.engine() == engine
                && plan.is_empty()
                && plan.kept.is_empty()
                && past.remove_socket().is_ok()
            {
                let _ = past.forget();
            }
        }
    }
}
