/* rule-file.h - the lines of rule files
 * One file at a time, with what it includes in place: an `include PATH` is asked for by the caller, relative
 * to the file that has it. Lines come without comment (`#` unless written `\#`, which becomes `#`) and
 * surrounding white space; empty ones are left out. A line does not continue on the next.
 *
 * A file is read once: it is empty when it is asked for again. File texts stay in the arena: lines are slices
 * of them. The reader holds no descriptor between calls. Limits: FILE_BYTES_MAX a file, TOTAL_BYTES_MAX and
 * FILES_MAX in all, LINE_BYTES_MAX a line (a longer one is a problem and left out), INCLUDE_DEPTH_MAX. Fails:
 * ERR_CONFIG on a file that cannot be read, on an include loop, and past a limit of files. */
#ifndef SCORING_RULE_FILE_H
#define SCORING_RULE_FILE_H

#include <sys/types.h>
#include "scoring/rule-condition.h"
#include "scoring/rule-problem.h"

#define FILE_BYTES_MAX (16 * 1024 * 1024)
#define TOTAL_BYTES_MAX (128 * 1024 * 1024)
#define FILES_MAX 10000
#define LINE_BYTES_MAX (128 * 1024)
#define INCLUDE_DEPTH_MAX 16

struct rule_source {
    const char *file;
    struct slice rest;
    unsigned line;
    dev_t device;
    ino_t inode;
    struct condition_stack ifs; /* the caller's; a file cannot close another's `if` */
    enum setting_origin origin;
};

struct rule_reader {
    struct arena *a;
    struct rule_problems *problems;
    const struct conf_list *stock; /* directories whose files are ORIGIN_STOCK; NULL: none */
    struct names seen;             /* files that were read */
    struct rule_source stack[INCLUDE_DEPTH_MAX];
    unsigned depth;
    unsigned files;
    size_t bytes;
    uint64_t hash; /* FNV-1a of all bytes read */
};

void rule_reader_init(struct rule_reader *r, struct arena *a, struct rule_problems *problems);
/* The next line comes from this file. */
int rule_reader_open(struct rule_reader *r, const char *path, struct err *e) MUST_CHECK;
/* The same with a path relative to the file being read. */
int rule_reader_include(struct rule_reader *r, struct slice path, struct err *e) MUST_CHECK;
/* The next lines come from memory; text lives as long as the arena. */
void rule_reader_open_text(struct rule_reader *r, const char *name, struct slice text);

enum rule_read { RULE_READ_LINE, RULE_READ_FILE_END, RULE_READ_DONE };
/* RULE_READ_FILE_END: rule_reader_top() is still that file until the next call. */
enum rule_read rule_reader_next(struct rule_reader *r, struct rule_line *line);
struct rule_source *rule_reader_top(struct rule_reader *r);
/* leaves out what is left of the file */
void rule_reader_skip_file(struct rule_reader *r);

#endif
