//! Redirections, XCU 2.7.

use brush_parser::ast::{IoFileRedirectKind, IoFileRedirectTarget, IoRedirect, RedirectList};

use super::state::{Run, Shell, Stop};
use crate::kernel::{Fd, ForkOptions, OpenFlags};

/// How to put a descriptor back: its number, and a copy of what it was when it was open.
#[derive(Debug)]
pub(super) struct Saved {
    fd: Fd,
    copy: Option<Fd>,
    listed: bool,
}

/// What a pipe surely holds without a reader.
const SURE_CAPACITY: usize = 16 << 10;

impl Shell {
    pub(super) async fn redirect_list(&mut self, list: Option<&RedirectList>) -> Run<Vec<Saved>> {
        let all: Vec<&IoRedirect> = list.iter().flat_map(|it| it.0.iter()).collect();
        self.redirect(&all).await
    }

    /// Applies redirections in order; on failure those already applied are undone.
    pub(super) async fn redirect(&mut self, all: &[&IoRedirect]) -> Run<Vec<Saved>> {
        let mut saved = Vec::new();
        for redirect in all {
            if let Err(stop) = self.redirect_one(redirect, &mut saved).await {
                self.undo(saved);
                return Err(stop);
            }
        }
        Ok(saved)
    }

    /// Puts descriptors back as they were.
    pub(super) fn undo(&mut self, saved: Vec<Saved>) {
        for Saved { fd, copy, listed } in saved.into_iter().rev() {
            // A descriptor that something closed meanwhile needs no closing.
            match copy {
                Some(copy) => {
                    let _ = self.sys.dup2(copy, fd);
                    let _ = self.sys.close(copy);
                }
                None => {
                    let _ = self.sys.close(fd);
                }
            }
            if listed {
                self.fds.insert(fd);
            } else {
                self.fds.remove(&fd);
            }
        }
    }

    /// Keeps redirections for good (`exec`): forgets the copies.
    pub(super) fn keep(&mut self, saved: Vec<Saved>) {
        for copy in saved.into_iter().filter_map(|it| it.copy) {
            let _ = self.sys.close(copy);
        }
    }

    async fn redirect_one(&mut self, redirect: &IoRedirect, saved: &mut Vec<Saved>) -> Run<()> {
        match redirect {
            IoRedirect::File(fd, kind, target) => {
                let default = match kind {
                    IoFileRedirectKind::Read
                    | IoFileRedirectKind::ReadAndWrite
                    | IoFileRedirectKind::DuplicateInput => 0,
                    _ => 1,
                };
                let fd = fd.and_then(|fd| Fd::try_from(fd).ok()).unwrap_or(default);
                self.redirect_file(fd, kind, target, saved).await
            }
            IoRedirect::HereDocument(fd, document) => {
                let mut text = document.doc.value.clone();
                if document.remove_tabs {
                    text = text
                        .split_inclusive('\n')
                        .map(|line| line.trim_start_matches('\t'))
                        .collect();
                }
                if document.requires_expansion {
                    text = self.expand_here_document(&text).await?;
                }
                self.feed(
                    fd.and_then(|fd| Fd::try_from(fd).ok()).unwrap_or(0),
                    text,
                    saved,
                )
                .await
            }
            IoRedirect::HereString(fd, word) => {
                let text = self.expand_text(&word.value).await? + "\n";
                self.feed(
                    fd.and_then(|fd| Fd::try_from(fd).ok()).unwrap_or(0),
                    text,
                    saved,
                )
                .await
            }
            IoRedirect::OutputAndError(word, append) => {
                let path = self.expand_text(&word.value).await?;
                self.output_and_error(&path, *append, saved).await
            }
        }
    }

    async fn output_and_error(
        &mut self,
        path: &str,
        append: bool,
        saved: &mut Vec<Saved>,
    ) -> Run<()> {
        let opened = self.create(path, append, false).await?;
        self.install(opened, 1, saved);
        self.save(2, saved);
        // Both are open at this point.
        let _ = self.sys.dup2(1, 2);
        Ok(())
    }

