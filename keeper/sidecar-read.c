/* sidecar-read.c - JSON becomes an entry; see sidecar.h
 * Members are taken by functions that note the first thing that is wrong and then give zeros. */
#include "config.h"
#include "keeper/sidecar-priv.h"

#include <jansson.h>
#include <math.h>

#define VALUE_MAX (3 * SIDECAR_VALUE_MAX) /* each byte as %XX */
/* the one that closes a full list, and one of each class */
#define FINDINGS_MAX (FINDING_LIST_MAX + 1 + CLASS_COUNT)

struct reader {
    struct arena *arena;
    const char *bad; /* the first member that is not as it should be; NULL: none */
};

static json_t *member(struct reader *r, json_t *o, const char *name, bool good)
{
    if (!good && r->bad == NULL)
        r->bad = name;
    return good ? json_object_get(o, name) : NULL;
}

static int64_t integer(struct reader *r, json_t *o, const char *name, int64_t max)
{
    json_t *j = json_object_get(o, name);
    int64_t v = json_integer_value(j);
    j = member(r, o, name, json_is_integer(j) && v >= 0 && v <= max);
    return j ? v : 0;
}

static double real(struct reader *r, json_t *o, const char *name)
{
    json_t *j = json_object_get(o, name);
    double v = json_number_value(j);
    bool good = json_is_number(j) && isfinite(v) && fabs(v) <= 1e9;
    return member(r, o, name, good) ? v : 0;
}

static bool boolean(struct reader *r, json_t *o, const char *name)
{
    json_t *j = json_object_get(o, name);
    return json_is_true(member(r, o, name, json_is_boolean(j)));
}

static json_t *array(struct reader *r, json_t *o, const char *name, size_t max)
{
    json_t *j = json_object_get(o, name);
    return member(r, o, name, json_is_array(j) && json_array_size(j) <= max);
}

static struct slice text(struct reader *r, json_t *o, const char *name)
{
    json_t *j = json_object_get(o, name);
    if (member(r, o, name, json_is_string(j) && json_string_length(j) <= VALUE_MAX) == NULL)
        return slice_of(NULL, 0);
    struct slice in = slice_of(json_string_value(j), json_string_length(j));
    char *to = arena_alloc(r->arena, in.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++)
        if (in.p[i] == '%' && i + 2 < in.n && ascii_hex(in.p[i + 1]) >= 0 && ascii_hex(in.p[i + 2]) >= 0) {
            to[n++] = (char)(ascii_hex(in.p[i + 1]) * 16 + ascii_hex(in.p[i + 2]));
            i += 2;
        } else
            to[n++] = in.p[i];
    return slice_of(to, n);
}

static unsigned one_of(struct reader *r, json_t *o, const char *name, const char *const *names, unsigned n)
{
    const char *s = json_string_value(json_object_get(o, name));
    for (unsigned i = 0; s && i < n; i++)
        if (strcmp(names[i], s) == 0)
            return i;
    member(r, o, name, false);
    return 0;
}

static enum verdict_class class_of(struct reader *r, json_t *j, const char *name)
{
    const char *s = json_string_value(j);
    int c = s ? verdict_class_by_name(slice_str(s)) : -1;
    if (c < 0)
        member(r, NULL, name, false);
    return c < 0 ? CLASS_CLEAN : (enum verdict_class)c;
}

static class_set class_list(struct reader *r, json_t *o)
{
    class_set set = 0;
    size_t i;
    json_t *j;
    json_array_foreach(array(r, o, "classes", CLASS_COUNT), i, j) set |= CLASS_BIT(class_of(r, j, "classes"));
    return set;
}

static void read_envelope(struct reader *r, json_t *o, struct envelope *env)
{
    if (!json_is_object(o)) {
        member(r, o, "envelope", false);
        return;
    }
    for (size_t i = 0; i < sidecar_envelope_n; i++)
        *(struct slice *)(void *)((char *)env + sidecar_envelope[i].at) =
            text(r, o, sidecar_envelope[i].name);
    env->client_port = (unsigned)integer(r, o, "client_port", 65535);
    env->has_client = boolean(r, o, "has_client");
    env->has_sender = boolean(r, o, "has_sender");
    env->received_at = integer(r, o, "received_at", INT64_MAX);
}

