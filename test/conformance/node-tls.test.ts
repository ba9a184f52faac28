/** TLS over the node reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { streamConformance } from "./streams.ts";
import { tlsConformance } from "./tls.ts";
import { nestedTLSStreams, tlsStreams } from "./tls-fixtures.ts";

const makeReactor = (): NodeReactor => new NodeReactor();

for (const engine of ["node"] as const) {
  const name = `node, ${engine} engine`;
  streamConformance(name, makeReactor, tlsStreams("TLSv1.3", { engine }));
  streamConformance(name, makeReactor, tlsStreams("TLSv1.2", { engine }));
  tlsConformance(name, makeReactor, { engine });
  streamConformance(name, makeReactor, nestedTLSStreams({ engine }));
}
