/**
 * Hosts as text: what a person writes, and what is looked up and connected to.
 *
 * The runtime's IDNA function is the URL parser's, which also decodes `%41`, and takes `ä/b` for the host `ä` with a path. So only what
 * can be a host name goes in, and only what is one comes out.
 */
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { InternetAddress } from "../transport/address.ts";

/** Letters, digits, hyphens, underscores and dots, and what is not ASCII. */
const MAYBE_NAME = /^(?:[\w.-]|[^\0-\x7f])+$/;
/** Labels of 1 to 63 characters; the last dot is optional. */
const NAME = /^(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?$/;
const MAX_NAME = 253;

/**
 * `host` as it is looked up: an IP address as it is, a name in ASCII (IDNA). `undefined` where it can be neither.
 *
 * @example
 * assert.equal(hostText("bücher.example"), "xn--bcher-kva.example");
 * assert.equal(hostText("::1"), "::1");
 * assert.equal(hostText("no spaces, please"), undefined);
 */
export function hostText(host: string): string | undefined {
  if (isIP(host) !== 0) return host;
  if (!MAYBE_NAME.test(host)) return undefined;
  const name = isASCII(host) ? host : domainToASCII(host);
  const length = name.endsWith(".") ? name.length - 1 : name.length;
  return NAME.test(name) && length <= MAX_NAME ? name : undefined;
}

/** The text by which to connect to `address`; one that is valid on one interface only needs to say on which. */
export function hostToConnect(address: InternetAddress): string {
  const scopeID = "scopeID" in address ? address.scopeID : "";
  return scopeID === "" || address.host.includes("%") ? address.host : `${address.host}%${scopeID}`;
}

function isASCII(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what ASCII begins with
  return /^[\0-\x7f]*$/.test(text);
}
