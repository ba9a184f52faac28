/** Our AMP with Twisted's at the other end, both ways. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AMP } from "../../src/amp/amp.ts";
import { ampList } from "../../src/amp/arguments/amp-list.ts";
import { boolean } from "../../src/amp/arguments/boolean.ts";
import { DateTime, dateTime } from "../../src/amp/arguments/date-time.ts";
import { decimal } from "../../src/amp/arguments/decimal.ts";
import { descriptor } from "../../src/amp/arguments/descriptor.ts";
import { float } from "../../src/amp/arguments/float.ts";
import { bigInteger, integer } from "../../src/amp/arguments/integer.ts";
import { listOf } from "../../src/amp/arguments/list-of.ts";
import { path } from "../../src/amp/arguments/path.ts";
import { string } from "../../src/amp/arguments/string.ts";
import { unicode } from "../../src/amp/arguments/unicode.ts";
import { command } from "../../src/amp/command.ts";
import { protocolSwitchCommand } from "../../src/amp/protocol-switch-command.ts";
import type { Responder } from "../../src/amp/responder.ts";
import { StartTLS } from "../../src/amp/start-tls.ts";
import type { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { UNIXClientEndpoint } from "../../src/endpoint/unix.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { Certificate } from "../../src/tls/certificate.ts";
import { PrivateCertificate } from "../../src/tls/private-certificate.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import { testCertificates } from "../support/test-certificates.ts";
import "../support/quiet-logs.ts";

const twisted = peer("twistedTLS");
const HOST = "127.0.0.1";
const onEpoll = process.env["HAWSER_REACTOR"] === "epoll";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));
const { authority, server: ours } = testCertificates();
const file = (name: string): string => join(folder, name);
writeFileSync(file("authority.pem"), authority.certificate);
writeFileSync(file("server.pem"), ours.certificate);
writeFileSync(file("server.key"), ours.key);
const certificate = PrivateCertificate.loadPEM(ours.certificate + ours.key);
const authorities = [Certificate.loadPEM(authority.certificate)];

class ZeroDivision extends Error {}
class Fatal extends Error {}

const TYPES = {
  string: string(),
  unicode: unicode(),
  integer: integer(),
  big: bigInteger(),
  float: float(),
  floats: listOf(float()),
  boolean: boolean(),
  decimal: decimal(),
  decimals: listOf(decimal()),
  moment: dateTime(),
  path: path(),
  numbers: listOf(integer()),
  nested: listOf(listOf(unicode())),
  records: ampList({ name: unicode(), age: integer({ optional: true }) }),
  absent: integer({ optional: true }),
  present: integer({ optional: true }),
};
const Types = command("Types", { arguments: TYPES, response: TYPES });
const Divide = command("Divide", {
  arguments: { numerator: integer(), denominator: integer() },
  response: { quotient: float() },
  errors: [[ZeroDivision, "ZERO_DIVISION"]],
  fatalErrors: [[Fatal, "FATAL"]],
});
const Note = command("Note", { arguments: { text: unicode() }, requiresAnswer: false });
const Notes = command("Notes", { response: { notes: listOf(unicode()) } });
const Missing = command("Missing");
const Upgrade = protocolSwitchCommand("Upgrade", {
  arguments: { prefix: unicode() },
  errors: [[ZeroDivision, "REFUSED"]],
});
const Read = command("Read", { arguments: { file: descriptor() }, response: { text: unicode(), other: descriptor() } });

const VALUES = {
  string: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  unicode: "Zoë 😀",
  integer: -42,
  big: 2n ** 200n,
  float: 0.1,
  floats: [1e16, 1e-5, -0, 1, 123456.789, 5e-324, Infinity],
  boolean: true,
  decimal: "1.50",
  decimals: ["1E+2", "-0", "Infinity", "1E-8"],
  moment: new DateTime({
    year: 2012,
    month: 1,
    day: 23,
    hour: 12,
    minute: 34,
    second: 56,
    microsecond: 54_321,
    offset: -83,
  }),
  path: "/tmp/Zoë",
  numbers: [...Array.from({ length: 103 }, (_, n) => n - 3), Number.MAX_SAFE_INTEGER],
  nested: [["a", "é"], [], [""]],
  records: [
    { name: "Ada", age: 36 },
    { name: "Grace", age: undefined },
  ],
  absent: undefined,
  present: 0,
};

class Shout extends Protocol {
  readonly #prefix: string;

  constructor(prefix: string) {
    super();
    this.#prefix = prefix;
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(this.#prefix + data.toString().toUpperCase());
  }
}

class Server extends AMP {
  readonly #notes: string[] = [];

  static override responders: readonly Responder[] = [
    Types.responder((values) => values),
    Divide.responder(async ({ numerator, denominator }) => {
      if (denominator === 0) throw new ZeroDivision("by zero");
      if (denominator === -1) throw new Fatal("far too negative");
      if (denominator === -2) throw new RangeError("secret");
      return { quotient: numerator / denominator };
    }),
    Note.responder(function (this: Server, { text }) {
      this.#notes.push(text);
    }),
    Notes.responder(function (this: Server) {
      return { notes: this.#notes };
    }),
    Upgrade.responder(({ prefix }) => {
      if (prefix === "") throw new ZeroDivision("no prefix");
      return new Shout(prefix);
    }),
    StartTLS.responder(() => ({ tls_localCertificate: certificate })),
    Read.responder(({ file: fd }) => {
      const text = readFileSync(fd, "utf8");
      closeSync(fd);
      writeFileSync(file("answer"), "from hawser");
      return { text, other: openSync(file("answer"), "r") };
    }),
  ];

  amp_ECHO(box: AmpBox): AmpBox {
    const answer = box.copy();
    answer.delete("_command");
    answer.delete("_ask");
    return answer;
  }
}

/** Twisted in a process of its own. */
class Peer {
  readonly process: ChildProcessWithoutNullStreams;
  output = "";
  log = "";
  #exited = false;

