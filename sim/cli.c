/* cli: reads the command line against the tables, prints help, loads the book, reports errors. */
#include "sim/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "sim/shelf.h"

enum { STATUS_USAGE = 2, NAMES_MAX = 64 };

const struct cli_option cli_common[] = {
    {"lang", "zh|en", "language of what a person reads; else the locale's"},
    {"json", NULL, "results and errors as JSON, where a person would read text"},
    {"color", "auto|always|never", "colours; NO_COLOR turns them off"},
    {"rules", "DIR", "rule packs (*.json) and tables (tariff.csv) laid over the built-in ones"},
    {"tariff", "FILE", "rows of a tariff laid over: a column `place`, or the folder's name"},
    {"catalog", "FILE", "goods, parties, price lists or exchange rates laid over, by its columns"},
    {"help", NULL, "this"},
    {"version", NULL, "the version"},
    {0},
};

/* ---- help ---- */

/* Long operands have a line of their own. */
static void add_verb(struct buf *out, const struct cli_verb *verb)
{
    enum { OPERANDS = 28, NOTE_AT = 42 };
    bool is_long = strlen(verb->operands) > OPERANDS;
    buf_printf(out, "  %-10s %-28s", verb->name, verb->operands);
    buf_printf(out, is_long ? "\n%*s%s\n" : "%*s%s\n", is_long ? NOTE_AT : 1, "", verb->note);
}

static void add_options(struct buf *out, const struct cli_option *option)
{
    for (; option && option->name; option++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        buf_printf(out, "  %-28s %s\n", left, option->note);
    }
}

static int print_help(const struct cli *cli, const struct cli_verb *const *verbs, const struct cli_verb *verb)
{
    struct buf out = {0};
    if (verb) {
        buf_printf(&out, "usage: tradeloom %s [options] %s\n%s\n\n", verb->name, verb->operands,
                   verb->note);
        add_options(&out, verb->options);
    } else {
        buf_puts(&out, "usage: tradeloom VERB [options] ...\n"
                       "Simulates cross-border trade, customs and tax, order by order.\n\n");
        for (; *verbs; verbs++)
            add_verb(&out, *verbs);
    }
    buf_puts(&out, "\ncommon options:\n");
    add_options(&out, cli_common);
    if (!verb)
        buf_puts(&out, "\ntradeloom VERB --help says more.\n");
    int status = cli_write(cli, &out);
    buf_finish(&out);
    return status;
}

static int print_version(const struct cli *cli)
{
    struct buf out = {0};
    buf_puts(&out, "tradeloom " TRADELOOM_VERSION "\n");
    int status = cli_write(cli, &out);
    buf_finish(&out);
    return status;
}

/* ---- results and complaints ---- */

int cli_write(const struct cli *cli, struct buf *out)
{
    size_t at = 0;
    while (at < out->length) {
        ssize_t put = write(STDOUT_FILENO, out->data + at, out->length - at);
        if (put < 0 && errno != EINTR) {
            struct errs errs = {0};
            errs_add(&errs, ERR_IO, "cannot write to standard output: %s", strerror(errno));
            return cli_fail(cli, &errs);
        }
        at += put > 0 ? (size_t)put : 0;
    }
    buf_clear(out);
    return 0;
}

int cli_fail(const struct cli *cli, const struct errs *errs)
{
    struct buf out = {0};
    for (size_t i = 0; i < errs->count; i++) {
        if (cli->json) {
            err_render_json(&errs->item[i], &out);
            buf_putc(&out, '\n');
        } else {
            err_render(&errs->item[i], cli->color_err, &out);
        }
    }
    if (errs->dropped && !cli->json)
        buf_printf(&out, "and %zu more\n", errs->dropped);
    fwrite(out.data, 1, out.length, stderr);
    buf_finish(&out);
    return errs_status(errs);
}

int cli_usage(const struct cli *cli, const char *format, ...)
{
    struct errs errs = {0};
    char message[200];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    struct err *err = errs_add(&errs, ERR_USAGE, "%s", message);
    err_help(err, "tradeloom %s%s--help", cli->verb ? cli->verb->name : "", cli->verb ? " " : "");
    return cli_fail(cli, &errs);
}

/* ---- reading the command line ---- */

/* An unknown word: says so and names the nearest of `names`. */
static int fail_unknown(const struct cli *cli, bool is_option, const char *word, const char *const *names,
                        size_t count)
{
    struct errs errs = {0};
    const char *dashes = is_option ? "--" : "";
    struct err *err = errs_add(&errs, ERR_USAGE, "unknown %s \"%s%s\"", is_option ? "option" : "verb", dashes, word);
    const char *nearest = err_nearest(word, names, count);
    if (nearest)
        err_help(err, "did you mean \"%s%s\"?", dashes, nearest);
    else
        err_help(err, "tradeloom %s%s--help", cli->verb ? cli->verb->name : "", cli->verb ? " " : "");
    return cli_fail(cli, &errs);
}

