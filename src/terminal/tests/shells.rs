//! What each shell says of its commands.

use std::time::Duration;

use super::{Session, installed};
use crate::terminal::Marks;

/// What must hold in every shell that has marks.
fn says_its_commands(session: &mut Session) {
    let known = |line: &str, status| (line.to_owned(), Some(status));
    assert_eq!(
        session.run("echo salut; true"),
        known("echo salut; true", 0)
    );
    session.wait_for_text("salut");
    assert_eq!(session.run("false"), known("false", 1));
    // The same line again, which shells may keep out of their history.
    assert_eq!(session.run("false"), known("false", 1));
    assert_eq!(session.run("sh -c 'exit 42'"), known("sh -c 'exit 42'", 42));
    assert_eq!(
        session.run("commande-qui-nexiste-pas"),
        known("commande-qui-nexiste-pas", 127)
    );
    assert_eq!(
        session.run("echo 'été %3B; 100%'"),
        known("echo 'été %3B; 100%'", 0)
    );
    // Longer than the screen is wide.
    let long = format!("echo {}", "moussaillon".repeat(12));
    assert_eq!(session.run(&long), known(&long, 0));
}

/// Enter alone is not a command.
fn ignores_an_empty_line(session: &mut Session) {
    session.wait_for_prompt();
    let before = session.commands();
    session.terminal.send(b"\r\r");
    let _ = session.run("echo apres");
    assert_eq!(session.commands().len(), before.len() + 1);
}

/// Ctrl-C ends a command with 130, and drops a line that is being typed.
fn is_interrupted(session: &mut Session) {
    session.wait_for_prompt();
    let before = session.commands().len();
    assert!(session.terminal.type_command("sleep 60", true));
    // The terminal driver turns Ctrl-C into a signal for who is in the foreground; until the shell
    // has put `sleep` there, it is the shell.
    std::thread::sleep(Duration::from_millis(700));
    session.terminal.send(b"\x03");
    session.wait("interrupted", |it| {
        it.commands().len() > before && it.terminal.at_prompt()
    });
    assert_eq!(
        session.commands()[before],
        ("sleep 60".to_owned(), Some(130))
    );

    session.terminal.send(b"rm -rf /jamais");
    session.wait_for_text("jamais");
    // Line editors lose a signal that comes just before they read.
    std::thread::sleep(Duration::from_millis(300));
    session.terminal.send(b"\x03");
    session.wait("a new prompt", |it| it.line_of_cursor() == "invite>");
    assert_eq!(session.run("echo suite").0, "echo suite");
    assert_eq!(session.commands().len(), before + 2);
}

fn exits_with_its_status(session: &mut Session) {
    session.wait_for_prompt();
    assert!(session.terminal.type_command("exit 3", true));
    assert_eq!(session.wait_for_exit(), 3);
}

#[test]
fn bash_says_its_commands() {
    if !installed("bash") {
        return;
    }
    let rc = "PS1='invite> '\nHISTCONTROL=ignoreboth\nalias salue='echo bonjour'\n";
    let mut session = Session::start("bash", &[(".bashrc", rc)]);
    says_its_commands(&mut session);
    ignores_an_empty_line(&mut session);
    assert_eq!(session.run("salue"), ("salue".to_owned(), Some(0)));
    session.wait_for_text("bonjour");
    // Kept out of the history by its space: read from the screen.
    assert_eq!(
        session.run(" echo cachee"),
        ("echo cachee".to_owned(), Some(0))
    );
    is_interrupted(&mut session);
    exits_with_its_status(&mut session);
}

#[test]
fn bash_says_a_command_of_several_lines() {
    if !installed("bash") {
        return;
    }
    let mut session = Session::start("bash", &[(".bashrc", "PS1='invite> '\n")]);
    session.wait_for_prompt();
    session
        .terminal
        .send(b"for i in 1 2; do\recho tour $i\rdone\r");
    session.wait("ended", |it| !it.commands().is_empty());
    let (line, status) = session.commands().remove(0);
    assert_eq!(status, Some(0));
    assert!(
        line.starts_with("for i in 1 2; do") && line.ends_with("done"),
        "{line}"
    );
    session.wait_for_text("tour 2");
}

/// As on macOS, whose bash 3.2 has no PS0: the DEBUG trap takes over, beside the user's own.
#[test]
fn bash_without_ps0_says_its_commands() {
    if !installed("bash") {
        return;
    }
    let rc =
        "PS1='invite> '\nshopt -u promptvars\ntrap 'piege=oui' DEBUG\nPROMPT_COMMAND='avant=1'\n";
    let mut session = Session::start("bash", &[(".bashrc", rc)]);
    says_its_commands(&mut session);
    ignores_an_empty_line(&mut session);
    let _ = session.run("echo piege=$piege avant=$avant");
    session.wait_for_text("piege=oui avant=1");
    is_interrupted(&mut session);
    exits_with_its_status(&mut session);
}

#[test]
fn bash_keeps_the_users_prompt_commands() {
    if !installed("bash") {
        return;
    }
    let rc = "PROMPT_COMMAND='PS1=\"[$?] neuf> \"'\n";
    let mut session = Session::start("bash", &[(".bashrc", rc)]);
    assert_eq!(session.run("false").1, Some(1));
    session.wait_for_text("[1] neuf>");
    assert_eq!(session.run("true").1, Some(0));
    session.wait_for_text("[0] neuf>");
}

