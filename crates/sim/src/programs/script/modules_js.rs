//! node's modules, and those of the program.

use std::sync::Arc;

use super::eval::Args;
use super::js_builtins::{first, natives, second};
use super::json::from_json;
use super::show::shown;
use super::value::{Promise, Ran, Scope, Value, dict, list, native, text};
use super::{Interp, Lang, Stop, js_error};

impl Interp {
    /// A module: `require`, `import`.
    pub(super) async fn import(self: &Arc<Self>, module: &str, name: Option<&str>) -> Ran<Value> {
        if self.lang == Lang::Python {
            return self.import_py(module, name).await;
        }
        let bare = module.trim_start_matches("node:");
        let found = match bare {
            "http" => dict(natives("http", "createServer")),
            "fs" => {
                let mut all = natives(
                    "fs",
                    "readFileSync writeFileSync existsSync appendFileSync mkdirSync readdirSync unlinkSync",
                );
                all.push((
                    "promises".into(),
                    dict(natives("fsp", "readFile writeFile")),
                ));
                dict(all)
            }
            "fs/promises" => dict(natives("fsp", "readFile writeFile")),
            "os" => dict(natives(
                "os",
                "hostname cpus platform totalmem freemem uptime type",
            )),
            "path" => dict(natives("path", "join resolve basename dirname extname")),
            "express" if self.installed("express") => native("express"),
            path if path.starts_with(['.', '/']) => self.local(path).await?,
            other if self.installed(other) => {
                return Err(Stop::NotSimulated(format!("le module npm « {other} »")));
            }
            "https" | "crypto" | "util" | "events" | "url" | "net" | "child_process" | "stream"
            | "assert" | "cluster" | "worker_threads" | "readline" => {
                return Err(Stop::NotSimulated(format!("le module « {bare} » de node")));
            }
            other => {
                return Err(js_error(
                    "Error",
                    format!(
                        "Cannot find module '{other}'\nRequire stack:\n- {}",
                        self.file
                    ),
                ));
            }
        };
        match name {
            Some(name) if name != "default" => self.member(&found, name),
            _ => Ok(found),
        }
    }

    /// Whether npm installed a package here or above.
    pub(super) fn installed(&self, name: &str) -> bool {
        let mut at = self.file.rsplit_once('/').map_or("", |it| it.0);
        loop {
            if self.sys.stat(&format!("{at}/node_modules/{name}")).is_ok() {
                return true;
            }
            match at.rsplit_once('/') {
                Some((above, _)) => at = above,
                None => return false,
            }
        }
    }

