//! What comes from outside: the engine, the shell, and what panes asked.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::dice::Dice;
use crate::domain::{
    self as domain, ApiCall, CallOutcome, ContainerState, EngineEvent, EventTime, Object,
    Occurrence, Snapshot, Travel,
};
use crate::engine::EngineState;
use crate::inside::files::Content;
use crate::inside::layers::{FileKind, Files, LayerFiles, Mark, Node, Stack, Step};
use crate::inside::logs::{Batch, Line, Source};
use crate::inside::reach::{Answer, Outcome, Trial};
use crate::inside::recorded::Recorded;
use crate::inside::stats::Sample;
use crate::inside::{Fact, Need, kernel::Reading, processes::Table};
use crate::tui::message::Message;
use crate::tui::update::fixtures::{container, image, snapshot};

/// What was read of real containers once.
pub(super) struct News {
    readings: Vec<Reading>,
    tables: Vec<Table>,
}

impl News {
    pub(super) fn recorded() -> Self {
        let all = [Recorded::v1(), Recorded::v2(), Recorded::rootless()];
        Self {
            readings: all.iter().map(Recorded::reading).collect(),
            tables: all.iter().map(Recorded::table).collect(),
        }
    }

    /// Something about a need.
    pub(super) fn fact(&self, need: &Need, dice: &mut Dice) -> Fact {
        match (dice.roll(8), need) {
            (0, _) => Fact::Failed(dice.words()),
            (1, Need::LayerFiles(_)) => Fact::Progress(dice.roll(1 << 40)),
            (_, Need::Logs(_)) => Fact::Logs(Batch {
                anew: dice.roll(6) == 0,
                lines: (0..dice.roll(9)).map(|_| line(dice)).collect(),
            }),
            (_, Need::Stats(_)) => Fact::Stats(Box::new(sample(dice))),
            (_, Need::Processes(_)) => Fact::Processes(Box::new(dice.pick(&self.tables))),
            (_, Need::Kernel(_)) => Fact::Kernel(Box::new(dice.pick(&self.readings))),
            (_, Need::Layers(_)) => Fact::Layers(Arc::new(stack(dice))),
            (_, Need::LayerFiles(_)) => Fact::LayerFiles(Arc::new(files(dice))),
            (_, Need::File { .. }) => Fact::File(content(dice)),
            (_, Need::Reach { .. }) => Fact::Reach(outcome(dice)),
        }
    }
}

/// A state of the engine.
pub(super) fn state(dice: &mut Dice) -> Snapshot {
    let states = [ContainerState::Running, ContainerState::Exited];
    let names = ["jumeau1", "jumeau2", "autre", "zz"];
    let objects = (0..dice.roll(4)).map(|_| container(dice.pick(&names), dice.pick(&states)));
    let objects: Vec<_> = objects.collect();
    snapshot(objects.into_iter().chain([image()]))
}

/// Something for the timeline.
pub(super) fn occurrence(dice: &mut Dice) -> Occurrence {
    match dice.roll(8) {
        0..4 => {
            let state = state(dice);
            let objects = state.objects().map(Object::reference);
            let since = objects.filter_map(|it| Some((it, moment(dice)?))).collect();
            Occurrence::State(domain::Reading { state, since })
        }
        4 => {
            let event = EngineEvent {
                kind: dice.pick(&["container", "image", "network"]).to_owned(),
                action: dice.pick(&["create", "start", "die", "pull"]).to_owned(),
                id: format!("{:0>64}", dice.pick(&["jumeau1", "autre"])),
                attributes: [("name".to_owned(), dice.words())].into(),
                time: EventTime(i64::try_from(dice.roll(1 << 40)).unwrap()),
            };
            Occurrence::Event(event, moment(dice).unwrap_or(SystemTime::UNIX_EPOCH))
        }
        5 => Occurrence::Travel {
            travel: dice.pick(&[
                Travel::To(0),
                Travel::Undo("docker ps".to_owned()),
                Travel::Redo(String::new()),
            ]),
            moment: dice.roll(9),
        },
        6 => Occurrence::Moment(dice.roll(9)),
        _ => Occurrence::Call(ApiCall {
            number: dice.roll(50),
            method: dice.pick(&["GET", "POST", "DELETE"]).to_owned(),
            path: format!("/v1.51/containers/{}?nom={}", dice.roll(9), dice.words()),
            outcome: dice.pick(&[
                CallOutcome::Pending,
                CallOutcome::Answered(201),
                CallOutcome::Answered(404),
                CallOutcome::Upgraded,
                CallOutcome::Failed("coupé".to_owned()),
            ]),
            request_body: dice.words(),
            response_body: format!("{{\"漢\":[1,\"{}\"]}}", dice.words()),
            took: Duration::from_millis(dice.roll(100_000)),
        }),
    }
}

/// When something happened, near enough to commands to be theirs or not; or nothing.
fn moment(dice: &mut Dice) -> Option<SystemTime> {
    let seconds = Duration::from_secs(dice.roll(10_000));
    (dice.roll(3) > 0).then(|| SystemTime::UNIX_EPOCH + seconds)
}

