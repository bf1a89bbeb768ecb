//! Checks of the values of flags.

/// A number of 32 bits.
pub(super) fn uint32(value: &str) -> Result<String, String> {
    match value.parse::<u64>() {
        Ok(number) if u32::try_from(number).is_ok() => Ok(number.to_string()),
        Ok(_) => Err(format!(
            "strconv.ParseUint: parsing {value:?}: value out of range"
        )),
        Err(_) => Err(format!(
            "strconv.ParseUint: parsing {value:?}: invalid syntax"
        )),
    }
}

/// A network in CIDR notation.
pub(super) fn networks(value: &str) -> Result<String, String> {
    for network in value.split(',') {
        let parts = network.split_once('/');
        let good = parts.is_some_and(|(address, length)| {
            address.parse::<std::net::IpAddr>().is_ok()
                && length.parse::<u8>().is_ok_and(|it| it <= 128)
        });
        if !good {
            return Err(format!("invalid string being converted to CIDR: {network}"));
        }
    }
    Ok(value.to_owned())
}

/// `address[:port]`
pub(super) fn node_address(value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Err("invalid address: value is empty".to_owned());
    }
    let has_port = value
        .rsplit_once(':')
        .is_some_and(|it| it.1.parse::<u16>().is_ok());
    Ok(if has_port {
        value.to_owned()
    } else {
        format!("{value}:2377")
    })
}
