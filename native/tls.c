// The life of TLS in an environment: whether there is an OpenSSL to do it with, the memory that is shared with JavaScript, and errors.
#include "tls.h"

#include <stdatomic.h>
#include <stdlib.h>

static bool tls_available(void) {
#define OPENSSL_IS_MISSING(type, name, parameters) \
  if (name == NULL) return false;
  OPENSSL_FUNCTIONS(OPENSSL_IS_MISSING)
#undef OPENSSL_IS_MISSING
  return OpenSSL_version_num() >= OPENSSL_3;
}

// Mostly there are none, and to see that is cheaper than to clear them.
void tls_forget_errors(void) {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

// The environment's TLS, and the arguments of a function; or NULL with an exception pending.
struct tls *tls_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  void *tls = NULL;
  if (napi_get_cb_info(env, info, &given, values, NULL, &tls) == napi_ok && given >= count && tls != NULL) {
    tls_forget_errors();
    return tls;
  }
  napi_throw_type_error(env, "ERR_MISSING_ARGS", "Cannot call the core: too few arguments");
  return NULL;
}

// Keeps what the oldest error is about, and leaves none.
void tls_take_error(struct tls *tls) {
  unsigned long first = ERR_get_error();
  tls->library = first == 0 ? NULL : ERR_lib_error_string(first);
  tls->reason = first == 0 ? NULL : ERR_reason_error_string(first);
  tls_forget_errors();
}

// The memory goes with the last who has it, the core or the buffer: which is first at the end of an environment is the runtime's affair.
static void memory_leave(struct tls_memory *memory) {
  if (memory != NULL && atomic_fetch_sub(&memory->users, 1) == 1) free(memory);
}

static void memory_is_gone(napi_env env, void *data, void *memory) {
  (void)env;
  (void)data;
  memory_leave(memory);
}

// tlsMemory(): what is shared with JavaScript, facts first, then the slabs; the same each time.
static napi_value tls_memory(napi_env env, napi_callback_info info) {
  struct tls *tls = tls_arguments(env, info, 0, NULL);
  napi_value result = NULL;
  if (tls == NULL) return NULL;
  if (tls->memory != NULL) {
    napi_get_reference_value(env, tls->buffer, &result);
    return result;
  }
  struct tls_memory *memory = calloc(1, sizeof *memory);
  if (memory == NULL || napi_create_external_arraybuffer(env, memory->facts, TLS_MEMORY, memory_is_gone, memory, &result) != napi_ok) {
    free(memory);
    napi_throw_error(env, "ERR_SYSTEM", "Cannot do TLS: the runtime does not take our memory");
    return NULL;
  }
  atomic_init(&memory->users, 1);
  if (napi_create_reference(env, result, 1, &tls->buffer) != napi_ok) {
    napi_throw_error(env, "ERR_SYSTEM", "Cannot do TLS: the memory cannot be kept");
    return NULL;
  }
  atomic_fetch_add(&memory->users, 1);
  tls->memory = memory;
  return result;
}

void tls_free(struct tls *tls) {
  if (tls == NULL) return;
  for (int32_t i = 0; i < tls->sessions.count; i++) {
    if (tls->sessions.entries[i].thing != NULL) session_free(tls->sessions.entries[i].thing);
  }
  for (int32_t i = 0; i < tls->contexts.count; i++) {
    if (tls->contexts.entries[i].thing != NULL) context_leave(tls->contexts.entries[i].thing);
  }
  free(tls->sessions.entries);
  free(tls->contexts.entries);
  X509_STORE_free(tls->platform);
  BIO_meth_free(tls->bio);
  memory_leave(tls->memory);
  free(tls);
}

napi_status tls_function(napi_env env, napi_value exports, const char *name, napi_callback callback, struct tls *tls) {
  napi_value function;
  napi_status status = napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, tls, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, name, function) : status;
}

// Without OpenSSL, these functions are not there.
napi_status tls_define(napi_env env, napi_value exports, struct module *module) {
  if (!tls_available()) return napi_ok;
  struct tls *tls = calloc(1, sizeof *tls);
  if (tls == NULL) return napi_ok;
  module->tls = tls;
  tls->bio = session_bio_method();
  if (tls->bio == NULL) return napi_ok;
  napi_status status = tls_function(env, exports, "tlsMemory", tls_memory, tls);
  if (status == napi_ok) status = tls_context_define(env, exports, tls);
  if (status == napi_ok) status = tls_session_define(env, exports, tls);
  if (status == napi_ok) status = tls_facts_define(env, exports, tls);
  return status;
}
