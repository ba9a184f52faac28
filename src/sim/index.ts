/** The simulated network: programs without a network, time without waiting. */
export { checkFault, checkFaults } from "./check-fault.ts";
export { describeFault } from "./describe-fault.ts";
export { drawFaults } from "./draw-faults.ts";
export { SimulationError, SimulationStalled } from "./errors.ts";
export type { SimulationState } from "./errors.ts";
export { ExplorationFailed } from "./explore/exploration.ts";
export type { Exploration, ExploredFailure } from "./explore/exploration.ts";
export { explore } from "./explore/explore.ts";
export type { ExploreOptions, SimulationCheck, SimulationCondition, SimulationProgram } from "./explore/explore.ts";
export type { NetworkOptions } from "./explore/make-network.ts";
export { shrinkFaults } from "./explore/shrink-faults.ts";
export type { ShrinkOptions } from "./explore/shrink-faults.ts";
export type { ErrorText } from "./explore/simulation.ts";
export type { Fault, FaultKind, FaultRecipe, FaultTime } from "./fault.ts";
export type { ForeignReactor } from "./foreign/foreign-reactor.ts";
export type {
  DroppedConnection,
  ForeignServer,
  ForeignServerOptions,
  ServerAddress,
} from "./foreign/foreign-server.ts";
export type { ForeignSocket, ForeignSocketOptions } from "./foreign/foreign-socket.ts";
export type { LookupFunction, NetConnectOptions, NetListenOptions } from "./foreign/net-arguments.ts";
export { NetLike } from "./foreign/net-like.ts";
export { installGlobals } from "./globals.ts";
export { SimulationGuardError } from "./guard/guard-error.ts";
export type { CurrentGlobals, GuardMode, SimulatedGlobals } from "./guard/simulated-globals.ts";
export { formatEvent, formatEvents } from "./format-event.ts";
export type { HostClock, HostClockOptions } from "./host-clock.ts";
export type { Link, LinkWays } from "./link.ts";
export type { Delay, LinkOptions } from "./link-options.ts";
export { formatPcapng } from "./look/format-pcapng.ts";
export type { PcapngOptions } from "./look/format-pcapng.ts";
export { formatTimeline } from "./look/format-timeline.ts";
export type { TimelineOptions } from "./look/format-timeline.ts";
export { formatTimelineSVG } from "./look/format-timeline-svg.ts";
export type { TimelineSVGOptions } from "./look/format-timeline-svg.ts";
export type { TimelineFiles } from "./look/write-timeline.ts";
export type { PortFilter, Reading } from "./machine.ts";
export { SeededRandom } from "./seeded-random.ts";
export type { HostProgram, SimulatedHost, SpawnOptions } from "./simulated-host.ts";
export { SimulatedNetwork } from "./simulated-network.ts";
export type { HostOptions, RunSimulationOptions, SimulatedNetworkOptions } from "./simulated-network.ts";
export type { Packet, PacketEnd, SimulationEvent, SimulationEventKind } from "./simulation-event.ts";
