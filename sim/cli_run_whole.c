/* cli_run_whole: `tradeloom run` where a scenario's endpoint can be asked. */
#include "sim/cli.h"
#include "sim/outpost_wire.h"

static int run_whole(struct cli *cli)
{
    return cli_run_by(cli, &outpost_wire_http);
}

const struct cli_verb cli_run_whole = {
    "run", "SCENARIO", "simulate; shows the nine nodes, writes the run's folder", 0, 1, cli_run_options, run_whole};
