//! Archives between the engine and files or standard streams.

use std::io::Write;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::files::go_words;

/// Where an archive goes: a file that appears whole or not at all, or standard output.
pub(super) struct Destination {
    file: Option<(std::path::PathBuf, String)>,
}

impl Destination {
    /// For `-o`; standard output when empty. `what` begins the error of a file that cannot be
    /// made.
    pub(super) fn new(cli: &Cli, output: &str, what: &str) -> Outcome<Self> {
        if output.is_empty() {
            if cli.writes_to_terminal() {
                return Err(Failure::new(
                    "cowardly refusing to save to a terminal. Use the -o flag or redirect",
                ));
            }
            return Ok(Self { file: None });
        }
        let path = cli.absolute(output);
        let parent = path.parent().unwrap_or(&path).to_owned();
        if cli.files.entry(&parent).is_err() {
            let shown = parent.display();
            return Err(Failure::new(format!(
                "{what}: invalid output path: stat {shown}: no such file or directory"
            )));
        }
        let is_directory = cli
            .files
            .entry(&path)
            .is_ok_and(|it| matches!(it.kind, crate::files::EntryKind::Directory));
        if is_directory {
            return Err(Failure::new(format!("{what}: cannot write to a directory")));
        }
        Ok(Self {
            file: Some((path, what.to_owned())),
        })
    }

    /// Standard output, whatever it is.
    pub(super) fn standard() -> Self {
        Self { file: None }
    }

    /// Writes an answer's body: whole or not at all, in a file.
    pub(super) async fn fill(self, cli: &mut Cli, mut body: Incoming) -> Outcome {
        let Some((path, what)) = self.file else {
            while let Some(frame) = body.frame().await {
                if let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() {
                    cli.out.write_all(&data).await?;
                }
            }
            return Ok(cli.out.flush().await?);
        };
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        let partial = path.with_file_name(format!(".tmp-{}", name.unwrap_or_default()));
        let refused = |error: std::io::Error| Failure::new(format!("{what}: {}", go_words(&error)));
        let file = cli.files.create_private(&partial).map_err(refused)?;
        let mut filled = pour(file, body).await;
        if filled.is_ok() {
            filled = cli.files.rename(&partial, &path).map_err(refused);
        }
        if filled.is_err() {
            let _ = cli.files.remove(&partial);
        }
        filled
    }
}

fn broken(error: &hyper::Error) -> Failure {
    Failure::new(error.to_string())
}

async fn pour(mut file: Box<dyn Write + Send>, mut body: Incoming) -> Outcome {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() {
            file.write_all(&data)?;
        }
    }
    Ok(file.flush()?)
}

/// A file's bytes, or those of standard input for `-`.
pub(super) async fn source(cli: &mut Cli, name: &str) -> Outcome<Bytes> {
    if name != "-" {
        let bytes = crate::files::read(cli.files.as_ref(), &cli.absolute(name), name);
        let bytes = bytes.map_err(Failure::new)?;
        if bytes.is_empty() {
            return Err(Failure::new("data is empty"));
        }
        return Ok(bytes.into());
    }
    let mut bytes = Vec::new();
    if let Some(input) = &mut cli.input {
        input.read_to_end(&mut bytes).await?;
    }
    Ok(bytes.into())
}
