//! Which message is answered by whom: the life of a server, and a row for each question.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, Message, Notification, RequestId, Response};
use lsp_types::{
    CodeActionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeParams, PositionEncodingKind, TextDocumentIdentifier, TextDocumentPositionParams,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::documents::Document;
use super::place::path_of;
use super::position::{Encoding, Text};
use super::wire::{Incoming, Wire};
use super::{Host, cursor, outline, paint, trouble};
use crate::diagnostics::Exit;
use crate::one_form::formatted;
use crate::session::CATALOG;

/// How far the talk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begun,
    Open,
    /// The client has asked for the end.
    Closing,
}

/// Why a request is not answered as it was meant.
type Refusal = (ErrorCode, String);

pub struct Server<H> {
    host: H,
    stage: Stage,
    encoding: Encoding,
    /// The directories of the workspace.
    folders: Vec<PathBuf>,
    /// What relative paths start from.
    here: PathBuf,
    documents: BTreeMap<String, Document>,
}

/// The text that a request is about, whatever else it asks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfDocument {
    text_document: TextDocumentIdentifier,
}

impl<H: Host> Server<H> {
    pub fn new(host: H) -> Self {
        let here = Path::new(".").canonicalize().unwrap_or_default();
        Self {
            host,
            stage: Stage::Begun,
            encoding: Encoding::Utf16,
            folders: Vec::new(),
            here,
            documents: BTreeMap::new(),
        }
    }

    /// Answers until the client is done. What is wrong with a text is told once nothing more has come in meanwhile.
    pub fn run(mut self, wire: &Wire) -> Exit {
        let mut waiting: VecDeque<Incoming> = VecDeque::new();
        loop {
            waiting.extend(wire.incoming.try_iter());
            let next = match waiting.pop_front() {
                Some(next) => next,
                None if self.tell_one(wire) => continue,
                None => match wire.incoming.recv() {
                    Ok(next) => {
                        waiting.push_back(next);
                        continue;
                    }
                    Err(_) => return self.ended(),
                },
            };
            match next {
                Incoming::Refused(answer) => wire.send_json(&answer),
                Incoming::Request(request) => {
                    let is_cancelled = |waiting: &Incoming| matches!(waiting, Incoming::Notification(other) if cancels(other, &request.id));
                    let answer = match waiting.iter().any(is_cancelled) {
                        true => Err((ErrorCode::RequestCanceled, "the client wants no answer any more".to_string())),
                        false => self.answer(&request.method, request.params),
                    };
                    wire.send(Message::Response(response(request.id, answer)));
                }
                Incoming::Notification(told) if told.method == "exit" => return self.ended(),
                Incoming::Notification(told) => {
                    if let Some(gone) = self.take(told) {
                        publish(wire, json!({"uri": gone, "diagnostics": []}));
                    }
                }
            }
        }
    }

    /// Without having been asked for its end, it ended too early.
    fn ended(&self) -> Exit {
        match self.stage {
            Stage::Closing => Exit::Fine,
            Stage::Begun | Stage::Open => Exit::Internal,
        }
    }

    /// Tells what is wrong with one text that has changed; false where there is none.
    fn tell_one(&mut self, wire: &Wire) -> bool {
        let Some(document) = self.documents.values_mut().find(|document| document.is_stale()) else { return false };
        publish(wire, document.told(&self.here));
        true
    }

