/** The border to Node's streams on the epoll reactor. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { borderConformance } from "./border.ts";
import { duplexPairs, thereAndBack } from "./duplex-kinds.ts";
import { streamConformance } from "./streams.ts";

if (loadNativeCore() === null) {
  test("epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  const makeReactor = (): EpollReactor => new EpollReactor();
  streamConformance("epoll", makeReactor, duplexPairs);
  streamConformance("epoll", makeReactor, thereAndBack);
  borderConformance("epoll", makeReactor);
}
