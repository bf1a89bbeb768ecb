use serde_json::json;

use super::*;

fn raw(template: &str, document: &serde_json::Value) -> Result<String, String> {
    Template::parse(template)?.execute(
        &Value::raw(document),
        Mode {
            strict: true,
            header: false,
        },
    )
}

fn container() -> serde_json::Value {
    json!({
        "Id": "4f1e", "Name": "/web", "RestartCount": 3,
        "State": {"Status": "running", "Running": true, "ExitCode": 0},
        "Config": {"Env": ["A=1", "B=2"], "Labels": {"b": "2", "a": "1"}, "Cmd": null},
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]},
    })
}

#[test]
fn fields_and_text() {
    let written = raw(
        "{{.Name}} is {{.State.Status}}, {{ .RestartCount -}} !",
        &container(),
    );
    assert_eq!(written.unwrap(), "/web is running, 3!");
    assert_eq!(
        raw("{{.}}", &json!({"b": [1, "x"], "a": null})).unwrap(),
        "map[a:<nil> b:[1 x]]"
    );
    assert_eq!(raw("{{.Config.Cmd}}", &container()).unwrap(), "<no value>");
    assert_eq!(raw("a{{/* nothing */}}b", &container()).unwrap(), "ab");
}

#[test]
fn control() {
    let document = container();
    let each = "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{else}}none{{end}}";
    assert_eq!(raw(each, &document).unwrap(), "a=1;b=2;");
    assert_eq!(
        raw("{{range .Config.Env}}{{println .}}{{end}}", &document).unwrap(),
        "A=1\nB=2\n"
    );
    assert_eq!(
        raw(
            "{{range $i, $e := .Config.Env}}{{if $i}},{{end}}{{$e}}{{end}}",
            &document
        )
        .unwrap(),
        "A=1,B=2"
    );
    assert_eq!(
        raw("{{if .State.Running}}up{{else}}down{{end}}", &document).unwrap(),
        "up"
    );
    assert_eq!(
        raw("{{with .Config.Cmd}}x{{else}}{{$.Name}}{{end}}", &document).unwrap(),
        "/web"
    );
    assert_eq!(
        raw("{{if false}}1{{else if true}}2{{end}}", &document).unwrap(),
        "2"
    );
    assert_eq!(
        raw("{{range .Config.Env}}{{.}}{{break}}{{end}}", &document).unwrap(),
        "A=1"
    );
    assert_eq!(
        raw("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", &document).unwrap(),
        "2"
    );
}

