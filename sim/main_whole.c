/* main_whole: the one list of verbs; what sim/main.c starts for those that it has not. */
#include <stddef.h>

#include "sim/cli.h"

static const struct cli_verb *const verbs[] = {
    &cli_run_whole,
    &cli_compare,
    &cli_curve,
    &cli_generate,
    &cli_sweep,
    &cli_explain,
    &cli_check,
    &cli_schema,
    &cli_quote,
    &cli_drawback,
    &cli_rules,
    &cli_lesson,
    &cli_serve,
    &cli_sandbox,
    &cli_fetch,
    &cli_send,
    &cli_completion,
    &cli_doctor,
    NULL,
};

int main(int argc, char **argv)
{
    return cli_main(verbs, argc, argv);
}
