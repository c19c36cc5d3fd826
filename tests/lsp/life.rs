//! How a server begins and ends, and what it does with what is no message.

use serde_json::{Value as Json, json};

use super::Client;

#[test]
fn a_server_that_was_asked_to_end_ends_well() {
    let mut client = Client::start();
    assert_eq!(client.result("shutdown", Json::Null), Json::Null);
    let late = client.ask("textDocument/hover", json!({}));
    assert_eq!(late["error"]["code"], -32600, "{late}");
    client.tell("exit", Json::Null);
    assert_eq!(client.end(), (Some(0), String::new()));
}

#[test]
fn an_end_that_was_not_asked_for_is_a_failure() {
    let mut client = Client::start();
    client.tell("exit", Json::Null);
    assert_eq!(client.end().0, Some(1));
    assert_eq!(Client::start().end(), (Some(1), String::new()), "its input was closed");
    let mut closing = Client::start();
    closing.result("shutdown", Json::Null);
    assert_eq!(closing.end().0, Some(0), "its input was closed behind `shutdown`");
}

#[test]
fn nothing_is_answered_before_it_is_initialized() {
    let mut client = Client::raw(&[]);
    assert_eq!(client.ask("textDocument/hover", json!({}))["error"]["code"], -32002);
    let uri = client.open("early.orq", "nothing");
    client.initialize(json!({}));
    let lost = client
        .ask("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}));
    assert_eq!(lost["error"]["code"], -32602, "a text that came too early is not open: {lost}");
    assert_eq!(client.ask("initialize", json!({"capabilities": {}}))["error"]["code"], -32600);
}

#[test]
fn what_is_no_message_is_answered_and_ends_nothing() {
    let mut client = Client::start();
    client.bytes(b"Content-Length: 9\r\n\r\n{\"jsonrpc");
    assert_eq!(client.until(|message| message["id"] == Json::Null)["error"]["code"], -32700);
    client.bytes(b"Content-Type: text\r\n\r\n");
    assert_eq!(client.until(|message| message["id"] == Json::Null)["error"]["code"], -32700);
    client.bytes(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(client.until(|message| message["id"] == Json::Null)["error"]["code"], -32600);
    client.bytes(b"content-length: 4\r\n\r\n\xff\xfe\xfd\xfc");
    assert_eq!(client.until(|message| message["id"] == Json::Null)["error"]["code"], -32700);
    client.send(&json!({"jsonrpc": "2.0", "id": 5_000_000_000_u64, "method": "textDocument/hover"}));
    assert_eq!(client.until(|message| message["id"] == 5_000_000_000_u64)["error"]["code"], -32600);
    client.bytes(b"Content-Length: 40000000\r\n\r\n");
    client.bytes(&vec![b' '; 40_000_000]);
    assert_eq!(client.until(|message| message["id"] == Json::Null)["error"]["code"], -32600);

    let uri = client.open("a.orq", "credits");
    assert_eq!(client.codes(&uri), [""; 0]);
}

#[test]
fn what_is_not_known_or_does_not_fit_is_said() {
    let mut client = Client::start();
    assert_eq!(client.ask("textDocument/inlayHint", json!({}))["error"]["code"], -32601);
    assert_eq!(client.ask("$/unheard", json!({}))["error"]["code"], -32601);
    assert_eq!(client.ask("textDocument/hover", json!({"textDocument": 7}))["error"]["code"], -32602);
    let uri = client.uri("not-open.orq");
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.ask("textDocument/hover", params)["error"]["code"], -32602);
    client.tell("$/unheard", json!({}));
    client.tell("textDocument/didChange", json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": []}));
    client.tell("textDocument/didChange", json!("nonsense"));
    let uri = client.open("a.orq", "credits");
    assert_eq!(client.codes(&uri), [""; 0]);
}

#[test]
fn a_request_that_is_cancelled_while_it_waits_is_answered_so() {
    let mut client = Client::start();
    let uri = client.open("a.orq", "credits");
    let hover = |id: u64| {
        let position = json!({"line": 0, "character": 1});
        json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover",
               "params": {"textDocument": {"uri": uri}, "position": position}})
    };
    // All at once, so that what cancels is there before what is cancelled is looked at.
    let cancel = json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1_199}});
    let messages = (1_000..1_200).map(hover).chain([cancel]);
    let bytes: String = messages
        .map(|message| message.to_string())
        .map(|body| format!("Content-Length: {}\r\n\r\n{body}", body.len()))
        .collect();
    client.bytes(bytes.as_bytes());
    for id in 1_000..1_199 {
        assert!(client.until(|message| message["id"] == id)["result"]["contents"].is_object());
    }
    let last = client.until(|message| message["id"] == 1_199);
    // It may have been answered before the word of its end came.
    assert!(last["error"]["code"] == -32800 || last["result"]["contents"].is_object(), "{last}");
    assert!(client.ask("textDocument/hover", hover(0)["params"].clone())["result"].is_object());
}

#[test]
fn a_text_that_is_too_long_is_told_so_and_nothing_hangs() {
    let mut client = Client::start();
    let long = "activity last 7d | sum cost\n".repeat((1 << 20) / 28 + 1);
    assert!(long.len() >= 1 << 20);
    let uri = client.open("long.orq", &long);
    assert_eq!(client.codes(&uri), ["E0004"]);
    let place = json!({"textDocument": {"uri": uri}, "position": {"line": 3, "character": 3}});
    assert_eq!(client.result("textDocument/hover", place.clone()), Json::Null);
    assert_eq!(client.result("textDocument/completion", place), Json::Null);
    client.change(&uri, 2, json!([{"text": "credits"}]));
    assert_eq!(client.told(&uri, 2), Vec::<Json>::new(), "a shorter one is looked at again");
}

#[test]
fn a_text_that_is_closed_has_nothing_wrong() {
    let mut client = Client::start();
    let uri = client.open("a.orq", "creditz");
    assert_eq!(client.codes(&uri), ["E0101"]);
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let told = client.until(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!((&told["params"]["uri"], &told["params"]["diagnostics"]), (&json!(uri), &json!([])));
}
