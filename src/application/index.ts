/** `hawser/application`: services, and what runs them as programs. */
export { Application } from "./application.ts";
export type { ApplicationOptions } from "./application.ts";
export { backoffPolicy } from "./backoff-policy.ts";
export type { RetryPolicy } from "./backoff-policy.ts";
export { ClientService } from "./client-service.ts";
export type { ClientServiceOptions } from "./client-service.ts";
export { CooperatorService } from "./cooperator-service.ts";
export { DuplicateServiceError, ServiceNotFoundError } from "./errors.ts";
export { MultiService } from "./multi-service.ts";
export { Service } from "./service.ts";
export type { ServiceCollection, ServiceLike, Stopping } from "./service.ts";
export { StreamServerEndpointService } from "./stream-server-endpoint-service.ts";
export type { StreamServerEndpointServiceOptions } from "./stream-server-endpoint-service.ts";
export { strports } from "./strports.ts";
export { TimerService } from "./timer-service.ts";
