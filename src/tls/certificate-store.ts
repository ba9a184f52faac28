/**
 * Certificates in files, chosen by the name that a client asks for (SNI), and read again when they change. Connections that are there stay as they
 * are; the next handshake has the new certificate. Whether something has changed is looked at when a handshake begins, at most once a second.
 *
 * A file that cannot be used is logged, once for each of its versions; until it can be, what it had before stays.
 */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { Logger } from "../logger/logger.ts";
import { CertificateError } from "./certificate-errors.ts";
import { contextOptions } from "./certificate-options.ts";
import type { CertificateOptionsParameters } from "./certificate-options.ts";
import { ContextFactory } from "./context-factory.ts";
import { PrivateCertificate } from "./private-certificate.ts";
import { TLSContext } from "./tls-context.ts";
import type { TLSSide } from "./tls-engine.ts";

const log = new Logger({ namespace: "hawser.tls" });

/** The files of one certificate. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateStoreOptions {
  /** Who says what time it is; the runtime unless told otherwise. */
  readonly clock?: Pick<ReactorTime, "seconds">;
  /** The seconds for which nobody looks again; 1 unless told otherwise. */
  readonly interval?: number;
  /** Whatever else the contexts have. */
  readonly parameters?: Omit<
    CertificateOptionsParameters,
    "privateKey" | "certificate" | "extraCertChain" | "contextForServerName"
  >;
}

interface Entry {
  /** What the files looked like when they were read. */
  readonly version: string;
  readonly certificate: PrivateCertificate | undefined;
  readonly context: TLSContext | undefined;
}

/**
 * A context factory for servers. `list` answers the files there are, by name; the one called `default`, else the first, is for clients that ask
 * for no name, or for one that no certificate has.
 *
 * @example
 * assert.throws(() => new CertificateStore(() => new Map()), { code: "ERR_CERTIFICATE" });
 */
export class CertificateStore extends ContextFactory {
  readonly #list: () => ReadonlyMap<string, CertificateFiles>;
  readonly #options: CertificateStoreOptions;
  #entries: ReadonlyMap<string, Entry> = new Map();
  #byName: ReadonlyMap<string, TLSContext> = new Map();
  #usual: TLSContext;
  #looked: number;

  /** Reads everything. Throws `CertificateError`, or what is wrong with a certificate, where there is none that can be used. */
  constructor(list: () => ReadonlyMap<string, CertificateFiles>, options: CertificateStoreOptions = {}) {
    super();
    this.#list = list;
    this.#options = options;
    this.#looked = this.#now();
    const { usual, failure } = this.#read();
    if (usual === undefined)
      throw failure ?? new CertificateError("Cannot serve TLS: there is no certificate, expected one or more");
    this.#usual = usual;
  }

  /** The certificates of a folder; see `certificateFilesIn`. */
  static ofDirectory(path: string, options: CertificateStoreOptions = {}): CertificateStore {
    if (certificateFilesIn(path).size === 0) {
      throw new CertificateError(
        `Cannot serve TLS with the certificates of ${inspect(path)}: there is none, expected NAME/fullchain.pem with NAME/privkey.pem, or NAME.pem`,
      );
    }
    return new CertificateStore(() => certificateFilesIn(path), options);
  }

  override contextFor(side: TLSSide): TLSContext {
    if (side === "client") throw new TypeError("Cannot be a TLS client: this is a store of certificates for servers");
    this.#lookAgain();
    return this.#usual;
  }

  /** The names that the certificates are for. */
  names(): string[] {
    this.#lookAgain();
    return [...this.#byName.keys()];
  }

  #lookAgain(): void {
    const now = this.#now();
    const age = now - this.#looked;
    // A clock may be set back.
    if (age >= 0 && age < (this.#options.interval ?? 1)) return;
    this.#looked = now;
    try {
      this.#usual = this.#read().usual ?? this.#usual;
    } catch (error) {
      log.error("Cannot look for certificates, the old ones stay: {reason}", { reason: messageOf(error), error });
    }
  }

  #read(): { readonly usual: TLSContext | undefined; readonly failure: unknown } {
    const entries = new Map<string, Entry>();
    let failure: unknown;
    for (const [name, files] of this.#list()) {
      const before = this.#entries.get(name);
      const version = versionOf(files);
      if (before?.version === version) {
        entries.set(name, before);
        continue;
      }
      try {
        const certificate = PrivateCertificate.fromFiles(files.certificate, files.privateKey);
        entries.set(name, { version, certificate, context: this.#contextOf(certificate) });
        if (before !== undefined) log.info("Read the certificate {certificate} again", { certificate: name });
      } catch (error) {
        failure = error;
        entries.set(name, { version, certificate: before?.certificate, context: before?.context });
        log.error("Cannot use the certificate {certificate}, {state}: {reason}", {
          certificate: files.certificate,
          state: before?.context === undefined ? "it is left out" : "the old one stays",
          reason: messageOf(error),
          error,
        });
      }
    }
    const usual = entries.get("default")?.context ?? [...entries.values()].find(({ context }) => context)?.context;
    if (usual === undefined) {
      if (this.#byName.size > 0) log.error("There is no certificate any more, the old ones stay");
      return { usual, failure };
    }
    this.#entries = entries;
    this.#byName = byName(entries);
    return { usual, failure };
  }

  #contextOf(certificate: PrivateCertificate): TLSContext {
    return new TLSContext({
      ...contextOptions({
        ...this.#options.parameters,
        privateKey: certificate.privateKey,
        certificate,
        extraCertChain: certificate.chain,
      }),
      contextForServerName: (name) => this.#choose(name),
    });
  }

  /** A name itself, else a wildcard for its first label. */
  #choose(serverName: string): TLSContext | undefined {
    const name = serverName.toLowerCase().replace(/\.$/, "");
    return this.#byName.get(name) ?? this.#byName.get(name.replace(/^[^.]+/, "*"));
  }

  #now(): number {
    return this.#options.clock?.seconds() ?? performance.now() / 1000;
  }
}

/**
 * The certificates in a folder: `NAME/fullchain.pem` with `NAME/privkey.pem`, as certbot writes them (also when the folder is the one above its
 * `live`), and `NAME.pem` with everything in it, or with its key in `NAME.key`.
 */
export function certificateFilesIn(path: string): ReadonlyMap<string, CertificateFiles> {
  const live = join(path, "live");
  // A certificate may be called "live".
  const folder = !isFolder(live) || isFile(join(live, "fullchain.pem")) ? path : live;
  const found = new Map<string, CertificateFiles>();
  for (const child of readdirSync(folder).sort()) {
    const full = join(folder, child);
    if (child.endsWith(".pem")) {
      const key = full.replace(/\.pem$/, ".key");
      found.set(basename(child, ".pem"), { certificate: full, privateKey: isFile(key) ? key : full });
      continue;
    }
    const certificate = join(full, "fullchain.pem");
    if (isFolder(full) && isFile(certificate)) found.set(child, { certificate, privateKey: join(full, "privkey.pem") });
  }
  return found;
}

function byName(entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, TLSContext> {
  const names = new Map<string, TLSContext>();
  for (const { certificate, context } of entries.values()) {
    if (certificate === undefined || context === undefined) continue;
    for (const name of certificate.getAlternativeNames()) {
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), context);
    }
  }
  return names;
}

/** What changes when a file does; a symbolic link may have another target. */
function versionOf(files: CertificateFiles): string {
  return [files.certificate, files.privateKey]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? "missing" : `${found.ino}:${found.mtimeMs}:${found.ctimeMs}:${found.size}`;
    })
    .join(" ");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
