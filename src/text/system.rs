//! What the operating system answers, in French.

use std::io::{Error, ErrorKind};

/// Why the system refused a file, for the learner: what a wrong path or a missing right gives, in
/// French; any other reason in its own words.
pub fn reason(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "ce fichier, ou le dossier où il serait, n’existe pas",
        ErrorKind::PermissionDenied => "vous n’en avez pas le droit",
        ErrorKind::IsADirectory => "c’est un dossier, et il faut un fichier",
        ErrorKind::NotADirectory => "une partie du chemin n’est pas un dossier",
        ErrorKind::AlreadyExists => "ce nom est déjà pris",
        ErrorKind::StorageFull => "il n’y a plus de place sur ce disque",
        ErrorKind::ReadOnlyFilesystem => "ce disque est en lecture seule",
        // The standard library's own: not UTF-8.
        ErrorKind::InvalidData if error.get_ref().is_none() => "ce n’est pas un fichier de texte",
        _ => return error.to_string(),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_wrong_path_gives_is_said_in_french() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &std::path::Path| reason(&std::fs::read_to_string(path).unwrap_err());
        let absent = folder.path().join("absent");
        assert!(said(&absent).contains("n’existe pas"), "{}", said(&absent));
        let itself = said(folder.path());
        assert!(itself.contains("c’est un dossier"), "{itself}");
        let bytes = folder.path().join("octets");
        std::fs::write(&bytes, [0xff, 0xfe]).unwrap();
        assert!(
            said(&bytes).contains("fichier de texte"),
            "{}",
            said(&bytes)
        );
        let below = said(&bytes.join("dessous"));
        assert!(below.contains("une partie du chemin"), "{below}");
        assert_eq!(reason(&Error::other("cause rare")), "cause rare");
    }
}
