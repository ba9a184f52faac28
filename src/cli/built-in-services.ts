/** The services of Hawser: what a list shows of each, and how to load it. */
import type { ServiceMaker } from "./service-maker.ts";

export interface BuiltInService {
  readonly summary: string;
  readonly load: () => Promise<ServiceMaker>;
}

/** By name. A test proves that the summaries are those of the makers. */
export const BUILT_IN_SERVICES: Readonly<Record<string, BuiltInService>> = {
  chargen: {
    summary: "Sends characters without end",
    load: async () => (await import("./services/wire.ts")).wire("chargen"),
  },
  chat: {
    summary: "A chat room: each line goes to everybody else",
    load: async () => (await import("./services/chat.ts")).chat,
  },
  daytime: {
    summary: "Says the date and time in a line of text",
    load: async () => (await import("./services/wire.ts")).wire("daytime"),
  },
  discard: {
    summary: "Drops what it receives",
    load: async () => (await import("./services/wire.ts")).wire("discard"),
  },
  echo: {
    summary: "Sends back what it receives",
    load: async () => (await import("./services/wire.ts")).wire("echo"),
  },
  inetd: {
    summary: "Serves what a file says, itself or by programs",
    load: async () => (await import("./services/inetd.ts")).inetd,
  },
  portforward: {
    summary: "Forwards each connection to another place",
    load: async () => (await import("./services/portforward.ts")).portforward,
  },
  procmon: {
    summary: "Keeps a process running, and logs what it writes",
    load: async () => (await import("./services/procmon.ts")).procmon,
  },
  qotd: {
    summary: "Says a quote of the day",
    load: async () => (await import("./services/wire.ts")).qotd,
  },
  socks: {
    summary: "A proxy for SOCKS 4, 4a and 5",
    load: async () => (await import("./services/socks.ts")).socks,
  },
  time: {
    summary: "Says the seconds since 1900 in four bytes",
    load: async () => (await import("./services/wire.ts")).wire("time"),
  },
};
