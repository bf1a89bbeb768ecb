//! Python's `http.server`, Flask, files, and a client of redis.

use std::net::SocketAddr;
use std::sync::Arc;

use super::classes::ours;
use super::eval::Args;
use super::show::shown;
use super::value::{Map, Object, Ran, Value, dict, list, locked, text};
use super::{Interp, Lang, Stop, py_error};
use crate::kernel::{Errno, Fd, Sys};
use crate::programs::http::{Found, content_type, find, http_date};
use crate::programs::serving::{
    Answer, Call, accept_all, date_header, listen_any, read_call, write_answer,
};

pub(super) fn arg(args: &Args, index: usize) -> Value {
    args.0.get(index).cloned().unwrap_or(Value::Null)
}

pub(super) fn keyword(named: &[(String, Value)], name: &str) -> Option<Value> {
    named.iter().find(|it| it.0 == name).map(|it| it.1.clone())
}

/// A line of the log that both servers write on the error output.
pub(super) fn log_line(sys: &Sys, from: SocketAddr, line: &str, status: u16, tail: &str) -> String {
    let time = crate::programs::date::format(sys.now(), "%d/%b/%Y %H:%M:%S");
    format!("{} - - [{time}] \"{line}\" {status} {tail}\n", from.ip())
}

pub(super) fn server_name(sys: &Sys, name: &str) -> String {
    format!(
        "{name} Python/{}",
        sys.var("PYTHON_VERSION")
            .unwrap_or_else(|| "3.11.12".into())
    )
}

/// The answer of `SimpleHTTPRequestHandler`.
fn file_answer(sys: &Sys, root: &str, call: &Call) -> Answer {
    let path = call.request.path();
    let page = |status: u16, message: &str| {
        Answer::new(
            status,
            "text/html;charset=utf-8",
            format!(
                "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: {status}</p>\n        <p>Message: {message}.</p>\n    </body>\n</html>\n"
            ),
        )
    };
    if !matches!(call.request.method.as_str(), "GET" | "HEAD") {
        return page(
            501,
            &format!("Unsupported method ('{}')", call.request.method),
        );
    }
    match find(sys, root, &path) {
        Found::File(file, metadata) => {
            let bytes = sys.read_file(&file).unwrap_or_default();
            Answer::new(200, content_type(&file), bytes.to_vec())
                .with("Last-Modified", http_date(metadata.mtime))
        }
        Found::Redirect => Answer::new(301, "", "").with("Location", format!("{path}/")),
        Found::Missing => page(404, "File not found"),
        Found::Forbidden => {
            let Ok(entries) = sys.read_dir(&format!("{}{path}", root.trim_end_matches('/'))) else {
                return page(404, "No permission to list directory");
            };
            let mut body = format!(
                "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Directory listing for {path}</title>\n</head>\n<body>\n<h1>Directory listing for {path}</h1>\n<hr>\n<ul>\n"
            );
            for entry in entries {
                let slash = if entry.metadata.is_dir() { "/" } else { "" };
                body.push_str(&format!(
                    "<li><a href=\"{0}{slash}\">{0}{slash}</a></li>\n",
                    entry.name
                ));
            }
            Answer::new(
                200,
                "text/html; charset=utf-8",
                body + "</ul>\n<hr>\n</body>\n</html>\n",
            )
        }
    }
}

/// `python -m http.server`
pub(super) async fn files(sys: Sys, port: u16, root: &str) -> u8 {
    let Ok(listener) = listen_any(&sys, port) else {
        let _ = sys
            .write(2, b"OSError: [Errno 98] Address already in use\n")
            .await;
        return 1;
    };
    let text = format!("Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...\n");
    let _ = sys.write(1, text.as_bytes()).await;
    let root = root.to_owned();
    accept_all(sys, listener, move |sys, fd, from| {
        let root = root.clone();
        async move {
            let mut held = Vec::new();
            if let Some(call) = read_call(&sys, fd, &mut held, from).await {
                let answer = file_answer(&sys, &root, &call)
                    .with("Server", server_name(&sys, "SimpleHTTP/0.6"))
                    .with("Date", date_header(&sys));
                // The other end may be gone.
                let _ = write_answer(&sys, fd, &answer, call.request.method == "HEAD").await;
                let line = log_line(&sys, from, &call.line, answer.status, "-");
                let _ = sys.write(2, line.as_bytes()).await;
            }
        }
    })
    .await
}

