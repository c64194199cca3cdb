/* cli_check: `tradeloom check FILE`: says whether a scenario, a rule pack, a reform, a request, a lesson, a table, a
 * file of orders or a message to customs is sound, and how many of its figures nobody published. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/json.h"
#include "sim/api.h"
#include "sim/ceb_match.h"
#include "sim/ceb_read.h"
#include "sim/cli.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/job.h"
#include "sim/lesson.h"
#include "sim/out_json.h"
#include "sim/reform.h"
#include "sim/replay.h"
#include "sim/request.h"
#include "sim/scenario.h"
#include "sim/sweep.h"

static const struct cli_option options[] = {
    {"scenario", "NAME", "that a reform changes (its example unless said), or that says how orders are read"},
    JOB_OPTIONS,
    {0},
};

enum kind { KIND_UNKNOWN, SCENARIO, PACK, REFORM, ORDER, DRAWBACK, TABLE, ORDERS, MESSAGE, LESSON, PLAN };
static const char *const kind_names[] = {"", "scenario", "pack", "reform", "order", "drawback", "table", "orders",
                                         "message", "lesson", "plan"};
static const char *const kind_titles[][2] = {{"", ""}, {"a scenario", "情景"}, {"a rule pack", "规则包"},
                                             {"a reform", "规则变更"}, {"a request", "计税请求"},
                                             {"a request of drawback", "退税请求"}, {"a table", "数据表"},
                                             {"orders", "订单文件"}, {"a message to customs", "海关报文"},
                                             {"a lesson", "课程"}, {"a plan of a sweep", "扫描计划"}};

/* What was found out about a file. */
struct finding {
    enum kind kind;
    uint64_t assumed, rows;
    struct buf about; /* a sentence more, in the language of the reader */
};

struct file {
    const char *path, *bytes;
    size_t length;
};

/* ---- what is it? ---- */

static enum kind kind_of_object(const cJSON *object)
{
    if (json_get(object, "question") || json_get(object, "reveal"))
        return LESSON;
    if (json_get(object, "axes") || json_get(object, "design"))
        return PLAN;
    if (json_get(object, "rules") || json_get(object, "law_of"))
        return REFORM;
    if (json_get(object, "flows") && json_get(object, "period"))
        return SCENARIO;
    if (json_get(object, "steps") || json_get(object, "extends") || json_get(object, "place"))
        return PACK;
    if (json_get(object, "lines"))
        return ORDER;
    if (json_get(object, "hs") && json_get(object, "form"))
        return DRAWBACK;
    for (const struct json_field *field = scenario_fields; field->name; field++)
        if (json_get(object, field->name))
            return json_get(object, "id") && json_get(object, "home") ? SCENARIO : REFORM;
    return KIND_UNKNOWN;
}

static uint64_t count_assumed(const cJSON *node)
{
    uint64_t count = strcmp(json_text(node, "confidence", ""), "assumed") == 0;
    for (const cJSON *child = node->child; child; child = child->next)
        count += count_assumed(child);
    return count;
}

/* ---- tables ---- */

static int count_rows(const struct file *file, struct finding *finding, struct errs *errs)
{
    struct arena arena = {0};
    struct csv csv;
    int result = csv_open(&csv, file->path, file->bytes, file->length, &arena, errs), row = 0;
    int confidence = result == 0 ? csv_find(&csv, "confidence") : -1;
    while (result == 0 && (row = csv_next(&csv, errs)) > 0) {
        finding->rows++;
        finding->assumed += confidence >= 0 && text_is(csv.cell[confidence], "assumed");
    }
    arena_finish(&arena);
    return result == 0 && row == 0 ? 0 : -1;
}

/* ---- each kind ---- */

static int load_over(struct cli *cli, enum book_part part, const struct file *file, struct errs *errs)
{
    struct book_overlay overlay = {part, file->path, file->bytes, file->length};
    return cli_load(cli, &overlay, 1, errs);
}

static void tell_scenario(const struct cli *cli, const struct scenario *scenario, struct buf *about)
{
    char from[11], to[11];
    bool is_zh = cli->lang == LANG_ZH;
    date_write(scenario->from_day, from);
    date_write(scenario->to_day, to);
    buf_printf(about, is_zh ? "%s：%s 至 %s，流程 %u 个" : "%s: %s to %s, flows: %u", scenario->id, from, to,
               scenario->flows);
    if (scenario_replays(scenario) && !scenario->replay)
        buf_puts(about, is_zh ? "，重放用户的订单" : ", replays a user's orders");
    else
        buf_printf(about, is_zh ? "，约 %llu 笔订单" : ", about %llu orders",
                   (unsigned long long)scenario_expected(scenario));
}

