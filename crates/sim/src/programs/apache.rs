//! Apache's `httpd`, as the `httpd` image runs it.

use std::net::SocketAddr;
use std::sync::Arc;

use super::applet::Applet;
use super::http::{Found, content_type, find, http_date};
use super::serving::{
    Answer, Call, accept_all, date_header, idle_child, listen_any, read_call, write_answer,
};
use crate::kernel::{Errno, Fd, ForkOptions, Pid, Signal, Sys};

const CONFIGURATION: &str = "/usr/local/apache2/conf/httpd.conf";
const PID_FILE: &str = "/usr/local/apache2/logs/httpd.pid";
/// Children that the event MPM starts with.
const CHILDREN: usize = 3;

/// What the configuration says of what we serve.
#[derive(Debug, Clone)]
struct Site {
    port: u16,
    root: String,
    name: Option<String>,
    indexes: bool,
    version: String,
}

/// `httpd [-D NAME] [-k SIGNAL] [-t] [-v] [-f FILE]…`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("D:d:f:C:c:e:E:k:vVhlLtTSXMn:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = applet.sys.clone();
    let version = sys
        .var("HTTPD_VERSION")
        .unwrap_or_else(|| "2.4.63".to_owned());
    if options.has('v') || options.has('V') {
        let text = format!(
            "Server version: Apache/{version} (Unix)\nServer built:   Jan 23 2025 23:33:41\n"
        );
        return applet.print(text).await;
    }
    let site = match read_site(&sys, version) {
        Ok(site) => site,
        Err(problem) => {
            let _ = sys.write(2, format!("{problem}\n").as_bytes()).await;
            return 1;
        }
    };
    if let Some(name) = options.value('k').filter(|it| *it != "start") {
        return signal(&applet, name).await;
    }
    if site.name.is_none() {
        let address = sys
            .addresses()
            .first()
            .map_or_else(|| "127.0.0.1".to_owned(), ToString::to_string);
        let line = format!(
            "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {address}. Set the 'ServerName' directive globally to suppress this message\n"
        );
        let _ = sys.write(2, line.as_bytes()).await;
        if !options.has('t') {
            let _ = sys.write(2, line.as_bytes()).await;
        }
    }
    if options.has('t') {
        let _ = sys.write(2, b"Syntax OK\n").await;
        return 0;
    }
    let listener = match listen_any(&sys, site.port) {
        Ok(fd) => fd,
        Err(error) => {
            let number = if error == Errno::EADDRINUSE { 98 } else { 13 };
            let text = format!(
                "({number}){error}: AH00072: make_sock: could not bind to address 0.0.0.0:{}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n",
                site.port
            );
            let _ = sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let foreground = options.values('D').any(|it| it == "FOREGROUND") || options.has('X');
    if foreground {
        return master(sys, listener, site).await;
    }
    let group = ForkOptions {
        group: Some(None),
        ..ForkOptions::default()
    };
    match sys.fork(group, move |sys| Box::pin(master(sys, listener, site))) {
        Ok(_) => 0,
        Err(error) => applet.fail(format!("fork: {error}")).await,
    }
}

fn read_site(sys: &Sys, version: String) -> Result<Site, String> {
    let text = sys.read_file(CONFIGURATION).map_err(|error| {
        format!("httpd: Could not open configuration file {CONFIGURATION}: {error}")
    })?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut site = Site {
        port: 80,
        root: "/usr/local/apache2/htdocs".into(),
        name: None,
        indexes: false,
        version,
    };
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let mut words = line.split_whitespace();
        let (Some(directive), value) = (words.next(), words.next().unwrap_or_default()) else {
            continue;
        };
        let value = value.trim_matches('"');
        match directive {
            "Listen" => {
                let port = value.rsplit(':').next().unwrap_or(value);
                site.port = port.parse().map_err(|_| {
                    format!(
                        "AH00526: Syntax error on line {} of {CONFIGURATION}:\nPort must be specified",
                        index + 1
                    )
                })?;
            }
            "DocumentRoot" => {
                if !sys.stat(value).is_ok_and(|it| it.is_dir()) {
                    return Err(format!(
                        "AH00526: Syntax error on line {} of {CONFIGURATION}:\nDocumentRoot '{value}' is not a directory, or is not readable",
                        index + 1
                    ));
                }
                value.trim_end_matches('/').clone_into(&mut site.root);
            }
            "ServerName" => site.name = Some(value.to_owned()),
            "Options" => site.indexes = line.contains("Indexes") && !line.contains("-Indexes"),
            _ => {}
        }
    }
    Ok(site)
}

