// What the core uses of the OpenSSL that is inside the runtime, declared by us: there are no headers of it on most machines, and this way the
// core names no library. All functions are weak, so the core loads where some are missing; then `tls_available` says no, and TLS is
// done by `node:tls`. What OpenSSL keeps is opaque here, and never allocated by size. Numbers are of the ABI of OpenSSL 3.
#ifndef HAWSER_OPENSSL_H
#define HAWSER_OPENSSL_H

#include <stddef.h>
#include <stdint.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_method_st SSL_METHOD;
typedef struct ssl_cipher_st SSL_CIPHER;
typedef struct ssl_session_st SSL_SESSION;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;
typedef struct x509_st X509;
typedef struct x509_store_st X509_STORE;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct X509_VERIFY_PARAM_st X509_VERIFY_PARAM;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_mac_ctx_st EVP_MAC_CTX;
typedef struct engine_st ENGINE;
typedef struct stack_st OPENSSL_STACK;

// The public layout of a parameter (openssl/core.h); a list of them is an argument.
typedef struct {
  const char *key;
  unsigned int data_type;
  void *data;
  size_t data_size;
  size_t return_size;
} OSSL_PARAM;

typedef int verify_callback(int preverified, X509_STORE_CTX *context);
typedef int passphrase_callback(char *buffer, int size, int writing, void *data);
typedef int client_hello_callback(SSL *ssl, int *alert, void *data);
typedef int alpn_callback(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                          unsigned int in_length, void *data);
typedef int session_callback(SSL *ssl, SSL_SESSION *session);
typedef void keylog_callback(const SSL *ssl, const char *line);
typedef int ticket_callback(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int encrypts);

