// What JavaScript asks a session about, once or now and then.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_LABEL = 255, LONGEST_MATERIAL = 64 * 1024, MAX_CHAIN = 32 };

static void put(napi_env env, napi_value list, uint32_t at, napi_value value) {
  if (value != NULL) napi_set_element(env, list, at, value);
}

static napi_value text(napi_env env, const char *from, size_t length) {
  napi_value result = NULL;
  if (from == NULL) napi_get_undefined(env, &result);
  else napi_create_string_latin1(env, from, length, &result);
  return result;
}

static napi_value certificate(napi_env env, const X509 *from) {
  napi_value result = NULL;
  void *bytes;
  int length = i2d_X509(from, NULL);
  if (length <= 0 || napi_create_buffer(env, (size_t)length, &bytes, &result) != napi_ok) return NULL;
  unsigned char *end = bytes;
  i2d_X509(from, &end);
  return result;
}

// tlsError(): [library, reason, result of the verification, that in words] of the last call that failed.
static napi_value tls_error(napi_env env, napi_callback_info info) {
  napi_value result;
  struct tls *tls = tls_arguments(env, info, 0, NULL);
  if (tls == NULL || napi_create_array_with_length(env, 4, &result) != napi_ok) return NULL;
  put(env, result, 0, text(env, tls->library, NAPI_AUTO_LENGTH));
  put(env, result, 1, text(env, tls->reason, NAPI_AUTO_LENGTH));
  put(env, result, 2, number(env, tls->verify_result));
  put(env, result, 3, text(env, X509_verify_cert_error_string(tls->verify_result), NAPI_AUTO_LENGTH));
  return result;
}

// tlsFacts(session): [version, cipher, protocol, server name, reused, the peer's certificates...]. During the handshake only the name is there.
static napi_value tls_facts(napi_env env, napi_callback_info info) {
  napi_value values[1], result;
  struct tls *tls = tls_arguments(env, info, 1, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL || napi_create_array_with_length(env, 5, &result) != napi_ok) return NULL;
  const SSL_CIPHER *cipher = SSL_get_current_cipher(session->ssl);
  const unsigned char *protocol = NULL;
  unsigned int protocol_length = 0;
  SSL_get0_alpn_selected(session->ssl, &protocol, &protocol_length);
  put(env, result, 0, text(env, SSL_get_version(session->ssl), NAPI_AUTO_LENGTH));
  put(env, result, 1, text(env, cipher == NULL ? "" : SSL_CIPHER_standard_name(cipher), NAPI_AUTO_LENGTH));
  put(env, result, 2, text(env, protocol_length == 0 ? NULL : (const char *)protocol, protocol_length));
  put(env, result, 3, text(env, session->server_name, NAPI_AUTO_LENGTH));
  put(env, result, 4, number(env, SSL_session_reused(session->ssl)));
  X509 *first = SSL_get1_peer_certificate(session->ssl);
  uint32_t at = 5;
  if (first != NULL) {
    put(env, result, at++, certificate(env, first));
    X509_free(first);
    // A server sees its client's own certificate apart from the chain, a client sees its server's first in it.
    const OPENSSL_STACK *chain = SSL_get_peer_cert_chain(session->ssl);
    int count = chain == NULL ? 0 : OPENSSL_sk_num(chain);
    for (int i = session->context->is_server ? 0 : 1; i < count && i < MAX_CHAIN; i++) {
      put(env, result, at++, certificate(env, OPENSSL_sk_value(chain, i)));
    }
  }
  tls_forget_errors();
  return result;
}

// tlsTicket(session): what resumes it, once for each time that `TLS_TICKET` was answered.
static napi_value tls_ticket(napi_env env, napi_callback_info info) {
  napi_value values[1], result = NULL;
  struct tls *tls = tls_arguments(env, info, 1, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL || session->ticket == NULL) return NULL;
  napi_create_buffer_copy(env, session->ticket_length, session->ticket, NULL, &result);
  free(session->ticket);
  session->ticket = NULL;
  return result;
}

// tlsKeys(session): lines for a key log, once for each time that `TLS_KEYS` was answered.
static napi_value tls_keys(napi_env env, napi_callback_info info) {
  napi_value values[1], result = NULL;
  struct tls *tls = tls_arguments(env, info, 1, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL || session->keys == NULL) return NULL;
  napi_create_string_latin1(env, session->keys, session->keys_length, &result);
  free(session->keys);
  session->keys = NULL;
  session->keys_length = 0;
  return result;
}

// tlsExport(session, length, label, context or nothing): keying material (RFC 5705).
static napi_value tls_export(napi_env env, napi_callback_info info) {
  napi_value values[4], result;
  int32_t length;
  char label[LONGEST_LABEL + 1];
  size_t label_length, context_length = 0;
  uint8_t *context = NULL;
  void *bytes;
  napi_valuetype type;
  struct tls *tls = tls_arguments(env, info, 4, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL || !int_argument(env, values[1], &length)) return NULL;
  if (napi_get_value_string_latin1(env, values[2], label, sizeof label, &label_length) != napi_ok || length <= 0 ||
      length > LONGEST_MATERIAL || !session->handshake_done) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot export keying material: expected a length, a label, and a handshake that is done");
    return NULL;
  }
  if (napi_typeof(env, values[3], &type) != napi_ok || type != napi_undefined) {
    if (!bytes_argument(env, values[3], &context, &context_length)) return NULL;
  }
  if (napi_create_buffer(env, (size_t)length, &bytes, &result) != napi_ok) return NULL;
  int done = SSL_export_keying_material(session->ssl, bytes, (size_t)length, label, label_length, context, context_length,
                                        type != napi_undefined);
  tls_forget_errors();
  if (done == 1) return result;
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot export keying material: the library refuses");
  return NULL;
}

napi_status tls_facts_define(napi_env env, napi_value exports, struct tls *tls) {
  napi_status status = tls_function(env, exports, "tlsError", tls_error, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsFacts", tls_facts, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsTicket", tls_ticket, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsKeys", tls_keys, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsExport", tls_export, tls);
  return status;
}
