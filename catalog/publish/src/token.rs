//! Tokens: who somebody is, and what they may do. A catalog has a file of them, and knows no token, only its digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a token begins with, so that scanners for leaked ones find it.
const BEGIN: &str = "design_";

/// Random bytes of a token. As many can neither be guessed nor tried, so a digest without salt gives nothing away.
const RANDOM: usize = 32;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Read a catalog that is not open to all.
    Reader,
    /// Propose versions, deprecate and yank, in the name of the publishers of the token.
    Publisher,
    /// Approve and turn down what others propose.
    Reviewer,
    /// All of that for everybody, and block patterns.
    Admin,
}

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Token {
    /// Whose it is, as commits and the audit log name them.
    pub name: String,
    /// The SHA-256 of the token, in hexadecimal digits.
    pub sha256: String,
    /// What it is for.
    pub roles: Vec<Role>,
    /// The publishers in whose name a publisher acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publishers: Vec<String>,
    /// When it ends to be one.
    pub expires: Timestamp,
}

impl Token {
    /// A new token, and what is to be known of it. `days`: how long it holds from `now` on. The error is one line.
    pub fn new(
        name: &str,
        roles: &[Role],
        publishers: &[String],
        days: u32,
        now: Timestamp,
    ) -> Result<(String, Self), String> {
        let is_plain = |text: &str| !text.is_empty() && design_index::slug(text) == text;
        if let Some(name) = [name].into_iter().chain(publishers.iter().map(String::as_str)).find(|text| !is_plain(text))
        {
            return Err(format!("`{name}` is no name: small letters, digits and hyphens"));
        }
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random).map_err(|error| format!("the system gives no random bytes: {error}"))?;
        let secret = format!("{BEGIN}{}", URL_SAFE_NO_PAD.encode(random));
        let expires = now + SignedDuration::from_hours(24 * i64::from(days));
        let token = Self {
            name: name.to_owned(),
            sha256: digest(&secret),
            roles: roles.to_vec(),
            publishers: publishers.to_vec(),
            expires,
        };
        Ok((secret, token))
    }

    /// Whether it is for a role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.iter().any(|one| *one == role || *one == Role::Admin || role == Role::Reader)
    }

    /// Whether it acts in the name of a publisher.
    pub fn is_of(&self, publisher: &str) -> bool {
        self.is(Role::Admin) || (self.is(Role::Publisher) && self.publishers.iter().any(|one| one == publisher))
    }
}

/// The tokens of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// Reads a file of them: a list in YAML or JSON. The error is one line.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let tokens: Vec<Token> = serde_yaml::from_str(text).map_err(|error| {
            let words = error.to_string();
            format!("the tokens cannot be read: {}", words.lines().next().unwrap_or_default())
        })?;
        match tokens.iter().find(|token| token.sha256.len() != 64) {
            Some(token) => Err(format!("the token of {} has no SHA-256", token.name)),
            None => Ok(Self(tokens)),
        }
    }

    /// What a file says of one more token, as text that is put behind it.
    pub fn entry(token: &Token) -> String {
        // JSON is YAML, and a line is easily taken out again.
        format!("- {}\n", serde_json::to_string(token).unwrap_or_default())
    }

    /// Whose token it is; `None` of one that is unknown or has expired.
    pub fn find(&self, secret: &str, now: Timestamp) -> Option<&Token> {
        // What is compared are digests: how long that takes says nothing about the token.
        let digest = digest(secret);
        self.0.iter().find(|token| token.sha256.eq_ignore_ascii_case(&digest) && now < token.expires)
    }
}

fn digest(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_until_it_expires_and_only_its_digest_is_kept() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let (secret, token) = Token::new("ann", &[Role::Publisher], &["us".to_owned()], 1, now).unwrap();
        let (other, _) = Token::new("ann", &[Role::Publisher], &["us".to_owned()], 1, now).unwrap();
        let entry = Tokens::entry(&token);
        assert!(secret.starts_with("design_") && secret != other && !entry.contains(&secret));
        let tokens = Tokens::read(&format!("# ours\n{entry}")).unwrap();
        assert_eq!(tokens.find(&secret, now), Some(&token));
        assert_eq!(tokens.find(&other, now), None);
        assert_eq!(tokens.find(&secret, now + SignedDuration::from_hours(24)), None);
    }

    #[test]
    fn roles_and_publishers_say_what_may_be_done() {
        let token = |roles: &[Role]| Token::new("ann", roles, &["us".to_owned()], 1, Timestamp::UNIX_EPOCH).unwrap().1;
        let publisher = token(&[Role::Publisher]);
        assert!(publisher.is(Role::Publisher) && publisher.is(Role::Reader) && !publisher.is(Role::Reviewer));
        assert!(publisher.is_of("us") && !publisher.is_of("them"));
        assert!(!token(&[Role::Reviewer]).is_of("us") && token(&[Role::Admin]).is_of("them"));
        assert!(Token::new("Ann B", &[], &[], 1, Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn a_file_that_is_wrong_is_refused_whole() {
        assert_eq!(Tokens::read(" \n"), Ok(Tokens::default()));
        for text in
            ["- {name: ann}", "- {name: ann, sha256: ab, roles: [admin], expires: 2027-01-01T00:00:00Z}", "a: ["]
        {
            assert!(Tokens::read(text).is_err(), "{text}");
        }
        let unknown = "- {name: ann, sha256: ab, roles: [king], expires: 2027-01-01T00:00:00Z}";
        assert!(Tokens::read(unknown).unwrap_err().contains("king"));
    }
}
