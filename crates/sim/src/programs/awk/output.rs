//! What `awk` programs write, and closing it.

use super::interpret::{Halt, Machine, Run};
use super::streams::open_output;
use super::syntax::{Expr, Redirect};
use super::value::{encode, sprintf};

impl Machine {
    /// `print` and `printf`.
    pub(super) async fn print(
        &mut self,
        arguments: &[Expr],
        formatted: bool,
        to: Option<&Redirect>,
    ) -> Run<()> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.eval(argument).await?);
        }
        let text = if formatted {
            let convert = self.get("CONVFMT")?.text("%.6g");
            let format = values.first().map_or(String::new(), |it| it.text(&convert));
            match sprintf(&format, values.get(1..).unwrap_or_default()) {
                Ok(text) => text,
                Err(message) => return self.fatal(message),
            }
        } else {
            let format = self.get("OFMT")?.text("%.6g");
            let texts: Vec<String> = values.iter().map(|it| it.text(&format)).collect();
            let line = if values.is_empty() {
                self.record.clone()
            } else {
                texts.join(&self.get("OFS")?.text("%.6g"))
            };
            line + &self.get("ORS")?.text("%.6g")
        };
        let bytes = encode(&text);
        let Some(redirect) = to else {
            return self.write(bytes).await;
        };
        let name = self.eval(&redirect.to).await?.text("%.6g");
        if matches!(name.as_str(), "/dev/stdout" | "-") && redirect.kind != "|" {
            return self.write(bytes).await;
        }
        if !self.writers.contains_key(&name) {
            if redirect.kind == "|" {
                self.flush().await;
            }
            let path = String::from_utf8_lossy(&encode(&name)).into_owned();
            match open_output(&self.applet, redirect.kind, &path) {
                Ok(writer) => {
                    self.writers.insert(name.clone(), writer);
                }
                Err(error) => {
                    return Err(Halt::Fatal(format!("can't open '{path}': {error}")));
                }
            }
        }
        if let Some(writer) = self.writers.get_mut(&name) {
            let written = writer.out.write(bytes).await;
            if written.is_ok() && writer.fd == 2 {
                // Nothing waits on the error output.
                let _ = writer.out.flush().await;
            }
        }
        Ok(())
    }

    async fn write(&mut self, bytes: Vec<u8>) -> Run<()> {
        let mut written = self.out.write(bytes).await;
        if self.is_tty && written.is_ok() {
            written = self.out.flush().await;
        }
        written.map_err(|error| Halt::Fatal(format!("write error: {error}")))
    }

    /// Sends what was printed.
    pub(super) async fn flush(&mut self) {
        // A reader that is gone is told by the next write.
        let _ = self.out.flush().await;
        for writer in self.writers.values_mut() {
            let _ = writer.out.flush().await;
        }
    }

    /// `close(NAME)`: the exit code of a command.
    pub(super) async fn close(&mut self, name: &str) -> u8 {
        let (fd, child) = match (self.writers.remove(name), self.readers.remove(name)) {
            (Some(mut writer), _) => {
                let _ = writer.out.flush().await;
                (writer.fd, writer.child)
            }
            (None, Some(reader)) => (reader.fd, reader.child),
            (None, None) => return 0,
        };
        super::super::cat::close(&self.applet.sys, fd);
        match child {
            Some(child) => match self.applet.sys.wait(Some(child)).await {
                Ok((_, status)) => status.code(),
                Err(_) => 0,
            },
            None => 0,
        }
    }
}
