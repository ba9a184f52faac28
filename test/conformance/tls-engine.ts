/** What an engine must do: two of them back to back, without streams. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory, TLSSession, TLSSide } from "../../src/tls/tls-engine.ts";
import { testCertificates } from "../support/test-certificates.ts";
import { until } from "./running.ts";

/** One engine and what it has said. */
class End implements TLSEngineEvents {
  borrowsPlaintext = false;
  readonly events: string[] = [];
  readonly engine: TLSEngine;
  /** Where ciphertext goes; kept while there is nobody. */
  peer: End | undefined = undefined;
  kept: Buffer[] = [];
  session: TLSSession | undefined = undefined;
  text = "";
  error: Error | undefined = undefined;
  onPlaintext: () => void = () => {};
  /** What happens to ciphertext on its way. */
  change: (bytes: Buffer) => void = () => {};
  /** The most bytes of ciphertext that are handed over at once. */
  chunk = Infinity;

  constructor(factory: TLSEngineFactory, side: TLSSide, options: TLSContextOptions) {
    this.engine = factory.makeEngine(new TLSContext(options), side, this);
  }

  ciphertext(data: Uint8Array, lent: boolean): void {
    const bytes = Buffer.from(data);
    this.change(bytes);
    // Whoever lends uses the memory for something else.
    if (lent) data.fill(0);
    for (let at = 0; at < bytes.length; at += this.chunk) this.kept.push(bytes.subarray(at, at + this.chunk));
    // In a later turn, as a network would.
    setImmediate(() => this.deliver());
  }

  deliver(): void {
    const { peer } = this;
    if (peer === undefined) return;
    for (const bytes of this.kept.splice(0)) {
      peer.engine.receive(bytes);
      if (peer.engine.borrowsCiphertext) bytes.fill(0);
    }
  }

  plaintext(data: Buffer): void {
    assert.ok(data.length > 0);
    this.text += data.toString("latin1");
    this.onPlaintext();
  }

  handshakeDone(session: TLSSession): void {
    this.session = session;
    this.events.push("handshake");
  }

  sessionTicket(): void {}

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
    this.error = error;
    this.events.push("failed");
  }
}

