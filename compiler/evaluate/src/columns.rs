//! What the fields of components hold, field by field.
//!
//! Each definition asks the components of some kind for some fields. Components are gone through once, in their order, and
//! what any definition asks of one is noted then, as numbers; relationships are looked for in these columns, which lie
//! beside one another in memory as configurations do not.

use std::collections::HashMap;

use design_vocabulary::{FieldPath, SelectorItem, Text, Value};
use foldhash::fast::RandomState;

use crate::family::is_any;
use crate::field::{self, Field};
use crate::number::Numbers;
use crate::state::State;

/// How a field takes part in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Compared {
    /// As a JSON value.
    Json,
    /// By its text.
    Plain,
    /// By the entries of mappings.
    Entries,
    /// It has to be there.
    Present,
}

/// Which components, which of their fields, and how those are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    kind: Text,
    model: Text,
    fields: Vec<(FieldPath, Compared)>,
    with_values: bool,
}

/// The answers to a question.
#[derive(Debug)]
pub(crate) struct Column {
    question: Question,
    way: Way,
    /// The component of each row, in order.
    pub nodes: Vec<u32>,
    /// The numbers of its fields, row by row; for a field with entries the position of its list.
    cells: Vec<u32>,
    /// The values themselves, where numbers do not say enough.
    values: Vec<Value>,
    /// Where the entries of a field begin and end.
    lists: Vec<(usize, usize)>,
    entries: Vec<u32>,
    /// How many components were asked.
    asked: usize,
}

/// The fields of one row.
type Row<'a> = Vec<Field<'a>>;

/// How fields are read from a component.
#[derive(Debug)]
enum Way {
    /// No field has a `_`: one row.
    Plain,
    /// One field: a row for each element.
    One,
    /// Several fields of which each has at most one `_`, all behind the same beginning of that many segments.
    Shared(usize),
    /// Anything else.
    General,
}

impl Way {
    fn of(fields: &[(FieldPath, Compared)]) -> Self {
        let every = |path: &FieldPath| path.0.iter().filter(|segment| *segment == FieldPath::EVERY).count();
        let mut with = fields.iter().map(|(path, _)| path).filter(|path| path.has_wildcard());
        let Some(first) = with.next() else { return Self::Plain };
        if fields.len() == 1 {
            return Self::One;
        }
        let at = first.0.iter().position(|segment| segment == FieldPath::EVERY).unwrap_or(0);
        let is_alike = |path: &FieldPath| every(path) == 1 && path.0.get(..=at) == first.0.get(..=at);
        if is_alike(first) && with.all(is_alike) { Self::Shared(at) } else { Self::General }
    }
}

impl Column {
    /// The number of fields.
    pub fn width(&self) -> usize {
        self.question.fields.len()
    }

    /// The numbers of a row.
    pub fn row(&self, row: usize) -> &[u32] {
        let start = row * self.width();
        self.cells.get(start..start + self.width()).unwrap_or_default()
    }

    /// The values of a row, of a column that keeps them.
    pub fn values(&self, row: usize) -> &[Value] {
        let start = row * self.width();
        self.values.get(start..start + self.width()).unwrap_or_default()
    }

    /// The entries of a field.
    pub fn entries(&self, cell: u32) -> &[u32] {
        let range = self.lists.get(cell as usize).map(|(start, end)| *start..*end);
        range.and_then(|range| self.entries.get(range)).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.nodes.clear();
        self.cells.clear();
        self.values.clear();
        self.lists.clear();
        self.entries.clear();
        self.asked = 0;
    }

