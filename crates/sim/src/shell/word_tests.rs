use super::*;

fn value(name: &str) -> Part {
    Part::Parameter(name.into(), Operation::Value)
}

fn literal(text: &str) -> Part {
    Part::Literal(text.into())
}

#[test]
fn reads_quotes() {
    assert_eq!(
        parse_word("a'b c'\\d\"e $x\"").unwrap(),
        [
            literal("a"),
            Part::Quoted("b c".into()),
            Part::Quoted("d".into()),
            Part::DoubleQuoted(vec![literal("e "), value("x")]),
        ]
    );
    assert_eq!(
        parse_word("$'a\\tb'").unwrap(),
        [Part::Quoted("a\tb".into())]
    );
}

#[test]
fn reads_parameters() {
    assert_eq!(
        parse_word("$1$#${10}x").unwrap(),
        [value("1"), value("#"), value("10"), literal("x")]
    );
    assert_eq!(
        parse_word("${#x}").unwrap(),
        [Part::Parameter("x".into(), Operation::Length)]
    );
    assert_eq!(parse_word("${#}").unwrap(), [value("#")]);
    assert_eq!(
        parse_word("${x:-a b}").unwrap(),
        [Part::Parameter(
            "x".into(),
            Operation::Unset(UnsetAction::Default, true, vec![literal("a b")])
        )]
    );
    assert_eq!(
        parse_word("${x##*/}").unwrap(),
        [Part::Parameter(
            "x".into(),
            Operation::Trim {
                suffix: false,
                longest: true,
                pattern: vec![literal("*/")]
            }
        )]
    );
    assert_eq!(parse_word("$").unwrap(), [literal("$")]);
}

#[test]
fn reads_substitutions() {
    assert_eq!(
        parse_word("$(echo \")\" ')' # )\n case a in a) b;; esac)").unwrap(),
        [Part::Command(
            "echo \")\" ')' # )\n case a in a) b;; esac".into()
        )]
    );
    assert_eq!(
        parse_word("`echo \\`x\\``").unwrap(),
        [Part::Command("echo `x`".into())]
    );
    assert_eq!(
        parse_word("$((1+(2)))").unwrap(),
        [Part::Arithmetic(vec![literal("1+(2)")])]
    );
    assert_eq!(
        parse_word("$((a) | b)").unwrap(),
        [Part::Command("(a) | b".into())]
    );
}

#[test]
fn tells_what_is_not_closed() {
    assert_eq!(parse_word("\"a"), Err(WordError::Quote));
    assert_eq!(parse_word("${x"), Err(WordError::Brace));
    assert_eq!(parse_word("$(x"), Err(WordError::Parenthesis));
    assert_eq!(parse_word("`x"), Err(WordError::Backquote));
    assert_eq!(parse_word("${x@Q}"), Err(WordError::Substitution));
}