static int check_scenario(struct cli *cli, struct finding *finding, struct errs *errs)
{
    struct job job;
    int result = job_load(&job, cli, false, errs);
    if (result == 0) {
        finding->assumed = scenario_assumed(job.scenario);
        tell_scenario(cli, job.scenario, &finding->about);
    }
    job_finish(&job);
    return result;
}

/* A reform lays its rules over the packs, and what else it says over a scenario. */
static int check_reform(struct cli *cli, const struct file *file, const struct json *json, struct finding *finding,
                        struct errs *errs)
{
    const char *name = cli_value(cli, "scenario", NULL), *source, *bytes;
    struct scenario_patch patch = {file->path, file->bytes, file->length};
    struct job job = {.cli = cli};
    struct reform reform;
    size_t length;
    int result = reform_read(&reform, json, file->path, &cli->arena, errs);
    if (result == 0)
        result = load_over(cli, reform.is_law ? BOOK_UNDONE : BOOK_REFORM, file, errs);
    finding->assumed = count_assumed(json->root);
    if (result == 0 && !name && *reform.example)
        name = arena_copy(&cli->arena, reform.example, strcspn(reform.example, " "));
    if (result == 0 && *reform.title[cli->lang])
        buf_puts(&finding->about, reform.title[cli->lang]);
    if (result == 0 && name) {
        result = job_scenario_bytes(&job, name, &source, &bytes, &length, errs);
        job.scenario = result == 0 ? scenario_load(&cli->book, source, bytes, length, &patch, 1, errs) : NULL;
        result = job.scenario ? 0 : -1;
    } else if (result == 0) {
        buf_puts(&finding->about, finding->about.length ? (cli->lang == LANG_ZH ? "；" : "; ") : "");
        buf_puts(&finding->about, cli->lang == LANG_ZH
                                      ? "仅检查了规则部分；其余部分请用 --scenario 指明情景"
                                      : "its rules were checked; name a scenario (--scenario) to check the rest");
    }
    job_finish(&job);
    return result;
}

static int check_plan(struct cli *cli, const struct file *file, struct finding *finding, struct errs *errs)
{
    struct sweep sweep = {0};
    if (cli_load(cli, NULL, 0, errs) != 0)
        return -1;
    int result = sweep_open(&sweep, file->path, &cli->book, errs);
    if (result == 0)
        result = sweep_check(&sweep, errs);
    if (result == 0)
        buf_printf(&finding->about, cli->lang == LANG_ZH ? "%llu 个点 × %u 次重复" : "%llu points × %u replications",
                   (unsigned long long)sweep.points, sweep.replications);
    sweep_close(&sweep);
    return result;
}

static int check_request(struct cli *cli, enum kind kind, const struct json *json, struct errs *errs)
{
    struct request request = {0};
    if (cli_load(cli, NULL, 0, errs) != 0)
        return -1;
    bool is_sound = request_read(&request, kind == ORDER ? REQUEST_ORDER : REQUEST_DRAWBACK, &cli->book, json, errs);
    request_finish(&request);
    return is_sound ? 0 : -1;
}

/* A lesson is sound when its runs give the answer that it says. */
static int check_lesson(struct cli *cli, const struct file *file, struct finding *finding, struct errs *errs)
{
    struct lesson_outcome outcome = {0};
    struct lesson *lesson = lesson_load(file->path, file->bytes, file->length, errs);
    int result = lesson ? cli_load(cli, NULL, 0, errs) : -1;
    struct api *api = result == 0 ? api_create(&cli->book) : NULL;
    if (result == 0)
        result = lesson_run(lesson, api, &outcome, errs);
    if (result == 0)
        result = lesson_judge(lesson, &outcome, errs);
    if (result == 0) {
        buf_puts(&finding->about, cli->lang == LANG_ZH ? "答案与运行结果一致：" : "the runs give its answer: ");
        lesson_say_answer(lesson, &outcome, cli->lang, &finding->about);
    }
    lesson_outcome_finish(&outcome);
    api_destroy(api);
    lesson_free(lesson);
    return result;
}

