//! Judging a call: what it would do is found out, decided on, and what goes through is prepared.

use std::fs::File;
use std::time::Instant;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE};
use serde_json::{Value, json};

use super::call::Call;
use super::danger::exec_dangers;
use super::decide::{Asked, Verdict, decide};
use super::document::{is_true, texts};
use super::images::familiar;
use super::learn::After;
use super::rule::{Blind, BodyNeed, Rule, rule};
use super::{Answer, Guard, Prune, Told, lock, prune};
use crate::tap::label;
use crate::text::guard as words;
use domain::Kind;
use wire::percent;

/// A call that writes, with the rule that it falls under.
#[derive(Debug)]
pub(crate) struct Held {
    call: Call,
    rule: Rule,
    unreadable: Option<String>,
}

/// What was read of a body before the call is judged.
#[derive(Debug)]
pub(crate) enum Read {
    /// Nothing: it goes through as it comes.
    Nothing,
    /// All of it.
    Whole(Bytes),
    /// All of it, put aside.
    Aside(File),
}

/// A call that goes through.
#[derive(Debug)]
pub(crate) struct Passage {
    /// The query to send in place of the one that came.
    pub(crate) query: Option<String>,
    /// The body to send in place of the one that was read.
    pub(crate) body: Option<Bytes>,
    /// What there is to learn from the answer.
    pub(crate) after: After,
}

impl Passage {
    pub(super) fn learning(after: After) -> Self {
        Self {
            query: None,
            body: None,
            after,
        }
    }
}

/// The outcome.
pub(crate) type Judged = Result<Passage, Answer>;

/// What must be judged; `None` for what reads, which goes through without being looked into.
pub(crate) fn needs(method: &str, target: &str, headers: &HeaderMap) -> Option<(Held, BodyNeed)> {
    let reads = matches!(method, "GET" | "HEAD" | "OPTIONS");
    let call = match Call::read(method, target) {
        Ok(call) => call,
        // What reads changes nothing, however it is written, unless it becomes a raw stream.
        Err(_) if reads && !headers.contains_key(UPGRADE) => return None,
        Err(why) => {
            let call = Call {
                method: method.to_owned(),
                path: Vec::new(),
                query: Vec::new(),
                old: false,
            };
            return Some((
                Held {
                    call,
                    rule: Rule::Blind(Blind::Unknown),
                    unreadable: Some(why.to_string()),
                },
                BodyNeed::None,
            ));
        }
    };
    let rule = rule(&call);
    if rule == Rule::Read {
        return None;
    }
    let form = headers
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.to_lowercase().contains("form"));
    let unreadable = if call.old {
        Some("cette version de l’API est trop ancienne (avant 1.24)".to_owned())
    } else if form {
        Some("ses paramètres sont dans son corps".to_owned())
    } else if headers.contains_key(CONTENT_LENGTH) && headers.contains_key(TRANSFER_ENCODING) {
        Some("son corps a deux longueurs".to_owned())
    } else {
        None
    };
    let need = rule.body();
    Some((
        Held {
            call,
            rule,
            unreadable,
        },
        need,
    ))
}

impl Guard {
    /// Whether no write at all goes through: nothing is asked of the engine then.
    pub(crate) fn refuses_writes(&self, held: &Held) -> Option<Answer> {
        if !lock(&self.limits).read_only {
            return None;
        }
        let harmless = match &held.rule {
            Rule::Idle => true,
            Rule::Attach(_) => !held.types(),
            _ => false,
        };
        if harmless && held.unreadable.is_none() {
            return None;
        }
        let asked = Asked {
            verb: held.call.path.join("/"),
            ..Asked::default()
        };
        self.settle(&asked).err()
    }

    /// Judges a call that this engine will get.
    pub(crate) async fn judge(&self, held: &Held, read: Read, engine: &str) -> Judged {
        if let Some(why) = &held.unreadable {
            return Err(Answer::refused(words::unreadable(why)));
        }
        let _turned = self.turn_to(engine).await?;
        let call = &held.call;
        match &held.rule {
            Rule::Read | Rule::Idle | Rule::Free => Ok(Passage::learning(After::Nothing)),
            Rule::Touch(kind, reference, verb) => self.touch(*kind, reference, verb, read).await,
            Rule::Attach(_) if !held.types() => Ok(Passage::learning(After::Nothing)),
            Rule::Attach(id) => {
                self.touch(Kind::Container, id, "attach", Read::Nothing)
                    .await
            }
            Rule::Exec(id) => self.exec(id, read).await,
            Rule::ExecStart(id) => self.exec_start(id).await,
            Rule::Create(kind) => self.create(*kind, call, read).await,
            Rule::Plug { into, network } => self.plug(*into, network, read).await,
            Rule::Build => self.build(call).await,
            Rule::Pull => self.pull(call).await,
            Rule::Load => self.load(read).await,
            Rule::Tag(_) => {
                let name = familiar(call.parameter("repo"), call.parameter("tag"));
                self.name("tag", name, Asked::default()).await
            }
            Rule::RemoveImage(reference) => self.remove_image(reference, call).await,
            Rule::Commit => self.commit(call).await,
            Rule::Prune(kind) => self.prune(*kind, call).await,
            Rule::SwarmInit => self.swarm_init(&read),
            Rule::Swarm(verb) => self.swarm(verb),
            Rule::Blind(Blind::BuildCache) => self.prune_cache(call),
            Rule::Blind(why) => {
                let verb = match why {
                    Blind::BuildKit => "build".to_owned(),
                    Blind::SwarmJoin => "swarm join".to_owned(),
                    _ => format!("({} /{})", call.method, call.path.join("/")),
                };
                self.settle(&Asked {
                    verb,
                    blind: Some(*why),
                    exact: format!("{:?}", call.query),
                    ..Asked::default()
                })?;
                Ok(Passage::learning(After::Nothing))
            }
        }
    }

