import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { FilterByHost, FilterByServer, HierarchicalBucketFilter } from "../../src/policies/bucket-filter.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";

function from(host: string, port = 1): StringTransport {
  const at = (where: string, number: number): IPv4Address => new IPv4Address("TCP", where, number);
  return new StringTransport({ peerAddress: at(host, 4000), hostAddress: at("192.0.2.9", port) });
}

describe("bucket filters", () => {
  test("tell connections apart", () => {
    const clock = new Clock();
    const all = new HierarchicalBucketFilter(clock);
    assert.equal(all.getBucketFor(from("192.0.2.1")), all.getBucketFor(from("192.0.2.2")));
    const hosts = new FilterByHost(clock, { rate: 5, maxburst: 7, parentFilter: all });
    const bucket = hosts.getBucketFor(from("192.0.2.1"));
    assert.deepEqual([bucket.rate, bucket.maxburst], [5, 7]);
    assert.equal(bucket, hosts.getBucketFor(from("192.0.2.1", 2)));
    assert.notEqual(bucket, hosts.getBucketFor(from("192.0.2.2")));
    assert.equal(bucket.parentBucket, all.getBucketFor(from("192.0.2.3")));
    const servers = new FilterByServer(clock);
    assert.equal(servers.getBucketFor(from("192.0.2.1", 2)), servers.getBucketFor(from("192.0.2.2", 2)));
    assert.notEqual(servers.getBucketFor(from("192.0.2.1", 1)), servers.getBucketFor(from("192.0.2.1", 2)));
  });

  test("forget empty buckets that nobody uses, a parent after its children", () => {
    const clock = new Clock();
    const all = new HierarchicalBucketFilter(clock, { sweepInterval: 10 });
    const hosts = new FilterByHost(clock, { rate: 1, maxburst: 100, sweepInterval: 10, parentFilter: all });
    const [used, full, idle] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((host) =>
      hosts.getBucketFor(from(host)),
    ) as [
      ReturnType<FilterByHost["getBucketFor"]>,
      ReturnType<FilterByHost["getBucketFor"]>,
      ReturnType<FilterByHost["getBucketFor"]>,
    ];
    used.users++;
    full.add(100);
    clock.advance(11);
    hosts.getBucketFor(from("192.0.2.1"));
    assert.deepEqual([...hosts.buckets.values()], [used, full]);
    assert.equal(idle.users, 0);
    all.sweep();
    assert.equal(all.buckets.size, 1);
    used.users--;
    clock.advance(100);
    hosts.sweep();
    all.sweep();
    assert.deepEqual([hosts.buckets.size, all.buckets.size], [0, 0]);
  });
});
