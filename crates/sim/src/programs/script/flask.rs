//! Flask, and the `redis` package.

use std::net::SocketAddr;
use std::sync::Arc;

use super::classes::ours;
use super::eval::Args;
use super::http_py::{keyword, log_line, server_name};
use super::show::shown;
use super::value::{Object, Ran, Value, dict, locked, text};
use super::{Interp, Lang, Stop, py_error};
use crate::kernel::Fd;
use crate::programs::redis::ask as ask_redis;
use crate::programs::serving::{
    Answer, accept_all, date_header, listen_any, query_fields, read_call, reason, write_answer,
};

impl Interp {
    pub(super) async fn flask(self: &Arc<Self>, app: Arc<Object>, args: &Args) -> Ran<Value> {
        let port = keyword(&args.1, "port").map_or(5000, |it| it.int());
        let host =
            keyword(&args.1, "host").map_or("127.0.0.1".to_owned(), |it| shown(&it, Lang::Python));
        let debug = keyword(&args.1, "debug").is_some_and(|it| it.truth(Lang::Python));
        let port = u16::try_from(port).unwrap_or(5000);
        let listener = if host == "0.0.0.0" {
            listen_any(&self.sys, port)
        } else {
            self.sys.listen(std::net::Ipv4Addr::LOCALHOST.into(), port)
        };
        let name = locked(&app.fields)
            .text("name")
            .map_or_else(String::new, |it| shown(&it, Lang::Python));
        let name = if name == "__main__" {
            self.file
                .rsplit('/')
                .next()
                .unwrap_or("app")
                .trim_end_matches(".py")
                .to_owned()
        } else {
            name
        };
        self.write(
            1,
            &format!(
                " * Serving Flask app '{name}'\n * Debug mode: {}\n",
                if debug { "on" } else { "off" }
            ),
        )
        .await;
        let Ok(listener) = listener else {
            self.write(2, &format!("Address already in use\nPort {port} is in use by another program. Either identify and stop that program, or start the server with a different port.\n")).await;
            return Err(Stop::Exit(1));
        };
        let mut banner = "\u{1b}[31m\u{1b}[1mWARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.\u{1b}[0m\n".to_owned();
        if host == "0.0.0.0" {
            banner.push_str(" * Running on all addresses (0.0.0.0)\n");
        }
        banner.push_str(&format!(" * Running on http://127.0.0.1:{port}\n"));
        if host == "0.0.0.0"
            && let Some(address) = self.sys.addresses().first()
        {
            banner.push_str(&format!(" * Running on http://{address}:{port}\n"));
        }
        banner.push_str("\u{1b}[33mPress CTRL+C to quit\u{1b}[0m\n");
        self.write(2, &banner).await;
        let (failed, mut failure) = tokio::sync::mpsc::unbounded_channel::<Stop>();
        let interp = Arc::clone(self);
        tokio::select! {
            _ = accept_all(self.sys.clone(), listener, move |_, fd, from| {
                let (interp, app, failed) = (interp.clone(), app.clone(), failed.clone());
                async move {
                    if let Err(stop) = interp.flask_request(&app, fd, from).await {
                        let _ = failed.send(stop);
                    }
                }
            }) => Ok(Value::Null),
            Some(stop) = failure.recv() => Err(stop),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    pub(super) async fn flask_request(
        self: &Arc<Self>,
        app: &Arc<Object>,
        fd: Fd,
        from: SocketAddr,
    ) -> Ran<()> {
        let mut held = Vec::new();
        let Some(call) = read_call(&self.sys, fd, &mut held, from).await else {
            return Ok(());
        };
        let path = call.request.path();
        let query = call.request.target.split_once('?').map_or("", |it| it.1);
        let body = String::from_utf8_lossy(&call.body).into_owned();
        let fields = |it: &str| {
            ours(
                "Args",
                vec![(
                    "%all",
                    dict(
                        query_fields(it)
                            .into_iter()
                            .map(|(k, v)| (k, text(v)))
                            .collect::<Vec<_>>(),
                    ),
                )],
            )
        };
        if let Some(Value::Object(request)) = self.globals.get("%request") {
            let json = serde_json::from_str(&body)
                .map_or(Value::Null, |it| super::json::from_json(&it, Lang::Python));
            let headers = dict(
                call.request
                    .headers
                    .iter()
                    .map(|(k, v)| (k.clone(), text(v)))
                    .collect::<Vec<_>>(),
            );
            let mut held = locked(&request.fields);
            for (name, value) in [
                ("method", text(&call.request.method)),
                ("path", text(&path)),
                ("remote_addr", text(from.ip().to_string())),
                (
                    "host",
                    text(call.request.header("host").unwrap_or_default()),
                ),
                ("args", fields(query)),
                ("form", fields(&body)),
                ("json", json),
                ("data", text(&body)),
                ("headers", ours("Headers", vec![("%all", headers)])),
            ] {
                held.set(text(name), value);
            }
        }
        let routes = locked(&app.fields)
            .text("%routes")
            .and_then(|it| it.items())
            .unwrap_or_default();
        let (mut chosen, mut known) = (None, false);
        for route in routes {
            let parts = route.items().unwrap_or_default();
            let [pattern, methods, function] = parts.as_slice() else {
                continue;
            };
            let Some(params) = flask_match(&shown(pattern, Lang::Python), &path) else {
                continue;
            };
            known = true;
            let verb = if call.request.method == "HEAD" {
                "GET"
            } else {
                &call.request.method
            };
            if methods
                .items()
                .unwrap_or_default()
                .iter()
                .any(|it| shown(it, Lang::Python) == verb)
            {
                chosen = Some((function.clone(), params));
                break;
            }
        }
        let page = |status: u16, message: &str| {
            let title = format!("{status} {}", reason(status));
            Answer::new(
                status,
                "text/html; charset=utf-8",
                format!(
                    "<!doctype html>\n<html lang=en>\n<title>{title}</title>\n<h1>{}</h1>\n<p>{message}</p>\n",
                    reason(status)
                ),
            )
        };
        let answer = match chosen {
            Some((function, params)) => {
                match self.call(function, None, (Vec::new(), params), 1).await {
                    Ok(value) => flask_answer(&value),
                    Err(Stop::Throw(problem)) => {
                        let line = format!(
                            "[{}] ERROR in app: Exception on {path} [{}]\nTraceback (most recent call last):\n{}\n",
                            crate::programs::date::format(self.sys.now(), "%Y-%m-%d %H:%M:%S,000"),
                            call.request.method,
                            super::python::told(&problem)
                        );
                        self.write(2, &line).await;
                        page(
                            500,
                            "The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.",
                        )
                    }
                    Err(stop) => return Err(stop),
                }
            }
            None if known => page(405, "The method is not allowed for the requested URL."),
            None => page(
                404,
                "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
            ),
        };
        let line = log_line(&self.sys, from, &call.line, answer.status, "-");
        self.write(2, &line).await;
        let answer = answer
            .with("Server", server_name(&self.sys, "Werkzeug/3.1.3"))
            .with("Date", date_header(&self.sys))
            .with("Connection", "close");
        // The other end may be gone.
        let _ = write_answer(&self.sys, fd, &answer, call.request.method == "HEAD").await;
        Ok(())
    }

    /// A command to a redis server.
    pub(super) async fn redis(
        self: &Arc<Self>,
        of: &Arc<Object>,
        method: &str,
        args: &Args,
    ) -> Ran<Value> {
        let field = |name: &str| locked(&of.fields).text(name).unwrap_or(Value::Null);
        let host = shown(&field("host"), Lang::Python);
        let port = u16::try_from(field("port").int()).unwrap_or(6379);
        let mut words = vec![method.to_owned()];
        words.extend(args.0.iter().map(|it| shown(it, Lang::Python)));
        let refused = |why: &str| {
            py_error(
                "ConnectionError",
                format!("Error {why} connecting to {host}:{port}."),
            )
        };
        let address = self
            .sys
            .resolve(&host)
            .await
            .ok()
            .and_then(|it| it.first().copied())
            .ok_or_else(|| refused("-2"))?;
        match ask_redis(&self.sys, SocketAddr::new(address, port), &words).await {
            None => Err(refused("111")),
            Some(Err(problem)) => Err(py_error("ResponseError", problem)),
            Some(Ok(Ok(number))) => Ok(Value::Int(number)),
            Some(Ok(Err(None))) => Ok(Value::Null),
            Some(Ok(Err(Some(body)))) => Ok(text(body)),
        }
    }
}

fn flask_answer(value: &Value) -> Answer {
    match value {
        Value::Tuple(parts) => {
            let mut answer = flask_answer(parts.first().unwrap_or(&Value::Null));
            if let Some(status) = parts.get(1) {
                answer.status = u16::try_from(status.int()).unwrap_or(200);
            }
            answer
        }
        Value::Dict(_) | Value::List(_) => {
            let json = super::json::to_json(value, Lang::Python).unwrap_or_default();
            Answer::new(200, "application/json", format!("{json}\n"))
        }
        Value::Object(it) if it.class.name == "%FlaskResponse" => {
            let fields = locked(&it.fields).clone();
            let get = |name: &str| fields.text(name).map(|it| shown(&it, Lang::Python));
            let kind = get("%kind").unwrap_or_else(|| "text/html; charset=utf-8".into());
            let mut answer = Answer::new(200, &kind, get("%body").unwrap_or_default());
            if let Some(status) = fields.text("%status") {
                answer.status = u16::try_from(status.int()).unwrap_or(200);
            }
            match get("%location") {
                Some(location) => answer.with("Location", location),
                None => answer,
            }
        }
        other => Answer::new(200, "text/html; charset=utf-8", shown(other, Lang::Python)),
    }
}

/// The parameters of a path that fits `/notes/<int:id>`.
fn flask_match(pattern: &str, path: &str) -> Option<Vec<(String, Value)>> {
    let wanted: Vec<&str> = pattern.split('/').collect();
    let given: Vec<&str> = path.split('/').collect();
    if wanted.len() != given.len() {
        return None;
    }
    let mut params = Vec::new();
    for (wanted, given) in wanted.iter().zip(given) {
        match wanted.strip_prefix('<').and_then(|it| it.strip_suffix('>')) {
            Some(inside) => {
                let (kind, name) = inside.split_once(':').unwrap_or(("string", inside));
                let value = if kind == "int" {
                    Value::Int(given.parse().ok()?)
                } else {
                    text(given)
                };
                params.push((name.to_owned(), value));
            }
            None if *wanted == given => {}
            None => return None,
        }
    }
    Some(params)
}
