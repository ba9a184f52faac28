/** The datagram ports of the epoll reactor under the conformance suite. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { datagramConformance } from "./datagrams.ts";

if (loadNativeCore() === null) {
  test("epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  datagramConformance("epoll", () => new EpollReactor());
}
