//! How the program is linked.

use std::env::var;

/// At a fixed address on Linux. At any other, which is the default there, the loader has 200 000
/// addresses to correct at each start: 2 ms of the 4 that a start takes, and 4 MB of memory. What is
/// lost is one random address among those that an attacker of memory-safe code would have to know.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, wanted: &str| var(name).is_ok_and(|it| it == wanted);
    let fixed = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let whole = var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|it| it.contains("crt-static"));
    if fixed && !whole {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
