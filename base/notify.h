/* notify.h - tells the service manager how we are (sd_notify's protocol, in one datagram)
 * Without a socket to tell it to, nothing happens. Never fails loudly: the manager's loss is no fault of
 * mail. */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/* path: the value of NOTIFY_SOCKET (an absolute path, or @name for an abstract one), or NULL; kept, not
 * copied. */
void notify_init(const char *path);
void notify_ready(const char *status);
void notify_reloading(void);
void notify_stopping(void);

#endif
