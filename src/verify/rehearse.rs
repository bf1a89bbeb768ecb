//! A demo played without anybody: each beat of a lesson in its order, what is expected and what is
//! seen.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::bench::{Bench, Ran};
use super::prove::{Prover, ended};
use super::report::{Finding, Report};
use super::{Options, VerifyError, chosen, open};
use crate::demo::{Act, Beat, Script, expectation, in_words};
use crate::domain::Diff;
use crate::lesson::{
    Block, Course, Entry, Expectation, Lesson, Position, Start, containers_in, containers_to_read,
};

/// How long what is told stays, at any pace.
const READING: Duration = Duration::from_secs(1);

/// How fast: characters typed per second; `None` waits for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace(pub Option<u32>);

impl Pace {
    async fn tell(self) {
        if self.0.is_some() {
            tokio::time::sleep(READING).await;
        }
    }

    async fn type_line(self, line: &str) {
        if let Some(speed) = self.0 {
            let characters = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
            tokio::time::sleep(Duration::from_secs(1) * characters / speed.max(1)).await;
        }
    }
}

/// A command of a demo, and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Performed {
    /// The beat that it is (its rank).
    pub beat: usize,
    /// Its exit status; `None` when it had to be stopped.
    pub status: Option<i32>,
    /// Both its streams.
    pub output: String,
    /// What it changed in the engine.
    pub diff: Diff,
}

/// The outcome of a rehearsal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rehearsed {
    /// What was not as expected.
    pub findings: Vec<Finding>,
    /// Lessons played.
    pub lessons: usize,
    /// Beats played.
    pub beats: usize,
    /// Commands run.
    pub commands: usize,
    /// What each command did, when it was watched.
    pub performed: Vec<Performed>,
}

impl Rehearsed {
    /// The last line: « 1 leçon, 80 étapes, 31 commandes : tout est comme attendu ».
    pub fn summary(&self) -> String {
        let plural = |count: usize| if count > 1 { "s" } else { "" };
        let verdict = match self.findings.len() {
            0 => "tout est comme attendu".to_owned(),
            1 => "1 différence".to_owned(),
            many => format!("{many} différences"),
        };
        format!(
            "{} leçon{}, {} étape{}, {} commande{} : {verdict}",
            self.lessons,
            plural(self.lessons),
            self.beats,
            plural(self.beats),
            self.commands,
            plural(self.commands),
        )
    }
}

/// Plays lessons as their demos would be. `say` is told each beat as soon as it was played. A lesson
/// stops at its first difference: what follows needs what failed.
pub async fn rehearse(
    course: &Course,
    options: &Options,
    pace: Pace,
    say: &mut dyn FnMut(&str),
) -> Result<Rehearsed, VerifyError> {
    play(course, options, (pace, false), say).await
}

/// The same, at once, and keeps what each command did: all that it changed is waited for.
pub async fn perform(
    course: &Course,
    options: &Options,
    say: &mut dyn FnMut(&str),
) -> Result<Rehearsed, VerifyError> {
    play(course, options, (Pace::default(), true), say).await
}

