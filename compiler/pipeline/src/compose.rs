//! Designs as compose projects.

use design_check::rules;
use design_render::compose::{ComposeProject, Unsaid, write};
use design_source::Located;
use design_vocabulary::{Finding, Path, display_path};

use crate::Compiled;

impl Compiled {
    /// Writes the compose project, and says what it does not say. A design that was compiled for another target has one just as well.
    pub fn write_compose(&mut self) -> Vec<Finding> {
        let project = write(&self.revealed(), &self.graph);
        let findings = project.unsaid.iter().filter_map(|unsaid| self.word(unsaid)).collect();
        self.compose = Some(project);
        findings
    }

    fn word(&self, unsaid: &Unsaid) -> Option<Finding> {
        let (Unsaid::Object { component, .. } | Unsaid::Field { component, .. }) = unsaid;
        let found = self.design.components.get(*component)?;
        let name = found.name().unwrap_or_default();
        Some(match unsaid {
            Unsaid::Object { why, .. } => {
                rules::object_not_in_compose::finding(&found.kind, name, why, self.map.component(*component)?)
            }
            Unsaid::Field { path, why, .. } => {
                let whole: Path = std::iter::once("configuration".into()).chain(path.iter().cloned()).collect();
                let place = self.map.locate(*component, &whole).map(Located::key_or_value)?;
                rules::field_not_in_compose::finding(&found.kind, name, &display_path(path), why, place)
            }
        })
    }
}

/// The text of a project's compose file.
pub fn compose_file(project: &ComposeProject) -> String {
    project.files.first().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}
