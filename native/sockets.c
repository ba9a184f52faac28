// Sockets: opening, addresses, options. Answers are slots or numbers, negative ones are errno.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_socket(int family) {
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

// A slot for a descriptor that is watched from now on, or -errno and the descriptor closed.
static int32_t watched_slot(struct core *core, int fd, enum slot_kind kind, uint32_t interest) {
  int32_t index = slot_open(core, fd, kind);
  if (index < 0) {
    close(fd);
    return index;
  }
  int error = slot_watch(core, index, interest);
  if (error == 0) return index;
  slot_close(core, index);
  return error;
}

// How a port may be shared: with others who say so too, each getting a part of the connections; with IPv4.
enum { REUSE_PORT = 1, BOTH_FAMILIES = 2 };

static int32_t listen_on(struct core *core, const struct address *address, int32_t backlog, int32_t flags) {
  int family = address->storage.ss_family;
  int fd = open_socket(family);
  if (fd < 0) return fd;
  int on = 1, only = (flags & BOTH_FAMILIES) == 0;
  if (family != AF_UNIX) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  bool dealt_out = family == AF_UNIX || (flags & REUSE_PORT) == 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
  if (!dealt_out || bind(fd, (const struct sockaddr *)&address->storage, address->length) != 0 || listen(fd, backlog) != 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return watched_slot(core, fd, SLOT_LISTENER, EPOLLIN);
}

// listen(core, host or path, port or -1, backlog[, flags]): a slot that accepts.
static napi_value socket_listen(napi_env env, napi_callback_info info) {
  napi_value values[5];
  struct address address;
  int error;
  int32_t backlog, flags = 0;
  size_t given = 5;
  if (!arguments(env, info, 4, values)) return NULL;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !address_arguments(env, values[1], values[2], &address, &error)) return NULL;
  if (!int_argument(env, values[3], &backlog) || (given > 4 && !int_argument(env, values[4], &flags))) return NULL;
  return number(env, error != 0 ? error : listen_on(core, &address, backlog, flags));
}

// Added to an errno that is about the address to connect from.
enum { BIND_ERROR = 1000 };

static int32_t connect_to(struct core *core, const struct address *address, const struct address *from) {
  int fd = open_socket(address->storage.ss_family);
  if (fd < 0) return fd;
  int32_t error = 0;
  if (from != NULL && bind(fd, (const struct sockaddr *)&from->storage, from->length) != 0) {
    error = errno + BIND_ERROR;
  } else if (connect(fd, (const struct sockaddr *)&address->storage, address->length) != 0 && errno != EINPROGRESS &&
             errno != EINTR) {
    error = errno;
  }
  if (error != 0) {
    close(fd);
    return -error;
  }
  int32_t index = watched_slot(core, fd, SLOT_CONNECTING, EPOLLOUT);
  if (index >= 0) core->slots[index].is_unix = address->storage.ss_family == AF_UNIX;
  return index;
}

// connect(core, host or path, port or -1, host to connect from or "", its port): a slot that connects.
static napi_value socket_connect(napi_env env, napi_callback_info info) {
  napi_value values[5];
  struct address address, from;
  int error;
  size_t from_length;
  if (!arguments(env, info, 5, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !address_arguments(env, values[1], values[2], &address, &error)) return NULL;
  if (error != 0) return number(env, error);
  if (napi_get_value_string_utf8(env, values[3], NULL, 0, &from_length) != napi_ok || from_length == 0) {
    return number(env, connect_to(core, &address, NULL));
  }
  if (!address_arguments(env, values[3], values[4], &from, &error)) return NULL;
  return number(env, error != 0 ? error - BIND_ERROR : connect_to(core, &address, &from));
}

// 0 for a stream socket that listens, or is connected; else -errno.
static int adoptable(int fd, bool listens) {
  int type, accepts;
  socklen_t length = sizeof type;
  struct sockaddr_storage peer;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return -errno;
  length = sizeof accepts;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &length) != 0) return -errno;
  if (type != SOCK_STREAM || (accepts != 0) != listens) return -EINVAL;
  length = sizeof peer;
  return listens || getpeername(fd, (struct sockaddr *)&peer, &length) == 0 ? 0 : -errno;
}

