//! One line of comma-separated values, as Go's `encoding/csv` reads it.

/// The fields of a line; the error is Go's.
pub(crate) fn fields(line: &str) -> Result<Vec<String>, String> {
    if line.is_empty() {
        return Err("EOF".to_owned());
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (field, after) = quoted_field(quoted, line)?;
            fields.push(field);
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(fields),
                None => {
                    let column = line.len() - after.len() + 1;
                    return Err(format!(
                        "parse error on line 1, column {column}: extraneous or missing \" in quoted-field"
                    ));
                }
            }
            continue;
        }
        let (field, after) = match rest.split_once(',') {
            Some((field, after)) => (field, Some(after)),
            None => (rest, None),
        };
        if let Some(at) = field.find('"') {
            let column = line.len() - rest.len() + at + 1;
            return Err(format!(
                "parse error on line 1, column {column}: bare \" in non-quoted-field"
            ));
        }
        fields.push(field.to_owned());
        match after {
            Some(after) => rest = after,
            None => return Ok(fields),
        }
    }
}

fn quoted_field<'a>(text: &'a str, line: &str) -> Result<(String, &'a str), String> {
    let mut field = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => return Ok((field, rest)),
        }
    }
    let column = line.len() + 1;
    Err(format!(
        "parse error on line 1, column {column}: extraneous or missing \" in quoted-field"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_protect_commas() {
        assert_eq!(fields("a=1,b"), Ok(vec!["a=1".to_owned(), "b".to_owned()]));
        assert_eq!(
            fields("\"a=1,2\",\"b\"\"c\""),
            Ok(vec!["a=1,2".to_owned(), "b\"c".to_owned()])
        );
        assert!(fields("a\"b").is_err());
        assert_eq!(fields(""), Err("EOF".to_owned()));
    }
}
