//! Values that flow along relationships.
//!
//! A field is written where its relationship does not hold any more, and only there. The fields that are written form
//! slots: a field with all that is written inside it. Slots are taken in the order in which values flow, so that a chain
//! of any length settles at once; slots in a circle, and slots whose mutators disagree, keep their values and are told of.

use std::collections::{BTreeMap, BTreeSet};

use design_vocabulary::{FieldPath, Number, Strategy, Text, Value};

use crate::canonical::plain;
use crate::compare::equal;
use crate::flow::{Flow, Place, Wanted, collect};
use crate::link::Link;
use crate::marks::Marks;
use crate::state::State;
use crate::{Because, Problem, field};

/// Lets values flow.
pub(crate) fn apply(state: &mut State<'_>) {
    let moved = moved(state);
    let told = state.problems.len();
    let open = collect(state, Wanted::Open(&moved));
    let differing: Vec<usize> =
        open.iter().filter(|flow| flow.value(state).is_some() && !flow.holds(state)).map(|flow| flow.link).collect();
    if differing.is_empty() {
        return;
    }
    for link in differing {
        if let Some(link) = state.links.get_mut(link) {
            link.is_settled = false;
        }
    }
    // What holds already has a say, too, so everything is looked at once more, and told of once.
    state.problems.truncate(told);
    let flows = collect(state, Wanted::All);
    let slots = Slots::of(&flows);
    let (order, circle) = slots.order();
    let mut in_circle: BTreeSet<usize> = BTreeSet::new();
    for slot in order {
        let members: Vec<&Flow> = slots.flows(slot).iter().filter_map(|flow| flows.get(*flow)).collect();
        if circle.contains(&slot) {
            let differs = |flow: &&Flow| flow.value(state).is_some() && !flow.holds(state);
            in_circle.extend(members.iter().filter(|flow| differs(flow)).map(|flow| flow.link));
        } else {
            settle(state, &members);
        }
    }
    if !in_circle.is_empty() {
        state.problems.push(Problem::Circle { relationships: in_circle.into_iter().collect() });
    }
}

/// The components that changed since values flowed, and the aliases of their parts.
fn moved(state: &mut State<'_>) -> Marks {
    let mut moved = std::mem::take(&mut state.moved);
    if !moved.is_empty() {
        let aliases = (0..state.nodes.len()).filter(|node| state.is_alias(*node));
        let inside = aliases.filter(|node| moved.has(state.locate(*node, &root()).0)).collect::<Vec<_>>();
        for node in inside {
            moved.mark(node);
        }
    }
    moved
}

/// The configuration as a whole.
fn root() -> FieldPath {
    FieldPath::new(["configuration"])
}

/// What a relationship wants a field to be.
struct Wish<'a> {
    path: FieldPath,
    value: Value,
    /// Whether only the text counts.
    as_text: bool,
    flow: &'a Flow,
}

fn settle(state: &mut State<'_>, flows: &[&Flow]) {
    if flows.iter().all(|flow| flow.value(state).is_none() || flow.holds(state)) {
        return;
    }
    let mut wishes = Vec::new();
    for flow in flows {
        match wishes_of(state, flow) {
            Ok(some) => wishes.extend(some),
            Err(refusal) => refused(state, flow, refusal),
        }
    }
    wishes.sort_by(|one, other| one.path.cmp(&other.path));
    let mut dissent: BTreeSet<usize> = BTreeSet::new();
    for (index, wish) in wishes.iter().enumerate() {
        let inside = wishes.iter().skip(index + 1).take_while(|other| other.path.0.starts_with(&wish.path.0));
        for other in inside.filter(|other| !agree(wish, other)) {
            dissent.extend([wish.flow.link, other.flow.link]);
        }
    }
    if let (false, Some(first)) = (dissent.is_empty(), wishes.first()) {
        state.problems.push(Problem::Conflict {
            component: first.flow.to.node,
            path: first.path.clone(),
            relationships: dissent.into_iter().collect(),
        });
        return;
    }
    for wish in wishes {
        let node = wish.flow.to.node;
        if state.read(node, &wish.path).is_some_and(|value| equal(&value, &wish.value)) {
            continue;
        }
        let id = state.links.get(wish.flow.link).and_then(Link::id).unwrap_or_default();
        if let Err(refusal) = state.write(node, &wish.path, Some(wish.value), Because::Relationship(id)) {
            refused(state, wish.flow, refusal);
        }
    }
}

