// Streams: watching, sending, closing. Answers are numbers, negative ones are errno.
#include "core.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

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

static ssize_t send_bytes(int fd, const uint8_t *bytes, size_t length) {
  ssize_t sent;
  do {
    sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return sent;
  // No room: nothing was sent, and more can be later.
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : -errno;
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
  if (count < 0 || (size_t)count > core->sends.length / (SEND_FIELDS * sizeof(int32_t))) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot send: the list is not that long");
    return NULL;
  }
  int32_t incomplete = 0;
  size_t slab_size = core->send_slab.length;
  for (int32_t i = 0; i < count; i++) {
    int32_t *entry = (int32_t *)core->sends.data + (size_t)i * SEND_FIELDS;
    struct slot *slot = slot_at(core, entry[0]);
    size_t offset = (uint32_t)entry[1], length = (uint32_t)entry[2];
    if (slot == NULL || slot->kind != SLOT_STREAM || offset > slab_size || length > slab_size - offset) {
      entry[3] = -EBADF;
    } else {
      entry[3] = (int32_t)send_bytes(slot->fd, core->send_slab.data + offset, length);
    }
    if (entry[3] != entry[2]) incomplete++;
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
  return number(env, send_bytes(slot->fd, bytes + offset, length - (size_t)offset));
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
