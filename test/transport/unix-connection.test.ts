/** What UNIX connections carry beside bytes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { UNIXTransport } from "../../src/transport/transport.ts";
import { running, until } from "../conformance/running.ts";
import { Recorder, RecordingClientFactory, RecordingFactory, listening } from "../conformance/stream-fixtures.ts";
import { runs, skip } from "../reactor/epoll/over-core.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
const path = join(folder, "socket");
const file = join(folder, "file");
writeFileSync(file, "what is in the file");
after(() => rmSync(folder, { recursive: true }));

/** Takes descriptors, says what is in them, and closes them. */
class Taker extends Recorder {
  readonly descriptors: number[] = [];

  fileDescriptorReceived(fd: number): void {
    this.descriptors.push(fd);
    this.events.push(`descriptor ${readFileSync(fd, "utf8")}`);
    closeSync(fd);
  }

  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.events.push(`data ${data.toString().slice(0, 10)}`);
  }
}

async function pair(reactor: Reactor, Class: new () => Recorder): Promise<[Recorder, Recorder]> {
  const servers = new RecordingFactory(() => {}, Class);
  const clients = new RecordingClientFactory();
  await listening(() => reactor.listenUNIX(path, servers));
  reactor.connectUNIX(path, clients);
  await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "the connection");
  return [servers.only, clients.only];
}

function unix(protocol: Recorder): UNIXTransport {
  return protocol.transport as unknown as UNIXTransport;
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function withFile(body: (fd: number) => void): void {
  const fd = openSync(file, "r");
  try {
    body(fd);
  } finally {
    closeSync(fd);
  }
}

describe("UNIXConnection, on the epoll reactor", { skip }, () => {
  test("getPeerCredentials, tells who is at the other end, at both ends", () =>
    runs(async (reactor) => {
      for (const protocol of await pair(reactor, Recorder)) {
        assert.deepEqual(unix(protocol).getPeerCredentials(), {
          pid: process.pid,
          uid: process.getuid!(),
          gid: process.getgid!(),
        });
      }
    }));

  test("sendFileDescriptor, goes with bytes that are written before or after, which come second; the sender may close", () =>
    runs(async (reactor) => {
      const [server, client] = (await pair(reactor, Taker)) as [Taker, Recorder];
      client.transport.write("before");
      withFile((fd) => unix(client).sendFileDescriptor(fd));
      await until(() => server.events.length === 3, "the first");
      withFile((fd) => unix(client).sendFileDescriptor(fd));
      withFile((fd) => unix(client).sendFileDescriptor(fd));
      client.transport.write("after");
      await until(() => server.events.length === 6, "the others");
      assert.deepEqual(server.events, [
        "made",
        "descriptor what is in the file",
        "data before",
        "descriptor what is in the file",
        "descriptor what is in the file",
        "data after",
      ]);
      client.transport.write("more");
      await until(() => server.text.endsWith("more"), "bytes alone");
    }));

  test("a peer that is busy, gets the descriptors with the first bytes that find room", () =>
    runs(async (reactor) => {
      const [server, client] = (await pair(reactor, Taker)) as [Taker, Recorder];
      server.transport.pauseProducing();
      client.transport.write(Buffer.alloc(1_000_000, "x"));
      withFile((fd) => unix(client).sendFileDescriptor(fd));
      client.transport.write("end");
      server.transport.resumeProducing();
      await until(() => server.text.endsWith("end"), "the bytes");
      assert.equal(server.received.length, 1_000_003);
      assert.equal(server.descriptors.length, 1);
    }));

  test("descriptors that nobody takes, or whose protocol throws, are closed", () =>
    runs(async (reactor) => {
      const before = openDescriptors();
      const [server, client] = await pair(reactor, Recorder);
      const open = openDescriptors();
      assert.ok(open > before);
      for (let n = 0; n < 20; n++) {
        withFile((fd) => unix(client).sendFileDescriptor(fd));
        client.transport.write("x");
      }
      await until(() => server.received.length === 20, "the bytes");
      await until(() => openDescriptors() === open, "the end of the descriptors");
      client.transport.loseConnection();
      await until(() => server.lost !== undefined);
    }));

  test("descriptors without bytes, wait up to 64, and are dropped with the connection", () =>
    runs(async (reactor) => {
      const [server, client] = await pair(reactor, Taker);
      const open = openDescriptors();
      withFile((fd) => {
        for (let n = 0; n < 64; n++) unix(client).sendFileDescriptor(fd);
        assert.throws(
          () => unix(client).sendFileDescriptor(fd),
          /Cannot send a descriptor: 64 wait for bytes to go with, expected fewer/,
        );
      });
      assert.equal(openDescriptors(), open + 64);
      client.transport.loseConnection();
      await until(() => server.lost !== undefined && openDescriptors() <= open, "the end");
      assert.deepEqual((server as Taker).descriptors, []);
      withFile((fd) => unix(client).sendFileDescriptor(fd));
      assert.throws(() => unix(client).sendFileDescriptor(-1), RangeError);
    }));

  test("a descriptor that is none, is refused with the system's error", () =>
    runs(async (reactor) => {
      const [, client] = await pair(reactor, Recorder);
      assert.throws(() => unix(client).sendFileDescriptor(9999), { code: "EBADF", syscall: "fcntl" });
    }));

  test("a program of Python's, sends many at once and gets one", { skip: peer("twisted").skip }, async () => {
    await runs(async (reactor) => {
      const servers = new RecordingFactory(() => {}, Taker);
      await listening(() => reactor.listenUNIX(path, servers));
      const program = `import array, os, socket
s = socket.socket(socket.AF_UNIX)
s.connect(${JSON.stringify(path)})
fds = [os.open(${JSON.stringify(file)}, os.O_RDONLY) for _ in range(200)]
s.sendmsg([b"many"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])
data, ancillary, flags, _ = s.recvmsg(10, socket.CMSG_SPACE(4))
print(data.decode(), os.read(array.array("i", ancillary[0][2])[0], 100).decode())
`;
      const python = spawn(peer("twisted").command, ["-c", program], { stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      python.stdout.on("data", (data: Buffer) => (said += data.toString()));
      await until(() => servers.protocols[0]?.text === "many", "the descriptors");
      assert.equal((servers.only as Taker).descriptors.length, 200);
      withFile((fd) => unix(servers.only).sendFileDescriptor(fd));
      servers.only.transport.write("one");
      await until(() => said.endsWith("\n"), "the answer");
      assert.equal(said, "one what is in the file\n");
    });
  });
});

describe("UNIXConnection, on the node reactor", () => {
  test("credentials and descriptors, are refused", () =>
    running(
      () => new NodeReactor(),
      async (reactor) => {
        const [, client] = await pair(reactor, Recorder);
        assert.throws(() => unix(client).getPeerCredentials(), NotSupportedByReactorError);
        assert.throws(() => unix(client).sendFileDescriptor(0), /no means for it, use the epoll reactor/);
      },
    ));
});
