//! What is expected was written by docker 28.2.2 (`docker info --format`, `docker inspect`).

use super::super::value::{Field, Shape};
use super::*;

fn texts(items: &[&str]) -> Value {
    let items = items.iter().map(|it| (*it).into()).collect();
    Value::List(items, Shape::of("[]string"))
}

#[test]
fn verbs_reach_into_lists_and_maps() {
    let list = texts(&["sleep", "100000"]);
    let all = [list.clone(), list.clone(), list.clone(), list.clone(), list];
    assert_eq!(
        sprintf("%d %q %x %v %s", &all),
        "[%!d(string=sleep) %!d(string=100000)] [\"sleep\" \"100000\"] [736c656570 313030303030] \
         [sleep 100000] [sleep 100000]"
    );
    let map = Value::pairs([("a", "b"), ("c", "d")]);
    let all = [map.clone(), map.clone(), map.clone(), map];
    assert_eq!(
        sprintf("%d|%q|%x|%#v", &all),
        "map[%!d(string=a):%!d(string=b) %!d(string=c):%!d(string=d)]|map[\"a\":\"b\" \"c\":\"d\"]|\
         map[61:62 63:64]|map[string]string{\"a\":\"b\", \"c\":\"d\"}"
    );
    assert_eq!(
        sprintf(
            "%6d|%-4v|%#v",
            &[texts(&["a", "bc"]), texts(&["a"]), texts(&["a", "b"])]
        ),
        "[%!d(string=     a) %!d(string=    bc)]|[a   ]|[]string{\"a\", \"b\"}"
    );
}

#[test]
fn numbers_are_as_in_go() {
    let ints = |all: &[i64]| all.iter().map(|it| Value::Int(*it)).collect::<Vec<_>>();
    let format = "%d|%q|%x|%v|%s|%t|%T|%8d|%-8d|%08d|%+d|%#v|%c|%U|%e";
    assert_eq!(
        sprintf(
            format,
            &ints(&[0, 65, 255, 10, 3, 4, 5, 6, 7, 8, 9, 10, 65, 65, 66])
        ),
        "0|'A'|ff|10|%!s(int=3)|%!t(int=4)|int|       6|7       |00000008|+9|10|A|U+0041|%!e(int=66)"
    );
    assert_eq!(
        sprintf(
            "%05d|%+.3d|%#x|%#o|%#b|%O|% d|%#U|%x|%X|%-010d|",
            &ints(&[-3, 7, 255, 8, 5, 8, 4, 65, -255, 255, 5])
        ),
        "-0003|+007|0xff|010|0b101|0o10| 4|U+0041 'A'|-ff|FF|5         |"
    );
    assert_eq!(
        sprintf("%5q|%-5c|%3c", &ints(&[65, 65, 65])),
        "  'A'|A    |  A"
    );
    assert_eq!(sprintf("%q", &ints(&[128_512])), "'😀'");
}

#[test]
fn fractions_are_as_in_go() {
    let float = |format, number| sprintf(format, &[Value::Float(number)]);
    for (format, number, expected) in [
        ("%d", 1.5, "%!d(float64=1.5)"),
        ("%f", 1.5, "1.500000"),
        ("%e", 12345.678, "1.234568e+04"),
        ("%6.2f", 1.5, "  1.50"),
        ("%x", 1.5, "0x1.8p+00"),
        ("%v", 1_000_000.0, "1e+06"),
        ("%v", 123_456_789.0, "1.23456789e+08"),
        ("%v", 123_456.0, "123456"),
        ("%v", 0.00001, "1e-05"),
        ("%.3g", 12345.678, "1.23e+04"),
        ("%6.2v", 3.1417, "   3.1"),
        ("%08.3f", 3.1417, "0003.142"),
        ("%+f", 2.5, "+2.500000"),
    ] {
        assert_eq!(float(format, number), expected, "{format}");
    }
}

