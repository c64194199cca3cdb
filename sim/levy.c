/* levy: asks the law and posts what it answers. */
#include "sim/levy.h"

#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "sim/account.h"
#include "sim/book.h"
#include "sim/breach.h"
#include "sim/port.h"
#include "sim/refund.h"
#include "sim/replay.h"
#include "sim/sale.h"

/* ---- asking ---- */

static enum form form_of(enum channel channel)
{
    switch (channel) {
    case CHANNEL_CONTAINER: case CHANNEL_BULK_AIR: case CHANNEL_OVERSEAS_WAREHOUSE: return FORM_DOMESTIC;
    case CHANNEL_PERSONAL_PARCEL: return FORM_PARCEL;
    default: return FORM_RETAIL;
    }
}

struct assess_line levy_goods(const struct world *w, const struct flow_goods *goods, uint16_t place)
{
    const struct product *product = &w->book->catalog.product[goods->product];
    struct assess_line line = {
        .origin = product->origin, .weight = product->net_weight_g * 1000,
        .volume = product->volume_ml < 0 ? -1 : product->volume_ml * 1000,
        .pieces = product->pieces > 1 ? product->pieces * 1000000 : -1, .strength = -1};
    snprintf(line.hs, sizeof line.hs, "%s", book_code(w->book, product, place));
    return line;
}

struct assess_line levy_line(const struct world *w, const struct mover *m, bool at_origin)
{
    const struct flow_state *state = &w->flow[m->flow];
    struct assess_line line = (at_origin ? state->line_from : state->line_to)[m->item];
    line.quantity = m->units * INT64_C(1000000);
    return line;
}

int32_t levy_law_day(const struct world *w, uint16_t place)
{
    return scenario_law_day(w->scenario, w->book, place);
}

static struct assess_order order_facts(struct world *w, const struct order *o, int32_t sale_day, int32_t entry_day)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    const struct replay_order *replay = world_replayed(w, o);
    enum form form = form_of((enum channel)o->m.channel);
    w->line[0] = replay ? replay_line_asked(&replay->line[0]) : levy_line(w, &o->m, false);
    if (!replay) {
        w->line[0].price = flow->goods[o->m.item].price_minor;
        w->line[0].price_digits = (uint8_t)currency_digits(flow->sale_currency);
    }
    if (o->irregular)
        breach_declare(w, o, &w->line[0]);
    for (uint32_t i = 1; replay && i < replay->lines; i++)
        w->line[i] = replay_line_asked(&replay->line[i]);
    uint16_t to = replay ? replay->to : flow->to;
    int32_t law_day = levy_law_day(w, to);
    struct assess_order facts = {
        .from = form == FORM_DOMESTIC ? to : flow->from, .to = to, .form = (uint8_t)form,
        .transport = flow->transport, .incoterm = flow->incoterm,
        .flags = flow->schemes | (uint32_t)flow->preference << FLAG_PREFERENCE,
        .sale_day = law_day == DAY_UNSET ? sale_day : law_day,
        .entry_day = law_day == DAY_UNSET ? entry_day : law_day, .fx_sale_day = sale_day,
        .fx_entry_day = entry_day, .currency = flow->sale_currency,
        .freight = o->freight_minor ? o->freight_minor : -1, .insurance = -1, .annual_used = o->used_minor,
        .line = w->line, .lines = o->lines};
    memcpy(facts.sub, flow->to_sub, sizeof facts.sub);
    return facts;
}

void levy_ask(struct world *w, const struct mover *m, const struct assess_order *facts)
{
    assess_order(&w->assess, facts, &w->answer);
    if (w->sink.law && m->number)
        w->sink.law(w->sink.self, (enum subject_kind)m->kind, m->number, w->assess.cache, &w->answer);
    if (w->answer.status == RULE_ERROR)
        world_fail(w, w->answer.error, "flow \"%s\": %s", flow_of(w, m)->id, w->answer.message);
}

static void ask_order(struct world *w, const struct order *o)
{
    struct assess_order facts = order_facts(w, o, o->sale_day, o->entry_day);
    levy_ask(w, &o->m, &facts);
}

/* ---- the bill ---- */

static struct buyer_use *use_of(const struct world *w, const struct order *o)
{
    struct buyer_use *use = market_of(w, &o->m)->use;
    return use ? &use[breach_buyer(o)] : NULL;
}

