/**
 * The parts of certificates (RFC 5280) and of requests for them (RFC 2986), as they are signed. Who signs is the caller's business: he is
 * asked for the signature of what is to be signed.
 */
import { createHash } from "node:crypto";
import { ipAddressBytes, ipAddressText } from "../../bytes/ip-address.ts";
import {
  Tag,
  bitString,
  boolean,
  childrenOf,
  contentsOf,
  decode,
  decodeAll,
  encode,
  identifierOf,
  integer,
  namedBits,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
} from "./der.ts";
import type { DERValue } from "./der.ts";
import { MalformedDERError } from "./errors.ts";

/** Who signs, and how that is called. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  sign(bytes: Buffer): Buffer;
}

/** How something is signed: `digest` is `null` where the kind of key says it all. */
export interface SignatureAlgorithm {
  readonly identifier: string;
  readonly digest: string | null;
  /** Whether parameters that are none are written, as those of RSA are. */
  readonly hasNull: boolean;
}

const ALGORITHMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ec: { sha256: "1.2.840.10045.4.3.2", sha384: "1.2.840.10045.4.3.3", sha512: "1.2.840.10045.4.3.4" },
  rsa: { sha256: "1.2.840.113549.1.1.11", sha384: "1.2.840.113549.1.1.12", sha512: "1.2.840.113549.1.1.13" },
};
const ED25519 = "1.3.101.112";

/** What signing with a key of this kind is called; `undefined` where we do not. */
export function signatureAlgorithm(kind: string, digest: string): SignatureAlgorithm | undefined {
  if (kind === "ed25519") return { identifier: ED25519, digest: null, hasNull: false };
  const identifier = ALGORITHMS[kind]?.[digest];
  return identifier === undefined ? undefined : { identifier, digest, hasNull: kind === "rsa" };
}

/** A name that a certificate is for. */
export type AlternativeName = { readonly dns: string } | { readonly ip: string };

/** A part of a distinguished name: the attribute's object identifier, and its text. */
export type NamePart = readonly [identifier: string, text: string];

export interface CertificateParts {
  readonly serialNumber: bigint;
  /** In DER. */
  readonly issuer: Uint8Array;
  /** In DER. */
  readonly subject: Uint8Array;
  /** In seconds of the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** A SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly issuerPublicKey: Uint8Array;
  readonly isAuthority: boolean;
  /** How many authorities may stand between an authority and what it signs. */
  readonly pathLength?: number | undefined;
  readonly alternativeNames: readonly AlternativeName[];
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
}

/** A certificate in DER. */
export function encodeCertificate(parts: CertificateParts, signer: Signer): Buffer {
  const toBeSigned = sequence(
    tagged(0, "explicit", integer(2)),
    integer(parts.serialNumber),
    algorithmIdentifier(signer.algorithm),
    parts.issuer,
    sequence(time(parts.notBefore), time(parts.notAfter)),
    parts.subject,
    parts.publicKey,
    tagged(3, "explicit", sequence(...extensionsOf(parts))),
  );
  return signed(toBeSigned, signer);
}

const Extension = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** Numbers of the bits of a key's usage. */
const KeyUsage = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;
const EXTENDED_USAGES = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" } as const;

