//! The nearest of several names.

/// The candidate that a person most likely meant: at most a third of its letters wrong, swapped or missing, letter case
/// counting nothing. Ties go to the first candidate. `None` where nothing is near.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = written.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&lowered, &candidate.to_lowercase());
        let allowed = (candidate.chars().count().max(lowered.chars().count()) / 3).max(1);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_noise_finds_nothing() {
        let words = ["components", "relationships", "name"];
        assert_eq!(nearest("componets", words), Some("components"));
        assert_eq!(nearest("Name", words), Some("name"));
        assert_eq!(nearest("zzz", words), None);
    }
}
