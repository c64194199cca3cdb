/* out_tables: parts of a run, and the tables that they become. */
#include "sim/out_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "sim/out_folder.h"
#include "sim/record.h"

const char *const out_tables_names[OUT_TABLES_COUNT] = {"orders.csv", "postings.csv", "record.bin"};

static void part_name(unsigned table, uint32_t part, char out[32])
{
    snprintf(out, 32, "%s.%u", out_tables_names[table], part);
}

static int fail(struct errs *errs, const struct out_folder *folder, const char *name)
{
    struct err *err = errs_add(errs, ERR_IO, "cannot write: %s", strerror(errno));
    snprintf(err->source, sizeof err->source, "%.100s/%.50s", folder->path, name);
    return -1;
}

static void add_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct out_tables *tables = self;
    if (!tables->is_muted)
        out_postings_add(&tables->postings, number, posting);
}

static void add_due(void *self, const struct due *due)
{
    struct out_tables *tables = self;
    if (tables->is_muted)
        return;
    record_add_due(&tables->part[OUT_RECORD].buf, due);
    out_file_row(&tables->part[OUT_RECORD]);
}

static bool is_wanted(unsigned wanted, unsigned table)
{
    return wanted >> table & 1;
}

static void add_order(void *self, const struct order_record *record)
{
    struct out_tables *tables = self;
    if (tables->is_muted)
        return;
    if (is_wanted(tables->wanted, OUT_ORDERS))
        out_orders_add(&tables->orders, record);
    if (is_wanted(tables->wanted, OUT_RECORD)) {
        record_add_order(&tables->part[OUT_RECORD].buf, record);
        out_file_row(&tables->part[OUT_RECORD]);
    }
}

/* What stands at the beginning of a part; from then on `written` is not 0: a checkpoint finds it. */
static void add_heads(struct out_tables *tables, uint32_t part, const uint64_t keep[OUT_TABLES_COUNT])
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        if (!is_wanted(tables->wanted, i) || keep[i])
            continue;
        if (i == OUT_RECORD)
            record_add_part(&tables->part[i].buf, tables->replication, tables->cell);
        else if (part == 1 && i == OUT_ORDERS)
            out_orders_head(&tables->part[i]);
        else if (part == 1)
            out_postings_head(&tables->part[i]);
        out_file_flush(&tables->part[i]);
    }
}

void out_tables_open(struct out_tables *tables, const struct out_folder *folder, const struct book *book,
                     unsigned base, uint32_t part, uint32_t replication, uint32_t cell,
                     const uint64_t keep[OUT_TABLES_COUNT])
{
    *tables = (struct out_tables){.sink = {.self = tables, .order = add_order}, .wanted = folder->tables,
                                  .replication = replication, .cell = cell};
    if (is_wanted(tables->wanted, OUT_POSTINGS))
        tables->sink.posting = add_posting;
    if (is_wanted(tables->wanted, OUT_RECORD))
        tables->sink.due = add_due;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        char name[32];
        part_name(i, part, name);
        if (is_wanted(tables->wanted, i))
            out_file_open(&tables->part[i], folder->work, folder->path, name, keep[i]);
    }
    add_heads(tables, part, keep);
    out_orders_init(&tables->orders, &tables->part[OUT_ORDERS], book, base);
    out_postings_init(&tables->postings, &tables->part[OUT_POSTINGS], book, base, replication);
}

void out_tables_end(struct out_tables *tables, const struct tally *tally)
{
    if (is_wanted(tables->wanted, OUT_RECORD) && !tables->is_muted)
        record_add_end(&tables->part[OUT_RECORD].buf, tally, tables->replication, tables->cell);
}

bool out_tables_failed(const struct out_tables *tables)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        if (tables->part[i].error)
            return true;
    return false;
}

int out_tables_close(struct out_tables *tables, struct errs *errs)
{
    int result = 0;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        if (out_file_close(&tables->part[i], errs) != 0)
            result = -1;
    out_postings_finish(&tables->postings);
    return result;
}

static bool holds(const struct out_folder *folder, const char *name, uint64_t length)
{
    struct stat about;
    return fstatat(folder->work, name, &about, 0) == 0 && (uint64_t)about.st_size >= length;
}

bool out_tables_hold(const struct out_folder *folder, uint32_t part,
                     const uint64_t length[OUT_TABLES_COUNT])
{
    bool are_there = true;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        char name[32];
        part_name(i, part, name);
        are_there = are_there && (!is_wanted(folder->tables, i) || holds(folder, name, length[i]));
    }
    return are_there;
}

bool out_tables_hold_all(const struct out_folder *folder, const uint64_t length[OUT_TABLES_COUNT])
{
    bool are_there = true;
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        are_there = are_there && (length[i] == 0 || holds(folder, out_tables_names[i], length[i]));
    return are_there;
}

static int append_part(const struct out_folder *folder, const char *name, const char *part,
                       struct errs *errs)
{
    struct stat about;
    struct out_file file;
    if (fstatat(folder->work, name, &about, 0) != 0)
        return fail(errs, folder, name);
    int from = openat(folder->work, part, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return fail(errs, folder, part);
    out_file_open(&file, folder->work, folder->path, name, (uint64_t)about.st_size);
    out_file_append(&file, from);
    close(from);
    unlinkat(folder->work, part, 0);
    return out_file_close(&file, errs);
}

int out_tables_collect(const struct out_folder *folder, uint32_t part, struct errs *errs)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        const char *name = out_tables_names[i];
        char from[32];
        if (!is_wanted(folder->tables, i))
            continue;
        part_name(i, part, from);
        if (part > 1) {
            if (append_part(folder, name, from, errs) != 0)
                return -1;
        } else if (renameat(folder->work, from, folder->work, name) != 0) {
            return fail(errs, folder, name);
        }
    }
    return 0;
}

int out_tables_cut(const struct out_folder *folder, const uint64_t keep[OUT_TABLES_COUNT],
                   struct errs *errs)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        struct out_file file;
        if (keep[i] == 0)
            continue;
        out_file_open(&file, folder->work, folder->path, out_tables_names[i], keep[i]);
        if (out_file_close(&file, errs) != 0)
            return -1;
    }
    return 0;
}

int out_tables_seal(const struct out_folder *folder, uint64_t length[OUT_TABLES_COUNT], struct errs *errs)
{
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++) {
        const char *name = out_tables_names[i];
        struct stat about;
        length[i] = 0;
        int fd = openat(folder->work, name, O_WRONLY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue;
        bool is_safe = fd >= 0 && fstat(fd, &about) == 0 && fsync(fd) == 0;
        if (!is_safe)
            fail(errs, folder, name);
        else
            length[i] = (uint64_t)about.st_size;
        if (fd >= 0)
            close(fd);
        if (!is_safe)
            return -1;
    }
    return 0;
}
