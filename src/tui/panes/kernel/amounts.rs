//! Amounts in French words: bytes in powers of two, as cgroups count them.

use std::time::Duration;

use crate::inside::kernel::limits::Amount;

/// `1,5 Mio`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [(&str, u32); 4] = [("Tio", 40), ("Gio", 30), ("Mio", 20), ("Kio", 10)];
    for (unit, shift) in UNITS {
        if count >> shift == 0 {
            continue;
        }
        let tenths = (u128::from(count) * 10) >> shift;
        return format!("{}\u{a0}{unit}", decimal(tenths, 10));
    }
    format!("{count}\u{a0}o")
}

/// A number of parts, each the `whole`-th of one: without a useless zero after the comma.
fn decimal(parts: u128, whole: u128) -> String {
    let digits = whole.ilog10() as usize;
    let rest = format!("{:0digits$}", parts % whole);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() {
        (parts / whole).to_string()
    } else {
        format!("{},{rest}", parts / whole)
    }
}

/// `1,02 s`.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_millis() {
        0 if time.is_zero() => "0\u{a0}s".to_owned(),
        0..1000 => format!("{}\u{a0}ms", time.as_millis()),
        millis => format!("{}\u{a0}s", decimal(millis / 10, 100)),
    }
}

/// An amount of what is limited.
pub(super) fn amount(amount: &Amount) -> String {
    match amount {
        Amount::Unlimited => "illimité".to_owned(),
        Amount::Bytes(count) => bytes(*count),
        Amount::Millicores(count) => {
            let plural = if *count >= 2000 { "s" } else { "" };
            format!("{} cœur{plural}", decimal(u128::from(*count), 1000))
        }
        Amount::Count(count) => count.to_string(),
        Amount::Processors(list) => list.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_french() {
        assert_eq!(bytes(0), "0\u{a0}o");
        assert_eq!(bytes(1023), "1023\u{a0}o");
        assert_eq!(bytes(67_108_864), "64\u{a0}Mio");
        assert_eq!(bytes(1_572_864), "1,5\u{a0}Mio");
        assert_eq!(bytes(u64::MAX), "16777215,9\u{a0}Tio");
        assert_eq!(duration(Duration::from_micros(1_017_966)), "1,01\u{a0}s");
        assert_eq!(duration(Duration::from_micros(1)), "0\u{a0}ms");
        assert_eq!(amount(&Amount::Millicores(500)), "0,5 cœur");
        assert_eq!(amount(&Amount::Millicores(2000)), "2 cœurs");
    }
}
