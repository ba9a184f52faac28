// The native core of the epoll reactor: its own descriptors in its own epoll set, which the runtime's loop watches as one descriptor.
//
// When anything is ready, one turn runs: `epoll_wait`, then accept and receive for all that is ready, then ONE call into JavaScript with
// the list of what happened. Bytes are in the receive slab, facts in the event list; both are memory that JavaScript sees too. What
// JavaScript writes meanwhile it puts into the send slab, and has it sent with one call.
//
// A descriptor is known to JavaScript by its slot. Slots carry a generation, which goes into the epoll set: an event that was
// meant for a former owner of a slot is dropped. A slot that is closed during a turn is given to nobody else before the turn is over.
//
// A core is used by JavaScript, which has it as an external, by the loop, which has its handle, and by the turn that runs. Closing it
// closes the descriptors at once; its memory goes with the last of these users. The lists and slabs are JavaScript's, which can
// detach or shrink them: before each use the core looks whether they are still where they were.
#ifndef HAWSER_CORE_H
#define HAWSER_CORE_H

#define NAPI_VERSION 9
#include <netinet/in.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

// What an entry of the event list is about. Four numbers each: kind, slot, and two that depend on the kind.
enum event_kind {
  EVENT_ACCEPTED = 1,       // listener's slot, new slot, -
  EVENT_RECEIVED = 2,       // slot, offset in the receive slab, length
  EVENT_ENDED = 3,          // slot: the peer will send no more
  EVENT_FAILED = 4,         // slot, errno
  EVENT_WRITABLE = 5,       // slot
  EVENT_CONNECTED = 6,      // slot
  EVENT_READABLE = 7,       // slot, of a descriptor that is only watched
  EVENT_ACCEPT_FAILED = 8,  // listener's slot, errno
  EVENT_DATAGRAM = 9,       // slot, offset of the address in the receive slab, length of what follows it
  EVENT_DESCRIPTOR = 10,    // slot, place in the list of descriptors
};

enum {
  EVENT_FIELDS = 4,
  MAX_EVENTS = 1024,
  // Bounds of one turn, so that no connection and no flood of them keeps the others, or the runtime, from their turn.
  MAX_READY = 256,
  MAX_ACCEPTS = 64,
  // So much is received from a connection at once where many are ready; where few are, as much as the slab has room for.
  RECEIVE_LIMIT = 64 * 1024,
  TURN_NS = 1000000,
  // As long as a peer takes that has to be woken before it answers: two ends that look out for less would not find each other looking out. And
  // tried so rarely that trying takes less than a microsecond of a turn.
  WAIT_NS = 200000,
  WAIT_TRY_EVERY = 256,
  WAIT_PATIENCE = 4,
  WAIT_MOST_SLOTS = 8,
  SEND_FIELDS = 4,
  // What stands before a received datagram: where it comes from.
  ADDRESS_SPACE = 136,
  // There has to be room for the longest piece of any kind.
  MIN_RECEIVE_SLAB = RECEIVE_LIMIT + ADDRESS_SPACE,
};

enum slot_kind { SLOT_FREE, SLOT_LISTENER, SLOT_CONNECTING, SLOT_STREAM, SLOT_WATCHED, SLOT_DATAGRAM, SLOT_PROCESS };

// A stream is a socket, or one end of a pipe.
enum pipe_end { NO_PIPE, PIPE_RECEIVES, PIPE_SENDS };

struct slot {
  int fd;
  uint32_t generation;
  uint8_t kind;
  bool in_epoll;
  bool is_unix;       // a stream that may carry descriptors
  uint8_t pipe;
  uint32_t interest;  // EPOLLIN, EPOLLOUT
  int32_t next_free;
  int32_t limit;      // of datagrams: how much of one is taken
  int32_t pid;        // of a process that was not waited for yet, else 0
  uint32_t stuck_in;  // the last flush in which not all of its bytes were sent
};

// Memory that JavaScript shares with the core: a typed array.
struct shared {
  napi_ref view;
  uint8_t *data;
  size_t length;  // in bytes
};

struct address {
  struct sockaddr_storage storage;
  socklen_t length;
};

