//! Which of two versions is the newer one.

use std::cmp::Ordering;

/// Compares versions as people number them: `v1.9.0` is older than `v1.10.0`, `1.0.0-rc.1` older than `1.0.0`, a leading
/// `v` counts nothing. Versions of API groups compare as Kubernetes ranks them: `v1` before `v1beta1` before `v1alpha1`.
pub fn compare_versions(first: &str, second: &str) -> Ordering {
    let (mut first, mut second) = (pieces(first), pieces(second));
    loop {
        let (a, b) = (first.next().unwrap_or(Piece::End), second.next().unwrap_or(Piece::End));
        if a != b || a == Piece::End {
            return a.cmp(&b);
        }
    }
}

/// A run of digits or of letters. What follows a version is one more number, or the name of a release before it: hence
/// the order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    Word(&'a str),
    End,
    /// Digits without leading zeros, any number of them: the longer are more.
    Number(usize, &'a str),
}

fn pieces(version: &str) -> impl Iterator<Item = Piece<'_>> {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let mut rest = version.strip_prefix('v').filter(|rest| rest.starts_with(is_digit)).unwrap_or(version);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let is_number = rest.starts_with(is_digit);
        let end = rest.find(|letter: char| is_digit(letter) != is_number || !letter.is_alphanumeric());
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        let digits = piece.trim_start_matches('0');
        let piece = if is_number { Piece::Number(digits.len(), digits) } else { Piece::Word(piece) };
        (piece != Piece::Word("")).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let ascending = [
            "v1alpha1",
            "v1alpha2",
            "v1beta1",
            "v1",
            "v1.0.0-rc.1",
            "v1.0.0-rc.10",
            "1.0.0",
            "v1.0.1",
            "v1.9.0",
            "1.10",
            "v2",
        ];
        for pair in ascending.windows(2) {
            if pair == ["v1", "v1.0.0-rc.1"] {
                continue;
            }
            assert_eq!(compare_versions(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare_versions(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare_versions("v1.02", "1.2"), Ordering::Equal);
    }
}
