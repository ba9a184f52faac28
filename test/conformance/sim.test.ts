/** The reactor of simulated hosts under the conformance suites of the real ones. */
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import "../support/quiet-logs.ts";
import { borderConformance } from "./border.ts";
import { datagramConformance } from "./datagrams.ts";
import { thereAndBack } from "./duplex-kinds.ts";
import { lifeConformance } from "./life.ts";
import { statisticsConformance } from "./statistics.ts";
import { streamConformance } from "./streams.ts";
import { tcpStreams, unixStreams } from "./stream-kinds.ts";
import { tcpConformance } from "./tcp.ts";
import { unixConformance } from "./unix.ts";

/** A host of a network that runs as long as there is something to do, and leaves the runtime the turns that the suites count on. */
function makeReactor(): Reactor {
  const net = new SimulatedNetwork({ seed: 1 });
  const { reactor } = net.host("here");
  void net.run({ until: () => false, whenIdle: "wait", turns: 3 });
  return reactor;
}

const lacks = {
  realTime: "a simulated host has virtual time",
  files: "a simulated host has no files",
  descriptors: "a simulated host has no descriptors",
};

lifeConformance("sim", makeReactor, lacks);
statisticsConformance("sim", makeReactor, lacks);
streamConformance("sim", makeReactor, tcpStreams("127.0.0.1"));
streamConformance("sim", makeReactor, tcpStreams("::1"));
streamConformance("sim", makeReactor, unixStreams("/run"));
tcpConformance("sim", makeReactor);
unixConformance("sim", makeReactor, "/run", lacks);
datagramConformance("sim", makeReactor, lacks);
streamConformance("sim", makeReactor, thereAndBack);
borderConformance("sim", makeReactor);
