//! Host names of services inside texts.

/// A host name that may be a service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host<'a> {
    /// The first label: the name of the service.
    pub service: &'a str,
    /// The second label, where there is one: the namespace.
    pub namespace: Option<&'a str>,
    /// How sure it is that this is a host name of a service.
    pub certainty: Certainty,
    /// The port behind it, or the one that its scheme stands for.
    pub port: Option<u16>,
    /// The scheme before it.
    pub scheme: Option<&'a str>,
    /// Whether what is called with a port can only be an address: it has a scheme, is all that the text or the value of an
    /// option says, or stands under a key that is called after an address. `cart:2` in other places may be an image.
    pub is_called: bool,
}

/// How sure it is that a text names a service of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// The whole text is one word, which says nothing by itself.
    Word,
    /// It stands before a port, or behind a scheme, with a domain that may be a public one.
    Address,
    /// It stands before a port, or behind a scheme, and has no domain: only the cluster can resolve it.
    LocalAddress,
    /// It ends in `.svc`, with or without the cluster's domain.
    ClusterName,
}

/// How long a user with a password may be before a host, in bytes. Whoever looks back further for every host of a long text
/// looks at all of it each time.
const LONGEST_USER: usize = 1 << 10;

/// Finds host names in a text: `name`, `name.namespace`, `name.namespace.svc`, with the cluster's domain or another behind
/// it, behind a scheme or before a port. A single word counts only where it is the whole text.
///
/// The forms are those of "DNS for Services and Pods" in the Kubernetes documentation.
pub(crate) fn hosts(text: &str) -> impl Iterator<Item = Host<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        while rest < text.len() {
            let start = rest + text.get(rest..)?.find(is_host_byte)?;
            let end =
                text.get(start..)?.find(|letter| !is_host_byte(letter)).map_or(text.len(), |length| start + length);
            rest = end;
            if let Some(host) = host_at(text, start, end) {
                return Some(host);
            }
        }
        None
    })
}

fn is_host_byte(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '.'
}

fn host_at(text: &str, start: usize, end: usize) -> Option<Host<'_>> {
    let token = text.get(start..end)?.trim_end_matches('.');
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let mut labels = token.split('.');
    // A pod of a service without an address of its own has its name before the service's.
    if token.split('.').nth(3) == Some("svc") {
        labels.next().filter(|label| is_label(label))?;
    }
    let service = labels.next().filter(|label| is_label(label))?;
    let namespace = labels.next();
    let third = labels.next();
    if namespace.is_some_and(|label| !is_label(label)) || service == "localhost" {
        return None;
    }
    let authority = before_authority(before);
    let scheme = authority.and_then(|before| before.rsplit(|letter: char| !is_scheme_letter(letter)).next());
    let scheme = scheme.filter(|scheme| !scheme.is_empty());
    let port = port_behind(after).or_else(|| scheme.and_then(usual_port));
    let host = |certainty| {
        let is_called = scheme.is_some() || certainty == Certainty::ClusterName || is_called(before, after);
        Some(Host { service, namespace, certainty, port, scheme, is_called })
    };
    if namespace.is_some() && third == Some("svc") {
        return host(Certainty::ClusterName);
    }
    // More labels than name and namespace, and no `svc`: some other domain.
    if third.is_some() {
        return None;
    }
    // `user:password@` stands where a host could.
    if before.ends_with("://")
        && after.split(['/', '?', '#', ' ', ',', '"', '\'']).next().is_some_and(|authority| authority.contains('@'))
    {
        return None;
    }
    let is_address = authority.is_some() || port_behind(after).is_some();
    let certainty = match (is_address, namespace) {
        (true, None) => Certainty::LocalAddress,
        (true, Some(_)) => Certainty::Address,
        (false, None) if before.trim().is_empty() && after.trim().is_empty() => Certainty::Word,
        (false, _) => return None,
    };
    host(certainty)
}

/// What stands before the `://` behind which a host stands, by itself or with a user before it.
fn before_authority(before: &str) -> Option<&str> {
    if let Some(before) = before.strip_suffix("://") {
        return Some(before);
    }
    let user = before.strip_suffix('@')?;
    let start = (user.len().saturating_sub(LONGEST_USER)..=user.len()).find(|start| user.is_char_boundary(*start))?;
    let found = start + user.get(start..)?.rfind("://")?;
    // Behind a slash the authority has ended (RFC 3986, 3.2).
    user.get(..found).filter(|_| !user.get(found + 3..).unwrap_or_default().contains('/'))
}

fn is_scheme_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.')
}

/// The port that a scheme stands for (the service name registry of IANA, and what each project documents).
fn usual_port(scheme: &str) -> Option<u16> {
    Some(match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "redis" | "rediss" => 6379,
        "postgres" | "postgresql" => 5432,
        "mysql" | "mariadb" => 3306,
        "mongodb" => 27017,
        "amqp" => 5672,
        "amqps" => 5671,
        "nats" => 4222,
        "ldap" => 389,
        "ldaps" => 636,
        _ => return None,
    })
}

