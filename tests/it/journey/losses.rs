//! What is lost when the program, the engine, the disk or the terminal fails under a lesson: nothing
//! that was shown as done.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::driver::{Options, Program};

/// The exercises of the lesson below.
const CHESTS: usize = 4;

/// A number of trials: few, unless the environment says otherwise.
fn trials(variable: &str, few: usize) -> usize {
    let asked = std::env::var(variable).ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(few)
}

/// A simulated engine in a process of its own, which can be killed.
pub(super) struct Engine {
    socket: PathBuf,
    process: Child,
}

impl Engine {
    pub(super) fn start(socket: &Path) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .args(["simulateur", "--socket"])
            .arg(socket)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let engine = Self {
            socket: socket.to_owned(),
            process,
        };
        let begun = Instant::now();
        while !engine.docker(&["version"]) {
            assert!(begun.elapsed() < Duration::from_secs(60), "no engine");
            std::thread::sleep(Duration::from_millis(20));
        }
        engine
    }

    pub(super) fn url(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// Runs our docker command on it, past the program; whether it succeeded.
    fn docker(&self, arguments: &[&str]) -> bool {
        docker(&self.url(), arguments)
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn docker(url: &str, arguments: &[&str]) -> bool {
    let done = Command::new(env!("CARGO_BIN_EXE_moussaillon"))
        .args(["docker", "-H", url])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    done.unwrap().success()
}

/// A course of one lesson: a part and an exercise for each chest.
pub(super) fn write_course(folder: &Path) {
    let mut text =
        "---\nformat: 1\ntitre: Les coffres\nduree: 5 min\nobjectifs: [Remplir la cale]\n---\n"
            .to_owned();
    for rank in 1..=CHESTS {
        let _ = write!(
            text,
            "\n## Coffre {rank}\n\nUn volume.\n\n```exercice coffre-{rank}\nconsigne: Faites le coffre {rank}.\n\
             but:\n  - volume: {{nom: coffre{rank}}}\nindices: [Un volume.]\nsolution: docker volume create coffre{rank}\n```\n"
        );
    }
    let folder = folder.join("01-coffres");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("lecon.md"), text).unwrap();
}

/// The exercises that the progress file says are done. One that is damaged fails the test.
fn kept(home: &Path) -> BTreeSet<usize> {
    let base = home.join(".local/state/moussaillon/autres-lecons");
    let folders: Vec<_> = fs::read_dir(&base)
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    let mut done = BTreeSet::new();
    for folder in folders {
        let damaged = fs::read_dir(folder.path()).unwrap().flatten();
        for file in damaged {
            let name = file.file_name().to_string_lossy().into_owned();
            assert!(!name.contains("abimee"), "{name}");
        }
        let Ok(text) = fs::read(folder.path().join("progression.json")) else {
            continue;
        };
        let document: serde_json::Value = serde_json::from_slice(&text).expect("a whole file");
        let exercises = &document["lecons"]["coffres"]["exercices"];
        done.extend((1..=CHESTS).filter(|it| !exercises[format!("coffre-{it}")]["fait"].is_null()));
    }
    done
}

/// What the screen shows: the part, and whether its exercise is done.
fn shown(program: &Program) -> Option<(usize, bool)> {
    let text = program.text();
    let rank = (1..=CHESTS).find(|it| text.contains(&format!("Faites le coffre {it}.")))?;
    Some((rank, text.contains("Exercice réussi")))
}

/// Processes whose home is this one.
fn processes(home: &Path) -> Vec<String> {
    let needle = format!("HOME={}", home.display()).into_bytes();
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|it| {
        let environment = fs::read(it.path().join("environ")).ok()?;
        let same = environment.split(|byte| *byte == 0).any(|it| it == needle);
        let name = fs::read_to_string(it.path().join("cmdline")).ok()?;
        // One that has ended and that nobody has waited for yet has no command line.
        (same && !name.is_empty()).then_some(name.replace('\0', " "))
    })
    .collect()
}

