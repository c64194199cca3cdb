/* compare: runs the baseline once with ears for the static answers, the scenario again for each dynamic one, and sets
 * them side by side. */
#include "sim/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"
#include "sim/batch.h"
#include "sim/book.h"
#include "sim/due.h"
#include "sim/interval.h"
#include "sim/record.h"
#include "sim/replay.h"
#include "sim/reprice.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/world.h"

enum { PRECISION_GROWTH = 64 };

static const struct named modes[COMPARE_MODES] = {
    {"", "", ""},
    {"static", "behaviour held fixed", "行为不变"},
    {"dynamic", "behaviour responds", "行为响应"}};

const char *compare_mode_id(enum compare_mode mode)
{
    return modes[mode].id;
}

const char *compare_mode_name(enum compare_mode mode, enum lang lang)
{
    return named_in(&modes[mode], lang);
}

/* ---- one law's replications ---- */

/* An order that was delivered, for finding it again. */
struct order_seen {
    uint64_t arrival;
    int64_t landed;
    uint32_t channel;
};

struct seen {
    struct order_seen *order; /* owned */
    size_t count, room;
};

/* A scenario's replications under one law. */
struct arm {
    struct effect **effect; /* [replications], owned */
    struct seen *seen;      /* [replications], NULL: nobody asks */
    uint32_t replications, room;
};

static void arm_open(struct arm *arm, bool has_seen)
{
    *arm = (struct arm){.room = PRECISION_GROWTH};
    arm->effect = memory_take(arm->room * sizeof(struct effect *));
    if (has_seen)
        arm->seen = memory_take(arm->room * sizeof *arm->seen);
}

static void arm_close(struct arm *arm)
{
    for (uint32_t i = 0; i < arm->replications; i++) {
        memory_release(arm->effect[i]);
        if (arm->seen)
            memory_release(arm->seen[i].order);
    }
    memory_release((void *)arm->effect);
    memory_release(arm->seen);
    *arm = (struct arm){0};
}

static void seen_add(struct seen *seen, const struct order_seen *order)
{
    if (seen->count == seen->room) {
        size_t room = seen->room ? seen->room * 2 : 1024;
        seen->order = memory_resize(seen->order, seen->room * sizeof *order, room * sizeof *order);
        seen->room = room;
    }
    seen->order[seen->count++] = *order;
}

/* Takes what a part of replication `number` (from 1) brought; parts come in their order. */
static void arm_take(struct arm *arm, uint32_t number, struct effect **effect, struct seen *seen)
{
    if (number > arm->room) {
        uint32_t room = arm->room * 2;
        arm->effect = memory_resize((void *)arm->effect, arm->room * sizeof(struct effect *),
                                    room * sizeof(struct effect *));
        if (arm->seen)
            arm->seen = memory_resize(arm->seen, arm->room * sizeof *arm->seen, room * sizeof *arm->seen);
        arm->room = room;
    }
    if (number > arm->replications) {
        check(number == arm->replications + 1);
        arm->replications = number;
        arm->effect[number - 1] = *effect;
        *effect = NULL;
        if (arm->seen)
            arm->seen[number - 1] = *seen;
    } else {
        effect_merge(arm->effect[number - 1], *effect);
        for (size_t i = 0; arm->seen && i < seen->count; i++)
            seen_add(&arm->seen[number - 1], &seen->order[i]);
        if (arm->seen)
            memory_release(seen->order);
    }
    if (arm->seen)
        *seen = (struct seen){0};
}

/* ---- listening ---- */

/* What is heard of one reform whose law is asked about the orders of the baseline. */
struct static_ear {
    struct reprice reprice;
    struct effect *after;
    struct compare_sides sides;
};

/* One cell of a replication, heard on its own thread. */
struct ear {
    struct listener *listener;
    uint32_t replication;
    int64_t counts_from;
    struct effect *effect;
    struct seen seen;
    struct static_ear *fixed; /* [laws], NULL: none */
};

