//! Tests of the marks.

use std::time::{Duration, UNIX_EPOCH};

use super::{Tracker, percent_decoded};
use crate::terminal::{Marks, TerminalEvent};

fn began(line: &str) -> TerminalEvent {
    TerminalEvent::CommandBegan {
        line: line.to_owned(),
        at: None,
    }
}

fn ended(status: Option<i32>) -> TerminalEvent {
    TerminalEvent::CommandEnded { status }
}

/// Feeds marks and, between them, what is drawn.
fn play(tracker: &mut Tracker, steps: &[(&str, &str)]) -> Vec<TerminalEvent> {
    let mut events = Vec::new();
    for (mark, drawn) in steps {
        events.extend(tracker.mark(mark.as_bytes(), 2, 20));
        tracker.drawn(drawn.as_bytes());
    }
    events
}

#[test]
fn a_command_is_told_with_its_line_and_status() {
    let mut tracker = Tracker::new(Marks::Full);
    let steps = [
        ("A", "$ "),
        ("B", "ls\r\n"),
        ("C;cmdline_url=ls%20-l", "x"),
        ("D;2", ""),
        ("A", ""),
        ("B", ""),
    ];
    let events = play(&mut tracker, &steps);
    let prompt = TerminalEvent::PromptShown;
    assert_eq!(
        events,
        [prompt.clone(), began("ls -l"), ended(Some(2)), prompt]
    );
    assert!(tracker.at_prompt());
}

#[test]
fn an_untold_line_is_read_from_the_echo() {
    let mut tracker = Tracker::new(Marks::Full);
    // Typed over two rows, with a correction.
    let typed = "echo abcdefghijklz\x08 \x08mnopq\r\n";
    let events = play(
        &mut tracker,
        &[("A", ""), ("B", typed), ("C", ""), ("D", "")],
    );
    assert_eq!(events[1..], [began("echo abcdefghijklmnopq"), ended(None)]);
}

#[test]
fn the_same_mark_twice_counts_once() {
    let mut tracker = Tracker::new(Marks::Full);
    let steps = [
        ("A", ""),
        ("B", ""),
        ("A", ""),
        ("B", ""),
        ("C;cmdline_url=ls", ""),
        ("C;cmdline_url=ls", ""),
    ];
    let mut events = play(&mut tracker, &steps);
    events.extend(play(&mut tracker, &[("D;0", ""), ("D;0", "")]));
    assert_eq!(
        events,
        [TerminalEvent::PromptShown, began("ls"), ended(Some(0))]
    );
}

#[test]
fn an_end_without_a_beginning_is_nothing() {
    let mut tracker = Tracker::new(Marks::Full);
    let events = play(
        &mut tracker,
        &[
            ("D;130", ""),
            ("A", ""),
            ("B", "abc^C\r\n"),
            ("D;130", ""),
            ("A", ""),
        ],
    );
    assert_eq!(events, [TerminalEvent::PromptShown]);
}

#[test]
fn a_prompt_ends_a_command_that_said_no_end() {
    let mut tracker = Tracker::new(Marks::Full);
    let events = play(
        &mut tracker,
        &[("B", ""), ("C;cmdline_url=ls", ""), ("A", "")],
    );
    assert_eq!(events[1..], [began("ls"), ended(None)]);
}

#[test]
fn marks_in_the_prompt_alone_tell_commands_once_ended() {
    let mut tracker = Tracker::new(Marks::Prompt);
    let steps = [
        ("D;0", ""),
        ("A", "$ "),
        ("B", "false\r\nsortie\r\n"),
        ("D;1", ""),
        ("A", "$ "),
        ("B", "\r\n"),
        ("D;1", ""),
        ("A", "$ "),
        ("B", "abandon^C\r\n"),
        ("D;130", ""),
    ];
    let events: Vec<_> = play(&mut tracker, &steps);
    let prompt = TerminalEvent::PromptShown;
    assert_eq!(
        events,
        [
            prompt.clone(),
            began("false"),
            ended(Some(1)),
            prompt.clone(),
            prompt
        ]
    );
}

