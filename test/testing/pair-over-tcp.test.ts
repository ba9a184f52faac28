/** The same two protocols, over TCP and connected in memory: each must be told the same. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import type { ConnectedPairOptions } from "../../src/testing/io-pump.ts";
import { NonStreamingProducer } from "../../src/testing/non-streaming-producer.ts";
import type { IPv4Address } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import {
  HalfClosingRecorder,
  Recorder,
  RecordingClientFactory,
  RecordingFactory,
} from "../conformance/stream-fixtures.ts";

type SetUp = (protocol: Recorder) => void;

interface Scenario {
  readonly server?: SetUp;
  readonly client?: SetUp;
  readonly Server?: new () => Recorder;
  readonly Client?: new () => Recorder;
}

const LONG = "0123456789".repeat(20_000);

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "the client speaks and closes": {
    client: (p) => {
      p.onMade = ({ transport }) => {
        transport.writeSequence(["last ", "words"]);
        transport.loseConnection();
        transport.write("too late");
      };
    },
  },
  "the server closes at once": { server: (p) => (p.onMade = ({ transport }) => transport.loseConnection()) },
  "both close at once": {
    server: (p) => (p.onMade = ({ transport }) => transport.loseConnection()),
    client: (p) => (p.onMade = ({ transport }) => transport.loseConnection()),
  },
  "question, answer, end": {
    server: (p) => {
      p.onData = ({ text, transport }) => {
        if (!text.endsWith("?")) return;
        transport.write("an answer.");
        transport.loseConnection();
      };
    },
    client: (p) => (p.onMade = ({ transport }) => transport.write("a question?")),
  },
  "the client aborts": {
    server: (p) => (p.onMade = ({ transport }) => transport.write("hello.")),
    client: (p) => (p.onData = ({ text, transport }) => text.endsWith(".") && transport.abortConnection()),
  },
  "the client aborts at once": { client: (p) => (p.onMade = ({ transport }) => transport.abortConnection()) },
  "the client half-closes, and hears the answer": {
    Server: HalfClosingRecorder,
    Client: HalfClosingRecorder,
    server: (p) => {
      (p as HalfClosingRecorder).onReadLost = ({ text, transport }) => {
        transport.write(`re: ${text}`);
        transport.loseConnection();
      };
    },
    client: (p) => {
      p.onMade = ({ transport }) => {
        transport.write("question");
        transport.loseWriteConnection();
      };
    },
  },
  "both half-close": {
    Server: HalfClosingRecorder,
    Client: HalfClosingRecorder,
    server: (p) => ((p as HalfClosingRecorder).onReadLost = ({ transport }) => transport.loseWriteConnection()),
    client: (p) => (p.onMade = ({ transport }) => transport.loseWriteConnection()),
  },
  "the client half-closes, the server knows no such thing": {
    Client: HalfClosingRecorder,
    client: (p) => {
      p.onMade = ({ transport }) => {
        transport.write("question");
        transport.loseWriteConnection();
      };
    },
  },
  "the server goes on writing to a client that has closed": {
    Server: HalfClosingRecorder,
    server: (p) => {
      (p as HalfClosingRecorder).onReadLost = (protocol) => {
        const writeMore = (): void => {
          if (protocol.lost !== undefined) return;
          protocol.transport.write("anybody there?");
          setImmediate(writeMore);
        };
        writeMore();
      };
    },
    client: (p) => (p.onMade = ({ transport }) => transport.loseConnection()),
  },
  "the server throws": {
    server: (p) => {
      p.onData = () => {
        throw new RangeError("broken");
      };
    },
    client: (p) => (p.onMade = ({ transport }) => transport.write("x")),
  },
  "the client throws when it is connected": {
    client: (p) => {
      p.onMade = () => {
        throw new RangeError("broken");
      };
    },
  },
  "a long text, and a server that pauses at each piece": {
    server: (p) => {
      p.onData = ({ transport }) => {
        transport.pauseProducing();
        setImmediate(() => transport.resumeProducing());
      };
    },
    client: (p) => {
      p.onMade = ({ transport }) => {
        transport.write(LONG);
        transport.loseConnection();
      };
    },
  },
  "a producer that pulls": {
    client: (p) => {
      p.onMade = ({ transport }) => {
        transport.registerProducer(new NonStreamingProducer(transport), false);
        transport.loseConnection();
      };
    },
  },
  "a producer that pushes": {
    client: (p) => {
      p.onMade = ({ transport }) => {
        const state = { left: 20, paused: false };
        const produce = (): void => {
          for (; !state.paused && state.left > 0; state.left--) transport.write(LONG.slice(0, 100_000));
          if (state.left === 0) transport.unregisterProducer();
        };
        const producer = {
          pauseProducing: () => (state.paused = true),
          resumeProducing: () => {
            state.paused = false;
            produce();
          },
          stopProducing: () => assert.fail("nobody closes before the end"),
        };
        transport.registerProducer(producer, true);
        produce();
        transport.loseConnection();
      };
    },
  },
};

/** What an end was told. */
function toldTo(protocol: Recorder): object {
  const { events, text, reason } = protocol;
  return { events, text: text.replace(LONG, "the long text"), length: text.length, reason };
}

async function overTCP(scenario: Scenario): Promise<object> {
  return running(
    () => new NodeReactor(),
    async (reactor) => {
      const servers = new RecordingFactory(scenario.server, scenario.Server);
      const clients = new RecordingClientFactory(scenario.client, scenario.Client);
      const port = reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
      await port.whenListening();
      reactor.connectTCP("127.0.0.1", (port.getHost() as IPv4Address).port, clients);
      const ended = ({ protocols: [first] }: { readonly protocols: readonly Recorder[] }) => first?.lost !== undefined;
      await until(() => ended(servers) && ended(clients), "both ends to be closed");
      return { server: toldTo(servers.only), client: toldTo(clients.protocols[0]!) };
    },
  );
}

async function inMemory(scenario: Scenario, options: ConnectedPairOptions): Promise<object> {
  const { Server = Recorder, Client = Recorder } = scenario;
  const [server, client] = [new Server(), new Client()];
  scenario.server?.(server);
  scenario.client?.(client);
  connectedPair(server, client, options);
  await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be closed");
  return { server: toldTo(server), client: toldTo(client) };
}

describe("connectedPair, tells both ends what TCP tells them", () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    test(name, async (t) => {
      const logs = capturedLogs();
      t.after(() => logs.stop());
      const expected = await overTCP(scenario);
      assert.deepEqual(await inMemory(scenario, {}), expected);
      assert.deepEqual(await inMemory(scenario, { chunkSize: 100, windowSize: 1000 }), expected);
    });
  }
});