#[test]
fn functions() {
    let document = container();
    for (template, expected) in [
        (r#"{{(index (index .Ports "80/tcp") 0).HostPort}}"#, "8080"),
        (r"{{index .Config.Env 1}}", "B=2"),
        (
            r"{{json .Config}}",
            r#"{"Cmd":null,"Env":["A=1","B=2"],"Labels":{"a":"1","b":"2"}}"#,
        ),
        (r#"{{join .Config.Env "|"}}"#, "A=1|B=2"),
        (r"{{.Config.Env | len}}", "2"),
        (r"{{slice .Name 1}}", "web"),
        (
            r#"{{upper .State.Status}} {{title "a b"}} {{lower "AB"}}"#,
            "RUNNING A B ab",
        ),
        (
            r#"{{printf "%-5s|%5.2f|%03d|%q" "ab" 1.5 7 "x"}}"#,
            "ab   | 1.50|007|\"x\"",
        ),
        (
            r#"{{eq .State.Status "running" "paused"}} {{ne 1 2}} {{lt 1 2}}"#,
            "true true true",
        ),
        (
            r#"{{and .State.Running "x"}} {{or "" "y"}} {{not true}}"#,
            "x y false",
        ),
        (r#"{{index (split "a:b" ":") 1}}{{pad "x" 1 2}}."#, "b x  ."),
        (r#"{{truncate "abcdef" 3}}"#, "abc"),
        (r#"{{printf "%d %s" "x" 3}}"#, "%!d(string=x) %!s(int=3)"),
        (r#"{{"quoted" | printf "%s!"}}"#, "quoted!"),
    ] {
        assert_eq!(
            raw(template, &document).as_deref(),
            Ok(expected),
            "{template}"
        );
    }
}

#[test]
fn messages_are_those_of_go() {
    let document = container();
    for (template, expected) in [
        (
            "{{.Nope}}",
            r#"template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope""#,
        ),
        (
            "{{.State.Nope}}",
            r#"template: :1:8: executing "" at <.State.Nope>: map has no entry for key "Nope""#,
        ),
        (
            "{{.Name.x}}",
            r#"template: :1:7: executing "" at <.Name.x>: can't evaluate field x in type interface {}"#,
        ),
        ("{{nope}}", r#"template: :1: function "nope" not defined"#),
        ("{{.Name", "template: :1: unclosed action"),
        ("{{if .Name}}", "template: :1: unexpected EOF"),
        ("{{}}", "template: :1: missing value for command"),
        ("{{end}}", "template: :1: unexpected {{end}}"),
        ("{{\"x}}", "template: :1: unterminated quoted string"),
        ("{{$x}}", "template: :1: undefined variable \"$x\""),
        (
            "{{index .Config.Env 9}}",
            r#"template: :1:2: executing "" at <index .Config.Env 9>: error calling index: index out of range: 9"#,
        ),
    ] {
        assert_eq!(
            raw(template, &document),
            Err(expected.to_owned()),
            "{template}"
        );
    }
}

#[test]
fn rows_have_columns_and_labels() {
    let row = Value::Row(std::sync::Arc::new(Row {
        name: "*formatter.ContainerContext",
        columns: vec![("Names", "web".into()), ("Ports", "80->80/tcp".into())],
        labels: Some(vec![("a.b".to_owned(), "1".to_owned())]),
    }));
    let run = |text: &str| {
        Template::parse(text)
            .unwrap()
            .execute(&row, Mode::default())
    };
    assert_eq!(run("{{.Names}} {{.Label \"a.b\"}}").unwrap(), "web 1");
    assert_eq!(
        run("{{json .}}").unwrap(),
        r#"{"Names":"web","Ports":"80-\u003e80/tcp"}"#
    );
    assert_eq!(
        run("{{.Foo}}").unwrap_err(),
        r#"template: :1:2: executing "" at <.Foo>: can't evaluate field Foo in type *formatter.ContainerContext"#
    );
    assert!(
        Template::parse("{{if .Size}}x{{end}}")
            .unwrap()
            .uses("Size")
    );
}

#[test]
fn arguments_that_are_not_taken_are_told_where_they_stand() {
    let data = Value::pairs([("tier", "front")]);
    let run = |text: &str| Template::parse(text).and_then(|it| it.execute(&data, Mode::default()));
    assert_eq!(
        run("{{upper .}}"),
        Err("template: :1:8: executing \"\" at <.>: wrong type for value; expected string; got map[string]string".to_owned())
    );
    assert_eq!(
        run("{{. | upper}}"),
        Err("template: :1:6: executing \"\" at <upper>: wrong type for value; expected string; got map[string]string".to_owned())
    );
    assert_eq!(
        run("{{.tier.Nope}}"),
        Err("template: :1:7: executing \"\" at <.tier.Nope>: can't evaluate field Nope in type string".to_owned())
    );
    assert_eq!(run("{{.zut.Nope}}").as_deref(), Ok("<no value>"));
    assert_eq!(
        run("{{index .tier 5}}"),
        Err("template: :1:2: executing \"\" at <index .tier 5>: error calling index: reflect: string index out of range".to_owned())
    );
    assert_eq!(run("{{range 3}}{{.}}{{end}}").as_deref(), Ok("012"));
    // Counted one at a time: all at once would not fit.
    let endless = "{{range 9000000000000000000}}{{.}}{{break}}{{end}}";
    assert_eq!(run(endless).as_deref(), Ok("0"));
}
