//! Names: stat(2), mkdir(2), rename(2)…

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use super::super::Errno;
use super::super::lock::Locked;
use super::super::security::Capability;
use super::super::virt::Node;
use super::super::walk::{EXECUTABLE, Found, Place, READABLE, View, WRITABLE};
use super::{DirEntry, Sys};
use crate::fs::{FileKind, Metadata};

impl Sys {
    /// stat(2).
    pub fn stat(&self, path: &str) -> Result<Metadata, Errno> {
        let view = self.view()?;
        let (found, metadata) = view.existing(path, true)?;
        if let Place::Virtual(Some(Node::Open(file))) = &found.place {
            return match file.stat(view.now()) {
                Some(metadata) => metadata,
                None => self.stat(&file.path),
            };
        }
        Ok(metadata)
    }

    /// lstat(2).
    pub fn lstat(&self, path: &str) -> Result<Metadata, Errno> {
        Ok(self.view()?.existing(path, false)?.1)
    }

    /// The entries of a directory by name, without `.` and `..`.
    pub fn read_dir(&self, path: &str) -> Result<Vec<DirEntry>, Errno> {
        self.view()?.read_dir(path)
    }

    /// readlink(2).
    pub fn read_link(&self, path: &str) -> Result<String, Errno> {
        self.view()?.read_link(path)
    }

    /// realpath(3).
    pub fn real_path(&self, path: &str) -> Result<String, Errno> {
        Ok(self.view()?.existing(path, true)?.0.path)
    }

    /// access(2) for the effective user: `mode` is 4 read, 2 write, 1 execute, 0 exist.
    pub fn access(&self, path: &str, mode: u32) -> Result<(), Errno> {
        let view = self.view()?;
        let (found, metadata) = view.existing(path, true)?;
        if mode & WRITABLE != 0
            && found.read_only
            && !matches!(metadata.kind, FileKind::CharDevice(..))
        {
            return Err(Errno::EROFS);
        }
        view.allowed(&metadata, mode)
    }

    /// mkdir(2).
    pub fn mkdir(&self, path: &str, mode: u32) -> Result<(), Errno> {
        let view = self.view()?;
        let found = view.walk(path.trim_end_matches('/').if_empty("/"), false)?;
        view.create(&found, FileKind::Directory, mode & !view.umask)
    }

    /// mkfifo(3).
    pub fn mkfifo(&self, path: &str, mode: u32) -> Result<(), Errno> {
        let view = self.view()?;
        view.create(&view.walk(path, false)?, FileKind::Fifo, mode & !view.umask)
    }

    /// rmdir(2).
    pub fn rmdir(&self, path: &str) -> Result<(), Errno> {
        self.remove(path, true)
    }

    /// unlink(2).
    pub fn unlink(&self, path: &str) -> Result<(), Errno> {
        self.remove(path, false)
    }

    fn remove(&self, path: &str, directory: bool) -> Result<(), Errno> {
        let view = self.view()?;
        let (found, metadata) = view.existing(path.trim_end_matches('/').if_empty("/"), false)?;
        match (directory, metadata.is_dir()) {
            (true, false) => return Err(Errno::ENOTDIR),
            (false, true) => return Err(Errno::EISDIR),
            _ => {}
        }
        let (fs, inside) = changeable(&found)?;
        view.may_remove(&view.parent_of(&found)?, &metadata)?;
        fs.locked().remove(inside, view.now())
    }

    /// rename(2).
    pub fn rename(&self, from: &str, to: &str) -> Result<(), Errno> {
        let view = self.view()?;
        let (source, metadata) = view.existing(from.trim_end_matches('/'), false)?;
        let target = view.walk(to.trim_end_matches('/'), false)?;
        let (fs, inside) = changeable(&source)?;
        let (other, to_inside) = changeable(&target)?;
        view.may_remove(&view.parent_of(&source)?, &metadata)?;
        let directory = view.parent_of(&target)?;
        if let Some(replaced) = &target.metadata {
            view.may_remove(&directory, replaced)?;
        }
        if !Arc::ptr_eq(fs, other) {
            return Err(Errno::EXDEV);
        }
        fs.locked().rename(inside, to_inside, view.now())
    }

    /// symlink(2): `path` points to `target`.
    pub fn symlink(&self, target: &str, path: &str) -> Result<(), Errno> {
        let view = self.view()?;
        let found = view.walk(path, false)?;
        view.create(&found, FileKind::Symlink(target.to_owned()), 0o777)
    }

    /// link(2).
    pub fn link(&self, from: &str, to: &str) -> Result<(), Errno> {
        let view = self.view()?;
        let (source, _) = view.existing(from, false)?;
        let target = view.walk(to, false)?;
        if target.metadata.is_some() {
            return Err(Errno::EEXIST);
        }
        let (fs, inside) = changeable(&source)?;
        let (other, to_inside) = changeable(&target)?;
        view.parent_of(&target)?;
        if !Arc::ptr_eq(fs, other) {
            return Err(Errno::EXDEV);
        }
        fs.locked().link(inside, to_inside, view.now())
    }

    /// chmod(2).
    pub fn chmod(&self, path: &str, mode: u32) -> Result<(), Errno> {
        self.set_metadata(path, true, |view, it| {
            view.owns(it)?;
            it.mode = mode & 0o7777;
            Ok(())
        })
    }

    /// chown(2); `None` leaves it.
    pub fn chown(&self, path: &str, uid: Option<u32>, gid: Option<u32>) -> Result<(), Errno> {
        self.set_metadata(path, true, |view, it| {
            let who = &view.credentials;
            let own_group = gid.is_none_or(|gid| gid == who.gid || who.groups.contains(&gid));
            let same_user = uid.is_none_or(|uid| uid == it.uid);
            let own = it.uid == who.uid && same_user && own_group;
            if !own && !view.may(Capability::Chown) {
                return Err(Errno::EPERM);
            }
            it.uid = uid.unwrap_or(it.uid);
            it.gid = gid.unwrap_or(it.gid);
            Ok(())
        })
    }

