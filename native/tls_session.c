// Sessions: one for each connection. A call takes ciphertext or plaintext, and leaves what comes of it in the slabs; JavaScript calls again while there is more.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_HOST = 255 };
enum { PEER_ANYBODY = 0, PEER_HOST = 1, PEER_ADDRESS = 2 };

void session_free(struct tls_session *session) {
  SSL_free(session->ssl);
  context_leave(session->context);
  free(session->server_name);
  free(session->ticket);
  free(session->keys);
  free(session);
}

struct tls_session *session_argument(napi_env env, struct tls *tls, napi_value value) {
  int32_t number;
  struct tls_session *session = napi_get_value_int32(env, value, &number) == napi_ok ? table_get(&tls->sessions, number) : NULL;
  if (session != NULL && tls->memory != NULL) return session;
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot use the TLS session: it is gone, or none was given");
  return NULL;
}

static bool name_argument(napi_env env, napi_value value, char *name, size_t room) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, name, room, &length) == napi_ok && length + 1 < room && strlen(name) == length) return true;
  napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE", "Cannot make a TLS session: expected a name");
  return false;
}

static bool prepare(struct tls_session *session, BIO_METHOD *method) {
  BIO *bio = BIO_new(method);
  if (bio == NULL) return false;
  BIO_set_data(bio, session);
  BIO_set_init(bio, 1);
  SSL_set_bio(session->ssl, bio, bio);
  if (SSL_set_ex_data(session->ssl, 0, session) != 1) return false;
  SSL_set_verify(session->ssl, session->context->verify, NULL);
  if (session->context->is_server) SSL_set_accept_state(session->ssl);
  else SSL_set_connect_state(session->ssl);
  return true;
}

// Whom a client expects, and what it asks for.
static bool prepare_client(struct tls_session *session, int32_t kind, const char *peer, const char *server_name) {
  const struct tls_context *context = session->context;
  X509_VERIFY_PARAM *param = SSL_get0_param(session->ssl);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (kind == PEER_HOST && X509_VERIFY_PARAM_set1_host(param, peer, 0) != 1) return false;
  if (kind == PEER_ADDRESS && X509_VERIFY_PARAM_set1_ip_asc(param, peer) != 1) return false;
  if (*server_name != '\0') {
    if (SSL_ctrl(session->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_HOST_NAME, (void *)server_name) != 1) return false;
    session->server_name = strdup(server_name);
    if (session->server_name == NULL) return false;
  }
  return context->alpn_length == 0 || SSL_set_alpn_protos(session->ssl, context->alpn, (unsigned int)context->alpn_length) == 0;
}

// A session that cannot be read is not resumed, and that is all.
static void resume(struct tls_session *session, const uint8_t *bytes, size_t length) {
  if (length == 0 || length > INT32_MAX) return;
  SSL_SESSION *earlier = d2i_SSL_SESSION(NULL, &bytes, (long)length);
  if (earlier == NULL) return;
  SSL_set_session(session->ssl, earlier);
  SSL_SESSION_free(earlier);
}

// tlsSession(context, peerKind, peerName, serverName, earlier, wantsTickets)
static napi_value tls_session(napi_env env, napi_callback_info info) {
  napi_value values[6];
  int32_t kind, wants_tickets;
  char peer[LONGEST_HOST + 2], server_name[LONGEST_HOST + 2];
  uint8_t *earlier;
  size_t earlier_length;
  struct tls *tls = tls_arguments(env, info, 6, values);
  struct tls_context *context = tls == NULL ? NULL : context_argument(env, tls, values[0]);
  if (context == NULL || !int_argument(env, values[1], &kind) || !name_argument(env, values[2], peer, sizeof peer) ||
      !name_argument(env, values[3], server_name, sizeof server_name) || !bytes_argument(env, values[4], &earlier, &earlier_length) ||
      !int_argument(env, values[5], &wants_tickets)) {
    return NULL;
  }
  struct tls_session *session = calloc(1, sizeof *session);
  if (session != NULL) session->ssl = SSL_new(context->ssl);
  if (session == NULL || session->ssl == NULL) {
    free(session);
    tls_forget_errors();
    napi_throw_error(env, "ERR_SYSTEM", "Cannot make a TLS session: there is no memory for it");
    return NULL;
  }
  session->context = context;
  context->users++;
  session->wants_tickets = wants_tickets != 0;
  bool good = prepare(session, tls->bio) && (context->is_server || prepare_client(session, kind, peer, server_name));
  if (good && !context->is_server) resume(session, earlier, earlier_length);
  tls_forget_errors();
  if (!good) {
    session_free(session);
    napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE", "Cannot make a TLS session: the peer's name is none");
    return NULL;
  }
  int32_t number_of_it = table_put(&tls->sessions, session);
  if (number_of_it >= 0) return number(env, number_of_it);
  session_free(session);
  napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot make a TLS session: there are too many");
  return NULL;
}

// A call begins: OpenSSL reads and writes here.
static void begin(struct tls *tls, struct tls_session *session, const uint8_t *in, size_t length) {
  session->in = in;
  session->in_length = length;
  session->out = tls->memory->cipher;
  session->out_room = TLS_CIPHER_SLAB;
  session->was_short = false;
  tls->memory->facts[FACT_CONSUMED] = tls->memory->facts[FACT_PLAIN] = 0;
}

static int32_t end(struct tls *tls, struct tls_session *session, int32_t status) {
  tls->memory->facts[FACT_CIPHER] = (int32_t)(TLS_CIPHER_SLAB - session->out_room);
  session->in = NULL;
  session->in_length = 0;
  if (session->ticket != NULL) status |= TLS_TICKET;
  if (session->keys != NULL) status |= TLS_KEYS;
  if ((status & TLS_FAILED) == 0) tls_forget_errors();
  return status;
}

