/* run: figures that several writers tell. */
#include "sim/run.h"

#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/replay.h"
#include "sim/scenario.h"
#include "sim/stats.h"

void run_period(const struct run *run, int32_t *from, int32_t *to)
{
    const struct scenario *scenario = run->scenario;
    const struct tally *tally = run->tally;
    *from = scenario->from_day;
    *to = scenario->to_day;
    if ((scenario->replay || scenario->limit) && tally->first_day != DAY_UNSET) {
        *from = tally->first_day;
        *to = tally->last_day;
    }
}

const char *run_title(const struct run *run, enum lang lang)
{
    const char *title = lang == LANG_ZH ? run->scenario->title_zh : run->scenario->title_en;
    return title ? title : run->scenario->id;
}

static bool has_moved(const struct tally *tally, unsigned party)
{
    bool has = tally->balance[party] != 0;
    for (unsigned kind = 0; kind < KIND_COUNT && !has; kind++)
        has = tally->receipt[party][kind] != 0;
    return has;
}

size_t run_parties(const struct run *run, uint16_t *out)
{
    const struct parties *parties = &run->book->parties;
    size_t count = 0;
    for (uint16_t party = 1; party <= parties->count; party++) {
        if (!has_moved(run->tally, party))
            continue;
        size_t at = count++;
        for (; at > 0 && strcmp(parties->party[out[at - 1]].id, parties->party[party].id) > 0; at--)
            out[at] = out[at - 1];
        out[at] = party;
    }
    return count;
}

int64_t run_landed_unit(const struct run *run, unsigned channel)
{
    check(channel < CHANNEL_COUNT);
    const struct channel_tally *tally = &run->tally->channel[channel];
    const struct account_sums *sums = &tally->ended;
    int64_t landed = sums->goods;
    for (unsigned layer = 0; layer < LAYER_COUNT; layer++)
        landed += sums->layer[layer];
    return tally->units ? money_scale(landed, 1, (int64_t)tally->units, ROUND_HALF_UP) : 0;
}

static int64_t size_of(int64_t cost)
{
    return cost < 0 ? -cost : cost;
}

unsigned run_heat(const struct run *run, unsigned node, unsigned levels)
{
    int64_t most = 1, own = size_of(run->tally->node[node].cost);
    for (unsigned i = 0; i < NODE_COUNT; i++)
        most = size_of(run->tally->node[i].cost) > most ? size_of(run->tally->node[i].cost) : most;
    return (unsigned)money_scale(own, levels, most, ROUND_UP);
}

bool run_has_channel(const struct run *run, unsigned channel)
{
    return tally_placed_by(run->tally, (enum channel)channel) || run->tally->channel[channel].contracts;
}

size_t run_ports(const struct run *run, unsigned *out)
{
    const struct scenario *scenario = run->scenario;
    size_t count = 0;
    for (unsigned port = 0; port < PORTS_MAX; port++) {
        if (!scenario->port[port] || !run->tally->port[port].declarations)
            continue;
        size_t at = count++;
        for (; at > 0 && strcmp(scenario->port[out[at - 1]], scenario->port[port]) > 0; at--)
            out[at] = out[at - 1];
        out[at] = port;
    }
    return count;
}

const char *run_reason(unsigned reason, enum lang lang)
{
    static const char *const words[REPLAY_REASON_COUNT][2] = {
        [REPLAY_POSTAGE] = {"postage", "邮费"},
        [REPLAY_MANUAL] = {"manual entries", "手工条目"},
        [REPLAY_NO_PRICE] = {"no price", "无价格"},
        [REPLAY_NO_COUNTRY] = {"no country", "无国家"},
        [REPLAY_NO_RULE_PACK] = {"no rule pack for the destination", "目的地无规则包"},
        [REPLAY_NO_TARIFF] = {"no code or rate for the goods", "货物无编码或税率"},
        [REPLAY_OTHER_ERROR] = {"other errors", "其他错误"},
    };
    check(reason > REPLAY_UNSET && reason < REPLAY_REASON_COUNT);
    return words[reason][lang == LANG_ZH];
}

uint64_t run_assessed_lines(const struct run *run)
{
    const struct replay *replay = run->scenario->replay;
    check(replay != NULL);
    return replay->sold + replay->returned;
}

/* ---- figures for a person ---- */

static const struct {
    char code[4];
    const char *sign;
} signs[] = {
    {"CNY", "¥"},  {"EUR", "€"},  {"USD", "US$"}, {"GBP", "£"},   {"JPY", "JP¥"}, {"AUD", "A$"},
    {"NZD", "NZ$"}, {"CAD", "CA$"}, {"HKD", "HK$"}, {"SGD", "S$"}, {"BRL", "R$"},  {"INR", "₹"},
    {"RUB", "₽"},  {"KRW", "₩"},
};

static void add_sign(struct buf *out, const char *code)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(signs[i].code, code) == 0) {
            buf_puts(out, signs[i].sign);
            return;
        }
    buf_printf(out, "%s ", code);
}

void run_count(struct buf *out, uint64_t count)
{
    uint64_t unit = 1;
    while (count / unit >= 1000)
        unit *= 1000;
    buf_printf(out, "%u", (unsigned)(count / unit));
    for (unit /= 1000; unit; unit /= 1000)
        buf_printf(out, ",%03u", (unsigned)(count / unit % 1000));
}

void run_money(struct buf *out, int64_t minor, unsigned currency)
{
    uint64_t magnitude = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    uint64_t unit = (uint64_t)currency_unit(currency);
    if (minor < 0)
        buf_puts(out, "−");
    add_sign(out, currency_code(currency));
    run_count(out, magnitude / unit);
    if (unit > 1)
        buf_printf(out, ".%0*u", (int)currency_digits(currency), (unsigned)(magnitude % unit));
}

void run_share(struct buf *out, int64_t part, int64_t whole)
{
    if (whole <= 0) {
        buf_puts(out, "–");
        return;
    }
    int64_t tenths = money_scale(part, 1000, whole, ROUND_HALF_UP);
    buf_puts(out, tenths < 0 ? "−" : "");
    buf_decimal(out, tenths < 0 ? -tenths : tenths, 1);
    buf_puts(out, " %");
}

void run_span(struct buf *out, int64_t seconds, enum lang lang)
{
    bool is_zh = lang == LANG_ZH;
    if (seconds < 3600) {
        buf_int(out, money_scale(seconds, 1, 60, ROUND_HALF_UP));
        buf_puts(out, is_zh ? " 分" : " min");
    } else if (seconds < 2 * DAY_SECONDS) {
        buf_decimal(out, money_scale(seconds, 10, 3600, ROUND_HALF_UP), 1);
        buf_puts(out, is_zh ? " 小时" : " h");
    } else {
        buf_decimal(out, money_scale(seconds, 10, DAY_SECONDS, ROUND_HALF_UP), 1);
        buf_puts(out, is_zh ? " 天" : " d");
    }
}
