/**
 * The proxy of the soak, a process of its own: forwards to the port that its first argument says, so many bytes per second as the second says, and
 * limited. `"leaks"` as a third one makes it keep a piece of memory for each connection. The environment says on which reactor. It tells its port, and its state whenever it is asked.
 */
import { existsSync, readdirSync } from "node:fs";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { LimitConnectionsByPeer } from "../../src/policies/limit-connections-by-peer.ts";
import { ThrottlingFactory } from "../../src/policies/throttling-factory.ts";
import { ProxyFactory } from "../../src/portforward/proxy-factory.ts";
import type { ProxyServer } from "../../src/portforward/proxy-factory.ts";
import { reactor } from "../../src/reactor/global-reactor.ts";
import type { Address, InternetAddress } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

/** What the proxy tells: its port, or how it is. */
export interface ProxyState {
  readonly port: number;
  readonly connections: number;
  readonly throttled: number;
  /** -1 where the system does not say. */
  readonly descriptors: number;
  /** Bytes, after a collection of garbage. */
  readonly heap: number;
  readonly resident: number;
}

const HOST = "127.0.0.1";
const MAX_CONNECTIONS = 24;
const MAX_PER_PEER = 8;
const LEAK = 64 * 1024;
const DESCRIPTORS = "/proc/self/fd";

class LeakingFactory extends ProxyFactory {
  readonly kept: Buffer[] = [];

  override buildProtocol(address: Address): ProxyServer | null {
    this.kept.push(Buffer.alloc(LEAK, "x"));
    return super.buildProtocol(address);
  }
}

class CountingThrottle extends ThrottlingFactory {
  throttled = 0;

  override throttleReads(): void {
    this.throttled++;
    super.throttleReads();
  }
}

const [target, bytesPerSecond, leaks] = process.argv.slice(2);
const endpoint = new TCP4ClientEndpoint(reactor, HOST, Number(target));
const forwarding = leaks === "leaks" ? new LeakingFactory(endpoint) : new ProxyFactory(endpoint);
const throttling = new CountingThrottle(forwarding, reactor, {
  maxConnectionCount: MAX_CONNECTIONS,
  readLimit: Number(bytesPerSecond),
});
const limiting = new LimitConnectionsByPeer(throttling);
limiting.maxConnectionsPerPeer = MAX_PER_PEER;
for (const factory of [forwarding, throttling, limiting]) factory.noisy = false;
const port = reactor.listenTCP(0, limiting, { interface: HOST, backlog: 512 });

/** What a socket leaves to be cleared away when its turn is over is garbage only then. */
async function tell(): Promise<void> {
  globalThis.gc!();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  const state: ProxyState = {
    port: (port.getHost() as InternetAddress).port,
    connections: throttling.connectionCount,
    throttled: throttling.throttled,
    descriptors: existsSync(DESCRIPTORS) ? readdirSync(DESCRIPTORS).length : -1,
    heap: heapUsed + external,
    resident: rss,
  };
  process.send!(state);
}

process.on("message", () => void tell());
port.whenListening().addCallback(tell);
await reactor.run();
