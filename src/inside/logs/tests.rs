use super::frames::Lines;
use super::{Batch, KEPT_LINES, Line, Log, Source, is_told};
use crate::engine::real::unique;
use crate::inside::trial::Bench;
use crate::inside::{Known, Need};

/// Recorded from dockerd 20.10.24 (`GET /v1.41/containers/…/logs?stdout=1&stderr=1&timestamps=1`):
/// `sh -c 'echo un; echo deux >&2; printf "sans fin"'`.
const FRAMES: &[u8] = include_bytes!("fixtures/frames-20.10.bin");

fn lines(framed: bool, pieces: &[&[u8]]) -> Vec<Line> {
    let mut reader = Lines::new(!framed);
    let mut out = Vec::new();
    for piece in pieces {
        reader.feed(piece, &mut out);
    }
    reader.finish(&mut out);
    out
}

fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

fn frame(stream: u8, text: &str) -> Vec<u8> {
    let mut bytes = vec![stream, 0, 0, 0];
    bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

#[test]
fn frames_are_cut_anywhere() {
    let whole = lines(true, &[FRAMES]);
    let mut sorted = texts(&whole);
    sorted.sort_unstable();
    assert_eq!(sorted, ["deux", "sans fin", "un"]);
    for line in &whole {
        let stderr = line.text == "deux";
        assert_eq!(line.source == Source::Stderr, stderr, "{line:?}");
        assert!(
            line.time.ends_with('Z') && line.time.len() == 30,
            "{line:?}"
        );
    }
    for size in 1..12 {
        let pieces: Vec<&[u8]> = FRAMES.chunks(size).collect();
        assert_eq!(lines(true, &pieces), whole, "by {size}");
    }
}

#[test]
fn a_long_line_is_several_entries_with_one_time() {
    let first = frame(
        1,
        &format!("2026-01-01T10:00:00.000000001Z {}", "a".repeat(16_000)),
    );
    let last = frame(1, "2026-01-01T10:00:00.000000002Z bbb\n");
    let other = frame(2, "2026-01-01T10:00:00.000000001Z erreur\n");
    let found = lines(true, &[&first, &other, &last]);
    assert_eq!(texts(&found)[0], "erreur");
    assert_eq!(found[1].text.len(), 16_003);
    assert!(found[1].text.ends_with("abbb") && found[1].cut == 0);
    assert_eq!(found[1].time, "2026-01-01T10:00:00.000000001Z");
}

#[test]
fn what_is_too_long_is_counted() {
    let text = format!("2026-01-01T10:00:00.000000001Z {}\n", "é".repeat(100_000));
    let found = lines(true, &[&frame(1, &text)]);
    assert!(found[0].text.len() < 17_000);
    assert!(found[0].cut > 180_000);
}

#[test]
fn a_terminal_has_no_frames() {
    let raw = b"2026-01-01T10:00:00.000000001Z un\r\n2026-01-01T10:00:00.000000002Z 10%\r20%\r\x1b[32m30%\r\n2026-01-01T10:00:01Z reste";
    let found = lines(false, &[raw]);
    assert_eq!(texts(&found), ["un", "30%", "reste"]);
    assert_eq!(found[2].time, "2026-01-01T10:00:01Z");
    // An engine that sends a terminal's log where frames were expected.
    let found = lines(true, &[raw]);
    assert_eq!(texts(&found), ["un", "30%", "reste"]);
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    let found = lines(
        true,
        &[
            &frame(1, "sans date"),
            &[1, 0, 0, 0, 0, 0, 0, 2, 0xff, b'\n'],
        ],
    );
    assert_eq!(texts(&found), ["sans date\u{fffd}"]);
    assert_eq!(found[0].time, "");
    assert_eq!(lines(true, &[&[1, 0, 0]]), []);
}

#[test]
fn a_log_forgets_its_oldest_lines() {
    let line = |text: String| Line {
        source: Source::Stdout,
        time: String::new(),
        text,
        cut: 0,
        gap: false,
    };
    let batch = |range: std::ops::Range<usize>, anew| Batch {
        anew,
        lines: range.map(|it| line(it.to_string())).collect(),
    };
    let mut log = Log::default();
    log.learn(batch(0..500, true));
    assert!(log.has_older() && log.dropped() == 0);
    log.learn(batch(500..KEPT_LINES + 7, false));
    assert_eq!(log.dropped(), 7);
    let numbered = |log: &Log| log.lines().next().map(|(at, line)| (at, line.text.clone()));
    assert_eq!(numbered(&log), Some((7, "7".to_owned())));
    log.learn(batch(0..3, true));
    assert_eq!(
        (log.dropped(), log.lines().count(), log.has_older()),
        (0, 3, false)
    );
    assert_eq!(numbered(&log), Some((KEPT_LINES + 7, "0".to_owned())));
    log.learn(Batch {
        anew: false,
        lines: (0..300).map(|_| line("x".repeat(16_000))).collect(),
    });
    assert!(log.lines().map(|(_, line)| line.text.len()).sum::<usize>() <= super::KEPT_BYTES);
}

fn written(known: &Known) -> Vec<(Source, String)> {
    known
        .logs
        .lines()
        .map(|(_, line)| (line.source, line.text.clone()))
        .collect()
}

/// The same on any engine.
async fn contract(bench: &Bench) {
    let name = unique("journal");
    let script = "echo un; echo deux >&2; sleep 1; echo trois; exit 3";
    bench
        .docker(&["run", "-d", "--name", &name, "busybox", "sh", "-c", script])
        .await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &name]).await;
    let reader = bench.follow(Need::Logs(id));
    let known = reader.until(|it| it.logs.lines().count() >= 3).await;
    let mut lines = written(&known);
    let last = lines.pop();
    lines.sort_by_key(|line| line.0 as usize);
    let (out, err) = (Source::Stdout, Source::Stderr);
    assert_eq!(lines, [(out, "un".to_owned()), (err, "deux".to_owned())]);
    assert_eq!(last, Some((out, "trois".to_owned())));
    // It goes on when the container starts again, without telling anything twice.
    bench.docker(&["start", &name]).await;
    let known = reader.until(|it| it.logs.lines().count() >= 6).await;
    assert_eq!(known.logs.lines().count(), 6, "{known:?}");
    bench.docker(&["rm", "-f", &name]).await;
    let known = reader.until(|it| it.failure.is_some()).await;
    assert_eq!(
        known.failure.as_deref(),
        Some("Ce conteneur n’existe plus.")
    );
}

