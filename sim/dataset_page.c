/* dataset_page: a data set described for programs and for people. */
#include "sim/dataset_page.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "customs/irregular.h"
#include "sim/book.h"
#include "sim/dataset.h"
#include "sim/out_json.h"
#include "sim/scenario.h"

static const char *const noises[GENERATE_NOISES] = {"clean", "realistic", "dirty"};

/* ---- datapackage.json ---- */

static const char *package_type(unsigned type)
{
    switch (type) {
    case DATASET_KEY: case DATASET_INTEGER: case DATASET_FLAG: return "integer";
    case DATASET_MONEY: case DATASET_RATE: return "number";
    case DATASET_TIME: return "datetime";
    case DATASET_DAY: return "date";
    default: return "string";
    }
}

static void add_field(struct out_json *json, const struct dataset_schema *schema, unsigned at)
{
    const struct dataset_column *column = &schema->column[at];
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "name", column->name);
    out_json_text(json, "type", package_type(column->type));
    out_json_text(json, "description", column->en);
    out_json_text(json, "description_zh", column->zh);
    if (*column->unit)
        out_json_text(json, "unit", column->unit);
    bool is_key = at < schema->keys;
    if (is_key || column->type == DATASET_FLAG) {
        out_json_begin_flat(json, "constraints", '{');
        if (is_key)
            out_json_bool(json, "required", true);
        if (is_key && schema->keys == 1)
            out_json_bool(json, "unique", true);
        if (column->type == DATASET_FLAG) {
            out_json_count(json, "minimum", 0);
            out_json_count(json, "maximum", 1);
        }
        out_json_end(json, '}');
    }
    out_json_end(json, '}');
}

static void add_keys(struct out_json *json, const struct generate_set *set, const struct dataset_schema *schema)
{
    out_json_begin_flat(json, "primaryKey", '[');
    for (unsigned i = 0; i < schema->keys; i++)
        out_json_text(json, NULL, schema->column[i].name);
    out_json_end(json, ']');
    out_json_begin(json, "foreignKeys", '[');
    for (unsigned i = 0; i < schema->columns; i++)
        for (unsigned other = 0; other < TABLE_COUNT; other++) {
            if (strcmp(schema->column[i].refers, dataset_schemas[other].id) != 0 ||
                !dataset_has(set, (enum dataset_table)other))
                continue;
            out_json_begin_flat(json, NULL, '{');
            out_json_begin_flat(json, "fields", '[');
            out_json_text(json, NULL, schema->column[i].name);
            out_json_end(json, ']');
            out_json_begin_flat(json, "reference", '{');
            out_json_text(json, "resource", dataset_schemas[other].id);
            out_json_begin_flat(json, "fields", '[');
            out_json_text(json, NULL, dataset_schemas[other].column[0].name);
            out_json_end(json, ']');
            out_json_end(json, '}');
            out_json_end(json, '}');
        }
    out_json_end(json, ']');
}

static void add_resource(struct out_json *json, const struct generate_set *set, const struct dataset_schema *schema,
                         const char *format, bool is_first)
{
    struct buf text = {0};
    bool is_csv = strcmp(format, "csv") == 0;
    out_json_begin(json, NULL, '{');
    buf_printf(&text, "%s%s%s", schema->id, is_first ? "" : "-", is_first ? "" : format);
    out_json_text(json, "name", buf_text(&text));
    buf_clear(&text);
    bool is_parquet = strcmp(format, "parquet") == 0;
    buf_printf(&text, is_parquet ? "%s" : "%s.%s", schema->id, format);
    out_json_text(json, "path", buf_text(&text));
    if (is_csv)
        out_json_text(json, "profile", "tabular-data-resource");
    out_json_text(json, "format", format);
    out_json_text(json, "mediatype", is_csv       ? "text/csv"
                                     : is_parquet ? "application/vnd.apache.parquet"
                                                  : "application/jsonl");
    if (!is_parquet)
        out_json_text(json, "encoding", "utf-8");
    out_json_text(json, "title", schema->en);
    out_json_text(json, "title_zh", schema->zh);
    if (is_csv && set->shard > 1) {
        out_json_begin_flat(json, "dialect", '{');
        out_json_bool(json, "header", false);
        out_json_end(json, '}');
    }
    out_json_begin(json, "schema", '{');
    out_json_begin(json, "fields", '[');
    for (unsigned i = 0; i < schema->columns; i++)
        add_field(json, schema, i);
    out_json_end(json, ']');
    add_keys(json, set, schema);
    out_json_end(json, '}');
    out_json_end(json, '}');
    buf_finish(&text);
}