static void read_findings(struct reader *r, json_t *list, struct finding_list *out)
{
    size_t i;
    json_t *o;
    json_array_foreach(list, i, o)
    {
        enum finding_kind kind = (enum finding_kind)one_of(r, o, "kind", sidecar_kinds, FINDING_KIND_COUNT);
        enum verdict_class class = class_of(r, json_object_get(o, "class"), "class");
        struct slice name = text(r, o, "name"), detail = text(r, o, "detail");
        double score = real(r, o, "score");
        uint32_t count = (uint32_t)integer(r, o, "count", UINT32_MAX);
        if (fabs(score) > FINDING_SCORE_MAX)
            member(r, o, "score", false);
        if ((kind == FINDING_CLASS || kind == FINDING_VIRUS) && class == CLASS_CLEAN)
            member(r, o, "class", false);
        if (r->bad)
            return;
        struct finding *f = finding_add(out, r->arena, kind, class, score, name, detail);
        if (f->kind == kind)
            f->count = count ? count : 1;
    }
}

static void read_recipients(struct reader *r, json_t *list, struct keeper_entry *entry)
{
    size_t i;
    json_t *o;
    entry->n_recipients = json_array_size(list);
    entry->recipients = arena_array(r->arena, entry->n_recipients, sizeof(*entry->recipients));
    json_array_foreach(list, i, o)
    {
        struct keeper_recipient *to = &entry->recipients[i];
        to->address = text(r, o, "address");
        to->class = class_of(r, json_object_get(o, "class"), "class");
        to->action = (enum verdict_action)one_of(r, o, "action", verdict_action_names, ACTION_COUNT);
        to->state =
            (enum keeper_recipient_state)one_of(r, o, "state", keeper_state_names, KEEPER_STATE_COUNT);
        to->released_at = integer(r, o, "released_at", INT64_MAX);
    }
}

static void read_marks(struct reader *r, json_t *list, struct keeper_entry *entry)
{
    size_t i;
    json_t *o;
    entry->n_marks = json_array_size(list);
    entry->marks = arena_array(r->arena, entry->n_marks, sizeof(*entry->marks));
    json_array_foreach(list, i, o)
    {
        entry->marks[i].address = text(r, o, "address");
        entry->marks[i].hmac = text(r, o, "hmac");
        entry->marks[i].used = boolean(r, o, "used");
    }
}

static void read_all(struct reader *r, json_t *o, struct keeper_entry *entry)
{
    struct slice id = text(r, o, "id");
    if (!keeper_id_good(id)) /* one that is not given yet is "new" */
        member(r, o, "id", false);
    else
        memcpy(entry->id, id.p, id.n);
    entry->held_at = integer(r, o, "held_at", INT64_MAX);
    entry->size = (uint64_t)integer(r, o, "size", INT64_MAX);
    entry->message_id = text(r, o, "message_id");
    entry->class = class_of(r, json_object_get(o, "class"), "class");
    entry->classes = class_list(r, o);
    entry->score = real(r, o, "score");
    entry->required = real(r, o, "required");
    entry->subject = text(r, o, "subject");
    read_envelope(r, json_object_get(o, "envelope"), &entry->envelope);
    read_recipients(r, array(r, o, "recipients", KEEPER_RECIPIENTS_MAX), entry);
    read_marks(r, array(r, o, "marks", 2 * KEEPER_RECIPIENTS_MAX), entry);
    read_findings(r, array(r, o, "findings", FINDINGS_MAX), &entry->findings);
}

int sidecar_read(struct slice in, const char *name, struct arena *a, struct keeper_entry *entry,
                 struct err *e)
{
    struct reader r = { .arena = a };
    json_error_t why = { .line = 0 };
    memset(entry, 0, sizeof(*entry));
    if (in.n > SIDECAR_MAX)
        return err_set(e, ERR_INPUT, "%s: larger than any sidecar", name);
    json_t *root = json_loadb(in.p ? in.p : "", in.n, JSON_REJECT_DUPLICATES, &why);
    int64_t format = json_integer_value(json_object_get(root, "format"));
    if (!json_is_object(root))
        err_set(e, ERR_INPUT, "%s: line %d: %.100s", name, why.line, root ? "not an object" : why.text);
    else if (format != SIDECAR_FORMAT)
        err_set(e, ERR_INPUT, "%s: format %lld is not known here", name, (long long)format);
    else {
        read_all(&r, root, entry);
        if (r.bad)
            err_set(e, ERR_INPUT, "%s: \"%s\" is missing or wrong", name, r.bad);
    }
    bool good = json_is_object(root) && format == SIDECAR_FORMAT && r.bad == NULL;
    json_decref(root);
    return good ? 0 : -1;
}
