/** The services by name, for whoever offers a choice of them: a configuration, a command. */
import { ServerFactory } from "../protocol/factory.ts";
import type { DatagramProtocol } from "../protocol/datagram-protocol.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { Saying } from "./answer.ts";
import { Chargen, DatagramChargen } from "./chargen.ts";
import type { DatagramChargenOptions } from "./chargen.ts";
import { DatagramDaytime, Daytime } from "./daytime.ts";
import { DatagramDiscard, Discard } from "./discard.ts";
import { DatagramEcho, Echo } from "./echo.ts";
import { DatagramQOTD, QOTD } from "./qotd.ts";
import { DatagramTime, Time } from "./time.ts";
import type { TimeOfDay } from "./wall-clock.ts";
import { DatagramWho, Who } from "./who.ts";

/** The names of the services. */
export type WireServiceName = "chargen" | "daytime" | "discard" | "echo" | "qotd" | "time" | "who";

/** What the services can be told; each takes what concerns it. */
export interface WireServiceOptions {
  /** What `daytime` and `time` look at: a reactor, or a clock for tests. The system's clock unless told otherwise. */
  readonly clock?: TimeOfDay;
  /** What `qotd` says. */
  readonly getQuote?: Saying;
  /** What `who` says. */
  readonly getUsers?: Saying;
}

/** A service that can be listed and started. */
export interface WireService {
  readonly name: WireServiceName;
  /** What it does, in a few words. */
  readonly summary: string;
  /** The number of the RFC that describes it. */
  readonly rfc: number;
  /** The port that it has by custom, both over TCP and over UDP. */
  readonly port: number;
  /** A factory for ports and endpoints. */
  readonly tcpFactory: (options?: WireServiceOptions) => ServerFactory<Protocol>;
  /** A protocol for a port of datagrams. */
  readonly udpProtocol: (options?: WireServiceOptions & DatagramChargenOptions) => DatagramProtocol;
}

/**
 * All services, by name.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * const { port, tcpFactory, udpProtocol } = wireServices.daytime;
 * reactor.listenTCP(port, tcpFactory({ clock: reactor }));
 * reactor.listenUDP(port, udpProtocol({ clock: reactor }));
 */
export const wireServices: Readonly<Record<WireServiceName, WireService>> = {
  chargen: {
    name: "chargen",
    summary: "sends characters without end",
    rfc: 864,
    port: 19,
    tcpFactory: () => factoryOf(() => new Chargen()),
    udpProtocol: (options) => new DatagramChargen(options),
  },
  daytime: {
    name: "daytime",
    summary: "says the date and time in a line of text",
    rfc: 867,
    port: 13,
    tcpFactory: ({ clock } = {}) => factoryOf(() => new Daytime(clock)),
    udpProtocol: ({ clock, ...options } = {}) => new DatagramDaytime(clock, options),
  },
  discard: {
    name: "discard",
    summary: "drops what it receives",
    rfc: 863,
    port: 9,
    tcpFactory: () => factoryOf(() => new Discard()),
    udpProtocol: () => new DatagramDiscard(),
  },
  echo: {
    name: "echo",
    summary: "sends back what it receives",
    rfc: 862,
    port: 7,
    tcpFactory: () => factoryOf(() => new Echo()),
    udpProtocol: (options) => new DatagramEcho(options),
  },
  qotd: {
    name: "qotd",
    summary: "says a quote of the day",
    rfc: 865,
    port: 17,
    tcpFactory: ({ getQuote } = {}) => factoryOf(() => new QOTD(getQuote)),
    udpProtocol: ({ getQuote, ...options } = {}) => new DatagramQOTD(getQuote, options),
  },
  time: {
    name: "time",
    summary: "says the seconds since 1900 in four bytes",
    rfc: 868,
    port: 37,
    tcpFactory: ({ clock } = {}) => factoryOf(() => new Time(clock)),
    udpProtocol: ({ clock, ...options } = {}) => new DatagramTime(clock, options),
  },
  who: {
    name: "who",
    summary: "says who is logged in",
    rfc: 866,
    port: 11,
    tcpFactory: ({ getUsers } = {}) => factoryOf(() => new Who(getUsers)),
    udpProtocol: ({ getUsers, ...options } = {}) => new DatagramWho(getUsers, options),
  },
};

function factoryOf(make: () => Protocol): ServerFactory<Protocol> {
  const factory = new ServerFactory<Protocol>();
  factory.buildProtocol = () => Object.assign(make(), { factory });
  return factory;
}