/* One batch that is listened to. */
struct listener {
    struct compare *compare;
    const struct scenario *scenario;
    const struct book *book;
    struct arm *arm;
    struct arm *fixed; /* [laws]: of the static answers, NULL: they are not asked */
};

static bool is_counted(const struct ear *ear, int64_t time)
{
    return time >= ear->counts_from;
}

static void hear_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct ear *ear = self;
    (void)number;
    if (!is_counted(ear, posting->time))
        return;
    ear->effect->receipt[posting->to][posting->kind] += posting->base;
    ear->effect->receipt[posting->from][posting->kind] -= posting->base;
}

static void hear_due(void *self, const struct due *due)
{
    struct ear *ear = self;
    int64_t time = due->bill_at ? due->bill_at : due->border_at ? due->border_at : due->asked_at;
    for (size_t i = 0; i < ear->listener->compare->laws; i++)
        reprice_due(&ear->fixed[i].reprice, due, is_counted(ear, time));
}

/* Another law, the same order. */
static void add_side(struct compare_sides *sides, int64_t more)
{
    sides->more += more > 0;
    sides->less += more < 0;
    sides->same += more == 0;
    sides->more_minor += more > 0 ? more : 0;
    sides->less_minor -= more < 0 ? more : 0;
    sides->most_more = more > sides->most_more ? more : sides->most_more;
    sides->most_less = -more > sides->most_less ? -more : sides->most_less;
}

static void hear_fixed(const struct ear *ear, struct static_ear *fixed, const struct order_record *record)
{
    int64_t more;
    bool is_delivered = record->state == ORDER_DELIVERED;
    bool is_admitted = reprice_order(&fixed->reprice, record, &more);
    if (!is_admitted) {
        fixed->sides.unanswered += fixed->reprice.is_unanswered;
        fixed->sides.gone += !fixed->reprice.is_unanswered && is_delivered;
        return;
    }
    effect_add(fixed->after, ear->listener->book, ear->listener->scenario->base_currency, record, more);
    if (is_delivered)
        add_side(&fixed->sides, more);
}

static void hear_order(void *self, const struct order_record *record)
{
    struct ear *ear = self;
    const struct listener *listener = ear->listener;
    if (record->state == ORDER_OPEN || !is_counted(ear, record->time[TIME_PLACED]))
        return;
    effect_add(ear->effect, listener->book, listener->scenario->base_currency, record, 0);
    if (listener->arm->seen && record->state == ORDER_DELIVERED)
        seen_add(&ear->seen, &(struct order_seen){record->arrival, record->landed, record->channel});
    for (size_t i = 0; ear->fixed && i < listener->compare->laws; i++)
        hear_fixed(ear, &ear->fixed[i], record);
}

static void *ear_open(void *self, uint32_t replication, uint32_t cell, struct world_sink *sink)
{
    struct listener *listener = self;
    const struct compare *compare = listener->compare;
    struct ear *ear = memory_take(sizeof *ear);
    (void)cell;
    ear->listener = listener;
    ear->replication = replication;
    ear->effect = effect_create(listener->book);
    ear->counts_from = compare->warm_up_days
                           ? ((int64_t)listener->scenario->from_day + compare->warm_up_days) * DAY_SECONDS : INT64_MIN;
    *sink = (struct world_sink){.self = ear, .posting = hear_posting, .order = hear_order};
    if (!listener->fixed)
        return ear;
    sink->due = hear_due;
    ear->fixed = memory_take(compare->laws * sizeof *ear->fixed);
    for (size_t i = 0; i < compare->laws; i++) {
        ear->fixed[i].after = effect_create(listener->book);
        const struct compare_law *law = &compare->law[i];
        reprice_open(&ear->fixed[i].reprice, listener->scenario, listener->book, law->scenario, law->book);
    }
    return ear;
}

