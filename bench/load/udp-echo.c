// Load on a server that sends each datagram back: `udp-echo PORT PID SOCKETS WINDOW SIZE`.
//
// Each socket keeps WINDOW datagrams of SIZE bytes under way. One that has not come back after a while is taken for lost and sent anew; should
// it come after all, it does not count. The server gets warm for a third of the time before that which counts. Prints the datagrams
// per second that came back.
#include "load.h"

enum { MAX_WINDOW = 64, MAX_SIZE = 2048 };

static const double PATIENCE = 0.05;

// What a datagram begins with.
struct label {
  uint32_t place;  // in the window
  uint32_t number; // how often one was sent from there
};

struct client {
  int fd;
  uint32_t numbers[MAX_WINDOW];
  double sent[MAX_WINDOW];
};

static char datagrams[MAX_WINDOW][MAX_SIZE];
static struct iovec pieces[MAX_WINDOW];
static struct mmsghdr messages[MAX_WINDOW];
static int prepared;

// Makes the next datagram of a place the next to be sent.
static void prepare(struct client *client, uint32_t place, size_t size, double time) {
  struct label label = {.place = place, .number = ++client->numbers[place]};
  client->sent[place] = time;
  memcpy(datagrams[prepared], &label, sizeof label);
  pieces[prepared++].iov_len = size;
}

// What does not go out is lost, as on the way.
static void send_prepared(int fd) {
  if (prepared > 0 && sendmmsg(fd, messages, (unsigned)prepared, MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != ENOBUFS)
    fail("sendmmsg");
  prepared = 0;
}

static void send_what_was_lost(struct client *client, int window, size_t size, double time) {
  for (int place = 0; place < window; place++)
    if (time - client->sent[place] > PATIENCE) prepare(client, (uint32_t)place, size, time);
  send_prepared(client->fd);
}

// Sends the next datagram for each that came back; answers how many did.
static int receive(struct client *client, int window, size_t size, double time) {
  for (int i = 0; i < window; i++) pieces[i].iov_len = MAX_SIZE;
  int got = recvmmsg(client->fd, messages, (unsigned)window, MSG_DONTWAIT, NULL);
  for (int i = 0; i < got; i++) {
    struct label label;
    memcpy(&label, datagrams[i], sizeof label);
    if (messages[i].msg_len != size || label.place >= (uint32_t)window) complain("The server sent back something else");
    // Never overtakes `i`: what is prepared is at most what was looked at.
    if (label.number == client->numbers[label.place]) prepare(client, label.place, size, time);
  }
  int came_back = prepared;
  send_prepared(client->fd);
  return came_back;
}

int main(int argc, char **argv) {
  if (argc != 6) complain("Usage: udp-echo PORT PID SOCKETS WINDOW SIZE");
  int count = atoi(argv[3]), window = atoi(argv[4]), epoll = epoll_create1(0);
  size_t size = (size_t)atol(argv[5]);
  double seconds = bench_seconds();
  struct sockaddr_in server = loopback(atoi(argv[1]));
  struct client *clients = calloc((size_t)count, sizeof *clients);
  if (epoll < 0 || clients == NULL || window > MAX_WINDOW || size < sizeof(struct label) || size > MAX_SIZE) complain("Cannot start");
  for (int i = 0; i < MAX_WINDOW; i++) {
    memset(datagrams[i], 'x', MAX_SIZE);
    pieces[i].iov_base = datagrams[i];
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  for (int i = 0; i < count; i++) {
    clients[i].fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(clients[i].fd, (struct sockaddr *)&server, sizeof server) != 0) fail("connect");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &event) != 0) fail("epoll_ctl");
  }

  double counted_from = now() + seconds / 3, end = counted_from + seconds, looked = 0;
  long echoed = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = now(); time < end; time = now()) {
    if (time - looked > PATIENCE / 2) {
      looked = time;
      for (int i = 0; i < count; i++) send_what_was_lost(&clients[i], window, size, time);
    }
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 10);
    for (int i = 0; i < ready; i++) {
      int came_back = receive(events[i].data.ptr, window, size, time);
      if (time >= counted_from) echoed += came_back;
    }
  }
  if (echoed == 0) complain("Nothing came back");
  printf("{\"opsPerSecond\": %.1f}\n", (double)echoed / seconds);
  return 0;
}
