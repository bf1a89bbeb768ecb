//! Files of a folder of the binary, one a theme, in the order of their names: the cheat sheet's and
//! the glossary's.

use include_dir::Dir;
use serde::de::DeserializeOwned;

/// Which file cannot be read, and why, in French.
#[derive(Debug, Clone)]
pub(super) struct Unreadable {
    pub(super) file: String,
    pub(super) reason: String,
}

/// Reads each file as YAML.
pub(super) fn read<T: DeserializeOwned>(folder: &Dir<'static>) -> Result<Vec<T>, Unreadable> {
    let mut files: Vec<_> = folder.files().collect();
    files.sort_by_key(|file| file.path());
    let themes = files.into_iter().map(|file| {
        let failed = |reason: String| Unreadable {
            file: file.path().display().to_string(),
            reason,
        };
        let text = file
            .contents_utf8()
            .ok_or_else(|| failed("ce n’est pas du texte UTF-8".to_owned()))?;
        serde_saphyr::from_str(text).map_err(|error| failed(error.to_string()))
    });
    themes.collect()
}
