//! node's `http` and express.

use std::net::SocketAddr;
use std::sync::Arc;

use super::classes::ours;
use super::eval::Args;
use super::show::{repr, shown};
use super::value::{Map, Object, Promise, Ran, Value, dict, list, locked, native, text};
use super::{Interp, Lang, Stop, js_error};
use crate::kernel::{Errno, Fd};
use crate::programs::http::{Found, content_type, find};
use crate::programs::serving::{
    Answer, Call, accept_all, date_header, listen_any, query_fields, read_call, write_answer,
};

fn arg(args: &Args, index: usize) -> Value {
    args.0.get(index).cloned().unwrap_or(Value::Undefined)
}

fn none() -> Args {
    (Vec::new(), Vec::new())
}

impl Interp {
    /// Functions of modules that serve.
    pub(super) fn web_native_js(name: &str, args: &Args) -> Ran<Value> {
        match name {
            "http.createServer" => Ok(ours("Server", vec![("%handler", arg(args, 0))])),
            "express" => Ok(ours("App", vec![("%routes", list(Vec::new()))])),
            "express.json" | "express.urlencoded" => Ok(native("%body")),
            "express.static" => Ok(ours("Static", vec![("%root", arg(args, 0))])),
            "express.Router" => Err(Stop::NotSimulated("express.Router".into())),
            _ => Err(Stop::NotSimulated(format!("{name}()"))),
        }
    }

