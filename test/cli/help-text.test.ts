import assert from "node:assert/strict";
import { test } from "node:test";
import { COMPLETION } from "../../src/cli/command.ts";
import { commandHelp, descriptionHelp, pageWidth, section } from "../../src/cli/help-text.ts";
import { styleFor } from "../../src/cli/terminal.ts";

const style = styleFor({ write: () => {} }, {});

test("commandHelp, has a line for each service, command and option", () => {
  const text = commandHelp([{ name: "motd", summary: "Says it" }], style, 80);
  assert.match(text, /^Usage: hawser SERVICE/);
  for (const part of [
    /\n {2}motd {2,}Says it\n/,
    /\n {2}completion /,
    /--log-format text\|json/,
    /-l, --listen ENDPOINT/,
  ])
    assert.match(text, part);
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
});

test("descriptionHelp, has the usage, the options with their defaults, and an example", () => {
  const text = descriptionHelp(
    {
      name: "motd",
      summary: "Says it",
      examples: [{ command: "hawser motd", does: "says it" }],
      options: {
        text: { type: "text", help: "what it says", default: "Hello" },
        to: { type: "endpoint", help: "where to", required: true, repeatable: true },
        delay: { type: "flag", help: "waits", default: true },
        mode: { type: "mode", help: "of the file", default: 0o600 },
      },
    },
    false,
    style,
    undefined,
  );
  assert.match(text, /^Usage: hawser motd \[OPTION \.\.\.\]\n\nSays it\.\n/);
  assert.match(text, /--text TEXT {2,}what it says \(default: Hello\)/);
  assert.match(text, /--to ENDPOINT {2,}where to \(has to be given; may be given again\)/);
  assert.match(text, /--no-delay {2,}waits\n/);
  assert.match(text, /--mode MODE {2,}of the file \(default: 600\)/);
  assert.match(text, /\nExample:\n {2}hawser motd\n {6}says it\n$/);
  assert.doesNotMatch(text, /--log-level/);
});

test("descriptionHelp, of a command says what its operand may be", () => {
  const text = descriptionHelp(COMPLETION, false, style, 80);
  assert.match(text, /hawser completion SHELL/);
  assert.match(text, /SHELL {2,}the shell: bash, zsh, fish/);
});

test("section, puts a long name on a line of its own", () => {
  const name = "x".repeat(40);
  assert.equal(section("T", [[name, "text"]], style, 80), `\nT:\n  ${name}\n${" ".repeat(32)}text\n`);
  assert.equal(section("T", [], style, 80), "");
});

test("pageWidth, is that of the terminal within reason", () => {
  assert.deepEqual([pageWidth(10), pageWidth(70), pageWidth(500), pageWidth(undefined)], [40, 70, 100, 100]);
});
