/** `hawser/policies`: what can be put around any protocol: limits, timeouts, logs. */
export { LimitConnectionsByPeer } from "./limit-connections-by-peer.ts";
export { LimitTotalConnectionsFactory } from "./limit-total-connections-factory.ts";
export { ProtocolWrapper } from "./protocol-wrapper.ts";
export type { WrapperOwner } from "./protocol-wrapper.ts";
export { SpewingFactory, SpewingProtocol } from "./spewing-factory.ts";
export { ThrottlingFactory, ThrottlingProtocol } from "./throttling-factory.ts";
export type { ThrottlingOptions } from "./throttling-factory.ts";
export { TimeoutFactory, TimeoutProtocol } from "./timeout-factory.ts";
export type { TimeoutOptions } from "./timeout-factory.ts";
export { TrafficLoggingFactory, TrafficLoggingProtocol } from "./traffic-logging-factory.ts";
export type { TrafficLog, TrafficLoggingOptions } from "./traffic-logging-factory.ts";
export { WrappingFactory } from "./wrapping-factory.ts";
export type { WrappedFactory } from "./wrapping-factory.ts";
