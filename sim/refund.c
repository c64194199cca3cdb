/* refund: asks the law of the country of dispatch, posts what it pays. */
#include "sim/refund.h"

#include "core/date.h"
#include "sim/account.h"
#include "sim/book.h"
#include "sim/levy.h"
#include "sim/replay.h"

/* ---- asking ---- */

/* One line of the goods as bought, for the law of the country that they leave. */
static void ask(struct world *w, const struct mover *m, struct assess_line line, int64_t cost_minor,
                int64_t revenue_minor, bool is_unsold)
{
    const struct scenario_flow *flow = flow_of(w, m);
    int32_t law_day = levy_law_day(w, flow->from), today = time_local_day(w->now, w->flow[m->flow].offset_from_s);
    unsigned currency = flow_purchase_currency(flow, m->item);
    int64_t vat = money_scale(cost_minor, flow->purchase_vat_ppm, 1000000, ROUND_HALF_UP);
    line.price = 0;
    struct assess_order facts = {
        .from = flow->from, .to = flow->from, .form = flow->refund_form, .transport = flow->transport,
        .incoterm = INCOTERM_DAP, .flags = (uint32_t)is_unsold << FLAG_UNSOLD,
        .sale_day = law_day == DAY_UNSET ? today : law_day, .entry_day = DAY_UNSET, .fx_sale_day = today,
        .fx_entry_day = today, .currency = (uint8_t)currency, .freight = -1, .insurance = -1, .line = &line,
        .lines = 1};
    facts.given[FACT_PURCHASE_GROSS] = cost_minor + vat;
    facts.given[FACT_FOB] = account_convert(w, revenue_minor, flow->sale_currency, currency);
    facts.given[FACT_REFUND_CLASS] = flow->refund_class * INT64_C(1000000);
    levy_ask(w, m, &facts);
}

static void add(struct world *w, struct refund *refund)
{
    const struct rule_answer *answer = &w->answer;
    int64_t work_days = 0;
    if (w->is_failed || answer->status != RULE_ASSESSED)
        return; /* refused: nothing is refunded */
    refund->drawback_base += account_base(w, answer->total_of[CHARGE_DRAWBACK], answer->currency);
    refund->income_tax_base += account_base(w, answer->total_of[CHARGE_INCOME_TAX], answer->currency);
    refund->rule = rule_ref(w->book->rules, answer, -1);
    if (rule_term(answer, "refund_days", &work_days))
        refund->work_days = (int32_t)(work_days / 1000000);
}

void refund_claim(struct world *w, const struct order *o, struct refund *refund)
{
    const struct mover *m = &o->m;
    const struct scenario_flow *flow = flow_of(w, m);
    const struct replay_order *replay = world_replayed(w, o);
    if (!replay || flow->refund_form == FORM_EXEMPT) {
        struct assess_line line = replay ? replay_line_asked(&replay->line[0]) : levy_line(w, m, true);
        ask(w, m, line, m->cost_minor, o->goods_minor, false);
        add(w, refund);
    }
    for (uint32_t i = 0; replay && flow->refund_form != FORM_EXEMPT && i < replay->lines && !w->is_failed; i++) {
        ask(w, m, replay_line_asked(&replay->line[i]), replay->line[i].cost_minor, o->goods_minor, false);
        add(w, refund);
    }
}

void refund_claim_stock(struct world *w, const struct mover *m, struct refund *refund)
{
    ask(w, m, levy_line(w, m, true), m->cost_minor, 0, false);
    add(w, refund);
    refund->income_tax_base = 0; /* of a sale, and there was none yet */
}

int64_t refund_expect(struct world *w, const struct mover *m, int64_t revenue_minor)
{
    struct refund refund = {0};
    if (!flow_of(w, m)->refund_form)
        return 0;
    ask(w, m, levy_line(w, m, true), m->cost_minor, revenue_minor, false);
    add(w, &refund);
    account_note(w, KIND_DRAWBACK, -refund.drawback_base);
    account_note(w, KIND_INCOME_TAX, refund.income_tax_base);
    return refund.drawback_base - refund.income_tax_base;
}

