//! `moussaillon docker …`, and the binary called by the name `docker`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::docker::{Context, HostFiles, process_io};
use crate::wire::Dialer;

/// The socket of an engine installed in the usual way.
const USUAL: &str = "unix:///var/run/docker.sock";

/// Runs one docker command with this process's streams.
pub(super) fn run(args: Vec<String>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("moussaillon\u{a0}: impossible de démarrer\u{a0}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async {
        let env: BTreeMap<String, String> = std::env::vars().collect();
        let endpoint = env
            .get("DOCKER_HOST")
            .cloned()
            .unwrap_or_else(|| USUAL.to_owned());
        let dialer = match endpoint.strip_prefix("tcp://") {
            Some(address) => Dialer::Tcp(address.to_owned()),
            None => Dialer::Unix(PathBuf::from(endpoint.trim_start_matches("unix://"))),
        };
        let context = Context {
            args,
            env,
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            files: Arc::new(HostFiles),
            dialer,
            endpoint,
            context: "default".to_owned(),
        };
        crate::docker::run(context, process_io()).await
    });
    // A read of standard input may be under way in a thread of the runtime: do not wait for it.
    runtime.shutdown_background();
    ExitCode::from(code)
}