// adopt(core, fd, listens): a slot for a descriptor that somebody else has opened; it is the core's from now on.
static napi_value socket_adopt(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t fd, listens;
  if (!arguments(env, info, 3, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &fd) || !int_argument(env, values[2], &listens)) return NULL;
  // Two slots would close it twice, the second time when it is somebody else's.
  if (slots_own(core, fd)) return number(env, -EEXIST);
  int error = adoptable(fd, listens != 0);
  if (error != 0) return number(env, error);
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return number(env, -errno);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  if (listens != 0) return number(env, watched_slot(core, fd, SLOT_LISTENER, EPOLLIN));
  int family = AF_UNSPEC;
  socklen_t length = sizeof family;
  getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length);
  int32_t index = slot_open(core, fd, SLOT_STREAM);
  if (index >= 0) core->slots[index].is_unix = family == AF_UNIX;
  return number(env, index);
}

// watchDescriptor(core, fd): a slot for a descriptor that stays somebody else's, to be watched with `watch`.
static napi_value socket_watch_descriptor(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t fd;
  if (!arguments(env, info, 2, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &fd)) return NULL;
  if (fcntl(fd, F_GETFD) < 0) return number(env, -errno);
  if (slots_own(core, fd) || slots_watch(core, fd)) return number(env, -EEXIST);
  return number(env, slot_open(core, fd, SLOT_WATCHED));
}

// The peer of a connection that was accepted in this turn: 0, or -1.
static int accepted_name(const struct core *core, int32_t index, struct address *address) {
  for (int i = 0; i < core->accepted_count; i++) {
    if (core->accepted[i].slot != index) continue;
    memcpy(&address->storage, &core->accepted[i].peer, sizeof core->accepted[i].peer);
    return 0;
  }
  return -1;
}

// name(core, slot, peer): the address of this end or of the peer's: "host port" or the name of a UNIX socket; or a negative number.
static napi_value socket_name(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t index, peer;
  if (!arguments(env, info, 3, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &index) || !int_argument(env, values[2], &peer)) return NULL;
  struct slot *slot = slot_at(core, index);
  if (slot == NULL) return number(env, -EBADF);
  struct address address = {.length = sizeof address.storage};
  struct sockaddr *name = (struct sockaddr *)&address.storage;
  int status = peer != 0 ? getpeername(slot->fd, name, &address.length) : getsockname(slot->fd, name, &address.length);
  int error = errno;
  if (status != 0 && peer != 0 && error == ENOTCONN) status = accepted_name(core, index, &address);
  if (status != 0) return number(env, -error);
  return address_text(env, &address);
}

// setOption(core, slot, option, value): 0 TCP_NODELAY, 1 SO_KEEPALIVE.
static napi_value socket_set_option(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int32_t index, option, value;
  if (!arguments(env, info, 4, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &index) || !int_argument(env, values[2], &option) ||
      !int_argument(env, values[3], &value)) {
    return NULL;
  }
  struct slot *slot = slot_at(core, index);
  if (slot == NULL) return number(env, -EBADF);
  int status = option == 0   ? setsockopt(slot->fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value)
               : option == 1 ? setsockopt(slot->fd, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value)
                             : (errno = EINVAL, -1);
  return number(env, status == 0 ? 0 : -errno);
}

// errorText(errno): what it means.
static napi_value socket_error_text(napi_env env, napi_callback_info info) {
  napi_value values[1], result;
  int32_t error;
  if (!arguments(env, info, 1, values) || !int_argument(env, values[0], &error)) return NULL;
  return napi_create_string_utf8(env, strerror(error), NAPI_AUTO_LENGTH, &result) == napi_ok ? result : NULL;
}

napi_status sockets_define(napi_env env, napi_value exports) {
  static const struct {
    const char *name;
    napi_callback callback;
  } functions[] = {
      {"listen", socket_listen},
      {"connect", socket_connect},
      {"adopt", socket_adopt},
      {"watchDescriptor", socket_watch_descriptor},
      {"name", socket_name},
      {"setOption", socket_set_option},
      {"errorText", socket_error_text},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_status status = define(env, exports, functions[i].name, functions[i].callback);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}
