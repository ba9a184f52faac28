// The receiver of lines in C. Argument: UNIT. It looks for the ends of lines and hands none on.
#include "../loop.h"

static size_t unit;

static void count(int fd, size_t length) {
  const char *end = received + length;
  for (const char *at = received; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
    if (++counted[fd] % unit == 0) send_all(fd, ".", 1);
}

int main(int argc, char **argv) {
  unit = (size_t)atol(argc > 1 ? argv[1] : "1");
  serve(count);
}
