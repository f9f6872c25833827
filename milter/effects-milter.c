/* effects-milter.c - what libmilter can be asked to do; see effects-milter.h
 * libmilter takes char * where it does not write; the casts are here and nowhere else. */
#include "config.h"
#include "milter/effects-milter.h"

#include <stdio.h>
#include <libmilter/mfapi.h>

#define REPLY_TEXT_MAX 500

static int done(int result)
{
    return result == MI_SUCCESS ? 0 : -1;
}

static int add_header(void *ctx, const char *name, const char *value)
{
    return done(smfi_addheader(ctx, (char *)name, (char *)value));
}

static int insert_header(void *ctx, unsigned position, const char *name, const char *value)
{
    return done(smfi_insheader(ctx, (int)position, (char *)name, (char *)value));
}

static int change_header(void *ctx, const char *name, unsigned index, const char *value)
{
    return done(smfi_chgheader(ctx, (char *)name, (int)index, (char *)value));
}

static int delete_recipient(void *ctx, const char *address)
{
    return done(smfi_delrcpt(ctx, (char *)address));
}

static int quarantine(void *ctx, const char *reason)
{
    return done(smfi_quarantine(ctx, (char *)reason));
}

/* The MTA reads the text as a format: every % must be two. */
static int reply(void *ctx, const char *code, const char *enhanced, const char *text)
{
    char doubled[REPLY_TEXT_MAX * 2 + 1];
    size_t n = 0;
    for (size_t i = 0; i < REPLY_TEXT_MAX && text[i]; i++) {
        doubled[n++] = text[i];
        if (text[i] == '%')
            doubled[n++] = '%';
    }
    doubled[n] = 0;
    return done(smfi_setreply(ctx, (char *)code, (char *)enhanced, doubled));
}

static int progress(void *ctx)
{
    return done(smfi_progress(ctx));
}

static const char *macro(void *ctx, const char *name)
{
    return smfi_getsymval(ctx, (char *)name);
}

const struct effects_ops milter_effects = {
    .add_header = add_header,
    .insert_header = insert_header,
    .change_header = change_header,
    .delete_recipient = delete_recipient,
    .quarantine = quarantine,
    .reply = reply,
    .progress = progress,
    .macro = macro,
};
