//! What controllers make of the objects of a design: a reference to it leads to the object that it is made of.

use std::collections::HashMap;

use design_registry::{Creation, FieldRelationships};
use design_vocabulary::{Component, Design};

use crate::index::{KindKey, namespace};
use crate::pattern::Pattern;

/// What is made, by what it is called.
#[derive(Debug, Default)]
pub(crate) struct Created {
    /// Kind to namespace (empty for what may lie in any) and name, with a slash between them, to the object.
    named: HashMap<KindKey<'static>, HashMap<String, usize>>,
    /// The same for names that go on with a dash and a number.
    numbered: HashMap<KindKey<'static>, HashMap<String, usize>>,
    /// What only the object itself finds under a name.
    own: HashMap<(usize, String), Vec<KindKey<'static>>>,
}

/// A creation with its paths taken apart.
struct Recipe {
    definition: &'static Creation,
    names: Vec<Pattern>,
    when: Option<Pattern>,
}

impl Created {
    /// Looks at every component once. `in_cluster` says of each whether it lives in no namespace.
    pub(crate) fn of(design: &Design, relationships: &'static FieldRelationships, in_cluster: &[bool]) -> Self {
        let mut recipes: HashMap<KindKey<'static>, Vec<Recipe>> = HashMap::new();
        for definition in &relationships.creates {
            for kind in &definition.kinds {
                recipes.entry((kind, &definition.group)).or_default().push(Recipe {
                    definition,
                    names: definition.names.iter().map(|path| Pattern::new(path)).collect(),
                    when: definition.when.as_deref().map(Pattern::new),
                });
            }
        }
        let mut created = Self::default();
        for (number, component) in
            design.components.iter().enumerate().filter(|(_, component)| !component.is_annotation)
        {
            let key: KindKey<'_> = (component.kind.as_str(), component.group());
            for recipe in recipes.get(&key).into_iter().flatten() {
                let space = if in_cluster.get(number) == Some(&true) { "" } else { namespace(component) };
                created.add(recipe, number, component, space);
            }
        }
        created
    }

    fn add(&mut self, recipe: &Recipe, number: usize, component: &Component, space: &str) {
        let definition = recipe.definition;
        if recipe.when.as_ref().is_some_and(|path| path.first_value(&component.configuration).is_none()) {
            return;
        }
        let kind: KindKey<'static> = (&definition.makes, &definition.makes_group);
        let texts = |path: &Pattern| {
            let mut texts: Vec<String> = Vec::new();
            path.visit(&component.configuration, &mut |_, value| texts.extend(value.as_str().map(str::to_owned)));
            texts
        };
        let names = recipe.names.iter().map(texts).find(|texts| !texts.is_empty()).unwrap_or_default();
        for name in names {
            if definition.own {
                self.own.entry((number, name)).or_default().push(kind);
                continue;
            }
            let name = format!("{}{name}{}", definition.prefix, definition.suffix);
            let (map, name) = if definition.numbered {
                (&mut self.numbered, format!("{name}-{}", component.name().unwrap_or_default()))
            } else {
                (&mut self.named, name)
            };
            map.entry(kind).or_default().entry(format!("{space}/{name}")).or_insert(number);
        }
    }

    /// The object of which the controller of its kind makes the one that is named.
    pub(crate) fn find(&self, kind: KindKey<'_>, namespace: &str, name: &str) -> Option<usize> {
        let find = |map: &HashMap<KindKey<'static>, HashMap<String, usize>>, name: &str| {
            let names = map.get(&kind)?;
            names.get(&format!("{namespace}/{name}")).or_else(|| names.get(&format!("/{name}"))).copied()
        };
        find(&self.named, name).or_else(|| {
            let (start, end) = name.rsplit_once('-')?;
            let is_number = !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
            find(&self.numbered, start).filter(|_| is_number)
        })
    }

    /// Whether an object finds something under a name of its own: pods of a stateful set their claims.
    pub(crate) fn is_own(&self, number: usize, kind: KindKey<'_>, name: &str) -> bool {
        self.own.get(&(number, name.to_owned())).is_some_and(|kinds| kinds.contains(&kind))
    }
}
