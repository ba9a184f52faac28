// The source in C. Argument: UNIT.
#include "../loop.h"

static char chunk[LOOP_BUFFER];
static size_t unit;

static void answer(int fd, size_t length) {
  for (size_t owed = length * unit; owed > 0;) {
    size_t piece = owed < sizeof chunk ? owed : sizeof chunk;
    send_all(fd, chunk, piece);
    owed -= piece;
  }
}

int main(int argc, char **argv) {
  unit = (size_t)atol(argc > 1 ? argv[1] : "1");
  serve(answer);
}