// Return type, name, parameters.
#define OPENSSL_FUNCTIONS(F)                                                                                             \
  F(unsigned long, OpenSSL_version_num, (void))                                                                          \
  F(void, ERR_clear_error, (void))                                                                                       \
  F(unsigned long, ERR_peek_error, (void))                                                                               \
  F(unsigned long, ERR_get_error, (void))                                                                                \
  F(const char *, ERR_reason_error_string, (unsigned long))                                                              \
  F(const char *, ERR_lib_error_string, (unsigned long))                                                                 \
  F(int, RAND_bytes, (unsigned char *, int))                                                                             \
  F(void, CRYPTO_free, (void *, const char *, int))                                                                      \
  F(int, OPENSSL_sk_num, (const OPENSSL_STACK *))                                                                        \
  F(void *, OPENSSL_sk_value, (const OPENSSL_STACK *, int))                                                              \
  F(BIO_METHOD *, BIO_meth_new, (int, const char *))                                                                     \
  F(void, BIO_meth_free, (BIO_METHOD *))                                                                                 \
  F(int, BIO_meth_set_write, (BIO_METHOD *, int (*)(BIO *, const char *, int)))                                          \
  F(int, BIO_meth_set_read, (BIO_METHOD *, int (*)(BIO *, char *, int)))                                                 \
  F(int, BIO_meth_set_ctrl, (BIO_METHOD *, long (*)(BIO *, int, long, void *)))                                          \
  F(BIO *, BIO_new, (const BIO_METHOD *))                                                                                \
  F(BIO *, BIO_new_mem_buf, (const void *, int))                                                                         \
  F(int, BIO_free, (BIO *))                                                                                              \
  F(void, BIO_set_data, (BIO *, void *))                                                                                 \
  F(void *, BIO_get_data, (BIO *))                                                                                       \
  F(void, BIO_set_init, (BIO *, int))                                                                                    \
  F(void, BIO_set_flags, (BIO *, int))                                                                                   \
  F(void, BIO_clear_flags, (BIO *, int))                                                                                 \
  F(X509 *, PEM_read_bio_X509, (BIO *, X509 **, passphrase_callback *, void *))                                          \
  F(EVP_PKEY *, PEM_read_bio_PrivateKey, (BIO *, EVP_PKEY **, passphrase_callback *, void *))                            \
  F(EVP_PKEY *, PEM_read_bio_Parameters, (BIO *, EVP_PKEY **))                                                           \
  F(void, X509_free, (X509 *))                                                                                           \
  F(int, i2d_X509, (const X509 *, unsigned char **))                                                                     \
  F(void, EVP_PKEY_free, (EVP_PKEY *))                                                                                   \
  F(X509_STORE *, X509_STORE_new, (void))                                                                                \
  F(void, X509_STORE_free, (X509_STORE *))                                                                               \
  F(int, X509_STORE_up_ref, (X509_STORE *))                                                                              \
  F(int, X509_STORE_add_cert, (X509_STORE *, X509 *))                                                                    \
  F(int, X509_VERIFY_PARAM_set1_host, (X509_VERIFY_PARAM *, const char *, size_t))                                       \
  F(int, X509_VERIFY_PARAM_set1_ip_asc, (X509_VERIFY_PARAM *, const char *))                                             \
  F(void, X509_VERIFY_PARAM_set_hostflags, (X509_VERIFY_PARAM *, unsigned int))                                          \
  F(const char *, X509_verify_cert_error_string, (long))                                                                 \
  F(const EVP_CIPHER *, EVP_aes_256_cbc, (void))                                                                         \
  F(int, EVP_EncryptInit_ex, (EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *, const unsigned char *)) \
  F(int, EVP_DecryptInit_ex, (EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *, const unsigned char *)) \
  F(int, EVP_MAC_CTX_set_params, (EVP_MAC_CTX *, const OSSL_PARAM *))                                                    \
  F(OSSL_PARAM, OSSL_PARAM_construct_octet_string, (const char *, void *, size_t))                                       \
  F(OSSL_PARAM, OSSL_PARAM_construct_utf8_string, (const char *, char *, size_t))                                        \
  F(OSSL_PARAM, OSSL_PARAM_construct_end, (void))                                                                        \
  F(const SSL_METHOD *, TLS_method, (void))                                                                              \
  F(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *))                                                                        \
  F(void, SSL_CTX_free, (SSL_CTX *))                                                                                     \
  F(long, SSL_CTX_ctrl, (SSL_CTX *, int, long, void *))                                                                  \
  F(uint64_t, SSL_CTX_set_options, (SSL_CTX *, uint64_t))                                                                \
  F(int, SSL_CTX_set_cipher_list, (SSL_CTX *, const char *))                                                             \
  F(int, SSL_CTX_set_ciphersuites, (SSL_CTX *, const char *))                                                            \
  F(int, SSL_CTX_use_certificate, (SSL_CTX *, X509 *))                                                                   \
  F(int, SSL_CTX_use_PrivateKey, (SSL_CTX *, EVP_PKEY *))                                                                \
  F(int, SSL_CTX_check_private_key, (const SSL_CTX *))                                                                   \
  F(X509_STORE *, SSL_CTX_get_cert_store, (const SSL_CTX *))                                                             \
  F(void, SSL_CTX_set_cert_store, (SSL_CTX *, X509_STORE *))                                                             \
  F(int, SSL_CTX_add_client_CA, (SSL_CTX *, X509 *))                                                                     \
  F(int, SSL_CTX_set0_tmp_dh_pkey, (SSL_CTX *, EVP_PKEY *))                                                              \
  F(int, SSL_CTX_set_num_tickets, (SSL_CTX *, size_t))                                                                   \
  F(int, SSL_CTX_set_session_id_context, (SSL_CTX *, const unsigned char *, unsigned int))                               \
  F(long, SSL_CTX_set_timeout, (SSL_CTX *, long))                                                                        \
  F(void, SSL_CTX_sess_set_new_cb, (SSL_CTX *, session_callback *))                                                      \
  F(void, SSL_CTX_set_client_hello_cb, (SSL_CTX *, client_hello_callback *, void *))                                     \
  F(void, SSL_CTX_set_keylog_callback, (SSL_CTX *, keylog_callback *))                                                   \
  F(void, SSL_CTX_set_alpn_select_cb, (SSL_CTX *, alpn_callback *, void *))                                              \
  F(int, SSL_CTX_set_tlsext_ticket_key_evp_cb, (SSL_CTX *, ticket_callback *))                                           \
  F(SSL *, SSL_new, (SSL_CTX *))                                                                                         \
  F(void, SSL_free, (SSL *))                                                                                             \
  F(void, SSL_set_bio, (SSL *, BIO *, BIO *))                                                                            \
  F(void, SSL_set_accept_state, (SSL *))                                                                                 \
  F(void, SSL_set_connect_state, (SSL *))                                                                                \
  F(long, SSL_ctrl, (SSL *, int, long, void *))                                                                          \
  F(int, SSL_set_ex_data, (SSL *, int, void *))                                                                          \
  F(void *, SSL_get_ex_data, (const SSL *, int))                                                                         \
  F(void, SSL_set_verify, (SSL *, int, verify_callback *))                                                               \
  F(X509_VERIFY_PARAM *, SSL_get0_param, (SSL *))                                                                        \
  F(int, SSL_set_alpn_protos, (SSL *, const unsigned char *, unsigned int))                                              \
  F(int, SSL_client_hello_get0_ext, (SSL *, unsigned int, const unsigned char **, size_t *))                             \
  F(int, SSL_do_handshake, (SSL *))                                                                                      \
  F(int, SSL_read_ex, (SSL *, void *, size_t, size_t *))                                                                 \
  F(int, SSL_write_ex, (SSL *, const void *, size_t, size_t *))                                                          \
  F(int, SSL_shutdown, (SSL *))                                                                                          \
  F(int, SSL_has_pending, (const SSL *))                                                                                 \
  F(int, SSL_get_error, (const SSL *, int))                                                                              \
  F(int, SSL_is_init_finished, (const SSL *))                                                                            \
  F(long, SSL_get_verify_result, (const SSL *))                                                                          \
  F(X509 *, SSL_get1_peer_certificate, (const SSL *))                                                                    \
  F(OPENSSL_STACK *, SSL_get_peer_cert_chain, (const SSL *))                                                             \
  F(const char *, SSL_get_version, (const SSL *))                                                                        \
  F(const SSL_CIPHER *, SSL_get_current_cipher, (const SSL *))                                                           \
  F(const char *, SSL_CIPHER_standard_name, (const SSL_CIPHER *))                                                        \
  F(void, SSL_get0_alpn_selected, (const SSL *, const unsigned char **, unsigned int *))                                 \
  F(int, SSL_session_reused, (const SSL *))                                                                              \
  F(int, SSL_set_session, (SSL *, SSL_SESSION *))                                                                        \
  F(void, SSL_SESSION_free, (SSL_SESSION *))                                                                             \
  F(int, i2d_SSL_SESSION, (const SSL_SESSION *, unsigned char **))                                                       \
  F(SSL_SESSION *, d2i_SSL_SESSION, (SSL_SESSION **, const unsigned char **, long))                                      \
  F(int, SSL_export_keying_material,                                                                                     \
    (SSL *, unsigned char *, size_t, const char *, size_t, const unsigned char *, size_t, int))

