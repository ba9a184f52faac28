// Load on a TLS server, with a libssl of its own. Libraries: ssl crypto
//
//   tls-load PORT PID echo CONNECTIONS SIZE      messages of SIZE bytes there and back, one under way on each connection
//   tls-load PORT PID stream UNIT BYTES          one connection sends BYTES; the server answers a byte for each UNIT of them
//   tls-load PORT PID handshake CONCURRENCY 0|1  connect, handshake, a byte there and back, close; 1 resumes earlier sessions
//
// The server gets warm for a third of the time (of the bytes: a quarter) before that which counts. Certificates are not checked: that is the
// client's work, and this is about servers. Prints messages or bytes per second, or connections per second of the server's processor time.
#include "load.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>

enum { SOURCES = 200, UNITS_AHEAD = 2 };

struct connection {
  SSL *ssl;
  int fd;
  long unsent, awaited;
  bool is_secure;
};

static char buffer[BUFFER_SIZE];
static SSL_CTX *context;
static int epoll;

// Answers whether the call did something; false is "not now".
static bool went_well(SSL *ssl, int answer, const char *what) {
  if (answer > 0) return true;
  int error = SSL_get_error(ssl, answer);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) complain(what);
  return false;
}

// From one of many addresses: each connection that is closed keeps its pair of ports for a while.
static void open_connection(struct connection *connection, int port, SSL_SESSION *session) {
  static uint32_t source = 0;
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0) fail("socket");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in from = loopback(0), to = loopback(port);
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + source++ % SOURCES);
  if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) fail("bind");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  SSL *ssl = SSL_new(context);
  if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) complain("No connection can be made");
  SSL_set_connect_state(ssl);
  if (session != NULL) SSL_set_session(ssl, session);
  *connection = (struct connection){.ssl = ssl, .fd = fd};
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

static bool handshake(struct connection *connection) {
  if (!connection->is_secure) {
    connection->is_secure = went_well(connection->ssl, SSL_do_handshake(connection->ssl), "A handshake failed");
  }
  return connection->is_secure;
}

static void send_more(struct connection *connection) {
  while (connection->unsent > 0) {
    long piece = connection->unsent < BUFFER_SIZE ? connection->unsent : BUFFER_SIZE;
    int sent = SSL_write(connection->ssl, buffer, (int)piece);
    if (!went_well(connection->ssl, sent, "A connection was lost")) return;
    connection->unsent -= sent;
  }
}

// Answers whether all that is awaited has come.
static bool receive_more(struct connection *connection) {
  static char received[BUFFER_SIZE];
  while (connection->awaited > 0) {
    int got = SSL_read(connection->ssl, received, sizeof received);
    if (!went_well(connection->ssl, got, "The server closed a connection")) return false;
    connection->awaited -= got;
  }
  return true;
}

static void echo(int port, int count, long size) {
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  if (connections == NULL) fail("start");
  for (int i = 0; i < count; i++) open_connection(&connections[i], port, NULL);
  double seconds = bench_seconds(), counted_from = now() + seconds / 3, end = counted_from + seconds;
  long done = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = 0; time < end; time = now()) {
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 100);
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      bool was_secure = connection->is_secure;
      if (!handshake(connection)) continue;
      // What has come is read to its end, for the next is told only when more comes.
      if (!was_secure || receive_more(connection)) {
        if (was_secure && connection->unsent == 0 && time >= counted_from) done++;
        if (connection->unsent == 0) connection->unsent = connection->awaited = size;
      }
      send_more(connection);
    }
  }
  printf("{\"opsPerSecond\": %.1f}\n", (double)done / seconds);
}

// Reads the server's answers, all that have come, or waits for one.
static long read_answers(const struct connection *connection, bool waits) {
  char received[4096];
  for (;;) {
    int got = SSL_read(connection->ssl, received, sizeof received);
    if (went_well(connection->ssl, got, "The server closed the connection")) return got;
    struct pollfd readable = {.fd = connection->fd, .events = POLLIN};
    if (!waits) return 0;
    if (poll(&readable, 1, 10000) == 0) complain("The server stands still");
  }
}

// Encrypts `length` bytes into `wire`; answers how many there are then.
static size_t encrypt(const struct connection *connection, char *wire, size_t room, long length) {
  size_t used = 0;
  while (length > 0) {
    int taken = SSL_write(connection->ssl, buffer, (int)(length < BUFFER_SIZE ? length : BUFFER_SIZE));
    if (!went_well(connection->ssl, taken, "Nothing can be encrypted")) complain("Nothing can be encrypted");
    length -= taken;
    int got = BIO_read(SSL_get_wbio(connection->ssl), wire + used, (int)(room - used));
    if (got > 0) used += (size_t)got;
  }
  return used;
}

