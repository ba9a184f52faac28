/** The services of Hawser: what a list shows of each, and how to load it. */
import type { ServiceMaker } from "./service-maker.ts";

export interface BuiltInService {
  readonly summary: string;
  readonly load: () => Promise<ServiceMaker>;
}

/** By name. A test proves that the summaries are those of the makers. */
export const BUILT_IN_SERVICES: Readonly<Record<string, BuiltInService>> = {
  chat: {
    summary: "A chat room: each line goes to everybody else",
    load: async () => (await import("./services/chat.ts")).chat,
  },
  portforward: {
    summary: "Forwards each connection to another place",
    load: async () => (await import("./services/portforward.ts")).portforward,
  },
  procmon: {
    summary: "Keeps a process running, and logs what it writes",
    load: async () => (await import("./services/procmon.ts")).procmon,
  },
  socks: {
    summary: "A proxy for SOCKS 4, 4a and 5",
    load: async () => (await import("./services/socks.ts")).socks,
  },
};
