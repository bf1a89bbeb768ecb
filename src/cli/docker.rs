//! `moussaillon docker …`, and the binary called by the name `docker`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::docker::{
    Context, Global, HostFiles, Keepers, Reading, global_options, process_io, read_line,
};
use crate::engine::{Choice, Environment, Origin, ResolveError, Target, resolve};
use crate::wire::Dialer;

/// The socket of an engine installed in the usual way.
const USUAL: &str = "/var/run/docker.sock";

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
    let global = global_options(&args);
    let environment = with_flags(Environment::of_this_process(), &global);
    let target = match target(&environment) {
        Ok(target) => target,
        // Contexts can be listed, and another one chosen, when the one in use is no more.
        Err(ResolveError::Context(_)) if is_about_contexts(&args) => usual_target(),
        Err(error) => {
            eprintln!("Failed to initialize: unable to resolve docker endpoint: {error}");
            return ExitCode::FAILURE;
        }
    };
    let context = Context {
        args,
        keepers: Keepers::Here(environment.variables.clone()),
        env: environment.variables,
        cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        files: Arc::new(HostFiles),
        dialer: target.dialer,
        endpoint: target.url,
        context: match target.origin {
            Origin::Context(name) => name,
            _ => "default".to_owned(),
        },
    };
    let code = runtime.block_on(async { crate::docker::run(context, process_io()).await });
    // A read of standard input may be under way in a thread of the runtime: do not wait for it.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// The environment that says what the options before the verb say.
fn with_flags(mut environment: Environment, global: &Global) -> Environment {
    let variables: &mut BTreeMap<String, String> = &mut environment.variables;
    let mut set = |name: &str, value: &str| {
        variables.insert(name.to_owned(), value.to_owned());
    };
    if let Some(host) = global.host() {
        set("DOCKER_HOST", &host);
    }
    if let Some(context) = &global.context {
        set("DOCKER_HOST", "");
        set("DOCKER_CONTEXT", context);
    }
    if let Some(config) = &global.config {
        set("DOCKER_CONFIG", config);
    }
    if global.tls {
        set("DOCKER_TLS", "1");
    }
    if global.tls_verify {
        set("DOCKER_TLS_VERIFY", "1");
    }
    environment
}

/// The engine that is meant: the first usual socket that exists where none is named.
fn target(environment: &Environment) -> Result<Target, ResolveError> {
    let usual = match resolve(None, environment)? {
        Choice::Explicit(target) => return Ok(target),
        Choice::Usual(targets) => targets,
        Choice::Simulator => Vec::new(),
    };
    let there = |target: &&Target| matches!(&target.dialer, Dialer::Unix(path) if path.exists());
    Ok(usual
        .iter()
        .find(there)
        .cloned()
        .unwrap_or_else(usual_target))
}

fn usual_target() -> Target {
    Target {
        dialer: Dialer::Unix(PathBuf::from(USUAL)),
        url: format!("unix://{USUAL}"),
        origin: Origin::DefaultSocket,
    }
}

/// Whether the command is one of `docker context …`.
fn is_about_contexts(args: &[String]) -> bool {
    matches!(read_line(args), Ok(Reading::Command { verb, .. }) if verb.starts_with("context "))
}
