//! What a session made, on disk: one file per session, one line per thing, flushed before the
//! client hears that the thing exists. A process that is killed leaves a whole file but for its last
//! line, and its lock goes with it: that is how a session that ended is told from one that runs.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::ownership::{Entry, Ownership};
use super::tidy::Plan;
use crate::client::{CallError, Client};
use domain::{Kind, ObjectRef};
use wire::private;

/// The folder of the records, in the state folder.
const FOLDER: &str = "sessions";
/// The version of these files.
const FORMAT: u64 = 1;

/// What a record's first line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The session's identifier: the value of its label.
    pub session: String,
    /// What tells the engine from every other one.
    pub engine: String,
    /// Its address, for the learner.
    pub url: String,
    /// The folder of the tap's socket.
    pub folder: Option<PathBuf>,
}

/// A session's record, open: the session runs.
#[derive(Debug)]
pub(crate) struct Record {
    file: File,
}

impl Record {
    /// Begins a record, of the first engine that the session meets or of a later one.
    pub(crate) fn begin(state: &Path, header: &Header, rank: usize) -> io::Result<Self> {
        let folder = state.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let path = folder.join(match rank {
            1 => format!("{}.jsonl", header.session),
            _ => format!("{}.{rank}.jsonl", header.session),
        });
        let mut file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .open(&path)?;
        file.try_lock().map_err(io::Error::from)?;
        let line = json!({
            "format": FORMAT,
            "session": header.session,
            "moteur": header.engine,
            "adresse": header.url,
            "dossier": header.folder,
        });
        if let Err(error) = append(&mut file, &line) {
            // No room: a file without a head would tell nobody anything.
            let _ = fs::remove_file(path);
            return Err(error);
        }
        Ok(Self { file })
    }

    /// Adds a line; it is on the disk when this returns.
    pub(crate) fn write(&mut self, entry: &Entry) -> io::Result<()> {
        append(&mut self.file, &line(entry))
    }
}

fn append(file: &mut File, line: &Value) -> io::Result<()> {
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_data()
}

const KINDS: [(&str, Kind); 8] = [
    ("conteneur", Kind::Container),
    ("image", Kind::Image),
    ("volume", Kind::Volume),
    ("reseau", Kind::Network),
    ("service", Kind::Service),
    ("noeud", Kind::Node),
    ("secret", Kind::Secret),
    ("config", Kind::Config),
];

fn line(entry: &Entry) -> Value {
    let object = |key: &str, it: &ObjectRef| {
        let kind = KINDS.iter().find(|(_, kind)| *kind == it.kind);
        json!({ key: kind.map(|(name, _)| name), "id": it.id })
    };
    match entry {
        Entry::Made(it) => object("fait", it),
        Entry::Gone(it) => object("parti", it),
        Entry::Tagged(tag) => json!({ "nom": tag }),
        Entry::Untagged(tag) => json!({ "nom-retire": tag }),
        Entry::Swarm(made) => json!({ "swarm": made }),
    }
}

fn entry(line: &Value) -> Option<Entry> {
    let object = |name: &Value| {
        let name = name.as_str()?;
        let (_, kind) = KINDS.iter().find(|(it, _)| *it == name)?;
        Some(ObjectRef {
            kind: *kind,
            id: line["id"].as_str()?.to_owned(),
        })
    };
    let text = |key: &str| line[key].as_str().map(str::to_owned);
    object(&line["fait"])
        .map(Entry::Made)
        .or_else(|| object(&line["parti"]).map(Entry::Gone))
        .or_else(|| text("nom").map(Entry::Tagged))
        .or_else(|| text("nom-retire").map(Entry::Untagged))
        .or_else(|| line["swarm"].as_bool().map(Entry::Swarm))
}

/// A session that ended, or that another process holds.
#[derive(Debug)]
pub struct Past {
    /// What it was.
    pub header: Header,
    /// Whether it still runs.
    pub runs: bool,
    /// What it made.
    pub(crate) made: Ownership,
    path: PathBuf,
    /// Held while it is looked at, so that nobody else tidies it meanwhile.
    _held: Option<File>,
}

impl Past {
    /// What it made that the engine still holds.
    pub async fn plan(&self, client: &Client) -> Result<Plan, CallError> {
        Plan::of(client, &self.made).await
    }

    /// Removes the socket that it left, with its folder; `false` when there was none.
    pub fn remove_socket(&self) -> io::Result<bool> {
        let Some(folder) = self.header.folder.as_deref().filter(|_| !self.runs) else {
            return Ok(false);
        };
        // What the file says is not believed: only a folder of the tap's own is removed.
        private::remove_left(folder)
    }

