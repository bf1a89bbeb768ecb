//! Tests of the decoder: every case is fed whole, then byte by byte.

use super::{Decoder, Query, Unit};

/// What came out, with text joined as reads do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Out {
    Bytes(String),
    Repeat(char, u16),
    BackTab(u16),
    Bell,
    Osc(String),
    Query(Query),
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn run(chunks: &[&[u8]]) -> Vec<Out> {
    let mut decoder = Decoder::default();
    let mut out: Vec<Out> = Vec::new();
    for chunk in chunks {
        decoder.feed(chunk, &mut |unit| match unit {
            Unit::Bytes(bytes) => match out.last_mut() {
                Some(Out::Bytes(last)) => last.push_str(&lossy(bytes)),
                _ => out.push(Out::Bytes(lossy(bytes))),
            },
            Unit::Repeat(character, count) => out.push(Out::Repeat(character, count)),
            Unit::BackTab(count) => out.push(Out::BackTab(count)),
            Unit::Bell => out.push(Out::Bell),
            Unit::Osc(command) => out.push(Out::Osc(lossy(command))),
            Unit::Query(query) => out.push(Out::Query(query)),
        });
    }
    out
}

/// Checks one input, however it is cut.
fn check(input: &[u8], expected: &[Out]) {
    assert_eq!(run(&[input]), expected, "{}", lossy(input));
    let bytes: Vec<&[u8]> = input.chunks(1).collect();
    assert_eq!(run(&bytes), expected, "{} byte by byte", lossy(input));
}

fn text(text: &str) -> Out {
    Out::Bytes(text.to_owned())
}

fn osc(text: &str) -> Out {
    Out::Osc(text.to_owned())
}

#[test]
fn text_and_known_sequences_go_through() {
    check(
        b"abc\r\n\x1b[1;31mrouge\x1b[m",
        &[text("abc\r\n\x1b[1;31mrouge\x1b[m")],
    );
    check("déjà vu 漢字 👩‍🚀".as_bytes(), &[text("déjà vu 漢字 👩‍🚀")]);
    check(
        b"\x1b[?1049h\x1b[?25l\x1b7\x1b8\x1b=",
        &[text("\x1b[?1049h\x1b[?25l\x1b7\x1b8\x1b=")],
    );
}

#[test]
fn osc_strings_end_by_bel_or_st() {
    check(b"a\x1b]133;A\x07b", &[text("a"), osc("133;A"), text("b")]);
    check(b"a\x1b]133;A\x1b\\b", &[text("a"), osc("133;A"), text("b")]);
    check(b"\x1b]2;caf\xc3\xa9\x07", &[osc("2;café")]);
    check(b"\x1b]0;a\x1b[1mb", &[osc("0;a"), text("\x1b[1mb")]);
}

#[test]
fn an_aborted_string_is_nothing() {
    check(b"\x1b]133;A\x18b", &[text("b")]);
    check(b"\x1b[12\x1ab", &[text("b")]);
}

#[test]
fn other_strings_are_swallowed() {
    check(
        b"a\x1bPq#0;2;0;0;0\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x07d",
        &[text("abcd")],
    );
}

#[test]
fn a_string_without_end_takes_no_memory() {
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b]2;", &mut |_| {});
    for _ in 0..100 {
        decoder.feed(&[b'x'; 10_000], &mut |unit| panic!("{unit:?}"));
    }
    assert!(decoder.pending.capacity() <= 2 * super::OSC_LIMIT);
    let mut out = Vec::new();
    decoder.feed(b"\x07vu", &mut |unit| out.push(format!("{unit:?}")));
    assert_eq!(out, [format!("{:?}", Unit::Bytes(b"vu"))]);
}

#[test]
fn a_sequence_without_end_takes_no_memory() {
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b[", &mut |_| {});
    decoder.feed(&[b'1'; 10_000], &mut |unit| panic!("{unit:?}"));
    assert!(decoder.pending.capacity() <= 2 * super::CSI_LIMIT);
    let mut out = Vec::new();
    decoder.feed(b"mvu", &mut |unit| out.push(format!("{unit:?}")));
    assert_eq!(out, [format!("{:?}", Unit::Bytes(b"vu"))]);
}

#[test]
fn controls_inside_a_sequence_act() {
    check(b"\x1b[3\r1mx", &[text("\r\x1b[31mx")]);
    check(b"\x1b[3\x071mx", &[Out::Bell, text("\x1b[31mx")]);
}

#[test]
fn what_xterm_knows_and_the_screen_does_not_is_translated() {
    check(b"\x1b[3;4f", &[text("\x1b[3;4H")]);
    check(b"\x1b[7`", &[text("\x1b[7G")]);
    check(b"a\x1bDb\x1bEc", &[text("a\nb\r\nc")]);
    check(b"\x1b[sx\x1b[u", &[text("\x1b7x\x1b8")]);
    check(b"\x1b[?1047h\x1b[?1048l", &[text("\x1b[?47h\x1b8")]);
    check(b"\x1b[2I", &[text("\t\t")]);
    check(b"\x1b[2Z", &[Out::BackTab(2)]);
    check("é\x1b[5b".as_bytes(), &[text("é"), Out::Repeat('é', 5)]);
    check(b"\x1b[5b", &[]);
}

#[test]
fn line_drawing_is_unicode() {
    check(b"\x1b(0lqk\x1b(Blqk", &[text("┌─┐lqk")]);
    check(b"\x1b)0a\x0eqx\x0fq", &[text("a─│q")]);
}

#[test]
fn counts_are_bounded() {
    check(
        b"\x1b[65535@\x1b[99999999L",
        &[text("\x1b[1000@\x1b[1000L")],
    );
    check(b"x\x1b[65535b", &[text("x"), Out::Repeat('x', 1000)]);
}

#[test]
fn questions_are_told_apart() {
    check(
        b"\x1b[6n\x1b[5n",
        &[Out::Query(Query::Cursor), Out::Query(Query::Status)],
    );
    check(
        b"\x1b[c\x1b[0c\x1b[>c",
        &[
            Out::Query(Query::Primary),
            Out::Query(Query::Primary),
            Out::Query(Query::Secondary),
        ],
    );
    check(
        b"\x1b[18t\x1b[?2026$p",
        &[Out::Query(Query::Size), Out::Query(Query::Mode(2026))],
    );
}

#[test]
fn invalid_bytes_do_not_stop_what_follows() {
    check(b"a\xff\xfe\x1b[1mb", &[text("a\u{fffd}\u{fffd}\x1b[1mb")]);
    assert_eq!(run(&[b"\xe6\xbc", b"\xa2"]), [text("漢")]);
    // A character cut short by a sequence.
    let out = run(&[b"\xe6\xbc", b"\x1b]133;A\x07ok"]);
    assert_eq!(out[1..], [osc("133;A"), text("ok")]);
}
