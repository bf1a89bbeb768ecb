//! The addresses of a network to be: what `IPAM.Config` asks for, and what dockerd refuses of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::network::{Network, Subnet, free_pool};
use super::{Fault, Outcome, State};

/// A prefix of either family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefix {
    base: IpAddr,
    bits: u8,
}

/// What a network has beside its IPv4 subnet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressing {
    /// Whether it was made without IPv4.
    pub no_ipv4: bool,
    /// Whether the IPv4 gateway was asked for.
    pub gateway_given: bool,
    /// Addresses that are never given, by name.
    pub auxiliary: BTreeMap<String, IpAddr>,
    /// Its IPv6 addresses.
    pub six: Option<Six>,
}

/// The IPv6 addresses of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Six {
    /// All of them.
    pub subnet: Prefix,
    /// Whether the subnet was asked for.
    pub given: bool,
    /// The way out.
    pub gateway: Ipv6Addr,
    /// Whether it was asked for.
    pub gateway_given: bool,
    /// `--ip-range`.
    pub range: Option<Prefix>,
}

/// The addresses of a network to be.
pub(super) struct Plan {
    pub(super) subnet: Option<(Subnet, Ipv4Addr)>,
    pub(super) subnet_given: bool,
    pub(super) range: Option<Subnet>,
    pub(super) addressing: Addressing,
}

const fn is_six(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(_))
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => u128::from(u32::from(four)),
        IpAddr::V6(six) => u128::from(six),
    }
}

impl Prefix {
    /// Reads `10.0.0.0/24` or `fd00::/64` as it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = text.split_once('/')?;
        let (base, bits) = (base.parse::<IpAddr>().ok()?, bits.parse::<u8>().ok()?);
        let longest = if is_six(base) { 128 } else { 32 };
        (bits <= longest).then_some(Self { base, bits })
    }

    /// Length of the prefix, bits.
    pub const fn bits(self) -> u8 {
        self.bits
    }

    fn mask(self) -> u128 {
        let width = if is_six(self.base) { 128 } else { 32 };
        let rest = width - u32::from(self.bits);
        let all = u128::MAX.checked_shl(rest).unwrap_or(0);
        if width == 32 {
            all & u128::from(u32::MAX)
        } else {
            all
        }
    }

    fn at(self, number: u128) -> IpAddr {
        match (self.base, u32::try_from(number)) {
            (IpAddr::V4(_), Ok(number)) => Ipv4Addr::from(number).into(),
            _ => Ipv6Addr::from(number).into(),
        }
    }

    /// The same without bits after the prefix.
    #[must_use]
    pub fn masked(self) -> Self {
        Self {
            base: self.at(number(self.base) & self.mask()),
            bits: self.bits,
        }
    }

    /// Whether an address is in it.
    pub fn contains(self, address: IpAddr) -> bool {
        is_six(address) == is_six(self.base)
            && number(address) & self.mask() == number(self.base) & self.mask()
    }

    fn overlaps(self, other: Self) -> bool {
        self.contains(other.base) || other.contains(self.base)
    }

    /// The lowest address that is free; the first of the whole subnet is never given.
    pub fn free(self, subnet: Self, taken: &BTreeSet<IpAddr>) -> Option<IpAddr> {
        let first = number(self.base) & self.mask();
        let base = subnet.masked().base;
        (first..)
            .take(taken.len() + 2)
            .map(|it| self.at(it))
            .find(|it| self.contains(*it) && *it != base && !taken.contains(it))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.base, self.bits)
    }
}

/// The text of a field of a pool.
fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    super::config::field(entry, name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn auxiliary(entry: &Value) -> BTreeMap<String, String> {
    super::container::string_map(super::config::field(entry, "AuxiliaryAddresses"))
}

const fn family(six: bool) -> &'static str {
    if six { "IPv6" } else { "IPv4" }
}

/// Why an address cannot be one of a subnet's.
fn bad_address(text: &str, subnet: Prefix) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let Ok(address) = text.parse::<IpAddr>() else {
        return Some("invalid address".to_owned());
    };
    let six = is_six(subnet.base);
    if is_six(address) != six {
        return Some(format!("parent subnet is an {} block", family(six)));
    }
    (!subnet.contains(address))
        .then(|| format!("parent subnet {subnet} doesn't contain this address"))
}

