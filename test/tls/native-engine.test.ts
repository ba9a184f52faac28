/** The native engine by itself: two of them back to back, and one against bytes that are no TLS. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadNativeTLSEngine } from "../../src/tls/native-engine.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSSession, TLSSide } from "../../src/tls/tls-engine.ts";
import { testCertificates } from "../support/test-certificates.ts";

const engines = loadNativeTLSEngine();
const skip = engines === null ? "the native core does no TLS here" : false;

/** One end: keeps what it is told, and hands ciphertext to the other end when asked to. */
class End implements TLSEngineEvents {
  borrowsPlaintext = false;
  readonly engine: TLSEngine;
  readonly events: string[] = [];
  readonly outgoing: Buffer[] = [];
  readonly received: Buffer[] = [];
  readonly tickets: Buffer[] = [];
  session: TLSSession | undefined = undefined;
  failure: (Error & { readonly code?: string; readonly reason?: string }) | undefined = undefined;
  onPlaintext: (data: Buffer) => void = () => {};
  onHandshake: () => void = () => {};

  constructor(side: TLSSide, options: TLSContextOptions | TLSContext) {
    const context = options instanceof TLSContext ? options : new TLSContext(options);
    this.engine = engines!.makeEngine(context, side, this);
    this.engine.startDelivering();
  }

  get text(): string {
    return Buffer.concat(this.received).toString();
  }

  ciphertext(data: Uint8Array): void {
    this.outgoing.push(Buffer.from(data));
  }

  plaintext(data: Buffer): void {
    assert.ok(data.length > 0);
    this.received.push(Buffer.from(data));
    this.onPlaintext(data);
  }

  handshakeDone(session: TLSSession): void {
    this.session = session;
    this.events.push("handshake");
    this.onHandshake();
  }

  sessionTicket(session: Buffer): void {
    this.tickets.push(session);
  }

  receivingEnded(): void {
    this.events.push("receiving ended");
  }

  sendingEnded(): void {
    this.events.push("sending ended");
  }

  drained(): void {
    this.events.push("drained");
  }

  failed(error: Error): void {
    this.failure = error;
    this.events.push("failed");
  }
}

function serverOptions(options: TLSContextOptions = {}): TLSContextOptions {
  const { server } = testCertificates();
  return { certificateChain: server.certificate, privateKey: server.key, ...options };
}

function clientOptions(options: TLSContextOptions = {}): TLSContextOptions {
  const { authority } = testCertificates();
  return { trustRoots: [authority.certificate], serverName: "localhost", peerName: "localhost", ...options };
}

function pair(
  server: TLSContextOptions | TLSContext = serverOptions(),
  client: TLSContextOptions = clientOptions(),
): [End, End] {
  return [new End("server", server), new End("client", client)];
}

/** Moves bytes until there are none, in pieces of `size`. */
function pump(ends: readonly [End, End], size = Infinity): void {
  for (let moved = true; moved;) {
    moved = false;
    for (const [from, to] of [ends, [ends[1], ends[0]] as const]) {
      const bytes = Buffer.concat(from.outgoing.splice(0));
      for (let at = 0; at < bytes.length; at += size) {
        moved = true;
        // Memory that is used again at once.
        const lent = Buffer.from(bytes.subarray(at, at + size));
        to.engine.receive(lent);
        lent.fill(0);
      }
    }
  }
}

function start(ends: readonly [End, End], size?: number): void {
  for (const end of ends) end.engine.start();
  pump(ends, size);
}

test("native engine, two ends, agree and exchange bytes, whatever the pieces", { skip }, () => {
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    for (const size of [Infinity, 1000, 1]) {
      const ends = pair(serverOptions({ maxVersion }));
      const [server, client] = ends;
      start(ends, size);
      client.engine.send([Buffer.from("ping"), Buffer.from(" pong")]);
      server.engine.send([Buffer.from("hello")]);
      pump(ends, size);
      assert.deepEqual([server.text, client.text], ["ping pong", "hello"]);
      assert.equal(client.session?.version, maxVersion);
      assert.equal(server.session?.serverName, "localhost");
      assert.equal(client.session.peerCertificates.length, 1);
      assert.deepEqual(
        client.engine.exportKeyingMaterial(20, "label"),
        server.engine.exportKeyingMaterial(20, "label"),
      );
      const context = Buffer.from("x");
      assert.notDeepEqual(
        client.engine.exportKeyingMaterial(20, "label", context),
        client.engine.exportKeyingMaterial(20, "label"),
      );
      for (const end of ends) end.engine.destroy();
      client.engine.destroy();
    }
  }
});

