//! Credentials in the files of a pattern.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use design_check::rules::secret_in_pattern;
use design_vocabulary::{FileId, Finding, Span};

use crate::Files;

/// Text that only a credential has.
struct Token {
    /// What begins it.
    prefix: &'static str,
    /// Of what it goes on, and how much of that at least.
    goes_on: fn(char) -> bool,
    least: usize,
    /// What it is.
    what: &'static str,
}

const fn token(prefix: &'static str, goes_on: fn(char) -> bool, least: usize, what: &'static str) -> Token {
    Token { prefix, goes_on, least, what }
}

const TOKENS: [Token; 9] = [
    token("AKIA", is_upper, 16, "an access key of AWS"),
    token("ASIA", is_upper, 16, "an access key of AWS"),
    token("ghp_", is_word, 36, "a token of GitHub"),
    token("gho_", is_word, 36, "a token of GitHub"),
    token("ghs_", is_word, 36, "a token of GitHub"),
    token("github_pat_", is_word, 60, "a token of GitHub"),
    token("glpat-", is_word, 20, "a token of GitLab"),
    token("xoxb-", is_word, 24, "a token of Slack"),
    token("AIza", is_word, 35, "a key of Google"),
];

/// How deep encodings are undone in each other.
const DEPTH: usize = 2;

fn is_upper(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit()
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

fn is_base64(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=')
}

/// The findings about the credentials in the files of a pattern. `source` is asked for the text of a file that has some.
pub(crate) fn findings(files: &Files, mut source: impl FnMut(&str, &str) -> FileId) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let found = within(text, DEPTH);
        if !found.is_empty() {
            let file = source(path, text);
            findings.extend(spans(file, found).map(|(span, what)| secret_in_pattern::finding(what, span)));
        }
    }
    findings
}

/// The credentials in a file: where each stands, and what it is. Each place once, from the top.
#[cfg(test)]
fn find(file: FileId, text: &str) -> Vec<(Span, &'static str)> {
    spans(file, within(text, DEPTH)).collect()
}

fn spans(file: FileId, found: Vec<(usize, usize, &'static str)>) -> impl Iterator<Item = (Span, &'static str)> {
    found.into_iter().filter_map(move |(start, end, what)| {
        Some((Span::new(file, u32::try_from(start).ok()?, u32::try_from(end).ok()?), what))
    })
}

fn within(text: &str, depth: usize) -> Vec<(usize, usize, &'static str)> {
    let mut found = keys(text);
    found.extend(passwords(text));
    for Token { prefix, goes_on, least, what } in TOKENS {
        for (start, _) in text.match_indices(prefix) {
            let is_inside = text.get(..start).and_then(|before| before.chars().next_back()).is_some_and(is_word);
            let rest = text.get(start + prefix.len()..).unwrap_or_default();
            let length = rest.find(|letter| !goes_on(letter)).unwrap_or(rest.len());
            if !is_inside && length >= least {
                found.push((start, start + prefix.len() + length, what));
            }
        }
    }
    if depth > 0 {
        found.extend(encoded(text, depth));
    }
    found.sort_unstable();
    found.dedup_by_key(|(start, ..)| *start);
    found
}

/// Private keys as PEM writes them, and the credentials of a kubeconfig. A certificate is public.
fn keys(text: &str) -> Vec<(usize, usize, &'static str)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("-----BEGIN ") {
        let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        // One line with the name of a key, and then the key: a text that only speaks of the line has none.
        let rest = text.get(start + line.len()..).unwrap_or_default();
        let body = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\\' || letter == 'n');
        let length = body.find(|letter| !is_base64(letter)).unwrap_or(body.len());
        if line.contains("PRIVATE KEY-----") && length >= 40 {
            found.push((start, start + line.trim_end().len(), "a private key"));
        }
    }
    for (start, name) in text.match_indices("client-key-data:") {
        let value = text.get(start + name.len()..).unwrap_or_default().trim_start();
        if value.find(|letter| !is_base64(letter)).unwrap_or(value.len()) >= 40 {
            found.push((start, start + name.len(), "the client key of a kubeconfig"));
        }
    }
    found
}

/// Passwords that somebody has chosen: the value of a key that is called so, with letters and digits. What is made of something else
/// (`$(NAME)`, `{{ .Values }}`, `<yours>`), and what is only a word, is none.
fn passwords(text: &str) -> Vec<(usize, usize, &'static str)> {
    const NAMES: [&str; 3] = ["password", "passwd", "passphrase"];
    let mut found = Vec::new();
    let mut start = 0;
    let mut named = false;
    for line in text.split_inclusive('\n') {
        let (key, value) = line.split_once([':', '=']).unwrap_or((line, ""));
        let plain = |text: &str| text.trim().trim_matches(['"', '\'', ',', '-', ' ']).to_owned();
        let (key, value) = (plain(key).to_lowercase(), plain(value));
        let is_name = |text: &str| NAMES.iter().any(|name| text.to_lowercase().ends_with(name));
        // The name and the value of an environment variable stand on two lines.
        let is_value = is_name(&key) || (named && key == "value");
        if is_value && is_chosen(&value) {
            let at = start + line.find(value.as_str()).unwrap_or_default();
            found.push((at, at + value.len(), "a password"));
        }
        named = key == "name" && is_name(&value);
        start += line.len();
    }
    found
}

