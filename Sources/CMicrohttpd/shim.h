// GNU libmicrohttpd, as Quipu uses it: its variadic calls, which Swift cannot make, are made here.
#ifndef QUIPU_CMICROHTTPD_SHIM_H
#define QUIPU_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

/// What tells a service of what happens; each call gets the same context first.
struct quipu_callbacks {
  void *context;
  MHD_AcceptPolicyCallback accept;
  MHD_NotifyConnectionCallback connection;
  void *(*begin)(void *context, const char *uri, struct MHD_Connection *connection);
  MHD_AccessHandlerCallback handle;
  MHD_RequestCompletedCallback completed;
};

/// What bounds it.
struct quipu_bounds {
  int listening_socket;
  unsigned int threads;
  unsigned int connections;
  size_t memory;
  unsigned int idle_seconds;
};

static inline size_t quipu_not_unescaped(void *context, struct MHD_Connection *connection, char *text) {
  size_t length = 0;
  (void)context;
  (void)connection;
  while (text[length] != 0) length++;
  return length;
}

/// Starts a service on a socket that listens; over TLS where a certificate and its key are given in PEM,
/// which must outlive it. NULL where it cannot.
static inline struct MHD_Daemon *quipu_start_daemon(
    struct quipu_callbacks calls, struct quipu_bounds bounds, const char *certificate,
    const char *key) {
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD |
                       MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
  struct MHD_OptionItem secure[] = {
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
      {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
      {MHD_OPTION_END, 0, NULL},
  };
  struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
  int is_secure = certificate != NULL;
  if (is_secure) flags |= MHD_USE_TLS;
  return MHD_start_daemon(
      flags, 0, calls.accept, calls.context, calls.handle, calls.context,
      MHD_OPTION_LISTEN_SOCKET, bounds.listening_socket,
      MHD_OPTION_THREAD_POOL_SIZE, bounds.threads,
      MHD_OPTION_CONNECTION_LIMIT, bounds.connections,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, bounds.memory,
      MHD_OPTION_CONNECTION_TIMEOUT, bounds.idle_seconds,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_NOTIFY_CONNECTION, calls.connection, calls.context,
      MHD_OPTION_NOTIFY_COMPLETED, calls.completed, calls.context,
      MHD_OPTION_URI_LOG_CALLBACK, calls.begin, calls.context,
      MHD_OPTION_UNESCAPE_CALLBACK, quipu_not_unescaped, NULL,
      MHD_OPTION_ARRAY, is_secure ? secure : plain, MHD_OPTION_END);
}

/// The socket of a connection, or -1.
static inline int quipu_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

/// What was kept with a connection when it was told of; NULL for nothing.
static inline void *quipu_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

/// Where a client speaks from, or NULL.
static inline const struct sockaddr *quipu_address(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info == NULL ? NULL : info->client_addr;
}

#endif
