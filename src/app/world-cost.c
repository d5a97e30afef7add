/* world-cost.c - `cost`: what the world is billed for since its start, and a month. */
#include "app/cost.h"
#include "app/look.h"
#include "app/passing.h"
#include "app/world-commands.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	SHOWN = 20,  /* resources */
	WIDE = 64,   /* columns from which amounts stand beside what they are for */
	AMOUNT = 13, /* columns of one */
	SO_FAR = 4,  /* decimals */
	A_MONTH = 2,
	PAGE = 80, /* columns where nothing says how wide it is */
};

/* ---- pieces ---- */

/* What stands beside a quantity, by the unit of the price. */
static const char *unit_of(const struct price *p)
{
	static const struct {
		const char *unit, *name;
	} units[] = {{"gib-month", "GiB"}, {"iops-month", "IOPS"}, {"mibps-month", "MiB/s"}};

	for (size_t i = 0; p && i < sizeof units / sizeof *units; i++)
		if (strcmp(p->unit.s, units[i].unit) == 0)
			return units[i].name;
	return NULL;
}

/* " 8 GiB"; nothing of one that is billed by the hour. */
static void add_quantity(struct buf *out, const struct cost_row *r)
{
	const char *unit = unit_of(r->price);
	bool whole = !((double)(int64_t)r->quantity < r->quantity);

	if (!unit && whole && (int64_t)r->quantity == 1)
		return;
	buf_addc(out, ' ');
	cost_add_amount(out, r->quantity, whole ? 0 : 2);
	if (unit)
		buf_addf(out, " %s", unit);
}

static void add_amount(struct buf *out, const struct price *p, double amount, int decimals)
{
	if (p)
		cost_add_amount(out, amount, decimals);
	else
		buf_adds(out, _("not priced"));
}

static int columns_of(const struct look *look)
{
	int columns = look->terminal ? look->columns : PAGE;

	return columns < PAGE ? columns : PAGE;
}

static bool is_wide(const struct look *look)
{
	return !look->plain && columns_of(look) >= WIDE;
}

static void add_right(struct buf *out, const char *s, int columns)
{
	int width = text_swidth(s);

	if (width < columns)
		buf_addn(out, " ", (size_t)(columns - width));
	buf_adds(out, s);
}

/* "left      0.0123    4.56": three columns. */
static void line_add(struct buf *out, const struct look *look, const char *left, const char *so_far,
	const char *month)
{
	text_pad(out, left, columns_of(look) - 2 * AMOUNT);
	add_right(out, so_far, AMOUNT);
	add_right(out, month, AMOUNT);
	buf_addc(out, '\n');
}

static void header_add(struct buf *out, const struct look *look, const char *left)
{
	if (is_wide(look))
		line_add(out, look, left, _("so far, USD"), _("a month, USD"));
}

/* One line of a table, or where there is no room for one its amounts below it. */
static void amounts_add(struct buf *out, const struct look *look, const char *left,
	const struct price *p, double so_far, double month)
{
	struct buf a = BUF_INIT, b = BUF_INIT, text = BUF_INIT;

	add_amount(&a, p, so_far, SO_FAR);
	add_amount(&b, p, month, A_MONTH);
	if (is_wide(look)) {
		line_add(out, look, left, a.s, b.s);
	} else {
		text_wrap(out, left, columns_of(look), "", "  ");
		if (p)
			buf_addf(&text, _("so far %s, a month %s USD"), a.s, b.s);
		else
			buf_adds(&text, a.s);
		text_wrap(out, text.s, columns_of(look), "  ", "  ");
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&text);
}

/* ---- sums ---- */

static void total_add(struct buf *out, const struct look *look, const struct cost *c)
{
	struct buf so_far = BUF_INIT, month = BUF_INIT, since = BUF_INIT, text = BUF_INIT;

	cost_add_amount(&so_far, c->so_far, SO_FAR);
	cost_add_amount(&month, c->month, A_MONTH);
	passing_add_time(&since, c->start_ms);
	buf_addf(&text,
		_("This world has cost %s USD since %s UTC, and costs %s USD a month as it is now."),
		so_far.s, since.s, month.s);
	text_wrap(out, text.s, columns_of(look), "", "");
	buf_release(&so_far);
	buf_release(&month);
	buf_release(&since);
	buf_release(&text);
}

static void sums_add(struct buf *out, const struct look *look, const struct cost *c)
{
	heading_add(out, look, _("By what is billed"));
	header_add(out, look, "");
	for (size_t i = 0; i < c->n_sums; i++) {
		const struct cost_sum *s = &c->sums[i];
		struct buf left = BUF_INIT;

		buf_addf(&left, "%s (%zu)",
			s->price ? text_in(&s->price->about, look->lang) : s->item, s->rows);
		amounts_add(out, look, left.s, s->price, s->so_far, s->month);
		buf_release(&left);
	}
}

/* ---- resources ---- */

