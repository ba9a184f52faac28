/** Stores, counts and fetches in a cache. Argument: the port of memcached, or of the stand-in beside this file; 11211 unless given. */
import { react } from "hawser";
import { TCP4ClientEndpoint, connectProtocol } from "hawser/endpoint";
import { DEFAULT_PORT, MemCacheProtocol } from "hawser/memcache";

await react(async (reactor) => {
  const endpoint = new TCP4ClientEndpoint(reactor, "127.0.0.1", Number(process.argv[2] ?? DEFAULT_PORT));
  const cache = await connectProtocol(endpoint, new MemCacheProtocol(reactor, { timeOut: 10 }));

  // Commands need not wait for each other: the answers come in the order of the commands.
  const stored = cache.set("greeting", "Hello");
  const appended = cache.append("greeting", ", world!");
  const found = cache.get("greeting", { withIdentifier: true });
  console.log("stored:", await stored, "appended:", await appended);

  const { value, cas } = await found;
  console.log("found:", value?.toString());

  // Somebody else may have changed the value meanwhile; then this stores nothing.
  console.log("changed:", await cache.checkAndSet("greeting", "Good bye!", cas));
  console.log("changed again:", await cache.checkAndSet("greeting", "Too late", cas));

  await cache.set("visits", "41");
  console.log("visits:", await cache.increment("visits"));
  const values = await cache.getMultiple(["greeting", "visits", "nothing"]);
  for (const [key, entry] of values) console.log(`${key}:`, entry.value?.toString() ?? "not there");

  await cache.delete("greeting");
  await cache.delete("visits");
  cache.transport.loseConnection();
});
