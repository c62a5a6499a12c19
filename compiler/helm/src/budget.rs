//! What rendering a chart may cost. Charts come from strangers: one that never ends is refused.

use crate::fault::{Cause, Fault};
use crate::value::{Data, Map, Value};

/// Steps of evaluation that one template may take: nodes of templates, elements of loops, values that a function looks at.
const STEPS: u64 = 5_000_000;

/// Bytes of text that one template and the functions in it may make, those of intermediate results as well.
const BYTES: u64 = 64 << 20;

/// How many templates of a chart may use up what one may take.
const SHARES: u64 = 4;

/// Values inside each other that a function follows.
const DEPTH: usize = 200;

/// What is left: for the template that is being rendered, and for the chart.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: u64,
    bytes: u64,
    chart: (u64, u64),
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 0, bytes: 0, chart: (SHARES * STEPS, SHARES * BYTES) }
    }
}

impl Budget {
    /// Begins the next template, with the share of one or with what is left of the chart's.
    pub fn begin(&mut self) {
        self.chart = (self.chart.0 + self.steps, self.chart.1 + self.bytes);
        self.steps = STEPS.min(self.chart.0);
        self.bytes = BYTES.min(self.chart.1);
        self.chart = (self.chart.0 - self.steps, self.chart.1 - self.bytes);
    }

    /// Takes steps. What is refused takes none, so that other templates go on.
    pub fn steps(&mut self, count: usize) -> Result<(), Fault> {
        let left = self.steps.checked_sub(count as u64);
        self.steps = left.ok_or(Cause::Limit("more steps than a chart may take"))?;
        Ok(())
    }

    /// Takes bytes of text. What is refused takes none.
    pub fn bytes(&mut self, count: usize) -> Result<(), Fault> {
        let left = self.bytes.checked_sub(count as u64);
        self.bytes = left.ok_or(Cause::Limit("more text than a chart may make"))?;
        Ok(())
    }

    /// Takes as many steps as a value has parts, each as often as it is reached; a value that is too deep to be followed is
    /// refused.
    pub fn walk(&mut self, value: &Value) -> Result<(), Fault> {
        self.search(value, None).map(|_| ())
    }

    /// As [`Budget::walk`], for several values.
    pub fn walk_all(&mut self, values: &[Value]) -> Result<(), Fault> {
        values.iter().try_for_each(|value| self.walk(value))
    }

    /// Fails where putting a value into a mapping would make that hold itself.
    pub fn insertable(&mut self, value: &Value, into: &Map) -> Result<(), Fault> {
        if self.search(value, Some(into))? { Err(Cause::Limit("a mapping that holds itself").into()) } else { Ok(()) }
    }

    fn search(&mut self, value: &Value, wanted: Option<&Map>) -> Result<bool, Fault> {
        if !matches!(value.data, Data::Map(_) | Data::List(_)) {
            self.steps(1)?;
            return Ok(false);
        }
        let mut waiting = vec![(value.clone(), 0)];
        while let Some((value, depth)) = waiting.pop() {
            self.steps(1)?;
            if depth > DEPTH {
                return Err(Cause::Limit("values nested too deep").into());
            }
            match &value.data {
                Data::Map(map) => {
                    if wanted.is_some_and(|wanted| wanted.is_same(map)) {
                        return Ok(true);
                    }
                    waiting.extend(map.entries().into_iter().map(|(_, value)| (value, depth + 1)));
                }
                Data::List(list) => waiting.extend(list.iter().map(|value| (value.clone(), depth + 1))),
                Data::Text(text) => self.bytes(text.len() / 16)?,
                _ => {}
            }
        }
        Ok(false)
    }
}