#[test]
fn zsh_says_its_commands() {
    if !installed("zsh") {
        return;
    }
    let files = [
        (".zshenv", "export VU=zshenv\n"),
        (
            ".zshrc",
            "PS1='invite> '\nalias salue='echo bonjour $VU'\nprecmd() { avant=$? }\n",
        ),
    ];
    let mut session = Session::start("zsh", &files);
    says_its_commands(&mut session);
    ignores_an_empty_line(&mut session);
    assert_eq!(session.run("salue"), ("salue".to_owned(), Some(0)));
    session.wait_for_text("bonjour zshenv");
    let _ = session.run("false");
    let _ = session.run("echo avant=$avant");
    session.wait_for_text("avant=1");
    let _ = session.run("echo \"zdotdir=<$ZDOTDIR>\"");
    session.wait_for_text("zdotdir=<>");
    session
        .terminal
        .send(b"for i in 1 2\rdo echo tour $i\rdone\r");
    session.wait_for_text("tour 2");
    session.wait_for_prompt();
    assert!(
        session
            .commands()
            .pop()
            .unwrap()
            .0
            .starts_with("for i in 1 2\ndo echo tour $i")
    );
    is_interrupted(&mut session);
    exits_with_its_status(&mut session);
}

#[test]
fn fish_says_its_commands() {
    if !installed("fish") {
        return;
    }
    let config = "set -g fish_greeting\nfunction fish_prompt; echo 'invite> '; end\nalias salue 'echo bonjour'\n";
    let mut session = Session::start("fish", &[(".config/fish/config.fish", config)]);
    says_its_commands(&mut session);
    ignores_an_empty_line(&mut session);
    assert_eq!(session.run("salue"), ("salue".to_owned(), Some(0)));
    is_interrupted(&mut session);
    exits_with_its_status(&mut session);
}

#[test]
fn dash_says_its_commands_once_ended() {
    if !installed("dash") {
        return;
    }
    let mut session = Session::start("dash", &[]);
    assert_eq!(session.terminal.marks(), Marks::Prompt);
    says_its_commands(&mut session);
    ignores_an_empty_line(&mut session);
    // One line after the other, as fingers do: what is typed ahead is echoed anywhere.
    for (line, shown) in [
        ("for i in 1 2", ">"),
        ("do echo tour $i", ">"),
        ("done", "invite>"),
    ] {
        session.terminal.send(format!("{line}\r").as_bytes());
        session.wait_for_text(line);
        session.wait(shown, |it| it.line_of_cursor() == shown);
    }
    session.wait_for_prompt();
    assert_eq!(
        session.commands().pop().unwrap().0,
        "for i in 1 2\ndo echo tour $i\ndone"
    );
    is_interrupted(&mut session);
    exits_with_its_status(&mut session);
}

#[test]
fn busybox_says_its_commands_once_ended() {
    if !installed("busybox") {
        return;
    }
    let mut session = Session::start("busybox", &[]);
    says_its_commands(&mut session);
    ignores_an_empty_line(&mut session);
    is_interrupted(&mut session);
    exits_with_its_status(&mut session);
}

/// A shell that we know nothing of: no commands, and none claimed.
#[test]
fn another_shell_runs_without_marks() {
    let mut session = Session::start("cat", &[]);
    assert_eq!(session.terminal.marks(), Marks::None);
    assert!(session.terminal.type_command("salut", true));
    session.wait_for_text("salut\nsalut");
    session.terminal.send(b"\x04");
    assert_eq!(session.wait_for_exit(), 0);
    assert!(session.commands().is_empty());
}

/// `docker` goes where we say, whatever the user's files say, in every shell.
#[test]
fn docker_goes_through_the_tap() {
    let files = [
        (
            ".bashrc",
            "export DOCKER_HOST=tcp://ailleurs DOCKER_CONTEXT=autre PATH=/usr/bin:/bin\n",
        ),
        (
            ".zshrc",
            "export DOCKER_HOST=tcp://ailleurs DOCKER_CONTEXT=autre PATH=/usr/bin:/bin\n",
        ),
        (
            ".config/fish/config.fish",
            "set -gx DOCKER_HOST tcp://ailleurs\nset -gx DOCKER_CONTEXT autre\n",
        ),
        (
            "env",
            "export DOCKER_HOST=tcp://ailleurs DOCKER_CONTEXT=autre PATH=/usr/bin:/bin\n",
        ),
    ];
    for shell in ["bash", "zsh", "fish", "dash", "busybox"] {
        if !installed(shell) {
            continue;
        }
        let mut session = Session::start_with(shell, &files, |it| {
            let env = files[3].1;
            let path = std::env::temp_dir().join(format!("moussaillon-env-{}", std::process::id()));
            std::fs::write(&path, env).unwrap();
            it.docker_host("unix:///tmp/robinet").env("ENV", path)
        });
        let _ = session.run("echo \"[$DOCKER_HOST][$DOCKER_CONTEXT][$MOUSSAILLON][$TERM]\"");
        session.wait_for_text("[unix:///tmp/robinet][][1][xterm-256color]");
    }
}

/// Without a `docker` of its own, the shell finds ours, even when its files set another `PATH`.
#[test]
fn docker_is_ours_when_there_is_none() {
    let path = "export PATH=/usr/bin:/bin\n";
    let files = [
        (".bashrc", path),
        (".zshrc", path),
        (".config/fish/config.fish", "set -gx PATH /usr/bin /bin\n"),
    ];
    for shell in ["bash", "zsh", "fish", "dash"] {
        if !installed(shell) || std::path::Path::new("/usr/bin/docker").exists() {
            eprintln!("skipped: {shell}");
            continue;
        }
        let mut session = Session::start_with(shell, &files, |it| {
            it.env("PATH", "/usr/bin:/bin")
                .docker_fallback("/usr/bin/printf")
        });
        let _ = session.run("docker 'nous-%s\\n' memes");
        session.wait_for_text("nous-memes");
    }
}
