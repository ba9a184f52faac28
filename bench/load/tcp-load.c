// Load on an echo server: `tcp-load PORT CONNECTIONS SIZE SECONDS PIPELINE`.
//
// Each connection keeps PIPELINE messages of SIZE bytes under way; when all of them have come back it sends them again. The first fifth of
// the time warms the server up and does not count. Prints the messages per second.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 1024, BUFFER_SIZE = 1 << 20 };

struct connection {
  int fd;
  size_t unsent;   // of the messages under way
  size_t awaited;  // bytes that have not come back
};

static char buffer[BUFFER_SIZE];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// Sends what the socket takes.
static void send_more(struct connection *connection) {
  while (connection->unsent > 0) {
    size_t piece = connection->unsent < BUFFER_SIZE ? connection->unsent : BUFFER_SIZE;
    ssize_t sent = send(connection->fd, buffer, piece, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      fail("send");
    }
    connection->unsent -= (size_t)sent;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "Usage: tcp-load PORT CONNECTIONS SIZE SECONDS PIPELINE\n");
    return 2;
  }
  int port = atoi(argv[1]), count = atoi(argv[2]);
  size_t round = (size_t)atol(argv[3]) * (size_t)atoi(argv[5]);
  double seconds = atof(argv[4]);
  memset(buffer, 'x', sizeof buffer);

  int epoll = epoll_create1(0);
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  if (epoll < 0 || connections == NULL) fail("start");
  for (int i = 0; i < count; i++) {
    struct connection *connection = &connections[i];
    *connection = (struct connection){.fd = connect_to(port), .unsent = round, .awaited = round};
    // Edge-triggered: told of room to send only after there was none.
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0) fail("epoll_ctl");
    send_more(connection);
  }

  double start = now(), counted_from = start + seconds / 5, end = start + seconds;
  long rounds = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = start; time < end; time = now()) {
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 100);
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      for (;;) {
        ssize_t got = recv(connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got == 0) return fprintf(stderr, "The server closed a connection\n"), 1;
        if (got < 0) {
          if (errno == EAGAIN) break;
          if (errno == EINTR) continue;
          fail("recv");
        }
        connection->awaited -= (size_t)got;
        if (connection->awaited == 0) {
          if (time >= counted_from) rounds++;
          connection->unsent = connection->awaited = round;
        }
        if (connection->unsent > 0) send_more(connection);
        if ((size_t)got < sizeof buffer) break;
      }
      if (connection->unsent > 0) send_more(connection);
    }
  }
  printf("%.1f\n", (double)rounds * atoi(argv[5]) / (end - counted_from));
  return 0;
}
