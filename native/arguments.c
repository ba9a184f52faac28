// What functions get from JavaScript and give back. A wrong argument is an exception there, never a crash here.
#include "core.h"

// The core that every function gets first, or NULL with an exception pending. It may be an external of somebody else, which points to we
// do not know what, so it is compared with the open cores, of which there are few.
struct core *core_argument(napi_env env, napi_value value) {
  void *data = NULL, *module = NULL;
  if (napi_get_value_external(env, value, &data) == napi_ok && napi_get_instance_data(env, &module) == napi_ok &&
      module != NULL) {
    struct core *core = ((struct module *)module)->open_cores;
    while (core != NULL && core != data) core = core->next_open;
    if (core != NULL) return core;
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot use the core: it is closed, or none was given");
  return NULL;
}

bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given >= count) return true;
  napi_throw_type_error(env, "ERR_MISSING_ARGS", "Cannot call the core: too few arguments");
  return false;
}

bool int_argument(napi_env env, napi_value value, int32_t *result) {
  if (napi_get_value_int32(env, value, result) == napi_ok) return true;
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot call the core: expected a number");
  return false;
}

bool bytes_argument(napi_env env, napi_value value, uint8_t **bytes, size_t *length) {
  bool is_view = false;
  if (napi_is_typedarray(env, value, &is_view) == napi_ok && is_view) {
    napi_typedarray_type type;
    void *data = NULL;
    if (napi_get_typedarray_info(env, value, &type, length, &data, NULL, NULL) == napi_ok && type == napi_uint8_array) {
      *bytes = data;
      return true;
    }
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot call the core: expected a Uint8Array");
  return false;
}

bool ints_argument(napi_env env, napi_value value, int32_t **ints, size_t *count) {
  napi_typedarray_type type;
  void *data;
  bool is_view = false;
  if (napi_is_typedarray(env, value, &is_view) == napi_ok && is_view &&
      napi_get_typedarray_info(env, value, &type, count, &data, NULL, NULL) == napi_ok && type == napi_int32_array) {
    *ints = data;
    return true;
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot call the core: expected an Int32Array");
  return false;
}

napi_value number(napi_env env, int64_t value) {
  napi_value result = NULL;
  napi_create_int64(env, value, &result);
  return result;
}

napi_status define(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  napi_status status = napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, name, function) : status;
}
