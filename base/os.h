/* os.h - the few things every process asks of the system */
#ifndef BASE_OS_H
#define BASE_OS_H

#include <stdint.h>

/* close(*fd) if it is not -1, and set it to -1; errno is kept */
void fd_close(int *fd);
/* milliseconds of CLOCK_MONOTONIC */
uint64_t clock_ms(void);
/* microseconds of CPU of this process, all threads, user and system */
uint64_t cpu_us(void);

#endif
