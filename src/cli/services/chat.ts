/** The service `chat`. */
import { netcatCommand } from "../address-text.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceMaker } from "../service-maker.ts";

export const chat: ServiceMaker = defineService({
  name: "chat",
  summary: "A chat room: each line goes to everybody else",
  example: { command: "hawser chat --listen tcp:7000", does: "opens a room for everybody who can reach port 7000" },
  listen: ["tcp:0:interface=127.0.0.1"],
  listening: (address) => `The chat is open; try: ${netcatCommand(address)}`,
  options: {
    "max-users": { type: "integer", min: 1, max: 100_000, default: 1000, help: "how many may be in the room" },
  },
  make: async (options, context) => {
    const { ChatRoom } = await import("./chat-room.ts");
    return context.listen(new ChatRoom({ maxUsers: options["max-users"] }));
  },
});
