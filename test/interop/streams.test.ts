/** Our streams with programs of others at the other end: nc, socat, Twisted. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { ListeningPort } from "../../src/transport/transport.ts";
import { running, until } from "../conformance/running.ts";
import { Recorder, RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const HOST = "127.0.0.1";

const netcat = peer("netcat");
const socat = peer("socat");
const twisted = peer("twisted");

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

/** A child process, what it prints, and its exit code once it has ended. */
class Child {
  readonly process: ChildProcessWithoutNullStreams;
  output = "";
  exitCode: number | null | undefined = undefined;

  constructor(command: string, args: readonly string[]) {
    this.process = spawn(command, args);
    this.process.stdout.on("data", (data: Buffer) => (this.output += data.toString()));
    this.process.stderr.on("data", (data: Buffer) => (this.output += data.toString()));
    this.process.on("close", (code) => (this.exitCode = code));
  }

  async ended(): Promise<void> {
    await until(() => this.exitCode !== undefined, `the end of ${this.process.spawnfile}`);
  }
}

function runs(body: (reactor: Reactor) => Promise<void>): Promise<void> {
  // As `streams-epoll.test.ts` says, for one.
  const Kind = process.env["HAWSER_REACTOR"] === "epoll" ? EpollReactor : NodeReactor;
  return running(() => new Kind(), body);
}

function portOf(port: ListeningPort): number {
  return (port.getHost() as InternetAddress).port;
}

async function listen(reactor: Reactor, factory: RecordingFactory): Promise<number> {
  return portOf(await reactor.listenTCP(0, factory, { interface: HOST }).whenListening());
}

/** A factory of protocols that answer each chunk with the same bytes. */
function echoes(): RecordingFactory {
  return new RecordingFactory((protocol) => (protocol.onData = ({ transport }, data) => transport.write(data)));
}

describe("streams with nc", () => {
  test("a client that sends and waits, gets its bytes back and a clean end", { skip: netcat.skip }, async () => {
    await runs(async (reactor) => {
      const servers = echoes();
      const number = await listen(reactor, servers);
      const child = new Child(netcat.command, ["-N", HOST, String(number)]);
      child.process.stdin.end("hello from nc\n");
      await child.ended();
      assert.equal(child.output, "hello from nc\n");
      await until(() => servers.only.lost !== undefined);
      assert.equal(servers.only.reason, "ConnectionDone");
    });
  });
});

describe("streams with socat", () => {
  test("a client of a UNIX socket, gets its bytes back", { skip: socat.skip }, async () => {
    await runs(async (reactor) => {
      const path = join(folder, "echo");
      await reactor.listenUNIX(path, echoes()).whenListening();
      const child = new Child(socat.command, ["-t", "10", "-", `UNIX-CONNECT:${path}`]);
      child.process.stdin.end("hello from socat\n");
      await child.ended();
      assert.equal(child.output, "hello from socat\n");
    });
  });

  test("a megabyte through its TCP server and cat, comes back whole", { skip: socat.skip }, async () => {
    await runs(async (reactor) => {
      const child = new Child(socat.command, ["-d", "-d", `TCP-LISTEN:0,bind=${HOST}`, "EXEC:cat"]);
      await until(() => /listening on/.test(child.output), "socat to listen");
      const number = Number(/listening on .*:(\d+)/.exec(child.output)?.[1]);
      const bytes = Buffer.alloc(1024 * 1024, "0123456789abcdef");
      const clients = new RecordingClientFactory();
      reactor.connectTCP(HOST, number, clients);
      await until(() => clients.protocols.length === 1);
      clients.only.transport.write(bytes);
      await until(() => clients.only.received.length === bytes.length, "all bytes");
      assert.ok(clients.only.received.equals(bytes));
      clients.only.transport.loseConnection();
      await child.ended();
    });
  });
});

const TWISTED_SERVER = `
import sys
from twisted.internet import protocol, reactor
class Echo(protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(data.upper())
    def connectionLost(self, reason):
        print("lost", reason.type.__name__)
        reactor.callLater(0, reactor.stop)
port = reactor.listenTCP(0, protocol.Factory.forProtocol(Echo), interface="127.0.0.1")
print("port", port.getHost().port)
sys.stdout.flush()
reactor.run()
`;

const TWISTED_CLIENT = `
import sys
from twisted.internet import protocol, reactor
class Client(protocol.Protocol):
    answer = b""
    def connectionMade(self):
        self.transport.write(b"x" * 300000)
    def dataReceived(self, data):
        self.answer += data
        if len(self.answer) == 300000:
            self.transport.loseConnection()
    def connectionLost(self, reason):
        print(len(self.answer), reason.type.__name__)
        reactor.stop()
factory = protocol.ClientFactory.forProtocol(Client)
reactor.connectTCP("127.0.0.1", int(sys.argv[1]), factory)
reactor.run()
`;

describe("streams with Twisted", () => {
  test("its server, answers our client", { skip: twisted.skip }, async () => {
    await runs(async (reactor) => {
      const child = new Child(twisted.command, ["-c", TWISTED_SERVER]);
      await until(() => child.output.includes("\n"), "Twisted to listen");
      const clients = new RecordingClientFactory();
      reactor.connectTCP(HOST, Number(/port (\d+)/.exec(child.output)?.[1]), clients);
      await until(() => clients.protocols.length === 1);
      clients.only.transport.write("shout");
      await until(() => clients.only.text === "SHOUT", "the answer");
      clients.only.transport.loseConnection();
      await child.ended();
      assert.match(child.output, /lost ConnectionDone/);
    });
  });

  test("its client, is answered by our server", { skip: twisted.skip }, async () => {
    await runs(async (reactor) => {
      const servers = echoes();
      const child = new Child(twisted.command, ["-c", TWISTED_CLIENT, String(await listen(reactor, servers))]);
      await child.ended();
      assert.equal(child.output, "300000 ConnectionDone\n");
      await until(() => servers.only.lost !== undefined);
      assert.equal(servers.only.reason, "ConnectionDone");
    });
  });

  test("a connection that it aborts, is lost", { skip: twisted.skip }, async () => {
    await runs(async (reactor) => {
      const servers = new RecordingFactory();
      const program = TWISTED_CLIENT.replace('self.transport.write(b"x" * 300000)', "self.transport.abortConnection()");
      const child = new Child(twisted.command, ["-c", program, String(await listen(reactor, servers))]);
      await child.ended();
      await until(() => servers.protocols[0]?.lost !== undefined, "the server to see it");
      assert.ok(servers.only instanceof Recorder);
      assert.equal(servers.only.reason, "ConnectionLost");
    });
  });
});
