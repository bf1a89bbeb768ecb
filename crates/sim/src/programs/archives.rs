//! `tar`: archives of POSIX.1-2001, compressed or not.

use std::io::Read;
use std::time::{Duration, UNIX_EPOCH};

use super::applet::{Applet, Options, group_name, join, mode_text, user_name};
use super::cat::{close, open};
use super::compression::{compress, is_compressed, uncompress};
use crate::fs::{FileKind, Metadata};
use crate::kernel::{Errno, Sys};
use crate::shell::stream::Input;

/// `tar c|x|t[zvkOh] [-f FILE] [-C FOLDER] [--exclude NAME] [FILE]…`
pub(super) async fn tar(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    // The first word is options even without its dash.
    if let Some(first) = applet.args.first_mut()
        && !first.starts_with('-')
        && !first.is_empty()
    {
        old_style(&mut applet.args);
    }
    let long = &[
        ("create", 'c'),
        ("extract", 'x'),
        ("list", 't'),
        ("file", 'f'),
        ("directory", 'C'),
        ("gzip", 'z'),
        ("verbose", 'v'),
        ("exclude", 'e'),
        ("to-stdout", 'O'),
        ("dereference", 'h'),
        ("overwrite", 'w'),
        ("numeric-owner", 'n'),
        ("strip-components", 's'),
        ("same-owner", 'm'),
        ("no-same-owner", 'o'),
    ];
    let options = match applet.options("cxtzZJjahmvopkOf:C:e:ns:wX:T:", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let asked = ["c", "x", "t"]
        .iter()
        .filter(|it| options.last_of(it).is_some());
    if asked.count() != 1 {
        applet.complain("must specify one of -c, -x, -t").await;
        return applet.usage().await;
    }
    if let Some(folder) = options.value('C')
        && let Err(error) = is_folder(&applet.sys, folder)
    {
        return applet
            .fail(format!("can't change directory to '{folder}': {error}"))
            .await;
    }
    if options.has('c') {
        create(&applet, &options).await
    } else {
        extract(&applet, &options).await
    }
}

fn is_folder(sys: &Sys, path: &str) -> Result<(), Errno> {
    if sys.stat(path)?.is_dir() {
        Ok(())
    } else {
        Err(Errno::ENOTDIR)
    }
}

/// `tar xvf FILE -C DIR`: the letters that take a value take the words that follow, in order.
fn old_style(args: &mut Vec<String>) {
    let letters = args.remove(0);
    let mut words = Vec::new();
    let mut rest = std::mem::take(args).into_iter();
    for letter in letters.chars() {
        words.push(format!("-{letter}"));
        if "fCXT".contains(letter)
            && let Some(value) = rest.next()
        {
            words.push(value);
        }
    }
    words.extend(rest);
    *args = words;
}

/// Whether a name or one of the folders it is in is left out.
fn excluded(options: &Options, name: &str) -> bool {
    let name = name.trim_end_matches('/');
    options.values('e').any(|pattern| {
        let pattern = pattern.trim_end_matches('/');
        name == pattern
            || name.starts_with(&format!("{pattern}/"))
            || name.rsplit('/').next() == Some(pattern)
            || pattern
                .strip_prefix('*')
                .is_some_and(|suffix| name.ends_with(suffix))
    })
}

/// A path from the folder of `-C`.
fn from(options: &Options, path: &str) -> String {
    match options.value('C') {
        Some(folder) if !path.starts_with('/') => join(folder, path),
        _ => path.to_owned(),
    }
}

async fn create(applet: &Applet, options: &Options) -> u8 {
    let sys = &applet.sys;
    if options.operands.is_empty() {
        return applet.fail("empty archive").await;
    }
    let mut maker = Maker {
        sys,
        options,
        builder: tar::Builder::new(Vec::new()),
        listed: String::new(),
        complaints: Vec::new(),
        stripped: false,
    };
    for operand in &options.operands {
        let mut pending = vec![operand.trim_end_matches('/').to_owned()];
        if operand.chars().all(|it| it == '/') {
            pending = vec!["/".to_owned()];
        }
        while let Some(path) = pending.pop() {
            let mut inside = maker.add(&path);
            inside.reverse();
            pending.extend(inside);
            sys.yield_now().await;
        }
    }
    let Maker {
        builder,
        listed,
        complaints,
        stripped,
        ..
    } = maker;
    let Ok(mut bytes) = builder.into_inner() else {
        return applet.fail("short write").await;
    };
    let name = options.value('f').unwrap_or("-");
    if options.has('z') || options.has('a') && (name.ends_with("gz")) {
        bytes = compress(&bytes, 6);
    }
    if stripped {
        applet
            .complain("removing leading '/' from member names")
            .await;
    }
    let to = if name == "-" { 2 } else { 1 };
    if sys.write(to, listed.as_bytes()).await.is_err() {
        return 1;
    }
    let failed = !complaints.is_empty();
    for complaint in complaints {
        applet.complain(&complaint).await;
    }
    let written = if name == "-" {
        sys.write(1, &bytes).await
    } else {
        sys.write_file(name, &bytes)
    };
    if let Err(error) = written {
        return applet.fail(format!("can't open '{name}': {error}")).await;
    }
    if failed {
        return applet.fail("error exit delayed from previous errors").await;
    }
    0
}

struct Maker<'a> {
    sys: &'a Sys,
    options: &'a Options,
    builder: tar::Builder<Vec<u8>>,
    listed: String,
    complaints: Vec<String>,
    stripped: bool,
}

