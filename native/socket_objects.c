// Sockets that JavaScript has by their descriptors, for programs that watch them themselves. No core is involved: every call answers at once,
// with a number, which is negative for an errno. Interrupted calls are made again.
#include "core.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static napi_value status_of(napi_env env, int status) { return number(env, status < 0 ? -errno : status); }

// socketOpen(family, type): 0 IPv4, 1 IPv6, 2 UNIX; 0 stream, 1 datagram. A descriptor that does not block.
static napi_value open_object(napi_env env, napi_callback_info info) {
  static const int families[] = {AF_INET, AF_INET6, AF_UNIX}, types[] = {SOCK_STREAM, SOCK_DGRAM};
  napi_value values[2];
  int32_t family, type;
  if (!arguments(env, info, 2, values) || !int_argument(env, values[0], &family) || !int_argument(env, values[1], &type)) {
    return NULL;
  }
  if (family < 0 || family > 2 || type < 0 || type > 1) return number(env, -EINVAL);
  return status_of(env, socket(families[family], types[type] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// Descriptor, then an address in two arguments. False with an exception pending.
static bool addressed(napi_env env, napi_callback_info info, int32_t *fd, struct address *address, int *error) {
  napi_value values[3];
  return arguments(env, info, 3, values) && int_argument(env, values[0], fd) &&
         address_arguments(env, values[1], values[2], address, error);
}

// socketBind(fd, host or path, port or -1)
static napi_value bind_object(napi_env env, napi_callback_info info) {
  int32_t fd;
  struct address address;
  int error;
  if (!addressed(env, info, &fd, &address, &error)) return NULL;
  if (error != 0) return number(env, error);
  return status_of(env, bind(fd, (const struct sockaddr *)&address.storage, address.length));
}

// socketConnect(fd, host or path, port or -1): 0 where it is connected, -EINPROGRESS where it will be.
static napi_value connect_object(napi_env env, napi_callback_info info) {
  int32_t fd;
  struct address address;
  int error;
  if (!addressed(env, info, &fd, &address, &error)) return NULL;
  if (error != 0) return number(env, error);
  int status = connect(fd, (const struct sockaddr *)&address.storage, address.length);
  // An interrupted call goes on without us; calling again would only say so.
  if (status < 0 && errno == EINTR) errno = EINPROGRESS;
  return status_of(env, status);
}

// socketListen(fd, backlog)
static napi_value listen_object(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t fd, backlog;
  if (!arguments(env, info, 2, values) || !int_argument(env, values[0], &fd) || !int_argument(env, values[1], &backlog)) {
    return NULL;
  }
  return status_of(env, listen(fd, backlog));
}

// socketAccept(fd): the descriptor of a connection, which does not block either.
static napi_value accept_object(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t fd;
  int accepted;
  if (!arguments(env, info, 1, values) || !int_argument(env, values[0], &fd)) return NULL;
  do {
    accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  } while (accepted < 0 && (errno == EINTR || errno == ECONNABORTED));
  return status_of(env, accepted);
}

static napi_value transferred(napi_env env, ssize_t count) { return number(env, count < 0 ? -errno : count); }

// socketReceive(fd, bytes, address): how much was received; where it came from stands in `address`, as `decodeAddress` reads it, unless
// that is empty. Length 0 means that no address is known.
static napi_value receive_object(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t fd;
  uint8_t *bytes, *at;
  size_t length, space;
  uint32_t prefix = 0;
  if (!arguments(env, info, 3, values) || !int_argument(env, values[0], &fd)) return NULL;
  if (!bytes_argument(env, values[1], &bytes, &length) || !bytes_argument(env, values[2], &at, &space)) return NULL;
  struct sockaddr_storage from;
  if (space != 0 && space < sizeof prefix + sizeof from) return number(env, -EINVAL);
  socklen_t size = sizeof from;
  ssize_t got;
  do {
    got = recvfrom(fd, bytes, length, MSG_DONTWAIT, space == 0 ? NULL : (struct sockaddr *)&from, space == 0 ? NULL : &size);
  } while (got < 0 && errno == EINTR);
  if (got >= 0 && space != 0) {
    prefix = size;
    memcpy(at, &prefix, sizeof prefix);
    memcpy(at + sizeof prefix, &from, size);
  }
  return transferred(env, got);
}

// socketSend(fd, bytes, host or path, port or -1): how much was sent; "" sends to the peer.
static napi_value send_object(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int32_t fd;
  uint8_t *bytes;
  size_t length, text;
  struct address address = {.length = 0};
  int error = 0;
  if (!arguments(env, info, 4, values) || !int_argument(env, values[0], &fd) || !bytes_argument(env, values[1], &bytes, &length)) {
    return NULL;
  }
  bool to_peer = napi_get_value_string_utf8(env, values[2], NULL, 0, &text) == napi_ok && text == 0;
  if (!to_peer && !address_arguments(env, values[2], values[3], &address, &error)) return NULL;
  if (error != 0) return number(env, error);
  ssize_t sent;
  do {
    sent = sendto(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL, to_peer ? NULL : (struct sockaddr *)&address.storage, address.length);
  } while (sent < 0 && errno == EINTR);
  return transferred(env, sent);
}

// socketShutdown(fd, how): 0 receiving, 1 sending, 2 both.
static napi_value shutdown_object(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t fd, how;
  if (!arguments(env, info, 2, values) || !int_argument(env, values[0], &fd) || !int_argument(env, values[1], &how)) return NULL;
  return status_of(env, shutdown(fd, how));
}

// socketClose(fd)
static napi_value close_object(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int32_t fd;
  if (!arguments(env, info, 1, values) || !int_argument(env, values[0], &fd)) return NULL;
  // The descriptor is gone, whatever is answered: closing again would close somebody else's.
  return status_of(env, close(fd));
}

// socketName(fd, peer): the text of an address, or a negative number.
static napi_value name_object(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t fd, peer;
  struct address address = {.length = sizeof address.storage};
  if (!arguments(env, info, 2, values) || !int_argument(env, values[0], &fd) || !int_argument(env, values[1], &peer)) return NULL;
  struct sockaddr *name = (struct sockaddr *)&address.storage;
  int status = peer != 0 ? getpeername(fd, name, &address.length) : getsockname(fd, name, &address.length);
  return status < 0 ? number(env, -errno) : address_text(env, &address);
}

// The options, in the order of `SocketOption` in JavaScript.
static const struct {
  int level;
  int name;
} options[] = {
    {SOL_SOCKET, SO_REUSEADDR},        {SOL_SOCKET, SO_REUSEPORT},         {SOL_SOCKET, SO_BROADCAST},
    {SOL_SOCKET, SO_KEEPALIVE},        {SOL_SOCKET, SO_LINGER},            {IPPROTO_TCP, TCP_NODELAY},
    {IPPROTO_IPV6, IPV6_V6ONLY},       {SOL_SOCKET, SO_RCVBUF},            {SOL_SOCKET, SO_SNDBUF},
    {IPPROTO_IP, IP_MULTICAST_TTL},    {IPPROTO_IP, IP_MULTICAST_LOOP},    {IPPROTO_IPV6, IPV6_MULTICAST_HOPS},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP}, {SOL_SOCKET, SO_ERROR},           {SOL_SOCKET, SO_TYPE},
};

static bool known_option(int32_t option) { return option >= 0 && (size_t)option < sizeof options / sizeof *options; }

// socketSetOption(fd, option, value): of SO_LINGER the value is in seconds, and off where it is negative.
static napi_value set_option_object(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t fd, option, value;
  if (!arguments(env, info, 3, values) || !int_argument(env, values[0], &fd) || !int_argument(env, values[1], &option) ||
      !int_argument(env, values[2], &value)) {
    return NULL;
  }
  if (!known_option(option)) return number(env, -EINVAL);
  struct linger linger = {.l_onoff = value >= 0, .l_linger = value >= 0 ? value : 0};
  bool lingers = options[option].level == SOL_SOCKET && options[option].name == SO_LINGER;
  return status_of(env, setsockopt(fd, options[option].level, options[option].name, lingers ? (void *)&linger : (void *)&value,
                                   lingers ? sizeof linger : sizeof value));
}

// socketGetOption(fd, option, result): the value is put into `result`, an Int32Array.
static napi_value get_option_object(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t fd, option, value = 0;
  struct linger linger = {0};
  napi_typedarray_type type;
  size_t count;
  void *result;
  if (!arguments(env, info, 3, values) || !int_argument(env, values[0], &fd) || !int_argument(env, values[1], &option)) return NULL;
  if (napi_get_typedarray_info(env, values[2], &type, &count, &result, NULL, NULL) != napi_ok || type != napi_int32_array || count < 1) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "Cannot call the core: expected an Int32Array");
    return NULL;
  }
  if (!known_option(option)) return number(env, -EINVAL);
  bool lingers = options[option].level == SOL_SOCKET && options[option].name == SO_LINGER;
  socklen_t size = lingers ? sizeof linger : sizeof value;
  int status = getsockopt(fd, options[option].level, options[option].name, lingers ? (void *)&linger : (void *)&value, &size);
  if (status == 0) *(int32_t *)result = !lingers ? value : linger.l_onoff != 0 ? linger.l_linger : -1;
  return status_of(env, status);
}