    /// A notification; the address of a text that is open no more.
    fn take(&mut self, told: Notification) -> Option<String> {
        if self.stage != Stage::Open {
            return None;
        }
        match told.method.as_str() {
            "textDocument/didOpen" => self.open(serde_json::from_value(told.params).ok()?),
            "textDocument/didChange" => {
                let params: DidChangeTextDocumentParams = serde_json::from_value(told.params).ok()?;
                let document = self.documents.get_mut(params.text_document.uri.as_str())?;
                document.change(params.text_document.version, params.content_changes);
            }
            "textDocument/didClose" => {
                let params: DidCloseTextDocumentParams = serde_json::from_value(told.params).ok()?;
                return self.documents.remove(params.text_document.uri.as_str()).map(|document| document.uri);
            }
            // Others may use what was saved.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.documents.values_mut().for_each(Document::look_again);
            }
            // Of what nobody knows nothing is to be done.
            _ => {}
        }
        None
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let opened = params.text_document;
        let uri = opened.uri.as_str().to_string();
        let path = path_of(&uri);
        let beside = path.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let directories: Vec<PathBuf> = self.folders.iter().cloned().chain(beside).collect();
        // Without a session there is nothing to say of it.
        let Ok(session) = self.host.session(path, &directories) else { return };
        let text = Text::new(opened.text, self.encoding);
        self.documents.insert(uri.clone(), Document::new(uri, opened.version, text, session, self.encoding));
    }

    fn answer(&mut self, method: &str, params: Json) -> Result<Json, Refusal> {
        match (self.stage, method) {
            (Stage::Begun, "initialize") => return self.initialize(of(params)?),
            (Stage::Begun, _) => return Err((ErrorCode::ServerNotInitialized, "`initialize` comes first".to_string())),
            (Stage::Closing, _) => return Err((ErrorCode::InvalidRequest, "`exit` comes next".to_string())),
            (Stage::Open, "initialize") => return Err((ErrorCode::InvalidRequest, "it is initialized".to_string())),
            (Stage::Open, "shutdown") => {
                self.stage = Stage::Closing;
                return Ok(Json::Null);
            }
            (Stage::Open, "completionItem/resolve") => return Ok(cursor::resolved(params, &CATALOG)),
            (Stage::Open, _) => {}
        }
        if !QUESTIONS.contains(&method) {
            return Err((ErrorCode::MethodNotFound, format!("`{method}` is not answered here")));
        }
        let (here, encoding) = (self.here.clone(), self.encoding);
        let OfDocument { text_document: TextDocumentIdentifier { uri } } = of(params.clone())?;
        let not_open = || (ErrorCode::InvalidParams, "this text is not open".to_string());
        let document = self.documents.get_mut(uri.as_str()).ok_or_else(not_open)?;
        if !document.is_bearable() && method != "textDocument/codeAction" {
            return Ok(Json::Null);
        }
        let at = |document: &Document| {
            let params: TextDocumentPositionParams = of(params.clone())?;
            Ok::<usize, Refusal>(document.text.offset(params.position))
        };
        Ok(match method {
            "textDocument/completion" => cursor::completion(document, at(document)?),
            "textDocument/hover" => cursor::hover(document, at(document)?, &here).unwrap_or_default(),
            "textDocument/signatureHelp" => cursor::signature(document, at(document)?).unwrap_or_default(),
            "textDocument/definition" => {
                cursor::definition(document, at(document)?, &here, encoding).unwrap_or_default()
            }
            "textDocument/references" => {
                let spans = cursor::references(document, at(document)?);
                let place = |span| json!({"uri": document.uri, "range": document.text.range(span)});
                spans.into_iter().map(place).collect()
            }
            "textDocument/formatting" => formatting(document),
            "textDocument/documentSymbol" => {
                Json::Array(outline::symbols(&document.session.read(document.text.as_str()).0, &document.text))
            }
            "textDocument/semanticTokens/full" => {
                let pieces = cursor::pieces(document);
                json!({"data": paint::tokens(&pieces, &document.text)})
            }
            _ => {
                let asked: CodeActionParams = of(params)?;
                let found = document.found(&here).clone();
                let (at, only) = (document.text.span(asked.range), asked.context.only.as_deref());
                Json::Array(trouble::actions(&found, at, &document.uri, &document.text, only))
            }
        })
    }

    fn initialize(&mut self, params: InitializeParams) -> Result<Json, Refusal> {
        let offered = params.capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        self.encoding = Encoding::chosen(offered);
        let folders = params.workspace_folders.unwrap_or_default();
        self.folders = folders.iter().filter_map(|folder| path_of(folder.uri.as_str())).collect();
        if let Some(first) = self.folders.first() {
            self.host.enter(first);
            self.here = Path::new(".").canonicalize().unwrap_or_default();
        }
        self.stage = Stage::Open;
        Ok(capabilities(self.encoding.kind()))
    }
}

/// What is asked of a text that is open.
const QUESTIONS: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/signatureHelp",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/formatting",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/codeAction",
];

fn capabilities(encoding: PositionEncodingKind) -> Json {
    json!({
        "capabilities": {
            "positionEncoding": encoding,
            "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
            "completionProvider": {"triggerCharacters": ["|", "@", "(", "\"", "'", "."], "resolveProvider": true},
            "hoverProvider": true,
            "signatureHelpProvider": {"triggerCharacters": ["(", ","]},
            "definitionProvider": true,
            "referencesProvider": true,
            "documentFormattingProvider": true,
            "documentSymbolProvider": true,
            "codeActionProvider": {"codeActionKinds": ["quickfix", "source.fixAll"]},
            "semanticTokensProvider": {
                "legend": {"tokenTypes": paint::KINDS, "tokenModifiers": []},
                "full": true,
            },
        },
        "serverInfo": {"name": "orq", "version": env!("CARGO_PKG_VERSION")},
    })
}

/// The one form of a text; nothing where it has it, or does not parse.
fn formatting(document: &Document) -> Json {
    let text = document.text.as_str();
    match formatted(text, &CATALOG) {
        Ok(form) if form != text => json!([{"range": document.text.whole(), "newText": form}]),
        Ok(_) | Err(_) => json!([]),
    }
}

fn of<T: DeserializeOwned>(params: Json) -> Result<T, Refusal> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn response(id: RequestId, answer: Result<Json, Refusal>) -> Response {
    match answer {
        Ok(result) => Response::new_ok(id, result),
        Err((code, message)) => Response::new_err(id, code as i32, message),
    }
}

fn publish(wire: &Wire, params: Json) {
    wire.send(Message::Notification(Notification { method: "textDocument/publishDiagnostics".to_string(), params }));
}

/// Whether a notification says that a request needs no answer any more.
fn cancels(told: &Notification, id: &RequestId) -> bool {
    let named = || told.params.get("id").cloned().and_then(|id| serde_json::from_value::<RequestId>(id).ok());
    told.method == "$/cancelRequest" && named().as_ref() == Some(id)
}