static void orphan_add(struct buf *out, const struct look *look, const struct cost_row *r)
{
	struct buf text = BUF_INIT, lines = BUF_INIT;

	buf_addf(&text, _("ORPHAN: its image %s is gone"), r->image);
	text_wrap(&lines, text.s, columns_of(look), "  ", "  ");
	style_adds(out, look, STYLE_BAD, lines.s);
	buf_release(&text);
	buf_release(&lines);
}

/* "volume-gp3 8 GiB, since 2026-11-21 09:00:00" */
static void row_facts(struct buf *out, const struct cost *c, const struct cost_row *r)
{
	struct buf from = BUF_INIT, to = BUF_INIT;

	buf_adds(out, r->item);
	add_quantity(out, r);
	buf_adds(out, ", ");
	passing_add_time(&from, r->from_ms);
	passing_add_time(&to, r->to_ms);
	if (r->now)
		buf_addf(out, _("since %s"), from.s);
	else
		buf_addf(out, _("%s to %s"), from.s, to.s);
	if (strcmp(r->kind, "snapshot-bin") == 0)
		buf_addf(out, ", %s", _("in the Recycle Bin"));
	if (c->several_accounts)
		buf_addf(out, ", %s", r->account);
	if (c->several_regions)
		buf_addf(out, ", %s", r->region);
	buf_release(&from);
	buf_release(&to);
}

static void row_add(
	struct buf *out, const struct look *look, const struct cost *c, const struct cost_row *r)
{
	struct buf left = BUF_INIT, facts = BUF_INIT;

	buf_adds(&left, r->id);
	if (r->name) {
		buf_adds(&left, "  ");
		text_printable(r->name, &left);
	}
	amounts_add(out, look, left.s, r->price, r->so_far, r->month);
	row_facts(&facts, c, r);
	text_wrap(out, facts.s, columns_of(look), "  ", "  ");
	if (r->orphan)
		orphan_add(out, look, r);
	buf_release(&left);
	buf_release(&facts);
}

static void rows_add(struct buf *out, const struct look *look, const struct cost *c)
{
	size_t n = c->n_rows < SHOWN ? c->n_rows : SHOWN;

	heading_add(out, look, _("Resources"));
	header_add(out, look, "");
	for (size_t i = 0; i < n; i++)
		row_add(out, look, c, &c->rows[i]);
	if (c->n_rows > n)
		buf_addf(out, P_("and %zu more\n", "and %zu more\n", c->n_rows - n), c->n_rows - n);
}

/* ---- what is worth knowing ---- */

static void sentence_add(struct buf *out, const struct look *look, const char *text)
{
	text_wrap(out, text, columns_of(look), "", "");
}

/* All of them, cheap ones too: they are what nobody sees. */
static void orphan_ids_add(struct buf *out, const struct look *look, const struct cost *c)
{
	struct buf ids = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < c->n_rows && n < SHOWN; i++)
		if (c->rows[i].orphan && ++n)
			buf_addf(&ids, "%s%s", ids.len ? " " : "", c->rows[i].id);
	text_wrap(out, ids.s, columns_of(look), "  ", "  ");
	if (c->orphans > n)
		buf_addf(out, P_("and %zu more\n", "and %zu more\n", c->orphans - n),
			c->orphans - n);
	buf_release(&ids);
}

static void orphans_add(struct buf *out, const struct look *look, const struct cost *c)
{
	/* lines that can be pasted, narrow enough for any terminal */
	static const char describe[] = "  aws ec2 describe-snapshots \\\n"
				       "    --owner-ids self --output text \\\n"
				       "    --query 'Snapshots[].Description'\n";
	struct buf month = BUF_INIT, text = BUF_INIT;

	if (!c->orphans)
		return;
	cost_add_amount(&month, c->orphan_month, A_MONTH);
	buf_addf(&text,
		P_("%zu snapshot has outlived its image and costs %s USD a month:",
			"%zu snapshots have outlived their images and cost %s USD a month:",
			c->orphans),
		c->orphans, month.s);
	heading_add(out, look, _("Orphaned snapshots"));
	sentence_add(out, look, text.s);
	orphan_ids_add(out, look, c);
	sentence_add(out, look,
		_("Deregistering an image leaves its snapshots. The description of each names the image that it was made for; delete-snapshot ends the cost."));
	buf_adds(out, describe);
	buf_release(&month);
	buf_release(&text);
}

static void list_add(struct buf *out, const struct look *look, const struct prices *p)
{
	struct buf text = BUF_INIT;
	char day[DAY_TEXT];

	buf_addf(&text,
		_("Prices of %s for %s: on demand for Linux as listed, without tax, free tier and discounts. A month has 730 hours."),
		day_format(p->read, day), p->region.s);
	sentence_add(out, look, text.s);
	buf_release(&text);
}

