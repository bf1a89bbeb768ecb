//! Tests of the screen: what vt100 alone gets wrong, and hostile output.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::{Display, Outcome, SCROLLBACK};
use crate::terminal::marks::Tracker;
use crate::terminal::{Marks, Size, TerminalEvent};

fn display(rows: u16, cols: u16) -> Display {
    Display::new(Size { rows, cols }, Tracker::new(Marks::Full))
}

fn fed(display: &mut Display, bytes: &str) -> Outcome {
    let mut outcome = Outcome::default();
    display.feed(bytes.as_bytes(), &mut outcome);
    outcome
}

#[test]
fn marks_titles_and_bells_are_told_in_order() {
    let mut display = display(5, 20);
    let outcome = fed(
        &mut display,
        "\x07\x1b]133;A\x07$ \x1b]133;B\x07ls\r\n\x1b]133;C\x07\x1b]2;ti\ttre\x07\x1b]133;D;0\x07",
    );
    assert_eq!(
        outcome.events,
        [
            TerminalEvent::Bell,
            TerminalEvent::PromptShown,
            TerminalEvent::CommandBegan {
                line: "ls".to_owned(),
                at: None,
            },
            TerminalEvent::TitleChanged,
            TerminalEvent::CommandEnded { status: Some(0) },
        ]
    );
    assert_eq!(display.title(), "titre");
}

#[test]
fn questions_are_answered_from_the_screen() {
    let mut display = display(5, 20);
    let replies = fed(
        &mut display,
        "\x1b[3;4Hab\x1b[6n\x1b[18t\x1b]10;?\x07\x1b]11;?\x1b\\",
    )
    .replies;
    assert_eq!(
        String::from_utf8(replies).unwrap(),
        "\x1b[3;6R\x1b[8;5;20t\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\"
    );
    // At the edge the cursor waits beyond the last column, and is told in it.
    let replies = fed(&mut display, "\x1b[1;20HX\x1b[6n").replies;
    assert_eq!(replies, b"\x1b[1;20R");
}

#[test]
fn repeats_and_back_tabs_draw() {
    let mut display = display(3, 20);
    let _ = fed(&mut display, "=\x1b[4b\x1b[17G\x1b[Z#\x1b[2Z@");
    assert_eq!(display.screen().contents(), "@====   #");
    let _ = fed(&mut display, "\x1b[2;12H\x1b[Zx");
    assert_eq!(
        display.screen().contents().lines().nth(1),
        Some("        x")
    );
}

#[test]
fn lines_gone_are_counted_below_and_at_the_limit() {
    let mut display = display(4, 10);
    for count in 0..SCROLLBACK + 500 {
        let _ = fed(&mut display, &format!("ligne {count}\r\n"));
    }
    assert_eq!(display.top_line(), (SCROLLBACK + 500 - 3) as u64);
    let last = (SCROLLBACK + 499) as u64;
    assert_eq!(
        display.line(last, 0, 10).unwrap().0,
        format!("ligne {last}")
    );
    assert_eq!(display.line(600, 0, 5).unwrap().0, "ligne");
    assert_eq!(display.line(400, 0, 10), None, "no longer kept");
    assert_eq!(display.screen().scrollback(), 0);
}

#[test]
fn a_scrolled_screen_stays_on_its_lines() {
    let mut display = display(3, 10);
    let _ = fed(&mut display, "a\r\nb\r\nc\r\nd\r\ne");
    display.scroll_to(2);
    let (shown, top) = (display.screen().contents(), display.top_line());
    assert_eq!(shown, "a\nb\nc");
    let _ = fed(&mut display, "\r\nf\r\ng\r\n".repeat(10).as_str());
    assert_eq!(display.screen().contents(), shown);
    assert_eq!(display.top_line(), top);
}

/// vt100 alone panics on each of these.
#[test]
fn sizes_and_wide_characters_do_not_panic() {
    let mut narrow = display(1, 1);
    let _ = fed(&mut narrow, "漢字漢字abc\r\n\r\n漢");
    let mut display = display(5, 10);
    let _ = fed(&mut display, "12345678漢\x1b[?1049h12345678漢\x1b[?1049l");
    display.resize(Size { rows: 5, cols: 9 });
    let _ = fed(&mut display, "\x1b[1;9H\x1b[X\x1b[1;9Hx\x1b[1;1H\x1b[K");
    let _ = fed(
        &mut display,
        "\x1b[?47h\x1b[1;9H\x1b[P\x1b[1;9Hx\x1b[1;1H\x1b[K",
    );
    display.resize(Size { rows: 0, cols: 0 });
    let _ = fed(&mut display, "漢字\x1b[1;1r\x1b[65535S\n\n\n");
    display.resize(Size {
        rows: u16::MAX,
        cols: u16::MAX,
    });
    let _ = fed(&mut display, "\x1b[999;999H漢字\n");
}

