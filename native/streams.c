// Streams: watching, sending, closing. Answers are numbers, negative ones are errno.
#include "core.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_PIECES = 16 };

// The core and the slot that a function gets first, or NULL: with an exception pending, or with `*error` set for a slot that is closed.
static struct slot *slot_arguments(napi_env env, napi_value *values, struct core **core, int32_t *index) {
  *core = core_argument(env, values[0]);
  if (*core == NULL || !int_argument(env, values[1], index)) return NULL;
  return slot_at(*core, *index);
}

static napi_value closed_slot(napi_env env) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  return pending ? NULL : number(env, -EBADF);
}

// watch(core, slot, interest): 1 reads, 2 writes, 3 both, 0 neither.
static napi_value stream_watch(napi_env env, napi_callback_info info) {
  napi_value values[3];
  struct core *core;
  int32_t index, interest;
  if (!arguments(env, info, 3, values)) return NULL;
  if (slot_arguments(env, values, &core, &index) == NULL) return closed_slot(env);
  if (!int_argument(env, values[2], &interest)) return NULL;
  uint32_t events = ((interest & 1) != 0 ? EPOLLIN : 0) | ((interest & 2) != 0 ? EPOLLOUT : 0);
  return number(env, slot_watch(core, index, events));
}

// The answer of a sending call: how much was sent, or -errno. With no room nothing was sent, and more can be later.
static ssize_t sent_or_error(ssize_t sent) {
  if (sent >= 0) return sent;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM ? 0 : -errno;
}