/* "BR-SP" is a treasury of Brazil here. */
static uint16_t treasury_of(struct world *w, unsigned step)
{
    return world_treasury(w, text_country(rule_step_treasury(&w->answer, step), 2));
}

static const struct charge_memo *memo_of(struct world *w, uint32_t step)
{
    const struct rule_answer *answer = &w->answer;
    uintptr_t at = ((uintptr_t)answer->bound >> 6) * 31 + step;
    struct charge_memo *memo = &w->memo_charge[at % CHARGE_MEMOS];
    if (memo->bound != answer->bound || memo->step != step)
        *memo = (struct charge_memo){answer->bound, step, rule_ref(w->book->rules, answer, (int)step),
                                     treasury_of(w, step), rule_step_at_border(answer, step)};
    return memo;
}

/* The charges of the last answer, lines of one step together; their number, `room` + 1 when they do not fit. */
static uint32_t gather(struct world *w, struct order_charge *due, uint32_t room)
{
    const struct rule_answer *answer = &w->answer;
    uint32_t count = 0;
    for (uint32_t i = 0, end; i < answer->charges; i = end) {
        const struct rule_charge *charge = &answer->charge[i];
        int64_t amount = 0;
        for (end = i; end < answer->charges && answer->charge[end].step == charge->step; end++)
            amount += answer->charge[end].amount;
        if (amount == 0 || charge->kind >= CHARGE_DRAWBACK)
            continue;
        if (count == room)
            return room + 1;
        const struct charge_memo *memo = memo_of(w, charge->step);
        due[count++] = (struct order_charge){amount, memo->rule, memo->treasury, charge->kind, memo->at_border};
    }
    return count;
}

static void keep_outcome(struct world *w, struct order *o)
{
    bool is_refused = w->answer.status == RULE_REFUSED;
    o->regime = rule_ref(w->book->rules, &w->answer, -1);
    o->refusal = is_refused ? rule_ref(w->book->rules, &w->answer, w->answer.step) : 0;
    o->charge_currency = w->answer.currency;
    o->value_minor = w->answer.has_allowance && !is_refused ? w->answer.value : 0;
    uint32_t dues = is_refused ? 0 : gather(w, o->due, ORDER_CHARGES);
    o->dues = dues > ORDER_CHARGES ? ORDER_ASKS_AGAIN : (uint8_t)dues;
}

/* The charges of an order that is admitted: those it keeps, or the answer to the same question. */
static const struct order_charge *dues_of(struct world *w, const struct order *o, struct order_charge *room,
                                          uint32_t *count)
{
    *count = o->dues;
    if (o->dues != ORDER_ASKS_AGAIN)
        return o->due;
    ask_order(w, o);
    *count = w->is_failed ? 0 : gather(w, room, RULE_CHARGES_MAX);
    return room;
}

static int64_t sum_dues(struct world *w, const struct order *o, bool at_border)
{
    struct order_charge room[RULE_CHARGES_MAX];
    uint32_t count;
    const struct order_charge *due = dues_of(w, o, room, &count);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        if (due[i].at_border == at_border)
            sum += due[i].amount;
    return sum;
}

uint32_t levy_stretch(struct world *w, unsigned flow, int32_t day)
{
    struct flow_state *state = &w->flow[flow];
    if (levy_law_day(w, state->flow->to) != DAY_UNSET)
        return 0;
    if (state->stretch_day != day) {
        state->stretch_day = day;
        state->stretch = rule_stretch(w->book->rules, state->flow->to, day);
    }
    return state->stretch;
}

/* The place of an order's answer among those kept, with its question filled in; NULL: it must be asked. What is
 * replayed, irregular, or listened to is asked. */
static struct bill_memo *memo_at(struct world *w, const struct order *o, struct bill_memo *question)
{
    struct civil civil = world_civil(w, o->sale_day);
    if (o->replay || o->irregular || w->sink.law)
        return NULL;
    *question = (struct bill_memo){.month = (uint32_t)(civil.year * 12 + civil.month),
                                   .stretch = levy_stretch(w, o->m.flow, o->sale_day), .flow = o->m.flow,
                                   .item = o->m.item, .units = o->m.units, .used_minor = o->used_minor};
    uint64_t at = ((uint64_t)o->used_minor * 31 + o->m.units) * 131 + (uint64_t)o->m.flow * 7 + o->m.item;
    return &w->memo_bill[at % BILL_MEMOS];
}

