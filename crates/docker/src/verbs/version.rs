//! `docker version`

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::cli::{BUILD, Cli};
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::aligned;
use crate::format::words::{items, text};
use crate::grammar::{Arity, FORMAT, Flag, Values, Verb};
use crate::schema;
use crate::template::{Field, Mode, Struct, Template, Value};
use crate::{API_VERSION, VERSION};

pub(crate) const VERB: Verb = Verb {
    spellings: &["version"],
    usage: "[OPTIONS]",
    about: "Show the Docker version information",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[FORMAT];

/// The exit code of a template that cannot be parsed.
const BAD_TEMPLATE: u8 = 64;
/// The compiler and the date of the real client 28.2.2.
const GO_VERSION: &str = "go1.24.3";
const BUILT: &str = "Fri May 30 12:07:14 2025";

/// What the client says of itself; without the API version when `api` is empty.
pub(super) fn client(cli: &Cli, api: &str) -> Json {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    json!({
        "Version": VERSION,
        "ApiVersion": api,
        "DefaultAPIVersion": API_VERSION,
        "GitCommit": BUILD,
        "GoVersion": GO_VERSION,
        "Os": if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS },
        "Arch": arch,
        "BuildTime": BUILT,
        "Context": cli.context,
    })
}

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = match values.text("format") {
        "json" => "{{json .}}",
        format => format,
    };
    let template = Template::parse(format).map_err(|error| {
        // The real client names this template "version".
        let error = error.replacen("template: :", "template: version:", 1);
        Failure::new(format!("template parsing error: {error}")).with_status(BAD_TEMPLATE)
    })?;
    let api = cli.client.greeting().await.api.clone();
    let ours = client(cli, &api);
    let answer = cli.client.document(Call::get("/version")).await;
    let theirs = answer.as_ref().ok().map(|it| with_engine(it.clone()));
    let text = if format.is_empty() {
        aligned(&pretty(&ours, theirs.as_ref()), 20, 1)
    } else {
        let server = match &theirs {
            Some(server) => schema::typed(schema::VERSION, server),
            None => Value::NilPointer("*types.Version".into(), Vec::new()),
        };
        let field = |name, value| Field {
            name,
            json: name,
            omit_empty: false,
            value,
        };
        let both = Value::Struct(Arc::new(Struct {
            name: "system.versionInfo",
            pointer: false,
            fields: vec![
                field("Client", schema::typed(schema::CLIENT_VERSION, &ours)),
                field("Server", server),
            ],
        }));
        let text = template.execute(&both, Mode::default()).map_err(|error| {
            let error = error.replacen("template: :", "template: version:", 1);
            Failure::new(error.replacen("executing \"\"", "executing \"version\"", 1))
        });
        if let (Err(failure), Ok(_)) = (&text, &answer) {
            cli.line("").await?;
            return Err(failure.clone());
        }
        text.unwrap_or_default() + "\n"
    };
    cli.print(&text).await?;
    Ok(answer.map(drop)?)
}

/// The answer with an `Engine` among its components.
fn with_engine(mut server: Json) -> Json {
    let field = |name: &str| text(&server[name]).to_owned();
    let known = items(&server["Components"])
        .iter()
        .any(|it| it["Name"] == "Engine");
    if !known {
        let engine = json!({
            "Name": "Engine",
            "Version": field("Version"),
            "Details": {
                "ApiVersion": field("ApiVersion"),
                "MinAPIVersion": field("MinAPIVersion"),
                "GitCommit": field("GitCommit"),
                "GoVersion": field("GoVersion"),
                "Os": field("Os"),
                "Arch": field("Arch"),
                "BuildTime": field("BuildTime"),
                "Experimental": (server["Experimental"] == true).to_string(),
            },
        });
        let mut components = items(&server["Components"]).to_vec();
        components.push(engine);
        server["Components"] = components.into();
    }
    for component in server["Components"].as_array_mut().into_iter().flatten() {
        if component["Name"] == "Engine" {
            let built = text(&component["Details"]["BuildTime"]);
            if let Ok(time) = built.parse::<jiff::Timestamp>() {
                let written = time.strftime("%a %b %e %H:%M:%S %Y").to_string();
                component["Details"]["BuildTime"] = written.into();
            }
        }
    }
    server
}

fn pretty(ours: &Json, theirs: Option<&Json>) -> String {
    let mine = |name: &str| text(&ours[name]);
    let api = mine("ApiVersion");
    let downgraded = match mine("DefaultAPIVersion") {
        newest if newest == api => String::new(),
        newest => format!(" (downgraded from {newest})"),
    };
    let mut out = format!(
        "Client:\n Version:\t{}\n API version:\t{api}{downgraded}\n Go version:\t{}\n Git commit:\t{}\n Built:\t{}\n OS/Arch:\t{}/{}\n Context:\t{}",
        mine("Version"),
        mine("GoVersion"),
        mine("GitCommit"),
        mine("BuildTime"),
        mine("Os"),
        mine("Arch"),
        mine("Context"),
    );
    let Some(server) = theirs else {
        return out + "\n";
    };
    out.push_str("\n\nServer:");
    let platform = text(&server["Platform"]["Name"]);
    if !platform.is_empty() {
        let _ = write!(out, " {platform}");
    }
    for component in items(&server["Components"]) {
        let details = &component["Details"];
        let detail = |name: &str| text(&details[name]);
        let _ = write!(
            out,
            "\n {}:\n  Version:\t{}",
            text(&component["Name"]),
            text(&component["Version"])
        );
        if component["Name"] == "Engine" {
            let _ = write!(
                out,
                "\n  API version:\t{} (minimum version {})\n  Go version:\t{}\n  Git commit:\t{}\n  Built:\t{}\n  OS/Arch:\t{}/{}\n  Experimental:\t{}",
                detail("ApiVersion"),
                detail("MinAPIVersion"),
                detail("GoVersion"),
                detail("GitCommit"),
                detail("BuildTime"),
                detail("Os"),
                detail("Arch"),
                detail("Experimental"),
            );
        } else {
            let mut names: Vec<_> = details
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name)
                .collect();
            names.sort();
            for name in names {
                let _ = write!(out, "\n  {name}:\t{}", detail(name));
            }
        }
    }
    out + "\n"
}
