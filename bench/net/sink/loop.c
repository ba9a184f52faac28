// The sink in C. Argument: UNIT.
#include "../loop.h"

static size_t unit;

static void count(int fd, size_t length) {
  for (counted[fd] += length; counted[fd] >= unit; counted[fd] -= unit) send_all(fd, ".", 1);
}

int main(int argc, char **argv) {
  unit = (size_t)atol(argc > 1 ? argv[1] : "1");
  serve(count);
}