static void add_sides(struct compare_sides *sides, const struct compare_sides *more)
{
    sides->more += more->more;
    sides->less += more->less;
    sides->same += more->same;
    sides->more_minor += more->more_minor;
    sides->less_minor += more->less_minor;
    sides->most_more = more->most_more > sides->most_more ? more->most_more : sides->most_more;
    sides->most_less = more->most_less > sides->most_less ? more->most_less : sides->most_less;
    sides->gone += more->gone;
    sides->come += more->come;
    sides->moved += more->moved;
    sides->unanswered += more->unanswered;
}

/* The receipts of the baseline, and what the other law adds to them. */
static void take_fixed(const struct ear *ear, size_t law)
{
    struct static_ear *fixed = &ear->fixed[law];
    struct compare_answer *answer = &ear->listener->compare->law[law].answer[COMPARE_STATIC];
    struct seen none = {0};
    for (unsigned party = 0; party < PARTY_MAX; party++)
        for (unsigned kind = 0; kind < KIND_COUNT; kind++)
            fixed->after->receipt[party][kind] =
                ear->effect->receipt[party][kind] + fixed->reprice.receipt[party][kind];
    add_sides(&answer->sides, &fixed->sides);
    reprice_reads(&fixed->reprice, &ear->listener->compare->law[law].reads);
    if (!answer->why[0])
        memcpy(answer->why, fixed->reprice.why, sizeof answer->why);
    arm_take(&ear->listener->fixed[law], ear->replication, &fixed->after, &none);
}

/* The part is over; `counts`: and it came to its end. */
static void ear_end(struct listener *listener, struct ear *ear, bool counts)
{
    size_t laws = ear->fixed ? listener->compare->laws : 0;
    for (size_t i = 0; i < laws; i++) {
        if (counts)
            take_fixed(ear, i);
        reprice_close(&ear->fixed[i].reprice);
        memory_release(ear->fixed[i].after);
    }
    if (counts)
        arm_take(listener->arm, ear->replication, &ear->effect, &ear->seen);
    memory_release(ear->fixed);
    memory_release(ear->effect);
    memory_release(ear->seen.order);
    memory_release(ear);
}

static void ear_close(void *self, void *part, const struct tally *tally)
{
    ear_end(self, part, tally != NULL);
}

/* ---- running ---- */

static int run_arm(struct compare *compare, struct listener *listener, uint64_t seed, uint32_t replications,
                   int64_t precision_ppm, struct reads *reads, struct errs *errs)
{
    struct batch_watch watch = {listener, ear_open, ear_close};
    struct batch batch = {
        .scenario = listener->scenario, .book = listener->book, .seed = seed, .replications = replications,
        .precision_ppm = precision_ppm, .jobs = compare->jobs, .until = compare->until, .watch = &watch,
        .has_bar = compare->has_bar, .lang = compare->lang};
    int result = compare->run(compare->self, &batch, errs);
    compare->signal = batch.signal;
    if (batch.tally && reads)
        reads_add(reads, &batch.tally->reads);
    batch_finish(&batch);
    return result;
}

/* ---- pairing ---- */

static int by_arrival(const void *a, const void *b)
{
    const struct order_seen *x = a, *y = b;
    return (x->arrival > y->arrival) - (x->arrival < y->arrival);
}

static void pair_orders(struct seen *before, struct seen *after, struct compare_sides *sides)
{
    size_t i = 0, k = 0;
    if (before->count)
        qsort(before->order, before->count, sizeof *before->order, by_arrival);
    if (after->count)
        qsort(after->order, after->count, sizeof *after->order, by_arrival);
    while (i < before->count && k < after->count) {
        const struct order_seen *a = &before->order[i], *b = &after->order[k];
        sides->gone += a->arrival < b->arrival;
        sides->come += a->arrival > b->arrival;
        i += a->arrival <= b->arrival;
        k += a->arrival >= b->arrival;
        if (a->arrival == b->arrival) {
            sides->moved += a->channel != b->channel;
            add_side(sides, b->landed - a->landed);
        }
    }
    sides->gone += (int64_t)(before->count - i);
    sides->come += (int64_t)(after->count - k);
}

