/** Many TLS connections: at once, and one after the other. Slow tests; they leave nothing behind. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { SecureOptions } from "../../src/transport/secure-stream.ts";
import type { Connector } from "../../src/transport/transport.ts";
import { Caller, Echo } from "./load-protocols.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { HOST, clientContext, serverContext } from "./tls-fixtures.ts";

const AT_ONCE = 2_000;
/** How many connections are in the handshake at the same time. */
const ABREAST = 64;

/** Closes when the handshake is done. */
class Visitor extends Protocol {
  handshakeCompleted(): void {
    this.transport.loseConnection();
  }
}

/** Connects `ABREAST` connections, and again whenever one is lost, until there were as many as wanted. */
class Cycler extends ClientFactory {
  override noisy = false;
  readonly #cycles: number;
  made = 0;
  lost = 0;
  unclean = 0;

  constructor(cycles: number) {
    super();
    this.#cycles = cycles;
  }

  override buildProtocol(): Protocol {
    this.made++;
    return new Visitor();
  }

  override clientConnectionLost(connector: Connector, reason: { readonly value: unknown }): void {
    this.lost++;
    if ((reason.value as Error).name !== "ConnectionDone") this.unclean++;
    if (this.lost <= this.#cycles - ABREAST) connector.connect();
  }

  override clientConnectionFailed(): void {
    this.unclean++;
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

interface Memory {
  readonly ofJavaScript: number;
  /** What libraries have, OpenSSL for one, that JavaScript knows nothing of. */
  readonly ofLibraries: number;
}

/** The bytes in use when everything that can be collected is. */
async function memoryInUse(): Promise<Memory> {
  for (let round = 0; round < 6; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
  return { ofJavaScript: heapUsed + external, ofLibraries: rss - heapTotal };
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

export function tlsLoadConformance(
  name: string,
  makeReactor: MakeReactor,
  secure: SecureOptions,
  usualCycles: number,
): void {
  const cycles = Number(process.env["HAWSER_TLS_CYCLES"] ?? usualCycles);
  const linux = { skip: process.platform !== "linux" && "descriptors are counted in /proc" };

  describe(`${name}: TLS load (slow)`, () => {
    test(`${AT_ONCE} TLS connections at once, each gets its own bytes back`, linux, async () => {
      const before = descriptors();
      await running(makeReactor, async (reactor) => {
        const servers = Factory.forProtocol(Echo);
        servers.noisy = false;
        const options = { interface: HOST, backlog: AT_ONCE, ...secure };
        const port = await reactor.listenSSL(0, servers, serverContext(), options).whenListening();
        const context = clientContext();
        let begun = 0;
        let answers = 0;
        const begin = (): void => {
          const clients = new ClientFactory();
          clients.noisy = false;
          const message = `connection ${begun++}\n`;
          clients.buildProtocol = () =>
            new Caller(message, () => {
              answers++;
              if (begun < AT_ONCE) begin();
            });
          reactor.connectSSL(HOST, (port.getHost() as InternetAddress).port, clients, context, secure);
        };
        for (let n = 0; n < ABREAST; n++) begin();
        await until(() => answers === AT_ONCE, "all answers");
        assert.ok(descriptors() - before >= 2 * AT_ONCE, "all of them are connected");
      });
      await until(() => descriptors() <= before, "the descriptors to be closed");
    });

    test(`${cycles} TLS connections made and closed, leak neither descriptors nor memory`, linux, async () => {
      await running(makeReactor, async (reactor) => {
        const servers = Factory.forProtocol(Protocol);
        servers.noisy = false;
        const port = await reactor
          .listenSSL(0, servers, serverContext(), { interface: HOST, ...secure })
          .whenListening();
        const cycler = new Cycler(cycles);
        const context = clientContext();
        const descriptorsBefore = descriptors();
        for (let n = 0; n < ABREAST; n++) {
          reactor.connectSSL(HOST, (port.getHost() as InternetAddress).port, cycler, context, secure);
        }
        // Until then, what is kept for the next ones has been made: the process grows at first.
        await until(() => cycler.lost >= cycles / 2, "the first half");
        const memoryBefore = await memoryInUse();
        await until(() => cycler.lost === cycles, "all cycles");
        const memoryAfter = await memoryInUse();
        await until(() => descriptors() <= descriptorsBefore, "the descriptors to be closed");
        assert.deepEqual([cycler.made, cycler.unclean], [cycles, 0]);
        assert.equal(reactor.getDelayedCalls().length, 0);
        // A connection that is kept alive keeps some 50 kilobytes; what is left of one that is not is next to nothing.
        const leaked = (memoryAfter.ofJavaScript - memoryBefore.ofJavaScript) / (cycles / 2);
        assert.ok(leaked < 100, `${leaked.toFixed(1)} bytes are left of each connection`);
        // One certificate is more than that. The system counts in pages, and libraries keep some of what they free.
        const lost = (memoryAfter.ofLibraries - memoryBefore.ofLibraries) / (cycles / 2);
        assert.ok(lost < 2000, `libraries have lost ${lost.toFixed(1)} bytes with each connection`);
      });
    });
  });
}
