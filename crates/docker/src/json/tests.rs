use super::*;

#[test]
fn order_numbers_and_escapes_stay() {
    let document = r#"[{"Id":"a\"{","N":1.50e3,"E":{},"L":[], "M":[1,2],"U":"\u003c"}]"#;
    let expected = "[\n    {\n        \"Id\": \"a\\\"{\",\n        \"N\": 1.50e3,\n        \"E\": {},\n        \"L\": [],\n        \"M\": [\n            1,\n            2\n        ],\n        \"U\": \"\\u003c\"\n    }\n]";
    assert_eq!(indent(document), expected);
    assert_eq!(compact(&indent(document)), document.replace(", ", ","));
}
