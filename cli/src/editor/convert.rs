//! Answers of the workspace in the words of the protocol.

use std::collections::HashMap;

use design_language::{Completion, Diagnosed, Diagnosis, Encoding, Hover, Lines, Place, Role, Symbol};
use design_syntax::SourceText;
use design_vocabulary::{Severity, Span};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CompletionItem, CompletionItemKind, CompletionTextEdit,
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DocumentSymbol, HoverContents, Location,
    MarkupContent, MarkupKind, NumberOrString, Position, Range, SymbolKind, TextEdit, Uri, WorkspaceEdit,
};
use serde_json::Value;

use crate::editor::uri;

/// Turns bytes into what an editor counts.
pub struct Converter {
    encoding: Encoding,
}

/// A position of the protocol.
pub fn from_position(position: Position) -> design_language::Position {
    design_language::Position { line: position.line, column: position.character }
}

impl Converter {
    /// For an editor that counts like this.
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding }
    }

    fn range(&self, lines: &Lines<'_>, start: usize, end: usize) -> Range {
        let position = |offset| {
            let design_language::Position { line, column } = lines.position(self.encoding, offset);
            Position { line, character: column }
        };
        Range { start: position(start), end: position(end.max(start)) }
    }

    fn span(&self, lines: &Lines<'_>, span: Span) -> Range {
        self.range(lines, span.start as usize, span.end as usize)
    }

    fn location(&self, source: &SourceText, span: Span) -> Option<Location> {
        Some(Location { uri: uri::of(source.path())?, range: self.span(&Lines::of(source.text()), span) })
    }

    /// The findings of a file.
    pub fn diagnostics(&self, diagnosed: &Diagnosed) -> Vec<Diagnostic> {
        let lines = Lines::of(diagnosed.source.text());
        diagnosed.findings.iter().map(|diagnosis| self.diagnostic(&lines, diagnosis)).collect()
    }

    fn diagnostic(&self, lines: &Lines<'_>, diagnosis: &Diagnosis) -> Diagnostic {
        let finding = &diagnosis.finding;
        let related = finding.related.iter().zip(&diagnosis.related);
        let related = related.filter_map(|(related, source)| {
            let location = self.location(source, related.span)?;
            Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
        });
        let related: Vec<_> = related.collect();
        Diagnostic {
            range: self.span(lines, finding.primary),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(finding.code.0.to_owned())),
            source: Some("design".to_owned()),
            message: match &finding.help {
                Some(help) => format!("{}\nhelp: {help}", finding.message),
                None => finding.message.clone(),
            },
            related_information: (!related.is_empty()).then_some(related),
            ..Diagnostic::default()
        }
    }

    /// What is said of a place.
    pub fn hover(&self, text: &str, hover: &Hover) -> Option<Value> {
        let contents = MarkupContent { kind: MarkupKind::Markdown, value: hover.text.clone() };
        let range = Some(self.span(&Lines::of(text), hover.span));
        serde_json::to_value(lsp_types::Hover { contents: HoverContents::Markup(contents), range }).ok()
    }

    /// Places in files.
    pub fn locations(&self, places: &[Place]) -> Vec<Location> {
        places.iter().filter_map(|place| self.location(&place.source, place.span)).collect()
    }

    /// What can stand at a place.
    pub fn completions(&self, text: &str, completions: &[Completion]) -> Option<Value> {
        let lines = Lines::of(text);
        let item = |completion: &Completion| CompletionItem {
            label: completion.text.clone(),
            kind: Some(match completion.role {
                Role::Reference => CompletionItemKind::REFERENCE,
                Role::Kind => CompletionItemKind::CLASS,
                Role::Version => CompletionItemKind::MODULE,
                Role::Field => CompletionItemKind::FIELD,
                Role::Word => CompletionItemKind::ENUM_MEMBER,
            }),
            detail: Some(completion.detail.clone()).filter(|detail| !detail.is_empty()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                range: self.range(&lines, completion.start, completion.end),
                new_text: completion.text.clone(),
            })),
            ..CompletionItem::default()
        };
        serde_json::to_value(completions.iter().map(item).collect::<Vec<_>>()).ok()
    }

    /// The components of a file.
    pub fn symbols(&self, text: &str, symbols: &[Symbol]) -> Option<Value> {
        let lines = Lines::of(text);
        let symbol = |symbol: &Symbol| {
            #[expect(deprecated, reason = "the structure has the field all the same")]
            DocumentSymbol {
                name: if symbol.name.is_empty() { symbol.kind.clone() } else { symbol.name.clone() },
                detail: Some(symbol.kind.clone()),
                kind: SymbolKind::OBJECT,
                tags: None,
                deprecated: None,
                range: self.span(&lines, symbol.whole),
                selection_range: self.span(&lines, symbol.span),
                children: None,
            }
        };
        serde_json::to_value(symbols.iter().map(symbol).collect::<Vec<_>>()).ok()
    }

    /// The fixes of the findings that a range of a file touches.
    pub fn actions(&self, text: &str, findings: &[Diagnosis], range: Range) -> Option<Value> {
        let lines = Lines::of(text);
        let touches = |diagnosis: &&Diagnosis| {
            let own = self.span(&lines, diagnosis.finding.primary);
            own.start <= range.end && range.start <= own.end
        };
        let actions = findings.iter().filter(touches).filter_map(|diagnosis| self.action(&lines, diagnosis));
        serde_json::to_value(actions.collect::<Vec<_>>()).ok()
    }

    #[expect(clippy::mutable_key_type, reason = "the protocol's map from URIs; they are not changed")]
    fn action(&self, lines: &Lines<'_>, diagnosis: &Diagnosis) -> Option<CodeActionOrCommand> {
        let fix = diagnosis.finding.fix.as_ref()?;
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        let mut words = Vec::new();
        for (edit, source) in fix.edits.iter().zip(&diagnosis.edited) {
            let range = self.span(&Lines::of(source.text()), edit.span);
            changes.entry(uri::of(source.path())?).or_default().push(TextEdit { range, new_text: edit.text.clone() });
            words.push(format!("replace `{}` by `{}`", source.slice(edit.span.start, edit.span.end), edit.text));
        }
        let mut title = words.join(", ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic(lines, diagnosis)]),
            edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
            is_preferred: Some(fix.is_certain),
            ..CodeAction::default()
        }))
    }
}
