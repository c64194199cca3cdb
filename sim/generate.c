/* generate: blocks through worlds into formats, with a checkpoint after each. */
#include "sim/generate.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/out_ceb.h"
#include "sim/out_csv.h"
#include "sim/out_folder.h"
#include "sim/out_h7.h"
#include "sim/out_ocel.h"
#include "sim/out_parquet.h"
#include "sim/out_sqlite.h"
#include "sim/scenario.h"
#include "sim/stats.h"

enum { SLICE = 1 << 14, BLOCKS_LEAST = 8, BLOCK_LEAST = 1000 };

const struct generate_format *const generate_formats[] = {
    &out_csv_format, &out_jsonl_format, &out_sqlite_format, &out_parquet_format, &out_null_format,
    &out_ceb_format, &out_ocel_format, &out_ocel_json_format, &out_h7_format, NULL};

const struct generate_format *generate_format(const char *id, size_t length)
{
    for (unsigned i = 0; generate_formats[i]; i++)
        if (strlen(generate_formats[i]->id) == length && memcmp(generate_formats[i]->id, id, length) == 0)
            return generate_formats[i];
    return NULL;
}

/* ---- blocks ---- */

uint32_t generate_blocks(const struct scenario *scenario, uint64_t limit)
{
    /* numbers of a block's orders, which count up in steps of the cells, fit into a key (sim/dossier.h) */
    uint64_t most = DOSSIER_KEYS / scenario->cells < GENERATE_BLOCK ? DOSSIER_KEYS / scenario->cells : GENERATE_BLOCK;
    uint64_t few = limit / BLOCK_LEAST, many = (limit + most - 1) / most;
    if (limit == 0 || scenario->replay)
        return 1;
    few = few < 1 ? 1 : few > BLOCKS_LEAST ? BLOCKS_LEAST : few;
    return (uint32_t)(few > many ? few : many);
}

uint64_t generate_block_orders(uint64_t limit, uint32_t blocks, uint32_t block)
{
    check(block >= 1 && block <= blocks);
    return limit / blocks + (block <= limit % blocks);
}

/* ---- one format at work ---- */

struct part {
    const struct generate_format *format;
    struct generate_set set; /* with this format's own mark */
    void *self;
    struct buf mark;
};

struct maker {
    struct generate_set *set;
    struct scenario *scenario;
    struct part part[GENERATE_FORMATS_MAX];
    size_t parts;
    const char *key;
    int64_t until;
    bool has_bar;
    uint32_t blocks;       /* that are sealed together */
    struct dossier_desk *desk;
    struct generate_outcome *out;
    struct errs *errs;
};

static void hand_order(void *self, const struct dossier *dossier)
{
    struct maker *m = self;
    const struct order_record *r = &dossier->record;
    struct generate_counts *counts = &m->out->counts;
    m->out->orders++;
    counts->orders++;
    counts->irregular[r->irregular]++;
    counts->found[r->irregular] += r->is_found;
    counts->inspected += r->is_inspected;
    counts->irregular_inspected += r->is_inspected && r->irregular;
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->reader.order)
            m->part[i].format->reader.order(m->part[i].self, dossier);
}

static void hand_shipment(void *self, const struct shipment_record *record)
{
    struct maker *m = self;
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->reader.shipment)
            m->part[i].format->reader.shipment(m->part[i].self, record);
}

static void hand_departure(void *self, const struct departure_record *record)
{
    struct maker *m = self;
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->reader.departure)
            m->part[i].format->reader.departure(m->part[i].self, record);
}

static void hand_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct maker *m = self;
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->reader.posting)
            m->part[i].format->reader.posting(m->part[i].self, number, posting);
}

static void hand_event(void *self, uint64_t number, const struct event *event, uint64_t shipment)
{
    struct maker *m = self;
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->reader.event)
            m->part[i].format->reader.event(m->part[i].self, number, event, shipment);
}

/* ---- the checkpoint: the key, the last block that is sealed, counts, a mark for each format ---- */

static const char *next_line(const char **at, size_t *length)
{
    const char *line = *at, *end = strchr(line, '\n');
    *length = end ? (size_t)(end - line) : strlen(line);
    *at = end ? end + 1 : line + *length;
    return line;
}

