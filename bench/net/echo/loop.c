// The echo server in C.
#include "../loop.h"

static void echo(int fd, size_t length) { send_all(fd, received, length); }

int main(void) { serve(echo); }
