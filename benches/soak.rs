//! Four docker clients at once, at random, on one simulated engine: nothing panics, hangs or leaks.
//!
//! `cargo bench --bench soak` runs for a minute; `MINUTES=60 SEED=7 cargo bench --bench soak` for
//! an hour with the random numbers of seed 7. `SOCKET=/path cargo bench --bench soak` tries an
//! engine that runs already.
//!
//! Each line printed is a minute: commands run, how many were refused (names taken, containers
//! missing: as it should be), the engine's memory and number of threads. What must not be is told
//! as it happens, and makes the exit status 1: a client that says that an answer is no HTTP or no
//! JSON, a command that does not end, an engine that panics or goes.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: u64 = 4;
/// What is pulled at first, and drawn wherever an image is named.
const IMAGES: &[&str] = &[
    "busybox",
    "alpine",
    "nginx:alpine",
    "redis:alpine",
    "postgres:16",
    "t0:1",
    "t1:2",
];
/// No command drawn here takes a third of it on an idle machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// What a client says of an answer that is not well-formed, or of an engine that is gone.
const BROKEN: [&str; 9] = [
    "unexpected EOF",
    "invalid character",
    "json: cannot",
    "malformed",
    "error during connect",
    "Cannot connect",
    "panic",
    "connection reset",
    "broken pipe",
];

/// Commands; `N` is a container, `V` a volume, `R` a network, `I` an image, `T` a tag, `D` a digit,
/// `C` a build context and `F` a file, both on disk, `S` a service, `K` a secret.
const COMMANDS: &[&str] = &[
    "run -d --name N busybox sleep 300",
    "run -d --name N --network R --network-alias aD busybox sleep 60",
    "run -d --name N -v V:/data busybox sh -c 'while true; do date >>/data/f; sleep 0.2; done'",
    "run -d --name N -p 127.0.0.1::80 nginx:alpine",
    "run -d --name N --network R --network-alias redis redis:alpine",
    "run -d --name N --network R -e POSTGRES_PASSWORD=soak -v V:/var/lib/postgresql/data postgres:16",
    "run -d --name N -m 32m --pids-limit 20 alpine sh -c 'yes >/dev/null'",
    "run -d --name N --restart on-failure:D busybox sh -c 'sleep 0.1; exit D'",
    "run -d --name N --health-cmd 'test -e /bon' --health-interval 1s busybox sleep 100",
    "run -d --name N --read-only --tmpfs /tmp --log-opt max-size=1k I sh -c 'yes | head -n 2000'",
    "run --rm busybox sh -c 'echo bonjour; exit D'",
    "run --rm -v V:/data busybox ls -l /data",
    "run --rm --network R busybox ping -c 1 -W 1 aD",
    "run --rm --network R redis:alpine redis-cli -h redis incr soak",
    "run --rm --network container:N busybox ip addr",
    "run --rm -i alpine sort",
    "run --rm I true",
    "create --name N busybox true",
    "start N",
    "start -a N",
    "attach --no-stdin N",
    "stop -t D N",
    "kill N",
    "kill -s HUP N",
    "restart -t 0 N",
    "pause N",
    "unpause N",
    "rm N",
    "rm -f N",
    "rm -fv N N",
    "rename N N",
    "wait N",
    "logs N",
    "logs --tail D -t N",
    "top N",
    "diff N",
    "inspect N",
    "inspect -s N",
    "port N",
    "stats --no-stream N",
    "stats --no-stream",
    "update -m 64m --memory-swap 64m N",
    "update --restart always --cpus D N",
    "exec N sh -c 'echo D >/tmp/D; cat /tmp/*; exit D'",
    "exec -d N sleep D",
    "exec N ps",
    "exec N sh -c 'mkdir -p /d/D && rm -rf /d'",
    "exec -u nobody -w /tmp -e A=D N env",
    "exec -i N sh -c 'cat >>/f && wc -l /f'",
    "exec N redis-cli rpush liste D",
    "exec N psql -U postgres -c 'create table if not exists t (n int); insert into t values (D); select count(*) from t'",
    "cp N:/etc/hosts -",
    "cp N:/etc C/copie",
    "cp /etc/hostname N:/tmp/",
    "cp C N:/tmp/contexte",
    "export N -o /dev/stdout",
    "export N -o F",
    "import -c 'CMD [\"sh\"]' F T",
    "commit -m soak N tD:D",
    "commit -c 'ENV A=D' N T",
    "build -q C",
    "build -t T C",
    "build --no-cache --build-arg VERSION=D -t T C",
    "build --target etapeD -t T C",
    "build --rm=false -t T --label soak=D C",
    "ps",
    "ps -a",
    "ps -aq --filter status=exited",
    "images -a",
    "image inspect I",
    "history I",
    "tag I T",
    "rmi T",
    "rmi -f I",
    "save busybox -o /dev/stdout",
    "save I T -o F",
    "load -q -i F",
    "pull -q I",
    "search --limit 2 redis",
    "volume create V",
    "volume create --label soak=D V",
    "volume rm V",
    "volume rm -f V V",
    "volume ls",
    "volume ls --filter dangling=true",
    "volume inspect V",
    "network create R",
    "network create --subnet 10.9D.0.0/16 --gateway 10.9D.0.254 R",
    "network create --subnet 10.9D.D.0/28 --ip-range 10.9D.D.0/30 --internal R",
    "network rm R",
    "network connect R N",
    "network connect --ip 10.9D.0.1D --alias aD R N",
    "network disconnect R N",
    "network disconnect -f R N",
    "network inspect R bridge",
    "network ls --filter driver=bridge",
    "system df",
    "system df -v",
    "events --since 10s --until 0s",
    "events --since 1m --until 0s --filter type=container --filter event=die",
    "events --since 0s --until 1s --filter container=N",
    "container prune -f",
];