// Sends what is in `wire` and waits until the server has given all of its `answers`.
static void deliver(const struct connection *connection, const char *wire, size_t left, long answers) {
  while (answers > 0) {
    ssize_t sent = left == 0 ? 0 : send(connection->fd, wire, left, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) fail("send");
    if (sent > 0) {
      wire += sent;
      left -= (size_t)sent;
    }
    answers -= read_answers(connection, left == 0);
    struct pollfd either = {.fd = connection->fd, .events = POLLIN | POLLOUT};
    if (sent < 0 && poll(&either, 1, 10000) == 0) complain("The server stands still");
  }
}

// What is sent is encrypted before the time counts: encrypting takes as long as decrypting, and this is about servers.
static void stream(int port, long unit, const char *bytes) {
  struct connection connection;
  open_connection(&connection, port, NULL);
  struct pollfd readable = {.fd = connection.fd, .events = POLLIN};
  while (!handshake(&connection)) poll(&readable, 1, 10000);
  // A record of 16 KiB has less than 256 bytes around it.
  size_t room = (size_t)(UNITS_AHEAD * unit) / 64 * 65 + BUFFER_SIZE;
  char *wire = malloc(room);
  BIO *encrypted = BIO_new(BIO_s_mem());
  if (wire == NULL || encrypted == NULL) fail("start");
  SSL_set0_wbio(connection.ssl, encrypted);
  long wanted = bench_amount(bytes) / unit, warm = (wanted + 3) / 4;
  double seconds = 0;
  for (long done = 0; done < warm + wanted;) {
    long limit = done < warm ? warm : warm + wanted;
    long units = limit - done < UNITS_AHEAD ? limit - done : UNITS_AHEAD;
    size_t length = encrypt(&connection, wire, room, units * unit);
    double from = now();
    deliver(&connection, wire, length, units);
    if (done >= warm) seconds += now() - from;
    done += units;
  }
  printf("{\"bytesPerSecond\": %.1f}\n", (double)wanted * (double)unit / seconds);
}

static void handshakes(int port, pid_t server, int count, bool resumes) {
  struct connection *connections = calloc((size_t)count, sizeof *connections);
  SSL_SESSION *session = NULL;
  if (connections == NULL) fail("start");
  // The first brings a session for all the others.
  int opened = resumes ? 1 : count;
  for (int i = 0; i < opened; i++) open_connection(&connections[i], port, NULL);
  double seconds = bench_seconds(), counted_from = now() + seconds / 3, end = counted_from + seconds;
  long done = 0, resumed = 0;
  // A client has as much to do as a server, or more: what counts is how long the server's processor has worked.
  double worked_before = 0;
  struct epoll_event events[MAX_EVENTS];
  for (double time = 0; time < end; time = now()) {
    if (worked_before == 0 && time >= counted_from) worked_before = processor_time(server);
    int ready = epoll_wait(epoll, events, MAX_EVENTS, 100);
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      bool was_secure = connection->is_secure;
      if (!handshake(connection)) continue;
      if (!was_secure) {
        connection->unsent = connection->awaited = 1;
        send_more(connection);
      }
      if (!receive_more(connection)) continue;
      if (time >= counted_from) {
        done++;
        resumed += SSL_session_reused(connection->ssl);
      }
      if (resumes) {
        // The tickets came before the byte. The next one resumes with the newest.
        SSL_SESSION *newest = SSL_get1_session(connection->ssl);
        if (newest != NULL && SSL_SESSION_is_resumable(newest) == 1) {
          SSL_SESSION_free(session);
          session = newest;
        } else {
          SSL_SESSION_free(newest);
        }
      }
      SSL_shutdown(connection->ssl);
      SSL_free(connection->ssl);
      close(connection->fd);
      open_connection(connection, port, session);
      for (; opened < count; opened++) open_connection(&connections[opened], port, session);
    }
  }
  if (resumes && resumed < done * 9 / 10) complain("The server does not resume sessions");
  if (!resumes && resumed > 0) complain("A session was resumed");
  printf("{\"opsPerSecond\": %.1f}\n", (double)done / (processor_time(server) - worked_before));
}

int main(int argc, char **argv) {
  if (argc != 6) complain("Usage: tls-load PORT PID echo|stream|handshake A B");
  int port = atoi(argv[1]);
  memset(buffer, 'x', sizeof buffer);
  raise_descriptor_limit();
  context = SSL_CTX_new(TLS_client_method());
  epoll = epoll_create1(0);
  if (context == NULL || epoll < 0) fail("start");
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One call of the system for all that is there, not two for each record.
  SSL_CTX_set_read_ahead(context, 1);
  if (strcmp(argv[3], "echo") == 0) echo(port, atoi(argv[4]), atol(argv[5]));
  else if (strcmp(argv[3], "stream") == 0) stream(port, atol(argv[4]), argv[5]);
  else handshakes(port, atoi(argv[2]), atoi(argv[4]), atoi(argv[5]) == 1);
  return 0;
}
