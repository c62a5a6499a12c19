//! Models that clients register: `POST /api/meshmodels/register`. They hold for as long as the process does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use design_definitions::Head;
use design_pipeline::{MemoryWorld, Models, relationship_definitions};
use design_vocabulary::RelationshipDefinition;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Refusal;

/// How many models are held, and bytes of all of them.
const MODELS: usize = 64;
const BYTES: usize = 16 << 20;

/// What is to be registered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    import_body: Body,
    #[serde(default)]
    upload_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    /// As Base64 has it.
    #[serde(default)]
    model_file: String,
    #[serde(default)]
    file_name: String,
}

/// The models that were registered, and the relationships that they and the built-in ones define.
#[derive(Clone, Debug)]
pub struct Registered {
    files: Vec<(String, Vec<u8>)>,
    definitions: Vec<RelationshipDefinition>,
}

impl Default for Registered {
    fn default() -> Self {
        let world = MemoryWorld::new(Vec::<(String, Vec<u8>)>::new());
        let (definitions, _) = relationship_definitions(&world, &Models::default());
        Self { files: Vec::new(), definitions }
    }
}

impl Registered {
    /// The definitions by which designs are evaluated.
    pub fn definitions(&self) -> &[RelationshipDefinition] {
        &self.definitions
    }

    /// Registers a model. Returns what there is then, and the answer. A file that was registered under the same name is replaced.
    pub fn register(&self, body: &[u8]) -> Result<(Self, Value), Refusal> {
        let asked: Asked = serde_json::from_slice(body)
            .map_err(|error| Refusal::new(400, format!("this is no request to register a model: {error}")))?;
        if !asked.upload_type.is_empty() && asked.upload_type != "file" {
            return Err(Refusal::new(400, format!("`{}` is not taken: send the file itself", asked.upload_type)));
        }
        let bytes = STANDARD.decode(&asked.import_body.model_file);
        let bytes = bytes.map_err(|_| Refusal::new(400, "the model is no Base64"))?;
        let name = asked.import_body.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() || name.starts_with('.') {
            return Err(Refusal::new(400, "the model has no `fileName`"));
        }
        let path = format!("models/{name}");
        let mut files: Vec<(String, Vec<u8>)> =
            self.files.iter().filter(|(known, _)| *known != path).cloned().collect();
        files.push((path.clone(), bytes));
        let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        if files.len() > MODELS || total > BYTES {
            return Err(Refusal::new(413, format!("at most {MODELS} models of {} MiB are held", BYTES >> 20)));
        }
        let world = MemoryWorld::new(files.iter().cloned());
        let models = Models::load(&world, &["models".to_owned()], None, 0);
        let (definitions, refused) = relationship_definitions(&world, &models);
        let mut count = Count::default();
        let of_file = models.index.files.iter().filter(|file| file.container() == path || *file.path == *path);
        for file in of_file {
            if file.is_faulty {
                count.faults.push(format!("{} cannot be read as a whole", file.path));
            }
            file.heads.iter().for_each(|head| count.add(head));
        }
        let refused = refused.into_iter().filter(|(file, _)| file.starts_with(&path));
        count.faults.extend(refused.map(|(file, why)| format!("{file}: {why}")));
        if count.components + count.relationships + count.models == 0 {
            let why = count.faults.first().cloned().unwrap_or_else(|| "it defines nothing".to_owned());
            return Err(Refusal::new(422, format!("`{name}` is no model: {why}")));
        }
        Ok((Self { files, definitions }, count.answer()))
    }
}

/// What a model defines.
#[derive(Default)]
struct Count {
    components: usize,
    relationships: usize,
    models: usize,
    names: Vec<String>,
    faults: Vec<String>,
}

impl Count {
    fn add(&mut self, head: &Head) {
        match head {
            Head::Component { .. } => self.components += 1,
            Head::Relationship { .. } => self.relationships += 1,
            Head::Model { reference, .. } => {
                self.models += 1;
                self.names.push(reference.name.to_string());
            }
            Head::Fields(_) => {}
        }
    }

    fn answer(&self) -> Value {
        let faults = self.faults.len();
        json!({
            "entityCount": {
                "compCount": self.components, "relCount": self.relationships, "modelCount": self.models,
                "errCompCount": 0, "errRelCount": 0, "errModelCount": faults, "totalErrCount": faults,
            },
            "errMsg": self.faults.join("; "),
            "entityTypeSummary": {
                "successfulComponents": [], "successfulRelationships": [], "successfulModels": [],
                "unsuccessfulComponentNames": self.faults,
            },
            "modelName": self.names,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_defines_nothing_is_no_model() {
        let registered = Registered::default();
        let body = |name: &str, bytes: &[u8]| {
            json!({ "importBody": { "fileName": name, "modelFile": STANDARD.encode(bytes) }, "uploadType": "file", "register": true })
                .to_string()
        };
        assert_eq!(registered.register(body("a.json", b"{}").as_bytes()).unwrap_err().status, 422);
        assert_eq!(registered.register(body("", b"{}").as_bytes()).unwrap_err().status, 400);
        assert_eq!(registered.register(body("a.json", &vec![b'x'; BYTES + 1]).as_bytes()).unwrap_err().status, 413);
        assert_eq!(registered.register(b"{}").unwrap_err().status, 400);
        let fetched = br#"{"importBody": {"url": "http://127.0.0.1/"}, "uploadType": "urlImport"}"#;
        assert_eq!(registered.register(fetched).unwrap_err().status, 400);
    }
}
