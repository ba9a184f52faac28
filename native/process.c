// Child processes: started without a copy of our memory, and watched in the epoll set.
//
// A child shares our memory until it becomes the program (CLONE_VM), while the thread that started it stands still (CLONE_VFORK). What goes
// wrong on the way it writes down where we find it. So what runs in the child must be told everything beforehand: it allocates nothing, takes
// no lock, and calls what concerns users past the C library, which would have all of OUR threads change theirs. It has tables of its own for
// descriptors and for signals. No signal reaches it before its handlers, which are ours, are gone.
//
// We read from and write to pipes. A pidfd says that a child has ended; its status is asked for by its number, which is nobody else's before.
// The runtime asks for the children that it knows, one by one, and never for ours.
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What the headers of an older system do not know; the numbers are the same on every machine.
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif
// On some machines the plain calls are for numbers of 16 bits.
#ifdef SYS_setuid32
#define SET_UID SYS_setuid32
#define SET_GID SYS_setgid32
#define SET_GROUPS SYS_setgroups32
#else
#define SET_UID SYS_setuid
#define SET_GID SYS_setgid
#define SET_GROUPS SYS_setgroups
#endif

enum {
  NONE = -1,
  // The plan: how many arguments and variables, user and group or -1, how many descriptors; then two numbers for each of these.
  PLAN_HEAD = 5,
  MOST_DESCRIPTORS = 1024,
  // What a descriptor of the child is, where it is none of ours.
  WE_READ = -1,
  WE_WRITE = -2,
  NULL_DEVICE = -3,
  MOST_GROUPS = 1024,
  CHILD_STACK = 32 * 1024,
  WAITER_STACK = 64 * 1024,
};

// Where it went wrong, as JavaScript knows it.
enum step { STEP_PREPARE, STEP_PIPE, STEP_CLONE, STEP_DESCRIPTORS, STEP_DIRECTORY, STEP_GROUPS, STEP_GROUP, STEP_USER, STEP_PROGRAM };

struct descriptor {
  int number;    // in the child
  int source;    // in this process; the other end of a pipe of ours
  int moved;     // the same, where the child has put it
  int32_t slot;  // our end, or NONE where it is no pipe
};

struct child {
  const char *directory;
  char **programs;   // where the program may be, in order; NULL at the end
  char **arguments;  // there is room for one before the first
  char **environment;
  struct descriptor *descriptors;  // by number
  int descriptor_count;
  bool changes_user, changes_groups;
  uid_t uid;
  gid_t gid;
  int group_count;
  gid_t groups[MOST_GROUPS];
  // What the child has to say.
  int error;
  enum step step;
};

// What follows, down to `run`, is done by the child. The sanitizers must not note what its stack, which nobody unwinds, looks like.
#define IN_CHILD __attribute__((no_sanitize("address", "undefined")))

IN_CHILD static bool fails(struct child *child, enum step step) {
  child->error = errno;
  child->step = step;
  return false;
}

IN_CHILD static void reset_signals(void) {
  // Those beyond belong to the C library.
  for (int signal = 1; signal < 32; signal++) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, &usual, NULL);
  }
}

// Puts the descriptors in their places, from the lowest up: one that is wanted later, and lies where another one comes before, is moved out of
// the way first. Everything else is closed when the program begins; where the system has no means for that, we and the runtime have opened
// everything so anyway.
IN_CHILD static bool place_descriptors(struct child *child) {
  struct descriptor *all = child->descriptors;
  int count = child->descriptor_count, beyond = count == 0 ? 0 : all[count - 1].number + 1;
  syscall(SYS_close_range, 0U, ~0U, CLOSE_RANGE_CLOEXEC);
  for (int i = 0; i < count; i++) {
    int fd = all[i].source == NULL_DEVICE ? open("/dev/null", O_RDWR | O_CLOEXEC) : all[i].source;
    all[i].moved = fd >= 0 && fd < all[i].number ? fcntl(fd, F_DUPFD_CLOEXEC, beyond) : fd;
    if (all[i].moved < 0) return false;
  }
  for (int i = 0; i < count; i++) {
    int number = all[i].number;
    if (all[i].moved == number ? fcntl(number, F_SETFD, 0) != 0 : dup2(all[i].moved, number) < 0) return false;
    // A terminal or a pipe that somebody reads or writes without waiting; programs do not expect it.
    int flags = number <= 2 && all[i].slot == NONE ? fcntl(number, F_GETFL) : 0;
    if (flags > 0 && (flags & O_NONBLOCK) != 0) fcntl(number, F_SETFL, flags & ~O_NONBLOCK);
  }
  return true;
}