fn refused(state: &mut State<'_>, flow: &Flow, refusal: field::Refusal) {
    state.problems.push(Problem::Refused {
        relationship: flow.link,
        component: flow.to.node,
        path: flow.to.path.clone(),
        refusal,
    });
}

/// What a flow wants: nothing where the mutator has no value, the value as it is where it holds already.
fn wishes_of<'f>(state: &State<'_>, flow: &'f Flow) -> Result<Vec<Wish<'f>>, field::Refusal> {
    let Some(value) = flow.value(state) else { return Ok(Vec::new()) };
    let current = state.read(flow.to.node, &flow.to.path);
    let has = |wanted: fn(&Strategy) -> bool| flow.strategies().iter().any(wanted);
    let wish = |path: &FieldPath, value: Value, as_text: bool| Wish { path: path.clone(), value, as_text, flow };
    let path = &flow.to.path;
    if has(|strategy| matches!(strategy, Strategy::Equal | Strategy::Other(_))) {
        return Ok(vec![wish(path, value, false)]);
    }
    if has(|strategy| *strategy == Strategy::ToContainsFrom) {
        let mut wishes = Vec::new();
        contained(path, &value, &mut |path, value| wishes.push(wish(path, value.clone(), false)));
        return Ok(wishes);
    }
    Ok(match current {
        Some(current) if has(|strategy| *strategy == Strategy::EqualAsStrings) => {
            let value = if flow.holds(state) { current } else { as_type_of(value, &current)? };
            vec![wish(path, value, true)]
        }
        Some(_) => Vec::new(),
        None => vec![wish(path, value, false)],
    })
}

/// The entries that a mapping has to contain; anything else is one.
fn contained(path: &FieldPath, value: &Value, found: &mut impl FnMut(&FieldPath, &Value)) {
    let Value::Object(object) = value else { return found(path, value) };
    for (key, value) in object.iter() {
        let inside = FieldPath(path.0.iter().cloned().chain([key.clone()]).collect());
        contained(&inside, value, found);
    }
}

/// A value in the type that a field has: a port is a number on one side and a text on the other.
fn as_type_of(value: Value, current: &Value) -> Result<Value, field::Refusal> {
    match (current, &value) {
        (Value::Number(_), Value::String(text)) => {
            let number = text.parse::<i64>().map_err(|_| field::Refusal::NotANumber)?;
            Ok(Value::Number(Number::Int(number)))
        }
        (Value::String(_), Value::Number(_) | Value::Bool(_)) => {
            let mut text = String::new();
            plain(&value, &mut text);
            Ok(Value::String(text.into()))
        }
        _ => Ok(value),
    }
}

/// Whether two wishes can both be granted; the second lies inside the first or is about the same field.
fn agree(outer: &Wish<'_>, inner: &Wish<'_>) -> bool {
    let rest: &[Text] = inner.path.0.get(outer.path.0.len()..).unwrap_or_default();
    let inside = rest.iter().try_fold(&outer.value, |value, segment| match value {
        Value::Object(object) => object.get(segment),
        Value::Array(elements) => elements.get(segment.parse::<usize>().ok()?),
        _ => None,
    });
    inside.is_some_and(|value| {
        equal(value, &inner.value)
            || (outer.as_text && inner.as_text && {
                let text = |value: &Value| {
                    let mut text = String::new();
                    plain(value, &mut text);
                    text
                };
                text(value) == text(&inner.value)
            })
    })
}

/// Fields that are written, each with all that is written inside it, and what flows into each.
struct Slots {
    flows: Vec<Vec<usize>>,
    /// The slots that a slot's values flow into.
    next: Vec<Vec<usize>>,
}