async fn play(
    course: &Course,
    options: &Options,
    (pace, watched): (Pace, bool),
    say: &mut dyn FnMut(&str),
) -> Result<Rehearsed, VerifyError> {
    let mut rehearsed = Rehearsed::default();
    let mut lessons: Vec<(&Entry, Lesson)> = Vec::new();
    for entry in chosen(course, options.lesson.as_deref())? {
        match entry.load() {
            Ok(lesson) => lessons.push((entry, lesson)),
            Err(errors) => {
                let found = errors.0.into_iter().map(Finding::from);
                rehearsed.findings.extend(found);
            }
        }
    }
    for finding in &rehearsed.findings {
        say(&finding.to_string());
    }
    if lessons.is_empty() {
        return Ok(rehearsed);
    }
    let mut bench = open(options).await?;
    let playing = async {
        say(&format!("Moteur : {}", bench.describe()));
        for (entry, lesson) in &lessons {
            let began = Instant::now();
            bench.provide(&lesson.images, options.local_images).await?;
            bench.refuse_collisions(lesson)?;
            bench.fresh().await?;
            let mut player = Player {
                bench: &mut bench,
                file: entry.path(),
                lesson,
                pace,
                watched,
            };
            player.play(&mut rehearsed, say).await?;
            rehearsed.lessons += 1;
            let seconds = began.elapsed().as_secs_f64();
            say(&format!("{} : {seconds:.0} s", lesson.title));
        }
        Ok(())
    };
    let played = tokio::select! {
        played = playing => played,
        _ = tokio::signal::ctrl_c() => Err(VerifyError::Interrupted),
    };
    let cleaned = bench.close().await;
    played.and(cleaned).map(|()| rehearsed)
}

/// Plays one lesson.
struct Player<'a> {
    bench: &'a mut Bench,
    file: &'a str,
    lesson: &'a Lesson,
    pace: Pace,
    /// Whether what each command does is kept.
    watched: bool,
}

impl Player<'_> {
    async fn play(
        &mut self,
        rehearsed: &mut Rehearsed,
        say: &mut dyn FnMut(&str),
    ) -> Result<(), VerifyError> {
        let script = Script::of(self.lesson);
        let all = script.beats.len();
        let mut block = None;
        let mut performed = Vec::new();
        let mut start = Start::at(self.bench.timeline());
        for (rank, beat) in script.beats.iter().enumerate() {
            let here = (beat.section, beat.block);
            if block != Some(here) {
                block = Some(here);
                start = self.begin(beat).await;
            }
            let mut report = Report::default();
            let (told, ran) = self.beat(beat, &start, &mut report).await?;
            if let Some(ran) = ran.filter(|_| self.watched) {
                self.bench.quiet(&BTreeSet::new()).await;
                performed.push((rank, ran));
            }
            rehearsed.beats += 1;
            rehearsed.commands += usize::from(beat.line().is_some());
            let mark = if report.findings.is_empty() {
                '✔'
            } else {
                '✘'
            };
            let label = beat.label(self.lesson);
            say(&format!("{mark} {}/{all} {label}{told}", rank + 1));
            for finding in &report.findings {
                say(&finding.to_string());
            }
            if !report.findings.is_empty() {
                rehearsed.findings.extend(report.findings);
                break;
            }
        }
        let steps = self.bench.timeline().steps().iter();
        let commands = steps.filter(|step| step.command.is_some());
        let performed = performed.into_iter().zip(commands);
        rehearsed
            .performed
            .extend(performed.map(|((beat, ran), step)| Performed {
                beat,
                status: ran.status,
                output: ran.output,
                diff: step.diff(),
            }));
        Ok(())
    }

    /// Where a block begins: once what came before it has been seen.
    async fn begin(&mut self, beat: &Beat) -> Start {
        let containers = match beat.block_in(self.lesson) {
            Some(Block::Exercise(it)) => Some(containers_to_read(it)),
            Some(Block::Prediction(it)) => {
                let goals = it.expected.goals.iter().map(|goal| &goal.matcher);
                Some(containers_in(goals))
            }
            Some(Block::Misconception(_) | Block::Observation(_)) => Some([].into()),
            _ => None,
        };
        if let Some(containers) = containers {
            self.bench.quiet(&containers).await;
        }
        Start::at(self.bench.timeline())
    }

    /// Plays a beat; what was expected and what was seen, in French, and what its line answered.
    async fn beat(
        &mut self,
        beat: &Beat,
        start: &Start,
        report: &mut Report,
    ) -> Result<(String, Option<Ran>), VerifyError> {
        let block = beat.block_in(self.lesson);
        match &beat.act {
            Act::Tell | Act::Ask => {
                self.pace.tell().await;
                Ok((String::new(), None))
            }
            Act::Reveal => {
                self.pace.tell().await;
                let Some(Block::Exercise(it)) = block else {
                    return Ok((String::new(), None));
                };
                let met = self.prover(report).reached(it, start).await;
                let seen = if met { "atteint" } else { "manqué" };
                let told = format!("\n    attendu : but atteint ; vu : {seen}");
                Ok((told, None))
            }
            Act::Type { line, index } => {
                self.pace.type_line(line).await;
                let ran = self.bench.run(line).await?;
                let expected = expectation(block, *index);
                self.judge(block, (line, &ran), &expected, start, report)
                    .await;
                let told = format!(
                    "\n    attendu : {} ; vu : {}",
                    in_words(&expected),
                    ended(&ran)
                );
                Ok((told, Some(ran)))
            }
        }
    }

    async fn judge(
        &mut self,
        block: Option<&Block>,
        (line, ran): (&str, &Ran),
        expected: &Expectation,
        start: &Start,
        report: &mut Report,
    ) {
        let mut prover = self.prover(report);
        if let Some(Block::Observation(it)) = block {
            prover.observed(it, ran, start).await;
            return;
        }
        let at = block.map_or(Position { line: 1, column: 1 }, position);
        prover
            .answered(at, "répétition", (line, ran), expected, start)
            .await;
    }

    fn prover<'p>(&'p mut self, report: &'p mut Report) -> Prover<'p> {
        Prover {
            bench: self.bench,
            file: self.file,
            report,
        }
    }
}