#[test]
fn continuation_prompts_join_lines() {
    let mut tracker = Tracker::new(Marks::Prompt);
    let steps = [
        ("A", "$ "),
        ("B", "for i in 1\r\n"),
        ("A;k=s", "> "),
        ("B", "do echo $i; done\r\n1\r\n"),
        ("D;0", ""),
    ];
    let events = play(&mut tracker, &steps);
    assert_eq!(
        events[1..],
        [began("for i in 1\ndo echo $i; done"), ended(Some(0))]
    );
}

#[test]
fn what_is_typed_goes_on_from_one_line_to_the_next() {
    let mut tracker = Tracker::new(Marks::Full);
    let steps = [
        ("A", "$ "),
        ("B", "echo \"un\r\n"),
        ("A;k=s", "> "),
        ("B", "de"),
        // Drawn again.
        ("A;k=s", "\r> "),
        ("B", "deux"),
    ];
    let _ = play(&mut tracker, &steps);
    assert_eq!(
        tracker.before_cursor(80).as_deref(),
        Some("echo \"un\ndeux")
    );
    // Abandoned: the next line is another command.
    let _ = play(&mut tracker, &[("D;130", ""), ("A", "$ "), ("B", "ls")]);
    assert_eq!(tracker.before_cursor(80).as_deref(), Some("ls"));
}

#[test]
fn an_echo_without_end_takes_no_memory() {
    let mut tracker = Tracker::new(Marks::Prompt);
    let _ = tracker.mark(b"B", 0, 80);
    for _ in 0..1000 {
        tracker.drawn(&[b'x'; 1000]);
    }
    assert!(tracker.echo.as_ref().unwrap().bytes.len() <= super::ECHO_LIMIT);
    assert!(!tracker.typed(80).is_empty());
}

#[test]
fn nonsense_is_ignored() {
    let mut tracker = Tracker::new(Marks::Full);
    assert!(
        play(
            &mut tracker,
            &[("", ""), ("Z", ""), ("P;k=v", ""), (";;;", "")]
        )
        .is_empty()
    );
    let events = play(
        &mut tracker,
        &[("B", ""), ("C;cmdline_url=x", ""), ("D;abc", "")],
    );
    assert_eq!(events[2], ended(None));
}

#[test]
fn percent_escapes_are_decoded() {
    assert_eq!(percent_decoded(b"a%20b%3Bc%0Ad"), "a b;c\nd");
    assert_eq!(percent_decoded("%C3%A9é".as_bytes()), "éé");
    assert_eq!(percent_decoded(b"100%"), "100%");
    assert_eq!(percent_decoded(b"%zz%4"), "%zz%4");
    assert_eq!(percent_decoded(b"%FF"), "\u{fffd}");
}

#[test]
fn the_simulated_shell_says_which_moment_it_was() {
    let mut tracker = Tracker::new(Marks::Full);
    tracker.mark(b"A", 0, 80);
    tracker.mark(b"B", 2, 80);
    let events = tracker.mark(b"C;moment=7;cmdline_url=docker%20ps", 0, 80);
    assert_eq!(events, [began("docker ps"), TerminalEvent::Moment(7)]);
    tracker.mark(b"D;0", 0, 80);
    tracker.mark(b"A", 0, 80);
    tracker.mark(b"B", 2, 80);
    let events = tracker.mark(b"C;moment=x;cmdline_url=ls", 0, 80);
    assert_eq!(events, [began("ls")]);
}

#[test]
fn when_it_began_is_what_the_shell_says_if_that_can_be_read() {
    let exact = UNIX_EPOCH + Duration::from_millis(1_732_284_000_250);
    for (said, at) in [
        ("1732284000.250000", Some(exact)),
        // bash writes it as its locale does; zsh has more decimals.
        ("1732284000,250000", Some(exact)),
        ("1732284000.2500000000", Some(exact)),
        ("", None),
        ("hier", None),
        ("-1", None),
        ("NaN", None),
        ("1e300", None),
    ] {
        let mut tracker = Tracker::new(Marks::Full);
        let mark = format!("C;began={said};cmdline_url=ls");
        let line = "ls".to_owned();
        assert_eq!(
            tracker.mark(mark.as_bytes(), 0, 80),
            [TerminalEvent::CommandBegan { line, at }],
            "{said}"
        );
    }
}
