/* codes: one sentence or two for every code, in two languages; refusals are told by the rule packs themselves. */
#include "sim/codes.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "core/rule.h"
#include "sim/data.h"
#include "sim/replay.h"

static const struct named errors[] = {
    {"usage", "The command line does not fit the verb. `tradeloom VERB --help` lists what it takes.",
     "命令行与子命令不符。用 tradeloom VERB --help 查看可用选项。"},
    {"syntax", "The text is not JSON as RFC 8259 defines it. The caret stands where reading failed.",
     "文本不符合 RFC 8259 的 JSON 语法，箭头指向出错处。"},
    {"bad_utf8", "The file holds bytes that are not UTF-8. Save it as UTF-8.", "文件含有非 UTF-8 字节，请另存为 UTF-8。"},
    {"trailing_text", "Something follows the end of the document. A file holds one value.",
     "文档结尾之后还有内容；一个文件只能有一个值。"},
    {"duplicate_name", "A name stands twice in one object; it is not guessed which one counts.",
     "同一对象中名称重复，程序不猜测以哪个为准。"},
    {"unknown_name", "A member that nobody reads, most often a misspelt one. `tradeloom schema` lists what is known.",
     "没有人读取的成员，多半是拼写错误。用 tradeloom schema 查看已知名称。"},
    {"missing_name", "A member or column that must be there is not.", "缺少必需的成员或列。"},
    {"wrong_type", "A value of another type is expected. Amounts and rates are decimal texts, like \"12.50\".",
     "值的类型不对。金额与税率须写成十进制文本，如 \"12.50\"。"},
    {"out_of_range", "A number or a day lies outside its bounds, or has too many decimals.",
     "数值或日期超出范围，或小数位过多。"},
    {"too_deep", "Objects and lists are nested more than 64 deep.", "对象与列表的嵌套超过 64 层。"},
    {"unit_mismatch", "A formula adds or compares amounts of different units, or a rate where an amount belongs.",
     "公式把不同单位的量相加或比较，或在应为金额处写了税率。"},
    {"bad_formula", "A formula of a rule pack cannot be read. The caret stands where reading failed.",
     "规则包中的公式无法解析，箭头指向出错处。"},
    {"bad_interval", "Days are out of order, or two rows of one kind overlap.", "日期次序颠倒，或同类两行的期间重叠。"},
    {"unknown_value", "A word that is none of the known ones: a currency, a party, a channel, a price row.",
     "不认识的取值：币种、主体、渠道或价目行。"},
    {"bad_csv", "A row does not fit its header, or a quoted cell is not closed.", "某行与表头不符，或引号未闭合。"},
    {"bad_request", "The request is no object of the right shape, or does not fit what it asks for.",
     "请求不是规定形状的对象，或与所问不符。"},
    {"unknown_code", "The commodity code is in no tariff of the place. Check its digits.",
     "该商品编码不在当地税则中，请核对编码。"},
    {"no_rate_on_day",
     "The code is known, but no rate is kept for it on that day. A row can be laid over: --tariff FILE.",
     "编码存在，但当日没有收录税率。可用 --tariff FILE 补充。"},
    {"list_unknown", "The law refers to a list of goods that is not kept for that day.",
     "法律引用的商品清单当日没有收录。"},
    {"no_rule_pack", "No rule pack is kept for that place and form of trade.", "该地与该贸易方式没有规则包。"},
    {"before_first_interval", "The place has a rule pack of that form, but only for later days.",
     "该地有此贸易方式的规则包，但生效日期更晚。"},
    {"not_in_force", "A value that the rule needs was not in force on that day.", "规则所需的某个参数当日未生效。"},
    {"unknown_scheme", "The request names a scheme that the rules do not know.", "请求中的制度名称不为规则所知。"},
    {"no_fx_rate",
     "No exchange rate is kept for the two currencies on that day. Rates can be laid over: --catalog FILE.",
     "当日没有该两种货币的汇率。可用 --catalog FILE 补充。"},
    {"needs_quantity", "The duty is by weight, volume or piece, and the line does not say it.",
     "该税从量计征，而商品行没有给出重量、体积或件数。"},
    {"amount_overflow", "An amount is beyond what can be counted exactly (63 bits).", "金额超出可精确计算的范围（63 位）。"},
    {"no_input", "The file or folder is not there, or may not be read.", "文件或文件夹不存在，或无权读取。"},
    {"unavailable", "A peer or an optional library is not there.", "对方服务或可选程序库不可用。"},
    {"internal", "Our bug: something that must hold did not. Please report it with the command line.",
     "程序自身的缺陷，请附上命令行报告给我们。"},
    {"io", "Reading or writing failed, for instance because the disk is full. Nothing half written is left behind.",
     "读写失败，例如磁盘已满。不会留下写了一半的文件。"},
    {"busy", "Another run is writing to the same folder.", "另一个运行正在写入同一文件夹。"},
};
_Static_assert(sizeof errors / sizeof *errors == ERR_COUNT - 1, "every error has its explanation");

