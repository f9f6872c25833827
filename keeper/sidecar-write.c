/* sidecar-write.c - an entry becomes JSON; see sidecar.h */
#include "config.h"
#include "keeper/sidecar-priv.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

const struct sidecar_text sidecar_envelope[] = {
    { "client_address", offsetof(struct envelope, client_address) },
    { "client_name", offsetof(struct envelope, client_name) },
    { "client_ptr", offsetof(struct envelope, client_ptr) },
    { "helo", offsetof(struct envelope, helo) },
    { "sender", offsetof(struct envelope, sender) },
    { "queue_id", offsetof(struct envelope, queue_id) },
    { "my_name", offsetof(struct envelope, my_name) },
    { "daemon_name", offsetof(struct envelope, daemon_name) },
    { "auth_user", offsetof(struct envelope, auth_user) },
    { "auth_type", offsetof(struct envelope, auth_type) },
    { "auth_author", offsetof(struct envelope, auth_author) },
    { "tls_version", offsetof(struct envelope, tls_version) },
    { "tls_cipher", offsetof(struct envelope, tls_cipher) },
};
const size_t sidecar_envelope_n = sizeof(sidecar_envelope) / sizeof(sidecar_envelope[0]);

const char *const sidecar_kinds[FINDING_KIND_COUNT] = { "rule", "subrule", "class", "virus", "note" };
const char *const keeper_state_names[KEEPER_STATE_COUNT] = { "held", "delivered", "refused", "released",
                                                             "deleted" };

bool keeper_id_good(struct slice id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!ascii_alnum(id.p[i]))
            return false;
    return id.n >= 1 && id.n < KEEPER_ID_SIZE;
}

/* Percent for what JSON cannot say; high: for all bytes above 127. */
static json_t *escaped(struct slice s, bool high)
{
    struct buf b;
    buf_init(&b, SIDECAR_MAX);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == 0 || s.p[i] == '%' || (high && (s.p[i] & 0x80)))
            buf_printf(&b, "%%%02X", (unsigned char)s.p[i]);
        else
            buf_add_char(&b, s.p[i]);
    json_t *j = b.full ? NULL : json_stringn(b.n ? b.p : "", b.n);
    buf_deinit(&b);
    return j;
}

static json_t *text(struct slice s)
{
    s = slice_sub(s, 0, SIDECAR_VALUE_MAX);
    json_t *j = escaped(s, false);
    return j ? j : escaped(s, true);
}

static json_t *real(double v)
{
    return json_real(isfinite(v) ? v : 0);
}

static json_t *envelope(const struct envelope *env)
{
    json_t *o = json_object();
    for (size_t i = 0; i < sidecar_envelope_n; i++)
        json_object_set_new(
            o, sidecar_envelope[i].name,
            text(*(const struct slice *)(const void *)((const char *)env + sidecar_envelope[i].at)));
    json_object_set_new(o, "client_port", json_integer(env->client_port));
    json_object_set_new(o, "has_client", json_boolean(env->has_client));
    json_object_set_new(o, "has_sender", json_boolean(env->has_sender));
    json_object_set_new(o, "received_at", json_integer(env->received_at));
    return o;
}

static json_t *classes(class_set set)
{
    json_t *list = json_array();
    for (unsigned c = 0; c < CLASS_COUNT; c++)
        if (set & CLASS_BIT(c))
            json_array_append_new(list, json_string(verdict_classes[c].name));
    return list;
}

static json_t *findings(const struct finding_list *all)
{
    json_t *list = json_array();
    for (const struct finding *f = all->first; f; f = f->next) {
        json_t *o = json_object();
        json_object_set_new(o, "kind", json_string(sidecar_kinds[f->kind]));
        json_object_set_new(o, "name", text(f->name));
        json_object_set_new(o, "class", json_string(verdict_classes[f->class].name));
        json_object_set_new(o, "score", real(f->score));
        json_object_set_new(o, "count", json_integer(f->count));
        json_object_set_new(o, "detail", text(f->detail));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *recipients(const struct keeper_entry *entry)
{
    json_t *list = json_array();
    for (size_t i = 0; i < entry->n_recipients; i++) {
        const struct keeper_recipient *r = &entry->recipients[i];
        json_t *o = json_object();
        json_object_set_new(o, "address", text(r->address));
        json_object_set_new(o, "class", json_string(verdict_classes[r->class].name));
        json_object_set_new(o, "action", json_string(verdict_action_names[r->action]));
        json_object_set_new(o, "state", json_string(keeper_state_names[r->state]));
        json_object_set_new(o, "released_at", json_integer(r->released_at));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *marks(const struct keeper_entry *entry)
{
    json_t *list = json_array();
    for (size_t i = 0; i < entry->n_marks; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "address", text(entry->marks[i].address));
        json_object_set_new(o, "hmac", text(entry->marks[i].hmac));
        json_object_set_new(o, "used", json_boolean(entry->marks[i].used));
        json_array_append_new(list, o);
    }
    return list;
}

int sidecar_write(const struct keeper_entry *entry, struct buf *out, struct err *e)
{
    json_t *o = json_object();
    json_object_set_new(o, "format", json_integer(SIDECAR_FORMAT));
    json_object_set_new(o, "id", json_string(entry->id));
    json_object_set_new(o, "held_at", json_integer(entry->held_at));
    json_object_set_new(o, "size", json_integer((json_int_t)entry->size));
    json_object_set_new(o, "message_id", text(entry->message_id));
    json_object_set_new(o, "class", json_string(verdict_classes[entry->class].name));
    json_object_set_new(o, "classes", classes(entry->classes));
    json_object_set_new(o, "score", real(entry->score));
    json_object_set_new(o, "required", real(entry->required));
    json_object_set_new(o, "subject", text(entry->subject));
    json_object_set_new(o, "envelope", envelope(&entry->envelope));
    json_object_set_new(o, "recipients", recipients(entry));
    json_object_set_new(o, "marks", marks(entry));
    json_object_set_new(o, "findings", findings(&entry->findings));
    char *dumped = json_dumps(o, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    json_decref(o);
    if (dumped == NULL)
        return err_set(e, ERR_RETRY, "no memory for what is known of the message");
    buf_add_str(out, dumped);
    buf_add_char(out, '\n');
    free(dumped);
    return out->full || out->n > SIDECAR_MAX ? err_set(e, ERR_INPUT, "more is known of the message than fits")
                                             : 0;
}