/// Commands that are drawn seldom: they undo what the others do.
const SELDOM: &[&str] = &[
    "system prune -f",
    "system prune -af --filter until=1m",
    "system prune -f --volumes",
    "volume prune -af",
    "volume prune -f --filter label=soak=D",
    "network prune -f",
    "network prune -f --filter until=30s",
    "image prune -f",
    "image prune -af --filter label=soak=D",
    "container prune -f --filter until=20s",
    "builder prune -f",
    "info",
];

/// Commands that one client alone draws, once in two: there is one swarm.
const SWARM: &[&str] = &[
    "swarm init --advertise-addr 127.0.0.1",
    "swarm init --advertise-addr 127.0.0.1",
    "swarm leave",
    "swarm leave --force",
    "swarm update --task-history-limit D",
    "swarm join-token worker",
    "swarm join-token --rotate -q manager",
    "swarm unlock-key",
    "node ls",
    "node inspect self",
    "node ps self",
    "service create -d --name S --replicas D busybox sleep 300",
    "service create --name S --replicas 2 --secret K redis:alpine",
    "service create -d --name S --mode global --network overlayD nginx:alpine",
    "service create -d --name S -p 1808D:80 --limit-memory 64m nginx:alpine",
    "service create -d --name S --restart-max-attempts D I sh -c 'sleep 0.D; exit D'",
    "service create -d --name S --mode replicated-job busybox true",
    "service scale -d S=D",
    "service scale S=D",
    "service update -d --image I S",
    "service update --force S",
    "service update -d --env-add A=D --secret-add K S",
    "service update -d --args 'sleep 10D' --update-parallelism D S",
    "service rollback -d S",
    "service inspect S",
    "service logs S",
    "service ps S",
    "service ps --no-trunc -q S",
    "service ls",
    "service rm S",
    "service rm S S",
    "network create -d overlay overlayD",
    "network create -d overlay --attachable R",
    "network rm overlayD",
    "secret create K -",
    "secret create K F",
    "secret inspect K",
    "secret ls",
    "secret rm K",
    "config create cD F",
    "config rm cD",
];

