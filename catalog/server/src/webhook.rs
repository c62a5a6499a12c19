//! Webhooks: a signed hint that the repository has changed. Nothing that one says is believed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::answer::plain;
use crate::listen::Shared;

/// How many deliveries are remembered, so that one which comes again does nothing.
const REMEMBERED: usize = 1_024;

/// The header with the signature (docs.github.com, "Validating webhook deliveries").
const SIGNATURE: &str = "x-hub-signature-256";

/// Deliveries that have come.
#[derive(Debug, Default)]
pub(crate) struct Deliveries(Mutex<VecDeque<String>>);

impl Deliveries {
    /// Whether one comes for the first time, as far as is remembered.
    fn is_new(&self, id: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.iter().any(|one| one == id) {
            return false;
        }
        if seen.len() == REMEMBERED {
            seen.pop_front();
        }
        seen.push_back(id.to_owned());
        true
    }
}

/// Takes a webhook: the repository is looked at, soon.
pub(crate) async fn take(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let answer = |status, text: &'static str| plain(status, "text/plain; charset=utf-8", text);
    if shared.options.secrets.is_empty() {
        return answer(StatusCode::NOT_FOUND, "This catalog takes no webhooks.\n");
    }
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_signed(&shared.options.secrets, signature, &body) {
        return answer(StatusCode::UNAUTHORIZED, "The signature is not that of a secret of this catalog.\n");
    }
    // One without an id is no delivery of GitHub; it is as good as any other hint.
    let id = headers.get("x-github-delivery").and_then(|value| value.to_str().ok());
    if id.is_none_or(|id| shared.deliveries.is_new(id)) {
        shared.wake.notify_one();
    }
    answer(StatusCode::ACCEPTED, "The repository will be looked at.\n")
}

/// Whether the bytes were signed with one of the secrets. The comparison takes as long whatever is wrong.
fn is_signed(secrets: &[String], signature: &str, body: &[u8]) -> bool {
    let Some(signature) = signature.strip_prefix("sha256=").and_then(bytes) else { return false };
    let is_of = |secret: &String| {
        let Ok(mut code) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
        code.update(body);
        code.verify_slice(&signature).is_ok()
    };
    // Each secret is tried, so that time does not tell which one it was.
    secrets.iter().filter(|secret| !secret.is_empty()).fold(false, |any, secret| is_of(secret) | any)
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That of the example in the documentation of GitHub.
    const SECRET: &str = "It's a Secret to Everybody";
    const SIGNED: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn only_the_very_bytes_are_signed() {
        let secrets = [SECRET.to_owned(), "another".to_owned()];
        assert!(is_signed(&secrets, SIGNED, b"Hello, World!"));
        let reversed = [secrets[1].clone(), secrets[0].clone()];
        assert!(is_signed(&reversed, SIGNED, b"Hello, World!"));
        assert!(!is_signed(&secrets[1..], SIGNED, b"Hello, World!"));
        let body = b"Hello, World!";
        for bit in 0..body.len() * 8 {
            let mut changed = body.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_signed(&secrets, SIGNED, &changed), "{bit}");
        }
        for signature in ["", "sha256=", "sha1=757107ea", &SIGNED[..SIGNED.len() - 1], &SIGNED.replace('7', "8")] {
            assert!(!is_signed(&secrets, signature, body), "{signature}");
        }
        assert!(!is_signed(&[String::new()], SIGNED, body));
    }

    #[test]
    fn a_delivery_counts_once() {
        let deliveries = Deliveries::default();
        assert!(deliveries.is_new("a") && !deliveries.is_new("a") && deliveries.is_new("b"));
        for number in 0..REMEMBERED {
            assert!(deliveries.is_new(&number.to_string()));
        }
        assert!(deliveries.is_new("a"), "only so many are remembered");
    }
}
