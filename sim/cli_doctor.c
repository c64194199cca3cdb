/* cli_doctor: `tradeloom doctor`: what this program is made of, which data it reads and how old they are, what the
 * terminal can show, where it may write. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <sqlite3.h>
#include <uv.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/rule_list.h"
#include "sim/cli.h"
#include "sim/duck.h"
#include "sim/out_json.h"
#include "sim/shelf.h"

static const struct cli_option options[] = {{0}};

#if defined(__clang__)
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

enum state { STATE_GOOD, STATE_NOTE, STATE_BAD };
static const char *const state_ids[] = {"ok", "note", "bad"};
static const char *const state_words[][2] = {{"ok", "正常"}, {"note", "注意"}, {"bad", "有误"}};

struct report {
    struct cli *cli;
    struct out_json json;
    struct buf out;
    int status; /* of the first that is bad */
};

/* One line of the report; status counts when it is bad. */
static void tell(struct report *report, enum state state, int status, const char *id, const char *zh, struct buf *text)
{
    bool is_zh = report->cli->lang == LANG_ZH;
    if (state == STATE_BAD && report->status == 0)
        report->status = status;
    if (report->cli->json) {
        out_json_begin_flat(&report->json, NULL, '{');
        out_json_text(&report->json, "name", id);
        out_json_text(&report->json, "state", state_ids[state]);
        out_json_text(&report->json, "text", buf_text(text));
        out_json_end(&report->json, '}');
    } else {
        const char *name = is_zh ? zh : id;
        int cells = (int)err_cells(name, strlen(name));
        buf_printf(&report->out, "%-4s  %s%*s  %s\n", state_words[state][is_zh], name, cells < 10 ? 10 - cells : 0, "",
                   buf_text(text));
    }
    buf_clear(text);
}

static const char *word(const struct report *report, const char *en, const char *zh)
{
    return report->cli->lang == LANG_ZH ? zh : en;
}

/* ---- the program ---- */

static void tell_program(struct report *report, struct buf *text)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    buf_printf(text, "tradeloom %s, %s", TRADELOOM_VERSION, COMPILER);
    tell(report, STATE_GOOD, 0, "program", "程序", text);
    buf_printf(text, "libuv %s, libcurl %s (%s), SQLite %s, cJSON %s", uv_version_string(), curl->version,
               curl->ssl_version ? curl->ssl_version : word(report, "without TLS", "无 TLS"), sqlite3_libversion(),
               cJSON_Version());
    tell(report, curl->ssl_version ? STATE_GOOD : STATE_NOTE, 0, "libraries", "函数库", text);
}

/* What is used only where it is. */
static void tell_optional(struct report *report, struct buf *text)
{
    struct duck duck;
    struct errs errs = {0};
    bool is_here = duck_load(&duck, &errs) == 0;
    if (is_here)
        buf_printf(text, "DuckDB %s", duck.library_version());
    else
        buf_puts(text, word(report, "no DuckDB: generate writes no Parquet (TRADELOOM_DUCKDB names libduckdb.so)",
                            "未找到 DuckDB：generate 不能写 Parquet（用 TRADELOOM_DUCKDB 指定 libduckdb.so）"));
    duck_finish(&duck);
    tell(report, STATE_GOOD, 0, "optional", "可选函数库", text);
}

/* ---- data ---- */

static void add_month(struct buf *text, int32_t month)
{
    buf_printf(text, "%04d-%02d", (int)(1970 + month / 12), (int)(month % 12 + 1));
}

static void tell_law(struct report *report, struct buf *text)
{
    const struct book *book = &report->cli->book;
    struct rule_census census = rule_count(book->rules);
    char last[11] = "?";
    if (census.kept_until != DAY_UNSET)
        date_write(census.kept_until, last);
    buf_printf(text, word(report, "%u packs, %u rows of tariffs, followed up to %s, sha256 %.12s",
                          "%u 个规则包，%u 行税率，维护至 %s，sha256 %.12s"),
               census.packs, census.rows, last, book->law_hash);
    tell(report, STATE_GOOD, 0, "law", "法规", text);
}

static void tell_fx(struct report *report, struct buf *text)
{
    const struct fx *fx = &report->cli->book.fx;
    add_month(text, fx->first_month);
    buf_puts(text, " … ");
    add_month(text, fx->last_month[currency_index("USD")]);
    buf_puts(text, word(report, ", monthly means of the European Central Bank", "，欧洲央行月均值"));
    tell(report, STATE_GOOD, 0, "rates", "汇率", text);
}