static bool is_known(const struct bill_memo *memo, const struct bill_memo *question)
{
    return memo->month == question->month && memo->stretch == question->stretch && memo->flow == question->flow &&
           memo->item == question->item && memo->units == question->units &&
           memo->used_minor == question->used_minor;
}

static void take_answer(struct order *o, const struct bill_memo *memo)
{
    o->regime = memo->regime;
    o->refusal = memo->refusal;
    o->charge_currency = memo->charge_currency;
    o->value_minor = memo->value_minor;
    o->dues = memo->dues;
    memcpy(o->due, memo->due, sizeof o->due);
}

/* Asks the law about a sale, or takes the answer that it gave to the same question. */
static void ask_once(struct world *w, struct order *o)
{
    struct bill_memo question, *memo = memo_at(w, o, &question);
    if (memo && is_known(memo, &question)) {
        take_answer(o, memo);
        return;
    }
    ask_order(w, o);
    if (w->is_failed)
        return;
    keep_outcome(w, o);
    if (!memo || o->dues == ORDER_ASKS_AGAIN)
        return;
    question.regime = o->regime;
    question.refusal = o->refusal;
    question.charge_currency = o->charge_currency;
    question.value_minor = o->value_minor;
    question.dues = o->dues;
    memcpy(question.due, o->due, sizeof o->due);
    *memo = question;
}

/* Asks at the sale's day, and takes from the allowance of the person in whose name it is. */
static void ask_sale(struct world *w, struct order *o, struct buyer_use *use)
{
    o->used_minor = use ? use->used_minor : 0;
    ask_once(w, o);
    if (use && !w->is_failed)
        use->used_minor += o->value_minor;
}

/* Who listens hears what an order that hides something would owe if it did not; the answer to that is not kept. */
static void tell_evaded(struct world *w, const struct order *o, const struct buyer_use *use)
{
    struct order truth = *o;
    int64_t owes = sum_dues(w, o, false) + sum_dues(w, o, true);
    truth.m.number = 0; /* nobody hears this question */
    truth.is_found = true;
    truth.used_minor = use ? use->used_minor : 0;
    ask_order(w, &truth);
    if (w->is_failed)
        return;
    keep_outcome(w, &truth);
    int64_t more = truth.refusal ? 0 : sum_dues(w, &truth, false) + sum_dues(w, &truth, true) - owes;
    world_tell(w, &(struct world_note){.order = o->m.number, .kind = NOTE_EVADED, .what = o->irregular,
                                       .amount = account_base(w, more > 0 ? more : 0, o->charge_currency)});
}

void levy_bill(struct world *w, struct order *o)
{
    struct buyer_use *use = use_of(w, o);
    o->sale_day = o->entry_day = time_local_day(w->now, w->flow[o->m.flow].offset_to_s);
    int32_t year = world_civil(w, o->sale_day).year;
    if (use && use->year != year)
        *use = (struct buyer_use){0, year};
    ask_sale(w, o, use);
    if (o->irregular && w->sink.note && !w->is_failed)
        tell_evaded(w, o, market_of(w, &o->m)->use ? &market_of(w, &o->m)->use[o->buyer] : NULL);
    o->tax_minor = 0;
    if (!o->refusal && !w->is_failed)
        o->tax_minor = account_convert(w, sum_dues(w, o, false), o->charge_currency,
                                       flow_of(w, &o->m)->sale_currency);
}

/* The use of the year of the sale; NULL when the person buys in a later one by now. */
static struct buyer_use *use_then(struct world *w, const struct order *o)
{
    struct buyer_use *use = use_of(w, o);
    int32_t year = world_civil(w, o->sale_day).year;
    if (use && use->year < year)
        *use = (struct buyer_use){0, year};
    return use && use->year == year ? use : NULL;
}

void levy_restore(struct world *w, struct order *o)
{
    struct buyer_use *use = use_then(w, o);
    if (use)
        use->used_minor -= o->value_minor;
    o->value_minor = 0;
}

