/**
 * A cache that speaks the protocol of memcached, as far as its everyday commands go: a stand-in where there is no memcached. What is stored stays until the
 * program ends, whatever its expiry time is. Argument: the port, 11211 unless given.
 */
import { Factory, reactor } from "hawser";
import { CacheConnection, CacheStore } from "./cache.ts";

class CacheFactory extends Factory<CacheConnection> {
  readonly #store = new CacheStore();

  override buildProtocol(): CacheConnection {
    return new CacheConnection(this.#store);
  }
}

const port = reactor.listenTCP(Number(process.argv[2] ?? 11_211), new CacheFactory(), { interface: "127.0.0.1" });
port.whenListening().addCallback((open) => console.log(`Cache on ${open.getHost().toString()}`));
await reactor.run();
