//! The functions that templates may call: Go's own, Sprig's and Helm's, as far as this engine has them.
//!
//! What changes with the clock or by chance is refused by its name, and so is what Helm has and this engine has not:
//! neither is ever answered wrongly. `docs/charts.md` holds the table.

mod compare;
mod durations;
mod encode;
mod format;
mod kinds;
mod lists;
mod maps;
mod numbers;
mod paths;
mod patterns;
mod strings;
mod toml;
mod urls;
pub(crate) mod versions;
mod words;

use std::rc::Rc;

use design_vocabulary::Span;

use crate::budget::Budget;
use crate::fault::Fault;
use crate::text::Text;
use crate::value::{Data, List, Map, Value};

pub(crate) use encode::base64;
pub use versions::{is_version, newest};

/// A function of templates.
pub(crate) type Function = fn(&mut Call<'_>, &[Value]) -> Result<Value, Fault>;

/// A call: whose, and what it may still cost.
pub(crate) struct Call<'a> {
    pub name: &'a str,
    pub budget: &'a mut Budget,
}

/// A function by its name.
pub(crate) fn find(name: &str) -> Option<Function> {
    strings::find(name)
        .or_else(|| lists::find(name))
        .or_else(|| maps::find(name))
        .or_else(|| compare::find(name))
        .or_else(|| numbers::find(name))
        .or_else(|| kinds::find(name))
        .or_else(|| encode::find(name))
        .or_else(|| patterns::find(name))
        .or_else(|| versions::find(name))
        .or_else(|| paths::find(name))
        .or_else(|| words::find(name))
        .or_else(|| urls::find(name))
        .or_else(|| toml::find(name))
        .or_else(|| durations::find(name))
}

/// What becomes of a call of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is answered.
    Known,
    /// It is refused, since Helm has it and this engine has not.
    NotCovered,
    /// It is refused, since its answer changes with the clock or by chance.
    NotDeterministic,
    /// Nobody has such a function.
    Unknown,
}

/// What becomes of a call of a function, by its name.
pub fn answer(name: &str) -> Answer {
    match name {
        "and" | "or" | "include" | "tpl" => Answer::Known,
        _ if find(name).is_some() => Answer::Known,
        _ if NOT_COVERED.contains(&name) => Answer::NotCovered,
        _ if NOT_DETERMINISTIC.contains(&name) => Answer::NotDeterministic,
        _ => Answer::Unknown,
    }
}

/// Functions whose answer changes with the clock or by chance.
pub(crate) const NOT_DETERMINISTIC: &[&str] = &[
    "ago",
    "bcrypt",
    "buildCustomCert",
    "date",
    "dateInZone",
    "date_in_zone",
    "date_modify",
    "dateModify",
    "encryptAES",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "htmlDate",
    "htmlDateInZone",
    "htpasswd",
    "must_date_modify",
    "mustDateModify",
    "mustToDate",
    "now",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "shuffle",
    "toDate",
    "unixEpoch",
    "uuidv4",
];

/// Functions that Helm has and this engine has not.
pub(crate) const NOT_COVERED: &[&str] = &["decryptAES", "derivePassword"];

impl Call<'_> {
    /// Fails where there are too few arguments.
    pub fn at_least(&self, args: &[Value], count: usize) -> Result<(), Fault> {
        if args.len() < count {
            return Err(Fault::wrong(format!("`{}` wants {count} arguments and got {}", self.name, args.len())));
        }
        Ok(())
    }

    fn exactly(&self, args: &[Value], count: usize) -> Result<(), Fault> {
        if args.len() == count {
            return Ok(());
        }
        Err(Fault::wrong(format!("`{}` wants {count} arguments and got {}", self.name, args.len())))
    }

    fn expected(&self, what: &str, got: &Value) -> Fault {
        Fault::wrong(format!("`{}` wants {what} and got {}", self.name, noun(got)))
    }

    /// An argument that has to be there.
    pub fn any<'v>(&self, args: &'v [Value], position: usize) -> Result<&'v Value, Fault> {
        self.at_least(args, position + 1)?;
        args.get(position).ok_or_else(|| Fault::wrong(format!("`{}` has too few arguments", self.name)))
    }

    /// An argument that has to be a text.
    fn text(&self, args: &[Value], position: usize) -> Result<Rc<Text>, Fault> {
        let value = self.any(args, position)?;
        match &value.data {
            // A text that was written at one place stays of there, whatever part of it is used.
            Data::Text(text) => Ok(match value.place {
                Some(at) => Rc::new(covered(text, at)),
                None => Rc::clone(text),
            }),
            _ => Err(self.expected("a text", value)),
        }
    }

    /// An argument that has to be a whole number.
    fn integer(&self, args: &[Value], position: usize) -> Result<i64, Fault> {
        let value = self.any(args, position)?;
        match value.data {
            Data::Int(number) | Data::Int64(number) => Ok(number),
            _ => Err(self.expected("a whole number", value)),
        }
    }

    /// An argument that has to be a list.
    fn list(&self, args: &[Value], position: usize) -> Result<List, Fault> {
        let value = self.any(args, position)?;
        let list = value.as_list().ok_or_else(|| self.expected("a list", value))?;
        Ok(list)
    }

    /// An argument that has to be a mapping. Nothing is an empty one, as in Go, unless it would be written to.
    fn map(&self, args: &[Value], position: usize) -> Result<Map, Fault> {
        let value = self.any(args, position)?;
        if value.is_nil() && self.name != "set" {
            return Ok(Map::default());
        }
        value.as_map().cloned().ok_or_else(|| self.expected("a mapping", value))
    }
}

fn covered(text: &Text, at: Span) -> Text {
    let mut text = text.clone();
    text.cover(at);
    text
}

/// What a value is, for people.
pub(crate) fn noun(value: &Value) -> &'static str {
    match &value.data {
        Data::Nil => "nothing",
        Data::Bool(_) => "true or false",
        Data::Int(_) | Data::Int64(_) => "a whole number",
        Data::Float(_) => "a number of the values",
        Data::Text(_) => "a text",
        Data::Bytes(_) => "bytes",
        Data::List(_) | Data::Versions(_) => "a list",
        Data::Map(_) => "a mapping",
        Data::Files(_) => "files",
        Data::KubeVersion(_) | Data::Semver(_) => "a version",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_known_or_refused_and_not_both() {
        for name in NOT_DETERMINISTIC.iter().chain(NOT_COVERED) {
            assert!(find(name).is_none(), "{name}");
        }
    }
}