IN_CHILD static bool change_user(struct child *child) {
  // Who has only put its rights aside takes them back for this. Whether it could, shows below.
  syscall(SET_UID, 0);
  syscall(SET_GID, 0);
  if (syscall(SET_GID, child->gid) != 0) return fails(child, STEP_GROUP);
  if (child->changes_groups && syscall(SET_GROUPS, child->group_count, child->groups) != 0) return fails(child, STEP_GROUPS);
  return syscall(SET_UID, child->uid) == 0 || fails(child, STEP_USER);
}

// Becomes the program: the first one that is there and may be run. A file that is no program is taken for a script of the shell.
IN_CHILD static void run_program(struct child *child) {
  bool forbidden = false;
  for (char **program = child->programs; *program != NULL; program++) {
    execve(*program, child->arguments, child->environment);
    if (errno == ENOEXEC) {
      char **shell = child->arguments - 1;
      shell[0] = "/bin/sh";
      shell[1] = *program;
      execve(shell[0], shell, child->environment);
    }
    if (errno == EACCES) forbidden = true;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ENODEV && errno != ESTALE && errno != ETIMEDOUT) break;
  }
  if (forbidden && (errno == ENOENT || errno == ENOTDIR)) errno = EACCES;
  fails(child, STEP_PROGRAM);
}

IN_CHILD static int run(void *data) {
  struct child *child = data;
  sigset_t none;
  reset_signals();
  if (!place_descriptors(child)) fails(child, STEP_DESCRIPTORS);
  else if (child->directory[0] != '\0' && chdir(child->directory) != 0) fails(child, STEP_DIRECTORY);
  else if (!child->changes_user || change_user(child)) {
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    run_program(child);
  }
  _exit(127);
}

// From here on it is this process again.

static int wait_for(pid_t pid, int *status, int options) {
  int result;
  do {
    result = waitpid(pid, status, options);
  } while (result < 0 && errno == EINTR);
  return result;
}

// Starts the child; its number, or NONE with `error` and `step` set.
static pid_t start(struct child *child, int *pidfd) {
  // The thread stands still meanwhile, so there is room on its own stack.
  _Alignas(16) char stack[CHILD_STACK];
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pid_t pid = clone(run, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, child, pidfd);
  if (pid < 0) fails(child, STEP_CLONE);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (pid > 0 && child->error != 0) {
    wait_for(pid, NULL, 0);
    close(*pidfd);
  }
  return child->error == 0 ? pid : NONE;
}

// Makes the pipes; our ends are in slots from now on.
static bool open_pipes(struct core *core, struct child *child) {
  for (int i = 0; i < child->descriptor_count; i++) {
    struct descriptor *descriptor = &child->descriptors[i];
    int ends[2], what = descriptor->source;
    if (what != WE_READ && what != WE_WRITE) continue;
    if (pipe2(ends, O_CLOEXEC) != 0) return fails(child, STEP_PIPE);
    int ours = what == WE_READ ? 0 : 1;
    fcntl(ends[ours], F_SETFL, O_NONBLOCK);
    int32_t slot = slot_open(core, ends[ours], SLOT_STREAM);
    if (slot < 0) {
      close(ends[0]);
      close(ends[1]);
      errno = -slot;
      return fails(child, STEP_PIPE);
    }
    core->slots[slot].pipe = what == WE_READ ? PIPE_RECEIVES : PIPE_SENDS;
    descriptor->source = ends[1 - ours];
    descriptor->slot = slot;
  }
  return true;
}

// Closes what the child has now, or nobody.
static void close_pipes(struct core *core, struct child *child, bool ours_too) {
  for (int i = 0; i < child->descriptor_count; i++) {
    struct descriptor *descriptor = &child->descriptors[i];
    if (descriptor->slot == NONE) continue;
    close(descriptor->source);
    if (ours_too) slot_close(core, descriptor->slot);
  }
}

