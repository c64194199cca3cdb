/* out_ceb: collects records in batches, a file each: ceb/CEB311/CEB311_<block>_<nth of the block>.xml. A block's files
 * are its own, so a block that is made again makes the same files again. */
#include "sim/out_ceb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "sim/ceb_case.h"
#include "sim/ceb_write.h"
#include "sim/out_file.h"
#include "sim/out_folder.h"

enum { BATCH_RECORDS = 100, NUMBER_MAX = 1000, FILE_NAME = 64 };

/* Records of one kind and one sender that will be one file. */
struct batch {
    const struct ceb_message *message;
    const struct ceb_values *transfer; /* in the block's arena; NULL: customs */
    struct buf records;
    uint32_t count, nth; /* nth file of its kind in the block */
    char guid[37];
};

/* A master bill that has arrived with its parcels. */
struct site {
    const char *bill;
    struct ceb_values head; /* of 711, in the block's arena */
    int64_t time;
    const char *guid[5]; /* of the list and of its receipts */
    const char **waybill;
    uint32_t waybills, room;
    struct site *next;
};

struct out_ceb {
    const struct generate_set *set;
    struct ceb_case order; /* that is being told */
    struct arena arena;    /* of a block */
    struct batch *batch;
    uint32_t batches, room;
    uint32_t files[NUMBER_MAX]; /* of each kind in the block */
    struct site *first, *last;
    uint32_t block;
    struct out_file index;
    uint64_t sealed;  /* bytes of the index that are kept */
    struct errs errs; /* what went wrong since the last seal */
};

/* ---- files ---- */

static void name_file(const struct out_ceb *out, unsigned number, uint32_t nth, char name[FILE_NAME])
{
    snprintf(name, FILE_NAME, "ceb/CEB%u/CEB%u_%05u_%04u.xml", number, number, out->block, nth);
}

static void make_folder(struct out_ceb *out, const char *name)
{
    const struct out_folder *folder = out->set->folder;
    if (mkdirat(folder->work, name, 0777) == 0 || errno == EEXIST)
        return;
    struct err *err = errs_add(&out->errs, ERR_IO, "cannot make the folder: %s", strerror(errno));
    snprintf(err->source, sizeof err->source, "%.100s/%s", folder->work_path, name);
}

static void write_batch(struct out_ceb *out, struct batch *batch)
{
    const struct out_folder *folder = out->set->folder;
    char name[FILE_NAME];
    struct out_file file = {0};
    if (batch->count > 0 && out->errs.count == 0) {
        name_file(out, batch->message->number, batch->nth, name);
        out_file_open(&file, folder->work, folder->work_path, name, 0);
        ceb_write_begin(batch->message, batch->guid, &file.buf);
        buf_add(&file.buf, batch->records.data, batch->records.length);
        ceb_write_end(batch->message, batch->transfer, &file.buf);
        out_file_close(&file, &out->errs);
    }
    batch->count = 0;
    buf_clear(&batch->records);
}

/* ---- batches ---- */

/* What a table names, kept as long as the block. */
static void keep(struct out_ceb *out, const struct ceb_field *field, const struct ceb_values *from,
                 struct ceb_values *to)
{
    for (; field->name; field++) {
        const char *text = from->at[field->name];
        to->at[field->name] = text ? arena_copy(&out->arena, text, strlen(text)) : NULL;
    }
}

static bool is_of(const struct batch *batch, const struct ceb_message *message, const struct ceb_values *transfer)
{
    return batch->message == message &&
           (!transfer || strcmp(batch->transfer->at[CEB_copCode], transfer->at[CEB_copCode]) == 0);
}

static struct batch *batch_of(struct out_ceb *out, const struct ceb_message *message, const struct ceb_values *transfer)
{
    for (uint32_t i = 0; i < out->batches; i++)
        if (is_of(&out->batch[i], message, transfer))
            return &out->batch[i];
    if (out->batches == out->room) {
        uint32_t room = out->room ? out->room * 2 : 32;
        out->batch = memory_resize(out->batch, out->room * sizeof *out->batch, room * sizeof *out->batch);
        out->room = room;
    }
    struct batch *batch = &out->batch[out->batches++];
    struct buf records = batch->records;
    buf_clear(&records);
    *batch = (struct batch){.message = message, .records = records};
    if (transfer) {
        struct ceb_values *kept = arena_array(&out->arena, struct ceb_values, 1);
        keep(out, ceb_transfer_fields, transfer, kept);
        batch->transfer = kept;
    }
    return batch;
}

static void add_index(struct out_ceb *out, uint64_t order, const char *order_number, const struct ceb_item *item,
                      const struct batch *batch)
{
    char time[21];
    struct buf *row = &out->index.buf;
    time_write(item->time, time);
    if (order)
        buf_printf(row, "%llu", (unsigned long long)order);
    buf_putc(row, ',');
    buf_csv_cell(row, order_number, strlen(order_number));
    buf_printf(row, ",%s,%u,%s,%s,CEB%u/CEB%u_%05u_%04u.xml,%u\n", time, item->message->number, item->status,
               item->guid, item->message->number, item->message->number, out->block, batch->nth, batch->count);
    out_file_row(&out->index);
}

