//! A real folder of this process, for what is read from files.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Gives an input an empty folder, in memory where the system has one there: a save flushes.
pub(crate) fn with_folder(play: impl FnOnce(&Path)) {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| {
            tempfile::tempdir_in("/dev/shm")
                .or_else(|_| tempfile::tempdir())
                .expect("a temporary folder")
        });
        let place = folder.path().join("a");
        fs::create_dir(&place).expect("a temporary folder");
        play(&place);
        fs::remove_dir_all(&place).expect("a temporary folder");
    });
}
