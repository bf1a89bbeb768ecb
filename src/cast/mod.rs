//! Recorded terminals: the asciicast format, versions 2 and 3
//! (<https://docs.asciinema.org/manual/asciicast/v2/>, <https://docs.asciinema.org/manual/asciicast/v3/>).
//!
//! A header, then one event per line: `[time, code, data]`. Times are seconds since the beginning
//! in version 2, since the event before in version 3.
//!
//! Our recordings also say what their screens cannot: where in a lesson a step begins ([`Place`]),
//! and what its command did ([`Outcome`]). These are events of two more codes, `place` and
//! `outcome`, whose data is JSON; the format has readers pass over the codes that they do not know.

mod reading;
mod writing;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use reading::{CastError, Recording};
pub use writing::Recorder;

/// The version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Of asciinema 2.
    Two,
    /// Of asciinema 3.
    Three,
}

/// Something that happened on the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was written this (`o`).
    Output(String),
    /// A step begins, of this name (`m`).
    Marker(String),
    /// It has this size (`r`): columns, lines.
    Resize(u16, u16),
    /// Where in a lesson the next step begins, or the recording ends (`place`).
    Place(Place),
    /// What the command of the last step did (`outcome`).
    Outcome(Outcome),
}

/// A place in a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The lesson's identifier.
    pub lesson: String,
    /// The part that is shown (its rank).
    pub part: usize,
    /// In a demo, the beat whose line is run (its rank), or the one shown when it is over; `None`
    /// for what is typed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beat: Option<usize>,
}

/// What a command did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its exit status; `None` when it had not ended, or when the shell did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<i32>,
    /// What it wrote, as a person reads it: lines, without colours.
    pub output: String,
    /// What it changed in the engine: a sign (`+`, `-` or `~`) and a sentence each.
    pub changes: Vec<(char, String)>,
}

/// An event of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, since the beginning.
    pub at: Duration,
    /// What.
    pub what: What,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(version: Version) -> (String, Recording) {
        let mut bytes = Vec::new();
        let mut recorder = Recorder::begin(&mut bytes, version, (80, 24), 1_700_000_000).unwrap();
        let at = Duration::from_millis;
        recorder.output(at(250), "é\u{1b}[1m\"x\"\r\n").unwrap();
        recorder.marker(at(1_000), "docker ps").unwrap();
        recorder.resize(at(1_500), (100, 30)).unwrap();
        recorder.output(at(3_000), "fin").unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let read = Recording::parse(&text).unwrap();
        (text, read)
    }

    #[test]
    fn what_is_written_is_read_again_in_both_versions() {
        let (two, three) = (recorded(Version::Two), recorded(Version::Three));
        assert_eq!(two.1, three.1);
        assert_eq!(two.1.size, (80, 24));
        let times: Vec<u128> = two.1.events.iter().map(|it| it.at.as_millis()).collect();
        assert_eq!(times, [250, 1_000, 1_500, 3_000]);
        assert_eq!(two.1.events[2].what, What::Resize(100, 30));
        assert_eq!(two.1.events[1].what, What::Marker("docker ps".to_owned()));
        let lines: Vec<&str> = two.0.lines().collect();
        assert_eq!(lines[2], r#"[1.000000,"m","docker ps"]"#);
        assert_eq!(lines[4], r#"[3.000000,"o","fin"]"#);
        let lines: Vec<&str> = three.0.lines().collect();
        assert_eq!(lines[2], r#"[0.750000,"m","docker ps"]"#);
        assert_eq!(lines[4], r#"[1.500000,"o","fin"]"#);
    }

    #[test]
    fn what_a_step_did_is_read_again() {
        let place = Place {
            lesson: "image-conteneur".to_owned(),
            part: 2,
            beat: Some(7),
        };
        let outcome = Outcome {
            status: Some(1),
            output: "une ligne\n".to_owned(),
            changes: vec![('+', "Nouveau\u{a0}: volume notes.".to_owned())],
        };
        for version in [Version::Two, Version::Three] {
            let mut bytes = Vec::new();
            let mut recorder = Recorder::begin(&mut bytes, version, (80, 24), 0).unwrap();
            let at = Duration::from_secs(1);
            recorder.place(at, &place).unwrap();
            recorder.marker(at, "docker ps").unwrap();
            recorder.outcome(at, &outcome).unwrap();
            let read = Recording::parse(&String::from_utf8(bytes).unwrap()).unwrap();
            let read: Vec<What> = read.events.into_iter().map(|it| it.what).collect();
            let (place, outcome) = (What::Place(place.clone()), What::Outcome(outcome.clone()));
            let marker = What::Marker("docker ps".to_owned());
            assert_eq!(read, [place, marker, outcome]);
        }
    }

    #[test]
    fn comments_and_other_events_are_passed_over() {
        let text = "{\"version\": 3, \"term\": {\"cols\": 90, \"rows\": 30}}\n# une note\n\
                    [0.5, \"i\", \"a\"]\n[0.5, \"o\", \"b\"]\n[0.1, \"x\", \"0\"]\n";
        let read = Recording::parse(text).unwrap();
        assert_eq!(read.events.len(), 1);
        assert_eq!(read.events[0].at, Duration::from_secs(1));
    }

    #[test]
    fn times_that_no_session_lasts_are_read() {
        let text = "{\"version\": 3, \"term\": {\"cols\": 90, \"rows\": 30}}\n\
                    [1e19, \"o\", \"a\"]\n[1e19, \"o\", \"b\"]\n";
        let read = Recording::parse(text).unwrap();
        assert_eq!(read.duration(), reading::LONGEST);
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("{\"version\": 1}", 1),
            ("{\"version\": 2, \"width\": 0, \"height\": 24}", 1),
            (
                "{\"version\": 2, \"width\": 80, \"height\": 24}\n[1, \"o\"]",
                2,
            ),
            (
                "{\"version\": 2, \"width\": 80, \"height\": 24}\n[-1, \"o\", \"\"]",
                2,
            ),
            (
                "{\"version\": 2, \"width\": 80, \"height\": 24}\n[1, \"r\", \"80\"]",
                2,
            ),
            ("{\"version\": 2, \"width\": 80, \"height\": 24}\n\n[", 3),
        ] {
            assert_eq!(Recording::parse(text).unwrap_err().line, line, "{text}");
        }
    }
}
