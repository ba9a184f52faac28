/** The global reactor is chosen once in a process, so each choice has a process of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { Program } from "../support/program.ts";

async function choose(choice: string, environment?: string): Promise<string> {
  const program = new Program("test/support/choose-reactor", [choice], { HAWSER_REACTOR: environment ?? "" });
  await program.ended();
  return program.stdout + program.stderr;
}

test("reactor, is the one that the environment names, else that of the native core where it loads", async () => {
  assert.equal(await choose("", "node"), "node Reactor\n");
  assert.equal(await choose(""), loadNativeCore() === null ? "node Reactor\n" : "epoll Reactor\n");
});

test("reactor, by a kind that there is not, says what there is", async () => {
  assert.match(await choose("", "steam"), /Cannot use the reactor "steam" of HAWSER_REACTOR: expected one of node/);
  assert.match(await choose("steam"), /Cannot use the reactor "steam" of installReactor: expected one of node/);
});

test("installReactor, takes a kind or a reactor, before the first use alone", async () => {
  assert.equal(await choose("node"), "node Reactor\n");
  assert.equal(await choose("own"), "own Reactor\n");
  assert.match(await choose("late"), /ReactorAlreadyInstalledError: Cannot install the reactor 'node'/);
});
