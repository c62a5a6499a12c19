//! What a file of a model holds.

/// The prefix of the schemaVersion of our own form.
const SHORT_FORM: &str = "model.design/";

/// The versions of Meshery's files that are read.
const VERSIONS: [&str; 4] = ["v1alpha3", "v1beta1", "v1beta2", "v1beta3"];

/// What a document of a model is, by its `schemaVersion`: `components.meshery.io/v1beta1`. The host may be another one,
/// since forks of Meshery write theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A model: `models.…`.
    Model,
    /// A component definition: `components.…`.
    Component,
    /// A relationship definition: `relationships.…`.
    Relationship,
    /// Something else of a model that is no definition of ours: `connections.…`, `policies.…`, `capability.…`.
    Other,
    /// Our own form: `model.design/v1`.
    Short,
}

impl Form {
    /// The form of a schemaVersion, or why there is none.
    pub fn of(schema_version: &str) -> Result<Self, String> {
        if let Some(version) = schema_version.strip_prefix(SHORT_FORM) {
            return if version == "v1" { Ok(Self::Short) } else { Err(format!("`{schema_version}` is not known")) };
        }
        let unknown = || format!("the schemaVersion `{schema_version}` is not one of a model");
        let (construct, rest) = schema_version.split_once('.').ok_or_else(unknown)?;
        let (_, version) = rest.rsplit_once('/').ok_or_else(unknown)?;
        let form = match construct {
            "models" => Self::Model,
            "components" => Self::Component,
            "relationships" => Self::Relationship,
            "connections" | "policies" | "capability" => return Ok(Self::Other),
            _ => return Err(unknown()),
        };
        if VERSIONS.contains(&version) {
            Ok(form)
        } else {
            Err(format!("version `{version}` of {construct} is not read; v1alpha3 to v1beta3 are"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_fork_is_as_good_and_an_unknown_version_is_not() {
        assert_eq!(Form::of("components.meshery.io/v1beta1"), Ok(Form::Component));
        assert_eq!(Form::of("relationships.some.fork.example/v1alpha3"), Ok(Form::Relationship));
        assert_eq!(Form::of("models.meshery.io/v1beta3"), Ok(Form::Model));
        assert_eq!(Form::of("connections.meshery.io/v1beta1"), Ok(Form::Other));
        assert_eq!(Form::of("model.design/v1"), Ok(Form::Short));
        for refused in ["components.meshery.io/v2", "designs.meshery.io/v1beta1", "components", "", "model.design/v9"] {
            assert!(Form::of(refused).is_err(), "{refused}");
        }
    }
}
