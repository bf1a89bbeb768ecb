//! What a frame allocates: as much with a thousand containers as with ten.

use allocation_counter::{AllocationInfo, measure};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::fixtures::{Play, container, image, snapshot};
use crate::domain::{ContainerState, Occurrence, Snapshot};
use crate::tui::message::Message;
use crate::tui::panes::{self, PANES, Pane};
use crate::tui::view;

const FEW: usize = 10;
const MANY: usize = 1_000;
/// What many may take above what few do. One allocation per container would be three times this.
const SLACK: u64 = 300;
/// The same in bytes. A list of all containers, were it of pointers, would be more.
const SLACK_BYTES: u64 = 7_000;

/// A lesson beside so many containers, drawn.
struct Scene {
    play: Play,
    state: Snapshot,
    terminal: Terminal<TestBackend>,
}

impl Scene {
    /// `fresh` when the step shown made all of them.
    fn new(count: usize, pane: Pane, fresh: bool) -> Self {
        let names = (0..count).map(|it| format!("c{it:04}"));
        let all = names.map(|name| container(&name, ContainerState::Running));
        let state = snapshot(all.chain([image()]));
        let mut play = Play::lesson(120, 40);
        play.model.trusted = true;
        play.run("docker run …", 0, state.clone());
        if !fresh {
            play.run("docker ps", 0, state.clone());
        }
        play.leader('f');
        play.keys(&pane.spec().letter.to_string());
        assert_eq!(play.model.pane, pane);
        let terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
        let mut scene = Self {
            play,
            state,
            terminal,
        };
        scene.event(ContainerState::Paused);
        scene.draw();
        scene
    }

    fn draw(&mut self) {
        let model = &self.play.model;
        self.terminal
            .draw(|frame| view::draw(frame, model, None))
            .unwrap();
    }

    /// One container changes; the state was read by the observer.
    fn event(&mut self, state: ContainerState) {
        self.state.insert(container("c0005", state));
        let occurrence = Occurrence::State(self.state.clone().into());
        self.play.say(Message::Occurrence(occurrence));
        self.play.effects.clear();
    }

    fn at_rest(&mut self) -> AllocationInfo {
        measure(|| self.draw())
    }

    fn after_an_event(&mut self) -> AllocationInfo {
        self.state
            .insert(container("c0005", ContainerState::Exited));
        measure(|| {
            let occurrence = Occurrence::State(self.state.clone().into());
            self.play.say(Message::Occurrence(occurrence));
            self.draw();
        })
    }
}

/// Whether many cost more than few, beyond the slack.
fn grows(few: &AllocationInfo, many: &AllocationInfo) -> bool {
    many.count_total > few.count_total + SLACK || many.bytes_total > few.bytes_total + SLACK_BYTES
}

/// What to say of a pane whose cost grows.
fn compared(name: &str, few: &AllocationInfo, many: &AllocationInfo) -> Option<String> {
    let told = |it: &AllocationInfo| format!("{} of {} bytes", it.count_total, it.bytes_total);
    grows(few, many).then(|| format!("{name}: {}, then {}", told(few), told(many)))
}

#[test]
fn a_frame_costs_what_is_in_sight() {
    let mut grown = Vec::new();
    for spec in PANES {
        let mut few = Scene::new(FEW, spec.pane, false);
        let mut many = Scene::new(MANY, spec.pane, false);
        grown.extend(compared(spec.name, &few.at_rest(), &many.at_rest()));
    }
    assert!(grown.is_empty(), "{grown:#?}");
}

#[test]
fn an_event_costs_what_it_changes() {
    let mut grown = Vec::new();
    // Who can reach whom is read again for all when one changes: not this pane.
    for spec in PANES.iter().filter(|it| it.pane != Pane::Network) {
        let mut few = Scene::new(FEW, spec.pane, false);
        let mut many = Scene::new(MANY, spec.pane, false);
        let (one, other) = (few.after_an_event(), many.after_an_event());
        grown.extend(compared(spec.name, &one, &other));
    }
    assert!(grown.is_empty(), "{grown:#?}");
}

#[test]
fn an_event_of_a_step_that_changed_everything_costs_no_more() {
    let mut few = Scene::new(FEW, Pane::State, true);
    let mut many = Scene::new(MANY, Pane::State, true);
    let event = compared("event", &few.after_an_event(), &many.after_an_event());
    let rest = compared("rest", &few.at_rest(), &many.at_rest());
    assert_eq!((event, rest), (None, None));
}

#[test]
fn what_would_be_said_of_every_container_is_seen() {
    let rows = |count| {
        let scene = Scene::new(count, Pane::State, false);
        measure(|| drop(panes::rows(&scene.play.model, Pane::State, 70)))
    };
    let list = |count| measure(|| drop(vec![0_u64; count]));
    assert!(grows(&rows(FEW), &rows(MANY)));
    assert!(grows(&list(FEW), &list(MANY)));
}
