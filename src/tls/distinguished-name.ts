/** Who a certificate is for, and who signed it: a distinguished name (X.501), as far as people use it. */
import { inspectable } from "../inspectable.ts";
import { decodeName, encodeName } from "./wire/x509.ts";
import type { NamePart } from "./wire/x509.ts";

/** What a name is made of; each is optional. */
export interface DistinguishedNameFields {
  readonly commonName?: string;
  readonly countryName?: string;
  readonly stateOrProvinceName?: string;
  readonly localityName?: string;
  readonly organizationName?: string;
  readonly organizationalUnitName?: string;
  readonly emailAddress?: string;
}

type Field = keyof DistinguishedNameFields;

/** In the order in which they are written, the widest first. */
const FIELDS: readonly (readonly [field: Field, short: string, identifier: string, label: string])[] = [
  ["countryName", "C", "2.5.4.6", "Country Name"],
  ["stateOrProvinceName", "ST", "2.5.4.8", "State Or Province Name"],
  ["localityName", "L", "2.5.4.7", "Locality Name"],
  ["organizationName", "O", "2.5.4.10", "Organization Name"],
  ["organizationalUnitName", "OU", "2.5.4.11", "Organizational Unit Name"],
  ["commonName", "CN", "2.5.4.3", "Common Name"],
  ["emailAddress", "emailAddress", "1.2.840.113549.1.9.1", "Email Address"],
];
const COUNTRY = /^[A-Z]{2}$/i;
const LONGEST = 255;

/**
 * A distinguished name.
 *
 * @example
 * const name = new DistinguishedName({ commonName: "example.com", organizationName: "Example Ltd" });
 * assert.equal(name.commonName, "example.com");
 * assert.equal(name.toString(), "O=Example Ltd, CN=example.com");
 */
export class DistinguishedName {
  readonly commonName: string | undefined;
  readonly countryName: string | undefined;
  readonly stateOrProvinceName: string | undefined;
  readonly localityName: string | undefined;
  readonly organizationName: string | undefined;
  readonly organizationalUnitName: string | undefined;
  readonly emailAddress: string | undefined;
  /** All attributes, those that have no name here as well, in the order in which they stand in the certificate. */
  readonly parts: readonly NamePart[];
  readonly #encoding: Buffer | undefined;

  /** Throws a `TypeError` or `RangeError` for a field that a certificate cannot have. */
  constructor(fields: DistinguishedNameFields | readonly NamePart[] = {}, encoding?: Buffer) {
    this.parts = isParts(fields) ? fields : partsOf(fields);
    this.#encoding = encoding;
    for (const [field, , identifier] of FIELDS) {
      this[field] = this.parts.find(([candidate]) => candidate === identifier)?.[1];
    }
  }

  /**
   * The name that `der` is. Throws `MalformedDERError` where it is none.
   *
   * @example
   * const name = new DistinguishedName({ commonName: "example.com" });
   * assert.ok(DistinguishedName.load(name.dump()).equals(name));
   */
  static load(der: Uint8Array): DistinguishedName {
    return new DistinguishedName(decodeName(der), Buffer.from(der));
  }

  /** In DER: as it was read, if it was, for whoever compares names compares bytes. */
  dump(): Buffer {
    return this.#encoding ?? encodeName(this.parts);
  }

  equals(other: unknown): boolean {
    return other instanceof DistinguishedName && other.toString() === this.toString();
  }

  /** A line for each field that has a name here. */
  inspect(): string {
    const width = Math.max(...FIELDS.map(([, , , label]) => label.length));
    return FIELDS.flatMap(([field, , , label]) => {
      const text = this[field];
      return text === undefined ? [] : [`${label.padStart(width)}: ${text}`];
    }).join("\n");
  }

  /** As RFC 4514 writes it, but in the order of the certificate. */
  toString(): string {
    return this.parts
      .map(([identifier, text]) => {
        const short = FIELDS.find(([, , known]) => known === identifier)?.[1] ?? identifier;
        return `${short}=${escaped(text)}`;
      })
      .join(", ");
  }

  static {
    inspectable(this.prototype, (name) => `<DistinguishedName ${name.toString()}>`);
  }
}

/** RFC 4514 section 2.4. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a name may have them, a line of text may not
  return text.replace(/[,+"\\<>;=]|^[ #]| $/g, "\\$&").replace(/[\0-\x1f\x7f]/g, (character) => {
    return `\\${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

function isParts(fields: DistinguishedNameFields | readonly NamePart[]): fields is readonly NamePart[] {
  return Array.isArray(fields);
}

function partsOf(fields: DistinguishedNameFields): NamePart[] {
  for (const field of Object.keys(fields)) {
    if (FIELDS.some(([known]) => known === field)) continue;
    throw new TypeError(
      `Cannot use ${JSON.stringify(field)} in a distinguished name: expected one of ${FIELDS.map(([known]) => known).join(", ")}`,
    );
  }
  return FIELDS.flatMap(([field, , identifier]): NamePart[] => {
    const text: unknown = fields[field];
    if (text === undefined) return [];
    if (typeof text !== "string") throw new TypeError(`Cannot use ${String(text)} as ${field}: expected a string`);
    if (text === "" || text.length > LONGEST) {
      throw new RangeError(`Cannot use ${text.length} characters as ${field}: expected 1 to ${LONGEST}`);
    }
    if (field === "countryName" && !COUNTRY.test(text)) {
      throw new RangeError(`Cannot use ${JSON.stringify(text)} as ${field}: expected a code of two letters`);
    }
    return [[identifier, text]];
  });
}
