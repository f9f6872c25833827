/* finding.c - the list of what was found, and its way through a pipe; see finding.h
 * On the wire: u32 number, then for each u8 kind, u8 class, double score, u32 count, name, detail. */
#include "message/finding.h"

#include "base/err.h"

/* behind FINDING_LIST_MAX: the one that closes the list, and one of each class */
#define LIST_HARD_MAX (FINDING_LIST_MAX + 1 + CLASS_COUNT)
/* bytes on the wire without those of name and detail */
#define WIRE_FIXED (1 + 1 + 8 + 4 + 4 + 4)
#define CLOSING_NAME SLICE("findings")

static bool has_class(enum finding_kind kind)
{
    return kind == FINDING_CLASS || kind == FINDING_VIRUS;
}

static bool name_char(char c)
{
    return c >= '!' && c <= '~';
}

static struct slice clean_name(struct arena *a, struct slice name)
{
    if (name.n == 0)
        return SLICE("?");
    name = slice_sub(name, 0, FINDING_NAME_MAX);
    char *p = arena_str(a, name);
    for (size_t i = 0; i < name.n; i++)
        if (!name_char(p[i]))
            p[i] = '?';
    return slice_of(p, name.n);
}

static double clean_score(double score)
{
    if (score != score)
        return 0;
    if (score > FINDING_SCORE_MAX)
        return FINDING_SCORE_MAX;
    return score < -FINDING_SCORE_MAX ? -FINDING_SCORE_MAX : score;
}

static void append(struct finding_list *list, struct finding *f)
{
    if (list->tail == NULL)
        list->tail = &list->first;
    *list->tail = f;
    list->tail = &f->next;
    list->n++;
    if (has_class(f->kind))
        list->classes |= CLASS_BIT(f->class);
}

static struct finding *make(struct finding_list *list, struct arena *a, enum finding_kind kind,
                            enum verdict_class class, double score, struct slice name, struct slice detail)
{
    struct finding *f = ARENA_NEW(a, struct finding);
    f->kind = kind;
    f->class = has_class(kind) ? class : CLASS_CLEAN;
    f->score = kind == FINDING_RULE ? clean_score(score) : 0;
    f->count = 1;
    f->name = clean_name(a, name);
    f->detail = arena_dup(a, slice_sub(detail, 0, FINDING_DETAIL_MAX));
    append(list, f);
    return f;
}

struct finding *finding_add(struct finding_list *list, struct arena *a, enum finding_kind kind,
                            enum verdict_class class, double score, struct slice name, struct slice detail)
{
    if (kind >= FINDING_KIND_COUNT || class >= CLASS_COUNT || (has_class(kind) && class == CLASS_CLEAN))
        bug("finding_add: kind %d with class %d", (int)kind, (int)class);
    if (list->n < FINDING_LIST_MAX)
        return make(list, a, kind, class, score, name, detail);
    if (list->closing == NULL)
        list->closing =
            make(list, a, FINDING_CLASS, CLASS_UNCHECKED_LIMIT, 0, CLOSING_NAME, slice_of(NULL, 0));
    if (has_class(kind) && !(list->classes & CLASS_BIT(class)))
        return make(list, a, kind, class, score, name, detail);
    return list->closing;
}

static size_t wire_size(const struct finding *f)
{
    return WIRE_FIXED + f->name.n + f->detail.n;
}

static void put_one(struct buf *out, const struct finding *f)
{
    wire_put_u8(out, (uint8_t)f->kind);
    wire_put_u8(out, (uint8_t)f->class);
    wire_put_double(out, f->score);
    wire_put_u32(out, f->count);
    wire_put_slice(out, f->name);
    wire_put_slice(out, f->detail);
}

/* The receiver must learn that it has not got all, and of every class. */
static void put_what_fits(struct buf *out, const struct finding_list *list, size_t room)
{
    static const enum finding_kind order[] = { FINDING_VIRUS, FINDING_CLASS, FINDING_RULE, FINDING_SUBRULE,
                                               FINDING_NOTE };
    const struct finding closing = {
        .kind = FINDING_CLASS, .class = CLASS_UNCHECKED_LIMIT, .count = 1, .name = CLOSING_NAME
    };
    size_t count_at = out->n;
    uint32_t n = 1;
    wire_put_u32(out, n);
    put_one(out, &closing);
    if (out->full)
        return;
    room -= 4 + wire_size(&closing);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        for (const struct finding *f = list->first; f; f = f->next)
            if (f->kind == order[i] && wire_size(f) <= room && n < LIST_HARD_MAX) {
                put_one(out, f);
                room -= wire_size(f);
                n++;
            }
    memcpy(out->p + count_at, &n, sizeof(n));
}

void finding_put(struct buf *out, const struct finding_list *list)
{
    size_t need = 4, room = out->max - out->n;
    for (const struct finding *f = list->first; f; f = f->next)
        need += wire_size(f);
    if (need > room) {
        put_what_fits(out, list, room);
        return;
    }
    wire_put_u32(out, (uint32_t)list->n);
    for (const struct finding *f = list->first; f; f = f->next)
        put_one(out, f);
}

static bool valid(const struct finding *f)
{
    if (f->kind >= FINDING_KIND_COUNT || f->class >= CLASS_COUNT)
        return false;
    if (has_class(f->kind) != (f->class != CLASS_CLEAN))
        return false;
    if (!(f->score >= -FINDING_SCORE_MAX && f->score <= FINDING_SCORE_MAX)) /* false for a NaN, too */
        return false;
    if (f->kind != FINDING_RULE && f->score != 0)
        return false;
    if (f->count == 0 || f->name.n == 0)
        return false;
    for (size_t i = 0; i < f->name.n; i++)
        if (!name_char(f->name.p[i]))
            return false;
    return true;
}

bool finding_get(struct wire *in, struct arena *a, struct finding_list *list)
{
    memset(list, 0, sizeof(*list));
    uint32_t n = wire_u32(in);
    if (n > LIST_HARD_MAX || n > in->rest.n / WIRE_FIXED)
        in->bad = true;
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        struct finding f = { .kind = (enum finding_kind)wire_u8(in) };
        f.class = (enum verdict_class)wire_u8(in);
        f.score = wire_double(in);
        f.count = wire_u32(in);
        f.name = wire_slice(in, FINDING_NAME_MAX);
        f.detail = wire_slice(in, FINDING_DETAIL_MAX);
        if (in->bad || !valid(&f))
            return false;
        f.name = arena_dup(a, f.name);
        f.detail = arena_dup(a, f.detail);
        struct finding *kept = ARENA_NEW(a, struct finding);
        *kept = f;
        append(list, kept);
    }
    return !in->bad;
}
