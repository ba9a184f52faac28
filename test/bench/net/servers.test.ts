import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../../../bench/lib/paths.ts";
import { ask, serverOf, serversOf } from "../../../bench/net/servers.ts";
import { questions } from "../../../bench/net.ts";
import { questions as ofNodeReactor } from "../../../bench/node-reactor.ts";

const NAMES = ["Hawser", "node:net", "C loop", "Hawser (node)", "uvloop", "Twisted", "Go"];

test("serversOf, has a server of each role for everybody", () => {
  for (const role of ["echo", "sink", "source", "lines", "datagrams"]) {
    const servers = serversOf(role, { args: [7] });
    assert.deepEqual(
      servers.map(({ name }) => name),
      NAMES,
    );
    for (const { command } of servers) {
      const program = command.find((part) => /\.(js|c|go|py)$/.test(part))!;
      assert.ok(existsSync(program.startsWith("net/") ? join(repositoryRoot(), "bench", program) : program), program);
      assert.equal(command.at(-1), "7");
    }
  }
});

test("serverOf, finds a server by its name, or throws TypeError", () => {
  assert.deepEqual(serverOf("echo", "Go"), serversOf("echo").at(-1));
  assert.throws(() => serverOf("echo", "Rust"), /Cannot find a server of "echo": none is called "Rust"/);
});

test("ask, puts what is wanted to the peers, and refuses a peer that is not there", () => {
  const wanted = { "node:dgram": 2, Go: { p99: 1 } };
  const { ours, peers } = ask("q", "datagrams", ["udp-echo", 4, 16, 64], wanted, { native: "node:dgram" });
  assert.equal(ours.name, "Hawser");
  assert.deepEqual(
    peers.filter(({ atLeast }) => atLeast !== undefined).map(({ name, atLeast }) => [name, atLeast]),
    Object.entries(wanted),
  );
  assert.throws(() => ask("q", "echo", ["tcp-echo"], { nobody: 1 }), /Cannot ask "q": no server is called "nobody"/);
});

test("questions of the network, have names of their own, and each wants something or shows who does better", () => {
  const names = questions.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { peers } of questions) assert.equal(peers.length, NAMES.length - 1);
});

test("questions of the node reactor, compare it with Node's own", () => {
  for (const { ours, peers } of ofNodeReactor) {
    assert.equal(ours.name, "Hawser (node)");
    assert.match(peers.map(({ name }) => name).join(), /^node:(net|dgram)$/);
  }
});