    /// Methods of servers, applications, requests, answers, dates.
    pub(super) async fn web_js(
        self: &Arc<Self>,
        of: Arc<Object>,
        method: &str,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        let this = Value::Object(of.clone());
        let field = |name: &str| locked(&of.fields).text(name).unwrap_or(Value::Undefined);
        match (of.class.name.as_str(), method) {
            ("%Server" | "%App", "listen") => self.listen(&of, &args),
            ("%Server", "on" | "close") | ("%App", "set" | "disable" | "enable") => Ok(this),
            ("%App", "get" | "post" | "put" | "delete" | "patch" | "all" | "use") => {
                let (path, handlers) = match arg(&args, 0) {
                    path @ Value::Str(_) => (path, args.0[1..].to_vec()),
                    _ => (text(""), args.0.clone()),
                };
                if let Value::List(routes) = field("%routes") {
                    for handler in handlers {
                        locked(&routes).push(list(vec![text(method), path.clone(), handler]));
                    }
                }
                Ok(this)
            }
            ("%Date", _) => Ok(date(&field("%at"), method)),
            ("%Request", "on") => {
                let body = field("%body");
                match shown(&arg(&args, 0), Lang::Js).as_str() {
                    "data" if body.truth(Lang::Js) => drop(
                        self.call(arg(&args, 1), None, (vec![body], Vec::new()), depth + 1)
                            .await?,
                    ),
                    "end" => drop(self.call(arg(&args, 1), None, none(), depth + 1).await?),
                    _ => {}
                }
                Ok(this)
            }
            ("%Request", "get" | "header") => {
                let Value::Dict(headers) = field("headers") else {
                    return Ok(Value::Undefined);
                };
                let found = locked(&headers).text(&shown(&arg(&args, 0), Lang::Js).to_lowercase());
                Ok(found.unwrap_or(Value::Undefined))
            }
            ("%Response", _) => self.respond(&of, method, &args),
            (_, other) => Err(js_error(
                "TypeError",
                format!(
                    "{}.{other} is not a function",
                    of.class.name.trim_start_matches('%').to_lowercase()
                ),
            )),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    fn respond(self: &Arc<Self>, of: &Arc<Object>, method: &str, args: &Args) -> Ran<Value> {
        let this = Value::Object(of.clone());
        let field = |name: &str| locked(&of.fields).text(name).unwrap_or(Value::Undefined);
        let set = |name: &str, value: Value| locked(&of.fields).set(text(name), value);
        let header = |name: &str, value: &Value| {
            if let Value::Dict(headers) = field("%headers") {
                let mut headers = locked(&headers);
                headers
                    .0
                    .retain(|it| !shown(&it.0, Lang::Js).eq_ignore_ascii_case(name));
                headers.set(text(name), text(shown(value, Lang::Js)));
            }
        };
        let has = |name: &str| matches!(field("%headers"), Value::Dict(headers) if locked(&headers).0.iter().any(|it| shown(&it.0, Lang::Js).eq_ignore_ascii_case(name)));
        let write = |value: &Value| {
            set(
                "%body",
                text(shown(&field("%body"), Lang::Js) + &shown(value, Lang::Js)),
            );
        };
        let end = || {
            if let Value::Promise(done) = field("%done") {
                done.settle(Ok(Value::Undefined));
            }
        };
        let one = arg(args, 0);
        match method {
            "setHeader" | "set" | "header" => match &one {
                Value::Dict(all) => locked(all)
                    .clone()
                    .0
                    .iter()
                    .for_each(|(name, value)| header(&shown(name, Lang::Js), value)),
                name => header(&shown(name, Lang::Js), &arg(args, 1)),
            },
            "writeHead" => {
                set("statusCode", one);
                if let Some(Value::Dict(all)) = args.0.last() {
                    locked(all)
                        .clone()
                        .0
                        .iter()
                        .for_each(|(name, value)| header(&shown(name, Lang::Js), value));
                }
            }
            "write" => write(&one),
            "end" => {
                if !matches!(one, Value::Undefined | Value::Function(_)) {
                    write(&one);
                }
                end();
            }
            "status" => set("statusCode", one),
            "sendStatus" => {
                set("statusCode", one.clone());
                let status = u16::try_from(one.int()).unwrap_or(200);
                write(&text(crate::programs::serving::reason(status)));
                end();
            }
            "type" => header("Content-Type", &one),
            "json" => {
                header("Content-Type", &text("application/json; charset=utf-8"));
                write(&text(
                    super::json::to_json(&one, Lang::Js)
                        .unwrap_or_default()
                        .to_string(),
                ));
                end();
            }
            "send" => match &one {
                Value::Dict(_) | Value::List(_) | Value::Object(_) => {
                    return self.respond(of, "json", args);
                }
                _ => {
                    if !has("content-type") {
                        header("Content-Type", &text("text/html; charset=utf-8"));
                    }
                    if !matches!(one, Value::Undefined) {
                        write(&one);
                    }
                    end();
                }
            },
            "redirect" => {
                let target = args.0.last().cloned().unwrap_or(Value::Undefined);
                header("Location", &target);
                set("statusCode", Value::Num(302.0));
                write(&text(format!(
                    "Found. Redirecting to {}",
                    shown(&target, Lang::Js)
                )));
                end();
            }
            "sendFile" => {
                let path = shown(&one, Lang::Js);
                if let Ok(bytes) = self.sys.read_file(&path) {
                    header("Content-Type", &text(content_type(&path)));
                    write(&text(String::from_utf8_lossy(&bytes)));
                } else {
                    set("statusCode", Value::Num(404.0));
                    write(&text("Not Found"));
                }
                end();
            }
            "on" | "flushHeaders" => {}
            other => return Err(Stop::NotSimulated(format!("res.{other}()"))),
        }
        Ok(this)
    }

    fn listen(self: &Arc<Self>, of: &Arc<Object>, args: &Args) -> Ran<Value> {
        let port = match arg(args, 0) {
            Value::Dict(options) => locked(&options).text("port").unwrap_or(Value::Undefined),
            other => other,
        };
        let port = u16::try_from(port.int()).unwrap_or(0);
        let local = matches!(args.0.get(1), Some(Value::Str(host)) if matches!(&**host, "localhost" | "127.0.0.1"));
        let listener = if local {
            self.sys.listen(std::net::Ipv4Addr::LOCALHOST.into(), port)
        } else {
            listen_any(&self.sys, port)
        };
        let listener = match listener {
            Ok(fd) => fd,
            Err(error) => {
                let why = if error == Errno::EADDRINUSE {
                    "address already in use"
                } else {
                    "permission denied"
                };
                return Err(js_error(
                    "Error",
                    format!("listen {}: {why} :::{port}", error.name),
                ));
            }
        };
        let (interp, server) = (Arc::clone(self), of.clone());
        let sys = self.sys.clone();
        let (failed, mut failure) = tokio::sync::mpsc::unbounded_channel();
        self.add(Box::pin(async move {
            tokio::select! {
                _ = accept_all(sys, listener, move |_, fd, from| connection(interp.clone(), server.clone(), fd, from, failed.clone())) => Ok(()),
                Some(stop) = failure.recv() => Err(stop),
            }
        }));
        if let Some(callback @ (Value::Function(_) | Value::Native(_))) = args.0.last() {
            let (interp, callback) = (Arc::clone(self), callback.clone());
            self.add(Box::pin(async move {
                interp.call(callback, None, none(), 1).await.map(drop)
            }));
        }
        Ok(Value::Object(of.clone()))
    }

    /// Answers a request.
    async fn handle(self: &Arc<Self>, server: &Arc<Object>, call: &Call) -> Ran<Answer> {
        let (path, query) = call
            .request
            .target
            .split_once('?')
            .unwrap_or((&call.request.target, ""));
        let headers: Vec<(String, Value)> = call
            .request
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        let fields = |all: std::collections::BTreeMap<String, String>| {
            dict(
                all.into_iter()
                    .map(|(k, v)| (k, text(v)))
                    .collect::<Vec<_>>(),
            )
        };
        let request = ours(
            "Request",
            vec![
                ("method", text(&call.request.method)),
                ("url", text(&call.request.target)),
                ("path", text(path)),
                ("headers", dict(headers)),
                ("query", fields(query_fields(query))),
                ("params", dict(Vec::<(String, Value)>::new())),
                ("ip", text(format!("::ffff:{}", call.from.ip()))),
                (
                    "hostname",
                    text(
                        call.request
                            .header("host")
                            .unwrap_or_default()
                            .split(':')
                            .next()
                            .unwrap_or_default(),
                    ),
                ),
                ("%body", text(String::from_utf8_lossy(&call.body))),
            ],
        );
        let done = Arc::new(Promise::default());
        let response = ours(
            "Response",
            vec![
                ("statusCode", Value::Num(200.0)),
                (
                    "%headers",
                    Value::Dict(Arc::new(std::sync::Mutex::new(Map::default()))),
                ),
                ("%body", text("")),
                ("%done", Value::Promise(done.clone())),
            ],
        );
        let handler = locked(&server.fields).text("%handler");
        match handler {
            Some(handler @ (Value::Function(_) | Value::Native(_))) => {
                let made = self
                    .call(
                        handler,
                        None,
                        (vec![request, response.clone()], Vec::new()),
                        1,
                    )
                    .await?;
                self.watch(made);
            }
            Some(Value::Object(app)) => self.route(&app, &request, &response, call).await?,
            _ => self.route(server, &request, &response, call).await?,
        }
        // Ended by the handler, now or later.
        let _ = done.wait().await;
        let Value::Object(response) = response else {
            return Ok(Answer::new(500, "", ""));
        };
        let fields = locked(&response.fields).clone();
        let status = fields
            .text("statusCode")
            .map_or(200, |it| u16::try_from(it.int()).unwrap_or(200));
        let body = fields
            .text("%body")
            .map_or_else(String::new, |it| shown(&it, Lang::Js));
        let mut answer = Answer::new(status, "", body);
        if handler_is_app(server) {
            answer = answer.with("X-Powered-By", "Express");
        }
        if let Some(Value::Dict(headers)) = fields.text("%headers") {
            for (name, value) in &locked(&headers).0 {
                answer = answer.with(&shown(name, Lang::Js), shown(value, Lang::Js));
            }
        }
        Ok(answer)
    }

    /// An asynchronous handler that fails ends the program, as an unhandled rejection does.
    fn watch(self: &Arc<Self>, made: Value) {
        if let Value::Promise(promise) = made {
            self.add(Box::pin(async move {
                promise.wait().await.map(drop).map_err(Stop::Throw)
            }));
        }
    }

    async fn route(
        self: &Arc<Self>,
        app: &Arc<Object>,
        request: &Value,
        response: &Value,
        call: &Call,
    ) -> Ran<()> {
        let routes = match locked(&app.fields).text("%routes") {
            Some(routes) => routes.items().unwrap_or_default(),
            None => Vec::new(),
        };
        let Value::Object(request_object) = request else {
            return Ok(());
        };
        let path = call.request.path();
        for route in routes {
            let parts = route.items().unwrap_or_default();
            let [method, pattern, handler] = parts.as_slice() else {
                continue;
            };
            let method = shown(method, Lang::Js);
            let pattern = shown(pattern, Lang::Js);
            let Some(params) = matches(&pattern, &path, method == "use") else {
                continue;
            };
            let verb = call.request.method.to_lowercase();
            if !matches!(method.as_str(), "use" | "all")
                && method != verb
                && !(method == "get" && verb == "head")
            {
                continue;
            }
            locked(&request_object.fields).set(text("params"), dict(params));
            match handler {
                Value::Native(it) if it.0 == "%body" => {
                    let kind = call.request.header("content-type").unwrap_or_default();
                    let body = String::from_utf8_lossy(&call.body).into_owned();
                    let parsed = if kind.contains("json") {
                        serde_json::from_str(&body)
                            .map_or(Value::Undefined, |it| super::json::from_json(&it, Lang::Js))
                    } else {
                        dict(
                            query_fields(&body)
                                .into_iter()
                                .map(|(k, v)| (k, text(v)))
                                .collect::<Vec<_>>(),
                        )
                    };
                    locked(&request_object.fields).set(text("body"), parsed);
                }
                Value::Object(folder) if folder.class.name == "%Static" => {
                    let root = locked(&folder.fields)
                        .text("%root")
                        .map_or_else(String::new, |it| shown(&it, Lang::Js));
                    if let Found::File(file, _) = find(&self.sys, &root, &path) {
                        let Value::Object(response) = response else {
                            continue;
                        };
                        return self
                            .respond(response, "sendFile", &(vec![text(file)], Vec::new()))
                            .map(drop);
                    }
                }
                handler => {
                    let next = Arc::new(Promise::default());
                    let go_on = Value::Native(Arc::new((
                        ".%resolve".into(),
                        Some(Value::Promise(next.clone())),
                    )));
                    let args = (vec![request.clone(), response.clone(), go_on], Vec::new());
                    let made = self.call(handler.clone(), None, args, 1).await;
                    match made {
                        Ok(made) => self.watch(made),
                        Err(Stop::Throw(problem)) => {
                            self.write(2, &format!("{}\n", repr(&problem, Lang::Js)))
                                .await;
                            return self.plain(
                                response,
                                500,
                                &format!("<pre>{}</pre>", shown(&problem, Lang::Js)),
                            );
                        }
                        Err(stop) => return Err(stop),
                    }
                    if locked(&next.settled).is_none() {
                        return Ok(());
                    }
                }
            }
        }
        self.plain(
            response,
            404,
            &format!("<pre>Cannot {} {path}</pre>", call.request.method),
        )
    }

    fn plain(self: &Arc<Self>, response: &Value, status: u16, text_of: &str) -> Ran<()> {
        let Value::Object(response) = response else {
            return Ok(());
        };
        locked(&response.fields).set(text("statusCode"), Value::Num(f64::from(status)));
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n{text_of}\n</body>\n</html>\n"
        );
        self.respond(response, "send", &(vec![text(page)], Vec::new()))
            .map(drop)
    }
}

fn handler_is_app(server: &Arc<Object>) -> bool {
    server.class.name == "%App"
        || matches!(
            locked(&server.fields).text("%handler"),
            Some(Value::Object(_))
        )
}

/// The parameters of a path that fits a pattern: `/notes/:id`.
fn matches(pattern: &str, path: &str, prefix: bool) -> Option<Vec<(String, Value)>> {
    if pattern.is_empty() || pattern == "*" {
        return Some(Vec::new());
    }
    let wanted: Vec<&str> = pattern.split('/').filter(|it| !it.is_empty()).collect();
    let given: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    if given.len() < wanted.len() || (!prefix && given.len() != wanted.len()) {
        return None;
    }
    let mut params = Vec::new();
    for (wanted, given) in wanted.iter().zip(&given) {
        match wanted.strip_prefix(':') {
            Some(name) => params.push((name.to_owned(), text(given))),
            None if wanted == given || *wanted == "*" => {}
            None => return None,
        }
    }
    Some(params)
}

async fn connection(
    interp: Arc<Interp>,
    server: Arc<Object>,
    fd: Fd,
    from: SocketAddr,
    failed: tokio::sync::mpsc::UnboundedSender<Stop>,
) {
    let mut held = Vec::new();
    while let Some(call) = read_call(&interp.sys, fd, &mut held, from).await {
        let answer = match interp.handle(&server, &call).await {
            Ok(answer) => answer,
            Err(stop) => {
                // The program ends of it.
                let _ = failed.send(stop);
                return;
            }
        };
        let keeps = call.request.keeps_alive();
        let answer = answer
            .with("Date", date_header(&interp.sys))
            .with("Connection", if keeps { "keep-alive" } else { "close" });
        let head_only = call.request.method == "HEAD";
        if write_answer(&interp.sys, fd, &answer, head_only)
            .await
            .is_err()
            || !keeps
        {
            return;
        }
    }
}

fn date(at: &Value, method: &str) -> Value {
    let time = std::time::UNIX_EPOCH
        + std::time::Duration::try_from_secs_f64(at.number().max(0.0) / 1000.0).unwrap_or_default();
    let format = |it: &str| crate::programs::date::format(time, it);
    let number = |it: &str| Value::Num(format(it).trim().parse().unwrap_or(0.0));
    match method {
        "toISOString" | "toJSON" => text(format!(
            "{}.{:03}Z",
            format("%Y-%m-%dT%H:%M:%S"),
            at.int() % 1000
        )),
        "getTime" | "valueOf" => at.clone(),
        "getFullYear" => number("%Y"),
        "getMonth" => Value::Num(number("%m").number() - 1.0),
        "getDate" => number("%d"),
        "getDay" => number("%w"),
        "getHours" => number("%H"),
        "getMinutes" => number("%M"),
        "getSeconds" => number("%S"),
        "toLocaleTimeString" => text(format("%H:%M:%S")),
        "toLocaleDateString" => text(format("%m/%d/%Y")),
        "toLocaleString" => text(format("%m/%d/%Y, %H:%M:%S")),
        _ => text(format(
            "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)",
        )),
    }
}
