/* cli: the command line: one table of verbs, their options, and what every verb needs: the book with a
 * user's files over it, results on stdout, everything else on stderr. Each verb lives in sim/cli_<verb>.c;
 * its row here is declared below and listed once, in sim/main.c. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/node.h"
#include "sim/book.h"

struct buf;
struct cli;
struct outpost_wire;

struct cli_option {
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, for the help: "FILE"; NULL: a flag */
    const char *note;
};

/* For verbs that can tell what came out as Markdown, too: sets cli->json and cli->is_markdown. */
#define CLI_FORMAT {"format", "text|json|md", "what is written to stdout; md: the report, for a document"}

struct cli_verb {
    const char *name, *operands; /* operands as the help writes them: "[FILE|-]" */
    const char *note;
    size_t least, most;               /* number of operands */
    const struct cli_option *options; /* ended by a NULL name; the common ones are not repeated */
    int (*run)(struct cli *cli);      /* returns the exit status */
};

/* One a line, like the list in sim/main.c. */
extern const struct cli_verb cli_run, cli_run_whole; /* whole: where questions may travel */
extern const struct cli_verb cli_compare;
extern const struct cli_verb cli_curve;
extern const struct cli_verb cli_generate;
extern const struct cli_verb cli_sweep;
extern const struct cli_verb cli_explain;
extern const struct cli_verb cli_check;
extern const struct cli_verb cli_schema;
extern const struct cli_verb cli_serve, cli_sandbox;
extern const struct cli_verb cli_quote;
extern const struct cli_verb cli_drawback;
extern const struct cli_verb cli_rules;
extern const struct cli_verb cli_lesson;
extern const struct cli_verb cli_completion;
extern const struct cli_verb cli_doctor, cli_fetch, cli_send;

extern const struct cli_option cli_common[]; /* that every verb takes */

struct cli_given {
    const struct cli_option *option;
    const char *value; /* NULL: a flag */
};

struct cli {
    const struct cli_verb *const *verbs; /* all of them, ended by NULL */
    const struct cli_verb *verb;
    enum lang lang;              /* --lang, else the locale */
    bool json;                   /* --json, --format json */
    bool is_markdown;            /* --format md */
    bool color_out, color_err;   /* may ANSI be written there? */
    const char **operand;
    size_t operands;
    char **argv;                 /* as it was given */
    struct cli_given *given;     /* in the order of the command line */
    size_t givens;
    struct arena arena;          /* lives as long as the program */
    struct book book;            /* after cli_load */
};

/* What `run` takes, and what it does; `wire` NULL: nothing travels from this program. */
extern const struct cli_option cli_run_options[];
int cli_run_by(struct cli *cli, const struct outpost_wire *wire);

/* The whole program: exit status. `verbs` ends with NULL. */
int cli_main(const struct cli_verb *const *verbs, int argc, char **argv);

bool cli_has(const struct cli *cli, const char *name);
/* The last value given, else the fallback. */
const char *cli_value(const struct cli *cli, const char *name, const char *fallback);
/* For options that may be repeated: start with *at = 0; NULL at the end. */
const char *cli_each(const struct cli *cli, const char *name, size_t *at);
/* An operand, or the fallback when there are fewer. */
const char *cli_operand(const struct cli *cli, size_t index, const char *fallback);

/* Takes the words of an earlier command line of cli->verb as if they stood before those given now; its operands
 * go before. 0, or an exit status. */
int cli_reread(struct cli *cli, const char **word, size_t words);

/* Loads cli->book with the files of --rules, --tariff and --catalog, of the data folder (shelf_home), and with `extra`
 * (reforms) over it. 0, or -1 with errors. The book lives until the program ends. */
int cli_load(struct cli *cli, const struct book_overlay *extra, size_t extras, struct errs *errs);
/* The same into another book, which is the caller's to finish. */
int cli_load_into(struct cli *cli, struct book *book, const struct book_overlay *extra, size_t extras,
                  struct errs *errs);

/* The same by book_load_law, for verbs that only ask the law. */
int cli_load_law(struct cli *cli, struct errs *errs);

/* Shows the errors on stderr, as text with a caret or (--json) as objects; returns the exit status. */
int cli_fail(const struct cli *cli, const struct errs *errs);
/* A mistake on the command line: says so on stderr and returns 2. */
int cli_usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes the bytes to stdout and clears the buffer: 0, or 74 after saying so on stderr. */
int cli_write(const struct cli *cli, struct buf *out);

#endif