static void notes_add(struct buf *out, const struct look *look, const struct cost *c)
{
	struct buf text = BUF_INIT, known = BUF_INIT;

	heading_add(out, look, _("How this is reckoned"));
	for (size_t i = 0; i < c->n_lists; i++)
		list_add(out, look, c->lists[i]);
	if (c->other_regions)
		sentence_add(out, look,
			_("The same prices are used for the other Regions, though AWS has others there."));
	sentence_add(out, look,
		_("A snapshot is counted by the blocks that it adds to those before it. Not counted: requests, data transfer, S3, and what is charged once."));
	if (c->unpriced)
		sentence_add(out, look,
			_("What is not priced costs something too, but no price of it is known here."));
	if (!c->complete) {
		passing_add_time(&known, c->known_ms);
		buf_addf(&text,
			_("What was deleted or changed before %s UTC is no longer remembered, and not in it."),
			known.s);
		sentence_add(out, look, text.s);
	}
	buf_release(&text);
	buf_release(&known);
}

static void print_text(const struct look *look, const struct cost *c)
{
	struct buf out = BUF_INIT;

	if (c->n_rows) {
		total_add(&out, look, c);
		sums_add(&out, look, c);
		rows_add(&out, look, c);
		orphans_add(&out, look, c);
	} else {
		sentence_add(&out, look, _("Nothing in this world has cost anything yet."));
	}
	if (c->n_rows || !c->complete)
		notes_add(&out, look, c);
	fwrite(out.s, 1, out.len, stdout);
	buf_release(&out);
}

/* ---- as JSON ---- */

static json_t *time_json_of(int64_t ms)
{
	struct buf text = BUF_INIT;
	json_t *value;

	passing_add_time(&text, ms);
	text.s[10] = 'T';
	value = json_sprintf("%sZ", text.s);
	buf_release(&text);
	return value;
}

static json_t *amount_json(const struct price *p, double amount)
{
	return p ? json_real(amount) : json_null();
}

static json_t *row_json(const struct cost_row *r)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:f, s:o, s:o, s:o, s:o, s:s?, s:b}",
		"account", r->account, "region", r->region, "kind", r->kind, "id", r->id, "name",
		r->name, "item", r->item, "quantity", r->quantity, "since",
		time_json_of(r->from_ms), "until", r->now ? json_null() : time_json_of(r->to_ms),
		"so_far", amount_json(r->price, r->so_far), "month",
		amount_json(r->price, r->month), "image", r->image, "orphan", r->orphan);
}

static json_t *sum_json(const struct cost_sum *s)
{
	const struct price *p = s->price;

	return json_pack("{s:s, s:s?, s:s?, s:s?, s:I, s:o, s:o}", "item", s->item, "unit",
		p ? p->unit.s : NULL, "usd", p ? p->usd.s : NULL, "source", p ? p->source.s : NULL,
		"resources", (json_int_t)s->rows, "so_far", amount_json(p, s->so_far), "month",
		amount_json(p, s->month));
}

static json_t *lists_json(const struct cost *c)
{
	json_t *lists = json_array();
	char day[DAY_TEXT];

	for (size_t i = 0; i < c->n_lists; i++)
		json_array_append_new(
			lists, json_pack("{s:s, s:s}", "region", c->lists[i]->region.s, "read",
				       day_format(c->lists[i]->read, day)));
	return lists;
}

/* Amounts are US dollars; null: not priced. `remembered_from`: null: since the start. */
static void print_json(const struct cost *c)
{
	json_t *sums = json_array(), *rows = json_array(), *all;

	for (size_t i = 0; i < c->n_sums; i++)
		json_array_append_new(sums, sum_json(&c->sums[i]));
	for (size_t i = 0; i < c->n_rows; i++)
		json_array_append_new(rows, row_json(&c->rows[i]));
	all = json_pack("{s:s, s:o, s:o, s:o, s:o, s:f, s:f, s:{s:I, s:f}, s:o, s:o}", "currency",
		"USD", "since", time_json_of(c->start_ms), "now", time_json_of(c->now_ms),
		"remembered_from", c->complete ? json_null() : time_json_of(c->known_ms), "prices",
		lists_json(c), "so_far", c->so_far, "month", c->month, "orphans", "snapshots",
		(json_int_t)c->orphans, "month", c->orphan_month, "items", sums, "resources", rows);
	/* more digits than json_out gives, so that they add up */
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(all);
}

bool world_cost(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	bool json = s->app->json;
	struct cost c;

	for (size_t i = 1; i < n; i++) {
		if (strcmp(words[i], "--json") != 0)
			return err_set(e, ERR_USAGE, _("cost takes no '%s'; it is: cost [--json]"),
				words[i]);
		json = true;
	}
	if (!app_open_content(s->app, e))
		return false;
	cost_reckon(&s->app->library, s->world->sim, &c);
	if (json)
		print_json(&c);
	else
		print_text(&s->app->screen.look, &c);
	cost_release(&c);
	return true;
}
