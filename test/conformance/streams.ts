/** What a stream connection must do, over every kind of socket that a reactor has. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import type { ClientFactoryLike, FactoryLike } from "../../src/protocol/factory.ts";
import type { PullProducer, PushProducer } from "../../src/transport/producer.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { Connector, ListeningPort } from "../../src/transport/transport.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import {
  HalfClosingRecorder,
  Recorder,
  RecordingClientFactory,
  RecordingFactory,
  listening,
} from "./stream-fixtures.ts";

/** How to listen and connect over one kind of socket. */
export interface StreamKind {
  readonly name: string;
  /** Whether aborting is seen as a reset by the peer. */
  readonly resets: boolean;
  listen(reactor: Reactor, factory: FactoryLike): ListeningPort;
  connect(reactor: Reactor, port: ListeningPort, factory: ClientFactoryLike): Connector;
}

const MEBIBYTE = 1024 * 1024;

/** Bytes of which every piece looks different. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 17) & 0xff;
  return bytes;
}

export function streamConformance(name: string, makeReactor: MakeReactor, kind: StreamKind): void {
  /** Two connected ends; `body` runs when both protocols are connected. */
  async function connected(
    setUp: { server?: (protocol: Recorder) => void; client?: (protocol: Recorder) => void },
    body: (server: Recorder, client: Recorder, reactor: Reactor, connector: Connector) => Promise<void>,
    classes: { server?: new () => Recorder; client?: new () => Recorder } = {},
  ): Promise<void> {
    await running(makeReactor, async (reactor) => {
      const servers = new RecordingFactory(setUp.server, classes.server);
      const clients = new RecordingClientFactory(setUp.client, classes.client);
      const port = await listening(() => kind.listen(reactor, servers));
      const connector = kind.connect(reactor, port, clients);
      await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "a connection");
      await body(servers.only, clients.only, reactor, connector);
    });
  }

  /** Waits until both ends know that it is over. */
  async function bothLost(server: Recorder, client: Recorder): Promise<void> {
    await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
  }

  describe(`${name}: ${kind.name}`, () => {
    test("write, arrives in order, as bytes and as UTF-8", async () => {
      await connected({}, async (server, client) => {
        client.transport.write("grüße ");
        client.transport.write(Buffer.from([1, 2, 3]));
        client.transport.write(new Uint8Array([4, 5]));
        client.transport.writeSequence(["6", Buffer.from("7")]);
        await until(() => server.received.length === 15, "15 bytes");
        assert.deepEqual(server.received, Buffer.from([...Buffer.from("grüße "), 1, 2, 3, 4, 5, 54, 55]));
      });
    });

    test("write, of many megabytes in pieces of many sizes, loses nothing", async () => {
      const bytes = pattern(8 * MEBIBYTE);
      await connected({}, async (server, client) => {
        for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 3) % 200_003) {
          client.transport.write(bytes.subarray(at, at + size));
        }
        client.transport.loseConnection();
        await bothLost(server, client);
        assert.ok(server.received.equals(bytes));
        assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
      });
    });

    test("write, inside dataReceived, answers", async () => {
      await connected(
        { server: (protocol) => (protocol.onData = (p, data) => p.transport.write(data)) },
        async (_, client) => {
          client.transport.write("echo this");
          await until(() => client.text === "echo this");
        },
      );
    });

    test("write, of what is no bytes, is refused and harms nothing", async () => {
      await connected({}, async (server, client) => {
        for (const bad of [3, null, undefined, {}, [1, 2], new DataView(new ArrayBuffer(2))]) {
          assert.throws(() => client.transport.write(bad as never), TypeError);
        }
        client.transport.write("good");
        await until(() => server.text === "good");
      });
    });

    test("loseConnection, delivers what was written before and drops what is written after", async () => {
      const bytes = pattern(2 * MEBIBYTE);
      await connected({}, async (server, client) => {
        client.transport.write(bytes);
        client.transport.loseConnection();
        assert.equal(client.transport.disconnecting, true);
        client.transport.write("too late");
        client.transport.loseConnection();
        await bothLost(server, client);
        assert.ok(server.received.equals(bytes));
        assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
        assert.deepEqual(
          [server.events, client.events],
          [
            ["made", "lost"],
            ["made", "lost"],
          ],
        );
        client.transport.write("much too late");
        client.transport.loseConnection();
        client.transport.abortConnection();
      });
    });

    test("loseConnection, in connectionMade after a greeting, delivers the greeting", async () => {
      await connected(
        {
          server: (protocol) =>
            (protocol.onMade = ({ transport }) => {
              transport.write("An apple a day keeps the doctor away\r\n");
              transport.loseConnection();
            }),
        },
        async (server, client) => {
          await bothLost(server, client);
          assert.equal(client.text, "An apple a day keeps the doctor away\r\n");
        },
      );
    });

    test("abortConnection, ends both sides at once and drops what was not sent", async () => {
      await connected(
        { server: (p) => (p.onMade = ({ transport }) => transport.pauseProducing()) },
        async (server, client) => {
          client.transport.write(pattern(8 * MEBIBYTE));
          client.transport.abortConnection();
          assert.equal(client.lost, undefined, "connectionLost is never called inside abortConnection");
          server.transport.resumeProducing();
          await bothLost(server, client);
          assert.equal(client.reason, "ConnectionAborted");
          if (kind.resets) assert.equal(server.reason, "ConnectionLost");
          assert.ok(server.received.length < 8 * MEBIBYTE);
        },
      );
    });

    test("abortConnection, ends a connection that waits to be flushed", async () => {
      await connected(
        { server: (p) => (p.onMade = ({ transport }) => transport.pauseProducing()) },
        async (server, client) => {
          client.transport.write(pattern(16 * MEBIBYTE));
          client.transport.loseConnection();
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
          assert.equal(client.lost, undefined);
          client.transport.abortConnection();
          await until(() => client.lost !== undefined, "the client to be lost");
          assert.equal(client.reason, "ConnectionAborted");
          server.transport.abortConnection();
          await bothLost(server, client);
        },
      );
    });

    test("the end of the peer, closes a protocol that does not know half-closed connections", async () => {
      await connected(
        { server: (p) => (p.onData = ({ transport }) => transport.write("answer")) },
        async (server, client) => {
          client.transport.write("question");
          client.transport.loseWriteConnection();
          await bothLost(server, client);
          assert.equal(client.text, "answer");
          assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
        },
      );
    });

    test("loseWriteConnection, ends one direction after everything written; the other goes on", async () => {
      const bytes = pattern(MEBIBYTE);
      await connected(
        {},
        async (server, client) => {
          client.transport.write(bytes);
          client.transport.loseWriteConnection();
          client.transport.write("too late");
          await until(() => server.events.includes("read lost"), "the server to see the end");
          assert.ok(server.received.equals(bytes));
          assert.deepEqual(client.events, ["made", "write lost"]);
          server.transport.write("still here");
          await until(() => client.text === "still here");
          server.transport.loseConnection();
          await bothLost(server, client);
          assert.deepEqual(server.events, ["made", "read lost", "lost"]);
          assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
        },
        { server: HalfClosingRecorder, client: HalfClosingRecorder },
      );
    });

    test("both directions half-closed, end the connection", async () => {
      await connected(
        {},
        async (server, client) => {
          client.transport.loseWriteConnection();
          await until(() => server.events.includes("read lost"), "the server to see the end");
          server.transport.loseWriteConnection();
          await bothLost(server, client);
          assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
        },
        { server: HalfClosingRecorder, client: HalfClosingRecorder },
      );
    });

    test("pauseProducing, holds what the peer sends until resumeProducing, also inside dataReceived", async () => {
      await connected(
        { server: (p) => (p.onData = ({ transport }) => transport.pauseProducing()) },
        async (server, client) => {
          client.transport.write("a");
          await until(() => server.text === "a");
          client.transport.write("b");
          for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
          assert.equal(server.text, "a");
          server.transport.resumeProducing();
          await until(() => server.text === "ab");
        },
      );
    });

    test("registerProducer, pauses a push producer when the peer is slow and resumes it later", async () => {
      await connected(
        { server: (p) => (p.onMade = ({ transport }) => transport.pauseProducing()) },
        async (server, client) => {
          const events: string[] = [];
          const producer: PushProducer = {
            pauseProducing: () => events.push("pause"),
            resumeProducing: () => events.push("resume"),
            stopProducing: () => events.push("stop"),
          };
          client.transport.registerProducer(producer, true);
          const bytes = pattern(64 * 1024);
          let written = 0;
          // Where there is a handshake first, that ends with the first pause perhaps.
          for (; events.at(-1) !== "pause" && written < 64 * MEBIBYTE; written += bytes.length) {
            client.transport.write(bytes);
            await new Promise((resolve) => setImmediate(resolve));
          }
          const before = ["pause", "resume", "pause"].slice(-events.length);
          assert.deepEqual(events, before);
          server.transport.resumeProducing();
          await until(() => events.length > before.length, "the producer to be resumed");
          assert.deepEqual(events, [...before, "resume"]);
          client.transport.unregisterProducer();
          client.transport.loseConnection();
          await bothLost(server, client);
          assert.equal(server.received.length, written);
          assert.deepEqual(events, [...before, "resume"]);
        },
      );
    });

    test("registerProducer, asks a pull producer for each piece; loseConnection waits for it", async () => {
      await connected({}, async (server, client) => {
        const pieces = Array.from({ length: 50 }, (_, i) => pattern(1 + i * 1000));
        let next = 0;
        const producer: PullProducer = {
          resumeProducing: () => {
            const piece = pieces[next++];
            if (piece === undefined) client.transport.unregisterProducer();
            else client.transport.write(piece);
          },
          stopProducing: () => assert.fail("it is to be asked until it is done"),
        };
        client.transport.registerProducer(producer, false);
        await until(() => next > pieces.length, "all pieces to be asked for");
        client.transport.loseConnection();
        await bothLost(server, client);
        assert.ok(server.received.equals(Buffer.concat(pieces)));
      });
    });

    test("registerProducer, is refused while there is one, and stopped where the connection is over", async () => {
      await connected({}, async (server, client) => {
        const stopped: string[] = [];
        const producer = (label: string): PushProducer => ({
          pauseProducing: () => {},
          resumeProducing: () => {},
          stopProducing: () => stopped.push(label),
        });
        client.transport.registerProducer(producer("first"), true);
        assert.throws(() => client.transport.registerProducer(producer("second"), true), /unregistered first/);
        server.transport.abortConnection();
        await bothLost(server, client);
        assert.deepEqual(stopped, ["first"]);
        client.transport.registerProducer(producer("late"), true);
        assert.deepEqual(stopped, ["first", "late"]);
      });
    });

    test("a protocol that throws in dataReceived, loses its connection for that reason; others go on", async () => {
      const logs = capturedLogs();
      await connected(
        {
          server: (p) =>
            (p.onData = () => {
              throw new RangeError("a broken protocol");
            }),
        },
        async (server, client) => {
          client.transport.write("x");
          await bothLost(server, client);
          assert.equal(server.lost?.getErrorMessage(), "a broken protocol");
          assert.deepEqual(server.events, ["made", "lost"]);
        },
      );
      logs.stop();
      assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "a broken protocol").length, 1);
    });

    test("a protocol that throws in connectionMade or connectionLost, harms nobody else", async () => {
      const logs = capturedLogs();
      await connected(
        {
          server: (p) => {
            p.onMade = () => {
              throw new Error("broken at birth");
            };
            p.onLost = () => {
              throw new Error("broken at death");
            };
          },
        },
        async (server, client, reactor) => {
          await bothLost(server, client);
          assert.equal(server.lost?.getErrorMessage(), "broken at birth");
          assert.equal(reactor.running, true);
        },
      );
      logs.stop();
      const messages = logs.flatMap((event) => event.logFailure?.getErrorMessage() ?? []);
      assert.deepEqual(messages, ["broken at birth", "broken at death"]);
    });

    test("a protocol set on the transport, receives from then on", async () => {
      const second = new Recorder();
      await connected(
        {
          server: (p) =>
            (p.onData = ({ transport }) => ((transport as unknown as { protocol: Recorder }).protocol = second)),
        },
        async (server, client) => {
          client.transport.write("one");
          await until(() => server.text === "one");
          client.transport.write("two");
          await until(() => second.text === "two");
          client.transport.loseConnection();
          await until(() => second.lost !== undefined);
          assert.equal(server.lost, undefined);
        },
      );
    });

    test("stopping the reactor, ends connections and ports with ConnectionLost", async () => {
      const servers = new RecordingFactory();
      const clients = new RecordingClientFactory();
      await running(makeReactor, async (reactor) => {
        const port = await listening(() => kind.listen(reactor, servers));
        kind.connect(reactor, port, clients);
        await until(() => servers.protocols.length === 1 && clients.protocols.length === 1);
      });
      assert.deepEqual([servers.only.reason, clients.only.reason], ["ConnectionLost", "ConnectionLost"]);
      assert.deepEqual(servers.events, ["start", "stop"]);
      assert.deepEqual(clients.events.slice(-2), ["lost disconnected", "stop"]);
    });

    test("buildProtocol, that answers null or throws, closes the connection", async () => {
      const logs = capturedLogs();
      await running(makeReactor, async (reactor) => {
        const answers: (() => null)[] = [
          () => null,
          () => {
            throw new Error("a broken factory");
          },
        ];
        const servers = new RecordingFactory();
        servers.buildProtocol = () => answers.shift()!();
        const port = await listening(() => kind.listen(reactor, servers));
        for (let n = 1; n <= 2; n++) {
          const clients = new RecordingClientFactory();
          kind.connect(reactor, port, clients);
          await until(() => clients.protocols.length === 1 && clients.only.lost !== undefined, "the client to be lost");
        }
        const refusing = new RecordingClientFactory();
        refusing.buildProtocol = () => null;
        servers.buildProtocol = () => new Recorder();
        kind.connect(reactor, port, refusing);
        await until(() => refusing.events.includes("stop"), "the refusing client to be done");
        assert.deepEqual(refusing.events, ["start", "connecting connecting", "lost disconnected", "stop"]);
      });
      logs.stop();
      assert.equal(logs.filter((event) => event.logFailure?.getErrorMessage() === "a broken factory").length, 1);
    });

    test("Connector, tells its factory everything and can connect again", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory((p) => (p.onMade = ({ transport }) => transport.loseConnection()));
        const port = await listening(() => kind.listen(reactor, servers));
        const clients = new RecordingClientFactory();
        let again = 1;
        clients.onLost = (connector) => {
          if (again-- > 0) connector.connect();
        };
        const connector = kind.connect(reactor, port, clients);
        assert.equal(connector.state, "connecting");
        assert.throws(() => connector.connect(), /expected disconnected/);
        await until(() => clients.events.includes("stop"), "the connector to be done");
        const once = ["connecting connecting", "build", "lost disconnected"];
        assert.deepEqual(clients.events, ["start", ...once, ...once, "stop"]);
        assert.equal(connector.state, "disconnected");
      });
    });

    test("Connector, disconnect closes the connection, stopConnecting gives up making it", async () => {
      await connected({}, async (server, client, reactor, connector) => {
        assert.equal(connector.state, "connected");
        assert.throws(() => connector.stopConnecting(), /expected connecting/);
        connector.disconnect();
        await bothLost(server, client);
        const clients = new RecordingClientFactory();
        const port = await listening(() => kind.listen(reactor, new RecordingFactory()));
        const second = kind.connect(reactor, port, clients);
        second.disconnect();
        await until(() => clients.events.includes("stop"), "the connector to be done");
        assert.equal(clients.error, "UserError");
        assert.deepEqual(clients.events, ["start", "connecting connecting", "failed disconnected", "stop"]);
      });
    });

    test("ListeningPort, stops and starts again; its connections stay", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const port = await listening(() => kind.listen(reactor, servers));
        const clients = new RecordingClientFactory();
        kind.connect(reactor, port, clients);
        await until(() => servers.protocols.length === 1 && clients.protocols.length === 1);
        const address = port.getHost();
        await port.stopListening();
        await port.stopListening();
        assert.throws(() => port.getHost(), /expected it to listen/);
        clients.only.transport.write("still connected");
        await until(() => servers.only.text === "still connected");
        assert.deepEqual(servers.events, ["start", "stop"]);
        port.startListening();
        assert.throws(() => port.startListening(), /expected it to be closed/);
        await port.whenListening();
        assert.equal(typeof port.getHost().toString(), "string");
        assert.equal(address.constructor, port.getHost().constructor);
        assert.deepEqual(servers.events, ["start", "stop", "start"]);
      });
    });
  });
}