static void add_made(struct out_json *json, const struct generate_set *set)
{
    out_json_begin(json, "made", '{');
    out_json_text(json, "by", "tradeloom " TRADELOOM_VERSION);
    out_json_text(json, "scenario", set->scenario->id);
    out_json_text(json, "scenario_sha256", set->scenario->hash);
    out_json_text(json, "data_sha256", set->book->hash);
    out_json_count(json, "seed", set->seed);
    out_json_count(json, "limit", set->limit);
    out_json_text(json, "profile", set->profile);
    out_json_text(json, "noise", noises[set->noise]);
    out_json_count(json, "shard", set->shard);
    out_json_count(json, "shards", set->shards);
    out_json_count(json, "blocks", set->blocks);
    out_json_end(json, '}');
}

void dataset_page_package(const struct generate_set *set, const char *const *format, struct buf *out)
{
    struct out_json json = {.out = out};
    bool is_first = true;
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "profile", "data-package");
    out_json_text(&json, "name", set->scenario->id);
    out_json_text(&json, "title", set->scenario->title_en);
    out_json_text(&json, "title_zh", set->scenario->title_zh);
    out_json_text(&json, "description", "Synthetic. Nobody in it is real; see DATASHEET.md.");
    out_json_begin(&json, "licenses", '[');
    out_json_begin_flat(&json, NULL, '{');
    out_json_text(&json, "name", "CC0-1.0");
    out_json_text(&json, "title", "Creative Commons Zero v1.0 Universal");
    out_json_text(&json, "path", "https://creativecommons.org/publicdomain/zero/1.0/");
    out_json_end(&json, '}');
    out_json_end(&json, ']');
    add_made(&json, set);
    out_json_begin(&json, "resources", '[');
    for (; *format; format++) {
        bool has_tables = strcmp(*format, "csv") == 0 || strcmp(*format, "jsonl") == 0 ||
                          strcmp(*format, "parquet") == 0;
        for (unsigned table = 0; has_tables && table < TABLE_COUNT; table++)
            if (dataset_has(set, (enum dataset_table)table))
                add_resource(&json, set, &dataset_schemas[table], *format, is_first);
        is_first = is_first && !has_tables;
        if (strcmp(*format, "sqlite") == 0) {
            out_json_begin_flat(&json, NULL, '{');
            out_json_text(&json, "name", "dataset");
            out_json_text(&json, "path", "dataset.sqlite");
            out_json_text(&json, "format", "sqlite");
            out_json_end(&json, '}');
        }
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    buf_putc(out, '\n');
}

/* ---- DICTIONARY.md ---- */

static void add_unit(struct buf *out, const struct dataset_column *column)
{
    if (column->type == DATASET_MONEY)
        buf_printf(out, " (%s)", column->unit);
    else if (*column->unit && strcmp(column->unit, "1") != 0)
        buf_printf(out, ", %s", column->unit);
    if (*column->refers)
        buf_printf(out, " → %s", column->refers);
}