async fn signal(applet: &Applet, name: &str) -> u8 {
    let signal = match name {
        "stop" => Signal::TERM,
        "graceful-stop" => Signal::WINCH,
        "restart" => Signal::HUP,
        "graceful" => Signal::USR1,
        _ => return applet.usage().await,
    };
    let pid = applet
        .sys
        .read_file(PID_FILE)
        .ok()
        .and_then(|text| String::from_utf8_lossy(&text).trim().parse::<u32>().ok());
    match pid {
        Some(pid) if applet.sys.kill(Pid(pid), signal).is_ok() => 0,
        _ => {
            let _ = applet
                .sys
                .write(1, b"httpd (no pid file) not running\n")
                .await;
            u8::from(name != "stop")
        }
    }
}

/// A line of the error log.
async fn log(sys: &Sys, module: &str, text: &str) {
    let now = sys.now();
    let micros = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .subsec_micros();
    let time = super::date::format(now, "%a %b %d %H:%M:%S");
    let year = super::date::format(now, "%Y");
    let pid = sys.pid().0;
    let line = format!("[{time}.{micros:06} {year}] [{module}] [pid {pid}:tid {pid}] {text}\n");
    // A log that nobody reads is no reason to stop serving.
    let _ = sys.write(2, line.as_bytes()).await;
}

async fn master(sys: Sys, listener: Fd, site: Site) -> u8 {
    for signal in [
        Signal::TERM,
        Signal::INT,
        Signal::HUP,
        Signal::USR1,
        Signal::WINCH,
    ] {
        sys.catch(signal);
    }
    sys.set_memory(7 << 20);
    // Without the folder there is no file, and -k finds no server.
    let _ = sys.write_file(PID_FILE, format!("{}\n", sys.pid().0).as_bytes());
    let mut site = Arc::new(site);
    loop {
        let children: Vec<Pid> = (0..CHILDREN)
            .filter_map(|_| idle_child(&sys, "httpd -DFOREGROUND", 4 << 20))
            .collect();
        let banner = format!(
            "AH00489: Apache/{} (Unix) configured -- resuming normal operations",
            site.version
        );
        log(&sys, "mpm_event:notice", &banner).await;
        log(
            &sys,
            "core:notice",
            "AH00094: Command line: 'httpd -D FOREGROUND'",
        )
        .await;
        let served = site.clone();
        let signal = tokio::select! {
            status = accept_all(sys.clone(), listener, move |sys, fd, from| serve(sys, fd, from, served.clone())) => return status,
            signal = sys.next_signal() => signal,
        };
        for child in children {
            // It may have been told by its group already.
            let _ = sys.kill(child, Signal::TERM);
            let _ = sys.wait(Some(child)).await;
        }
        let text = match signal {
            Signal::HUP => "AH00494: SIGHUP received.  Attempting to restart",
            Signal::USR1 => "AH00493: SIGUSR1 received.  Doing graceful restart",
            Signal::WINCH => "AH00492: caught SIGWINCH, shutting down gracefully",
            _ => "AH00491: caught SIGTERM, shutting down",
        };
        log(&sys, "mpm_event:notice", text).await;
        if !matches!(signal, Signal::HUP | Signal::USR1) {
            // It may be gone with its volume.
            let _ = sys.unlink(PID_FILE);
            return 0;
        }
        if let Ok(again) = read_site(&sys, site.version.clone()) {
            site = Arc::new(again);
        }
    }
}

