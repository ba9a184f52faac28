// The module: opens and closes cores. Each environment, the main thread's or a worker's, has its own; nothing is shared.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { NONE = -1 };

static void free_core(uv_handle_t *handle) {
  struct core *core = handle->data;
  free(core->slots);
  free(core);
}

// Closes everything; the memory goes when the runtime has let go of the handle.
static void shut(struct core *core) {
  if (core->closed) return;
  core->closed = true;
  for (int32_t i = 0; i < core->slot_count; i++) {
    if (core->slots[i].kind != SLOT_FREE) slot_close(core, i);
  }
  uv_poll_stop(&core->poll);
  close(core->epoll);
  if (core->reserve >= 0) close(core->reserve);
  uv_close((uv_handle_t *)&core->poll, free_core);
}

// The environment ends: by the end of the program, of a worker, or by process.exit() in the middle of a turn.
static void environment_ends(void *data) { shut(data); }

static bool shared_memory(napi_env env, struct core *core, int place, napi_value value, napi_typedarray_type wanted,
                          void **data, size_t *length) {
  napi_typedarray_type type;
  bool is_view = false;
  if (napi_is_typedarray(env, value, &is_view) == napi_ok && is_view &&
      napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) == napi_ok && type == wanted) {
    napi_ref reference;
    if (napi_create_reference(env, value, 1, &reference) == napi_ok) {
      if (core->shared[place] != NULL) napi_delete_reference(env, core->shared[place]);
      core->shared[place] = reference;
      return true;
    }
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot share memory with the core: expected a view of the right type");
  return false;
}

static bool set_receive_slab(napi_env env, struct core *core, napi_value value) {
  void *data;
  size_t length;
  if (!shared_memory(env, core, 3, value, napi_uint8_array, &data, &length)) return false;
  core->receive_slab = data;
  core->receive_slab_size = length;
  // What this turn has received lies in the old slab.
  core->receive_used = 0;
  return true;
}

static bool set_memory(napi_env env, struct core *core, napi_value *values) {
  void *events, *sends, *send_slab;
  size_t event_length, send_length, slab_length;
  if (!shared_memory(env, core, 0, values[1], napi_int32_array, &events, &event_length)) return false;
  if (!shared_memory(env, core, 1, values[2], napi_int32_array, &sends, &send_length)) return false;
  if (!shared_memory(env, core, 2, values[3], napi_uint8_array, &send_slab, &slab_length)) return false;
  if (!set_receive_slab(env, core, values[4])) return false;
  if (event_length < MAX_EVENTS * EVENT_FIELDS) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot open a core: the event list is too short");
    return false;
  }
  core->events = events;
  core->sends = sends;
  core->max_sends = send_length / SEND_FIELDS;
  core->send_slab = send_slab;
  core->send_slab_size = slab_length;
  return true;
}

static bool start(napi_env env, struct core *core, napi_value callback) {
  napi_value name;
  uv_loop_t *loop;
  core->epoll = epoll_create1(EPOLL_CLOEXEC);
  core->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (core->epoll < 0) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: the system has no epoll set for it");
    return false;
  }
  if (napi_create_reference(env, callback, 1, &core->callback) != napi_ok ||
      napi_create_string_utf8(env, "hawser", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, NULL, name, &core->context) != napi_ok || napi_get_uv_event_loop(env, &loop) != napi_ok ||
      uv_poll_init(loop, &core->poll, core->epoll) != 0) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: the runtime's loop does not take it");
    return false;
  }
  core->poll.data = core;
  uv_poll_start(&core->poll, UV_READABLE, turn_ready);
  // A reactor that runs holds the process by itself.
  uv_unref((uv_handle_t *)&core->poll);
  napi_add_env_cleanup_hook(env, environment_ends, core);
  return true;
}

// open(callback, events, sends, sendSlab, receiveSlab): the core.
static napi_value core_open(napi_env env, napi_callback_info info) {
  napi_value values[5], result;
  napi_valuetype type;
  if (!arguments(env, info, 5, values)) return NULL;
  if (napi_typeof(env, values[0], &type) != napi_ok || type != napi_function) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot open a core: expected a function");
    return NULL;
  }
  struct core *core = calloc(1, sizeof *core);
  if (core == NULL) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: there is no memory for it");
    return NULL;
  }
  core->env = env;
  core->free_slots = core->released_slots = NONE;
  core->epoll = core->reserve = -1;
  if (!set_memory(env, core, values) || !start(env, core, values[0])) {
    if (core->epoll >= 0) close(core->epoll);
    if (core->reserve >= 0) close(core->reserve);
    free(core);
    return NULL;
  }
  if (napi_create_external(env, core, NULL, NULL, &result) != napi_ok) return NULL;
  return result;
}

// setReceiveSlab(core, slab): where to receive from now on; the old one belongs to JavaScript.
static napi_value core_set_receive_slab(napi_env env, napi_callback_info info) {
  napi_value values[2];
  if (!arguments(env, info, 2, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core != NULL) set_receive_slab(env, core, values[1]);
  return NULL;
}

// close(core): closes all its descriptors.
static napi_value core_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!arguments(env, info, 1, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL) return NULL;
  napi_remove_env_cleanup_hook(env, environment_ends, core);
  for (int i = 0; i < 4; i++) napi_delete_reference(env, core->shared[i]);
  napi_delete_reference(env, core->callback);
  shut(core);
  return NULL;
}

NAPI_MODULE_INIT() {
  if (define(env, exports, "open", core_open) != napi_ok ||
      define(env, exports, "setReceiveSlab", core_set_receive_slab) != napi_ok ||
      define(env, exports, "close", core_close) != napi_ok || streams_define(env, exports) != napi_ok ||
      sockets_define(env, exports) != napi_ok) {
    return NULL;
  }
  return exports;
}