static const struct named warnings[] = {
    {"low_confidence", "A value that decided is not certain: its source is weak or not verified.",
     "起决定作用的某个参数来源不够可靠或未经核实。"},
    {"fx_stale", "The exchange rate is the last one kept; that of the day is not.", "汇率为最后收录值，并非当日汇率。"},
    {"assumed_value", "A value that nobody published was assumed.", "使用了无人公布、由我们假定的数值。"},
    {"switch_default", "The law is disputed; its usual reading was taken.", "法律条文存在争议，采用了通常的理解。"},
};
_Static_assert(sizeof warnings / sizeof *warnings == WARN_COUNT, "every warning has its explanation");

static const struct named reasons[] = {
    {"postage", "The line is freight; its amount is the freight that the buyer paid.", "该行为运费，其金额即买家支付的运费。"},
    {"manual", "The line is a manual entry, a discount or a fee: no goods.", "该行为手工录入、折扣或费用，不是货物。"},
    {"no_price", "The line has no price.", "该行没有价格。"},
    {"no_country", "The line's country is not named, or is none.", "该行没有国家，或并非国家。"},
    {"no_rule_pack", "No rule pack is kept for the destination.", "目的地没有规则包。"},
    {"no_tariff", "No code by the table of words, or no rate for it on the day.", "关键词表中没有对应编码，或当日无税率。"},
    {"other_error", "No exchange rate, an amount too large, or more lines than an order may have.",
     "没有汇率、金额过大，或订单行数过多。"},
};
_Static_assert(sizeof reasons / sizeof *reasons == REPLAY_REASON_COUNT - 1, "every reason has its explanation");

static const struct {
    const struct named *code;
    size_t count;
    const char *en, *zh;
} groups[] = {
    {errors, sizeof errors / sizeof *errors, "Errors", "错误"},
    {warnings, sizeof warnings / sizeof *warnings, "Warnings of the law", "法律提示"},
    {reasons, sizeof reasons / sizeof *reasons, "Why a line of the orders is set aside", "订单行被搁置的原因"},
};
enum { GROUPS = sizeof groups / sizeof *groups };

static void add_code(const struct named *code, enum lang lang, struct buf *out)
{
    buf_printf(out, "%-22s %s\n", code->id, named_in(code, lang));
}

/* ---- refusals, from the packs that are compiled in ---- */

/* Calls back for each step that refuses; returns how many there were. */
static size_t each_refusal(void (*see)(void *self, const cJSON *step, const char *pack), void *self)
{
    size_t count = 0;
    for (size_t i = 0; i < data_count; i++) {
        const struct data_span *span = &data_spans[i];
        struct errs errs = {0};
        struct json json;
        const cJSON *step;
        if (strncmp(span->path, "rules/", 6) != 0 || !strstr(span->path, ".json"))
            continue;
        check(json_read(&json, span->path, span->start, (size_t)(span->end - span->start), &errs) == 0);
        cJSON_ArrayForEach(step, json_get(json.root, "steps"))
            if (json_text(step, "refuse", NULL)) {
                see(self, step, json_text(json.root, "id", ""));
                count++;
            }
        json_finish(&json);
    }
    return count;
}

struct search {
    const char *code;
    enum lang lang;
    struct buf *out;
    bool is_found;
};

static void add_refusal(void *self, const cJSON *step, const char *pack)
{
    struct search *search = self;
    const char *code = json_text(step, "refuse", "");
    if (search->code && strcmp(search->code, code) != 0)
        return;
    search->is_found = true;
    buf_printf(search->out, "%-22s %s (%s)\n", code,
               json_text(json_get(step, "message"), search->lang == LANG_ZH ? "zh" : "en", ""), pack);
}

/* ---- all of them ---- */

bool codes_explain(const char *code, enum lang lang, struct buf *out)
{
    struct search search = {code, lang, out, false};
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < groups[g].count; i++)
            if (strcmp(groups[g].code[i].id, code) == 0) {
                add_code(&groups[g].code[i], lang, out);
                search.is_found = true;
            }
    each_refusal(add_refusal, &search);
    return search.is_found;
}

void codes_list(enum lang lang, struct buf *out)
{
    struct search search = {NULL, lang, out, false};
    for (size_t g = 0; g < GROUPS; g++) {
        buf_printf(out, "%s%s\n", g ? "\n" : "", lang == LANG_ZH ? groups[g].zh : groups[g].en);
        for (size_t i = 0; i < groups[g].count; i++)
            add_code(&groups[g].code[i], lang, out);
    }
    buf_puts(out, lang == LANG_ZH ? "\n法律的拒绝\n" : "\nRefusals of the law\n");
    each_refusal(add_refusal, &search);
}

const char *codes_nearest(const char *code)
{
    const char *names[64];
    size_t count = 0;
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            check(count < sizeof names / sizeof *names);
            names[count++] = groups[g].code[i].id;
        }
    return err_nearest(code, names, count);
}
