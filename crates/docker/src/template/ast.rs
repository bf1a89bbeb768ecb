//! The tree of a template.

/// What makes up a template's body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Text.
    Text(String),
    /// `{{pipeline}}`
    Action(Pipe),
    /// `{{if}}…{{else}}…{{end}}`
    If(Pipe, Vec<Node>, Vec<Node>),
    /// `{{with}}…{{else}}…{{end}}`
    With(Pipe, Vec<Node>, Vec<Node>),
    /// `{{range}}…{{else}}…{{end}}`
    Range(Pipe, Vec<Node>, Vec<Node>),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// Commands joined by `|`, and the variables that get the result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pipe {
    pub(super) variables: Vec<String>,
    /// Whether the variables are new (`:=`).
    pub(super) declares: bool,
    pub(super) commands: Vec<Command>,
    pub(super) at: usize,
}

/// One command: a function or a field, and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command {
    pub(super) words: Vec<Term>,
}

/// One word of a command, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) at: usize,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TermKind {
    Dot,
    Nil,
    Bool(bool),
    Int(String, i64),
    Float(String, f64),
    Text(String, String),
    Function(String),
    /// `.A.B`
    Field(Vec<String>),
    /// `$x.A.B`
    Variable(String, Vec<String>),
    /// `(pipeline).A.B`
    Parenthesis(Box<Pipe>, Vec<String>),
}

impl Term {
    /// The word as Go writes it in messages.
    pub(super) fn shown(&self) -> String {
        let fields = |names: &[String]| {
            names
                .iter()
                .flat_map(|it| [".", it.as_str()])
                .collect::<String>()
        };
        match &self.kind {
            TermKind::Dot => ".".to_owned(),
            TermKind::Nil => "nil".to_owned(),
            TermKind::Bool(value) => value.to_string(),
            TermKind::Int(written, _)
            | TermKind::Float(written, _)
            | TermKind::Text(written, _)
            | TermKind::Function(written) => written.clone(),
            TermKind::Field(names) => fields(names),
            TermKind::Variable(name, names) => name.clone() + &fields(names),
            TermKind::Parenthesis(pipe, names) => format!("({}){}", pipe.shown(), fields(names)),
        }
    }
}

impl Command {
    /// The command as Go writes it in messages.
    pub(super) fn shown(&self) -> String {
        self.words
            .iter()
            .map(Term::shown)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Pipe {
    /// The pipeline as Go writes it in messages.
    pub(super) fn shown(&self) -> String {
        let commands = self
            .commands
            .iter()
            .map(Command::shown)
            .collect::<Vec<_>>()
            .join(" | ");
        match self.variables.join(", ") {
            names if names.is_empty() => commands,
            names if self.declares => format!("{names} := {commands}"),
            names => format!("{names} = {commands}"),
        }
    }

    fn uses(&self, field: &str) -> bool {
        let words = self.commands.iter().flat_map(|command| &command.words);
        words.into_iter().any(|word| match &word.kind {
            TermKind::Field(names) => names.iter().any(|it| it == field),
            TermKind::Variable(_, names) => names.iter().any(|it| it == field),
            TermKind::Parenthesis(pipe, names) => {
                pipe.uses(field) || names.iter().any(|it| it == field)
            }
            _ => false,
        })
    }
}

/// Whether a field is named anywhere.
pub(super) fn uses(body: &[Node], field: &str) -> bool {
    body.iter().any(|node| match node {
        Node::Text(_) | Node::Break | Node::Continue => false,
        Node::Action(pipe) => pipe.uses(field),
        Node::If(pipe, yes, no) | Node::With(pipe, yes, no) | Node::Range(pipe, yes, no) => {
            pipe.uses(field) || uses(yes, field) || uses(no, field)
        }
    })
}