    fn push(&mut self, numbers: &mut Numbers, values: &[Field<'_>], node: u32) {
        self.nodes.push(node);
        for (value, (_, compared)) in values.iter().zip(&self.question.fields) {
            if let (Field::Text(text), Compared::Json | Compared::Plain) = (value, compared) {
                self.cells.push(numbers.text(text));
                continue;
            }
            let made;
            let value = match value {
                Field::Value(value) => *value,
                other => {
                    made = other.to_value();
                    &made
                }
            };
            let cell = match compared {
                Compared::Present => 0,
                Compared::Json => numbers.json(value),
                Compared::Plain => numbers.plain(value),
                Compared::Entries => {
                    let start = self.entries.len();
                    numbers.entries(value, 0, &mut self.entries);
                    self.lists.push((start, self.entries.len()));
                    u32::try_from(self.lists.len() - 1).unwrap_or(u32::MAX)
                }
            };
            self.cells.push(cell);
        }
        if self.question.with_values {
            self.values.extend(values.iter().map(|value| value.to_value()));
        }
    }
}

/// All columns.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub numbers: Numbers,
    positions: HashMap<Question, usize>,
    asked: Vec<Column>,
    /// The number of the namespace of each component.
    pub namespaces: Vec<u32>,
}

impl Columns {
    /// The column of the fields of an item's components. It is filled by [`Columns::fill`].
    pub fn ask(&mut self, item: &SelectorItem, paths: &[FieldPath], compared: &[Compared], with_values: bool) -> usize {
        let name = |name: &Text| if is_any(name) { Text::new() } else { name.clone() };
        let fields: Vec<_> = paths.iter().cloned().zip(compared.iter().copied()).collect();
        let question = Question { kind: name(&item.kind), model: name(&item.model.name), fields, with_values };
        if let Some(position) = self.positions.get(&question) {
            return *position;
        }
        let position = self.asked.len();
        self.positions.insert(question.clone(), position);
        self.asked.push(Column {
            way: Way::of(&question.fields),
            question,
            nodes: Vec::new(),
            cells: Vec::new(),
            values: Vec::new(),
            lists: Vec::new(),
            entries: Vec::new(),
            asked: 0,
        });
        position
    }

    /// A column by its position.
    pub fn column(&self, position: usize) -> Option<&Column> {
        self.asked.get(position)
    }

    /// The key of each row of a column: equal where the fields that are compared whole are equal and, if it counts, the
    /// namespace is. The lower half is left to an entry, if so asked.
    pub fn keys(&mut self, position: usize, same_namespace: bool, for_entry: bool) -> Vec<u64> {
        let Self { numbers, asked: columns, namespaces, .. } = self;
        let Some(column) = columns.get(position) else { return Vec::new() };
        let counts: Vec<bool> = column
            .question
            .fields
            .iter()
            .map(|(_, compared)| matches!(compared, Compared::Json | Compared::Plain))
            .collect();
        let key = |(row, node): (usize, &u32)| {
            let (mut first, mut last) = (0, 0);
            let scope = namespaces.get(*node as usize).copied().filter(|_| same_namespace);
            let cells = column.row(row).iter().zip(&counts).filter(|(_, counts)| **counts).map(|(cell, _)| *cell);
            for part in scope.into_iter().chain(cells).chain(for_entry.then_some(0)) {
                first = match (first, last) {
                    (first, 0) => first,
                    (0, last) => last,
                    (first, last) => numbers.pair(first, last),
                };
                last = part;
            }
            u64::from(first) << 32 | u64::from(last)
        };
        column.nodes.iter().enumerate().map(key).collect()
    }

