/* virus-worker.c - a worker that scans for viruses; see virus-worker.h */
#include "engine/virus-worker.h"

#include "engine/kind.h"
#include "engine/worker.h"

static void scan(void *scanner, struct message *m, struct finding_list *out)
{
    virus_check(scanner, m, out);
}

void virus_worker_main(const struct worker_setup *setup)
{
    const struct worker_work work = { .look = scan, .ctx = setup->loaded->scanner };
    virus_set_scratch(setup->loaded->scanner, setup->scratch);
    worker_run(setup, &work);
}
