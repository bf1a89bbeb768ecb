//! The machine that inputs meet.

use std::cell::RefCell;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use moussaillon::sim::kernel::{Pid, Signal};
use moussaillon::sim::machine::{Machine, MachineOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// Inputs that one machine meets; it forgets what they made after each.
const INPUTS: u32 = 200;
/// How long an exchange may go on: logs are followed, containers waited for.
const EXCHANGE: Duration = Duration::from_millis(300);
/// How long a command line may run.
const RUN: Duration = Duration::from_millis(700);
/// What is read of an answer.
const MOST_READ: usize = 1 << 20;
/// How long an engine that is well takes to say so, on a slow machine.
const WELL: Duration = Duration::from_secs(15);
/// How often the clock is moved on.
const TICK: Duration = Duration::from_millis(20);
/// The shell's parser has a thread of its own, whose panics are syntax errors.
const PARSER: &str = "sh-parser";

/// A simulated machine, and a real folder that no input may touch.
pub(crate) struct World {
    machine: Machine,
    /// Processes that were there first.
    settled: Vec<Pid>,
    canary: Canary,
}

struct Canary {
    folder: PathBuf,
}

const SONG: &str = "nobody writes here\n";

impl Canary {
    /// The real folder that hostile names lead to.
    const FOLDER: &str = "/tmp/moussaillon-canari";

    fn lay() -> Self {
        let folder = PathBuf::from(Self::FOLDER);
        let canary = folder.join("canari");
        // Several fuzzers run at a time, and share it: never half written, nor twice.
        if !std::fs::read_to_string(&canary).is_ok_and(|it| it == SONG) {
            std::fs::create_dir_all(&folder).expect("a temporary folder");
            let egg = folder.with_extension(std::process::id().to_string());
            std::fs::write(&egg, SONG).expect("a temporary file");
            std::fs::rename(&egg, &canary).expect("a temporary file");
        }
        Self { folder }
    }

    fn check(&self) {
        let text = std::fs::read_to_string(self.folder.join("canari"));
        assert_eq!(text.ok().as_deref(), Some(SONG), "a real file has changed");
        let names = std::fs::read_dir(&self.folder).map(Iterator::count);
        assert_eq!(names.ok(), Some(1), "a real file has appeared");
    }
}

struct Stage {
    runtime: Runtime,
    world: Option<(World, u32)>,
}

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

/// Gives an input a machine; afterwards the engine must answer, and the machine forgets.
pub(crate) fn with_world<F>(play: F)
where
    F: AsyncFnOnce(&World),
{
    STAGE.with_borrow_mut(|stage| {
        let stage = stage.get_or_insert_with(|| {
            abort_on_panic();
            Stage {
                runtime: stage_runtime(),
                world: None,
            }
        });
        let kept = stage.world.take().filter(|(_, inputs)| *inputs < INPUTS);
        let (world, inputs) = stage.runtime.block_on(async {
            let (world, inputs) = match kept {
                Some(kept) => kept,
                None => (World::begin().await, 0),
            };
            play(&world).await;
            world.forget().await;
            (world, inputs + 1)
        });
        stage.world = Some((world, inputs));
    });
}

thread_local! {
    static CLOCK: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

/// Plays an input without a machine, on the same clock; what it leaves running ends with it.
pub(crate) fn with_clock<F>(play: F)
where
    F: AsyncFnOnce(),
{
    CLOCK.with_borrow_mut(|runtime| {
        let runtime = runtime.get_or_insert_with(|| {
            abort_on_panic();
            stage_runtime()
        });
        runtime.block_on(play());
    });
}

/// One thread: what keeps it busy for ever is a finding.
///
/// The clock jumps to the next timer when everybody waits: an input that sleeps costs nothing. What
/// never waits, a loop of a script, sees it go as the real one does.
fn stage_runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    let (tick, mut ticks) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(TICK);
            // One that is still waiting, between two inputs, is enough.
            let _ = tick.try_send(());
        }
    });
    runtime.spawn(async move {
        while ticks.recv().await.is_some() {
            tokio::time::advance(TICK).await;
        }
    });
    runtime
}

