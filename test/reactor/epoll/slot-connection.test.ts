import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, fstatSync, openSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, test } from "node:test";
import { RecordingFactory } from "../../conformance/stream-fixtures.ts";
import { Program } from "../../support/program.ts";
import { HOST, runs, skip } from "./over-core.ts";

/** The descriptor below a server or a socket of Node. */
function descriptorOf(owner: object): number {
  return (owner as { _handle: { fd: number } })._handle.fd;
}

describe("adoptStreamPort and adoptStreamConnection", { skip }, () => {
  test("of inherited descriptors, accept and serve", async () => {
    const server = createServer({ pauseOnConnect: true });
    server.listen(0, HOST);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = connect(port, HOST);
    const [accepted] = (await once(server, "connection")) as [Socket];
    const unwanted = connect(port, HOST);
    const [second] = (await once(server, "connection")) as [Socket];
    const unixServer = createServer({ pauseOnConnect: true }).listen(`\0hawser-adopt-${process.pid}`);
    await once(unixServer, "listening");
    const local = connect(`\0hawser-adopt-${process.pid}`);
    const [third] = (await once(unixServer, "connection")) as [Socket];
    const owners = [server, accepted, second, third];
    const program = new Program("test/reactor/epoll/adopt-program", [], {}, owners.map(descriptorOf));
    const { localPort } = client;
    await program.prints(
      new RegExp(
        `port IPv4Address\\(TCP, '127.0.0.1', ${port}\\) peer IPv4Address\\(TCP, '127.0.0.1', ${localPort}\\)`,
      ),
    );
    server.close();
    client.write("hello");
    assert.equal(String((await once(client, "data"))[0]), "hello");
    const late = connect(port, HOST);
    late.write("hello again");
    assert.equal(String((await once(late, "data"))[0]), "hello again");
    local.write("hello there");
    assert.equal(String((await once(local, "data"))[0]), "hello there");
    // The program has closed its copy; it is over when ours is closed too.
    second.destroy();
    await once(unwanted.resume(), "close");
    unixServer.close();
    for (const socket of [late, local, client, accepted, third]) socket.destroy();
    assert.equal(await program.stop(), 0);
  });

  test("of what is no such socket, are refused and leave it open", () =>
    runs(async (reactor) => {
      const file = openSync(process.execPath, "r");
      const server = createServer();
      server.listen(0, HOST);
      await once(server, "listening");
      const factory = new RecordingFactory();
      assert.throws(() => reactor.adoptStreamConnection(file, "ipv4", factory), { code: "ENOTSOCK", syscall: "adopt" });
      assert.throws(() => reactor.adoptStreamConnection(9999, "ipv4", factory), { code: "EBADF" });
      assert.throws(() => reactor.adoptStreamConnection(descriptorOf(server), "ipv4", factory), { code: "EINVAL" });
      assert.throws(
        () => reactor.adoptStreamPort(file, "ipv4", factory),
        (error: Error) => /descriptor \d+: .*ENOTSOCK/.test(error.message),
      );
      assert.ok(fstatSync(file).isFile());
      closeSync(file);
      server.close();
      assert.deepEqual(factory.protocols, []);
    }));
});