    /// Decides, and takes the learner's consent when there is one.
    pub(super) fn settle(&self, asked: &Asked) -> Result<(), Answer> {
        let verdict = decide(asked, &lock(&self.ours), &lock(&self.limits));
        let Verdict::Refuse(refusal) = verdict else {
            return Ok(());
        };
        let channel = asked.blind == Some(Blind::BuildKit);
        if refusal.allowable && lock(&self.consents).take(&refusal.key, channel, Instant::now()) {
            return Ok(());
        }
        lock(&self.consents).refuse(refusal.clone());
        let message = refusal.message(&self.consent);
        self.tell(Told::Refused(refusal));
        Err(Answer {
            status: 403,
            message,
        })
    }

    async fn touch(&self, kind: Kind, reference: &str, verb: &str, read: Read) -> Judged {
        let mut asked = Asked {
            verb: verb.to_owned(),
            ..Asked::default()
        };
        let mut body = None;
        if let Read::Whole(bytes) = &read {
            if verb == "start" {
                if !bytes.iter().all(u8::is_ascii_whitespace) {
                    return Err(Answer::refused(words::unreadable(
                        "« start » n’a pas de corps",
                    )));
                }
            } else {
                let document = document(bytes)?;
                let (service, _) = self.creation(Kind::Service, &document).await?;
                asked.dangers = service.dangers;
                asked.touched = service.touched;
                asked.exact = document.to_string();
                body = Some(Bytes::from(document.to_string()));
            }
        }
        match self.thing(kind, reference).await {
            Ok(thing) => asked.touched.insert(0, thing),
            // There is nothing to remove, and the engine is to say so its own way.
            Err(answer) if answer.status == 404 && verb == "volume rm" => {
                return Ok(Passage::learning(After::Nothing));
            }
            Err(answer) => return Err(answer),
        }
        self.settle(&asked)?;
        let removed = asked.touched.swap_remove(0).reference;
        Ok(Passage {
            body,
            ..Passage::learning(if verb.ends_with("rm") {
                After::Removed(removed)
            } else {
                After::Nothing
            })
        })
    }

    async fn exec(&self, container: &str, read: Read) -> Judged {
        let document = whole(&read)?;
        let asked = Asked {
            verb: "exec".to_owned(),
            touched: vec![self.thing(Kind::Container, container).await?],
            dangers: exec_dangers(&document),
            exact: document.to_string(),
            ..Asked::default()
        };
        self.settle(&asked)?;
        Ok(Passage {
            body: Some(Bytes::from(document.to_string())),
            ..Passage::learning(After::Exec)
        })
    }

    async fn exec_start(&self, exec: &str) -> Judged {
        if !lock(&self.execs).contains(exec) {
            let told = self
                .ask(&format!("/exec/{}/json", percent::encode_path(exec)))
                .await?;
            let container = texts(&told, &["ContainerID"]).join("");
            let asked = Asked {
                verb: "exec".to_owned(),
                touched: vec![self.thing(Kind::Container, &container).await?],
                exact: exec.to_owned(),
                ..Asked::default()
            };
            self.settle(&asked)?;
        }
        Ok(Passage::learning(After::Nothing))
    }

    async fn create(&self, kind: Kind, call: &Call, read: Read) -> Judged {
        let mut document = whole(&read)?;
        if kind == Kind::Network {
            // Without it, old engines make a second network of the same name: the first one's
            // owner would not find it any more.
            if let Some(fields) = document.as_object_mut() {
                fields.insert("CheckDuplicate".to_owned(), Value::Bool(true));
            }
        }
        let (mut asked, volumes) = self.creation(kind, &document).await?;
        asked.exact = format!("{:?}{document}", call.query);
        if let Some(name) = call.query.iter().find(|(it, _)| it == "name") {
            asked.verb = format!("{} --name {}", asked.verb, name.1);
        }
        self.settle(&asked)?;
        let plain = document.to_string().into_bytes();
        let body = label::add_to_body(&plain, &self.session).unwrap_or(plain);
        let after = match kind {
            Kind::Container => After::Container { volumes },
            // The label tells: creating one that exists gives that one back.
            Kind::Volume => After::Nothing,
            kind => After::Object(kind),
        };
        Ok(Passage {
            body: Some(Bytes::from(body)),
            ..Passage::learning(after)
        })
    }

