/**
 * Descriptions mean what they mean to Twisted, or both refuse them: random text, and random descriptions that nearly make sense. What differs on
 * purpose is written in twisted_endpoints.py, where Twisted is made to differ the same way.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { repositoryRoot } from "../../bench/lib/paths.ts";
import { AdoptedStreamServerEndpoint } from "../../src/endpoint/adopted.ts";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import { EndpointDescription } from "../../src/endpoint/description.ts";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { ListenFDs } from "../../src/endpoint/listen-fds.ts";
import { parseDescription, tokenize } from "../../src/endpoint/parse.ts";
import { parseSystemd, serverFromString } from "../../src/endpoint/server-from-string.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { peer } from "../support/peers.ts";
import { ListenerFactory } from "./attempts.ts";

const COUNT = Number(process.env["HAWSER_ENDPOINT_DESCRIPTIONS"] ?? 1000);
const SEED = Number(process.env["HAWSER_ENDPOINT_SEED"] ?? 1);
const SCRIPT = "test/endpoint/twisted_endpoints.py";

const twisted = peer("twisted");

type Kind = "tokens" | "parsed" | "server" | "client";
type Question = readonly [kind: Kind, description: string];

test(
  `endpoint descriptions, mean what they mean to Twisted, in ${4 * COUNT} random ones`,
  { skip: twisted.skip },
  () => {
    const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: COUNT, seed: SEED });
    const questions: Question[] = [
      ...sample(RANDOM_TEXT).map((text): Question => ["tokens", text]),
      ...sample(RANDOM_TEXT).map((text): Question => ["parsed", text]),
      ...sample(SERVER).map((text): Question => ["server", text]),
      ...sample(CLIENT).map((text): Question => ["client", text]),
    ];
    const expected = askTwisted(questions);
    const understood = { tokens: 0, parsed: 0, server: 0, client: 0 };
    for (const [index, [kind, description]] of questions.entries()) {
      const answer = ANSWERS[kind](description);
      assert.deepEqual(answer, expected[index], `${kind} of ${JSON.stringify(description)}`);
      if (answer !== null) understood[kind]++;
    }
    for (const [kind, count] of Object.entries(understood)) {
      assert.ok(
        count > COUNT / 10 && count < COUNT,
        `${count} of ${COUNT} of ${kind} were understood: expected some of each`,
      );
    }
  },
);

const RANDOM_TEXT = fc.string({
  unit: fc.oneof(fc.constantFrom(":", "=", "\\", "a", "b", "1", " "), fc.constantFrom("é", "😀")),
});

const VALUES: Readonly<Record<string, readonly string[]>> = {
  port: ["80", "0", "65535", "65536", "-1", "http", "", " 80", "8_0", "+80", "٨"],
  interface: ["", "127.0.0.1", "\\:\\:1", "a=b"],
  backlog: ["50", "1", "many", "2147483648"],
  address: ["/run/a", "", "C\\:\\\\a", "a\\=b"],
  path: ["/run/a", "", "C\\:\\\\a", "a\\=b"],
  mode: ["666", "0600", "8", "0o666", "17777"],
  lockfile: ["0", "1", "2", "yes", ""],
  checkPID: ["0", "1", "2", ""],
  domain: ["INET", "INET6", "UNIX", "IPX", "inet"],
  index: ["0", "2", "3", "-1", "x"],
  host: ["host.example", "\\:\\:1", "", "a=b"],
  timeout: ["30", "0", "1.5", "9007199254740993", "soon"],
  bindAddress: ["127.0.0.1", ""],
};

/** The parameters of each prefix, and how many of them have a place. */
const PARAMETERS: Readonly<Record<string, readonly [names: readonly string[], places: number]>> = {
  "server tcp": [["port", "interface", "backlog"], 3],
  "server tcp6": [["port", "backlog", "interface"], 3],
  "server unix": [["address", "mode", "backlog", "lockfile"], 4],
  "server systemd": [["domain", "index"], 2],
  "client tcp": [["host", "port", "timeout", "bindAddress"], 2],
  "client unix": [["path", "timeout", "lockfile", "checkPID"], 1],
};

