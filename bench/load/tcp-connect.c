// Short connections: `tcp-connect PORT PID CONCURRENCY`.
//
// Keeps CONCURRENCY connections under way; each sends a byte to the echo server, awaits it, ends its direction, awaits the end of the
// other, and is followed by the next. Nothing is reset: that is how well-behaved clients end. Each leaves a port in TIME_WAIT behind, so
// the connections come from many addresses of the loopback network, or the ports of one would be used up in seconds. The server gets
// warm for a third of the time before that which counts. Prints the connections per second.
#include "load.h"

enum { SOURCES = 200 };

static int epoll;

static void open_connection(int port) {
  static uint32_t source = 0;
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0) fail("socket");
  // The port is chosen when both ends are known, so that only pairs have to be unique.
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in from = loopback(0), to = loopback(port);
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + source++ % SOURCES);
  if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) fail("bind");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (send(fd, "x", 1, MSG_NOSIGNAL) != 1) fail("send");
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

int main(int argc, char **argv) {
  if (argc != 4) complain("Usage: tcp-connect PORT PID CONCURRENCY");
  int port = atoi(argv[1]), concurrency = atoi(argv[3]);
  double seconds = bench_seconds();
  epoll = epoll_create1(0);
  if (epoll < 0) fail("epoll_create1");
  for (int i = 0; i < concurrency; i++) open_connection(port);

  double counted_from = now() + seconds / 3, end = counted_from + seconds;
  long done = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = 0; time < end; time = now()) {
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 100);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      char byte;
      ssize_t got = recv(fd, &byte, 1, MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got < 0) fail("recv");
      if (got > 0) {
        shutdown(fd, SHUT_WR);
        continue;
      }
      close(fd);
      if (time >= counted_from) done++;
      open_connection(port);
    }
  }
  printf("{\"opsPerSecond\": %.1f}\n", (double)done / seconds);
  return 0;
}
