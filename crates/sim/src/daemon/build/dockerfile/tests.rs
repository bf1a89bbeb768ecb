use super::{Dockerfile, Instruction, trigger};

fn read(text: &str) -> Result<Dockerfile, String> {
    Dockerfile::read("Dockerfile", text)
}

/// The instructions of a Dockerfile of one stage.
fn instructions(text: &str) -> Vec<Instruction> {
    let file = read(&format!("FROM busybox\n{text}")).unwrap();
    let stage = file.stages.into_iter().next().unwrap();
    stage
        .commands
        .into_iter()
        .map(|it| it.instruction)
        .collect()
}

#[test]
fn lines_are_continued_and_comments_left_out() {
    let file = read("# c\nFROM a\nRUN x && \\\n  # c\n\n  y\n\nRUN z\n").unwrap();
    let sources: Vec<&str> = file.stages[0]
        .commands
        .iter()
        .map(|it| it.source.as_str())
        .collect();
    assert_eq!(sources, ["RUN x &&   y", "RUN z"]);
    assert_eq!(file.warnings.len(), 1);
}

#[test]
fn the_escape_can_be_changed_once() {
    let file = read("# escape=`\nFROM a\nRUN x `\n y\\\n").unwrap();
    assert_eq!(file.stages[0].commands[0].source, "RUN x  y\\");
    assert!(
        read("# escape=`\n# escape=`\nFROM a")
            .unwrap_err()
            .contains("only one escape")
    );
    assert!(
        read("# escape=x\nFROM a")
            .unwrap_err()
            .contains("invalid escape token 'x'")
    );
    // A comment ends the directives.
    assert_eq!(read("# c\n# escape=`\nFROM a").unwrap().escape, '\\');
}

#[test]
fn commands_are_lines_or_lists() {
    let [
        Instruction::Run(line, _),
        Instruction::Cmd(list),
        Instruction::Entrypoint(none),
    ] = &instructions("RUN echo  $A\nCMD [\"a\", \"b c\"]\nENTRYPOINT []\n")[..]
    else {
        panic!("three commands");
    };
    assert_eq!(
        (line.words.clone().unwrap(), line.shell),
        (vec!["echo  $A".to_owned()], true)
    );
    assert_eq!(
        (list.words.clone().unwrap(), list.shell),
        (vec!["a".into(), "b c".into()], false)
    );
    assert_eq!(none.words, None);
}

#[test]
fn heredocs_are_read_and_unused() {
    let found =
        instructions("RUN <<A cat <<-B\none\nA\n\ttwo\n\tB\nCOPY <<X x /d\nbody\nX\nUSER u\n");
    assert_eq!(found.len(), 3);
    let Instruction::Copy(copy) = &found[1] else {
        panic!("COPY")
    };
    assert_eq!(copy.paths, ["x"]);
    assert!(
        read("FROM a\nRUN <<X\nnever\n")
            .unwrap_err()
            .contains("unterminated heredoc")
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, wanted) in [
        ("", "the Dockerfile (Dockerfile) cannot be empty"),
        (
            "# c\n",
            "failed to parse Dockerfile: file with no instructions",
        ),
        ("RUN x", "no build stage in current context"),
        (
            "FROM a\n\nRUM x",
            "dockerfile parse error on line 3: unknown instruction: RUM (did you mean RUN?)",
        ),
        (
            "FROM a b",
            "dockerfile parse error on line 1: FROM requires either one or three arguments",
        ),
        (
            "FROM a AS 1",
            "invalid name for build stage: \"1\", name can't start with a number or contain symbols",
        ),
        (
            "FROM a\nCOPY x",
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        ),
        (
            "FROM a\nCOPY --fom=x a b",
            "unknown flag: --fom (did you mean from?)",
        ),
        (
            "FROM a\nCOPY --from=x --from=y a b",
            "duplicate flag specified: --from",
        ),
        (
            "FROM a\nENV A",
            "failed to parse Dockerfile: ENV must have two arguments",
        ),
        (
            "FROM a\nCMD [1]",
            "arrays must be comprised of strings only",
        ),
        (
            "FROM a\nONBUILD ONBUILD RUN x",
            "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        ),
        (
            "FROM a\nHEALTHCHECK CMD",
            "Missing command after HEALTHCHECK CMD",
        ),
        (
            "FROM a\nHEALTHCHECK --interval=1us CMD x",
            "Interval \"interval\" cannot be less than 1ms",
        ),
        (
            "FROM a\nSHELL sh -c",
            "SHELL requires the arguments to be in JSON form",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.ends_with(wanted), "{error}");
    }
}

#[test]
fn a_trigger_is_one_instruction() {
    assert!(trigger("RUN x").is_ok());
    assert!(trigger("RUN x\nRUN y").is_err());
    assert!(trigger("FROM x").is_err());
}
