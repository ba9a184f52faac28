// The life of a core. Each environment, the main thread's or a worker's, has its own; nothing is shared between them.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { NONE = -1 };

void core_use(struct core *core) { core->users++; }

void core_leave(struct core *core) {
  if (--core->users > 0) return;
  free(core->slots);
  free(core);
}

static void handle_is_closed(uv_handle_t *handle) {
  struct core *core = handle->data;
  // An environment that ends waits for this: its loop must not go while it has our handle.
  napi_remove_async_cleanup_hook(core->cleanup);
  core_leave(core);
}

// Closes all descriptors. What was received in this turn may still be looked at; nothing more comes.
void core_shut(struct core *core) {
  if (core->closed) return;
  core->closed = true;
  struct core **place = &core->module->open_cores;
  while (*place != core) place = &(*place)->next_open;
  *place = core->next_open;
  for (int32_t i = 0; i < core->slot_count; i++) {
    if (core->slots[i].kind != SLOT_FREE) slot_close(core, i);
  }
  uv_poll_stop(&core->poll);
  close(core->epoll);
  if (core->reserve >= 0) close(core->reserve);
  uv_close((uv_handle_t *)&core->poll, handle_is_closed);
  if (!core->in_turn) core_forget_javascript(core);
}

// Lets go of the callback and of the shared memory: without this they would live as long as the environment.
void core_forget_javascript(struct core *core) {
  struct shared *shared[] = {&core->events, &core->sends, &core->send_slab, &core->receive_slab};
  for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
    if (shared[i]->view != NULL) napi_delete_reference(core->env, shared[i]->view);
    *shared[i] = (struct shared){0};
  }
  if (core->callback != NULL) napi_delete_reference(core->env, core->callback);
  if (core->context != NULL) napi_async_destroy(core->env, core->context);
  core->callback = NULL;
  core->context = NULL;
}

// The environment ends: with the program, or with its worker.
static void environment_ends(napi_async_cleanup_hook_handle cleanup, void *data) {
  (void)cleanup;
  core_shut(data);
}

static void external_is_gone(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  core_leave(data);
}

static bool set_memory(napi_env env, struct core *core, napi_value *values) {
  return shared_set(env, &core->events, values[1], napi_int32_array, MAX_EVENTS * EVENT_FIELDS * sizeof(int32_t)) &&
         shared_set(env, &core->sends, values[2], napi_int32_array, SEND_FIELDS * sizeof(int32_t)) &&
         shared_set(env, &core->send_slab, values[3], napi_uint8_array, 1) &&
         shared_set(env, &core->receive_slab, values[4], napi_uint8_array, MIN_RECEIVE_SLAB);
}

static bool start(napi_env env, struct core *core, napi_value callback) {
  napi_value name;
  core->epoll = epoll_create1(EPOLL_CLOEXEC);
  core->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (core->epoll < 0) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: the system has no epoll set for it");
    return false;
  }
  if (napi_create_reference(env, callback, 1, &core->callback) != napi_ok ||
      napi_create_string_utf8(env, "hawser", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, NULL, name, &core->context) != napi_ok || napi_get_uv_event_loop(env, &core->loop) != napi_ok ||
      napi_add_async_cleanup_hook(env, environment_ends, core, &core->cleanup) != napi_ok) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: the runtime does not take it");
    return false;
  }
  if (uv_poll_init(core->loop, &core->poll, core->epoll) != 0) {
    napi_remove_async_cleanup_hook(core->cleanup);
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: the runtime's loop does not take it");
    return false;
  }
  // From here on the loop has the handle, and `core_shut` is what undoes it all.
  core->poll.data = core;
  core_use(core);
  core->next_open = core->module->open_cores;
  core->module->open_cores = core;
  if (uv_poll_start(&core->poll, UV_READABLE, turn_ready) != 0) {
    core_shut(core);
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: the runtime's loop does not watch it");
    return false;
  }
  // A reactor that runs holds the process by itself.
  uv_unref((uv_handle_t *)&core->poll);
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
  void *module;
  struct core *core = calloc(1, sizeof *core);
  if (core == NULL || napi_get_instance_data(env, &module) != napi_ok || napi_create_external(env, core, external_is_gone, NULL, &result) != napi_ok) {
    free(core);
    napi_throw_error(env, "ERR_SYSTEM", "Cannot open a core: there is no memory for it");
    return NULL;
  }
  core_use(core);
  core->env = env;
  core->module = module;
  core->free_slots = core->released_slots = NONE;
  core->epoll = core->reserve = -1;
  if (set_memory(env, core, values) && start(env, core, values[0])) return result;
  if (!core->closed) {
    core->closed = true;
    if (core->epoll >= 0) close(core->epoll);
    if (core->reserve >= 0) close(core->reserve);
    core_forget_javascript(core);
  }
  return NULL;
}

// setReceiveSlab(core, slab): where to receive from now on; the old one belongs to JavaScript.
static napi_value core_set_receive_slab(napi_env env, napi_callback_info info) {
  napi_value values[2];
  if (!arguments(env, info, 2, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  // What this turn has received lies in the old slab.
  if (core != NULL && shared_set(env, &core->receive_slab, values[1], napi_uint8_array, MIN_RECEIVE_SLAB)) core->receive_used = 0;
  return NULL;
}

// close(core): closes all its descriptors.
static napi_value core_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!arguments(env, info, 1, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core != NULL) core_shut(core);
  return NULL;
}

napi_status core_define(napi_env env, napi_value exports) {
  napi_status status = define(env, exports, "open", core_open);
  if (status == napi_ok) status = define(env, exports, "setReceiveSlab", core_set_receive_slab);
  if (status == napi_ok) status = define(env, exports, "close", core_close);
  return status;
}
