/** Lookup tables for Postfix: what our server says to any lines is what Twisted's says; and socat as a client. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Clock } from "../../src/clock/clock.ts";
import { PostfixTCPMapDeferringDictServerFactory } from "../../src/postfix/postfix-tcp-map-deferring-dict-server-factory.ts";
import { PostfixTCPMapDictServerFactory } from "../../src/postfix/postfix-tcp-map-dict-server-factory.ts";
import { PostfixTCPMapFactory } from "../../src/postfix/postfix-tcp-map-factory.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import { Random } from "./deferred-traces/random.ts";
import "../support/quiet-logs.ts";

const TABLE = { foo: "This is Foo", bar: " bar\r\n", "a b": "1", "%": "100%", ë: "caf\u00e9 ~/._-+&", empty: "" };
const PROGRAMS = 3000;

const twisted = peer("twisted");
const socat = peer("socat");
const postmap = peer("postmap");

function randomStream(seed: number): string {
  const random = new Random(seed);
  const word = (): string =>
    random.pick(["foo", "bar", "a%20b", "a b", "%25", "%c3%aB", "empty", "toString", "%", "%zz", "", "get"]);
  const lines = Array.from({ length: 1 + random.below(6) }, () => {
    const command = random.pick(["get", "get", "get", "put", "GET", "", "gets", "foo"]);
    const space = (): string => random.pick([" ", " ", "", "  ", "\t", "\r"]);
    return `${random.chance(0.1) ? space() : ""}${command}${space()}${word()}${random.chance(0.3) ? ` ${word()}` : ""}${random.chance(0.1) ? space() : ""}\n`;
  });
  return lines.join("");
}

test(
  `PostfixTCPMapServer, answers what Twisted's does, in ${PROGRAMS} random conversations`,
  { skip: twisted.skip },
  () => {
    const streams = Array.from({ length: PROGRAMS }, (_, seed) => randomStream(seed));
    const { status, stdout, stderr } = spawnSync(twisted.command, ["-B", pythonFile()], {
      input: JSON.stringify({ table: TABLE, streams }),
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const expected = JSON.parse(stdout) as string[];
    for (const Factory of [PostfixTCPMapDictServerFactory, PostfixTCPMapDeferringDictServerFactory]) {
      const factory = new Factory(new Clock(), TABLE);
      const answers = streams.map((stream) => {
        const transport = new StringTransport();
        const server = factory.buildProtocol(transport.getPeer());
        server.makeConnection(transport);
        server.dataReceived(Buffer.from(stream));
        return transport.value();
      });
      for (const [index, answer] of answers.entries())
        assert.equal(answer, expected[index], JSON.stringify(streams[index]));
    }
  },
);

class FailingFactory extends PostfixTCPMapFactory {
  override get(): never {
    throw new Error("the table is away");
  }
}

for (const kind of ["node", "epoll"] as const) {
  const missing = kind === "epoll" && loadNativeCore() === null && "the native core does not load";

  /** Calls `body` with the port of a server of `factory`. */
  const serving = (make: (reactor: Reactor) => PostfixTCPMapFactory, body: (port: number) => Promise<void>) =>
    running(
      () => (kind === "epoll" ? new EpollReactor() : new NodeReactor()),
      async (reactor) => {
        const port = await reactor.listenTCP(0, make(reactor), { interface: "127.0.0.1" }).whenListening();
        await body((port.getHost() as InternetAddress).port);
      },
    );

  describe(`PostfixTCPMapServer on the ${kind} reactor`, () => {
    test("answers socat", { skip: socat.skip || missing }, () =>
      serving(
        (reactor) => new PostfixTCPMapDeferringDictServerFactory(reactor, TABLE),
        async (port) => {
          const answer = await talk(port, "get foo\nget nothing\n");
          assert.equal(answer, "200 This%20is%20Foo\n500 \n");
        },
      ),
    );

    test("answers Postfix's own postmap", { skip: postmap.skip || missing }, () =>
      serving(
        (reactor) => new PostfixTCPMapDeferringDictServerFactory(reactor, TABLE),
        async (port) => {
          for (const key of ["foo", "a b", "%", "\u00eb"] as const)
            assert.deepEqual(await query(port, key), { code: 0, stdout: `${TABLE[key]}\n`, stderr: "" });
          assert.deepEqual(await query(port, "nothing"), { code: 1, stdout: "", stderr: "" });
        },
      ),
    );

    test("tells postmap to try again where a key cannot be looked up", { skip: postmap.skip || missing }, () =>
      serving(
        (reactor) => new FailingFactory(reactor),
        async (port) => {
          const { code, stdout, stderr } = await query(port, "foo");
          assert.deepEqual([code, stdout], [1, ""]);
          assert.match(stderr, /fatal: .* query error/);
        },
      ),
    );
  });
}

/** What `postmap` says that the value of `key` is. */
async function query(port: number, key: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(postmap.command, ["-q", key, `tcp:127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { code, stdout, stderr };
}

/** What the server sends to a socat that sends `request` and no more. */
async function talk(port: number, request: string): Promise<string> {
  const client = spawn(socat.command, ["-", `TCP4:127.0.0.1:${port}`], { stdio: ["pipe", "pipe", "inherit"] });
  let answer = "";
  client.stdout.on("data", (data: Buffer) => (answer += data.toString()));
  client.stdin.end(request);
  await new Promise((resolve) => client.on("close", resolve));
  return answer;
}

function pythonFile(): string {
  return fileURLToPath(new URL("./postfix_traces.py", import.meta.url)).replace("/dist/", "/");
}
