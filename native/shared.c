// Memory that belongs to JavaScript and is used here as well.
#include "core.h"

static bool look(napi_env env, napi_value view, napi_typedarray_type *type, struct shared *found) {
  static const size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  bool is_view = false;
  void *data = NULL;
  if (napi_is_typedarray(env, view, &is_view) != napi_ok || !is_view) return false;
  if (napi_get_typedarray_info(env, view, type, &found->length, &data, NULL, NULL) != napi_ok) return false;
  if ((size_t)*type >= sizeof sizes / sizeof *sizes) return false;
  found->data = data;
  found->length *= sizes[*type];
  return true;
}

// Takes a typed array of the wanted type instead of the one before; or throws, and leaves that.
bool shared_set(napi_env env, struct shared *shared, napi_value view, napi_typedarray_type wanted, size_t at_least) {
  struct shared found;
  napi_typedarray_type type;
  if (!look(env, view, &type, &found) || type != wanted) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot share memory with the core: expected a view of the right type");
    return false;
  }
  if (found.length < at_least) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot share memory with the core: the view is too short");
    return false;
  }
  if (napi_create_reference(env, view, 1, &found.view) != napi_ok) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot share memory with the core: it cannot be kept");
    return false;
  }
  if (shared->view != NULL) napi_delete_reference(env, shared->view);
  *shared = found;
  return true;
}

// Whether the memory is still what it was: its buffer was not transferred, nor made smaller. Needs a handle scope.
bool shared_is_there(napi_env env, const struct shared *shared) {
  napi_value view;
  struct shared now;
  napi_typedarray_type type;
  return napi_get_reference_value(env, shared->view, &view) == napi_ok && view != NULL && look(env, view, &type, &now) &&
         now.data == shared->data && now.length >= shared->length;
}
