//! The language server: messages of an editor to questions for the workspace, and answers back.

mod convert;
mod uri;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use design_language::{Encoding, Extent, Workspace};
use design_registry::Registry;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, GotoDefinition, HoverRequest, References, RegisterCapability,
    Request as _,
};
use lsp_types::{
    CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileChangeType, FileSystemWatcher, GlobPattern,
    HoverProviderCapability, InitializeParams, OneOf, PositionEncodingKind, PublishDiagnosticsParams, Registration,
    RegistrationParams, ServerCapabilities, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri,
};
use serde::de::DeserializeOwned;

use crate::args::Options;
use crate::editor::convert::Converter;
use crate::world::DiskWorld;

/// What ends the conversation early.
type Fault = Box<dyn Error + Send + Sync>;

/// How long an editor has to be silent before the policies are asked, which takes another process.
const PAUSE: Duration = Duration::from_millis(300);

/// Talks to an editor over standard input and output until it says goodbye.
pub fn serve(options: &Options, registry: Option<&Arc<Registry>>) -> Result<(), Fault> {
    let (connection, threads) = Connection::stdio();
    let (id, parameters) = connection.initialize_start()?;
    let parameters: InitializeParams = serde_json::from_value(parameters)?;
    let encoding = encoding(&parameters);
    let answer = serde_json::json!({
        "capabilities": capabilities(encoding),
        "serverInfo": {"name": "design", "version": env!("CARGO_PKG_VERSION")},
    });
    connection.initialize_finish(id, answer)?;
    // Nobody waits for a network while typing.
    let options = Options { offline: true, ..options.clone() };
    let workspace = |root: &String| Workspace::new(DiskWorld::with_repositories(&options), root, registry.cloned());
    let workspaces = roots(&parameters).iter().map(workspace).collect();
    let mut server = Server { connection, workspaces, encoding, versions: BTreeMap::new(), is_changed: true };
    if watches(&parameters) {
        server.watch()?;
    }
    server.run()?;
    // The writer ends when nobody holds its channel any more.
    drop(server);
    threads.join()?;
    Ok(())
}

