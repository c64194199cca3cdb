/* cli_completion: `tradeloom completion SHELL`: what a shell must know to complete the command line, written from the
 * tables of verbs and options. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "sim/cli.h"
#include "sim/data.h"

static const struct cli_option options[] = {{0}};

/* ---- what may stand in a place ---- */

enum hint_kind { HINT_ANY, HINT_FILE, HINT_FOLDER, HINT_WORDS };

struct hint {
    enum hint_kind kind;
    char words[1000]; /* blank between them; with files: words beside the files */
};

static void add_word(struct hint *hint, const char *word, size_t length)
{
    size_t used = strlen(hint->words);
    snprintf(hint->words + used, sizeof hint->words - used, "%s%.*s", used ? " " : "", (int)length, word);
}

/* The JSON files of a folder, without those of folders in it. */
static void add_names(struct hint *hint, const char *folder)
{
    size_t head = strlen(folder);
    for (size_t i = 0; i < data_count; i++) {
        const char *path = data_spans[i].path, *end = strrchr(path, '.');
        if (strncmp(path, folder, head) == 0 && !strchr(path + head, '/') && strcmp(end, ".json") == 0)
            add_word(hint, path + head, (size_t)(end - path) - head);
    }
}

/* Small words with bars between them, each perhaps with what follows it: "zh|en", "list|show ID|check|diff A B". */
static void add_choices(struct hint *hint, const char *text)
{
    for (const char *at = text; strchr(text, '|') && *at;) {
        size_t word = 0;
        while (islower((unsigned char)at[word]) || (word && at[word] == '-'))
            word++;
        if (word && strchr("| ", at[word])) /* NUL, too */
            add_word(hint, at, word);
        at += strcspn(at, "|");
        at += *at == '|';
    }
}

/* From what the help writes: "FILE", "DIR", "zh|en", "SCENARIO", "[FILE|-]". */
static struct hint hint_of(const char *text)
{
    struct hint hint = {.kind = HINT_ANY};
    add_choices(&hint, text);
    if (hint.words[0])
        hint.kind = HINT_WORDS;
    if (strstr(text, "DIR") && !strstr(text, "--run"))
        hint.kind = HINT_FOLDER;
    if (strstr(text, "FILE"))
        hint.kind = HINT_FILE;
    if (strstr(text, "SCENARIO")) {
        hint.kind = HINT_FILE;
        add_names(&hint, "scenarios/");
    }
    return hint;
}

static struct hint hint_of_operands(const struct cli_verb *verb)
{
    struct hint hint = hint_of(verb->operands);
    if (verb == &cli_schema)
        hint = (struct hint){HINT_WORDS, "scenario pack reform order drawback lesson plan"};
    return hint;
}

/* ---- bash ---- */

static void add_bash_hint(struct buf *out, const char *verb, const char *option, const struct hint *hint)
{
    buf_printf(out, "        %s:%s) ", verb, option);
    if (hint->words[0])
        buf_printf(out, "words='%s'; ", hint->words);
    if (hint->kind == HINT_FILE || hint->kind == HINT_FOLDER)
        buf_printf(out, "files=%s; ", hint->kind == HINT_FILE ? "-f" : "-d");
    buf_puts(out, ";;\n");
}

static void add_bash_options(struct buf *out, const char *verb, const struct cli_option *option)
{
    for (; option->name; option++) {
        char name[64];
        struct hint hint = hint_of(option->value ? option->value : "");
        if (!option->value)
            continue;
        snprintf(name, sizeof name, "--%s", option->name);
        add_bash_hint(out, verb, name, &hint);
    }
}

static void add_bash_names(struct buf *out, const char *verb, const struct cli_option *option)
{
    buf_printf(out, "        %s:-*) words='", verb);
    for (; option->name; option++)
        buf_printf(out, "--%s ", option->name);
    for (option = cli_common; option->name; option++)
        buf_printf(out, "--%s ", option->name);
    buf_puts(out, "' ;;\n");
}

