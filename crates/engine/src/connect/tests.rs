//! Each way of failing, produced for real, and recognised.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::*;
use crate::real::{engine, target};
use crate::{Origin, Target};
use wire::{Dialer, TlsFiles};

const QUICK: Duration = Duration::from_millis(1500);

/// Connects, expects a failure of this shape, and that its text is whole.
async fn fails(target: &Target, expected: &str, is: impl Fn(&ConnectError) -> bool) {
    let error = match connect_within(target, QUICK).await {
        Err(error) => error,
        Ok(connection) => panic!("{expected}: connected to {:?}", connection.info),
    };
    assert!(is(&error), "{expected} expected, got {error:?}");
    let explanation = error.explain();
    assert!(
        explanation.what.ends_with('.') && explanation.why.ends_with('.'),
        "{explanation:?}"
    );
    assert!(!explanation.remedies.is_empty(), "{explanation:?}");
    assert!(
        error.full_text().contains("Message d’origine\u{a0}: "),
        "{}",
        error.full_text()
    );
    eprintln!("--- {expected}\n{}\n", error.full_text());
}

/// A server that reads one request head on each connection, then does this.
fn server(act: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // What is not a request never ends as one.
            stream
                .set_read_timeout(Some(Duration::from_millis(500)))
                .unwrap();
            act(&mut stream);
        }
    });
    address
}

fn read_head(stream: &mut impl Read) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    head
}

/// A server that gives this answer to every request.
fn answering(status: &'static str, kind: &'static str, body: &'static str) -> Target {
    let address = server(move |stream| {
        read_head(stream);
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).unwrap();
    });
    tcp(&address)
}

fn tcp(address: &str) -> Target {
    target(&format!("tcp://{address}"))
}

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/connect/tests/tls")
        .join(name)
}