/* One figure over all replications. */
static struct compare_line measure(const struct book *book, const struct arm *before, const struct arm *after,
                                   const struct effect_figure *figure)
{
    struct compare_line line = {.figure = *figure};
    struct interval old = {0}, new = {0}, paired = {0};
    int64_t half;
    for (uint32_t r = 0; r < before->replications && r < after->replications; r++) {
        int64_t a = 0, b = 0;
        bool has_a = effect_value(before->effect[r], book, figure, &a);
        bool has_b = effect_value(after->effect[r], book, figure, &b);
        if (has_a)
            interval_add(&old, a);
        if (has_b)
            interval_add(&new, b);
        if (has_a && has_b)
            interval_add(&paired, b - a);
    }
    line.has_before = old.count > 0;
    line.has_after = new.count > 0;
    line.has_difference = paired.count > 0;
    line.before = interval_mean(&old);
    line.after = interval_mean(&new);
    line.difference = interval_mean(&paired);
    line.has_interval = interval_half(&paired, &half);
    line.low = line.has_interval ? line.difference - half : 0;
    line.high = line.has_interval ? line.difference + half : 0;
    return line;
}

static struct effect *sum_of(const struct book *book, const struct arm *arm)
{
    struct effect *sum = effect_create(book);
    for (uint32_t r = 0; r < arm->replications; r++)
        effect_merge(sum, arm->effect[r]);
    return sum;
}

/* ---- what is large ---- */

/* What a change is worth: of a figure per order, to all of them; of a share, what those orders cost. */
static int64_t weight_of(const struct compare_answer *answer, const struct compare_line *line)
{
    int64_t size = line->difference < 0 ? -line->difference : line->difference, orders = 0, landed = 0;
    for (size_t i = 0; i < answer->lines; i++) {
        const struct compare_line *other = &answer->line[i];
        bool is_total = other->figure.group == EFFECT_TOTAL;
        bool is_own = other->figure.group == line->figure.group && other->figure.key == line->figure.key;
        if (other->figure.name == EFFECT_OF_ORDERS && (is_own || (is_total && !orders)))
            orders = other->before > other->after ? other->before : other->after;
        if (other->figure.name == EFFECT_OF_LANDED && is_total)
            landed = other->before;
    }
    switch (effect_name_unit((enum effect_name)line->figure.name)) {
    case EFFECT_MONEY: return size;
    case EFFECT_MONEY_EACH: return money_scale(size, orders, 100, ROUND_HALF_UP);
    case EFFECT_SHARE: return money_scale(landed, size, 1000000, ROUND_HALF_UP) / 100 * answer->line[0].before;
    default: return 0;
    }
}

bool compare_has_goods(const struct compare_answer *answer)
{
    unsigned count = 0;
    for (size_t i = 0; i < answer->lines; i++)
        count += answer->line[i].figure.group == EFFECT_PRODUCT && answer->line[i].figure.name == EFFECT_OF_ORDERS;
    return count > 1;
}

/* Figures that say it whole; the others repeat them in part. */
static bool is_telling(const struct compare_answer *answer, const struct compare_line *line)
{
    static const uint8_t telling[EFFECT_GROUP_COUNT][EFFECT_NAME_COUNT] = {
        [EFFECT_TOTAL][EFFECT_OF_LANDED] = 1,   [EFFECT_CHANNEL][EFFECT_OF_LANDED] = 1,
        [EFFECT_CHANNEL][EFFECT_OF_SHARE] = 2,  [EFFECT_TREASURY][EFFECT_OF_NET] = 1,
        [EFFECT_PRODUCT][EFFECT_OF_LANDED] = 3,
    };
    unsigned kind = telling[line->figure.group][line->figure.name];
    bool is_sure = !line->has_interval || line->low > 0 || line->high < 0;
    bool is_asked = kind == 1 || (kind == 2 && answer->mode == COMPARE_DYNAMIC) ||
                    (kind == 3 && compare_has_goods(answer));
    return is_asked && is_sure && line->has_difference && line->difference;
}

