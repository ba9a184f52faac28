// Contexts: what the connections of one side share. They are made empty, set, and then used. What OpenSSL does not take is answered as its reason.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 8 * 1024 * 1024, DEFAULT_LIFETIME = 300 };

enum setting {
  SET_CERTIFICATES = 1,  // PEM, ours first, then those between it and the root
  SET_KEY,               // PEM
  SET_TRUST,             // PEM, one or more
  SET_PLATFORM,          // PEM of the platform's roots; of no interest when they are known already
  SET_CIPHERS,           // of TLS 1.2
  SET_SUITES,            // of TLS 1.3
  SET_GROUPS,
  SET_MIN_VERSION,
  SET_MAX_VERSION,
  SET_DH,                // PEM
  SET_ALPN,              // names, each with its length before it
  SET_VERIFY,            // SSL_VERIFY_...
  SET_SESSIONS,          // whether they are resumed
  SET_LIFETIME,          // of sessions, in seconds
  SET_KEY_LOG,           // whether JavaScript is told the secrets of connections
};

struct tls_context *context_argument(napi_env env, struct tls *tls, napi_value value) {
  int32_t number;
  struct tls_context *context = napi_get_value_int32(env, value, &number) == napi_ok ? table_get(&tls->contexts, number) : NULL;
  if (context == NULL) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot use the TLS context: it is gone, or none was given");
  }
  return context;
}

void context_leave(struct tls_context *context) {
  if (--context->users > 0) return;
  SSL_CTX_free(context->ssl);
  free(context->alpn);
  free(context);
}

// Nobody is at the terminal to be asked.
static int no_passphrase(char *buffer, int size, int writing, void *data) {
  (void)buffer;
  (void)size;
  (void)writing;
  (void)data;
  return -1;
}

static void configure(struct tls_context *context) {
  SSL_CTX *ssl = context->ssl;
  // Without NO_AUTO_CHAIN OpenSSL looks for a chain among the certificates that we trust, in each handshake.
  long mode = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS;
  SSL_CTX_ctrl(ssl, SSL_CTRL_MODE, mode, NULL);
  uint64_t options = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION;
  if (context->is_server) {
    static const uint8_t name[] = "hawser";
    SSL_CTX_set_session_id_context(ssl, name, sizeof name - 1);
    SSL_CTX_set_client_hello_cb(ssl, hello_callback, NULL);
    SSL_CTX_set_alpn_select_cb(ssl, alpn_select, NULL);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(ssl, tickets_callback);
    options |= SSL_OP_CIPHER_SERVER_PREFERENCE;
  }
  // Tickets are all that is kept of a session, and it is the client that keeps them.
  SSL_CTX_ctrl(ssl, SSL_CTRL_SET_SESS_CACHE_MODE,
               context->is_server ? SSL_SESS_CACHE_OFF : SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL, NULL);
  if (!context->is_server) SSL_CTX_sess_set_new_cb(ssl, new_session);
  SSL_CTX_set_options(ssl, options);
  SSL_CTX_set_timeout(ssl, DEFAULT_LIFETIME);
}

// tlsContext(isServer): an empty context.
static napi_value tls_context(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t is_server;
  struct tls *tls = tls_arguments(env, info, 1, values);
  if (tls == NULL || !int_argument(env, values[0], &is_server)) return NULL;
  struct tls_context *context = calloc(1, sizeof *context);
  if (context != NULL) context->ssl = SSL_CTX_new(TLS_method());
  if (context == NULL || context->ssl == NULL) {
    free(context);
    tls_forget_errors();
    napi_throw_error(env, "ERR_SYSTEM", "Cannot make a TLS context: there is no memory for it");
    return NULL;
  }
  context->users = 1;
  context->is_server = is_server != 0;
  context->ticket_lifetime = DEFAULT_LIFETIME;
  configure(context);
  int32_t number_of_it = table_put(&tls->contexts, context);
  tls_forget_errors();
  if (number_of_it >= 0) return number(env, number_of_it);
  context_leave(context);
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot make a TLS context: there are too many");
  return NULL;
}

static bool use_certificates(struct tls_context *context, BIO *pem) {
  X509 *first = PEM_read_bio_X509(pem, NULL, no_passphrase, NULL);
  if (first == NULL) return false;
  bool good = SSL_CTX_use_certificate(context->ssl, first) == 1;
  X509_free(first);
  X509 *next;
  while (good && (next = PEM_read_bio_X509(pem, NULL, no_passphrase, NULL)) != NULL) {
    // From here on the context owns it, if it takes it.
    good = SSL_CTX_ctrl(context->ssl, SSL_CTRL_CHAIN_CERT, 0, next) == 1;
    if (!good) X509_free(next);
  }
  // That there is no further one is no error.
  if (good) tls_forget_errors();
  return good;
}

static bool use_key(struct tls_context *context, BIO *pem) {
  EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, no_passphrase, NULL);
  if (key == NULL) return false;
  bool good = SSL_CTX_use_PrivateKey(context->ssl, key) == 1 && SSL_CTX_check_private_key(context->ssl) == 1;
  EVP_PKEY_free(key);
  return good;
}

static bool use_dh(struct tls_context *context, BIO *pem) {
  EVP_PKEY *parameters = PEM_read_bio_Parameters(pem, NULL);
  if (parameters == NULL) return false;
  if (SSL_CTX_set0_tmp_dh_pkey(context->ssl, parameters) == 1) return true;
  EVP_PKEY_free(parameters);
  return false;
}

