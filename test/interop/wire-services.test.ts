/**
 * The wire services do what Twisted's do, and programs of others understand them.
 *
 * `HAWSER_TRACE_SEED` says where the random programs begin. What differs on purpose is written in wire_services.py.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { repositoryRoot } from "../../bench/lib/paths.ts";
import { SeededRandom } from "../../src/sim/seeded-random.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { wireServices } from "../../src/wire-services/wire-services.ts";
import type { WireServiceName } from "../../src/wire-services/wire-services.ts";
import { running } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const PROGRAMS = 2000;
const FIRST_SEED = Number(process.env["HAWSER_TRACE_SEED"] ?? 1);
const NAMES = Object.keys(wireServices) as WireServiceName[];

interface Program {
  readonly service: WireServiceName;
  /** Seconds since 1970. */
  readonly now: number;
  /** What QOTD and Who say, in hexadecimal; nothing for what they say by themselves. */
  readonly says: string;
  /** `"resume"`, or bytes to receive, in hexadecimal. */
  readonly steps: readonly string[];
}

interface Outcome {
  readonly trace: readonly unknown[];
  readonly written: string;
}

const twisted = peer("twisted");
const netcat = peer("netcat");
const rdate = peer("rdate");

test(`Wire services, do what Twisted's do, in ${PROGRAMS} random programs`, { skip: twisted.skip }, () => {
  const programs = Array.from({ length: PROGRAMS }, (_, index) => randomProgram(FIRST_SEED + index));
  const expected = runOnTwisted(programs);
  for (const [index, program] of programs.entries()) {
    const { trace, written } = runOnHawser(program);
    assert.deepEqual(trace, expected[index]!.trace, JSON.stringify(program));
    // Ours sends more of the same at a time.
    const isLonger = program.service === "chargen";
    const compared = isLonger ? written.slice(0, expected[index]!.written.length) : written;
    assert.equal(compared, expected[index]!.written, JSON.stringify(program));
  }
});

function randomProgram(seed: number): Program {
  const random = new SeededRandom(seed);
  return {
    service: random.pick(NAMES),
    now: random.integer(0, 2 ** 33) + random.pick([0, 0.25, 0.999]),
    says: random.chance(0.5) ? "" : random.bytes(random.integer(1, 40)).toString("hex"),
    steps: Array.from({ length: random.integer(0, 8) }, () =>
      random.chance(0.4) ? "resume" : random.bytes(random.integer(0, 30)).toString("hex"),
    ),
  };
}

function runOnHawser({ service, now, says, steps }: Program): Outcome {
  const said =
    says === "" ? {} : { getQuote: () => Buffer.from(says, "hex"), getUsers: () => Buffer.from(says, "hex") };
  const transport = new StringTransport();
  const factory = wireServices[service].tcpFactory({ clock: { seconds: () => now }, ...said });
  const protocol = factory.buildProtocol(transport.getPeer())!;
  protocol.makeConnection(transport);
  const trace = [stateOf(transport)];
  for (const step of steps) {
    if (step === "resume") transport.producer?.resumeProducing();
    else protocol.dataReceived(Buffer.from(step, "hex"));
    trace.push(stateOf(transport));
  }
  return { trace, written: transport.written().toString("hex") };
}

function stateOf({ streaming, disconnecting, producerState }: StringTransport): unknown {
  return [streaming, disconnecting, producerState];
}

function runOnTwisted(programs: readonly Program[]): Outcome[] {
  const { status, stdout, stderr } = spawnSync(twisted.command, ["-B", pythonFile()], {
    input: JSON.stringify(programs),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Outcome[];
}

/** Compiled tests lie in a folder of their own; the Python file is where its source is. */
function pythonFile(): string {
  return join(repositoryRoot(), "test/interop/wire_services.py");
}

/** What a program prints that talks to a service; it is killed when it has printed as much as `enough` wants. */
async function talk(
  service: WireServiceName,
  command: (port: string) => readonly [command: string, ...args: string[]],
  { udp = false, input = "", enough = Infinity }: { udp?: boolean; input?: string; enough?: number } = {},
): Promise<string> {
  return running(
    () => new NodeReactor(),
    async (reactor) => {
      const { tcpFactory, udpProtocol } = wireServices[service];
      const place = { interface: "127.0.0.1" };
      const options = { clock: reactor, random: () => 0.5 };
      const opened = udp
        ? reactor.listenUDP(0, udpProtocol(options), place)
        : reactor.listenTCP(0, tcpFactory(options), place);
      const port = await opened.whenListening();
      const [program, ...args] = command(String((port.getHost() as InternetAddress).port));
      const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
      // Whoever has heard enough may be gone before everything is written.
      child.stdin.on("error", () => {});
      if (input === "") child.stdin.end();
      else child.stdin.write(input);
      let printed = "";
      for await (const chunk of child.stdout.setEncoding("latin1")) {
        printed += String(chunk);
        if (printed.length >= enough) break;
      }
      child.kill();
      await port.stopListening();
      return printed;
    },
  );
}

const DAYTIME = /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/;

describe("Wire services, to netcat", { skip: netcat.skip }, () => {
  const tcp = (port: string): [string, ...string[]] => [netcat.command, "127.0.0.1", port];
  const udp = (port: string): [string, ...string[]] => [netcat.command, "-u", "127.0.0.1", port];

  test("echo, over TCP and UDP", async () => {
    assert.equal(await talk("echo", tcp, { input: "hello\n", enough: 6 }), "hello\n");
    assert.equal(await talk("echo", udp, { input: "hello\n", enough: 6, udp: true }), "hello\n");
  });

  test("chargen, over TCP and UDP", async () => {
    const characters = (await talk("chargen", tcp, { enough: 100_000 })).slice(0, 100_000);
    assert.equal(characters, characters.slice(0, 71).repeat(1409).slice(0, 100_000));
    const answer = await talk("chargen", udp, { input: "?", enough: 256, udp: true });
    assert.equal(answer, characters.slice(0, 256));
  });

  test("qotd and who, over TCP and UDP", async () => {
    assert.equal(await talk("qotd", tcp), "An apple a day keeps the doctor away.\r\n");
    assert.equal(await talk("who", tcp), "root\r\n");
    assert.equal(await talk("who", udp, { input: "?", enough: 6, udp: true }), "root\r\n");
  });

  test("daytime, over TCP and UDP", async () => {
    const text = await talk("daytime", tcp);
    assert.match(text, DAYTIME);
    assert.ok(Math.abs(Date.parse(`${text.trim()} UTC`) - Date.now()) < 60_000, text);
    assert.match(await talk("daytime", udp, { input: "?", enough: 26, udp: true }), DAYTIME);
  });
});

describe("Time, to rdate", { skip: rdate.skip }, () => {
  for (const [how, flags, udp] of [
    ["TCP", [], false],
    ["UDP", ["-u"], true],
  ] as const) {
    test(`over ${how}`, async () => {
      const command = (port: string): [string, ...string[]] => [
        rdate.command,
        "-4",
        "-p",
        ...flags,
        "-o",
        port,
        "127.0.0.1",
      ];
      const text = await talk("time", command, { udp });
      assert.ok(Math.abs(Date.parse(text) - Date.now()) < 60_000, text);
    });
  }
});
