/* envelope.c - an envelope's way to a worker; see envelope.h
 * On the wire: u8 has_client, u8 has_sender, u16 port, u64 time, the values in the order of values_of(), u64
 * recipients of the transaction, u32 recipients here, those. */
#include "message/envelope.h"

#define N_VALUES 13

static void values_of(struct envelope *env, struct slice *v[N_VALUES])
{
    struct slice *const all[N_VALUES] = {
        &env->client_address, &env->client_name, &env->client_ptr,  &env->helo,      &env->sender,
        &env->queue_id,       &env->my_name,     &env->daemon_name, &env->auth_user, &env->auth_type,
        &env->auth_author,    &env->tls_version, &env->tls_cipher,
    };
    memcpy(v, all, sizeof(all));
}

/* what the reader takes: no NUL (the MTA speaks C strings), not too long */
static struct slice fitting(struct slice s)
{
    s = slice_sub(s, 0, ENVELOPE_VALUE_MAX);
    ptrdiff_t nul = slice_chr(s, 0);
    return nul < 0 ? s : slice_sub(s, 0, (size_t)nul);
}

static size_t recipients_fitting(const struct envelope *env, size_t max_bytes)
{
    size_t n = 0, used = 0;
    for (; n < env->n_recipients && n < UINT32_MAX; n++) {
        size_t more = 4 + fitting(env->recipients[n]).n;
        if (more > max_bytes - used)
            break;
        used += more;
    }
    return n;
}

void envelope_put(struct buf *out, const struct envelope *env, size_t max_bytes)
{
    struct envelope copy = *env;
    struct slice *v[N_VALUES];
    values_of(&copy, v);
    wire_put_u8(out, env->has_client);
    wire_put_u8(out, env->has_sender);
    wire_put_u16(out, env->client_port > UINT16_MAX ? 0 : (uint16_t)env->client_port);
    wire_put_u64(out, (uint64_t)env->received_at);
    for (size_t i = 0; i < N_VALUES; i++)
        wire_put_slice(out, fitting(*v[i]));
    size_t n = recipients_fitting(env, max_bytes);
    size_t total = env->recipients_total < env->n_recipients ? env->n_recipients : env->recipients_total;
    wire_put_u64(out, total);
    wire_put_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        wire_put_slice(out, fitting(env->recipients[i]));
}

static struct slice get_value(struct wire *in, struct arena *a)
{
    struct slice s = wire_slice(in, ENVELOPE_VALUE_MAX);
    if (slice_chr(s, 0) >= 0)
        in->bad = true;
    return arena_dup(a, s);
}

static bool get_flag(struct wire *in)
{
    uint8_t v = wire_u8(in);
    if (v > 1)
        in->bad = true;
    return v == 1;
}

static void get_recipients(struct wire *in, struct arena *a, struct envelope *env)
{
    uint64_t total = wire_u64(in);
    uint32_t n = wire_u32(in);
    if (in->bad || n > total || n > in->rest.n / 4) { /* each takes at least its length */
        in->bad = true;
        return;
    }
    env->recipients_total = total;
    env->n_recipients = n;
    env->recipients = arena_array(a, n, sizeof(struct slice));
    for (uint32_t i = 0; i < n && !in->bad; i++)
        env->recipients[i] = get_value(in, a);
}

bool envelope_get(struct wire *in, struct arena *a, struct envelope *env)
{
    struct slice *v[N_VALUES];
    memset(env, 0, sizeof(*env));
    values_of(env, v);
    env->has_client = get_flag(in);
    env->has_sender = get_flag(in);
    env->client_port = wire_u16(in);
    env->received_at = (int64_t)wire_u64(in);
    for (size_t i = 0; i < N_VALUES && !in->bad; i++)
        *v[i] = get_value(in, a);
    get_recipients(in, a, env);
    return !in->bad;
}