void dataset_page_dictionary(const struct generate_set *set, struct buf *out)
{
    buf_puts(out, "# Data dictionary · 数据字典\n\nTimes are UTC (ISO 8601), amounts have the digits of their currency, "
        "weights are "
                  "grams unless said. An empty cell: it did not happen, or is not known.\n\n"
                  "时间为 UTC（ISO 8601），金额按币种小数位，重量单位为克（另有说明除外）；空值表示未发生或未知。\n");
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        const struct dataset_schema *schema = &dataset_schemas[table];
        if (!dataset_has(set, (enum dataset_table)table))
            continue;
        buf_printf(out, "\n## %s\n\n%s. %s。\n\n| column | type | meaning | 含义 |\n|---|---|---|---|\n", schema->id,
                   schema->en, schema->zh);
        for (unsigned i = 0; i < schema->columns; i++) {
            const struct dataset_column *column = &schema->column[i];
            buf_printf(out, "| %s%s%s | %s", i < schema->keys ? "**" : "", column->name, i < schema->keys ? "**" : "",
                       package_type(column->type));
            add_unit(out, column);
            buf_printf(out, " | %s | %s |\n", column->en, column->zh);
        }
    }
}

/* ---- DATASHEET.md ---- */

/* "1.25 %" of two counts. */
static void add_share(struct buf *out, uint64_t part, uint64_t whole)
{
    uint64_t share = whole ? (part * 10000 + whole / 2) / whole : 0;
    buf_printf(out, "%" PRIu64 ".%02" PRIu64 " %%", share / 100, share % 100);
}

static void add_head(const struct generate_set *set, const struct generate_counts *counts, struct buf *out)
{
    const struct scenario *scenario = set->scenario;
    buf_printf(out, "# %s · %s\n\n## What it is · 是什么\n\n", scenario->title_en, scenario->title_zh);
    buf_printf(out,
               "%" PRIu64 " orders of the scenario `%s`, simulated by tradeloom %s (seed %" PRIu64 ", profile `%s`, "
               "noise "
               "`%s`, shard %u of %u). For teaching, for testing software, for trying out models; not for "
               "conclusions about real "
               "firms, people or "
               "markets.\n\n", counts->orders, scenario->id, TRADELOOM_VERSION, set->seed, set->profile,
               noises[set->noise], set->shard, set->shards);
    buf_printf(out, "由 tradeloom %s 模拟生成的 %" PRIu64 " 笔订单（场景 `%s`，种子 %" PRIu64 "）。用于教学、软件测试与建模练习，"
                    "不得据此推断真实企业、个人或市场。\n\n", TRADELOOM_VERSION, counts->orders, scenario->id, set->seed);
}

static const char composition[] =
    "## Composition · 构成\n\n"
    "One row per event of a kind, in tables whose keys join (DICTIONARY.md, datapackage.json). The set is made of "
    "blocks: "
    "each is a world of its own over the same period, with buyers of its own; `orders.block` names it. Rows stand by "
    "block, "
    "in the order in which orders end. Drawn orders have one kind of goods each; replayed ones as many as the file "
    "had.\n\n"
    "每类事件一行，各表以键关联。数据由若干“块”组成，每块是同一时期内独立的一个世界，买家互不重叠。\n\n"
    "## Fact and assumption · 事实与假设\n\n"
    "- Fact: law, rates, thresholds and their days (each with its source: `tradeloom rules show`), exchange rates "
    "(European "
    "Central Bank), commodity codes.\n"
    "- Published price lists and durations where there are any; what nobody published is marked `assumed` in the "
    "scenario "
    "and the price lists (`tradeloom check SCENARIO` counts them).\n"
    "- Assumed: demand, baskets, who buys what, shares of irregular orders, how often inspections find them, sellers' "
    "concentration (an order that hides something comes from one of the same fifth of the sellers more often), noise.\n"
    "- Invented: every name, address, number of a person, firm, customs office or document. Identity numbers have "
    "right check "
    "digits and an area (99) that was never given out; telephone numbers are in ranges for fiction or of nobody; "
    "mail goes to "
    "example.com. Nobody real can appear.\n\n"
    "事实：法规、税率、限值及其生效日、汇率、商品编码。假设：需求、购物篮、违规比例、查获率、卖家集中度、噪声。"
    "虚构：一切姓名、地址、证件号、企业、关区与单证号；不可能对应真实个人。\n\n"
    "## Known limits · 已知局限\n\n"
    "List prices do not vary within a flow and a product (in `customs_fraud` they do, by noise); hours of the day "
    "are those of "
    "a constant arrival rate with seasons by month, without weekdays; buyers do not learn; what docs/limits.md says "
    "of the "
    "world holds here, too. Split orders are assessed one by one: what the parts together would have owed is not in "
    "`evaded`.\n\n"
    "同一流程内同一商品标价不变（`customs_fraud` 中含噪声）；到达率按月有季节性，但不分星期与时段；拆单逐单计税。\n\n";

