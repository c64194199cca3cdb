/* checkpoint: an interrupted run as bytes: a line of text, plain data, the SHA-256 of both. */
#include "sim/checkpoint.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/digest.h"
#include "core/err.h"
#include "sim/stats.h"

enum { HASH = 64 };

/* Of this build: a struct of another shape is not read. */
static const char magic[] = "tradeloom checkpoint 1, version " TRADELOOM_VERSION ", " __VERSION__ "\n";

bool checkpoint_fits(const struct checkpoint *checkpoint, const struct checkpoint_key *key)
{
    const struct checkpoint_key *own = &checkpoint->key;
    return strcmp(own->scenario, key->scenario) == 0 && strcmp(own->book, key->book) == 0 &&
           strcmp(own->orders, key->orders) == 0 && own->seed == key->seed && own->limit == key->limit &&
           own->until == key->until && own->law_day == key->law_day &&
           own->parts == key->parts && own->precision_ppm == key->precision_ppm && own->tables == key->tables;
}

/* ---- writing ---- */

static void put(struct buf *out, const void *bytes, size_t length)
{
    buf_add(out, bytes, length);
}

static void put_tally(struct buf *out, const struct tally *tally)
{
    put(out, tally, sizeof *tally);
    put(out, tally->replication, tally->replications * sizeof *tally->replication);
    revenue_save(&tally->revenue, out);
}

static void put_item(struct buf *out, const struct checkpoint_item *item)
{
    uint64_t world = item->world.length;
    uint8_t is_done = item->tally != NULL;
    put(out, &item->part, sizeof item->part);
    put(out, item->length, sizeof item->length);
    put(out, &is_done, sizeof is_done);
    put(out, &world, sizeof world);
    if (item->tally)
        put_tally(out, item->tally);
    put(out, item->world.data, item->world.length);
}

void checkpoint_write(const struct checkpoint *checkpoint, struct buf *out)
{
    size_t from = out->length;
    char hash[HASH + 1];
    put(out, magic, sizeof magic);
    put(out, &checkpoint->key, sizeof checkpoint->key);
    put(out, checkpoint->length, sizeof checkpoint->length);
    put(out, &checkpoint->wall_ms, sizeof checkpoint->wall_ms);
    put_tally(out, checkpoint->tally);
    put(out, &checkpoint->items, sizeof checkpoint->items);
    for (uint32_t i = 0; i < checkpoint->items; i++)
        put_item(out, &checkpoint->item[i]);
    sha256(out->data + from, out->length - from, hash);
    put(out, hash, HASH);
}

/* ---- reading ---- */

struct reader {
    const char *at, *end;
    bool is_short;
};

static void get(struct reader *reader, void *out, size_t length)
{
    if ((size_t)(reader->end - reader->at) < length)
        reader->is_short = true;
    if (reader->is_short || length == 0)
        return;
    memcpy(out, reader->at, length);
    reader->at += length;
}

static struct tally *get_tally(struct reader *reader)
{
    struct tally *tally = tally_create();
    get(reader, tally, sizeof *tally);
    tally->replication = NULL;
    tally->revenue = (struct revenue){0};
    size_t size = tally->replications * sizeof *tally->replication;
    if (reader->is_short || (size_t)(reader->end - reader->at) < size) {
        reader->is_short = true;
        tally->replications = 0;
        return tally;
    }
    if (size)
        tally->replication = memory_take(size);
    get(reader, tally->replication, size);
    size_t used = revenue_restore(&tally->revenue, reader->at, (size_t)(reader->end - reader->at));
    reader->is_short = reader->is_short || used == 0;
    reader->at += used;
    return tally;
}

static void get_item(struct reader *reader, struct checkpoint_item *item)
{
    uint64_t world = 0;
    uint8_t is_done = 0;
    get(reader, &item->part, sizeof item->part);
    get(reader, item->length, sizeof item->length);
    get(reader, &is_done, sizeof is_done);
    get(reader, &world, sizeof world);
    if (is_done)
        item->tally = get_tally(reader);
    if (reader->is_short || (uint64_t)(reader->end - reader->at) < world) {
        reader->is_short = true;
        return;
    }
    put(&item->world, reader->at, (size_t)world);
    reader->at += world;
}

static bool has_good_hash(const char *bytes, size_t length)
{
    char hash[HASH + 1];
    if (length < sizeof magic + HASH || memcmp(bytes, magic, sizeof magic) != 0)
        return false;
    sha256(bytes, length - HASH, hash);
    return memcmp(hash, bytes + length - HASH, HASH) == 0;
}

int checkpoint_read(struct checkpoint *checkpoint, const char *source, const char *bytes, size_t length,
                    struct errs *errs)
{
    *checkpoint = (struct checkpoint){0};
    bool is_sound = has_good_hash(bytes, length);
    if (is_sound) {
        struct reader reader = {bytes + sizeof magic, bytes + length - HASH, false};
        get(&reader, &checkpoint->key, sizeof checkpoint->key);
        checkpoint->key.scenario[HASH] = checkpoint->key.book[HASH] = checkpoint->key.orders[HASH] = '\0';
        get(&reader, checkpoint->length, sizeof checkpoint->length);
        get(&reader, &checkpoint->wall_ms, sizeof checkpoint->wall_ms);
        checkpoint->tally = get_tally(&reader);
        get(&reader, &checkpoint->items, sizeof checkpoint->items);
        reader.is_short = reader.is_short || checkpoint->items > length / sizeof(uint32_t);
        checkpoint->items = reader.is_short ? 0 : checkpoint->items;
        checkpoint->item = memory_take((checkpoint->items + 1) * sizeof *checkpoint->item);
        for (uint32_t i = 0; i < checkpoint->items; i++) {
            struct checkpoint_item *item = &checkpoint->item[i];
            get_item(&reader, item);
            reader.is_short = reader.is_short || item->part <= checkpoint->tally->worlds ||
                              item->part > checkpoint->key.parts;
        }
        is_sound = !reader.is_short;
    }
    if (is_sound)
        return 0;
    struct err *err = errs_add(errs, ERR_SYNTAX, "not a checkpoint of this version, or a damaged one");
    snprintf(err->source, sizeof err->source, "%.159s", source);
    return -1;
}

void checkpoint_finish(struct checkpoint *checkpoint)
{
    for (uint32_t i = 0; i < checkpoint->items; i++) {
        tally_free(checkpoint->item[i].tally);
        buf_finish(&checkpoint->item[i].world);
    }
    memory_release(checkpoint->item);
    tally_free(checkpoint->tally);
    *checkpoint = (struct checkpoint){0};
}
