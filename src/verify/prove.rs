//! The proofs of one lesson, each on a fresh state.

use std::collections::BTreeSet;

use super::bench::{Bench, LONGEST_COMMAND, Ran};
use super::report::{Finding, Report};
use super::{VerifyError, walk};
use crate::domain::Occurrence;
use crate::lesson::{
    Block, Case, Evidence, Exercise, Expectation, Lesson, Misconception, Observation, Position,
    Prediction, Probe, Start, Verdict, check, containers_in, containers_to_read, near_misses,
    observe, recognise,
};

/// Proves the lessons of one file.
pub(super) struct Prover<'a> {
    pub(super) bench: &'a mut Bench,
    pub(super) file: &'a str,
    pub(super) report: &'a mut Report,
}

impl Prover<'_> {
    /// Proves a lesson: block by block, then as a whole.
    pub(super) async fn lesson(&mut self, lesson: &Lesson) -> Result<(), VerifyError> {
        for block in lesson.blocks() {
            match block {
                Block::Exercise(exercise) => self.exercise(exercise).await?,
                Block::Prediction(prediction) => self.prediction(prediction).await?,
                Block::Misconception(misconception) => self.misconception(misconception).await?,
                Block::Observation(observation) => self.observation(observation).await?,
                Block::Prose(_)
                | Block::Command(_)
                | Block::Quiz(_)
                | Block::File(_)
                | Block::Diagram(_)
                | Block::Recap(_)
                | Block::Note(_) => {}
            }
        }
        walk::through(self, lesson).await?;
        self.report.counts.commands = self.bench.commands;
        Ok(())
    }

    pub(super) fn fault(&mut self, position: Position, message: String) {
        self.report.findings.push(Finding {
            file: self.file.to_owned(),
            position,
            message,
        });
    }

    /// Runs commands that must succeed. `false`, and a finding, when one does not.
    pub(super) async fn play(
        &mut self,
        position: Position,
        what: &str,
        lines: &[String],
    ) -> Result<bool, VerifyError> {
        for line in lines {
            let ran = self.bench.run(line).await?;
            if ran.status != Some(0) {
                self.fault(position, format!("{what} : « {line} » {}", ended(&ran)));
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A fresh state, its setup played and seen. `None`, and a finding, when it cannot be had.
    async fn start(
        &mut self,
        position: Position,
        setup: &[String],
        containers: &BTreeSet<&str>,
    ) -> Result<Option<Start>, VerifyError> {
        self.bench.fresh().await?;
        if !self.play(position, "état de départ", setup).await? {
            return Ok(None);
        }
        self.bench.quiet(containers).await;
        Ok(Some(Start::at(self.bench.timeline())))
    }

    async fn exercise(&mut self, exercise: &Exercise) -> Result<(), VerifyError> {
        self.report.counts.exercises += 1;
        let at = exercise.position;
        let containers = containers_to_read(exercise);
        let Some(start) = self.start(at, &exercise.start_lines(), &containers).await? else {
            return Ok(());
        };
        let evidence = Evidence {
            start: &start,
            timeline: self.bench.timeline(),
        };
        if check(&exercise.goals, evidence).is_met() {
            self.fault(
                at,
                format!("« {} » : l’état de départ remplit déjà le but", exercise.id),
            );
            return Ok(());
        }
        if let Some(case) = recognise(exercise, evidence) {
            let words = format!("« {} » : ce cas est déjà vrai au départ", exercise.id);
            self.fault(case.position, words);
        }
        let known = self.report.findings.len();
        self.solution(exercise, &start).await?;
        if self.report.findings.len() == known {
            self.near_misses(exercise, &start);
        }
        if !self.play(at, "nettoyage", &exercise.cleanup).await? {
            return Ok(());
        }
        for case in &exercise.cases {
            self.attempt(exercise, case).await?;
        }
        Ok(())
    }

    /// Plays the solution from here, and waits for the goal.
    pub(super) async fn solution(
        &mut self,
        exercise: &Exercise,
        start: &Start,
    ) -> Result<(), VerifyError> {
        let at = exercise.position;
        if self.play(at, "solution", &exercise.solution).await? {
            self.reached(exercise, start).await;
        }
        Ok(())
    }

    /// Waits for the goal of an exercise whose solution was played; whether it is met.
    pub(super) async fn reached(&mut self, exercise: &Exercise, start: &Start) -> bool {
        let at = exercise.position;
        let mut verdict = Verdict::default();
        let met = self
            .bench
            .until(&containers_to_read(exercise), |timeline| {
                verdict = check(&exercise.goals, Evidence { start, timeline });
                verdict.is_met()
            })
            .await;
        if !met {
            let missing: Vec<_> = verdict
                .goals
                .iter()
                .filter(|goal| !goal.met)
                .map(|goal| goal.missing.as_str())
                .collect();
            let words = missing.join(" ");
            self.fault(
                at,
                format!(
                    "« {} » : la solution ne remplit pas le but. {words}",
                    exercise.id
                ),
            );
        }
        met
    }

    /// Spoils the state that the solution made in each way that a learner may: the goal must fail.
    fn near_misses(&mut self, exercise: &Exercise, start: &Start) {
        let timeline = self.bench.timeline().clone();
        let evidence = Evidence {
            start,
            timeline: &timeline,
        };
        for near in near_misses(exercise, evidence) {
            self.report.counts.near_misses += 1;
            let mut timeline = timeline.clone();
            timeline.apply(Occurrence::State(near.state.into()));
            let evidence = Evidence {
                start,
                timeline: &timeline,
            };
            if check(&exercise.goals, evidence).is_met() {
                let words = format!(
                    "« {} » : un état presque juste remplit le but ({})",
                    exercise.id, near.what
                );
                self.fault(exercise.position, words);
            }
        }
    }

    async fn attempt(&mut self, exercise: &Exercise, case: &Case) -> Result<(), VerifyError> {
        self.report.counts.attempts += 1;
        let containers = containers_to_read(exercise);
        let Some(start) = self
            .start(case.position, &exercise.start_lines(), &containers)
            .await?
        else {
            return Ok(());
        };
        let mut last = Ran {
            status: Some(0),
            output: String::new(),
        };
        for line in &case.attempt {
            last = self.bench.run(line).await?;
        }
        let mut seen = None;
        let mut met = false;
        self.bench
            .until(&containers, |timeline| {
                let evidence = Evidence {
                    start: &start,
                    timeline,
                };
                seen = recognise(exercise, evidence).map(|case| case.position);
                met = check(&exercise.goals, evidence).is_met();
                seen == Some(case.position)
            })
            .await;
        let complaint = match seen {
            _ if met => "cet essai remplit le but".to_owned(),
            Some(other) if other == case.position => return Ok(()),
            Some(other) => {
                format!(
                    "cet essai est pris pour le cas de la ligne {}, qui vient avant",
                    other.line
                )
            }
            None => format!(
                "cet essai n’est pas reconnu ; sa dernière commande {}",
                ended(&last)
            ),
        };
        self.fault(case.position, format!("« {} » : {complaint}", exercise.id));
        Ok(())
    }

    async fn prediction(&mut self, prediction: &Prediction) -> Result<(), VerifyError> {
        self.report.counts.predictions += 1;
        let at = prediction.position;
        let expected = &prediction.expected;
        let containers = containers_in(expected.goals.iter().map(|goal| &goal.matcher));
        let Some(start) = self
            .start(at, &prediction.start_lines(), &containers)
            .await?
        else {
            return Ok(());
        };
        let what = format!("« {} »", prediction.id);
        self.expect(at, &what, &prediction.command, expected, &start)
            .await
    }

    async fn misconception(&mut self, misconception: &Misconception) -> Result<(), VerifyError> {
        let at = misconception.position;
        self.report.counts.experiments += 1;
        let none = BTreeSet::new();
        let Some(start) = self.start(at, &misconception.start_lines(), &none).await? else {
            return Ok(());
        };
        self.experiment(misconception, &start).await
    }

    async fn observation(&mut self, observation: &Observation) -> Result<(), VerifyError> {
        self.report.counts.observations += 1;
        let at = observation.position;
        let none = BTreeSet::new();
        let lines = observation.start_lines();
        let Some(start) = self.start(at, &lines, &none).await? else {
            return Ok(());
        };
        self.observe(observation, &start).await
    }

    /// Runs the command that shows what is asked, and compares it with what the engine says.
    pub(super) async fn observe(
        &mut self,
        observation: &Observation,
        start: &Start,
    ) -> Result<(), VerifyError> {
        let ran = self.bench.run(&observation.command).await?;
        self.observed(observation, &ran, start).await;
        Ok(())
    }

    /// Compares what a command showed with what the engine says.
    pub(super) async fn observed(&mut self, observation: &Observation, ran: &Ran, start: &Start) {
        let at = observation.position;
        let id = &observation.id;
        let line = &observation.command;
        if ran.status != Some(0) {
            let ended = ended(ran);
            self.fault(at, format!("« {id} » : « {line} » {ended}"));
            return;
        }
        let mut answer = Err(String::new());
        let read = containers_of(&observation.probe);
        let met = self
            .bench
            .until(&read, |timeline| {
                answer = observe(observation, Evidence { start, timeline });
                answer
                    .as_ref()
                    .is_ok_and(|answer| answer.is_in(&ran.output))
            })
            .await;
        if !met {
            let words = match answer {
                Ok(answer) => format!(
                    "« {line} » devait montrer « {} » ; {}",
                    answer.shown(),
                    shown(&ran.output)
                ),
                Err(reason) => format!("pas de réponse. {reason}"),
            };
            self.fault(at, format!("« {id} » : {words}"));
        }
    }

    /// Runs an experiment from here.
    pub(super) async fn experiment(
        &mut self,
        misconception: &Misconception,
        start: &Start,
    ) -> Result<(), VerifyError> {
        let what = format!("« {} »", misconception.id);
        for trial in &misconception.experiment {
            let known = self.report.findings.len();
            let at = misconception.position;
            self.expect(at, &what, &trial.command, &trial.expected, start)
                .await?;
            if self.report.findings.len() > known {
                break;
            }
        }
        Ok(())
    }

    /// Runs a command and compares what it does with what the lesson says.
    pub(super) async fn expect(
        &mut self,
        at: Position,
        what: &str,
        line: &str,
        expected: &Expectation,
        start: &Start,
    ) -> Result<(), VerifyError> {
        let ran = self.bench.run(line).await?;
        self.answered(at, what, (line, &ran), expected, start).await;
        Ok(())
    }

    /// Compares what a command did with what the lesson says.
    pub(super) async fn answered(
        &mut self,
        at: Position,
        what: &str,
        (line, ran): (&str, &Ran),
        expected: &Expectation,
        start: &Start,
    ) {
        if ran.status != Some(expected.status) {
            let wanted = expected.status;
            let ended = ended(ran);
            self.fault(
                at,
                format!("{what} : code {wanted} attendu, mais « {line} » {ended}"),
            );
            return;
        }
        if let Some(text) = expected
            .output
            .iter()
            .find(|text| !ran.output.contains(*text))
        {
            let shown = shown(&ran.output);
            self.fault(
                at,
                format!("{what} : « {line} » devait dire « {text} » ; {shown}"),
            );
        }
        if let Some(text) = expected
            .output_without
            .iter()
            .find(|text| ran.output.contains(*text))
        {
            let shown = shown(&ran.output);
            self.fault(
                at,
                format!("{what} : « {line} » ne devait pas dire « {text} » ; {shown}"),
            );
        }
        if expected.goals.is_empty() {
            return;
        }
        let containers = containers_in(expected.goals.iter().map(|goal| &goal.matcher));
        let mut missing = String::new();
        let met = self
            .bench
            .until(&containers, |timeline| {
                let verdict = check(&expected.goals, Evidence { start, timeline });
                missing = verdict
                    .first_missing()
                    .map_or_else(String::new, |it| it.missing.clone());
                verdict.is_met()
            })
            .await;
        if !met {
            self.fault(at, format!("{what} : après « {line} ». {missing}"));
        }
    }
}

/// The containers whose writable layer an answer is read in.
pub(super) fn containers_of(probe: &Probe) -> BTreeSet<&str> {
    match probe {
        Probe::Count(matcher) => containers_in(std::iter::once(matcher)),
        Probe::Field { .. } | Probe::Engine(_) => BTreeSet::new(),
    }
}

/// How a command ended, for a report.
pub(super) fn ended(ran: &Ran) -> String {
    match ran.status {
        Some(status) => format!("finit avec le code {status} ; {}", shown(&ran.output)),
        None => format!("ne finit pas en {} s", LONGEST_COMMAND.as_secs()),
    }
}

/// The end of an output, on one line.
fn shown(output: &str) -> String {
    let lines: Vec<_> = output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    match lines.as_slice() {
        [] => "elle n’a rien dit".to_owned(),
        [.., last] => format!("elle a dit « {} »", last.trim()),
    }
}