    /// utimensat(2), modification time.
    pub fn set_mtime(&self, path: &str, time: SystemTime) -> Result<(), Errno> {
        self.set_metadata(path, true, |view, it| {
            view.owns(it).or_else(|_| view.allowed(it, WRITABLE))?;
            it.mtime = time;
            Ok(())
        })
    }

    fn set_metadata(
        &self,
        path: &str,
        follow: bool,
        edit: impl FnOnce(&View, &mut Metadata) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        let view = self.view()?;
        let (found, mut metadata) = view.existing(path, follow)?;
        let Place::Tree(fs, inside) = &found.place else {
            return Err(Errno::EPERM);
        };
        if found.read_only {
            return Err(Errno::EROFS);
        }
        edit(&view, &mut metadata)?;
        fs.locked().set_metadata(inside, |it| *it = metadata)
    }

    /// chdir(2).
    pub fn chdir(&self, path: &str) -> Result<(), Errno> {
        let view = self.view()?;
        let (found, metadata) = view.existing(path, true)?;
        if !metadata.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        view.allowed(&metadata, EXECUTABLE)?;
        self.edit(|process| {
            process.cwd = found.path.into();
            Ok(())
        })
    }

    /// getcwd(2).
    pub fn cwd(&self) -> String {
        self.process(String::new(), |it| it.cwd.to_string())
    }

    /// umask(2): sets it, returns the old one.
    pub fn umask(&self, mask: u32) -> u32 {
        let set = self.edit(|it| Ok(std::mem::replace(&mut it.umask, mask & 0o777)));
        // A process that has been taken out makes no more files.
        set.unwrap_or(0o022)
    }
}

impl View {
    /// Makes a file of any sort where there is none, as its user's.
    pub(super) fn create(&self, found: &Found, kind: FileKind, mode: u32) -> Result<(), Errno> {
        if found.metadata.is_some() {
            return Err(Errno::EEXIST);
        }
        let Place::Tree(fs, inside) = &found.place else {
            return Err(Errno::EACCES);
        };
        if found.read_only {
            return Err(Errno::EROFS);
        }
        let parent = self.parent_of(found)?;
        let who = &self.credentials;
        // A set-group-ID directory gives its group to what is made in it.
        let gid = if parent.mode & 0o2000 == 0 {
            who.gid
        } else {
            parent.gid
        };
        let metadata = Metadata::new(kind, mode, who.uid, gid, self.now());
        fs.locked().create(inside, metadata, Bytes::new())
    }

    fn owns(&self, metadata: &Metadata) -> Result<(), Errno> {
        if self.may(Capability::Fowner) || self.credentials.uid == metadata.uid {
            Ok(())
        } else {
            Err(Errno::EPERM)
        }
    }

    /// A text file's content; empty when it cannot be read.
    pub(in crate::kernel) fn text(&self, path: &str) -> String {
        let Ok(found) = self.walk(path, true) else {
            return String::new();
        };
        let Place::Tree(fs, inside) = &found.place else {
            return String::new();
        };
        let bytes = fs.locked().read(inside).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// `""` is the root once its slashes are trimmed.
trait IfEmpty {
    fn if_empty<'a>(&'a self, other: &'a str) -> &'a str;
}

impl IfEmpty for str {
    fn if_empty<'a>(&'a self, other: &'a str) -> &'a str {
        if self.is_empty() { other } else { self }
    }
}

impl View {
    /// The entries of a directory by name, without `.` and `..`.
    pub(super) fn read_dir(&self, path: &str) -> Result<Vec<DirEntry>, Errno> {
        let (found, metadata) = self.existing(path, true)?;
        if !metadata.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        self.allowed(&metadata, READABLE)?;
        let base = found.path.trim_end_matches('/');
        let entry = |name: String, metadata| DirEntry { name, metadata };
        match &found.place {
            Place::Tree(fs, inside) => {
                let entries = fs.locked().read_dir(inside)?;
                let shown = |(name, metadata): (String, Metadata)| {
                    // What is mounted over a name hides it.
                    let path = format!("{base}/{name}");
                    let over = self
                        .space
                        .mounts
                        .is_target(&path)
                        .then(|| self.look(&path).ok());
                    let over = over.flatten().and_then(|it| it.metadata);
                    entry(name, over.unwrap_or(metadata))
                };
                Ok(entries.into_iter().map(shown).collect())
            }
            Place::Virtual(Some(Node::Directory(names) | Node::Hidden(names))) => {
                let look = |name: &String| {
                    let metadata = self.look(&format!("{base}/{name}")).ok()?.metadata?;
                    Some(entry(name.clone(), metadata))
                };
                Ok(names.iter().filter_map(look).collect())
            }
            Place::Virtual(_) => Err(Errno::ENOTDIR),
        }
    }

    /// readlink(2).
    pub(super) fn read_link(&self, path: &str) -> Result<String, Errno> {
        match self.existing(path, false)?.1.kind {
            FileKind::Symlink(target) => Ok(target),
            _ => Err(Errno::EINVAL),
        }
    }
}

/// The tree and path of a name that is about to change.
fn changeable(found: &Found) -> Result<(&super::super::RootFs, &str), Errno> {
    let Place::Tree(fs, inside) = &found.place else {
        return Err(Errno::EPERM);
    };
    if found.space.mounts.is_target(&found.path) {
        return Err(Errno::EBUSY);
    }
    if found.read_only {
        return Err(Errno::EROFS);
    }
    Ok((fs, inside))
}
