// A server in C with nothing but an epoll loop: what the machine can do on one processor.
#ifndef HAWSER_BENCH_LOOP_H
#define HAWSER_BENCH_LOOP_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOOP_EVENTS = 1024, LOOP_BUFFER = 64 * 1024, LOOP_CONNECTIONS = 1 << 17 };

static char received[LOOP_BUFFER];
// For what a server counts on each connection, by its descriptor.
static size_t counted[LOOP_CONNECTIONS];

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

// A socket bound to a free port of the loopback interface, which is printed.
static inline int open_port(int type) {
  int fd = socket(AF_INET, type, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0) fail("bind");
  if ((type & 0xf) == SOCK_STREAM && listen(fd, 8192) != 0) fail("listen");
  if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) fail("getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

// Sends everything; waits where the socket takes no more.
static inline void send_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
    if (sent >= 0) {
      data += sent;
      length -= (size_t)sent;
    } else if (errno == EAGAIN) {
      struct pollfd room = {.fd = fd, .events = POLLOUT};
      poll(&room, 1, -1);
    } else {
      return;
    }
  }
}

// Accepts connections and hands on what they receive, for ever.
static inline void serve(void (*on_received)(int fd, size_t length)) {
  int listener = open_port(SOCK_STREAM | SOCK_NONBLOCK), epoll = epoll_create1(0), on = 1;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[LOOP_EVENTS];
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll");
  for (;;) {
    int ready = epoll_wait(epoll, events, LOOP_EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          if (fd >= LOOP_CONNECTIONS) fail("accept4");
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          event.data.fd = fd;
          counted[fd] = 0;
          if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
        }
        continue;
      }
      ssize_t length = recv(fd, received, sizeof received, 0);
      if (length > 0) on_received(fd, (size_t)length);
      else if (length == 0 || errno != EAGAIN) close(fd);
    }
  }
}

#endif
