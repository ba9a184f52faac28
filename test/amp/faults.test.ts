/**
 * Calls over a network on which everything goes wrong that can: each gets one answer, the right one, or one failure.
 *
 * `HAWSER_AMP_SEEDS` says how many seeds there are, `HAWSER_AMP_SEED` which is the first.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AMP } from "../../src/amp/amp.ts";
import type { Responder } from "../../src/amp/responder.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { Factory } from "../../src/protocol/factory.ts";
import type { FaultKind } from "../../src/sim/fault.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import "../support/quiet-logs.ts";
import { Divide, DivisionError, FatalError, Later, Sum } from "./fixtures.ts";

const SEEDS = Number(process.env["HAWSER_AMP_SEEDS"] ?? 200);
const FIRST_SEED = Number(process.env["HAWSER_AMP_SEED"] ?? 1);
/** The caller's host stays up: what runs on a host that loses its power has no outcome. The responder's does lose it. */
const KINDS: readonly FaultKind[] = ["partition", "link", "pause", "stuck", "refuse", "reset"];
const CALLS = 60;
/** The end, in seconds: the caller closes its connection then. */
const END = 120;

interface Outcome {
  times: number;
  /** Whether it is what is right for the call, or the end of its connection. */
  isRight: boolean;
  isAnswer: boolean;
}

/** How often responders were called for each call. */
type Counts = Map<number, number>;

function responderClass(host: SimulatedHost, counts: Counts): new () => AMP {
  const count = (n: number): void => void counts.set(n, (counts.get(n) ?? 0) + 1);
  return class extends AMP {
    static override responders: readonly Responder[] = [
      Sum.responder(({ a, b }) => {
        count(a);
        return { total: a + b };
      }),
      Divide.responder(({ numerator }) => {
        count(numerator);
        if (numerator % 20 === 7) throw new FatalError("over");
        throw new DivisionError("by zero");
      }),
      Later.responder(({ n }) => {
        count(n);
        const answer = new Deferred<{ n: number }>();
        host.reactor.callLater(host.random.real() * 3, () => answer.callback({ n }));
        return answer;
      }),
    ];
  };
}

/** Makes calls at random times, over a new connection whenever there is none. */
async function callAll(host: SimulatedHost, outcomes: Outcome[]): Promise<void> {
  const { reactor, random } = host;
  const pause = (seconds: number): Promise<void> => new Promise((resolve) => reactor.callLater(seconds, resolve));
  let amp: AMP | undefined;
  for (let n = 0; n < CALLS;) {
    if (amp === undefined) {
      const connecting = connectProtocol(new TCP4ClientEndpoint(reactor, "responder", 7), new AMP());
      amp = await connecting.toPromise().catch(() => undefined);
      if (amp === undefined) {
        await pause(1);
        continue;
      }
    }
    for (let burst = random.integer(1, 5); burst > 0 && n < CALLS; burst--)
      outcomes.push(call(amp, n++, random.integer(0, 2)));
    await pause(random.real());
    // Who gets no answer for long gives up, now and then.
    if (random.chance(0.05)) amp.transport.abortConnection();
    const lost: PromiseLike<boolean> = amp
      .callRemote(Sum, { a: -1, b: 1 })
      .addCallbacks(
        () => false,
        () => true,
      )
      .addTimeout(5, reactor, () => true);
    if (await lost) {
      amp.transport.abortConnection();
      amp = undefined;
    }
  }
  await pause(10);
  amp?.transport.abortConnection();
}

function call(amp: AMP, n: number, kind: number): Outcome {
  const outcome: Outcome = { times: 0, isRight: false, isAnswer: false };
  const settle = (isRight: boolean, isAnswer: boolean): void =>
    void Object.assign(outcome, { times: outcome.times + 1, isRight, isAnswer });
  if (kind === 0)
    amp.callRemote(Sum, { a: n, b: 1000 }).addCallbacks(({ total }) => settle(total === n + 1000, true), failed);
  else if (kind === 1) amp.callRemote(Later, { n }).addCallbacks((answer) => settle(answer.n === n, true), failed);
  else amp.callRemote(Divide, { numerator: n, denominator: 0 }).addCallbacks(() => settle(false, true), failed);
  return outcome;

  function failed({ value }: { readonly value: unknown }): void {
    const declared = value instanceof (n % 20 === 7 ? FatalError : DivisionError);
    const isEnd = (value as { code?: string }).code?.startsWith("ERR_CONNECTION_") === true;
    settle((kind === 2 && declared) || isEnd, declared);
  }
}

async function runWith(seed: number): Promise<{ outcomes: Outcome[]; counts: Counts }> {
  const net = new SimulatedNetwork({ seed, faults: { most: 8, kinds: KINDS, within: [0, 40] } });
  const outcomes: Outcome[] = [];
  const counts: Counts = new Map();
  let isDone = false;
  net
    .host("responder")
    .spawn((host) => void host.reactor.listenTCP(7, Factory.forProtocol(responderClass(host, counts))));
  const caller = net.host("caller");
  caller.spawn((host) => void callAll(host, outcomes).then(() => (isDone = true)));
  net.inject({ kind: "crash", at: 5 + caller.random.real() * 20, for: 3, host: "responder" });
  await net.run({ for: END * 20, until: () => isDone });
  await net.run({ for: END });
  return { outcomes, counts };
}

test(`AMP over a faulty network, each call has one outcome, with ${SEEDS} seeds`, async () => {
  let answers = 0;
  let failures = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const { outcomes, counts } = await runWith(seed);
    assert.equal(outcomes.length, CALLS, `seed ${seed}`);
    for (const [n, { times, isRight, isAnswer }] of outcomes.entries()) {
      assert.deepEqual({ times, isRight }, { times: 1, isRight: true }, `seed ${seed}, call ${n}`);
      if (isAnswer) answers++;
      else failures++;
    }
    for (const [n, count] of counts)
      assert.ok(n < 0 || count === 1, `seed ${seed}: call ${n} was responded to ${count} times`);
  }
  // Both happen, or the faults are none.
  assert.ok(answers > SEEDS * 10 && failures > SEEDS / 4, `${answers} answers, ${failures} failures`);
});
