/** The cache of the stand-in: what it stores, and the connections that it answers. */
import { LineReceiver } from "hawser/protocol";

interface Entry {
  flags: string;
  value: Buffer;
  /** Which version of the value this is. */
  cas: number;
}

export class CacheStore {
  readonly entries: Map<string, Entry> = new Map();
  #version = 0;

  put(key: string, flags: string, value: Buffer): void {
    this.entries.set(key, { flags, value, cas: ++this.#version });
  }
}

/** A storage command whose value is on its way. */
interface Storing {
  readonly name: string;
  readonly key: string;
  readonly flags: string;
  readonly length: number;
  readonly cas: string;
}

export class CacheConnection extends LineReceiver {
  readonly #store: CacheStore;
  #storing: Storing | undefined = undefined;
  #pieces: Buffer[] = [];

  constructor(store: CacheStore) {
    super();
    this.#store = store;
  }

  override lineReceived(line: Buffer): void {
    const [name = "", ...args] = line.toString("latin1").split(" ");
    switch (name) {
      case "set":
      case "add":
      case "replace":
      case "append":
      case "prepend":
      case "cas": {
        const [key = "", flags = "0", , length = "0", cas = ""] = args;
        this.#storing = { name, key, flags, length: Number(length), cas };
        this.setRawMode();
        return;
      }
      case "get":
      case "gets":
        this.#fetch(args, name === "gets");
        return;
      case "incr":
      case "decr":
        this.#count(args[0] ?? "", BigInt(args[1] ?? "0") * (name === "incr" ? 1n : -1n));
        return;
      case "delete":
        this.sendLine(this.#store.entries.delete(args[0] ?? "") ? "DELETED" : "NOT_FOUND");
        return;
      case "flush_all":
        this.#store.entries.clear();
        this.sendLine("OK");
        return;
      case "version":
        this.sendLine("VERSION stand-in");
        return;
      case "stats":
        this.sendLine(`STAT curr_items ${this.#store.entries.size}`);
        this.sendLine("END");
        return;
      default:
        this.sendLine("ERROR");
    }
  }

  override rawDataReceived(data: Buffer): void {
    this.#pieces.push(data);
    const storing = this.#storing!;
    const received = Buffer.concat(this.#pieces);
    const end = storing.length + "\r\n".length;
    if (received.length < end) return;
    this.#pieces = [];
    this.sendLine(this.#put(storing, received.subarray(0, storing.length)));
    this.setLineMode(received.subarray(end));
  }

  #put({ name, key, flags, cas }: Storing, value: Buffer): string {
    const store = this.#store;
    const old = store.entries.get(key);
    if (name === "cas" && old === undefined) return "NOT_FOUND";
    if (name === "cas" && String(old!.cas) !== cas) return "EXISTS";
    if ((name === "add") !== (old === undefined) && name !== "set" && name !== "cas") return "NOT_STORED";
    if (name === "append") store.put(key, old!.flags, Buffer.concat([old!.value, value]));
    else if (name === "prepend") store.put(key, old!.flags, Buffer.concat([value, old!.value]));
    else store.put(key, flags, value);
    return "STORED";
  }

  #fetch(keys: readonly string[], withIdentifier: boolean): void {
    for (const key of keys) {
      const entry = this.#store.entries.get(key);
      if (entry === undefined) continue;
      const { flags, value, cas } = entry;
      const header = `VALUE ${key} ${flags} ${value.length}${withIdentifier ? ` ${cas}` : ""}`;
      this.sendLine(Buffer.from(header, "latin1"));
      this.sendLine(value);
    }
    this.sendLine("END");
  }

  #count(key: string, by: bigint): void {
    const entry = this.#store.entries.get(key);
    if (entry === undefined) {
      this.sendLine("NOT_FOUND");
      return;
    }
    const text = entry.value.toString();
    if (!/^\d{1,20}$/.test(text)) {
      this.sendLine("CLIENT_ERROR cannot increment or decrement non-numeric value");
      return;
    }
    const sum = BigInt(text) + by;
    const count = sum < 0n ? "0" : String(BigInt.asUintN(64, sum));
    this.#store.put(key, entry.flags, Buffer.from(count));
    this.sendLine(count);
  }
}
