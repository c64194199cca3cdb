/* sweep_slurm: a script that is three: who hands in, a share, what comes behind all shares. */
#include "sim/sweep_slurm.h"

#include <string.h>

#include "core/buf.h"
#include "sim/sweep.h"

/* A word that a shell takes as it is. */
static void add_word(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buf_puts(out, "'\\''");
        else
            buf_putc(out, *text);
    buf_putc(out, '\'');
}

static void add_variable(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s=", name);
    add_word(out, value);
    buf_putc(out, '\n');
}

/* Lines of #SBATCH are read before a shell sees them; the environment (SBATCH_PARTITION, …) goes before them. --requeue
 * is for nodes that fail, not for a share that ends with an error: that the last job hands in again. */
static const char head[] =
    "#SBATCH --cpus-per-task=1\n"
    "#SBATCH --time=04:00:00\n"
    "#SBATCH --signal=B:TERM@60\n"
    "#SBATCH --requeue\n"
    "#SBATCH --open-mode=append\n"
    "#\n"
    "#   bash THIS-FILE       hands it to Slurm\n"
    "#\n"
    "# Time, memory, partition and account: change the lines above, or set SBATCH_TIMELIMIT, SBATCH_PARTITION,\n"
    "# SBATCH_ACCOUNT. A share should take a minute or more; Slurm needs a second for each.\n"
    "set -e\n";

static const char body[] =
    "\n"
    "hand_in() { # LIST of shares, ROUND\n"
    "    export SWEEP_SCRIPT SWEEP_ROUND=$2\n"
    "    local array\n"
    "    array=$(SWEEP_ROLE=share sbatch --parsable --export=ALL --array=\"$1\" \\\n"
    "        --output=\"$out/slurm-%A_%a.log\" \"$SWEEP_SCRIPT\")\n"
    "    SWEEP_ROLE=end sbatch --parsable --export=ALL --dependency=\"afterany:${array%%;*}\" \\\n"
    "        --job-name=\"$name-end\" --output=\"$out/slurm-end.log\" \"$SWEEP_SCRIPT\" >/dev/null\n"
    "    echo \"round $2: shares $1 are job ${array%%;*}\"\n"
    "}\n"
    "\n"
    "case ${SWEEP_ROLE:-first} in\n"
    "first)\n"
    "    SWEEP_SCRIPT=$(readlink -f \"$0\")\n"
    "    cd \"$place\"\n"
    "    mkdir -p \"$out\"\n"
    "    if [ -e \"$out/plan.json\" ]; then\n"
    "        list=$(\"$program\" sweep missing \"$plan\" --out \"$out\" --shards \"$shards\" \"${data[@]}\")\n"
    "        [ -n \"$list\" ] || { echo 'nothing is missing'; exit 0; }\n"
    "    else\n"
    "        list=1-$shards\n"
    "    fi\n"
    "    hand_in \"$list\" 1 ;;\n"
    "share)\n"
    "    cd \"$place\"\n"
    "    exec \"$program\" sweep run \"$plan\" --out \"$out\" --shard \"$SLURM_ARRAY_TASK_ID/$shards\" \\\n"
    "        --jobs \"${SLURM_CPUS_PER_TASK:-1}\" \"${data[@]}\" ;;\n"
    "end)\n"
    "    cd \"$place\"\n"
    "    list=$(\"$program\" sweep missing \"$plan\" --out \"$out\" --shards \"$shards\" \"${data[@]}\")\n"
    "    if [ -n \"$list\" ] && [ \"$SWEEP_ROUND\" -lt \"$rounds\" ]; then\n"
    "        hand_in \"$list\" $((SWEEP_ROUND + 1))\n"
    "    else # says what is missing, and exits with 75, where something is\n"
    "        exec \"$program\" sweep merge \"$plan\" --out \"$out\" \"${data[@]}\"\n"
    "    fi ;;\n"
    "esac\n";

void sweep_slurm_write(const struct sweep_slurm *slurm, struct buf *out)
{
    const struct sweep *sweep = slurm->sweep;
    buf_printf(out, "#!/bin/bash\n#SBATCH --job-name=sweep-%s\n", sweep->id);
    buf_puts(out, head);
    buf_printf(out, "\n# %llu points × %u replications = %llu tasks\n", (unsigned long long)sweep->points,
               sweep->replications, (unsigned long long)sweep->tasks);
    buf_printf(out, "name=sweep-%s\n", sweep->id);
    add_variable(out, "program", slurm->program);
    add_variable(out, "place", slurm->place);
    add_variable(out, "plan", slurm->plan);
    add_variable(out, "out", slurm->out);
    buf_puts(out, "data=(");
    for (size_t i = 0; slurm->data[i]; i++) {
        buf_puts(out, i ? " " : "");
        add_word(out, slurm->data[i]);
    }
    buf_printf(out, ")\nshards=%llu\nrounds=3 # how often shares that lack something are handed in\n",
               (unsigned long long)slurm->shards);
    buf_puts(out, body);
}
