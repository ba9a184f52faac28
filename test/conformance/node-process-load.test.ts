/** Many child processes on the node reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { processLoadConformance } from "./process-load.ts";

processLoadConformance("node", () => new NodeReactor());