    /// Forgets it: nothing of it is left.
    pub fn forget(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

/// The sessions that the state folder knows. A file that cannot be read is left alone.
pub fn past(state: &Path) -> io::Result<Vec<Past>> {
    let entries = match fs::read_dir(state.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "jsonl")
            && let Ok(Some(past)) = read(&path)
        {
            found.push(past);
        }
    }
    found.sort_by(|a, b| a.header.session.cmp(&b.header.session));
    Ok(found)
}

fn read(path: &Path) -> io::Result<Option<Past>> {
    let mut file = File::open(path)?;
    let runs = match file.try_lock() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(error)) => return Err(error),
    };
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let mut lines = text
        .lines()
        .map_while(|it| serde_json::from_str::<Value>(it).ok());
    let Some(head) = lines.next().filter(|it| it["format"] == FORMAT) else {
        return Ok(None);
    };
    let word = |key: &str| head[key].as_str().unwrap_or_default().to_owned();
    let header = Header {
        session: word("session"),
        engine: word("moteur"),
        url: word("adresse"),
        folder: head["dossier"].as_str().map(PathBuf::from),
    };
    let mut made = Ownership::of_session(&header.session);
    for line in lines {
        if let Some(entry) = entry(&line) {
            made.apply(&entry);
        }
    }
    Ok(Some(Past {
        header,
        runs,
        made,
        path: path.to_owned(),
        _held: (!runs).then_some(file),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(session: &str) -> Header {
        Header {
            session: session.to_owned(),
            engine: "e".to_owned(),
            url: "unix:///s".to_owned(),
            folder: Some("/tmp/moussaillon-x".into()),
        }
    }

    #[test]
    fn a_record_is_read_again_also_with_a_torn_last_line() {
        let state = tempfile::tempdir().unwrap();
        let object = ObjectRef {
            kind: Kind::Container,
            id: "c".to_owned(),
        };
        let mut record = Record::begin(state.path(), &header("s1"), 1).unwrap();
        for entry in [
            Entry::Made(object.clone()),
            Entry::Tagged("a:1".to_owned()),
            Entry::Tagged("b:1".to_owned()),
            Entry::Untagged("b:1".to_owned()),
            Entry::Swarm(true),
        ] {
            record.write(&entry).unwrap();
        }
        record
            .file
            .write_all(b"{\"fait\":\"conteneur\",\"i")
            .unwrap();
        let all = past(state.path()).unwrap();
        assert!(all[0].runs, "its lock is held");
        drop(all);
        drop(record);
        let all = past(state.path()).unwrap();
        let ended = &all[0];
        assert!(!ended.runs);
        assert_eq!(ended.header, header("s1"));
        let mut wanted = Ownership::default();
        wanted.sessions.insert("s1".to_owned());
        wanted.apply(&Entry::Made(object));
        wanted.apply(&Entry::Tagged("a:1".to_owned()));
        wanted.apply(&Entry::Swarm(true));
        assert_eq!(ended.made, wanted);
        ended.forget().unwrap();
        drop(all);
        assert!(past(state.path()).unwrap().is_empty());
    }

    #[test]
    fn a_session_has_a_record_of_each_engine_that_it_meets() {
        let state = tempfile::tempdir().unwrap();
        let on = |engine: &str| Header {
            engine: engine.to_owned(),
            ..header("s1")
        };
        let first = Record::begin(state.path(), &on("a"), 1).unwrap();
        let second = Record::begin(state.path(), &on("b"), 2).unwrap();
        let engines = || -> Vec<(String, bool)> {
            let all = past(state.path()).unwrap();
            let mut engines: Vec<_> = all
                .iter()
                .map(|it| (it.header.engine.clone(), it.runs))
                .collect();
            engines.sort();
            engines
        };
        let both = |runs| [("a".to_owned(), runs), ("b".to_owned(), runs)];
        assert_eq!(engines(), both(true));
        drop((first, second));
        assert_eq!(engines(), both(false));
    }

    #[test]
    fn a_file_that_is_not_ours_to_read_is_left_alone() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("x.jsonl"), "{\"format\":2}\n").unwrap();
        fs::write(folder.join("y.jsonl"), "pas du JSON").unwrap();
        assert!(past(state.path()).unwrap().is_empty());
        assert!(folder.join("x.jsonl").exists());
    }
}
