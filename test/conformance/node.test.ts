/** The node reactor under the conformance suites. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { besideNodeConformance } from "./beside-node.ts";
import { fileConformance } from "./files.ts";
import { lifeConformance } from "./life.ts";
import { streamConformance } from "./streams.ts";
import { statisticsConformance } from "./statistics.ts";
import { tcpStreams, unixStreams } from "./stream-kinds.ts";
import { tcpConformance } from "./tcp.ts";
import { unixConformance } from "./unix.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const makeReactor = (): NodeReactor => new NodeReactor();

lifeConformance("node", makeReactor);
besideNodeConformance("node", makeReactor);
statisticsConformance("node", makeReactor);
streamConformance("node", makeReactor, tcpStreams("127.0.0.1"));
streamConformance("node", makeReactor, tcpStreams("::1"));
streamConformance("node", makeReactor, unixStreams(folder));
fileConformance("node", makeReactor, folder);
tcpConformance("node", makeReactor);
unixConformance("node", makeReactor, folder);
