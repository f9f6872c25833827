/* verdict.c - the table of classes; see verdict.h
 * A row a class, in the order of the enum. The group names the option that says what is done
 * (`action_GROUP`); clean mail has none. */
#include "message/verdict.h"

const struct verdict_class_info verdict_classes[CLASS_COUNT] = {
    [CLASS_CLEAN] = { .name = "clean", .group = NULL },
    [CLASS_BAD_HEADER] = { .name = "bad_header", .group = "bad_header" },
    [CLASS_SPAMMY] = { .name = "spammy", .group = "spammy" },
    [CLASS_SPAM] = { .name = "spam", .group = "spam" },
    [CLASS_DMARC_TEMPERROR] = { .name = "dmarc/temperror", .group = "dmarc_temperror" },
    [CLASS_DMARC_QUARANTINE] = { .name = "dmarc/quarantine", .group = "dmarc_quarantine" },
    [CLASS_DMARC_REJECT] = { .name = "dmarc/reject", .group = "dmarc_reject" },
    [CLASS_UNCHECKED_ENCRYPTED] = { .name = "unchecked/encrypted", .group = "unchecked_encrypted" },
    [CLASS_UNCHECKED_LIMIT] = { .name = "unchecked/limit", .group = "unchecked" },
    [CLASS_UNCHECKED_UNSUPPORTED] = { .name = "unchecked/unsupported", .group = "unchecked" },
    [CLASS_UNCHECKED_PARTIAL] = { .name = "unchecked/partial", .group = "unchecked" },
    [CLASS_UNCHECKED_REGEX] = { .name = "unchecked/regex", .group = "unchecked" },
    [CLASS_UNCHECKED_AMBIGUOUS] = { .name = "unchecked/ambiguous", .group = "unchecked" },
    [CLASS_UNCHECKED_CRASH] = { .name = "unchecked/crash", .group = "unchecked_fault" },
    [CLASS_UNCHECKED_FAULT] = { .name = "unchecked/fault", .group = "unchecked_fault" },
    [CLASS_BANNED] = { .name = "banned", .group = "banned" },
    [CLASS_VIRUS] = { .name = "virus", .group = "virus" },
};

const char *const verdict_action_names[ACTION_COUNT + 1] = {
    [ACTION_PASS] = "pass",         [ACTION_TAG] = "tag",       [ACTION_QUARANTINE] = "quarantine",
    [ACTION_TEMPFAIL] = "tempfail", [ACTION_REJECT] = "reject", [ACTION_DISCARD] = "discard",
    [ACTION_COUNT] = NULL,
};

int verdict_class_by_name(struct slice name)
{
    for (int i = 0; i < CLASS_COUNT; i++)
        if (slice_eq(name, slice_str(verdict_classes[i].name)))
            return i;
    return -1;
}

enum verdict_class verdict_highest(class_set set)
{
    for (int i = CLASS_COUNT - 1; i > CLASS_CLEAN; i--)
        if (set & CLASS_BIT(i))
            return (enum verdict_class)i;
    return CLASS_CLEAN;
}
