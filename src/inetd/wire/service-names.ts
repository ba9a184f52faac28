/** Files of names of services, such as /etc/services: `name port/protocol alias ...`, and comments. */

/** The ports of services, by name and protocol, such as `"echo/tcp"`. */
export type ServiceNames = ReadonlyMap<string, number>;

const ENTRY = /^([^\s#]+)[ \t]+(\d{1,5})\/([^\s#/]+)(?:[ \t]+([^#]*))?(?:#.*)?$/;
const MAX_PORT = 65_535;

/**
 * The names in `text`. Lines that are no entry are skipped, and of two ports for one name the first counts, as for the system.
 *
 * @example
 * const names = parseServices("echo 7/tcp\necho 7/udp\nhttp 80/tcp www # the web\n");
 * assert.equal(names.get("www/tcp"), 80);
 */
export function parseServices(text: string): ServiceNames {
  const names = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name = "", port, protocol, aliases = ""] = ENTRY.exec(line.trim()) ?? [];
    if (name === "" || Number(port) > MAX_PORT) continue;
    for (const called of [name, ...aliases.split(/\s+/)]) {
      const key = `${called}/${protocol}`;
      if (called !== "" && !names.has(key)) names.set(key, Number(port));
    }
  }
  return names;
}
