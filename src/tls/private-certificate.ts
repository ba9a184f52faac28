/**
 * Keys, and certificates together with their keys: making them, signing with them, being somebody with them. Each makes the other, so they
 * share a file. The encodings are in `wire/x509.ts`.
 */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { inspect } from "node:util";
import { hostText } from "../endpoint/host-text.ts";
import { CertificateError, VerifyError } from "./certificate-errors.ts";
import { CertificateOptions } from "./certificate-options.ts";
import { CertificateRequest } from "./certificate-request.ts";
import { Certificate } from "./certificate.ts";
import { DistinguishedName } from "./distinguished-name.ts";
import type { DistinguishedNameFields } from "./distinguished-name.ts";
import { PublicKey } from "./public-key.ts";
import { trustRootFromCertificates } from "./trust-root.ts";
import { encodeCertificate, encodeRequest, signatureAlgorithm } from "./wire/x509.ts";
import type { AlternativeName, Signer } from "./wire/x509.ts";

export type KeyKind = "ec" | "rsa" | "ed25519";

export interface KeyPairOptions {
  /** `"ec"` unless told otherwise: fast, small, and known to everybody. */
  readonly kind?: KeyKind;
  /** In bits: 256 (P-256), 384 or 521 for `"ec"`, 2048 to 16384 for `"rsa"`; the smallest unless told otherwise. */
  readonly size?: number;
}

/** How something is signed, and what a request asks for. */
export interface RequestOptions {
  /** `"sha256"` unless told otherwise. */
  readonly digestAlgorithm?: "sha256" | "sha384" | "sha512";
  /** The host names (`*.` at the start stands for any label) and IP addresses that the certificate is for: what clients compare. */
  readonly names?: readonly string[];
}

/** What is said about a certificate by whoever signs it. */
export interface SignOptions extends RequestOptions {
  /** For how many seconds it is good; a year unless told otherwise. */
  readonly secondsToExpiry?: number;
  /** From when on it is good: now, unless told otherwise. */
  readonly validFrom?: Date;
  /** Whether it may sign certificates itself; it may not unless told otherwise. */
  readonly isAuthority?: boolean;
  /** How many authorities may stand between this one and what is signed in the end; any number unless told otherwise. */
  readonly pathLength?: number;
  /** What it is for: servers and clients unless told otherwise; for an authority, everything. */
  readonly usages?: readonly ("serverAuth" | "clientAuth")[];
}

const A_YEAR = 365 * 24 * 60 * 60;
const CURVES: ReadonlyMap<number, string> = new Map([
  [256, "prime256v1"],
  [384, "secp384r1"],
  [521, "secp521r1"],
]);
const SMALLEST_RSA = 2048;
const LARGEST_RSA = 16384;

/**
 * A private key and its public half.
 *
 * @example
 * const authority = KeyPair.generate().selfSignedCert(1, { commonName: "Example authority" }, { isAuthority: true });
 * const pair = KeyPair.generate({ kind: "ed25519" });
 * const request = pair.requestObject({ commonName: "example.com" });
 * const certificate = authority.signRequestObject(request, 2, { names: ["example.com", "192.0.2.1"] });
 * assert.equal(certificate.getIssuer().commonName, "Example authority");
 */
export class KeyPair extends PublicKey {
  /** Makes a key. Throws a `RangeError` for a kind or size that there is not. */
  static generate(options: KeyPairOptions = {}): KeyPair {
    const { kind = "ec" } = options;
    if (kind === "ed25519") {
      if (options.size !== undefined && options.size !== 256) {
        throw new RangeError(`Cannot make an Ed25519 key of ${options.size} bits: expected 256, or no size`);
      }
      return new KeyPair(generateKeyPairSync("ed25519").privateKey);
    }
    if (kind === "ec") {
      const { size = 256 } = options;
      const namedCurve = CURVES.get(size);
      if (namedCurve === undefined) {
        throw new RangeError(`Cannot make an elliptic curve key of ${size} bits: expected 256, 384 or 521`);
      }
      return new KeyPair(generateKeyPairSync("ec", { namedCurve }).privateKey);
    }
    if (kind !== "rsa") {
      throw new RangeError(`Cannot make a key of the kind ${inspect(kind)}: expected "ec", "rsa" or "ed25519"`);
    }
    const { size = SMALLEST_RSA } = options;
    if (!Number.isInteger(size) || size < SMALLEST_RSA || size > LARGEST_RSA) {
      throw new RangeError(`Cannot make an RSA key of ${size} bits: expected ${SMALLEST_RSA} to ${LARGEST_RSA}`);
    }
    return new KeyPair(generateKeyPairSync("rsa", { modulusLength: size }).privateKey);
  }