struct tls;

// What is the environment's.
struct module {
  struct core *open_cores;
  struct tls *tls;  // NULL where there is no OpenSSL
};

struct core {
  struct core *next_open;
  struct module *module;
  napi_env env;
  int users;
  napi_async_cleanup_hook_handle cleanup;
  napi_ref callback;
  napi_async_context context;
  uv_loop_t *loop;
  uv_poll_t poll;
  int patience;
  int turns_without_wait;
  bool slab_is_gone;
  int epoll;
  int reserve;  // a descriptor to give up when there are no more, so that a connection can be accepted and closed
  bool in_turn;
  bool closed;

  struct slot *slots;
  int32_t slot_count;
  int32_t open_slots;
  int32_t free_slots;      // head of a list
  int32_t released_slots;  // freed in this turn

  struct shared events;
  struct shared sends;
  struct shared send_slab;
  struct shared receive_slab;
  uint32_t flushes;
  int event_count;
  int ready_count;  // that this turn has not looked at yet, the one that it looks at included
  size_t receive_used;

  // Descriptors that came in this turn and nobody has taken, or -1 for one that was.
  int descriptor_count;
  int descriptors[MAX_EVENTS];

  // Who was accepted in this turn: a connection that is reset at once cannot be asked for its peer's address any more.
  int accepted_count;
  struct {
    int32_t slot;
    struct sockaddr_in6 peer;  // or sockaddr_in, which is shorter
  } accepted[MAX_EVENTS];
};

// core.c
void core_use(struct core *core);
void core_leave(struct core *core);
void core_shut(struct core *core);
void core_forget_javascript(struct core *core);
napi_status core_define(napi_env env, napi_value exports);

// shared.c
bool shared_set(napi_env env, struct shared *shared, napi_value view, napi_typedarray_type wanted, size_t at_least);
bool shared_is_there(napi_env env, const struct shared *shared);

// slots.c
int32_t slot_open(struct core *core, int fd, enum slot_kind kind);
struct slot *slot_at(struct core *core, int32_t index);
bool slots_own(const struct core *core, int fd);
bool slots_watch(const struct core *core, int fd);
void slot_close(struct core *core, int32_t index);
void slots_settle(struct core *core);
int slot_watch(struct core *core, int32_t index, uint32_t interest);

// turn.c
void core_event(struct core *core, enum event_kind kind, int32_t slot, int32_t a, int32_t b);
void turn_ready(uv_poll_t *poll, int status, int events);

// datagrams.c
void datagrams_receive(struct core *core, int32_t index);
int32_t datagrams_send(struct core *core, int32_t *first, int32_t count);
int change_membership(int fd, bool join, const struct address *group, const struct address *interface);
napi_status datagrams_define(napi_env env, napi_value exports);

// descriptors.c
ssize_t descriptors_receive(struct core *core, int32_t index, uint8_t *bytes, size_t length);
void descriptors_settle(struct core *core);
napi_status descriptors_define(napi_env env, napi_value exports);

// process.c
void process_left(pid_t pid);
napi_status process_define(napi_env env, napi_value exports);

// files.c
napi_status files_define(napi_env env, napi_value exports);

// socket_objects.c
napi_status socket_objects_define(napi_env env, napi_value exports);

// addresses.c
bool address_arguments(napi_env env, napi_value text, napi_value port, struct address *address, int *error);
napi_value address_text(napi_env env, const struct address *address);
napi_status addresses_define(napi_env env, napi_value exports);

// sockets.c
napi_status sockets_define(napi_env env, napi_value exports);

// streams.c
napi_status streams_define(napi_env env, napi_value exports);

// arguments.c
struct core *core_argument(napi_env env, napi_value value);
bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool int_argument(napi_env env, napi_value value, int32_t *result);
bool bytes_argument(napi_env env, napi_value value, uint8_t **bytes, size_t *length);
bool ints_argument(napi_env env, napi_value value, int32_t **ints, size_t *count);
napi_value number(napi_env env, int64_t value);
napi_status define(napi_env env, napi_value exports, const char *name, napi_callback callback);

#endif