    async fn plug(&self, into: bool, network: &str, read: Read) -> Judged {
        let document = whole(&read)?;
        let names = texts(&document, &["Container"]);
        let [container] = names[..] else {
            return Err(Answer::refused(words::unreadable(
                "il ne nomme pas un conteneur",
            )));
        };
        let mut asked = Asked {
            verb: if into {
                "network connect"
            } else {
                "network disconnect"
            }
            .to_owned(),
            touched: vec![self.thing(Kind::Container, container).await?],
            exact: network.to_owned(),
            ..Asked::default()
        };
        if into {
            asked.touched.extend(self.joined(network).await?);
        }
        self.settle(&asked)?;
        Ok(Passage {
            body: Some(Bytes::from(document.to_string())),
            ..Passage::learning(After::Nothing)
        })
    }

    async fn prune(&self, kind: Kind, call: &Call) -> Judged {
        let verb = match kind {
            Kind::Container => "container prune",
            Kind::Image => "image prune",
            Kind::Volume => "volume prune",
            _ => "network prune",
        };
        let Some(query) = prune::narrowed(call, &self.session) else {
            return Err(Answer::refused(words::unreadable(
                "ses filtres ne se lisent pas",
            )));
        };
        // What borrowed the label would go with what is ours.
        let labelled = self.labelled(kind).await?;
        let ours = lock(&self.ours).clone();
        if let Some(thing) = labelled.iter().find(|it| !ours.owns(it)) {
            let reason = words::borrowed_label(kind, &thing.name);
            self.settle(&Asked {
                verb: verb.to_owned(),
                unclear: Some(reason),
                exact: query.clone(),
                ..Asked::default()
            })?;
        }
        let prune = Prune::of(kind, call);
        self.show(&[prune]).await;
        let after = match prune {
            Prune::Objects {
                kind: Kind::Image | Kind::Volume,
                all,
                filtered: false,
            } => After::Pruned { kind, all },
            _ => After::Reconcile,
        };
        Ok(Passage {
            query: Some(query),
            ..Passage::learning(after)
        })
    }

    /// Nothing says whose the build cache is: unless the learner allows it, none of it goes, as
    /// when none is the session's. An error would end `docker system prune` as a failure.
    fn prune_cache(&self, call: &Call) -> Judged {
        self.settle(&Asked {
            verb: "builder prune".to_owned(),
            blind: Some(Blind::BuildCache),
            exact: format!("{:?}", call.query),
            ..Asked::default()
        })
        .map_err(|_| Answer {
            status: 200,
            message: json!({ "CachesDeleted": [], "SpaceReclaimed": 0 }).to_string(),
        })?;
        Ok(Passage::learning(After::Nothing))
    }

    fn swarm_init(&self, read: &Read) -> Judged {
        let document = whole(read)?;
        let mut asked = Asked {
            verb: "swarm init".to_owned(),
            exact: document.to_string(),
            ..Asked::default()
        };
        if is_true(&document, &["ForceNewCluster"]) && !lock(&self.ours).swarm {
            asked.unclear = Some(words::not_our_swarm());
        }
        self.settle(&asked)?;
        Ok(Passage {
            body: Some(Bytes::from(document.to_string())),
            ..Passage::learning(After::Swarm(true))
        })
    }

    fn swarm(&self, verb: &str) -> Judged {
        let asked = Asked {
            verb: verb.to_owned(),
            unclear: (!lock(&self.ours).swarm).then(words::not_our_swarm),
            ..Asked::default()
        };
        self.settle(&asked)?;
        Ok(Passage::learning(if verb == "swarm leave" {
            After::Swarm(false)
        } else {
            After::Nothing
        }))
    }
}

impl Held {
    /// Whether an attachment has the container's input.
    fn types(&self) -> bool {
        self.call.method == "GET" || self.call.flag("stdin")
    }
}

fn document(bytes: &[u8]) -> Result<Value, Answer> {
    serde_json::from_slice(bytes)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Answer::refused(words::unreadable("son corps n’est pas un document")))
}

fn whole(read: &Read) -> Result<Value, Answer> {
    match read {
        Read::Whole(bytes) => document(bytes),
        Read::Nothing | Read::Aside(_) => Err(Answer::refused(words::unreadable(
            "son corps n’a pas été lu",
        ))),
    }
}
