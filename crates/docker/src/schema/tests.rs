use serde_json::json;

use super::super::template::{Mode, Template};
use super::*;

fn run(kind: &Type, template: &str, document: &Json) -> Result<String, String> {
    Template::parse(template)?.execute(&typed(kind, document), Mode::default())
}

#[test]
fn fields_have_go_names_and_values_where_the_document_has_none() {
    let document = json!({
        "Id": "4f1e",
        "State": {"Status": "created", "Running": false},
        "HostConfig": {"Memory": 67_108_864, "Init": true, "NetworkMode": "default"},
        "Config": {"Env": ["A=1"], "ExposedPorts": {"80/tcp": {}}, "Healthcheck": {"Interval": 1_500_000_000}},
        "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}},
    });
    for (template, expected) in [
        (
            "{{.ID}} {{.State.Status}} {{.RestartCount}}",
            "4f1e created 0",
        ),
        (
            "{{.HostConfig.Memory}} {{.HostConfig.Init}} {{.HostConfig.OomKillDisable}}",
            "67108864 true <nil>",
        ),
        ("{{.NetworkSettings.Ports}}", "map[80/tcp:[{0.0.0.0 8080}]]"),
        (
            "{{.Config.ExposedPorts}} {{.Config.Healthcheck.Interval}}",
            "map[80/tcp:{}] 1.5s",
        ),
        (
            "{{json .Config.ExposedPorts}} {{json .Mounts}}",
            "{\"80/tcp\":{}} null",
        ),
        ("{{.State.Health}}", "<nil>"),
    ] {
        assert_eq!(
            run(CONTAINER, template, &document).as_deref(),
            Ok(expected),
            "{template}"
        );
    }
    assert!(run(CONTAINER, "{{.Id}}", &document).is_err());
    assert!(run(CONTAINER, "{{.State.Health.Status}}", &document).is_err());
}

#[test]
fn json_leaves_out_what_is_empty() {
    let document = json!({"CreatedAt": "2024", "Driver": "local", "Labels": null, "Name": "v",
        "Mountpoint": "/m", "Options": {}, "Scope": "local"});
    assert_eq!(
        run(VOLUME, "{{json .}}", &document).unwrap(),
        r#"{"CreatedAt":"2024","Driver":"local","Labels":null,"Mountpoint":"/m","Name":"v","Options":{},"Scope":"local"}"#
    );
}

#[test]
fn moments_are_written_as_go_writes_them() {
    let document = json!({"Created": "2026-11-21T11:02:03.12345678Z", "Name": "n"});
    for (template, expected) in [
        ("{{.Created}}", "2026-11-21 11:02:03.12345678 +0000 UTC"),
        (
            "{{printf \"%s\" .Created}}",
            "2026-11-21 11:02:03.12345678 +0000 UTC",
        ),
        ("{{printf \"%T\" .Created}}", "time.Time"),
        ("{{json .Created}}", "\"2026-11-21T11:02:03.12345678Z\""),
    ] {
        assert_eq!(run(NETWORK, template, &document).as_deref(), Ok(expected));
    }
    assert_eq!(
        run(NETWORK, "{{.Created}}", &json!({})).as_deref(),
        Ok("0001-01-01 00:00:00 +0000 UTC")
    );
}
