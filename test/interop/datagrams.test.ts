/** Our datagrams with programs of others at the other end: nc, socat, Twisted. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { DatagramRecorder, HOST, HOST6, at, recorderOn } from "../conformance/datagram-fixtures.ts";
import { probeMulticast } from "../conformance/multicast.ts";
import { running, until } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const netcat = peer("netcat");
const socat = peer("socat");
const twisted = peer("twisted");
const GROUP = "239.255.83.18";

interface Child {
  readonly input: (text: string) => void;
  /** Waits until it has printed `pattern`. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Runs `body` beside a program of others, which is ended afterwards. */
async function beside(command: string, args: readonly string[], body: (child: Child) => Promise<void>): Promise<void> {
  const process = spawn(command, args);
  let output = "";
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("data", (data: Buffer) => (output += data.toString()));
  }
  const ended = once(process, "close");
  try {
    await body({
      input: (text) => void process.stdin.write(text),
      printed: async (pattern) => {
        await until(() => pattern.test(output) || process.exitCode !== null, `${command} to print ${pattern}`);
        return pattern.exec(output) ?? assert.fail(`${command} ended with: ${output}`);
      },
    });
  } finally {
    process.kill();
    await ended;
  }
}

function runs(body: (reactor: Reactor) => Promise<void>): Promise<void> {
  return running(() => new NodeReactor(), body);
}

/** An echo server that shouts. */
function shouter(reactor: Reactor, host: string = HOST): DatagramRecorder {
  const server = recorderOn(reactor, host);
  server.onDatagram = ({ transport }, datagram, address) => transport.write(datagram.toString().toUpperCase(), address);
  return server;
}

describe("datagrams with nc and socat", () => {
  test("nc, gets its answers", { skip: netcat.skip }, async () => {
    await runs(async (reactor) => {
      const { port } = shouter(reactor).transport.getHost();
      await beside(netcat.command, ["-u", HOST, String(port)], async ({ input, printed }) => {
        input("hello\n");
        await printed(/^HELLO\n$/);
        input("again\n");
        await printed(/^HELLO\nAGAIN\n$/);
      });
    });
  });

  test("socat over IPv6, gets its answer", { skip: socat.skip }, async () => {
    await runs(async (reactor) => {
      const { port } = shouter(reactor, HOST6).transport.getHost();
      await beside(socat.command, ["-", `UDP6:[${HOST6}]:${port}`], async ({ input, printed }) => {
        input("hello\n");
        await printed(/^HELLO\n$/);
      });
    });
  });
});

const TWISTED_MEMBER = `
import sys
from twisted.internet import protocol, reactor
class Member(protocol.DatagramProtocol):
    def datagramReceived(self, data, address):
        self.transport.write(data.upper(), address)
port = reactor.listenMulticast(int(sys.argv[1]), Member(), listenMultiple=True)
d = port.joinGroup(sys.argv[2], "127.0.0.1") if len(sys.argv) > 2 else None
print("port", port.getHost().port)
sys.stdout.flush()
reactor.run()
`;

const TWISTED_CLIENT = `
import sys
from twisted.internet import protocol, reactor
class Client(protocol.DatagramProtocol):
    def startProtocol(self):
        self.transport.connect("127.0.0.1", int(sys.argv[1]))
        self.transport.write(b"hello")
    def datagramReceived(self, data, address):
        print(data.decode(), address == ("127.0.0.1", int(sys.argv[1])))
        sys.stdout.flush()
reactor.listenUDP(0, Client())
reactor.run()
`;

describe("datagrams with Twisted", async () => {
  test("its server, answers our connected client", { skip: twisted.skip }, async () => {
    await runs(async (reactor) => {
      await beside(twisted.command, ["-c", TWISTED_MEMBER, "0"], async ({ printed }) => {
        const client = recorderOn(reactor);
        client.transport.connect(HOST, Number((await printed(/port (\d+)/))[1]));
        client.transport.write("shout");
        await until(() => client.datagrams.length > 0, "the answer");
        assert.deepEqual(client.texts, ["SHOUT"]);
      });
    });
  });

  test("its connected client, is answered by our server", { skip: twisted.skip }, async () => {
    await runs(async (reactor) => {
      const { port } = shouter(reactor).transport.getHost();
      await beside(twisted.command, ["-c", TWISTED_CLIENT, String(port)], async ({ printed }) => {
        await printed(/^HELLO True\n$/);
      });
    });
  });

  test(
    "its member of a group, shares our port and hears the same",
    { skip: twisted.skip || (await probeMulticast()) },
    async () => {
      await runs(async (reactor) => {
        const member = new DatagramRecorder();
        reactor.listenMulticast(0, member, { listenMultiple: true });
        await member.transport.joinGroup(GROUP, HOST);
        const { port } = member.transport.getHost();
        await beside(twisted.command, ["-c", TWISTED_MEMBER, String(port), GROUP], async ({ printed }) => {
          await printed(/port/);
          const client = recorderOn(reactor, "0.0.0.0");
          await client.transport.setOutgoingInterface(HOST);
          client.transport.write("to all", at(port, GROUP));
          await until(() => client.datagrams.length > 0, "the answer");
          assert.deepEqual([client.texts, member.texts], [["TO ALL"], ["to all"]]);
        });
      });
    },
  );
});