function extensionsOf(parts: CertificateParts): Buffer[] {
  const { isAuthority, pathLength, alternativeNames, usages } = parts;
  const constraints = isAuthority ? [boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)])] : [];
  const isRSA = identifierOf(childrenOf(childrenOf(decode(parts.publicKey), Tag.sequence)[0], Tag.sequence)[0]) === RSA;
  const keyUsages = [
    KeyUsage.digitalSignature,
    ...(isRSA ? [KeyUsage.keyEncipherment] : []),
    ...(isAuthority ? [KeyUsage.keyCertSign, KeyUsage.cRLSign] : []),
  ];
  const extensions = [
    extension(Extension.basicConstraints, true, sequence(...constraints)),
    extension(Extension.keyUsage, true, namedBits(keyUsages)),
    extension(Extension.subjectKeyIdentifier, false, octetString(keyIdentifier(parts.publicKey))),
    extension(
      Extension.authorityKeyIdentifier,
      false,
      sequence(tagged(0, "implicit", keyIdentifier(parts.issuerPublicKey))),
    ),
  ];
  if (usages.length > 0) {
    const purposes = usages.map((usage) => objectIdentifier(EXTENDED_USAGES[usage]));
    extensions.push(extension(Extension.extendedKeyUsage, false, sequence(...purposes)));
  }
  // RFC 5280 section 4.2.1.6: "If the subject field contains an empty sequence, then [it] MUST [be] critical".
  const isCritical = Buffer.compare(parts.subject, sequence()) === 0;
  if (alternativeNames.length > 0) {
    extensions.push(extension(Extension.subjectAltName, isCritical, encodeAlternativeNames(alternativeNames)));
  }
  return extensions;
}

const RSA = "1.2.840.113549.1.1.1";

/** RFC 7093 section 2, method 1: the leftmost 160 bits of the SHA-256 of the key's bits. */
function keyIdentifier(publicKey: Uint8Array): Buffer {
  const bits = contentsOf(childrenOf(decode(publicKey), Tag.sequence)[1], Tag.bitString);
  return createHash("sha256").update(bits.subarray(1)).digest().subarray(0, 20);
}

function extension(identifier: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), ...(isCritical ? [boolean(true)] : []), octetString(value));
}

function algorithmIdentifier({ identifier, hasNull }: SignatureAlgorithm): Buffer {
  return sequence(objectIdentifier(identifier), ...(hasNull ? [nothing()] : []));
}

function signed(toBeSigned: Buffer, signer: Signer): Buffer {
  return sequence(toBeSigned, algorithmIdentifier(signer.algorithm), bitString(signer.sign(toBeSigned)));
}

/** Tags of a GeneralName. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

function encodeAlternativeNames(names: readonly AlternativeName[]): Buffer {
  return sequence(
    ...names.map((name) =>
      "dns" in name ? encode(DNS_NAME, Buffer.from(name.dns, "latin1")) : encode(IP_ADDRESS, ipAddressBytes(name.ip)!),
    ),
  );
}

/** Names of other kinds are left out. */
function decodeAlternativeNames(value: DERValue): AlternativeName[] {
  return childrenOf(value, Tag.sequence).flatMap(({ tag, contents }): AlternativeName[] => {
    if (tag === DNS_NAME) return [{ dns: contents.toString("latin1") }];
    if (tag !== IP_ADDRESS) return [];
    const ip = ipAddressText(contents);
    if (ip === undefined) throw new MalformedDERError(`An address has ${contents.length} bytes, expected 4 or 16`);
    return [{ ip }];
  });
}

/** A distinguished name in DER: one attribute at each step. */
export function encodeName(parts: readonly NamePart[]): Buffer {
  return sequence(
    ...parts.map(([identifier, text]) => setOf(sequence(objectIdentifier(identifier), nameText(identifier, text)))),
  );
}

const COUNTRY = "2.5.4.6";
const EMAIL = "1.2.840.113549.1.9.1";

/** RFC 5280 appendix A: countries are printable strings, mail addresses IA5 strings, all others UTF-8. */
function nameText(identifier: string, text: string): Buffer {
  const tag = identifier === COUNTRY ? Tag.printableString : identifier === EMAIL ? Tag.ia5String : Tag.utf8String;
  return encode(tag, Buffer.from(text));
}

/** The attributes of a distinguished name, in order. */
export function decodeName(name: Uint8Array): NamePart[] {
  return childrenOf(decode(name), Tag.sequence).flatMap((step) =>
    childrenOf(step, Tag.set).map((attribute): NamePart => {
      const [identifier, text] = childrenOf(attribute, Tag.sequence);
      return [identifierOf(identifier), textOf(text)];
    }),
  );
}

