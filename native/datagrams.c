// Datagrams, over UDP and UNIX sockets: many are received, and sent, with one system call. Answers are slots or numbers, negative ones
// are errno.
//
// A received datagram lies in the receive slab behind the address that it came from, and one that is sent in the send slab behind the
// address where it goes. Such an address takes up `ADDRESS_SPACE` when it is received, and as much as it needs when it is sent: its length
// in four bytes, then itself; a length of 0 means the peer that the socket is connected to.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  SIZE_BYTES = sizeof(uint32_t),
  // Of one socket in one turn, so that others get theirs.
  MAX_RECEIVED = 64,
  MAX_SENT = 64,
};

// Receives what has arrived, as far as there is room for it. Bytes that are longer than the limit of the slot are cut off.
void datagrams_receive(struct core *core, int32_t index) {
  struct slot *slot = &core->slots[index];
  struct mmsghdr messages[MAX_RECEIVED];
  struct iovec pieces[MAX_RECEIVED];
  size_t stride = ADDRESS_SPACE + (size_t)slot->limit;
  size_t room = (core->receive_slab.length - core->receive_used) / stride;
  size_t free_events = (size_t)(MAX_EVENTS - core->event_count);
  if (room > MAX_RECEIVED) room = MAX_RECEIVED;
  if (room > free_events) room = free_events;
  if (room == 0) return;
  uint8_t *start = core->receive_slab.data + core->receive_used;
  for (size_t i = 0; i < room; i++) {
    uint8_t *at = start + i * stride;
    pieces[i] = (struct iovec){.iov_base = at + ADDRESS_SPACE, .iov_len = (size_t)slot->limit};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = at + SIZE_BYTES, .msg_namelen = ADDRESS_SPACE - SIZE_BYTES, .msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  int count;
  do {
    count = recvmmsg(slot->fd, messages, (unsigned)room, MSG_DONTWAIT, NULL);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS && errno != ENOMEM) core_event(core, EVENT_FAILED, index, errno, 0);
    return;
  }
  for (int i = 0; i < count; i++) {
    uint32_t size = messages[i].msg_hdr.msg_namelen;
    memcpy(start + (size_t)i * stride, &size, sizeof size);
    core_event(core, EVENT_DATAGRAM, index, (int32_t)(core->receive_used + (size_t)i * stride), (int32_t)messages[i].msg_len);
  }
  core->receive_used += (size_t)count * stride;
}

// Reads an entry of the send list as a datagram. Whether it is one.
static bool read_entry(const struct core *core, const int32_t *entry, struct mmsghdr *message, struct iovec *piece) {
  size_t offset = (uint32_t)entry[1], length = (uint32_t)entry[2], slab = core->send_slab.length;
  uint32_t size;
  if (entry[1] < 0 || offset > slab || length > slab - offset || length < SIZE_BYTES) return false;
  uint8_t *start = core->send_slab.data + offset;
  memcpy(&size, start, sizeof size);
  if (size > length - SIZE_BYTES || size > sizeof(struct sockaddr_storage)) return false;
  *piece = (struct iovec){.iov_base = start + SIZE_BYTES + size, .iov_len = length - SIZE_BYTES - size};
  message->msg_hdr = (struct msghdr){
      .msg_name = size == 0 ? NULL : start + SIZE_BYTES, .msg_namelen = size, .msg_iov = piece, .msg_iovlen = 1};
  return true;
}

// Sends the entries from the first on that are for the same slot, and writes into each what became of it: its length, or -errno.
// Answers how many these are.
int32_t datagrams_send(struct core *core, int32_t *first, int32_t count) {
  struct mmsghdr messages[MAX_SENT];
  struct iovec pieces[MAX_SENT];
  int32_t taken = 0;
  while (taken < count && taken < MAX_SENT && first[taken * SEND_FIELDS] == first[0] &&
         read_entry(core, first + taken * SEND_FIELDS, &messages[taken], &pieces[taken])) {
    taken++;
  }
  if (taken == 0) {
    first[3] = -EINVAL;
    return 1;
  }
  int fd = core->slots[first[0]].fd;
  for (int32_t done = 0; done < taken;) {
    int sent = sendmmsg(fd, messages + done, (unsigned)(taken - done), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      // Only the first of those that were left has failed; or has told what became of one that was sent before.
      first[done * SEND_FIELDS + 3] = -errno;
      done++;
      continue;
    }
    for (int32_t end = done + sent; done < end; done++) first[done * SEND_FIELDS + 3] = first[done * SEND_FIELDS + 2];
  }
  return taken;
}

