// Connections that do nothing: `tcp-idle PORT PID COUNT`.
//
// Each has sent one byte to the echo server and got it back, so everything is there that the server has for a connection, and then
// is silent. Prints how many bytes more the server has in memory for each, when BENCH_SECONDS have gone by; what it has for the first few,
// its code and what all share, does not count.
#include "load.h"

enum { FIRST = 16 };

int main(int argc, char **argv) {
  if (argc != 4) complain("Usage: tcp-idle PORT PID COUNT");
  int port = atoi(argv[1]), count = (int)bench_amount(argv[3]);
  pid_t pid = atoi(argv[2]);
  raise_descriptor_limit();
  double before = 0, seconds = bench_seconds();
  for (int i = 0; i < FIRST + count; i++) {
    if (i == FIRST) {
      usleep((useconds_t)(seconds * 1e5));
      before = resident_memory(pid);
    }
    echo_byte(connect_to(port));
  }
  usleep((useconds_t)(seconds * 1e6));
  printf("{\"bytes\": %.1f}\n", (resident_memory(pid) - before) / count);
  return 0;
}
