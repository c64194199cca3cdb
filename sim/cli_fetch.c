/* cli_fetch: `tradeloom fetch`: exchange rates, tariffs and rule packs from their publishers, laid in the user's data
 * folder: what came under fetched/, with its origin; the tables made of it under catalog/ and rules/, where every run
 * and quote finds them. What cannot be fetched leaves what is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/date.h"
#include "core/digest.h"
#include "core/rule_list.h"
#include "sim/cli.h"
#include "sim/courier.h"
#include "sim/feed.h"
#include "sim/fetch.h"
#include "sim/file.h"
#include "sim/job.h"
#include "sim/landing.h"
#include "sim/out_json.h"
#include "sim/shelf.h"
#include "sim/unpack.h"

enum { DAY_S = 86400, CODES_MAX = 1000, MB = 1 << 20 };

static const struct cli_option options[] = {
    {"daily", NULL, "fx: the rates of the last day, not the whole history"},
    {"format", "csv|xml", "fx: which of the bank's files; csv comes in a zip"},
    {"from", "DATE", "us-hts: the first day on which its rates hold, which it does not say; the day of fetching"},
    {"sha256", "HEX", "pack: its checksum; else the file URL.sha256 says it"},
    {"name", "NAME", "pack: its folder under rules/; else as the file is called"},
    {"again", NULL, "also what was fetched within a day"},
    {"timeout", "SECONDS", "for one try; 120"},
    {"ca", "FILE", "certificates of the authorities that are trusted, in place of the system's"},
    {0},
};

enum outcome { OUTCOME_UNSET, OUTCOME_FETCHED, OUTCOME_KEPT, OUTCOME_FAILED };
static const char *const outcomes[] = {"", "fetched", "kept", "failed"};

/* One file of an errand. */
struct item {
    const char *name, *url, *path; /* path: where it lands */
    enum outcome outcome;
    struct fetch_file *file;       /* NULL: it was not asked for */
};

struct feed;
typedef int feed_adder(struct feed_table *table, const struct feed_source *from, const char *source, const char *bytes,
                       size_t length, struct errs *errs);

struct errand {
    struct cli *cli;
    const struct feed *feed;
    char home[SHELF_PATH];
    struct item *item;
    size_t items;
    struct fetch fetch;
    int64_t now;
    char today[11];
    const char *from;   /* --from, else today */
    const char *table;  /* that was made, NULL: none */
    size_t rows;
    int32_t last_day;   /* of rates, DAY_UNSET: none */
    char stays[120];    /* what there is without fetching; "": not looked up yet */
    struct buf notes;
    struct errs errs;
};

/* A publisher. */
struct feed {
    const char *name, *site, *accept, *folder, *end, *table; /* folder: under fetched/; table: under the data folder */
    const char *const *types;
    size_t most;
    int (*plan)(struct errand *errand);
    /* Is it what it should be? 0, or -1 with errors. */
    int (*check)(struct errand *errand, const struct item *item, const char *bytes, size_t length);
    feed_adder *add; /* of tariffs */
    /* Makes the table of all that has ever come. 0, or -1 with errors. */
    int (*build)(struct errand *errand, struct buf *out);
};

/* ---- paths and addresses ---- */

static const char *keep(struct errand *errand, struct buf *text)
{
    const char *kept = arena_copy(&errand->cli->arena, text->data, text->length);
    buf_clear(text);
    return kept;
}

/* The publisher's site, or in tests another one at this machine. NULL with an error. */
static const char *site_of(struct errand *errand)
{
    const char *base = getenv("TRADELOOM_FETCH_BASE");
    if (!base || !*base)
        return errand->feed->site;
    if (courier_is_loopback(base))
        return base;
    errs_add(&errand->errs, ERR_USAGE, "TRADELOOM_FETCH_BASE is for servers at this machine only");
    return NULL;
}

static void add_item(struct errand *errand, const char *name, const char *url)
{
    struct buf text = {0};
    struct item *item = &errand->item[errand->items++];
    item->name = name;
    item->url = url;
    buf_printf(&text, "%s/fetched/%s/%s%s", errand->home, errand->feed->folder, name, errand->feed->end);
    item->path = keep(errand, &text);
    buf_finish(&text);
}