/// A TLS server with this certificate. Like Go's, it tells a plain request what it is, when
/// `courteous`; else it hangs up on it with a TLS alert.
fn tls_server(certificate: &str, wants_client: bool, courteous: bool) -> String {
    let roots = CertificateDer::pem_file_iter(pem("ca.pem")).unwrap();
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.map(Result::unwrap));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if wants_client {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(store), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let chain = CertificateDer::pem_file_iter(pem(&format!("{certificate}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(pem(&format!("{certificate}-key.pem"))).unwrap();
    let config = builder
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    let config = Arc::new(config);
    server(move |stream| {
        let mut first = [0];
        if courteous && stream.peek(&mut first).is_ok() && first[0] != 0x16 {
            read_head(stream);
            let words = "HTTP/1.0 400 Bad Request\r\n\r\n\
                         Client sent an HTTP request to an HTTPS server.\n";
            stream.write_all(words.as_bytes()).unwrap();
            return;
        }
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = StreamOwned::new(session, stream);
        if read_head(&mut tls).is_empty() {
            // The alert that says why is still to be sent.
            let _ = tls.conn.write_tls(&mut tls.sock);
            return;
        }
        let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    })
}

fn tls_target(address: &str, ca: bool, client: bool) -> Target {
    let files = TlsFiles {
        ca: ca.then(|| pem("ca.pem")),
        cert: client.then(|| pem("client.pem")),
        key: client.then(|| pem("client-key.pem")),
        verify: true,
    };
    let dialer = Dialer::Tls(address.to_owned(), files);
    Target {
        dialer,
        url: format!("tcp://{address}"),
        origin: Origin::Flag,
    }
}

fn is_tls(error: &ConnectError, expected: &TlsProblem) -> bool {
    matches!(error, ConnectError::Tls { problem, .. } if problem == expected)
}

#[tokio::test]
async fn sockets_that_lead_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let unix = |path: &Path| target(&format!("unix://{}", path.display()));

    fails(&unix(&at("absent.sock")), "no socket", |it| {
        matches!(it, ConnectError::NoSocket { .. })
    })
    .await;
    std::fs::write(at("file"), "not a socket").unwrap();
    fails(&unix(&at("file")), "a regular file", |it| {
        matches!(it, ConnectError::NotASocket { .. })
    })
    .await;
    fails(&unix(&at("file/below")), "below a file", |it| {
        matches!(it, ConnectError::NoSocket { .. })
    })
    .await;
    // The file outlives its listener, as after a crash of the daemon.
    drop(std::os::unix::net::UnixListener::bind(at("dead.sock")).unwrap());
    fails(&unix(&at("dead.sock")), "a dead socket", |it| {
        matches!(it, ConnectError::Refused { .. })
    })
    .await;
}

#[tokio::test]
async fn network_failures() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    fails(&tcp(&closed), "refused", |it| {
        matches!(it, ConnectError::Refused { .. })
    })
    .await;
    fails(
        &tcp("nulle-part.invalid:2375"),
        "unknown host",
        |it| matches!(it, ConnectError::UnknownHost { host, .. } if host == "nulle-part.invalid"),
    )
    .await;
    let mute = server(|stream| {
        read_head(stream);
        std::thread::sleep(QUICK * 2);
    });
    fails(&tcp(&mute), "timeout", |it| {
        matches!(it, ConnectError::TimedOut { .. })
    })
    .await;
    // Documentation addresses (RFC 3849) are routed nowhere; a default route may swallow them.
    fails(&tcp("[2001:db8::1]:2375"), "unreachable", |it| {
        matches!(
            it,
            ConnectError::Unreachable { .. } | ConnectError::TimedOut { .. }
        )
    })
    .await;
}

#[tokio::test]
async fn tls_failures() {
    let other =
        |ca, certificate: &str| tls_target(&tls_server(certificate, false, true), ca, false);
    for (target, expected) in [
        (other(true, "expired"), TlsProblem::Expired),
        (other(true, "other"), TlsProblem::WrongName),
        (other(false, "server"), TlsProblem::Untrusted),
        (
            tls_target(&tls_server("server", true, true), true, false),
            TlsProblem::ClientCertificate,
        ),
        (
            tcp(&tls_server("server", false, true)),
            TlsProblem::TlsServer,
        ),
        (
            tcp(&tls_server("server", false, false)),
            TlsProblem::TlsServer,
        ),
        (
            tcp(&tls_server("server", true, false)),
            TlsProblem::TlsServer,
        ),
    ] {
        fails(&target, &format!("{expected:?}"), |it| {
            is_tls(it, &expected)
        })
        .await;
    }
    let plain = answering("200 OK", "text/plain", "plain");
    let Dialer::Tcp(address) = &plain.dialer else {
        panic!()
    };
    fails(&tls_target(address, true, false), "a plain server", |it| {
        is_tls(it, &TlsProblem::PlainServer)
    })
    .await;
    let mut missing = tls_target(address, true, false);
    let absent = PathBuf::from("/absent/ca.pem");
    if let Dialer::Tls(_, files) = &mut missing.dialer {
        files.ca = Some(absent.clone());
    }
    fails(&missing, "a missing file", |it| {
        is_tls(it, &TlsProblem::File(absent.clone()))
    })
    .await;
    // With the right certificates the handshake succeeds: what is wrong then is the answer.
    let good = tls_target(&tls_server("server", true, true), true, true);
    fails(&good, "TLS, but no engine", |it| {
        matches!(it, ConnectError::NotDocker { .. })
    })
    .await;
}

#[tokio::test]
async fn what_answers_is_not_what_is_wanted() {
    let json = "application/json";
    let too_old = r#"{"Version":"17.06.0-ce","ApiVersion":"1.30","MinAPIVersion":"1.12"}"#;
    fails(&answering("200 OK", json, too_old), "API 1.30", |it| {
        matches!(it, ConnectError::TooOld { engine, api } if engine == "17.06.0-ce" && api == "1.30")
    })
    .await;
    let too_new = r#"{"Version":"99.0","ApiVersion":"9.9","MinAPIVersion":"9.0"}"#;
    fails(
        &answering("200 OK", json, too_new),
        "API 9.0 and up",
        |it| matches!(it, ConnectError::TooNew { .. }),
    )
    .await;
    let is_odd = |it: &ConnectError| matches!(it, ConnectError::NotDocker { .. });
    let page = "<html>Bonjour</html>";
    fails(
        &answering("200 OK", "text/html", page),
        "a web page",
        is_odd,
    )
    .await;
    fails(
        &answering("404 Not Found", "text/html", page),
        "a 404",
        is_odd,
    )
    .await;
    fails(
        &answering("400 Bad Request", "text/html", page),
        "a 400",
        is_odd,
    )
    .await;
    fails(&answering("200 OK", json, "{}"), "empty JSON", is_odd).await;
    let ssh = server(|stream| {
        stream
            .write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n")
            .unwrap();
    });
    fails(&tcp(&ssh), "an ssh server", is_odd).await;
    fails(
        &answering("403 Forbidden", json, r#"{"message":"no"}"#),
        "forbidden",
        |it| matches!(it, ConnectError::Denied { status: 403, .. }),
    )
    .await;
    fails(&answering("500 Oops", json, r#"{"message":"disk full"}"#), "a fault", |it| {
        matches!(it, ConnectError::EngineFault { status: 500, message, .. } if message == "disk full")
    })
    .await;
    let is_closed = |it: &ConnectError| matches!(it, ConnectError::Closed { .. });
    let at_once = server(|stream| {
        read_head(stream);
    });
    fails(&tcp(&at_once), "closed before an answer", is_closed).await;
    let in_head = server(|stream| {
        read_head(stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le").unwrap();
    });
    fails(&tcp(&in_head), "closed in the head", is_closed).await;
    let in_body = server(|stream| {
        read_head(stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Vers")
            .unwrap();
    });
    fails(&tcp(&in_body), "closed in the body", is_closed).await;
}

#[tokio::test]
async fn ssh_that_fails() {
    let target = target("ssh://nulle-part.invalid");
    fails(&target, "ssh", |it| {
        matches!(it, ConnectError::Ssh { status: Some(255), host, .. } if host == "nulle-part.invalid")
    })
    .await;
}

/// Runs one of the tests below in a process of its own, changed so.
fn in_a_child(test: &str, change: impl FnOnce(&mut std::process::Command)) {
    let folder = tempfile::tempdir().unwrap();
    // Out of the way: a build folder may be closed to other users.
    let program = folder.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    std::process::Command::new("chmod")
        .arg("755")
        .arg(folder.path())
        .status()
        .unwrap();
    let mut command = std::process::Command::new(&program);
    let name = format!("connect::tests::{test}");
    command
        .args([name.as_str(), "--exact", "--ignored", "--nocapture"])
        .current_dir("/");
    change(&mut command);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[test]
fn a_socket_that_is_reserved_to_others() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("docker.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    in_a_child("child_without_permission", |command| {
        command.env("TEST_SOCKET", &path);
        // Permissions do not stop root.
        if std::fs::metadata("/proc/self")
            .is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
        {
            command.uid(65_534).gid(65_534);
        }
    });
}

#[tokio::test]
#[ignore = "run by a_socket_that_is_reserved_to_others"]
async fn child_without_permission() {
    let target = target(&format!("unix://{}", std::env::var("TEST_SOCKET").unwrap()));
    fails(&target, "permission", |it| {
        matches!(it, ConnectError::PermissionDenied { .. })
    })
    .await;
    let text = connect(&target).await.err().unwrap().full_text();
    assert!(text.contains("usermod -aG docker"), "{text}");
}

#[test]
fn a_machine_without_ssh() {
    in_a_child("child_without_ssh", |command| {
        command.env("PATH", "/nonexistent");
    });
}

#[tokio::test]
#[ignore = "run by a_machine_without_ssh"]
async fn child_without_ssh() {
    let target = target("ssh://somewhere");
    fails(&target, "no ssh", |it| {
        matches!(it, ConnectError::NoSsh { .. })
    })
    .await;
}

#[test]
fn the_version_is_the_newest_that_both_sides_speak() {
    let ours = newest_api_text();
    assert_eq!(negotiate((1, 41), Some("1.12")), Ok("1.41".to_owned()));
    assert_eq!(negotiate((1, 51), Some("1.24")), Ok("1.51".to_owned()));
    assert_eq!(negotiate((1, 99), Some("1.44")), Ok(ours));
    assert_eq!(negotiate((1, 40), None), Err(Refusal::TooOld));
    assert_eq!(
        negotiate((2, 0), Some("2.0")),
        Err(Refusal::TooNew("2.0".to_owned()))
    );
    assert_eq!(parse_api("1.5x"), None);
}

#[tokio::test]
async fn an_engine_without_control_groups_is_known() {
    let ask = async |body| {
        let target = answering("200 OK", "application/json", body);
        connect(&target).await.unwrap().info
    };
    let rootless =
        ask(r#"{"Version":"20.10.24","ApiVersion":"1.41","Name":"hote","CgroupDriver":"none"}"#);
    let ordinary = ask(r#"{"Version":"20.10.24","ApiVersion":"1.41","CgroupDriver":"systemd"}"#);
    let silent = ask(r#"{"Version":"20.10.24","ApiVersion":"1.41"}"#);
    assert!(rootless.await.without_cgroups);
    assert!(!ordinary.await.without_cgroups && !silent.await.without_cgroups);
}

#[tokio::test]
async fn a_real_engine_says_who_it_is() {
    let Some(target) = engine() else { return };
    let connection = connect(&target)
        .await
        .unwrap_or_else(|error| panic!("{}", error.full_text()));
    let info = connection.info;
    assert!(info.platform.starts_with("linux/"), "{info:?}");
    assert!(
        !info.version.is_empty() && !info.hostname.is_empty(),
        "{info:?}"
    );
    assert!(connection.clock.is_some());
}
