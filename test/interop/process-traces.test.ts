/**
 * Child processes do what Twisted's do: scenarios are run on Twisted's reactor and on both of ours, and their traces compared.
 *
 * The traces are of what the protocol is told and of what the transport answers. `PROCESS_ROUNDS=20` runs each scenario so many times.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { repositoryRoot } from "../../bench/lib/paths.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { running } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";
import { runScenario } from "./process-traces/run-scenario.ts";
import { SCENARIOS } from "./process-traces/scenario.ts";
import type { Scenario } from "./process-traces/scenario.ts";

const ROUNDS = Number(process.env["PROCESS_ROUNDS"] ?? 1);

const twisted = peer("twisted");
const kinds: Record<string, () => Reactor> = { node: () => new NodeReactor() };
if (loadNativeCore() !== null) kinds["epoll"] = () => new EpollReactor();

describe("processes, do what Twisted's do", { skip: twisted.skip }, () => {
  let traces: string[][] | undefined;
  for (const [index, scenario] of SCENARIOS.entries()) {
    test(scenario.name, async () => {
      traces ??= runOnTwisted(SCENARIOS);
      const expected = comparable(scenario, traces[index]!);
      for (const [kind, makeReactor] of Object.entries(kinds)) {
        for (let round = 0; round < ROUNDS; round++) {
          await running(makeReactor, async (reactor) => {
            const trace = await runScenario(reactor, scenario);
            assert.deepEqual(comparable(scenario, trace), expected, `${kind}: ${trace.join(", ")}`);
          });
        }
      }
    });
  }
});

/** What must be the same: all of a trace, or its first, the order of what concerns one descriptor, the exit, and its last. */
function comparable({ inOrder }: Scenario, trace: readonly string[]): unknown {
  if (inOrder) return trace;
  const end = trace.findIndex((event) => event.startsWith("ended"));
  const before = trace.slice(1, end);
  const byDescriptor: Record<string, string[]> = {};
  const others: string[] = [];
  for (const event of before) {
    const [, fd] = /^(?:data|lost) (\d+)/.exec(event) ?? [];
    if (fd === undefined) others.push(event);
    else (byDescriptor[fd] ??= []).push(event);
  }
  return { first: trace[0], byDescriptor, others, end: trace.slice(end) };
}

function runOnTwisted(scenarios: readonly Scenario[]): string[][] {
  const { status, stdout, stderr } = spawnSync(twisted.command, ["-B", pythonFile()], {
    input: JSON.stringify(scenarios),
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as string[][];
}

/** Compiled tests lie in a folder of their own; the Python file is where its source is. */
function pythonFile(): string {
  return join(repositoryRoot(), "test/interop/process_traces.py");
}