int64_t levy_correct(struct world *w, struct order *o)
{
    int64_t before = sum_dues(w, o, false) + sum_dues(w, o, true);
    levy_restore(w, o);
    o->is_found = true;
    ask_sale(w, o, use_then(w, o));
    if (w->is_failed || o->refusal)
        return 0;
    int64_t after = sum_dues(w, o, false) + sum_dues(w, o, true);
    return account_base(w, after > before ? after - before : 0, o->charge_currency);
}

/* ---- the entry ---- */

/* Somebody stands in for the charges until they are paid. */
static void guarantee(struct world *w, struct mover *m, int64_t charges, unsigned currency)
{
    struct account_load load = {m->units, m->gross_g, m->volume_cm3, 1, charges, currency};
    account_price_of(w, m, ROLE_GUARANTEE, &load, flow_of(w, m)->seller);
}

enum flow_verdict levy_admit(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    int32_t today = time_local_day(w->now, w->flow[m->flow].offset_to_s);
    const struct replay_order *replay = world_replayed(w, o);
    uint16_t to = replay ? replay->to : flow_of(w, m)->to;
    o->admit_day = today;
    bool is_same = (levy_law_day(w, to) != DAY_UNSET || rule_same_law(w->book->rules, to, today, o->entry_day)) &&
                   date_month(today) == date_month(o->entry_day); /* the rates of exchange are the month's */
    if (!is_same) {
        o->entry_day = today;
        ask_order(w, o);
        if (w->is_failed)
            return FLOW_END;
        int64_t value_minor = o->value_minor;
        keep_outcome(w, o);
        o->value_minor = value_minor; /* the allowance was used at the sale */
    }
    if (!o->refusal) {
        if (port_asks_guarantee(w, m))
            guarantee(w, m, sum_dues(w, o, false) + sum_dues(w, o, true), o->charge_currency);
        return w->is_failed ? FLOW_END : FLOW_ON;
    }
    port_tally(w, m)->refused++;
    return sale_refuse(w, o, CLEAR_SENT_BACK);
}

/* ---- paying ---- */

/* Pays the charges that are asked at the border, or those that are not. `kept` of `whole` is what remains of the
 * sale. Returns what was paid as VAT, in base currency. */
static int64_t pay_dues(struct world *w, struct mover *m, const struct order_charge *due, uint32_t count,
                        bool at_border, uint16_t payer, unsigned currency, struct rational kept)
{
    int64_t vat_base = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (due[i].at_border != at_border)
            continue;
        int64_t amount = kept.num == kept.den ? due[i].amount
                                              : money_scale(due[i].amount, kept.num, kept.den, ROUND_HALF_UP);
        account_post(w, m, account_kind((enum charge_kind)due[i].kind), payer, due[i].treasury, currency, amount,
                     ACCOUNT_RULE | due[i].rule);
        if (m->kind == SUBJECT_ORDER)
            order_of(m)->charge[due[i].kind] += amount;
        if (due[i].kind == CHARGE_VAT)
            vat_base += account_base(w, amount, currency);
    }
    return vat_base;
}

static const struct rational whole = {1, 1};

enum flow_verdict levy_border(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    const struct scenario_flow *flow = flow_of(w, m);
    struct order_charge room[RULE_CHARGES_MAX];
    uint32_t count;
    bool is_asked = sum_dues(w, o, true) > 0;
    const struct order_charge *due = dues_of(w, o, room, &count);
    o->border_at = w->now;
    pay_dues(w, m, due, count, true, flow->buyer, o->charge_currency, whole);
    account_price(w, m, ROLE_CLEARANCE, is_asked ? flow->buyer : flow->seller);
    return w->is_failed ? FLOW_END : FLOW_ON;
}

enum flow_verdict levy_sampled(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    if (!o->is_inspected) { /* nobody asks the law */
        o->regime = o->refusal = o->dues = 0;
        return FLOW_SKIP;
    }
    enum flow_verdict verdict = breach_look(w, o);
    if (verdict == FLOW_ON)
        verdict = levy_admit(w, m);
    return verdict == FLOW_ON ? levy_border(w, m) : verdict;
}

/* The first moment of a day of the month after that of a time, where the law of the flow's destination counts. */
static int64_t month_after(struct world *w, const struct order *o, int64_t time, int32_t day)
{
    int32_t offset_s = w->flow[o->m.flow].offset_to_s;
    struct civil civil = world_civil(w, time_local_day(time, offset_s));
    int32_t first = civil.month == 12 ? date_day(civil.year + 1, 1, 1) : date_day(civil.year, civil.month + 1, 1);
    return (int64_t)(first + day - 1) * DAY_SECONDS - offset_s;
}