impl Maker<'_> {
    /// Adds a file; what is in it when it is a folder.
    fn add(&mut self, path: &str) -> Vec<String> {
        let real = from(self.options, path);
        let found = if self.options.has('h') {
            self.sys.stat(&real)
        } else {
            self.sys.lstat(&real)
        };
        let metadata = match found {
            Ok(metadata) => metadata,
            Err(error) => {
                self.complaints.push(format!("{path}: {error}"));
                return Vec::new();
            }
        };
        if excluded(self.options, path) {
            return Vec::new();
        }
        let name = path.trim_start_matches('/');
        self.stripped |= name.len() < path.len();
        let mut name = name.to_owned();
        if metadata.is_dir() {
            name.push('/');
        }
        if name != "/" {
            if let Err(error) = self.entry(&real, &name, &metadata) {
                self.complaints.push(format!("{path}: {error}"));
                return Vec::new();
            }
            if self.options.has('v') {
                self.listed.push_str(&name);
                self.listed.push('\n');
            }
        }
        if !metadata.is_dir() {
            return Vec::new();
        }
        match self.sys.read_dir(&real) {
            Ok(entries) => entries.iter().map(|it| join(path, &it.name)).collect(),
            Err(error) => {
                self.complaints.push(format!("{path}: {error}"));
                Vec::new()
            }
        }
    }

    fn entry(&mut self, real: &str, name: &str, metadata: &Metadata) -> Result<(), Errno> {
        let mut header = tar::Header::new_gnu();
        header.set_mode(metadata.mode & 0o7777);
        header.set_uid(metadata.uid.into());
        header.set_gid(metadata.gid.into());
        let time = metadata
            .mtime
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        header.set_mtime(time.as_secs());
        // A name too long for its field is cut: it only serves to show.
        let _ = header.set_username(&user_name(self.sys, metadata.uid));
        let _ = header.set_groupname(&group_name(self.sys, metadata.gid));
        header.set_size(0);
        let failed = |_| Errno::EIO;
        match &metadata.kind {
            FileKind::Directory => {
                header.set_entry_type(tar::EntryType::Directory);
                self.builder
                    .append_data(&mut header, name, std::io::empty())
                    .map_err(failed)
            }
            FileKind::Symlink(target) => {
                header.set_entry_type(tar::EntryType::Symlink);
                self.builder
                    .append_link(&mut header, name, target)
                    .map_err(failed)
            }
            FileKind::File => {
                let content = self.sys.read_file(real)?;
                header.set_entry_type(tar::EntryType::Regular);
                header.set_size(content.len() as u64);
                self.builder
                    .append_data(&mut header, name, &content[..])
                    .map_err(failed)
            }
            FileKind::Fifo => {
                header.set_entry_type(tar::EntryType::Fifo);
                self.builder
                    .append_data(&mut header, name, std::io::empty())
                    .map_err(failed)
            }
            // Sockets are not archived; devices cannot be made again in a container.
            FileKind::Socket | FileKind::CharDevice(..) => Ok(()),
        }
    }
}