/** Descriptions that nearly make sense: mostly fitting values, mostly where they belong. */
function descriptions(kind: "server" | "client", prefixes: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...prefixes).chain((prefix) => {
    const [names, places] = PARAMETERS[`${kind} ${prefix}`]!;
    const valueOf = (name: string): fc.Arbitrary<string> => {
      const values = VALUES[name]!;
      return mostly(fc.constantFrom(...values.slice(0, 1)), fc.constantFrom(...values));
    };
    const byName = (name: string): fc.Arbitrary<string> => valueOf(name).map((value) => `${name}=${value}`);
    const count = mostly(fc.nat({ max: places }), fc.nat({ max: names.length }));
    return count.chain((byPlace) =>
      fc
        .record({
          first: mostly(fc.constant(prefix), fc.constantFrom(prefix.toUpperCase(), `${prefix}x`, "")),
          args: fc.tuple(...names.slice(0, byPlace).map(valueOf)),
          keywords: mostly(
            fc.tuple(...names.slice(byPlace).map(byName)),
            fc.subarray([...names]).chain((some) => fc.tuple(...some.map(byName))),
          ),
          more: mostly(
            fc.constant<string[]>([]),
            fc.constantFrom<string[][]>(["speed=1"], ["1:2:3:4"], [""], ["\\"], ["="]),
          ),
          keywordsFirst: fc.boolean(),
        })
        .map(({ first, args, keywords, more, keywordsFirst }) => {
          const parts = keywordsFirst ? [...keywords, first, ...args] : [first, ...args, ...keywords];
          return [...parts, ...more].join(":");
        }),
    );
  });
}

function mostly<T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: unusual });
}

const SERVER = descriptions("server", ["tcp", "tcp6", "unix", "systemd"]);
const CLIENT = descriptions("client", ["tcp", "unix"]);

const ANSWERS: Readonly<Record<Kind, (description: string) => unknown>> = {
  tokens: orNull((description) => tokenize(description)),
  parsed: orNull((description) => {
    const { args, keywords } = parseDescription(description);
    const entries = [...keywords].sort(([a], [b]) => (a < b ? -1 : 1));
    // Twisted's names are ASCII.
    return entries.some(([name]) => /[^\0-\x7f]/.test(name)) ? null : [args, entries];
  }),
  server: orNull(understoodServer),
  client: orNull(understoodClient),
};

function understoodServer(description: string): unknown {
  const reactor = new MemoryReactor();
  const endpoint = endpointOfServer(reactor, description);
  endpoint.listen(new ListenerFactory()).addErrback(assert.ifError);
  const name = endpoint.constructor.name;
  const [tcp] = reactor.tcpServers;
  if (tcp !== undefined) return [name, tcp.port, tcp.backlog, tcp.interface];
  const [unix] = reactor.unixServers;
  if (unix !== undefined) return [name, unix.address, unix.mode, unix.backlog, unix.wantPID];
  assert.ok(endpoint instanceof AdoptedStreamServerEndpoint);
  const [adopted] = reactor.adoptedPorts;
  return [name, adopted?.fd, adopted?.family];
}

/** With the same sockets as Twisted is given. */
function endpointOfServer(reactor: MemoryReactor, text: string): ReturnType<typeof serverFromString> {
  const description = new EndpointDescription(text);
  if (description.prefix.toLowerCase() !== "systemd") return serverFromString(reactor, text);
  return parseSystemd(reactor, description, new ListenFDs([7, 8, 9]));
}

function understoodClient(description: string): unknown {
  const reactor = new MemoryReactor();
  const endpoint = clientFromString(reactor, description);
  endpoint
    .connect(new ListenerFactory())
    .addErrback(() => {})
    .cancel();
  const name = endpoint.constructor.name;
  const [tcp] = reactor.tcpClients;
  if (tcp !== undefined) return [name, tcp.host, tcp.port, tcp.timeout, tcp.bindAddress?.host ?? null];
  const [unix] = reactor.unixClients;
  return [name, unix?.address, unix?.timeout, unix?.checkPID];
}

function orNull(understand: (description: string) => unknown): (description: string) => unknown {
  return (description) => {
    try {
      return understand(description);
    } catch (error) {
      if (error instanceof EndpointDescriptionError) return null;
      throw error;
    }
  };
}

function askTwisted(questions: readonly Question[]): unknown[] {
  const input = `${JSON.stringify(questions)}\n`;
  const options = { input, encoding: "utf8", timeout: 60_000, maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(twisted.command, ["-B", join(repositoryRoot(), SCRIPT)], options);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as unknown[];
}
