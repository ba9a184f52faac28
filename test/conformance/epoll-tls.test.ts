/** TLS over the epoll reactor. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { available } from "../../src/tls/engine-choice.ts";
import { streamConformance } from "./streams.ts";
import { tlsContextConformance } from "./tls-contexts.ts";
import { tlsConformance } from "./tls.ts";
import { nestedTLSStreams, tlsStreams, tlsUNIXStreams } from "./tls-fixtures.ts";

if (loadNativeCore() === null) {
  test("epoll reactor, TLS", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  after(() => rmSync(folder, { recursive: true }));
  const makeReactor = (): EpollReactor => new EpollReactor();
  for (const engine of available()) {
    const name = `epoll, ${engine} engine`;
    streamConformance(name, makeReactor, tlsStreams("TLSv1.3", { engine }));
    streamConformance(name, makeReactor, tlsStreams("TLSv1.2", { engine }));
    tlsConformance(name, makeReactor, { engine });
    tlsContextConformance(name, makeReactor, { engine });
    streamConformance(name, makeReactor, nestedTLSStreams({ engine }));
    streamConformance(name, makeReactor, tlsUNIXStreams(folder, { engine }));
  }
}
