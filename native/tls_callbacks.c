// What OpenSSL asks for while it works: bytes, names, protocols. All it gets is with the session, which its SSL knows as its first datum.
#include "tls.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 255, LONGEST_TICKET = 128 * 1024, MOST_KEYS = 64 * 1024 };

// Bytes come from what the call was given, and go into the slab.

static int bio_read(BIO *bio, char *bytes, int room) {
  struct tls_session *session = BIO_get_data(bio);
  BIO_clear_flags(bio, BIO_RETRY_ANY);
  if (room <= 0) return 0;
  if (session->in_length == 0) {
    BIO_set_flags(bio, BIO_RETRY_READ);
    return -1;
  }
  size_t length = session->in_length < (size_t)room ? session->in_length : (size_t)room;
  memcpy(bytes, session->in, length);
  session->in += length;
  session->in_length -= length;
  return (int)length;
}

static int bio_write(BIO *bio, const char *bytes, int given) {
  struct tls_session *session = BIO_get_data(bio);
  BIO_clear_flags(bio, BIO_RETRY_ANY);
  if (given <= 0) return 0;
  size_t length = session->out_room < (size_t)given ? session->out_room : (size_t)given;
  if (length < (size_t)given) session->was_short = true;
  if (length == 0) {
    BIO_set_flags(bio, BIO_RETRY_WRITE);
    return -1;
  }
  memcpy(session->out, bytes, length);
  session->out += length;
  session->out_room -= length;
  return (int)length;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
  (void)bio;
  (void)number;
  (void)pointer;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD *session_bio_method(void) {
  BIO_METHOD *method = BIO_meth_new(BIO_TYPE_MEM, "hawser");
  if (method == NULL) return NULL;
  if (BIO_meth_set_read(method, bio_read) > 0 && BIO_meth_set_write(method, bio_write) > 0 && BIO_meth_set_ctrl(method, bio_control) > 0) {
    return method;
  }
  BIO_meth_free(method);
  return NULL;
}

// The name in a server_name extension (RFC 6066 section 3): a list's length, then a type, a length and the name. OpenSSL looks at it again, and
// says what is wrong with it.
static char *name_in(const uint8_t *bytes, size_t length) {
  if (length < 5 || bytes[2] != TLSEXT_NAMETYPE_HOST_NAME) return NULL;
  size_t size = (size_t)bytes[3] << 8 | bytes[4];
  if (size == 0 || size > LONGEST_NAME || size > length - 5 || memchr(bytes + 5, 0, size) != NULL) return NULL;
  char *name = malloc(size + 1);
  if (name == NULL) return NULL;
  memcpy(name, bytes + 5, size);
  name[size] = '\0';
  return name;
}

// A client has said hello. The name that it asks for is kept; a second hello, after a HelloRetryRequest, changes nothing.
int hello_callback(SSL *ssl, int *alert, void *data) {
  (void)alert;
  (void)data;
  struct tls_session *session = SSL_get_ex_data(ssl, 0);
  const unsigned char *extension;
  size_t length;
  if (session != NULL && !session->said_hello) {
    session->said_hello = true;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_SERVER_NAME, &extension, &length) == 1) {
      session->server_name = name_in(extension, length);
    }
  }
  return SSL_CLIENT_HELLO_SUCCESS;
}

// Takes our best protocol that the client offers (RFC 7301 section 3.2); where there is none, there is no connection.
int alpn_select(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in, unsigned int in_length,
                void *data) {
  (void)data;
  struct tls_session *session = SSL_get_ex_data(ssl, 0);
  if (session == NULL || session->context->alpn_length == 0) return SSL_TLSEXT_ERR_NOACK;
  const struct tls_context *context = session->context;
  for (size_t ours = 0; ours < context->alpn_length; ours += 1 + context->alpn[ours]) {
    const uint8_t *name = context->alpn + ours;
    for (size_t theirs = 0; theirs < in_length && in[theirs] < in_length - theirs; theirs += 1 + (size_t)in[theirs]) {
      if (in[theirs] != *name || memcmp(in + theirs + 1, name + 1, *name) != 0) continue;
      *out = in + theirs + 1;
      *out_length = *name;
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A client has been given what resumes the session; the last one is the best.
int new_session(SSL *ssl, SSL_SESSION *ssl_session) {
  struct tls_session *session = SSL_get_ex_data(ssl, 0);
  if (session == NULL || !session->wants_tickets) return 0;
  int length = i2d_SSL_SESSION(ssl_session, NULL);
  if (length <= 0 || length > LONGEST_TICKET) return 0;
  uint8_t *ticket = malloc((size_t)length), *end = ticket;
  if (ticket == NULL) return 0;
  i2d_SSL_SESSION(ssl_session, &end);
  free(session->ticket);
  session->ticket = ticket;
  session->ticket_length = (size_t)length;
  return 0;
}

// A secret of the connection, in the form that programs which read captured packets take.
void log_keys(const SSL *ssl, const char *line) {
  struct tls_session *session = SSL_get_ex_data(ssl, 0);
  size_t length = strlen(line);
  if (session == NULL || length >= MOST_KEYS - session->keys_length) return;
  char *keys = realloc(session->keys, session->keys_length + length + 1);
  if (keys == NULL) return;
  memcpy(keys + session->keys_length, line, length);
  session->keys = keys;
  session->keys_length += length + 1;
  keys[session->keys_length - 1] = '\n';
}
