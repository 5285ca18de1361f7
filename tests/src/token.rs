//! LiveKit's tokens, read without any of the desk's code: base64, SHA-256 and RFC 2104 are all it takes.

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roomkey_claims::Hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// HMAC-SHA256 (RFC 2104).
pub fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    let hashed = Sha256::digest(key);
    let key = if BLOCK < key.len() { hashed.as_slice() } else { key };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

/// Signs claims as LiveKit's SDKs do.
pub fn sign(claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", part(&json!({ "alg": "HS256", "typ": "JWT" })), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(hmac(secret.as_bytes(), content.as_bytes()));
    format!("{content}.{signature}")
}

/// Verifies a token's signature and reads its claims.
pub fn decode(token: &str, secret: &str) -> anyhow::Result<Value> {
    let [header, claims, signature] = parts(token)?;
    let content = format!("{header}.{claims}");
    if URL_SAFE_NO_PAD.decode(signature)? != hmac(secret.as_bytes(), content.as_bytes()) {
        bail!("the token is not signed with this secret");
    }
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header)?)?;
    if header != json!({ "alg": "HS256", "typ": "JWT" }) {
        bail!("an unusual header: {header}");
    }
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?)
}

/// The fingerprint by which the log knows a token.
pub fn fingerprint(token: &str) -> anyhow::Result<String> {
    let [header, claims, _] = parts(token)?;
    let content = format!("roomkey-token-v1\0{header}.{claims}");
    Ok(Hex(&Sha256::digest(content)).to_string())
}

/// The same token, its claims changed, its signature left.
pub fn alter(token: &str, change: impl FnOnce(&mut Value)) -> anyhow::Result<String> {
    let [header, claims, signature] = parts(token)?;
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
    change(&mut claims);
    Ok(format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims.to_string())))
}

fn parts(token: &str) -> anyhow::Result<[&str; 3]> {
    let parts: Vec<&str> = token.split('.').collect();
    <[&str; 3]>::try_from(parts).ok().context("a JWT has three parts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hmac_is_that_of_rfc_4231() {
        // Test case 2, and test case 6 with a key longer than a block.
        let hex = |bytes: [u8; 32]| Hex(&bytes).to_string();
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(hmac(b"Jefe", b"what do ya want for nothing?")), known);
        let known = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
        let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(hex(hmac(&[0xaa; 131], text)), known);
    }

    #[test]
    fn what_is_signed_is_read_and_what_is_altered_is_not() {
        let token = sign(&json!({ "sub": "ada" }), "a secret");
        assert_eq!(decode(&token, "a secret").unwrap(), json!({ "sub": "ada" }));
        assert!(decode(&token, "another secret").is_err());
        let altered = alter(&token, |claims| claims["sub"] = "eve".into()).unwrap();
        assert!(decode(&altered, "a secret").is_err());
    }
}
