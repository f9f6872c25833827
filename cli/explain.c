/* explain.c - `tamis explain`: why a message is judged as it is
 * The same look as `tamis scan`, with what the classifier goes by, and told at length. */
#include "config.h"
#include "cli/scan.h"

#define AT(field) offsetof(struct scan_values, field)

static int run(void *values)
{
    struct scan_values *v = values;
    v->explain = true;
    return scan_command(v);
}

static const struct cli_option options[] = {
    { "json", 0, CLI_FLAG, AT(json), NULL,
      "One JSON object a message and line: file, score, required, class, action, why (class, action, "
      "reason), hits (rule, score, where, description, matched), bayes (null, or spam_learned, ham_learned, "
      "probability, for_spam and for_ham with token, share, spam, ham; ignored: bayes_ignore_from or "
      "bayes_ignore_to names the mail), notes." },
    { "local", 0, CLI_FLAG, AT(local), NULL, "Ask no network." },
    { "rules", 0, CLI_LIST, AT(rules), "DIR",
      "Rules in place of rules_path; a directory or a file. May be repeated." },
    { "files-from", 0, CLI_OPERAND, 0, "LIST",
      "Read names of files from LIST, one a line (- is standard input)." },
    SCAN_LOOK_ROWS,
};

const struct cli_command cli_explain = {
    .name = "explain",
    .args = "[OPTION]... FILE...",
    .summary = "tell why a message is judged as it is",
    .about =
        "Looks at messages as scan does and tells all of it: which class leads to which action and why, each "
        "rule with its points, the file and line where it stands, what it is about and the text that "
        "matched, how likely the classifier has it as spam, and the tokens that say so most, both ways. "
        "A token is KIND:TEXT: w is a word of the text, url a host, the name of a field a word in it; "
        "its share is what it adds to the logit, 0 being as likely as not.\n\nExits as scan does.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct scan_values),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .examples = "tamis explain message.eml\twhy this one is spam, or is not\n"
                "tamis explain --json message.eml | jq .why\tthe reasons alone",
    .run = run,
};
