// TLS with the runtime's OpenSSL, without input and output of its own: ciphertext comes in as JavaScript's views, and plaintext and ciphertext
// go out into slabs that JavaScript sees.
//
// A context (certificates, keys, whom to trust) makes sessions, one for each connection. JavaScript knows both by numbers, which carry
// a generation: a number of something that is gone is an exception, never a crash. All of it is the environment's: it goes with it.
//
// OpenSSL's list of errors is the thread's, and the runtime uses it too: each call finds it empty and leaves it empty.
#ifndef HAWSER_TLS_H
#define HAWSER_TLS_H

#include "core.h"
#include "openssl.h"

#include <stdatomic.h>

// What `tlsReceive`, `tlsSend` and `tlsEnd` answer: these together.
enum tls_status {
  TLS_HANDSHAKE_DONE = 1,  // reported once
  TLS_ENDED = 2,           // the peer's close_notify has been read
  TLS_FAILED = 4,          // `tlsError` says why
  TLS_TICKET = 16,         // `tlsTicket` has what resumes the session
  TLS_MORE = 32,           // call again: there was no room, or the handshake was reported first
  TLS_KEYS = 64,           // `tlsKeys` has lines for a key log
};

enum {
  FACT_CONSUMED = 0,  // of what was given
  FACT_PLAIN = 1,     // bytes in the plaintext slab
  FACT_CIPHER = 2,    // bytes in the ciphertext slab
  TLS_FACTS = 4,
  TLS_PLAIN_SLABS = 2,
  TLS_PLAIN_SLAB = 64 * 1024,
  TLS_CIPHER_SLAB = 64 * 1024,
  // A record that is sent fits, with all that stands around the plaintext, into what a stream gathers at once.
  TLS_RECORD = 16 * 1024 - 256,
  TICKET_KEY_NAME = 16,
  TICKET_KEY = 32,
};

// What tickets of a server's context are sealed with. The one before opens those that are around still.
struct ticket_key {
  int64_t since;  // in seconds; 0 where there is none
  uint8_t name[TICKET_KEY_NAME];
  uint8_t cipher[TICKET_KEY];
  uint8_t mac[TICKET_KEY];
};

struct tls_context {
  int users;  // its number, and its sessions
  SSL_CTX *ssl;
  bool is_server;
  int verify;  // SSL_VERIFY_...
  int64_t ticket_lifetime;
  uint8_t *alpn;  // names, each with its length before it
  size_t alpn_length;
  struct ticket_key keys[2];
};

struct tls_session {
  SSL *ssl;
  struct tls_context *context;
  bool said_hello;
  bool handshake_done;
  bool wants_tickets;
  char *server_name;
  uint8_t *ticket;
  size_t ticket_length;
  char *keys;  // lines for a key log, where the context has one
  size_t keys_length;
  // Where OpenSSL reads and writes in this call.
  const uint8_t *in;
  size_t in_length;
  uint8_t *out;
  size_t out_room;
  bool was_short;  // of room to write
};

// What JavaScript sees of this begins with the facts.
struct tls_memory {
  _Alignas(16) atomic_int users;
  _Alignas(16) int32_t facts[TLS_FACTS];
  uint8_t plain[TLS_PLAIN_SLABS][TLS_PLAIN_SLAB];
  uint8_t cipher[TLS_CIPHER_SLAB];
};

enum { TLS_MEMORY = sizeof(struct tls_memory) - offsetof(struct tls_memory, facts) };

// Things by number.
struct tls_table {
  struct tls_entry {
    void *thing;
    uint32_t generation;
    int32_t next_free;
  } *entries;
  int32_t count;
  int32_t free;
};

struct tls {
  struct module *module;
  struct tls_table contexts;
  struct tls_table sessions;
  BIO_METHOD *bio;
  X509_STORE *platform;  // the roots of the platform, parsed once
  struct tls_memory *memory;
  napi_ref buffer;
  // Why the last call failed.
  const char *library;
  const char *reason;
  long verify_result;
};

// tls.c
struct tls *tls_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
void tls_free(struct tls *tls);
void tls_forget_errors(void);
void tls_take_error(struct tls *tls);
napi_status tls_function(napi_env env, napi_value exports, const char *name, napi_callback callback, struct tls *tls);
napi_status tls_define(napi_env env, napi_value exports, struct module *module);

// tls_table.c
int32_t table_put(struct tls_table *table, void *thing);
void *table_get(const struct tls_table *table, int32_t number);
void *table_remove(struct tls_table *table, int32_t number);

// tls_context.c
struct tls_context *context_argument(napi_env env, struct tls *tls, napi_value value);
void context_leave(struct tls_context *context);
napi_status tls_context_define(napi_env env, napi_value exports, struct tls *tls);

// tls_tickets.c
int tickets_callback(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int encrypts);

// tls_callbacks.c
int hello_callback(SSL *ssl, int *alert, void *data);
int alpn_select(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in, unsigned int in_length, void *data);
int new_session(SSL *ssl, SSL_SESSION *session);
void log_keys(const SSL *ssl, const char *line);
BIO_METHOD *session_bio_method(void);

// tls_session.c
struct tls_session *session_argument(napi_env env, struct tls *tls, napi_value value);
void session_free(struct tls_session *session);
napi_status tls_session_define(napi_env env, napi_value exports, struct tls *tls);

// tls_facts.c
napi_status tls_facts_define(napi_env env, napi_value exports, struct tls *tls);

#endif
