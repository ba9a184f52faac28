// A turn: everything that is ready, then one call into JavaScript.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void core_event(struct core *core, enum event_kind kind, int32_t slot, int32_t a, int32_t b) {
  int32_t *event = (int32_t *)core->events.data + core->event_count * EVENT_FIELDS;
  event[0] = (int32_t)kind;
  event[1] = slot;
  event[2] = a;
  event[3] = b;
  core->event_count++;
}

static int pending_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

// The error of a stream that is broken, even where another call was told of it already.
static int broken_error(const struct slot *slot) {
  if (slot->pipe != NO_PIPE) return EPIPE;
  int error = pending_error(slot->fd);
  return error == 0 ? ECONNRESET : error;
}

// No descriptor is left: gives up the reserved one to take the connection and close it, so that its peer knows.
static void refuse_connection(struct core *core, int listener) {
  if (core->reserve >= 0) close(core->reserve);
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0) close(fd);
  core->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void accept_ready(struct core *core, int32_t index) {
  for (int i = 0; i < MAX_ACCEPTS && core->event_count < MAX_EVENTS; i++) {
    int listener = core->slots[index].fd;
    struct sockaddr_in6 *peer = &core->accepted[core->accepted_count].peer;
    socklen_t length = sizeof *peer;
    int fd = accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      int error = errno;
      if (error == EAGAIN || error == EWOULDBLOCK) return;
      // The peer is gone again, or the network says so; the next one may be there.
      if (error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN || error == EHOSTDOWN ||
          error == EHOSTUNREACH || error == ENETUNREACH || error == ENOPROTOOPT || error == EPERM) {
        continue;
      }
      if (error == EMFILE || error == ENFILE) refuse_connection(core, listener);
      core_event(core, EVENT_ACCEPT_FAILED, index, error, 0);
      return;
    }
    int32_t slot = slot_open(core, fd, SLOT_STREAM);
    if (slot < 0) {
      close(fd);
      return;
    }
    if (peer->sin6_family != AF_UNIX) core->accepted[core->accepted_count++].slot = slot;
    else core->slots[slot].is_unix = true;
    core_event(core, EVENT_ACCEPTED, index, slot, 0);
  }
}

// Whether there is room in the slab for another piece.
static bool has_room(const struct core *core) {
  return core->receive_slab.length - core->receive_used >= RECEIVE_LIMIT;
}

// How much may be received at once: each that is ready gets its part of the slab.
static size_t piece_limit(const struct core *core) {
  size_t part = (core->receive_slab.length - core->receive_used) / (size_t)core->ready_count;
  return part < RECEIVE_LIMIT ? RECEIVE_LIMIT : part;
}

static ssize_t receive(struct core *core, int32_t index, uint8_t *bytes) {
  size_t limit = piece_limit(core);
  const struct slot *slot = &core->slots[index];
  // There is nothing to be had from an end that sends, but that the other is closed.
  if (slot->pipe == PIPE_SENDS) return 0;
  if (slot->pipe == PIPE_RECEIVES) return read(slot->fd, bytes, limit);
  return slot->is_unix ? descriptors_receive(core, index, bytes, limit) : recv(slot->fd, bytes, limit, 0);
}

static void receive_ready(struct core *core, int32_t index, uint32_t ready) {
  struct slot *slot = &core->slots[index];
  if ((slot->interest & EPOLLIN) == 0) {
    // Nobody reads now. A reset is told at once; a hang-up without one waits behind what was received, outside of the set.
    if ((ready & EPOLLERR) != 0) core_event(core, EVENT_FAILED, index, broken_error(slot), 0);
    else slot_watch(core, index, 0);
    return;
  }
  if (!has_room(core)) return;
  ssize_t got;
  do {
    got = receive(core, index, core->receive_slab.data + core->receive_used);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    core_event(core, EVENT_RECEIVED, index, (int32_t)core->receive_used, (int32_t)got);
    core->receive_used += (size_t)got;
  } else if (got == 0) {
    // From now on the socket is always readable.
    slot_watch(core, index, slot->interest & ~(uint32_t)EPOLLIN);
    core_event(core, EVENT_ENDED, index, 0, 0);
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS && errno != ENOMEM) {
    core_event(core, EVENT_FAILED, index, errno, 0);
  }
}

static void connecting_ready(struct core *core, int32_t index) {
  struct slot *slot = &core->slots[index];
  int error = pending_error(slot->fd);
  if (error != 0) {
    core_event(core, EVENT_FAILED, index, error, 0);
    return;
  }
  slot->kind = SLOT_STREAM;
  slot_watch(core, index, 0);
  core_event(core, EVENT_CONNECTED, index, 0, 0);
}

