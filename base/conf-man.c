/* conf-man.c - the OPTIONS section of a manual page, from the rows; see conf.h
 * Written so that groff and mandoc show every character as it is: a backslash, quotes, accents, hyphens, and
 * a dot or apostrophe where a line begins (there it would be a macro). */
#include "base/conf-row.h"

static const char *escape_of(char c)
{
    switch (c) {
    case '\\': return "\\e";
    case '-': return "\\-";
    case '"': return "\\(dq";
    case '\'': return "\\(aq";
    case '`': return "\\(ga";
    case '^': return "\\(ha";
    case '~': return "\\(ti";
    default: return NULL;
    }
}

static void add_char(char c, struct buf *out)
{
    const char *escaped = escape_of(c);
    if (escaped)
        buf_add_str(out, escaped);
    else
        buf_add_char(out, c);
}

void conf_man_words(const char *text, struct buf *out)
{
    for (const char *p = text; *p; p++)
        add_char(*p == '\n' ? ' ' : *p, out);
}

void conf_man_text(const char *text, struct buf *out)
{
    bool begins = true;
    for (const char *p = text; *p; p++) {
        if (*p == '\n') {
            buf_add_str(out, begins ? ".IP\n" : "\n");
            begins = true;
            continue;
        }
        if (begins && (*p == '.' || *p == '\''))
            buf_add_str(out, "\\&");
        add_char(*p, out);
        begins = false;
    }
    buf_add_str(out, begins ? "" : "\n");
}

/* what may be written, where the type says more than the help */
static void add_form(const struct conf_option *o, struct buf *out)
{
    char form[2048] = "";
    struct buf b = { .p = form, .cap = sizeof(form), .max = sizeof(form) - 1 };
    if (o->type == CONF_STRING || o->type == CONF_PATH)
        return;
    conf_row_form(o, &b);
    buf_add_char(&b, '.');
    if (o->type == CONF_ENUM)
        buf_add_str(out, "One of ");
    else
        form[0] = (char)(form[0] - 'a' + 'A'); /* all forms begin with a letter */
    conf_man_text(form, out);
}

static void add_option(const struct conf_option *o, struct buf *out)
{
    buf_add_str(out, ".TP\n\\fB");
    conf_man_words(o->name, out);
    buf_add_str(out, "\\fP (default: ");
    conf_man_words(o->def[0] ? o->def : "empty", out);
    buf_add_str(out, ")\n");
    conf_man_text(o->help, out);
    add_form(o, out);
    if (o->flags & CONF_RESTART)
        conf_man_text("A change takes effect with a restart.", out);
}

void conf_man(const struct conf_schema *schema, struct buf *out)
{
    for (size_t s = 0; s < schema->n; s++) {
        buf_add_str(out, ".SS \"");
        conf_man_words(schema->sections[s].title, out);
        buf_add_str(out, "\"\n");
        for (size_t i = 0; i < schema->sections[s].n; i++)
            add_option(&schema->sections[s].rows[i], out);
    }
}
