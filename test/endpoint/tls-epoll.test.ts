/** The epoll reactor under the suite of endpoints with TLS. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { tlsEndpointSuite } from "./tls-suite.ts";

if (loadNativeCore() === null) {
  test("endpoints with TLS over epoll", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  tlsEndpointSuite("epoll", () => new EpollReactor());
}