static void read_mark(struct maker *m, const char *line, size_t length)
{
    for (size_t i = 0; i < m->parts; i++) {
        size_t id = strlen(m->part[i].format->id);
        if (length > id && memcmp(line, m->part[i].format->id, id) == 0 && line[id] == ' ') {
            buf_clear(&m->part[i].mark);
            buf_add(&m->part[i].mark, line + id + 1, length - id - 1);
        }
    }
}

/* Counts are plain numbers, one behind the other. */
static void read_counts(const char *line, struct generate_counts *counts)
{
    uint64_t value[sizeof *counts / sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
        char *end;
        value[i] = strtoull(line, &end, 10);
        line = end;
    }
    memcpy(counts, value, sizeof value);
}

static void write_counts(const struct generate_counts *counts, struct buf *out)
{
    uint64_t value[sizeof *counts / sizeof(uint64_t)];
    memcpy(value, counts, sizeof value);
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        buf_printf(out, "%s%" PRIu64, i ? " " : "", value[i]);
    buf_putc(out, '\n');
}

/* The last block that an earlier run sealed of this very set; the one before the first when there is none. */
static uint32_t read_checkpoint(struct maker *m)
{
    struct buf bytes = {0};
    struct errs unread = {0};
    uint32_t kept = m->set->first - 1;
    if (out_folder_read(m->set->folder, "checkpoint", &bytes, &unread) == 0) {
        const char *at = buf_text(&bytes);
        size_t length;
        const char *line = next_line(&at, &length);
        if (length == strlen(m->key) && memcmp(line, m->key, length) == 0) {
            kept = (uint32_t)strtoul(next_line(&at, &length), NULL, 10);
            read_counts(next_line(&at, &length), &m->out->counts);
            while (*at) {
                line = next_line(&at, &length);
                read_mark(m, line, length);
            }
        }
    }
    buf_finish(&bytes);
    return kept;
}

bool generate_waits(const struct out_folder *folder, const char *key)
{
    struct buf bytes = {0};
    struct errs unread = {0};
    size_t length = strlen(key);
    bool waits = out_folder_read(folder, "checkpoint", &bytes, &unread) == 0 && bytes.length > length &&
                 memcmp(bytes.data, key, length) == 0 && bytes.data[length] == '\n';
    buf_finish(&bytes);
    return waits;
}

static int write_checkpoint(struct maker *m, uint32_t block)
{
    struct buf bytes = {0};
    buf_printf(&bytes, "%s\n%" PRIu32 "\n", m->key, block);
    write_counts(&m->out->counts, &bytes);
    for (size_t i = 0; i < m->parts; i++)
        buf_printf(&bytes, "%s %s\n", m->part[i].format->id, buf_text(&m->part[i].mark));
    int result = out_folder_write(m->set->folder, "checkpoint", bytes.data, bytes.length, m->errs);
    buf_finish(&bytes);
    return result;
}

/* ---- signals: blocked, and looked at between slices ---- */

static void stop_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
}

static int signal_pending(void)
{
    sigset_t set;
    struct timespec at_once = {0};
    stop_set(&set);
    int number = sigtimedwait(&set, NULL, &at_once);
    return number > 0 ? number : 0;
}

/* ---- worlds ---- */

static int advance(struct maker *m, struct world *world)
{
    enum world_status status = WORLD_MORE;
    struct tally *tally = tally_create();
    while (status == WORLD_MORE && m->out->signal == 0) {
        status = world_advance(world, m->until, SLICE);
        m->out->signal = signal_pending();
    }
    if (status == WORLD_FAILED)
        errs_copy(m->errs, world_error(world));
    int result = status == WORLD_FAILED ? -1 : m->out->signal ? 0 : world_result(world, tally, m->errs);
    tally_free(tally);
    return result;
}

static int make_cell(struct maker *m, uint32_t block, uint32_t cell)
{
    struct world *world = world_create(m->scenario, m->set->book, m->set->seed, block, cell,
                                       dossier_desk_sink(m->desk));
    dossier_desk_begin(m->desk, block);
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->world)
            m->part[i].format->world(m->part[i].self, block, world);
    int result = advance(m, world);
    world_destroy(world);
    return result;
}