static size_t add_names(const struct cli_option *option, const char **names, size_t count)
{
    for (; option && option->name && count < NAMES_MAX; option++)
        names[count++] = option->name;
    return count;
}

static const struct cli_option *find_in(const struct cli_option *option, const char *name, size_t length)
{
    for (; option && option->name; option++)
        if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

static const struct cli_option *find_option(const struct cli *cli, const char *name, size_t length)
{
    const struct cli_option *own = cli->verb ? find_in(cli->verb->options, name, length) : NULL;
    return own ? own : find_in(cli_common, name, length);
}

/* Reads the option at argv[*at]; 0, or an exit status. */
static int read_option(struct cli *cli, char **argv, int argc, int *at)
{
    const char *name = argv[*at] + 2, *sign = strchr(name, '=');
    size_t length = sign ? (size_t)(sign - name) : strlen(name);
    const struct cli_option *option = find_option(cli, name, length);
    const char *value = sign ? sign + 1 : NULL;
    if (!option) {
        const char *names[NAMES_MAX];
        size_t count = add_names(cli_common, names, add_names(cli->verb ? cli->verb->options : NULL, names, 0));
        return fail_unknown(cli, true, arena_copy(&cli->arena, name, length), names, count);
    }
    if (option->value && !value) {
        if (*at + 1 >= argc)
            return cli_usage(cli, "--%s needs a value: %s", option->name, option->value);
        value = argv[++*at];
    } else if (!option->value && value) {
        return cli_usage(cli, "--%s takes no value", option->name);
    }
    cli->given[cli->givens++] = (struct cli_given){option, value};
    return 0;
}

static const struct cli_verb *find_verb(const struct cli_verb *const *verbs, const char *name)
{
    for (; *verbs; verbs++)
        if (strcmp((*verbs)->name, name) == 0)
            return *verbs;
    return NULL;
}

/* The verb is the first word that is neither an option nor the value of a common one; 0: there is none. */
static int verb_at(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0')
            return i;
        const struct cli_option *option = find_in(cli_common, argv[i] + 2, strlen(argv[i] + 2));
        if (argv[i][1] == '-' && option && option->value)
            i++;
    }
    return 0;
}

static int read_words(struct cli *cli, int argc, char **argv, int verb)
{
    bool is_only_operands = false;
    for (int i = 1; i < argc; i++) {
        int status = 0;
        const char *word = argv[i];
        if (i == verb)
            continue;
        if (is_only_operands || word[0] != '-' || word[1] == '\0')
            cli->operand[cli->operands++] = word;
        else if (strcmp(word, "--") == 0)
            is_only_operands = true;
        else if (strcmp(word, "-h") == 0)
            cli->given[cli->givens++] = (struct cli_given){find_in(cli_common, "help", 4), NULL};
        else if (word[1] == '-')
            status = read_option(cli, argv, argc, &i);
        else
            status = cli_usage(cli, "unknown option \"%s\"", word);
        if (status)
            return status;
    }
    return 0;
}

static enum lang lang_of_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    }
    return LANG_EN;
}

static bool is_colored(const char *wish, int fd)
{
    const char *no_color = getenv("NO_COLOR");
    if (strcmp(wish, "auto") != 0)
        return strcmp(wish, "always") == 0;
    return isatty(fd) && !(no_color && *no_color);
}

static int read_format(struct cli *cli)
{
    static const struct cli_option option = CLI_FORMAT;
    const char *format = NULL;
    for (size_t i = 0; i < cli->givens; i++) {
        const struct cli_given *given = &cli->given[i];
        if (given->option->value && strcmp(given->option->value, option.value) == 0)
            format = given->value;
    }
    if (!format || strcmp(format, "text") == 0)
        return 0;
    cli->json = cli->json || strcmp(format, "json") == 0;
    cli->is_markdown = strcmp(format, "md") == 0 && !cli->json;
    return cli->json || cli->is_markdown ? 0 : cli_usage(cli, "--format is text, json or md, not \"%s\"", format);
}

