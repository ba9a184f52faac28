/** The small services of the internet's first years: `echo`, `discard`, `chargen`, `qotd`, `daytime` and `time`. */
import type { WireServiceOptions } from "../../wire-services/wire-services.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceContext, ServiceMaker } from "../service-maker.ts";

type Name = "chargen" | "daytime" | "discard" | "echo" | "qotd" | "time";

/** What each does, as the list shows it. */
export const WIRE_SUMMARIES: Readonly<Record<Name, string>> = {
  chargen: "Sends characters without end",
  daytime: "Says the date and time in a line of text",
  discard: "Drops what it receives",
  echo: "Sends back what it receives",
  qotd: "Says a quote of the day",
  time: "Says the seconds since 1900 in four bytes",
};

const LISTEN = ["tcp:0:interface=127.0.0.1"];

/** The service called `name`; `qotd` is one of its own, for it has something to be told. */
export function wire(name: Exclude<Name, "qotd">): ServiceMaker {
  return defineService({
    name,
    summary: WIRE_SUMMARIES[name],
    example: {
      command: `hawser ${name} --listen tcp:8007:interface=127.0.0.1`,
      does: `${WIRE_SUMMARIES[name].toLowerCase()}, on port 8007 of this machine alone`,
    },
    listen: LISTEN,
    options: {},
    make: (_, context) => listen(name, context),
  });
}

export const qotd: ServiceMaker = defineService({
  name: "qotd",
  summary: WIRE_SUMMARIES.qotd,
  example: {
    command: 'hawser qotd --listen tcp:8017 --quote "Well begun is half done."',
    does: "says that to everybody who connects to port 8017",
  },
  listen: LISTEN,
  options: {
    quote: { type: "text", default: "Well begun is half done.", help: "what it says" },
  },
  make: ({ quote }, context) => listen("qotd", context, { getQuote: () => `${quote}\r\n` }),
});

async function listen(name: Name, context: ServiceContext, options: WireServiceOptions = {}) {
  const { wireServices } = await import("../../wire-services/wire-services.ts");
  return context.listen(wireServices[name].tcpFactory(options));
}
