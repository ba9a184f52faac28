/** What libraries of Node's world must find when they run over connections of ours. */
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { describe, test } from "node:test";
import { connect as connectTLS, createServer as createTLSServer } from "node:tls";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { asDuplex } from "../../src/streams/as-duplex.ts";
import { fromDuplex } from "../../src/streams/from-duplex.ts";
import { readable } from "../../src/streams/readable.ts";
import { toWeb } from "../../src/streams/to-web.ts";
import type { TransportDuplex } from "../../src/streams/transport-duplex.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { testCertificates } from "../support/test-certificates.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { Recorder, RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";

const MEBIBYTE = 1024 * 1024;

export function borderConformance(name: string, makeReactor: MakeReactor): void {
  /** Both ends of a TCP connection, as transports. */
  async function connected(
    body: (server: Transport, client: Transport, reactor: Reactor) => Promise<void>,
  ): Promise<void> {
    await running(makeReactor, async (reactor) => {
      const servers = new RecordingFactory();
      const clients = new RecordingClientFactory();
      const port = await listening(() => reactor.listenTCP(0, servers, { interface: "127.0.0.1" }));
      reactor.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, clients);
      await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "a connection");
      await body(servers.only.transport, clients.only.transport, reactor);
    });
  }

  describe(`${name}: the border`, () => {
    test("asDuplex, has what a socket has", () =>
      connected(async (server, client) => {
        const duplex = asDuplex(client);
        const host = client.getHost() as InternetAddress;
        const peer = client.getPeer() as InternetAddress;
        assert.deepEqual(
          [duplex.remoteAddress, duplex.remotePort, duplex.remoteFamily],
          ["127.0.0.1", peer.port, "IPv4"],
        );
        assert.deepEqual([duplex.localAddress, duplex.localPort, duplex.localFamily], ["127.0.0.1", host.port, "IPv4"]);
        assert.deepEqual(duplex.address(), { address: "127.0.0.1", family: "IPv4", port: host.port });
        assert.equal(duplex.setNoDelay().setKeepAlive(true).ref().unref(), duplex);
        duplex.destroy();
        await until(() => duplex.closed, "the stream to be closed");
        server.abortConnection();
      }));

    test("asDuplex, carries node:http both ways, with bodies and a second request on the same connection", () =>
      connected(async (server, client) => {
        const http = createServer((incoming, outgoing) => {
          incoming.pipe(outgoing);
        });
        http.emit("connection", asDuplex(server));
        const socket = asDuplex(client);
        const body = Buffer.alloc(MEBIBYTE, "abcdefg");
        for (const connection of ["keep-alive", "close"]) {
          const answer = await new Promise<Buffer>((resolve, reject) => {
            const asked = request(
              { method: "POST", createConnection: () => socket, headers: { connection } },
              (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("end", () => resolve(Buffer.concat(chunks)));
              },
            );
            asked.on("error", reject);
            asked.end(body);
          });
          assert.ok(answer.equals(body));
        }
        await until(() => socket.closed, "the connection to be closed");
      }));

    test("asDuplex, carries node:tls, and fromDuplex runs a protocol over that", () =>
      connected(async (server, client, reactor) => {
        const { server: own, authority } = testCertificates();
        const echo = new Recorder();
        echo.onData = (_, data) => echo.transport.write(data);
        const secure = createTLSServer(
          { key: own.key, cert: own.certificate },
          (socket) => void fromDuplex(socket, echo, { reactor }),
        );
        secure.emit("connection", asDuplex(server));
        const socket = connectTLS({ socket: asDuplex(client), ca: authority.certificate, servername: "localhost" });
        const body = Buffer.alloc(300_000, "secret ");
        socket.end(body);
        const chunks: Buffer[] = [];
        for await (const chunk of socket) chunks.push(chunk as Buffer);
        assert.ok(Buffer.concat(chunks).equals(body));
        await until(() => echo.lost !== undefined, "the end");
        assert.equal(echo.reason, "ConnectionDone");
      }));

    test("asDuplex, a reader that does not read makes the writer wait, and loses nothing", () =>
      connected(async (server, client) => {
        const sink = asDuplex(server);
        const source = asDuplex(client);
        const piece = Buffer.alloc(64 * 1024, "x");
        let written = 0;
        while (written < 256 * MEBIBYTE && source.write(piece)) written += piece.length;
        const full = await fill(source, piece, written);
        assert.ok(full < 64 * MEBIBYTE, `${full} bytes were taken`);
        assert.ok(sink.readableLength < 256 * 1024, `${sink.readableLength} bytes are kept`);
        source.end();
        let received = 0;
        for await (const chunk of sink) received += (chunk as Buffer).length;
        assert.equal(received, full);
        sink.end();
        await until(() => source.closed && sink.closed, "the end");
      }));

    test("asDuplex, a reset is an error on the other side", () =>
      connected(async (server, client) => {
        const errors: unknown[] = [];
        const duplex = asDuplex(server);
        duplex.on("error", (error) => errors.push(error)).resume();
        asDuplex(client).destroy();
        await until(() => duplex.closed, "the other side");
        assert.deepEqual(
          errors.map((error) => (error as Error).name),
          ["ConnectionLost"],
        );
      }));

    test("readable, holds what the peer sends while nobody asks, and ends with it", () =>
      connected(async (server, client) => {
        const source = asDuplex(client);
        const iteration = readable(server);
        const full = await fill(source, Buffer.alloc(64 * 1024, "x"), 0);
        assert.ok(full < 64 * MEBIBYTE, `${full} bytes were taken`);
        source.end();
        let received = 0;
        for await (const chunk of iteration) received += chunk.length;
        assert.equal(received, full);
        server.write("the answer");
        server.loseConnection();
        let text = "";
        for await (const chunk of source) text += String(chunk);
        assert.equal(text, "the answer");
      }));

    test("toWeb, both ways, with a writer that waits for the reader", () =>
      connected(async (server, client) => {
        const ours = toWeb(server);
        const theirs = toWeb(client);
        const writer = theirs.writable.getWriter();
        let written = 0;
        let isWaiting = false;
        const writing = (async () => {
          for (let n = 0; n < 400; n++) {
            const write = writer.write(new Uint8Array(64 * 1024));
            isWaiting = true;
            await write;
            isWaiting = false;
            written += 64 * 1024;
          }
          await writer.close();
        })();
        let seen = -1;
        await until(() => {
          const isStuck = isWaiting && seen === written;
          seen = written;
          return isStuck && written > 0;
        }, "the writer to wait");
        let received = 0;
        for await (const bytes of ours.readable) received += bytes.length;
        await writing;
        assert.equal(received, 400 * 64 * 1024);
        await ours.writable.close();
      }));

    test("a reactor that stops, closes what runs over streams of others", async () => {
      const protocol = new Recorder();
      const { duplexPair } = await import("node:stream");
      const [ours] = duplexPair();
      await running(makeReactor, async (reactor) => {
        fromDuplex(ours, protocol, { reactor });
        assert.equal(reactor.statistics().connections, 1);
      });
      assert.equal(protocol.reason, "ConnectionLost");
      assert.equal(ours.destroyed, true);
    });

    test("a protocol that throws, harms neither", () =>
      connected(async (server, client) => {
        class Broken extends Protocol {
          override dataReceived(): void {
            throw new Error("broken");
          }
        }
        const duplex = asDuplex(client);
        duplex.on("error", () => {}).resume();
        fromDuplex(asDuplex(server), new Broken());
        duplex.write("x");
        await until(() => duplex.closed, "the end");
      }));
  });
}

/** Writes until nothing has been taken for some turns; answers how much was. */
async function fill(duplex: TransportDuplex, piece: Buffer, already: number): Promise<number> {
  let written = already;
  if (duplex.writableNeedDrain) written += piece.length;
  for (let idle = 0; idle < 50 && written < 256 * MEBIBYTE; idle++) {
    await new Promise((resolve) => setImmediate(resolve));
    while (!duplex.writableNeedDrain && written < 256 * MEBIBYTE) {
      duplex.write(piece);
      written += piece.length;
      idle = 0;
    }
  }
  return written;
}
