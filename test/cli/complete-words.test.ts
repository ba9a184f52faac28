import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COMMANDS } from "../../src/cli/command.ts";
import { completeWords } from "../../src/cli/complete-words.ts";
import type { CompletionSource } from "../../src/cli/complete-words.ts";
import { LISTEN_OPTIONS, RUN_OPTIONS } from "../../src/cli/global-options.ts";

const source: CompletionSource = {
  leading: { ...RUN_OPTIONS, ...LISTEN_OPTIONS },
  names: () => [{ name: "chat", summary: "A room" }, ...COMMANDS],
  describe: async (name) =>
    name === "chat"
      ? {
          name,
          summary: "",
          examples: [],
          options: {
            max: { type: "integer", help: "most" },
            kind: { type: "choice", choices: ["big", "small"], help: "" },
            log: { type: "path", help: "" },
            ...LISTEN_OPTIONS,
          },
        }
      : COMMANDS.find((each) => each.name === name),
};

async function words(...typed: string[]): Promise<string | string[]> {
  const completion = await completeWords(typed, source);
  return completion === "files" ? "files" : completion.map(({ word }) => word);
}

describe("completeWords", () => {
  test("completes names of services and commands", async () => {
    assert.deepEqual(await words(""), ["chat", "run", "completion"]);
    assert.deepEqual(await words("c"), ["chat", "completion"]);
    assert.deepEqual(await words("--reactor", "node", "r"), ["run"]);
    assert.deepEqual(await words("--um"), ["--umask"]);
    assert.deepEqual(await words("nothing", ""), []);
  });

  test("completes options that were not given, and those that may be given again", async () => {
    assert.deepEqual(await words("chat", "--max", "1", "-l", "tcp:1", "--"), [
      "--kind",
      "--log",
      "--listen",
      "--drain",
    ]);
    assert.deepEqual(await words("chat", ""), ["--max", "--kind", "--log", "--listen", "--drain"]);
  });

  test("completes values, however the shell cuts the words", async () => {
    assert.deepEqual(await words("chat", "--kind", ""), ["big", "small"]);
    assert.deepEqual(await words("chat", "--kind=s"), ["--kind=small"]);
    assert.deepEqual(await words("chat", "--kind", "=", "s"), ["small"]);
    assert.deepEqual(await words("chat", "--kind", "="), ["big", "small"]);
    assert.deepEqual(await words("chat", "--max", ""), []);
    assert.equal(await words("chat", "--log", "/t"), "files");
    assert.deepEqual(await words("--reactor", "e"), ["epoll"]);
  });

  test("completes operands", async () => {
    assert.deepEqual(await words("completion", "z"), ["zsh"]);
    assert.equal(await words("run", "./s"), "files");
    assert.equal(await words("run", "x.js", "--", ""), "files");
  });
});
