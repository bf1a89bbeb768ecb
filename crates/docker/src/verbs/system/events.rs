//! `docker events`

use bytes::BytesMut;
use http_body_util::BodyExt;
use serde_json::{Value as Json, json};

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{filters, nano_moment, text};
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::progress::documents;
use crate::schema;
use crate::template::{Mode, Template};
use crate::time;

pub(crate) const VERB: Verb = Verb {
    spellings: &["system events", "events"],
    usage: "[OPTIONS]",
    about: "Get real time events from the server",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'f',
        "filter",
        Kind::Filter,
        "Filter output based on conditions provided",
    ),
    flag(' ', "format", Kind::Text, FORMAT.help),
    flag(
        ' ',
        "since",
        Kind::Text,
        "Show all events created since timestamp",
    ),
    flag(
        ' ',
        "until",
        Kind::Text,
        "Stream events until this timestamp",
    ),
];

/// The exit code of a template that cannot be used.
const BAD_TEMPLATE: u8 = 64;

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = match values.text("format") {
        "json" => "{{json .}}",
        format => format,
    };
    let template = if format.is_empty() {
        None
    } else {
        Some(checked(format)?)
    };
    let moment = |flag: &str| match values.text(flag) {
        "" => Ok(String::new()),
        given => time::stamp(given)
            .map(|it| shortened(&it, given))
            .map_err(Failure::new),
    };
    let call = Call::get("/events")
        .with_some("filters", &filters(&values.list("filter")))
        .with_some("since", &moment("since")?)
        .with_some("until", &moment("until")?);
    let mut body = cli.client.send(call).await?.into_body();
    let mut waiting = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::new(error.to_string()))?;
        waiting.extend_from_slice(&frame.into_data().unwrap_or_default());
        let (events, used) = documents(&waiting);
        let _ = waiting.split_to(used);
        for event in events {
            let line = match &template {
                None => pretty(&event),
                Some(template) => template
                    .execute(&schema::typed(schema::EVENT, &event), Mode::default())
                    .map_err(Failure::new)?,
            };
            cli.line(&line).await?;
        }
    }
    Ok(())
}

/// Seconds that were given as such stay as they are.
fn shortened(stamp: &str, given: &str) -> String {
    if given.bytes().all(|it| it.is_ascii_digit()) {
        given.to_owned()
    } else {
        stamp.to_owned()
    }
}

/// The template, tried on an empty event.
fn checked(format: &str) -> Outcome<Template> {
    let failure = |error: String| {
        Failure::new(format!("Error parsing format: {error}")).with_status(BAD_TEMPLATE)
    };
    let template = Template::parse(format).map_err(failure)?;
    let empty = schema::typed(schema::EVENT, &json!({}));
    template.execute(&empty, Mode::default()).map_err(failure)?;
    Ok(template)
}

/// `TIME TYPE ACTION ID (ATTRIBUTES)`
fn pretty(event: &Json) -> String {
    let nanos = event["timeNano"].as_i64().filter(|it| *it != 0);
    let nanos = nanos.or_else(|| event["time"].as_i64().map(|it| it * 1_000_000_000));
    let time = nanos.map(|it| nano_moment(it) + " ").unwrap_or_default();
    let actor = &event["Actor"];
    let mut attributes: Vec<_> = actor["Attributes"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", text(value)))
        .collect();
    attributes.sort();
    let attributes = match attributes.join(", ") {
        none if none.is_empty() => none,
        some => format!(" ({some})"),
    };
    let (kind, action) = (text(&event["Type"]), text(&event["Action"]));
    format!("{time}{kind} {action} {}{attributes}", text(&actor["ID"]))
}
