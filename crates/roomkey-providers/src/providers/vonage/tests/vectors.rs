//! What the vendor's own SDK made, with the key of these tests: the vendor publishes no token with its key.

use roomkey_claims::{Role, Sources, Timestamp};

use super::{DESCRIPTOR, PRIVATE_KEY, SESSION};
use crate::Vector;
use crate::tokbox::fixtures::read_with;

const APPLICATION: &str = "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f";

const fn vector(source: &'static str, token: &'static str, expires_at: i64) -> Vector {
    let (key, secret, room) = (APPLICATION, PRIVATE_KEY, Some(SESSION));
    Vector { source, key, secret, token, identity: None, room, expires_at }
}

/// Clients' tokens.
pub(in super::super) const VECTORS: &[Vector] = &[
    vector("npm @vonage/video 1.28.0, generateClientToken", PLAIN, 1_700_086_400),
    vector("npm @vonage/video 1.28.0, generateClientToken with all options", FULL, 1_700_000_060),
];

const PLAIN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzY29wZSI6InNlc3Npb24uY29ubmVjdCIsInNlc3Npb25faWQiOiIxX01YNHlPV1kzTmpCbU9DMDNZMlV4TFRRMll6a3RZV1JsTXkxbU1tUmxaR1ZsTkdWa05XWi1makUzTWpZME5qSTFPRGcyTkRkLU1URjRUR0V4WW1Kb2VsQmxSMUZIYlZoemJXZDRTVEJyZm41LSIsInJvbGUiOiJwdWJsaXNoZXIiLCJpbml0aWFsX2xheW91dF9jbGFzc19saXN0IjoiIiwiZXhwIjoxNzAwMDg2NDAwLCJzdWIiOiJ2aWRlbyIsImFjbCI6eyJwYXRocyI6eyIvc2Vzc2lvbi8qKiI6e319fSwianRpIjoiZDM5MjgyYjktMjJlZi00ZDhkLTgxMTYtYTdhMDE5ZWM2YzIzIiwiaWF0IjoxNzAwMDAwMDAwLCJhcHBsaWNhdGlvbl9pZCI6IjI5Zjc2MGY4LTdjZTEtNDZjOS1hZGUzLWYyZGVkZWU0ZWQ1ZiJ9.om5zuRYxvnLR7pOMpaaJS0GAGY0m2qRpNjam15yYFzyPGoVALzrOKxYpA-C8eodwdkeW8aDy4lG7n0BSc7U2kNec9bhkpRC1La0gTz7OSuLtJk75txpOsNNz3WiLEq0hnXHShysaV-5cIkKQG70ICThBMj5GaPBsX8ex7Jpa8f9HXSwPjgcEPvruugKgakf_UlsbgDdzSgds44yXtqDLZXn-NZMuRL3Y4nCgNskWwawTrRq4UF89crDQaD9V4nSo7ej9ZBkbBkL7hlz_rMzjkkRHkuH915xgwF39q9mq6ZXsCuMas34s0NdrMay1SKG6qKdpvVno0kbQaZcn6-rZcg";

const FULL: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzY29wZSI6InNlc3Npb24uY29ubmVjdCIsInNlc3Npb25faWQiOiIxX01YNHlPV1kzTmpCbU9DMDNZMlV4TFRRMll6a3RZV1JsTXkxbU1tUmxaR1ZsTkdWa05XWi1makUzTWpZME5qSTFPRGcyTkRkLU1URjRUR0V4WW1Kb2VsQmxSMUZIYlZoemJXZDRTVEJyZm41LSIsInJvbGUiOiJtb2RlcmF0b3IiLCJpbml0aWFsX2xheW91dF9jbGFzc19saXN0IjoiYSBiIiwiZXhwIjoxNzAwMDAwMDYwLCJzdWIiOiJ2aWRlbyIsImFjbCI6eyJwYXRocyI6eyIvc2Vzc2lvbi8qKiI6e319fSwiY29ubmVjdGlvbl9kYXRhIjoidWlkPTQyIiwianRpIjoiNzkxZWM3MWMtMWExNi00MzJkLWE3ZTUtMDE1MWY1OTU2YmE0IiwiaWF0IjoxNzAwMDAwMDAwLCJhcHBsaWNhdGlvbl9pZCI6IjI5Zjc2MGY4LTdjZTEtNDZjOS1hZGUzLWYyZGVkZWU0ZWQ1ZiJ9.IrX4PZK2hdrwFiegvSA2yQ7ooiDsQ7gb0mBMdfdfXgcOTtxcn7dJOWTeR9YKFEjhzvLFFzDZak88prWpUd8N9XO6NnptLTK4DAfAPjDPi2SN8yIw-4RJKVSui1iz-oEY8qh_d46vJko-g3tkL1O4SqwNd4FghbZMBL-sVvcHFN3JS92lQC243TEQuQ71T_52bELgET1-CrM139uWqv5fArPn_8g6DHnvrR4DuK8e6X0BBGWlinj4gRCnQx0ZyVs2_EcNOUPvt7RYavLmux9bBSyhijl3xwGALkIGXgO3d1meTX_apEBMbAzwX0bXTdS9pqZUqFzTPikIhE6lvloOzQ";

/// A credential for the REST interface (npm @vonage/jwt 1.14.0, `tokenGenerate`).
const CREDENTIAL: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiIxZmNiMTU0ZS0xYjJmLTRmZTAtYTcyNy0zMDRhMDJhZWYyMWEiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDkwMCwiYXBwbGljYXRpb25faWQiOiIyOWY3NjBmOC03Y2UxLTQ2YzktYWRlMy1mMmRlZGVlNGVkNWYifQ.Us9cjzPBRkJEJTVcx0iHqmTqzwpi2cBjek6qfgAJrTJKjtGhGzn8rS7SvXcbhN6njnDAZrHJChCyurN_XftiTdkDjBOWq_rfc1ioo1eKezpf2a9TCAZF3UdKK1zFzV1QDD0efczXMjgC4r1KaOw3vn9JLBLEIhbJnVyRl-iiUc-HklpUuekdVwu7RRTlj6DLonopRpJuoth5K_u207oXqGYJH4pVz-c6rBOj7q_yda_M0u_aMtxYEtXwNCWDQLvxhPrdslFu1cy8mH5puZMsHAiCLTNVzeTm9T5eFtsYg2aVKofs7TnPb4ozewOgfEVQNS-Og2bRwQ1pZ7T89ugIUw";

#[test]
fn clients_tokens_say_what_they_allow() {
    for (token, role) in [(PLAIN, Role::Publisher), (FULL, Role::Moderator)] {
        let read = read_with(&DESCRIPTOR, PRIVATE_KEY, token);
        assert_eq!((read.provider, read.format), ("vonage", "JWT (RS256)"));
        assert_eq!(read.permissions, Some(role.permissions(Sources::All)));
        assert_eq!(read.issued_at, Some(Timestamp::from_seconds(1_700_000_000)));
        assert_eq!((read.identity, read.issuance_id), (None, None), "none of ours");
    }
}

#[test]
fn a_credential_is_told_from_a_clients_token() {
    let read = read_with(&DESCRIPTOR, PRIVATE_KEY, CREDENTIAL);
    assert!(read.verified);
    assert_eq!((read.provider, read.format), ("vonage", "application JWT (RS256)"));
    assert_eq!(read.expires_at, Some(Timestamp::from_seconds(1_700_000_900)));
    assert_eq!((read.room, read.permissions), (None, None));
    assert_eq!(read.claims["application_id"], APPLICATION);
}
