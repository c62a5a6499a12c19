//! Any text is parsed, lowered under both sets of rules, emitted and printed without a panic; places are right, and what
//! is written is read again as what it was.
#![no_main]

use design_fuzz::documents::check_parsed;
use design_fuzz::{LONGEST, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() > LONGEST {
        return;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (source, parsed) = read(text);
        check_parsed(source.text(), parsed);
    }
});