/// Whether a text is what somebody chooses for a password, as it is or in base64.
fn is_chosen(value: &str) -> bool {
    let is_mixed = |text: &str| {
        text.len() >= 8
            && text.chars().any(|letter| letter.is_ascii_digit())
            && text.chars().any(char::is_alphabetic)
            && !text.contains(|letter: char| letter.is_whitespace() || matches!(letter, '$' | '{' | '<' | '/' | '*'))
    };
    match decoded(value).filter(|text| !text.is_empty() && text.chars().all(|letter| !letter.is_control())) {
        Some(decoded) => is_mixed(&decoded),
        None => is_mixed(value),
    }
}

/// What stands in base64, at its place outside.
fn encoded(text: &str, depth: usize) -> Vec<(usize, usize, &'static str)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut start = 0;
    while let Some(skipped) = rest.find(is_base64) {
        start += skipped;
        rest = rest.get(skipped..).unwrap_or_default();
        let length = rest.find(|letter| !is_base64(letter)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        if length >= 24
            && let Some(decoded) = decoded(word)
            && let Some((.., what)) = within(&decoded, depth - 1).first()
        {
            found.push((start, start + length, *what));
        }
        start += length;
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// What a word in base64 says, where that is text.
fn decoded(word: &str) -> Option<String> {
    const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
    String::from_utf8(engine.decode(word.trim_end_matches('=')).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_password_that_somebody_has_chosen_is_one() {
        let found = |text: &str| find(FileId(0), text).into_iter().map(|(_, what)| what).collect::<Vec<_>>();
        for text in [
            "password: hunter2hunter2",
            "  POSTGRES_PASSWORD: \"s3cretWord\"",
            "env:\n- name: DB_PASSWORD\n  value: s3cretWord\n",
            "data: {a: b}\npassword: czNjcmV0V29yZA==\n",
            "spring.datasource.password=s3cretWord",
        ] {
            assert_eq!(found(text), ["a password"], "{text}");
        }
        for text in [
            "password: changeme",
            "password: $(DB_PASSWORD_1)",
            "password: {{ .Values.password1 }}",
            "password: <your-password-1>",
            "password: cG9zdGdyZXM=",
            "passwordSecretName: database-1",
            "name: DB_PASSWORD\nvalueFrom: {secretKeyRef: {name: database-1}}\n",
            "A password: at least 8 letters",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    fn found(text: &str) -> Vec<(String, &'static str)> {
        let found = find(FileId(0), text);
        found.into_iter().map(|(span, what)| (text[span.start as usize..span.end as usize].to_owned(), what)).collect()
    }

    /// Made up when the test runs, so that no file of ours looks like one that holds a key.
    fn key() -> String {
        format!("-----BEGIN RSA {} KEY-----\n{}\n-----END", "PRIVATE", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn".repeat(3))
    }

    #[test]
    fn credentials_are_found_where_they_stand() {
        let text = format!("data:\n  key: |\n    {}\n", key());
        assert_eq!(found(&text), [("-----BEGIN RSA PRIVATE KEY-----".to_owned(), "a private key")]);
        let once = STANDARD.encode(key());
        assert_eq!(found(&format!("tls.key: {once}\n")), [(once.clone(), "a private key")]);
        let twice = STANDARD.encode(format!("client-key-data: {once}\n"));
        assert_eq!(found(&twice).len(), 1);
        let token = format!("{}{}", "ghp_", "a1B2".repeat(9));
        assert_eq!(found(&format!("token: {token}\n")), [(token, "a token of GitHub")]);
        let account = format!("{}{}", "AKIA", "ABCD".repeat(4));
        assert_eq!(found(&format!("id={account};")), [(account, "an access key of AWS")]);
        let kubeconfig = format!("    client-key-data: {}\n", "QUJD".repeat(20));
        assert_eq!(found(&kubeconfig), [("client-key-data:".to_owned(), "the client key of a kubeconfig")]);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfnMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn\n",
            "The file starts with `-----BEGIN PRIVATE KEY-----`, and goes on.",
            "client-key-data: ${KEY}",
            "AKIAshort",
            "image: example/ghp_tool:1.0",
            "aGVsbG8gd29ybGQsIHRoaXMgaXMganVzdCB0ZXh0",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
