/** What is special to the node reactor: what it refuses, and descriptors of others. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { NotSupportedByReactorError } from "../../../src/reactor/errors.ts";
import { NodeReactor } from "../../../src/reactor/node/node-reactor.ts";
import { running, until } from "../../conformance/running.ts";
import { RecordingFactory } from "../../conformance/stream-fixtures.ts";
import { Program } from "../../support/program.ts";
import "../../support/quiet-logs.ts";

/** The descriptor below a server or a socket of Node. */
function descriptorOf(owner: object): number {
  return (owner as { _handle: { fd: number } })._handle.fd;
}

test("NodeReactor, refuses what Node has no means for, and says who has", () => {
  const reactor = new NodeReactor();
  const refused = [
    "addReader",
    "addWriter",
    "removeReader",
    "removeWriter",
    "listenUNIXDatagram",
    "connectUNIXDatagram",
  ] as const;
  for (const method of refused) {
    assert.throws(
      () => (reactor[method] as () => unknown).call(reactor),
      (error: Error) =>
        error instanceof NotSupportedByReactorError && error.message.startsWith(`Cannot ${method}: the node`),
    );
  }
  assert.deepEqual([reactor.getReaders(), reactor.getWriters(), reactor.removeAll()], [[], [], []]);
});

test("NodeReactor.adoptStreamPort, accepts on a descriptor that was opened by somebody else", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: number } = server.address() as AddressInfo;
  const program = new Program("test/support/adopt", [], {}, [descriptorOf(server)]);
  assert.equal((await program.prints(/.+/))[0], `IPv4Address(TCP, '127.0.0.1', ${number})`);
  // From now on only the program accepts.
  server.close();
  const client = connect(number, "127.0.0.1");
  client.write("hello");
  const [data] = (await once(client, "data")) as [Buffer];
  assert.equal(data.toString(), "hello");
  client.destroy();
  assert.equal(await program.stop(), 0);
});

test("NodeReactor.adoptStreamConnection, gives a connected descriptor to a protocol", async () => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  await running(
    () => new NodeReactor(),
    async (reactor) => {
      const factory = new RecordingFactory((p) => (p.onData = ({ transport }, data) => transport.write(data)));
      reactor.adoptStreamConnection(descriptorOf(accepted), "ipv4", factory);
      client.write("hello");
      const [data] = (await once(client, "data")) as [Buffer];
      assert.equal(data.toString(), "hello");
      client.destroy();
      await until(() => factory.only.lost !== undefined);
    },
  );
  accepted.on("error", () => {});
  accepted.destroy();
  server.close();
});

test("NodeReactor, refuses descriptors that are none", () => {
  const reactor = new NodeReactor();
  const factory = new RecordingFactory();
  assert.throws(() => reactor.adoptStreamPort(-1, "ipv4", factory), RangeError);
  assert.throws(() => reactor.adoptStreamConnection(1.5, "ipv4", factory), RangeError);
});