impl Slots {
    fn of(flows: &[Flow]) -> Self {
        let written: BTreeSet<&Place> = flows.iter().map(|flow| &flow.to).collect();
        let mut roots: BTreeMap<Place, usize> = BTreeMap::new();
        let mut last: Option<&Place> = None;
        for place in written {
            // Paths sort before what lies inside them.
            if !last.is_some_and(|root| is_inside(place, root)) {
                roots.insert(place.clone(), roots.len());
                last = Some(place);
            }
        }
        let mut slots = Self { flows: vec![Vec::new(); roots.len()], next: vec![Vec::new(); roots.len()] };
        for (number, flow) in flows.iter().enumerate() {
            let target = overlapping(&roots, &flow.to).next();
            let Some(target) = target else { continue };
            if let Some(list) = slots.flows.get_mut(target) {
                list.push(number);
            }
            for source in overlapping(&roots, &flow.from) {
                if let Some(list) = slots.next.get_mut(source) {
                    list.push(target);
                }
            }
        }
        slots
    }

    fn flows(&self, slot: usize) -> &[usize] {
        self.flows.get(slot).map(Vec::as_slice).unwrap_or_default()
    }

    /// The slots in the order in which values flow, and those among them that lie in a circle or between two.
    fn order(&self) -> (Vec<usize>, BTreeSet<usize>) {
        let count = self.flows.len();
        let mut before = vec![0_usize; count];
        for target in self.next.iter().flatten() {
            if let Some(before) = before.get_mut(*target) {
                *before += 1;
            }
        }
        let mut order = Vec::with_capacity(count);
        let mut is_done = vec![false; count];
        let ready: Vec<usize> = (0..count).filter(|slot| before.get(*slot) == Some(&0)).collect();
        self.follow(ready, &mut before, &mut is_done, &mut order);
        if order.len() == count {
            return (order, BTreeSet::new());
        }
        // What is left lies in a circle, between two, or behind one. Taking away from the other end leaves the first two.
        let mut after: Vec<usize> = self
            .next
            .iter()
            .map(|targets| targets.iter().filter(|target| is_done.get(**target) == Some(&false)).count())
            .collect();
        let mut previous: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (source, targets) in self.next.iter().enumerate() {
            for target in targets {
                if let Some(list) = previous.get_mut(*target) {
                    list.push(source);
                }
            }
        }
        let mut circle: BTreeSet<usize> = (0..count).filter(|slot| is_done.get(*slot) == Some(&false)).collect();
        let mut ends: Vec<usize> = circle.iter().copied().filter(|slot| after.get(*slot) == Some(&0)).collect();
        while let Some(end) = ends.pop() {
            circle.remove(&end);
            for source in previous.get(end).into_iter().flatten() {
                if let Some(after) = after.get_mut(*source).filter(|after| **after > 0) {
                    *after -= 1;
                    if *after == 0 && circle.contains(source) {
                        ends.push(*source);
                    }
                }
            }
        }
        self.follow(circle.iter().copied().collect(), &mut before, &mut is_done, &mut order);
        (order, circle)
    }

    /// Takes slots, and then whatever waited for nothing but them.
    fn follow(&self, mut ready: Vec<usize>, before: &mut [usize], is_done: &mut [bool], order: &mut Vec<usize>) {
        while let Some(slot) = ready.pop() {
            match is_done.get_mut(slot) {
                Some(done) if !*done => *done = true,
                _ => continue,
            }
            order.push(slot);
            for target in self.next.get(slot).into_iter().flatten() {
                if let Some(before) = before.get_mut(*target).filter(|before| **before > 0) {
                    *before -= 1;
                    if *before == 0 {
                        ready.push(*target);
                    }
                }
            }
        }
    }
}

fn is_inside(place: &Place, root: &Place) -> bool {
    place.node == root.node && place.path.0.starts_with(&root.path.0)
}

/// The slots that a field lies in or that lie in it.
fn overlapping<'a>(roots: &'a BTreeMap<Place, usize>, place: &'a Place) -> impl Iterator<Item = usize> + 'a {
    let above = (1..place.path.0.len()).filter_map(|length| {
        let path = FieldPath(place.path.0.get(..length)?.into());
        roots.get(&Place { node: place.node, path }).copied()
    });
    let inside = roots.range(place..).take_while(|(root, _)| is_inside(root, place)).map(|(_, slot)| *slot);
    above.chain(inside)
}