  /** The key that `der` is (PKCS #8). Throws a `TypeError` where it is none. */
  static load(der: Uint8Array): KeyPair {
    return new KeyPair(parseKey(() => createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })));
  }

  /** The first key in `pem`, of any form that OpenSSL writes. Throws a `TypeError` where there is none, or the passphrase is wrong. */
  static loadPEM(pem: string | Uint8Array, passphrase?: string): KeyPair {
    const text = typeof pem === "string" ? pem : Buffer.from(pem).toString("latin1");
    const [armored = text] = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]+?-----END \1-----/.exec(text) ?? [];
    const options = passphrase === undefined ? {} : { passphrase };
    return new KeyPair(parseKey(() => createPrivateKey({ key: armored, format: "pem", ...options })));
  }

  /** In DER (PKCS #8), not encrypted. */
  dump(): Buffer {
    return this.original.export({ type: "pkcs8", format: "der" });
  }

  /** In PEM (PKCS #8); encrypted if there is a passphrase. */
  dumpPEM(passphrase?: string): string {
    const encryption = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
    return this.original.export({ type: "pkcs8", format: "pem", ...encryption }).toString();
  }

  override inspect(): string {
    const { modulusLength, namedCurve } = this.original.asymmetricKeyDetails ?? {};
    const size = modulusLength === undefined ? (namedCurve ?? "") : `${modulusLength}-bit`;
    return `${size} ${this.original.asymmetricKeyType ?? ""} Key Pair with Hash: ${this.keyHash()}`.trimStart();
  }

  /** A request for a certificate of this key. */
  requestObject(
    subject: DistinguishedName | DistinguishedNameFields,
    options: RequestOptions = {},
  ): CertificateRequest {
    const parts = {
      subject: nameOf(subject).dump(),
      publicKey: this.dumpPublic(),
      alternativeNames: alternativeNamesOf(options.names ?? []),
    };
    return CertificateRequest.load(encodeRequest(parts, this.#signer(options)));
  }

  /** The same, in DER. */
  certificateRequest(subject: DistinguishedName | DistinguishedNameFields, options: RequestOptions = {}): Buffer {
    return this.requestObject(subject, options).dump();
  }

  /**
   * Signs with this key, as `issuer`, what `request` asks for: its subject and its key. The names of the request are not taken over; those
   * of `options` are what the certificate is for.
   */
  signRequestObject(
    issuer: DistinguishedName,
    request: CertificateRequest,
    serialNumber: number | bigint,
    options: SignOptions = {},
  ): Certificate {
    return this.#sign(issuer, request.getSubject(), request.getPublicKey(), serialNumber, options);
  }

  /** A certificate of this key, signed with this key. */
  selfSignedCert(
    serialNumber: number | bigint,
    subject: DistinguishedName | DistinguishedNameFields,
    options: SignOptions = {},
  ): PrivateCertificate {
    const name = nameOf(subject);
    const certificate = this.#sign(name, name, this, serialNumber, options);
    return PrivateCertificate.fromCertificateAndKeyPair(certificate, this);
  }

  /** This key together with its certificate. Throws `VerifyError` where it is that of another key. */
  newCertificate(der: Uint8Array): PrivateCertificate {
    return PrivateCertificate.fromCertificateAndKeyPair(Certificate.load(der), this);
  }

  #sign(
    issuer: DistinguishedName,
    subject: DistinguishedName,
    key: PublicKey,
    serialNumber: number | bigint,
    options: SignOptions,
  ): Certificate {
    const { secondsToExpiry = A_YEAR, validFrom = new Date(), isAuthority = false } = options;
    const notBefore = validFrom.getTime() / 1000;
    if (!(Math.abs(notBefore + secondsToExpiry) < LAST_MOMENT) || !(secondsToExpiry > 0)) {
      throw new RangeError(
        `Cannot sign a certificate that is good for ${secondsToExpiry} seconds from ${inspect(validFrom)} on: expected more than 0, and an end before the year 10000`,
      );
    }
    const der = encodeCertificate(
      {
        serialNumber: serialNumberOf(serialNumber),
        issuer: issuer.dump(),
        subject: subject.dump(),
        notBefore,
        notAfter: notBefore + secondsToExpiry,
        publicKey: key.dumpPublic(),
        issuerPublicKey: this.dumpPublic(),
        isAuthority,
        pathLength: options.pathLength,
        alternativeNames: alternativeNamesOf(options.names ?? []),
        usages: options.usages ?? (isAuthority ? [] : ["serverAuth", "clientAuth"]),
      },
      this.#signer(options),
    );
    return Certificate.load(der);
  }

  #signer({ digestAlgorithm = "sha256" }: RequestOptions): Signer {
    const kind = this.original.asymmetricKeyType ?? "none";
    const algorithm = signatureAlgorithm(kind, digestAlgorithm);
    if (algorithm === undefined) {
      throw new RangeError(
        `Cannot sign with a key of the kind "${kind}" and ${inspect(digestAlgorithm)}: expected "ec", "rsa" or "ed25519", and "sha256", "sha384" or "sha512"`,
      );
    }
    return { algorithm, sign: (bytes) => sign(algorithm.digest, bytes, this.original) };
  }
}

