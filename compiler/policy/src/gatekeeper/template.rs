//! A `ConstraintTemplate`: the kind that it makes, and its Rego.

use regorus::Value;

use crate::engine::{Syntax, Text, elements_at, text_at};
use crate::task::{Origin, TemplateText};

/// A template.
#[derive(Debug)]
pub(crate) struct Template<'a> {
    /// The kind of its constraints.
    pub kind: &'a str,
    /// Its position among Gatekeeper's documents.
    pub index: usize,
    /// Its Rego: the module with the rule first, then the libraries.
    pub texts: Vec<Text<'a>>,
    has_other_code: bool,
}

impl<'a> Template<'a> {
    /// Reads a template. Of several codes the one in Rego counts; of several targets the first, which is the only one that
    /// Gatekeeper takes.
    pub fn read(document: &'a Value, index: usize) -> Self {
        let kind = text_at(document, &["spec", "crd", "spec", "names", "kind"]);
        let mut template = Self { kind, index, texts: Vec::new(), has_other_code: false };
        let Some(target) = elements_at(document, &["spec", "targets"]).into_iter().next() else {
            return template;
        };
        for (number, code) in elements_at(target, &["code"]).into_iter().enumerate() {
            if text_at(code, &["engine"]) != "Rego" {
                template.has_other_code = true;
            } else if template.texts.is_empty() {
                // Without a version it is the syntax that all templates had.
                let is_newer = text_at(code, &["source", "version"]) == "v1";
                let syntax = if is_newer { Syntax::Newer } else { Syntax::Older };
                template.add(text_at(code, &["source", "rego"]), TemplateText::Code(number), syntax);
                for (place, text) in texts(code, &["source", "libs"]) {
                    template.add(text, TemplateText::CodeLibrary(number, place), syntax);
                }
            }
        }
        if template.texts.is_empty() && !text_at(target, &["rego"]).is_empty() {
            template.add(text_at(target, &["rego"]), TemplateText::Rego, Syntax::Older);
            for (place, text) in texts(target, &["libs"]) {
                template.add(text, TemplateText::Library(place), Syntax::Older);
            }
        }
        template
    }

    fn add(&mut self, text: &'a str, which: TemplateText, syntax: Syntax) {
        let origin = Origin::Template(self.index, which, 1);
        self.texts.push(Text { content: text, origin, syntax });
    }

    /// Why the template cannot be judged by, in words; `None` where it can.
    pub fn refused(&self) -> Option<String> {
        if self.texts.is_empty() {
            let has = if self.has_other_code { "its code is in another language (CEL)" } else { "it has no code" };
            return Some(format!("the template `{}` has no Rego: {has}, which is not supported", self.kind));
        }
        let asks = self.texts.iter().any(|text| text.content.contains("external_data("));
        asks.then(|| format!("the template `{}` asks for external data, which is not supported", self.kind))
    }
}

fn texts<'a>(value: &'a Value, keys: &[&str]) -> impl Iterator<Item = (usize, &'a str)> {
    let texts = elements_at(value, keys).into_iter().enumerate();
    texts.filter_map(|(place, text)| Some((place, &**text.as_string().ok()?)))
}
