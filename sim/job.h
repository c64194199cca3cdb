/* job: what a command line asks to be simulated, loaded: the book with its reforms, the scenario with its changes,
 * the user's orders. */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/json.h"
#include "sim/cli.h"
#include "sim/reform.h"

struct errs;
struct reads;
struct replay;
struct scenario;

enum { JOB_FILES_MAX = 64 };

/* The options of which a job is made; a verb adds its own behind them. */
#define JOB_OPTIONS                                                                                                    \
    {"seed", "N", "of all random draws; 1"},                                                                           \
    {"replications", "N", "how often, each with draws of its own; 1"},                                                 \
    {"until", "DATE", "stop after this day; what is still on its way stays open"},                                     \
    {"limit", "N", "place exactly N orders"},                                                                          \
    {"set", "PATH=VALUE[@DATE]", "change one value of the scenario, or of a rule from a day on"},                      \
    {"reform", "NAME|FILE", "a change of the law or of the scenario: a built-in one, or a merge patch"},               \
    {"undo", "NAME|FILE", "without a reform: one that was laid over, or one that is law today"},                       \
    {"as-of", "DATE", "the law of this day for every order"},                                                          \
    {"orders", "FILE", "replay the orders of a CSV file"},                                                             \
    {"map", "NAME=COLUMN,...", "which column of the orders holds what"}

struct job {
    struct cli *cli;
    struct book *book;      /* the program's, or own_book */
    struct book *own_book;  /* NULL: none */
    struct scenario *scenario;
    struct replay *replay;  /* NULL: none */
    uint64_t seed;
    uint32_t replications;
    int64_t until;          /* INT64_MAX: to the end */
    struct buf file[JOB_FILES_MAX]; /* whatever the book and the scenario point into */
    unsigned files;
};

/* Loads what the operand SCENARIO and the options ask for; `with_orders`: a scenario that replays must have its
 * orders. 0, or -1 with errors; job_finish either way. */
int job_load(struct job *job, struct cli *cli, bool with_orders, struct errs *errs);
/* The same as `job` was asked, with one side of a reform (sim/reform.h) laid over everything else, in a book of its
 * own; what the job says is not touched. A proposal has no side REFORM_UNDONE. */
int job_load_side(struct job *out, const struct job *job, const struct reform *reform, enum reform_side side,
                  struct errs *errs);
void job_finish(struct job *job);
/* Warns a person of changes that nothing asked for, those of the reform `of` or, NULL, of the command line; who asked
 * for JSON finds them there. */
void job_warn_unread(const struct cli *cli, const char *of, const struct reads *reads, const struct book *book,
                     const struct scenario *scenario);
/* Reads the manifest of a run's folder; the owner finishes both. 0, or -1 with errors. */
int job_manifest(const char *folder, struct buf *bytes, struct json *manifest, struct errs *errs);
/* Takes the command line that a manifest tells ("command": all of it; "arguments": what can change results) before
 * what is given now, and goes to the folder from which it was given: names of files are meant from there. 0, or an
 * exit status. */
int job_reread(struct cli *cli, const struct json *manifest, const char *list);
/* Are scenario, data and orders what the run of a manifest had? 0, or -1 with an error. */
int job_check(const struct job *job, const struct json *manifest, struct errs *errs);
/* A whole number from an option; -1 with an error when it is none, or not within the bounds. */
int job_number(const struct cli *cli, const char *name, uint64_t fallback, uint64_t least, uint64_t most,
               uint64_t *out, struct errs *errs);
/* A percentage from an option, like "1%" or "0.5%", as millionths; 0 when it is not given. */
int job_precision(const struct cli *cli, int64_t *ppm, struct errs *errs);
/* A day from an option, DAY_UNSET when it is not given; -1 with an error when it is none. */
int job_day(const struct cli *cli, const char *name, int32_t *day, struct errs *errs);
/* The bytes of a scenario by path or by built-in name. 0, or -1 with an error. *source names it for messages. */
int job_scenario_bytes(struct job *job, const char *name, const char **source, const char **bytes,
                       size_t *length, struct errs *errs);

#endif