static int32_t datagram_slot(struct core *core, int fd, int32_t limit) {
  int32_t index = slot_open(core, fd, SLOT_DATAGRAM);
  if (index < 0) {
    close(fd);
    return index;
  }
  core->slots[index].limit = limit;
  int error = slot_watch(core, index, EPOLLIN);
  if (error == 0) return index;
  slot_close(core, index);
  return error;
}

// The core, and the most that a datagram may have, between bounds that fit the slab.
static bool limit_argument(napi_env env, napi_value value, int32_t *limit) {
  if (!int_argument(env, value, limit)) return false;
  if (*limit < 1) *limit = 1;
  if (*limit > RECEIVE_LIMIT) *limit = RECEIVE_LIMIT;
  return true;
}

static int32_t bind_datagrams(struct core *core, const struct address *address, int32_t limit, int32_t share) {
  int family = address->storage.ss_family, on = 1;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if ((share & 1) != 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  bool dealt_out = family == AF_UNIX || (share & 2) == 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
  // A UNIX socket that only sends needs no name.
  if (!dealt_out || (address->length > 0 && bind(fd, (const struct sockaddr *)&address->storage, address->length) != 0)) {
    int error = errno;
    close(fd);
    return -error;
  }
  return datagram_slot(core, fd, limit);
}

// bindDatagrams(core, host or path or "", port or -1, limit, share): a slot for datagrams of up to `limit` bytes; with `share` others may
// bind the same address: 1 all get what goes to a group, 2 each gets a part.
static napi_value datagrams_bind(napi_env env, napi_callback_info info) {
  napi_value values[5];
  struct address address = {.storage.ss_family = AF_UNIX};
  int32_t limit, share;
  int error = 0;
  size_t length;
  if (!arguments(env, info, 5, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL) return NULL;
  bool nameless = napi_get_value_string_utf8(env, values[1], NULL, 0, &length) == napi_ok && length == 0;
  if (!nameless && !address_arguments(env, values[1], values[2], &address, &error)) return NULL;
  if (!limit_argument(env, values[3], &limit) || !int_argument(env, values[4], &share)) return NULL;
  return number(env, error != 0 ? error : bind_datagrams(core, &address, limit, share));
}

// adoptDatagrams(core, fd, limit): a slot for a bound socket that somebody else has opened; it is the core's from now on.
static napi_value datagrams_adopt(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t fd, limit;
  int type;
  socklen_t length = sizeof type;
  if (!arguments(env, info, 3, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &fd) || !limit_argument(env, values[2], &limit)) return NULL;
  if (slots_own(core, fd)) return number(env, -EEXIST);
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return number(env, -errno);
  if (type != SOCK_DGRAM) return number(env, -EINVAL);
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return number(env, -errno);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return number(env, datagram_slot(core, fd, limit));
}

// The slot for datagrams that a function gets as its second argument, or NULL: with an exception pending, or with `*error` set.
static struct slot *datagram_argument(napi_env env, napi_value *values, int *error) {
  int32_t index;
  struct core *core = core_argument(env, values[0]);
  *error = 0;
  if (core == NULL || !int_argument(env, values[1], &index)) return NULL;
  struct slot *slot = slot_at(core, index);
  if (slot != NULL && slot->kind == SLOT_DATAGRAM) return slot;
  *error = -EBADF;
  return NULL;
}

static napi_value no_slot(napi_env env, int error) { return error == 0 ? NULL : number(env, error); }

static napi_value status_of(napi_env env, int status) { return number(env, status == 0 ? 0 : -errno); }

// connectDatagrams(core, slot, host or path, port or -1): from now on it sends to that address, and receives from there alone.
static napi_value datagrams_connect(napi_env env, napi_callback_info info) {
  napi_value values[4];
  struct address address;
  int error;
  if (!arguments(env, info, 4, values)) return NULL;
  struct slot *slot = datagram_argument(env, values, &error);
  if (slot == NULL) return no_slot(env, error);
  if (!address_arguments(env, values[2], values[3], &address, &error)) return NULL;
  if (error != 0) return number(env, error);
  return status_of(env, connect(slot->fd, (struct sockaddr *)&address.storage, address.length));
}

static int family_of(int fd) {
  int family = AF_UNSPEC;
  socklen_t length = sizeof family;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 ? family : AF_UNSPEC;
}

// setDatagramOption(core, slot, option, value): 0 broadcast, 1 TTL of multicast, 2 loopback of multicast.
static napi_value datagrams_set_option(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int32_t option, value;
  int error;
  if (!arguments(env, info, 4, values)) return NULL;
  struct slot *slot = datagram_argument(env, values, &error);
  if (slot == NULL) return no_slot(env, error);
  if (!int_argument(env, values[2], &option) || !int_argument(env, values[3], &value)) return NULL;
  static const int v4[] = {0, IP_MULTICAST_TTL, IP_MULTICAST_LOOP};
  static const int v6[] = {0, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP};
  int fd = slot->fd, family = family_of(fd);
  if (option == 0) return status_of(env, setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, sizeof value));
  if (option != 1 && option != 2) return number(env, -EINVAL);
  if (family == AF_INET) return status_of(env, setsockopt(fd, IPPROTO_IP, v4[option], &value, sizeof value));
  return status_of(env, setsockopt(fd, IPPROTO_IPV6, v6[option], &value, sizeof value));
}

static uint32_t scope_of(const struct address *address) {
  return ((const struct sockaddr_in6 *)&address->storage)->sin6_scope_id;
}

int change_membership(int fd, bool join, const struct address *group, const struct address *interface) {
  if (group->storage.ss_family == AF_INET) {
    struct ip_mreqn request = {.imr_multiaddr = ((const struct sockaddr_in *)&group->storage)->sin_addr};
    if (interface->length > 0) request.imr_address = ((const struct sockaddr_in *)&interface->storage)->sin_addr;
    return setsockopt(fd, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &request, sizeof request);
  }
  struct ipv6_mreq request = {.ipv6mr_multiaddr = ((const struct sockaddr_in6 *)&group->storage)->sin6_addr};
  request.ipv6mr_interface = interface->length > 0 ? scope_of(interface) : scope_of(group);
  return setsockopt(fd, IPPROTO_IPV6, join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &request, sizeof request);
}

// Reads an address that may be missing, as "". It has to be of the wanted family.
static bool interface_argument(napi_env env, napi_value value, napi_value port, int family, struct address *address, int *error) {
  size_t length;
  *address = (struct address){.length = 0};
  *error = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) == napi_ok && length == 0) return true;
  if (!address_arguments(env, value, port, address, error)) return false;
  if (*error == 0 && address->storage.ss_family != family) *error = -EINVAL;
  return true;
}

