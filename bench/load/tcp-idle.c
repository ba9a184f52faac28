// Connections that do nothing: `tcp-idle PORT PID COUNT`.
//
// Each has sent one byte to the echo server and got it back, so everything is there that the server has for a connection, and then
// is silent. Prints how many bytes more the server has in memory for each, when BENCH_SECONDS have gone by; what it has for the first few,
// its code and what all share, does not count.
#include "load.h"

enum { FIRST = 16, AT_ONCE = 64 };

// Makes connections; no more at once than a queue of connections that wait to be accepted holds.
static void connect_some(int port, int count) {
  int fds[AT_ONCE];
  for (int i = 0; i < count; i++) {
    fds[i] = connect_to(port);
    if (send(fds[i], "x", 1, MSG_NOSIGNAL) != 1) fail("send");
  }
  char byte;
  for (int i = 0; i < count; i++)
    if (recv(fds[i], &byte, 1, 0) != 1) fail("recv");
}

int main(int argc, char **argv) {
  if (argc != 4) complain("Usage: tcp-idle PORT PID COUNT");
  int port = atoi(argv[1]), count = (int)bench_amount(argv[3]);
  pid_t pid = atoi(argv[2]);
  raise_descriptor_limit();
  double seconds = bench_seconds();
  connect_some(port, FIRST);
  usleep((useconds_t)(seconds * 1e5));
  double before = resident_memory(pid);
  for (int left = count; left > 0; left -= AT_ONCE) connect_some(port, left < AT_ONCE ? left : AT_ONCE);
  usleep((useconds_t)(seconds * 1e6));
  printf("{\"bytes\": %.1f}\n", (resident_memory(pid) - before) / count);
  return 0;
}
