/** What clients secure connections with: they know the name of the server, and its certificate must be for that name. */
import { isIP } from "node:net";
import { inspect } from "node:util";
import { hostText } from "../endpoint/host-text.ts";
import { contextOptions } from "./certificate-options.ts";
import type { CertificateOptionsParameters, PrivateKeyLike } from "./certificate-options.ts";
import { ContextFactory } from "./context-factory.ts";
import { TLSContext } from "./tls-context.ts";
import type { TLSSide } from "./tls-engine.ts";
import { platformTrust } from "./trust-root.ts";
import type { CertificateLike, TrustRoot } from "./trust-root.ts";

/** A certificate with its key: `PrivateCertificate`. */
export interface ClientCertificate {
  readonly privateKey: Exclude<PrivateKeyLike, string | Uint8Array>;
  readonly chain: readonly CertificateLike[];
  dumpPEM(): string;
}

export interface ClientTLSOptions {
  /** Whose signature the server's certificate must have; the platform's authorities unless told otherwise. */
  readonly trustRoot?: TrustRoot | CertificateLike;
  /** What to show a server that asks for it. */
  readonly clientCertificate?: ClientCertificate;
  /** The protocols to agree on (ALPN), the best first. */
  readonly acceptableProtocols?: readonly string[];
  /** Whatever else `CertificateOptions` knows. */
  readonly extraCertificateOptions?: Omit<
    CertificateOptionsParameters,
    "trustRoot" | "verify" | "caCerts" | "requireCertificate" | "privateKey" | "certificate" | "extraCertChain"
  >;
}

const OPTIONS: ReadonlySet<string> = new Set([
  "trustRoot",
  "clientCertificate",
  "acceptableProtocols",
  "extraCertificateOptions",
]);

/**
 * A context factory for connections to `hostname`, a name or an IP address: the server must show a certificate for it that one of the trust root
 * has signed. A name is asked for (SNI), in ASCII. Throws a `TypeError` where `hostname` is neither, or an option is unknown.
 *
 * @example
 * const contextFactory = optionsForClientTLS("bücher.example", { acceptableProtocols: ["h2"] });
 * assert.equal(contextFactory.contextFor("client").serverName, "xn--bcher-kva.example");
 * assert.equal(optionsForClientTLS("192.0.2.1").contextFor("client").serverName, undefined);
 */
export function optionsForClientTLS(hostname: string, options: ClientTLSOptions = {}): ContextFactory {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name)) {
      throw new TypeError(
        `Cannot use ${JSON.stringify(name)} for a TLS client: expected one of ${[...OPTIONS].join(", ")}, others in extraCertificateOptions`,
      );
    }
  }
  const name = typeof hostname === "string" ? hostText(hostname)?.replace(/\.$/, "") : undefined;
  if (name === undefined) {
    throw new TypeError(`Cannot verify the name ${inspect(hostname)}: expected a host name or an IP address`);
  }
  const { trustRoot = platformTrust(), clientCertificate, acceptableProtocols } = options;
  const parameters: CertificateOptionsParameters = {
    ...options.extraCertificateOptions,
    trustRoot,
    ...(acceptableProtocols === undefined ? {} : { acceptableProtocols }),
    ...(clientCertificate === undefined
      ? {}
      : {
          privateKey: clientCertificate.privateKey,
          certificate: clientCertificate,
          extraCertChain: clientCertificate.chain,
        }),
  };
  return new ClientTLSOptionsFactory(
    new TLSContext({
      ...contextOptions(parameters),
      peerName: name,
      ...(isIP(name) === 0 ? { serverName: name } : {}),
    }),
  );
}

class ClientTLSOptionsFactory extends ContextFactory {
  override contextFor(side: TLSSide): TLSContext {
    if (side === "client") return super.contextFor(side);
    throw new TypeError(
      "Cannot be a TLS server: these options are for clients (optionsForClientTLS), expected CertificateOptions",
    );
  }
}
