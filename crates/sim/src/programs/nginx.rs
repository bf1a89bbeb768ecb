//! `nginx`: a master, its workers, an access log; serves `/usr/share/nginx/html` on port 80.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::applet::Applet;
use super::http::{Found, Request, content_type, find, http_date, parse_request, read_head};
use crate::kernel::{Errno, Fd, ForkOptions, Pid, Signal, Sys};

/// Without `NGINX_VERSION`, which the image sets.
const VERSION: &str = "1.27.5";
const CONFIGURATION: &str = "/etc/nginx/nginx.conf";
const SITE: &str = "/etc/nginx/conf.d/default.conf";
const CACHE: &str = "/var/cache/nginx";
const PID_FILE: &str = "/run/nginx.pid";

/// What the configuration says of what we serve.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Site {
    port: u16,
    /// The port that it listens on in IPv6, `listen [::]:80`.
    port6: Option<u16>,
    root: String,
}

/// How the image was built.
struct Build {
    compiler: &'static str,
    library: &'static str,
}

impl Build {
    /// The official images are those of Debian 12 and of Alpine 3.21.
    fn of(sys: &Sys) -> Self {
        if sys.stat("/etc/alpine-release").is_ok() {
            return Self {
                compiler: "gcc 14.2.0 (Alpine 14.2.0) ",
                library: "OpenSSL 3.3.3 11 Feb 2025",
            };
        }
        Self {
            compiler: "gcc 12.2.0 (Debian 12.2.0-14) ",
            library: "OpenSSL 3.0.15 3 Sep 2024 (running with OpenSSL 3.0.16 11 Feb 2025)",
        }
    }
}

/// What both images are configured with, but for the modules.
const CONFIGURE: &str = "--prefix=/etc/nginx --sbin-path=/usr/sbin/nginx --modules-path=/usr/lib/nginx/modules --conf-path=/etc/nginx/nginx.conf --error-log-path=/var/log/nginx/error.log --http-log-path=/var/log/nginx/access.log --pid-path=/run/nginx.pid --lock-path=/run/nginx.lock --http-client-body-temp-path=/var/cache/nginx/client_temp --http-proxy-temp-path=/var/cache/nginx/proxy_temp --http-fastcgi-temp-path=/var/cache/nginx/fastcgi_temp --http-uwsgi-temp-path=/var/cache/nginx/uwsgi_temp --http-scgi-temp-path=/var/cache/nginx/scgi_temp --user=nginx --group=nginx --with-compat --with-file-aio --with-threads --with-http_realip_module --with-http_ssl_module --with-http_stub_status_module --with-http_v2_module --with-http_v3_module --with-stream";

/// `nginx [-g DIRECTIVES] [-v] [-V] [-t] [-s SIGNAL]`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("g:vVtTqs:c:p:e:h", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.has('v') || options.has('V') {
        let mut text = format!("nginx version: nginx/{VERSION}\n");
        if options.has('V') {
            let Build { compiler, library } = Build::of(&applet.sys);
            text.push_str(&format!(
                "built by {compiler}\nbuilt with {library}\nTLS SNI support enabled\nconfigure arguments: {CONFIGURE}\n"
            ));
        }
        return u8::from(applet.sys.write(2, text.as_bytes()).await.is_err());
    }
    if let Some(name) = options.value('s') {
        return signal_master(&applet, name).await;
    }
    let site = site(&applet.sys);
    if options.has('t') {
        let text = format!(
            "nginx: the configuration file {CONFIGURATION} syntax is ok\n\
             nginx: configuration file {CONFIGURATION} test is successful\n"
        );
        return u8::from(applet.sys.write(2, text.as_bytes()).await.is_err());
    }
    let sys = applet.sys.clone();
    if let Err(text) = make_folders(&sys) {
        return emergency(&sys, &text).await;
    }
    let listeners = match listen(&sys, &site) {
        Ok(listeners) => listeners,
        Err(text) => return emergency(&sys, &text).await,
    };
    let foreground = options
        .values('g')
        .any(|it| it.replace(' ', "").contains("daemonoff"));
    if foreground {
        return master(sys, listeners, site).await;
    }
    // As a daemon, the command returns and the master goes on by itself.
    let options = ForkOptions {
        group: Some(None),
        ..ForkOptions::default()
    };
    match sys.fork(options, move |sys| Box::pin(master(sys, listeners, site))) {
        Ok(_) => 0,
        Err(error) => applet.fail(format!("[emerg] fork() failed: {error}")).await,
    }
}

