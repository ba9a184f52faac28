import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChatRoom } from "../../../src/cli/services/chat-room.ts";
import type { ChatUser } from "../../../src/cli/services/chat-room.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";

function join(room: ChatRoom, name: string): [user: ChatUser, read: () => string] {
  const user = room.buildProtocol();
  assert.ok(user !== null);
  const transport = new StringTransport();
  user.makeConnection(transport);
  user.dataReceived(Buffer.from(`${name}\n`));
  return [
    user,
    () => {
      const text = transport.value();
      transport.clear();
      return text;
    },
  ];
}

describe("ChatRoom", () => {
  test("passes lines on to everybody else", () => {
    const room = new ChatRoom();
    const [ada, toAda] = join(room, "Ada\r");
    const [bob, toBob] = join(room, "Bob");
    assert.equal(toAda(), "What's your name?\nWelcome, Ada!\n");
    toBob();
    ada.dataReceived(Buffer.from("Hello\x1b[2J\nAnybody?\n"));
    assert.deepEqual([toAda(), toBob()], ["", "<Ada> Hello[2J\n<Ada> Anybody?\n"]);
    bob.connectionLost();
    ada.dataReceived(Buffer.from("Bye\n"));
    assert.deepEqual([toBob(), [...room.users.keys()]], ["", ["Ada"]]);
  });

  test("wants names that are free, and neither empty nor long", () => {
    const room = new ChatRoom();
    join(room, "Ada");
    assert.match(join(room, "Ada")[1](), /Name taken, please choose another\.\n$/);
    assert.match(join(room, "")[1](), /Please choose a name of 1 to 32 letters\.\n$/);
    assert.match(join(room, "x".repeat(33))[1](), /Please choose a name/);
    assert.deepEqual([...room.users.keys()], ["Ada"]);
  });

  test("takes so many and no more", () => {
    const room = new ChatRoom({ maxUsers: 1 });
    const first = room.buildProtocol();
    assert.equal(room.buildProtocol(), null);
    first?.connectionLost();
    assert.ok(room.buildProtocol() !== null);
  });

  test("keeps nothing for who does not read", () => {
    const room = new ChatRoom();
    const [ada] = join(room, "Ada");
    const user = room.buildProtocol()!;
    const transport = new StringTransport();
    user.makeConnection(transport);
    user.dataReceived(Buffer.from("Slow\n"));
    transport.clear();
    const producer = transport.producer as { pauseProducing(): void; resumeProducing(): void };
    producer.pauseProducing();
    ada.dataReceived(Buffer.from("One\n"));
    producer.resumeProducing();
    ada.dataReceived(Buffer.from("Two\n"));
    assert.equal(transport.value(), "<Ada> Two\n");
  });
});
