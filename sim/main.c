/* main: the program that starts. The verbs that are asked most are in it; the others are in a second program beside it,
 * whose libraries (transfers, HTTP, XML) take longer to start than a question takes to answer. */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "sim/beside.h"
#include "sim/cli.h"

/* Some of those of sim/main_whole.c, for which nothing from outside is needed. */
static const struct cli_verb *const verbs[] = {
    &cli_run,   &cli_compare,  &cli_curve, &cli_sweep,  &cli_explain,
    &cli_quote, &cli_drawback, &cli_rules, &cli_lesson, NULL,
};

static bool is_here(const char *word)
{
    for (size_t i = 0; verbs[i]; i++)
        if (strcmp(verbs[i]->name, word) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static const char name[] = "tradeloom-whole";
    char path[PATH_MAX];
    if (argc > 1 && is_here(argv[1]))
        return cli_main(verbs, argc, argv);
    if (beside_find(name, path, sizeof path))
        execv(path, argv);
    fprintf(stderr, "tradeloom: cannot start %s, which stands beside the program: %s\n", name, strerror(errno));
    return err_status(ERR_UNAVAILABLE);
}
