/** Our end of the identification protocol with Twisted's at the other, both ways, on both reactors. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { IdentClient } from "../../src/ident/ident-client.ts";
import { IdentServer } from "../../src/ident/ident-server.ts";
import { HiddenUser, IdentError, InvalidPort, NoUser } from "../../src/ident/wire/errors.ts";
import type { SocketAddress } from "../../src/ident/wire/proc-net-tcp.ts";
import type { Owner } from "../../src/ident/wire/response.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const twisted = peer("twisted");
const HOST = "127.0.0.1";

class Server extends IdentServer {
  override lookup({ host, port }: SocketAddress, client: SocketAddress): Owner | Promise<Owner> {
    if (port === 1) throw new NoUser();
    if (port === 2) return Promise.reject(new HiddenUser());
    if (port === 3) throw new InvalidPort();
    if (port === 4) throw new IdentError();
    if (port === 5) throw new TypeError("a bug");
    return ["UNIX", `user${port} of ${host} for ${client.host}:${client.port}`];
  }
}

/** Runs Twisted, and resolves with what it has printed when that has `pattern`, or it has ended; `stop` waits for the end. */
async function startTwisted(
  pattern: RegExp,
  ...args: string[]
): Promise<{ output: string; stop: () => Promise<void> }> {
  const file = fileURLToPath(new URL("./ident_peer.py", import.meta.url)).replace("/dist/", "/");
  const child = spawn(twisted.command, ["-B", file, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const said = new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
      if (pattern.test(output)) resolve();
    });
  });
  await Promise.race([said, ended]);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return { output, stop };
}

for (const kind of ["node", "epoll"] as const) {
  const skip = twisted.skip || (kind === "epoll" && loadNativeCore() === null && "the native core does not load");
  const makeReactor = (): NodeReactor | EpollReactor => (kind === "epoll" ? new EpollReactor() : new NodeReactor());

  describe(`ident with Twisted on the ${kind} reactor`, { skip }, () => {
    test("our client, its server", async () => {
      const { output, stop } = await startTwisted(/^port \d+\n/, "server");
      try {
        await running(makeReactor, async (reactor) => {
          const endpoint = new TCP4ClientEndpoint(reactor, HOST, Number(/\d+/.exec(output)));
          const client = await connectProtocol(endpoint, new IdentClient());
          const answers = [1, 2, 3, 4, 5, 22].map((port) => client.lookup(port, 40_000));
          for (const [index, name] of ["NoUser", "HiddenUser", "InvalidPort", "IdentError", "IdentError"].entries()) {
            await assert.rejects(answers[index]!.toPromise(), { name });
          }
          assert.deepEqual(await answers[5], ["UNIX", `user22 of ${HOST} for ${HOST}:40000`]);
          client.transport.loseConnection();
        });
      } finally {
        await stop();
      }
    });

    test("its client, our server", async () => {
      await running(makeReactor, async (reactor) => {
        const port = await reactor.listenTCP(0, Factory.forProtocol(Server), { interface: HOST }).whenListening();
        const number = String((port.getHost() as InternetAddress).port);
        const { output, stop } = await startTwisted(/InvalidPort\n[^]*InvalidPort\n/, "client", number);
        await stop();
        const owner = `USERID UNIX : user22 of ${HOST} for ${HOST}:40000`;
        const errors = ["NoUser", "HiddenUser", "InvalidPort", "IdentError", "IdentError"];
        assert.deepEqual(output.split("\n"), [...errors, owner, "InvalidPort", ""]);
      });
    });
  });
}