static int check_json(struct cli *cli, const struct file *file, struct finding *finding, struct errs *errs)
{
    struct json json;
    int result = json_read(&json, file->path, file->bytes, file->length, errs);
    finding->kind = result == 0 ? kind_of_object(json.root) : KIND_UNKNOWN;
    if (finding->kind == KIND_UNKNOWN && cli_has(cli, "scenario") && cJSON_IsObject(json.root))
        finding->kind = REFORM; /* of that scenario: what it misspells is told */
    if (result == 0) {
        switch (finding->kind) {
        case SCENARIO:
            result = check_scenario(cli, finding, errs);
            break;
        case PACK:
            finding->assumed = count_assumed(json.root);
            result = load_over(cli, BOOK_RULES, file, errs);
            break;
        case REFORM:
            result = check_reform(cli, file, &json, finding, errs);
            break;
        case PLAN:
            result = check_plan(cli, file, finding, errs);
            break;
        case ORDER:
        case DRAWBACK:
            result = check_request(cli, finding->kind, &json, errs);
            break;
        case LESSON:
            result = check_lesson(cli, file, finding, errs);
            break;
        default:
            err_help(json_fail(&json, json.root, errs, ERR_BAD_REQUEST,
                               "neither a scenario nor a rule pack, a reform, a request or a lesson"),
                     "a scenario has \"flows\", a pack \"steps\", a reform \"rules\", a request \"date\", a lesson "
                     "\"question\"");
            result = -1;
        }
    }
    json_finish(&json);
    return result;
}

/* Orders are read as the scenario reads them, and each line is accounted for. */
static int check_orders(struct cli *cli, const struct file *file, struct finding *finding, struct errs *errs)
{
    static const struct cli_option orders = {"orders", "FILE", ""};
    struct job job;
    cli->operand[0] = cli_value(cli, "scenario", "replay");
    struct cli_given *given = arena_array(&cli->arena, struct cli_given, cli->givens + 1);
    memcpy(given, cli->given, cli->givens * sizeof *given);
    given[cli->givens++] = (struct cli_given){&orders, file->path};
    cli->given = given;
    finding->kind = ORDERS;
    int result = job_load(&job, cli, true, errs);
    if (result == 0) {
        const struct replay *replay = job.replay;
        finding->rows = replay->lines;
        buf_printf(&finding->about,
                   cli->lang == LANG_ZH ? "%llu 行 = %llu 售出 + %llu 退回 + %llu 搁置，共 %u 笔订单"
                                        : "%llu lines = %llu sold + %llu returned + %llu set aside, in %u orders",
                   (unsigned long long)replay->lines, (unsigned long long)replay->sold,
                   (unsigned long long)replay->returned,
                   (unsigned long long)(replay->lines - replay->sold - replay->returned), replay->orders);
    }
    job_finish(&job);
    return result;
}

static int check_table(struct cli *cli, const struct file *file, struct finding *finding, struct errs *errs)
{
    enum book_part part = book_part_of_table(file->bytes, file->length);
    if (part == BOOK_UNSET)
        return check_orders(cli, file, finding, errs);
    finding->kind = TABLE;
    int result = count_rows(file, finding, errs);
    return result == 0 ? load_over(cli, part, file, errs) : result;
}

static const char *why_of(enum ceb_name where)
{
    return where == CEB_totalPrice    ? "is not price × quantity"
           : where == CEB_goodsValue  ? "is not the sum of the lines"
           : where == CEB_acturalPaid ? "is not goodsValue + freight + taxTotal - discount"
                                      : "is more than grossWeight";
}

/* Does each order or list of a message add up by itself? */
static void check_sums(const struct file *file, const struct ceb_document *document, struct errs *errs)
{
    const struct ceb_message *message = document->message;
    bool is_order = strcmp(message->record, "Order") == 0, is_list = strcmp(message->record, "Inventory") == 0;
    for (uint32_t i = 0; i < document->records; i++) {
        const struct ceb_record *alone[DECLARE_DOCUMENTS] = {[DECLARE_ORDER] = is_order ? &document->record[i] : NULL,
                                                             [DECLARE_LIST] = is_list ? &document->record[i] : NULL};
        struct ceb_match match = ceb_match(alone, message->is_export, 0);
        if (match.fault == DECLARE_AGREES)
            continue;
        struct err *err = errs_add(errs, ERR_BAD_REQUEST, "%s %s", ceb_name(match.where), why_of(match.where));
        struct buf pointer = {0};
        buf_printf(&pointer, "/CEB%uMessage/%s[%u]", message->number, message->record, i + 1);
        if (match.line)
            buf_printf(&pointer, "/%s[%u]", message->list.element, match.line);
        snprintf(err->source, sizeof err->source, "%s", file->path);
        snprintf(err->pointer, sizeof err->pointer, "%s", buf_text(&pointer));
        buf_finish(&pointer);
    }
}