#[test]
fn resizing_keeps_the_cursor_and_the_text() {
    let mut display = display(5, 20);
    let _ = fed(&mut display, "une ligne\r\n\x1b[31mdeux");
    display.resize(Size { rows: 5, cols: 15 });
    let _ = fed(&mut display, " et demie");
    assert_eq!(display.screen().contents(), "une ligne\ndeux et demie");
    assert_eq!(
        display.screen().cell(1, 8).unwrap().fgcolor(),
        vt100::Color::Idx(1)
    );
}

/// vt100 alone drops the last lines: the prompt, and what is typed after it.
#[test]
fn a_lower_screen_keeps_the_line_of_the_cursor() {
    let mut display = display(5, 20);
    let _ = fed(&mut display, "un\r\ndeux\r\ntrois\r\n~ $ echo");
    display.resize(Size { rows: 2, cols: 20 });
    let _ = fed(&mut display, " bonjour");
    assert_eq!(display.screen().contents(), "trois\n~ $ echo bonjour");
    assert_eq!(display.top_line(), 2);
    display.scroll_to(2);
    assert_eq!(display.screen().contents(), "un\ndeux");
}

#[test]
fn a_lower_screen_loses_nothing_that_was_below_the_cursor_first() {
    let mut display = display(5, 20);
    let _ = fed(&mut display, "un\r\ndeux\r\n\r\n\r\nbas\x1b[2;1H");
    display.resize(Size { rows: 3, cols: 20 });
    assert_eq!(display.screen().contents(), "un\ndeux");
    assert_eq!(display.top_line(), 0);
}

#[test]
fn the_screen_under_a_full_screen_program_keeps_its_line_too() {
    let mut display = display(4, 20);
    let _ = fed(&mut display, "un\r\ndeux\r\n~ $ vi\r\n");
    let _ = fed(&mut display, "\x1b[?1049h\x1b[4;1Hbas");
    display.resize(Size { rows: 2, cols: 20 });
    let _ = fed(&mut display, "\x1b[?1049l~ $");
    assert_eq!(display.screen().contents(), "~ $ vi\n~ $");
}

/// All that is kept, line by line as they were written.
fn whole(display: &mut Display) -> String {
    let mut text = String::new();
    for number in display.lines_kept() {
        let (line, wrapped) = display.line(number, 0, u16::MAX).unwrap();
        text.push_str(if wrapped { &line } else { line.trim_end() });
        if !wrapped {
            text.push('\n');
        }
    }
    text.trim_end().to_owned()
}

#[test]
fn a_narrower_screen_folds_its_lines_and_a_wider_one_unfolds_them() {
    let mut display = display(6, 20);
    let _ = fed(
        &mut display,
        "NOM    \x1b[1;31mIMAGE\x1b[m   STATUT\r\nun     nginx\r\n~ $ ",
    );
    display.resize(Size { rows: 6, cols: 8 });
    assert_eq!(
        display.screen().rows(0, 8).collect::<Vec<_>>(),
        ["NOM    I", "MAGE   S", "TATUT", "un     n", "ginx", "~ $ "]
    );
    let red = display.screen().cell(1, 0).unwrap();
    assert_eq!((red.fgcolor(), red.bold()), (vt100::Color::Idx(1), true));
    assert!(!display.screen().cell(1, 7).unwrap().bold());
    assert_eq!(display.screen().cursor_position(), (5, 4));
    let _ = fed(&mut display, "ls");
    display.resize(Size { rows: 6, cols: 20 });
    assert_eq!(
        display.screen().contents(),
        "NOM    IMAGE   STATUT\nun     nginx\n~ $ ls"
    );
    assert_eq!(display.screen().cursor_position(), (3, 6));
}

#[test]
fn no_width_loses_a_line_that_is_kept() {
    let mut display = display(4, 30);
    let lines = (1..60).map(|it| format!("ligne {it}{}", " et la suite".repeat(it % 9)));
    let text = lines.collect::<Vec<_>>().join("\n");
    let _ = fed(&mut display, &text.replace('\n', "\r\n"));
    for cols in [7, 30, 2, 80, 3, 4, 31, 30] {
        display.resize(Size { rows: 4, cols });
        assert_eq!(whole(&mut display), text, "{cols}");
    }
}

