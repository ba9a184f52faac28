// How a server seals the tickets that resume sessions (RFC 5077, RFC 8446 section 4.6.1): AES-256 and HMAC-SHA-256 with keys that change. A
// ticket is opened with the key before the present one as well, and then replaced; older ones lead to a full handshake.
#include "tls.h"

#include <string.h>
#include <time.h>

static int64_t seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_BOOTTIME, &time);
  return (int64_t)time.tv_sec + 1;
}

static bool change_keys(struct tls_context *context, int64_t now) {
  struct ticket_key key = {.since = now};
  if (RAND_bytes(key.name, sizeof key.name) <= 0 || RAND_bytes(key.cipher, sizeof key.cipher) <= 0 ||
      RAND_bytes(key.mac, sizeof key.mac) <= 0) {
    return false;
  }
  context->keys[1] = context->keys[0];
  context->keys[0] = key;
  return true;
}

static bool use_mac_key(EVP_MAC_CTX *mac, struct ticket_key *key) {
  char digest[] = "SHA256";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string("key", key->mac, sizeof key->mac),
                         OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, params) > 0;
}

// Answers 1 for a key, 2 for one that is to be replaced, 0 for none, -1 for an error.
int tickets_callback(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int encrypts) {
  struct tls_session *session = SSL_get_ex_data(ssl, 0);
  if (session == NULL) return -1;
  struct tls_context *context = session->context;
  int64_t now = seconds();
  if (encrypts != 0) {
    struct ticket_key *key = &context->keys[0];
    if ((key->since == 0 || now - key->since >= context->ticket_lifetime) && !change_keys(context, now)) return -1;
    if (RAND_bytes(iv, TICKET_IV) <= 0) return -1;
    memcpy(name, key->name, TICKET_KEY_NAME);
    return EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv) > 0 && use_mac_key(mac, key) ? 1 : -1;
  }
  for (int i = 0; i < 2; i++) {
    struct ticket_key *key = &context->keys[i];
    if (key->since == 0 || now - key->since >= 2 * context->ticket_lifetime || memcmp(name, key->name, TICKET_KEY_NAME) != 0) {
      continue;
    }
    if (EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv) <= 0 || !use_mac_key(mac, key)) return -1;
    return i == 0 ? 1 : 2;
  }
  return 0;
}
