//! Quantities: the grammar of Kubernetes' `resource.Quantity`.
//!
//! `<sign><digits>[.<digits>]<suffix>`, where the suffix is one of Ki Mi Gi Ti Pi Ei, one of n u m (none) k M G T P E, or an
//! exponent (`e3`, `E-2`).

/// Whether a text is a quantity.
pub(crate) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let is_number = number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() <= 1;
    is_number && is_suffix(suffix)
}

fn is_suffix(suffix: &str) -> bool {
    const SUFFIXES: &[&str] = &["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let is_exponent = || {
        let digits = suffix.strip_prefix(['e', 'E']).map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    SUFFIXES.contains(&suffix) || is_exponent()
}

/// What a person may have meant: the suffix that differs by its letters' case or by a `B` behind it.
pub fn nearest_quantity(text: &str) -> Option<String> {
    let end = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, suffix) = text.split_at(end);
    let number = number.trim_end();
    let suffix = match suffix {
        "B" | "b" => "",
        "K" | "KB" | "kB" | "kb" | "Kb" => "k",
        "ki" | "KiB" | "KIB" | "kib" | "KI" => "Ki",
        "mi" | "MiB" | "MI" | "mib" => "Mi",
        "MB" | "Mb" | "mb" => "M",
        "g" | "GB" | "Gb" | "gb" => "G",
        "gi" | "GiB" | "GI" | "gib" => "Gi",
        "t" | "TB" | "Tb" | "tb" => "T",
        "ti" | "TiB" | "TI" | "tib" => "Ti",
        other if is_suffix(other) => other,
        _ => return None,
    };
    let meant = format!("{number}{suffix}");
    is_quantity(&meant).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_follow_the_grammar() {
        for good in
            ["0", "1", "+1", "-1", "1.", ".5", "1.5", "250m", "1Ki", "1Ei", "100n", "1e3", "1E-3", "1E", "12e+9"]
        {
            assert!(is_quantity(good), "{good}");
        }
        for bad in ["", "m", ".", "1.2.3", "1KiB", "1 Gi", "1gi", "1e", "1e+", "--1", "1Kii", "0x1", "１"] {
            assert!(!is_quantity(bad), "{bad}");
        }
    }

    #[test]
    fn what_was_meant_is_a_quantity() {
        for (text, meant) in [("512MB", "512M"), ("1GiB", "1Gi"), ("1 Gi", "1Gi"), ("2gi", "2Gi"), ("64K", "64k")] {
            assert_eq!(nearest_quantity(text).as_deref(), Some(meant));
        }
        assert_eq!(nearest_quantity("half"), None);
        assert_eq!(nearest_quantity("1 apple"), None);
    }
}
