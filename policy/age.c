/* age.c - how long a message has been failing; see age.h
 * A ring of entries in the order in which they were first seen, and chains of them by hash. The hash is of
 * SHA-256 over lengths and bytes, so nobody can aim at a chain or at another's entry. */
#include "policy/age.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include "base/err.h"

#define KEY_SIZE 32
#define NONE UINT32_MAX

struct age_entry {
    unsigned char key[KEY_SIZE];
    uint64_t first_ms;
    uint32_t next; /* in the chain */
};

struct age_table {
    pthread_mutex_t lock;
    size_t capacity, used, oldest; /* used == capacity: entry `oldest` is the next to go */
    struct age_entry *entries;
    uint32_t *chains; /* `capacity` of them */
};

struct age_table *age_table_new(size_t capacity)
{
    struct age_table *t = calloc(1, sizeof(*t));
    if (capacity == 0)
        capacity = 1;
    if (t == NULL || capacity >= NONE)
        fatal("no memory for fault_memory = %zu", capacity);
    t->capacity = capacity;
    t->entries = calloc(capacity, sizeof(*t->entries));
    t->chains = calloc(capacity, sizeof(*t->chains));
    if (t->entries == NULL || t->chains == NULL)
        fatal("no memory for fault_memory = %zu", capacity);
    for (size_t i = 0; i < capacity; i++)
        t->chains[i] = NONE;
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void age_table_free(struct age_table **t)
{
    if (*t == NULL)
        return;
    pthread_mutex_destroy(&(*t)->lock);
    free((*t)->entries);
    free((*t)->chains);
    free(*t);
    *t = NULL;
}

static bool add(EVP_MD_CTX *ctx, struct slice s)
{
    uint64_t n = s.n;
    return EVP_DigestUpdate(ctx, &n, sizeof(n)) && (s.n == 0 || EVP_DigestUpdate(ctx, s.p, s.n));
}

static bool make_key(unsigned char key[KEY_SIZE], struct slice message, const struct envelope *env)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) && add(ctx, message) &&
              add(ctx, env->n_recipients ? env->recipients[0] : slice_of("", 0)) &&
              add(ctx, env->client_address) && EVP_DigestFinal_ex(ctx, key, NULL);
    EVP_MD_CTX_free(ctx);
    return ok;
}

static uint32_t *chain_of(struct age_table *t, const unsigned char *key)
{
    uint64_t h;
    memcpy(&h, key, sizeof(h));
    return &t->chains[h % t->capacity];
}

static struct age_entry *find(struct age_table *t, const unsigned char *key)
{
    for (uint32_t i = *chain_of(t, key); i != NONE; i = t->entries[i].next)
        if (memcmp(t->entries[i].key, key, KEY_SIZE) == 0)
            return &t->entries[i];
    return NULL;
}

static void unchain(struct age_table *t, uint32_t index)
{
    uint32_t *at = chain_of(t, t->entries[index].key);
    while (*at != index)
        at = &t->entries[*at].next;
    *at = t->entries[index].next;
}

static void insert(struct age_table *t, const unsigned char *key, uint64_t now_ms)
{
    size_t index = t->used;
    if (t->used == t->capacity) {
        index = t->oldest;
        t->oldest = (t->oldest + 1) % t->capacity;
        unchain(t, (uint32_t)index);
    } else
        t->used++;
    struct age_entry *e = &t->entries[index];
    uint32_t *chain = chain_of(t, key);
    memcpy(e->key, key, KEY_SIZE);
    e->first_ms = now_ms;
    e->next = *chain;
    *chain = (uint32_t)index;
}

bool age_table_note(struct age_table *t, struct slice message, const struct envelope *env, uint64_t now_ms,
                    uint64_t fault_age_ms)
{
    unsigned char key[KEY_SIZE];
    if (!make_key(key, message, env)) /* no memory: the sender tries again */
        return false;
    pthread_mutex_lock(&t->lock);
    const struct age_entry *e = find(t, key);
    bool aged = e && now_ms >= e->first_ms && now_ms - e->first_ms >= fault_age_ms;
    if (e == NULL)
        insert(t, key, now_ms);
    pthread_mutex_unlock(&t->lock);
    return aged;
}