/// Listens in IPv4, and in IPv6 if its site says so.
fn listen(sys: &Sys, site: &Site) -> Result<Vec<Fd>, String> {
    let any = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), site.port);
    let any6 = site
        .port6
        .map(|port| SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port));
    let listen = |address: SocketAddr| {
        sys.listen(address.ip(), address.port()).map_err(|error| {
            let number = if error == Errno::EADDRINUSE { 98 } else { 13 };
            format!("bind() to {address} failed ({number}: {error})")
        })
    };
    [any].into_iter().chain(any6).map(listen).collect()
}

/// What ends it before it serves: for the log, then for whoever started it.
async fn emergency(sys: &Sys, text: &str) -> u8 {
    log(sys, "emerg", text).await;
    let _ = sys
        .write(2, format!("nginx: [emerg] {text}\n").as_bytes())
        .await;
    1
}

/// The folders of its temporary files, which belong to the user that its workers are.
fn make_folders(sys: &Sys) -> Result<(), String> {
    let uid = account(sys).map(|(uid, _)| uid);
    for name in ["client", "proxy", "fastcgi", "uwsgi", "scgi"] {
        let path = format!("{CACHE}/{name}_temp");
        match sys.mkdir(&path, 0o700) {
            Err(error) if error != Errno::EEXIST => return Err(failed("mkdir", &path, error)),
            _ => {}
        }
        if sys.uid() == 0 {
            sys.chown(&path, uid, None)
                .map_err(|error| failed("chown", &path, error))?;
        }
    }
    Ok(())
}