/// Plays the lesson for that long, then kills the program. Gives what was seen done.
fn play(program: &mut Program, limit: Duration) -> BTreeSet<usize> {
    let begun = Instant::now();
    let mut seen = BTreeSet::new();
    let mut typed = None;
    // A frame comes in several pieces: one that is half drawn shows nothing.
    let mut before = None;
    while begun.elapsed() < limit {
        let left = limit.saturating_sub(begun.elapsed());
        program.wait_a_little(left.min(Duration::from_millis(30)), |_| false);
        let text = program.text();
        let now = shown(program);
        if std::mem::replace(&mut before, now) != now {
            continue;
        }
        let next = match now {
            None if text.contains("Les coffres") => ((0, 0), "\r".to_owned()),
            None => continue,
            Some((rank, true)) => {
                seen.insert(rank);
                if rank == CHESTS {
                    break;
                }
                ((rank, 1), "\x07n".to_owned())
            }
            Some(_) if !text.contains("bord$") => continue,
            Some((rank, false)) if text.contains("déjà atteint") => {
                ((rank, 2), format!("\x07tdocker volume rm coffre{rank}\r"))
            }
            Some((rank, false)) => (
                (rank, 3),
                format!("\x07tdocker volume create coffre{rank}\r"),
            ),
        };
        let (what, keys) = next;
        if typed != Some(what) {
            program.type_text(&keys);
            typed = Some(what);
        }
    }
    program.kill();
    seen
}