// Starts the child and watches it: its slot, or NONE with `error` and `step` set.
static int32_t spawn(struct core *core, struct child *child) {
  // It has to be there before the child is.
  int32_t index = slot_open(core, NONE, SLOT_PROCESS);
  if (index < 0) {
    errno = -index;
    fails(child, STEP_PREPARE);
    return NONE;
  }
  int pidfd = NONE;
  pid_t pid = open_pipes(core, child) ? start(child, &pidfd) : NONE;
  if (pid > 0) {
    core->slots[index].fd = pidfd;
    core->slots[index].pid = pid;
    int status = slot_watch(core, index, EPOLLIN);
    if (status < 0) {
      // Nobody would hear of its end.
      kill(pid, SIGKILL);
      wait_for(pid, NULL, 0);
      core->slots[index].pid = 0;
      errno = -status;
      fails(child, STEP_PREPARE);
    }
  }
  close_pipes(core, child, child->error != 0);
  if (child->error == 0) return index;
  slot_close(core, index);
  return NONE;
}

static char *next_string(uint8_t **bytes, size_t *length) {
  uint8_t *start = *bytes, *end = *length == 0 ? NULL : memchr(start, 0, *length);
  if (end == NULL) return NULL;
  *length -= (size_t)(end - start) + 1;
  *bytes = end + 1;
  return (char *)start;
}

// A list of the next strings, with as much room before it, or NULL.
static char **next_strings(uint8_t **bytes, size_t *length, int32_t count, size_t before) {
  if (count < 0 || (size_t)count > *length) return NULL;
  char **strings = calloc((size_t)count + before + 1, sizeof *strings);
  for (int32_t i = 0; strings != NULL && i < count; i++) {
    strings[before + (size_t)i] = next_string(bytes, length);
    if (strings[before + (size_t)i] != NULL) continue;
    free(strings);
    return NULL;
  }
  return strings == NULL ? NULL : strings + before;
}

// Lists where the program may be: where it is said to be, or in the folders of the child's PATH.
static bool find_programs(struct child *child, char *name) {
  const char *path = strchr(name, '/') == NULL ? "/bin:/usr/bin" : NULL;
  for (char **variable = child->environment; path != NULL && *variable != NULL; variable++) {
    if (strncmp(*variable, "PATH=", 5) == 0) path = *variable + 5;
  }
  size_t count = 1, length = strlen(name) + 2;
  for (const char *at = path; at != NULL && *at != '\0'; at++) count += *at == ':';
  char **programs = calloc(1, (count + 1) * sizeof *programs + (path == NULL ? 0 : strlen(path)) + count * length);
  if (programs == NULL) return false;
  child->programs = programs;
  if (path == NULL) programs[0] = name;
  char *text = (char *)(programs + count + 1);
  for (size_t i = 0; path != NULL && i < count; i++) {
    size_t folder = strcspn(path, ":");
    programs[i] = text;
    memcpy(text, path, folder);
    text += folder;
    if (folder > 0) *text++ = '/';
    memcpy(text, name, length - 1);
    text += length - 1;
    path += folder + 1;
  }
  return true;
}

// Who the child will be, and of which groups where that is somebody else: those of the user, as `login` has it.
static void choose_user(struct child *child, int32_t uid, int32_t gid) {
  if (uid < 0 && gid < 0) return;
  child->changes_user = true;
  child->uid = uid < 0 ? geteuid() : (uid_t)uid;
  child->gid = gid < 0 ? getegid() : (gid_t)gid;
  child->changes_groups = child->uid != getuid();
  if (!child->changes_groups) return;
  struct passwd user, *found = NULL;
  size_t length = 64 * 1024;
  char *text = malloc(length);
  if (text == NULL) {
    fails(child, STEP_PREPARE);
    return;
  }
  if (getpwuid_r(child->uid, &user, text, length, &found) == 0 && found != NULL) {
    child->group_count = MOST_GROUPS;
    if (getgrouplist(user.pw_name, child->gid, child->groups, &child->group_count) < 0) child->group_count = MOST_GROUPS;
  } else {
    child->groups[0] = child->gid;
    child->group_count = 1;
  }
  free(text);
}

static void free_child(struct child *child) {
  if (child->arguments != NULL) free(child->arguments - 1);
  free(child->environment);
  free(child->programs);
  free(child->descriptors);
  free(child);
}

