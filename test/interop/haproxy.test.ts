/** The PROXY protocol with those who speak it: HAProxy and curl, which send it, and Twisted, which reads it. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { ipAddressBytes, ipAddressText } from "../../src/bytes/ip-address.ts";
import { quoteStringArgument } from "../../src/endpoint/parse.ts";
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { wrapClientTLS } from "../../src/endpoint/tls.ts";
import { proxyHeaderOf } from "../../src/protocol/haproxy/proxy-factory.ts";
import { InvalidProxyHeaderError } from "../../src/protocol/haproxy/wire/errors.ts";
import { ProxyHeaderReader } from "../../src/protocol/haproxy/wire/proxy-header-reader.ts";
import type { ProxyAddress, ProxyHeader } from "../../src/protocol/haproxy/wire/proxy-header.ts";
import { formatVersion1 } from "../../src/protocol/haproxy/wire/version-1.ts";
import { formatVersion2 } from "../../src/protocol/haproxy/wire/version-2.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import { authority, signedFor } from "../support/authority.ts";
import { peer } from "../support/peers.ts";
import { proxyAddresses } from "../support/proxy-headers.ts";
import "../support/quiet-logs.ts";

const HOST = "127.0.0.1";
const haproxy = peer("haproxy");
const curl = peer("curl");
const twisted = peer("twisted");

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));
const certificate = join(folder, "server.pem");
writeFileSync(certificate, signedFor(["localhost"]).dumpPEM());

const reactors = [["node", () => new NodeReactor()] as const, ["epoll", () => new EpollReactor()] as const].filter(
  ([kind]) => kind === "node" || loadNativeCore() !== null,
);

/** HAProxy with a port in front of a server; it is given the socket, so that nobody has to guess a free port. */
async function startProxy(port: number, send: string): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const socket: Server = createServer();
  await new Promise<void>((resolve) => socket.listen(0, HOST, resolve));
  const { port: own } = socket.address() as AddressInfo;
  const { fd } = (socket as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const path = join(folder, `haproxy-${own}.cfg`);
  const times = ["timeout connect 5s", "timeout client 5s", "timeout server 5s"];
  writeFileSync(
    path,
    `global\n  maxconn 16\ndefaults\n  mode tcp\n  ${times.join("\n  ")}\nlisten here\n  bind fd@3\n  server there ${HOST}:${port} ${send}\n`,
  );
  const child: ChildProcess = spawn(haproxy.command, ["-db", "-f", path], { stdio: ["ignore", "pipe", "pipe", fd] });
  socket.close();
  let output = "";
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    port: own,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      assert.ok(!output.includes("[ALERT]"), output);
    },
  };
}

function echo(): RecordingFactory {
  return new RecordingFactory((protocol) => (protocol.onData = ({ transport }, data) => transport.write(data)));
}

for (const [kind, makeReactor] of reactors) {
  describe(`the PROXY protocol with HAProxy, on the ${kind} reactor`, { skip: haproxy.skip }, () => {
    for (const [send, version] of [
      ["send-proxy", 1],
      ["send-proxy-v2", 2],
      ["send-proxy-v2 proxy-v2-options unique-id,crc32c", 2],
    ] as const) {
      for (const secure of [false, true]) {
        test(`${send}${secure ? ", before TLS" : ""}: the server sees whom the proxy sees`, () =>
          running(makeReactor, async (reactor) => {
            const servers = echo();
            const below = secure ? `tls:0:certKey=${quoteStringArgument(certificate)}` : "tcp:0";
            const port = await serverFromString(reactor, `haproxy:${below}:interface=${HOST}`).listen(servers);
            const proxy = await startProxy((port.getHost() as InternetAddress).port, send);
            try {
              const direct = new TCP4ClientEndpoint(reactor, HOST, proxy.port);
              const creator = optionsForClientTLS("localhost", { trustRoot: authority });
              const client = await (secure ? wrapClientTLS(creator, direct) : direct).connect(new RecordingFactory());
              client.transport.write("hello");
              await until(() => client.text === "hello" || client.lost !== undefined, "the echo");
              assert.equal(client.text, "hello", client.reason);
              const { transport } = servers.only;
              assert.ok(transport.getPeer().equals(client.transport.getHost()));
              assert.ok(transport.getHost().equals(client.transport.getPeer()));
              assert.equal(proxyHeaderOf(transport)?.version, version);
              assert.equal(
                proxyHeaderOf(transport)?.tlvs.some(({ type }) => type === 3),
                send.includes("crc32c"),
              );
              client.transport.loseConnection();
              await until(() => client.lost !== undefined && servers.only.lost !== undefined, "the end");
            } finally {
              await proxy.stop();
            }
          }));
      }
    }
  });

  test(`curl --haproxy-protocol, on the ${kind} reactor, over http and https`, { skip: curl.skip }, () =>
    running(makeReactor, async (reactor) => {
      for (const scheme of ["http", "https"]) {
        const servers = new RecordingFactory((protocol) => {
          protocol.onData = ({ transport, text }) => {
            if (!text.endsWith("\r\n\r\n")) return;
            const body = `You are ${transport.getPeer().port}`;
            transport.write(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
            transport.loseConnection();
          };
        });
        const below = scheme === "https" ? `tls:0:certKey=${quoteStringArgument(certificate)}` : "tcp:0";
        const port = await serverFromString(reactor, `haproxy:${below}:interface=${HOST}`).listen(servers);
        const url = `${scheme}://${HOST}:${(port.getHost() as InternetAddress).port}/`;
        const child = spawn(curl.command, ["-sSk", "--haproxy-protocol", "--write-out", " %{local_port}", url]);
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (data: Buffer) => (output += data.toString()));
        await new Promise((resolve) => child.on("close", resolve));
        const [, said, own] = /^You are (\d+) (\d+)$/.exec(output) ?? [];
        assert.ok(said !== undefined, output);
        assert.equal(said, own);
        assert.equal(proxyHeaderOf(servers.only.transport)?.version, 1);
      }
    }),
  );
}

