// Load that is the same for every echo server: `tcp-pace PORT PID CONNECTIONS SIZE`, half of BENCH_RATE messages per second.
//
// The moments of sending are drawn beforehand, as those of clients who know nothing of each other: exponential distances, the same
// numbers in each run. A message goes out at its moment, whether the server has answered the one before or not, and its latency
// counts from that moment, even if it went out late: a server that stands still for a while has all of them against it. What has not
// come back when the time is over counts as long as it has been awaited. The generator waits for nothing, so that no wake-up of its own is measured.
//
// The first third warms the server up and does not count. Prints percentiles of the latency, and the processor time that the server took
// for a million messages.
#include "load.h"

#include <math.h>

static char buffer[BUFFER_SIZE];

struct connection {
  int fd;
  size_t received;  // bytes that have come back
};

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// A number in (0, 1], of a sequence that is always the same.
static double next_random(void) {
  static uint64_t state = 0x9e3779b97f4a7c15u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return ((double)(state >> 11) + 1) / 9007199254740992.0;
}

int main(int argc, char **argv) {
  if (argc != 5) complain("Usage: tcp-pace PORT PID CONNECTIONS SIZE");
  const char *rate_text = getenv("BENCH_RATE");
  if (rate_text == NULL) complain("There is no BENCH_RATE");
  int port = atoi(argv[1]), count = atoi(argv[3]);
  pid_t pid = atoi(argv[2]);
  size_t size = (size_t)atol(argv[4]);
  double rate = atof(rate_text) / 2, seconds = bench_seconds();
  long warm = (long)(rate * seconds / 3), total = warm + (long)(rate * seconds);
  memset(buffer, 'x', sizeof buffer);

  // Message i is on connection i % count: the nth answer there is to message n * count + i % count.
  double *due = calloc((size_t)total, sizeof *due), *latency = calloc((size_t)total, sizeof *latency);
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  int epoll = epoll_create1(0);
  if (due == NULL || latency == NULL || connections == NULL || epoll < 0 || total <= warm) fail("start");
  for (int i = 0; i < count; i++) {
    connections[i].fd = connect_next(port, i);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event) != 0) fail("epoll_ctl");
  }

  double moment = now() + 0.01;
  for (long i = 0; i < total; i++) {
    due[i] = moment;
    moment -= log(next_random()) / rate;
  }
  double deadline = moment + seconds + 1, used = 0;
  long sent = 0, answered = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = now(); answered < total && time < deadline; time = now()) {
    for (; sent < total && due[sent] <= time; sent++) {
      if (sent == warm) used = processor_time(pid);
      if (send(connections[sent % count].fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size)
        complain("The server falls behind, the socket takes no more");
    }
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 0);
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      ssize_t got = recv(connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (got == 0) complain("The server closed a connection");
      if (got < 0) continue;
      long message = (long)(connection->received / size) * count + (connection - connections);
      connection->received += (size_t)got;
      double arrived = now();
      for (long end = (long)(connection->received / size) * count; message < end; message += count, answered++)
        latency[message] = arrived - due[message];
    }
  }
  used = processor_time(pid) - used;
  double end = now();
  for (long i = 0; i < total; i++)
    if (latency[i] == 0) latency[i] = end - due[i];
  long samples = total - warm;
  qsort(latency + warm, (size_t)samples, sizeof *latency, compare);
  const double quantiles[] = {0.5, 0.99, 0.999};
  const char *names[] = {"p50", "p99", "p99.9"};
  printf("{");
  for (int i = 0; i < 3; i++)
    printf("\"%s\": {\"seconds\": %.9f}, ", names[i], latency[warm + (long)(quantiles[i] * (double)(samples - 1))]);
  printf("\"processor for a million\": {\"seconds\": %.6f}}\n", used / (double)samples * 1e6);
  return 0;
}
