// Slots: the table of descriptors, and their places in the epoll set.
#include "core.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { FIRST_SLOTS = 64, NONE = -1 };

static bool grow(struct core *core) {
  if (core->slot_count > INT32_MAX / 2) return false;
  int32_t count = core->slot_count == 0 ? FIRST_SLOTS : core->slot_count * 2;
  struct slot *slots = realloc(core->slots, (size_t)count * sizeof *slots);
  if (slots == NULL) return false;
  for (int32_t i = core->slot_count; i < count; i++) {
    slots[i] = (struct slot){.fd = -1, .kind = SLOT_FREE, .next_free = i + 1 < count ? i + 1 : NONE};
  }
  core->free_slots = core->slot_count;
  core->slots = slots;
  core->slot_count = count;
  return true;
}

// A slot for a descriptor, or -ENOMEM. It is not watched yet.
int32_t slot_open(struct core *core, int fd, enum slot_kind kind) {
  if (core->free_slots == NONE && !grow(core)) return -ENOMEM;
  int32_t index = core->free_slots;
  struct slot *slot = &core->slots[index];
  core->free_slots = slot->next_free;
  slot->fd = fd;
  slot->kind = (uint8_t)kind;
  slot->in_epoll = false;
  slot->is_unix = false;
  slot->pipe = NO_PIPE;
  slot->pid = 0;
  slot->interest = 0;
  core->open_slots++;
  return index;
}

// The open slot of an index, or NULL.
struct slot *slot_at(struct core *core, int32_t index) {
  if (index < 0 || index >= core->slot_count || core->slots[index].kind == SLOT_FREE) return NULL;
  return &core->slots[index];
}

// Whether a descriptor is the core's own. It looks at all slots: only for what is rare.
bool slots_own(const struct core *core, int fd) {
  for (int32_t i = 0; i < core->slot_count; i++) {
    if (core->slots[i].kind != SLOT_FREE && core->slots[i].kind != SLOT_WATCHED && core->slots[i].fd == fd) return true;
  }
  return false;
}

// Whether a descriptor of somebody else is watched.
bool slots_watch(const struct core *core, int fd) {
  for (int32_t i = 0; i < core->slot_count; i++) {
    if (core->slots[i].kind == SLOT_WATCHED && core->slots[i].fd == fd) return true;
  }
  return false;
}

// Frees a slot. Its descriptor is closed unless it is only watched.
void slot_close(struct core *core, int32_t index) {
  struct slot *slot = &core->slots[index];
  if (slot->kind == SLOT_WATCHED) {
    // Somebody else may keep the descriptor open: it would stay in the set. Or has closed it long ago, and the number is now one of ours.
    if (slot->in_epoll && !slots_own(core, slot->fd)) epoll_ctl(core->epoll, EPOLL_CTL_DEL, slot->fd, NULL);
  } else {
    if (slot->pid != 0) process_left(slot->pid);
    if (slot->fd >= 0) close(slot->fd);
  }
  slot->kind = SLOT_FREE;
  slot->fd = -1;
  slot->generation++;
  core->open_slots--;
  int32_t *list = core->in_turn ? &core->released_slots : &core->free_slots;
  slot->next_free = *list;
  *list = index;
}

// After a turn: what was closed in it may be used again.
void slots_settle(struct core *core) {
  while (core->released_slots != NONE) {
    int32_t index = core->released_slots;
    core->released_slots = core->slots[index].next_free;
    core->slots[index].next_free = core->free_slots;
    core->free_slots = index;
  }
}

static uint64_t event_data(const struct slot *slot, int32_t index) {
  return (uint64_t)slot->generation << 32 | (uint32_t)index;
}

// The same for a descriptor of somebody else, who may have closed it, and opened another that has its number.
static int watch_of_others(struct core *core, int32_t index, uint32_t interest) {
  struct slot *slot = &core->slots[index];
  struct epoll_event event = {.events = interest, .data.u64 = event_data(slot, index)};
  bool is_ours_now = slots_own(core, slot->fd);
  slot->interest = interest;
  slot->in_epoll = interest != 0 && !is_ours_now;
  if (interest == 0) {
    if (!is_ours_now) epoll_ctl(core->epoll, EPOLL_CTL_DEL, slot->fd, NULL);
    return 0;
  }
  if (is_ours_now) return -EBADF;
  if (epoll_ctl(core->epoll, EPOLL_CTL_MOD, slot->fd, &event) == 0) return 0;
  if (errno == ENOENT && epoll_ctl(core->epoll, EPOLL_CTL_ADD, slot->fd, &event) == 0) return 0;
  slot->in_epoll = false;
  return -errno;
}

// Watches a slot for `interest`; with none it leaves the set, for hang-ups are reported to whoever is in it, wanted or not. 0 or -errno.
int slot_watch(struct core *core, int32_t index, uint32_t interest) {
  struct slot *slot = &core->slots[index];
  if (slot->kind == SLOT_WATCHED) return watch_of_others(core, index, interest);
  if (slot->interest == interest && slot->in_epoll == (interest != 0)) return 0;
  int operation = interest == 0 ? EPOLL_CTL_DEL : slot->in_epoll ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (operation == EPOLL_CTL_DEL && !slot->in_epoll) {
    slot->interest = 0;
    return 0;
  }
  struct epoll_event event = {.events = interest, .data.u64 = event_data(slot, index)};
  if (epoll_ctl(core->epoll, operation, slot->fd, &event) != 0) return -errno;
  slot->in_epoll = interest != 0;
  slot->interest = interest;
  return 0;
}