static int check_message(struct cli *cli, const struct file *file, struct finding *finding, struct errs *errs)
{
    bool is_zh = cli->lang == LANG_ZH;
    struct arena arena = {0};
    struct ceb_document document;
    const struct ceb_message *message;
    finding->kind = MESSAGE;
    if (ceb_read(file->path, file->bytes, file->length, &arena, &document, errs) == 0) {
        message = document.message;
        finding->rows = document.records;
        check_sums(file, &document, errs);
        buf_printf(&finding->about, is_zh ? "CEB%u %s，%u 份" : "CEB%u, %s; records: %u", message->number,
                   is_zh ? message->zh : message->en, document.records);
    }
    arena_finish(&arena);
    return errs->count ? -1 : 0;
}

/* ---- the verb ---- */

static void tell(const struct cli *cli, const struct file *file, const struct finding *finding, struct buf *out)
{
    bool is_zh = cli->lang == LANG_ZH;
    buf_printf(out, is_zh ? "%s：%s，无误\n" : "%s: %s, sound\n", file->path, kind_titles[finding->kind][is_zh]);
    if (finding->about.length)
        buf_printf(out, "  %.*s\n", (int)finding->about.length, finding->about.data);
    if (finding->kind == TABLE)
        buf_printf(out, is_zh ? "  %llu 行\n" : "  %llu rows\n", (unsigned long long)finding->rows);
    if (finding->kind == ORDERS || finding->kind == ORDER || finding->kind == DRAWBACK ||
        finding->kind == MESSAGE || finding->kind == LESSON)
        return;
    buf_printf(out, is_zh ? "  其中 %llu 个数值为假定（无人公布）\n" : "  %llu figures are assumed: nobody published them\n",
               (unsigned long long)finding->assumed);
}

static void tell_json(const struct file *file, const struct finding *finding, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin_flat(&json, NULL, '{');
    out_json_text(&json, "file", file->path);
    out_json_text(&json, "kind", kind_names[finding->kind]);
    out_json_bool(&json, "sound", true);
    out_json_count(&json, "assumed", finding->assumed);
    if (finding->rows)
        out_json_count(&json, "rows", finding->rows);
    out_json_end(&json, '}');
}

/* A file, or the name of a built-in scenario or reform, or the path of any data file that is compiled in. */
static int read_file(struct job *job, const char *name, struct file *file, struct errs *errs)
{
    const struct data_span *span = data_find(name);
    struct errs first = {0};
    span = span ? span : reform_find(name);
    if (file_read(name, &job->file[job->files], &first) == 0) {
        struct buf *bytes = &job->file[job->files++];
        *file = (struct file){name, buf_text(bytes), bytes->length};
        return 0;
    }
    if (span) {
        *file = (struct file){span->path, span->start, (size_t)(span->end - span->start)};
        return 0;
    }
    bool is_path = strchr(name, '/') || strchr(name, '.');
    if (is_path)
        errs_copy(errs, &first.item[0]);
    return is_path ? -1 : job_scenario_bytes(job, name, &file->path, &file->bytes, &file->length, errs);
}

static int run_check(struct cli *cli)
{
    struct errs errs = {0};
    struct finding finding = {0};
    struct job holder = {.cli = cli};
    struct file file = {0};
    struct buf out = {0};
    int result = read_file(&holder, cli_operand(cli, 0, ""), &file, &errs);
    if (result == 0) {
        size_t blank = strspn(file.bytes, " \t\r\n\xEF\xBB\xBF");
        const char *end = strrchr(file.path, '.');
        bool is_json = file.bytes[blank] == '{' || file.bytes[blank] == '[' || (end && strcmp(end, ".json") == 0);
        bool is_xml = file.bytes[blank] == '<' || (end && strcmp(end, ".xml") == 0);
        int (*look)(struct cli *, const struct file *, struct finding *, struct errs *) = is_xml    ? check_message
                                                                                          : is_json ? check_json
                                                                                                    : check_table;
        result = look(cli, &file, &finding, &errs);
    }
    if (result == 0 && cli->json)
        tell_json(&file, &finding, &out);
    else if (result == 0)
        tell(cli, &file, &finding, &out);
    int status = result == 0 ? cli_write(cli, &out) : cli_fail(cli, &errs);
    buf_finish(&out);
    buf_finish(&finding.about);
    job_finish(&holder);
    return status;
}

const struct cli_verb cli_check = {"check", "FILE",
                                   "is a scenario, pack, reform, request, table, order file or customs message sound?",
                                   1, 1, options, run_check};