static void tell_own(struct report *report, struct buf *text)
{
    const struct book *book = &report->cli->book;
    for (size_t i = book->built_in; i < book->files; i++) {
        buf_printf(text, "%s, sha256 %.12s", book->file[i].source, book->file[i].hash);
        tell(report, STATE_GOOD, 0, "own data", "自备数据", text);
    }
}

static void tell_data(struct report *report, struct buf *text)
{
    struct errs errs = {0};
    if (cli_load(report->cli, NULL, 0, &errs) == 0) {
        tell_law(report, text);
        tell_fx(report, text);
        tell_own(report, text);
        return;
    }
    for (size_t i = 0; i < errs.count; i++) {
        const struct err *err = &errs.item[i];
        buf_printf(text, "%s:%u:%u: %s", err->source, err->line, err->column, err->message);
        tell(report, STATE_BAD, err_status(err->code), "data", "数据", text);
    }
}

/* ---- the terminal ---- */

static void tell_terminal(struct report *report, struct buf *text)
{
    struct winsize size;
    locale_t here = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    const char *set = here ? nl_langinfo_l(CODESET, here) : "ASCII";
    bool is_utf8 = strcmp(set, "UTF-8") == 0;
    buf_printf(text, word(report, "characters %s, language %s", "字符集 %s，语言 %s"), set,
               word(report, "English", "中文"));
    if (!is_utf8)
        buf_puts(text, word(report, "; Chinese needs UTF-8: LC_ALL=C.UTF-8", "；中文需要 UTF-8：LC_ALL=C.UTF-8"));
    tell(report, is_utf8 ? STATE_GOOD : STATE_NOTE, 0, "locale", "语言环境", text);
    if (here)
        freelocale(here);
    if (!isatty(STDOUT_FILENO)) {
        buf_puts(text, word(report, "no terminal", "非终端"));
    } else {
        bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
        buf_printf(text, word(report, "%u columns, colours %s", "%u 列，颜色%s"), is_known ? size.ws_col : 80,
                   report->cli->color_out ? word(report, "on", "开") : word(report, "off", "关"));
    }
    tell(report, STATE_GOOD, 0, "terminal", "终端", text);
}

/* ---- folders ---- */

/* May a file be made in the folder, or, where it is not there, in the nearest one above? */
static bool is_writable(const char *folder)
{
    char path[SHELF_PATH];
    snprintf(path, sizeof path, "%s", folder);
    while (access(path, F_OK) != 0) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            return access("/", W_OK) == 0;
        *slash = '\0';
    }
    return access(path, W_OK | X_OK) == 0;
}

static void tell_folder(struct report *report, const char *id, const char *zh, const char *folder, struct buf *text)
{
    bool is_good = is_writable(folder);
    buf_printf(text, "%s: %s", folder, is_good ? word(report, "may be written", "可写")
                                               : word(report, "may not be written", "不可写"));
    tell(report, is_good ? STATE_GOOD : STATE_NOTE, 0, id, zh, text);
}

static void tell_folders(struct report *report, struct buf *text)
{
    char here[SHELF_PATH], home[SHELF_PATH];
    const char *temporary = getenv("TMPDIR");
    if (getcwd(here, sizeof here))
        tell_folder(report, "runs", "运行结果", here, text);
    if (shelf_home(home)) {
        tell_folder(report, "data", "数据目录", home, text);
    } else {
        buf_puts(text, word(report, "neither XDG_DATA_HOME nor HOME is set", "未设置 XDG_DATA_HOME 或 HOME"));
        tell(report, STATE_NOTE, 0, "data", "数据目录", text);
    }
    tell_folder(report, "temporary", "临时目录", temporary && *temporary ? temporary : "/tmp", text);
}

/* ---- the verb ---- */

static int run(struct cli *cli)
{
    struct report report = {.cli = cli};
    struct buf text = {0};
    report.json.out = &report.out;
    if (cli->json)
        out_json_begin(&report.json, NULL, '[');
    tell_program(&report, &text);
    tell_optional(&report, &text);
    tell_data(&report, &text);
    tell_terminal(&report, &text);
    tell_folders(&report, &text);
    if (cli->json)
        out_json_end(&report.json, ']');
    int written = cli_write(cli, &report.out);
    buf_finish(&report.out);
    buf_finish(&text);
    return report.status ? report.status : written;
}

const struct cli_verb cli_doctor = {
    "doctor", "", "what the program is made of, its data and their days, where it may write", 0, 0, options, run};
