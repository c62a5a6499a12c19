//! Addresses: `ip`, `isIP`, `cidr`, `isCIDR`, and what they can be asked.

use std::net::IpAddr;
use std::sync::Arc;

use cel::objects::Opaque;
use cel::{Context, ExecutionError, Value};

use super::{Declared, argument, failure, method, one, string, text_of};

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address(IpAddr);

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    address: IpAddr,
    bits: u32,
}

impl Opaque for Address {
    fn runtime_type_name(&self) -> &'static str {
        "net.IP"
    }
}

impl Opaque for Range {
    fn runtime_type_name(&self) -> &'static str {
        "net.CIDR"
    }
}

impl Address {
    /// Reads an address. An IPv4 address in the clothes of IPv6 is none, as in Kubernetes.
    fn read(text: &str) -> Option<Self> {
        let address: IpAddr = text.parse().ok()?;
        let is_mapped = matches!(address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some());
        (!is_mapped).then_some(Self(address))
    }

    fn of(value: &Value) -> Result<Self, ExecutionError> {
        let found = match value {
            Value::Opaque(opaque) => opaque.downcast_ref::<Self>().copied(),
            Value::String(text) => Self::read(text),
            _ => None,
        };
        found.ok_or_else(|| failure("ip", "this is no address"))
    }
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let Address(address) = Address::read(address)?;
        let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = is_number.then(|| bits.parse().ok()).flatten()?;
        (bits <= width(address)).then_some(Self { address, bits })
    }

    fn of(value: &Value) -> Result<Self, ExecutionError> {
        let found = match value {
            Value::Opaque(opaque) => opaque.downcast_ref::<Self>().copied(),
            Value::String(text) => Self::read(text),
            _ => None,
        };
        found.ok_or_else(|| failure("cidr", "this is no range of addresses"))
    }

    fn holds(self, address: IpAddr) -> bool {
        let same_family = address.is_ipv4() == self.address.is_ipv4();
        same_family && masked(address, self.bits) == masked(self.address, self.bits)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The bits of an address that a range keeps.
fn masked(address: IpAddr, bits: u32) -> u128 {
    let number = match address {
        IpAddr::V4(four) => u128::from(u32::from(four)),
        IpAddr::V6(six) => u128::from(six),
    };
    let dropped = width(address) - bits;
    number.checked_shr(dropped).unwrap_or_default()
}

fn unmasked(address: IpAddr, bits: u32) -> IpAddr {
    let dropped = width(address) - bits;
    let number = masked(address, bits).checked_shl(dropped).unwrap_or_default();
    match address {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(number).unwrap_or_default().into()),
        IpAddr::V6(_) => IpAddr::V6(number.into()),
    }
}

pub(super) fn declare(context: &mut Context<'static, 'static>) -> Declared {
    // The address of a range, too.
    one(context, "ip", |value| match value {
        Value::Opaque(_) => Ok(Value::Opaque(Arc::new(Address(Range::of(value)?.address)))),
        _ => Ok(Value::Opaque(Arc::new(Address::of(value)?))),
    })?;
    one(context, "isIP", |text| Ok(Value::Bool(Address::read(text_of("isIP", text)?).is_some())))?;
    one(context, "ip.isCanonical", |text| {
        let text = text_of("ip.isCanonical", text)?;
        let Address(address) = Address::of(&string(text))?;
        Ok(Value::Bool(address.to_string() == text))
    })?;
    one(context, "family", |value| Ok(Value::Int(if Address::of(value)?.0.is_ipv4() { 4 } else { 6 })))?;
    one(context, "isUnspecified", |value| Ok(Value::Bool(Address::of(value)?.0.is_unspecified())))?;
    one(context, "isLoopback", |value| Ok(Value::Bool(Address::of(value)?.0.is_loopback())))?;
    one(context, "isLinkLocalMulticast", |value| {
        Ok(Value::Bool(match Address::of(value)?.0 {
            IpAddr::V4(four) => matches!(four.octets(), [224, 0, 0, _]),
            IpAddr::V6(six) => matches!(six.segments(), [first, ..] if first & 0xff0f == 0xff02),
        }))
    })?;
    one(context, "isLinkLocalUnicast", |value| {
        Ok(Value::Bool(match Address::of(value)?.0 {
            IpAddr::V4(four) => four.is_link_local(),
            IpAddr::V6(six) => six.is_unicast_link_local(),
        }))
    })?;
    one(context, "isGlobalUnicast", |value| {
        let address = Address::of(value)?.0;
        let is_link_local = match address {
            IpAddr::V4(four) => four.is_link_local() || four.is_broadcast(),
            IpAddr::V6(six) => six.is_unicast_link_local(),
        };
        let is_special = address.is_unspecified() || address.is_loopback() || address.is_multicast();
        Ok(Value::Bool(!is_special && !is_link_local))
    })?;
    one(context, "cidr", |value| Ok(Value::Opaque(Arc::new(Range::of(value)?))))?;
    one(context, "isCIDR", |text| Ok(Value::Bool(Range::read(text_of("isCIDR", text)?).is_some())))?;
    one(context, "prefixLength", |value| Ok(Value::Int(Range::of(value)?.bits.into())))?;
    one(context, "masked", |value| {
        let range = Range::of(value)?;
        let address = unmasked(range.address, range.bits);
        Ok(Value::Opaque(Arc::new(Range { address, ..range })))
    })?;
    method(context, "containsIP", |value, arguments| {
        let Address(address) = Address::of(argument("containsIP", arguments, 0)?)?;
        Ok(Value::Bool(Range::of(value)?.holds(address)))
    })?;
    method(context, "containsCIDR", |value, arguments| {
        let (outer, inner) = (Range::of(value)?, Range::of(argument("containsCIDR", arguments, 0)?)?);
        Ok(Value::Bool(outer.bits <= inner.bits && outer.holds(inner.address)))
    })
}
