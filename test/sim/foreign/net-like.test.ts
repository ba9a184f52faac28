/** The same programs over `node:net` and over `NetLike`, on each reactor that has sockets: what they note is the same. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import * as nodeNet from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../../src/reactor/node/node-reactor.ts";
import { NetLike } from "../../../src/sim/foreign/net-like.ts";
import { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { running } from "../../conformance/running.ts";
import type { MakeReactor } from "../../conformance/running.ts";
import "../../support/quiet-logs.ts";
import { BEHAVIOURS } from "./net-behaviours.ts";
import type { Behaviour, Net } from "./net-behaviours.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

async function notesOf(net: Net, behaviour: Behaviour): Promise<unknown[]> {
  const notes: unknown[] = [];
  await behaviour({ net, note: (...what) => void notes.push(what), path: join(folder, "socket") });
  return notes;
}

type Run = (behaviour: Behaviour) => Promise<unknown[]>;

function suite(kind: string, run: Run): void {
  for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
    test(`NetLike over ${kind}, ${name}, is as in node:net`, { timeout: 20_000 }, async () => {
      const expected = await notesOf(nodeNet, behaviour);
      assert.notEqual(expected.length, 0);
      assert.deepEqual(await run(behaviour), expected);
    });
  }
}

function over(makeReactor: MakeReactor): Run {
  return (behaviour) => running(makeReactor, (reactor) => notesOf(new NetLike(reactor) as unknown as Net, behaviour));
}

/** Inside one host of a simulated network. Time stands still while a behaviour waits for turns of the runtime's loop. */
async function simulated(behaviour: Behaviour): Promise<unknown[]> {
  const network = new SimulatedNetwork({ seed: 1 });
  let notes: Promise<unknown[]> | undefined;
  network.host("alone").spawn(async ({ reactor }) => {
    notes = notesOf(new NetLike(reactor) as unknown as Net, behaviour);
    await notes;
    done = true;
  });
  let done = false;
  await network.run({ until: () => done, turns: 25, for: 60 });
  return notes!;
}

suite(
  "node",
  over(() => new NodeReactor()),
);
suite("sim", simulated);
if (loadNativeCore() === null) {
  test("NetLike over epoll", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  suite(
    "epoll",
    over(() => new EpollReactor()),
  );
}