static void add_record(struct out_ceb *out, uint64_t order, const char *order_number, const struct ceb_item *item)
{
    const struct ceb_message *message = item->message;
    struct batch *batch = batch_of(out, message, item->transfer);
    if (batch->count == 0) {
        check(message->number < NUMBER_MAX);
        if (out->files[message->number] == 0) {
            char folder[16];
            snprintf(folder, sizeof folder, "ceb/CEB%u", message->number);
            make_folder(out, folder);
        }
        batch->nth = ++out->files[message->number];
        memcpy(batch->guid, item->guid, 37);
    }
    ceb_write_record(message, &item->record, &batch->records);
    batch->count++;
    add_index(out, order, order_number, item, batch);
    if (batch->count == BATCH_RECORDS || message->records_most == 1)
        write_batch(out, batch);
}

/* ---- stock-in lists ---- */

static struct site *site_of(struct out_ceb *out, const char *bill)
{
    for (struct site *site = out->first; site; site = site->next)
        if (strcmp(site->bill, bill) == 0)
            return site;
    return NULL;
}

static struct site *open_site(struct out_ceb *out, const struct ceb_case *order)
{
    struct site *site = arena_array(&out->arena, struct site, 1);
    struct ceb_values v = order->all;
    char text[32], day[15];
    ceb_case_stamp(order->arrived_at, day);
    snprintf(text, sizeof text, "TLS%012llu", (unsigned long long)order->dossier->order);
    v.at[CEB_copNo] = text;
    v.at[CEB_operatorCode] = v.at[CEB_agentCode]; /* the broker keeps the site: nobody else is in the world */
    v.at[CEB_operatorName] = v.at[CEB_agentName];
    v.at[CEB_guid] = v.at[CEB_appType] = v.at[CEB_appTime] = v.at[CEB_appStatus] = NULL;
    keep(out, ceb_find(711)->head.fields, &v, &site->head);
    keep(out, ceb_transfer_fields, order->sender[DOSSIER_BROKER], &site->head);
    site->bill = site->head.at[CEB_billNo];
    for (unsigned i = 0; i < 5; i++) {
        char guid[37];
        dossier_uuid(order->dossier, 90 + i, guid);
        site->guid[i] = arena_copy(&out->arena, guid, 36);
    }
    snprintf(text, sizeof text, "B%.8s%09llu", day, (unsigned long long)(order->dossier->order % 1000000000));
    site->head.at[CEB_preNo] = arena_copy(&out->arena, text, strlen(text));
    snprintf(text, sizeof text, "%s%.4s%010llu", v.at[CEB_customsCode], day,
             (unsigned long long)(order->dossier->order % 10000000000));
    site->head.at[CEB_rkdNo] = arena_copy(&out->arena, text, strlen(text));
    if (out->last)
        out->last->next = site;
    else
        out->first = site;
    return out->last = site;
}

static void add_parcel(struct out_ceb *out, const struct ceb_case *order)
{
    struct site *site = site_of(out, order->all.at[CEB_billNo]);
    if (!site)
        site = open_site(out, order);
    if (site->waybills == site->room) {
        uint32_t room = site->room ? site->room * 2 : 16;
        const char **more = arena_array(&out->arena, const char *, room);
        if (site->waybills)
            memcpy(more, site->waybill, site->waybills * sizeof *more);
        site->waybill = more;
        site->room = room;
    }
    const char *number = order->all.at[CEB_logisticsNo];
    site->waybill[site->waybills++] = arena_copy(&out->arena, number, strlen(number));
    site->time = order->arrived_at > site->time ? order->arrived_at : site->time;
}

static const struct ceb_values **site_lines(struct out_ceb *out, const struct site *site)
{
    const struct ceb_values **line = arena_array(&out->arena, const struct ceb_values *, site->waybills);
    for (uint32_t i = 0; i < site->waybills; i++) {
        struct ceb_values *v = arena_array(&out->arena, struct ceb_values, 1);
        char text[12];
        snprintf(text, sizeof text, "%u", i + 1);
        v->at[CEB_gnum] = arena_copy(&out->arena, text, strlen(text));
        v->at[CEB_logisticsNo] = site->waybill[i];
        line[i] = v;
    }
    return line;
}

