//! Who asks: the tokens of the catalog, as requests carry them.

use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_publish::{Role, Token, Tokens};
use jiff::Timestamp;

use crate::answer::plain;

/// The tokens of a catalog.
#[derive(Debug)]
pub(crate) struct Access {
    /// The file with them; `None`: nobody has any.
    file: Option<PathBuf>,
    tokens: RwLock<Tokens>,
    /// Whether who reads needs one.
    pub(crate) is_private: bool,
}

impl Access {
    /// Reads the file. The error is one line.
    pub(crate) fn new(file: Option<PathBuf>, is_private: bool) -> Result<Self, String> {
        let access = Self { file, tokens: RwLock::default(), is_private };
        access.renew()?;
        Ok(access)
    }

    /// Reads the file again; where that fails, what was known holds on. The error is one line.
    pub(crate) fn renew(&self) -> Result<(), String> {
        let Some(file) = &self.file else { return Ok(()) };
        let text =
            std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let tokens = Tokens::read(&text)?;
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
        Ok(())
    }

    /// Whether the catalog has tokens at all.
    pub(crate) fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    /// Whoever asks; `None` without a token that holds.
    pub(crate) fn who(&self, headers: &HeaderMap) -> Option<Token> {
        let secret = secret(headers)?;
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).find(&secret, Timestamp::now()).cloned()
    }

    /// Whether a request may be answered as far as reading goes.
    pub(crate) fn may_read(&self, headers: &HeaderMap) -> bool {
        !self.is_private || self.who(headers).is_some_and(|token| token.is(Role::Reader))
    }
}

/// The token of a request: as a bearer's (RFC 6750), or as the password that a browser has asked for (RFC 7617).
fn secret(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    Some(text.split_once(':')?.1.to_owned())
}

/// What is answered to somebody without a token that holds. A browser asks its user for one.
pub(crate) fn unknown() -> Response<Body> {
    let text = "This needs a token: as `Authorization: Bearer TOKEN`, or as the password in a browser.\n";
    let mut answer = plain(StatusCode::UNAUTHORIZED, "text/plain; charset=utf-8", text);
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"catalog\""));
    answer
}

/// Takes back that others may keep or read an answer.
pub(crate) fn withheld(answer: &mut Response<Body>) {
    let fields = answer.headers_mut();
    fields.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let lifetime = fields.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lifetime = lifetime.replace("public", "private");
    if let Ok(lifetime) = HeaderValue::from_str(&lifetime) {
        fields.insert(header::CACHE_CONTROL, lifetime);
    }
    fields.append(header::VARY, HeaderValue::from_static("Authorization"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn a_token_comes_as_a_bearers_or_as_a_password() {
        assert_eq!(secret(&with("Bearer design_x")).as_deref(), Some("design_x"));
        assert_eq!(secret(&with("basic YW5uOmRlc2lnbl94")).as_deref(), Some("design_x"));
        for other in ["design_x", "Digest x", "Basic ???", "Basic YW5u"] {
            assert_eq!(secret(&with(other)), None, "{other}");
        }
        assert_eq!(secret(&HeaderMap::new()), None);
    }

    #[test]
    fn a_private_catalog_is_read_by_whoever_has_a_token_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.yaml");
        let (secret, token) = Token::new("ann", &[Role::Reader], &[], 1, Timestamp::now()).unwrap();
        std::fs::write(&file, Tokens::entry(&token)).unwrap();
        let access = Access::new(Some(file.clone()), true).unwrap();
        let headers = with(&format!("Bearer {secret}"));
        assert!(access.may_read(&headers) && !access.may_read(&with("Bearer design_other")));
        std::fs::write(&file, "broken: [").unwrap();
        assert!(access.renew().is_err() && access.may_read(&headers));
        std::fs::write(&file, "").unwrap();
        assert!(access.renew().is_ok() && !access.may_read(&headers));
        assert!(Access::new(None, false).unwrap().may_read(&HeaderMap::new()));
    }
}
