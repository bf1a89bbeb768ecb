use std::collections::BTreeMap;

use super::*;
use crate::context::digest;

/// An environment that exists only here.
fn environment(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Environment {
    let files: BTreeMap<PathBuf, String> = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
        .collect();
    Environment {
        variables: variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        read: Box::new(move |path| {
            files
                .get(path)
                .cloned()
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
        }),
        user: Some(1000),
        platform: Platform::Linux,
    }
}

fn explicit(flag: Option<&str>, environment: &Environment) -> Target {
    match resolve(flag, environment) {
        Ok(Choice::Explicit(target)) => target,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_flag_comes_before_the_variable_and_the_variable_before_contexts() {
    let meta = format!("/h/.docker/contexts/meta/{}/meta.json", digest("bureau"));
    let environment = environment(
        &[
            ("HOME", "/h"),
            ("DOCKER_HOST", "tcp://one:1"),
            ("DOCKER_CONTEXT", "bureau"),
        ],
        &[(
            &meta,
            r#"{"Name":"bureau","Endpoints":{"docker":{"Host":"tcp://two:2"}}}"#,
        )],
    );
    let target = explicit(Some("tcp://zero:3"), &environment);
    assert_eq!(
        (target.url.as_str(), target.origin),
        ("tcp://zero:3", Origin::Flag)
    );
    let target = explicit(None, &environment);
    assert_eq!(
        (target.url.as_str(), target.origin),
        ("tcp://one:1", Origin::DockerHost)
    );
    let target = explicit(Some("auto"), &environment);
    assert_eq!(target.origin, Origin::DockerHost);
    assert!(matches!(
        resolve(Some("simule"), &environment),
        Ok(Choice::Simulator)
    ));
}

#[test]
fn a_context_is_read_with_its_certificates() {
    let folder = digest("bureau");
    let meta = format!("/h/.docker/contexts/meta/{folder}/meta.json");
    let ca = format!("/h/.docker/contexts/tls/{folder}/docker/ca.pem");
    let files = [
        (
            "/h/.docker/config.json",
            r#"{"auths":{},"currentContext":"bureau"}"#,
        ),
        (
            &meta,
            r#"{"Endpoints":{"docker":{"Host":"tcp://lointain:2376","SkipTLSVerify":false}}}"#,
        ),
        (&ca, "-----BEGIN CERTIFICATE-----"),
    ];
    let target = explicit(None, &environment(&[("HOME", "/h")], &files));
    assert_eq!(target.origin, Origin::Context("bureau".to_owned()));
    let Dialer::Tls(address, tls) = target.dialer else {
        panic!("{:?}", target.dialer)
    };
    assert_eq!(address, "lointain:2376");
    let expected = TlsFiles {
        ca: Some(PathBuf::from(&ca)),
        verify: true,
        ..TlsFiles::default()
    };
    assert_eq!(tls, expected);
    // DOCKER_CONTEXT=default undoes the configuration's choice.
    let chosen = resolve(
        None,
        &environment(&[("HOME", "/h"), ("DOCKER_CONTEXT", "default")], &files),
    );
    assert!(matches!(chosen, Ok(Choice::Usual(_))), "{chosen:?}");
}

#[test]
fn the_folder_of_a_context_is_named_as_docker_names_it() {
    // docker context create desktop-linux; ls ~/.docker/contexts/meta
    assert_eq!(
        digest("desktop-linux"),
        "fe9c6bd7a66301f49ca9b6a70b217107cd1284598bfc254700c989b916da791e"
    );
}

#[test]
fn what_cannot_be_used_is_an_error_and_never_another_engine() {
    let at = |variables: &[(&str, &str)], files: &[(&str, &str)]| {
        resolve(None, &environment(variables, files)).unwrap_err()
    };
    let unknown = at(&[("HOME", "/h"), ("DOCKER_CONTEXT", "absent")], &[]);
    assert!(
        matches!(&unknown, ResolveError::Context(ContextError::Unknown { name, .. }) if name == "absent")
    );
    assert!(
        unknown
            .explain()
            .what
            .contains("« absent »".replace(' ', "\u{a0}").as_str())
    );
    let config = ("/h/.docker/config.json", "{\"currentContext\": ");
    let malformed = at(&[("HOME", "/h")], &[config]);
    assert!(matches!(
        malformed,
        ResolveError::Context(ContextError::Malformed { .. })
    ));
    for (url, scheme) in [("npipe:////./pipe/docker_engine", "npipe"), ("fd://", "fd")] {
        let error = at(&[("DOCKER_HOST", url)], &[]);
        let ResolveError::Address(AddressError::UnsupportedScheme { scheme: said, .. }) = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(said, scheme);
        assert!(
            error.explain().to_string().contains("pas prise en charge"),
            "{}",
            error.explain()
        );
    }
    for url in [
        "tcp://a:99999",
        "tcp://a b:1",
        "ssh://",
        "ssh://u:p@h",
        "ssh://-oProxyCommand=x",
        "unix://relative",
    ] {
        let error = at(&[("DOCKER_HOST", url)], &[]);
        assert!(
            matches!(error, ResolveError::Address(AddressError::Malformed(_))),
            "{url}"
        );
    }
}

#[test]
fn addresses_are_read_as_docker_reads_them() {
    let tls = [("HOME", "/h"), ("DOCKER_TLS_VERIFY", "1")];
    let dialer = |url: &str, variables: &[(&str, &str)]| {
        explicit(
            Some(url),
            &environment(variables, &[("/h/.docker/ca.pem", "")]),
        )
        .dialer
    };
    let text = |dialer: Dialer| match dialer {
        Dialer::Unix(path) => format!("unix {}", path.display()),
        Dialer::Tcp(address) => format!("tcp {address}"),
        Dialer::Tls(address, files) => {
            let ca = files
                .ca
                .map(|it| it.display().to_string())
                .unwrap_or_default();
            format!("tls {address} ca={ca} verify={}", files.verify)
        }
        Dialer::Ssh(arguments) => format!("ssh {}", arguments.join(" ")),
        Dialer::Memory(_) => "memory".to_owned(),
    };
    let ssh = "ssh -o ConnectTimeout=30 -o BatchMode=yes -T";
    for (url, variables, expected) in [
        ("unix:///run/d.sock", &[][..], "unix /run/d.sock".to_owned()),
        ("unix://", &[], "unix /var/run/docker.sock".to_owned()),
        ("/run/d.sock", &[], "unix /run/d.sock".to_owned()),
        ("tcp://a", &[], "tcp a:2375".to_owned()),
        ("a:1", &[], "tcp a:1".to_owned()),
        ("tcp://:4", &[], "tcp 127.0.0.1:4".to_owned()),
        ("tcp://[::1]:5/", &[], "tcp [::1]:5".to_owned()),
        ("tcp://[::1]", &[], "tcp [::1]:2375".to_owned()),
        ("http://a:6", &tls, "tcp a:6".to_owned()),
        ("https://a", &[], "tls a:2376 ca= verify=true".to_owned()),
        (
            "tcp://a",
            &tls,
            "tls a:2376 ca=/h/.docker/ca.pem verify=true".to_owned(),
        ),
        (
            "tcp://a:7",
            &[("DOCKER_TLS", "1")],
            "tls a:7 ca= verify=false".to_owned(),
        ),
        (
            "tcp://a:8",
            &[("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/c")],
            "tls a:8 ca=/c/ca.pem verify=true".to_owned(),
        ),
        ("unix:///s", &tls, "unix /s".to_owned()),
        (
            "ssh://h",
            &[],
            format!("{ssh} -- h docker system dial-stdio"),
        ),
        (
            "ssh://u@h:22/run/d.sock",
            &[],
            format!("{ssh} -l u -p 22 -- h docker --host unix:///run/d.sock system dial-stdio"),
        ),
    ] {
        assert_eq!(
            text(dialer(url, variables)),
            expected,
            "{url} {variables:?}"
        );
    }
}

#[test]
fn usual_sockets_come_in_docker_s_order_then_rootless_then_podman_s() {
    let environment = environment(
        &[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/run/user/1000")],
        &[],
    );
    let Ok(Choice::Usual(targets)) = resolve(None, &environment) else {
        panic!()
    };
    let urls: Vec<&str> = targets.iter().map(|target| target.url.as_str()).collect();
    assert_eq!(urls.first(), Some(&"unix:///var/run/docker.sock"));
    let at = |url: &str| {
        urls.iter()
            .position(|it| *it == url)
            .unwrap_or_else(|| panic!("{url}"))
    };
    let rootless = at("unix:///run/user/1000/docker.sock");
    assert!(at("unix:///h/.docker/desktop/docker.sock") < rootless);
    assert!(rootless < at("unix:///run/user/1000/podman/podman.sock"));
    assert_eq!(targets[rootless].origin, Origin::RootlessSocket);
    let podman = at("unix:///run/podman/podman.sock");
    assert_eq!(targets[podman].origin, Origin::PodmanSocket);
    let distinct: std::collections::BTreeSet<_> = urls.iter().collect();
    assert_eq!(distinct.len(), urls.len(), "{urls:?}");
}

#[tokio::test]
async fn without_an_engine_the_simulator_is_chosen_and_says_what_was_tried() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir_all(home.join(".docker/desktop")).unwrap();
    std::fs::write(home.join(".docker/desktop/docker.sock"), "").unwrap();
    let home = home.to_str().unwrap();
    let found = find(None, &environment(&[("HOME", home)], &[]))
        .await
        .unwrap();
    // A machine with an engine of its own finds that one first.
    let Found::Simulator { reason } = found else {
        return;
    };
    assert!(
        reason.starts_with("aucun moteur Docker trouvé\u{a0}: "),
        "{reason}"
    );
    assert!(reason.contains("n’est pas une socket"), "{reason}");
}

#[tokio::test]
async fn an_engine_chosen_by_name_is_kept_even_when_it_does_not_answer() {
    let environment = environment(&[("DOCKER_HOST", "unix:///nonexistent.sock")], &[]);
    let found = find(None, &environment).await.unwrap();
    assert!(matches!(found, Found::Engine(target) if target.origin == Origin::DockerHost));
    let asked = find(Some("simule"), &environment).await.unwrap();
    assert!(matches!(asked, Found::Simulator { .. }));
}