/// vt100 does not say that a line goes on where a wide character did not fit.
#[test]
fn no_width_loses_a_wide_character() {
    let mut display = display(4, 30);
    let text = "漢字x漢字漢y字".repeat(9);
    let _ = fed(&mut display, &text);
    for cols in [7, 30, 3, 8, 31] {
        display.resize(Size { rows: 4, cols });
        assert_eq!(whole(&mut display).replace('\n', ""), text, "{cols}");
    }
}

#[test]
fn the_cursor_stays_between_the_same_characters() {
    let mut display = display(3, 20);
    let _ = fed(&mut display, "un\r\n~ $ docker ps --all\x1b[7D");
    for cols in [9, 5, 20] {
        display.resize(Size { rows: 8, cols });
        let mut typed = self::display(8, cols);
        let _ = fed(&mut typed, "un\r\n~ $ docker p");
        assert_eq!(
            display.screen().cursor_position(),
            typed.screen().cursor_position(),
            "{cols}"
        );
    }
    let _ = fed(&mut display, "X");
    assert_eq!(display.screen().contents(), "un\n~ $ docker pX --all");
}

#[test]
fn what_was_cleared_away_does_not_come_back() {
    let mut display = display(3, 10);
    let _ = fed(&mut display, "un\r\ndeux\r\ntrois\r\nquatre\r\n");
    // `clear`, but for what is above.
    let _ = fed(&mut display, "\x1b[3S\x1b[H~ $ ");
    for cols in [4, 10, 40] {
        display.resize(Size { rows: 3, cols });
        assert_eq!(display.screen().contents().trim_end(), "~ $", "{cols}");
    }
    assert_eq!(whole(&mut display), "un\ndeux\ntrois\nquatre\n\n~ $");
}

#[test]
fn a_scrolled_screen_stays_on_its_lines_at_another_width() {
    let mut display = display(3, 20);
    for number in 0..40 {
        let _ = fed(&mut display, &format!("ligne {number} assez longue\r\n"));
    }
    display.scroll_to(20);
    assert_eq!(display.screen().rows(0, 8).next().unwrap(), "ligne 29");
    for cols in [9, 31, 20] {
        display.resize(Size { rows: 3, cols });
        assert_eq!(
            display.screen().rows(0, 8).next().unwrap(),
            "ligne 29",
            "{cols}"
        );
    }
}

#[test]
fn the_screen_under_a_full_screen_program_is_folded_too() {
    let mut display = display(4, 20);
    let _ = fed(&mut display, "un deux trois\r\n~ $ vi\r\n");
    let _ = fed(&mut display, "\x1b[?1049h\x1b[?1h\x1b[2;3Hbas");
    display.resize(Size { rows: 4, cols: 9 });
    assert!(display.screen().alternate_screen() && display.screen().application_cursor());
    assert_eq!(display.screen().contents(), "\n  bas");
    assert_eq!(display.screen().cursor_position(), (1, 5));
    let _ = fed(&mut display, "\x1b[?1049l~ $");
    assert_eq!(
        display.screen().rows(0, 9).collect::<Vec<_>>(),
        ["un deux t", "rois", "~ $ vi", "~ $"]
    );
}

/// Half of the bytes that mean something to a terminal, half of anything.
fn output() -> impl Strategy<Value = Vec<u8>> {
    let sequence = (
        prop_oneof![Just(""), Just("?"), Just(">")],
        proptest::collection::vec(
            prop_oneof![0u32..30, Just(65535), Just(1049), Just(47)],
            0..3,
        ),
        proptest::sample::select(b"@ABCDEFGHIJKLMPSTXZ`abcdefhlmnrstu".to_vec()),
    )
        .prop_map(|(mark, numbers, last)| {
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            format!("\x1b[{mark}{}{}", numbers.join(";"), char::from(last)).into_bytes()
        });
    let words = [
        "漢字",
        "a\u{301}e",
        "👩‍🚀",
        "\r\n",
        "\t",
        "\x08",
        "\x1bM",
        "\x1bc",
        "\x1b7",
        "\x1b8",
        "texte",
        "\x1b(0",
    ];
    let word = proptest::sample::select(words.to_vec()).prop_map(|it| it.as_bytes().to_vec());
    let noise = proptest::collection::vec(any::<u8>(), 0..6);
    proptest::collection::vec(prop_oneof![4 => sequence, 4 => word, 1 => noise], 1..40)
        .prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn nothing_panics(steps in proptest::collection::vec((output(), 0u16..12, 0u16..24), 1..8)) {
        let mut display = display(6, 12);
        for (bytes, rows, cols) in steps {
            let mut outcome = Outcome::default();
            display.feed(&bytes, &mut outcome);
            display.resize(Size { rows, cols });
            display.scroll_to(usize::from(rows));
            let _ = display.screen().contents();
            let _ = display.line(display.top_line(), 0, 80);
        }
    }
}
