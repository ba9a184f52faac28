// Files over streams: the system sends them, without a copy in between.
#include "core.h"

#include <errno.h>
#include <sys/sendfile.h>

// sendFile(core, slot, file, offset, length): how many bytes went, 0 at the end of the file, -EAGAIN where there is no room. What a file
// does not have in memory, the system reads meanwhile.
static napi_value file_send(napi_env env, napi_callback_info info) {
  napi_value values[5];
  int32_t index, file, length;
  int64_t offset;
  if (!arguments(env, info, 5, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &index) || !int_argument(env, values[2], &file)) return NULL;
  if (napi_get_value_int64(env, values[3], &offset) != napi_ok) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot call the core: expected a number");
    return NULL;
  }
  if (!int_argument(env, values[4], &length)) return NULL;
  struct slot *slot = slot_at(core, index);
  if (slot == NULL || slot->kind != SLOT_STREAM) return number(env, -EBADF);
  if (offset < 0 || length < 0) return number(env, -EINVAL);
  off_t from = offset;
  ssize_t sent;
  do {
    sent = sendfile(slot->fd, file, &from, (size_t)length);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && (errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM)) errno = EAGAIN;
  return number(env, sent < 0 ? -errno : sent);
}

napi_status files_define(napi_env env, napi_value exports) { return define(env, exports, "sendFile", file_send); }
