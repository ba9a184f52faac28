// One connection that receives as fast as the server sends: `tcp-drain PORT PID UNIT BYTES`.
//
// Each byte that is sent to the server asks it for UNIT bytes; two such requests are always under way, so the server never waits. What
// comes is thrown away unread. BYTES count, after a quarter as many that warm the server up. Prints the bytes per second.
#include "load.h"

int main(int argc, char **argv) {
  if (argc != 5) complain("Usage: tcp-drain PORT PID UNIT BYTES");
  long unit = atol(argv[3]), wanted = bench_amount(argv[4]), warm = wanted / 4;
  static char nowhere[BUFFER_SIZE];
  int fd = connect_to(atoi(argv[1]));
  double start = 0;
  long received = 0, asked = 0, before = 0;
  while (received < warm + wanted) {
    for (; asked < warm + wanted && asked < received + 2 * unit; asked += unit)
      if (send(fd, ".", 1, MSG_NOSIGNAL) != 1) fail("send");
    ssize_t got = recv(fd, nowhere, sizeof nowhere, MSG_TRUNC);
    if (got == 0) complain("The server closed the connection");
    if (got < 0) fail("recv");
    received += got;
    if (start == 0 && received >= warm) {
      start = now();
      before = received;
    }
  }
  printf("{\"bytesPerSecond\": %.1f}\n", (double)(received - before) / (now() - start));
  return 0;
}
