// One connection that sends to the server as fast as it takes: `tcp-stream PORT PID UNIT UNITS BYTES`.
//
// What is sent are lines of UNIT bytes, ends included. The server answers one byte for each UNITS of them, so what counts is what it has
// dealt with, not what lies in buffers: the time from the first answer that counts to the last. With BYTES it ends after so many, and the
// first answer counts, else after the time, and it gets warm for a third of that before. Prints the lines per second, or the bytes per
// second where a unit is one byte.
#include "load.h"

#include <poll.h>

static char buffer[BUFFER_SIZE];

int main(int argc, char **argv) {
  if (argc != 6) complain("Usage: tcp-stream PORT PID UNIT UNITS BYTES");
  long unit = atol(argv[3]), units = atol(argv[4]), bytes = bench_amount(argv[5]);
  size_t block = (size_t)(256 * 1024 / unit * unit);
  for (size_t i = 0; i < block; i++) buffer[i] = (long)i % unit == unit - 1 ? '\n' : 'x';

  int fd = connect_to(atoi(argv[1]));
  double seconds = bench_seconds(), start = now(), counted_from = bytes > 0 ? start : start + seconds / 3;
  double end = bytes > 0 ? start + 60 : counted_from + seconds, first = 0, last = 0;
  long sent = 0, answered = 0, answers = bytes > 0 ? bytes / (unit * units) : -1;
  size_t offset = 0;
  char acks[4096];
  while (answers < 0 ? last < end : answered < answers) {
    ssize_t got = recv(fd, acks, sizeof acks, MSG_DONTWAIT);
    if (got == 0) complain("The server closed the connection");
    double time = now();
    if (time > end + 5) complain("The server stands still");
    if (got > 0) {
      if (first == 0) {
        if (time >= counted_from) first = time;
      } else {
        answered += got;
        last = time;
      }
      if (first == time && answers > 0) answers -= got;
    }
    bool done = bytes > 0 && sent >= bytes;
    ssize_t put = done ? -1 : send(fd, buffer + offset, block - offset, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) {
      sent += put;
      offset = (offset + (size_t)put) % block;
    } else if (done || errno == EAGAIN) {
      struct pollfd either = {.fd = fd, .events = (short)(done ? POLLIN : POLLIN | POLLOUT)};
      poll(&either, 1, 100);
    } else if (errno != EINTR) {
      fail("send");
    }
  }
  double rate = (double)answered * (double)units / (last - first);
  printf("{\"%s\": %.1f}\n", unit == 1 ? "bytesPerSecond" : "opsPerSecond", rate);
  return 0;
}
