/**
 * The chat of the examples with 50 clients: everybody hears what everybody says, in the order in which the server heard it, from when he is welcomed until
 * he leaves, whatever happens to the others.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Chat, ChatFactory } from "../../../examples/chat/chat.ts";
import { ClientFactory } from "../../../src/protocol/factory.ts";
import { TextLineReceiver } from "../../../src/protocol/text-line-receiver.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import "../../support/quiet-logs.ts";

const PORT = 2000;
const CLIENTS = 50;
/** When everybody has said what he wanted to. */
const LAST_WORD = 15;
/** How long the longest fault lasts, and how long it takes afterwards until everything has been sent again. */
const LONGEST_FAULT = 6;
const SETTLED = 30;

/** What the server does, in its order. */
type Step =
  | { readonly kind: "welcomed"; readonly name: string }
  | { readonly kind: "left"; readonly name: string }
  | { readonly kind: "said"; readonly name: string; readonly line: string };

class WatchedChat extends Chat {
  readonly #steps: Step[];
  #name: string | undefined = undefined;

  constructor(users: Map<string, Chat>, steps: Step[]) {
    super(users);
    this.#steps = steps;
  }

  override lineReceived(line: string): void {
    if (this.#name === undefined) this.#steps.push({ kind: "welcomed", name: line });
    else this.#steps.push({ kind: "said", name: this.#name, line });
    this.#name ??= line;
    super.lineReceived(line);
  }

  override connectionLost(): void {
    if (this.#name !== undefined) this.#steps.push({ kind: "left", name: this.#name });
    super.connectionLost();
  }
}

class WatchedChatFactory extends ChatFactory {
  readonly #steps: Step[];

  constructor(steps: Step[]) {
    super();
    this.#steps = steps;
  }

  override buildProtocol(): Chat {
    return new WatchedChat(this.users, this.#steps);
  }
}

/** Somebody who chats. Nobody has two connections under one name, so a name stands for a connection. */
class Guest extends TextLineReceiver {
  override delimiter = "\n";
  readonly name: string;
  readonly heard: string[] = [];
  isConnected = false;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override connectionMade(): void {
    this.isConnected = true;
    this.sendLine(this.name);
  }

  override lineReceived(line: string): void {
    this.heard.push(line);
  }

  override connectionLost(): void {
    this.isConnected = false;
  }
}

class Party {
  readonly steps: Step[] = [];
  readonly guests: Guest[] = [];
  readonly #net: SimulatedNetwork;
  /** Of the server. */
  #boots = 0;

  constructor(net: SimulatedNetwork) {
    this.#net = net;
    net.host("server").spawn(({ reactor }) => {
      this.#boots++;
      // A server that has lost its power knows nobody.
      for (const { name } of this.guests) {
        if (isPresent(name, this.steps)) this.steps.push({ kind: "left", name });
      }
      reactor.listenTCP(PORT, new WatchedChatFactory(this.steps));
    });
    for (let n = 1; n <= CLIENTS; n++) net.host(`client${n}`).spawn((host) => this.#attend(host));
    // Some read slowly all the time.
    for (const n of [1, 2, 3]) net.host(`client${n}`).read({ bytesPerSecond: 100 * n });
  }

  #attend({ name, reactor, random }: SimulatedHost): void {
    // Who has lost his power was told of no loss.
    for (const guest of this.guests) if (guest.name.startsWith(`${name}-`)) guest.isConnected = false;
    const factory = new GuestFactory(() => {
      const guest = new Guest(`${name}-${this.guests.length}`);
      this.guests.push(guest);
      return guest;
    });
    factory.comesBack = (connector) => reactor.callLater(1, () => connector.connect());
    reactor.connectTCP("server", PORT, factory);
    if (!random.chance(0.2)) return;
    const line = `It is ${this.#net.seconds()} s, and the number is ${random.integer(0, 1e9)}`;
    reactor.callLater(random.real() * LAST_WORD, () => {
      const guest = this.guests.findLast((other) => other.isConnected && other.name.startsWith(`${name}-`));
      guest?.sendLine(line);
    });
  }

  check(): void {
    const { steps } = this;
    assert.ok(steps.filter(({ kind }) => kind === "said").length > 0);
    for (const { name, heard, isConnected } of this.guests) {
      const expected = ["What's your name?", ...heardBy(name, steps)];
      // Who is not there any more has heard the beginning of it.
      const isThere = isConnected && isPresent(name, steps);
      assert.deepEqual(heard, isThere ? expected : expected.slice(0, heard.length), name);
    }
    const present = this.guests.filter(({ isConnected }) => isConnected);
    assert.equal(present.length, CLIENTS, "everybody is back");
    // Who only listens does not notice that the server has lost its power.
    if (this.#boots > 1) return;
    for (const { name } of present) assert.ok(isPresent(name, steps), `${name} was welcomed`);
  }
}

class GuestFactory extends ClientFactory<Guest> {
  declare comesBack: (connector: Parameters<ClientFactory["clientConnectionLost"]>[0]) => void;
  readonly #makeGuest: () => Guest;

  constructor(makeGuest: () => Guest) {
    super();
    this.#makeGuest = makeGuest;
  }

  override buildProtocol(): Guest {
    return this.#makeGuest();
  }

  override clientConnectionFailed(connector: Parameters<ClientFactory["clientConnectionFailed"]>[0]): void {
    this.comesBack(connector);
  }

  override clientConnectionLost(connector: Parameters<ClientFactory["clientConnectionLost"]>[0]): void {
    this.comesBack(connector);
  }
}

function heardBy(name: string, steps: readonly Step[]): string[] {
  const begin = steps.findIndex((step) => step.kind === "welcomed" && step.name === name);
  if (begin === -1) return [];
  const end = steps.findIndex((step) => step.kind === "left" && step.name === name);
  const lines = steps
    .slice(begin, end === -1 ? undefined : end)
    .flatMap((step) => (step.kind === "said" && step.name !== name ? [`<${step.name}> ${step.line}`] : []));
  return [`Welcome, ${name}!`, ...lines];
}

function isPresent(name: string, steps: readonly Step[]): boolean {
  return steps.findLast((step) => step.name === name && step.kind !== "said")?.kind === "welcomed";
}

test("chat of 50, everybody hears everything in the server's order, with 200 seeds", async () => {
  await explore({
    seeds: 200,
    program: (net) => new Party(net),
    faults: {
      most: 12,
      kinds: ["crash", "partition", "reset", "pause", "stuck", "link"],
      within: [0, LAST_WORD],
      lasting: [0.05, LONGEST_FAULT],
    },
    run: { for: LAST_WORD + LONGEST_FAULT + SETTLED },
    check: (_net, party) => party.check(),
  });
});
