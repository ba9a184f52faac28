import assert from "node:assert/strict";
import { test } from "node:test";
import { chat } from "../../../src/cli/services/chat.ts";
import { IPv4Address, UNIXAddress } from "../../../src/transport/address.ts";

test("chat, says how to get in", () => {
  assert.equal(chat.listening?.(new IPv4Address("TCP", "127.0.0.1", 7)), "The chat is open; try: nc 127.0.0.1 7");
  assert.equal(chat.listening?.(new UNIXAddress("/run/x")), "The chat is open; try: nc -U /run/x");
});
