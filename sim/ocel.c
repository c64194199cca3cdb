/* ocel: the tables and the statements that fill them. */
#include "sim/ocel.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"

enum statement { ADD_OBJECT, ADD_EVENT, ADD_TOUCH, ADD_LINK, STATEMENTS };

struct ocel {
    sqlite3 *db;
    char path[1024];
    const struct ocel_type *objects, *events;
    sqlite3_stmt *statement[STATEMENTS];
    sqlite3_stmt **object_row, **event_row; /* by type */
    uint32_t blocks;
    bool is_failed, is_told;
    struct err error;
};

static unsigned count_types(const struct ocel_type *type)
{
    unsigned count = 0;
    while (type[count].name)
        count++;
    return count;
}

static unsigned count_attributes(const struct ocel_type *type)
{
    unsigned count = 0;
    while (type->attributes[count])
        count++;
    return count;
}

static void fail(struct ocel *ocel)
{
    struct errs errs = {0};
    if (ocel->is_failed)
        return;
    ocel->error = *errs_unwritten(&errs, ocel->path, sqlite3_errmsg(ocel->db));
    ocel->is_failed = true;
}

static void run(struct ocel *ocel, const char *sql)
{
    if (!ocel->is_failed && sqlite3_exec(ocel->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(ocel);
}

static sqlite3_stmt *prepared(struct ocel *ocel, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (!ocel->is_failed && sqlite3_prepare_v2(ocel->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(ocel);
    return statement;
}

/* Binds texts from the first parameter on; true when a row was added. */
static bool put(struct ocel *ocel, sqlite3_stmt *statement, const char *const *texts, unsigned count)
{
    if (ocel->is_failed)
        return false;
    for (unsigned i = 0; i < count; i++)
        sqlite3_bind_text(statement, (int)i + 1, texts[i], -1, SQLITE_STATIC);
    bool is_done = sqlite3_step(statement) == SQLITE_DONE;
    if (!is_done)
        fail(ocel);
    sqlite3_reset(statement);
    return is_done && sqlite3_changes(ocel->db) > 0;
}

/* ---- the tables ---- */

static const char fixed_tables[] =
    "CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT, PRIMARY KEY (ocel_type));"
    "CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT, PRIMARY KEY (ocel_type));"
    "CREATE TABLE event (ocel_id TEXT, ocel_type TEXT, PRIMARY KEY (ocel_id),"
    " FOREIGN KEY (ocel_type) REFERENCES event_map_type (ocel_type));"
    "CREATE TABLE object (ocel_id TEXT, ocel_type TEXT, PRIMARY KEY (ocel_id),"
    " FOREIGN KEY (ocel_type) REFERENCES object_map_type (ocel_type));"
    "CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,"
    " PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier),"
    " FOREIGN KEY (ocel_event_id) REFERENCES event (ocel_id),"
    " FOREIGN KEY (ocel_object_id) REFERENCES object (ocel_id));"
    "CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,"
    " PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier),"
    " FOREIGN KEY (ocel_source_id) REFERENCES object (ocel_id),"
    " FOREIGN KEY (ocel_target_id) REFERENCES object (ocel_id));";

static void add_columns(struct buf *sql, const struct ocel_type *type)
{
    for (const char *const *attribute = type->attributes; *attribute; attribute++)
        buf_printf(sql, ", %s TEXT", *attribute);
}

static void make_tables(struct ocel *ocel)
{
    struct buf sql = {0};
    buf_puts(&sql, fixed_tables);
    for (const struct ocel_type *type = ocel->events; type->name; type++) {
        buf_printf(&sql, "CREATE TABLE event_%s (ocel_id TEXT, ocel_time TIMESTAMP", type->map);
        add_columns(&sql, type);
        buf_puts(&sql, ", PRIMARY KEY (ocel_id), FOREIGN KEY (ocel_id) REFERENCES event (ocel_id));");
        buf_printf(&sql, "INSERT INTO event_map_type VALUES ('%s', '%s');", type->name, type->map);
    }
    for (const struct ocel_type *type = ocel->objects; type->name; type++) {
        buf_printf(&sql, "CREATE TABLE object_%s (ocel_id TEXT", type->map);
        add_columns(&sql, type);
        buf_puts(&sql, ", ocel_time TIMESTAMP, ocel_changed_field TEXT,"
                       " FOREIGN KEY (ocel_id) REFERENCES object (ocel_id));");
        buf_printf(&sql, "INSERT INTO object_map_type VALUES ('%s', '%s');", type->name, type->map);
    }
    run(ocel, buf_text(&sql));
    buf_finish(&sql);
}

/* ---- statements ---- */

static void add_parameters(struct buf *sql, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        buf_puts(sql, i ? ", ?" : "?");
}

static sqlite3_stmt *row_statement(struct ocel *ocel, const char *table, const struct ocel_type *type, unsigned more)
{
    struct buf sql = {0};
    buf_printf(&sql, "INSERT INTO %s_%s VALUES (", table, type->map);
    add_parameters(&sql, count_attributes(type) + more);
    buf_putc(&sql, ')');
    sqlite3_stmt *statement = prepared(ocel, buf_text(&sql));
    buf_finish(&sql);
    return statement;
}

static void prepare(struct ocel *ocel)
{
    static const char *const sql[STATEMENTS] = {[ADD_OBJECT] = "INSERT OR IGNORE INTO object VALUES (?, ?)",
                                                [ADD_EVENT] = "INSERT INTO event VALUES (?, ?)",
                                                [ADD_TOUCH] = "INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)",
                                                [ADD_LINK] = "INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)"};
    unsigned objects = count_types(ocel->objects), events = count_types(ocel->events);
    for (unsigned i = 0; i < STATEMENTS; i++)
        ocel->statement[i] = prepared(ocel, sql[i]);
    ocel->object_row = memory_take(objects * sizeof *ocel->object_row);
    ocel->event_row = memory_take(events * sizeof *ocel->event_row);
    for (unsigned i = 0; i < objects; i++)
        ocel->object_row[i] = row_statement(ocel, "object", &ocel->objects[i], 3);
    for (unsigned i = 0; i < events; i++)
        ocel->event_row[i] = row_statement(ocel, "event", &ocel->events[i], 2);
}

/* ---- opening and closing ---- */

static uint32_t version(struct ocel *ocel)
{
    sqlite3_stmt *statement = prepared(ocel, "PRAGMA user_version");
    uint32_t blocks = 0;
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        blocks = (uint32_t)sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return blocks;
}

struct ocel *ocel_open(const char *path, const struct ocel_type *objects, const struct ocel_type *events,
                       struct errs *errs)
{
    struct ocel *ocel = memory_take(sizeof *ocel);
    ocel->objects = objects;
    ocel->events = events;
    snprintf(ocel->path, sizeof ocel->path, "%s", path);
    if (sqlite3_open_v2(path, &ocel->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        fail(ocel);
    run(ocel, "PRAGMA page_size = 8192; PRAGMA cache_size = -65536");
    ocel->blocks = version(ocel);
    run(ocel, "BEGIN");
    if (ocel->blocks == 0)
        make_tables(ocel);
    prepare(ocel);
    if (!ocel->is_failed)
        return ocel;
    ocel_close(ocel, errs);
    return NULL;
}

uint32_t ocel_blocks(const struct ocel *ocel) { return ocel->blocks; }

int ocel_commit(struct ocel *ocel, uint32_t block, struct errs *errs)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %u; COMMIT; BEGIN", block);
    run(ocel, sql);
    if (ocel->is_failed) {
        errs_copy(errs, &ocel->error);
        ocel->is_told = true;
        return -1;
    }
    ocel->blocks = block;
    return 0;
}

int ocel_close(struct ocel *ocel, struct errs *errs)
{
    for (unsigned i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(ocel->statement[i]);
    for (unsigned i = 0; ocel->object_row && i < count_types(ocel->objects); i++)
        sqlite3_finalize(ocel->object_row[i]);
    for (unsigned i = 0; ocel->event_row && i < count_types(ocel->events); i++)
        sqlite3_finalize(ocel->event_row[i]);
    memory_release(ocel->object_row);
    memory_release(ocel->event_row);
    bool is_failed = ocel->is_failed;
    if (is_failed && !ocel->is_told)
        errs_copy(errs, &ocel->error);
    sqlite3_close(ocel->db); /* rolls back what is open */
    memory_release(ocel);
    return is_failed ? -1 : 0;
}

/* ---- rows ---- */

enum { VALUES_MAX = 24 };

/* "YYYY-MM-DD HH:MM:SS" */
static void write_time(int64_t time, char out[21])
{
    time_write(time, out);
    out[10] = ' ';
    out[19] = '\0';
}

void ocel_object(struct ocel *ocel, unsigned type, const char *id, const char *const *values)
{
    const struct ocel_type *kind = &ocel->objects[type];
    unsigned count = count_attributes(kind);
    const char *row[VALUES_MAX] = {id, kind->name};
    check(count + 3 <= VALUES_MAX);
    if (!put(ocel, ocel->statement[ADD_OBJECT], row, 2))
        return;
    for (unsigned i = 0; i < count; i++)
        row[i + 1] = values[i];
    row[count + 1] = "1970-01-01 00:00:00";
    row[count + 2] = NULL;
    put(ocel, ocel->object_row[type], row, count + 3);
}

void ocel_change(struct ocel *ocel, unsigned type, const char *id, unsigned attribute, const char *value, int64_t time)
{
    unsigned count = count_attributes(&ocel->objects[type]);
    const char *row[VALUES_MAX] = {id};
    char text[21];
    check(attribute < count && count + 3 <= VALUES_MAX);
    write_time(time, text);
    row[attribute + 1] = value;
    row[count + 1] = text;
    row[count + 2] = ocel->objects[type].attributes[attribute];
    put(ocel, ocel->object_row[type], row, count + 3);
}

void ocel_event(struct ocel *ocel, unsigned type, const char *id, int64_t time, const char *const *values)
{
    const struct ocel_type *kind = &ocel->events[type];
    unsigned count = count_attributes(kind);
    const char *row[VALUES_MAX] = {id, kind->name};
    char text[21];
    check(count + 2 <= VALUES_MAX);
    put(ocel, ocel->statement[ADD_EVENT], row, 2);
    write_time(time, text);
    row[1] = text;
    for (unsigned i = 0; i < count; i++)
        row[i + 2] = values[i];
    put(ocel, ocel->event_row[type], row, count + 2);
}

void ocel_touch(struct ocel *ocel, const char *event, const char *object, const char *qualifier)
{
    put(ocel, ocel->statement[ADD_TOUCH], (const char *const[]){event, object, qualifier}, 3);
}

void ocel_link(struct ocel *ocel, const char *source, const char *target, const char *qualifier)
{
    put(ocel, ocel->statement[ADD_LINK], (const char *const[]){source, target, qualifier}, 3);
}

/* ---- JSON ---- */

static void add_text(struct buf *buf, const char *text)
{
    buf_json_string(buf, text ? text : "", text ? strlen(text) : 0);
}

static const char *column(sqlite3_stmt *row, int index) { return (const char *)sqlite3_column_text(row, index); }

/* "YYYY-MM-DD HH:MM:SS" as "YYYY-MM-DDTHH:MM:SSZ". */
static void add_time(struct buf *buf, const char *text) { buf_printf(buf, "\"%.10sT%sZ\"", text, text + 11); }

static void add_types(struct buf *buf, const struct ocel_type *type)
{
    for (bool is_first = true; type->name; type++, is_first = false) {
        buf_puts(buf, is_first ? "\n{\"name\":" : ",\n{\"name\":");
        add_text(buf, type->name);
        buf_puts(buf, ",\"attributes\":[");
        for (unsigned i = 0; type->attributes[i]; i++) {
            buf_puts(buf, i ? ",{\"name\":" : "{\"name\":");
            add_text(buf, type->attributes[i]);
            buf_puts(buf, ",\"type\":\"string\"}");
        }
        buf_puts(buf, "]}");
    }
}

static void add_relations(struct buf *buf, sqlite3_stmt *relations, const char *id)
{
    bool is_first = true;
    buf_puts(buf, ",\"relationships\":[");
    sqlite3_bind_text(relations, 1, id, -1, SQLITE_STATIC);
    while (sqlite3_step(relations) == SQLITE_ROW) {
        buf_puts(buf, is_first ? "{\"objectId\":" : ",{\"objectId\":");
        add_text(buf, column(relations, 0));
        buf_puts(buf, ",\"qualifier\":");
        add_text(buf, column(relations, 1));
        buf_putc(buf, '}');
        is_first = false;
    }
    sqlite3_reset(relations);
    buf_puts(buf, "]}");
}

/* The attributes of an object: the values that it began with, then its changes. */
static void add_object_values(struct buf *buf, sqlite3_stmt *row, const struct ocel_type *type, bool *has_some)
{
    unsigned count = count_attributes(type);
    for (unsigned i = 0; i < count; i++) {
        const char *value = column(row, (int)i + 1);
        if (!value)
            continue;
        buf_puts(buf, *has_some ? ",{\"name\":" : "{\"name\":");
        add_text(buf, type->attributes[i]);
        buf_puts(buf, ",\"time\":");
        add_time(buf, column(row, (int)count + 1));
        buf_puts(buf, ",\"value\":");
        add_text(buf, value);
        buf_putc(buf, '}');
        *has_some = true;
    }
}

struct json_writer {
    struct ocel *ocel;
    struct buf *buf;
    ocel_more *more;
    void *self;
    bool has_some; /* a comma is due */
};

/* Objects of a type, in the order in which they came; rows of one object are together when read by its number. */
static void write_objects(struct json_writer *w, const struct ocel_type *type, sqlite3_stmt *relations)
{
    struct buf sql = {0};
    char id[128] = "";
    bool has_value = false;
    buf_printf(&sql, "SELECT t.* FROM object_%s t JOIN object o ON o.ocel_id = t.ocel_id ORDER BY o.rowid, t.rowid",
               type->map);
    sqlite3_stmt *row = prepared(w->ocel, buf_text(&sql));
    while (!w->ocel->is_failed && sqlite3_step(row) == SQLITE_ROW) {
        const char *next = column(row, 0);
        if (strcmp(next, id) != 0) {
            if (*id) {
                buf_putc(w->buf, ']');
                add_relations(w->buf, relations, id);
            }
            buf_puts(w->buf, w->has_some ? ",\n{\"id\":" : "\n{\"id\":");
            add_text(w->buf, next);
            buf_puts(w->buf, ",\"type\":");
            add_text(w->buf, type->name);
            buf_puts(w->buf, ",\"attributes\":[");
            snprintf(id, sizeof id, "%s", next);
            has_value = false;
            w->has_some = true;
            w->more(w->self, w->buf);
        }
        add_object_values(w->buf, row, type, &has_value);
    }
    if (*id) {
        buf_putc(w->buf, ']');
        add_relations(w->buf, relations, id);
    }
    sqlite3_finalize(row);
    buf_finish(&sql);
}

static void write_events(struct json_writer *w, const struct ocel_type *type, sqlite3_stmt *relations)
{
    struct buf sql = {0};
    buf_printf(&sql, "SELECT * FROM event_%s ORDER BY rowid", type->map);
    sqlite3_stmt *row = prepared(w->ocel, buf_text(&sql));
    while (!w->ocel->is_failed && sqlite3_step(row) == SQLITE_ROW) {
        bool has_value = false;
        buf_puts(w->buf, w->has_some ? ",\n{\"id\":" : "\n{\"id\":");
        add_text(w->buf, column(row, 0));
        buf_puts(w->buf, ",\"type\":");
        add_text(w->buf, type->name);
        buf_puts(w->buf, ",\"time\":");
        add_time(w->buf, column(row, 1));
        buf_puts(w->buf, ",\"attributes\":[");
        for (unsigned i = 0; type->attributes[i]; i++) {
            const char *value = column(row, (int)i + 2);
            if (!value)
                continue;
            buf_puts(w->buf, has_value ? ",{\"name\":" : "{\"name\":");
            add_text(w->buf, type->attributes[i]);
            buf_puts(w->buf, ",\"value\":");
            add_text(w->buf, value);
            buf_putc(w->buf, '}');
            has_value = true;
        }
        buf_putc(w->buf, ']');
        add_relations(w->buf, relations, column(row, 0));
        w->has_some = true;
        w->more(w->self, w->buf);
    }
    sqlite3_finalize(row);
    buf_finish(&sql);
}

int ocel_json(struct ocel *ocel, ocel_more *more, void *self, struct buf *buf, struct errs *errs)
{
    struct json_writer w = {ocel, buf, more, self, false};
    sqlite3_stmt *touched = prepared(ocel, "SELECT ocel_object_id, ocel_qualifier FROM event_object"
                                           " WHERE ocel_event_id = ? ORDER BY rowid");
    sqlite3_stmt *linked = prepared(ocel, "SELECT ocel_target_id, ocel_qualifier FROM object_object"
                                          " WHERE ocel_source_id = ? ORDER BY rowid");
    buf_puts(buf, "{\"eventTypes\":[");
    add_types(buf, ocel->events);
    buf_puts(buf, "],\n\"objectTypes\":[");
    add_types(buf, ocel->objects);
    buf_puts(buf, "],\n\"objects\":[");
    for (const struct ocel_type *type = ocel->objects; type->name; type++)
        write_objects(&w, type, linked);
    buf_puts(buf, "],\n\"events\":[");
    w.has_some = false;
    for (const struct ocel_type *type = ocel->events; type->name; type++)
        write_events(&w, type, touched);
    buf_puts(buf, "]}\n");
    sqlite3_finalize(touched);
    sqlite3_finalize(linked);
    if (ocel->is_failed)
        errs_copy(errs, &ocel->error);
    ocel->is_told = ocel->is_failed;
    return ocel->is_failed ? -1 : 0;
}
