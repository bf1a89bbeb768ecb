//! Commands on this machine, against a real engine through the tap.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use std::{env, fs, io};

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::bench::{LONGEST_COMMAND, Ran};
use super::made::Made;
use super::{VerifyError, images, scratch};
use crate::domain::{Kind, ObjectRef};

/// This machine's shell, with docker on its path and the engine in its environment.
pub(super) struct Host {
    /// The engine's address.
    pub(super) url: String,
    engine: String,
    path: String,
    folder: PathBuf,
    /// The user's docker configuration, if it can be found.
    configuration: Option<PathBuf>,
    stand_ins: Vec<String>,
    _folders: Vec<tempfile::TempDir>,
}

impl Host {
    /// Commands go through the tap's socket if there is one.
    pub(super) fn new(url: String, tap: Option<&Path>) -> Result<Self, VerifyError> {
        let engine = tap.map_or_else(
            || url.clone(),
            |socket| format!("unix://{}", socket.display()),
        );
        let (scratch_folder, folder) = scratch()?;
        let mut folders = vec![scratch_folder];
        let mut path = env::var("PATH").unwrap_or_default();
        if !env::split_paths(&path).any(|folder| folder.join("docker").is_file()) {
            let (programs, place) = scratch()?;
            link_ourselves(&place).map_err(|cause| VerifyError::System {
                what: "commande docker",
                cause,
            })?;
            path = format!("{}:{path}", place.display());
            folders.push(programs);
        }
        Ok(Self {
            url,
            engine,
            path,
            folder,
            configuration: docker_configuration(),
            stand_ins: Vec::new(),
            _folders: folders,
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("DOCKER_HOST", &self.engine)
            .env("PATH", &self.path)
            .env("DOCKER_CLI_HINTS", "false")
            .env_remove("DOCKER_CONTEXT")
            .env_remove("DOCKER_TLS")
            .env_remove("DOCKER_TLS_VERIFY")
            .env_remove("DOCKER_CERT_PATH")
            // `~/moussaillon` is in there too, and is never the user's.
            .env("HOME", &self.folder)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(folder) = &self.configuration {
            command.env("DOCKER_CONFIG", folder);
        }
        command
    }

    /// Runs a line with `sh -c`, both streams together.
    pub(super) async fn run(&self, line: &str) -> Result<Ran, VerifyError> {
        let mut command = self.command("sh");
        command.arg("-c").arg(format!("exec 2>&1\n{line}"));
        self.output(command).await
    }

    /// Runs a line on a terminal, which script(1) opens, and types these lines on it.
    #[cfg(test)]
    pub(super) async fn run_typing(
        &self,
        line: &str,
        typed: &[String],
    ) -> Result<Ran, VerifyError> {
        let text = typed.join("\n") + "\n";
        let mut command = self.command("script");
        command
            .args(["-qec", line, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let failed = |cause: io::Error| VerifyError::System {
            what: "script",
            cause,
        };
        let mut child = command.spawn().map_err(failed)?;
        let keyboard = child.stdin.take();
        tokio::time::sleep(super::bench::BEFORE_TYPING).await;
        if let Some(mut keyboard) = keyboard {
            keyboard.write_all(text.as_bytes()).await.map_err(failed)?;
        }
        let output = child.wait_with_output().await.map_err(failed)?;
        Ok(Ran {
            status: output.status.code(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
        })
    }

    async fn output(&self, mut command: Command) -> Result<Ran, VerifyError> {
        match tokio::time::timeout(LONGEST_COMMAND, command.output()).await {
            Ok(Ok(output)) => Ok(Ran {
                status: output.status.code(),
                output: String::from_utf8_lossy(&output.stdout).into_owned()
                    + &String::from_utf8_lossy(&output.stderr),
            }),
            Ok(Err(cause)) => Err(VerifyError::System {
                what: "commande",
                cause,
            }),
            Err(_) => Ok(Ran {
                status: None,
                output: format!("arrêtée après {} s", LONGEST_COMMAND.as_secs()),
            }),
        }
    }

    async fn docker(&self, arguments: &[&str]) -> Result<Ran, VerifyError> {
        let mut command = self.command("docker");
        command.args(arguments);
        self.output(command).await
    }

    /// Removes what was made. That it is already gone is no fault.
    pub(super) async fn remove(&self, made: Vec<Made>) -> Result<(), VerifyError> {
        let mut groups: Vec<(&[&str], Vec<String>)> = vec![
            (&["service", "rm"], Vec::new()),
            (&["swarm", "leave", "-f"], Vec::new()),
            (&["rm", "-f", "-v"], Vec::new()),
            (&["network", "rm"], Vec::new()),
            (&["volume", "rm", "-f"], Vec::new()),
            (&["rmi", "-f"], Vec::new()),
            (&["secret", "rm"], Vec::new()),
            (&["config", "rm"], Vec::new()),
        ];
        let mut swarm = false;
        for it in made {
            let (group, name) = match it {
                Made::Service(id) => (0, id),
                Made::Swarm => {
                    swarm = true;
                    continue;
                }
                Made::Object(ObjectRef { kind, id }) => match kind {
                    Kind::Service => (0, id),
                    Kind::Container => (2, id),
                    Kind::Network => (3, id),
                    Kind::Volume => (4, id),
                    Kind::Image => (5, id),
                    Kind::Secret => (6, id),
                    Kind::Config => (7, id),
                    // It leaves with the swarm.
                    Kind::Node => continue,
                },
                Made::Tag(name) => (5, name),
            };
            groups[group].1.push(name);
        }
        for (index, (verb, names)) in groups.iter().enumerate() {
            if names.is_empty() && !(index == 1 && swarm) {
                continue;
            }
            let words = names.iter().map(String::as_str);
            let line: Vec<&str> = verb.iter().copied().chain(words).collect();
            self.docker(&line).await?;
            if index == 0 {
                self.wait_for_tasks_of(names).await?;
            }
        }
        Ok(())
    }

    /// Waits until the containers of removed services are gone, for half a minute at most: dockerd
    /// 20.10 may hang when it leaves a swarm whose tasks are still ending.
    async fn wait_for_tasks_of(&self, services: &[String]) -> Result<(), VerifyError> {
        let filters: Vec<String> = services
            .iter()
            .map(|id| format!("label=com.docker.swarm.service.id={id}"))
            .collect();
        for filter in &filters {
            for _ in 0..150 {
                let left = self.docker(&["ps", "-aq", "--filter", filter]).await?;
                if left.output.trim().is_empty() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Ok(())
    }

    /// Empties the folder in which commands run.
    pub(super) fn empty_folder(&self) -> Result<(), VerifyError> {
        let emptied = fs::read_dir(&self.folder).and_then(|mut children| {
            children.try_for_each(|child| {
                let path = child?.path();
                if path.is_dir() {
                    fs::remove_dir_all(path)
                } else {
                    fs::remove_file(path)
                }
            })
        });
        emptied.map_err(|cause| VerifyError::System {
            what: "dossier de travail",
            cause,
        })
    }

    /// Makes sure that the engine has an image: pulls it, or makes a stand-in.
    pub(super) async fn provide(&mut self, image: &str, local: bool) -> Result<(), VerifyError> {
        if self.docker(&["image", "inspect", image]).await?.status == Some(0) {
            return Ok(());
        }
        let ran = if local {
            let failed = |cause| VerifyError::System {
                what: "image de remplacement",
                cause,
            };
            let stand_in = images::stand_in(image).map_err(failed)?;
            let archive = stand_in.archive().map_err(failed)?;
            self.stand_ins.push(image.to_owned());
            self.import(image, &stand_in.changes, &archive).await?
        } else {
            self.docker(&["pull", "-q", image]).await?
        };
        if ran.status == Some(0) {
            return Ok(());
        }
        let reason = ran.output.lines().last().unwrap_or_default().to_owned();
        Err(VerifyError::Image {
            image: image.to_owned(),
            reason,
        })
    }

    async fn import(
        &self,
        image: &str,
        changes: &[String],
        archive: &[u8],
    ) -> Result<Ran, VerifyError> {
        let mut command = self.command("docker");
        command.arg("import");
        for change in changes {
            command.args(["-c", change]);
        }
        command
            .args(["-", image])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let failed = |cause: io::Error| VerifyError::System {
            what: "docker import",
            cause,
        };
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(archive).await.map_err(failed)?;
        }
        let output = child.wait_with_output().await.map_err(failed)?;
        Ok(Ran {
            status: output.status.code(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Removes the stand-ins that were made.
    pub(super) async fn remove_stand_ins(&mut self) -> Result<(), VerifyError> {
        for image in std::mem::take(&mut self.stand_ins) {
            self.docker(&["rmi", &image]).await?;
        }
        Ok(())
    }
}

/// Where docker keeps the user's configuration: `DOCKER_CONFIG`, else `~/.docker`.
fn docker_configuration() -> Option<PathBuf> {
    let given = env::var_os("DOCKER_CONFIG").filter(|it| !it.is_empty());
    given
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".docker")))
}

/// Makes this very program the `docker` of a folder: it is docker when it is called by that name.
#[cfg(unix)]
fn link_ourselves(folder: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(env::current_exe()?, folder.join("docker"))
}

#[cfg(not(unix))]
fn link_ourselves(folder: &Path) -> io::Result<()> {
    fs::copy(env::current_exe()?, folder.join("docker.exe")).map(|_| ())
}