/// What is built: a file each, and more than one stage.
const DOCKERFILES: &[&str] = &[
    "FROM busybox\nARG VERSION=1\nCOPY . /app\nRUN echo $VERSION >/version\nCMD cat /version\n",
    "FROM alpine AS etape0\nRUN apk add --no-cache curl && seq 500 >/n\nFROM busybox AS etape1\nCOPY --from=etape0 /n /n\nUSER nobody\n",
    "FROM redis:alpine\nENV A=b\nLABEL soak=1\nVOLUME /data\nHEALTHCHECK CMD redis-cli ping\n",
    "FROM busybox\nADD fichier /f\nRUN sort /f | uniq -c && false\n",
];

/// The `SplitMix64` generator: the same seed draws the same commands.
struct Draw {
    state: u64,
    /// Where the build contexts and the archives are.
    folder: PathBuf,
    /// Whether it draws what belongs to the swarm.
    swarm: bool,
}

impl Draw {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn among<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let index = self.next() % list.len() as u64;
        usize::try_from(index).map_or("", |it| list[it])
    }

    fn numbered(&mut self, name: &str, count: u64) -> String {
        format!("{name}{}", self.next() % count)
    }

    fn on_disk(&mut self, name: &str, count: u64) -> String {
        let name = self.numbered(name, count);
        self.folder.join(name).display().to_string()
    }

    fn command(&mut self) -> String {
        let template = match self.next() % 300 {
            0 | 1 => self.among(SELDOM),
            draw if self.swarm && draw % 2 == 0 => self.among(SWARM),
            _ => self.among(COMMANDS),
        };
        let mut line = String::new();
        let mut previous = ' ';
        let mut letters = template.chars().peekable();
        while let Some(letter) = letters.next() {
            let alone = !previous.is_ascii_alphanumeric() || letter == 'D';
            let ends = letters
                .peek()
                .is_none_or(|next| !next.is_ascii_alphabetic());
            match letter {
                'N' if alone && ends => line += &self.numbered("conteneur", 12),
                'V' if alone && ends => line += &self.numbered("volume", 4),
                'R' if alone && ends => line += &self.numbered("reseau", 4),
                'T' if alone && ends => line += self.among(&["t0:1", "t1:2", "t2:0"]),
                'I' if alone && ends => line += self.among(IMAGES),
                'C' if alone && ends => line += &self.on_disk("contexte", 4),
                'F' if alone && ends => line += &self.on_disk("archive", 3),
                'S' if alone && ends => line += &self.numbered("service", 4),
                'K' if alone && ends => line += &self.numbered("secret", 3),
                'D' if ends => line += &(self.next() % 4).to_string(),
                other => line.push(other),
            }
            previous = letter;
        }
        line
    }
}

#[derive(Default)]
struct Tally {
    run: AtomicU64,
    refused: AtomicU64,
    bad: AtomicBool,
}

impl Tally {
    fn complain(&self, what: &str) {
        self.bad.store(true, Ordering::Relaxed);
        eprintln!("BAD: {what}");
    }
}

/// Runs one command line to its end: whether it succeeded, and what it said on standard error.
fn run(host: &str, line: &str) -> Result<(bool, String), String> {
    // What waits for a container to end, or a service to hold, may wait for minutes.
    let waits = ["wait", "start -a", "attach", "service"];
    let limit = if waits.iter().any(|it| line.starts_with(it)) {
        "timeout -s KILL 5 "
    } else {
        ""
    };
    let words = format!("printf 'b\\na\\n' | {limit}docker {line} >/dev/null");
    let mut child = Command::new("sh")
        .args(["-c", &words])
        .env("DOCKER_HOST", host)
        .env("DOCKER_BUILDKIT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut pipe = child.stderr.take().ok_or("no pipe")?;
    let said = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = pipe.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let began = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(5)),
            other => {
                let _ = child.kill();
                return Err(format!("no end after {PATIENCE:?} ({other:?})"));
            }
        }
    };
    Ok((status.success(), said.join().unwrap_or_default()))
}