#define OPENSSL_DECLARE(type, name, parameters) extern type name parameters __attribute__((weak, visibility("default")));
OPENSSL_FUNCTIONS(OPENSSL_DECLARE)
#undef OPENSSL_DECLARE

enum {
  OPENSSL_3 = 0x30000000,

  BIO_TYPE_MEM = 1 | 0x0400,
  BIO_RETRY_READ = 0x01 | 0x08,
  BIO_RETRY_WRITE = 0x02 | 0x08,
  BIO_RETRY_ANY = 0x0f,
  BIO_CTRL_FLUSH = 11,

  SSL_ERROR_SSL = 1,
  SSL_ERROR_WANT_READ = 2,
  SSL_ERROR_WANT_WRITE = 3,
  SSL_ERROR_ZERO_RETURN = 6,

  SSL_VERIFY_NONE = 0,
  SSL_VERIFY_PEER = 1,
  SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2,

  SSL_CTRL_MODE = 33,
  SSL_CTRL_SET_SESS_CACHE_MODE = 44,
  SSL_CTRL_SET_TLSEXT_HOSTNAME = 55,
  SSL_CTRL_CHAIN_CERT = 89,
  SSL_CTRL_SET_GROUPS_LIST = 92,
  SSL_CTRL_SET_MIN_PROTO_VERSION = 123,
  SSL_CTRL_SET_MAX_PROTO_VERSION = 124,

  SSL_MODE_ENABLE_PARTIAL_WRITE = 0x1,
  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2,
  SSL_MODE_NO_AUTO_CHAIN = 0x8,
  SSL_MODE_RELEASE_BUFFERS = 0x10,
  SSL_SESS_CACHE_OFF = 0,
  SSL_SESS_CACHE_CLIENT = 1,
  SSL_SESS_CACHE_NO_INTERNAL = 0x300,

  SSL_OP_NO_TICKET = 1 << 14,
  SSL_OP_NO_COMPRESSION = 1 << 17,
  SSL_OP_CIPHER_SERVER_PREFERENCE = 1 << 22,
  SSL_OP_NO_RENEGOTIATION = 1 << 30,

  SSL_CLIENT_HELLO_SUCCESS = 1,
  SSL_TLSEXT_ERR_OK = 0,
  SSL_TLSEXT_ERR_ALERT_FATAL = 2,
  SSL_TLSEXT_ERR_NOACK = 3,
  TLSEXT_NAMETYPE_HOST_NAME = 0,
  TLSEXT_TYPE_SERVER_NAME = 0,

  X509_V_OK = 0,
  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS = 0x4,
  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT = 0x20,

  TICKET_IV = 16,
};

#endif
