// One connection that sends to the server as fast as it takes: `tcp-stream PORT PID UNIT UNITS BYTES`.
//
// What is sent are lines of UNIT bytes, ends included. The server answers one byte for each UNITS of them, so what counts is what it has
// dealt with, not what lies in buffers: the time from the first answer that counts to the last. BYTES count, after a quarter as many that
// warm the server up; without BYTES, what is dealt with in the time counts, after a third of it. Prints the lines per second, or the
// bytes per second where a unit is one byte.
#include "load.h"

#include <poll.h>

static char buffer[BUFFER_SIZE];

int main(int argc, char **argv) {
  if (argc != 6) complain("Usage: tcp-stream PORT PID UNIT UNITS BYTES");
  long unit = atol(argv[3]), units = atol(argv[4]), wanted = bench_amount(argv[5]) / (unit * units);
  bool is_counted_out = wanted > 0;
  size_t block = (size_t)(256 * 1024 / unit * unit), offset = 0;
  for (size_t i = 0; i < block; i++) buffer[i] = (long)i % unit == unit - 1 ? '\n' : 'x';

  int fd = connect_to(atoi(argv[1]));
  double seconds = bench_seconds(), start = now(), counted_from = start + seconds / 3;
  long warm = is_counted_out ? (wanted + 3) / 4 : 1;                     // answers
  long left = is_counted_out ? (warm + wanted) * unit * units : INT64_MAX;  // bytes to be sent
  long answers = 0, before = 0;
  double first = 0, last = 0;
  char acknowledgements[4096];
  while (is_counted_out ? answers < warm + wanted : last < counted_from + seconds || answers == before) {
    ssize_t got = recv(fd, acknowledgements, sizeof acknowledgements, MSG_DONTWAIT);
    if (got == 0) complain("The server closed the connection");
    if (got > 0) {
      answers += got;
      last = now();
      if (first == 0 && answers >= warm && (is_counted_out || last >= counted_from)) {
        first = last;
        before = answers;
      }
      continue;  // it may have been the last
    }
    size_t piece = block - offset < (size_t)left ? block - offset : (size_t)left;
    ssize_t put = left == 0 ? 0 : send(fd, buffer + offset, piece, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) {
      left -= put;
      offset = (offset + (size_t)put) % block;
    } else if (left == 0 || errno == EAGAIN) {
      struct pollfd either = {.fd = fd, .events = (short)(left == 0 ? POLLIN : POLLIN | POLLOUT)};
      if (poll(&either, 1, 10000) == 0) complain("The server stands still");
    } else if (errno != EINTR) {
      fail("send");
    }
  }
  double rate = (double)((answers - before) * units) / (last - first);
  printf("{\"%s\": %.1f}\n", unit == 1 ? "bytesPerSecond" : "opsPerSecond", rate);
  return 0;
}