/* So many days after the release, or the payment where none is needed; or together with the rest of the month. */
static bool waits_for_tax_day(struct world *w, const struct order *o)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    unsigned from = o->stamp_s[TIME_RELEASED] >= 0 ? TIME_RELEASED : TIME_PAID;
    int64_t since = o->placed_at + (o->stamp_s[from] >= 0 ? o->stamp_s[from] : 0);
    int64_t due = flow->tax_monthly_day ? month_after(w, o, since, flow->tax_monthly_day)
                                        : since + (int64_t)flow->tax_after_days * DAY_SECONDS;
    w->later_s = due - w->now;
    return w->later_s > 0;
}

enum flow_verdict levy_tax(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    const struct scenario_flow *flow = flow_of(w, m);
    if (waits_for_tax_day(w, o))
        return FLOW_AT;
    struct order_charge room[RULE_CHARGES_MAX];
    uint32_t count;
    const struct order_charge *due = dues_of(w, o, room, &count);
    o->bill_at = w->now;
    pay_dues(w, m, due, count, false, flow->seller, o->charge_currency,
             (struct rational){o->goods_minor - o->returned_minor, o->goods_minor});
    if (o->taken_credit)
        account_post(w, m, KIND_VAT_CREDIT, world_treasury(w, flow->to), flow->seller,
                     w->scenario->base_currency, o->taken_credit, 0);
    return w->is_failed ? FLOW_END : FLOW_ON;
}

/* ---- imports for stock ---- */

/* The general import of a shipment; false when it is not admitted. */
static bool ask_import(struct world *w, const struct shipment *s)
{
    const struct mover *m = &s->m;
    const struct scenario_flow *flow = flow_of(w, m);
    const struct flow_goods *goods = &flow->goods[m->item];
    int32_t today = time_local_day(w->now, w->flow[m->flow].offset_to_s), law_day = levy_law_day(w, flow->to);
    unsigned base = w->scenario->base_currency;
    struct assess_line line = levy_line(w, m, false);
    line.price = goods->cost_minor;
    line.price_digits = (uint8_t)currency_digits(goods->purchase_currency);
    struct assess_order facts = {
        .from = flow->from, .to = flow->to, .form = FORM_GENERAL, .transport = flow->transport,
        .incoterm = INCOTERM_DAP,
        .flags = 1u << FLAG_BUSINESS | (uint32_t)flow->preference << FLAG_PREFERENCE,
        .sale_day = law_day == DAY_UNSET ? today : law_day, .entry_day = law_day == DAY_UNSET ? today : law_day,
        .fx_sale_day = today, .fx_entry_day = today, .currency = goods->purchase_currency,
        .freight = account_convert(w, s->freight_base, base, goods->purchase_currency),
        .insurance = account_convert(w, s->insurance_base, base, goods->purchase_currency),
        .line = &line, .lines = 1};
    memcpy(facts.sub, flow->to_sub, sizeof facts.sub);
    levy_ask(w, m, &facts);
    return !w->is_failed && w->answer.status == RULE_ASSESSED;
}

void levy_tell_stock(const struct world *w, const struct shipment *s, enum due_kind kind)
{
    struct due due = {.number = s->m.number, .asked_at = w->now, .cost_minor = s->m.cost_minor,
                      .freight_base = s->freight_base, .insurance_base = s->insurance_base, .units = s->m.units,
                      .flow = s->m.flow, .kind = (uint8_t)kind, .item = s->m.item};
    w->sink.due(w->sink.self, &due);
}