// Reads the strings and the plan. Whether they are what they should be; the child may have an error all the same.
static bool read_plan(struct child *child, uint8_t *bytes, size_t length, const int32_t *plan, size_t plan_length) {
  char *program = next_string(&bytes, &length);
  child->directory = next_string(&bytes, &length);
  if (child->directory == NULL || plan[0] < 1 || plan[4] < 0 || plan[4] > MOST_DESCRIPTORS) return false;
  if (plan_length < PLAN_HEAD + 2 * (size_t)plan[4]) return false;
  child->arguments = next_strings(&bytes, &length, plan[0], 1);
  child->environment = child->arguments == NULL ? NULL : next_strings(&bytes, &length, plan[1], 0);
  child->descriptor_count = plan[4];
  child->descriptors = calloc((size_t)plan[4] + 1, sizeof *child->descriptors);
  if (child->environment == NULL || child->descriptors == NULL || !find_programs(child, program)) return false;
  for (int i = 0; i < plan[4]; i++) {
    int number = plan[PLAN_HEAD + 2 * i], source = plan[PLAN_HEAD + 2 * i + 1];
    if (number < 0 || (i > 0 && number <= child->descriptors[i - 1].number) || source < NULL_DEVICE) return false;
    child->descriptors[i] = (struct descriptor){.number = number, .source = source, .slot = NONE};
  }
  choose_user(child, plan[2], plan[3]);
  return true;
}

// spawn(core, strings, plan): the slot of a process, whose number is then in `plan[0]`, and the slots of our ends of the pipes where it said what
// they are; or -errno, and `plan[0]` says in which step. The strings, each with a zero behind it: program, directory or "", arguments, variables.
// The descriptors in the plan are in the order of their numbers.
static napi_value process_spawn(napi_env env, napi_callback_info info) {
  napi_value values[3];
  uint8_t *bytes;
  int32_t *plan;
  size_t length, plan_length;
  if (!arguments(env, info, 3, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !bytes_argument(env, values[1], &bytes, &length)) return NULL;
  if (!ints_argument(env, values[2], &plan, &plan_length)) return NULL;
  if (plan_length < PLAN_HEAD) return number(env, -EINVAL);
  struct child *child = calloc(1, sizeof *child);
  if (child == NULL) return number(env, -ENOMEM);
  if (!read_plan(child, bytes, length, plan, plan_length)) {
    free_child(child);
    plan[0] = STEP_PREPARE;
    return number(env, -EINVAL);
  }
  int32_t index = child->error == 0 ? spawn(core, child) : NONE;
  int32_t result = index == NONE ? -child->error : index;
  plan[0] = index == NONE ? (int32_t)child->step : core->slots[index].pid;
  for (int i = 0; i < child->descriptor_count; i++) plan[PLAN_HEAD + 2 * i + 1] = child->descriptors[i].slot;
  free_child(child);
  return number(env, result);
}

// reap(core, slot): the status of a process that has ended, as `waitpid` says it; -EAGAIN before.
static napi_value process_reap(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t index;
  int status = 0;
  if (!arguments(env, info, 2, values)) return NULL;
  struct core *core = core_argument(env, values[0]);
  if (core == NULL || !int_argument(env, values[1], &index)) return NULL;
  struct slot *slot = slot_at(core, index);
  if (slot == NULL || slot->kind != SLOT_PROCESS || slot->pid == 0) return number(env, -EBADF);
  int pid = wait_for(slot->pid, &status, WNOHANG);
  if (pid == 0) return number(env, -EAGAIN);
  int error = errno;
  slot->pid = 0;
  return number(env, pid < 0 ? -error : status);
}

static void *wait_in_thread(void *pid) {
  wait_for((pid_t)(intptr_t)pid, NULL, 0);
  return NULL;
}

// The core of a child goes before it, as when a worker is terminated: somebody has to wait for it, or it would stay in the system's table as long
// as this process runs.
void process_left(pid_t pid) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  if (wait_for(pid, NULL, WNOHANG) != 0 || pthread_attr_init(&attributes) != 0) return;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, WAITER_STACK);
  // Signals are for others.
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pthread_create(&thread, &attributes, wait_in_thread, (void *)(intptr_t)pid);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
}

// canSpawn(): 1 where the system can watch processes, which Linux does since 5.3, unless somebody forbids it.
static napi_value process_can_spawn(napi_env env, napi_callback_info info) {
  (void)info;
  int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (fd >= 0) close(fd);
  return number(env, fd >= 0 || errno == EMFILE || errno == ENFILE ? 1 : 0);
}

napi_status process_define(napi_env env, napi_value exports) {
  napi_status status = define(env, exports, "spawn", process_spawn);
  if (status == napi_ok) status = define(env, exports, "reap", process_reap);
  if (status == napi_ok) status = define(env, exports, "canSpawn", process_can_spawn);
  return status;
}
