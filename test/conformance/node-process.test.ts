/** Child processes on the node reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { processFaultsConformance } from "./process-faults.ts";
import { processStartConformance } from "./process-start.ts";
import { processConformance } from "./process.ts";

processConformance("node", () => new NodeReactor());
processStartConformance("node", () => new NodeReactor());
processFaultsConformance("node", () => new NodeReactor());
