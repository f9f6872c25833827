/* options.c - what is scanned for viruses, and how far: the rows; see options.h
 * The sizes are chosen for messages up to 64 MB: four times that unpacked. */
#include "clamglue/options.h"

#include "clamglue/names.h"

#define AT(field) offsetof(struct virus_options, field)
#define KIB 1024.0
#define MIB (1024.0 * KIB)
/* libclamav counts some sizes in 32 bits with sign */
#define SIZE_MAX_MIB (2000 * MIB)
#define SECOND 1000.0
#define DAY (86400 * SECOND)

/* in the order of enum virus_reload */
static const char *const reload_names[] = { "auto", "concurrent", "serial", NULL };

const struct conf_option virus_option_rows[] = {
    { .name = "virus_scan",
      .type = CONF_BOOL,
      .at = AT(scan),
      .def = "yes",
      .help =
          "Whether messages are scanned for viruses, by libclamav in processes of our own. With yes and no "
          "database, messages are tempfailed: unchecked mail is never clean mail." },
    { .name = "clamav_database",
      .type = CONF_PATH,
      .at = AT(database),
      .def = "/var/lib/clamav",
      .help =
          "Folder of the virus database, as freshclam keeps it, or one database file. A change is noticed "
          "and loaded by itself." },
    { .name = "clamav_pua",
      .type = CONF_BOOL,
      .at = AT(pua),
      .def = "no",
      .help = "Whether signatures of possibly unwanted applications are loaded, too. They are findings with "
              "score 0 until virus_names says more." },
    { .name = "clamav_bytecode",
      .type = CONF_BOOL,
      .at = AT(bytecode),
      .def = "yes",
      .help =
          "Whether the signed bytecode of the database is run, by the interpreter. Nothing is compiled: no "
          "process of ours makes executable pages while it reads mail." },
    { .name = "virus_names",
      .type = CONF_LIST,
      .at = AT(names),
      .def = "",
      .help =
          "What a signature's name means, as PATTERN=MEANING; * in a pattern stands for any text, the first "
          "pattern that fits counts, and .UNOFFICIAL at a name's end is not looked at. A meaning is virus, "
          "encrypted, limit, unsupported (the last three are unchecked/...), or a number: then it is no "
          "virus but a rule hit with this score. Names that no pattern fits: Heuristics.Limits.* is limit, "
          "Heuristics.Encrypted.* is encrypted, Heuristics.* and PUA.* are 0, all else is virus." },
    { .name = "virus_scan_time",
      .type = CONF_TIME,
      .at = AT(scan_time),
      .def = "30s",
      .min = 100,
      .max = 3600e3,
      .help =
          "Longest time for one message with all its parts. What is not scanned by then is unchecked/limit. "
          "Keep it below worker_deadline." },
    { .name = "virus_scan_size",
      .type = CONF_SIZE,
      .at = AT(scan_size),
      .def = "256m",
      .min = MIB,
      .max = SIZE_MAX_MIB,
      .help = "Bytes scanned for one part of a message, all that is unpacked from it included." },
    { .name = "virus_file_size",
      .type = CONF_SIZE,
      .at = AT(file_size),
      .def = "128m",
      .min = MIB,
      .max = SIZE_MAX_MIB,
      .help =
          "Bytes of one file that is scanned: the message itself, a part, or what is unpacked from it. Set "
          "it to more than message_max." },
    { .name = "virus_recursion",
      .type = CONF_UINT,
      .at = AT(recursion),
      .def = "25",
      .min = 2,
      .max = 90,
      .help = "Containers in containers that are unpacked; a .tar.gz counts for two, the message for one." },
    { .name = "virus_files",
      .type = CONF_UINT,
      .at = AT(files),
      .def = "10000",
      .min = 10,
      .max = 1e6,
      .help = "Files unpacked of one part of a message." },
    { .name = "virus_parts",
      .type = CONF_UINT,
      .at = AT(parts),
      .def = "2000",
      .min = 10,
      .max = 1e6,
      .help =
          "Parts of one message that are scanned, with what is found in its text by uuencode or yEnc, and "
          "with the parts of messages in it." },
    { .name = "virus_scratch",
      .type = CONF_PATH,
      .at = AT(scratch),
      .def = "",
      .flags = CONF_RESTART,
      .help =
          "Folder for what is unpacked: in it tamis-virus is made, emptied when tamisd starts, with a folder "
          "for each worker. Empty: runtime_directory where that is in memory (tmpfs), else a folder in "
          "/dev/shm where 512 MiB are free there, else runtime_directory: in memory a scan costs half." },
    { .name = "virus_landlock",
      .type = CONF_BOOL,
      .at = AT(landlock),
      .def = "yes",
      .flags = CONF_RESTART,
      .help = "Whether the kernel must be able to keep the virus workers inside their scratch folder by "
              "Landlock (Linux 5.13, switched on). With no, workers start without it: whoever takes one over "
              "then reads what the account of the workers may read. All other layers stay." },
    { .name = "virus_workers",
      .type = CONF_UINT,
      .at = AT(workers),
      .def = "0",
      .max = 256,
      .flags = CONF_RESTART,
      .help =
          "Virus worker processes, each working on one message at a time; they share the database. 0: one "
          "for each processor." },
    { .name = "virus_worker_messages",
      .type = CONF_UINT,
      .at = AT(worker_messages),
      .def = "5000",
      .max = 1e9,
      .help = "A virus worker is replaced by a new one after so many messages. 0: never." },
    { .name = "virus_worker_memory",
      .type = CONF_SIZE,
      .at = AT(worker_memory),
      .def = "1g",
      .min = 256 * MIB,
      .max = 1e12,
      .help =
          "Memory that a virus worker may take for a message, beyond the database, which all of them share. "
          "Past it the message is unchecked, or the worker dies and the message is tried again." },
    { .name = "virus_cache",
      .type = CONF_UINT,
      .at = AT(cache),
      .def = "8192",
      .max = 1e6,
      .help = "Clean parts of messages that each virus worker remembers (by SHA-256 of the part, its name, "
              "the database "
              "and the options; 32 bytes each), and does not scan again. What was found is never remembered. "
              "0: none." },
    { .name = "virus_reload",
      .type = CONF_ENUM,
      .at = AT(reload),
      .def = "auto",
      .names = reload_names,
      .help =
          "How a changed database is taken. concurrent loads the new one beside the old: no message waits, "
          "and for a moment both take memory (1.3 GB each with the official one). serial ends the old one "
          "first: mail waits meanwhile, or is tempfailed. auto is concurrent where there is memory for "
          "both." },
    { .name = "clamav_settle",
      .type = CONF_TIME,
      .at = AT(settle),
      .def = "5s",
      .min = 100,
      .max = 3600 * SECOND,
      .help =
          "A changed database is loaded when it has stayed as it is for so long: freshclam writes several "
          "files one after the other." },
    { .name = "clamav_max_age",
      .type = CONF_TIME,
      .at = AT(max_age),
      .def = "7d",
      .min = 0,
      .max = 365 * DAY,
      .help =
          "A database whose newest signatures are older is complained about in the log and in tamis status. "
          "0: never." },
};
const size_t virus_option_rows_n = sizeof(virus_option_rows) / sizeof(virus_option_rows[0]);

