//! How values flow: from which field of which component into which field of which other one.

use design_vocabulary::{FieldPath, SelectorItem, Strategy, Value};
use ecow::EcoVec;

use crate::binding::Leg;
use crate::compare::holds;
use crate::family::Family;
use crate::identify::is_found;
use crate::link::{Body, Link, Template};
use crate::marks::Marks;
use crate::pairs::Sides;
use crate::state::State;
use crate::{Because, Problem};

/// A field of a component.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub node: usize,
    pub path: FieldPath,
}

/// One pair of fields of a relationship.
#[derive(Debug)]
pub(crate) struct Flow {
    pub link: usize,
    pub from: Place,
    pub to: Place,
    strategies: EcoVec<Strategy>,
}

impl Flow {
    /// How the two values are compared.
    pub fn strategies(&self) -> &[Strategy] {
        if self.strategies.is_empty() { &[Strategy::Equal] } else { &self.strategies }
    }

    /// Whether the fields agree.
    pub fn holds(&self, state: &State<'_>) -> bool {
        holds(self.strategies(), self.value(state).as_ref(), state.read(self.to.node, &self.to.path).as_ref())
    }

    /// The value that flows.
    pub fn value(&self, state: &State<'_>) -> Option<Value> {
        state.read(self.from.node, &self.from.path)
    }
}

/// A relationship's two ends of flows, as it names them: with `_`.
struct Channel {
    link: usize,
    from: (usize, EcoVec<FieldPath>),
    to: (usize, EcoVec<FieldPath>),
    strategies: Vec<EcoVec<Strategy>>,
}

impl Channel {
    fn of(link: usize, from: &SelectorItem, sides: &Sides<'_>, (mutator, mutated): (usize, usize)) -> Self {
        let row = |position: usize| from.strategies.get(position).cloned().unwrap_or_default();
        Self {
            link,
            from: (mutator, sides.mutators().into()),
            to: (mutated, sides.mutateds().into()),
            strategies: (0..sides.mutators().len()).map(row).collect(),
        }
    }
}

/// Which relationships to look at.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// All that count.
    All,
    /// Those whose values may not agree, given the components that changed.
    Open(&'a Marks),
}

impl Wanted<'_> {
    fn takes(self, link: &Link) -> bool {
        match (self, &link.body) {
            (Self::Open(moved), Body::Pair(pair)) if link.is_settled => {
                moved.has(pair.from as usize) || moved.has(pair.to as usize)
            }
            _ => true,
        }
    }
}

/// All flows of the relationships that are wanted. One that evaluation found and that holds no more, in a way that no value can
/// mend, is taken out; if a person declared it, it is told of.
pub(crate) fn collect(state: &mut State<'_>, wanted: Wanted<'_>) -> Vec<Flow> {
    let mut flows = Vec::new();
    for channel in channels(state, wanted) {
        let (mutator, givers) = (channel.from.0, &channel.from.1);
        let (mutated, takers) = (channel.to.0, &channel.to.1);
        let is_plain = !givers.iter().chain(takers).any(FieldPath::has_wildcard);
        let (givers, takers) = if is_plain {
            (givers.to_vec(), takers.to_vec())
        } else {
            match choose(state, &channel) {
                Choice::Agrees => continue,
                Choice::Pair(givers, takers) => (givers, takers),
                Choice::Unclear => {
                    broken(state, channel.link, Because::ValuesDiffer, Some(mutated));
                    continue;
                }
            }
        };
        if givers.iter().any(|path| state.read(mutator, path).is_none())
            && state.links.get(channel.link).is_some_and(is_found)
        {
            broken(state, channel.link, Because::ValuesDiffer, None);
            continue;
        }
        for ((giver, taker), strategies) in givers.iter().zip(&takers).zip(channel.strategies) {
            let (from_node, from_path) = state.locate(mutator, giver);
            let (to_node, to_path) = state.locate(mutated, taker);
            flows.push(Flow {
                link: channel.link,
                from: Place { node: from_node, path: from_path },
                to: Place { node: to_node, path: to_path },
                strategies,
            });
        }
    }
    flows
}

