/** TLS over the epoll reactor. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { streamConformance } from "./streams.ts";
import { tlsConformance } from "./tls.ts";
import { nestedTLSStreams, tlsStreams } from "./tls-fixtures.ts";

if (loadNativeCore() === null) {
  test("epoll reactor, TLS", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  const makeReactor = (): EpollReactor => new EpollReactor();
  for (const engine of ["node"] as const) {
    const name = `epoll, ${engine} engine`;
    streamConformance(name, makeReactor, tlsStreams("TLSv1.3", { engine }));
    streamConformance(name, makeReactor, tlsStreams("TLSv1.2", { engine }));
    tlsConformance(name, makeReactor, { engine });
    streamConformance(name, makeReactor, nestedTLSStreams({ engine }));
  }
}