static void tell_site(struct out_ceb *out, struct site *site)
{
    static const struct {
        const char *status, *info;
        int32_t after_s;
    } steps[] = {{"2", "电子口岸申报中", 3},
                 {"3", "发送海关成功", 8},
                 {"120", "[Code:1800;Desc:逻辑校验通过]", 40},
                 {"399", "海关审结", 80}};
    struct ceb_values v = site->head;
    char stamp[18];
    const struct ceb_item list = {.time = site->time,
                                  .message = ceb_find(711),
                                  .guid = site->guid[0],
                                  .status = "1",
                                  .transfer = &site->head,
                                  .record = {&v, site_lines(out, site), site->waybills}};
    ceb_case_stamp(site->time, stamp);
    v.at[CEB_guid] = site->guid[0];
    v.at[CEB_appType] = "1";
    v.at[CEB_appTime] = stamp;
    v.at[CEB_appStatus] = "2";
    v.at[CEB_preNo] = v.at[CEB_rkdNo] = NULL; /* port and customs give them */
    add_record(out, 0, "", &list);
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
        int64_t time = site->time + steps[i].after_s;
        v = site->head;
        ceb_case_stamp(time, stamp);
        snprintf(stamp + 14, 4, "000");
        v.at[CEB_guid] = site->guid[i + 1];
        v.at[CEB_returnStatus] = steps[i].status;
        v.at[CEB_returnInfo] = steps[i].info;
        v.at[CEB_returnTime] = stamp;
        add_record(out, 0, "",
                   &(struct ceb_item){.time = time,
                                      .message = ceb_find(712),
                                      .guid = site->guid[i + 1],
                                      .status = steps[i].status,
                                      .record = {.head = &v}});
    }
}

/* ---- the format ---- */

static void begin_block(struct out_ceb *out)
{
    arena_reset(&out->arena);
    out->batches = 0;
    out->first = out->last = NULL;
    memset(out->files, 0, sizeof out->files);
}

static void *open_set(const struct generate_set *set, struct errs *errs)
{
    struct out_ceb *out = memory_take(sizeof *out);
    unsigned long long sealed = 0;
    *out = (struct out_ceb){.set = set};
    if (sscanf(set->mark, "%llu", &sealed) != 1)
        sealed = 0;
    out->sealed = sealed;
    make_folder(out, "ceb");
    out_file_open(&out->index, set->folder->work, set->folder->work_path, "ceb/index.csv", sealed);
    if (sealed == 0 && set->shard == 1)
        buf_puts(&out->index.buf, "order,order_no,time,message,status,guid,file,record\n");
    if (out->errs.count == 0)
        return out;
    errs_append(errs, &out->errs);
    out_file_close(&out->index, errs);
    memory_release(out);
    return NULL;
}

static void begin_world(void *self, uint32_t block, const struct world *world)
{
    struct out_ceb *out = self;
    (void)world;
    if (out->block != block)
        begin_block(out);
    out->block = block;
}

static void take_order(void *self, const struct dossier *dossier)
{
    struct out_ceb *out = self;
    ceb_case_fill(&out->order, out->set->seed, dossier);
    for (unsigned i = 0; i < out->order.items; i++)
        add_record(out, dossier->order, out->order.all.at[CEB_orderNo], &out->order.item[i]);
    if (out->order.arrived_at != INT64_MIN)
        add_parcel(out, &out->order);
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct out_ceb *out = self;
    for (struct site *site = out->first; site; site = site->next)
        tell_site(out, site);
    for (uint32_t i = 0; i < out->batches; i++)
        write_batch(out, &out->batch[i]);
    out_file_flush(&out->index);
    out_file_sync(&out->index);
    if (out->errs.count == 0 && syncfs(out->set->folder->work) != 0) { /* hundreds of files: one by one is dearer */
        struct err *err = errs_add(&out->errs, ERR_IO, "cannot bring the messages to the disk: %s", strerror(errno));
        snprintf(err->source, sizeof err->source, "%.159s", out->set->folder->work_path);
    }
    begin_block(out);
    errs_append(errs, &out->errs);
    if (out->errs.count)
        return -1;
    out->sealed = out->index.written;
    buf_printf(mark, "%llu", (unsigned long long)out->sealed);
    return 0;
}

/* The files of a block that is not complete. */
static void drop_block(struct out_ceb *out)
{
    for (unsigned number = 0; number < NUMBER_MAX; number++)
        for (uint32_t nth = 1; nth <= out->files[number]; nth++) {
            char name[FILE_NAME];
            name_file(out, number, nth, name);
            unlinkat(out->set->folder->work, name, 0);
        }
}

static int close_set(void *self, bool is_whole, struct errs *errs)
{
    struct out_ceb *out = self;
    if (!is_whole)
        drop_block(out);
    int result = out_file_close(&out->index, errs);
    if (!is_whole) {
        struct out_file cut = {0};
        out_file_open(&cut, out->set->folder->work, out->set->folder->work_path, "ceb/index.csv", out->sealed);
        out_file_close(&cut, &(struct errs){0});
    }
    ceb_case_finish(&out->order);
    for (uint32_t i = 0; i < out->room; i++)
        buf_finish(&out->batch[i].records);
    memory_release(out->batch);
    arena_finish(&out->arena);
    memory_release(out);
    return result;
}

const struct generate_format out_ceb_format = {
    "ceb",    "messages to and from China's customs (CEB), XML", open_set, begin_world, {.order = take_order}, seal,
    close_set};