const fn position(block: &Block) -> Position {
    match block {
        Block::Prediction(it) => it.position,
        Block::Exercise(it) => it.position,
        Block::Quiz(it) => it.position,
        Block::Misconception(it) => it.position,
        Block::Observation(it) => it.position,
        Block::File(it) => it.position,
        Block::Diagram(it) => it.position,
        Block::Recap(it) => it.position,
        Block::Prose(_) | Block::Command(_) | Block::Note(_) => Position { line: 1, column: 1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = r#"---
format: 1
titre: Essai
duree: 5 min
objectifs: [Voir]
images: ["busybox:1.36"]
---

## Une partie

Du texte.

```commande
docker run -d --name gamelle busybox:1.36 sleep 3600
```

```prediction
commande: docker exec gamelle cat /absent
question: "Que se passe-t-il ?"
choix:
  - {dit: Rien, refute: Non.}
  - {juste: Une erreur, parce-que: Le fichier manque.}
code: CODE
```

```commande
docker rm -f gamelle
```
"#;

    async fn played(code: &str) -> (Rehearsed, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("01-essai");
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("lecon.md"), LESSON.replace("CODE", code)).unwrap();
        let course = Course::from_folder(folder.path()).unwrap();
        let options = Options {
            engine: "simule".to_owned(),
            ..Options::default()
        };
        let mut said = Vec::new();
        let mut say = |line: &str| said.push(line.to_owned());
        let rehearsed = rehearse(&course, &options, Pace::default(), &mut say).await;
        (rehearsed.unwrap(), said)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_as_expected_is_said_beat_by_beat() {
        let (rehearsed, said) = played("1").await;
        assert_eq!(rehearsed.findings, []);
        assert_eq!((rehearsed.beats, rehearsed.commands), (6, 3));
        assert!(said.iter().any(|it| it.starts_with("✔ 4/6 $ docker exec")));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_difference_is_said_and_ends_the_lesson() {
        let (rehearsed, said) = played("0").await;
        assert_eq!(rehearsed.findings.len(), 1);
        assert_eq!(rehearsed.findings[0].position.line, 17);
        assert!(said.iter().any(|it| it.starts_with("✘ 4/6")));
        assert!(!said.iter().any(|it| it.starts_with("✔ 6/6")));
        assert!(rehearsed.summary().ends_with("1 différence"));
    }
}
