//! Amounts of processor time, memory and storage, as Kubernetes writes them.

/// A quantity in billionths, and whether its suffix is a binary one, which it keeps; `None` for what is no quantity, for one
/// with an exponent, and for one finer than that (k8s.io/apimachinery, `pkg/api/resource`).
pub fn quantity(text: &str) -> Option<(i128, bool)> {
    const SUFFIXES: [(&str, i128, bool); 16] = [
        ("Ki", 1_000_000_000 << 10, true),
        ("Mi", 1_000_000_000 << 20, true),
        ("Gi", 1_000_000_000 << 30, true),
        ("Ti", 1_000_000_000 << 40, true),
        ("Pi", 1_000_000_000 << 50, true),
        ("Ei", 1_000_000_000 << 60, true),
        ("n", 1, false),
        ("u", 1_000, false),
        ("m", 1_000_000, false),
        ("k", 1_000_000_000_000, false),
        ("M", 1_000_000_000_000_000, false),
        ("G", 1_000_000_000_000_000_000, false),
        ("T", 1_000_000_000_000_000_000_000, false),
        ("P", 1_000_000_000_000_000_000_000_000, false),
        ("E", 1_000_000_000_000_000_000_000_000_000, false),
        ("", 1_000_000_000, false),
    ];
    let (number, unit, is_binary) =
        SUFFIXES.iter().find_map(|(suffix, unit, is_binary)| Some((text.strip_suffix(suffix)?, *unit, *is_binary)))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) || part.len() > 9 {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(part.len()).ok()?);
    let digits = format!("{whole}{part}").parse::<i128>().ok()?.checked_mul(unit)?;
    (digits % scale == 0).then_some((digits / scale, is_binary))
}

#[cfg(test)]
mod tests {
    use super::quantity;

    #[test]
    fn amounts_are_exact() {
        assert_eq!(quantity("1"), Some((1_000_000_000, false)));
        assert_eq!(quantity("250m"), Some((250_000_000, false)));
        assert_eq!(quantity("0.5"), quantity("500m"));
        assert_eq!(quantity("64Mi"), Some(((64 << 20) * 1_000_000_000, true)));
        for text in ["", "Mi", "1e3", "-1", "1.0000000001", "one"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }
}