export function tlsEngineConformance(factory: TLSEngineFactory): void {
  const { server: certificate, authority } = testCertificates();
  const trustRoots = [authority.certificate];
  const serverOptions = { certificateChain: certificate.certificate, privateKey: certificate.key, trustRoots };
  const clientOptions = { trustRoots, serverName: "localhost", peerName: "localhost" };

  interface Pair {
    readonly server: End;
    readonly client: End;
  }

  async function pair(
    body: (ends: Pair) => Promise<void>,
    chunk = Infinity,
    maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3",
  ): Promise<void> {
    const server = new End(factory, "server", { ...serverOptions, maxVersion });
    const client = new End(factory, "client", { ...clientOptions, maxVersion });
    server.peer = client;
    client.peer = server;
    server.chunk = client.chunk = chunk;
    for (const { engine } of [server, client]) {
      engine.startDelivering();
      engine.start();
    }
    try {
      await body({ server, client });
    } finally {
      server.engine.destroy();
      client.engine.destroy();
      server.engine.destroy();
    }
  }

  const handshaken = ({ server, client }: Pair): Promise<void> =>
    until(() => server.session !== undefined && client.session !== undefined, "the handshake");

  describe(`TLS engine "${factory.name}"`, () => {
    for (const chunk of [Infinity, 1]) {
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        test(`${version}, in chunks of ${chunk}: handshake, bytes both ways, and both ends`, async () => {
          await pair(
            async (ends) => {
              const { server, client } = ends;
              client.engine.send([Buffer.from("early "), Buffer.from("words")]);
              await handshaken(ends);
              assert.equal(client.session!.version, version);
              assert.equal(client.session!.cipher, server.session!.cipher);
              assert.equal(client.session!.peerCertificates.length >= 1, true);
              assert.deepEqual(server.session!.peerCertificates, []);
              server.engine.send([Buffer.from("an answer")]);
              await until(() => server.text === "early words" && client.text === "an answer");
              const keys = [client, server].map(({ engine }) =>
                engine.exportKeyingMaterial(16, "EXPORTER-x", Buffer.from("y")),
              );
              assert.deepEqual(keys[0], keys[1]);
              client.engine.endSending();
              await until(() => server.events.includes("receiving ended"));
              server.engine.send([Buffer.from(", and more")]);
              server.engine.endSending();
              await until(() => client.events.includes("receiving ended"));
              assert.equal(client.text, "an answer, and more");
              for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
              assert.ok(client.events.includes("sending ended") && server.events.includes("sending ended"));
              assert.deepEqual([client.error, server.error], [undefined, undefined]);
            },
            chunk,
            version,
          );
        });
      }
    }

    test("unsent and drained: what waits for the handshake is unsent; a drain is never reported inside of send", async () => {
      const client = new End(factory, "client", clientOptions);
      client.engine.start();
      client.engine.send([Buffer.alloc(100_000, "x")]);
      client.engine.send([Buffer.alloc(1, "y")]);
      assert.equal(client.engine.unsent, 100_001);
      const server = new End(factory, "server", serverOptions);
      server.engine.startDelivering();
      server.engine.start();
      server.peer = client;
      client.peer = server;
      client.deliver();
      await until(() => server.text.length === 100_001);
      await until(() => client.events.includes("drained"));
      assert.equal(client.engine.unsent, 0);
      assert.ok(server.text.endsWith("xy"));
      server.engine.destroy();
      client.engine.destroy();
    });

    test("stopDelivering, holds bytes and the end, also from inside of plaintext, until startDelivering", async () => {
      await pair(async (ends) => {
        const { server, client } = ends;
        await handshaken(ends);
        server.onPlaintext = () => server.engine.stopDelivering();
        client.engine.send([Buffer.from("a")]);
        await until(() => server.text === "a");
        client.engine.send([Buffer.from("b")]);
        client.engine.endSending();
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(server.text, "a");
        assert.ok(!server.events.includes("receiving ended"));
        server.onPlaintext = () => {};
        server.engine.startDelivering();
        await until(() => server.events.includes("receiving ended"));
        assert.equal(server.text, "ab");
      });
    });

    test("receiveEnd, without a close_notify is a failure, after the bytes that came before; with one it is none", async () => {
      await pair(async (ends) => {
        const { server, client } = ends;
        await handshaken(ends);
        server.engine.stopDelivering();
        client.engine.send([Buffer.from("the last words")]);
        await until(() => client.events.includes("drained") && client.kept.length === 0);
        server.engine.receiveEnd();
        server.engine.receiveEnd();
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        server.engine.startDelivering();
        await until(() => server.error !== undefined);
        assert.equal(server.text, "the last words");
        assert.equal((server.error as { code?: string }).code, "ERR_TLS_TRUNCATED");
      });
      await pair(async (ends) => {
        const { server, client } = ends;
        await handshaken(ends);
        client.engine.endSending();
        await until(() => client.events.includes("sending ended") && client.kept.length === 0);
        server.engine.receiveEnd();
        await until(() => server.events.includes("receiving ended"));
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(server.error, undefined);
      });
      await pair(async ({ server }) => {
        server.engine.receiveEnd();
        await until(() => server.error !== undefined);
        assert.equal((server.error as { code?: string }).code, "ERR_TLS_HANDSHAKE_TRUNCATED");
      });
    });

    test("garbage, at any place in the handshake or after it, is a failure, once, and nothing else", async () => {
      for (let records = 0; records < 4; records++) {
        await pair(async (ends) => {
          const { server } = ends;
          for (let turn = 0; turn < records * 2; turn++) await new Promise((resolve) => setImmediate(resolve));
          server.engine.receive(Buffer.from("\x16\x03\x03\x00\x20 this is not what it says it is, and long", "latin1"));
          await until(() => server.error !== undefined);
          assert.match((server.error as { code?: string }).code!, /^ERR_TLS/);
          server.engine.receive(Buffer.from("more"));
          server.engine.send([Buffer.from("more")]);
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          assert.equal(server.events.filter((event) => event === "failed").length, 1);
          assert.equal(server.text, "");
        });
      }
    });

    test("a byte that is changed on its way, anywhere, ends in a failure or in nothing: never in other bytes", async () => {
      let failures = 0;
      for (let place = 3; place < 1800; place += 97) {
        await pair(async ({ server, client }) => {
          const victim = place % 2 === 0 ? server : client;
          let passed = 0;
          victim.change = (bytes) => {
            if (passed <= place && place < passed + bytes.length) bytes[place - passed]! ^= 0x55;
            passed += bytes.length;
          };
          client.engine.send([Buffer.from("from the client")]);
          server.engine.send([Buffer.from("from the server")]);
          for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
          for (const { engine } of [server, client]) engine.receiveEnd();
          await until(() => server.error !== undefined && client.error !== undefined, "both ends to fail");
          assert.ok(["", "from the client"].includes(server.text));
          assert.ok(["", "from the server"].includes(client.text));
          if (passed > place && (server.text === "" || client.text === "")) failures++;
        });
      }
      assert.ok(failures > 5, "something was changed that mattered");
    });

    test("destroy, at any time, ends all events", async () => {
      for (let turns = 0; turns < 8; turns++) {
        await pair(async ({ server, client }) => {
          client.engine.send([Buffer.from("x")]);
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          client.engine.destroy();
          const before = [...client.events];
          client.engine.receive(Buffer.from([22]));
          client.engine.receiveEnd();
          client.engine.send([Buffer.from("y")]);
          client.engine.endSending();
          client.engine.startDelivering();
          client.engine.stopDelivering();
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          assert.deepEqual(client.events, before);
          assert.equal(server.error, undefined);
        });
      }
    });

    test("makeEngine and prepare, throw for contexts that cannot be used", () => {
      const unusable = new TLSContext({ ...serverOptions, groups: "no-such-group" });
      const end = { borrowsPlaintext: false } as unknown as TLSEngineEvents;
      assert.throws(() => factory.prepare(unusable, "server"), /Cannot use the TLS context/);
      assert.throws(() => factory.makeEngine(unusable, "server", end), /Cannot use the TLS context/);
    });
  });
}