/* ---- exchange rates ---- */

static int plan_fx(struct errand *errand)
{
    static const char *const names[2][2] = {{"eurofxref-hist.zip", "eurofxref-hist.xml"},
                                            {"eurofxref.zip", "eurofxref-daily.xml"}};
    const char *format = cli_value(errand->cli, "format", "csv"), *site = site_of(errand);
    bool is_daily = cli_has(errand->cli, "daily"), is_xml = strcmp(format, "xml") == 0;
    struct buf url = {0};
    if (!is_xml && strcmp(format, "csv") != 0)
        errs_add(&errand->errs, ERR_USAGE, "--format is csv or xml, not \"%.40s\"", format);
    if (errand->cli->operands > 1)
        errs_add(&errand->errs, ERR_USAGE, "fetch fx takes no \"%.60s\"", cli_operand(errand->cli, 1, ""));
    if (errand->errs.count)
        return -1;
    const char *file = names[is_daily][is_xml], *name = file;
    if (is_daily) { /* each day's is kept */
        buf_printf(&url, "daily-%s%s", errand->today, strrchr(file, '.'));
        name = keep(errand, &url);
    }
    buf_printf(&url, "%s/stats/eurofxref/%s", site, file);
    add_item(errand, name, keep(errand, &url));
    buf_finish(&url);
    return 0;
}

static int check_fx(struct errand *errand, const struct item *item, const char *bytes, size_t length)
{
    struct feed_rates *rates = feed_rates_create();
    int result = feed_rates_add(rates, item->url, bytes, length, &errand->errs);
    feed_rates_free(rates);
    return result;
}

/* Calls `add` with each file that ever came. */
static int each_landed(struct errand *errand, int (*add)(struct errand *errand, void *to, const char *path,
                                                         const char *bytes, size_t length), void *to)
{
    struct buf folder = {0};
    const char **path;
    size_t count;
    buf_printf(&folder, "%s/fetched/%s", errand->home, errand->feed->folder);
    int result = file_list(buf_text(&folder), "", &errand->cli->arena, &path, &count, &errand->errs);
    for (size_t i = 0; i < count && result == 0; i++) {
        size_t length, name = strlen(path[i]);
        bool is_beside = name > 7 && strcmp(path[i] + name - 7, ".origin") == 0;
        if (is_beside || (name > 4 && strcmp(path[i] + name - 4, ".new") == 0))
            continue;
        const char *bytes = file_keep(path[i], &errand->cli->arena, &length, &errand->errs);
        result = bytes ? add(errand, to, path[i], bytes, length) : -1;
    }
    buf_finish(&folder);
    return result;
}

static int add_rates(struct errand *errand, void *to, const char *path, const char *bytes, size_t length)
{
    return feed_rates_add(to, path, bytes, length, &errand->errs);
}

static int build_fx(struct errand *errand, struct buf *out)
{
    struct feed_rates *rates = feed_rates_create();
    int result = each_landed(errand, add_rates, rates);
    errand->rows = result == 0 ? feed_rates_write(rates, out) : 0;
    errand->last_day = feed_rates_last(rates);
    feed_rates_free(rates);
    return result;
}

/* ---- tariffs ---- */

static bool is_code(const char *text, size_t least, size_t most)
{
    size_t length = strlen(text);
    return length >= least && length <= most && strspn(text, "0123456789") == length;
}

/* The codes of the command line, each once, as the publisher's address wants them. */
static int plan_codes(struct errand *errand, size_t least, size_t digits, const char *format)
{
    struct cli *cli = errand->cli;
    const char *site = site_of(errand);
    struct buf url = {0};
    if (cli->operands < 2)
        errs_add(&errand->errs, ERR_USAGE, "fetch %s needs codes", errand->feed->name);
    for (size_t i = 1; i < cli->operands; i++) {
        char code[16];
        if (!is_code(cli->operand[i], least, 10)) {
            errs_add(&errand->errs, ERR_USAGE, "a code of %zu to 10 digits expected, not \"%.40s\"", least,
                     cli->operand[i]);
            continue;
        }
        snprintf(code, sizeof code, "%.*s%.*s", (int)digits, cli->operand[i],
                 strlen(cli->operand[i]) < digits ? (int)(digits - strlen(cli->operand[i])) : 0, "0000000000");
        bool is_known = false;
        for (size_t k = 0; k < errand->items; k++)
            is_known = is_known || strcmp(errand->item[k].name, code) == 0;
        if (is_known || !site)
            continue;
        buf_printf(&url, "%s", site);
        buf_printf(&url, format, code, code);
        add_item(errand, arena_copy(&cli->arena, code, strlen(code)), keep(errand, &url));
    }
    buf_finish(&url);
    return errand->errs.count ? -1 : 0;
}