/// The user and the group that its workers are, unless it does not run as root.
fn account(sys: &Sys) -> Option<(u32, u32)> {
    let users = sys.read_file("/etc/passwd").unwrap_or_default();
    let users = String::from_utf8_lossy(&users).into_owned();
    let user = users.lines().find_map(|it| it.strip_prefix("nginx:"))?;
    let mut fields = user.split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// A call that failed, as nginx words it.
fn failed(call: &str, path: &str, error: Errno) -> String {
    let number = match error {
        Errno::EPERM => 1,
        Errno::ENOENT => 2,
        Errno::EACCES => 13,
        Errno::ENOTDIR => 20,
        Errno::EISDIR => 21,
        Errno::ENOSPC => 28,
        Errno::EROFS => 30,
        // An input/output error: no other is expected here.
        _ => 5,
    };
    format!("{call}() \"{path}\" failed ({number}: {error})")
}

async fn signal_master(applet: &Applet, name: &str) -> u8 {
    let signal = match name {
        "stop" => Signal::TERM,
        "quit" => Signal::QUIT,
        "reload" => Signal::HUP,
        "reopen" => Signal::USR1,
        _ => {
            let text = format!("nginx: invalid option: \"-s {name}\"\n");
            let _ = applet.sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let master = applet.sys.processes().into_iter().find(|it| {
        it.argv
            .first()
            .is_some_and(|it| it.starts_with("nginx: master"))
    });
    if let Some(master) = master {
        u8::from(applet.sys.kill(master.pid, signal).is_err())
    } else {
        let text = failed("open", PID_FILE, Errno::ENOENT);
        let text = format!("nginx: [error] {text}\n");
        let _ = applet.sys.write(2, text.as_bytes()).await;
        1
    }
}

/// Reads the port and the root of the default site.
fn site(sys: &Sys) -> Site {
    let mut site = Site {
        port: 80,
        port6: None,
        root: "/usr/share/nginx/html".into(),
    };
    let Ok(text) = sys.read_file(SITE) else {
        return site;
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|it| !it.starts_with('#'))
    {
        let mut words = line.trim_end_matches(';').split_whitespace();
        match (words.next(), words.next()) {
            (Some("listen"), Some(address)) => {
                let port = address.rsplit(':').next().unwrap_or(address);
                if address.starts_with('[') {
                    site.port6 = port.parse().ok();
                } else {
                    site.port = port.parse().unwrap_or(site.port);
                }
            }
            (Some("root"), Some(root)) => root.clone_into(&mut site.root),
            _ => {}
        }
    }
    site
}

/// A line of the error log. `[notice]` lines are those of the official image.
async fn log(sys: &Sys, level: &str, text: &str) {
    let time = super::date::format(sys.now(), "%Y/%m/%d %H:%M:%S");
    let pid = sys.pid().0;
    let line = format!("{time} [{level}] {pid}#{pid}: {text}\n");
    // A log that nobody reads is no reason to stop serving.
    let _ = sys.write(2, line.as_bytes()).await;
}

async fn master(sys: Sys, listeners: Vec<Fd>, site: Site) -> u8 {
    for signal in [
        Signal::TERM,
        Signal::INT,
        Signal::QUIT,
        Signal::HUP,
        Signal::USR1,
        Signal::CHLD,
        Signal::WINCH,
    ] {
        sys.catch(signal);
    }
    sys.set_title(&["nginx: master process nginx -g daemon off;".to_owned()]);
    sys.set_memory(6 << 20);
    if let Err(error) = sys.write_file(PID_FILE, format!("{}\n", sys.pid().0).as_bytes()) {
        return emergency(&sys, &failed("open", PID_FILE, error)).await;
    }
    let release = sys.kernel().options().release.clone();
    for line in [
        "using the \"epoll\" event method".to_owned(),
        format!("nginx/{VERSION}"),
        format!("built by {}", Build::of(&sys).compiler),
        format!("OS: Linux {release}"),
        "getrlimit(RLIMIT_NOFILE): 1048576:1048576".to_owned(),
        "start worker processes".to_owned(),
    ] {
        log(&sys, "notice", &line).await;
    }
    let mut workers = Vec::new();
    start_workers(&sys, &listeners, &site, &mut workers).await;
    loop {
        let signal = sys.next_signal().await;
        match signal {
            Signal::TERM | Signal::INT => {
                log(
                    &sys,
                    "notice",
                    &format!(
                        "signal {} ({}) received, exiting",
                        signal.0,
                        long_name(signal)
                    ),
                )
                .await;
                return stop(&sys, &workers, Signal::TERM).await;
            }
            Signal::QUIT => {
                log(&sys, "notice", "signal 3 (SIGQUIT) received, shutting down").await;
                return stop(&sys, &workers, Signal::QUIT).await;
            }
            Signal::HUP => {
                log(&sys, "notice", "signal 1 (SIGHUP) received, reconfiguring").await;
                log(&sys, "notice", "reconfiguring").await;
                log(&sys, "notice", "start worker processes").await;
                let old = std::mem::take(&mut workers);
                start_workers(&sys, &listeners, &site, &mut workers).await;
                for worker in old {
                    // It may have ended by itself.
                    let _ = sys.kill(worker, Signal::QUIT);
                }
            }
            Signal::CHLD => {
                while let Ok(Some((pid, status))) = sys.try_wait(None) {
                    if let Some(at) = workers.iter().position(|it| *it == pid) {
                        workers.remove(at);
                        log(
                            &sys,
                            "alert",
                            &format!(
                                "worker process {} exited with code {}",
                                pid.0,
                                status.code()
                            ),
                        )
                        .await;
                        start_worker(&sys, &listeners, &site, &mut workers).await;
                    }
                }
            }
            _ => {}
        }
    }
}

fn long_name(signal: Signal) -> String {
    format!("SIG{}", signal.name())
}

async fn start_workers(sys: &Sys, listeners: &[Fd], site: &Site, workers: &mut Vec<Pid>) {
    for _ in 0..sys.kernel().options().cpus {
        start_worker(sys, listeners, site, workers).await;
    }
}

async fn start_worker(sys: &Sys, listeners: &[Fd], site: &Site, workers: &mut Vec<Pid>) {
    let (listeners, site) = (listeners.to_vec(), site.clone());
    let forked = sys.fork(ForkOptions::default(), move |sys| {
        Box::pin(worker(sys, listeners, site))
    });
    match forked {
        Ok(pid) => {
            workers.push(pid);
            log(sys, "notice", &format!("start worker process {}", pid.0)).await;
        }
        Err(error) => {
            log(
                sys,
                "alert",
                &format!("fork() failed while spawning \"worker process\" ({error})"),
            )
            .await;
        }
    }
}

async fn stop(sys: &Sys, workers: &[Pid], signal: Signal) -> u8 {
    for worker in workers {
        // It may have been told by its group already.
        let _ = sys.kill(*worker, signal);
    }
    for worker in workers {
        if sys.wait(Some(*worker)).await.is_ok() {
            log(sys, "notice", "signal 17 (SIGCHLD) received").await;
            log(
                sys,
                "notice",
                &format!("worker process {} exited with code 0", worker.0),
            )
            .await;
        }
    }
    // It may have been removed by hand.
    let _ = sys.unlink(PID_FILE);
    log(sys, "notice", "exit").await;
    0
}

async fn worker(sys: Sys, listeners: Vec<Fd>, site: Site) -> u8 {
    for signal in [Signal::TERM, Signal::QUIT] {
        sys.catch(signal);
    }
    for signal in [
        Signal::INT,
        Signal::HUP,
        Signal::USR1,
        Signal::CHLD,
        Signal::WINCH,
    ] {
        sys.ignore(signal);
    }
    sys.set_title(&["nginx: worker process".to_owned()]);
    sys.set_memory(2 << 20);
    if let Some((uid, gid)) = account(&sys).filter(|_| sys.uid() == 0) {
        // Without the capability, they stay what the master is.
        let _ = sys.set_user(uid, gid, vec![gid]);
    }
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(&sys, &listeners) => match accepted {
                Ok((fd, from)) => {
                    connections.spawn(serve(sys.clone(), fd, from.ip(), site.clone()));
                }
                Err(_) => return 0,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            signal = sys.next_signal() => {
                if signal == Signal::QUIT {
                    log(&sys, "notice", "gracefully shutting down").await;
                    while connections.join_next().await.is_some() {}
                }
                log(&sys, "notice", "exiting").await;
                log(&sys, "notice", "exit").await;
                return 0;
            }
        }
    }
}

/// The next connection, on any of these.
async fn accept(sys: &Sys, listeners: &[Fd]) -> Result<(Fd, SocketAddr), Errno> {
    let all = listeners.iter().map(|fd| Box::pin(sys.accept(*fd)));
    let (accepted, ..) = futures_util::future::select_all(all).await;
    accepted
}

/// Answers the requests of a connection.
async fn serve(sys: Sys, fd: Fd, from: IpAddr, site: Site) {
    let mut held = Vec::new();
    while let Some((head, rest)) = read_head(&sys, fd, held).await {
        held = rest;
        let request = parse_request(&head);
        let keeps = request.as_ref().is_some_and(Request::keeps_alive);
        if respond(
            &sys,
            fd,
            from,
            request.as_ref(),
            head.lines().next().unwrap_or_default(),
            &site,
        )
        .await
        .is_err()
            || !keeps
        {
            break;
        }
    }
    // The other end may have closed it first.
    let _ = sys.close(fd);
}

async fn respond(
    sys: &Sys,
    fd: Fd,
    from: IpAddr,
    request: Option<&Request>,
    first_line: &str,
    site: &Site,
) -> Result<(), Errno> {
    let path = request.map_or_else(String::new, Request::path);
    let found = match request {
        Some(request) if matches!(request.method.as_str(), "GET" | "HEAD") => {
            Some(find(sys, &site.root, &path))
        }
        _ => None,
    };
    let mut extra = String::new();
    let mut kind = "text/html";
    let (status, body) = match found {
        Some(Found::File(file, metadata)) => match sys.read_file(&file) {
            Ok(bytes) => {
                kind = content_type(&file);
                let seconds = metadata
                    .mtime
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default();
                let tag = format!("\"{:x}-{:x}\"", seconds.as_secs(), bytes.len());
                extra = format!(
                    "Last-Modified: {}\r\nETag: {tag}\r\nAccept-Ranges: bytes\r\n",
                    http_date(metadata.mtime)
                );
                if request.and_then(|it| it.header("if-none-match")) == Some(&tag) {
                    ("304 Not Modified", Vec::new())
                } else {
                    ("200 OK", bytes.to_vec())
                }
            }
            Err(_) => ("403 Forbidden", error_page("403 Forbidden")),
        },
        Some(Found::Redirect) => {
            let host = request
                .and_then(|it| it.header("host"))
                .unwrap_or("localhost");
            extra = format!("Location: http://{host}{path}/\r\n");
            ("301 Moved Permanently", error_page("301 Moved Permanently"))
        }
        Some(Found::Missing) => {
            let shown = path.trim_end_matches('/');
            let text = format!(
                "open() \"{}{shown}\" failed (2: No such file or directory), client: {from}, server: localhost, request: \"{first_line}\", host: \"{}\"",
                site.root,
                request.and_then(|it| it.header("host")).unwrap_or_default(),
            );
            log_request_error(sys, &text).await;
            ("404 Not Found", error_page("404 Not Found"))
        }
        Some(Found::Forbidden) => {
            let text = format!(
                "directory index of \"{}{path}\" is forbidden, client: {from}, server: localhost, request: \"{first_line}\"",
                site.root
            );
            log_request_error(sys, &text).await;
            ("403 Forbidden", error_page("403 Forbidden"))
        }
        None if request.is_some() => ("405 Not Allowed", error_page("405 Not Allowed")),
        None => ("400 Bad Request", error_page("400 Bad Request")),
    };
    let keeps = request.is_some_and(Request::keeps_alive);
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nServer: nginx/{VERSION}\r\nDate: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{}Connection: {}\r\n",
        http_date(sys.now()),
        body.len(),
        if status.starts_with("301") {
            &extra
        } else {
            ""
        },
        if keeps { "keep-alive" } else { "close" },
    );
    if !status.starts_with("301") {
        answer.push_str(&extra);
    }
    answer.push_str("\r\n");
    let mut bytes = answer.into_bytes();
    let sent = if request.is_some_and(|it| it.method == "HEAD") {
        0
    } else {
        body.len()
    };
    bytes.extend_from_slice(&body[..sent]);
    let written = sys.write(fd, &bytes).await;
    let header = |name| request.and_then(|it| it.header(name)).unwrap_or("-");
    let line = format!(
        "{from} - - [{}] \"{first_line}\" {} {sent} \"{}\" \"{}\" \"{}\"\n",
        super::date::format(sys.now(), "%d/%b/%Y:%H:%M:%S +0000"),
        &status[..3],
        header("referer"),
        header("user-agent"),
        header("x-forwarded-for"),
    );
    // A log that nobody reads is no reason to stop serving.
    let _ = sys.write(1, line.as_bytes()).await;
    written
}

async fn log_request_error(sys: &Sys, text: &str) {
    let time = super::date::format(sys.now(), "%Y/%m/%d %H:%M:%S");
    let pid = sys.pid().0;
    let _ = sys
        .write(
            2,
            format!("{time} [error] {pid}#{pid}: *1 {text}\n").as_bytes(),
        )
        .await;
}

fn error_page(title: &str) -> Vec<u8> {
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx/{VERSION}</center>\r\n</body>\r\n</html>\r\n"
    )
    .into_bytes()
}
