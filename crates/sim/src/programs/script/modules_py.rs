//! Python's modules, and those of the program.

use std::sync::Arc;

use super::classes::{module, ours};
use super::py_builtins::{class_of_ours, os_error};
use super::value::{Ran, Value, list, locked, native, text};
use super::{Interp, Stop, py_error};

impl Interp {
    /// The modules of Python.
    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    pub(super) async fn import_py(
        self: &Arc<Self>,
        name: &str,
        wanted: Option<&str>,
    ) -> Ran<Value> {
        let all = |root: &str, names: &'static str| -> Vec<(&'static str, Value)> {
            names
                .split(' ')
                .map(|it| (it, native(&format!("{root}.{it}"))))
                .collect()
        };
        let class = |it: &str| Value::Class(class_of_ours(it));
        let found = match name {
            "os" => {
                let mut rows = all(
                    "os",
                    "getenv getcwd listdir getpid environ makedirs mkdir remove uname",
                );
                rows.push((
                    "path",
                    module(all("os.path", "exists join basename dirname isfile isdir")),
                ));
                module(rows)
            }
            "sys" => {
                let mut rows = all("sys", "exit");
                rows.push(("argv", list(self.argv.iter().map(text).collect())));
                rows.push((
                    "version",
                    text(format!(
                        "{} (main, Apr  9 2025, 00:00:00) [GCC 12.2.0]",
                        self.sys
                            .var("PYTHON_VERSION")
                            .unwrap_or_else(|| "3.11.12".into())
                    )),
                ));
                rows.push(("platform", text("linux")));
                rows.push(("stdout", module(all("sys.stdout", "write flush"))));
                rows.push(("stderr", module(all("sys.stderr", "write flush"))));
                module(rows)
            }
            "time" => module(all("time", "sleep time strftime perf_counter monotonic")),
            "json" => module(all("json", "dumps loads dump load")),
            "random" => module(all("random", "random randint choice seed")),
            "socket" => module(all("socket", "gethostname gethostbyname")),
            "platform" => module(all(
                "platform",
                "node system python_version machine release",
            )),
            "math" => {
                let mut rows = all("math", "sqrt floor ceil pow log sin cos");
                rows.push(("pi", Value::Num(std::f64::consts::PI)));
                module(rows)
            }
            "datetime" => module(vec![("datetime", module(all("datetime", "now utcnow")))]),
            "signal" => {
                let mut rows = all("signal", "signal");
                rows.extend([
                    ("SIGTERM", Value::Int(15)),
                    ("SIGINT", Value::Int(2)),
                    ("SIGHUP", Value::Int(1)),
                ]);
                module(rows)
            }
            "http.server" | "http" => {
                let rows = vec![
                    ("HTTPServer", native("HTTPServer")),
                    ("ThreadingHTTPServer", native("HTTPServer")),
                    ("BaseHTTPRequestHandler", class("BaseHTTPRequestHandler")),
                    (
                        "SimpleHTTPRequestHandler",
                        class("SimpleHTTPRequestHandler"),
                    ),
                ];
                let server = module(rows);
                if name == "http" {
                    module(vec![("server", server)])
                } else {
                    server
                }
            }
            "flask" | "Flask" if self.pip_has("flask") => {
                let mut rows = vec![
                    ("Flask", native("Flask")),
                    ("jsonify", native("flask.jsonify")),
                ];
                rows.push((
                    "request",
                    self.globals
                        .get("%request")
                        .unwrap_or_else(|| ours("FlaskRequest", Vec::new())),
                ));
                rows.extend(all("flask", "redirect make_response"));
                if let Some((_, request)) = rows.iter().find(|it| it.0 == "request") {
                    self.globals.declare("%request", request.clone());
                }
                module(rows)
            }
            "redis" if self.pip_has("redis") => module(vec![
                ("Redis", native("redis.Redis")),
                ("StrictRedis", native("redis.Redis")),
            ]),
            local
                if self
                    .sys
                    .stat(&format!("{}/{}.py", self.folder(), local.replace('.', "/")))
                    .is_ok() =>
            {
                self.local_py(local).await?
            }
            other if self.pip_has(other) => {
                return Err(Stop::NotSimulated(format!("le module Python « {other} »")));
            }
            "subprocess" | "threading" | "re" | "sqlite3" | "asyncio" | "logging" | "argparse"
            | "collections" | "itertools" | "functools" | "pathlib" | "urllib"
            | "urllib.request" | "typing" | "dataclasses" | "string" | "hashlib" | "uuid"
            | "csv" | "socketserver" => {
                return Err(Stop::NotSimulated(format!("le module Python « {name} »")));
            }
            other => {
                let first = other.split('.').next().unwrap_or(other);
                return Err(py_error(
                    "ModuleNotFoundError",
                    format!("No module named '{first}'"),
                ));
            }
        };
        match wanted {
            None => Ok(found),
            Some(wanted) => match &found {
                Value::Dict(map) => {
                    let value = locked(map).text(wanted);
                    value.ok_or_else(|| {
                        py_error(
                            "ImportError",
                            format!("cannot import name '{wanted}' from '{name}'"),
                        )
                    })
                }
                _ => Ok(found),
            },
        }
    }

    pub(super) fn folder(&self) -> String {
        self.file.rsplit_once('/').map_or(".", |it| it.0).to_owned()
    }

    /// Whether pip installed a package.
    pub(super) fn pip_has(&self, name: &str) -> bool {
        let wanted = name.to_lowercase();
        let folder = self
            .sys
            .read_dir("/usr/local/lib/python3.11/site-packages")
            .unwrap_or_default();
        folder
            .iter()
            .any(|it| it.name.to_lowercase().split('-').next() == Some(&wanted))
    }

    pub(super) async fn local_py(self: &Arc<Self>, name: &str) -> Ran<Value> {
        let path = format!("{}/{}.py", self.folder(), name.replace('.', "/"));
        let bytes = self
            .sys
            .read_file(&path)
            .map_err(|it| os_error(it, &path))?;
        let program =
            super::py::parse(&String::from_utf8_lossy(&bytes)).map_err(|wrong| match wrong {
                super::Wrong::NotSimulated(what) => Stop::NotSimulated(what),
                super::Wrong::Syntax(_, problem) => py_error("SyntaxError", problem),
            })?;
        let scope = super::value::Scope::new(None, true, Vec::new());
        scope.declare("__name__", text(name));
        self.block(&program, &scope).await?;
        let names = locked(&scope.0.held).clone();
        let mut rows: Vec<(&str, Value)> = Vec::new();
        for (name, value) in &names {
            rows.push((name, value.clone()));
        }
        Ok(module(rows))
    }
}
