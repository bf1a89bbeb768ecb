//! What every `inspect` does: documents as the engine gives them, or what a template makes of them.

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::{Call, Called, ClientError};
use crate::error::{Failure, Outcome};
use crate::json::{compact, indent};
use crate::schema::{self, Type, typed};
use crate::template::{Mode, Template, Value};
use wire::percent;

/// The exit code of a template that cannot be parsed.
const BAD_TEMPLATE: u8 = 64;

/// What kind of object is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Container,
    Image,
    Network,
    Volume,
    /// Those of Swarm and plugins: name for `--type`, path before and after the name.
    Other(&'static str, &'static str, &'static str),
}

/// Every kind, in the order in which `docker inspect` tries them.
pub(super) const SUBJECTS: &[Subject] = &[
    Subject::Container,
    Subject::Image,
    Subject::Network,
    Subject::Volume,
    Subject::Other("service", "/services/", "?insertDefaults=true"),
    Subject::Other("task", "/tasks/", ""),
    Subject::Other("node", "/nodes/", ""),
    Subject::Other("plugin", "/plugins/", "/json"),
    Subject::Other("secret", "/secrets/", ""),
    Subject::Other("config", "/configs/", ""),
];

impl Subject {
    /// Its name for `--type`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Image => "image",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Other(name, _, _) => name,
        }
    }

    /// Whether only a Swarm manager has it.
    pub(super) fn is_swarm(self) -> bool {
        matches!(self, Self::Other(name, _, _) if name != "plugin")
    }

    fn schema(self) -> Option<&'static Type> {
        match self {
            Self::Container => Some(schema::CONTAINER),
            Self::Image => Some(schema::IMAGE),
            Self::Network => Some(schema::NETWORK),
            Self::Volume => Some(schema::VOLUME),
            Self::Other("service", ..) => Some(schema::SERVICE),
            Self::Other("node", ..) => Some(schema::NODE),
            Self::Other("secret", ..) => Some(schema::SECRET),
            Self::Other("config", ..) => Some(schema::CONFIG),
            Self::Other("context", ..) => Some(schema::CONTEXT),
            Self::Other(..) => None,
        }
    }

    /// The call that asks for one.
    pub(super) fn call(self, name: &str) -> Call {
        let name = percent::encode_path(name);
        Call::get(match self {
            Self::Container => format!("/containers/{name}/json"),
            Self::Image => format!("/images/{name}/json"),
            Self::Network => format!("/networks/{name}"),
            Self::Volume => format!("/volumes/{name}"),
            Self::Other(_, before, after) => format!("{before}{name}{after}"),
        })
    }
}

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    subject: Subject,
    text: String,
}

impl Found {
    /// A document that no engine gave.
    pub(super) fn ours(subject: Subject, document: &Json) -> Self {
        Self {
            subject,
            text: document.to_string(),
        }
    }

    /// As Go's encoder writes it again: what HTML minds is escaped.
    pub(super) fn encoded(mut self) -> Self {
        for (letter, code) in [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")] {
            self.text = self.text.replace(letter, code);
        }
        self
    }
}

/// Asks for one object.
pub(super) async fn fetch(cli: &mut Cli, subject: Subject, call: Call) -> Called<Found> {
    let bytes = cli.client.bytes(call).await?;
    Ok(Found {
        subject,
        text: String::from_utf8_lossy(&bytes).trim().to_owned(),
    })
}

/// Gathers documents and errors, and prints them in the way that `--format` asks for.
pub(super) struct Inspector {
    format: String,
    template: Option<Template>,
    documents: Vec<String>,
    written: String,
    errors: Vec<String>,
    typed_only: bool,
}

impl Inspector {
    /// For a `--format`; empty when not given.
    pub(super) fn new(format: &str) -> Outcome<Self> {
        let template = match format {
            "" | "json" => None,
            text => Some(Template::parse(text).map_err(|error| {
                Failure::new(format!("template parsing error: {error}")).with_status(BAD_TEMPLATE)
            })?),
        };
        Ok(Self {
            format: format.to_owned(),
            template,
            documents: Vec::new(),
            written: String::new(),
            errors: Vec::new(),
            typed_only: false,
        })
    }

    /// One that does not look for a field in the document when the type has none.
    pub(super) fn typed_only(self) -> Self {
        Self {
            typed_only: true,
            ..self
        }
    }

    /// Takes a document, or the reason why there is none.
    pub(super) fn add(&mut self, found: Result<Found, String>) {
        let written = match (found, &self.template) {
            (Err(error), _) => Err(error),
            (Ok(found), None) => {
                self.documents.push(found.text);
                return;
            }
            (Ok(found), Some(template)) => execute(template, &found, self.typed_only),
        };
        match written {
            Ok(text) => self.written.push_str(&(text + "\n")),
            Err(error) => self.errors.push(error),
        }
    }

    /// Prints everything.
    pub(super) async fn finish(self, cli: &mut Cli) -> Outcome {
        let text = match &self.template {
            Some(_) if self.written.is_empty() => "\n".to_owned(),
            Some(_) => self.written,
            None => {
                let array = format!("[{}]", self.documents.join(","));
                let lay_out = if self.format == "json" {
                    compact
                } else {
                    indent
                };
                lay_out(&array) + "\n"
            }
        };
        cli.print(&text).await?;
        super::container::joined(&self.errors)
    }
}

/// The template on the typed document, then on the raw one.
fn execute(template: &Template, found: &Found, typed_only: bool) -> Result<String, String> {
    let document: Json = serde_json::from_str(&found.text)
        .map_err(|error| format!("unable to read inspect data: {error}"))?;
    if let Some(kind) = found.subject.schema() {
        let written = template.execute(&typed(kind, &document), Mode::default());
        if written.is_ok() || typed_only {
            return written.map_err(|error| format!("template parsing error: {error}"));
        }
    }
    let mode = Mode {
        strict: true,
        header: false,
    };
    template
        .execute(&Value::raw(&document), mode)
        .map_err(|error| format!("template parsing error: {error}"))
}

/// Inspects objects of one kind.
pub(super) async fn inspect(
    cli: &mut Cli,
    names: &[String],
    format: &str,
    subject: Subject,
    complete: impl Fn(Call) -> Call,
) -> Outcome {
    let mut inspector = Inspector::new(format)?;
    if subject.name() == "node" {
        inspector = inspector.typed_only();
    }
    for name in names {
        let found = match name.as_str() {
            "" => Err(format!(
                "invalid {} name or ID: value is empty",
                subject.name()
            )),
            name => {
                let found = fetch(cli, subject, complete(subject.call(name))).await;
                found.map_err(|error: ClientError| error.to_string())
            }
        };
        inspector.add(found);
    }
    inspector.finish(cli).await
}

/// Inspects objects of one kind that has a form for people too (`--pretty`).
pub(super) async fn inspect_or_tell(
    cli: &mut Cli,
    values: &crate::grammar::Values,
    subject: Subject,
    told: impl Fn(&Json) -> String,
) -> Outcome {
    let format = values.text("format");
    if !values.on("pretty") && format.starts_with("pretty") && format != "pretty" {
        return Err(Failure::new(
            "--format is incompatible with human friendly format",
        ));
    }
    if !values.on("pretty") && format != "pretty" {
        return inspect(cli, &values.args, format, subject, |call| call).await;
    }
    let mut all = String::new();
    for name in &values.args {
        // One that fails stops all: nothing was written yet.
        let document = cli.client.document(subject.call(name)).await?;
        all.push_str(&(told(&document) + "\n"));
    }
    cli.print(&all).await
}
