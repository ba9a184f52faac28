/** TLS over the node reactor. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { available } from "../../src/tls/engine-choice.ts";
import { streamConformance } from "./streams.ts";
import { tlsContextConformance } from "./tls-contexts.ts";
import { tlsConformance } from "./tls.ts";
import { nestedTLSStreams, tlsStreams, tlsUNIXStreams } from "./tls-fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const makeReactor = (): NodeReactor => new NodeReactor();

for (const engine of available()) {
  const name = `node, ${engine} engine`;
  streamConformance(name, makeReactor, tlsStreams("TLSv1.3", { engine }));
  streamConformance(name, makeReactor, tlsStreams("TLSv1.2", { engine }));
  tlsConformance(name, makeReactor, { engine });
  tlsContextConformance(name, makeReactor, { engine });
  streamConformance(name, makeReactor, nestedTLSStreams({ engine }));
  streamConformance(name, makeReactor, tlsUNIXStreams(folder, { engine }));
}
