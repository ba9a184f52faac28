/** The border to Node's streams on the node reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { borderConformance } from "./border.ts";
import { duplexPairs, thereAndBack } from "./duplex-kinds.ts";
import { streamConformance } from "./streams.ts";

const makeReactor = (): NodeReactor => new NodeReactor();

streamConformance("node", makeReactor, duplexPairs);
streamConformance("node", makeReactor, thereAndBack);
borderConformance("node", makeReactor);