test(
  "native engine, what is sent before the handshake comes out after it, in order, and is reported as drained",
  { skip },
  () => {
    const ends = pair();
    const [server, client] = ends;
    client.onHandshake = (): void => client.engine.send([Buffer.from("second")]);
    client.engine.send([Buffer.from("first ")]);
    assert.equal(client.engine.unsent, 6);
    client.engine.endSending();
    start(ends);
    assert.equal(server.text, "first second");
    assert.equal(client.engine.unsent, 0);
    assert.deepEqual(client.events, ["handshake", "sending ended", "drained"]);
    assert.deepEqual(server.events, ["handshake", "receiving ended"]);
    server.engine.send([Buffer.from("still here")]);
    server.engine.endSending();
    pump(ends);
    assert.equal(client.text, "still here");
    assert.equal(client.events.at(-1), "receiving ended");
    client.engine.receiveEnd();
    client.engine.receive(Buffer.from("ignored"));
    assert.equal(client.failure, undefined);
  },
);

test(
  "native engine, megabytes in small and large pieces, arrive whole; each report fits what streams gather",
  { skip },
  () => {
    const ends = pair();
    const [server, client] = ends;
    start(ends);
    const pieces = [1, 100, 16_127, 16_128, 16_129, 40_000, 1_000_000, 8064, 8065, 2].map((length, i) =>
      Buffer.alloc(length, i + 1),
    );
    client.engine.send(pieces);
    assert.ok(client.outgoing.every((piece) => piece.length <= 16_384));
    pump(ends);
    assert.ok(Buffer.concat(server.received).equals(Buffer.concat(pieces)));
  },
);

test("native engine, stopDelivering, keeps what arrives; startDelivering brings it", { skip }, () => {
  const ends = pair();
  const [server, client] = ends;
  start(ends);
  const bytes = Buffer.alloc(300_000, "abc");
  server.onPlaintext = (): void => server.engine.stopDelivering();
  client.engine.send([bytes]);
  client.engine.endSending();
  pump(ends);
  assert.equal(server.received.length, 1, "stopped inside of the first event");
  assert.ok(server.engine.held > 0);
  server.engine.receiveEnd();
  assert.deepEqual(server.events, ["handshake"]);
  for (let i = 0; i < 100 && !server.events.includes("receiving ended"); i++) server.engine.startDelivering();
  assert.ok(Buffer.concat(server.received).equals(bytes));
  assert.deepEqual(server.events, ["handshake", "receiving ended"]);
  assert.equal(server.engine.held, 0);
});

test("native engine, sendNow, takes what can come out at once, in order, and keeps nothing of it", { skip }, () => {
  const ends = pair();
  const [server, client] = ends;
  const piece = Buffer.alloc(40_000, "a");
  assert.equal(client.engine.sendNow!(piece), false, "before the handshake");
  let inHandshake: boolean | undefined;
  client.onHandshake = (): void => {
    client.engine.send([Buffer.from("first")]);
    inHandshake = client.engine.sendNow!(piece);
  };
  start(ends);
  assert.equal(inHandshake, false, "not past what waits");
  assert.equal(client.engine.sendNow!(piece), true);
  assert.equal(client.engine.unsent, 0);
  piece.fill("b");
  pump(ends);
  assert.equal(server.text, `first${"a".repeat(40_000)}`);
  client.engine.endSending();
  assert.equal(client.engine.sendNow!(piece), false, "after the end");
  client.engine.destroy();
  assert.equal(client.engine.sendNow!(piece), false);
});

test("native engine, sendNow, what is asked for while it sends comes behind it", { skip }, () => {
  const ends = pair();
  const [server, client] = ends;
  start(ends);
  client.ciphertext = (data): void => {
    client.outgoing.push(Buffer.from(data));
    if (client.outgoing.length > 1) return;
    client.engine.send([Buffer.from("b")]);
    client.engine.endSending();
  };
  assert.equal(client.engine.sendNow!(Buffer.alloc(20_000, "a")), true);
  pump(ends);
  assert.equal(server.text, `${"a".repeat(20_000)}b`);
  assert.deepEqual(server.events, ["handshake", "receiving ended"]);
});