static void find_largest(struct compare_answer *answer)
{
    int64_t weight[COMPARE_SENTENCES];
    for (size_t i = 0; i < answer->lines; i++) {
        if (!is_telling(answer, &answer->line[i]))
            continue;
        int64_t own = weight_of(answer, &answer->line[i]);
        size_t at = answer->largests;
        while (at > 0 && weight[at - 1] < own)
            at--;
        if (at == COMPARE_SENTENCES)
            continue;
        if (answer->largests < COMPARE_SENTENCES)
            answer->largests++;
        for (size_t k = answer->largests - 1; k > at; k--) {
            weight[k] = weight[k - 1];
            answer->largest[k] = answer->largest[k - 1];
        }
        weight[at] = own;
        answer->largest[at] = (uint16_t)i;
    }
}

/* ---- the whole ---- */

static void set_side_by_side(const struct compare *compare, struct compare_answer *answer, enum compare_mode mode,
                             const struct arm *before, const struct arm *after)
{
    const struct book *book = compare->book;
    struct effect *sum[2] = {sum_of(book, before), sum_of(book, after)};
    struct effect_figure *figure = memory_take(EFFECT_FIGURES_MAX * sizeof *figure);
    size_t count = effect_list(book, (const struct effect *const *)sum, 2, figure);
    answer->mode = mode;
    answer->line = memory_take((count + 1) * sizeof *answer->line);
    for (size_t i = 0; i < count; i++)
        if (mode == COMPARE_DYNAMIC || figure[i].group != EFFECT_PARTY) /* only treasuries are asked anew */
            answer->line[answer->lines++] = measure(book, before, after, &figure[i]);
    find_largest(answer);
    memory_release(figure);
    memory_release(sum[0]);
    memory_release(sum[1]);
}

static int run_dynamic(struct compare *compare, size_t law, const struct arm *before, struct errs *errs)
{
    struct compare_law *l = &compare->law[law];
    struct compare_answer *answer = &l->answer[COMPARE_DYNAMIC];
    struct arm after;
    struct listener listener = {compare, l->scenario, l->book, &after, NULL};
    arm_open(&after, true);
    int result = run_arm(compare, &listener, compare->seed + !compare->is_paired, before->replications, 0,
                         &l->reads, errs);
    for (uint32_t r = 0; result == 0 && !compare->signal && r < after.replications; r++)
        pair_orders(&before->seen[r], &after.seen[r], &answer->sides);
    if (result == 0 && !compare->signal)
        set_side_by_side(compare, answer, COMPARE_DYNAMIC, before, &after);
    arm_close(&after);
    return result;
}

static int run_laws(struct compare *compare, const struct arm *before, const struct arm *fixed, struct errs *errs)
{
    int result = 0;
    for (size_t i = 0; i < compare->laws && result == 0 && !compare->signal; i++) {
        if (compare->wants[COMPARE_STATIC])
            set_side_by_side(compare, &compare->law[i].answer[COMPARE_STATIC], COMPARE_STATIC, before, &fixed[i]);
        if (compare->wants[COMPARE_DYNAMIC])
            result = run_dynamic(compare, i, before, errs);
    }
    return result;
}

/* The baseline's arms: its own, and what the other laws make of its orders. */
static void arms_open(struct listener *listener)
{
    const struct compare *compare = listener->compare;
    arm_open(listener->arm, compare->wants[COMPARE_DYNAMIC]);
    if (!compare->wants[COMPARE_STATIC])
        return;
    listener->fixed = memory_take(compare->laws * sizeof *listener->fixed);
    for (size_t i = 0; i < compare->laws; i++)
        arm_open(&listener->fixed[i], false);
}

static void arms_close(struct listener *listener)
{
    for (size_t i = 0; listener->fixed && i < listener->compare->laws; i++)
        arm_close(&listener->fixed[i]);
    memory_release(listener->fixed);
    arm_close(listener->arm);
}

