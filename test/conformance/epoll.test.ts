/** The epoll reactor under the conformance suites. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { besideNodeConformance } from "./beside-node.ts";
import { fileConformance } from "./files.ts";
import { lifeConformance } from "./life.ts";
import { streamConformance } from "./streams.ts";
import { statisticsConformance } from "./statistics.ts";
import { tcpStreams, unixStreams } from "./stream-kinds.ts";
import { tcpConformance } from "./tcp.ts";
import { unixConformance } from "./unix.ts";

if (loadNativeCore() === null) {
  test("epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  after(() => rmSync(folder, { recursive: true }));
  const makeReactor = (): EpollReactor => new EpollReactor();
  lifeConformance("epoll", makeReactor);
  besideNodeConformance("epoll", makeReactor);
  statisticsConformance("epoll", makeReactor);
  streamConformance("epoll", makeReactor, tcpStreams("127.0.0.1"));
  streamConformance("epoll", makeReactor, tcpStreams("::1"));
  streamConformance("epoll", makeReactor, unixStreams(folder));
  fileConformance("epoll", makeReactor, folder);
  tcpConformance("epoll", makeReactor);
  unixConformance("epoll", makeReactor, folder);
}
