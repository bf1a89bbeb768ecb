//! The certificate authority of a cluster: a self-signed X.509 certificate for `swarm-ca`, ECDSA
//! on P-256, as swarmkit makes it. RFC 5280.

use std::time::{Duration, SystemTime};

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::base64;

/// How long it is valid: 20 years.
const VALID: Duration = Duration::from_secs(20 * 365 * 24 * 3600);
/// How long before its making it begins to be: the nodes' clocks may differ.
const BACKDATE: Duration = Duration::from_secs(300);

/// A certificate authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// The certificate, PEM.
    pub certificate: String,
    /// The issuer's name, DER in base64.
    pub subject: String,
    /// Its public key, DER in base64.
    pub key: String,
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 128 => out.push(short),
        Ok(one) => out.extend([0x81, one]),
        Err(_) => {
            let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
            out.push(0x82);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend_from_slice(content);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

fn utc(time: SystemTime) -> Vec<u8> {
    let text = jiff::Timestamp::try_from(time)
        .map(|it| it.strftime("%y%m%d%H%M00Z").to_string())
        .unwrap_or_default();
    der(0x17, text.as_bytes())
}

/// Object identifiers, DER.
const EC_PUBLIC_KEY: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const ECDSA_SHA256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const COMMON_NAME: &[u8] = &[0x06, 3, 0x55, 4, 3];
const KEY_USAGE: &[u8] = &[0x06, 3, 0x55, 0x1d, 15];
const BASIC_CONSTRAINTS: &[u8] = &[0x06, 3, 0x55, 0x1d, 19];
const KEY_IDENTIFIER: &[u8] = &[0x06, 3, 0x55, 0x1d, 14];

impl Root {
    /// Makes one; `None` when the system gives no random numbers.
    pub(super) fn new(serial: &[u8; 32], now: SystemTime) -> Option<Self> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let secret = EcdsaKeyPair::generate_pkcs8(algorithm, &random).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, secret.as_ref(), &random).ok()?;
        let point = pair.public_key().as_ref();
        let common = sequence(&[COMMON_NAME.to_vec(), der(0x13, b"swarm-ca")]);
        let name = sequence(&[der(0x31, &common)]);
        let bits: Vec<u8> = std::iter::once(0).chain(point.iter().copied()).collect();
        let key = sequence(&[
            sequence(&[EC_PUBLIC_KEY.to_vec(), P256.to_vec()]),
            der(0x03, &bits),
        ]);
        let identifier = der(0x04, Sha256::digest(point).get(..20)?);
        let critical = der(0x01, &[0xff]);
        let extensions = sequence(&[
            sequence(&[
                KEY_USAGE.to_vec(),
                critical.clone(),
                der(0x04, &[3, 2, 1, 6]),
            ]),
            sequence(&[
                BASIC_CONSTRAINTS.to_vec(),
                critical,
                der(0x04, &sequence(&[der(0x01, &[0xff])])),
            ]),
            sequence(&[KEY_IDENTIFIER.to_vec(), der(0x04, &identifier)]),
        ]);
        let algorithm = sequence(&[ECDSA_SHA256.to_vec()]);
        let mut number = serial.get(..20)?.to_vec();
        // A positive number without a leading zero byte.
        if let Some(first) = number.first_mut() {
            *first = *first & 0x3f | 0x40;
        }
        let start = now - BACKDATE;
        let body = sequence(&[
            der(0xa0, &der(0x02, &[2])),
            der(0x02, &number),
            algorithm.clone(),
            name.clone(),
            sequence(&[utc(start), utc(start + VALID)]),
            name.clone(),
            key.clone(),
            der(0xa3, &extensions),
        ]);
        let signature = pair.sign(&random, &body).ok()?;
        let bits: Vec<u8> = std::iter::once(0)
            .chain(signature.as_ref().iter().copied())
            .collect();
        let whole = sequence(&[body, algorithm, der(0x03, &bits)]);
        Some(Self {
            certificate: pem(&whole),
            subject: base64::encode(&name),
            key: base64::encode(&key),
        })
    }
}

fn pem(bytes: &[u8]) -> String {
    let text = base64::encode(bytes);
    let mut out = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out + "-----END CERTIFICATE-----\n"
}