/**
 * A certificate and its private key: what one needs to be somebody.
 *
 * @example
 * const certificate = KeyPair.generate().selfSignedCert(1, { commonName: "localhost" }, { names: ["localhost"] });
 * const contextFactory = certificate.options();
 * contextFactory.checkFor("server");
 * assert.ok(PrivateCertificate.loadPEM(certificate.dumpPEM()).equals(certificate));
 */
export class PrivateCertificate extends Certificate {
  readonly privateKey: KeyPair;
  /** The certificates between this one and the root, in this order: a server shows them as well. */
  readonly chain: readonly Certificate[];

  private constructor(original: X509Certificate, privateKey: KeyPair, chain: readonly Certificate[]) {
    super(original);
    this.privateKey = privateKey;
    // Without their keys, if they have some: this is what everybody may see.
    this.chain = chain.map((certificate) => new Certificate(certificate.original));
  }

  /** Throws `VerifyError` where the key is that of another certificate. */
  static fromCertificateAndKeyPair(
    certificate: Certificate,
    privateKey: KeyPair,
    chain: readonly Certificate[] = [],
  ): PrivateCertificate {
    if (!certificate.getPublicKey().matches(privateKey)) {
      throw new VerifyError(
        `Cannot use the private key with the certificate of ${certificate.getSubject().toString()}: it is another one's, expected the one that it was made for`,
      );
    }
    return new PrivateCertificate(certificate.original, privateKey, chain);
  }

  /** The certificate in `pem`, those behind it as its chain, and its key, which may stand anywhere. */
  static override loadPEM(pem: string | Uint8Array, passphrase?: string): PrivateCertificate {
    return fromPEM(pem, pem, passphrase);
  }

  /**
   * From files in PEM, read now: the certificate, with its chain behind it if it has one, and the key, which may be in the same file. Throws
   * what the system says about a file that cannot be read, `CertificateError`, a `TypeError` for the key, or `VerifyError`.
   */
  static fromFiles(certificatePath: string, keyPath: string = certificatePath): PrivateCertificate {
    const certificate = readFileSync(certificatePath, "latin1");
    return fromPEM(certificate, keyPath === certificatePath ? certificate : readFileSync(keyPath, "latin1"));
  }

  /** Certificate, chain and key, one after the other. */
  override dumpPEM(): string {
    return this.dumpChainPEM() + this.privateKey.dumpPEM();
  }

