/**
 * Clients that visit a server over TLS, some from the first byte on, some after a line that asks for it: what they do, and what must hold however it ends.
 */
import assert from "node:assert/strict";
import type { Failure } from "../../../src/deferred/failure.ts";
import { HawserError } from "../../../src/errors.ts";
import { ClientFactory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import type { FaultRecipe } from "../../../src/sim/fault.ts";
import type { LinkOptions } from "../../../src/sim/link-options.ts";
import { SeededRandom } from "../../../src/sim/seeded-random.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { optionsForClientTLS } from "../../../src/tls/options-for-client-tls.ts";
import { KeyPair } from "../../../src/tls/private-certificate.ts";
import type { KeyKind } from "../../../src/tls/private-certificate.ts";
import { ConnectionDone } from "../../../src/transport/errors.ts";
import type { SecureOptions, TLSContextFactory } from "../../../src/transport/secure-stream.ts";
import type { TLSTransport } from "../../../src/transport/transport.ts";

const TLS_PORT = 443;
const PLAIN_PORT = 2000;
const CLIENTS = ["ann"];
const VISITS = 3;
/** When the last visit begins. */
const WITHIN = 2;
/** How long a handshake may take; how long a visit may, before either end gives it up; how long a fault lasts. */
const HANDSHAKE_TIMEOUT = 6;
const CLOSE_TIMEOUT = 5;
const LONGEST_VISIT = 20;
const LONGEST_FAULT = 8;
const ASKS = Buffer.from("STARTTLS\n");
const ANSWERS = Buffer.from("READY\n");
/** The number of the visit, and how many bytes there are in all. */
const HEADER = 8;

export const FAULTS: FaultRecipe = {
  most: 10,
  kinds: ["crash", "partition", "reset", "pause", "stuck", "link"],
  within: [0, WITHIN + 1],
  lasting: [0.05, LONGEST_FAULT],
};
/** Slow enough for faults to come in the middle of handshakes. */
export const LINK: LinkOptions = { latency: { uniform: [0.1, 0.8] }, loss: 0.02 };
/** Both ends have given up by then, and have been told. */
export const LASTS: number = WITHIN + LONGEST_VISIT + 4 * LONGEST_FAULT;

/** What both sides need to know each other. */
export interface Contexts {
  readonly server: TLSContextFactory;
  readonly client: TLSContextFactory;
}

/** Contexts for a server with a key of this kind, whose certificate is signed by itself. */
export function makeContexts(kind: KeyKind): Contexts {
  const options = { names: ["server"], isAuthority: true };
  const certificate = KeyPair.generate({ kind }).selfSignedCert(1, { commonName: "server" }, options);
  return { server: certificate.options(), client: optionsForClientTLS("server", { trustRoot: certificate }) };
}

/** One end of a visit, as it went. */
interface End {
  readonly host: string;
  readonly boots: number;
  /** When TLS began. */
  beganAt: number | undefined;
  securedAt: number | undefined;
  lostAt: number | undefined;
  reason: Error | undefined;
  readonly received: Buffer[];
}

export class Visits {
  /** Of connections that were made. */
  readonly ends: End[] = [];
  readonly #net: SimulatedNetwork;
  readonly #options: SecureOptions;
  readonly #contexts: Contexts;
  readonly #texts: Buffer[] = [];
  readonly #boots: Map<string, number> = new Map();

  constructor(net: SimulatedNetwork, contexts: Contexts, engine: "native" | "node") {
    this.#net = net;
    this.#contexts = contexts;
    this.#options = { engine, handshakeTimeout: HANDSHAKE_TIMEOUT, closeTimeout: CLOSE_TIMEOUT };
    net.host("server").spawn((host) => this.#serve(host));
    for (const name of CLIENTS) net.host(name).spawn((host) => this.#visit(host));
    this.#killSomebody(new SeededRandom(net.seed).fork("kills"));
  }

  /** Where programs die, their system ends their connections politely, but nothing ends their TLS. */
  #killSomebody(random: SeededRandom): void {
    if (random.chance(0.5)) return;
    const host = random.pick(this.#net.hosts);
    this.#net.at(random.real() * (WITHIN + 2), () => {
      if (!host.isUp) return;
      host.kill();
      host.restart();
    });
  }

  #serve(host: SimulatedHost): void {
    this.#boot(host);
    const context = this.#contexts.server;
    host.reactor.listenSSL(
      TLS_PORT,
      factoryOf(() => new Server(this.#open(host), undefined)),
      context,
      this.#options,
    );
    host.reactor.listenTCP(
      PLAIN_PORT,
      factoryOf(() => new Server(this.#open(host), this.#starter(context))),
    );
  }

  #visit(host: SimulatedHost): void {
    this.#boot(host);
    const { reactor, random } = host;
    const context = this.#contexts.client;
    const beginOne = (): void => {
      const text = this.#makeText(random);
      if (random.chance(0.5)) {
        const factory = factoryOf(() => new Client(this.#open(host), this.#starter(context), text));
        reactor.connectTCP("server", PLAIN_PORT, factory);
      } else {
        const factory = factoryOf(() => new Client(this.#open(host), undefined, text));
        reactor.connectSSL("server", TLS_PORT, factory, context, this.#options);
      }
    };
    for (let n = 0; n < VISITS; n++) reactor.callLater(random.real() * WITHIN, beginOne);
  }

  #starter(context: TLSContextFactory): StartTLS {
    return (transport) => transport.startTLS(context, this.#options);
  }

  #makeText(random: SeededRandom): Buffer {
    const text = random.bytes(HEADER + random.integer(0, random.chance(0.2) ? 20_000 : 100));
    text.writeUInt32BE(this.#texts.length, 0);
    text.writeUInt32BE(text.length, 4);
    this.#texts.push(text);
    return text;
  }

  #boot({ name }: SimulatedHost): void {
    this.#boots.set(name, this.#bootsOf(name) + 1);
  }

  #bootsOf(name: string): number {
    return this.#boots.get(name) ?? 0;
  }

  #open(host: SimulatedHost): Visit {
    const end: End = {
      host: host.name,
      boots: this.#bootsOf(host.name),
      beganAt: undefined,
      securedAt: undefined,
      lostAt: undefined,
      reason: undefined,
      received: [],
    };
    this.ends.push(end);
    return { end, host, now: () => this.#net.seconds() };
  }

  /** Throws unless everything is as it must be, when the run is over. */
  check(): void {
    for (const end of this.ends) {
      // Who has lost his power was told of nothing.
      if (end.boots === this.#bootsOf(end.host)) this.#checkEnd(end);
      this.#checkText(end);
    }
  }

  #checkEnd({ host, beganAt, securedAt, lostAt, reason }: End): void {
    assert.ok(lostAt !== undefined && reason !== undefined, "each end has heard of the end");
    assert.ok(reason instanceof HawserError && reason.code.startsWith("ERR_"), `the reason has a name: ${reason}`);
    const pauses = this.#net.faults.map((fault) => (fault.kind === "pause" && fault.host === host ? fault.for! : 0));
    const limit = HANDSHAKE_TIMEOUT + CLOSE_TIMEOUT + pauses.reduce((sum, time) => sum + time, 0);
    if (beganAt === undefined) return;
    const took = (securedAt ?? lostAt) - beganAt;
    assert.ok(took <= limit + 1e-6, `a handshake takes ${took} s`);
  }

  /** What arrived is the beginning of what was sent, and all of it where the end was a clean one. */
  #checkText({ received, securedAt, reason }: End): void {
    const text = Buffer.concat(received);
    if (securedAt === undefined) assert.equal(text.length, 0);
    if (text.length >= HEADER) {
      const sent = this.#texts[text.readUInt32BE(0)]!;
      assert.ok(text.equals(sent.subarray(0, text.length)), "what arrives is what was sent");
      if (reason instanceof ConnectionDone) assert.equal(text.length, sent.length);
    } else if (securedAt !== undefined) {
      assert.ok(!(reason instanceof ConnectionDone), "a clean end comes after everything");
    }
  }
}

/** What an end of a visit needs to know. */
interface Visit {
  readonly end: End;
  readonly host: SimulatedHost;
  now(): number;
}

type StartTLS = (transport: TLSTransport) => void;

/** One end: notes what happens to it, and gives up after a while. */
abstract class Visitor extends Protocol<TLSTransport> {
  readonly #visit: Visit;
  /** Who is not told how to begin has TLS from the beginning. */
  readonly #startTLS: StartTLS | undefined;

  constructor(visit: Visit, startTLS: StartTLS | undefined) {
    super();
    this.#visit = visit;
    this.#startTLS = startTLS;
  }

  /** What is said before TLS, and what the other end says. */
  protected abstract readonly asked: Buffer;
  #plain: Buffer = Buffer.alloc(0);

  protected abstract textReceived(received: readonly Buffer[], data: Buffer): void;
  protected abstract beforeTLS(): void;
  protected afterTLS(): void {}

  override connectionMade(): void {
    const { end, host } = this.#visit;
    host.reactor.callLater(LONGEST_VISIT, () => end.lostAt === undefined && this.transport.abortConnection());
    if (this.#startTLS === undefined) this.#began();
  }

  protected get startsTLS(): boolean {
    return this.#startTLS !== undefined;
  }

  override dataReceived(data: Buffer): void {
    const { end, host } = this.#visit;
    assert.ok(host.isUp, "nothing runs without power");
    if (end.securedAt !== undefined) {
      end.received.push(data);
      this.textReceived(end.received, data);
      return;
    }
    this.#plain = Buffer.concat([this.#plain, data]);
    if (!this.#plain.equals(this.asked)) return;
    this.beforeTLS();
    this.#startTLS!(this.transport);
    this.#began();
  }

  handshakeCompleted(): void {
    assert.ok(this.#visit.host.isUp, "nothing runs without power");
    this.#visit.end.securedAt = this.#visit.now();
  }

  override connectionLost(reason: Failure): void {
    const { end, host } = this.#visit;
    assert.ok(host.isUp, "nothing runs without power");
    assert.equal(end.lostAt, undefined, "the end comes once");
    end.lostAt = this.#visit.now();
    end.reason = reason.value as Error;
  }

  #began(): void {
    this.#visit.end.beganAt = this.#visit.now();
    this.afterTLS();
  }
}

/** Gives back what it gets. */
class Server extends Visitor {
  protected readonly asked: Buffer = ASKS;

  protected override beforeTLS(): void {
    this.transport.write(ANSWERS);
  }

  protected override textReceived(_received: readonly Buffer[], data: Buffer): void {
    this.transport.write(Buffer.from(data));
  }
}

/** Sends a text, waits until it is back, and closes. */
class Client extends Visitor {
  protected readonly asked: Buffer = ANSWERS;
  readonly #text: Buffer;

  constructor(visit: Visit, startTLS: StartTLS | undefined, text: Buffer) {
    super(visit, startTLS);
    this.#text = text;
  }

  override connectionMade(): void {
    super.connectionMade();
    if (this.startsTLS) this.transport.write(ASKS);
  }

  protected override beforeTLS(): void {}

  protected override afterTLS(): void {
    this.transport.write(this.#text);
  }

  protected override textReceived(received: readonly Buffer[]): void {
    const length = received.reduce((sum, part) => sum + part.length, 0);
    if (length >= this.#text.length) this.transport.loseConnection();
  }
}

function factoryOf<P extends Protocol<TLSTransport>>(makeProtocol: () => P): ClientFactory<P> {
  const factory = new ClientFactory<P>();
  factory.buildProtocol = makeProtocol;
  return factory;
}
