//! What the operating system answers, in French; and what is written on its standard output.

use std::io::{Error, ErrorKind, Write};

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

/// Writes a whole text, on the standard output or where it leads.
pub fn write(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Who reads has read enough (`| head`).
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_no_more_is_no_failure() {
        struct Closed(ErrorKind);
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        assert!(write(&mut Closed(ErrorKind::BrokenPipe), "x").is_ok());
        let full = write(&mut Closed(ErrorKind::StorageFull), "x").unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        let mut out = Vec::new();
        write(&mut out, "été").unwrap();
        assert_eq!(out, "été".as_bytes());
    }

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