  /** Without the key: what everybody may see. */
  dumpChainPEM(): string {
    return [super.dumpPEM(), ...this.chain.map((certificate) => certificate.dumpPEM())].join("");
  }

  /** For a person. */
  override inspect(): string {
    return [this.inspectCertificate(), this.privateKey.inspect()].join("\n");
  }

  /** What to secure connections with; if there are authorities, peers must show a certificate that one of them has signed. */
  options(...authorities: readonly Certificate[]): CertificateOptions {
    return new CertificateOptions({
      privateKey: this.privateKey,
      certificate: super.dumpPEM(),
      extraCertChain: this.chain,
      ...(authorities.length === 0 ? {} : { trustRoot: trustRootFromCertificates(authorities) }),
    });
  }

  /** A request for another certificate of this key. */
  certificateRequest(subject: DistinguishedName | DistinguishedNameFields, options: RequestOptions = {}): Buffer {
    return this.privateKey.certificateRequest(subject, options);
  }

  /** Signs what `request` asks for, as the subject of this certificate; see `KeyPair.signRequestObject`. */
  signRequestObject(
    request: CertificateRequest,
    serialNumber: number | bigint,
    options: SignOptions = {},
  ): Certificate {
    return this.privateKey.signRequestObject(this.getSubject(), request, serialNumber, options);
  }

  /**
   * Signs a request in DER if `verify` says so, and answers a certificate in DER. Fails with `VerifyError` where it does not, or the request is not
   * signed with its own key.
   */
  async signCertificateRequest(
    der: Uint8Array,
    verify: (subject: DistinguishedName, request: CertificateRequest) => boolean | PromiseLike<boolean>,
    serialNumber: number | bigint,
    options: SignOptions = {},
  ): Promise<Buffer> {
    const request = CertificateRequest.load(der);
    const subject = request.getSubject();
    if (!(await verify(subject, request))) {
      throw new VerifyError(
        `Cannot sign the request for ${subject.toString()}: it was refused, expected it to be approved`,
      );
    }
    return this.signRequestObject(request, serialNumber, options).dump();
  }

  override toString(): string {
    return `${super.toString()} with ${this.privateKey.toString()}`;
  }
}

function fromPEM(certificates: string | Uint8Array, key: string | Uint8Array, passphrase?: string): PrivateCertificate {
  const [certificate, ...chain] = Certificate.loadAllPEM(certificates);
  if (certificate === undefined) {
    throw new CertificateError("Cannot read a certificate and its key: there is no certificate, expected one in PEM");
  }
  return PrivateCertificate.fromCertificateAndKeyPair(certificate, KeyPair.loadPEM(key, passphrase), chain);
}

function parseKey(parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (error) {
    // The key itself is nobody's business.
    throw new TypeError(
      "Cannot read the private key: expected PEM or DER (PKCS #8), and its passphrase if it has one",
      {
        cause: error,
      },
    );
  }
}

/** The year 10000, in seconds. */
const LAST_MOMENT = 253_402_300_800;
/** RFC 5280 section 4.1.2.2: "no longer than 20 octets". */
const SERIAL_NUMBERS = 2n ** 159n;

function serialNumberOf(value: number | bigint): bigint {
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (isWhole && value > 0 && value < SERIAL_NUMBERS) return BigInt(value);
  throw new RangeError(
    `Cannot use ${inspect(value)} as a serial number: expected a whole number of at most 20 bytes, 1 or more`,
  );
}

function nameOf(subject: DistinguishedName | DistinguishedNameFields): DistinguishedName {
  return subject instanceof DistinguishedName ? subject : new DistinguishedName(subject);
}

function alternativeNamesOf(names: readonly string[]): AlternativeName[] {
  return names.map((name) => {
    if (isIP(name) !== 0 && !name.includes("%")) return { ip: name };
    const wildcard = name.startsWith("*.") ? "*." : "";
    const host = hostText(name.slice(wildcard.length));
    if (host !== undefined && !host.endsWith(".") && isIP(host) === 0) return { dns: wildcard + host };
    throw new RangeError(`Cannot sign a certificate for ${inspect(name)}: expected a host name or an IP address`);
  });
}
