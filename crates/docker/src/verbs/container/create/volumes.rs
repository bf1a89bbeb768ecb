//! `--volume`

use serde_json::{Map, Value, json};

use crate::cli::Cli;

/// `Binds`, and the anonymous volumes of `Volumes`.
pub(super) fn volumes(cli: &Cli, given: &[&str]) -> Result<(Vec<String>, Value), String> {
    let mut binds = Vec::new();
    let mut anonymous = Map::new();
    for spec in given {
        let Some((source, rest)) = parse(spec)? else {
            anonymous.insert((*spec).to_owned(), json!({}));
            continue;
        };
        let bind = if source.starts_with('.') {
            format!("{}:{rest}", cli.absolute(source).display())
        } else {
            (*spec).to_owned()
        };
        if !binds.contains(&bind) {
            binds.push(bind);
        }
    }
    Ok((binds, Value::Object(anonymous)))
}

/// The source and the rest; `None` for a target alone.
fn parse(spec: &str) -> Result<Option<(&str, &str)>, String> {
    if spec.is_empty() {
        return Err("invalid empty volume spec".to_owned());
    }
    if spec.len() <= 2 {
        return Ok(None);
    }
    let parts: Vec<_> = spec.split(':').collect();
    if parts.iter().any(|it| it.is_empty()) {
        return Err(format!(
            "invalid spec: {spec}: empty section between colons"
        ));
    }
    Ok(spec.split_once(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_are_read_as_docker_does() {
        assert_eq!(parse("/data"), Ok(None));
        assert_eq!(parse("vol:/data:ro"), Ok(Some(("vol", "/data:ro"))));
        assert_eq!(
            parse("vol::ro"),
            Err("invalid spec: vol::ro: empty section between colons".to_owned())
        );
        // The engine refuses it.
        assert_eq!(parse("a:b:c:d"), Ok(Some(("a", "b:c:d"))));
        assert_eq!(parse(""), Err("invalid empty volume spec".to_owned()));
    }
}