// Adds certificates to `store`; a server tells clients whose certificates it trusts.
static bool trust(X509_STORE *store, SSL_CTX *told, BIO *pem) {
  bool good = true;
  X509 *next;
  while (good && (next = PEM_read_bio_X509(pem, NULL, no_passphrase, NULL)) != NULL) {
    good = X509_STORE_add_cert(store, next) == 1 && (told == NULL || SSL_CTX_add_client_CA(told, next) == 1);
    X509_free(next);
  }
  if (good) tls_forget_errors();
  return good;
}

static bool trust_platform(struct tls *tls, struct tls_context *context, BIO *pem) {
  if (tls->platform == NULL) {
    X509_STORE *store = X509_STORE_new();
    if (store == NULL) return false;
    if (!trust(store, NULL, pem)) {
      X509_STORE_free(store);
      return false;
    }
    tls->platform = store;
  }
  if (X509_STORE_up_ref(tls->platform) != 1) return false;
  SSL_CTX_set_cert_store(context->ssl, tls->platform);
  return true;
}

static bool set_number(struct tls_context *context, int32_t setting, int32_t value) {
  switch (setting) {
    case SET_MIN_VERSION:
      return SSL_CTX_ctrl(context->ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, value, NULL) == 1;
    case SET_MAX_VERSION:
      return SSL_CTX_ctrl(context->ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, value, NULL) == 1;
    case SET_VERIFY:
      context->verify = value & (SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
      return true;
    case SET_SESSIONS:
      if (value != 0) return true;
      SSL_CTX_set_options(context->ssl, SSL_OP_NO_TICKET);
      return SSL_CTX_set_num_tickets(context->ssl, 0) == 1;
    case SET_LIFETIME:
      context->ticket_lifetime = value > 0 ? value : 1;
      SSL_CTX_set_timeout(context->ssl, context->ticket_lifetime);
      return true;
    case SET_KEY_LOG:
      SSL_CTX_set_keylog_callback(context->ssl, value != 0 ? log_keys : NULL);
      return true;
    default:
      return false;
  }
}

static bool set_text(struct tls *tls, struct tls_context *context, int32_t setting, char *text, size_t length) {
  switch (setting) {
    case SET_CIPHERS:
      return SSL_CTX_set_cipher_list(context->ssl, text) == 1;
    case SET_SUITES:
      return SSL_CTX_set_ciphersuites(context->ssl, text) == 1;
    case SET_GROUPS:
      return SSL_CTX_ctrl(context->ssl, SSL_CTRL_SET_GROUPS_LIST, 0, text) == 1;
    default:
      break;
  }
  BIO *pem = BIO_new_mem_buf(text, (int)length);
  if (pem == NULL) return false;
  bool good = false;
  if (setting == SET_CERTIFICATES) good = use_certificates(context, pem);
  if (setting == SET_KEY) good = use_key(context, pem);
  if (setting == SET_DH) good = use_dh(context, pem);
  if (setting == SET_TRUST) good = trust(SSL_CTX_get_cert_store(context->ssl), context->is_server ? context->ssl : NULL, pem);
  if (setting == SET_PLATFORM) good = trust_platform(tls, context, pem);
  BIO_free(pem);
  return good;
}

static bool set_alpn(struct tls_context *context, const uint8_t *names, size_t length) {
  for (size_t at = 0; at < length; at += 1 + (size_t)names[at]) {
    if (names[at] == 0 || names[at] >= length - at) return false;
  }
  uint8_t *kept = malloc(length > 0 ? length : 1);
  if (kept == NULL) return false;
  if (length > 0) memcpy(kept, names, length);
  free(context->alpn);
  context->alpn = kept;
  context->alpn_length = length;
  return true;
}

static napi_value why_not(napi_env env, struct tls *tls) {
  napi_value result = NULL;
  tls_take_error(tls);
  napi_create_string_utf8(env, tls->reason != NULL ? tls->reason : "it is not understood", NAPI_AUTO_LENGTH, &result);
  return result;
}

// tlsContextSet(context, setting, value): nothing, or why it cannot be.
static napi_value tls_context_set(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t setting, value;
  struct tls *tls = tls_arguments(env, info, 3, values);
  struct tls_context *context = tls == NULL ? NULL : context_argument(env, tls, values[0]);
  if (context == NULL || !int_argument(env, values[1], &setting)) return NULL;
  bool good = false;
  size_t length = 0;
  if (setting == SET_ALPN) {
    uint8_t *names;
    if (!bytes_argument(env, values[2], &names, &length)) return NULL;
    good = set_alpn(context, names, length);
  } else if (napi_get_value_string_utf8(env, values[2], NULL, 0, &length) == napi_ok) {
    char *text = length > LONGEST_TEXT ? NULL : malloc(length + 1);
    if (text == NULL || napi_get_value_string_utf8(env, values[2], text, length + 1, &length) != napi_ok) {
      free(text);
      napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot set a TLS context: the text is too long");
      return NULL;
    }
    good = set_text(tls, context, setting, text, length);
    free(text);
  } else if (int_argument(env, values[2], &value)) {
    good = set_number(context, setting, value);
  } else {
    return NULL;
  }
  if (!good) return why_not(env, tls);
  tls_forget_errors();
  return NULL;
}

// tlsContextFree(context): sessions that use it go on.
static napi_value tls_context_free(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t number_of_it;
  struct tls *tls = tls_arguments(env, info, 1, values);
  if (tls == NULL || context_argument(env, tls, values[0]) == NULL || !int_argument(env, values[0], &number_of_it)) return NULL;
  context_leave(table_remove(&tls->contexts, number_of_it));
  return NULL;
}

napi_status tls_context_define(napi_env env, napi_value exports, struct tls *tls) {
  napi_status status = tls_function(env, exports, "tlsContext", tls_context, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsContextSet", tls_context_set, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsContextFree", tls_context_free, tls);
  return status;
}