async fn extract(applet: &Applet, options: &Options) -> u8 {
    let sys = &applet.sys;
    let name = options.value('f').unwrap_or("-");
    let fd = match open(sys, name) {
        Ok(fd) => fd,
        Err(error) => return applet.fail(format!("can't open '{name}': {error}")).await,
    };
    let read = Input::new(sys, fd).rest().await;
    close(sys, fd);
    let mut bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => return applet.fail(format!("read error: {error}")).await,
    };
    if is_compressed(&bytes) {
        match uncompress(&bytes) {
            Some(plain) => bytes = plain,
            None => return applet.fail("corrupted data").await,
        }
    } else if options.has('z') {
        return applet.fail("invalid magic").await;
    }
    if bytes.is_empty() {
        return applet.fail("short read").await;
    }
    let mut wanted: Vec<(&str, bool)> = options
        .operands
        .iter()
        .map(|it| (it.trim_end_matches('/'), false))
        .collect();
    let (entries, sound) = Found::all(&bytes);
    for found in entries {
        let plain = found.name.trim_end_matches('/');
        let mut asked = wanted.is_empty();
        for (name, seen) in &mut wanted {
            if plain == *name || plain.starts_with(&format!("{name}/")) {
                *seen = true;
                asked = true;
            }
        }
        if !asked || excluded(options, plain) {
            continue;
        }
        let line = if options.has('t') && options.has('v') {
            found.long()
        } else {
            format!("{}\n", found.name)
        };
        if options.has('t') || options.has('v') {
            let to = if options.has('O') { 2 } else { 1 };
            if sys.write(to, line.as_bytes()).await.is_err() {
                return 1;
            }
        }
        if options.has('t') {
            continue;
        }
        if options.has('O') {
            if sys.write(1, &found.content).await.is_err() {
                return 1;
            }
            continue;
        }
        if let Err((what, error)) = found.make(sys, options) {
            return applet.fail(format!("can't {what}: {error}")).await;
        }
    }
    if !sound {
        return applet.fail("invalid tar magic").await;
    }
    let missing: Vec<&str> = wanted.iter().filter(|it| !it.1).map(|it| it.0).collect();
    for name in &missing {
        applet
            .complain(&format!("{name}: not found in archive"))
            .await;
    }
    u8::from(!missing.is_empty())
}

/// An entry of an archive.
struct Found {
    name: String,
    kind: tar::EntryType,
    link: String,
    metadata: Metadata,
    owner: String,
    content: Vec<u8>,
}

impl Found {
    /// The entries of an archive, and whether it was read to its end.
    fn all(bytes: &[u8]) -> (Vec<Self>, bool) {
        let mut found = Vec::new();
        let mut archive = tar::Archive::new(bytes);
        let Ok(entries) = archive.entries() else {
            return (found, false);
        };
        for entry in entries {
            let read = entry.ok().and_then(|mut it| Self::read(&mut it));
            let Some(read) = read else {
                return (found, false);
            };
            found.push(read);
        }
        (found, true)
    }

    fn read(entry: &mut tar::Entry<'_, &[u8]>) -> Option<Self> {
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        let header = entry.header();
        let kind = header.entry_type();
        let link = entry.link_name_bytes().unwrap_or_default();
        let link = String::from_utf8_lossy(&link).into_owned();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        // Left blank, as in what `docker save` writes, they are those of root.
        let (uid, gid) = (header.uid().unwrap_or(0), header.gid().unwrap_or(0));
        let named = |name: Option<Result<&str, std::str::Utf8Error>>, number: u64| {
            name.and_then(Result::ok)
                .filter(|it| !it.is_empty())
                .map_or_else(|| number.to_string(), str::to_owned)
        };
        let owner = format!(
            "{}/{}",
            named(header.username().ok().flatten().map(Ok), uid),
            named(header.groupname().ok().flatten().map(Ok), gid)
        );
        let seconds = header.mtime().ok()?;
        let metadata = Metadata::new(
            match kind {
                tar::EntryType::Directory => FileKind::Directory,
                tar::EntryType::Symlink => FileKind::Symlink(link.clone()),
                tar::EntryType::Fifo => FileKind::Fifo,
                _ => FileKind::File,
            },
            header.mode().ok()? & 0o7777,
            u32::try_from(uid).ok()?,
            u32::try_from(gid).ok()?,
            UNIX_EPOCH + Duration::from_secs(seconds.min(1 << 40)),
        );
        Some(Self {
            name,
            kind,
            link,
            metadata,
            owner,
            content,
        })
    }