fn bad_range(text: &str, subnet: Prefix) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let refused = |why: String| format!("invalid ip-range {text}: {why}");
    let Some(range) = Prefix::parse(text) else {
        return vec![refused("invalid CIDR block notation".to_owned())];
    };
    let six = is_six(subnet.base);
    if is_six(range.base) != six {
        return vec![refused(format!(
            "parent subnet is an {} block",
            family(six)
        ))];
    }
    let mut errors = Vec::new();
    if range.bits < subnet.bits {
        errors.push(refused(format!(
            "CIDR block is bigger than its parent subnet {subnet}"
        )));
    }
    if range != range.masked() {
        errors.push(refused(format!("it should be {}", range.masked())));
    }
    if !subnet.overlaps(range) {
        errors.push(refused(format!(
            "parent subnet {subnet} doesn't contain ip-range"
        )));
    }
    errors
}

/// Several reasons as one message, the way dockerd joins them.
pub(super) fn joined(errors: &[String]) -> String {
    match errors {
        [one] => one.clone(),
        many => many
            .iter()
            .map(|it| format!("* {}", it.replace('\n', "\n\t")))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// What dockerd refuses in `IPAM.Config`.
fn validate(entries: &[Value], ipv6: bool) -> Outcome<()> {
    let mut errors = Vec::new();
    for entry in entries {
        let written = text(entry, "Subnet");
        let Some(subnet) = Prefix::parse(written) else {
            errors.push(format!(
                "invalid subnet {written}: invalid CIDR block notation"
            ));
            continue;
        };
        if is_six(subnet.base) && !ipv6 {
            continue;
        }
        if subnet != subnet.masked() {
            errors.push(format!(
                "invalid subnet {subnet}: it should be {}",
                subnet.masked()
            ));
        }
        errors.extend(bad_range(text(entry, "IPRange"), subnet));
        let gateway = text(entry, "Gateway");
        errors.extend(
            bad_address(gateway, subnet).map(|why| format!("invalid gateway {gateway}: {why}")),
        );
        for (name, address) in auxiliary(entry) {
            errors.extend(
                bad_address(&address, subnet)
                    .map(|why| format!("invalid auxiliary address {name}: {why}")),
            );
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "invalid network config:\n{}",
        joined(&errors)
    )))
}

/// The addresses that a request to make a network comes to.
pub(super) fn plan(request: &Value, state: &State) -> Outcome<Plan> {
    let ipv6 = enabled(request, "EnableIPv6", false);
    let ipv4 = enabled(request, "EnableIPv4", true);
    let entries = request
        .pointer("/IPAM/Config")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    validate(&entries, ipv6)?;
    let of = |six: bool| {
        let mine = |entry: &&Value| {
            Prefix::parse(text(entry, "Subnet")).is_some_and(|it| is_six(it.base) == six)
        };
        entries.iter().filter(mine).collect::<Vec<_>>()
    };
    let (four, six) = (of(false), of(true));
    if four.len() > 1 {
        return Err(Fault::forbidden(
            "bridge driver doesn't support multiple subnets",
        ));
    }
    let mut addressing = Addressing {
        no_ipv4: !ipv4,
        ..Addressing::default()
    };
    for entry in &entries {
        for (name, address) in auxiliary(entry) {
            if let Ok(address) = address.parse() {
                addressing.auxiliary.insert(name, address);
            }
        }
    }
    if ipv6 {
        addressing.six = Some(plan_six(six.first().copied(), state)?);
    }
    let mut plan = Plan {
        subnet: None,
        subnet_given: !four.is_empty(),
        range: None,
        addressing,
    };
    if ipv4 {
        plan_four(four.first().copied(), state, &mut plan)?;
    }
    Ok(plan)
}

fn enabled(request: &Value, name: &str, otherwise: bool) -> bool {
    super::config::field(request, name)
        .and_then(Value::as_bool)
        .unwrap_or(otherwise)
}

fn overlap() -> Fault {
    Fault::forbidden("invalid pool request: Pool overlaps with other one on this address space")
}

fn plan_four(entry: Option<&Value>, state: &State, plan: &mut Plan) -> Outcome<()> {
    let taken: Vec<Subnet> = state
        .networks
        .values()
        .filter_map(|it| it.subnet.map(|(subnet, _)| subnet))
        .collect();
    let Some(entry) = entry else {
        let subnet = free_pool(&taken)?;
        plan.subnet = Some((subnet, subnet.first()));
        return Ok(());
    };
    let subnet = Subnet::parse(text(entry, "Subnet")).ok_or_else(overlap)?;
    if taken.iter().any(|other| other.overlaps(subnet)) {
        return Err(overlap());
    }
    plan.range = Subnet::parse(text(entry, "IPRange"));
    let given = text(entry, "Gateway").parse::<Ipv4Addr>().ok();
    plan.addressing.gateway_given = given.is_some();
    let reserved: BTreeSet<Ipv4Addr> = plan
        .addressing
        .auxiliary
        .values()
        .filter_map(|it| match it {
            IpAddr::V4(four) => Some(*four),
            IpAddr::V6(_) => None,
        })
        .collect();
    let gateway = given
        .or_else(|| subnet.free(plan.range, &reserved))
        .ok_or_else(|| {
            Fault::internal("failed to allocate gateway (): no available addresses on this pool")
        })?;
    plan.subnet = Some((subnet, gateway));
    Ok(())
}

fn plan_six(entry: Option<&Value>, state: &State) -> Outcome<Six> {
    let taken: Vec<Prefix> = state
        .networks
        .values()
        .filter_map(|it| it.addressing.six.as_ref().map(|six| six.subnet))
        .collect();
    let refused = |it: Prefix| taken.iter().any(|other| other.overlaps(it));
    let written = entry.and_then(|it| Prefix::parse(text(it, "Subnet")));
    let subnet = match written {
        Some(subnet) if refused(subnet) => return Err(overlap()),
        Some(subnet) => subnet,
        None => unique_local().find(|it| !refused(*it)).ok_or_else(|| {
            Fault::invalid("all predefined address pools have been fully subnetted")
        })?,
    };
    let field = |name: &str| entry.map_or("", |it| text(it, name));
    let range = Prefix::parse(field("IPRange"));
    let given = field("Gateway").parse::<Ipv6Addr>().ok();
    let first = range
        .unwrap_or(subnet)
        .free(subnet, &BTreeSet::new())
        .and_then(|it| match it {
            IpAddr::V6(six) => Some(six),
            IpAddr::V4(_) => None,
        });
    let gateway = given.or(first).ok_or_else(overlap)?;
    Ok(Six {
        subnet,
        given: written.is_some(),
        gateway,
        gateway_given: given.is_some(),
        range,
    })
}

/// The unique local prefixes of this machine, RFC 4193, that networks are given when they ask for
/// none.
fn unique_local() -> impl Iterator<Item = Prefix> {
    (0..=u16::MAX).map(|step| Prefix {
        base: Ipv6Addr::new(0xfd6d, 0x6f75, 0x7373, step, 0, 0, 0, 0).into(),
        bits: 64,
    })
}

/// `IPAM.Config` of a network that has addresses. A gateway that nobody asked for is shown only
/// with a subnet that nobody asked for.
pub(super) fn entries(network: &Network) -> Vec<Value> {
    let mut list = Vec::new();
    let addressing = &network.addressing;
    let auxiliary = |six: bool| -> Map<String, Value> {
        let mine = addressing
            .auxiliary
            .iter()
            .filter(|(_, it)| is_six(**it) == six);
        mine.map(|(name, it)| (name.clone(), json!(it.to_string())))
            .collect()
    };
    let mut push = |subnet: String, range: Option<String>, gateway: Option<String>, six: bool| {
        let mut entry = Map::new();
        entry.insert("Subnet".into(), json!(subnet));
        if let Some(range) = range {
            entry.insert("IPRange".into(), json!(range));
        }
        if let Some(gateway) = gateway {
            entry.insert("Gateway".into(), json!(gateway));
        }
        let auxiliary = auxiliary(six);
        if !auxiliary.is_empty() {
            entry.insert("AuxiliaryAddresses".into(), Value::Object(auxiliary));
        }
        list.push(Value::Object(entry));
    };
    if let Some((subnet, gateway)) = network.subnet {
        let shown = !network.subnet_given || addressing.gateway_given;
        push(
            subnet.to_string(),
            network.range.map(|it| it.to_string()),
            shown.then(|| gateway.to_string()),
            false,
        );
    }
    if let Some(six) = &addressing.six {
        let shown = !six.given || six.gateway_given;
        push(
            six.subnet.to_string(),
            six.range.map(|it| it.to_string()),
            shown.then(|| six.gateway.to_string()),
            true,
        );
    }
    list
}
