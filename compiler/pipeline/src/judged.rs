//! Objects held against their schemas, those that are as they were only once.

use std::ops::Range;

use design_registry::definitions::KubernetesVersion;
use design_schema::{Checked, Checker, Fault, Gap, GapKind};
use design_vocabulary::{Component, Design, Text};
use foldhash::{HashMap, HashMapExt};

/// What is known of the objects of the last compilation.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    releases: Vec<KubernetesVersion>,
    /// The definitions of kinds among the objects: where they differ, everything is judged again.
    definitions: Vec<Component>,
    /// The objects in the order of the design, with what is wrong in each.
    objects: Vec<(Component, Vec<Fault>)>,
    /// What is amiss with the schemas of a kind, by apiVersion and kind.
    gaps: HashMap<(Text, Text), Vec<GapKind>>,
}

/// What an object is looked for by; several may share it.
type Key = (Text, Option<Text>, Option<Text>);

fn key(component: &Component) -> Key {
    (component.kind.clone(), component.namespace().map(Text::from), component.name().map(Text::from))
}

/// Whether a component defines a kind.
pub(crate) fn is_definition(component: &Component) -> bool {
    component.kind == "CustomResourceDefinition"
}

/// Whether two components are the same to a schema and to the rules about single objects. Those that share their configuration are not compared.
pub(crate) fn is_same(known: &Component, now: &Component) -> bool {
    known.kind == now.kind
        && known.api_version == now.api_version
        && known.is_annotation == now.is_annotation
        && (known.configuration.is_same(&now.configuration) || known.configuration == now.configuration)
}

impl Judged {
    /// What came of checking the components of a design.
    pub(crate) fn check(
        &mut self,
        checker: &mut Checker<'_>,
        design: &Design,
        releases: &[KubernetesVersion],
    ) -> Checked {
        self.forget_others(design, releases);
        let (fresh, places) = self.take_over(design);
        let judged = Design { components: fresh, ..Design::default() };
        let Checked { faults, gaps } = checker.check(&judged);
        for fault in faults {
            let place = places.get(fault.component).and_then(|place| self.objects.get_mut(*place));
            if let Some((_, faults)) = place {
                faults.push(fault);
            }
        }
        for component in &judged.components {
            self.gaps.insert(kind(component), Vec::new());
        }
        for Gap { component, what, .. } in gaps {
            if let Some(component) = judged.components.get(component) {
                self.gaps.entry(kind(component)).or_default().push(what);
            }
        }
        let mut outcome = Checked { faults: Vec::new(), gaps: self.gaps_of(design) };
        for (number, (_, faults)) in self.objects.iter().enumerate() {
            outcome.faults.extend(faults.iter().map(|fault| Fault { component: number, ..fault.clone() }));
        }
        outcome
    }

    /// Takes the components of a design in the place of those that are known. Returns those of which nothing is known, and
    /// their positions. Most are where they were, counted from the beginning or from the end; those between may have moved.
    fn take_over(&mut self, design: &Design) -> (Vec<Component>, Vec<usize>) {
        let (before, now) = (self.objects.len(), design.components.len());
        let is_known = |((known, _), component): &(&(Component, Vec<Fault>), &Component)| is_same(known, component);
        let start = self.objects.iter().zip(&design.components).take_while(is_known).count();
        let backwards = self.objects.iter().rev().zip(design.components.iter().rev());
        let behind = backwards.take(before.min(now) - start).take_while(is_known).count();
        let mut between: HashMap<Key, Vec<(Component, Vec<Fault>)>> = HashMap::new();
        let rest = self.objects.split_off(before - behind);
        for known in self.objects.split_off(start) {
            between.entry(key(&known.0)).or_default().push(known);
        }
        let (mut fresh, mut places) = (Vec::new(), Vec::new());
        for component in design.components.get(start..now - behind).unwrap_or_default() {
            let known = between.get_mut(&key(component)).and_then(|known| {
                let position = known.iter().position(|(known, _)| is_same(known, component))?;
                Some(known.swap_remove(position).1)
            });
            if known.is_none() {
                places.push(self.objects.len());
                fresh.push(component.clone());
            }
            self.objects.push((component.clone(), known.unwrap_or_default()));
        }
        self.objects.extend(rest);
        (fresh, places)
    }

    /// Forgets everything that was found for other releases, or by other definitions of kinds.
    fn forget_others(&mut self, design: &Design, releases: &[KubernetesVersion]) {
        let definitions: Vec<&Component> =
            design.components.iter().filter(|component| is_definition(component)).collect();
        let is_current = self.releases == releases
            && self.definitions.len() == definitions.len()
            && self.definitions.iter().zip(&definitions).all(|(known, now)| is_same(known, now));
        if !is_current {
            let definitions = definitions.into_iter().cloned().collect();
            *self = Self { releases: releases.to_vec(), definitions, ..Self::default() };
        }
    }

    /// What is amiss with the schemas of the kinds of a design, in the order in which the kinds are met.
    fn gaps_of(&self, design: &Design) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        let mut met: HashMap<(&Text, &Text), Range<usize>> = HashMap::new();
        for (number, component) in design.components.iter().enumerate().filter(|(_, one)| !one.is_annotation) {
            let range = met.entry((&component.api_version, &component.kind)).or_insert_with(|| {
                let start = gaps.len();
                let known = self.gaps.get(&kind(component)).into_iter().flatten();
                gaps.extend(known.map(|what| Gap { component: number, count: 0, what: what.clone() }));
                start..gaps.len()
            });
            for gap in gaps.get_mut(range.clone()).into_iter().flatten() {
                gap.count += 1;
            }
        }
        gaps
    }
}

fn kind(component: &Component) -> (Text, Text) {
    (component.api_version.clone(), component.kind.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{Cache, MemoryWorld, Request, compile};

    /// A compilation with a cache finds what one without finds, whatever was compiled before.
    #[test]
    fn a_cache_changes_no_answer() {
        let pod = |name: &str, field: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{a: 1}}}}\nspec: {{{field}: []}}\n---\n"
            )
        };
        let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.x.y}\n\
                          spec: {group: x.y, scope: Cluster, names: {kind: A, plural: as}, versions: []}\n";
        let texts = [
            [pod("a", "containrs") + &pod("b", "containers"), pod("c", "x")],
            [pod("a", "containrs") + &pod("b", "containers"), pod("c", "containers")],
            [pod("b", "containers") + &pod("a", "containrs") + &pod("a", "containrs"), pod("c", "containers")],
            [pod("b", "y"), pod("c", "containers") + definition],
            [String::new(), pod("c", "containers") + "# only a remark\n"],
            [pod("a", "containrs") + &pod("b", "containers"), pod("c", "x")],
        ];
        let cache = Arc::new(Cache::default());
        let plain = Request {
            relationships: true,
            releases: vec!["1.36".parse().unwrap()],
            references: crate::References::Judged,
            ..Request::new(["."])
        };
        let kept = Request { cache: Some(cache), ..plain.clone() };
        for [first, second] in texts {
            let world = MemoryWorld::new([("first.yaml", first), ("second.yaml", second)]);
            let report = |request: &Request| {
                let compilation = compile(&world, request);
                design_report::json::render(&compilation.report, &compilation.sources).unwrap()
            };
            assert_eq!(report(&kept), report(&plain));
        }
    }
}
