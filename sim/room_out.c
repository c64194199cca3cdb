/* room_out: what a room leaves behind: every decision and result as CSV, and a page to debrief with. */
#include "sim/room.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/money.h"
#include "sim/page.h"
#include "sim/run.h"

/* ---- table ---- */

static void add_cell(struct buf *out, const char *text)
{
    buf_csv_cell(out, text, strlen(text));
    buf_putc(out, ',');
}

/* What a team calls itself is no formula of the facilitator's spreadsheet. */
static void add_name(struct buf *out, const char *name)
{
    char text[ROOM_NAME_MAX + 2];
    snprintf(text, sizeof text, "%s%s", *name && strchr("=+-@", *name) ? "'" : "", name);
    add_cell(out, text);
}

/* A decision as a person would say it: the id of a choice, or the number. */
static void say_value(struct buf *out, const struct game_decision *decision, int32_t value)
{
    if (decision->choice)
        buf_puts(out, decision->choice[value]);
    else
        buf_int(out, value);
}

static void add_decisions(struct buf *out, const struct game_seat *rules, const int32_t *value)
{
    for (unsigned i = 0; i < GAME_DECISIONS_MAX; i++) {
        if (i < rules->decisions) {
            add_cell(out, rules->decision[i].id);
            say_value(out, &rules->decision[i], value[i]);
            buf_putc(out, ',');
        } else {
            buf_puts(out, ",,");
        }
    }
}

static void add_row(struct buf *out, const struct room *room, unsigned number, unsigned seat)
{
    const struct room_round *round = &room->history[number - 1];
    unsigned table = seat / GAME_SEATS, at = seat % GAME_SEATS;
    const struct game_outcome *outcome = &round->outcome[table];
    buf_printf(out, "%u,%u,%s,%s,", number, table + 1, game_seats[at].id, game_seats[at].role);
    add_name(out, room->seat[seat].name);
    buf_printf(out, "%s,", round->by_bot[seat] ? "yes" : "no");
    add_decisions(out, &game_seats[at], round->play[table].value[at]);
    buf_printf(out, "%lld,%lld,%d,%lld,%lld\r\n", (long long)outcome->result[at], (long long)room->standard.result[at],
               (int)round->points[seat], (long long)outcome->orders, (long long)outcome->revenue);
}

void room_csv(const struct room *room, struct buf *out)
{
    buf_puts(out, "round,table,seat,role,team,by_bot,decision_1,value_1,decision_2,value_2,decision_3,value_3,"
                  "result_cny,standard_cny,points,table_orders,table_revenue_cny\r\n");
    for (unsigned round = 1; round <= room_ended(room); round++)
        for (unsigned seat = 0; seat < room_seats(room); seat++)
            add_row(out, room, round, seat);
}

/* ---- page ---- */

static void say_team(struct page *page, const struct room *room, unsigned seat)
{
    const struct game_seat *rules = &game_seats[seat % GAME_SEATS];
    if (room->seat[seat].name[0])
        page_text(page, room->seat[seat].name);
    else
        page_say(page, "bot", "机器人");
    page_text(page, " · ");
    page_say(page, rules->title.en, rules->title.zh);
}

static void say_table(struct page *page, unsigned seat)
{
    char text[16];
    snprintf(text, sizeof text, "%u", seat / GAME_SEATS + 1);
    page_cell_text(page, text);
}

static void say_points(struct page *page, int32_t points)
{
    char text[16];
    snprintf(text, sizeof text, "%d", (int)points);
    page_cell_text(page, text);
}

/* Seats by their points, the most first; equal ones by their number. */
static unsigned rank(const struct room *room, unsigned *order)
{
    unsigned count = 0;
    for (unsigned seat = 0; seat < room_seats(room); seat++) {
        unsigned at = count++;
        for (; at > 0 && room_points(room, order[at - 1]) < room_points(room, seat); at--)
            order[at] = order[at - 1];
        order[at] = seat;
    }
    return count;
}

static void add_ranking(struct page *page, const struct room *room)
{
    static const char *const head[] = {"Team", "队伍", "Table", "桌", "Points", "得分", NULL};
    unsigned order[ROOM_SEATS_MAX];
    page_section(page, "ranking", "Ranking", "排名");
    page_sentence(page,
                  "100 points a round are what the standard decisions of all give. A firm gets a point more for each "
                  "thousand yuan; customs half its points for revenue and half for trade: each per cent of orders lost "
                  "takes two.",
                  "每轮 100 分是各方都用标准决策的结果。企业每多赚一千元加一分；海关一半看收入、一半看贸易：订单每少 1% 扣两分。");
    page_table(page, head, PAGE_NARROW);
    for (unsigned i = 0, count = rank(room, order); i < count; i++) {
        unsigned seat = order[i];
        const struct game_seat *rules = &game_seats[seat % GAME_SEATS];
        char en[160], zh[160];
        snprintf(en, sizeof en, "%s · %s", room->seat[seat].name[0] ? room->seat[seat].name : "bot", rules->title.en);
        snprintf(zh, sizeof zh, "%s · %s", room->seat[seat].name[0] ? room->seat[seat].name : "机器人", rules->title.zh);
        page_row(page, en, zh);
        say_table(page, seat);
        say_points(page, room_points(room, seat));
        page_row_end(page);
    }
    page_table_end(page);
}

