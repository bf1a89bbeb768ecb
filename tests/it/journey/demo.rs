//! A whole demo: keys at random, and what was run is exactly the lesson's commands.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use moussaillon::cast::{Event, Recorder, Recording, Version, What};
use moussaillon::demo::Script;
use moussaillon::export;
use moussaillon::lesson::Course;

use super::driver::{Options, Program};

const LESSON: &str = "image-conteneur";

/// Numerical Recipes' generator: the same keys every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// The beat that the screen shows, and how many there are: ` 3/97 …` above the keys.
fn beat(program: &Program) -> (usize, usize) {
    let text = program.text();
    let counted = text.lines().rev().find_map(|line| {
        let (at, all) = line.split_whitespace().next()?.split_once('/')?;
        Some((at.parse().ok()?, all.parse().ok()?))
    });
    counted.unwrap_or((0, 1))
}

/// Plays a recording of both versions in our player and in Debian's `asciinema`: their last screens
/// are the same.
fn same_in_asciinema(file: &Path, recording: &Recording, (rows, cols): (u16, u16)) {
    let three = file.with_extension("3.cast");
    let mut recorder = Recorder::begin(Vec::new(), Version::Three, recording.size, 0).unwrap();
    for Event { at, what } in &recording.events {
        let written = match what {
            What::Output(text) => recorder.output(*at, text),
            What::Marker(name) => recorder.marker(*at, name),
            What::Resize(cols, rows) => recorder.resize(*at, (*cols, *rows)),
            What::Place(place) => recorder.place(*at, place),
            What::Outcome(outcome) => recorder.outcome(*at, outcome),
        };
        written.unwrap();
    }
    std::fs::write(&three, recorder.into_inner()).unwrap();
    let Ok(version) = Command::new("asciinema").arg("--version").output() else {
        eprintln!("SKIPPED: no asciinema on this machine");
        return;
    };
    let reads_three = !String::from_utf8_lossy(&version.stdout).starts_with("asciinema 2");
    for (path, read) in [(file, true), (&three, reads_three)] {
        let ours = Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .arg("rejouer")
            .arg(path)
            .output()
            .unwrap();
        let ours = String::from_utf8_lossy(&ours.stdout);
        assert!(ours.contains("Image ou conteneur"), "{ours}");
        if !read {
            eprintln!("SKIPPED: asciicast 3, that this asciinema does not read");
            continue;
        }
        let mut theirs = Options::on("simule")
            .size(rows, cols)
            .arguments(&[path.to_str().unwrap()])
            .script("exec asciinema cat \"$1\"")
            .start();
        assert_eq!(theirs.wait_for_end(), 0, "{}", theirs.dump());
        assert_eq!(theirs.text().trim_end(), ours.trim_end());
    }
}

/// How many steps a page has, in their order.
fn steps(html: &str) -> usize {
    let count = html.matches("<h3 id=\"etape-").count();
    for rank in 1..=count {
        assert!(html.contains(&format!("<h3 id=\"etape-{rank}\">")));
    }
    count
}

#[test]
fn keys_at_random_run_exactly_the_commands_of_the_lesson() {
    let lesson = Course::embedded().find(LESSON).unwrap().load().unwrap();
    let script = Script::of(&lesson);
    let wanted: Vec<&str> = script.lines().map(|(_, line)| line).collect();
    for (seed, (rows, cols)) in [(24, 80), (50, 160)].into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.cast");
        let mut program = Options::on("simule")
            .size(rows, cols)
            .arguments(&["demo", "--moteur", "simule", "--enregistrer"])
            .arguments(&[file.to_str().unwrap(), LESSON])
            .start();
        // The first frame is that of the list of lessons, where keys mean something else.
        program.wait_for(" 1/");
        let mut dice = Dice(seed as u64);
        let mut keys = 0;
        loop {
            keys += 1;
            assert!(keys < 60_000, "it never ends\n{}", program.dump());
            // A key that the demo keeps for itself is rare; letters, digits and signs are not.
            let key = match dice.roll(12) {
                0 => '\r',
                1 => ' ',
                2 => '\t',
                _ => char::from(b'!' + u8::try_from(dice.roll(94)).unwrap()),
            };
            program.type_text(&key.to_string());
            program.wait_a_little(Duration::from_millis(dice.roll(8)), |_| false);
            if program.text().contains("Fin de la démonstration") {
                break;
            }
            if program.text().contains("Aide") {
                // « ? » while something is told.
                program.type_text("\x1b");
                program.settle();
            }
        }
        let (at, all) = beat(&program);
        assert!(all == 1 || at == all, "{at}/{all}\n{}", program.dump());
        program.type_text("\x07q");
        assert_eq!(program.wait_for_end(), 0);
        program.assert_restored();
        let text = std::fs::read_to_string(&file).unwrap();
        let recording = Recording::parse(&text).unwrap();
        let ran: Vec<&str> = recording.markers().map(|(_, name)| name).collect();
        assert_eq!(ran, wanted, "{cols}×{rows}");
        same_in_asciinema(&file, &recording, (rows, cols));
        let exported = export::recording(&recording, &Course::embedded());
        assert_eq!(exported.notices, [] as [String; 0]);
        assert_eq!(steps(&exported.html), ran.len());
        // Each step says what it did, and the page all that the lesson says.
        assert!(!exported.html.contains("L’écran, à la fin"));
        let title = |it: &str| exported.html.contains(&format!(">{it}</h2>"));
        for part in lesson.sections.iter().filter(|it| !it.title.is_empty()) {
            assert!(title(&part.title), "{}", part.title);
        }
    }
}