// socketSetMembership(fd, join, group, interface or "", 0): joins or leaves a multicast group.
static napi_value membership_object(napi_env env, napi_callback_info info) {
  napi_value values[5];
  int32_t fd, join;
  struct address group, interface = {.length = 0};
  int error;
  size_t text;
  if (!arguments(env, info, 5, values) || !int_argument(env, values[0], &fd) || !int_argument(env, values[1], &join)) return NULL;
  if (!address_arguments(env, values[2], values[4], &group, &error)) return NULL;
  if (error != 0) return number(env, error);
  bool chosen = napi_get_value_string_utf8(env, values[3], NULL, 0, &text) != napi_ok || text > 0;
  if (chosen && !address_arguments(env, values[3], values[4], &interface, &error)) return NULL;
  if (error == 0 && (group.storage.ss_family == AF_UNIX || (chosen && interface.storage.ss_family != group.storage.ss_family))) {
    error = -EINVAL;
  }
  if (error != 0) return number(env, error);
  return status_of(env, change_membership(fd, join != 0, &group, &interface));
}

napi_status socket_objects_define(napi_env env, napi_value exports) {
  static const struct {
    const char *name;
    napi_callback callback;
  } functions[] = {
      {"socketOpen", open_object},           {"socketBind", bind_object},
      {"socketConnect", connect_object},     {"socketListen", listen_object},
      {"socketAccept", accept_object},       {"socketReceive", receive_object},
      {"socketSend", send_object},           {"socketShutdown", shutdown_object},
      {"socketClose", close_object},         {"socketName", name_object},
      {"socketSetOption", set_option_object}, {"socketGetOption", get_option_object},
      {"socketSetMembership", membership_object},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_status status = define(env, exports, functions[i].name, functions[i].callback);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}
