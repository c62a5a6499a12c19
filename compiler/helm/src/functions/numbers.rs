//! Functions of numbers. `int` and its like read whatever they are given; what is no number is zero, as in Sprig.

use super::{Call, Function};
use crate::fault::{Cause, Fault};
use crate::value::{Data, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "int" => |call, args| Ok(Data::Int(to_integer(call.any(args, 0)?)).into()),
        "int64" => |call, args| Ok(Data::Int64(to_integer(call.any(args, 0)?)).into()),
        "float64" => |call, args| Ok(Data::Float(to_float(call.any(args, 0)?)).into()),
        "atoi" => |call, args| Ok(Data::Int(call.text(args, 0)?.as_str().parse().unwrap_or(0)).into()),
        "add" => |_, args| Ok(whole(args.iter().map(to_integer).fold(0, i64::wrapping_add))),
        "add1" => |call, args| Ok(whole(to_integer(call.any(args, 0)?).wrapping_add(1))),
        "sub" => |call, args| pair(call, args, |a, b| Some(a.wrapping_sub(b))),
        "mul" => |call, args| {
            call.at_least(args, 1)?;
            Ok(whole(args.iter().map(to_integer).fold(1, i64::wrapping_mul)))
        },
        "div" => |call, args| pair(call, args, i64::checked_div),
        "mod" => |call, args| pair(call, args, i64::checked_rem),
        "max" | "biggest" => |call, args| {
            call.at_least(args, 1)?;
            Ok(whole(args.iter().map(to_integer).max().unwrap_or(0)))
        },
        "min" => |call, args| {
            call.at_least(args, 1)?;
            Ok(whole(args.iter().map(to_integer).min().unwrap_or(0)))
        },
        "addf" => |_, args| Ok(double(decimals(0.0, args, Decimal::plus, |a, b| a + b))),
        "add1f" => |call, args| Ok(double(decimals(1.0, &[call.any(args, 0)?.clone()], Decimal::plus, |a, b| a + b))),
        "subf" => |call, args| folded(call, args, Decimal::minus, |a, b| a - b),
        "mulf" => |call, args| folded(call, args, Decimal::times, |a, b| a * b),
        "divf" => |call, args| folded(call, args, Decimal::over, |a, b| a / b),
        "maxf" => |call, args| folded(call, args, |_, _| None, f64::max),
        "minf" => |call, args| folded(call, args, |_, _| None, f64::min),
        "floor" => |call, args| Ok(double(to_float(call.any(args, 0)?).floor())),
        "ceil" => |call, args| Ok(double(to_float(call.any(args, 0)?).ceil())),
        "round" => round,
        "until" => |call, args| {
            let end = call.integer(args, 0)?;
            Ok(steps(call, 0, end, if end < 0 { -1 } else { 1 })?.into_iter().map(counted).collect::<Vec<_>>().into())
        },
        "untilStep" => |call, args| {
            let (start, end, step) = (call.integer(args, 0)?, call.integer(args, 1)?, call.integer(args, 2)?);
            Ok(steps(call, start, end, step)?.into_iter().map(counted).collect::<Vec<_>>().into())
        },
        "seq" => seq,
        // Of a number in octal digits.
        "toDecimal" => |call, args| {
            let text = crate::print::plain(call.any(args, 0)?);
            Ok(whole(i64::from_str_radix(&text, 8).unwrap_or(0)))
        },
        _ => return None,
    })
}

fn whole(number: i64) -> Value {
    Data::Int64(number).into()
}

fn counted(number: i64) -> Value {
    Data::Int(number).into()
}

fn double(number: f64) -> Value {
    Data::Float(number).into()
}

fn pair(call: &Call<'_>, args: &[Value], compute: fn(i64, i64) -> Option<i64>) -> Result<Value, Fault> {
    let (a, b) = (to_integer(call.any(args, 0)?), to_integer(call.any(args, 1)?));
    compute(a, b).map(whole).ok_or_else(|| Fault::wrong(format!("`{}` divides by zero", call.name)))
}

fn folded(call: &Call<'_>, args: &[Value], exact: Exact, rough: fn(f64, f64) -> f64) -> Result<Value, Fault> {
    let first = to_float(call.any(args, 0)?);
    Ok(double(decimals(first, args.get(1..).unwrap_or_default(), exact, rough)))
}

/// How two decimal numbers are computed with; `None` where the result has too many digits.
type Exact = fn(Decimal, Decimal) -> Option<Decimal>;

/// Computes with decimal numbers, as Sprig does, so that `0.1` and `0.2` make `0.3`; with doubles where that takes too many
/// digits.
fn decimals(first: f64, others: &[Value], exact: Exact, rough: fn(f64, f64) -> f64) -> f64 {
    others.iter().map(to_float).fold(first, |left, right| {
        let found = Decimal::of(left).zip(Decimal::of(right)).and_then(|(left, right)| exact(left, right));
        found.map_or_else(|| rough(left, right), Decimal::double)
    })
}