static int seal(struct maker *m, uint32_t block)
{
    for (size_t i = 0; i < m->parts; i++) {
        buf_clear(&m->part[i].mark);
        if (m->part[i].format->seal(m->part[i].self, &m->part[i].mark, m->errs) != 0)
            return -1;
    }
    return write_checkpoint(m, block);
}

static int make_block(struct maker *m, uint32_t block)
{
    int result = 0;
    if (m->set->limit)
        scenario_limit(m->scenario, generate_block_orders(m->set->limit, m->set->blocks, block));
    for (uint32_t cell = 0; cell < m->scenario->cells && result == 0 && m->out->signal == 0; cell++)
        result = make_cell(m, block, cell);
    bool is_last = block == m->set->last || (block - m->set->first + 1) % m->blocks == 0;
    if (result == 0 && m->out->signal == 0 && is_last) {
        result = seal(m, block);
        m->out->made = result == 0 ? block - (m->set->first - 1) - m->out->kept : m->out->made;
    }
    return result;
}

static void show_bar(const struct maker *m, uint32_t block)
{
    if (m->has_bar)
        fprintf(stderr, m->set->lang == LANG_ZH ? "\r第 %u 块，共 %u 块" : "\rblock %u of %u", block, m->set->last);
}

/* ---- the whole ---- */

static int open_parts(struct maker *m, const struct generate_format *const *format, size_t formats)
{
    for (size_t i = 0; i < formats; i++) {
        m->part[i].set = *m->set;
        m->part[i].set.mark = buf_text(&m->part[i].mark);
        m->part[i].self = format[i]->open(&m->part[i].set, m->errs);
        if (!m->part[i].self) {
            m->parts = i;
            return -1;
        }
    }
    return 0;
}

static void say_kept(const struct maker *m)
{
    struct err *err = m->errs->count ? &m->errs->item[0] : NULL;
    uint32_t kept = m->out->kept + m->out->made, all = m->set->last - m->set->first + 1;
    if (err && err->code == ERR_IO && kept)
        err_help(err, "%u of %u blocks are whole, in %s; with room on the disk the same command goes on", kept, all,
                 m->set->folder->work_path);
}

static int make_blocks(struct maker *m, uint32_t kept)
{
    int result = 0;
    for (uint32_t block = kept + 1; block <= m->set->last && result == 0 && m->out->signal == 0; block++) {
        show_bar(m, block);
        result = make_block(m, block);
    }
    if (m->has_bar)
        fprintf(stderr, "\r\033[K");
    return result;
}

int generate_run(struct generate_set *set, struct scenario *scenario, const struct generate_format *const *format,
                 size_t formats, const char *key, int64_t until, bool has_bar, struct generate_outcome *outcome,
                 struct errs *errs)
{
    struct maker *m = memory_take(sizeof *m);
    sigset_t stop, before;
    check(formats <= GENERATE_FORMATS_MAX);
    *m = (struct maker){.set = set, .scenario = scenario, .parts = formats, .key = key, .until = until,
                        .has_bar = has_bar, .out = outcome, .errs = errs};
    struct dossier_reader reader = {m, hand_order, hand_shipment, hand_departure, hand_posting, hand_event};
    m->blocks = 1;
    for (size_t i = 0; i < formats; i++) {
        m->part[i].format = format[i];
        m->blocks = format[i]->blocks > m->blocks ? format[i]->blocks : m->blocks;
    }
    stop_set(&stop);
    sigprocmask(SIG_BLOCK, &stop, &before);
    uint32_t kept = read_checkpoint(m);
    outcome->kept = kept - (set->first - 1);
    m->desk = dossier_desk_create(scenario, set->book, set->seed, true, &reader);
    int result = open_parts(m, format, formats);
    if (result == 0)
        result = make_blocks(m, kept);
    bool is_whole = result == 0 && outcome->signal == 0;
    for (size_t i = 0; i < m->parts; i++)
        if (m->part[i].format->close(m->part[i].self, is_whole, errs) != 0)
            result = -1;
    say_kept(m);
    for (size_t i = 0; i < formats; i++)
        buf_finish(&m->part[i].mark);
    dossier_desk_destroy(m->desk);
    memory_release(m);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}
