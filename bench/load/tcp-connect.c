// Short connections: `tcp-connect PORT PID CONCURRENCY`.
//
// Keeps CONCURRENCY connections under way; each sends a byte to the echo server, awaits it, ends its direction, awaits the end of the
// other, and is followed by the next. Nothing is reset: that is how well-behaved clients end. Each leaves a port in TIME_WAIT behind, so
// the connections come from many addresses of the loopback network, or the ports of one would be used up in seconds. Where the server is a SOCKS
// proxy, each asks it first to connect. The server gets warm for a third of the time before that which counts. Prints the connections per second.
#include "load.h"

enum { SOURCES = 200, MOST_DESCRIPTORS = 1 << 16 };

static int epoll;

// What a connection waits for, by its descriptor.
static enum { METHOD, CONNECTED, ECHO } awaited[MOST_DESCRIPTORS];

static void put(int fd, const void *bytes, size_t length) {
  if (send(fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send");
}

static void begin(int fd) {
  if (port_behind() == 0) put(fd, "x", 1);
  else put(fd, socks_greeting, sizeof socks_greeting);
  awaited[fd] = port_behind() == 0 ? ECHO : METHOD;
}

// Deals with an answer, which is so short that it comes whole.
static void answered(int fd, const uint8_t *answer, ssize_t length) {
  uint8_t request[SOCKS_REQUEST];
  switch (awaited[fd]) {
    case METHOD:
      if (length != SOCKS_METHOD_ANSWER || answer[1] != 0) complain("The proxy wants to know who asks");
      socks_request(request, port_behind());
      put(fd, request, sizeof request);
      awaited[fd] = CONNECTED;
      break;
    case CONNECTED:
      if (length != SOCKS_ANSWER || answer[1] != 0) complain("The proxy does not connect");
      put(fd, "x", 1);
      awaited[fd] = ECHO;
      break;
    case ECHO:
      shutdown(fd, SHUT_WR);
  }
}

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
  if (fd >= MOST_DESCRIPTORS) complain("There are too many descriptors");
  begin(fd);
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
      uint8_t answer[SOCKS_ANSWER];
      ssize_t got = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got < 0) fail("recv");
      if (got > 0) {
        answered(fd, answer, got);
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
