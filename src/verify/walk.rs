//! The lesson played in its order on one machine, as a learner who makes no mistake: what a part
//! leaves behind is what the next one needs.

use std::collections::BTreeSet;

use super::VerifyError;
use super::prove::Prover;
use crate::lesson::{
    Block, Evidence, Lesson, Position, Start, check, containers_in, containers_to_read,
};

/// Plays a whole lesson.
pub(super) async fn through(prover: &mut Prover<'_>, lesson: &Lesson) -> Result<(), VerifyError> {
    prover.bench.fresh().await?;
    // Plain commands have no place of their own in the model: the last block that has one is named.
    let mut at = Position { line: 1, column: 1 };
    for block in lesson.blocks() {
        let known = prover.report.findings.len();
        match block {
            Block::Command(line) => {
                let what = "déroulé de la leçon, après ce bloc";
                prover.play(at, what, std::slice::from_ref(line)).await?;
            }
            Block::Prediction(prediction) => {
                at = prediction.position;
                let goals = prediction.expected.goals.iter().map(|goal| &goal.matcher);
                prover.bench.quiet(&containers_in(goals)).await;
                let start = Start::at(prover.bench.timeline());
                let what = format!("déroulé de la leçon, « {} »", prediction.id);
                let expected = &prediction.expected;
                prover
                    .expect(at, &what, &prediction.command, expected, &start)
                    .await?;
            }
            Block::Misconception(misconception) => {
                at = misconception.position;
                prover.bench.quiet(&BTreeSet::new()).await;
                let start = Start::at(prover.bench.timeline());
                prover.experiment(misconception, &start).await?;
            }
            Block::Exercise(exercise) => {
                at = exercise.position;
                prover.bench.quiet(&containers_to_read(exercise)).await;
                let start = Start::at(prover.bench.timeline());
                let evidence = Evidence {
                    start: &start,
                    timeline: prover.bench.timeline(),
                };
                if check(&exercise.goals, evidence).is_met() {
                    let id = &exercise.id;
                    prover.fault(
                        at,
                        format!("déroulé de la leçon : « {id} » est déjà fait en y arrivant"),
                    );
                }
                prover.solution(exercise, &start).await?;
            }
            Block::Observation(observation) => {
                at = observation.position;
                prover.bench.quiet(&BTreeSet::new()).await;
                let start = Start::at(prover.bench.timeline());
                prover.observe(observation, &start).await?;
            }
            Block::File(file) => {
                at = file.position;
                let what = "déroulé de la leçon";
                prover.play(at, what, &[file.write_line()]).await?;
            }
            Block::Prose(_)
            | Block::Quiz(_)
            | Block::Diagram(_)
            | Block::Recap(_)
            | Block::Note(_) => {}
        }
        if prover.report.findings.len() > known {
            // What follows needs what failed: its faults would say nothing more.
            break;
        }
    }
    Ok(())
}
