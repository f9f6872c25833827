/* hub.c - where clients of the resolver are made; see resolver.h
 * The clients' end never waits: with no resolver to empty it a hub is full in the end. */
#include "engine/resolver.h"

#include <fcntl.h>
#include "base/ipc.h"
#include "base/os.h"

int resolver_hub_open(struct resolver_hub *hub, struct err *e)
{
    int ends[2];
    *hub = (struct resolver_hub){ -1, -1 };
    if (ipc_pair(ends, e) != 0)
        return -1;
    *hub = (struct resolver_hub){ .resolver = ends[0], .clients = ends[1] };
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    err_sys(e, "resolver: hub");
    resolver_hub_close(hub);
    return -1;
}

void resolver_hub_close(struct resolver_hub *hub)
{
    fd_close(&hub->resolver);
    fd_close(&hub->clients);
}

int resolver_connect(int hub, struct err *e)
{
    int ends[2];
    if (ipc_pair(ends, e) != 0)
        return -1;
    if (ipc_send(hub, SLICE("c"), &ends[1], 1, e) != 0)
        fd_close(&ends[0]);
    fd_close(&ends[1]);
    return ends[0];
}