impl Interp {
    /// Functions of modules that serve.
    pub(super) fn web_native_py(
        self: &Arc<Self>,
        name: &str,
        args: &[Value],
        named: &[(String, Value)],
    ) -> Ran<Value> {
        let one = args.first().cloned().unwrap_or(Value::Null);
        let two = args.get(1).cloned().unwrap_or(Value::Null);
        Ok(match name {
            "HTTPServer" => {
                let place = one.items().unwrap_or_default();
                let port = place.get(1).map_or(8000, Value::int);
                let fd = match listen_any(&self.sys, u16::try_from(port).unwrap_or(8000)) {
                    Ok(fd) => fd,
                    Err(Errno::EADDRINUSE) => {
                        return Err(py_error("OSError", "[Errno 98] Address already in use"));
                    }
                    Err(_) => {
                        return Err(py_error("PermissionError", "[Errno 13] Permission denied"));
                    }
                };
                ours(
                    "HttpServer",
                    vec![
                        ("%fd", Value::Int(i64::from(fd))),
                        ("%handler", two),
                        ("server_port", Value::Int(port)),
                        ("server_address", one),
                    ],
                )
            }
            "Flask" => ours("Flask", vec![("name", one), ("%routes", list(Vec::new()))]),
            "flask.redirect" => ours(
                "FlaskResponse",
                vec![
                    ("%body", text("")),
                    ("%status", Value::Int(302)),
                    ("%location", one),
                ],
            ),
            "flask.make_response" => one,
            "redis.Redis" => {
                let host = keyword(named, "host").unwrap_or(if args.is_empty() {
                    text("localhost")
                } else {
                    one
                });
                let port = keyword(named, "port").unwrap_or(Value::Int(6379));
                ours("Redis", vec![("host", host), ("port", port)])
            }
            other => return Err(Stop::NotSimulated(format!("{other}()"))),
        })
    }

