/** What a reactor has no means for, with the reason: its tests are skipped with it, and nothing else is. */
export interface Lacks {
  /** Time that passes by itself. */
  readonly realTime?: string;
  /** Files of the system that its UNIX sockets are. */
  readonly files?: string;
  /** Ports that others than its own programs can connect to. */
  readonly realPorts?: string;
  /** Descriptors of the system. */
  readonly descriptors?: string;
}
