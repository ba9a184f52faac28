/** What the streams of an epoll reactor share. */
import type { StreamReactor } from "../stream-reactor.ts";
import type { EpollCore } from "./epoll-core.ts";

export interface EpollStreams {
  readonly reactor: StreamReactor;
  /** The core, opened when it is first needed. */
  core(): EpollCore;
}