#[test]
fn texts_are_as_in_go() {
    let text = |format, text: &str| sprintf(format, &[text.into()]);
    for (format, given, expected) in [
        ("%#v", "a\"b", "\"a\\\"b\""),
        ("%q", "é`", "\"é`\""),
        ("%+q", "é", "\"\\u00e9\""),
        ("%#q", "a", "`a`"),
        ("%q", "\u{7}\u{1}\u{200b}", "\"\\a\\x01\\u200b\""),
        ("% x", "ab", "61 62"),
        ("%# x", "abc", "0x61 0x62 0x63"),
        ("%X", "ab", "6162"),
        ("%.2x", "abc", "6162"),
        ("%10s", "ab", "        ab"),
        ("%05s", "ab", "000ab"),
        ("%-05s", "ab", "ab   "),
        ("%5.1q", "abc", "  \"a\""),
        ("%d", "x", "%!d(string=x)"),
        ("%p", "x", "%!p(string=x)"),
    ] {
        assert_eq!(text(format, given), expected, "{format}");
    }
}

#[test]
fn what_is_nothing_is_told() {
    let none = vec![Value::Nothing; 6];
    assert_eq!(
        sprintf("%d %s %q %v %x %t", &none),
        "%!d(<nil>) %!s(<nil>) %!q(<nil>) <nil> %!x(<nil>) %!t(<nil>)"
    );
}

#[test]
fn values_are_taken_by_their_number() {
    let ints = |all: &[i64]| all.iter().map(|it| Value::Int(*it)).collect::<Vec<_>>();
    assert_eq!(sprintf("%[2]d %[1]d", &ints(&[1, 2])), "2 1");
    assert_eq!(sprintf("%*d", &ints(&[5, 42])), "   42");
    assert_eq!(sprintf("%[3]v %[1]v", &ints(&[1, 2])), "%!v(BADINDEX) 1");
    let mixed = [Value::Float(12.0), Value::Int(2), Value::Int(6)];
    assert_eq!(sprintf("%[3]*.[2]*[1]f", &mixed), " 12.00");
    assert_eq!(sprintf("%v %v", &ints(&[1])), "1 %!v(MISSING)");
    assert_eq!(sprintf("%d", &ints(&[1, 2])), "1%!(EXTRA int=2)");
    assert_eq!(sprintf("%[x]d", &ints(&[1])), "%!d(BADINDEX)");
    assert_eq!(sprintf("%!", &ints(&[1])), "%!!(int=1)");
    assert_eq!(sprintf("%z %", &ints(&[1])), "%!z(int=1) %!(NOVERB)");
}

#[test]
fn structs_show_their_fields_and_types_their_names() {
    let field = |name, value| Field {
        name,
        json: name,
        omit_empty: false,
        value,
    };
    let mode = Value::Named("container.RestartPolicyMode".into(), Box::new("no".into()));
    let policy = Value::Struct(std::sync::Arc::new(super::super::value::Struct {
        name: "container.RestartPolicy",
        pointer: false,
        fields: vec![
            field("Name", mode),
            field("MaximumRetryCount", Value::Int(0)),
        ],
    }));
    let all = [policy.clone(), policy.clone(), policy.clone(), policy];
    assert_eq!(
        sprintf("%s|%d|%q|%+v", &all),
        "{no %!s(int=0)}|{%!d(container.RestartPolicyMode=no) 0}|{\"no\" '\\x00'}|\
         {Name:no MaximumRetryCount:0}"
    );
    let read = Value::Named("os.FileMode".into(), Box::new(Value::Int(0o444)));
    assert_eq!(
        sprintf("%v %d %o", &[read.clone(), read.clone(), read]),
        "-r--r--r-- 292 444"
    );
    let moment = Value::Time("2026-11-21T16:37:32.651772004Z".to_owned());
    assert_eq!(sprintf("%d", &[moment]), "{651772004 63930875852 0}");
}
