/**
 * The soak: clients of all kinds on a proxy in a process of its own. One stays all the time; the others make a pause now and then, and
 * nothing of them may be left in the proxy then. What memory it has is noted.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Outcomes } from "./clients.ts";
import { noOutcomes, randomFrom, visit } from "./clients.ts";
import { growth } from "./flatness.ts";
import type { ProxyState } from "./proxy.ts";

const PAUSES = 8;
const ABREAST = 20;
const DRAIN_MS = 20_000;
const POLL_MS = 5;

export interface SoakOptions {
  readonly reactor: string;
  readonly seconds: number;
  readonly seed: number;
  /** What the proxy is throttled to. */
  readonly bytesPerSecond: number;
  /** Whether the proxy is one that keeps memory for each connection. */
  readonly leaks?: boolean;
}

export interface SoakReport {
  readonly outcomes: Outcomes;
  readonly throttled: number;
  /** At each pause. */
  readonly states: readonly ProxyState[];
  /** In bytes, of the memory that JavaScript knows of and of that which the process has. */
  readonly heapGrowth: number;
  readonly residentGrowth: number;
}

export async function soak({
  reactor,
  seconds,
  seed,
  bytesPerSecond,
  leaks = false,
}: SoakOptions): Promise<SoakReport> {
  const echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const args = [String((echo.address() as AddressInfo).port), String(bytesPerSecond), ...(leaks ? ["leaks"] : [])];
  const proxy = fork(fileURLToPath(new URL("./proxy.js", import.meta.url)), args, {
    env: { ...process.env, HAWSER_REACTOR: reactor },
    execArgv: ["--expose-gc"],
  });
  const ended = once(proxy, "exit").then(([code]) => assert.fail(`The proxy ended with ${String(code)}`));
  ended.catch(() => {});
  const ask = async (): Promise<ProxyState> => {
    proxy.send("state");
    return told(proxy, ended);
  };
  try {
    const empty = await told(proxy, ended);
    // Somebody stays all the time: where nobody is there, the throttle begins anew.
    const lodger = connect(empty.port, "127.0.0.1");
    const start = await settled(ask, ({ connections, descriptors }) => {
      return connections === 1 && (descriptors === -1 || descriptors === empty.descriptors + 2);
    });
    const random = randomFrom(seed);
    const outcomes = noOutcomes();
    const states: ProxyState[] = [];
    for (let pause = 0; pause < PAUSES; pause++) {
      const end = performance.now() + (seconds * 1000) / PAUSES;
      const workers = Array.from({ length: ABREAST }, async () => {
        do await visit(start.port, random, outcomes);
        while (performance.now() < end);
      });
      await Promise.all(workers);
      states.push(await settled(ask, (state) => isAs(start, state)));
    }
    lodger.end();
    await settled(ask, (state) => isAs(empty, state));
    return {
      outcomes,
      throttled: states.at(-1)!.throttled,
      states,
      heapGrowth: growth(states.map(({ heap }) => heap)),
      residentGrowth: growth(states.map(({ resident }) => resident)),
    };
  } finally {
    proxy.kill("SIGKILL");
    echo.close();
  }
}

function isAs(earlier: ProxyState, { connections, descriptors }: ProxyState): boolean {
  return connections === earlier.connections && descriptors === earlier.descriptors;
}

/** The state of the proxy when it is as it should be. */
async function settled(ask: () => Promise<ProxyState>, isSettled: (state: ProxyState) => boolean): Promise<ProxyState> {
  const end = performance.now() + DRAIN_MS;
  for (;;) {
    const state = await ask();
    if (isSettled(state)) return state;
    const { connections, descriptors } = state;
    assert.ok(performance.now() < end, `there are still ${connections} connections and ${descriptors} descriptors`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function told(proxy: ChildProcess, ended: Promise<never>): Promise<ProxyState> {
  return Promise.race([new Promise<ProxyState>((resolve) => proxy.once("message", resolve)), ended]);
}
