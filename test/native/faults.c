// Makes system calls fail: loaded before everything else in a program whose environment says which, as
// HAWSER_FAULTS="recv=104:2:1,send=4:1:5": the errno, from which call on, how many.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

static int fault(const char *name, int *calls) {
  const char *all = getenv("HAWSER_FAULTS");
  size_t length = strlen(name);
  ++*calls;
  for (const char *at = all; at != NULL && *at != '\0'; at = strchr(at, ',') == NULL ? NULL : strchr(at, ',') + 1) {
    if (strncmp(at, name, length) != 0 || at[length] != '=') continue;
    char *end;
    long error = strtol(at + length + 1, &end, 10), from = strtol(end + 1, &end, 10), count = strtol(end + 1, &end, 10);
    if (*calls >= from && *calls < from + count) return (int)error;
  }
  return 0;
}

#define FAULTY(type, name, parameters, arguments)                  \
  type name parameters {                                           \
    static int calls;                                              \
    static type(*real) parameters;                                 \
    int error = fault(#name, &calls);                              \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);   \
    if (error == 0) return real arguments;                         \
    errno = error;                                                 \
    return -1;                                                     \
  }

FAULTY(ssize_t, recv, (int fd, void *bytes, size_t length, int flags), (fd, bytes, length, flags))
FAULTY(ssize_t, send, (int fd, const void *bytes, size_t length, int flags), (fd, bytes, length, flags))
FAULTY(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
FAULTY(int, recvmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *time), (fd, messages, count, flags, time))
FAULTY(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags), (fd, messages, count, flags))
FAULTY(int, accept4, (int fd, struct sockaddr *address, socklen_t *length, int flags), (fd, address, length, flags))
FAULTY(int, epoll_wait, (int set, struct epoll_event *events, int most, int time), (set, events, most, time))
FAULTY(ssize_t, sendfile, (int to, int from, off_t *offset, size_t length), (to, from, offset, length))

// Receives; or has no room for what comes beside the bytes, which is the fault "truncated".
ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  static int calls, truncations;
  static ssize_t (*real)(int, struct msghdr *, int);
  int error = fault("recvmsg", &calls);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "recvmsg");
  if (error != 0) {
    errno = error;
    return -1;
  }
  ssize_t got = real(fd, message, flags);
  if (got > 0 && fault("truncated", &truncations) != 0) message->msg_flags |= MSG_CTRUNC;
  return got;
}

// An interrupted connect goes on.
int connect(int fd, const struct sockaddr *address, socklen_t length) {
  static int calls;
  static int (*real)(int, const struct sockaddr *, socklen_t);
  int error = fault("connect", &calls);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "connect");
  int status = real(fd, address, length);
  if (error == 0) return status;
  errno = error;
  return -1;
}
