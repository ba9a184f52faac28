/** Where a client of npm's and a server of ours meet: on the reactors with sockets, and on two hosts of a simulated network. */
import { test } from "node:test";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../../src/reactor/reactor.ts";
import { NetLike } from "../../../src/sim/foreign/net-like.ts";
import { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { running } from "../../conformance/running.ts";
import type { MakeReactor } from "../../conformance/running.ts";
import "../../support/quiet-logs.ts";

/** One of the two. */
export interface Side {
  readonly reactor: Reactor;
  readonly net: NetLike;
}

/** The client's side: it knows where the server is. */
export interface ClientSide extends Side {
  readonly host: string;
  readonly port: number;
}

export interface Programs<T> {
  /** Listens on the port, and answers when it does. */
  readonly server: (side: Side & { readonly port: number }) => Promise<number> | number;
  readonly client: (side: ClientSide) => Promise<T>;
}

/** A test over each stage. The timeout is what a test that waits in vain takes. */
export function overStages<T>(
  name: string,
  makePrograms: () => Programs<T>,
  check: (result: T, stage: string) => void,
): void {
  const sockets: [string, MakeReactor][] = [["node", () => new NodeReactor()]];
  if (loadNativeCore() !== null) sockets.push(["epoll", () => new EpollReactor()]);
  for (const [stage, makeReactor] of sockets) {
    test(`${name}, over ${stage}`, { timeout: 20_000 }, async () => {
      check(await running(makeReactor, (reactor) => onSockets(reactor, makePrograms())), stage);
    });
  }
  test(`${name}, over the simulated network`, { timeout: 20_000 }, async () => {
    const [first, second] = [await onNetwork(makePrograms(), 7), await onNetwork(makePrograms(), 7)];
    check(first.result, "sim");
    if (first.events !== second.events) throw new Error("The same seed gave two different runs");
  });
}

async function onSockets<T>(reactor: Reactor, { server, client }: Programs<T>): Promise<T> {
  const net = new NetLike(reactor);
  const port = await server({ reactor, net, port: 0 });
  return client({ reactor, net, port, host: "127.0.0.1" });
}

/** What the client has come to, and the log of the network. */
async function onNetwork<T>({ server, client }: Programs<T>, seed: number): Promise<{ result: T; events: string }> {
  const network = new SimulatedNetwork({ seed, link: { latency: 0.01 }, record: true });
  const listening = resolvers<number>();
  const done = resolvers<T>();
  network.host("server").spawn(async ({ reactor }) => {
    listening.resolve(await server({ reactor, net: new NetLike(reactor), port: 4000 }));
  });
  network.host("client").spawn(async ({ reactor }) => {
    const port = await listening.promise;
    const side = { reactor, net: new NetLike(reactor), port, host: network.host("server").addresses[0]! };
    done.resolve(await client(side));
  });
  await network.run({ until: done.promise, for: 300, turns: 4 });
  return { result: await done.promise, events: network.log() };
}

function resolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: ((value: T) => void) | undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve: (value) => resolve!(value) };
}