static int read_common(struct cli *cli)
{
    const char *lang = cli_value(cli, "lang", NULL), *color = cli_value(cli, "color", "auto");
    cli->json = cli_has(cli, "json");
    cli->lang = lang_of_locale();
    if (lang && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
        return cli_usage(cli, "--lang is zh or en, not \"%s\"", lang);
    if (lang)
        cli->lang = strcmp(lang, "zh") == 0 ? LANG_ZH : LANG_EN;
    if (strcmp(color, "auto") != 0 && strcmp(color, "always") != 0 && strcmp(color, "never") != 0)
        return cli_usage(cli, "--color is auto, always or never, not \"%s\"", color);
    cli->color_out = is_colored(color, STDOUT_FILENO);
    cli->color_err = is_colored(color, STDERR_FILENO);
    return read_format(cli);
}

static int run_verb(struct cli *cli, const struct cli_verb *const *verbs)
{
    int status = read_common(cli);
    if (status)
        return status;
    if (cli_has(cli, "version"))
        return print_version(cli);
    if (cli_has(cli, "help"))
        return print_help(cli, verbs, cli->verb);
    if (!cli->verb) {
        print_help(cli, verbs, NULL);
        return STATUS_USAGE;
    }
    if (cli->operands < cli->verb->least)
        return cli_usage(cli, "%s needs more: %s", cli->verb->name, cli->verb->operands);
    if (cli->operands > cli->verb->most)
        return cli_usage(cli, "%s takes no \"%s\"", cli->verb->name, cli->operand[cli->verb->most]);
    return cli->verb->run(cli);
}

int cli_main(const struct cli_verb *const *verbs, int argc, char **argv)
{
    struct cli cli = {.verbs = verbs, .lang = LANG_EN, .argv = argv};
    cli.operand = arena_array(&cli.arena, const char *, argc + 1);
    cli.given = arena_array(&cli.arena, struct cli_given, argc + 1);
    int verb = verb_at(argc, argv), status = 0;
    for (int i = 1; i < argc; i++) /* mistakes of the command line are told that way, too */
        cli.json = cli.json || strcmp(argv[i], "--json") == 0;
    if (verb) {
        cli.verb = find_verb(verbs, argv[verb]);
        const char *names[NAMES_MAX];
        size_t count = 0;
        for (; verbs[count] && count < NAMES_MAX; count++)
            names[count] = verbs[count]->name;
        if (!cli.verb)
            status = fail_unknown(&cli, false, argv[verb], names, count);
    }
    if (status == 0)
        status = read_words(&cli, argc, argv, verb);
    if (status == 0)
        status = run_verb(&cli, verbs);
    book_finish(&cli.book);
    arena_finish(&cli.arena);
    return status;
}

int cli_reread(struct cli *cli, const char **word, size_t words)
{
    struct cli now = *cli;
    cli->operands = cli->givens = 0;
    cli->operand = arena_array(&cli->arena, const char *, words + now.operands + 1);
    cli->given = arena_array(&cli->arena, struct cli_given, words + now.givens + 1);
    char **copy = arena_array(&cli->arena, char *, words + 2);
    for (size_t i = 0; i < words; i++)
        copy[i + 1] = arena_copy(&cli->arena, word[i], strlen(word[i]));
    int status = read_words(cli, (int)words + 1, copy, 0);
    memcpy(cli->operand + cli->operands, now.operand, now.operands * sizeof *now.operand);
    memcpy(cli->given + cli->givens, now.given, now.givens * sizeof *now.given);
    cli->operands += now.operands;
    cli->givens += now.givens;
    return status;
}

/* ---- what was given ---- */

const char *cli_each(const struct cli *cli, const char *name, size_t *at)
{
    while (*at < cli->givens) {
        const struct cli_given *given = &cli->given[(*at)++];
        if (strcmp(given->option->name, name) == 0)
            return given->value ? given->value : "";
    }
    return NULL;
}

bool cli_has(const struct cli *cli, const char *name)
{
    size_t at = 0;
    return cli_each(cli, name, &at) != NULL;
}

const char *cli_value(const struct cli *cli, const char *name, const char *fallback)
{
    size_t at = 0;
    const char *value;
    while ((value = cli_each(cli, name, &at)) != NULL)
        fallback = value;
    return fallback;
}

const char *cli_operand(const struct cli *cli, size_t index, const char *fallback)
{
    return index < cli->operands ? cli->operand[index] : fallback;
}

/* ---- the book and a user's files over it ---- */

/* The user's files, in the order in which they are laid over. 0, or -1 with errors. */
static int gather(struct cli *cli, struct shelf *shelf, struct errs *errs)
{
    size_t before = errs->count, at = 0;
    char home[SHELF_PATH];
    const char *path;
    if (shelf_home(home))
        shelf_add_data(shelf, home, errs);
    while ((path = cli_each(cli, "rules", &at)) != NULL)
        shelf_add_rules(shelf, path, errs);
    for (at = 0; (path = cli_each(cli, "tariff", &at)) != NULL;)
        shelf_add_file(shelf, BOOK_TARIFF, path, errs);
    for (at = 0; (path = cli_each(cli, "catalog", &at)) != NULL;)
        shelf_add_file(shelf, BOOK_UNSET, path, errs);
    return errs->count == before ? 0 : -1;
}

int cli_load_into(struct cli *cli, struct book *book, const struct book_overlay *extra, size_t extras,
                  struct errs *errs)
{
    struct shelf shelf = {.arena = &cli->arena};
    int result = gather(cli, &shelf, errs);
    for (size_t i = 0; i < extras; i++)
        shelf_add(&shelf, extra[i]);
    return result ? result : book_load(book, shelf.item, shelf.count, errs);
}

int cli_load(struct cli *cli, const struct book_overlay *extra, size_t extras, struct errs *errs)
{
    return cli_load_into(cli, &cli->book, extra, extras, errs);
}

int cli_load_law(struct cli *cli, struct errs *errs)
{
    struct shelf shelf = {.arena = &cli->arena};
    return gather(cli, &shelf, errs) ? -1 : book_load_law(&cli->book, shelf.item, shelf.count, errs);
}
