//! The docker command of the machine: this program's own client, as a program of the kernel.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context as TaskContext, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::command_files::{SysFiles, error_of};
use super::{Machine, SOCKET};
use crate::kernel::{Errno, Fd, Program, Signal, Sys, Tty};
use docker::{Context, Io, Keepers, Notice, Terminal, global_options, run};
use wire::{Dialer, memory};

/// The way that the machine's docker commands take to the engine; it can be changed while they
/// run, for the next ones.
pub(super) type Route = Arc<RwLock<Dialer>>;

/// Makes `docker` known. Each command can be undone, and each line of the learner's shell too.
pub(super) fn install(machine: &Machine) {
    let (route, history) = (Arc::clone(&machine.route), Arc::clone(&machine.history));
    // The kernel holds this program: it must not hold the kernel, as the daemon does.
    let (daemon, host) = (machine.daemon.downgrade(), Arc::clone(&machine.root));
    let (kept, engine, files) = (Arc::clone(&history), daemon.clone(), Arc::clone(&host));
    machine.kernel.watch_lines(Arc::new(move || {
        let engine = engine.upgrade();
        engine.map_or(0, |engine| kept.keep(&engine, &files))
    }));
    let direct = route.read().unwrap_or_else(PoisonError::into_inner).clone();
    let program: Program = Arc::new(move |sys| {
        let route = route.read().unwrap_or_else(PoisonError::into_inner).clone();
        // What the learner is about to type is no command: it is neither undone nor shown.
        let completes = sys.args().get(1).is_some_and(|it| it == "__complete");
        if completes {
            return Box::pin(main(sys, direct.clone()));
        }
        if let Some(daemon) = daemon.upgrade() {
            history.mark(sys.args().join(" "), &daemon, &host);
        }
        Box::pin(main(sys, route))
    });
    machine.kernel.install("docker", program);
}

async fn main(sys: Sys, route: Dialer) -> u8 {
    let env = sys.env();
    let args: Vec<String> = sys.args().into_iter().skip(1).collect();
    let usual = format!("unix://{SOCKET}");
    let named = || env.get("DOCKER_HOST").filter(|it| !it.is_empty()).cloned();
    let endpoint = global_options(&args)
        .host()
        .or_else(named)
        .unwrap_or_else(|| usual.clone());
    let is_ours = matches!(endpoint.as_str(), "unix:///run/docker.sock") || endpoint == usual;
    // Another address of the simulated machine leads nowhere, and never to the real one.
    let dialer = if is_ours { route } else { memory().0 };
    let context = Context {
        args,
        env: env.into_iter().collect(),
        cwd: PathBuf::from(sys.cwd()),
        files: Arc::new(SysFiles(sys.clone())),
        keepers: Keepers::Nowhere,
        dialer,
        endpoint,
        context: "default".to_owned(),
    };
    let terminal = SysTerminal {
        sys: sys.clone(),
        cooked: Mutex::new(None),
        counter: Mutex::new(None),
    };
    let io = Io {
        stdin: Box::new(Reader {
            sys: sys.clone(),
            fd: 0,
            pending: None,
            rest: Bytes::new(),
        }),
        stdout: Box::new(Writer {
            sys: sys.clone(),
            fd: 1,
            pending: None,
        }),
        stderr: Box::new(Writer {
            sys,
            fd: 2,
            pending: None,
        }),
        terminal: Some(Arc::new(terminal)),
    };
    run(context, io).await
}

type Pending<T> = Option<Pin<Box<dyn Future<Output = Result<T, Errno>> + Send>>>;

/// A descriptor that is read only when somebody waits for it: what the command does not want is
/// left for the next one.
struct Reader {
    sys: Sys,
    fd: Fd,
    pending: Pending<Bytes>,
    rest: Bytes,
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            let (sys, fd, most) = (self.sys.clone(), self.fd, buffer.remaining());
            let pending = self
                .pending
                .get_or_insert_with(|| Box::pin(async move { sys.read(fd, most).await }));
            let read = ready!(pending.as_mut().poll(context));
            self.pending = None;
            self.rest = read.map_err(error_of)?;
        }
        let count = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest[..count]);
        self.rest.advance(count);
        Poll::Ready(Ok(()))
    }
}

