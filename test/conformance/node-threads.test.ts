/** Threads on the node reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { threadConformance } from "./threads.ts";

threadConformance("node", () => new NodeReactor());