/// `MOUSSAILLON_TEST_KILLS`: how many times.
#[test]
fn killed_at_any_moment_it_loses_nothing_that_it_showed() {
    let kills = trials("MOUSSAILLON_TEST_KILLS", 8);
    let place = tempfile::tempdir().unwrap();
    let engine = Engine::start(&place.path().join("s"));
    let course = place.path().join("cours");
    write_course(&course);
    let mut home = tempfile::tempdir().unwrap();
    let temporary = place.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    // Other numbers in each process, so that several can share the work (xorshift).
    let mut random = 0x2545_f491_4f6c_dd1d_u64 ^ u64::from(std::process::id());
    let (mut lessons, mut proofs) = (0, 0);
    for kill in 0..kills {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let limit = Duration::from_millis(200 + random % 2600);
        let options = Options::on(&engine.url())
            .home(home)
            .size(40, 120)
            .argument("--lecons")
            .argument(course.to_str().unwrap())
            .variable("TMPDIR", temporary.to_str().unwrap());
        toured(options.home_path(), &course);
        let mut program = options.start();
        let seen = play(&mut program, limit);
        home = program.into_home();
        let kept = kept(home.path());
        assert!(
            kept.is_superset(&seen),
            "kill {kill} after {limit:?}: shown {seen:?}, kept {kept:?}"
        );
        proofs += seen.len();
        if kept.len() == CHESTS {
            lessons += 1;
            fs::remove_dir_all(home.path().join(".local")).unwrap();
            for rank in 1..=CHESTS {
                engine.docker(&["volume", "rm", &format!("coffre{rank}")]);
            }
        }
    }
    // The next start works, and takes away what the killed ones left.
    let mut program = Options::on(&engine.url())
        .home(home)
        .argument("--lecons")
        .argument(course.to_str().unwrap())
        .variable("TMPDIR", temporary.to_str().unwrap())
        .start();
    program.wait_for("Les coffres");
    program.wait_without("connexion");
    let left: Vec<_> = fs::read_dir(&temporary).unwrap().flatten().collect();
    assert!(left.len() <= 1, "{left:?}");
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    let home = program.into_home();
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    let begun = Instant::now();
    while !processes(home.path()).is_empty() {
        let left = processes(home.path());
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "orphans: {left:?}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    eprintln!("{kills} kills, {lessons} lessons finished, {proofs} exercises seen done and kept");
}

/// The tour was seen, in the progress of these lessons too, which is kept apart under the beginning
/// of the SHA-256 of their path.
fn toured(home: &Path, course: &Path) {
    let place = fs::canonicalize(course).unwrap();
    let digest = Sha256::digest(place.as_os_str().as_encoded_bytes());
    let name = digest.iter().take(8).fold(String::new(), |mut name, byte| {
        write!(name, "{byte:02x}").unwrap();
        name
    });
    let folder = home
        .join(".local/state/moussaillon/autres-lecons")
        .join(name);
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("progression.json");
    if !file.exists() {
        fs::write(file, r#"{"format": 2, "visite": true}"#).unwrap();
    }
}

/// Opens the lesson's state on this engine.
fn watching(url: &str) -> Program {
    let mut program = Options::on(url).size(40, 120).start();
    program.wait_for("Image ou conteneur ?");
    program.wait_without("connexion");
    program.type_text("\r");
    program.wait_for("bord$");
    program
}

/// Kills and restarts an engine under an open lesson; each time, what it holds then must be on the
/// screen. Gives the longest time that took, from the moment when the engine answers again.
fn restarted(
    program: &mut Program,
    url: &str,
    times: usize,
    mut restart: impl FnMut(),
) -> Duration {
    let mut longest = Duration::ZERO;
    for time in 0..times {
        restart();
        let begun = Instant::now();
        while !docker(url, &["version"]) {
            assert!(begun.elapsed() < Duration::from_secs(120), "no engine");
        }
        let name = format!("retour{}-{time}", std::process::id());
        let begun = Instant::now();
        assert!(docker(url, &["volume", "create", &name]));
        program.wait_for(&name);
        program.wait_without("perdu");
        longest = longest.max(begun.elapsed());
        docker(url, &["volume", "rm", &name]);
    }
    longest
}

/// `MOUSSAILLON_TEST_RESTARTS`: how many times.
#[test]
fn the_screen_is_right_again_when_the_engine_is_back() {
    let times = trials("MOUSSAILLON_TEST_RESTARTS", 3);
    let place = tempfile::tempdir().unwrap();
    let socket = place.path().join("s");
    let mut engine = Engine::start(&socket);
    let url = engine.url();
    let mut program = watching(&url);
    let longest = restarted(&mut program, &url, times, || {
        engine.kill();
        engine = Engine::start(&socket);
    });
    eprintln!("{times} restarts of the simulator: right again after {longest:?} at most");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// The same with a real engine, which the command of `MOUSSAILLON_TEST_RESTART` kills and starts.
#[test]
fn the_screen_is_right_again_when_a_real_engine_is_back() {
    let variable = |name| std::env::var(name).ok();
    let (Some(url), Some(restart)) = (
        variable("MOUSSAILLON_TEST_ENGINE"),
        variable("MOUSSAILLON_TEST_RESTART"),
    ) else {
        eprintln!(
            "SKIPPED: MOUSSAILLON_TEST_RESTART names no command that restarts MOUSSAILLON_TEST_ENGINE"
        );
        return;
    };
    let times = trials("MOUSSAILLON_TEST_RESTARTS", 2);
    let mut program = watching(&url);
    let longest = restarted(&mut program, &url, times, || {
        let status = Command::new("sh").args(["-c", &restart]).status();
        assert!(status.unwrap().success());
    });
    eprintln!("{times} restarts of {url}: right again after {longest:?} at most");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
}

/// A frozen engine is told, and found again.
#[test]
fn a_frozen_engine_is_told_and_found_again() {
    let place = tempfile::tempdir().unwrap();
    let engine = Engine::start(&place.path().join("s"));
    let mut program = watching(&engine.url());
    let signal = |name: &str| {
        let pid = engine.process.id().to_string();
        let done = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(done.unwrap().success());
    };
    signal("STOP");
    program.wait_for("perdu");
    // The keys still answer.
    program.type_text("\x07?");
    program.wait_for("Partout");
    program.type_text("\x1b");
    program.wait_without("Partout");
    signal("CONT");
    program.wait_without("perdu");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// Ctrl-Z, then `fg`: the terminal is the shell's meanwhile, then the program's again.
#[test]
fn suspended_it_gives_the_terminal_back_and_takes_it_again() {
    let mut program = Options::on("simule")
        .script("set -m; \"$0\" \"$@\"; stty -a | tr ' ' '\\n' | grep -x -- '-\\?echo'; read suite; fg >/dev/null; echo fini $?")
        .start();
    for keys in ["\x1a", ""] {
        program.wait_for("Image ou conteneur ?");
        assert!(program.screen().alternate_screen());
        if !keys.is_empty() {
            program.type_text(keys);
            program.wait_until("the shell's screen", |it| !it.screen().alternate_screen());
            program.wait_for("echo");
            assert!(!program.text().contains("-echo"), "{}", program.text());
            program.type_text("\n");
            program.wait_until("the program's", |it| it.screen().alternate_screen());
        }
    }
    program.type_text("?");
    program.wait_for("Partout");
    program.type_text("\x1b");
    program.wait_without("Partout");
    program.type_text("q");
    program.wait_for("fini 0");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// No shell could continue it: it stays.
#[test]
fn without_a_shell_it_is_not_suspended() {
    let mut program = Options::on("simule").start();
    program.wait_for("Image ou conteneur ?");
    program.signal("TSTP");
    program.wait_for("il reste là");
    // Stopped all the same, and continued: all is drawn again.
    program.signal("STOP");
    program.signal("CONT");
    program.type_text("?");
    program.wait_for("Partout");
    program.type_text("\x1b");
    program.wait_without("Partout");
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// The same where its parent's session and group are of another PID namespace, which reads them
/// as 0.
#[test]
fn in_another_pid_namespace_it_is_not_suspended() {
    let unshare = ["--pid", "--fork", "--mount-proc"];
    if !Command::new("unshare")
        .args(unshare)
        .arg("true")
        .status()
        .is_ok_and(|it| it.success())
    {
        eprintln!("SKIPPED: this user cannot make a PID namespace (unshare)");
        return;
    }
    let mut program = Options::on("simule")
        .script(&format!(
            "unshare {} bash -c '\"$0\" \"$@\"; echo fini $?' \"$0\" \"$@\"",
            unshare.join(" ")
        ))
        .start();
    program.wait_for("Image ou conteneur ?");
    program.type_text("\x1a");
    program.wait_for("il reste là");
    program.type_text("q");
    program.wait_for("fini 0");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// A home that cannot be written: said, and the lesson goes on.
#[test]
fn without_a_place_to_write_it_says_so_and_goes_on() {
    let mut program = Options::on("simule")
        .variable("MOUSSAILLON_ETAT", "/proc/moussaillon")
        .start();
    program.wait_for("ne peut pas être gardée");
    // The tour was not kept either: it is offered.
    program.type_text("\r");
    program.wait_for("Leçon");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// The progress of a newer program is read, and left as it is to the last byte.
#[test]
fn a_newer_progress_file_is_left_as_it_is() {
    let options = Options::on("simule");
    let file = options
        .home_path()
        .join(".local/state/moussaillon/progression.json");
    let newer = r#"{"format": 99, "visite": true, "avenir": [1, 2, 3]}"#;
    fs::write(&file, newer).unwrap();
    let mut program = options.start();
    program.wait_for("plus récent que");
    program.type_text("\r");
    program.wait_for("Leçon");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
    let home = program.into_home();
    let file = home
        .path()
        .join(".local/state/moussaillon/progression.json");
    assert_eq!(fs::read_to_string(file).unwrap(), newer);
}

/// Two programs at once: what each shows done is kept.
#[test]
fn two_programs_at_once_keep_what_both_did() {
    let place = tempfile::tempdir().unwrap();
    let engine = Engine::start(&place.path().join("s"));
    let course = place.path().join("cours");
    write_course(&course);
    let state = place.path().join("etat");
    let start = || {
        Options::on(&engine.url())
            .size(40, 120)
            .argument("--lecons")
            .argument(course.to_str().unwrap())
            .variable("MOUSSAILLON_ETAT", state.to_str().unwrap())
            .start()
    };
    let (mut first, mut second) = (start(), start());
    for (program, skip, rank) in [(&mut first, 0, 1), (&mut second, 1, 2)] {
        program.wait_for("Les coffres");
        program.wait_without("connexion");
        program.type_text("\r");
        program.wait_for("bord$");
        program.type_text("\x1b");
        for _ in 0..skip {
            program.type_text("\x07n");
        }
        program.wait_for(&format!("Faites le coffre {rank}."));
        program.type_text(&format!("\x07tdocker volume create coffre{rank}\r"));
        program.wait_for("Exercice réussi");
    }
    for mut program in [first, second] {
        program.type_text("\x07q");
        assert_eq!(program.wait_for_end(), 0);
    }
    let folder = fs::read_dir(state.join("autres-lecons"))
        .unwrap()
        .flatten()
        .next()
        .unwrap();
    let text = fs::read_to_string(folder.path().join("progression.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let exercises = &document["lecons"]["coffres"]["exercices"];
    for rank in 1..=2 {
        assert!(
            !exercises[format!("coffre-{rank}")]["fait"].is_null(),
            "{text}"
        );
    }
}