static const char bash_head[] =
    "# tradeloom: completion for bash: eval \"$(tradeloom completion bash)\"\n"
    "_tradeloom() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' words='' files='' i\n"
    "    if [[ $cur == = ]]; then cur=''\n"
    "    elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n";

static const char bash_tail[] =
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "    if [[ $files ]]; then\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen $files -- \"$cur\")\n"
    "    fi\n"
    "}\n"
    "complete -F _tradeloom tradeloom\n";

static void write_bash(const struct cli *cli, struct buf *out)
{
    static const struct cli_option none[] = {{0}};
    const struct cli_verb *const *verb;
    buf_puts(out, bash_head);
    buf_puts(out, "            ");
    for (verb = cli->verbs; *verb; verb++)
        buf_printf(out, "%s%s", verb == cli->verbs ? "" : "|", (*verb)->name);
    buf_puts(out, ") verb=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n    case $verb:$prev in\n");
    for (verb = cli->verbs; *verb; verb++)
        add_bash_options(out, (*verb)->name, (*verb)->options);
    add_bash_options(out, "*", cli_common);
    buf_puts(out, "        *) case $verb:$cur in\n");
    for (verb = cli->verbs; *verb; verb++)
        add_bash_names(out, (*verb)->name, (*verb)->options);
    add_bash_names(out, "", none);
    for (verb = cli->verbs; *verb; verb++) {
        struct hint hint = hint_of_operands(*verb);
        add_bash_hint(out, (*verb)->name, "*", &hint);
    }
    buf_puts(out, "        :*) words='");
    for (verb = cli->verbs; *verb; verb++)
        buf_printf(out, "%s ", (*verb)->name);
    buf_puts(out, "' ;;\n        esac ;;\n    esac\n");
    buf_puts(out, bash_tail);
}

/* ---- zsh ---- */

/* Inside single quotes of a specification: brackets and colons mean something. */
static void add_zsh_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            buf_puts(out, "'\\'");
        else if (strchr("[]:\\", *text))
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
}

static void add_zsh_hint(struct buf *out, const struct hint *hint)
{
    if (hint->kind == HINT_FILE && hint->words[0])
        buf_printf(out, "_alternative \"words:word:(%s)\" \"files:file:_files\"", hint->words);
    else if (hint->kind == HINT_FILE || hint->kind == HINT_FOLDER)
        buf_puts(out, hint->kind == HINT_FILE ? "_files" : "_files -/");
    else if (hint->words[0])
        buf_printf(out, "(%s)", hint->words);
    else
        buf_putc(out, ' ');
}

static void add_zsh_options(struct buf *out, const struct cli_option *option)
{
    for (; option->name; option++) {
        struct hint hint = hint_of(option->value ? option->value : "");
        buf_printf(out, " \\\n            '%s--%s%s[", option->value ? "*" : "", option->name,
                   option->value ? "=" : "");
        add_zsh_text(out, option->note);
        buf_puts(out, "]");
        if (option->value) {
            buf_putc(out, ':');
            add_zsh_text(out, option->value);
            buf_putc(out, ':');
            add_zsh_hint(out, &hint);
        }
        buf_putc(out, '\'');
    }
}