/* ---- leaving, arriving ---- */

/* When a refund arrives: the documents take the flow's days, the tax office its working days. */
static int64_t time_of(const struct world *w, const struct mover *m, int64_t since, int32_t work_days)
{
    const struct scenario_flow *flow = flow_of(w, m);
    int64_t claimed = since + (int64_t)flow->drawback_after_days * DAY_SECONDS;
    int32_t day = time_local_day(claimed, w->flow[m->flow].offset_from_s);
    return claimed + (int64_t)(date_add_work_days(day, work_days) - day) * DAY_SECONDS;
}

enum flow_verdict refund_leave(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    struct refund refund = {0};
    o->left_at = w->now;
    if (!flow_of(w, m)->refund_form)
        return FLOW_ON;
    refund_claim(w, o, &refund);
    o->drawback_base = refund.drawback_base;
    o->income_tax_base = refund.income_tax_base;
    o->refund_rule = refund.rule;
    o->refund_at = time_of(w, m, o->left_at, refund.work_days);
    o->refund_since = o->left_at;
    return w->is_failed ? FLOW_END : FLOW_ON;
}

/* What is refunded on departure is pre-financed, so that it lowers the cost of the units; the lender asks interest
 * until the treasury pays. */
enum flow_verdict refund_leave_stock(struct world *w, struct mover *m)
{
    const struct scenario_flow *flow = flow_of(w, m);
    struct shipment *s = shipment_of(m);
    struct refund refund = {0};
    if (flow->refund_form != FORM_TRADER)
        return FLOW_ON;
    ask(w, m, levy_line(w, m, true), m->cost_minor, 0, true);
    bool is_later = !w->is_failed && w->answer.status == RULE_REFUSED;
    if (is_later)
        refund_claim_stock(w, m, &refund);
    else
        add(w, &refund);
    if (w->is_failed)
        return FLOW_END;
    if (w->sink.due)
        levy_tell_stock(w, s, DUE_STOCK_REFUND);
    if (is_later) {
        s->sum[LOT_REFUND] = refund.drawback_base;
        return FLOW_ON;
    }
    account_post(w, m, KIND_DRAWBACK, world_treasury(w, flow->from), flow->seller, w->scenario->base_currency,
                 refund.drawback_base, ACCOUNT_RULE | refund.rule);
    account_interest(w, m, refund.drawback_base, time_of(w, m, w->now, refund.work_days) - w->now);
    return FLOW_ON;
}

/* Units out of a warehouse abroad are sold now: the share of what their shipment will earn back is claimed. */
static void claim_share(struct world *w, struct order *o)
{
    struct refund refund = {0};
    struct mover m = o->m;
    m.number = 0; /* nobody hears this question: only the days are asked; the amount is that of the departure's law */
    refund_claim_stock(w, &m, &refund);
    o->drawback_base = o->taken_refund;
    o->refund_rule = refund.rule;
    o->refund_at = time_of(w, &o->m, w->now, refund.work_days);
    o->refund_since = o->taken_at - o->wait_sum / o->wait_weight * 3600;
    o->taken_refund = 0;
}

enum flow_verdict refund_arrive(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    const struct scenario_flow *flow = flow_of(w, m);
    if (o->taken_refund)
        claim_share(w, o);
    if (w->is_failed)
        return FLOW_END;
    if (o->drawback_base == 0 && o->income_tax_base == 0)
        return FLOW_SKIP;
    w->later_s = o->refund_at - w->now;
    if (w->later_s > 0)
        return FLOW_AT;
    uint16_t treasury = world_treasury(w, flow->from);
    unsigned base = w->scenario->base_currency;
    uint32_t reason = ACCOUNT_RULE | o->refund_rule;
    account_post(w, m, KIND_DRAWBACK, treasury, flow->seller, base, o->drawback_base, reason);
    account_post(w, m, KIND_INCOME_TAX, flow->seller, treasury, base, o->income_tax_base, reason);
    o->charge[CHARGE_DRAWBACK] = o->drawback_base;
    account_interest(w, m, o->drawback_base, w->now - o->refund_since);
    return FLOW_ON;
}
