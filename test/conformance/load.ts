/** Many connections: at once, and one after the other. Slow tests; they leave nothing behind. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { Connector } from "../../src/transport/transport.ts";
import { Caller, Echo } from "./load-protocols.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

const HOST = "127.0.0.1";
const AT_ONCE = 5_000;
const CYCLES = 100_000;
/** How many connections the cycles keep open: below the backlog of the port. */
const ABREAST = 64;

/** Connects `ABREAST` connections, and again whenever one is lost, until there were `CYCLES`. */
class Cycler extends ClientFactory {
  override noisy = false;
  made = 0;
  lost = 0;
  failed = 0;

  override buildProtocol(): Protocol {
    this.made++;
    const protocol = new Protocol();
    protocol.connectionMade = () => protocol.transport.loseConnection();
    return protocol;
  }

  override clientConnectionLost(connector: Connector): void {
    this.lost++;
    if (this.lost <= CYCLES - ABREAST) connector.connect();
  }

  override clientConnectionFailed(connector: Connector): void {
    this.failed++;
    connector.connect();
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The bytes in use when everything that can be collected is. */
async function heapInUse(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

export function loadConformance(name: string, makeReactor: MakeReactor): void {
  const linux = { skip: process.platform !== "linux" && "descriptors are counted in /proc" };

  describe(`${name}: load (slow)`, () => {
    test(`${AT_ONCE} connections at once, each gets its own bytes back`, linux, async () => {
      const before = descriptors();
      await running(makeReactor, async (reactor) => {
        const servers = Factory.forProtocol(Echo);
        servers.noisy = false;
        const port = await reactor.listenTCP(0, servers, { interface: HOST, backlog: AT_ONCE }).whenListening();
        let answers = 0;
        for (let n = 0; n < AT_ONCE; n++) {
          const clients = new ClientFactory();
          clients.noisy = false;
          clients.buildProtocol = () => new Caller(`connection ${n}\n`, () => answers++);
          reactor.connectTCP(HOST, (port.getHost() as InternetAddress).port, clients);
        }
        await until(() => answers === AT_ONCE, "all answers");
        assert.ok(descriptors() - before >= 2 * AT_ONCE, "all of them are connected");
      });
      await until(() => descriptors() <= before, "the descriptors to be closed");
    });

    test(`${CYCLES} connections made and closed, leak neither descriptors nor memory`, linux, async () => {
      await running(makeReactor, async (reactor) => {
        const servers = Factory.forProtocol(Protocol);
        servers.noisy = false;
        const port = await reactor.listenTCP(0, servers, { interface: HOST }).whenListening();
        const cycler = new Cycler();
        const descriptorsBefore = descriptors();
        for (let n = 0; n < ABREAST; n++) {
          reactor.connectTCP(HOST, (port.getHost() as InternetAddress).port, cycler);
        }
        await until(() => cycler.lost >= CYCLES / 10, "the first tenth");
        const heapBefore = await heapInUse();
        await until(() => cycler.lost === CYCLES, "all cycles");
        const heapAfter = await heapInUse();
        await until(() => descriptors() <= descriptorsBefore, "the descriptors to be closed");
        assert.deepEqual([cycler.made, cycler.failed], [CYCLES, 0]);
        assert.equal(reactor.getDelayedCalls().length, 0);
        // What nine tenths of the cycles have left, per cycle: less than a pointer.
        const leaked = (heapAfter - heapBefore) / (CYCLES * 0.9);
        assert.ok(leaked < 8, `${leaked.toFixed(1)} bytes are left of each connection`);
      });
    });
  });
}
