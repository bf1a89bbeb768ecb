//! `httpd`: busybox's web server; the image `httpd` has another one of that name, [`super::apache`].

use std::net::{IpAddr, Ipv4Addr};

use super::applet::Applet;
use super::http::{Found, content_type, find, http_date, parse_request, read_head};
use crate::kernel::{Fd, ForkOptions, Sys};

/// `httpd [-fv] [-p [IP:]PORT] [-h HOME]`
pub(super) async fn main(sys: Sys) -> u8 {
    let apache = sys
        .read_link("/proc/self/exe")
        .is_ok_and(|it| it.contains("apache2"));
    if apache {
        return super::apache::main(sys).await;
    }
    let applet = Applet::new(sys);
    let options = match applet.options("ifvp:h:c:u:r:m:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let place = options.value('p').unwrap_or("80");
    let (address, port) = place.rsplit_once(':').unwrap_or(("0.0.0.0", place));
    let Ok(port) = port.parse::<u16>() else {
        return applet.fail(format!("bad address '{place}'")).await;
    };
    let address = address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let home = options.value('h').unwrap_or(".").to_owned();
    if let Err(error) = applet.sys.chdir(&home) {
        return applet
            .fail(format!("can't change directory to '{home}': {error}"))
            .await;
    }
    let sys = applet.sys.clone();
    let listener = match sys.listen(address, port) {
        Ok(fd) => fd,
        Err(error) => return applet.fail(format!("bind: {error}")).await,
    };
    if options.has('f') {
        return accept_all(sys, listener).await;
    }
    let options = ForkOptions {
        group: Some(None),
        ..ForkOptions::default()
    };
    match sys.fork(options, move |sys| Box::pin(accept_all(sys, listener))) {
        Ok(_) => 0,
        Err(error) => applet.fail(format!("fork: {error}")).await,
    }
}

async fn accept_all(sys: Sys, listener: Fd) -> u8 {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = sys.accept(listener) => match accepted {
                Ok((fd, _)) => {
                    connections.spawn(answer(sys.clone(), fd));
                }
                Err(_) => return 1,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn answer(sys: Sys, fd: Fd) {
    if let Some((head, _)) = read_head(&sys, fd, Vec::new()).await {
        let request = parse_request(&head);
        let date = http_date(sys.now());
        let error = |status: &str, text: &str| {
            format!(
                "HTTP/1.1 {status}\r\nDate: {date}\r\nConnection: close\r\nContent-type: text/html\r\n\r\n\
                 <HTML><HEAD><TITLE>{status}</TITLE></HEAD>\n<BODY><H1>{status}</H1>\n{text}\n</BODY></HTML>\n"
            )
            .into_bytes()
        };
        let bytes = match request {
            None => error("400 Bad Request", "Unsupported method"),
            Some(request) if !matches!(request.method.as_str(), "GET" | "HEAD") => {
                error("501 Not Implemented", "The requested method is not recognized")
            }
            Some(request) => match find(&sys, ".", &request.path()) {
                Found::File(path, metadata) => {
                    let body = sys.read_file(&path).unwrap_or_default();
                    let mut bytes = format!(
                        "HTTP/1.1 200 OK\r\nDate: {date}\r\nConnection: close\r\nContent-type: {}\r\n\
                         Accept-Ranges: bytes\r\nLast-Modified: {}\r\nContent-length: {}\r\n\r\n",
                        content_type(&path),
                        http_date(metadata.mtime),
                        body.len(),
                    )
                    .into_bytes();
                    if request.method == "GET" {
                        bytes.extend_from_slice(&body);
                    }
                    bytes
                }
                Found::Redirect => format!(
                    "HTTP/1.1 302 Found\r\nDate: {date}\r\nConnection: close\r\nLocation: {}/\r\n\r\n",
                    request.path()
                )
                .into_bytes(),
                Found::Missing | Found::Forbidden => {
                    error("404 Not Found", "The requested URL was not found")
                }
            },
        };
        // Who asked may be gone.
        let _ = sys.write(fd, &bytes).await;
    }
    let _ = sys.close(fd);
}
