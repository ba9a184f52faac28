/** The descriptions of endpoints with TLS: which files they name, and what is made of them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Reactor } from "../reactor/reactor.ts";
import { CertificateOptions } from "../tls/certificate-options.ts";
import type { CertificateOptionsParameters } from "../tls/certificate-options.ts";
import { CertificateStore } from "../tls/certificate-store.ts";
import { Certificate, certificatesInPEM } from "../tls/certificate.ts";
import { optionsForClientTLS } from "../tls/options-for-client-tls.ts";
import { PrivateCertificate } from "../tls/private-certificate.ts";
import { trustRootFromCertificates } from "../tls/trust-root.ts";
import type { TrustRoot } from "../tls/trust-root.ts";
import type { EndpointArguments, EndpointDescription } from "./description.ts";
import type { StreamClientEndpoint, StreamServerEndpoint } from "./endpoint.ts";
import { HostnameEndpoint } from "./hostname.ts";
import { BACKLOG, CONNECT_TIMEOUT, TCP4ServerEndpoint } from "./tcp.ts";
import { SSL4ClientEndpoint, SSL4ServerEndpoint, wrapClientTLS, wrapServerTLS } from "./tls.ts";

const PORTS = { min: 0, max: 65535 };
const BACKLOGS = { min: 0, max: 2 ** 31 - 1 };
const SECONDS = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** OpenSSL's old names for versions, those that are alive. */
const METHODS: Readonly<Record<string, CertificateOptionsParameters>> = {
  SSLv23_METHOD: {},
  TLS_METHOD: {},
  TLSv1_2_METHOD: { lowerMaximumSecurityTo: "TLSv1.2" },
};
const DEAD_METHODS = /^(?:SSLv[23]|TLSv1(?:_1)?)_METHOD$/;

/** `ssl:port:privateKey=...:certKey=...` */
export function parseServerSSL(reactor: Reactor, description: EndpointDescription): StreamServerEndpoint {
  const args = description.read({
    positional: [
      "port",
      "privateKey",
      "certKey",
      "sslmethod",
      "interface",
      "backlog",
      "extraCertChain",
      "dhParameters",
    ],
    named: ["trustRoots"],
  });
  const port = args.integer("port", PORTS);
  const certificate = certificateIn(description, args, "certKey");
  const chain = args.has("extraCertChain") ? chainIn(description, args.text("extraCertChain")) : certificate.chain;
  const contextFactory = attempt(
    description,
    () =>
      new CertificateOptions({
        privateKey: certificate.privateKey,
        certificate,
        extraCertChain: chain,
        ...(args.has("sslmethod") ? methodOf(description, args.text("sslmethod")) : {}),
        ...(args.has("dhParameters") ? { dhParameters: dhParametersIn(description, args.text("dhParameters")) } : {}),
        ...(args.has("trustRoots") ? { trustRoot: trustRootsIn(description, args.text("trustRoots")) } : {}),
      }),
  );
  return attempt(description, () => new SSL4ServerEndpoint(reactor, port, contextFactory, listenOptions(args)));
}

/** `tls:port:certificates=folder`, `tls:port:privateKey=...:certKey=...`, or with `endpoint=` in place of the port. */
export function parseServerTLS(
  reactor: Reactor,
  description: EndpointDescription,
  serverFromString: (reactor: Reactor, description: string) => StreamServerEndpoint,
): StreamServerEndpoint {
  const args = description.read({
    positional: ["port", "certificates"],
    named: ["privateKey", "certKey", "interface", "backlog", "trustRoots", "endpoint"],
  });
  const parameters: CertificateOptionsParameters = args.has("trustRoots")
    ? { trustRoot: trustRootsIn(description, args.text("trustRoots")) }
    : {};
  const options = { clock: reactor, parameters };
  let contextFactory: CertificateStore;
  if (args.has("certificates")) {
    if (args.has("privateKey") || args.has("certKey")) {
      throw description.wrong("it has both certificates and privateKey or certKey, expected the folder or the files");
    }
    contextFactory = attempt(description, () => CertificateStore.ofDirectory(args.text("certificates"), options));
  } else if (!args.has("privateKey") && !args.has("certKey")) {
    throw description.wrong(
      "it has no certificate, expected certificates=, a folder, or privateKey= and certKey=, files",
    );
  } else {
    const privateKey = args.text("privateKey", args.has("certKey") ? args.text("certKey") : undefined);
    const files = new Map([["default", { privateKey, certificate: args.text("certKey", privateKey) }]]);
    contextFactory = attempt(description, () => new CertificateStore(() => files, options));
  }
  if (!args.has("endpoint")) {
    return wrapServerTLS(
      contextFactory,
      new TCP4ServerEndpoint(reactor, args.integer("port", PORTS), listenOptions(args)),
    );
  }
  if (args.has("port") || args.has("interface") || args.has("backlog")) {
    throw description.wrong(
      "it has both endpoint and port, interface or backlog, expected those inside of the endpoint",
    );
  }
  return wrapServerTLS(contextFactory, serverFromString(reactor, args.text("endpoint")));
}

