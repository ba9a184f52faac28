// What the load generators have in common.
//
// A generator is started as `NAME PORT PID ...`: the server's port on the loopback interface, and its process, for those that ask
// what it uses of the machine. Where the server is a SOCKS proxy, BENCH_BEHIND is the port that it is to connect to. It puts load on the server for BENCH_SECONDS and prints one figure, or several by their names, as JSON.
#ifndef HAWSER_BENCH_LOAD_H
#define HAWSER_BENCH_LOAD_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_EVENTS = 1024, BUFFER_SIZE = 1 << 20 };

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

static inline void complain(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// For how long to measure.
static inline double bench_seconds(void) {
  const char *text = getenv("BENCH_SECONDS");
  return text == NULL ? 1 : atof(text);
}

// What is done a number of times takes that number as it is, but a tenth of it in a quick run.
static inline long bench_amount(const char *text) {
  long amount = atol(text);
  return bench_seconds() < 0.3 ? amount / 10 : amount;
}

// The processor time that a process has used, in all its threads.
static inline double processor_time(pid_t pid) {
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) complain("The server's processor time cannot be read");
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// The bytes of a process that are in memory.
static inline double resident_memory(pid_t pid) {
  char path[64];
  long size, resident;
  snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%ld %ld", &size, &resident) != 2) complain("The server's memory cannot be read");
  fclose(file);
  return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static inline void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The port behind a SOCKS proxy, where the server is one, or 0.
static inline int port_behind(void) {
  const char *text = getenv("BENCH_BEHIND");
  return text == NULL ? 0 : atoi(text);
}

// What a client of SOCKS 5 says: that it has no name, and that it wants to be connected to a port of this machine. What it is answered is as long.
static const uint8_t socks_greeting[] = {5, 1, 0};
enum { SOCKS_REQUEST = 10, SOCKS_METHOD_ANSWER = 2, SOCKS_ANSWER = 10 };

static inline void socks_request(uint8_t request[SOCKS_REQUEST], int port) {
  const uint8_t bytes[SOCKS_REQUEST] = {5, 1, 0, 1, 127, 0, 0, 1, (uint8_t)(port >> 8), (uint8_t)port};
  memcpy(request, bytes, sizeof bytes);
}

static inline void socks_connect(int fd, int port) {
  uint8_t request[SOCKS_REQUEST], answer[SOCKS_ANSWER];
  socks_request(request, port);
  if (send(fd, socks_greeting, sizeof socks_greeting, MSG_NOSIGNAL) != sizeof socks_greeting) fail("send");
  if (recv(fd, answer, SOCKS_METHOD_ANSWER, MSG_WAITALL) != SOCKS_METHOD_ANSWER) fail("recv");
  if (answer[1] != 0) complain("The proxy wants to know who asks");
  if (send(fd, request, sizeof request, MSG_NOSIGNAL) != sizeof request) fail("send");
  if (recv(fd, answer, SOCKS_ANSWER, MSG_WAITALL) != SOCKS_ANSWER) fail("recv");
  if (answer[1] != 0) complain("The proxy does not connect");
}

static inline int connect_to(int port) {
  struct sockaddr_in address = loopback(port);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (port_behind() != 0) socks_connect(fd, port_behind());
  return fd;
}

// Sends a byte and waits until it comes back.
static inline void echo_byte(int fd) {
  char byte = 'x';
  if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1) fail("send");
  if (recv(fd, &byte, 1, 0) != 1) fail("recv");
}

// The `index`th of many connections that are made in a row. Waits for the server now and then: no queue of connections that wait
// to be accepted may overflow, for it would take seconds until the kernel tries again.
static inline int connect_next(int port, int index) {
  int fd = connect_to(port);
  if (index % 256 == 255) echo_byte(fd);
  return fd;
}

#endif