fn client(host: &str, mut draw: Draw, until: Instant, tally: &Tally) {
    while Instant::now() < until && !tally.bad.load(Ordering::Relaxed) {
        let line = draw.command();
        tally.run.fetch_add(1, Ordering::Relaxed);
        match run(host, &line) {
            Ok((success, said)) => {
                if !success {
                    tally.refused.fetch_add(1, Ordering::Relaxed);
                }
                // What the engine itself says in well-formed errors is its own business.
                let mut lines = said.lines().filter(|it| !it.starts_with("Error response"));
                if lines.any(|line| BROKEN.iter().any(|it| line.contains(it))) {
                    tally.complain(&format!("docker {line}: {said}"));
                }
            }
            Err(why) => tally.complain(&format!("docker {line}: {why}")),
        }
    }
}

/// A line of `/proc/PID/status`.
fn status(process: u32, field: &str) -> String {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.unwrap_or("?")
        .trim_start_matches(':')
        .trim()
        .to_owned()
}

struct Engine {
    child: Child,
    folder: tempfile::TempDir,
}

impl Engine {
    fn begin() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let child = Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .args(["simulateur", "--socket"])
            .arg(folder.path().join("docker.sock"))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("stderr"))?)
            .spawn()?;
        Ok(Self { child, folder })
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes the build contexts.
fn lay_out(folder: &std::path::Path) -> std::io::Result<()> {
    for (index, dockerfile) in DOCKERFILES.iter().enumerate() {
        let context = folder.join(format!("contexte{index}"));
        std::fs::create_dir(&context)?;
        std::fs::write(context.join("Dockerfile"), dockerfile)?;
        std::fs::write(context.join("fichier"), "b\na\nb\n".repeat(1000))?;
        std::fs::write(context.join(".dockerignore"), "copie\n")?;
        std::os::unix::fs::symlink("fichier", context.join("lien"))?;
    }
    Ok(())
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(otherwise)
}

fn main() -> std::io::Result<ExitCode> {
    let (minutes, seed) = (number("MINUTES", 1), number("SEED", 1));
    let socket = std::env::var_os("SOCKET").map(PathBuf::from);
    let mut engine = socket.is_none().then(Engine::begin).transpose()?;
    let path = match (&socket, &engine) {
        (Some(path), _) => path.clone(),
        (None, Some(engine)) => engine.socket(),
        (None, None) => return Ok(ExitCode::FAILURE),
    };
    while !path.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let host = format!("unix://{}", path.display());
    for image in IMAGES {
        let _ = run(&host, &format!("pull -q {image}"));
    }
    let files = tempfile::tempdir()?;
    lay_out(files.path())?;
    let tally = Arc::new(Tally::default());
    let until = Instant::now() + Duration::from_secs(minutes * 60);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|index| {
            let (host, tally) = (host.clone(), Arc::clone(&tally));
            let draw = Draw {
                state: seed * CLIENTS + index,
                folder: files.path().to_owned(),
                swarm: index == 0,
            };
            std::thread::spawn(move || client(&host, draw, until, &tally))
        })
        .collect();
    let began = Instant::now();
    let mut minute = 0;
    while clients.iter().any(|it| !it.is_finished()) {
        std::thread::sleep(Duration::from_millis(200));
        if began.elapsed() >= Duration::from_secs(60) * (minute + 1) {
            minute += 1;
            let process = engine.as_ref().map_or(0, |it| it.child.id());
            println!(
                "minute {minute}: {} commands, {} refused, {} resident, {} threads",
                tally.run.load(Ordering::Relaxed),
                tally.refused.load(Ordering::Relaxed),
                status(process, "VmRSS"),
                status(process, "Threads"),
            );
        }
        if let Some(engine) = &mut engine
            && let Some(status) = engine.child.try_wait()?
        {
            tally.complain(&format!("the engine ended: {status}"));
            break;
        }
    }
    if let Some(engine) = &engine {
        let said = std::fs::read_to_string(engine.folder.path().join("stderr"))?;
        if !said.is_empty() {
            tally.complain(&format!("the engine said: {said}"));
        }
    }
    if tally.bad.load(Ordering::Relaxed) {
        // Returned, not `exit`: the engine ends with what is dropped.
        return Ok(ExitCode::FAILURE);
    }
    println!(
        "{} commands: nothing broke",
        tally.run.load(Ordering::Relaxed)
    );
    Ok(ExitCode::SUCCESS)
}
