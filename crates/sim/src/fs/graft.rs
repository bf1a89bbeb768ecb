//! Copying files from one overlay to another, as unpacking an archive of them would.

use std::collections::HashMap;

use super::layer::FsResult;
use super::tree::{Ino, split};
use super::{Metadata, Overlay};
use crate::kernel::Errno;

/// Who owns what is copied: somebody, or whoever owns it already.
pub(crate) type Owner = Option<(u32, u32)>;

impl Overlay {
    /// Copies a file, a link or a whole folder of another overlay. The folder that the copy goes
    /// to exists; a folder that is there already is merged with, anything else replaced. Contents
    /// are shared, whatever their size.
    pub(crate) fn graft(
        &mut self,
        to: &str,
        source: &Self,
        from: &str,
        owner: Owner,
    ) -> FsResult<()> {
        let inode = source.stat(from)?.inode;
        let mut copied = HashMap::new();
        self.graft_inode(to, source, inode, owner, &mut copied)
    }

    /// Copies what a folder of another overlay holds into a folder that exists.
    pub(crate) fn graft_children(
        &mut self,
        to: &str,
        source: &Self,
        from: &str,
        owner: Owner,
    ) -> FsResult<()> {
        let mut copied = HashMap::new();
        let base = to.trim_end_matches('/');
        for (name, metadata) in source.read_dir(from)? {
            let to = format!("{base}/{name}");
            self.graft_inode(&to, source, metadata.inode, owner, &mut copied)?;
        }
        Ok(())
    }

    fn graft_inode(
        &mut self,
        to: &str,
        source: &Self,
        ino: Ino,
        owner: Owner,
        copied: &mut HashMap<Ino, String>,
    ) -> FsResult<()> {
        let inode = source.inode(ino)?;
        let metadata = source.stat_inode(ino)?;
        let (uid, gid) = owner.unwrap_or((metadata.uid, metadata.gid));
        let metadata = Metadata {
            uid,
            gid,
            ..metadata
        };
        let (folder, _) = split(to).ok_or(Errno::EEXIST)?;
        let folder = if folder.is_empty() { "/" } else { folder };
        let folder_time = self.stat(folder)?.mtime;
        let now = metadata.mtime;
        let there = self.stat(to).ok();
        let merged = metadata.is_dir() && there.as_ref().is_some_and(Metadata::is_dir);
        if there.is_some() && !merged {
            self.remove_all(to, now)?;
        }
        if merged {
            self.set_metadata(to, |it| *it = metadata.clone())?;
        } else if let Some(first) = copied.get(&ino).filter(|_| !metadata.is_dir()) {
            let first = first.clone();
            self.link(&first, to, now)?;
        } else {
            self.enter(to, metadata.clone(), inode.content.clone())?;
            copied.insert(ino, to.to_owned());
        }
        if metadata.is_dir() {
            for (name, child) in inode.children.clone() {
                let to = format!("{}/{name}", to.trim_end_matches('/'));
                self.graft_inode(&to, source, child, owner, copied)?;
            }
            self.set_metadata(to, |it| it.mtime = now)?;
        }
        // As tar does: a folder has the time that its own entry says, or keeps the one it had.
        self.set_metadata(folder, |it| it.mtime = folder_time)
    }
}