static void write_zsh(const struct cli *cli, struct buf *out)
{
    const struct cli_verb *const *verb;
    buf_puts(out, "#compdef tradeloom\n# tradeloom: completion for zsh: source <(tradeloom completion zsh)\n"
                  "_tradeloom() {\n    local curcontext=$curcontext state line\n    local -a verbs=(\n");
    for (verb = cli->verbs; *verb; verb++) {
        buf_printf(out, "        '%s:", (*verb)->name);
        add_zsh_text(out, (*verb)->note);
        buf_puts(out, "'\n");
    }
    buf_puts(out, "    )\n    _arguments -C");
    add_zsh_options(out, cli_common);
    buf_puts(out, " \\\n            '1: :->verb' '*:: :->rest'\n    case $state in\n"
                  "    verb) _describe verb verbs ;;\n    rest)\n        case $words[1] in\n");
    for (verb = cli->verbs; *verb; verb++) {
        struct hint hint = hint_of_operands(*verb);
        buf_printf(out, "        %s) _arguments", (*verb)->name);
        add_zsh_options(out, (*verb)->options);
        add_zsh_options(out, cli_common);
        buf_puts(out, " \\\n            '*:");
        add_zsh_text(out, (*verb)->operands);
        buf_putc(out, ':');
        add_zsh_hint(out, &hint);
        buf_puts(out, "' ;;\n");
    }
    buf_puts(out, "        esac ;;\n    esac\n}\n"
                  "if [[ $funcstack[1] == _tradeloom ]]; then _tradeloom; else compdef _tradeloom tradeloom; fi\n");
}

/* ---- fish ---- */

static void add_fish_text(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text; text++) {
        if (strchr("'\\", *text))
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
    buf_putc(out, '\'');
}

static void add_fish_hint(struct buf *out, const struct hint *hint)
{
    if (hint->kind == HINT_FOLDER)
        buf_puts(out, " -a '(__fish_complete_directories)'");
    else if (hint->words[0])
        buf_printf(out, " -a '%s'", hint->words);
    buf_puts(out, hint->kind == HINT_FILE ? " -F" : " -f");
}

static void add_fish_options(struct buf *out, const char *verb, const struct cli_option *option)
{
    for (; option->name; option++) {
        struct hint hint = hint_of(option->value ? option->value : "");
        buf_puts(out, "complete -c tradeloom");
        if (verb)
            buf_printf(out, " -n '__fish_seen_subcommand_from %s'", verb);
        buf_printf(out, " -l %s", option->name);
        if (option->value) {
            buf_puts(out, " -r");
            add_fish_hint(out, &hint);
        }
        buf_puts(out, " -d ");
        add_fish_text(out, option->note);
        buf_putc(out, '\n');
    }
}

static void write_fish(const struct cli *cli, struct buf *out)
{
    buf_puts(out, "# tradeloom: completion for fish: tradeloom completion fish | source\n");
    add_fish_options(out, NULL, cli_common);
    buf_puts(out, "set -g __tradeloom_verbs");
    for (const struct cli_verb *const *at = cli->verbs; *at; at++)
        buf_printf(out, " %s", (*at)->name);
    buf_putc(out, '\n');
    for (const struct cli_verb *const *at = cli->verbs; *at; at++) {
        const struct cli_verb *verb = *at;
        struct hint hint = hint_of_operands(verb);
        buf_printf(out, "complete -c tradeloom -n 'not __fish_seen_subcommand_from $__tradeloom_verbs' -f -a %s -d ",
                   verb->name);
        add_fish_text(out, verb->note);
        buf_printf(out, "\ncomplete -c tradeloom -n '__fish_seen_subcommand_from %s'", verb->name);
        add_fish_hint(out, &hint);
        buf_putc(out, '\n');
        add_fish_options(out, verb->name, verb->options);
    }
}

/* ---- the verb ---- */

static int run(struct cli *cli)
{
    static const struct {
        const char *name;
        void (*write)(const struct cli *cli, struct buf *out);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    const char *name = cli_operand(cli, 0, "");
    struct buf out = {0};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, name) == 0)
            shells[i].write(cli, &out);
    if (out.length == 0)
        return cli_usage(cli, "completion is for bash, zsh or fish, not \"%s\"", name);
    int status = cli_write(cli, &out);
    buf_finish(&out);
    return status;
}

const struct cli_verb cli_completion = {"completion", "bash|zsh|fish", "lets a shell complete verbs, options and names",
                                        1, 1, options, run};