/// Any panic is a finding, in a task that nobody waits for too.
fn abort_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(PARSER) {
            before(panic);
            std::process::abort();
        }
    }));
}

impl World {
    async fn begin() -> Self {
        let machine = Machine::boot(&MachineOptions::for_checks()).expect("a machine");
        let settled = machine
            .kernel()
            .processes()
            .iter()
            .map(|it| it.pid)
            .collect();
        let world = Self {
            machine,
            settled,
            canary: Canary::lay(),
        };
        let pull = "/v1.41/images/create?fromImage=busybox&tag=latest";
        world.ask_for("POST", pull, Vec::new(), WELL).await;
        world
    }

    /// Sends bytes on a connection; what comes back, as long as it comes soon.
    pub(crate) async fn send(&self, bytes: &[u8], patience: Duration) -> Vec<u8> {
        let mut answer = Vec::new();
        let Ok(stream) = self.machine.dialer().dial().await else {
            return answer;
        };
        let (mut reader, mut writer) = tokio::io::split(stream);
        let exchange = async {
            let write = async {
                // An engine that hangs up before the end has its reasons.
                let _ = writer.write_all(bytes).await;
                let _ = writer.flush().await;
            };
            let read = async {
                let mut piece = vec![0; 1 << 16];
                while let Ok(read @ 1..) = reader.read(&mut piece).await {
                    answer.extend_from_slice(&piece[..read]);
                    if answer.len() > MOST_READ {
                        break;
                    }
                }
            };
            tokio::join!(write, read)
        };
        let _ = timeout(patience, exchange).await;
        answer
    }

    /// Makes a request, JSON or an archive; the answer as it is.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Vec<u8>) -> Vec<u8> {
        self.ask_for(method, path, body, EXCHANGE).await
    }

    /// The same, with more patience.
    pub(crate) async fn ask_for(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        patience: Duration,
    ) -> Vec<u8> {
        let kind = match body.first() {
            Some(b'{' | b'[' | b'n') => "application/json",
            _ => "application/x-tar",
        };
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(&body);
        self.send(&bytes, patience).await
    }

    /// Runs a command line, for a while.
    pub(crate) async fn run(&self, line: &str, input: &str) {
        let Ok(mut started) = self.machine.run(line) else {
            return;
        };
        if let Some(stdin) = started.stdio.stdin.take() {
            let _ = stdin.try_send(input.as_bytes().to_vec().into());
        }
        let mut read = 0;
        let play = async {
            while read < MOST_READ {
                let piece = tokio::select! {
                    Some(piece) = started.stdio.stdout.recv() => piece,
                    Some(piece) = started.stdio.stderr.recv() => piece,
                    else => break,
                };
                read += piece.len();
            }
        };
        let _ = timeout(RUN, play).await;
    }

    /// Checks that all is well, and forgets what was made.
    async fn forget(&self) {
        self.well("GET /v1.41/containers/json?all=1&size=1").await;
        self.well("GET /v1.41/system/df").await;
        let kernel = self.machine.kernel();
        let reset = async {
            self.machine.reset(true).await;
            loop {
                let mut left = kernel.processes();
                left.retain(|it| !self.settled.contains(&it.pid));
                if left.is_empty() {
                    break;
                }
                // What a script left behind may start more of it.
                for process in left {
                    let _ = kernel.kill(process.pid, Signal::KILL);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        within(WELL, "forgets", reset).await;
        self.canary.check();
    }

    async fn well(&self, what: &str) {
        let request = format!("{what} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
        let answer = self.send(request.as_bytes(), WELL).await;
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{what}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
}

async fn within<T>(patience: Duration, what: &str, work: impl Future<Output = T>) -> T {
    let done = timeout(patience, work).await;
    done.unwrap_or_else(|_| panic!("the engine no longer {what}"))
}
