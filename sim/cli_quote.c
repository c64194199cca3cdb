/* cli_quote: `tradeloom quote` and `drawback`: requests in, one a line, answers out in the same order. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/json.h"
#include "sim/allowance.h"
#include "sim/cli.h"
#include "sim/order_csv.h"
#include "sim/quote.h"

enum { CHUNK = 1 << 16, FLUSH = 1 << 18 };

static const struct cli_option options[] = {
    {"explain", NULL, "the answer for a person: every base, rate, law and rounding"},
    {"all-forms", NULL, "retail, parcel and general side by side"},
    {"csv", NULL, "the input is a table with a row a line of an order"},
    {"map", "NAME=COLUMN,...", "with --csv: which column holds what; NAME==TEXT: the same in every row"},
    {"ledger", "FILE", "what buyers have used of their yearly allowances, carried on from call to call"},
    {0},
};

static const struct cli_option drawback_options[] = {
    {"explain", NULL, "the answer for a person: every base, rate, law and rounding"},
    {0},
};

struct desk {
    struct cli *cli;
    struct quote quote;
    const char *source;
    int fd;
    struct buf in, out;
    size_t at;       /* of `in`: bytes before are answered */
    bool ended;      /* nothing more to read */
    struct errs wrong, told; /* with the request at hand; with all, as far as it is told at the end */
    int status;      /* of writing */
};

static void flush(struct desk *desk, size_t least)
{
    if (desk->out.length > least && desk->status == 0)
        desk->status = cli_write(desk->cli, &desk->out);
}

/* The country that a member of the request names, 0: none that can be told. */
static uint16_t place_named(const struct json *request, const char *name)
{
    const char *text = json_text(request->root, name, "");
    return strlen(text) < 2 ? 0 : text_country(text, 2);
}

/* Sees to it that the law of the place that is asked for is loaded; any, when that cannot be told. */
static void see_to(struct desk *desk, const struct json *request)
{
    bool is_left = desk->quote.kind == REQUEST_DRAWBACK ||
                   form_is_mode(form_find(json_text(request->root, "form", "")));
    uint16_t place = place_named(request, is_left ? "from" : "to"), from = place_named(request, "from");
    bool is_new = book_place(&desk->cli->book, place ? place : text_country("CN", 2)) != 0;
    if (desk->quote.all_forms && from)
        is_new = book_place(&desk->cli->book, from) != 0 || is_new;
    if (is_new)
        quote_renew(&desk->quote);
}

/* One request as JSON text, which starts on line quote.line. */
static void answer(struct desk *desk, const char *bytes, size_t length)
{
    struct json json;
    bool is_sound = false;
    desk->wrong.count = desk->wrong.dropped = 0;
    if (json_read_only(&json, desk->source, bytes, length, &desk->wrong) == 0) {
        see_to(desk, &json);
        is_sound = quote_answer(&desk->quote, &json, &desk->wrong, &desk->out);
    } else {
        quote_refuse(&desk->quote, &json, &desk->wrong, &desk->out);
    }
    json_finish(&json);
    if (!is_sound)
        errs_append(&desk->told, &desk->wrong);
    flush(desk, FLUSH);
}

static bool is_blank(const char *bytes, size_t length)
{
    return strspn(bytes, " \t\r\n") >= length;
}

/* Reads more; the answered part is dropped first. */
static int read_more(struct desk *desk, struct errs *errs)
{
    if (desk->at > 0) {
        desk->in.length -= desk->at;
        memmove(desk->in.data, desk->in.data + desk->at, desk->in.length);
        desk->at = 0;
    }
    ssize_t got;
    do {
        got = read(desk->fd, buf_room(&desk->in, CHUNK + 1), CHUNK);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        struct err *err = errs_add(errs, ERR_IO, "cannot read: %s", strerror(errno));
        snprintf(err->source, sizeof err->source, "%s", desk->source);
        return -1;
    }
    desk->in.length += (size_t)got;
    desk->in.data[desk->in.length] = '\0';
    desk->ended = got == 0;
    return 0;
}

/* Answers all lines that are complete. */
static void answer_lines(struct desk *desk)
{
    while (desk->at < desk->in.length && desk->status == 0) {
        const char *line = desk->in.data + desk->at;
        size_t left = desk->in.length - desk->at;
        const char *end = memchr(line, '\n', left);
        if (!end && !desk->ended)
            return;
        size_t length = end ? (size_t)(end - line) : left;
        desk->at += length + (end != NULL);
        desk->quote.line++;
        if (!is_blank(line, length))
            answer(desk, line, length);
    }
}

enum shape { SHAPE_UNSET, SHAPE_LINES, SHAPE_SPREAD };

/* One value over several lines, or a value a line? Spread is a text whose first line leaves a bracket open
 * and whose second does not open a new object; unset: more must be read to know. */