/// What the names of variables contain that hold an address.
const ADDRESS_WORDS: [&str; 12] =
    ["HOST", "ADDR", "URL", "URI", "ENDPOINT", "SERVER", "SERVICE", "BROKER", "DSN", "BOOTSTRAP", "PEER", "CONNECTION"];

/// Whether a variable is called after what it holds: an address.
pub(crate) fn is_address_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ADDRESS_WORDS.iter().any(|word| name.contains(word))
}

/// Whether the place of a host before a port says that it is called, by what stands around it.
fn is_called(before: &str, after: &str) -> bool {
    let before = before.trim_end_matches([' ', '"', '\'']);
    let is_key = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let (end, is_option) = match before.strip_suffix(['=', ',']) {
        Some(rest) => (rest, true),
        None => (before.strip_suffix(':').unwrap_or_default(), false),
    };
    let key = end.trim_end_matches([' ', '"', '\'']).rsplit(|letter| !is_key(letter)).next().unwrap_or_default();
    let behind = after.get(1..).unwrap_or_default().trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_whole = (before.is_empty() || is_option) && (behind.is_empty() || behind.starts_with([',', '/']));
    is_address_name(key) || (is_whole && !key.to_ascii_lowercase().contains("image"))
}

/// The port after a colon with which a text goes on.
fn port_behind(after: &str) -> Option<u16> {
    let rest = after.strip_prefix(':')?;
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest
        .get(length..)
        .and_then(|rest| rest.chars().next())
        .is_none_or(|next| !next.is_ascii_alphanumeric() && next != '.' && next != '-');
    rest.get(..length).filter(|_| ends)?.parse().ok().filter(|port| *port > 0)
}

/// An RFC 1123 label with at least one letter: a number is no host name.
fn is_label(label: &str) -> bool {
    let byte_ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(byte_ok)
        && label.bytes().any(|byte| byte.is_ascii_lowercase())
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_their_forms() {
        use Certainty::{Address, ClusterName, LocalAddress, Word};
        let found = |text: &'static str| -> Vec<(&str, Option<&str>, Certainty)> {
            hosts(text).map(|host| (host.service, host.namespace, host.certainty)).collect()
        };
        assert_eq!(found("cart:7070"), [("cart", None, LocalAddress)]);
        assert_eq!(found("http://cart/path?x=1"), [("cart", None, LocalAddress)]);
        assert_eq!(found("redis"), [("redis", None, Word)]);
        assert_eq!(found("cart.shop:80"), [("cart", Some("shop"), Address)]);
        assert_eq!(found("http://cart.shop.svc.cluster.local:80/api"), [("cart", Some("shop"), ClusterName)]);
        assert_eq!(found("cart-0.cart.shop.svc:80"), [("cart", Some("shop"), ClusterName)]);
        assert_eq!(found("a.b.svc,c.d.svc"), [("a", Some("b"), ClusterName), ("c", Some("d"), ClusterName)]);
        assert_eq!(found("postgres://user:pass@db:5432/x"), [("db", None, LocalAddress)]);
        assert_eq!(found("--upstream=http://cart:80"), [("cart", None, LocalAddress)]);
        let port = |text: &'static str| -> Vec<(Option<&str>, Option<u16>, bool)> {
            hosts(text).map(|host| (host.scheme, host.port, host.is_called)).collect()
        };
        assert_eq!(port("https://cart/path"), [(Some("https"), Some(443), true)]);
        assert_eq!(port("jdbc:postgresql://db/x"), [(Some("postgresql"), Some(5432), true)]);
        assert_eq!(port("amqp://user:pass@mq:5673"), [(Some("amqp"), Some(5673), true)]);
        assert_eq!(port("http://cart/ and a@cart:7070"), [(Some("http"), Some(80), true), (None, Some(7070), false)]);
        assert_eq!(port("cart:7070"), [(None, Some(7070), true)]);
        assert_eq!(port("--peer=cart:7070,shop:81"), [(None, Some(7070), true), (None, Some(81), true)]);
        assert_eq!(port("image: cart:2"), [(None, Some(2), false)]);
        assert_eq!(port("--image=cart:2"), [(None, Some(2), false)]);
        assert_eq!(port("server: cart:2"), [(None, Some(2), true)]);
        for nothing in [
            "10.0.0.1:80",
            "localhost:80",
            "example.com",
            "https://api.example.com/x",
            "two words",
            "12:30",
            "Cart:80",
            "a:b",
            "img:1.2.3",
            "",
        ] {
            assert_eq!(found(nothing), [], "{nothing}");
        }
    }
}