struct Writer {
    sys: Sys,
    fd: Fd,
    pending: Pending<()>,
}

impl Writer {
    fn settle(&mut self, context: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        if let Some(pending) = &mut self.pending {
            let written = ready!(pending.as_mut().poll(context));
            self.pending = None;
            written.map_err(error_of)?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // One write at a time, in order.
        ready!(self.settle(context))?;
        let (sys, fd, count) = (self.sys.clone(), self.fd, bytes.len());
        let bytes = Bytes::copy_from_slice(bytes);
        self.pending = Some(Box::pin(async move { sys.write(fd, &bytes).await }));
        if let Poll::Ready(written) = self.settle(context) {
            written?;
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        self.settle(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<io::Result<()>> {
        self.settle(context)
    }
}

struct SysTerminal {
    sys: Sys,
    /// The settings to go back to.
    cooked: Mutex<Option<Tty>>,
    /// Who counts the signals that are caught.
    counter: Mutex<Option<UnboundedSender<u8>>>,
}

impl Terminal for SysTerminal {
    fn stdin_is_terminal(&self) -> bool {
        self.sys.is_tty(0)
    }

    fn stdout_is_terminal(&self) -> bool {
        self.sys.is_tty(1)
    }

    fn stderr_is_terminal(&self) -> bool {
        self.sys.is_tty(2)
    }

    fn size(&self) -> Option<(u16, u16)> {
        let size = self
            .sys
            .win_size(0)
            .or_else(|_| self.sys.win_size(1))
            .ok()?;
        Some((size.cols, size.rows))
    }

    fn set_raw(&self, raw: bool) -> io::Result<()> {
        let mut cooked = self.cooked.lock().unwrap_or_else(PoisonError::into_inner);
        if raw {
            let before = self.sys.tty(0).map_err(error_of)?;
            cooked.get_or_insert(before);
            let raw = Tty {
                canonical: false,
                echo: false,
                signals: false,
                output_crlf: false,
            };
            return self.sys.set_tty(0, raw).map_err(error_of);
        }
        match cooked.take() {
            Some(before) => self.sys.set_tty(0, before).map_err(error_of),
            None => Ok(()),
        }
    }

    fn notices(&self) -> UnboundedReceiver<Notice> {
        let (sender, receiver) = unbounded_channel();
        let sys = self.sys.clone();
        let counter = self.counter.lock();
        let counter = counter.unwrap_or_else(PoisonError::into_inner).clone();
        for signal in [
            Signal::INT,
            Signal::TERM,
            Signal::HUP,
            Signal::QUIT,
            Signal::WINCH,
        ] {
            sys.catch(signal);
        }
        tokio::spawn(async move {
            loop {
                let signal = tokio::select! {
                    signal = sys.next_signal() => signal,
                    () = sender.closed() => return,
                };
                let number = match signal {
                    Signal::INT => Some(2),
                    Signal::TERM => Some(15),
                    _ => None,
                };
                if let (Some(counter), Some(number)) = (&counter, number) {
                    // The command may be ending already.
                    let _ = counter.send(number);
                }
                let notice = match signal {
                    Signal::WINCH => Notice::Resized,
                    other => Notice::Signal(other.name()),
                };
                if sender.send(notice).is_err() {
                    return;
                }
            }
        });
        receiver
    }

    /// Only those that [`Self::notices`] catches: the others end the process by themselves.
    fn interruptions(&self) -> Option<UnboundedReceiver<u8>> {
        let (sender, receiver) = unbounded_channel();
        let mut counter = self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        *counter = Some(sender);
        Some(receiver)
    }
}
