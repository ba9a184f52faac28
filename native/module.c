// The module: its functions are those of the files beside this one.
#include "core.h"
#include "tls.h"

#include <stdlib.h>

static void free_module(napi_env env, void *module, void *hint) {
  (void)env;
  (void)hint;
  tls_free(((struct module *)module)->tls);
  free(module);
}

NAPI_MODULE_INIT() {
  struct module *module = calloc(1, sizeof *module);
  if (module == NULL) return NULL;
  if (napi_set_instance_data(env, module, free_module, NULL) != napi_ok) {
    free(module);
    return NULL;
  }
  if (core_define(env, exports) != napi_ok || streams_define(env, exports) != napi_ok ||
      addresses_define(env, exports) != napi_ok || datagrams_define(env, exports) != napi_ok || sockets_define(env, exports) != napi_ok ||
      descriptors_define(env, exports) != napi_ok || files_define(env, exports) != napi_ok || process_define(env, exports) != napi_ok ||
      socket_objects_define(env, exports) != napi_ok || tls_define(env, exports, module) != napi_ok) {
    return NULL;
  }
  return exports;
}
