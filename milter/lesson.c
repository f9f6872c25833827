/* lesson.c - a message that may be learned by itself, from its verdict to the reply; see lesson.h */
#include "config.h"
#include "milter/lesson.h"

#include <stdio.h>
#include <time.h>
#include "base/os.h"

#define DAY 86400

/* Nothing of a message that was not looked into, or that holds what nobody should have. */
static bool only_score(const struct judgement *j, bool spam)
{
    class_set may = CLASS_BIT(CLASS_CLEAN) | CLASS_BIT(CLASS_BAD_HEADER);
    if (spam)
        may |= CLASS_BIT(CLASS_SPAMMY) | CLASS_BIT(CLASS_SPAM);
    return (j->verdict.classes & ~may) == 0 && j->verdict.spam == spam && !j->allowed;
}

static bool decided(const struct judgement *j, bool spam)
{
    enum verdict_action a = j->verdict.action;
    return !j->verdict.hold_copy &&
           (a == ACTION_PASS || a == ACTION_TAG || (spam && (a == ACTION_REJECT || a == ACTION_DISCARD)));
}

static enum autolearn_answer ask(const struct session *s, bool spam, struct slice domain)
{
    const struct bayes_options *o = &s->t.snapshot->config.bayes;
    const struct lesson_bounds bounds = { o->autolearn_day, o->autolearn_domain, o->autolearn_network };
    return autolearning_ask(s->gateway->autolearning, &bounds, spam, domain, s->t.envelope.client_address,
                            (unsigned)(time(NULL) / DAY));
}

static const char *consider(struct lesson *l, const struct session *s, const struct inspection *i,
                            const struct judgement *j, bool released)
{
    const struct engine_lesson *said = &i->result.written.lesson;
    l->spam = said->what == LESSON_SPAM;
    if (i->lesson < 0 || released || i->gone || !only_score(j, l->spam) || !decided(j, l->spam))
        return "no";
    enum autolearn_answer answer = ask(s, l->spam, said->domain);
    l->wanted = answer == AUTOLEARN_WILL;
    return l->wanted ? (l->spam ? "spam" : "ham") : answer == AUTOLEARN_BUSY ? "unavailable" : "no";
}

void lesson_consider(struct lesson *l, struct session *s, const struct inspection *i, struct judgement *j,
                     bool released)
{
    const struct engine_lesson *said = &i->result.written.lesson;
    struct arena *a = &s->t.arena;
    *l = (struct lesson){ .wanted = false };
    if (said->what == LESSON_NONE)
        return;
    const char *word = consider(l, s, i, j, released);
    if (said->forced.n)
        j->verdict.autolearn =
            arena_printf(a, "%s autolearn_force=yes (%.*s)", word, SLICE_ARG(said->forced));
    else
        j->verdict.autolearn = arena_printf(a, "%s autolearn_force=no", word);
}

void lesson_end(struct lesson *l, const struct session *s, struct inspection *i, bool accepted)
{
    char socket[200];
    if (l->wanted && accepted) {
        snprintf(socket, sizeof(socket), "%.180s/" KEEPER_SOCKET,
                 s->t.snapshot->config.service.runtime_directory);
        autolearning_teach(s->gateway->autolearning, l->spam, i->lesson, (size_t)i->result.written.text,
                           socket);
        i->lesson = -1;
    } else if (l->wanted)
        autolearning_drop(s->gateway->autolearning);
    l->wanted = false;
    if (i->lesson >= 0)
        fd_close(&i->lesson);
    i->lesson = -1;
}
