//! Beginning, end, and what happens to the terminal.

use super::driver::Options;

const SIMULATED: [&str; 2] = ["--moteur", "simule"];
/// The lesson, on the home screen.
const LESSON: &str = "Image ou conteneur ?";

#[test]
fn it_starts_and_quits_with_the_terminal_as_it_was() {
    for (rows, cols) in [(24, 80), (40, 120)] {
        let mut program = Options::new(&SIMULATED).size(rows, cols).start();
        program.wait_for(LESSON);
        assert!(program.screen().alternate_screen());
        program.type_text("q");
        assert_eq!(program.wait_for_end(), 0);
        program.assert_restored();
    }
}

#[test]
fn a_signal_ends_it_with_the_terminal_as_it_was() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let mut program = Options::new(&SIMULATED).start();
        program.wait_for(LESSON);
        program.signal(name);
        assert_eq!(program.wait_for_end(), code, "{name}");
        program.assert_restored();
    }
}

#[test]
fn a_tiny_terminal_is_told_and_left() {
    let mut program = Options::new(&SIMULATED).start();
    program.wait_for(LESSON);
    program.resize(5, 10);
    program.wait_until("something small", |it| !it.text().trim().is_empty());
    program.settle();
    program.resize(1, 1);
    program.settle();
    program.resize(24, 80);
    program.wait_for(LESSON);
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

#[test]
fn it_starts_in_a_tiny_terminal() {
    let mut program = Options::new(&SIMULATED).size(5, 10).start();
    program.wait_until("something small", |it| !it.text().trim().is_empty());
    program.resize(24, 80);
    program.wait_for(LESSON);
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}
