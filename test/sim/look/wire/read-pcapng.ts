/** Reads pcapng files, to say what a writer wrote: sections in little-endian order, the blocks that we write, and nothing else. */
import assert from "node:assert/strict";

export interface ReadPacket {
  readonly interface: number;
  readonly time: bigint;
  readonly data: Buffer;
  readonly length: number;
  readonly comment: string | undefined;
  readonly flags: number | undefined;
}

export interface ReadFile {
  readonly application: string | undefined;
  readonly interfaces: readonly {
    readonly linkType: number;
    readonly snapLength: number;
    readonly name: string;
    readonly resolution: number;
  }[];
  readonly names: readonly { readonly address: Buffer; readonly name: string }[];
  readonly packets: readonly ReadPacket[];
}

export function readPcapng(file: Buffer): ReadFile {
  let application: string | undefined;
  const interfaces: ReadFile["interfaces"][number][] = [];
  const names: ReadFile["names"][number][] = [];
  const packets: ReadPacket[] = [];
  for (let at = 0; at < file.length;) {
    const type = file.readUInt32LE(at);
    const length = file.readUInt32LE(at + 4);
    assert.equal(length % 4, 0);
    assert.equal(file.readUInt32LE(at + length - 4), length);
    const body = file.subarray(at + 8, at + length - 4);
    if (at === 0) assert.equal(type, 0x0a0d0d0a);
    at += length;
    if (type === 0x0a0d0d0a) {
      assert.equal(body.subarray(0, 16).toString("hex"), "4d3c2b1a01000000ffffffffffffffff");
      application = readOptions(body.subarray(16)).get(4)?.toString();
    } else if (type === 1) {
      const options = readOptions(body.subarray(8));
      interfaces.push({
        linkType: body.readUInt16LE(0),
        snapLength: body.readUInt32LE(4),
        name: options.get(2)!.toString(),
        resolution: options.get(9)![0]!,
      });
    } else if (type === 4) {
      names.push(...readNames(body));
    } else {
      assert.equal(type, 6);
      const captured = body.readUInt32LE(12);
      const options = readOptions(body.subarray(20 + Math.ceil(captured / 4) * 4));
      packets.push({
        interface: body.readUInt32LE(0),
        time: (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)),
        data: body.subarray(20, 20 + captured),
        length: body.readUInt32LE(16),
        comment: options.get(1)?.toString(),
        flags: options.get(2)?.readUInt32LE(0),
      });
    }
  }
  return { application, interfaces, names, packets };
}

/** Codes and values, up to the code 0, which is the last thing there. */
function readOptions(bytes: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  if (bytes.length === 0) return options;
  let at = 0;
  for (;;) {
    const code = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    if (code === 0) break;
    options.set(code, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  assert.equal(at + 4, bytes.length);
  return options;
}

function readNames(body: Buffer): { address: Buffer; name: string }[] {
  const records: { address: Buffer; name: string }[] = [];
  for (let at = 0; body.readUInt16LE(at) !== 0;) {
    const addressLength = { 1: 4, 2: 16 }[body.readUInt16LE(at)]!;
    const value = body.subarray(at + 4, at + 4 + body.readUInt16LE(at + 2));
    assert.equal(value.indexOf(0, addressLength), value.length - 1);
    records.push({
      address: value.subarray(0, addressLength),
      name: value.subarray(addressLength, -1).toString(),
    });
    at += 4 + Math.ceil(value.length / 4) * 4;
  }
  return records;
}

export interface ReadSegment {
  readonly source: Buffer;
  readonly destination: Buffer;
  readonly protocol: number;
  readonly hopLimit: number;
  /** The header of TCP or UDP, and what follows it. */
  readonly content: Buffer;
  /** How long the content says it is. */
  readonly length: number;
}

/** What is in an IP packet; its header has to be right. */
export function readIP(data: Buffer): ReadSegment {
  if (data[0]! >> 4 === 6) {
    assert.equal(data.readUInt32BE(0), 0x6000_0000);
    return {
      source: data.subarray(8, 24),
      destination: data.subarray(24, 40),
      protocol: data[6]!,
      hopLimit: data[7]!,
      content: data.subarray(40),
      length: data.readUInt16BE(4),
    };
  }
  assert.equal(data[0], 0x45);
  assert.equal(onesSum(data.subarray(0, 20)), 0xffff);
  return {
    source: data.subarray(12, 16),
    destination: data.subarray(16, 20),
    protocol: data[9]!,
    hopLimit: data[8]!,
    content: data.subarray(20),
    length: data.readUInt16BE(2) - 20,
  };
}

/** The sum of 16-bit words in ones' complement, done the slow way. */
export function onesSum(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(parts);
  const words = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
  let sum = 0;
  for (let at = 0; at < words.length; at += 2) {
    sum += words.readUInt16BE(at);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

/** The sum over pseudo header, header and data; 0xffff where the checksum is right. */
export function transportSum({ source, destination, protocol, content, length }: ReadSegment): number {
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(length, 0);
  rest.writeUInt32BE(protocol, 4);
  return onesSum(source, destination, rest, content);
}
