use serde_json::json;

use super::super::State;
use super::super::ipam::{Prefix, plan};

#[test]
fn prefixes_of_both_families_are_read() {
    let prefix = |text: &str| Prefix::parse(text).unwrap();
    assert_eq!(prefix("10.1.2.3/16").masked().to_string(), "10.1.0.0/16");
    assert_eq!(
        prefix("2001:db8::5/64").masked().to_string(),
        "2001:db8::/64"
    );
    assert!(prefix("2001:db8::/64").contains("2001:db8::99".parse().unwrap()));
    assert!(!prefix("2001:db8::/64").contains("10.0.0.1".parse().unwrap()));
    assert!(Prefix::parse("10.0.0.0/33").is_none());
    assert!(Prefix::parse("nothing").is_none());
}

#[test]
fn a_range_gives_its_first_address_to_the_gateway() {
    let request = json!({"IPAM": {"Config": [
        {"Subnet": "10.98.0.0/16", "IPRange": "10.98.5.0/24", "AuxiliaryAddresses": {"a": "10.98.5.0"}},
    ]}});
    let plan = plan(&request, &State::default()).unwrap();
    let (_, gateway) = plan.subnet.unwrap();
    assert_eq!(gateway.to_string(), "10.98.5.1");
}

#[test]
fn every_fault_of_a_pool_is_told() {
    let request = json!({"EnableIPv6": true, "IPAM": {"Config": [
        {"Subnet": "10.98.0.1/16", "IPRange": "10.98.0.0/8", "Gateway": "fd00::1"},
        {"Subnet": "fd00::/64", "AuxiliaryAddresses": {"x": "fd01::1"}},
    ]}});
    let refused = plan(&request, &State::default()).err().unwrap().message;
    assert_eq!(
        refused,
        "invalid network config:\n\
         * invalid subnet 10.98.0.1/16: it should be 10.98.0.0/16\n\
         * invalid ip-range 10.98.0.0/8: CIDR block is bigger than its parent subnet 10.98.0.1/16\n\
         * invalid ip-range 10.98.0.0/8: it should be 10.0.0.0/8\n\
         * invalid gateway fd00::1: parent subnet is an IPv4 block\n\
         * invalid auxiliary address x: parent subnet fd00::/64 doesn't contain this address"
    );
}

#[test]
fn ipv6_without_a_subnet_is_given_one_of_its_own() {
    let plan = plan(&json!({"EnableIPv6": true}), &State::default()).unwrap();
    let six = plan.addressing.six.unwrap();
    assert!(six.subnet.contains(six.gateway.into()));
    assert!(!six.given);
}
