import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InvalidStateError } from "../../../src/errors.ts";
import { UNIXAddress } from "../../../src/transport/address.ts";
import {
  CannotListenError,
  ConnectError,
  MessageLengthError,
  NotListeningError,
} from "../../../src/transport/errors.ts";
import { until } from "../../conformance/running.ts";
import "../../support/quiet-logs.ts";
import { QuietUNIX } from "../../support/unix-datagrams.ts";
import { runs, skip } from "./over-core.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

let names = 0;
function newPath(): string {
  return join(folder, `s${++names}`);
}

test("listenUNIXDatagram, makes a file, receives from paths and answers them", { skip }, () =>
  runs(async (reactor) => {
    const [path, other] = [newPath(), newPath()];
    const server = new QuietUNIX();
    const port = reactor.listenUNIXDatagram(path, server, { mode: 0o600 });
    assert.equal(await port.whenListening(), port);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(port.getHost().name, path);
    const client = new QuietUNIX();
    const sender = reactor.listenUNIXDatagram(other, client);
    sender.write("hello", path);
    await until(() => server.received.length === 1, "the datagram");
    assert.deepEqual([server.received, server.from], [["hello"], [other]]);
    port.write(Buffer.from("and you"), new UNIXAddress(server.from[0]!));
    await until(() => client.received.length === 1, "the answer");
    await port.stopListening();
    assert.ok(server.stopped && !existsSync(path), "its file goes with it");
    assert.throws(() => port.write("x", other), NotListeningError);
  }),
);

test("connectUNIXDatagram, talks to its peer alone, by whatever name it has itself", { skip }, () =>
  runs(async (reactor) => {
    const [path, own] = [newPath(), newPath()];
    const server = new QuietUNIX();
    const port = reactor.listenUNIXDatagram(path, server);
    const nameless = reactor.connectUNIXDatagram(path, new QuietUNIX());
    nameless.write("from nobody");
    const client = new QuietUNIX();
    const bound = reactor.connectUNIXDatagram(path, client, { bindAddress: own });
    bound.write("from somebody");
    bound.write("with its address", path);
    await until(() => server.received.length === 3, "the datagrams");
    assert.deepEqual(server.from, [null, own, own]);
    assert.deepEqual([nameless.getHost().name, bound.getHost().name, bound.getPeer().name], [null, own, path]);
    port.write("answer", own);
    await until(() => client.received.length === 1, "the answer");
    assert.deepEqual([client.received, client.from], [["answer"], [path]]);
    assert.throws(() => bound.write("x", "/somewhere/else"), InvalidStateError);
    assert.throws(() => port.getPeer(), InvalidStateError);
  }),
);

test("connectUNIXDatagram, to nobody, tells the protocol and leaves no file", { skip }, () =>
  runs(async (reactor) => {
    const own = newPath();
    const client = new QuietUNIX();
    const port = reactor.connectUNIXDatagram(newPath(), client, { bindAddress: own });
    assert.equal(client.failures.length, 1);
    assert.ok(client.failures[0]!.value instanceof ConnectError);
    assert.ok(!existsSync(own));
    assert.throws(() => port.write("x"), NotListeningError);
    const taken = newPath();
    reactor.listenUNIXDatagram(taken, new QuietUNIX());
    reactor.connectUNIXDatagram(taken, client, { bindAddress: taken });
    assert.ok(client.failures[1]!.value instanceof CannotListenError);
    assert.ok(existsSync(taken), "the file of the other is left alone");
  }),
);

test("connectUNIXDatagram, an error of startProtocol, goes to the caller", { skip }, () =>
  runs(async (reactor) => {
    class Broken extends QuietUNIX {
      override startProtocol(): void {
        throw new RangeError("broken");
      }
    }
    const path = newPath();
    reactor.listenUNIXDatagram(path, new QuietUNIX());
    assert.throws(() => reactor.connectUNIXDatagram(path, new Broken()), RangeError);
  }),
);

test("a connected port, whose peer has gone, hears of it", { skip }, () =>
  runs(async (reactor) => {
    const path = newPath();
    const port = reactor.listenUNIXDatagram(path, new QuietUNIX());
    const client = new QuietUNIX();
    const connected = reactor.connectUNIXDatagram(path, client);
    await port.stopListening();
    connected.write("anybody?");
    await until(() => client.refused === 1, "the refusal");
  }),
);

test("a connected port, whose peer has no room, waits for it and keeps the order", { skip }, () =>
  runs(async (reactor) => {
    const path = newPath();
    const server = new QuietUNIX();
    reactor.listenUNIXDatagram(path, server);
    const connected = reactor.connectUNIXDatagram(path, new QuietUNIX());
    for (let n = 0; n < 200; n++) connected.write(String(n));
    await until(() => server.received.length === 200, "all datagrams");
    assert.deepEqual(
      server.received,
      Array.from({ length: 200 }, (_, n) => String(n)),
    );
  }),
);

test("abstract names, are bound without a file", { skip }, () =>
  runs(async (reactor) => {
    const name = `\0hawser-${process.pid}-datagrams`;
    const server = new QuietUNIX();
    const port = reactor.listenUNIXDatagram(name, server);
    assert.equal(port.getHost().name, name);
    reactor.connectUNIXDatagram(name, new QuietUNIX()).write("x");
    await until(() => server.received.length === 1, "the datagram");
  }),
);

test("listenUNIXDatagram, refuses what cannot be", { skip }, () =>
  runs(async (reactor) => {
    const path = newPath();
    const port = reactor.listenUNIXDatagram(path, new QuietUNIX());
    assert.throws(() => reactor.listenUNIXDatagram(path, new QuietUNIX()), CannotListenError);
    assert.throws(() => reactor.listenUNIXDatagram("", new QuietUNIX()), /expected a path/);
    assert.throws(() => reactor.connectUNIXDatagram(path, new QuietUNIX(), { bindAddress: "" }), /expected a path/);
    assert.throws(() => reactor.listenUNIXDatagram("x".repeat(200), new QuietUNIX()), /ENAMETOOLONG/);
    assert.throws(() => port.write("x"), /expected the path of a UNIX socket/);
    assert.throws(() => port.write(7 as unknown as string, path), /Cannot send 7: expected a string or a Uint8Array/);
    assert.throws(() => port.write(Buffer.alloc(65_537), path), MessageLengthError);
    assert.match(String(port), /^<QuietUNIX on ".*">$/);
  }),
);

test("a datagram that nobody takes, and a protocol that throws, are no reason to close the port", { skip }, () =>
  runs(async (reactor) => {
    class Thrower extends QuietUNIX {
      override datagramReceived(datagram: Buffer, address: UNIXAddress): void {
        super.datagramReceived(datagram, address);
        throw new RangeError("not again");
      }
    }
    const path = newPath();
    const server = new Thrower();
    const port = reactor.listenUNIXDatagram(path, server);
    port.write("nobody", newPath());
    port.write("one", path);
    port.write("two", path);
    await until(() => server.received.length === 2, "both");
  }),
);
