/* wanted.c - what a scorer wrote, on the wire; see wanted.h
 * u64 bytes of text, u8 spam, the tags, u8 lesson, its names and domain, u32 number of fields, for each name
 * and value; u8 1 and results of sender authentication, or 0. */
#include "engine/wanted.h"

static bool printable(char c)
{
    return c == '\t' || (c >= ' ' && c <= '~');
}

static bool name_char(char c)
{
    return ascii_alnum(c) || c == '-' || c == '_';
}

static bool name_fits(struct slice name)
{
    static const struct slice lead = SLICE_INIT("X-Spam-");
    if (!slice_starts(name, lead) || name.n == lead.n || name.n > WRITTEN_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!name_char(name.p[i]))
            return false;
    return true;
}

/* A line that goes on begins with white space and is not blank: to some readers such a line ends a header. */
static bool value_fits(struct slice value)
{
    struct slice rest = value, line;
    if (value.n > WRITTEN_VALUE_MAX || (value.n && value.p[value.n - 1] == '\n'))
        return false;
    for (bool first = true; slice_cut(&rest, '\n', &line); first = false) {
        for (size_t i = 0; i < line.n; i++)
            if (!printable(line.p[i]))
                return false;
        if (!first && (slice_trim(line).n == 0 || !ascii_space(line.p[0])))
            return false;
    }
    return true;
}

bool written_field_fits(struct slice name, struct slice value)
{
    return name_fits(name) && value_fits(value);
}

bool written_tag_fits(struct slice tag)
{
    for (size_t i = 0; i < tag.n; i++)
        if ((unsigned char)tag.p[i] < ' ' || tag.p[i] == 0x7f)
            return false;
    return tag.n <= WRITTEN_TAG_MAX;
}

void written_put(struct buf *out, const struct engine_written *w)
{
    wire_put_u64(out, w->text);
    wire_put_u8(out, w->spam);
    for (int i = 0; i < WRITTEN_TAGS; i++)
        wire_put_slice(out, w->tags[i]);
    wire_put_u8(out, (uint8_t)w->lesson.what);
    wire_put_slice(out, w->lesson.forced);
    wire_put_slice(out, w->lesson.domain);
    wire_put_u32(out, (uint32_t)w->n_fields);
    for (const struct engine_field *f = w->fields; f; f = f->next) {
        wire_put_slice(out, f->name);
        wire_put_slice(out, f->value);
    }
    wire_put_u8(out, w->auth != NULL);
    if (w->auth)
        auth_results_put(out, w->auth);
}

static bool get_field(struct wire *in, struct arena *a, struct engine_field ***tail)
{
    struct engine_field *f = ARENA_NEW(a, struct engine_field);
    f->name = arena_dup(a, wire_slice(in, WRITTEN_NAME_MAX));
    f->value = arena_dup(a, wire_slice(in, WRITTEN_VALUE_MAX));
    **tail = f;
    *tail = &f->next;
    return !in->bad && written_field_fits(f->name, f->value);
}

static bool get_auth(struct wire *in, struct arena *a, struct engine_written *w)
{
    struct auth_results *r;
    uint8_t has = wire_u8(in);
    if (has != 1)
        return has == 0 && !in->bad;
    w->auth = r = ARENA_NEW(a, struct auth_results);
    return auth_results_get(in, a, r);
}

/* One line of ASCII that goes into a field of ours. */
static bool word_fits(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return true;
}

static bool get_lesson(struct wire *in, struct arena *a, struct engine_lesson *l)
{
    l->what = wire_u8(in);
    l->forced = arena_dup(a, wire_slice(in, WRITTEN_TAG_MAX));
    l->domain = arena_dup(a, wire_slice(in, WRITTEN_DOMAIN_MAX));
    return l->what < LESSON_COUNT && word_fits(l->forced) && word_fits(l->domain);
}

bool written_get(struct wire *in, struct arena *a, struct engine_written *w)
{
    struct engine_field **tail = &w->fields;
    memset(w, 0, sizeof(*w));
    w->text = wire_u64(in);
    uint8_t spam = wire_u8(in);
    w->spam = spam != 0;
    for (int i = 0; i < WRITTEN_TAGS; i++) {
        w->tags[i] = arena_dup(a, wire_slice(in, WRITTEN_TAG_MAX));
        if (!written_tag_fits(w->tags[i]))
            return false;
    }
    bool lesson = get_lesson(in, a, &w->lesson);
    w->n_fields = wire_u32(in);
    if (!lesson || in->bad || spam > 1 || w->n_fields > WRITTEN_FIELDS_MAX)
        return false;
    for (size_t i = 0; i < w->n_fields; i++)
        if (!get_field(in, a, &tail))
            return false;
    return get_auth(in, a, w);
}
