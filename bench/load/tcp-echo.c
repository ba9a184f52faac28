// Load on an echo server: `tcp-echo PORT PID CONNECTIONS SIZE PIPELINE`.
//
// Each connection keeps PIPELINE messages of SIZE bytes under way; when all of them have come back it sends them again. The server
// gets warm for a third of the time before that which counts. Prints the messages per second.
#include "load.h"

static char buffer[BUFFER_SIZE];

struct connection {
  int fd;
  size_t unsent;   // of the messages under way
  size_t awaited;  // bytes that have not come back
};

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
  if (argc != 6) complain("Usage: tcp-echo PORT PID CONNECTIONS SIZE PIPELINE");
  int port = atoi(argv[1]), count = atoi(argv[3]), pipeline = atoi(argv[5]);
  size_t round = (size_t)atol(argv[4]) * (size_t)pipeline;
  double seconds = bench_seconds();
  memset(buffer, 'x', sizeof buffer);
  raise_descriptor_limit();

  int epoll = epoll_create1(0);
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  if (epoll < 0 || connections == NULL) fail("start");
  for (int i = 0; i < count; i++) {
    struct connection *connection = &connections[i];
    *connection = (struct connection){.fd = connect_next(port, i), .unsent = round, .awaited = round};
    // Edge-triggered: told of room to send only after there was none.
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0) fail("epoll_ctl");
  }
  for (int i = 0; i < count; i++) send_more(&connections[i]);

  double counted_from = now() + seconds / 3, end = counted_from + seconds;
  long rounds = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = 0; time < end; time = now()) {
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 100);
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      for (;;) {
        ssize_t got = recv(connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got == 0) complain("The server closed a connection");
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
  printf("{\"opsPerSecond\": %.1f}\n", (double)rounds * pipeline / seconds);
  return 0;
}