  constructor(...args: string[]) {
    this.process = spawn(twisted.command, ["-B", pythonFile(), ...args]);
    this.process.stdout.on("data", (data: Buffer) => (this.output += data.toString()));
    this.process.stderr.on("data", (data: Buffer) => (this.log += data.toString()));
    this.process.on("close", () => (this.#exited = true));
  }

  async says(pattern: RegExp): Promise<RegExpExecArray> {
    await until(() => pattern.test(this.output) || this.#exited, `Twisted to say ${String(pattern)}`);
    return (
      pattern.exec(this.output) ?? assert.fail(`Twisted ended without ${String(pattern)}:\n${this.output}${this.log}`)
    );
  }

  async ended(): Promise<void> {
    await until(() => this.#exited, "the end of Twisted");
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended();
  }
}

function pythonFile(): string {
  const compiled = fileURLToPath(new URL("./amp_peer.py", import.meta.url));
  return compiled.replace("/dist/", "/");
}

function runs(body: (reactor: Reactor) => Promise<void>): Promise<void> {
  return running(() => (onEpoll ? new EpollReactor() : new NodeReactor()), body);
}

/** Runs `body` with a Twisted that is stopped afterwards. */
async function withPeer(args: readonly string[], body: (other: Peer) => Promise<void>): Promise<void> {
  const other = new Peer(...args);
  try {
    await body(other);
  } finally {
    await other.stop();
  }
}

const failureOf = async (call: PromiseLike<unknown>): Promise<string> => {
  try {
    await call;
  } catch (error) {
    return `${(error as Error).name === "Error" ? (error as Error).constructor.name : (error as Error).name}: ${(error as Error).message}`;
  }
  return "no failure";
};

describe("AMP with Twisted", { skip: twisted.skip }, () => {
  test("our client, its server", async () => {
    await withPeer(["server", file("server.pem"), file("server.key")], async (other) => {
      const port = Number((await other.says(/^port (\d+)/m))[1]);
      await runs(async (reactor) => {
        const connect = (): PromiseLike<AMP> => connectProtocol(new TCP4ClientEndpoint(reactor, HOST, port), new AMP());
        const one = await connect();
        assert.deepEqual(await one.callRemote(Types, VALUES), VALUES);
        await other.says(
          /'big': 1606938044258990275541962092341162602522202993782792835301376, .*'decimal': Decimal\('1.50'\)/,
        );
        assert.deepEqual(await one.callRemote(Divide, { numerator: 7, denominator: 2 }), { quotient: 3.5 });
        assert.equal(
          await failureOf(one.callRemote(Divide, { numerator: 7, denominator: 0 })),
          "ZeroDivision: by zero",
        );
        assert.equal(await failureOf(one.callRemote(Missing)), "UnhandledCommand: Unhandled Command: b'Missing'");
        one.callRemote(Note, { text: "one" });
        one.callRemote(Note, { text: "two" });
        assert.deepEqual(await one.callRemote(Notes), { notes: ["one", "two"] });
        const hearers = ClientFactory.forProtocol(AccumulatingProtocol);
        assert.equal(await failureOf(one.callRemote(Upgrade, { prefix: "" }, hearers)), "ZeroDivision: no prefix");
        const many = Array.from({ length: 1000 }, (_, n) => one.callRemote(Divide, { numerator: n, denominator: 1 }));
        for (const [n, call] of many.entries()) assert.deepEqual(await call, { quotient: n });
        assert.equal(
          await failureOf(one.callRemote(Divide, { numerator: 7, denominator: -1 })),
          "Fatal: far too negative",
        );
        assert.match(await failureOf(one.callRemote(Notes)), /^ConnectionDone/);
        const two = await connect();
        assert.match(
          await failureOf(two.callRemote(Divide, { numerator: 7, denominator: -2 })),
          /^UnknownRemoteError: UNKNOWN: Unknown Error$/,
        );
        const three = await connect();
        await three.callRemote(StartTLS, { tls_verifyAuthorities: authorities });
        assert.deepEqual(await three.callRemote(Divide, { numerator: 1, denominator: 4 }), { quotient: 0.25 });
        assert.ok(three.peerCertificate?.equals(certificate));
        let heard: AccumulatingProtocol | undefined;
        hearers.buildProtocol = () => (heard = new AccumulatingProtocol());
        await three.callRemote(Upgrade, { prefix: "!" }, hearers);
        heard!.transport.write("hello");
        await until(() => heard!.data.length >= 6, "the answer");
        assert.equal(heard!.data.toString(), "!HELLO");
        heard!.transport.loseConnection();
        await until(() => heard!.closed, "the end");
      });
    });
  });

  test("its client, our server", async () => {
    await runs(async (reactor) => {
      const port = await reactor.listenTCP(0, Factory.forProtocol(Server), { interface: HOST }).whenListening();
      const number = String((port.getHost() as InternetAddress).port);
      await withPeer(["client", number, file("authority.pem")], async (other) => {
        await other.ended();
        assert.deepEqual(
          other.output.split("\n"),
          [
            "types equal",
            "7/2 3.5",
            "ZeroDivision: by zero",
            "UnhandledCommand: (b'UNHANDLED', 'Unhandled Command: \"Missing\"')",
            "['one', 'two']",
            "echo b'\\x00\\xff'",
            "switch failed",
            "ZeroDivision: no prefix",
            "many True",
            "Fatal: far too negative",
            "UnknownRemoteError: Code<UNKNOWN>: Unknown Error",
            "secure 0.25",
            "peer server",
            "heard !HELLO",
            "",
          ],
          other.log,
        );
      });
    });
  });

  const noDescriptors = !onEpoll && "the node reactor passes no descriptors";

  test("descriptors: our client, its server", { skip: noDescriptors }, async () => {
    await withPeer(["unix-server", file("theirs")], async (other) => {
      await other.says(/^listening/m);
      await runs(async (reactor) => {
        const one = await connectProtocol(new UNIXClientEndpoint(reactor, file("theirs")), new AMP());
        writeFileSync(file("question"), "to twisted");
        const fd = openSync(file("question"), "r");
        const answer = await one.callRemote(Read, { file: fd });
        closeSync(fd);
        assert.deepEqual([answer.text, readFileSync(answer.other, "utf8")], ["to twisted", "from twisted"]);
        closeSync(answer.other);
        one.transport.loseConnection();
        await other.says(/^lost ConnectionDone/m);
      });
    });
  });

  test("descriptors: its client, our server", { skip: noDescriptors }, async () => {
    await runs(async (reactor) => {
      await reactor.listenUNIX(file("ours"), Factory.forProtocol(Server)).whenListening();
      await withPeer(["unix-client", file("ours")], async (other) => {
        await other.ended();
        assert.equal(other.output, "read to hawser from hawser\n", other.log);
      });
    });
  });
});
