//! What controllers make of the objects of a design: a reference to it leads to the object that it is made of.

use design_registry::{Creation, FieldRelationships};
use design_vocabulary::{Component, Design};
use foldhash::HashMap;

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

/// What controllers make, by the kinds that they make it of.
#[derive(Debug)]
pub(crate) struct Recipes(HashMap<KindKey<'static>, Vec<Recipe>>);

/// A creation with its paths taken apart.
#[derive(Debug)]
struct Recipe {
    definition: &'static Creation,
    names: Vec<Pattern>,
    when: Option<Pattern>,
}

/// One thing that a controller makes.
pub(crate) struct Made {
    definition: &'static Creation,
    /// What it is called, or how that begins.
    pub name: String,
}

impl Recipes {
    pub(crate) fn of(relationships: &'static FieldRelationships) -> Self {
        let mut recipes: HashMap<KindKey<'static>, Vec<Recipe>> = HashMap::default();
        for definition in &relationships.creates {
            for kind in &definition.kinds {
                recipes.entry((kind, &definition.group)).or_default().push(Recipe {
                    definition,
                    names: definition.names.iter().map(|path| Pattern::new(path)).collect(),
                    when: definition.when.as_deref().map(Pattern::new),
                });
            }
        }
        Self(recipes)
    }

    /// What is made of a component.
    pub(crate) fn made(&self, component: &Component) -> Vec<Made> {
        let key: KindKey<'_> = (component.kind.as_str(), component.group());
        self.0.get(&key).into_iter().flatten().flat_map(|recipe| recipe.made(component)).collect()
    }
}

impl Recipe {
    fn made(&self, component: &Component) -> Vec<Made> {
        let definition = self.definition;
        if self.when.as_ref().is_some_and(|path| path.first_value(&component.configuration).is_none()) {
            return Vec::new();
        }
        let texts = |path: &Pattern| {
            let mut texts: Vec<String> = Vec::new();
            path.visit(&component.configuration, &mut |_, value| texts.extend(value.as_str().map(str::to_owned)));
            texts
        };
        let names = self.names.iter().map(texts).find(|texts| !texts.is_empty()).unwrap_or_default();
        let called = |name: String| match (definition.own, definition.numbered) {
            (true, _) => name,
            (false, false) => format!("{}{name}{}", definition.prefix, definition.suffix),
            (false, true) => {
                let own = component.name().unwrap_or_default();
                format!("{}{name}{}-{own}", definition.prefix, definition.suffix)
            }
        };
        names.into_iter().map(|name| Made { definition, name: called(name) }).collect()
    }
}

impl Created {
    /// Looks at every component once. `in_cluster` says of each whether it lives in no namespace.
    pub(crate) fn of(design: &Design, recipes: &Recipes, in_cluster: &[bool]) -> Self {
        let mut created = Self::default();
        for (number, component) in
            design.components.iter().enumerate().filter(|(_, component)| !component.is_annotation)
        {
            for Made { definition, name } in recipes.made(component) {
                let space = if in_cluster.get(number) == Some(&true) { "" } else { namespace(component) };
                let kind: KindKey<'static> = (&definition.makes, &definition.makes_group);
                if definition.own {
                    created.own.entry((number, name)).or_default().push(kind);
                    continue;
                }
                let map = if definition.numbered { &mut created.numbered } else { &mut created.named };
                map.entry(kind).or_default().entry(format!("{space}/{name}")).or_insert(number);
            }
        }
        created
    }

    /// The object of which the controller of its kind makes the one that is named.
    pub(crate) fn find(&self, kind: KindKey<'_>, namespace: &str, name: &str) -> Option<usize> {
        let find = |map: &HashMap<KindKey<'static>, HashMap<String, usize>>, name: &str| {
            let names = map.get(&kind)?;
            names.get(&format!("{namespace}/{name}")).or_else(|| names.get(&format!("/{name}"))).copied()
        };
        find(&self.named, name).or_else(|| find(&self.numbered, Self::numbered(name)?.0))
    }

    /// What stands before the number of a name that ends in one, and the number.
    pub(crate) fn numbered(name: &str) -> Option<(&str, &str)> {
        let (start, end) = name.rsplit_once('-')?;
        let is_number = !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some((start, end))
    }

    /// Whether an object finds something under a name of its own: pods of a stateful set their claims.
    pub(crate) fn is_own(&self, number: usize, kind: KindKey<'_>, name: &str) -> bool {
        self.own.get(&(number, name.to_owned())).is_some_and(|kinds| kinds.contains(&kind))
    }
}
