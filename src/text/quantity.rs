//! Numbers as French writes them: a comma, and a no-break space before the unit.

/// A number with this many digits after its comma.
pub fn number(value: f64, digits: usize) -> String {
    format!("{value:.digits$}").replace('.', ",")
}

/// A percentage: one digit under 100, none above.
pub fn percent(value: f64) -> String {
    let digits = usize::from(value < 99.95);
    format!("{}\u{a0}%", number(value, digits))
}

/// Bytes in powers of 1024, as `docker stats` counts memory: `12,3 Mio`.
pub fn binary(bytes: u64) -> String {
    scaled(bytes, 1024.0, ["o", "Kio", "Mio", "Gio", "Tio"])
}

/// Bytes in powers of 1000, as `docker images` counts sizes: `12,3 Mo`.
pub fn decimal(bytes: u64) -> String {
    scaled(bytes, 1000.0, ["o", "ko", "Mo", "Go", "To"])
}

#[expect(
    clippy::cast_precision_loss,
    reason = "three digits of it are shown, a double holds fifteen"
)]
fn scaled(bytes: u64, step: f64, units: [&str; 5]) -> String {
    let mut value = bytes as f64;
    let mut rank = 0;
    // What would be written 1000 or 1024 of a unit is written 1 of the next.
    while value >= step - 0.05 && rank + 1 < units.len() {
        value /= step;
        rank += 1;
    }
    let digits = usize::from(rank > 0 && value < 99.95);
    format!("{}\u{a0}{}", number(value, digits), units[rank])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_the_unit_that_suits_them() {
        assert_eq!(binary(0), "0\u{a0}o");
        assert_eq!(binary(1023), "1023\u{a0}o");
        assert_eq!(binary(335_872), "328\u{a0}Kio");
        assert_eq!(binary(1024 * 1024), "1,0\u{a0}Mio");
        assert_eq!(binary(64 << 20), "64,0\u{a0}Mio");
        assert_eq!(binary(u64::MAX), "16777216\u{a0}Tio");
        assert_eq!(decimal(999), "999\u{a0}o");
        assert_eq!(decimal(999_999), "1,0\u{a0}Mo");
        assert_eq!(decimal(4_261_550), "4,3\u{a0}Mo");
    }

    #[test]
    fn percentages_have_one_digit_under_a_hundred() {
        assert_eq!(percent(0.0), "0,0\u{a0}%");
        assert_eq!(percent(42.06), "42,1\u{a0}%");
        assert_eq!(percent(199.6), "200\u{a0}%");
    }
}