    async fn redirect_file(
        &mut self,
        fd: Fd,
        kind: &IoFileRedirectKind,
        target: &IoFileRedirectTarget,
        saved: &mut Vec<Saved>,
    ) -> Run<()> {
        let word = match target {
            IoFileRedirectTarget::Filename(word) | IoFileRedirectTarget::Duplicate(word) => {
                self.expand_text(&word.value).await?
            }
            IoFileRedirectTarget::Fd(number) => number.to_string(),
            IoFileRedirectTarget::ProcessSubstitution(..) => {
                return self.fail("syntax error: unexpected \"(\"").await;
            }
        };
        let opened = match kind {
            IoFileRedirectKind::Read => {
                self.opened(
                    &word,
                    OpenFlags {
                        read: true,
                        ..OpenFlags::default()
                    },
                )
                .await?
            }
            IoFileRedirectKind::ReadAndWrite => {
                let flags = OpenFlags {
                    read: true,
                    write: true,
                    create: true,
                    ..OpenFlags::default()
                };
                self.opened(&word, flags).await?
            }
            IoFileRedirectKind::Write => {
                let exclusive = self.options.is_on("noclobber");
                self.create(&word, false, exclusive).await?
            }
            IoFileRedirectKind::Clobber => self.create(&word, false, false).await?,
            IoFileRedirectKind::Append => self.create(&word, true, false).await?,
            IoFileRedirectKind::DuplicateInput | IoFileRedirectKind::DuplicateOutput => {
                return self.duplicate(fd, &word, kind, saved).await;
            }
        };
        self.install(opened, fd, saved);
        Ok(())
    }

    async fn duplicate(
        &mut self,
        fd: Fd,
        word: &str,
        kind: &IoFileRedirectKind,
        saved: &mut Vec<Saved>,
    ) -> Run<()> {
        if word == "-" {
            self.save(fd, saved);
            // Closing what is not open changes nothing.
            let _ = self.sys.close(fd);
            self.fds.remove(&fd);
            return Ok(());
        }
        let from = match word.parse::<Fd>() {
            Ok(from) => from,
            Err(_) if matches!(kind, IoFileRedirectKind::DuplicateOutput) && fd == 1 => {
                return self.output_and_error(word, false, saved).await;
            }
            Err(_) => return self.fail("syntax error: bad fd number").await,
        };
        self.save(fd, saved);
        if let Err(error) = self.sys.dup2(from, fd) {
            self.complain(format!("{from}: {error}")).await;
            return Err(Stop::Error(1));
        }
        self.fds.insert(fd);
        Ok(())
    }

    async fn opened(&self, path: &str, flags: OpenFlags) -> Run<Fd> {
        match self.sys.open(path, flags, 0o666) {
            Ok(fd) => Ok(fd),
            Err(error) => {
                self.complain(self.dialect.cannot_open(path, error)).await;
                Err(Stop::Error(self.dialect.redirection_status()))
            }
        }
    }

    async fn create(&self, path: &str, append: bool, exclusive: bool) -> Run<Fd> {
        let flags = OpenFlags {
            write: true,
            create: true,
            truncate: !append,
            append,
            exclusive,
            ..OpenFlags::default()
        };
        match self.sys.open(path, flags, 0o666) {
            Ok(fd) => Ok(fd),
            Err(error) => {
                self.complain(self.dialect.cannot_create(path, error)).await;
                Err(Stop::Error(self.dialect.redirection_status()))
            }
        }
    }

    /// Remembers what a descriptor is before it changes.
    fn save(&mut self, fd: Fd, saved: &mut Vec<Saved>) {
        let copy = self.sys.dup_from(fd, 10).ok();
        saved.push(Saved {
            fd,
            copy,
            listed: self.fds.contains(&fd),
        });
    }

    /// Makes `fd` what `opened` is.
    fn install(&mut self, opened: Fd, fd: Fd, saved: &mut Vec<Saved>) {
        if opened == fd {
            saved.push(Saved {
                fd,
                copy: None,
                listed: self.fds.contains(&fd),
            });
        } else {
            self.save(fd, saved);
            // `opened` is open, so this only fails for a number beyond the limit.
            let _ = self.sys.dup2(opened, fd);
            let _ = self.sys.close(opened);
        }
        self.fds.insert(fd);
    }

    /// Gives a text to read on a descriptor.
    async fn feed(&mut self, fd: Fd, text: String, saved: &mut Vec<Saved>) -> Run<()> {
        let (read, write) = match self.sys.pipe() {
            Ok(pipe) => pipe,
            Err(error) => return self.fail(format!("pipe call failed: {error}")).await,
        };
        if text.len() <= SURE_CAPACITY {
            // Nobody has closed the other end yet, and it fits.
            let _ = self.sys.write(write, text.as_bytes()).await;
        } else {
            let options = ForkOptions {
                fds: Some(vec![(1, write)]),
                ..ForkOptions::default()
            };
            let writer = self.sys.fork(options, move |sys| {
                Box::pin(async move {
                    let _ = sys.write(1, text.as_bytes()).await;
                    0
                })
            });
            if let Err(error) = writer {
                return self.fail(format!("can't fork: {error}")).await;
            }
        }
        let _ = self.sys.close(write);
        self.install(read, fd, saved);
        Ok(())
    }
}
