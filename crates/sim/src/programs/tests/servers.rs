//! Servers and their clients.

use std::time::Duration;

use super::{boot, collect, run, spec};
use crate::kernel::{ExecSpec, Kernel, Pid, Signal};

fn exec(kernel: &Kernel, container: Pid, script: &str) -> impl Future<Output = super::Ran> + use<> {
    let started = kernel
        .exec(ExecSpec {
            container,
            argv: vec!["sh".into(), "-c".into(), script.into()],
            env: spec(&[]).env,
            cwd: "/".into(),
            user: String::new(),
            groups: Vec::new(),
            tty: None,
            stdin: false,
            privileged: false,
        })
        .expect("started");
    collect(started)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hello_says_hello() {
    let ran = run(&["hello"]).await;
    assert!(
        ran.stdout.starts_with("\nHello from Docker!\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("https://docs.docker.com/get-started/\n\n")
    );
    assert_eq!(ran.code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_serves_logs_and_stops() {
    let kernel = boot();
    let started = kernel
        .start_container(spec(&["nginx", "-g", "daemon off;"]))
        .expect("started");
    let pid = started.pid;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let ran = exec(
        &kernel,
        pid,
        "cat /run/nginx.pid; stat -c '%U %a %n' /var/cache/nginx/*; nginx; rm -r /var/cache/nginx/client_temp; su -s /bin/sh www-data -c nginx",
    )
    .await;
    assert!(
        ran.stdout
            .starts_with("1\nnginx 700 /var/cache/nginx/client_temp\n"),
        "{ran:#?}"
    );
    assert_eq!(ran.stdout.lines().count(), 6, "{ran:#?}");
    for text in [
        "bind() to 0.0.0.0:80 failed (98: Address already in use)",
        "mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)",
    ] {
        assert!(ran.stderr.contains(text), "{ran:#?}");
    }
    let ran = exec(&kernel, pid, "wget -qO- http://127.0.0.1/; curl -sI localhost | head -n 1; wget -qO- http://localhost/nosuch; echo $?; ps -eo user,args").await;
    assert!(
        ran.stdout.contains("<h1>Welcome to nginx!</h1>"),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("HTTP/1.1 200 OK"), "{ran:#?}");
    assert!(
        ran.stderr
            .contains("wget: server returned error: HTTP/1.1 404 Not Found"),
        "{ran:#?}"
    );
    assert!(
        ran.stdout
            .contains("root     nginx: master process nginx -g daemon off;"),
        "{ran:#?}"
    );
    assert!(
        ran.stdout.matches("nginx    nginx: worker process").count() == 2,
        "{ran:#?}"
    );
    kernel.kill(pid, Signal::QUIT).expect("there");
    let ended = collect(started).await;
    assert_eq!(ended.code, 0, "{ended:#?}");
    assert!(
        ended
            .stdout
            .contains("\"GET / HTTP/1.1\" 200 27 \"-\" \"Wget\" \"-\""),
        "{ended:#?}"
    );
    assert!(
        ended.stderr.contains("start worker processes"),
        "{ended:#?}"
    );
    assert!(
        ended
            .stderr
            .contains("open() \"/usr/share/nginx/html/nosuch\" failed"),
        "{ended:#?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_of_alpine_says_so_and_listens_in_ipv6() {
    let kernel = boot();
    let script = "mkdir -p /etc/nginx/conf.d; echo 3.21.3 > /etc/alpine-release; printf 'listen 80;\nlisten [::]:80;\n' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'";
    let started = kernel
        .start_container(spec(&["sh", "-c", script]))
        .expect("started");
    let pid = started.pid;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ran = exec(
        &kernel,
        pid,
        "netstat -tln | tail -n 2; grep -c ':0050 ' /proc/net/tcp6; curl -sI http://127.0.0.1/ | head -n 1; nginx -V",
    )
    .await;
    assert_eq!(
        ran.stdout,
        "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      \ntcp        0      0 :::80                   :::*                    LISTEN      \n1\nHTTP/1.1 200 OK\r\n"
    );
    let built = "built by gcc 14.2.0 (Alpine 14.2.0) \n";
    assert!(ran.stderr.contains(built), "{ran:#?}");
    kernel.kill(pid, Signal::QUIT).expect("there");
    let ended = collect(started).await;
    assert!(ended.stderr.contains(built), "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn httpd_serves() {
    let kernel = boot();
    let script = "mkdir /www; echo served > /www/index.html; httpd -f -p 80 -h /www";
    let started = kernel
        .start_container(spec(&["sh", "-c", script]))
        .expect("started");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let ran = exec(
        &kernel,
        started.pid,
        "wget -qO- http://172.17.0.2/; wget -qO- http://172.17.0.2/nosuch",
    )
    .await;
    assert_eq!(ran.stdout, "served\n");
    assert_eq!(
        ran.stderr,
        "wget: server returned error: HTTP/1.1 404 Not Found\n"
    );
    let ran = exec(
        &kernel,
        started.pid,
        "wget http://127.0.0.1:9/; wget http://nosuch.invalid/",
    )
    .await;
    assert_eq!(
        ran.stderr,
        "Connecting to 127.0.0.1:9 (127.0.0.1:9)\nwget: can't connect to remote host (127.0.0.1): Connection refused\nwget: bad address 'nosuch.invalid'\n"
    );
    let ran = exec(
        &kernel,
        started.pid,
        "ping -c 1 127.0.0.1 | head -n 1; ip route; ip addr | grep inet",
    )
    .await;
    assert_eq!(
        ran.stdout,
        "PING 127.0.0.1 (127.0.0.1): 56 data bytes\ndefault via 172.17.0.1 dev eth0 \n172.17.0.0/16 dev eth0 scope link  src 172.17.0.2 \n    inet 127.0.0.1/8 scope host lo\n    inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_answers_docker_stop() {
    let kernel = boot();
    let script = "trap \"echo got-term; exit 5\" TERM; echo ready; while :; do sleep 0.1; done";
    let started = kernel
        .start_container(spec(&["sh", "-c", script]))
        .expect("started");
    tokio::time::sleep(Duration::from_millis(200)).await;
    kernel.kill(started.pid, Signal::TERM).expect("there");
    let ended = collect(started).await;
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (5, "ready\ngot-term\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_command_takes_the_place_of_the_shell() {
    let kernel = boot();
    let started = kernel
        .start_container(spec(&["sh", "-c", "sleep 999 & sleep 1000"]))
        .expect("started");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut shown: Vec<String> = kernel
        .processes_of(started.pid)
        .iter()
        .map(|it| it.argv.join(" "))
        .collect();
    shown.sort();
    assert_eq!(shown, ["sleep 1000", "sleep 999"]);
}