static int plan_uk(struct errand *errand)
{
    return plan_codes(errand, 6, 10, "/uk/api/commodities/%s");
}

static int plan_us(struct errand *errand)
{
    return plan_codes(errand, 4, 4, "/reststop/exportList?from=%s&to=%s&format=JSON&styles=false");
}

static int check_tariff(struct errand *errand, const struct item *item, const char *bytes, size_t length)
{
    struct feed_table table = {0};
    struct feed_source from = {item->url, errand->today, errand->from};
    int result = errand->feed->add(&table, &from, item->url, bytes, length, &errand->errs);
    buf_add(&errand->notes, table.notes.data, table.notes.length);
    feed_table_finish(&table);
    return result;
}

static int add_tariff(struct errand *errand, void *to, const char *path, const char *bytes, size_t length)
{
    struct landing_origin origin;
    char day[11];
    if (!landing_origin(path, &origin)) {
        struct err *err = errs_add(&errand->errs, ERR_SYNTAX, "it is not what was fetched: its origin says otherwise");
        snprintf(err->source, sizeof err->source, "%.159s", path);
        err_help(err, "delete it, or fetch it again");
        return -1;
    }
    snprintf(day, sizeof day, "%.10s", origin.fetched);
    struct feed_source from = {origin.url, day, *origin.from ? origin.from : day};
    return errand->feed->add(to, &from, path, bytes, length, &errand->errs);
}

static int build_tariff(struct errand *errand, struct buf *out)
{
    struct feed_table table = {0};
    int result = each_landed(errand, add_tariff, &table);
    feed_table_write(&table, out);
    errand->rows = table.count;
    feed_table_finish(&table);
    return result;
}

/* ---- packs ---- */

