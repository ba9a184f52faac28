/** What a Node programmer expects around the callbacks of a reactor. `docs/beside-node.md` says the same in words. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import { ClientFactory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { Program } from "../support/program.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";

const HOST = "127.0.0.1";
const MANY = 2200 * 1024;

export function besideNodeConformance(name: string, makeReactor: MakeReactor): void {
  describe(`${name}: beside Node's own work`, () => {
    test("process.nextTick and promises, come after a callback, and before the next one of the same connection", () =>
      running(makeReactor, async (reactor) => {
        const events: string[] = [];
        let pieces = 0;
        let received = 0;
        const servers = new RecordingFactory((protocol) => {
          protocol.onData = (_, data) => {
            received += data.length;
            events.push(`data ${++pieces}`);
            process.nextTick(() => events.push(`tick ${pieces}`));
            void Promise.resolve().then(() => events.push(`promise ${pieces}`));
          };
        });
        const clients = new RecordingClientFactory((p) => (p.onMade = () => p.transport.write(Buffer.alloc(MANY))));
        const port = await listening(() => reactor.listenTCP(0, servers, { interface: HOST }));
        reactor.connectTCP(HOST, (port.getHost() as InternetAddress).port, clients);
        await until(() => received === MANY, "the data");
        await new Promise((resolve) => setImmediate(resolve));
        assert.ok(pieces >= 4, `more than is received at once came in ${pieces} pieces`);
        const wanted = Array.from({ length: pieces }, (_, n) => [`data ${n + 1}`, `tick ${n + 1}`, `promise ${n + 1}`]);
        assert.deepEqual(events, wanted.flat());
      }));

    test("an AsyncLocalStorage, has in callbacks what it had where the port or the connection was made", () =>
      running(makeReactor, async (reactor) => {
        const storage = new AsyncLocalStorage<string>();
        const seen: string[] = [];
        class Teller extends Protocol {
          override connectionMade(): void {
            seen.push(`made ${storage.getStore()}`);
            this.transport.write("x");
          }

          override dataReceived(): void {
            seen.push(`data ${storage.getStore()}`);
            this.transport.loseConnection();
          }

          override connectionLost(): void {
            seen.push(`lost ${storage.getStore()}`);
          }
        }
        const servers = new RecordingFactory((protocol) => {
          protocol.onData = ({ transport }, data) => {
            seen.push(`served in ${storage.getStore()}`);
            transport.write(data);
          };
        });
        const port = await storage.run("port", () =>
          listening(() => reactor.listenTCP(0, servers, { interface: HOST })),
        );
        for (const context of ["one", "two"]) {
          const clients = ClientFactory.forProtocol(Teller);
          clients.noisy = false;
          storage.run(context, () => reactor.connectTCP(HOST, (port.getHost() as InternetAddress).port, clients));
          await until(() => seen.includes(`lost ${context}`), "the end");
          assert.deepEqual(seen.splice(0), [`made ${context}`, "served in port", `data ${context}`, `lost ${context}`]);
        }
      }));

    test("a promise that a callback lets fail, is an unhandled rejection; its connection and the others go on", async () => {
      const listened = await Program.run("test/conformance/rejecting-program", [name, "listens"]);
      assert.deepEqual([listened.stdout, listened.stderr], ["rejected: broken\necho\n", ""]);
      const alone = await Program.run("test/conformance/rejecting-program", [name, "ends"]);
      assert.deepEqual([alone.stdout, await alone.ended()], ["", 1]);
      assert.match(alone.stderr, /Error: broken/);
    });
  });
}
