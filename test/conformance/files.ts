/** Files over streams: in order with what is written, as fast as the peer takes them, and how that ends. */
import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CancelledError } from "../../src/deferred/errors.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { ConnectionAborted, FileEndedError } from "../../src/transport/errors.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";
import type { Recorder } from "./stream-fixtures.ts";

const SIZE = 3_000_000;

export function fileConformance(name: string, makeReactor: MakeReactor, folder: string): void {
  const path = join(folder, "file");
  const content = Buffer.alloc(SIZE, "0123456789abcdef-");

  /** A connection between a server and a client, and a file that is open. */
  const withFile =
    (kind: "tcp" | "unix", body: (server: Recorder, client: Recorder, fd: number) => Promise<void>) => () => {
      writeFileSync(path, content);
      const fd = openSync(path, "r+");
      return running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const clients = new RecordingClientFactory();
        if (kind === "tcp") {
          const port = await listening(() => reactor.listenTCP(0, servers, { interface: "127.0.0.1" }));
          reactor.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, clients);
        } else {
          const socket = join(folder, "socket-for-files");
          await listening(() => reactor.listenUNIX(socket, servers));
          reactor.connectUNIX(socket, clients);
        }
        await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "the connection");
        await body(servers.only, clients.only, fd);
      }).finally(() => closeSync(fd));
    };

  const outcome = (result: number | Failure): unknown => (typeof result === "number" ? result : result.value);

  describe(`${name}: files`, () => {
    for (const kind of ["tcp", "unix"] as const) {
      test(
        `sendFile over ${kind}, keeps the order, and closing waits for it`,
        withFile(kind, async (server, client, fd) => {
          const { transport } = server;
          const results: unknown[] = [];
          const note = (result: number | Failure): unknown => results.push(outcome(result));
          transport.write("head");
          transport.sendFile(fd).addBoth(note);
          transport.write("middle");
          transport.sendFile(fd, { offset: 3, length: 10 }).addBoth(note);
          transport.sendFile(fd, { offset: SIZE }).addBoth(note);
          transport.writeSequence(["tail", Buffer.alloc(100_000, "t")]);
          transport.loseConnection();
          await until(() => client.lost !== undefined && results.length === 3, "the end");
          assert.deepEqual(results, [SIZE, 10, 0]);
          const all = Buffer.concat([
            Buffer.from("head"),
            content,
            Buffer.from("middle"),
            content.subarray(3, 13),
            Buffer.from("tail"),
            Buffer.alloc(100_000, "t"),
          ]);
          assert.ok(client.received.equals(all), `${client.received.length} bytes of ${all.length}`);
          assert.deepEqual([client.reason, server.reason], ["ConnectionDone", "ConnectionDone"]);
        }),
      );
    }

    test(
      "sendFile, waits for a peer that does not read, and a push producer waits as well",
      withFile("tcp", async (server, client, fd) => {
        client.transport.pauseProducing();
        const producer = { pauses: 0, resumes: 0 };
        server.transport.registerProducer(
          {
            pauseProducing: () => void producer.pauses++,
            resumeProducing: () => void producer.resumes++,
            stopProducing: () => {},
          },
          true,
        );
        let sent: unknown;
        for (let n = 0; n < 5; n++) {
          server.transport.sendFile(fd).addBoth((result) => (sent = n === 4 ? outcome(result) : undefined));
        }
        assert.equal(producer.pauses, 1);
        assert.equal(sent, undefined);
        client.transport.resumeProducing();
        await until(() => sent !== undefined && client.received.length === 5 * SIZE, "the files");
        await until(() => producer.resumes > 0, "the producer");
        assert.equal(sent, SIZE);
        server.transport.unregisterProducer();
      }),
    );

    test(
      "sendFile, cancelled, drops the rest and goes on with what is written",
      withFile("tcp", async (server, client, fd) => {
        client.transport.pauseProducing();
        const results: unknown[] = [];
        for (let n = 0; n < 4; n++) {
          const done = server.transport.sendFile(fd);
          done.addBoth((result) => results.push(outcome(result)));
          if (n > 0) done.cancel();
        }
        server.transport.write("end");
        client.transport.resumeProducing();
        await until(() => client.text.endsWith("end"), "what comes after");
        assert.equal(client.received.length, SIZE + 3);
        assert.deepEqual(
          results.map((result) => (result instanceof CancelledError ? "cancelled" : result)),
          ["cancelled", "cancelled", "cancelled", SIZE],
        );
      }),
    );

    test(
      "sendFile, fails with the reason when the connection ends, before the protocol hears of it",
      withFile("tcp", async (server, client, fd) => {
        client.transport.pauseProducing();
        let failure: unknown;
        for (let n = 0; n < 6; n++) {
          server.transport.sendFile(fd).addBoth((result) => {
            failure = outcome(result);
            server.events.push("file");
          });
        }
        server.transport.abortConnection();
        await until(() => server.lost !== undefined && server.events.filter((event) => event === "file").length === 6);
        assert.ok(failure instanceof ConnectionAborted);
        let late: unknown;
        server.transport.sendFile(fd).addBoth((result) => (late = outcome(result)));
        assert.match(String(late), /Cannot send a file: the connection takes no more, expected it to be open/);
      }),
    );

    test(
      "sendFile, of a file that is too short, or shrinks, says so",
      withFile("tcp", async (server, client, fd) => {
        let failure: unknown;
        server.transport.sendFile(fd, { length: SIZE + 1 }).addBoth((result) => (failure = outcome(result)));
        assert.ok(failure instanceof FileEndedError);
        client.transport.pauseProducing();
        const failures: unknown[] = [];
        for (let n = 0; n < 5; n++) {
          server.transport.sendFile(fd).addBoth((result) => failures.push(outcome(result)));
        }
        ftruncateSync(fd, 10);
        client.transport.resumeProducing();
        await until(() => failures.length === 5, "the files");
        assert.ok(failures.at(-1) instanceof FileEndedError);
        server.transport.loseConnection();
        await until(() => client.lost !== undefined, "the end");
      }),
    );

    test(
      "sendFile, of what is no regular file, is refused",
      withFile("tcp", async (server) => {
        const { transport } = server;
        const directory = openSync(folder, "r");
        assert.throws(() => transport.sendFile(directory), /Cannot send the descriptor \d+: expected one of a regular/);
        closeSync(directory);
        for (const fd of [-1, 1.5]) assert.throws(() => transport.sendFile(fd), RangeError);
        assert.throws(() => transport.sendFile("3" as never), TypeError);
        assert.throws(() => transport.sendFile(3, { offset: -1 }), RangeError);
        let failure: unknown;
        transport.sendFile(directory).addBoth((result) => (failure = outcome(result)));
        assert.equal((failure as NodeJS.ErrnoException).code, "EBADF");
        // One that cannot be read.
        const writable = openSync(path, "w");
        writeFileSync(path, "content");
        transport.sendFile(writable).addBoth((result) => (failure = outcome(result)));
        await until(() => (failure as NodeJS.ErrnoException).syscall !== "fstat", "the failure");
        assert.equal((failure as NodeJS.ErrnoException).code, "EBADF");
        closeSync(writable);
      }),
    );
  });
}