static bool is_name(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length <= 60 && text[0] != '.' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* The last part of an address, without what stands behind a question mark and without its endings. */
static const char *name_of(struct errand *errand, const char *url)
{
    const char *end = url + strcspn(url, "?#"), *from = end;
    while (from > url && from[-1] != '/')
        from--;
    size_t length = 0;
    while (from + length < end && from[length] != '.')
        length++;
    return arena_copy(&errand->cli->arena, from, length);
}

static int plan_pack(struct errand *errand)
{
    const char *url = cli_operand(errand->cli, 1, NULL), *sum = cli_value(errand->cli, "sha256", NULL);
    const char *name = url ? cli_value(errand->cli, "name", name_of(errand, url)) : NULL;
    struct buf text = {0};
    if (!url || errand->cli->operands > 2)
        errs_add(&errand->errs, ERR_USAGE, "fetch pack takes one address");
    else if (!courier_may(url))
        errs_add(&errand->errs, ERR_USAGE, "a pack is fetched by https, not \"%.80s\"", url);
    else if (!is_name(name))
        err_help(errs_add(&errand->errs, ERR_USAGE, "\"%.60s\" is no name of a folder", name), "--name NAME");
    else if (sum && (strlen(sum) != 64 || strspn(sum, "0123456789abcdefABCDEF") != 64))
        errs_add(&errand->errs, ERR_USAGE, "--sha256 is 64 hexadecimal digits");
    if (errand->errs.count)
        return -1;
    add_item(errand, name, url);
    if (!sum) {
        buf_printf(&text, "%s.sha256", name);
        const char *beside = keep(errand, &text);
        buf_printf(&text, "%s.sha256", url);
        add_item(errand, beside, keep(errand, &text));
    }
    buf_finish(&text);
    return 0;
}

/* The checksum that the pack must have: as given, or the first word of the file beside it. */
static bool read_sum(struct errand *errand, char sum[65])
{
    const char *given = cli_value(errand->cli, "sha256", NULL);
    struct fetch_file *beside = errand->items > 1 ? errand->item[1].file : NULL;
    if (!given && !(beside && beside->came))
        return false;
    snprintf(sum, 65, "%.64s", given ? given : buf_text(&beside->body));
    for (char *at = sum; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'F' ? *at + 32 : *at);
    return strspn(sum, "0123456789abcdef") == 64;
}

/* Reads a pack: an archive, or one file. */
static int read_pack(struct unpack *unpack, const struct item *item, const char *bytes, size_t length,
                     struct errs *errs)
{
    struct buf path = {0};
    if (unpack_is_archive(bytes, length))
        return unpack_read(unpack, item->url, bytes, length, errs);
    size_t blank = strspn(bytes, " \t\r\n\xEF\xBB\xBF");
    buf_printf(&path, "%s%s", item->name, bytes[blank] == '{' ? ".json" : ".csv");
    const char *name = arena_copy(&unpack->arena, path.data, path.length);
    unpack->file[unpack->files++] = (struct unpack_file){name, bytes, length};
    buf_finish(&path);
    return 0;
}

static enum book_part part_of(const char *path)
{
    const char *end = strrchr(path, '.');
    return end && strcmp(end, ".json") == 0 ? BOOK_RULES : end && strcmp(end, ".csv") == 0 ? BOOK_TARIFF : BOOK_UNSET;
}

/* Would every run and quote read it? */
static int try_pack(const struct unpack *unpack, struct errs *errs)
{
    struct arena arena = {0};
    struct shelf shelf = {.arena = &arena};
    struct book book = {0};
    for (size_t i = 0; i < unpack->files; i++) {
        const struct unpack_file *file = &unpack->file[i];
        if (part_of(file->path))
            shelf_add(&shelf, (struct book_overlay){part_of(file->path), file->path, file->bytes, file->length, NULL});
    }
    if (shelf.count == 0)
        errs_add(errs, ERR_SYNTAX, "there is neither a rule pack (.json) nor a table (.csv) in it");
    else
        book_load(&book, shelf.item, shelf.count, errs);
    book_finish(&book);
    arena_finish(&arena);
    return errs->count ? -1 : 0;
}

/* The files of an earlier pack of this name go, those of this one come. */
static int put_pack(struct errand *errand, const struct item *item, const struct unpack *unpack)
{
    struct buf folder = {0}, path = {0};
    const char **old;
    size_t count;
    int result = 0;
    buf_printf(&folder, "%s/rules/%s", errand->home, item->name);
    if (access(buf_text(&folder), F_OK) == 0)
        result = file_list(buf_text(&folder), "", &errand->cli->arena, &old, &count, &errand->errs);
    else
        count = 0;
    for (size_t i = 0; i < count && result == 0; i++)
        unlink(old[i]);
    for (size_t i = 0; i < unpack->files && result == 0; i++) {
        const struct unpack_file *file = &unpack->file[i];
        if (!part_of(file->path))
            continue;
        buf_clear(&path);
        buf_printf(&path, "%s/%s", buf_text(&folder), file->path);
        result = landing_write(buf_text(&path), file->bytes, file->length, &errand->errs);
        errand->rows++;
    }
    errand->table = keep(errand, &folder);
    buf_finish(&folder);
    buf_finish(&path);
    return result;
}

static int check_pack(struct errand *errand, const struct item *item, const char *bytes, size_t length)
{
    char sum[65], own[65];
    if (item != &errand->item[0])
        return 0;
    sha256(bytes, length, own);
    if (!read_sum(errand, sum) || strcmp(sum, own) != 0) {
        bool is_known = read_sum(errand, sum);
        struct err *err = errs_add(&errand->errs, ERR_SYNTAX, is_known ? "its checksum is another one: %s"
                                                                       : "its checksum is not known", own);
        snprintf(err->source, sizeof err->source, "%.159s", item->url);
        err_help(err, is_known ? "it was changed on the way, or the checksum is of another version"
                               : "--sha256 HEX, as its publisher tells it, or a file URL.sha256");
        return -1;
    }
    struct unpack *unpack = memory_take(sizeof *unpack);
    int result = read_pack(unpack, item, bytes, length, &errand->errs);
    if (result == 0)
        result = try_pack(unpack, &errand->errs);
    if (result == 0)
        result = put_pack(errand, item, unpack);
    arena_finish(&unpack->arena);
    memory_release(unpack);
    return result;
}

/* ---- publishers ---- */

static const char *const any_rates[] = {"application/zip", "application/x-zip", "application/xml", "text/xml",
                                        "text/csv", "application/octet-stream", NULL};
static const char *const any_json[] = {"application/json", "application/vnd.", "text/json", NULL};
static const struct feed feeds[] = {
    {.name = "fx", .site = "https://www.ecb.europa.eu", .folder = "ecb", .end = "", .table = "catalog/ecb.csv",
     .types = any_rates, .most = 16 * MB, .plan = plan_fx, .check = check_fx, .build = build_fx},
    {.name = "uk-tariff", .site = "https://www.trade-tariff.service.gov.uk",
     .accept = "application/vnd.hmrc.2.0+json", .folder = "uk-tariff", .end = ".json",
     .table = "rules/gb/uk-tariff.csv", .types = any_json, .most = 16 * MB, .plan = plan_uk, .check = check_tariff,
     .add = feed_uk_add,
     .build = build_tariff},
    {.name = "us-hts", .site = "https://hts.usitc.gov", .accept = "application/json", .folder = "us-hts",
     .end = ".json", .table = "rules/us/us-hts.csv", .types = any_json, .most = 16 * MB, .plan = plan_us,
     .check = check_tariff, .add = feed_us_add, .build = build_tariff},
    {.name = "pack", .folder = "pack", .end = "", .most = 32 * MB, .plan = plan_pack, .check = check_pack},
};
enum { FEEDS = sizeof feeds / sizeof *feeds };

/* ---- what stays when something does not come ---- */

/* Of what is built in: how far it goes. */
static void write_stays(struct errand *errand)
{
    struct book book;
    struct errs ignored = {0};
    char day[11];
    book_load(&book, NULL, 0, &ignored);
    if (errand->feed->build == build_fx) {
        int32_t month = book.fx.last_month[currency_index("USD")];
        snprintf(errand->stays, sizeof errand->stays, "the built-in rates stay in use: to %04d-%02d",
                 (int)(1970 + month / 12), (int)(month % 12 + 1));
    } else {
        date_write(rule_count(book.rules).kept_until, day);
        snprintf(errand->stays, sizeof errand->stays, "the built-in tariff stays in use: followed up to %s", day);
    }
    book_finish(&book);
}

static void help_stays(struct errand *errand, const struct item *item, struct err *err)
{
    struct landing_origin origin;
    if (!errand->feed->build)
        return;
    if (landing_origin(item->path, &origin)) {
        err_help(err, "what was fetched on %.10s stays in use", origin.fetched);
        return;
    }
    if (!*errand->stays)
        write_stays(errand);
    err_help(err, "%s", errand->stays);
}

static void fail_item(struct errand *errand, struct item *item)
{
    const struct fetch_file *file = item->file;
    item->outcome = OUTCOME_FAILED;
    struct err *err = errs_add(&errand->errs, ERR_UNAVAILABLE, "cannot fetch it: %s (tries: %u)", file->error,
                               file->tries);
    snprintf(err->source, sizeof err->source, "%.159s", item->url);
    help_stays(errand, item, err);
}

/* ---- the errand ---- */

static bool is_fresh(const struct errand *errand, const struct item *item)
{
    struct landing_origin origin;
    return !cli_has(errand->cli, "again") && errand->feed->build && landing_origin(item->path, &origin) &&
           strcmp(origin.url, item->url) == 0 && errand->now - origin.time < DAY_S &&
           (!cli_has(errand->cli, "from") || strcmp(origin.from, errand->from) == 0);
}

static void fetch_items(struct errand *errand)
{
    struct fetch *fetch = &errand->fetch;
    fetch->file = arena_array(&errand->cli->arena, struct fetch_file, errand->items + 1);
    for (size_t i = 0; i < errand->items; i++) {
        struct item *item = &errand->item[i];
        item->outcome = is_fresh(errand, item) ? OUTCOME_KEPT : OUTCOME_UNSET;
        if (item->outcome == OUTCOME_KEPT)
            continue;
        item->file = &fetch->file[fetch->files++];
        *item->file = (struct fetch_file){.url = item->url, .accept = errand->feed->accept,
                                          .types = errand->feed->types, .most = errand->feed->most};
    }
    fetch->pause_ms = errand->items && courier_is_loopback(errand->item[0].url) ? 20 : 1000;
    if (fetch->files)
        fetch_all(fetch);
}

static void land(struct errand *errand, struct item *item)
{
    struct landing_origin origin = {.time = errand->now};
    struct buf *body = &item->file->body;
    snprintf(origin.url, sizeof origin.url, "%s", item->url);
    if (cli_has(errand->cli, "from"))
        snprintf(origin.from, sizeof origin.from, "%.10s", errand->from);
    item->outcome = OUTCOME_FAILED;
    if (errand->feed->check(errand, item, buf_text(body), body->length) == 0 &&
        landing_put(item->path, &origin, body->data, body->length, &errand->errs) == 0)
        item->outcome = OUTCOME_FETCHED;
}

/* A table that would break every run is a bug of ours, but then better none. */
static int try_table(struct errand *errand, const struct buf *table)
{
    struct book_overlay overlay = {errand->feed->build == build_fx ? BOOK_FX : BOOK_TARIFF, errand->table, table->data,
                                   table->length, NULL};
    struct book book;
    int result = book_load(&book, &overlay, 1, &errand->errs);
    book_finish(&book);
    return result;
}

static void make_table(struct errand *errand)
{
    struct buf table = {0}, path = {0};
    buf_printf(&path, "%s/%s", errand->home, errand->feed->table);
    errand->table = keep(errand, &path);
    struct errs before = errand->errs;
    errand->errs = (struct errs){0};
    if (errand->feed->build(errand, &table) != 0 || try_table(errand, &table) != 0 ||
        landing_write(errand->table, table.data, table.length, &errand->errs) != 0)
        errand->table = NULL;
    struct errs own = errand->errs;
    errand->errs = before;
    errs_append(&errand->errs, &own);
    buf_finish(&table);
    buf_finish(&path);
}

static void carry_out(struct errand *errand)
{
    bool has_some = false;
    fetch_items(errand);
    for (size_t i = 0; i < errand->items; i++) {
        struct item *item = &errand->item[i];
        if (item->file && !item->file->came)
            fail_item(errand, item);
        else if (item->file)
            land(errand, item);
        has_some = has_some || item->outcome != OUTCOME_FAILED;
    }
    if (has_some && errand->feed->build)
        make_table(errand);
}

/* ---- what is told ---- */

static void tell_json(const struct errand *errand, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "feed", errand->feed->name);
    out_json_begin(&json, "files", '[');
    for (size_t i = 0; i < errand->items; i++) {
        const struct item *item = &errand->item[i];
        struct landing_origin origin;
        out_json_begin_flat(&json, NULL, '{');
        out_json_text(&json, "name", item->name);
        out_json_text(&json, "url", item->url);
        out_json_text(&json, "state", outcomes[item->outcome]);
        out_json_count(&json, "tries", item->file ? item->file->tries : 0);
        if (landing_origin(item->path, &origin)) {
            out_json_text(&json, "file", item->path);
            out_json_text(&json, "fetched", origin.fetched);
            out_json_text(&json, "sha256", origin.sha256);
        }
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    out_json_text(&json, "table", errand->table);
    out_json_count(&json, "rows", errand->rows);
    out_json_begin(&json, "notes", '[');
    for (size_t at = 0; at < errand->notes.length;) {
        const char *line = errand->notes.data + at, *end = memchr(line, '\n', errand->notes.length - at);
        out_json_text(&json, NULL, arena_copy(&errand->cli->arena, line, (size_t)(end - line)));
        at += (size_t)(end - line) + 1;
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
}

static void tell(const struct errand *errand, struct buf *out)
{
    static const char *const words[][2] = {{"", ""}, {"fetched", "已下载"}, {"kept", "已有"}, {"failed", "失败"}};
    bool is_zh = errand->cli->lang == LANG_ZH;
    for (size_t i = 0; i < errand->items; i++) {
        const struct item *item = &errand->item[i];
        struct landing_origin origin;
        buf_printf(out, "%s  %s", words[item->outcome][is_zh], item->name);
        if (item->outcome != OUTCOME_FAILED && landing_origin(item->path, &origin))
            buf_printf(out, is_zh ? "  %s 取得，sha256 %.12s" : "  of %s, sha256 %.12s", origin.fetched, origin.sha256);
        buf_putc(out, '\n');
    }
    if (errand->notes.length) {
        buf_puts(out, is_zh ? "未采用：\n" : "not taken:\n");
        buf_add(out, errand->notes.data, errand->notes.length);
    }
    if (!errand->table)
        return;
    if (errand->feed->build)
        buf_printf(out, is_zh ? "%zu 行 → %s" : "%zu rows → %s", errand->rows, errand->table);
    else
        buf_printf(out, is_zh ? "%zu 个文件 → %s" : "%zu files → %s", errand->rows, errand->table);
    if (errand->last_day != DAY_UNSET) {
        char day[11];
        date_write(errand->last_day, day);
        buf_printf(out, is_zh ? "，至 %s" : ", to %s", day);
    }
    buf_puts(out, is_zh ? "\n此后的运行和计税均采用。\n" : "\nEvery run and quote reads it from now on.\n");
}

/* ---- the verb ---- */

static int read_options(struct errand *errand)
{
    struct cli *cli = errand->cli;
    uint64_t timeout;
    int32_t from;
    errand->now = (int64_t)time(NULL);
    date_write((int32_t)(errand->now / DAY_S), errand->today);
    errand->last_day = DAY_UNSET;
    if (job_number(cli, "timeout", 120, 1, 3600, &timeout, &errand->errs) != 0 ||
        job_day(cli, "from", &from, &errand->errs) != 0)
        return -1;
    errand->from = cli_value(cli, "from", errand->today);
    errand->fetch = (struct fetch){.ca = cli_value(cli, "ca", NULL), .connections = FETCH_CONNECTIONS,
                                   .timeout_ms = timeout * 1000, .has_bar = isatty(STDERR_FILENO) && !cli->json,
                                   .lang = cli->lang};
    if (!shelf_home(errand->home)) {
        err_help(errs_add(&errand->errs, ERR_USAGE, "there is no folder for data"), "set HOME or XDG_DATA_HOME");
        return -1;
    }
    return 0;
}

static int fail_feed(const struct cli *cli, const char *name)
{
    struct errs errs = {0};
    const char *names[FEEDS];
    for (size_t i = 0; i < FEEDS; i++)
        names[i] = feeds[i].name;
    struct err *err = errs_add(&errs, ERR_USAGE, "nothing is fetched by the name of \"%.60s\"", name);
    if (!err_suggest(err, name, names, FEEDS))
        err_help(err, "fx, uk-tariff, us-hts or pack");
    return cli_fail(cli, &errs);
}

static int run(struct cli *cli)
{
    struct errand *errand = arena_take(&cli->arena, sizeof *errand);
    struct buf out = {0};
    const char *name = cli_operand(cli, 0, "");
    for (size_t i = 0; i < FEEDS; i++)
        if (strcmp(feeds[i].name, name) == 0)
            errand->feed = &feeds[i];
    if (!errand->feed)
        return fail_feed(cli, name);
    errand->cli = cli;
    errand->item = arena_array(&cli->arena, struct item, cli->operands + 2);
    int status = 0;
    if (read_options(errand) == 0 && errand->feed->plan(errand) == 0) {
        carry_out(errand);
        if (cli->json)
            tell_json(errand, &out);
        else
            tell(errand, &out);
        status = cli_write(cli, &out);
    }
    if (errand->errs.count)
        status = cli_fail(cli, &errand->errs);
    fetch_finish(&errand->fetch);
    buf_finish(&errand->notes);
    buf_finish(&out);
    return status;
}

const struct cli_verb cli_fetch = {
    "fetch", "fx|uk-tariff CODE...|us-hts CODE...|pack URL",
    "exchange rates, tariffs and rule packs from their publishers, for every run and quote", 1, CODES_MAX + 1, options,
    run};
