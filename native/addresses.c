// Addresses: from text, to text, and as the bytes that go with datagrams.
#include "core.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum { HOST_SIZE = INET6_ADDRSTRLEN + IF_NAMESIZE + 1, PATH_SIZE = sizeof(((struct sockaddr_un *)0)->sun_path) };

// Longer than any path, so that one that is too long is seen.
enum { TEXT_SIZE = 256 };

// Reads "host" and port into an address; a negative port means that `text` is the path of a UNIX socket. 0 or -errno.
static int parse_address(const char *text, size_t length, int32_t port, struct address *address) {
  memset(address, 0, sizeof *address);
  if (port < 0) {
    struct sockaddr_un *unix_address = (struct sockaddr_un *)&address->storage;
    // An abstract name may fill the field; a path ends with a zero, and has no other.
    if (length == 0 || length > PATH_SIZE || (text[0] != '\0' && length == PATH_SIZE)) return -ENAMETOOLONG;
    if (text[0] != '\0' && memchr(text, '\0', length) != NULL) return -EINVAL;
    unix_address->sun_family = AF_UNIX;
    memcpy(unix_address->sun_path, text, length);
    address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (text[0] == '\0' ? 0 : 1));
    return 0;
  }
  if (length >= HOST_SIZE || memchr(text, '\0', length) != NULL || port > UINT16_MAX) return -EINVAL;
  struct sockaddr_in *v4 = (struct sockaddr_in *)&address->storage;
  if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)port);
    address->length = sizeof *v4;
    return 0;
  }
  char host[HOST_SIZE];
  memcpy(host, text, length + 1);
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->storage;
  char *scope = strchr(host, '%');
  if (scope != NULL) {
    *scope++ = '\0';
    v6->sin6_scope_id = if_nametoindex(scope);
    if (v6->sin6_scope_id == 0) v6->sin6_scope_id = (uint32_t)strtoul(scope, NULL, 10);
  }
  if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1) return -EINVAL;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons((uint16_t)port);
  address->length = sizeof *v6;
  return 0;
}

bool address_arguments(napi_env env, napi_value text, napi_value port, struct address *address, int *error) {
  char buffer[TEXT_SIZE];
  size_t length;
  int32_t number_of_port;
  if (napi_get_value_string_utf8(env, text, buffer, sizeof buffer, &length) != napi_ok) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot call the core: expected an address");
    return false;
  }
  if (!int_argument(env, port, &number_of_port)) return false;
  *error = parse_address(buffer, length, number_of_port, address);
  return true;
}

static napi_value internet_name(napi_env env, const void *host, int family, uint32_t scope, uint16_t port) {
  char text[HOST_SIZE + IF_NAMESIZE + 16];
  napi_value result;
  if (inet_ntop(family, host, text, sizeof text) == NULL) return NULL;
  char interface[IF_NAMESIZE];
  if (scope != 0 && if_indextoname(scope, interface) != NULL) {
    strcat(text, "%");
    strcat(text, interface);
  }
  size_t length = strlen(text);
  snprintf(text + length, sizeof text - length, " %u", port);
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &result) == napi_ok ? result : NULL;
}

// The text of an address: "host port", or the name of a UNIX socket.
napi_value address_text(napi_env env, const struct address *address) {
  const struct sockaddr *name = (const struct sockaddr *)&address->storage;
  napi_value result;
  if (name->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)name;
    return internet_name(env, &v4->sin_addr, AF_INET, 0, ntohs(v4->sin_port));
  }
  if (name->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)name;
    return internet_name(env, &v6->sin6_addr, AF_INET6, v6->sin6_scope_id, ntohs(v6->sin6_port));
  }
  const struct sockaddr_un *unix_name = (const struct sockaddr_un *)name;
  size_t length = address->length <= offsetof(struct sockaddr_un, sun_path)
                      ? 0
                      : address->length - offsetof(struct sockaddr_un, sun_path);
  // A path ends with a zero, which may be counted; an abstract name begins with one.
  if (length > 0 && unix_name->sun_path[0] != '\0') length = strnlen(unix_name->sun_path, length);
  return napi_create_string_utf8(env, unix_name->sun_path, length, &result) == napi_ok ? result : NULL;
}

// encodeAddress(host or path, port or -1, bytes): puts an address into `bytes` as it stands before a datagram that is sent: its length,
// then itself. Answers how many bytes these are.
static napi_value address_encode(napi_env env, napi_callback_info info) {
  napi_value values[3];
  struct address address;
  uint8_t *bytes;
  size_t length;
  int error;
  if (!arguments(env, info, 3, values) || !address_arguments(env, values[0], values[1], &address, &error)) return NULL;
  if (!bytes_argument(env, values[2], &bytes, &length)) return NULL;
  if (error != 0) return number(env, error);
  uint32_t size = address.length;
  if (length < sizeof size + size) return number(env, -EINVAL);
  memcpy(bytes, &size, sizeof size);
  memcpy(bytes + sizeof size, &address.storage, size);
  return number(env, (int64_t)(sizeof size + size));
}

// decodeAddress(bytes): the text of such an address.
static napi_value address_decode(napi_env env, napi_callback_info info) {
  napi_value values[1];
  struct address address = {0};
  uint8_t *bytes;
  size_t length;
  uint32_t size;
  if (!arguments(env, info, 1, values) || !bytes_argument(env, values[0], &bytes, &length)) return NULL;
  if (length < sizeof size) return number(env, -EINVAL);
  memcpy(&size, bytes, sizeof size);
  if (size > sizeof address.storage || size > length - sizeof size) return number(env, -EINVAL);
  memcpy(&address.storage, bytes + sizeof size, size);
  address.length = size;
  return address_text(env, &address);
}

napi_status addresses_define(napi_env env, napi_value exports) {
  napi_status status = define(env, exports, "encodeAddress", address_encode);
  if (status == napi_ok) status = define(env, exports, "decodeAddress", address_decode);
  return status;
}
