/** The contract of what looks up the addresses of hosts. */
import type { InternetAddress, InternetProtocol } from "../transport/address.ts";

/** Is told of the addresses as they are found. */
export interface ResolutionReceiver {
  resolutionBegan(resolution: HostResolution): void;
  addressResolved(address: InternetAddress): void;
  /** There are no more; where none was given before, the name is not known. */
  resolutionComplete(): void;
}

/** A lookup under way. */
export interface HostResolution {
  readonly name: string;
  /** Gives up: the receiver is told nothing more but `resolutionComplete`. */
  cancel(): void;
}

export interface ResolutionOptions {
  readonly port?: number;
  /** Which families are wanted; both unless told otherwise. */
  readonly addressTypes?: readonly ("ipv4" | "ipv6")[];
  readonly transportSemantics?: InternetProtocol;
}

/** Looks up hosts. */
export interface NameResolver {
  resolveHostName(receiver: ResolutionReceiver, hostName: string, options?: ResolutionOptions): HostResolution;
}
