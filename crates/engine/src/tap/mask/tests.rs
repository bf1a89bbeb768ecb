use super::mask;

#[test]
fn secrets_are_masked_wherever_they_are() {
    for (text, expected) in [
        (
            r#"{"username":"ana","password":"hunter2","serveraddress":"r"}"#,
            r#"{"username":"ana","password":"***","serveraddress":"r"}"#,
        ),
        (
            r#"{"Password" : "a\"b", "x": 1}"#,
            r#"{"Password" : "***", "x": 1}"#,
        ),
        (
            r#"{"auths":{"r":{"auth":"YTpi"}}}"#,
            r#"{"auths":{"r":{"auth":"***"}}}"#,
        ),
        (r#"{"UnlockKey":"SWMKEY-1-abc"}"#, r#"{"UnlockKey":"***"}"#),
        (
            r#"{"JoinTokens":{"Worker":"SWMTKN-1-a","Manager":"SWMTKN-1-b"}}"#,
            r#"{"JoinTokens":{"Worker":"***","Manager":"***"}}"#,
        ),
        // Cut in the middle of the secret.
        (r#"{"IdentityToken":"abcdef"#, r#"{"IdentityToken":"***"#),
        // One object after another.
        (
            "{\"auth\":\"a\"}\n{\"auth\":\"b\"}\n",
            "{\"auth\":\"***\"}\n{\"auth\":\"***\"}\n",
        ),
        (r#"{"password":""}"#, r#"{"password":""}"#),
    ] {
        assert_eq!(mask(text, false), expected);
    }
}

#[test]
fn what_is_no_secret_is_untouched() {
    for text in [
        r#"{"Image":"busybox","Cmd":["echo","password"],"Env":["A=b"]}"#,
        r#"{"password":{"nested":"kept"}}"#,
        "plain text, with \"quotes\" in it",
        "",
        "\"",
        r#"{"a":"\\"}"#,
    ] {
        assert_eq!(mask(text, false), text);
    }
}

#[test]
fn a_swarm_secret_s_content_is_masked_in_its_own_call_only() {
    let text = r#"{"Name":"s","Data":"c2VjcmV0"}"#;
    assert_eq!(mask(text, true), r#"{"Name":"s","Data":"***"}"#);
    assert_eq!(mask(text, false), text);
}

#[test]
fn passwords_in_addresses_are_masked() {
    for (sent, kept) in [
        (
            "/v1.51/images/create?fromSrc=https%3A%2F%2Fmoi%3Asecret%40exemple.org%2Fx.tar&repo=un",
            "/v1.51/images/create?fromSrc=https%3A%2F%2F***%40exemple.org%2Fx.tar&repo=un",
        ),
        (
            "/build?remote=https://jeton@exemple.org/a@b",
            "/build?remote=https://***@exemple.org/a@b",
        ),
        (
            "/build?remote=https://exemple.org/a@b",
            "/build?remote=https://exemple.org/a@b",
        ),
        ("/containers/json?all=1", "/containers/json?all=1"),
        ("/x?u=http://é@", "/x?u=http://***@"),
    ] {
        assert_eq!(super::mask_path(sent), kept);
    }
}