const BMP_STRING = 0x1e;

function textOf(value: DERValue | undefined): string {
  if (value === undefined) throw new MalformedDERError("An attribute of a name has no value");
  if (value.tag === Tag.utf8String) return value.contents.toString("utf8");
  if (value.tag !== BMP_STRING) return value.contents.toString("latin1");
  if (value.contents.length % 2 !== 0) throw new MalformedDERError("A BMPString ends in the middle of a character");
  return Buffer.from(value.contents).swap16().toString("utf16le");
}

/** Issuer and subject of a certificate, in DER. */
export function decodeNames(certificate: Uint8Array): { readonly issuer: Buffer; readonly subject: Buffer } {
  const [toBeSigned] = childrenOf(decode(certificate), Tag.sequence);
  const fields = childrenOf(toBeSigned, Tag.sequence);
  // Those of version 1 do not say so.
  const [, , issuer, , subject] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  contentsOf(issuer, Tag.sequence);
  contentsOf(subject, Tag.sequence);
  return { issuer: issuer!.encoding, subject: subject!.encoding };
}

export interface RequestParts {
  /** In DER. */
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly alternativeNames: readonly AlternativeName[];
}

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/** A request for a certificate, in DER. */
export function encodeRequest({ subject, publicKey, alternativeNames }: RequestParts, signer: Signer): Buffer {
  const attributes =
    alternativeNames.length === 0
      ? []
      : [
          sequence(
            objectIdentifier(EXTENSION_REQUEST),
            setOf(sequence(extension(Extension.subjectAltName, false, encodeAlternativeNames(alternativeNames)))),
          ),
        ];
  return signed(sequence(integer(0), subject, publicKey, tagged(0, "explicit", ...attributes)), signer);
}

/** A request, and what is to be checked of it: that whoever has the key signed it. */
export interface SignedRequest extends RequestParts {
  readonly toBeSigned: Buffer;
  readonly algorithm: string;
  readonly signature: Buffer;
}

/** Reads a request. Throws `MalformedDERError`. */
export function decodeRequest(request: Uint8Array): SignedRequest {
  const [toBeSigned, algorithm, signature] = childrenOf(decode(request), Tag.sequence);
  const [, subject, publicKey, attributes] = childrenOf(toBeSigned, Tag.sequence);
  contentsOf(subject, Tag.sequence);
  contentsOf(publicKey, Tag.sequence);
  const bits = contentsOf(signature, Tag.bitString);
  return {
    toBeSigned: toBeSigned!.encoding,
    subject: subject!.encoding,
    publicKey: publicKey!.encoding,
    alternativeNames: attributes === undefined ? [] : requestedNames(attributes),
    algorithm: identifierOf(childrenOf(algorithm, Tag.sequence)[0]),
    signature: bits.subarray(1),
  };
}

function requestedNames(attributes: DERValue): AlternativeName[] {
  return childrenOf(attributes, 0xa0).flatMap((attribute) => {
    const [identifier, values] = childrenOf(attribute, Tag.sequence);
    if (identifierOf(identifier) !== EXTENSION_REQUEST) return [];
    return childrenOf(values, Tag.set).flatMap((extensions) =>
      childrenOf(extensions, Tag.sequence).flatMap((wanted) => {
        const parts = childrenOf(wanted, Tag.sequence);
        if (identifierOf(parts[0]) !== Extension.subjectAltName) return [];
        return decodeAll(contentsOf(parts.at(-1), Tag.octetString)).flatMap((names) => decodeAlternativeNames(names));
      }),
    );
  });
}

/** The digest that a signature of a request is made with; `null` where the key says it all, `undefined` where we do not know it. */
export function digestOf(algorithm: string): string | null | undefined {
  if (algorithm === ED25519) return null;
  for (const names of Object.values(ALGORITHMS)) {
    for (const [digest, identifier] of Object.entries(names)) if (identifier === algorithm) return digest;
  }
  return undefined;
}
