// The same in C: as many datagrams with a call as there are.
#include "../loop.h"

enum { AT_ONCE = 64, LONGEST = 2048 };

int main(void) {
  static char datagrams[AT_ONCE][LONGEST];
  static struct sockaddr_in senders[AT_ONCE];
  static struct iovec pieces[AT_ONCE];
  static struct mmsghdr messages[AT_ONCE];
  int fd = open_port(SOCK_DGRAM);
  for (;;) {
    for (int i = 0; i < AT_ONCE; i++) {
      pieces[i] = (struct iovec){.iov_base = datagrams[i], .iov_len = LONGEST};
      messages[i].msg_hdr =
          (struct msghdr){.msg_name = &senders[i], .msg_namelen = sizeof senders[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
    }
    int got = recvmmsg(fd, messages, AT_ONCE, MSG_WAITFORONE, NULL);
    if (got <= 0) continue;
    for (int i = 0; i < got; i++) pieces[i].iov_len = messages[i].msg_len;
    sendmmsg(fd, messages, (unsigned)got, 0);
  }
}
