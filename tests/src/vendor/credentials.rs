//! The projects that the stand-in knows.

use std::sync::LazyLock;

use anyhow::anyhow;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_claims::{IdSource, SystemIds};

use crate::place;

/// Making one takes a second; tests do not tell them apart.
static RSA: LazyLock<Result<(String, Vec<u8>), String>> =
    LazyLock::new(|| make_rsa().map_err(|error| error.to_string()));

/// One project of OpenTok and one of Vonage Video.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// OpenTok's API key: decimal digits that fit 32 bits.
    pub key: String,
    /// 40 hexadecimal digits.
    pub secret: String,
    /// Vonage's application: a UUID.
    pub application: String,
    /// Its private key, PKCS #8 PEM.
    pub private_key: String,
    /// The same key's public half, PKCS #1 DER.
    pub public_key: Vec<u8>,
}

impl Credentials {
    /// Fresh ones; the private key is the same within a process.
    pub fn fresh() -> anyhow::Result<Self> {
        let (private_key, public_key) = RSA.clone().map_err(|error| anyhow!(error))?;
        Ok(Self {
            key: "47665971".into(),
            secret: place::random_hex(40),
            application: SystemIds.uuid_v4().to_string(),
            private_key,
            public_key,
        })
    }
}

fn make_rsa() -> anyhow::Result<(String, Vec<u8>)> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let private: Pkcs8V1Der<'_> = pair.as_der()?;
    let text = STANDARD.encode(private.as_ref());
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok((pem, pair.public_key().as_ref().to_vec()))
}
