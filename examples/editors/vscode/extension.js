// Starts `orq lsp` for files of the language. A workspace cannot name another program: `orq.path` is of the machine.
const { workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

function activate() {
  const command = workspace.getConfiguration("orq").get("path", "orq");
  client = new LanguageClient(
    "orq",
    "orq",
    { command, args: ["lsp"], transport: TransportKind.stdio },
    {
      documentSelector: [{ language: "orq" }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.orq") },
    },
  );
  return client.start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