/// A container that writes nothing, and one whose log is not kept.
async fn contract_of_absence(bench: &Bench) {
    let (quiet, none) = (unique("muet"), unique("sans"));
    bench
        .docker(&["run", "--name", &quiet, "busybox", "true"])
        .await;
    bench
        .docker(&[
            "run",
            "--name",
            &none,
            "--log-driver",
            "none",
            "busybox",
            "echo",
            "a",
        ])
        .await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &quiet]).await;
    // A fact without lines: nothing was written, which is not the same as nothing read.
    let reader = bench.follow(Need::Logs(id));
    reader.told().await;
    assert!(reader.until(|_| true).await.logs.is_empty());
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &none]).await;
    let reader = bench.follow(Need::Logs(id));
    let known = reader.until(|it| it.failure.is_some()).await;
    let reason = known.failure.unwrap();
    assert!(
        reason.contains("--log-driver none") && reason.contains("support reading"),
        "{reason}"
    );
    bench.docker(&["rm", "-f", &quiet, &none]).await;
}

/// What floods is bounded, in number of facts and in lines.
async fn contract_of_floods(bench: &Bench) {
    let name = unique("deluge");
    bench
        .docker(&["run", "-d", "--name", &name, "busybox", "yes", "encore"])
        .await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &name]).await;
    let reader = bench.follow(Need::Logs(id));
    reader
        .until(|it| it.logs.lines().any(|(_, line)| line.gap))
        .await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let known = reader.until(|_| true).await;
    bench.docker(&["rm", "-f", &name]).await;
    assert!(known.logs.lines().count() <= KEPT_LINES);
    let facts = reader.count();
    assert!(facts < 60, "{facts} facts in about three seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_the_simulated_engine() {
    let bench = Bench::simulated();
    contract(&bench).await;
    contract_of_absence(&bench).await;
    contract_of_floods(&bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_a_real_engine() {
    let Some(bench) = Bench::real() else { return };
    contract(&bench).await;
    contract_of_absence(&bench).await;
    contract_of_floods(&bench).await;
}

#[test]
fn lines_of_one_second_are_told_once_each() {
    let mut replay = Some(("10".to_owned(), 2));
    let told: Vec<bool> = ["09", "10", "10", "10", "11", "10"]
        .iter()
        .map(|time| is_told(&mut replay, time))
        .collect();
    assert_eq!(told, [true, true, true, false, false, false]);
    assert!(!is_told(&mut None, "10"));
    assert!(!is_told(&mut Some(("10".to_owned(), 2)), ""));
}