test("native engine, lends plaintext for the event, and never what another engine has lent", { skip }, () => {
  const ends = pair();
  const others = pair();
  start(ends);
  start(others);
  const [server, client] = ends;
  server.borrowsPlaintext = others[0].borrowsPlaintext = true;
  server.onPlaintext = (data): void => {
    others[1].engine.send([Buffer.from("other")]);
    pump(others);
    assert.equal(data.toString(), "lent", "still there");
  };
  client.engine.send([Buffer.from("lent")]);
  pump(ends);
  assert.equal(others[0].text, "other");
});

test(
  "native engine, sessions, are resumed by what the client was given, and not after the server's keys are gone",
  { skip },
  () => {
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const server = new TLSContext(serverOptions({ maxVersion }));
      const given: Buffer[] = [];
      const first = pair(server, clientOptions({ onSessionTicket: (ticket) => given.push(ticket) }));
      start(first);
      assert.ok(first[1].tickets.length > 0);
      const session = first[1].tickets.at(-1)!;
      const second = pair(server, clientOptions({ session }));
      start(second);
      assert.deepEqual([second[0].session?.reused, second[1].session?.reused], [true, true]);
      const elsewhere = pair(serverOptions({ maxVersion }), clientOptions({ session }));
      start(elsewhere);
      assert.equal(elsewhere[1].session?.reused, false);
      const without = pair(
        serverOptions({ maxVersion, sessions: false }),
        clientOptions({ onSessionTicket: () => {} }),
      );
      start(without);
      // TLS 1.2 has an id of a session, which nobody keeps.
      if (maxVersion === "TLSv1.3") assert.equal(without[1].tickets.length, 0);
      const garbage = pair(server, clientOptions({ session: Buffer.from("no session") }));
      start(garbage);
      assert.equal(garbage[1].session?.reused, false);
    }
  },
);

test("native engine, a session that was not verified is not good for who verifies", { skip }, () => {
  const server = new TLSContext(serverOptions());
  const first = pair(server, { verifyPeer: "none", serverName: "localhost", onSessionTicket: () => {} });
  start(first);
  const second = pair(server, { session: first[1].tickets.at(-1)!, serverName: "localhost" });
  start(second);
  assert.match(second[1].failure?.code ?? "", /^ERR_TLS_(UNKNOWN_AUTHORITY|VERIFICATION)$/);
});

test("native engine, failures have their classes, and the peer is told", { skip }, () => {
  const { expired } = testCertificates();
  const cases: [TLSContextOptions, TLSContextOptions, string, string][] = [
    [
      { certificateChain: expired.certificate, privateKey: expired.key },
      {},
      "ERR_TLS_HANDSHAKE_ALERT",
      "ERR_TLS_CERTIFICATE_EXPIRED",
    ],
    [{}, { peerName: "127.0.0.9" }, "ERR_TLS_HANDSHAKE_ALERT", "ERR_TLS_HOSTNAME_MISMATCH"],
    [{}, { peerName: "elsewhere.example." }, "ERR_TLS_HANDSHAKE_ALERT", "ERR_TLS_HOSTNAME_MISMATCH"],
    [{ minVersion: "TLSv1.3" }, { maxVersion: "TLSv1.2" }, "ERR_TLS_NO_COMMON_PARAMETERS", "ERR_TLS_HANDSHAKE_ALERT"],
    [{ alpnProtocols: ["a"] }, { alpnProtocols: ["b"] }, "ERR_TLS_NO_COMMON_PARAMETERS", "ERR_TLS_HANDSHAKE_ALERT"],
  ];
  for (const [server, client, serverCode, clientCode] of cases) {
    const ends = pair(serverOptions({ maxVersion: "TLSv1.3", ...server }), clientOptions(client));
    start(ends);
    assert.deepEqual(new Set([ends[0].failure?.code, ends[1].failure?.code]), new Set([serverCode, clientCode]));
  }
});

test("native engine, a stream that is cut off is an error, in the handshake and after it", { skip }, () => {
  const early = pair();
  early[1].engine.start();
  early[1].engine.receiveEnd();
  early[1].engine.receiveEnd();
  assert.equal(early[1].failure?.code, "ERR_TLS_HANDSHAKE_TRUNCATED");
  const late = pair();
  start(late);
  late[0].engine.receiveEnd();
  assert.equal(late[0].failure?.code, "ERR_TLS_TRUNCATED");
});