enum flow_verdict levy_import(struct world *w, struct mover *m)
{
    struct shipment *s = shipment_of(m);
    const struct scenario_flow *flow = flow_of(w, m);
    struct order_charge due[RULE_CHARGES_MAX];
    if (!ask_import(w, s)) {
        world_fail(w, ERR_UNKNOWN_VALUE, "flow \"%s\": the law does not admit this import", flow->id);
        return FLOW_END;
    }
    port_tally(w, m)->declarations++;
    if (w->sink.due)
        levy_tell_stock(w, s, DUE_IMPORT);
    uint32_t count = gather(w, due, RULE_CHARGES_MAX);
    unsigned currency = w->answer.currency;
    int64_t charges = 0;
    for (uint32_t i = 0; i < count; i++)
        charges += due[i].amount;
    if (port_asks_guarantee(w, m))
        guarantee(w, m, charges, currency);
    s->sum[LOT_CREDIT] = pay_dues(w, m, due, count, true, flow->seller, currency, whole) +
                         pay_dues(w, m, due, count, false, flow->seller, currency, whole);
    return w->is_failed ? FLOW_END : FLOW_ON;
}

/* ---- what is to be expected ---- */

/* All charges of the answer; each kind's share of what they come to is noted where somebody asks. */
static int64_t answer_total(struct world *w)
{
    int64_t total = 0, base = 0;
    for (unsigned kind = CHARGE_UNSET + 1; kind < CHARGE_DRAWBACK; kind++) {
        int64_t sum = account_base(w, total += w->answer.total_of[kind], w->answer.currency);
        account_note(w, account_kind((enum charge_kind)kind), sum - base);
        base = sum;
    }
    return base;
}

bool levy_expect_order(struct world *w, struct order *o, int64_t *charges)
{
    o->sale_day = o->entry_day = time_local_day(w->now, w->flow[o->m.flow].offset_to_s);
    ask_order(w, o);
    if (w->is_failed || w->answer.status != RULE_ASSESSED)
        return false;
    keep_outcome(w, o);
    o->tax_minor = account_convert(w, sum_dues(w, o, false), o->charge_currency, flow_of(w, &o->m)->sale_currency);
    *charges = answer_total(w);
    return true;
}

bool levy_expect_import(struct world *w, const struct shipment *s, int64_t *charges)
{
    if (!ask_import(w, s))
        return false;
    *charges = answer_total(w);
    return true;
}

/* ---- asked again ---- */

void levy_tell(struct world *w, const struct order *o)
{
    struct due due = {
        .number = o->m.number, .border_at = o->border_at, .bill_at = o->bill_at, .used_minor = o->used_minor,
        .goods_minor = o->goods_minor, .returned_minor = o->returned_minor, .cost_minor = o->m.cost_minor,
        .credit_base = o->bill_at ? o->taken_credit : 0, .sale_day = o->sale_day,
        .entry_day = o->admit_day ? o->admit_day : o->sale_day, .units = o->m.units, .replay = o->replay,
        .declared_ppm = o->declared_ppm, .flow = o->m.flow, .kind = DUE_ORDER, .item = o->m.item,
        .irregular = o->irregular, .is_found = o->is_found};
    if (o->border_at || o->bill_at)
        w->sink.due(w->sink.self, &due);
    due.kind = DUE_REFUND;
    due.asked_at = o->left_at;
    if (o->left_at && o->state == ORDER_DELIVERED && flow_of(w, &o->m)->refund_form)
        w->sink.due(w->sink.self, &due);
}

static struct mover mover_again(const struct world *w, const struct due *due, enum subject_kind kind)
{
    const struct scenario_flow *flow = w->scenario->flow + due->flow;
    return (struct mover){.market = w->flow[due->flow].market, .flow = due->flow, .kind = (uint8_t)kind,
                          .column = flow->column, .channel = flow->channel, .item = due->item, .units = due->units,
                          .cost_minor = due->cost_minor};
}

static struct order order_again(const struct world *w, const struct due *due)
{
    struct order o = {
        .m = mover_again(w, due, SUBJECT_ORDER), .replay = due->replay, .lines = 1, .irregular = due->irregular,
        .is_found = due->is_found, .declared_ppm = due->declared_ppm, .sale_day = due->sale_day,
        .entry_day = due->sale_day, .goods_minor = due->goods_minor, .used_minor = due->used_minor,
        .freight_minor = w->scenario->flow[due->flow].freight_minor};
    const struct replay_order *replay = world_replayed(w, &o);
    if (replay) {
        o.lines = replay->lines;
        o.freight_minor = replay->freight_minor;
    }
    return o;
}