/** What Twisted says about a header. */
type Answer =
  | { readonly error: string }
  | { readonly source: unknown[] | null; readonly destination: unknown[] | null; readonly rest: string };

describe("the PROXY protocol with Twisted's parsers", { skip: twisted.skip }, () => {
  const script = fileURLToPath(new URL("../../../test/interop/haproxy_headers.py", import.meta.url));

  function askTwisted(headers: readonly Buffer[]): Answer[] {
    const input = headers.map((header) => `${header.toString("hex")}\n`).join("");
    const { stdout, stderr } = spawnSync(twisted.command, [script], { input, encoding: "utf8", timeout: 60_000 });
    const answers = stdout.trim().split("\n");
    assert.equal(answers.length, headers.length, stderr);
    return answers.map((line) => JSON.parse(line) as Answer);
  }

  function read(header: Buffer): ProxyHeader | undefined {
    const reader = new ProxyHeaderReader();
    reader.receive(header);
    try {
      const event = reader.nextEvent();
      return event === "needData" ? undefined : event;
    } catch (error) {
      assert.ok(error instanceof InvalidProxyHeaderError);
      return undefined;
    }
  }

  function shown(address: ProxyAddress | undefined): unknown[] | null {
    if (address === undefined) return null;
    if (address.family === "unix") return ["unix", Buffer.from(address.name ?? "").toString("hex")];
    return [address.transport, address.host, address.port];
  }

  /** Twisted writes addresses of IPv6 without `::`. */
  function canonical(address: unknown[] | null): unknown[] | null {
    if (address === null || address[0] === "unix") return address;
    const bytes = ipAddressBytes(String(address[1]));
    return [address[0], bytes === undefined ? address[1] : ipAddressText(bytes), address[2]];
  }

  const lines = proxyAddresses(["ipv4", "ipv6"], ["TCP"]).map(([a, b]) => formatVersion1(a, b));
  const binaries = proxyAddresses(["ipv4", "ipv6", "unix"], ["TCP", "UDP"]).map(([a, b]) => formatVersion2(a, b));

  test("headers that are right say the same to both", () => {
    const headers = fc.sample(fc.oneof(lines, binaries), 400);
    for (const [index, answer] of askTwisted(headers).entries()) {
      const header = read(headers[index]!);
      assert.ok(header !== undefined && !("error" in answer), headers[index]!.toString("hex"));
      assert.deepEqual(canonical(answer.source), shown(header.source));
      assert.deepEqual(canonical(answer.destination), shown(header.destination));
    }
  });

  test("headers with a byte changed: what we take, Twisted takes as well, and it says the same", () => {
    const changed = fc.tuple(fc.oneof(lines, binaries), fc.nat(), fc.nat({ max: 255 })).map(([header, at, by]) => {
      const bytes = Buffer.from(header);
      bytes[at % bytes.length]! ^= by;
      return bytes;
    });
    const headers = fc.sample(changed, 1500);
    let taken = 0;
    for (const [index, answer] of askTwisted(headers).entries()) {
      const header = read(headers[index]!);
      if (header === undefined) continue;
      const hex = headers[index]!.toString("hex");
      // A path of Twisted's goes on behind its first zero.
      if (header.source?.family === "unix") continue;
      assert.ok(!("error" in answer), hex);
      taken++;
      assert.deepEqual(canonical(answer.source), shown(header.source), hex);
      assert.deepEqual(canonical(answer.destination), shown(header.destination), hex);
    }
    assert.ok(taken > 100, String(taken));
  });
});