    pub(super) async fn local(self: &Arc<Self>, path: &str) -> Ran<Value> {
        let folder = self.file.rsplit_once('/').map_or(".", |it| it.0);
        let base = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{folder}/{path}")
        };
        for candidate in [
            base.clone(),
            format!("{base}.js"),
            format!("{base}.json"),
            format!("{base}/index.js"),
        ] {
            let Ok(bytes) = self.sys.read_file(&candidate) else {
                continue;
            };
            let source = String::from_utf8_lossy(&bytes).into_owned();
            if candidate.rsplit_once('.').is_some_and(|it| it.1 == "json") {
                return Ok(serde_json::from_str(&source)
                    .map_or(Value::Undefined, |it| from_json(&it, Lang::Js)));
            }
            let program = super::js::parse(&source).map_err(|wrong| match wrong {
                super::Wrong::NotSimulated(what) => Stop::NotSimulated(what),
                super::Wrong::Syntax(_, problem) => js_error("SyntaxError", problem),
            })?;
            let scope = Scope::new(Some(self.globals.clone()), true, Vec::new());
            let exports = dict(Vec::<(String, Value)>::new());
            let module = dict([("exports", exports.clone())]);
            scope.declare("module", module.clone());
            scope.declare("exports", exports);
            self.block(&program, &scope).await?;
            return self.member(&module, "exports");
        }
        Err(js_error(
            "Error",
            format!(
                "Cannot find module '{path}'\nRequire stack:\n- {}",
                self.file
            ),
        ))
    }

    pub(super) fn module_js(self: &Arc<Self>, name: &str, args: &Args) -> Ran<Value> {
        let one = shown(&first(args), Lang::Js);
        let sys = &self.sys;
        let failed = |error: crate::kernel::Errno, call: &str| {
            js_error(
                "Error",
                format!(
                    "{}: {}, {call} '{one}'",
                    error.name,
                    error.message.to_lowercase()
                ),
            )
        };
        let (call, as_promise) = match name.strip_prefix("fsp.") {
            Some(rest) => (format!("fs.{rest}Sync"), true),
            None => (name.to_owned(), false),
        };
        let made = match call.as_str() {
            "fs.readFileSync" => sys
                .read_file(&one)
                .map(|it| text(String::from_utf8_lossy(&it)))
                .map_err(|it| failed(it, "open")),
            "fs.writeFileSync" => sys
                .write_file(&one, shown(&second(args), Lang::Js).as_bytes())
                .map(|()| Value::Undefined)
                .map_err(|it| failed(it, "open")),
            "fs.appendFileSync" => {
                let mut held = sys
                    .read_file(&one)
                    .map(|it| it.to_vec())
                    .unwrap_or_default();
                held.extend_from_slice(shown(&second(args), Lang::Js).as_bytes());
                sys.write_file(&one, &held)
                    .map(|()| Value::Undefined)
                    .map_err(|it| failed(it, "open"))
            }
            "fs.existsSync" => Ok(Value::Bool(sys.stat(&one).is_ok())),
            "fs.mkdirSync" => match sys.mkdir(&one, 0o755) {
                Err(error) if args.0.len() < 2 => Err(failed(error, "mkdir")),
                _ => Ok(Value::Undefined),
            },
            "fs.unlinkSync" => sys
                .unlink(&one)
                .map(|()| Value::Undefined)
                .map_err(|it| failed(it, "unlink")),
            "fs.readdirSync" => sys
                .read_dir(&one)
                .map(|it| list(it.into_iter().map(|it| text(it.name)).collect()))
                .map_err(|it| failed(it, "scandir")),
            "os.hostname" => Ok(text(sys.hostname())),
            "os.platform" => Ok(text("linux")),
            "os.type" => Ok(text("Linux")),
            "os.cpus" => Ok(list(vec![
                dict([("model", text("cpu"))]);
                usize::try_from(sys.kernel().options().cpus)
                    .unwrap_or(1)
            ])),
            "os.totalmem" | "os.freemem" => {
                #[expect(clippy::cast_precision_loss, reason = "bytes of memory")]
                let bytes = sys.kernel().options().memory as f64;
                Ok(Value::Num(bytes))
            }
            "os.uptime" => Ok(Value::Num(sys.uptime().as_secs_f64())),
            "path.join" | "path.resolve" => {
                let parts: Vec<String> = args.0.iter().map(|it| shown(it, Lang::Js)).collect();
                let joined = parts.join("/");
                let joined = if call == "path.resolve" && !joined.starts_with('/') {
                    format!("{}/{joined}", sys.cwd())
                } else {
                    joined
                };
                let mut kept: Vec<&str> = Vec::new();
                for part in joined.split('/').filter(|it| !it.is_empty() && *it != ".") {
                    if part == ".." {
                        kept.pop();
                    } else {
                        kept.push(part);
                    }
                }
                let root = if joined.starts_with('/') { "/" } else { "" };
                Ok(text(format!("{root}{}", kept.join("/"))))
            }
            "path.basename" => Ok(text(one.rsplit('/').next().unwrap_or(&one))),
            "path.dirname" => Ok(text(one.rsplit_once('/').map_or(".", |it| it.0))),
            "path.extname" => Ok(text(one.rfind('.').map_or("", |at| &one[at..]))),
            _ => return Self::web_native_js(name, args),
        };
        if !as_promise {
            return made;
        }
        let promise = Promise::default();
        match made {
            Ok(value) => promise.settle(Ok(value)),
            Err(Stop::Throw(problem)) => promise.settle(Err(problem)),
            Err(stop) => return Err(stop),
        }
        Ok(Value::Promise(Arc::new(promise)))
    }
}
