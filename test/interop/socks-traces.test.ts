/**
 * Servers of SOCKS 4 and 4a do what Twisted's do, step for step, in random conversations. What differs on purpose is written in socks_traces.py, where Twisted is made to differ the
 * same way, and in docs/coming-from-twisted.md.
 */
import { isIP } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { Failure } from "../../src/deferred/failure.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { SOCKSv4Factory } from "../../src/socks/socks-factory.ts";
import type { SOCKSProtocol } from "../../src/socks/socks-factory.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone, ConnectionRefusedError } from "../../src/transport/errors.ts";
import { chunkings } from "../support/chunkings.ts";
import { compareTraces } from "../support/compare-traces.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 2000);
const twisted = peer("twisted");

type Op = "near" | "far" | "connected" | "refused" | "farLost" | "nearLost";

interface Program {
  readonly allows: boolean;
  /** Whether there are addresses for names. */
  readonly resolves: boolean;
  /** What happens; with bytes, a character for each. */
  readonly steps: readonly (readonly [Op, string])[];
}

const mostly = <T>(usual: T, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });
const text = fc.stringMatching(/^[ -~]{0,20}$/);
const request = fc
  .record({
    version: mostly(4, fc.nat({ max: 255 })),
    command: fc.oneof(fc.constant(1), mostly(2, fc.nat({ max: 255 }))),
    port: fc.integer({ min: 1, max: 65_535 }),
    host: fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat({ max: 255 }), fc.nat({ max: 255 }), fc.nat({ max: 255 })),
    name: fc.option(fc.stringMatching(/^[a-z]{1,20}\.example$/)),
    user: text,
  })
  .map(({ version, command, port, host, name, user }) =>
    Buffer.concat([
      Buffer.of(version, command, port >> 8, port & 255, ...(name === null ? host : [0, 0, 0, 1 + (host[3] % 255)])),
      Buffer.from(`${user}\0${name === null ? "" : `${name}\0`}`, "latin1"),
    ]),
  );
const later = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<Op>("near", "far", "connected") },
      { weight: 1, arbitrary: fc.constantFrom<Op>("refused", "farLost", "nearLost") },
    ),
    text,
  ),
  { maxLength: 12 },
);
const anyProgram: fc.Arbitrary<Program> = fc
  .tuple(request.chain(chunkings), later, mostly(true, fc.constant(false)), mostly(true, fc.constant(false)))
  .map(([chunks, rest, allows, resolves]) => ({
    allows,
    resolves,
    steps: [...chunks.map((chunk) => ["near", chunk.toString("latin1")] as const), ...rest],
  }));

test(`SOCKSv4, does what Twisted's does, in ${PROGRAMS} random conversations`, { skip: twisted.skip }, async () => {
  const programs = fc.sample(anyProgram, PROGRAMS);
  await compareTraces({ python: twisted.command, script: "socks_traces.py", programs, run: runProgram });
});

function runProgram(program: Program): string[] {
  return new Run(program).trace;
}

class Run {
  readonly trace: string[] = [];
  readonly #reactor: MemoryReactorClock = new MemoryReactorClock();
  readonly #near: StringTransport = new StringTransport();
  readonly #server: SOCKSProtocol;
  #far: { readonly protocol: ProtocolLike; readonly transport: StringTransport } | undefined = undefined;
  #attempts = 0;
  #ports = 0;

  constructor({ allows, resolves, steps }: Program) {
    this.#reactor.nameResolver = {
      resolveHostName: (receiver, name, { port = 0 } = {}) => {
        const resolution = { name, cancel: () => {} };
        receiver.resolutionBegan(resolution);
        if (isIP(name) !== 0) receiver.addressResolved(new IPv4Address("TCP", name, port));
        else if (resolves) receiver.addressResolved(new IPv4Address("TCP", `192.0.2.${name.length}`, port));
        receiver.resolutionComplete();
        return resolution;
      },
    };
    const factory = new SOCKSv4Factory(this.#reactor, {
      allowPrivate: true,
      allows: ({ command, address, port, username }) => {
        this.trace.push(`${command === "connect" ? 1 : 2} ${address}:${port} for ${username}`);
        return allows;
      },
    });
    this.#server = factory.buildProtocol(this.#near.getPeer())!;
    this.#server.makeConnection(this.#near);
    for (const [op, data] of steps) {
      if (!this.#near.disconnecting) this.#take(op, Buffer.from(data, "latin1"));
      this.#look();
      this.trace.push(`${op} ${state(this.#near)} ${this.#far === undefined ? "none" : state(this.#far.transport)}`);
    }
  }

  #take(op: Op, data: Buffer): void {
    const { tcpClients } = this.#reactor;
    switch (op) {
      case "near":
        if (this.#near.producerState === "producing") this.#server.dataReceived(data);
        return;
      case "far":
        this.#far?.protocol.dataReceived(data);
        return;
      case "farLost":
        this.#far?.protocol.connectionLost(new Failure(new ConnectionDone()));
        return;
      case "nearLost":
        if (this.#far === undefined) return;
        this.#server.connectionLost(new Failure(new ConnectionDone()));
        this.#near.disconnecting = true;
        return;
      case "connected":
      case "refused": {
        const attempt = tcpClients.pop();
        if (attempt === undefined) return;
        if (op === "refused") {
          attempt.factory.clientConnectionFailed(attempt.connector, new Failure(new ConnectionRefusedError()));
          return;
        }
        const protocol = attempt.factory.buildProtocol(attempt.connector.getDestination())!;
        const peerAddress = new IPv4Address("TCP", attempt.host, attempt.port);
        this.#far = { protocol, transport: new StringTransport({ peerAddress }) };
        protocol.makeConnection(this.#far.transport);
        return;
      }
      default:
        op satisfies never;
    }
  }

  /** Notes what the server has begun. */
  #look(): void {
    const { tcpClients, tcpServers } = this.#reactor;
    for (; this.#attempts < tcpClients.length; this.#attempts++) {
      const { host, port } = tcpClients[this.#attempts]!;
      this.trace.push(`connects to ${host}:${port}`);
    }
    if (tcpServers.length > this.#ports) this.trace.push("listens");
    this.#ports = tcpServers.length;
  }
}

function state(transport: StringTransport): string {
  const written = transport.written();
  transport.clear();
  return `${written.toString("hex")} ${transport.disconnecting}`;
}