void virus_options_default(struct virus_options *o)
{
    static const struct virus_options texts = { .database = "/var/lib/clamav", .scratch = "" };
    const struct conf_section section = { .rows = virus_option_rows, .n = virus_option_rows_n };
    const struct conf_schema schema = { .sections = &section, .n = 1, .size = sizeof(*o) };
    struct arena a;
    arena_init(&a, (size_t)MIB);
    conf_defaults(&schema, &a, o);
    o->database = texts.database;
    o->scratch = texts.scratch;
    o->names = texts.names;
    arena_deinit(&a);
}

int virus_options_check(const struct virus_options *o, unsigned worker_deadline, struct err *e)
{
    struct name_meaning ignored;
    if (o->scan && o->scan_time >= worker_deadline)
        return err_set(e, ERR_CONFIG,
                       "virus_scan_time (%u ms) must be below worker_deadline (%u ms), or slow scans end as "
                       "crashes",
                       o->scan_time, worker_deadline);
    for (size_t i = 0; i < o->names.n; i++)
        if (!name_rule_read(slice_str(o->names.v[i]), NULL, &ignored))
            return err_set(e, ERR_CONFIG,
                           "virus_names: \"%.60s\" is not PATTERN=virus, encrypted, limit, unsupported or a "
                           "number",
                           o->names.v[i]);
    return 0;
}
