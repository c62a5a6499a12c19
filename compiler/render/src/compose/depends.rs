//! What must be there first: declared relationships and the annotation of an import as `depends_on`.

use std::collections::{BTreeMap, BTreeSet};

use super::workload::{annotation, needs};
use super::{DEPENDS_ON, Project};

const CONDITIONS: [&str; 3] = ["service_started", "service_healthy", "service_completed_successfully"];

impl Project<'_> {
    pub(super) fn dependencies(&mut self) {
        let mut found: BTreeMap<(usize, usize), &'static str> = BTreeMap::new();
        let by_name: BTreeMap<&str, usize> =
            self.of_workload.iter().map(|(index, name)| (name.as_str(), *index)).collect();
        for from in self.of_workload.keys() {
            let annotation = self.design.components.get(*from).and_then(|component| annotation(component, DEPENDS_ON));
            for (name, condition) in annotation.as_deref().map(conditions).unwrap_or_default() {
                if let Some(to) = by_name.get(name.as_str()) {
                    found.insert((*from, *to), condition);
                }
            }
        }
        for edge in self.graph.edges.iter().filter(|edge| edge.is_need && edge.relationship.is_some()) {
            if edge.from == edge.to
                || !self.of_workload.contains_key(&edge.from)
                || !self.of_workload.contains_key(&edge.to)
            {
                continue;
            }
            let declared = CONDITIONS.into_iter().find(|condition| edge.sub_type == *condition);
            let condition = declared.unwrap_or_else(|| self.usual_condition(edge.to));
            found.entry((edge.from, edge.to)).or_insert(condition);
        }
        let found = self.without_circles(found);
        let name = |index: usize| self.of_workload.get(&index).cloned();
        let mut named: Vec<(String, String, &'static str)> =
            found.into_iter().filter_map(|((from, to), condition)| Some((name(from)?, name(to)?, condition))).collect();
        named.sort_unstable();
        for (from, to, condition) in named {
            if let Some(service) = self.services.get_mut(&from) {
                needs(service, &to, condition);
            }
        }
    }

    /// What waiting for a workload means where nobody says: for its end, for its health, for its start.
    fn usual_condition(&self, workload: usize) -> &'static str {
        let is_job = self.design.components.get(workload).is_some_and(|component| component.kind == "Job");
        let service = self.of_workload.get(&workload).and_then(|name| self.services.get(name));
        let is_tested = service.is_some_and(|service| service.contains_key("healthcheck"));
        match (is_job, is_tested) {
            (true, _) => "service_completed_successfully",
            (false, true) => "service_healthy",
            (false, false) => "service_started",
        }
    }

    /// Compose refuses a circle, so the step that closes one goes.
    fn without_circles(
        &mut self,
        found: BTreeMap<(usize, usize), &'static str>,
    ) -> BTreeMap<(usize, usize), &'static str> {
        let mut needs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (from, to) in found.keys() {
            needs.entry(*from).or_default().push(*to);
        }
        let mut closing: BTreeSet<(usize, usize)> = BTreeSet::new();
        let (mut done, mut on_way) = (BTreeSet::new(), BTreeSet::new());
        for start in needs.keys() {
            // Each step is a workload and how many of its needs were followed.
            let mut way: Vec<(usize, usize)> = vec![(*start, 0)];
            if done.contains(start) {
                continue;
            }
            on_way.insert(*start);
            while let Some((here, followed)) = way.last_mut() {
                let next = needs.get(here).and_then(|list| list.get(*followed)).copied();
                *followed += 1;
                let here = *here;
                match next {
                    None => {
                        done.insert(here);
                        on_way.remove(&here);
                        way.pop();
                    }
                    Some(next) if on_way.contains(&next) => {
                        closing.insert((here, next));
                    }
                    Some(next) if !done.contains(&next) => {
                        on_way.insert(next);
                        way.push((next, 0));
                    }
                    Some(_) => {}
                }
            }
        }
        for (from, _) in &closing {
            self.unsaid.push(super::Unsaid::Field {
                component: *from,
                path: Vec::new(),
                why: "a dependency that closes a circle is left out: compose refuses circles",
            });
        }
        found.into_iter().filter(|(edge, _)| !closing.contains(edge)).collect()
    }
}

/// The annotation of an import: `{"db":{"condition":"service_healthy"}}`.
fn conditions(text: &str) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for entry in text.trim_matches(['{', '}']).split("},") {
        let mut words = entry.split('"').skip(1).step_by(2);
        let (Some(name), Some(_), Some(condition)) = (words.next(), words.next(), words.next()) else { continue };
        if let Some(condition) = CONDITIONS.into_iter().find(|known| *known == condition) {
            found.push((name.to_owned(), condition));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotation_is_read() {
        let text = r#"{"db":{"condition":"service_healthy"},"m":{"condition":"service_completed_successfully"}}"#;
        assert_eq!(
            conditions(text),
            [("db".to_owned(), "service_healthy"), ("m".to_owned(), "service_completed_successfully")]
        );
        assert_eq!(conditions("nonsense"), []);
    }
}
