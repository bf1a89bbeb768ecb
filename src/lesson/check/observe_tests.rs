use serde_json::json;

use super::*;

#[track_caller]
fn accepts(value: Value, form: Form, right: &[&str], wrong: &[&str]) {
    let answer = Answer { value, form };
    for typed in right {
        assert!(answer.accepts(typed), "{typed} for {answer:?}");
    }
    for typed in wrong {
        assert!(!answer.accepts(typed), "{typed} for {answer:?}");
    }
}

#[test]
fn an_answer_may_be_spelt_in_several_ways() {
    accepts(
        json!("running"),
        Form::Text,
        &["running", " Running ", "`running`"],
        &["", "run", "exited"],
    );
    accepts(
        json!(137),
        Form::Text,
        &["137", " 137"],
        &["13", "1370", "-137", ""],
    );
    accepts(
        json!(true),
        Form::Text,
        &["true", "oui", "Vrai"],
        &["false", "non", "1"],
    );
    accepts(json!(false), Form::Text, &["false", "NON"], &["oui"]);
    accepts(
        json!(67_108_864),
        Form::Bytes,
        &["67108864", "64m", "64 Mio", "64MiB", "0,0625g"],
        &["64", "65m", "64k", "64s m"],
    );
    accepts(
        json!(30_000_000_000_u64),
        Form::Duration,
        &["30s", "30 s", "30", "30 secondes", "30000ms", "30000000000"],
        &["30ms", "31s"],
    );
    accepts(
        json!(10),
        Form::Duration,
        &["10", "10s", "10 secondes"],
        &["10ms", "1"],
    );
    let id = "a1b2c3d4e5f60718".repeat(4);
    accepts(
        json!(format!("sha256:{id}")),
        Form::Text,
        &[
            "a1b2c3d4e5f6",
            &id,
            &format!("sha256:{id}"),
            "sha256:a1b2c3d4e5f6",
            "A1B2C3D4E5F607",
        ],
        &["a1b2c3d4e5f", "a1b2c3d4e5f7", "sha256:"],
    );
}

#[test]
fn an_output_shows_the_answer_as_a_word_of_its_own() {
    let answer = |value| Answer {
        value,
        form: Form::Text,
    };
    let two = answer(json!(2));
    assert!(two.is_in("2\n") && two.is_in("il y en a 2.") && two.is_in("a=2,b=3"));
    assert!(!two.is_in("12\n") && !two.is_in("2e\n") && !two.is_in(""));
    let id = "a1b2c3d4e5f60718".repeat(4);
    assert!(answer(json!(id)).is_in("a1b2c3d4e5f6   busybox"));
    assert!(answer(json!(["sh", "-c"])).is_in("[\"sh\",\"-c\"]"));
    assert!(answer(json!("")).is_in("\n") && !answer(json!("")).is_in("x"));
    let bytes = Answer {
        value: json!(67_108_864),
        form: Form::Bytes,
    };
    assert!(bytes.is_in("3MiB / 64MiB") && !bytes.is_in("65MiB"));
}
