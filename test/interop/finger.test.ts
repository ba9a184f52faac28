/** Finger with Twisted both ways, and socat as a client, on both reactors. The client of the system knows no port but 79, which tests leave alone. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { finger } from "../../src/finger/finger-client.ts";
import { Finger } from "../../src/finger/finger.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const twisted = peer("twisted");
const socat = peer("socat");
const HOST = "127.0.0.1";
/** What both servers answer when nothing is overridden. */
const ANSWERS = [
  ["", "Finger online list denied\n"],
  ["ada", "Login: ada\nNo such user\n"],
  ["/W ada", "Login: ada\nNo such user\n"],
  ["ada@host", "Finger forwarding service denied\n"],
  ["@host", "Finger forwarding service denied\n"],
] as const;

/** Starts a program; `output` resolves when `pattern` is there, or it has ended. */
function start(
  command: string,
  args: readonly string[],
  input: string,
  pattern?: RegExp,
): { output: Promise<string>; stop: () => Promise<void> } {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  let text = "";
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const said = new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
      if (pattern?.test(text) === true) resolve();
    });
  });
  child.stdin.write(input);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return { output: Promise.race([said, ended]).then(() => text), stop };
}

async function listen(reactor: Reactor): Promise<number> {
  const port = await reactor.listenTCP(0, Factory.forProtocol(Finger), { interface: HOST }).whenListening();
  return (port.getHost() as InternetAddress).port;
}

const python = fileURLToPath(new URL("./finger_peer.py", import.meta.url)).replace("/dist/", "/");

for (const kind of ["node", "epoll"] as const) {
  const skip = kind === "epoll" && loadNativeCore() === null && "the native core does not load";
  const makeReactor = (): NodeReactor | EpollReactor => (kind === "epoll" ? new EpollReactor() : new NodeReactor());

  describe(`finger on the ${kind} reactor`, { skip }, () => {
    test("our client, Twisted's server", { skip: twisted.skip }, async () => {
      const server = start(twisted.command, ["-B", python, "server"], "", /^port \d+\n/);
      try {
        const port = Number(/\d+/.exec(await server.output));
        await running(makeReactor, async (reactor) => {
          for (const [question, answer] of ANSWERS) {
            const isVerbose = question.startsWith("/W ");
            const user = isVerbose ? question.slice("/W ".length) : question;
            assert.equal(await finger(new TCP4ClientEndpoint(reactor, HOST, port), user, { isVerbose }), answer);
          }
        });
      } finally {
        await server.stop();
      }
    });

    test("Twisted's client, our server", { skip: twisted.skip }, async () => {
      await running(makeReactor, async (reactor) => {
        const questions = ANSWERS.map(([question]) => question);
        const args = ["-B", python, "client", String(await listen(reactor)), ...questions];
        const client = start(twisted.command, args, "");
        const answers = (await client.output).trim().split("\n");
        // RFC 1288 has lines end with CRLF; Twisted's server sends line feeds alone.
        const expected = ANSWERS.map(([, answer]) => JSON.stringify(answer.replaceAll("\n", "\r\n")));
        assert.deepEqual(answers, expected);
      });
    });

    test("socat, our server", { skip: socat.skip }, async () => {
      await running(makeReactor, async (reactor) => {
        const client = start(socat.command, ["-", `TCP4:${HOST}:${await listen(reactor)}`], "ada\r\n");
        try {
          assert.equal(await client.output, "Login: ada\r\nNo such user\r\n");
        } finally {
          await client.stop();
        }
      });
    });
  });
}