    /// Methods of servers, files, requests.
    pub(super) async fn web_py(
        self: &Arc<Self>,
        of: Arc<Object>,
        method: &str,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        let field = |name: &str| locked(&of.fields).text(name).unwrap_or(Value::Null);
        let set = |name: &str, value: Value| locked(&of.fields).set(text(name), value);
        match (of.class.name.as_str(), method) {
            ("%HttpServer", "serve_forever") => {
                let fd = Fd::try_from(field("%fd").int()).unwrap_or(0);
                let Value::Class(class) = field("%handler") else {
                    return Err(Stop::NotSimulated("ce gestionnaire HTTP".into()));
                };
                let (failed, mut failure) = tokio::sync::mpsc::unbounded_channel::<Stop>();
                let interp = Arc::clone(self);
                tokio::select! {
                    _ = accept_all(self.sys.clone(), fd, move |_, fd, from| {
                        let (interp, class, failed) = (interp.clone(), class.clone(), failed.clone());
                        async move {
                            if let Err(stop) = interp.handle_class(class, fd, from).await {
                                let _ = failed.send(stop);
                            }
                        }
                    }) => Ok(Value::Null),
                    Some(stop) = failure.recv() => Err(stop),
                }
            }
            ("%HttpServer", _) => Ok(Value::Null),
            ("%Wfile", "write") => {
                set(
                    "%body",
                    text(
                        shown(&field("%body"), Lang::Python) + &shown(&arg(&args, 0), Lang::Python),
                    ),
                );
                Ok(Value::Null)
            }
            ("%Rfile", "read") => Ok(field("%body")),
            ("%Headers" | "%Args", "get") => {
                let Value::Dict(all) = field("%all") else {
                    return Ok(arg(&args, 1));
                };
                let name = shown(&arg(&args, 0), Lang::Python);
                let name = if of.class.name == "%Headers" {
                    name.to_lowercase()
                } else {
                    name
                };
                let found = locked(&all).text(&name);
                Ok(found.unwrap_or_else(|| arg(&args, 1)))
            }
            ("%File", _) => self.file(&of, method, &args),
            ("%DateTime", _) => {
                let time = std::time::UNIX_EPOCH
                    + std::time::Duration::try_from_secs_f64(field("%at").number())
                        .unwrap_or_default();
                let format = match method {
                    "strftime" => shown(&arg(&args, 0), Lang::Python),
                    _ => "%Y-%m-%dT%H:%M:%S".to_owned(),
                };
                Ok(text(crate::programs::date::format(time, &format)))
            }
            ("%Flask", "route" | "get" | "post") => {
                let methods = match keyword(&args.1, "methods") {
                    Some(methods) => methods,
                    None => list(vec![text(if method == "post" { "POST" } else { "GET" })]),
                };
                let route = list(vec![arg(&args, 0), methods]);
                Ok(Value::Native(Arc::new((
                    ".%register".into(),
                    Some(ours(
                        "Route",
                        vec![("%app", Value::Object(of.clone())), ("%route", route)],
                    )),
                ))))
            }
            ("%Route", "%register") => {
                let function = arg(&args, 0);
                if let (Value::Object(app), Value::List(route)) = (field("%app"), field("%route")) {
                    locked(&route).push(function.clone());
                    if let Some(Value::List(routes)) = locked(&app.fields).text("%routes") {
                        locked(&routes).push(Value::List(route));
                    }
                }
                Ok(function)
            }
            ("%Flask", "run") => self.flask(of.clone(), &args).await,
            ("%FlaskRequest", "get_json") => Ok(field("json")),
            ("%Redis", _) => self.redis(&of, method, &args).await,
            (class, other) => {
                let _ = depth;
                Err(py_error(
                    "AttributeError",
                    format!(
                        "'{}' object has no attribute '{other}'",
                        class.trim_start_matches('%')
                    ),
                ))
            }
        }
    }

    fn file(&self, of: &Arc<Object>, method: &str, args: &Args) -> Ran<Value> {
        let field = |name: &str| locked(&of.fields).text(name).unwrap_or(Value::Null);
        let body = shown(&field("%body"), Lang::Python);
        let at = usize::try_from(field("%at").int()).unwrap_or(0);
        let rest = body.get(at..).unwrap_or_default().to_owned();
        let move_to = |at: usize| locked(&of.fields).set(text("%at"), super::py_builtins::int(at));
        Ok(match method {
            "read" => {
                move_to(body.len());
                text(rest)
            }
            "readline" => {
                let line = rest.split_inclusive('\n').next().unwrap_or_default();
                move_to(at + line.len());
                text(line)
            }
            "readlines" => list(rest.split_inclusive('\n').map(text).collect()),
            "write" => {
                let added = shown(&arg(args, 0), Lang::Python);
                let whole = body + &added;
                let path = shown(&field("name"), Lang::Python);
                if self.sys.write_file(&path, whole.as_bytes()).is_err() {
                    return Err(py_error(
                        "OSError",
                        format!("[Errno 30] Read-only file system: '{path}'"),
                    ));
                }
                locked(&of.fields).set(text("%body"), text(whole));
                super::py_builtins::int(added.chars().count())
            }
            _ => Value::Null,
        })
    }