static void slot_ready(struct core *core, int32_t index, uint32_t ready) {
  switch (core->slots[index].kind) {
    case SLOT_STREAM:
      // Where both directions are over, sending says why.
      if ((ready & EPOLLOUT) != 0 || ((ready & EPOLLHUP) != 0 && (core->slots[index].interest & EPOLLOUT) != 0)) {
        core_event(core, EVENT_WRITABLE, index, 0, 0);
      }
      if ((ready & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive_ready(core, index, ready);
      break;
    case SLOT_LISTENER:
      accept_ready(core, index);
      break;
    case SLOT_DATAGRAM:
      if ((ready & EPOLLOUT) != 0) core_event(core, EVENT_WRITABLE, index, 0, 0);
      if ((ready & (EPOLLIN | EPOLLERR)) != 0) datagrams_receive(core, index);
      break;
    case SLOT_CONNECTING:
      connecting_ready(core, index);
      break;
    default: {
      uint32_t interest = core->slots[index].interest;
      uint32_t broken = ready & (EPOLLERR | EPOLLHUP);
      if ((interest & EPOLLIN) != 0 && (ready & EPOLLIN) | broken) core_event(core, EVENT_READABLE, index, 0, 0);
      if ((interest & EPOLLOUT) != 0 && (ready & EPOLLOUT) | broken) core_event(core, EVENT_WRITABLE, index, 0, 0);
    }
  }
}

// Fills the event list from what is ready.
static void collect(struct core *core) {
  struct epoll_event ready[MAX_READY];
  core->event_count = 0;
  core->receive_used = 0;
  core->accepted_count = 0;
  int count = epoll_wait(core->epoll, ready, MAX_READY, 0);
  // Each that is ready makes two events at most, but for listeners, which look for themselves.
  for (int i = 0; i < count && core->event_count + 2 <= MAX_EVENTS; i++) {
    int32_t index = (int32_t)(uint32_t)ready[i].data.u64;
    uint32_t generation = (uint32_t)(ready[i].data.u64 >> 32);
    struct slot *slot = slot_at(core, index);
    if (slot == NULL || slot->generation != generation) continue;
    core->ready_count = count - i;
    slot_ready(core, index, ready[i].events);
  }
}

// Calls JavaScript with the events. Whether it still answers: in a worker that is being terminated it does not. An error that it throws is an
// uncaught one.
static bool tell_javascript(struct core *core) {
  napi_env env = core->env;
  napi_value callback, global, count, result;
  if (napi_get_reference_value(env, core->callback, &callback) != napi_ok || napi_get_global(env, &global) != napi_ok ||
      napi_create_int32(env, core->event_count, &count) != napi_ok) {
    return false;
  }
  napi_status status = napi_make_callback(env, core->context, global, callback, 1, &count, &result);
  bool pending = false;
  napi_value error;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
    return true;
  }
  return status == napi_ok;
}

// Whether the memory of the turn is there. A core without its event list has no way left to say anything, and is shut.
static bool look_at_memory(struct core *core) {
  if (!shared_is_there(core->env, &core->events)) {
    core_shut(core);
    return false;
  }
  // Somebody who was given a piece of the slab has transferred all of it. JavaScript sees that when it is called, and gives another.
  core->slab_is_gone = !shared_is_there(core->env, &core->receive_slab);
  if (core->slab_is_gone) core->receive_slab.length = 0;
  return true;
}

// Tells what was collected. Whether there may be more to tell.
static bool tell(struct core *core) {
  core->in_turn = true;
  bool answers = tell_javascript(core);
  core->in_turn = false;
  core->accepted_count = 0;
  descriptors_settle(core);
  if (core->closed) {
    core_forget_javascript(core);
    return false;
  }
  slots_settle(core);
  return answers && look_at_memory(core);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Whether the runtime has something else to do, as far as it can be seen from here.
static bool others_wait(const struct core *core, bool look_closely) {
  if (uv_backend_timeout(core->loop) == 0) return true;
  struct pollfd all = {.fd = uv_backend_fd(core->loop), .events = POLLIN};
  return look_closely && poll(&all, 1, 0) != 0;
}

// Collects, again and again for a moment. A peer that waits for each answer has its next request on the way when the last one is
// answered: looking out for it is cheaper than going to sleep and being woken. Done only where it paid lately, else tried now and then; and
// not for many peers, who can be served together after a sleep.
static bool collect_soon(struct core *core) {
  if (core->open_slots > WAIT_MOST_SLOTS) return false;
  if (core->patience == 0 && ++core->turns_without_wait < WAIT_TRY_EVERY) return false;
  core->turns_without_wait = 0;
  int64_t end = now() + WAIT_NS;
  do {
    if (others_wait(core, true)) {
      collect(core);
      return core->event_count > 0;
    }
    collect(core);
    if (core->event_count > 0) {
      core->patience = WAIT_PATIENCE;
      return true;
    }
  } while (now() < end);
  if (core->patience > 0) core->patience--;
  return false;
}

void turn_ready(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct core *core = poll->data;
  napi_env env = core->env;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  core_use(core);
  int64_t end = now() + TURN_NS;
  if (look_at_memory(core)) {
    bool goes_on;
    do {
      collect(core);
      if (core->event_count == 0 && !core->slab_is_gone && !collect_soon(core)) break;
      goes_on = tell(core);
    } while (goes_on && !others_wait(core, false) && now() < end);
  }
  core_leave(core);
  napi_close_handle_scope(env, scope);
}
