/** Makes of a context what Node wants: a `tls.SecureContext`, once for each context. */
import { constants } from "node:crypto";
import type { SecureContext, SecureContextOptions } from "node:tls";
import { nodeTLS } from "./node-tls.ts";
import type { TLSContext } from "./tls-context.ts";

const contexts = new WeakMap<TLSContext, SecureContext>();

/** The secure context. Throws a `TypeError`, with OpenSSL's as its cause, where there is none. */
export function secureContextOf(context: TLSContext): SecureContext {
  let made = contexts.get(context);
  if (made === undefined) {
    made = makeSecureContext(context);
    contexts.set(context, made);
  }
  return made;
}

function makeSecureContext(context: TLSContext): SecureContext {
  const options: SecureContextOptions = {
    minVersion: context.minVersion,
    maxVersion: context.maxVersion,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (context.sessions ? 0 : constants.SSL_OP_NO_TICKET),
    sessionTimeout: context.sessionTimeout,
    // Sessions of one program are not resumed in another.
    sessionIdContext: "hawser",
  };
  if (context.privateKey !== undefined) {
    options.cert = context.certificateChain.join("");
    options.key = context.privateKey;
  }
  if (context.trustRoots !== "platform") options.ca = [...context.trustRoots];
  if (context.ciphers !== undefined) options.ciphers = context.ciphers;
  if (context.groups !== undefined) options.ecdhCurve = context.groups;
  if (context.dhParameters !== undefined) options.dhparam = context.dhParameters;
  try {
    return nodeTLS().createSecureContext(options);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new TypeError(`Cannot use the TLS context: ${said}`, { cause: error });
  }
}