static void add_labels(const struct generate_set *set, const struct generate_counts *counts, struct buf *out)
{
    uint64_t all = 0, found = 0;
    for (unsigned kind = 1; kind < IRREGULAR_COUNT; kind++) {
        all += counts->irregular[kind];
        found += counts->found[kind];
    }
    buf_puts(out, "## Labels and base rates · 标签与基准率\n\n`irregularities` holds the truth, one row per order that "
        "hides something "
                  "from customs; `customs_fraud.Fraud` is 1 for such an order, whether customs found it or not, "
                  "`Critical Fraud` is 2 "
                  "for a fake order, a borrowed name, or less than a third declared. Labels stand in tables of their "
                  "own, so that "
                  "leakage is no accident. Measured in this set:\n\n| label | 标签 | orders | share | found "
                  "|\n|---|---|---:|---:|---:|\n");
    for (unsigned kind = 1; kind < IRREGULAR_COUNT; kind++) {
        buf_printf(out, "| %s | %s | %" PRIu64 " | ", irregular_id((enum irregular_kind)kind),
                   irregular_name((enum irregular_kind)kind, LANG_ZH), counts->irregular[kind]);
        add_share(out, counts->irregular[kind], counts->orders);
        buf_printf(out, " | %" PRIu64 " |\n", counts->found[kind]);
    }
    buf_printf(out, "| all | 合计 | %" PRIu64 " | ", all);
    add_share(out, all, counts->orders);
    buf_printf(out, " | %" PRIu64 " |\n\n%" PRIu64 " orders were inspected (", found, counts->inspected);
    add_share(out, counts->inspected, counts->orders);
    buf_printf(out, "); %" PRIu64 " of those hid something (", counts->irregular_inspected);
    add_share(out, counts->irregular_inspected, counts->inspected);
    buf_puts(out, "): the rate that inspectors meet, which is not the rate of the stream.\n\n");
    if (strcmp(set->profile, "fraud") == 0)
        buf_puts(out, "How hard it is: on 40,000 orders of `milk-powder` (seed 1, noise realistic), trained on the "
            "first seven tenths "
                      "of the declarations by day and tested on the rest, a tree of depth 4 in plain Python reaches "
                      "an area under the "
                      "curve of " DATASET_TREE_AUC " (chance 0.50, perfect 1.00) and a precision of "
                      "" DATASET_TREE_PRECISION
                      " among the 5 % that look worst, where " DATASET_TREE_BASE " of all are fraud.\n\n");
}

void dataset_page_sheet(const struct generate_set *set, const struct generate_counts *counts, struct buf *out)
{
    add_head(set, counts, out);
    buf_puts(out, composition);
    add_labels(set, counts, out);
    buf_printf(out, "## Noise · 噪声\n\n`%s`: ", noises[set->noise]);
    buf_puts(out, set->noise == GENERATE_CLEAN ? "nothing is missing or misspelt.\n\n"
                  : set->noise == GENERATE_REALISTIC
                      ? "one text in a hundred is missing; prices in `customs_fraud` carry a trader's habit (0.33 to "
                          "2.03).\n\n"
                      : "one text in twenty is missing, one in twenty is in capitals or has blanks around it; prices "
                          "in "
                        "`customs_fraud` carry a trader's habit (0.33 to 2.03).\n\n");
    buf_puts(out, "Keys, amounts, times and codes are right in every profile.\n\n## Licence · 许可\n\nCC0 1.0: do what "
        "you like with "
                  "it. Say that it is synthetic. 可自由使用，请注明为合成数据。\n");
}
