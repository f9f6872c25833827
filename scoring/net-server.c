/* net-server.c - dns_server: the address of a name server; see net-server.h */
#include "config.h"
#include "scoring/net-server.h"

#include <arpa/inet.h>
#include <stdio.h>

#define PORT 53

static bool is_port(struct slice text, unsigned *port)
{
    *port = 0;
    for (size_t i = 0; i < text.n && i < 6; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *port = *port * 10 + (unsigned)(text.p[i] - '0');
    }
    return *port > 0 && *port < 65536;
}

static bool is_scope(struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && (c == 0 || strchr("._~-", c) == NULL))
            return false;
    }
    return true;
}

static bool is_address(struct slice text)
{
    char address[INET6_ADDRSTRLEN] = "";
    unsigned char bytes[16];
    ptrdiff_t percent = slice_chr(text, '%');
    struct slice plain = percent < 0 ? text : slice_sub(text, 0, (size_t)percent);
    if (plain.n == 0 || plain.n >= sizeof(address) || slice_chr(plain, 0) >= 0)
        return false;
    memcpy(address, plain.p, plain.n);
    if (percent >= 0 && !is_scope(slice_from(text, (size_t)percent + 1)))
        return false;
    return inet_pton(AF_INET6, address, bytes) == 1 ||
           (percent < 0 && inet_pton(AF_INET, address, bytes) == 1);
}

/* The port behind its colon; one that is missing is 53. */
static bool cut_port(struct slice rest, unsigned *port)
{
    *port = PORT;
    return rest.n == 0 || (rest.p[0] == ':' && is_port(slice_from(rest, 1), port));
}

/* A colon is a port's where there is no other. */
static bool split(struct slice value, struct slice *address, unsigned *port)
{
    ptrdiff_t end = slice_chr(value, ']'), colon = slice_chr(value, ':');
    if (value.n && value.p[0] == '[') {
        *address = slice_sub(value, 1, end > 0 ? (size_t)end - 1 : 0);
        return end > 0 && cut_port(slice_from(value, (size_t)end + 1), port);
    }
    bool one = colon >= 0 && slice_chr(slice_from(value, (size_t)colon + 1), ':') < 0;
    *address = one ? slice_sub(value, 0, (size_t)colon) : value;
    return cut_port(one ? slice_from(value, (size_t)colon) : slice_of(NULL, 0), port);
}

bool net_server_read(struct slice value, char out[NET_SERVER_MAX])
{
    struct slice address;
    unsigned port;
    if (!split(value, &address, &port) || !is_address(address))
        return false;
    int n = snprintf(out, NET_SERVER_MAX, "%.*s@%u", SLICE_ARG(address), port);
    return n > 0 && n < NET_SERVER_MAX;
}
