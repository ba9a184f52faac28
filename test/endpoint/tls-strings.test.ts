import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { quoteStringArgument } from "../../src/endpoint/parse.ts";
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import type { ContextFactory } from "../../src/tls/context-factory.ts";
import { signedFor } from "../support/authority.ts";
import "../support/quiet-logs.ts";
import { ListenerFactory } from "./attempts.ts";

// Over real sockets: tls-suite.ts.

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));
const server = signedFor(["localhost"]);
writeFileSync(join(folder, "server.pem"), server.dumpPEM());
writeFileSync(join(folder, "other.key"), signedFor(["other"]).privateKey.dumpPEM());
writeFileSync(join(folder, "empty.pem"), "nothing");
mkdirSync(join(folder, "nobody"));
writeFileSync(join(folder, "nobody", "x.pem"), "nothing");
const file = (name: string): string => quoteStringArgument(join(folder, name));
const PEM = file("server.pem");

function complaint(side: "server" | "client", description: string): string {
  const reactor = new MemoryReactorClock();
  let message = "nothing was thrown";
  assert.throws(
    () => (side === "server" ? serverFromString(reactor, description) : clientFromString(reactor, description)),
    (error: Error) => {
      message = error.message;
      return error instanceof EndpointDescriptionError;
    },
    description,
  );
  return message;
}

test("serverFromString, ssl:, has port, interface, backlog and a certificate", () => {
  const reactor = new MemoryReactorClock();
  const factory = new ListenerFactory();
  const text = `ssl:8443:privateKey=${PEM}:interface=127.0.0.1:backlog=7:sslmethod=SSLv23_METHOD`;
  successResultOf(serverFromString(reactor, text).listen(factory));
  const { contextFactory, ...request } = reactor.sslServers[0]!;
  assert.deepEqual(request, { port: 8443, factory, interface: "127.0.0.1", backlog: 7 });
  const context = (contextFactory as ContextFactory).contextFor("server");
  assert.equal(context.privateKey, server.privateKey.dumpPEM());
  assert.deepEqual([context.minVersion, context.maxVersion], ["TLSv1.2", "TLSv1.3"]);
});

test("serverFromString, ssl:, the file is server.pem where nothing is said", () => {
  assert.match(complaint("server", "ssl:8443"), /ENOENT: no such file or directory, open 'server.pem'/);
});

test("serverFromString, tls:, listens below on the port, or on another endpoint", () => {
  const reactor = new MemoryReactorClock();
  const factory = new ListenerFactory();
  successResultOf(serverFromString(reactor, `tls:8443:certKey=${PEM}:interface=127.0.0.1`).listen(factory));
  const { port, interface: address } = reactor.tcpServers[0]!;
  assert.deepEqual([port, address], [8443, "127.0.0.1"]);
  const nested = quoteStringArgument("tcp6:8444");
  successResultOf(serverFromString(reactor, `tls:endpoint=${nested}:privateKey=${PEM}`).listen(factory));
  assert.equal(reactor.tcpServers[1]!.port, 8444);
});

test("clientFromString, ssl: and tls:, have host, port, timeout and bindAddress", () => {
  const reactor = new MemoryReactorClock();
  const factory = new ListenerFactory();
  for (const kind of ["ssl", "tls"]) {
    const connecting = clientFromString(reactor, `${kind}:192.0.2.1:443:timeout=7:bindAddress=127.0.0.1`).connect(
      factory,
    );
    connecting.addErrback(() => {});
    const { host, port, timeout, bindAddress } = (kind === "ssl" ? reactor.sslClients : reactor.tcpClients)[0]!;
    assert.deepEqual([host, port, timeout, bindAddress], ["192.0.2.1", 443, 7, { host: "127.0.0.1" }]);
    connecting.cancel();
  }
});

test("descriptions with TLS, what is wrong is named", () => {
  const cases: ["server" | "client", string, RegExp][] = [
    ["server", "ssl", /port is missing/],
    [
      "server",
      `ssl:443:${PEM}:sslmethod=SSLv3_METHOD`,
      /sslmethod is "SSLv3_METHOD", which is broken, and spoken by nobody/,
    ],
    ["server", `ssl:443:${PEM}:sslmethod=TLSv1_METHOD`, /expected one of SSLv23_METHOD, TLS_METHOD, TLSv1_2_METHOD/],
    ["server", `ssl:443:${PEM}:sslmethod=X`, /which there is not/],
    ["server", `ssl:443:${PEM}:extraCertChain=${file("empty.pem")}`, /which has no certificate/],
    ["server", `ssl:443:${PEM}:extraCertChain=${file("missing.pem")}`, /ENOENT/],
    ["server", `ssl:443:${PEM}:dhParameters=${file("empty.pem")}`, /which has none, expected Diffie-Hellman/],
    ["server", `ssl:443:${PEM}:trustRoots=${file("nobody")}`, /has no certificate of an authority/],
    ["server", `ssl:443:privateKey=${file("other.key")}:certKey=${PEM}`, /it is another one's/],
    ["server", `ssl:443:${file("empty.pem")}`, /there is no(?:ne| certificate)/],
    [
      "server",
      "tls:443",
      /it has no certificate, expected certificates=, a folder, or privateKey= and certKey=, files/,
    ],
    ["server", `tls:443:${file("nobody")}`, /there is no(?:ne| certificate)/],
    ["server", `tls:443:${file("")}:certKey=${PEM}`, /both certificates and privateKey or certKey/],
    ["server", `tls:443:certKey=${PEM}:endpoint=tcp\\:1`, /both endpoint and port/],
    ["server", `tls:certKey=${PEM}`, /port is missing/],
    ["server", `tls:certKey=${PEM}:endpoint=x\\:1`, /"x" is no kind of server endpoint/],
    ["client", "ssl:localhost", /port is missing/],
    ["client", "ssl:localhost:0", /port is "0"/],
    ["client", "tls:no host:1", /expected a host name or an IP address/],
    ["client", `tls:localhost:1:privateKey=${PEM}`, /it has privateKey and no certificate/],
    ["client", `ssl:localhost:1:privateKey=${PEM}`, /it has privateKey and no certKey/],
    ["client", `tls:localhost:1:trustRoots=${file("missing")}`, /ENOENT/],
    ["client", `tls:localhost:1:endpoint=x\\:1`, /"x" is no kind of client endpoint/],
  ];
  for (const [side, description, message] of cases) assert.match(complaint(side, description), message, description);
});
