/** `hawser/application`: services, and what runs them as programs. */
export { Application } from "./application.ts";
export type { ApplicationOptions } from "./application.ts";
export { DuplicateServiceError, ServiceNotFoundError } from "./errors.ts";
export { MultiService } from "./multi-service.ts";
export { Service } from "./service.ts";
export type { ServiceCollection, ServiceLike, Stopping } from "./service.ts";
