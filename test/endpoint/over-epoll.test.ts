/** The epoll reactor under the suite of endpoints. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import { endpointSuite } from "./over-sockets.ts";

if (loadNativeCore() === null) {
  test("endpoints over epoll", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  after(() => rmSync(folder, { recursive: true }));
  endpointSuite("epoll", () => new EpollReactor(), folder);
}