async fn serve(sys: Sys, fd: Fd, from: SocketAddr, site: Arc<Site>) {
    let mut held = Vec::new();
    while let Some(call) = read_call(&sys, fd, &mut held, from).await {
        let head_only = call.request.method == "HEAD";
        let answer = respond(&sys, &call, &site).await;
        let written = write_answer(&sys, fd, &answer, head_only).await;
        let sent = if answer.body.is_empty() || head_only {
            "-".to_owned()
        } else {
            answer.body.len().to_string()
        };
        let time = super::date::format(sys.now(), "%d/%b/%Y:%H:%M:%S +0000");
        let line = format!(
            "{} - - [{time}] \"{}\" {} {sent}\n",
            from.ip(),
            call.line,
            answer.status
        );
        // A log that nobody reads is no reason to stop serving.
        let _ = sys.write(1, line.as_bytes()).await;
        if written.is_err() || !call.request.keeps_alive() {
            return;
        }
    }
}

async fn respond(sys: &Sys, call: &Call, site: &Site) -> Answer {
    let path = call.request.path();
    let answer = match call.request.method.as_str() {
        "GET" | "HEAD" | "POST" => match find(sys, &site.root, &path) {
            Found::File(file, metadata) => match sys.read_file(&file) {
                Ok(bytes) => {
                    let micros = metadata
                        .mtime
                        .duration_since(std::time::UNIX_EPOCH)
                        .unwrap_or_default()
                        .as_micros();
                    Answer::new(200, "", bytes.to_vec())
                        .with("Last-Modified", http_date(metadata.mtime))
                        .with("ETag", format!("\"{:x}-{micros:x}\"", bytes.len()))
                        .with("Accept-Ranges", "bytes")
                        .with("Content-Length", bytes.len().to_string())
                        .with("Content-Type", content_type(&file))
                }
                Err(_) => error(403),
            },
            Found::Redirect => {
                let host = call.request.header("host").unwrap_or("localhost");
                error(301).with("Location", format!("http://{host}{path}/"))
            }
            Found::Missing => error(404),
            Found::Forbidden => {
                if let Some(page) = listing(sys, site, &path) {
                    Answer::new(200, "text/html;charset=ISO-8859-1", page)
                } else {
                    let text = format!(
                        "AH01276: Cannot serve directory {}{path}: No matching DirectoryIndex (index.html) found, and server-generated directory index forbidden by Options directive",
                        site.root
                    );
                    log(sys, "autoindex:error", &text).await;
                    error(403)
                }
            }
        },
        _ => error(405),
    };
    let mut headers = vec![
        ("Date".to_owned(), date_header(sys)),
        (
            "Server".to_owned(),
            format!("Apache/{} (Unix)", site.version),
        ),
    ];
    headers.extend(answer.headers);
    Answer { headers, ..answer }
}

/// The page that `mod_autoindex` makes of a folder without `index.html`.
fn listing(sys: &Sys, site: &Site, path: &str) -> Option<String> {
    let folder = format!("{}{path}", site.root);
    if !site.indexes || sys.access(&folder, 5).is_err() {
        return None;
    }
    let mut page = format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\">\n<html>\n <head>\n  <title>Index of {path}</title>\n </head>\n <body>\n<h1>Index of {path}</h1>\n<ul>"
    );
    if path != "/" {
        let trimmed = path.trim_end_matches('/');
        let parent = trimmed.rfind('/').map_or("/", |at| &trimmed[..=at]);
        page.push_str(&format!(
            "<li><a href=\"{parent}\"> Parent Directory</a></li>\n"
        ));
    }
    for entry in sys.read_dir(&folder).ok()? {
        let slash = if entry.metadata.is_dir() { "/" } else { "" };
        let name = format!("{}{slash}", entry.name);
        page.push_str(&format!("<li><a href=\"{name}\"> {name}</a></li>\n"));
    }
    page.push_str("</ul>\n</body></html>\n");
    Some(page)
}

fn error(status: u16) -> Answer {
    let (title, text) = match status {
        301 => (
            "301 Moved Permanently",
            "The document has moved <a href=\"/\">here</a>.",
        ),
        403 => (
            "403 Forbidden",
            "You don't have permission to access this resource.",
        ),
        404 => (
            "404 Not Found",
            "The requested URL was not found on this server.",
        ),
        _ => (
            "405 Method Not Allowed",
            "The requested method is not allowed for this URL.",
        ),
    };
    let heading = title.get(4..).unwrap_or(title);
    Answer::new(
        status,
        "text/html; charset=iso-8859-1",
        format!(
            "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{title}</title>\n</head><body>\n<h1>{heading}</h1>\n<p>{text}</p>\n</body></html>\n"
        ),
    )
}