/* Laws that have one baseline. */
static int run_group(struct compare *compare, struct errs *errs)
{
    struct arm before;
    struct listener listener = {compare, compare->scenario, compare->book, &before, NULL};
    arms_open(&listener);
    int result = run_arm(compare, &listener, compare->seed, compare->replications, compare->precision_ppm, NULL,
                         errs);
    compare->replications = before.replications;
    if (result == 0 && !compare->signal)
        result = run_laws(compare, &before, listener.fixed, errs);
    arms_close(&listener);
    return result;
}

int compare_run(struct compare *compare, struct errs *errs)
{
    int result = 0;
    for (size_t first = 0, end; first < compare->laws && result == 0 && !compare->signal; first = end) {
        const struct compare_law *law = &compare->law[first];
        struct compare group = *compare;
        for (end = first + 1; end < compare->laws && law[end - first].base_book == law->base_book;)
            end++;
        group.law = &compare->law[first];
        group.laws = end - first;
        group.book = law->base_book ? law->base_book : compare->book;
        group.scenario = law->base_book ? law->base_scenario : compare->scenario;
        result = run_group(&group, errs);
        compare->replications = group.replications;
        compare->signal = group.signal;
    }
    return result;
}

/* ---- orders that were recorded ---- */

/* Reading a record. */
struct reading {
    struct listener *listener;
    struct ear *ear;   /* of the part at hand, NULL: between parts */
    struct world_sink sink;
    uint32_t parts;    /* that are whole */
};

/* Parts come in their order, each with its end; anything else is no record of this program. */
static bool read_part(struct reading *reading, const struct record_row *row)
{
    uint32_t cells = reading->listener->scenario->cells;
    bool is_next = row->part.mark == RECORD_MARK && row->part.replication == reading->parts / cells + 1 &&
                   row->part.cell == reading->parts % cells;
    if (!is_next || (reading->ear != NULL) != (row->kind == RECORD_END))
        return false;
    if (row->kind == RECORD_PART) {
        reading->ear = ear_open(reading->listener, row->part.replication, row->part.cell, &reading->sink);
    } else {
        ear_end(reading->listener, reading->ear, true);
        reading->ear = NULL;
        reading->parts++;
    }
    return true;
}

static bool read_order(const struct reading *reading, const struct record_row *row)
{
    struct order_record order = record_order(row);
    bool fits = order.channel < CHANNEL_COUNT && order.column < COLUMN_COUNT && order.currency < currency_count() &&
                order.product <= reading->listener->book->catalog.count;
    if (fits)
        hear_order(reading->ear, &order);
    return fits;
}

static bool read_receipt(const struct reading *reading, const struct record_receipt *receipt)
{
    bool fits = receipt->party < PARTY_MAX && receipt->kind < KIND_COUNT;
    if (fits)
        reading->ear->effect->receipt[receipt->party][receipt->kind] += receipt->amount;
    return fits;
}

static bool is_sound(const struct scenario *scenario, const struct due *due)
{
    bool is_order = due->kind == DUE_ORDER || due->kind == DUE_REFUND;
    return due->kind >= DUE_ORDER && due->kind <= DUE_STOCK_REFUND && due->flow < scenario->flows &&
           (due->replay ? scenario->replay && due->replay <= scenario->replay->orders
                        : due->item < scenario->flow[due->flow].goods_count) &&
           (!is_order || (due->goods_minor > 0 && due->returned_minor >= 0 && due->returned_minor <= due->goods_minor));
}

static bool read_due(const struct reading *reading, const struct due *due)
{
    bool fits = is_sound(reading->listener->scenario, due);
    if (fits)
        hear_due(reading->ear, due);
    return fits;
}

