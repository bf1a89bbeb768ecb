//! `registry`: the distribution API over HTTP, as `registry:2` serves it
//! (<https://distribution.github.io/distribution/spec/api/>).

mod api;
mod storage;

use std::net::SocketAddr;
use std::sync::Arc;

use super::applet::Applet;
use super::serving::{accept_all, date_header, listen_any, read_call, write_answer};
use crate::kernel::{Fd, Signal, Sys};
use storage::Storage;

const VERSION: &str = "2.8.3";

/// `registry serve CONFIG`, `registry garbage-collect CONFIG`, `registry --version`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = applet.sys.clone();
    let (command, file) = match applet.args.as_slice() {
        [option] if matches!(option.as_str(), "--version" | "-v") => {
            let text = format!("registry github.com/docker/distribution v{VERSION}\n");
            return applet.print(text).await;
        }
        [command, file, ..] => (command.as_str(), file.clone()),
        _ => ("", String::new()),
    };
    let Ok(text) = sys.read_file(&file) else {
        let text = if file.is_empty() {
            "`registry`\n\nUsage:\n  registry [flags]\n  registry [command]\n\nAvailable Commands:\n  garbage-collect `garbage-collect` deletes layers not referenced by any manifests\n  help            Help about any command\n  serve           `serve` stores and distributes Docker images\n".to_owned()
        } else {
            format!("configuration error: open {file}: no such file or directory\n")
        };
        let _ = sys.write(2, text.as_bytes()).await;
        return 1;
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    let setting = |variable: &str, key: &str| {
        sys.var(variable).or_else(|| {
            text.lines()
                .find_map(|line| line.trim().strip_prefix(key).map(|it| it.trim().to_owned()))
        })
    };
    let root = setting(
        "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY",
        "rootdirectory:",
    )
    .unwrap_or_else(|| "/var/lib/registry".to_owned());
    let deletes = sys
        .var("REGISTRY_STORAGE_DELETE_ENABLED")
        .is_some_and(|it| it == "true");
    let storage = Storage::new(sys.clone(), &root, deletes);
    if command == "garbage-collect" {
        return applet.print(storage.collect()).await;
    }
    if command != "serve" {
        return applet.fail(format!("unknown command \"{command}\"")).await;
    }
    let address = setting("REGISTRY_HTTP_ADDR", "addr:").unwrap_or_else(|| ":5000".to_owned());
    let port = address
        .rsplit(':')
        .next()
        .and_then(|it| it.parse().ok())
        .unwrap_or(5000);
    sys.set_memory(14 << 20);
    let instance = super::serving::uuid(&sys);
    log(&sys, &instance, "warning", "No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.").await;
    log(&sys, &instance, "info", "redis not configured").await;
    log(
        &sys,
        &instance,
        "info",
        "using inmemory blob descriptor cache",
    )
    .await;
    let listener = match listen_any(&sys, port) {
        Ok(fd) => fd,
        Err(error) => {
            let text = format!("listen tcp :{port}: bind: {error}").to_lowercase();
            log(&sys, &instance, "fatal", &text).await;
            return 1;
        }
    };
    log(
        &sys,
        &instance,
        "info",
        &format!("listening on [::]:{port}"),
    )
    .await;
    for signal in [Signal::TERM, Signal::INT] {
        sys.catch(signal);
    }
    let storage = Arc::new(storage);
    tokio::select! {
        status = accept_all(sys.clone(), listener, move |sys, fd, from| serve(sys, fd, from, storage.clone())) => status,
        // A Go program that did not ask for the signal ends with 2 when it is PID 1.
        _ = sys.next_signal() => 2,
    }
}

async fn log(sys: &Sys, instance: &str, level: &str, text: &str) {
    let now = sys.now();
    let nanos = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .subsec_nanos();
    let time = super::date::format(now, "%Y-%m-%dT%H:%M:%S");
    let line = format!(
        "time=\"{time}.{nanos:09}Z\" level={level} msg=\"{text}\" go.version=go1.20.8 instance.id={instance} service=registry version={VERSION} \n"
    );
    // A log that nobody reads is no reason to stop serving.
    let _ = sys.write(2, line.as_bytes()).await;
}

async fn serve(sys: Sys, fd: Fd, from: SocketAddr, storage: Arc<Storage>) {
    let mut held = Vec::new();
    while let Some(call) = read_call(&sys, fd, &mut held, from).await {
        let answer = api::answer(&storage, &call)
            .with("Docker-Distribution-Api-Version", "registry/2.0")
            .with("X-Content-Type-Options", "nosniff")
            .with("Date", date_header(&sys));
        let written = write_answer(&sys, fd, &answer, call.request.method == "HEAD").await;
        let agent = call.request.header("user-agent").unwrap_or_default();
        let time = super::date::format(sys.now(), "%d/%b/%Y:%H:%M:%S +0000");
        let line = format!(
            "{} - - [{time}] \"{}\" {} {} \"\" \"{agent}\"\n",
            from.ip(),
            call.line,
            answer.status,
            answer.body.len(),
        );
        // A log that nobody reads is no reason to stop serving.
        let _ = sys.write(1, line.as_bytes()).await;
        if written.is_err() || !call.request.keeps_alive() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