static enum shape shape_of(const char *bytes, size_t length)
{
    int depth = 0;
    bool is_quoted = false;
    size_t at = strspn(bytes, " \t\r\n");
    for (; at < length && bytes[at] != '\n'; at++) {
        char c = bytes[at];
        if (is_quoted && c == '\\')
            at++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    if (at < length && depth <= 0)
        return SHAPE_LINES;
    at += at < length ? strspn(bytes + at, " \t\r\n") : 0;
    return at >= length ? SHAPE_UNSET : bytes[at] == '{' ? SHAPE_LINES : SHAPE_SPREAD;
}

static int answer_all(struct desk *desk, struct errs *errs)
{
    enum shape shape = SHAPE_UNSET;
    while (!desk->ended && desk->status == 0) {
        if (read_more(desk, errs) != 0)
            return -1;
        if (shape == SHAPE_UNSET)
            shape = shape_of(desk->in.data, desk->in.length);
        if (shape == SHAPE_LINES || (shape == SHAPE_UNSET && desk->ended))
            answer_lines(desk);
        flush(desk, 0);
    }
    if (shape == SHAPE_SPREAD) {
        desk->quote.line = 1;
        answer(desk, desk->in.data, desk->in.length);
    }
    flush(desk, 0);
    return 0;
}

/* In place of an order that has a row that cannot be read; its errors count lines of the table already. */
static void answer_broken(struct desk *desk)
{
    const struct json nothing = {0};
    desk->quote.line = 0;
    quote_refuse(&desk->quote, &nothing, &desk->wrong, &desk->out);
    errs_append(&desk->told, &desk->wrong);
    flush(desk, FLUSH);
}

/* The whole table is read first: an order's rows follow each other. */
static int answer_table(struct desk *desk, struct errs *errs)
{
    struct order_csv orders;
    struct buf request = {0};
    while (!desk->ended)
        if (read_more(desk, errs) != 0)
            return -1;
    int result = order_csv_open(&orders, cli_value(desk->cli, "map", NULL), desk->source, desk->in.data,
                                desk->in.length, errs);
    for (int got; result == 0 && desk->status == 0;) {
        desk->wrong.count = desk->wrong.dropped = 0;
        got = order_csv_next(&orders, &request, &desk->quote.line, &desk->wrong);
        if (got == 0)
            break;
        if (got < 0)
            answer_broken(desk);
        else
            answer(desk, request.data, request.length);
    }
    flush(desk, 0);
    order_csv_close(&orders);
    buf_finish(&request);
    return result;
}

/* Options that change what is asked and kept. 0, or -1 with errors. */
static int take_options(struct desk *desk, struct allowance *allowance, struct errs *errs)
{
    const char *ledger = cli_value(desk->cli, "ledger", NULL);
    desk->quote.view = cli_has(desk->cli, "explain") && !desk->cli->json ? QUOTE_TEXT : QUOTE_JSON;
    desk->quote.lang = desk->cli->lang;
    desk->quote.all_forms = cli_has(desk->cli, "all-forms");
    if (ledger && allowance_load(allowance, ledger, errs) != 0)
        return -1;
    desk->quote.allowance = ledger ? allowance : NULL;
    return 0;
}

static int run(struct cli *cli, enum request_kind kind)
{
    struct allowance allowance = {0};
    struct errs errs = {0};
    struct desk desk = {.cli = cli, .source = cli_operand(cli, 0, "-")};
    bool is_input = strcmp(desk.source, "-") == 0;
    desk.fd = is_input ? STDIN_FILENO : open(desk.source, O_RDONLY | O_CLOEXEC);
    if (desk.fd < 0) {
        struct err *err = errs_add(&errs, ERR_NO_INPUT, "cannot open: %s", strerror(errno));
        snprintf(err->source, sizeof err->source, "%s", desk.source);
        return cli_fail(cli, &errs);
    }
    int result = cli_load_law(cli, &errs);
    if (result == 0) {
        quote_init(&desk.quote, &cli->book, kind);
        result = take_options(&desk, &allowance, &errs);
        if (result == 0)
            result = cli_has(cli, "csv") ? answer_table(&desk, &errs) : answer_all(&desk, &errs);
        if (result == 0 && desk.quote.allowance)
            result = allowance_save(&allowance, cli_value(cli, "ledger", NULL), &errs);
        quote_finish(&desk.quote);
        allowance_finish(&allowance);
    }
    if (!is_input)
        close(desk.fd);
    buf_finish(&desk.in);
    buf_finish(&desk.out);
    if (result != 0)
        return cli_fail(cli, &errs);
    if (desk.told.count && desk.quote.view == QUOTE_JSON) /* else they stand among the answers */
        cli_fail(cli, &desk.told);
    return desk.status ? desk.status : desk.told.count ? err_status(ERR_BAD_REQUEST) : 0;
}

static int run_quote(struct cli *cli) { return run(cli, REQUEST_ORDER); }
static int run_drawback(struct cli *cli) { return run(cli, REQUEST_DRAWBACK); }

const struct cli_verb cli_quote = {"quote", "[FILE|-]", "what one order owes, and why (a request a line)",
                                   0, 1, options, run_quote};
const struct cli_verb cli_drawback = {"drawback", "[FILE|-]", "what an export earns back, and why",
                                      0, 1, drawback_options, run_drawback};