fn channels(state: &State<'_>, wanted: Wanted<'_>) -> Vec<Channel> {
    let mut channels = Vec::new();
    for (number, link) in state.links.iter().enumerate() {
        if !link.is_live() || matches!(link.family, None | Some(Family::Alias | Family::Sibling)) || !wanted.takes(link)
        {
            continue;
        }
        if let Body::Pair(pair) = &link.body {
            let template = state.templates.get(pair.template as usize).filter(|_| state.is_joined(pair));
            let sides = template.and_then(Template::items);
            let sides = sides.and_then(|(from, to)| Some((from, Sides::of(from, to)?)));
            if let Some((from, sides)) = sides {
                let (from_node, to_node) = (pair.from as usize, pair.to as usize);
                let (start, end) = if sides.is_from_mutator { (from_node, to_node) } else { (to_node, from_node) };
                channels.push(Channel::of(number, from, &sides, (start, end)));
            }
        }
        for (from, to) in link.pairs() {
            if let Some(sides) = Sides::of(from, to) {
                let ends = (state.node_of(sides.mutator.id.as_ref()), state.node_of(sides.mutated.id.as_ref()));
                if let (Some(mutator), Some(mutated)) = ends {
                    channels.push(Channel::of(number, from, &sides, (mutator, mutated)));
                }
            }
            if link.family != Some(Family::Binding) {
                continue;
            }
            for item in [from, to] {
                let Some(leg) = Leg::of(item) else { continue };
                let ends = (state.node_of(item.id.as_ref()), state.node_of(leg.middle_id));
                let (Some(own), Some(middle)) = ends else { continue };
                let (own, middle) = ((own, leg.own.into()), (middle, leg.middle.into()));
                let (from, to) = if leg.is_own_mutator { (own, middle) } else { (middle, own) };
                channels.push(Channel { link: number, from, to, strategies: vec![EcoVec::new(); leg.own.len()] });
            }
        }
    }
    channels
}

enum Choice {
    /// Some elements agree.
    Agrees,
    /// These are the only ones that can be meant.
    Pair(Vec<FieldPath>, Vec<FieldPath>),
    /// Several can be meant, or none.
    Unclear,
}

/// Which elements `_` means: any that agree; else the only one on the mutator's side and, on the other, the only one, or
/// the only one that has no value.
fn choose(state: &mut State<'_>, channel: &Channel) -> Choice {
    let givers = state.expand(channel.from.0, &channel.from.1);
    let takers = state.expand(channel.to.0, &channel.to.1);
    if !state.may_compare(givers.len().saturating_mul(takers.len())) {
        return Choice::Agrees;
    }
    let read = |node: usize, lists: &[Vec<FieldPath>]| -> Vec<Vec<Option<Value>>> {
        lists.iter().map(|paths| paths.iter().map(|path| state.read(node, path)).collect()).collect()
    };
    let (sources, targets) = (read(channel.from.0, &givers), read(channel.to.0, &takers));
    let agree = |one: &Vec<Option<Value>>, other: &Vec<Option<Value>>| {
        one.iter().zip(other).zip(&channel.strategies).all(|((one, other), row)| {
            holds(if row.is_empty() { &[Strategy::Equal] } else { row }, one.as_ref(), other.as_ref())
        })
    };
    if sources.iter().any(|one| targets.iter().any(|other| agree(one, other))) {
        return Choice::Agrees;
    }
    let mut with_values = sources.iter().enumerate().filter(|(_, values)| values.iter().all(Option::is_some));
    let mut without = targets.iter().enumerate().filter(|(_, values)| values.iter().all(Option::is_none));
    let giver = match (with_values.next(), with_values.next()) {
        (Some((index, _)), None) => givers.get(index),
        _ => None,
    };
    let taker = match (takers.as_slice(), without.next(), without.next()) {
        ([only], _, _) => Some(only),
        (_, Some((index, _)), None) => takers.get(index),
        _ => None,
    };
    match (giver, taker) {
        (Some(giver), Some(taker)) => Choice::Pair(giver.clone(), taker.clone()),
        _ => Choice::Unclear,
    }
}

fn broken(state: &mut State<'_>, link: usize, because: Because, unclear: Option<usize>) {
    if state.links.get(link).is_some_and(is_found) {
        state.remove_link(link, because);
    } else if let Some(component) = unclear {
        state.problems.push(Problem::Unclear { relationship: link, component });
    }
}
