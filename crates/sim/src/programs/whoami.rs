//! `whoami` of the `traefik/whoami` image: says who answers, and what was asked.

use std::net::SocketAddr;

use serde_json::json;

use super::serving::{
    Answer, Call, accept_all, canonical, date_header, listen_any, query_fields, read_call,
    write_answer,
};
use crate::kernel::{Fd, Signal, Sys};

/// The image's `whoami`; coreutils' when it is not at the root.
pub(super) async fn main(sys: Sys) -> u8 {
    let server = sys
        .read_link("/proc/self/exe")
        .is_ok_and(|it| it == "/whoami");
    if !server {
        return super::identity::whoami(sys).await;
    }
    let args = sys.args();
    let value = |names: &[&str]| {
        args.iter().enumerate().find_map(|(at, word)| {
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            names
                .contains(&name)
                .then(|| inline.or_else(|| args.get(at + 1).cloned()))
                .flatten()
        })
    };
    let port = value(&["--port", "-port"])
        .or_else(|| sys.var("WHOAMI_PORT_NUMBER"))
        .and_then(|it| it.parse().ok())
        .unwrap_or(80);
    let name = value(&["--name", "-name"])
        .or_else(|| sys.var("WHOAMI_NAME"))
        .unwrap_or_default();
    sys.set_memory(6 << 20);
    let say = |text: String| {
        let time = super::date::format(sys.now(), "%Y/%m/%d %H:%M:%S");
        format!("{time} {text}\n")
    };
    // A log that nobody reads is no reason to stop serving.
    let _ = sys
        .write(1, say(format!("Starting up on port {port}")).as_bytes())
        .await;
    let listener = match listen_any(&sys, port) {
        Ok(fd) => fd,
        Err(error) => {
            let text = format!("listen tcp :{port}: bind: {error}").to_lowercase();
            let _ = sys.write(2, say(text).as_bytes()).await;
            return 1;
        }
    };
    for signal in [Signal::TERM, Signal::INT] {
        sys.catch(signal);
    }
    tokio::select! {
        status = accept_all(sys.clone(), listener, move |sys, fd, from| serve(sys, fd, from, name.clone())) => status,
        // A Go program that did not ask for the signal ends with 2 when it is PID 1.
        _ = sys.next_signal() => 2,
    }
}

async fn serve(sys: Sys, fd: Fd, from: SocketAddr, name: String) {
    let mut held = Vec::new();
    while let Some(call) = read_call(&sys, fd, &mut held, from).await {
        let answer = answer(&sys, &call, &name).with("Date", date_header(&sys));
        let written = write_answer(&sys, fd, &answer, call.request.method == "HEAD").await;
        if written.is_err() || !call.request.keeps_alive() {
            return;
        }
    }
}

fn answer(sys: &Sys, call: &Call, name: &str) -> Answer {
    let plain = "text/plain; charset=utf-8";
    let query = call.request.target.split_once('?').map_or("", |it| it.1);
    match call.request.path().as_str() {
        "/health" => Answer::new(200, "", Vec::new()),
        "/bench" => Answer::new(200, "text/plain", "1"),
        "/data" => {
            let fields = query_fields(query);
            let size = fields
                .get("size")
                .and_then(|it| it.parse::<usize>().ok())
                .unwrap_or(1)
                .min(1 << 20);
            let text: String = ('A'..='Z').chain(['-']).cycle().take(size).collect();
            Answer::new(200, "text/plain", text)
        }
        "/api" => {
            let headers: serde_json::Map<String, serde_json::Value> = call
                .request
                .headers
                .iter()
                .filter(|it| it.0 != "host")
                .map(|(name, value)| (canonical(name), json!([value])))
                .collect();
            let mut body = json!({
                "hostname": sys.hostname(),
                "ip": addresses(sys),
                "headers": headers,
                "url": call.request.target,
                "host": call.request.header("host").unwrap_or_default(),
                "method": call.request.method,
                "remoteAddr": call.from.to_string(),
            });
            if !name.is_empty() {
                body["name"] = json!(name);
            }
            Answer::new(200, "application/json", format!("{body}\n"))
        }
        _ => {
            let mut text = String::new();
            if !name.is_empty() {
                text.push_str(&format!("Name: {name}\n"));
            }
            text.push_str(&format!("Hostname: {}\n", sys.hostname()));
            for address in addresses(sys) {
                text.push_str(&format!("IP: {address}\n"));
            }
            text.push_str(&format!("RemoteAddr: {}\n", call.from));
            text.push_str(&format!(
                "{} {} {}\r\n",
                call.request.method, call.request.target, call.request.version
            ));
            let mut headers: Vec<(String, &String)> = call
                .request
                .headers
                .iter()
                .map(|(name, value)| (canonical(name), value))
                .collect();
            // As Go writes a request: Host and User-Agent first, the others by name.
            headers.sort_by_key(|(name, _)| match name.as_str() {
                "Host" => (0, String::new()),
                "User-Agent" => (1, String::new()),
                _ => (2, name.clone()),
            });
            for (name, value) in headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            text.push_str("\r\n");
            Answer::new(200, plain, text)
        }
    }
}

fn addresses(sys: &Sys) -> Vec<String> {
    let mut all = vec!["127.0.0.1".to_owned(), "::1".to_owned()];
    all.extend(sys.addresses().iter().map(ToString::to_string));
    all
}