// Into a pipe: the runtime ignores SIGPIPE.
static ssize_t send_bytes(const struct slot *slot, const uint8_t *bytes, size_t length) {
  ssize_t sent;
  do {
    sent = slot->pipe != NO_PIPE ? write(slot->fd, bytes, length) : send(slot->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent_or_error(sent);
}

static ssize_t send_pieces(const struct slot *slot, struct iovec *pieces, size_t count) {
  struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
  ssize_t sent;
  do {
    sent = slot->pipe != NO_PIPE ? writev(slot->fd, pieces, (int)count) : sendmsg(slot->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent_or_error(sent);
}

// What an entry of the send list is about: bytes of the send slab, or, where the offset is the complement of one, of the receive slab.
static bool entry_bytes(const struct core *core, const int32_t *entry, struct iovec *piece) {
  const struct shared *slab = entry[1] >= 0 ? &core->send_slab : &core->receive_slab;
  size_t offset = (size_t)(entry[1] >= 0 ? entry[1] : ~entry[1]), length = (uint32_t)entry[2];
  if (offset > slab->length || length > slab->length - offset) return false;
  *piece = (struct iovec){.iov_base = slab->data + offset, .iov_len = length};
  return true;
}

// Sends the entries from the first on that are for the same slot, and writes into each what became of it. Answers how many these are.
static int32_t send_entries(struct core *core, int32_t *first, int32_t count) {
  struct slot *slot = slot_at(core, first[0]);
  if (slot != NULL && slot->kind == SLOT_DATAGRAM) return datagrams_send(core, first, count);
  struct iovec pieces[MAX_PIECES];
  int32_t taken = 0;
  while (taken < count && taken < MAX_PIECES && first[taken * SEND_FIELDS] == first[0] &&
         entry_bytes(core, first + taken * SEND_FIELDS, &pieces[taken])) {
    taken++;
  }
  if (taken == 0 || slot == NULL || slot->kind != SLOT_STREAM) {
    first[3] = -EBADF;
    return 1;
  }
  ssize_t sent = 0;
  // What comes after a piece that was not sent whole has to wait, even if there is room again.
  if (slot->stuck_in != core->flushes) {
    sent = taken == 1 ? send_bytes(slot, pieces[0].iov_base, pieces[0].iov_len)
                      : send_pieces(slot, pieces, (size_t)taken);
  }
  for (int32_t i = 0; i < taken; i++) {
    size_t length = pieces[i].iov_len;
    ssize_t part = sent < 0 || (size_t)sent < length ? sent : (ssize_t)length;
    first[i * SEND_FIELDS + 3] = (int32_t)part;
    if (part != (ssize_t)length) slot->stuck_in = core->flushes;
    if (sent > 0) sent -= part;
  }
  return taken;
}

// flush(core, count): sends the first `count` entries of the send list, [slot, offset, length, result] each. Answers how many were not
// sent whole.
static napi_value stream_flush(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t count;
  if (!arguments(env, info, 2, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &count)) return NULL;
  if (!shared_is_there(env, &core->sends) || !shared_is_there(env, &core->send_slab)) {
    napi_throw_type_error(env, "ERR_INVALID_STATE", "Cannot send: the memory of the core was transferred");
    return NULL;
  }
  if (!shared_is_there(env, &core->receive_slab)) core->receive_slab.length = 0;
  if (count < 0 || (size_t)count > core->sends.length / (SEND_FIELDS * sizeof(int32_t))) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot send: the list is not that long");
    return NULL;
  }
  core->flushes++;
  int32_t *entries = (int32_t *)core->sends.data, incomplete = 0;
  for (int32_t i = 0; i < count;) {
    int32_t end = i + send_entries(core, entries + (size_t)i * SEND_FIELDS, count - i);
    for (; i < end; i++) incomplete += entries[i * SEND_FIELDS + 3] != entries[i * SEND_FIELDS + 2];
  }
  return number(env, incomplete);
}

// send(core, slot, bytes, offset): how many bytes were sent.
static napi_value stream_send(napi_env env, napi_callback_info info) {
  napi_value values[4];
  struct core *core;
  int32_t index, offset;
  uint8_t *bytes;
  size_t length;
  if (!arguments(env, info, 4, values)) return NULL;
  struct slot *slot = slot_arguments(env, values, &core, &index);
  if (slot == NULL) return closed_slot(env);
  if (!bytes_argument(env, values[2], &bytes, &length) || !int_argument(env, values[3], &offset)) return NULL;
  if (slot->kind != SLOT_STREAM || offset < 0 || (size_t)offset > length) return number(env, -EINVAL);
  return number(env, send_bytes(slot, bytes + offset, length - (size_t)offset));
}

// shutdown(core, slot): ends the sending half.
static napi_value stream_shutdown(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct core *core;
  int32_t index;
  if (!arguments(env, info, 2, values)) return NULL;
  struct slot *slot = slot_arguments(env, values, &core, &index);
  if (slot == NULL) return closed_slot(env);
  if (slot->kind != SLOT_STREAM) return number(env, -EINVAL);
  return number(env, shutdown(slot->fd, SHUT_WR) == 0 ? 0 : -errno);
}

// release(core, slot, reset): closes the slot and its descriptor, with a reset if wanted.
static napi_value stream_release(napi_env env, napi_callback_info info) {
  napi_value values[3];
  struct core *core;
  int32_t index, reset;
  if (!arguments(env, info, 3, values)) return NULL;
  struct slot *slot = slot_arguments(env, values, &core, &index);
  if (slot == NULL) return closed_slot(env);
  if (!int_argument(env, values[2], &reset)) return NULL;
  if (reset != 0 && slot->kind == SLOT_STREAM) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(slot->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  }
  slot_close(core, index);
  return number(env, 0);
}

napi_status streams_define(napi_env env, napi_value exports) {
  napi_status status = define(env, exports, "watch", stream_watch);
  if (status == napi_ok) status = define(env, exports, "flush", stream_flush);
  if (status == napi_ok) status = define(env, exports, "send", stream_send);
  if (status == napi_ok) status = define(env, exports, "shutdown", stream_shutdown);
  if (status == napi_ok) status = define(env, exports, "release", stream_release);
  return status;
}
