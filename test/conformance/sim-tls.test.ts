/** TLS over the reactor of simulated hosts. */
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { available } from "../../src/tls/engine-choice.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import "../support/quiet-logs.ts";
import { streamConformance } from "./streams.ts";
import { tlsContextConformance } from "./tls-contexts.ts";
import { tlsConformance } from "./tls.ts";
import { nestedTLSStreams, tlsStreams, tlsUNIXStreams } from "./tls-fixtures.ts";

/** A host of a network that leaves the runtime the turns that TLS of Node needs. */
function makeReactor(): Reactor {
  const net = new SimulatedNetwork({ seed: 1 });
  const { reactor } = net.host("here");
  void net.run({ until: () => false, whenIdle: "wait", turns: 10 });
  return reactor;
}

for (const engine of available()) {
  const name = `sim, ${engine} engine`;
  streamConformance(name, makeReactor, tlsStreams("TLSv1.3", { engine }));
  streamConformance(name, makeReactor, tlsStreams("TLSv1.2", { engine }));
  tlsConformance(name, makeReactor, { engine }, { realPorts: "a simulated host is alone with its network" });
  tlsContextConformance(name, makeReactor, { engine });
  streamConformance(name, makeReactor, nestedTLSStreams({ engine }));
  streamConformance(name, makeReactor, tlsUNIXStreams("/run", { engine }));
}