static int32_t failed(struct tls *tls, struct tls_session *session) {
  tls->verify_result = SSL_get_verify_result(session->ssl);
  tls_take_error(tls);
  return TLS_FAILED;
}

// What an unsuccessful call of OpenSSL's is about.
static int32_t outcome(struct tls *tls, struct tls_session *session, int answer) {
  switch (SSL_get_error(session->ssl, answer)) {
    case SSL_ERROR_WANT_READ:
      return session->was_short ? TLS_MORE : 0;
    case SSL_ERROR_WANT_WRITE:
      return TLS_MORE;
    case SSL_ERROR_ZERO_RETURN:
      return TLS_ENDED;
    default:
      return failed(tls, session);
  }
}

static int32_t handshake(struct tls *tls, struct tls_session *session) {
  int answer = SSL_do_handshake(session->ssl);
  if (answer != 1) return outcome(tls, session, answer);
  // A session that is resumed brings the result of its first handshake, whatever that was good for.
  if (!session->context->is_server && session->context->verify != SSL_VERIFY_NONE && SSL_get_verify_result(session->ssl) != X509_V_OK) {
    return failed(tls, session);
  }
  session->handshake_done = true;
  return TLS_HANDSHAKE_DONE | (session->in_length > 0 || session->was_short ? TLS_MORE : 0);
}

static int32_t read_plaintext(struct tls *tls, struct tls_session *session, uint8_t *slab) {
  size_t length = 0, got;
  int32_t status = 0;
  // To read where there is nothing costs as much as a short record.
  while (length < TLS_PLAIN_SLAB && (session->in_length > 0 || SSL_has_pending(session->ssl) == 1)) {
    int answer = SSL_read_ex(session->ssl, slab + length, TLS_PLAIN_SLAB - length, &got);
    if (answer != 1) {
      status = outcome(tls, session, answer);
      break;
    }
    length += got;
  }
  if (length == TLS_PLAIN_SLAB && (session->in_length > 0 || SSL_has_pending(session->ssl) == 1)) status |= TLS_MORE;
  tls->memory->facts[FACT_PLAIN] = (int32_t)length;
  return status;
}

// tlsReceive(session, ciphertext, offset, slab): takes the handshake on, or reads.
static napi_value tls_receive(napi_env env, napi_callback_info info) {
  napi_value values[4];
  uint8_t *bytes;
  size_t length;
  int32_t offset, slab;
  struct tls *tls = tls_arguments(env, info, 4, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL || !bytes_argument(env, values[1], &bytes, &length) || !int_argument(env, values[2], &offset) ||
      !int_argument(env, values[3], &slab)) {
    return NULL;
  }
  if (offset < 0 || (size_t)offset > length || slab < 0 || slab >= TLS_PLAIN_SLABS) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot receive TLS: the offset is beyond the bytes");
    return NULL;
  }
  begin(tls, session, bytes + offset, length - (size_t)offset);
  int32_t status =
      session->handshake_done ? read_plaintext(tls, session, tls->memory->plain[slab]) : handshake(tls, session);
  tls->memory->facts[FACT_CONSUMED] = (int32_t)(length - (size_t)offset - session->in_length);
  return number(env, end(tls, session, status));
}

// tlsSend(session, plaintext, offset): one record.
static napi_value tls_send(napi_env env, napi_callback_info info) {
  napi_value values[3];
  uint8_t *bytes;
  size_t length, sent = 0;
  int32_t offset, status = 0;
  struct tls *tls = tls_arguments(env, info, 3, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL || !bytes_argument(env, values[1], &bytes, &length) || !int_argument(env, values[2], &offset)) return NULL;
  if (offset < 0 || (size_t)offset > length || !session->handshake_done) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Cannot send by TLS: the offset is beyond the bytes, or the handshake is not done");
    return NULL;
  }
  begin(tls, session, NULL, 0);
  length -= (size_t)offset;
  if (length > 0) {
    int answer = SSL_write_ex(session->ssl, bytes + offset, length < TLS_RECORD ? length : TLS_RECORD, &sent);
    if (answer == 1) tls->memory->facts[FACT_CONSUMED] = (int32_t)sent;
    else status = outcome(tls, session, answer);
    if (sent < length && (status & TLS_FAILED) == 0) status |= TLS_MORE;
  }
  return number(env, end(tls, session, status));
}

// tlsEnd(session): our close_notify.
static napi_value tls_end(napi_env env, napi_callback_info info) {
  napi_value values[1];
  struct tls *tls = tls_arguments(env, info, 1, values);
  struct tls_session *session = tls == NULL ? NULL : session_argument(env, tls, values[0]);
  if (session == NULL) return NULL;
  begin(tls, session, NULL, 0);
  int32_t status = 0;
  if (session->handshake_done) {
    int answer = SSL_shutdown(session->ssl);
    if (answer < 0) status = outcome(tls, session, answer);
  }
  return number(env, end(tls, session, status));
}

// tlsSessionFree(session)
static napi_value tls_session_free(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t number_of_it;
  struct tls *tls = tls_arguments(env, info, 1, values);
  if (tls == NULL || session_argument(env, tls, values[0]) == NULL || !int_argument(env, values[0], &number_of_it)) return NULL;
  session_free(table_remove(&tls->sessions, number_of_it));
  tls_forget_errors();
  return NULL;
}

napi_status tls_session_define(napi_env env, napi_value exports, struct tls *tls) {
  napi_status status = tls_function(env, exports, "tlsSession", tls_session, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsReceive", tls_receive, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsSend", tls_send, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsEnd", tls_end, tls);
  if (status == napi_ok) status = tls_function(env, exports, "tlsSessionFree", tls_session_free, tls);
  return status;
}