fn encoding(parameters: &InitializeParams) -> Encoding {
    let offered = parameters.capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
    let takes_bytes = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
    if takes_bytes { Encoding::Utf8 } else { Encoding::Utf16 }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![" ".to_owned(), "/".to_owned()]),
            ..CompletionOptions::default()
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![lsp_types::CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

/// The folders that the editor has open; where it names none, the working directory.
fn roots(parameters: &InitializeParams) -> Vec<String> {
    let folders = parameters.workspace_folders.iter().flatten().filter_map(|folder| uri::path(&folder.uri));
    let mut roots: Vec<String> = folders.map(|path| path.trim_end_matches('/').to_owned()).collect();
    #[expect(deprecated, reason = "older editors name their folder only so")]
    if let Some(root) = parameters.root_uri.as_ref().and_then(uri::path).filter(|_| roots.is_empty()) {
        roots.push(root.trim_end_matches('/').to_owned());
    }
    if roots.is_empty() {
        roots.extend(std::env::current_dir().ok().map(|path| path.to_string_lossy().into_owned()));
    }
    roots
}

fn watches(parameters: &InitializeParams) -> bool {
    let workspace = parameters.capabilities.workspace.as_ref();
    let watching = workspace.and_then(|workspace| workspace.did_change_watched_files);
    watching.and_then(|watching| watching.dynamic_registration).unwrap_or(false)
}

struct Server {
    connection: Connection,
    workspaces: Vec<Workspace<DiskWorld>>,
    encoding: Encoding,
    /// The versions of the documents that are open, by path.
    versions: BTreeMap<String, i32>,
    /// Whether something changed since the last update.
    is_changed: bool,
}

impl Server {
    fn run(&mut self) -> Result<(), Fault> {
        let mut owes_policies = true;
        loop {
            // Everything that waits is taken before anything is compiled: who types fast does not wait for each letter.
            let next = match self.connection.receiver.try_recv() {
                Ok(message) => Some(message),
                Err(_) if self.is_changed => {
                    self.update(Extent::Quick)?;
                    owes_policies = true;
                    continue;
                }
                Err(_) if owes_policies && self.workspaces.iter().any(Workspace::has_policies) => {
                    match self.connection.receiver.recv_timeout(PAUSE) {
                        Ok(message) => Some(message),
                        Err(error) if error.is_timeout() => {
                            self.update(Extent::Full)?;
                            owes_policies = false;
                            continue;
                        }
                        Err(_) => None,
                    }
                }
                Err(_) => self.connection.receiver.recv().ok(),
            };
            match next {
                None => return Ok(()),
                Some(Message::Request(request)) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    if self.is_changed {
                        self.update(Extent::Quick)?;
                        owes_policies = true;
                    }
                    let response = self.answer(request);
                    self.connection.sender.send(Message::Response(response))?;
                }
                Some(Message::Notification(notification)) => self.take(notification),
                Some(Message::Response(_)) => {}
            }
        }
    }

    /// Asks the editor to tell of changes on the disk.
    fn watch(&self) -> Result<(), Fault> {
        let watcher = |glob: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind: None };
        let watchers = ["**/*.{yaml,yml,json,rego}", "**/.designignore"].map(watcher).to_vec();
        let options = serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers })?;
        let registration = Registration {
            id: "files".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: Some(options),
        };
        let parameters = RegistrationParams { registrations: vec![registration] };
        let id = RequestId::from("watch".to_owned());
        let request = Request::new(id, RegisterCapability::METHOD.to_owned(), parameters);
        Ok(self.connection.sender.send(Message::Request(request))?)
    }

    /// The workspace of a file: the one whose folder holds it, of several the innermost; else the first.
    fn workspace(&mut self, path: &str) -> Option<&mut Workspace<DiskWorld>> {
        let holds = |workspace: &Workspace<DiskWorld>| {
            path.strip_prefix(workspace.root()).is_some_and(|rest| rest.starts_with('/'))
        };
        let holding = self.workspaces.iter().enumerate().filter(|(_, workspace)| holds(workspace));
        let number = holding.max_by_key(|(_, workspace)| workspace.root().len()).map_or(0, |(number, _)| number);
        self.workspaces.get_mut(number)
    }

    fn update(&mut self, extent: Extent) -> Result<(), Fault> {
        self.is_changed = false;
        for workspace in &mut self.workspaces {
            for diagnosed in workspace.update(extent) {
                let Some(uri) = uri::of(&diagnosed.path) else { continue };
                let version = self.versions.get(&diagnosed.path).copied();
                let diagnostics = Converter::new(self.encoding).diagnostics(&diagnosed);
                let parameters = PublishDiagnosticsParams { uri, diagnostics, version };
                let notification = Notification::new(PublishDiagnostics::METHOD.to_owned(), parameters);
                self.connection.sender.send(Message::Notification(notification))?;
            }
        }
        Ok(())
    }

    /// Takes what the editor tells. What cannot be read is left: the protocol has no answer to a notification.
    fn take(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(parameters) = read::<DidOpenTextDocumentParams>(params) else { return };
                let document = parameters.text_document;
                self.set(&document.uri, document.version, |_, _| Some(document.text));
            }
            DidChangeTextDocument::METHOD => {
                let Some(parameters) = read::<DidChangeTextDocumentParams>(params) else { return };
                let document = parameters.text_document;
                self.set(&document.uri, document.version, |encoding, text| {
                    let mut text = text?.to_owned();
                    for change in parameters.content_changes {
                        let Some(range) = change.range else {
                            text = change.text;
                            continue;
                        };
                        let offset = |position| encoding.offset(&text, convert::from_position(position));
                        let (start, end) = (offset(range.start), offset(range.end));
                        text.replace_range(start..end.max(start), &change.text);
                    }
                    Some(text)
                });
            }
            DidCloseTextDocument::METHOD => {
                let Some(parameters) = read::<DidCloseTextDocumentParams>(params) else { return };
                self.on_disk(&parameters.text_document.uri, Workspace::close);
                if let Some(path) = uri::path(&parameters.text_document.uri) {
                    self.versions.remove(&path);
                }
            }
            DidSaveTextDocument::METHOD => {
                let Some(parameters) = read::<DidSaveTextDocumentParams>(params) else { return };
                self.on_disk(&parameters.text_document.uri, |workspace, path| {
                    workspace.changed_on_disk(path, is_structure(path));
                });
            }
            DidChangeWatchedFiles::METHOD => {
                let Some(parameters) = read::<DidChangeWatchedFilesParams>(params) else { return };
                for change in parameters.changes {
                    let is_listed = change.typ != FileChangeType::CHANGED;
                    self.on_disk(&change.uri, |workspace, path| {
                        workspace.changed_on_disk(path, is_listed || is_structure(path));
                    });
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, uri: &Uri, version: i32, text: impl FnOnce(Encoding, Option<&str>) -> Option<String>) {
        let Some(path) = uri::path(uri) else { return };
        let encoding = self.encoding;
        let Some(workspace) = self.workspace(&path) else { return };
        let Some(text) = text(encoding, workspace.text(&path)) else { return };
        workspace.set_text(&path, text);
        self.versions.insert(path, version);
        self.is_changed = true;
    }

    fn on_disk(&mut self, uri: &Uri, tell: impl FnOnce(&mut Workspace<DiskWorld>, &str)) {
        let Some(path) = uri::path(uri) else { return };
        let Some(workspace) = self.workspace(&path) else { return };
        tell(workspace, &path);
        self.is_changed = true;
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            HoverRequest::METHOD => self.at(params, |workspace, converter, path, offset| {
                let hover = workspace.hover(path, bytes(offset))?;
                converter.hover(workspace.text(path)?, &hover)
            }),
            GotoDefinition::METHOD => self.at(params, |workspace, converter, path, offset| {
                serde_json::to_value(converter.locations(&workspace.definitions(path, bytes(offset)))).ok()
            }),
            References::METHOD => {
                let with_declaration =
                    params.pointer("/context/includeDeclaration").and_then(serde_json::Value::as_bool);
                let with_declaration = with_declaration.unwrap_or(false);
                self.at(params, |workspace, converter, path, offset| {
                    let places = workspace.references(path, bytes(offset), with_declaration);
                    serde_json::to_value(converter.locations(&places)).ok()
                })
            }
            Completion::METHOD => self.at(params, |workspace, converter, path, offset| {
                let completions = workspace.completions(path, offset);
                converter.completions(workspace.text(path)?, &completions)
            }),
            DocumentSymbolRequest::METHOD => {
                let parameters = read::<lsp_types::DocumentSymbolParams>(params);
                self.document(
                    parameters.map(|parameters| parameters.text_document.uri),
                    |workspace, converter, path| converter.symbols(workspace.text(path)?, &workspace.symbols(path)),
                )
            }
            CodeActionRequest::METHOD => {
                let parameters = read::<lsp_types::CodeActionParams>(params);
                let range = parameters.as_ref().map(|parameters| parameters.range).unwrap_or_default();
                let uri = parameters.map(|parameters| parameters.text_document.uri);
                self.document(uri, |workspace, converter, path| {
                    converter.actions(workspace.text(path)?, workspace.findings(path), range)
                })
            }
            unknown => {
                let message = format!("this server has no method `{unknown}`");
                return Response::new_err(id, ErrorCode::MethodNotFound as i32, message);
            }
        };
        Response::new_ok(id, answer.unwrap_or(serde_json::Value::Null))
    }

    /// Answers a question about a place of a document that is open.
    fn at(
        &mut self,
        parameters: serde_json::Value,
        answer: impl FnOnce(&mut Workspace<DiskWorld>, &mut Converter, &str, usize) -> Option<serde_json::Value>,
    ) -> Option<serde_json::Value> {
        let TextDocumentPositionParams { text_document, position } = read(parameters)?;
        let encoding = self.encoding;
        self.document(Some(text_document.uri), |workspace, converter, path| {
            let offset = encoding.offset(workspace.text(path)?, convert::from_position(position));
            answer(workspace, converter, path, offset)
        })
    }

    fn document(
        &mut self,
        uri: Option<Uri>,
        answer: impl FnOnce(&mut Workspace<DiskWorld>, &mut Converter, &str) -> Option<serde_json::Value>,
    ) -> Option<serde_json::Value> {
        let path = uri::path(&uri?)?;
        let mut converter = Converter::new(self.encoding);
        answer(self.workspace(&path)?, &mut converter, &path)
    }
}

fn bytes(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Whether a file says what others are part of.
fn is_structure(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let names = ["Chart.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization", ".designignore"];
    names.contains(&name)
}

fn read<T: DeserializeOwned>(parameters: serde_json::Value) -> Option<T> {
    serde_json::from_value(parameters).ok()
}