static bool read_row(struct reading *reading, const struct record_row *row)
{
    if (row->kind == RECORD_PART || row->kind == RECORD_END)
        return read_part(reading, row);
    if (!reading->ear)
        return false;
    switch (row->kind) {
    case RECORD_ORDER: return read_order(reading, row);
    case RECORD_RECEIPT: return read_receipt(reading, &row->receipt);
    default: return read_due(reading, (const struct due *)row);
    }
}

int compare_recorded(struct compare *compare, const struct record_row *row, size_t rows, struct errs *errs)
{
    struct arm before;
    struct listener listener = {compare, compare->scenario, compare->book, &before, NULL};
    struct reading reading = {.listener = &listener};
    bool fits = true;
    check(compare->wants[COMPARE_STATIC] && !compare->wants[COMPARE_DYNAMIC] && compare->warm_up_days == 0);
    arms_open(&listener);
    for (size_t i = 0; i < rows && fits; i++)
        fits = read_row(&reading, &row[i]);
    fits = fits && reading.parts == compare->replications * compare->scenario->cells;
    if (reading.ear)
        ear_end(&listener, reading.ear, false);
    if (fits)
        run_laws(compare, &before, listener.fixed, errs);
    else
        errs_add(errs, ERR_BAD_REQUEST, "the record is cut off or damaged, or of another version of the program");
    arms_close(&listener);
    return fits ? 0 : -1;
}

void compare_finish(struct compare *compare)
{
    for (size_t i = 0; i < compare->laws; i++)
        for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
            memory_release(compare->law[i].answer[mode].line);
}

/* ---- in words ---- */

void compare_value(const struct compare *compare, const struct compare_line *line, int64_t value, enum lang lang,
                   struct buf *out)
{
    unsigned base = compare->scenario->base_currency;
    switch (effect_name_unit((enum effect_name)line->figure.name)) {
    case EFFECT_MONEY: run_money(out, value, base); break;
    case EFFECT_MONEY_EACH: run_money(out, money_scale(value, 1, 100, ROUND_HALF_UP), base); break;
    case EFFECT_SHARE: run_share(out, value, 1000000); break;
    case EFFECT_HOURS:
        buf_puts(out, value < 0 ? "−" : "");
        run_span(out, value < 0 ? -value : value, lang);
        break;
    default:
        buf_puts(out, value < 0 ? "−" : "");
        run_count(out, (uint64_t)(value < 0 ? -value : value));
    }
}

void compare_sentence(const struct compare *compare, const struct compare_line *line, enum lang lang, struct buf *out)
{
    char name[160];
    bool is_zh = lang == LANG_ZH, rises = line->difference > 0;
    int64_t size = rises ? line->difference : -line->difference;
    const char *what = effect_name_words((enum effect_name)line->figure.name, lang);
    effect_key_name(compare->book, compare->scenario->base_currency, &line->figure, lang, name, sizeof name);
    buf_printf(out, is_zh ? "%s：%s%s " : "%s: the %s %s by ", name, what,
               is_zh ? (rises ? "上升" : "下降") : line->figure.name == EFFECT_OF_NET ? (rises ? "rise" : "fall")
                                                                                  : (rises ? "rises" : "falls"));
    if (line->figure.name == EFFECT_OF_SHARE)
        buf_printf(out, is_zh ? "%lld.%lld 个百分点" : "%lld.%lld points", (long long)(size + 500) / 10000,
                   (long long)(size + 500) / 1000 % 10);
    else
        compare_value(compare, line, size, lang, out);
    if (line->before > 0 && line->figure.name != EFFECT_OF_SHARE) {
        buf_puts(out, is_zh ? "（" : " (");
        buf_puts(out, rises ? "+" : "−");
        run_share(out, size, line->before);
        buf_puts(out, is_zh ? "）" : ")");
    }
    buf_puts(out, is_zh ? "，由 " : ", from ");
    compare_value(compare, line, line->before, lang, out);
    buf_puts(out, is_zh ? " 到 " : " to ");
    compare_value(compare, line, line->after, lang, out);
    buf_puts(out, is_zh ? "。" : ".");
}