    /// A request for a class derived from `BaseHTTPRequestHandler`.
    async fn handle_class(
        self: &Arc<Self>,
        class: Arc<super::value::Class>,
        fd: Fd,
        from: SocketAddr,
    ) -> Ran<()> {
        let mut held = Vec::new();
        let Some(call) = read_call(&self.sys, fd, &mut held, from).await else {
            return Ok(());
        };
        let method = class.find(&format!("do_{}", call.request.method));
        let answer = if let Some(method) = method {
            let headers: Vec<(String, Value)> = call
                .request
                .headers
                .iter()
                .map(|(k, v)| (k.clone(), text(v)))
                .collect();
            let body = ours("Wfile", vec![("%body", text(""))]);
            let fields = Map(vec![
                (text("path"), text(&call.request.target)),
                (text("command"), text(&call.request.method)),
                (
                    text("headers"),
                    ours("Headers", vec![("%all", dict(headers))]),
                ),
                (
                    text("rfile"),
                    ours(
                        "Rfile",
                        vec![("%body", text(String::from_utf8_lossy(&call.body)))],
                    ),
                ),
                (text("wfile"), body.clone()),
                (
                    text("client_address"),
                    Value::Tuple(Arc::new(vec![
                        text(from.ip().to_string()),
                        Value::Int(i64::from(from.port())),
                    ])),
                ),
            ]);
            let object = Arc::new(Object {
                class: class.clone(),
                fields: std::sync::Mutex::new(fields),
            });
            let this = Value::Object(object.clone());
            Self::install_reply(&object);
            if let Err(stop) = self
                .call(method, Some(this), (Vec::new(), Vec::new()), 1)
                .await
            {
                let Stop::Throw(problem) = stop else {
                    return Err(stop);
                };
                let text = format!(
                    "----------------------------------------\nException occurred during processing of request from ('{}', {})\nTraceback (most recent call last):\n{}\n----------------------------------------\n",
                    from.ip(),
                    from.port(),
                    super::python::told(&problem)
                );
                self.write(2, &text).await;
                return Ok(());
            }
            reply_of(&object, &body)
        } else if class.is("SimpleHTTPRequestHandler") {
            file_answer(&self.sys, ".", &call)
        } else {
            Answer::new(
                501,
                "text/html;charset=utf-8",
                format!("Unsupported method ('{}')", call.request.method),
            )
        };
        if class.find("log_message").is_none() {
            let line = log_line(&self.sys, from, &call.line, answer.status, "-");
            self.write(2, &line).await;
        }
        let answer = answer
            .with("Server", server_name(&self.sys, "BaseHTTP/0.6"))
            .with("Date", date_header(&self.sys));
        // The other end may be gone.
        let _ = write_answer(&self.sys, fd, &answer, call.request.method == "HEAD").await;
        Ok(())
    }

    /// What a handler of `http.server` says its answer with.
    fn install_reply(object: &Arc<Object>) {
        let reply = list(Vec::new());
        let say = |mark: &str| {
            let both = Value::Tuple(Arc::new(vec![reply.clone(), text(mark)]));
            Value::Native(Arc::new(("%say".to_owned(), Some(both))))
        };
        let mut fields = locked(&object.fields);
        for name in ["send_response", "send_header", "end_headers", "send_error"] {
            fields.set(text(name), say(name));
        }
        fields.set(text("%sent"), reply);
    }
}

/// What a handler said.
fn reply_of(object: &Arc<Object>, body: &Value) -> Answer {
    let fields = locked(&object.fields).clone();
    let mut answer = Answer::new(200, "", "");
    if let Value::Object(body) = body {
        answer.body = locked(&body.fields)
            .text("%body")
            .map_or_else(String::new, |it| shown(&it, Lang::Python))
            .into_bytes();
    }
    for said in fields
        .text("%sent")
        .and_then(|it| it.items())
        .unwrap_or_default()
    {
        let parts = said.items().unwrap_or_default();
        match (
            parts.first().map(|it| shown(it, Lang::Python)).as_deref(),
            parts.get(1),
            parts.get(2),
        ) {
            (Some("send_response"), Some(status), _) => {
                answer.status = u16::try_from(status.int()).unwrap_or(200);
            }
            (Some("send_error"), Some(status), _) => {
                answer.status = u16::try_from(status.int()).unwrap_or(500);
                answer.body = format!("Error code: {}\n", answer.status).into_bytes();
            }
            (Some("send_header"), Some(name), Some(value)) => {
                answer = answer.with(&shown(name, Lang::Python), shown(value, Lang::Python));
            }
            _ => {}
        }
    }
    answer
}