test("native engine, destroyed inside of an event, reports nothing more", { skip }, () => {
  const ends = pair();
  const [server, client] = ends;
  start(ends);
  server.onPlaintext = (): void => server.engine.destroy();
  client.engine.send([Buffer.alloc(200_000)]);
  client.engine.endSending();
  pump(ends);
  assert.equal(server.received.length, 1);
  assert.deepEqual(server.events, ["handshake"]);
  server.engine.send([Buffer.from("x")]);
  server.engine.start();
});

test("native engine, any bytes give events or one failure, nothing else", { skip }, () => {
  const server = new TLSContext(serverOptions());
  const context = clientOptions();
  const model = pair(server);
  model[1].engine.start();
  const hello = Buffer.concat(model[1].outgoing);
  let state = Number(process.env["HAWSER_SEED"] ?? Date.now() % 2 ** 31) | 1;
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  for (let round = 0; round < 150; round++) {
    const ends = pair(server, context);
    if (round % 3 === 0) start(ends);
    else for (const end of ends) end.engine.start();
    const victim = ends[round % 2]!;
    const bytes = Buffer.from(
      round % 3 === 1 ? hello : Buffer.from(Array.from({ length: random(200) }, () => random(256))),
    );
    for (let n = random(4); n > 0 && bytes.length > 0; n--) bytes[random(bytes.length)] = random(256);
    if (round % 3 === 2 && bytes.length > 5) bytes.set([22, 3, 1, 0, bytes.length - 5]);
    victim.engine.receive(bytes);
    victim.engine.receiveEnd();
    assert.ok(victim.events.filter((event) => event === "failed").length <= 1);
    assert.ok(
      victim.failure === undefined || (victim.failure.code ?? "").startsWith("ERR_TLS"),
      String(victim.failure),
    );
    for (const end of ends) end.engine.destroy();
  }
});

test(
  "native engine, bytes that come inside of an event wait for it, and those behind a stop for its end",
  { skip },
  () => {
    const ends = pair();
    const [server, client] = ends;
    start(ends);
    client.engine.send([Buffer.from("one ")]);
    const first = Buffer.concat(client.outgoing.splice(0));
    client.engine.send([Buffer.from("two ")]);
    const second = Buffer.concat(client.outgoing.splice(0));
    client.engine.send([Buffer.from("three")]);
    const third = Buffer.concat(client.outgoing.splice(0));
    server.onPlaintext = (data): void => {
      if (data.toString() === "one ") {
        server.engine.receive(second);
        assert.equal(server.text, "one ", "not before this event is over");
      } else server.engine.stopDelivering();
    };
    server.engine.receive(first);
    assert.equal(server.text, "one two ");
    server.engine.receive(third);
    server.engine.receive(Buffer.alloc(0));
    assert.deepEqual([server.text, server.engine.held], ["one two ", third.length]);
    server.engine.startDelivering();
    server.engine.startDelivering();
    assert.deepEqual([server.text, server.engine.held], ["one two three", 0]);
  },
);

test(
  "native engine, many pieces of all lengths in one call are records in order; a failure in their midst ends it",
  { skip },
  () => {
    const ends = pair();
    const [server, client] = ends;
    start(ends);
    const pieces = [5_000, 5_000, 7_000, 3, 9_000, 3, 12_000, 12_000].map((length, i) => Buffer.alloc(length, i + 65));
    client.engine.send(pieces);
    pump(ends);
    assert.equal(server.text, Buffer.concat(pieces).toString());
    const calls: number[] = [];
    client.ciphertext = (data): void => {
      calls.push(data.length);
      client.engine.destroy();
    };
    client.engine.send(pieces);
    client.engine.endSending();
    assert.equal(calls.length, 1);
    assert.deepEqual([client.engine.unsent, client.events], [0, ["handshake"]]);
  },
);

test(
  "native engine, keying material before there is any is refused; a piece beyond what the core can count is taken",
  { skip },
  () => {
    const [server, client] = pair();
    assert.throws(() => server.engine.exportKeyingMaterial(1, "x"), { code: "ERR_INVALID_STATE" });
    const piece = Buffer.alloc(2 ** 30 + 1);
    client.engine.send([piece]);
    assert.equal(client.engine.unsent, piece.length);
    client.engine.endSending();
    client.engine.endSending();
    client.engine.destroy();
    assert.equal(client.engine.unsent, 0);
  },
);
