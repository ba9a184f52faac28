/** `hawser/application`: services, and what runs them as programs. */
export { Application } from "./application.ts";
export type { ApplicationOptions } from "./application.ts";
export { backoffPolicy } from "./backoff-policy.ts";
export type { RetryPolicy } from "./backoff-policy.ts";
export { ClientService } from "./client-service.ts";
export type { ClientServiceOptions } from "./client-service.ts";
export { CooperatorService } from "./cooperator-service.ts";
export { DEFAULT_DRAIN } from "./drain.ts";
export type { DrainStep } from "./drain.ts";
export { DrainingServerService } from "./draining-server-service.ts";
export type { DrainingServerServiceOptions } from "./draining-server-service.ts";
export { dropPrivileges } from "./drop-privileges.ts";
export type { Identities, Identity } from "./drop-privileges.ts";
export {
  DuplicateServiceError,
  PIDFileHeldError,
  PrivilegesError,
  ServiceNotFoundError,
  WorkerError,
} from "./errors.ts";
export { isJournal, journalLogObserver } from "./journal-log-observer.ts";
export { LoggingProtocol } from "./logging-protocol.ts";
export type { LoggingProtocolOptions } from "./logging-protocol.ts";
export { MultiService } from "./multi-service.ts";
export { PIDFile } from "./pid-file.ts";
export { ProcessMonitor } from "./process-monitor.ts";
export type { MonitoredProcessOptions } from "./process-monitor.ts";
export { runApplication } from "./run-application.ts";
export type { RunApplicationOptions } from "./run-application.ts";
export { Service } from "./service.ts";
export type { ServiceCollection, ServiceLike, Stopping } from "./service.ts";
export { sharedServerFromString } from "./shared-server-from-string.ts";
export { StreamServerEndpointService } from "./stream-server-endpoint-service.ts";
export type { StreamServerEndpointServiceOptions } from "./stream-server-endpoint-service.ts";
export { strports } from "./strports.ts";
export { SystemdNotifier } from "./systemd-notifier.ts";
export type { NotifyState } from "./systemd-notifier.ts";
export { TimerService } from "./timer-service.ts";
export { tellGroup, workerID } from "./worker-environment.ts";
export type { WorkerEnvironment, WorkerNews } from "./worker-environment.ts";
export { WorkerGroup } from "./worker-group.ts";
export type { WorkerGroupOptions } from "./worker-group.ts";