/// A number as digits and how many of them stand behind the point.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// Digits behind the point of a quotient.
    const PLACES: u32 = 16;

    fn of(number: f64) -> Option<Self> {
        let text = format!("{number}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let places = u32::try_from(fraction.len()).ok().filter(|places| *places <= 18)?;
        Some(Self { digits: format!("{whole}{fraction}").parse().ok()?, places })
    }

    fn double(self) -> f64 {
        // Read from its digits it is the nearest double.
        format!("{}e-{}", self.digits, self.places).parse().unwrap_or(0.0)
    }

    /// The digits with as many places.
    fn at(self, places: u32) -> Option<i128> {
        self.digits.checked_mul(10_i128.checked_pow(places.checked_sub(self.places)?)?)
    }

    fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        Some(Self { digits: self.at(places)?.checked_add(other.at(places)?)?, places })
    }

    fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { digits: other.digits.checked_neg()?, ..other })
    }

    fn times(self, other: Self) -> Option<Self> {
        Some(Self { digits: self.digits.checked_mul(other.digits)?, places: self.places + other.places })
    }

    fn over(self, other: Self) -> Option<Self> {
        let above = self.at(self.places + other.places + Self::PLACES)?;
        let below = other.digits.checked_mul(10_i128.checked_pow(self.places)?)?;
        let (whole, rest) = (above.checked_div(below)?, above.checked_rem(below)?);
        // A half is rounded away from zero.
        let is_up = rest.unsigned_abs() >= below.unsigned_abs().div_ceil(2);
        let step = if (above < 0) == (below < 0) { 1 } else { -1 };
        Some(Self { digits: if is_up { whole + step } else { whole }, places: Self::PLACES })
    }
}

/// A value as a whole number, whatever it is.
#[expect(clippy::cast_possible_truncation, reason = "Go cuts the fraction off as well")]
pub(super) fn to_integer(value: &Value) -> i64 {
    match &value.data {
        Data::Int(number) | Data::Int64(number) => *number,
        Data::Float(number) => *number as i64,
        Data::Bool(truth) => i64::from(*truth),
        Data::Text(text) => {
            let text = text.as_str();
            let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
            // A fraction of zeros is left away.
            let digits = match digits.split_once('.') {
                Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
                _ => digits,
            };
            let digits = digits.strip_prefix('+').unwrap_or(digits);
            let number = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("0x") => i64::from_str_radix(&digits[2..], 16),
                Some("0o") => i64::from_str_radix(&digits[2..], 8),
                Some("0b") => i64::from_str_radix(&digits[2..], 2),
                _ if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8),
                _ => digits.parse(),
            };
            let number = number.unwrap_or(0);
            if negative { -number } else { number }
        }
        _ => 0,
    }
}

/// A value as a double, whatever it is.
#[expect(clippy::cast_precision_loss, reason = "Go rounds as well")]
pub(super) fn to_float(value: &Value) -> f64 {
    match &value.data {
        Data::Int(number) | Data::Int64(number) => *number as f64,
        Data::Float(number) => *number,
        Data::Bool(truth) => f64::from(u8::from(*truth)),
        Data::Text(text) => text.as_str().parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

fn round(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (number, places) = (to_float(call.any(args, 0)?), call.integer(args, 1)?);
    let on = args.get(2).map_or(0.5, to_float);
    let power = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    let digit = power * number;
    let rounded = if digit.fract() >= on { digit.ceil() } else { digit.floor() };
    Ok(double(rounded / power))
}

fn steps(call: &mut Call<'_>, start: i64, end: i64, step: i64) -> Result<Vec<i64>, Fault> {
    let distance = end.saturating_sub(start);
    if step == 0 || distance.signum() != step.signum() {
        return Ok(Vec::new());
    }
    let count = distance.unsigned_abs().div_ceil(step.unsigned_abs());
    let count = usize::try_from(count).map_err(|_| Fault::from(Cause::Limit("more steps than a chart may take")))?;
    call.budget.steps(count)?;
    Ok((0..i64::try_from(count).unwrap_or(0)).map(|index| start.saturating_add(index.saturating_mul(step))).collect())
}

/// Numbers in a row as a text.
fn seq(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let number = |position| call_integer(call, args, position);
    let (start, step, end) = match args.len() {
        1 => (1, None, number(0)?),
        2 => (number(0)?, None, number(1)?),
        3 => (number(0)?, Some(number(1)?), number(2)?),
        _ => return Ok("".into()),
    };
    let direction = if end < start { -1 } else { 1 };
    let numbers = steps(call, start, end.saturating_add(direction), step.unwrap_or(direction))?;
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(numbers.join(" ").into())
}

fn call_integer(call: &Call<'_>, args: &[Value], position: usize) -> Result<i64, Fault> {
    call.integer(args, position)
}