static void add_choice(struct page *page, const struct game_decision *decision, int32_t value)
{
    struct buf text = {0};
    page_say(page, decision->title.en, decision->title.zh);
    page_text(page, ": ");
    if (decision->choice) {
        page_say(page, decision->choice_title[value].en, decision->choice_title[value].zh);
    } else {
        buf_int(&text, value);
        buf_putc(&text, ' ');
        page_text(page, buf_text(&text));
        page_say(page, decision->unit.en, decision->unit.zh);
    }
    page_text(page, "; ");
    buf_finish(&text);
}

static void add_played(struct page *page, const struct room *room, const struct room_round *round, unsigned seat)
{
    unsigned table = seat / GAME_SEATS, at = seat % GAME_SEATS;
    const struct game_seat *rules = &game_seats[at];
    page_item(page);
    say_team(page, room, seat);
    if (round->by_bot[seat] && room->seat[seat].name[0])
        page_say(page, " (played by a bot)", "（机器人代打）");
    page_text(page, ": ");
    for (unsigned i = 0; i < rules->decisions; i++)
        add_choice(page, &rules->decision[i], round->play[table].value[at][i]);
    page_money(page, round->outcome[table].result[at] * 100);
    page_text(page, " · ");
    struct buf points = {0};
    buf_int(&points, round->points[seat]);
    page_text(page, buf_text(&points));
    page_say(page, " points", " 分");
    buf_finish(&points);
    page_item_end(page);
}

static void add_round(struct page *page, const struct room *room, unsigned number)
{
    char en[40], zh[40], id[16];
    snprintf(en, sizeof en, "Round %u", number);
    snprintf(zh, sizeof zh, "第 %u 轮", number);
    snprintf(id, sizeof id, "round-%u", number);
    page_section(page, id, en, zh);
    for (unsigned table = 0; table < room->tables; table++) {
        const struct room_round *round = &room->history[number - 1];
        snprintf(en, sizeof en, "Table %u", table + 1);
        snprintf(zh, sizeof zh, "第 %u 桌", table + 1);
        if (room->tables > 1)
            page_part(page, en, zh);
        page_line(page, "dim");
        page_say(page, "Orders ", "订单 ");
        struct buf text = {0};
        run_count(&text, (uint64_t)round->outcome[table].orders);
        page_text(page, buf_text(&text));
        page_say(page, ", revenue of the treasury ", "，国库收入 ");
        page_money(page, round->outcome[table].revenue * 100);
        page_line_end(page);
        page_list(page);
        for (unsigned i = 0; i < GAME_SEATS; i++)
            add_played(page, room, round, table * GAME_SEATS + i);
        page_list_end(page);
        buf_finish(&text);
    }
}

static void add_questions(struct page *page)
{
    static const struct game_text questions[] = {
        {"Which decision of another seat changed your result most? Did you see it coming?",
         "别人的哪个决定对你的结果影响最大？你料到了吗？"},
        {"Where did the orders go when the tax rose, and who earned by it?", "税一涨，订单去了哪里，谁因此获利？"},
        {"What would all five seats have agreed on, had they talked before round one?",
         "如果第一轮之前五方能商量，会达成什么？"},
        {"What is unrealistic in this market, and which way does it move the result?",
         "这个市场哪里不真实？结果因此往哪边偏？"}};
    page_section(page, "questions", "To discuss", "讨论");
    page_list(page);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        page_item(page);
        page_say(page, questions[i].en, questions[i].zh);
        page_item_end(page);
    }
    page_list_end(page);
}

void room_report(const struct room *room, enum lang lang, struct buf *out)
{
    struct page page = {.out = out, .form = PAGE_HTML, .lang = lang, .currency = currency_index("CNY")};
    char en[40], zh[40];
    snprintf(en, sizeof en, "Room %s", room->code);
    snprintf(zh, sizeof zh, "房间 %s", room->code);
    page_begin(&page, en, zh);
    add_ranking(&page, room);
    for (unsigned round = 1; round <= room_ended(room); round++)
        add_round(&page, room, round);
    add_questions(&page);
    page_end(&page, NULL);
}
