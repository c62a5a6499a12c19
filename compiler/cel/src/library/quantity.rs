//! Quantities: `quantity`, `isQuantity`, and what they can be asked.

use std::sync::Arc;

use cel::objects::Opaque;
use cel::{Context, ExecutionError, Value};

use super::{Answer, Declared, argument, failure, method, one, text_of};

/// A quantity in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Quantity(i128);

/// One, in billionths.
const ONE: i128 = 1_000_000_000;

impl Opaque for Quantity {
    fn runtime_type_name(&self) -> &'static str {
        "kubernetes.Quantity"
    }
}

impl Quantity {
    /// Reads a quantity by Kubernetes' grammar. What is finer than a billionth is rounded up, as it is there.
    fn read(text: &str) -> Option<Self> {
        let (sign, unsigned) = match text.as_bytes().first()? {
            b'-' => (-1, text.get(1..)?),
            b'+' => (1, text.get(1..)?),
            _ => (1, text),
        };
        let end = unsigned.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') || number.len() > 30 {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = u32::try_from(fraction.len()).ok()?;
        let (factor, divisor) = scale(suffix)?;
        let numerator = digits.checked_mul(factor)?.checked_mul(ONE)?;
        let divisor = divisor.checked_mul(10i128.checked_pow(places)?)?;
        let rounded = numerator / divisor + i128::from(numerator % divisor != 0);
        Some(Self(sign * rounded))
    }

    fn of(value: &Value) -> Result<Self, ExecutionError> {
        match value {
            Value::Opaque(opaque) => opaque.downcast_ref::<Self>().copied(),
            Value::Int(whole) => i128::from(*whole).checked_mul(ONE).map(Self),
            _ => None,
        }
        .ok_or_else(|| failure("quantity", "this is no quantity"))
    }

    fn value(self) -> Value {
        Value::Opaque(Arc::new(self))
    }
}

/// A suffix as a factor and a divisor.
fn scale(suffix: &str) -> Option<(i128, i128)> {
    let thousand = |power: u32| 1000i128.pow(power);
    Some(match suffix {
        "" => (1, 1),
        "n" => (1, thousand(3)),
        "u" => (1, thousand(2)),
        "m" => (1, 1000),
        "k" => (1000, 1),
        "M" => (thousand(2), 1),
        "G" => (thousand(3), 1),
        "T" => (thousand(4), 1),
        "P" => (thousand(5), 1),
        "E" => (thousand(6), 1),
        "Ki" => (1 << 10, 1),
        "Mi" => (1 << 20, 1),
        "Gi" => (1 << 30, 1),
        "Ti" => (1 << 40, 1),
        "Pi" => (1 << 50, 1),
        "Ei" => (1 << 60, 1),
        exponent => {
            let exponent: i32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
            let power = 10i128.checked_pow(exponent.unsigned_abs())?;
            if exponent < 0 { (1, power) } else { (power, 1) }
        }
    })
}

pub(super) fn declare(context: &mut Context<'static, 'static>) -> Declared {
    one(context, "quantity", |text| {
        let text = text_of("quantity", text)?;
        Quantity::read(text)
            .map(Quantity::value)
            .ok_or_else(|| failure("quantity", format_args!("`{text}` is no quantity")))
    })?;
    one(context, "isQuantity", |text| Ok(Value::Bool(Quantity::read(text_of("isQuantity", text)?).is_some())))?;
    one(context, "sign", |value| Ok(Value::Int(Quantity::of(value)?.0.signum().try_into().unwrap_or_default())))?;
    one(context, "isInteger", |value| {
        let amount = Quantity::of(value)?.0;
        Ok(Value::Bool(amount % ONE == 0 && i64::try_from(amount / ONE).is_ok()))
    })?;
    one(context, "asInteger", |value| {
        let amount = Quantity::of(value)?.0;
        let whole = (amount % ONE == 0).then(|| i64::try_from(amount / ONE).ok()).flatten();
        whole.map(Value::Int).ok_or_else(|| failure("asInteger", "the quantity is no whole number"))
    })?;
    one(context, "asApproximateFloat", |value| {
        #[expect(clippy::cast_precision_loss, reason = "the name of the function says so")]
        Ok(Value::Float(Quantity::of(value)?.0 as f64 / ONE as f64))
    })?;
    method(context, "add", |value, arguments| combine("add", value, arguments, i128::checked_add))?;
    method(context, "sub", |value, arguments| combine("sub", value, arguments, i128::checked_sub))
}

fn combine(function: &str, value: &Value, arguments: &[Value], work: fn(i128, i128) -> Option<i128>) -> Answer {
    let other = Quantity::of(argument(function, arguments, 0)?)?;
    let amount = work(Quantity::of(value)?.0, other.0);
    amount.map(|amount| Quantity(amount).value()).ok_or_else(|| failure(function, "the quantity is too large"))
}

/// The order of two quantities; `None` where the value is none.
pub(super) fn compare(value: &Value, other: &Value) -> Option<std::cmp::Ordering> {
    matches!(value, Value::Opaque(_)).then(|| Some(Quantity::of(value).ok()?.cmp(&Quantity::of(other).ok()?))).flatten()
}
