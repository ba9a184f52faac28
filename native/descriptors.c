// What UNIX streams carry beside bytes: descriptors, and who the peer is. Answers are numbers, negative ones are errno.
//
// A received descriptor waits in a list of the core until JavaScript takes it, in the same turn: what nobody has taken when the turn is over
// is closed, whatever became of its slot, of the core, or of JavaScript.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  // The most that the system lets one message carry (SCM_MAX_FD).
  MOST_IN_MESSAGE = 253,
  MOST_TO_SEND = 64,
};

// Notes the descriptors of a message for JavaScript. Whether it had all that were sent.
static bool take_rights(struct core *core, int32_t index, struct msghdr *message) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      core->descriptors[core->descriptor_count] = fd;
      core_event(core, EVENT_DESCRIPTOR, index, core->descriptor_count++, 0);
    }
  }
  // Where this process has no room for descriptors, the system drops them.
  return (message->msg_flags & MSG_CTRUNC) == 0;
}

// Receives bytes, and descriptors that come before them in the list of events. As `recv` answers: -1 and EAGAIN also where the list has no
// room for as many as may come.
ssize_t descriptors_receive(struct core *core, int32_t index, uint8_t *bytes, size_t length) {
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(MOST_IN_MESSAGE * sizeof(int))];
  } control;
  if (core->event_count + MOST_IN_MESSAGE + 2 > MAX_EVENTS) {
    errno = EAGAIN;
    return -1;
  }
  struct iovec piece = {.iov_base = bytes, .iov_len = length};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t got = recvmsg(core->slots[index].fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got < 0 || take_rights(core, index, &message)) return got;
  // Bytes without the descriptors that belong to them would be taken for something else.
  errno = EMFILE;
  return -1;
}

// The turn is over: closes what nobody has taken.
void descriptors_settle(struct core *core) {
  for (int i = 0; i < core->descriptor_count; i++) {
    if (core->descriptors[i] >= 0) close(core->descriptors[i]);
  }
  core->descriptor_count = 0;
}

// takeDescriptor(core, index): a descriptor that came in this turn; it is the caller's from now on.
static napi_value descriptor_take(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t index;
  if (!arguments(env, info, 2, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &index)) return NULL;
  if (index < 0 || index >= core->descriptor_count || core->descriptors[index] < 0) return number(env, -EBADF);
  int fd = core->descriptors[index];
  core->descriptors[index] = -1;
  return number(env, fd);
}

// duplicateDescriptor(fd): another one for the same file.
static napi_value descriptor_duplicate(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t fd;
  if (!arguments(env, info, 1, values) || !int_argument(env, values[0], &fd)) return NULL;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  return number(env, copy < 0 ? -errno : copy);
}

// Reads the slot of a UNIX stream. NULL with an exception pending, or with `*error` set.
static struct slot *stream_argument(napi_env env, napi_value *values, int *error) {
  int32_t index;
  struct core *core = core_argument(env, values[0]);
  *error = 0;
  if (core == NULL || !int_argument(env, values[1], &index)) return NULL;
  struct slot *slot = slot_at(core, index);
  if (slot != NULL && slot->kind == SLOT_STREAM) return slot;
  *error = -EBADF;
  return NULL;
}

// sendDescriptors(core, slot, bytes, descriptors): sends all descriptors with the first of the bytes; how many bytes went, 0 where there is no
// room, and then no descriptor went either.
static napi_value descriptors_send(napi_env env, napi_callback_info info) {
  napi_value values[4];
  uint8_t *bytes;
  int32_t *fds;
  size_t length, count;
  int error;
  if (!arguments(env, info, 4, values)) return NULL;
  struct slot *slot = stream_argument(env, values, &error);
  if (slot == NULL) return error == 0 ? NULL : number(env, error);
  if (!bytes_argument(env, values[2], &bytes, &length) || !ints_argument(env, values[3], &fds, &count)) return NULL;
  if (length == 0 || count == 0 || count > MOST_TO_SEND) return number(env, -EINVAL);
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(MOST_TO_SEND * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec piece = {.iov_base = bytes, .iov_len = length};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(part), fds, count * sizeof(int));
  ssize_t sent;
  do {
    sent = sendmsg(slot->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM)) sent = 0;
  return number(env, sent < 0 ? -errno : sent);
}

// peerCredentials(core, slot, result): puts the process, the user and the group that connected, or listened, into an Int32Array.
static napi_value peer_credentials(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t *result;
  size_t count;
  int error;
  struct ucred who;
  socklen_t length = sizeof who;
  if (!arguments(env, info, 3, values)) return NULL;
  struct slot *slot = stream_argument(env, values, &error);
  if (slot == NULL) return error == 0 ? NULL : number(env, error);
  if (!ints_argument(env, values[2], &result, &count)) return NULL;
  if (count < 3) return number(env, -EINVAL);
  if (getsockopt(slot->fd, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) return number(env, -errno);
  result[0] = who.pid;
  result[1] = (int32_t)who.uid;
  result[2] = (int32_t)who.gid;
  return number(env, 0);
}

napi_status descriptors_define(napi_env env, napi_value exports) {
  napi_status status = define(env, exports, "takeDescriptor", descriptor_take);
  if (status == napi_ok) status = define(env, exports, "duplicateDescriptor", descriptor_duplicate);
  if (status == napi_ok) status = define(env, exports, "sendDescriptors", descriptors_send);
  if (status == napi_ok) status = define(env, exports, "peerCredentials", peer_credentials);
  return status;
}
