//! What a rule is.

use design_vocabulary::{Code, Finding, Severity, Span};

/// A rule: the kind of thing that a finding reports.
#[derive(Debug)]
pub struct Rule {
    /// The stable code, such as `D0102`.
    pub code: Code,
    /// The name for people, such as `duplicate-key`.
    pub name: &'static str,
    /// How much its findings weigh.
    pub severity: Severity,
    /// Its page, as Markdown.
    pub page: &'static str,
}

impl Rule {
    /// A finding of this rule.
    pub fn finding(&self, message: impl Into<String>, primary: Span) -> Finding {
        Finding::new(self.code, self.severity, message, primary)
    }

    /// The whole page: heading and text.
    pub fn document(&self) -> String {
        let text: Vec<&str> = self.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        format!(
            "# {}: {}\n\nSeverity: {}\n\n{}\n",
            self.code,
            self.name,
            self.severity.as_str(),
            text.join("\n").trim()
        )
    }
}

/// Declares the rule of a file. Its doc comment becomes the page.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $code:literal, $name:literal, $severity:ident) => {
        $(#[doc = $line])+
        pub static RULE: crate::Rule = crate::Rule {
            code: design_vocabulary::Code($code),
            name: $name,
            severity: design_vocabulary::Severity::$severity,
            page: concat!($($line, "\n"),+),
        };
    };
}

pub(crate) use rule;