/** `ssl:host:port` */
export function parseClientSSL(reactor: Reactor, description: EndpointDescription): StreamClientEndpoint {
  const args = description.read({
    positional: ["host", "port"],
    named: ["timeout", "bindAddress", "certKey", "privateKey", "caCertsDir", "hostname"],
  });
  const host = args.text("host");
  const contextFactory = clientContext(description, args, {
    hostname: args.text("hostname", host),
    certificate: "certKey",
    trustRoots: "caCertsDir",
  });
  return new SSL4ClientEndpoint(reactor, host, args.integer("port", { ...PORTS, min: 1 }), contextFactory, {
    timeout: args.integer("timeout", SECONDS, CONNECT_TIMEOUT),
    ...bindAddress(args),
  });
}

/** `tls:host:port`, or with `endpoint=` to go through. */
export function parseClientTLS(
  reactor: Reactor,
  description: EndpointDescription,
  clientFromString: (reactor: Reactor, description: string) => StreamClientEndpoint,
): StreamClientEndpoint {
  const args = description.read({
    positional: ["host", "port", "timeout", "bindAddress", "certificate", "privateKey", "trustRoots", "endpoint"],
  });
  const host = args.text("host");
  const contextFactory = clientContext(description, args, {
    hostname: host,
    certificate: "certificate",
    trustRoots: "trustRoots",
  });
  if (args.has("endpoint")) return wrapClientTLS(contextFactory, clientFromString(reactor, args.text("endpoint")));
  const below = new HostnameEndpoint(reactor, host, args.integer("port", { ...PORTS, min: 1 }), {
    timeout: args.integer("timeout", SECONDS, CONNECT_TIMEOUT),
    ...bindAddress(args),
  });
  return wrapClientTLS(contextFactory, below);
}

function listenOptions(args: EndpointArguments): { interface: string; backlog: number } {
  return { interface: args.text("interface", ""), backlog: args.integer("backlog", BACKLOGS, BACKLOG) };
}

function bindAddress(args: EndpointArguments): { bindAddress?: { host: string } } {
  return args.has("bindAddress") ? { bindAddress: { host: args.text("bindAddress") } } : {};
}

function methodOf(description: EndpointDescription, name: string): CertificateOptionsParameters {
  const method = METHODS[name];
  if (method !== undefined) return method;
  const state = DEAD_METHODS.test(name) ? "which is broken, and spoken by nobody any more" : "which there is not";
  throw description.wrong(
    `sslmethod is ${JSON.stringify(name)}, ${state}, expected one of ${Object.keys(METHODS).join(", ")}, or none`,
  );
}

interface ClientNames {
  readonly hostname: string;
  /** The names of the arguments. */
  readonly certificate: string;
  readonly trustRoots: string;
}

function clientContext(
  description: EndpointDescription,
  args: EndpointArguments,
  names: ClientNames,
): ReturnType<typeof optionsForClientTLS> {
  if (args.has("privateKey") && !args.has(names.certificate)) {
    throw description.wrong(`it has privateKey and no ${names.certificate}, expected both or neither`);
  }
  const clientCertificate = args.has(names.certificate)
    ? certificateIn(description, args, names.certificate)
    : undefined;
  const trustRoot = args.has(names.trustRoots) ? trustRootsIn(description, args.text(names.trustRoots)) : undefined;
  return attempt(description, () =>
    optionsForClientTLS(names.hostname, {
      ...(trustRoot === undefined ? {} : { trustRoot }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    }),
  );
}

/** What a server uses where nothing is said, as Twisted's does. */
const SERVER_PEM = "server.pem";

/** The certificate and the key; where one is not given, they are in the file of the other. */
function certificateIn(description: EndpointDescription, args: EndpointArguments, name: string): PrivateCertificate {
  const certificate = args.has(name) ? args.text(name) : undefined;
  const privateKey = args.text("privateKey", certificate ?? SERVER_PEM);
  return attempt(description, () => PrivateCertificate.fromFiles(certificate ?? privateKey, privateKey));
}

function chainIn(description: EndpointDescription, path: string): Certificate[] {
  const chain = attempt(description, () => Certificate.loadAllPEM(contentOf(description, path)));
  if (chain.length > 0) return chain;
  throw description.wrong(
    `extraCertChain is ${JSON.stringify(path)}, which has no certificate, expected one in PEM or more`,
  );
}

/** The authorities in the `.pem` files of a folder; those that cannot be used are left out, as long as there is one. */
function trustRootsIn(description: EndpointDescription, path: string): TrustRoot {
  const files = attempt(description, () => readdirSync(path)).filter((name) => name.toLowerCase().endsWith(".pem"));
  const found = files.sort().flatMap((name) => {
    try {
      return certificatesInPEM(readFileSync(join(path, name), "latin1")).flatMap((pem) => Certificate.loadAllPEM(pem));
    } catch {
      return [];
    }
  });
  if (found.length > 0) return trustRootFromCertificates(found);
  throw description.wrong(
    `${JSON.stringify(path)} has no certificate of an authority, expected one in a file that ends with ".pem"`,
  );
}

/** OpenSSL takes what it cannot read for nothing. */
function dhParametersIn(description: EndpointDescription, path: string): string {
  const content = contentOf(description, path);
  if (/-----BEGIN (?:X9\.42 )?DH PARAMETERS-----/.test(content)) return content;
  throw description.wrong(
    `dhParameters is ${JSON.stringify(path)}, which has none, expected Diffie-Hellman parameters in PEM`,
  );
}

function contentOf(description: EndpointDescription, path: string): string {
  return attempt(description, () => readFileSync(path, "latin1"));
}

/** What `body` answers; what it throws becomes a complaint about the description. */
function attempt<T>(description: EndpointDescription, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw Object.assign(description.wrong(error.message), { cause: error });
  }
}
