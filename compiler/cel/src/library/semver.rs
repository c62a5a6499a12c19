//! Versions: `semver`, `isSemver`, `major`, `minor`, `patch`; and the order of versions and quantities: `compareTo`,
//! `isLessThan`, `isGreaterThan`.

use std::cmp::Ordering;
use std::sync::Arc;

use cel::objects::Opaque;
use cel::{Context, ExecutionError, Value};

use super::{Declared, argument, failure, method, one, text_of};

/// A version by semver.org. What stands behind `+` does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    numbers: [u64; 3],
    before: Vec<String>,
}

impl Opaque for Version {
    fn runtime_type_name(&self) -> &'static str {
        "kubernetes.Semver"
    }
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let (text, _) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, before) = match text.split_once('-') {
            Some((numbers, before)) => (numbers, before.split('.').map(str::to_owned).collect()),
            None => (text, Vec::new()),
        };
        let number = |part: &str| {
            let is_number = part == "0" || (!part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()));
            is_number.then(|| part.parse().ok()).flatten()
        };
        let numbers: Option<Vec<u64>> = numbers.split('.').map(number).collect();
        let is_identifier =
            |part: &String| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        before.iter().all(is_identifier).then_some(Self { numbers: numbers?.try_into().ok()?, before })
    }

    fn of(value: &Value) -> Option<&Self> {
        match value {
            Value::Opaque(opaque) => opaque.downcast_ref(),
            _ => None,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let identifier = |a: &String, b: &String| match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            _ => a.cmp(b),
        };
        let before = || match (self.before.is_empty(), other.before.is_empty()) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => {
                let pairs = self.before.iter().zip(&other.before);
                let first = pairs.map(|(a, b)| identifier(a, b)).find(|order| order.is_ne());
                first.unwrap_or_else(|| self.before.len().cmp(&other.before.len()))
            }
        };
        self.numbers.cmp(&other.numbers).then_with(before)
    }
}

pub(super) fn declare(context: &mut Context<'static, 'static>) -> Declared {
    one(context, "semver", |text| {
        let text = text_of("semver", text)?;
        let version = Version::read(text).ok_or_else(|| failure("semver", format_args!("`{text}` is no version")))?;
        Ok(Value::Opaque(Arc::new(version)))
    })?;
    one(context, "isSemver", |text| Ok(Value::Bool(Version::read(text_of("isSemver", text)?).is_some())))?;
    one(context, "major", |value| number(value, 0))?;
    one(context, "minor", |value| number(value, 1))?;
    one(context, "patch", |value| number(value, 2))?;
    method(context, "compareTo", |value, arguments| {
        Ok(Value::Int(match order("compareTo", value, arguments)? {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }))
    })?;
    method(context, "isLessThan", |value, arguments| Ok(Value::Bool(order("isLessThan", value, arguments)?.is_lt())))?;
    method(context, "isGreaterThan", |value, arguments| {
        Ok(Value::Bool(order("isGreaterThan", value, arguments)?.is_gt()))
    })
}

fn number(value: &Value, index: usize) -> Result<Value, ExecutionError> {
    let version = Version::of(value).ok_or_else(|| failure("semver", "this is no version"))?;
    let number = version.numbers.get(index).copied().unwrap_or_default();
    Ok(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)))
}

fn order(function: &str, value: &Value, arguments: &[Value]) -> Result<Ordering, ExecutionError> {
    let other = argument(function, arguments, 0)?;
    let versions = Version::of(value).zip(Version::of(other)).map(|(value, other)| value.compare(other));
    versions
        .or_else(|| super::quantity::compare(value, other))
        .ok_or_else(|| failure(function, "compares two quantities or two versions"))
}