    /// A line of `tar tv`.
    fn long(&self) -> String {
        let seconds = self.metadata.mtime.duration_since(UNIX_EPOCH);
        let seconds = i64::try_from(seconds.unwrap_or_default().as_secs()).unwrap_or(0);
        let date = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        let arrow = match self.kind {
            tar::EntryType::Symlink | tar::EntryType::Link => format!(" -> {}", self.link),
            _ => String::new(),
        };
        format!(
            "{} {} {:9} {} {}{arrow}\n",
            mode_text(&self.metadata),
            self.owner,
            self.content.len(),
            date.strftime("%Y-%m-%d %H:%M:%S"),
            self.name,
        )
    }

    /// Makes the file; what could not be done. A name never leads out of the folder.
    fn make(&self, sys: &Sys, options: &Options) -> Result<(), (String, Errno)> {
        let strip: usize = options
            .value('s')
            .and_then(|it| it.parse().ok())
            .unwrap_or(0);
        let parts: Vec<&str> = self
            .name
            .split('/')
            .filter(|it| !it.is_empty() && *it != ".")
            .skip(strip)
            .collect();
        if parts.is_empty() {
            return Ok(());
        }
        if parts.contains(&"..") {
            return Err((format!("open '{}'", self.name), Errno::EPERM));
        }
        let name = parts.join("/");
        let path = from(options, &name);
        if let Some((parent, _)) = path.rsplit_once('/')
            && !parent.is_empty()
        {
            // What is wrong with it shows when the file is made.
            let _ = super::files::make_all(sys, parent);
        }
        let there = sys.lstat(&path);
        if self.kind == tar::EntryType::Directory {
            if !there.is_ok_and(|it| it.is_dir()) {
                let failed = |error| (format!("make dir {name}"), error);
                sys.mkdir(&path, self.metadata.mode).map_err(failed)?;
            }
        } else {
            if there.is_ok() {
                if options.has('k') {
                    return Ok(());
                }
                // A folder in the way shows as the failure to make the file.
                let _ = sys.unlink(&path);
            }
            let failed = |error| (format!("open '{name}'"), error);
            match self.kind {
                tar::EntryType::Symlink => sys.symlink(&self.link, &path).map_err(failed)?,
                tar::EntryType::Link => {
                    let from = from(options, &self.link);
                    let failed = |error| (format!("create hardlink '{name}' to '{from}'"), error);
                    return sys.link(&from, &path).map_err(failed);
                }
                tar::EntryType::Fifo => sys.mkfifo(&path, self.metadata.mode).map_err(failed)?,
                _ => sys.write_file(&path, &self.content).map_err(failed)?,
            }
        }
        if self.kind == tar::EntryType::Symlink {
            return Ok(());
        }
        if sys.uid() == 0 && !options.has('o') {
            // Without the right to give files away, they stay ours.
            let _ = sys.chown(&path, Some(self.metadata.uid), Some(self.metadata.gid));
        }
        let _ = sys.chmod(&path, self.metadata.mode);
        if !options.has('m') {
            let _ = sys.set_mtime(&path, self.metadata.mtime);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_left_blank_is_root() {
        let mut header = tar::Header::new_gnu();
        header.set_path("manifest.json").expect("a path");
        header.set_size(2);
        header.set_mode(0o644);
        header.set_cksum();
        let mut archive = tar::Builder::new(Vec::new());
        archive.append(&header, b"[]".as_slice()).expect("an entry");
        let (entries, sound) = Found::all(&archive.into_inner().expect("an archive"));
        assert!(sound);
        let owners: Vec<_> = entries.iter().map(|it| it.owner.as_str()).collect();
        assert_eq!(owners, ["0/0"]);
    }
}