    /// The rows of a column: their keys and their components.
    pub fn rows(&mut self, position: usize, same_namespace: bool) -> impl Iterator<Item = (u64, usize)> + '_ {
        let keys = self.keys(position, same_namespace, false);
        let nodes = self.asked.get(position).map(|column| column.nodes.as_slice()).unwrap_or_default();
        keys.into_iter().zip(nodes.iter().map(|node| *node as usize))
    }

    /// Forgets what components hold: one that was asked already has changed.
    pub fn clear(&mut self) {
        for column in &mut self.asked {
            column.clear();
        }
        self.namespaces.clear();
    }

    /// Asks the components that were not asked yet.
    pub fn fill(&mut self, state: &mut State<'_>) {
        let count = state.nodes.len();
        let Self { numbers, asked: columns, namespaces, .. } = self;
        for node in state.nodes.iter().skip(namespaces.len()) {
            namespaces.push(numbers.text(node.component.namespace().unwrap_or_default()));
        }
        let mut by_kind: HashMap<Text, Vec<usize>, RandomState> = HashMap::default();
        for (position, column) in columns.iter().enumerate().filter(|(_, column)| column.asked < count) {
            by_kind.entry(column.question.kind.clone()).or_default().push(position);
        }
        let first = columns.iter().map(|column| column.asked).min().unwrap_or(count);
        let of_any = by_kind.remove("").unwrap_or_default();
        for index in first..count {
            let Some(node) = state.nodes.get(index).filter(|node| !node.is_gone && !node.is_ambiguous) else {
                continue;
            };
            let of_kind = by_kind.get(&node.component.kind).map(Vec::as_slice).unwrap_or_default();
            let mut slow = Vec::new();
            for position in of_any.iter().chain(of_kind) {
                let Some(column) = columns.get_mut(*position).filter(|column| column.asked <= index) else { continue };
                if !is_any(&column.question.model) && !node.model.is_empty() && column.question.model != node.model {
                    continue;
                }
                let is_read = !state.is_alias(index) && column.read(numbers, state, index);
                if !is_read {
                    slow.push(*position);
                }
            }
            for position in slow {
                if let Some(column) = columns.get_mut(position) {
                    column.read_slowly(numbers, state, index);
                }
            }
        }
        for column in columns {
            column.asked = count;
        }
    }
}

impl Column {
    /// Reads the rows of a component. `false` where that takes [`Column::read_slowly`], and nothing was read.
    fn read(&mut self, numbers: &mut Numbers, state: &State<'_>, index: usize) -> bool {
        let (Some(node), Ok(number)) = (state.nodes.get(index), u32::try_from(index)) else { return true };
        let component = &*node.component;
        match self.way {
            Way::Plain if self.width() == 1 => {
                let field = self.question.fields.first().and_then(|(path, _)| Field::of(component, &path.0));
                if let Some(field) = field {
                    self.push(numbers, &[field], number);
                }
                true
            }
            Way::Plain => {
                let found: Option<Row<'_>> =
                    self.question.fields.iter().map(|(path, _)| Field::of(component, &path.0)).collect();
                if let Some(row) = found {
                    self.push(numbers, &row, number);
                }
                true
            }
            Way::One => {
                let Some((path, _)) = self.question.fields.first() else { return true };
                let mut found = Vec::new();
                let mut left = state.limits.elements;
                if !field::each(component, &path.0, &mut left, &mut found) {
                    return false;
                }
                for value in found {
                    self.push(numbers, &[value], number);
                }
                true
            }
            Way::Shared(at) => {
                let mut with = self.question.fields.iter().filter(|(path, _)| path.has_wildcard());
                let start = with.next().and_then(|(path, _)| Field::at(component, path.0.get(..at)?));
                let Some(elements) = start.and_then(Field::elements) else { return true };
                if elements.len() > state.limits.elements {
                    return false;
                }
                for element in elements {
                    let read = |path: &FieldPath| {
                        let rest = path.0.get(at + 1..).filter(|_| path.has_wildcard());
                        rest.map_or_else(
                            || Field::of(component, &path.0),
                            |rest| Field::Value(element).walk(rest)?.something(),
                        )
                    };
                    let found: Option<Row<'_>> = self.question.fields.iter().map(|(path, _)| read(path)).collect();
                    if let Some(row) = found {
                        self.push(numbers, &row, number);
                    }
                }
                true
            }
            Way::General => false,
        }
    }

    fn read_slowly(&mut self, numbers: &mut Numbers, state: &mut State<'_>, index: usize) {
        let Ok(number) = u32::try_from(index) else { return };
        let paths: Vec<FieldPath> = self.question.fields.iter().map(|(path, _)| path.clone()).collect();
        for paths in state.expand(index, &paths) {
            let Some(values) = state.values(index, &paths) else { continue };
            let row: Row<'_> = values.iter().map(Field::Value).collect();
            self.push(numbers, &row, number);
        }
    }
}