// setMembership(core, slot, join, group, interface or "", 0): joins or leaves a multicast group.
static napi_value datagrams_set_membership(napi_env env, napi_callback_info info) {
  napi_value values[6];
  struct address group, interface;
  int32_t join;
  int error;
  if (!arguments(env, info, 6, values)) return NULL;
  struct slot *slot = datagram_argument(env, values, &error);
  if (slot == NULL) return no_slot(env, error);
  if (!int_argument(env, values[2], &join) || !address_arguments(env, values[3], values[5], &group, &error)) return NULL;
  if (error == 0 && group.storage.ss_family != family_of(slot->fd)) error = -EINVAL;
  if (error != 0) return number(env, error);
  if (!interface_argument(env, values[4], values[5], group.storage.ss_family, &interface, &error)) return NULL;
  if (error != 0) return number(env, error);
  return status_of(env, change_membership(slot->fd, join != 0, &group, &interface));
}

// setMulticastInterface(core, slot, interface, 0): where datagrams to groups leave.
static napi_value datagrams_set_interface(napi_env env, napi_callback_info info) {
  napi_value values[4];
  struct address interface;
  int error;
  if (!arguments(env, info, 4, values)) return NULL;
  struct slot *slot = datagram_argument(env, values, &error);
  if (slot == NULL) return no_slot(env, error);
  int family = family_of(slot->fd);
  if (!interface_argument(env, values[2], values[3], family, &interface, &error)) return NULL;
  if (error != 0) return number(env, error);
  if (family == AF_INET) {
    struct in_addr address = ((struct sockaddr_in *)&interface.storage)->sin_addr;
    return status_of(env, setsockopt(slot->fd, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address));
  }
  int scope = (int)scope_of(&interface);
  return status_of(env, setsockopt(slot->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &scope, sizeof scope));
}

napi_status datagrams_define(napi_env env, napi_value exports) {
  static const struct {
    const char *name;
    napi_callback callback;
  } functions[] = {
      {"bindDatagrams", datagrams_bind},
      {"adoptDatagrams", datagrams_adopt},
      {"connectDatagrams", datagrams_connect},
      {"setDatagramOption", datagrams_set_option},
      {"setMembership", datagrams_set_membership},
      {"setMulticastInterface", datagrams_set_interface},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_status status = define(env, exports, functions[i].name, functions[i].callback);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}