static void add_due(struct due_answer *answer, unsigned kind, uint16_t treasury, int64_t base)
{
    uint32_t at = 0;
    while (at < answer->charges && (answer->charge[at].kind != kind || answer->charge[at].treasury != treasury))
        at++;
    check(at < DUE_CHARGES_MAX);
    if (at == answer->charges)
        answer->charge[answer->charges++] = (struct due_charge){0, treasury, (uint8_t)kind};
    answer->charge[at].base += base;
}

static void set_clock(struct world *w, int64_t time)
{
    w->now = time;
    w->day = (int32_t)(time / DAY_SECONDS);
}

/* What pay_dues would pay at a time. */
static void add_dues(struct world *w, const struct order_charge *charge, uint32_t count, bool at_border, int64_t time,
                     unsigned currency, struct rational kept, struct due_answer *answer)
{
    set_clock(w, time);
    for (uint32_t i = 0; i < count; i++)
        if (charge[i].at_border == at_border)
            add_due(answer, charge[i].kind, charge[i].treasury,
                    account_base(w, money_scale(charge[i].amount, kept.num, kept.den, ROUND_HALF_UP), currency));
}

/* The law of the sale's day still counts at the entry, or it is asked for that. */
static void ask_again(struct world *w, struct order *o, int32_t entry_day)
{
    const struct replay_order *replay = world_replayed(w, o);
    uint16_t to = replay ? replay->to : flow_of(w, &o->m)->to;
    bool is_same = (levy_law_day(w, to) != DAY_UNSET || rule_same_law(w->book->rules, to, entry_day, o->sale_day)) &&
                   date_month(entry_day) == date_month(o->sale_day);
    if (is_same) {
        ask_once(w, o);
        return;
    }
    o->entry_day = entry_day;
    ask_order(w, o);
    if (!w->is_failed)
        keep_outcome(w, o);
}

static void order_due_again(struct world *w, const struct due *due, struct due_answer *answer)
{
    struct order o = order_again(w, due);
    struct order_charge room[RULE_CHARGES_MAX];
    uint32_t count;
    ask_again(w, &o, due->entry_day);
    answer->is_refused = o.refusal != 0;
    if (w->is_failed || o.refusal)
        return;
    const struct order_charge *charge = dues_of(w, &o, room, &count);
    struct rational kept = {due->goods_minor - due->returned_minor, due->goods_minor};
    if (due->border_at)
        add_dues(w, charge, count, true, due->border_at, o.charge_currency, whole, answer);
    if (due->bill_at)
        add_dues(w, charge, count, false, due->bill_at, o.charge_currency, kept, answer);
}

static void import_due_again(struct world *w, const struct due *due, struct due_answer *answer)
{
    struct shipment s = {.m = mover_again(w, due, SUBJECT_SHIPMENT), .freight_base = due->freight_base,
                         .insurance_base = due->insurance_base};
    struct order_charge charge[RULE_CHARGES_MAX];
    answer->is_refused = !ask_import(w, &s);
    if (answer->is_refused)
        return;
    uint32_t count = gather(w, charge, RULE_CHARGES_MAX);
    unsigned currency = w->answer.currency;
    add_dues(w, charge, count, true, due->asked_at, currency, whole, answer);
    add_dues(w, charge, count, false, due->asked_at, currency, whole, answer);
}

static void refund_due_again(struct world *w, const struct due *due, struct due_answer *answer)
{
    struct refund refund = {0};
    struct order o = order_again(w, due);
    if (due->kind == DUE_REFUND)
        refund_claim(w, &o, &refund);
    else
        refund_claim_stock(w, &o.m, &refund);
    uint16_t treasury = world_treasury(w, w->scenario->flow[due->flow].from);
    add_due(answer, CHARGE_DRAWBACK, treasury, -refund.drawback_base);
    add_due(answer, CHARGE_INCOME_TAX, treasury, refund.income_tax_base);
}

bool levy_again(struct world *w, const struct due *due, struct due_answer *answer)
{
    answer->is_refused = false;
    answer->charges = 0;
    w->is_failed = false;
    set_clock(w, due->kind == DUE_ORDER ? (due->border_at ? due->border_at : due->bill_at) : due->asked_at);
    if (due->kind == DUE_ORDER)
        order_due_again(w, due, answer);
    else if (due->kind == DUE_IMPORT)
        import_due_again(w, due, answer);
    else
        refund_due_again(w, due, answer);
    return !w->is_failed;
}
