//! `--external-ca protocol=cfssl,url=https://…`

use serde_json::{Map, Value, json};

/// The field of a cluster's `Spec`, from the flag's value. The errors are docker's, but for
/// certificates in files, which are not read.
pub(super) fn read(value: &str) -> Result<Value, String> {
    let (mut protocol, mut url, mut options) = (false, None, Map::new());
    for field in value.split(',') {
        let Some((key, value)) = field.split_once('=') else {
            return Err(format!("invalid field '{field}' must be a key=value pair"));
        };
        match key.to_lowercase().as_str() {
            "protocol" if value.eq_ignore_ascii_case("cfssl") => protocol = true,
            "protocol" => return Err(format!("unrecognized external CA protocol {value}")),
            "url" => url = Some(value),
            "cacert" => return Err("non pris en charge\u{a0}: cacert".to_owned()),
            _ => {
                options.insert(key.to_owned(), value.into());
            }
        }
    }
    if !protocol {
        return Err("the external-ca option needs a protocol= parameter".to_owned());
    }
    let url = url.ok_or("the external-ca option needs a url= parameter")?;
    let mut authority = json!({"Protocol": "cfssl", "URL": url});
    if !options.is_empty() {
        authority["Options"] = options.into();
    }
    Ok(authority)
}

/// Checks the flag's value.
pub(super) fn check(value: &str) -> Result<String, String> {
    read(value).map(|_| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The errors were written by docker 28.2.2.
    #[test]
    fn authorities_are_read_and_refused_as_docker_does() {
        let read = |value| read(value).map(|it| it.to_string());
        let good = "{\"Protocol\":\"cfssl\",\"URL\":\"https://ca\",\"Options\":{\"a\":\"b\"}}";
        assert_eq!(
            read("protocol=cfssl,url=https://ca,a=b"),
            Ok(good.to_owned())
        );
        for (given, expected) in [
            ("zut", "invalid field 'zut' must be a key=value pair"),
            (
                "protocol=zut,url=http://x",
                "unrecognized external CA protocol zut",
            ),
            (
                "url=http://x",
                "the external-ca option needs a protocol= parameter",
            ),
            (
                "protocol=cfssl",
                "the external-ca option needs a url= parameter",
            ),
        ] {
            assert_eq!(read(given), Err(expected.to_owned()));
        }
    }
}
