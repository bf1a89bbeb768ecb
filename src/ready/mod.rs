//! Ready to begin: what lessons need of an engine and of this machine, what is there, and what to
//! do about the rest; the archive that brings images where there is no network; and what a teacher
//! asks when something is wrong.
//!
//! Reading order: [`stock`] (which images are needed, and which are there), [`pull`] (getting one),
//! [`kit`] (the archive), [`prepare`] and [`load`] (writing and using it), [`preflight`] (all that a
//! lesson needs, from its [`facts`]), [`diagnostic`].

pub mod diagnostic;
mod disk;
pub mod facts;
pub mod kit;
pub mod load;
mod mask;
pub mod preflight;
pub mod prepare;
pub mod pull;
pub mod stock;

#[cfg(test)]
mod tests;

use crate::engine::CallError;
use crate::engine::Explanation;
use crate::text::errors;
use crate::text::system::reason;

/// `1 image`, `2 images`.
pub fn counted(images: usize) -> String {
    let plural = if images > 1 { "s" } else { "" };
    format!("{images} image{plural}")
}

/// What is told while something long goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something that is now so: kept in sight.
    Line(String),
    /// How far it is: replaced by what comes next.
    Gauge(String),
}

/// Who is told.
pub type Say<'a> = &'a mut (dyn FnMut(Told) + Send);

/// Why images could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum ReadyError {
    /// The engine, or the registry behind it, refuses.
    #[error("{}", explained(.what, .cause))]
    Engine {
        /// What was being done, in French: « tirer busybox:1.36 ».
        what: String,
        /// Its words.
        cause: CallError,
    },
    /// A file cannot be read or written.
    #[error("{}", file_words(.path, .cause))]
    File {
        /// Which one.
        path: std::path::PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The archive is not what it should be.
    #[error("« {} » : {why}", .path.display())]
    Archive {
        /// Which one.
        path: std::path::PathBuf,
        /// What is wrong and what to do, in French.
        why: String,
    },
}

impl ReadyError {
    pub(crate) fn engine(what: impl Into<String>) -> impl FnOnce(CallError) -> Self {
        let what = what.into();
        move |cause| Self::Engine { what, cause }
    }

    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::File { path, cause }
    }
}

/// A failed call: what it means when that is known, then the engine's own words.
fn explained(what: &str, cause: &CallError) -> String {
    let words = crate::text::harmless::harmless(cause.to_string().trim());
    let known = match cause {
        CallError::Timeout => Some(silent()),
        _ => errors::of_text(&words),
    };
    match known {
        Some(known) => format!("impossible de {what}. {known}\n  Message d’origine : {words}"),
        None => format!("impossible de {what} : {words}"),
    }
}

fn silent() -> Explanation {
    Explanation {
        what: "Le moteur ne répond plus.".to_owned(),
        why: "Il est figé, il redémarre, ou la machine est très chargée.".to_owned(),
        remedies: vec![
            "Essayez « docker version » dans un autre terminal ; s’il attend aussi, redémarrez le \
             démon."
                .to_owned(),
            "Recommencez ensuite : ce qui est fait n’est pas à refaire.".to_owned(),
        ],
    }
}

fn file_words(path: &std::path::Path, cause: &std::io::Error) -> String {
    let path = path.display();
    match cause.kind() {
        std::io::ErrorKind::StorageFull => format!(
            "« {path} » : plus de place sur ce disque. Libérez-en, puis recommencez : ce qui est \
             écrit n’est pas à refaire"
        ),
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => format!(
            "« {path} » : ce dossier ne se laisse pas écrire, ou ce fichier lire ({cause}). \
             Choisissez-en un autre"
        ),
        _ => format!("« {path} » : {}", reason(cause)),
    }
}