/// The shell, or the link with the engine.
pub(super) fn other(dice: &mut Dice) -> Message {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(dice.roll(10_000));
    match dice.roll(15) {
        0..3 => Message::CommandBegan {
            line: dice
                .pick(&["docker stop jumeau1", "", "ls\nls", "docker 漢 字"])
                .to_owned(),
            at,
        },
        3..5 => Message::CommandEnded {
            status: dice.pick(&[Some(0), Some(125), None]),
            at,
        },
        5 => Message::State(EngineState::Lost {
            last: snapshot([]),
            reason: dice.words(),
        }),
        6 | 7 => Message::State(EngineState::Live(state(dice))),
        8 => Message::Settled(dice.roll(20)),
        9 => Message::Typing(Some(format!("docker run {}", dice.words()))),
        10 => Message::CommandSaid(dice.words()),
        11 => Message::Travelled(dice.index(9), dice.roll(2) == 0),
        12 => Message::Copied {
            what: dice.words(),
            characters: dice.index(9),
        },
        13 => Message::ShellFound {
            at: dice.index(9),
            count: dice.index(9),
        },
        _ => dice.pick(&[
            Message::ShellEnded(1),
            Message::ShellOpened { marked: false },
            Message::ShellFailed("non".to_owned()),
            Message::ShellOutput,
            Message::Prompt,
            Message::Focus(true),
            Message::Focus(false),
            Message::Typing(None),
        ]),
    }
}

fn line(dice: &mut Dice) -> Line {
    Line {
        source: dice.pick(&[Source::Stdout, Source::Stderr, Source::Engine]),
        time: dice
            .pick(&["2026-11-21T16:13:17.448801580Z", ""])
            .to_owned(),
        text: dice.words(),
        cut: dice.roll(2),
        gap: dice.roll(9) == 0,
    }
}

fn sample(dice: &mut Dice) -> Sample {
    Sample {
        at: i64::try_from(dice.roll(1 << 40)).unwrap(),
        cpu: dice.pick(&[None, Some(0.0), Some(37.5), Some(1600.0)]),
        cpu_counted: dice.roll(4) > 0,
        cpus: dice.roll(65),
        memory: dice.pick(&[None, Some(0), Some(u64::MAX)]),
        memory_limit: dice.pick(&[0, 64 << 20, u64::MAX]),
        pids: dice.pick(&[None, Some(12)]),
        ..Sample::default()
    }
}

fn stack(dice: &mut Dice) -> Stack {
    let step = |layer: usize, dice: &mut Dice| Step {
        instruction: dice.words(),
        comment: dice.words(),
        size: dice.roll(1 << 40),
        layer: (dice.roll(3) > 0).then_some(layer),
    };
    let count = dice.index(4);
    Stack {
        steps: (0..count).map(|layer| step(layer, dice)).collect(),
        layers: (0..count).map(|layer| format!("sha256:{layer}")).collect(),
        size: dice.roll(1 << 40),
    }
}

fn files(dice: &mut Dice) -> Files {
    let node = |children: Vec<usize>, dice: &mut Dice| Node {
        name: dice.words(),
        kind: dice.pick(&[
            FileKind::Directory,
            FileKind::File,
            FileKind::Symlink("/bin/漢".to_owned()),
        ]),
        size: dice.roll(1 << 40),
        mark: dice.pick(&[Mark::Added, Mark::Changed, Mark::Deleted, Mark::Passed]),
        children,
    };
    let layer = |dice: &mut Dice| LayerFiles {
        nodes: [vec![1, 2], vec![3], vec![], vec![]]
            .into_iter()
            .map(|children| node(children, dice))
            .collect(),
        over: dice.roll(3),
        problem: dice.pick(&[None, Some("zstd".to_owned())]),
        ..LayerFiles::default()
    };
    Files {
        layers: (0..dice.roll(4)).map(|_| layer(dice)).collect(),
        waste: None,
    }
}

fn content(dice: &mut Dice) -> Content {
    match dice.roll(4) {
        0 => Content::Directory,
        1 => Content::Binary { size: 12 },
        2 => Content::Symlink(dice.words()),
        _ => Content::Text {
            lines: (0..dice.roll(5)).map(|_| dice.words()).collect(),
            size: 1200,
            cut: dice.roll(2) == 0,
        },
    }
}

fn outcome(dice: &mut Dice) -> Outcome {
    let answers = [Answer::Yes, Answer::No, Answer::Unknown];
    let trial = |dice: &mut Dice| Trial {
        answer: dice.pick(&answers),
        words: dice.words(),
        command: dice.words(),
    };
    Outcome {
        at: "16:13:17".to_owned(),
        answer: dice.pick(&answers),
        words: dice.words(),
        trials: (0..dice.roll(3)).map(|_| trial(dice)).collect(),
        by_hand: dice.pick(&[None, Some("docker exec a ping b".to_owned())]),
    }
}
