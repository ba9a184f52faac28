/** Node's TLS, loaded when it is first needed: it costs a program as much as all of Hawser. */
import type * as TLS from "node:tls";

let loaded: typeof TLS | undefined;

export function nodeTLS(): typeof TLS {
  loaded ??= process.getBuiltinModule("node:tls");
  return loaded;
}
